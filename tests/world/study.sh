#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 300
# alone
# What does signing change? A world of 80 domains is scanned; 40 of them are signed, three of these wrongly, and one
# of the others breaks by itself; it is scanned again, and once more when two of the three are mended. The study
# names these numbers, and answers have grown for those that signed alone. And what no study comes of. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
if ! command -v python3 >/dev/null; then
	echo '1..0 # SKIP no python3'
	exit 0
fi

# world SIGNED BROKEN OTHER: so many of the domains are signed, of these so many broken; OTHER of the others.
world() {
	cat <<'WORLD'
world: 1
seed: 5
servers:
  - {name: a.root-servers.net, addresses: [198.41.0.4]}
  - {name: a.nic.tld, addresses: [198.18.0.1]}
  - {name: ns1.one.tld, addresses: [198.18.1.1]}
  - {name: ns2.one.tld, addresses: [198.18.2.1]}
  - {name: ns1.two.tld, addresses: [198.18.3.1]}
  - {name: ns2.two.tld, addresses: [198.18.4.1]}
operators:
  - {name: root, servers: [a.root-servers.net]}
  - {name: nic, servers: [a.nic.tld]}
  - {name: one, servers: [ns1.one.tld, ns2.one.tld]}
  - {name: two, servers: [ns1.two.tld, ns2.two.tld]}
zones:
  - {name: ., operator: root, signed: 13 nsec}
  - {name: tld, operator: nic, signed: 13 nsec}
  - {name: root-servers.net, operator: root}
  - {name: one.tld, operator: nic}
  - {name: two.tld, operator: nic}
domains:
WORLD
	awk -v signed="$1" -v broken="$2" -v other="$3" 'BEGIN {
		for (i = 0; i < 80; i++) {
			more = i < signed ? ", signed: 13 nsec" : ""
			if (i < broken)
				more = more ", faults: [wrong-ds]"
			else if (i >= 80 - other)
				more = more ", faults: [mx-dangling]"
			printf "  - {name: d%02d.tld, operator: %s%s}\n", i, i % 2 ? "one" : "two", more
		}
	}'
}
store=$folder/store.sqlite
world 0 0 0 >"$folder/1.yaml"
world 40 3 1 >"$folder/2.yaml"
world 40 1 1 >"$folder/3.yaml"
"$DSFI" world targets "$folder/1.yaml" >"$folder/targets"
scanned=0
for night in 1 2 3; do
	"$DSFI" world run "$folder/$night.yaml" -- "$DSFI" check --quiet --profile full --fail-on never \
		--targets "$folder/targets" --store "$store" >"$folder/out" 2>"$folder/err" || scanned=1
	sleep 1.1 # times are kept in seconds
	[ "$night" != 1 ] || cp "$store" "$folder/one.sqlite"
done
point "$scanned" 'a world of 80 domains is scanned before, after, and once more'

# says PATTERN ARGUMENT...: the study ends well and says so.
says() {
	pattern=$1
	shift
	"$DSFI" study "$@" >"$folder/out" 2>"$folder/err" && tr '\n' ' ' <"$folder/out" | grep -q "$pattern"
}
says 'Of 40 domains that adopted DNSSEC between .*, 3 (2.6 % to 19.9 %) broke, against 1 (0.4 % to 12.9 %) of 40 like them' \
	dnssec --to 2 --store "$store"
point $? 'the plain sentence names who broke of whom'
says 'Of 3 adopters that broke, 2 (20.8 % to 93.9 %) are well again; each took at least .* and at most' \
	dnssec --to 2 --store "$store"
point $? 'who is well again, and after how long at least and at most'
says 'Of all 40 adopters, 1 (0.4 % to 12.9 %) publish it in the later run in a way that does not work' \
	dnssec --store "$store"
point $? 'without runs, the first is compared with the last'

"$DSFI" study dnssec --to 2 --store "$store" --json >"$folder/study" 2>"$folder/err"
python3 - "$folder/study" >"$folder/out" 2>"$folder/err" <<'PYTHON'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
study, outcomes = lines[0], {line["outcome"]: line for line in lines if line["type"] == "study-outcome"}
sides = {line["side"]: line for line in lines if line["type"] == "study-recovery"}
wanted = {"end": "concluded", "adopters": 40, "adopters_broken": 3, "others": 40, "drawn": 40, "pairs": 40}
assert {name: study[name] for name in wanted} == wanted, study
assert sum(row["pairs"] for row in study["alike_by"]) == 40 and all(
    row["rule"].startswith("same name servers") for row in study["alike_by"]), study["alike_by"]
broke = outcomes["broke"]
assert (broke["adopters"]["count"], broke["others"]["count"]) == (3, 1) and broke["difference"]["value"] == 5, broke
for name in ("udp-largest", "octets", "amplification"):
    row = outcomes[name]
    assert row["pairs"] == 40 and row["verdict"] == "more", row
    assert row["adopters"]["low"] > 0 and row["others"] == {"value": 0, "low": 0, "high": 0}, row
    assert row["difference"]["low"] > 0, row
