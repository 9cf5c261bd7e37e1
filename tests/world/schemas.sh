#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every line that --json prints fits the schema of its type in docs/format, and the schemas can fail:
# each refuses a line with a member too many and a line with a member missing. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

validate() {
	python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$@" >"$folder/err" 2>&1
}

# fits FILE TYPE...: the file's lines are of these types, of each there is one, and each fits.
fits() {
	file=$1
	shift
	: >"$folder/err"
	missing=0
	count=0
	for type in "$@"; do
		grep "^{\"type\":\"$type\"," "$folder/$file" >"$folder/$file.$type"
		schema=$DSFI_SOURCE/docs/format/$type.schema.json
		[ "$type" != interval ] || schema=$DSFI_SOURCE/docs/format/history.schema.json
		validate "$schema" "$folder/$file.$type" || missing=1
		[ "$missing" = 0 ] || break
		count=$((count + $(wc -l <"$folder/$file.$type")))
	done
	[ "$missing" = 0 ] && [ "$count" = "$(wc -l <"$folder/$file")" ]
	point $? "$file: $count lines fit ($*)"
}

# refuses TYPE SCHEMA FILE: a line of the file with a member more, and with each one that must be
# there taken away, one at a time.
refuses() {
	head -n 1 "$folder/$3" | python3 -c '
import json, runpy, sys
validator = runpy.run_path(sys.argv[1])
with open(sys.argv[2]) as file:
    schema = json.load(file)
line = json.loads(sys.stdin.readline())
lines = [dict(line, forgotten=1)]
lines += [{name: line[name] for name in line if name != gone} for gone in schema["required"]]
passed = [one for one in lines if not list(validator["faults"](one, schema, "$"))]
print("\n".join(map(str, passed)), file=sys.stderr)
print(len(lines))
sys.exit(1 if passed or len(lines) < 5 or list(validator["faults"](line, schema, "$")) else 0)
' "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/$2.schema.json" \
		>"$folder/tried" 2>"$folder/err"
	point $? "$1: $(cat "$folder/tried") wrong lines are refused"
}

needs_namespaces
needs python3

world=$folder/world.yaml
store=$folder/store.sqlite
"$DSFI" world make --domains 60 --seed 3 --faults 40 --behaviours 15 --signed 50 >"$world"
"$DSFI" world targets "$world" >"$folder/targets"
echo nowhere.example >>"$folder/targets"
# shellcheck disable=SC2016 # what the inner shell shall expand stands in single quotes
"$DSFI" world run "$world" -- sh -c '
	"$DSFI" scan --quiet --json --targets "$0/targets" >"$0/scan" &
	"$DSFI" check --quiet --json --targets "$0/targets" --store "$1" >"$0/check"
	code=$?
	"$DSFI" check --quiet --json --profile manrs --fail-on never --targets "$0/targets" >"$0/card"
	wait $! && exit $code' "$folder" "$store" 2>"$folder/err"
[ $? -le 1 ]
point $? 'a world of 60 domains is scanned and checked'
# Where there is no network, nothing can be measured.
unshare -Urn "$DSFI" check --quiet --json nowhere.example >>"$folder/check" 2>"$folder/err"
"$DSFI" report --store "$store" --json >"$folder/report"
"$DSFI" report --store "$store" --by operator --json >"$folder/adoption"
while read -r domain; do
	"$DSFI" history --store "$store" --json "$domain" || echo "$domain"
done <"$folder/targets" >"$folder/history" 2>"$folder/err"
# shellcheck disable=SC2016 # what the inner shell shall expand stands in single quotes
"$DSFI" world run "$world" -- sh -c '
	"$DSFI" check --quiet --json --facts --fail-on never --targets "$0/targets" >"$0/facts"' "$folder" 2>"$folder/err"
"$DSFI" world truth --facts --json "$world" >"$folder/truth"
"$DSFI" explain --json >"$folder/explain"
"$DSFI" explain --json SERVER-LAME >>"$folder/explain"

# shellcheck disable=SC2016 # what the inner shell shall expand stands in single quotes
"$DSFI" world run "$world" -- sh -c '
	"$DSFI" resolve --json --targets "$0/targets" SOA DNSKEY >"$0/resolve"
	"$DSFI" resolve --json --trace "$(head -n 1 "$0/targets")" A >"$0/trace"' \
	"$folder" 2>"$folder/err"

fits resolve resolution
fits trace exchange resolution
fits scan observation
fits check finding domain
fits card finding practice domain
fits facts finding domain
grep -q '"facts":{' "$folder/facts.domain" && ! grep -q '"facts":{' "$folder/check.domain"
point $? 'facts are told with --facts alone'
fits truth true-facts
fits report summary finding
fits adoption adoption-report adoption-group adoption
fits history interval
fits explain check
grep -q '"reason":' "$folder/check"
point $? 'what could not be measured has a reason'
refuses observation observation scan
refuses finding finding check.finding
refuses domain domain check.domain
refuses domain domain facts.domain
refuses true-facts true-facts truth
refuses practice practice card.practice
refuses summary summary report.summary
refuses adoption adoption adoption.adoption
refuses adoption-group adoption-group adoption.adoption-group
refuses adoption-report adoption-report adoption.adoption-report
refuses interval history history
refuses check check explain
refuses resolution resolution resolve
refuses exchange exchange trace

finish