# One RRSIG of ECDSA P-256 with the name d00.tld is 18 + 9 + 64 octets and its owner, type, class, TTL and length.
assert outcomes["octets"]["difference"]["low"] > 3 * (18 + 9 + 64), outcomes["octets"]
assert (sides["adopters"]["broke"], sides["adopters"]["recovered"]) == (3, 2), sides
assert 0 <= sides["adopters"]["least_s"] <= sides["adopters"]["most_s"] < 300, sides
assert (sides["others"]["broke"], sides["others"]["recovered"]) == (1, 0), sides
for line in lines[1:]:
    for name, value in line.items():
        if isinstance(value, dict):
            assert name == "median_s" or value["low"] <= value["value"] <= value["high"], line
PYTHON
point $? 'JSON: the exact counts; answers grew for adopters alone; every figure lies in its interval'
"$DSFI" study dnssec --to 2 --store "$store" --json | cmp -s - "$folder/study"
point $? 'asked again, it says the same'

for type in study study-outcome study-recovery; do
	schema=$DSFI_SOURCE/docs/format/$type.schema.json
	grep "^{\"type\":\"$type\"," "$folder/study" >"$folder/lines"
	sed 's/"type":/"forgotten":1,"type":/' "$folder/lines" >"$folder/more"
	sed 's/^{"type":"[a-z-]*",/{/' "$folder/lines" >"$folder/fewer"
	python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$schema" "$folder/lines" >"$folder/out" 2>&1 &&
		! python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$schema" "$folder/more" >"$folder/err" 2>&1 &&
		! python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$schema" "$folder/fewer" >"$folder/err" 2>&1
	point $? "lines of the type $type fit their schema, which refuses others"
done

says 'Of 25 domains that adopted DNSSEC.*25 of 40 adopters were drawn' dnssec --to 2 --domains 25 --store "$store"
point $? '--domains 25: so many are drawn, and it says so'
"$DSFI" study dnssec --store "$store" --markdown "$folder/study.md" >"$folder/out" 2>"$folder/err" &&
	grep -q '^# What it changes: DNSSEC' "$folder/study.md" && grep -q '^| Amplification, times | 40 |' "$folder/study.md"
point $? '--markdown writes a page'

# unable CODE PATTERN NAME ARGUMENT...: it ends with the code, and says why on standard output or error.
unable() {
	wanted=$1
	pattern=$2
	name=$3
	shift 3
	"$DSFI" study "$@" >"$folder/out" 2>"$folder/err"
	[ $? = "$wanted" ] && cat "$folder/out" "$folder/err" | tr '\n' ' ' | grep -q "$pattern"
	point $? "$name"
}
unable 3 'no domain adopted DNSSEC between' 'nobody adopted it: words, and 3' dnssec --from 2 --store "$store"
unable 3 '2 domains mended DNSSEC-DS-NO-KEY .*at least 20 are needed' 'a finding that was mended by two: too few, and 3' DNSSEC-DS-NO-KEY --from 2 --store "$store"
"$DSFI" study DNSSEC-DS-NO-KEY --from 2 --store "$store" --json >"$folder/few" 2>"$folder/err"
[ "$(wc -l <"$folder/few")" = 1 ] && grep -q '"end":"too few"' "$folder/few" &&
	python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/study.schema.json" "$folder/few" >"$folder/out"
point $? 'JSON of a study that concludes nothing: no figure'
unable 3 'the store has only one run' 'no second run: words, and 3' dnssec --store "$folder/one.sqlite"
unable 2 'run 2 is not before run 2' 'the same run twice: words, and 2' dnssec --from 2 --to 2 --store "$store"
unable 2 'no run 7; its newest is 3' 'a run that is not there: words, and 2' dnssec --to 7 --store "$store"
unable 2 "did you mean 'dnssec'" 'a practice that nobody knows: words, and which is meant perhaps' dnsec --store "$store"
unable 2 'not-there' 'a store that is not there: words' dnssec --store "$folder/not-there"

# copy NAME SQL: the store as it would be.
copy() {
	cp "$store" "$folder/$1"
	python3 -c 'import sqlite3, sys
store = sqlite3.connect(sys.argv[1])
store.executescript(sys.argv[2])
store.commit()' "$folder/$1" "$2"
}
copy old 'DROP TABLE servers; DROP TABLE adoption; PRAGMA user_version=1;'
unable 2 'an older dsfi, which kept nothing of adoption' 'a store of the older version: words' dnssec --store "$folder/old"
copy new 'PRAGMA user_version=99;'
unable 2 'newer' 'a store of a newer version: words' dnssec --store "$folder/new"
copy none 'DELETE FROM run; DELETE FROM seen; DELETE FROM adoption;'
unable 3 'the store has no run' 'a store without a run: words, and 3' dnssec --store "$folder/none"
copy sets 'UPDATE servers SET body = substr(body, 1, 5);'
unable 4 'damaged' 'sets of name servers that cannot be read: words' dnssec --store "$folder/sets"
copy raw 'DELETE FROM evidence;'
unable 4 'damaged' 'observations that are gone: words' dnssec --store "$folder/raw"
copy other 'UPDATE run SET profile = "registry" WHERE id = 1;'
says 'The runs looked for different things' dnssec --store "$folder/other"
point $? 'runs of different profiles: it says so'
finish
