#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 300
# Exceptions and disputes: recorded, listed, told beside what was measured in reports and letters, expired to the
# second, withdrawn; wrong arguments, hostile texts, a store that is not there, busy, read-only, old or damaged.
# Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
if ! command -v python3 >/dev/null; then
	echo '1..0 # SKIP no python3'
	exit 0
fi
cd "$folder" || exit 1
store=$folder/s.db

except() {
	command=$1
	shift
	"$DSFI" except "$command" --store "$store" "$@"
}

# gets CODE TEXT NAME COMMAND...: it ends so, and says so, in one line.
gets() {
	code=$1
	text=$2
	name=$3
	shift 3
	"$@" >out 2>err
	[ $? = "$code" ] && grep -qF -e "$text" err && [ "$(wc -l <err)" = 1 ]
	point $? "$name"
}

report() {
	"$DSFI" report --store "$store" --json >r.jsonl 2>err
}

# in_summary EXPRESSION NAME: true of the report's first line, s, and its findings, f.
in_summary() {
	report && python3 -c '
import json, sys
lines = [json.loads(line) for line in open("r.jsonl")]
s, f = lines[0], lines[1:]
e = s["exceptions"]
sys.exit(0 if eval(sys.argv[1]) else "%s: %s" % (sys.argv[1], e))' "$1" 2>err
	point $? "$2"
}

fits() {
	python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$@" 2>err >out
}

formats=$DSFI_SOURCE/docs/format
"$DSFI" world make --domains 60 --seed 3 --faults 40 --behaviours 15 --signed 50 >world.yaml
"$DSFI" world targets world.yaml >targets
"$DSFI" world run world.yaml -- "$DSFI" check --quiet --fail-on never --targets targets --store "$store" >check.txt 2>err
point $? 'a world is checked into a store'
report
in_summary 'e == {"findings": 0, "disputed": 0, "without": {k: s[k] for k in e["without"]}, "applied": [], "expired": []}' \
	'without any, both views are one'
"$DSFI" report --store "$store" >plain.txt
! grep -q exception plain.txt
point $? 'and the summary says nothing of any'
cp r.jsonl before.jsonl

# A finding of a domain, with the server that shows it and the operator that runs it.
python3 - >which <<'PYTHON'
import json
lines = [json.loads(line) for line in open("r.jsonl")][1:]
lame = next(f for f in lines if f["code"] == "SERVER-LAME")
expired = next(f for f in lines if f["code"] == "DNSSEC-SIG-EXPIRED")
print(lame["server"], expired["domain"])
PYTHON
read -r server expired <which

# ---- recorded and told ----
except add --code dnssec-sig-expired --domain "$(echo "$expired" | tr '[:lower:]' '[:upper:]')" --until 2027-12-31 --by 'Ann <ann>' \
	--reason 'moves & signs "anew"' >out 2>err
[ $? = 0 ] && [ "$(cat out)" = "in force   exception 1: DNSSEC-SIG-EXPIRED of domain $expired, until 2027-12-31, by Ann <ann>: moves & signs \"anew\"" ]
point $? 'an exception of one domain'
except add --dispute --code 'SERVER-*' --server "$server" --by Bob --reason 'cut off' --json >one.json 2>err &&
	fits "$formats/exception.schema.json" one.json && grep -q '"number":2,"kind":"dispute",' one.json
point $? 'a dispute about a server, as JSON'
in_summary '{x["exception"]["number"] for x in f if x["domain"] == "'"$expired"'" and x["code"] == "DNSSEC-SIG-EXPIRED"} == {1}' \
	'every finding of that code and domain has it'
in_summary 'all("exception" not in x for x in f if x["domain"] != "'"$expired"'" and x["server"] != "'"$server"'")' \
	'no other finding has one'
in_summary '{x["exception"]["number"] for x in f if x["server"] == "'"$server"'" and x["code"].startswith("SERVER-")} == {2}' \
	'findings at that server are in dispute'
in_summary 'e["findings"] == sum(x.get("exception", {}).get("kind") == "exception" for x in f) > 0 and e["disputed"] == sum(x.get("exception", {}).get("kind") == "dispute" for x in f) > 0' 'their numbers are those of the summary'
in_summary 'e["without"]["bad"] < s["bad"] and sum(e["without"].values()) == s["domains"]' \
	'the other view has fewer bad domains, of as many'
python3 - <<'PYTHON' 2>err
import json
before, now = ([json.loads(line) for line in open(name)] for name in ("before.jsonl", "r.jsonl"))
before[0].pop("exceptions"), now[0].pop("exceptions")
assert before == [{k: v for k, v in line.items() if k != "exception"} for line in now]
PYTHON
point $? 'what was measured is unchanged'
fits "$formats/summary.schema.json,$formats/finding.schema.json" r.jsonl
point $? 'summary and findings fit their schemas'
"$DSFI" report --store "$store" >out 2>err && [ "$(wc -l <out)" -le 40 ] && grep -q 'findings are under exception and ' out &&
	grep -q "exception 1: .*, by Ann <ann>: moves & signs \"anew\" (" out && grep -q '^  without them: ' out
point $? 'the terminal tells both views, who, why and until when'
"$DSFI" report --store "$store" --html r.html -q >out 2>err && grep -q 'Exceptions and disputes' r.html &&
	grep -q 'Ann &lt;ann&gt;' r.html && ! grep -q 'Ann <ann>' r.html
point $? 'so does the page, and no text of theirs becomes markup'
"$DSFI" world run world.yaml -- "$DSFI" check --quiet --fail-on error --targets targets >check.now 2>err
[ $? = 1 ]
point $? '--fail-on knows of none'

# ---- operators and letters ----
operator=$(python3 - "$server" <<'PYTHON'
import re, sys
text = open("world.yaml").read()
name = next(re.search(r"name: ([^,}]+)", line).group(1) for line in text.splitlines()
            if sys.argv[1] in line and "name:" in line and "addresses" in line)
print(".".join(name.rstrip(".").split(".")[-2:]))
PYTHON
)
"$DSFI" report --store "$store" --for "$operator" --json >l0.jsonl 2>err &&
	python3 -c 'import json, sys
rows = [json.loads(line) for line in open("l0.jsonl")]
row = next(r for r in rows if r.get("code") == "SERVER-LAME" and r["type"] == "letter-finding")
sys.exit(0 if row["yours"] and row["disputed"] >= 1 else "not in dispute")' 2>err
point $? "what is in dispute is asked of $operator, and said to be so"
except add --code SERVER-LAME --operator "$(echo "$operator" | tr '[:lower:]' '[:upper:]')." --until 2027-06-30T12:00:00+02:00 --by Eve --reason 'new hardware' >out 2>err
point $? 'an exception of an operator'
in_summary 'any(x["code"] == "SERVER-LAME" and x["exception"]["number"] == 3 for x in f if "exception" in x)' \
	'covers findings at its servers in the report'
in_summary 'all(x["exception"]["number"] == 3 for x in f if x["code"] == "SERVER-LAME" and x["server"] == "'"$server"'")' \
	'an exception comes before a dispute'
"$DSFI" report --store "$store" --for "$operator" --json --markdown l.md --html l.html >l1.jsonl 2>err
fits "$formats/letter.schema.json,$formats/letter-finding.schema.json,$formats/letter-domain.schema.json" l1.jsonl
point $? 'the lines of a letter fit their schemas'
python3 -c 'import json, sys
rows = [json.loads(line) for line in open("l1.jsonl")]
asked = {r["code"] for r in rows if r["type"] == "letter-finding" and r["yours"]}
told = {c for r in rows if r["type"] == "letter-domain" for c in r["excepted"]}
sys.exit(0 if "SERVER-LAME" not in asked and "SERVER-LAME" in told else "%s %s" % (asked, told))' 2>err
point $? 'what is under exception is told in the letter and not asked for'
"$DSFI" report --store "$store" --for "$operator" >l.txt 2>err && grep -q 'is not asked of you before it ends' l.txt &&
	tr '\n' ' ' <l.txt | tr -s ' ' | grep -q 'by Eve: new hardware' && grep -q 'exception 3' l.md && grep -q 'exception 3' l.html
point $? 'and every form of it says by whom and why'
rival=$(python3 - "$operator" <<'PYTHON'
import json, re, subprocess, sys
names = {".".join(n.rstrip(".").split(".")[-2:]) for n in re.findall(r"name: (ns[0-9][^,}]*)", open("world.yaml").read())}
print(sorted(names - {sys.argv[1]})[0])
PYTHON
)
"$DSFI" report --store "$store" --for "$rival" --json >l2.jsonl 2>err
! grep -q 'Eve' l2.jsonl
point $? "the letter to $rival tells nothing of it"

# ---- practices, IDN, families ----
except add --practice dnssec --suffix 'BÜCHER.example' --until 2027-01-01 --by Ann --reason r >out 2>err
grep -q 'practice dnssec of the domains at or below xn--bcher-kva.example.' out
point $? 'a practice, of an IDN'
except add --code 'dnssec-*' --suffix . --until 2027-01-01 --by Ann --reason r >out 2>err && grep -q 'DNSSEC-\* of all domains, ' out
point $? 'a family, of all'
in_summary 'all("exception" in x for x in f if x["code"].startswith("DNSSEC-"))' 'covers all of the family'

# ---- expired, withdrawn ----
soon=$(date -u -d '+3 seconds' +%Y-%m-%dT%H:%M:%SZ)
victim=$(python3 -c 'import json
print(next(x["domain"] for x in map(json.loads, open("r.jsonl")) if x["type"] == "finding" and "exception" not in x))')
for family in SERVER DELEGATION ROUTING AUTOMATION; do
	except add --code "$family-*" --domain "$victim" --until "$soon" --by Ann --reason short
done >out 2>err
[ "$(wc -l <out)" = 4 ]
point $? 'four that end in three seconds'
in_summary 'any(6 <= x.get("exception", {"number": 0})["number"] <= 9 for x in f if x["domain"] == "'"$victim"'")' 'cover until then'
sleep 4
in_summary 'all(x.get("exception", {"number": 0})["number"] < 6 for x in f if x["domain"] == "'"$victim"'")' 'and no longer'
in_summary '[x["number"] for x in e["expired"]] == [6, 7, 8, 9] and sum(x["findings"] for x in e["expired"]) > 0' \
	'the report says that they expired, and what counts again'
"$DSFI" report --store "$store" >out 2>err && grep -q '^  expired since the last run: exception 6' out && [ "$(wc -l <out)" -le 40 ]
point $? 'so does the terminal'
[ "$(except list 2>err | grep -c '^expired ')" = 4 ]
point $? 'the list has them as expired'
except remove 2 --by Ann >out 2>err && grep -q '^withdrawn .*dispute 2.*(withdrawn by Ann)' out
point $? 'a dispute is withdrawn'
in_summary 'all(x.get("exception", {"number": 0})["number"] != 2 for x in f)' 'and covers nothing more'
except list >out 2>err && ! grep -q 'dispute 2' out && grep -q '1 withdrawn; --all shows them' err &&
	except list --all --json >all.jsonl 2>err && fits "$formats/exception.schema.json" all.jsonl && [ "$(wc -l <all.jsonl)" = 9 ]
point $? 'it stays in the list of all'
gets 2 'dispute 2 is withdrawn since ' 'once only' except remove 2 --by Ann
gets 2 'exception 6 is expired since ' 'one that expired cannot be' except remove 6 --by Ann
"$DSFI" world run world.yaml -- "$DSFI" check --quiet --fail-on never --targets targets --store "$store" >check.txt 2>err
sleep 1
"$DSFI" world run world.yaml -- "$DSFI" check --quiet --fail-on never --targets targets --store "$store" >check.txt 2>err
in_summary 'e["expired"] == [] and e["findings"] > 0' 'after two more runs what expired before them is no news, what is in force applies'

# ---- wrong arguments ----
ok='--code SERVER-LAME --domain a.example --until 2027-01-01 --by Ann --reason r'
# shellcheck disable=SC2086 # words, each an argument
{
	gets 2 'one of --code and --practice' 'neither code nor practice' except add --domain a.example --until 2027-01-01 --by A --reason r
	gets 2 'one of --code and --practice' 'both' except add $ok --practice spf
	gets 2 'one of --domain, --suffix' 'nobody' except add --code SERVER-LAME --until 2027-01-01 --by A --reason r
	gets 2 'one of --domain, --suffix' 'two of them' except add $ok --suffix example
	gets 2 'did you mean SERVER-LAME?' 'a typo' except add $ok --code SERVER-LAM
	gets 2 'no code begins so' 'a family of nothing' except add $ok --code 'NOTHING-*'
	gets 2 'a family is like' 'everything' except add $ok --code '*'
	gets 2 'there is no such practice' 'no practice' except add --practice nothing-at-all --domain a.example --until 2027-01-01 --by A --reason r
	gets 2 '--until' 'an exception without an end' except add --code SERVER-LAME --domain a.example --by A --reason r
	gets 2 'is no date' 'no date' except add $ok --until tomorrow
	gets 2 'is past already' 'a date that is past' except add $ok --until 2020-01-01
	gets 2 'is past already' 'a dispute that ended before all time' except add --dispute $ok --until 1969-12-31
	gets 2 'ten years' 'a date that is far away' except add $ok --until 9999-12-31
	gets 2 '--reason' 'no reason' except add --code SERVER-LAME --domain a.example --by A --until 2027-01-01
	gets 2 '--by' 'nobody says so' except add --code SERVER-LAME --domain a.example --reason r --until 2027-01-01
	gets 2 'the reason is empty' 'an empty reason' except add $ok --reason ' '
	gets 2 'the reason is too long' 'a long one' except add $ok --reason "$(printf '%0501d' 0)"
	gets 2 'control characters' 'one for the terminal' except add $ok --reason "$(printf 'a\033[2Jb')"
	gets 2 'control characters' 'a name with a line end' except add $ok --by "$(printf 'a\nb')"
	gets 2 'not UTF-8' 'octets that are no text' except add $ok --by "$(printf 'a\377')"
	gets 2 'no address' 'no address' except add --code SERVER-LAME --server ns.example --until 2027-01-01 --by A --reason r
	gets 2 'bits behind its length' 'a prefix with bits behind it' except add --code SERVER-LAME --server 192.0.2.1/24 --until 2027-01-01 --by A --reason r
	gets 2 '--domain' 'no domain' except add $ok --domain 'a..b'
	gets 2 'is no number' 'no number' except remove one --by Ann
	gets 2 'there is no exception 99' 'no such number' except remove 99 --by Ann
	gets 2 '--by' 'withdrawn by nobody' except remove 1
}
[ "$(except list --all 2>err | wc -l)" = 9 ]
point $? 'none of these left anything'

# ---- stores ----
# shellcheck disable=SC2086 # words, each an argument
{
	gets 2 'there is none' 'a store that is not there is not made' "$DSFI" except add --store none.db $ok
	[ ! -e none.db ]
	point $? 'indeed'
	gets 2 'not a dsfi store' 'no store' "$DSFI" except add --store targets $ok
	if unshare -Urm true 2>/dev/null || [ "$(id -u)" = 0 ]; then
		mkdir -p ro && cp "$store" ro/s.db
		# shellcheck disable=SC2016 # the inner shell expands
		gets 4 'read-only' 'a store on a read-only disk' unshare -Urm sh -c \
			'mount --bind ro ro && mount -o remount,bind,ro ro && exec "$@"' sh "$DSFI" except add --store ro/s.db $ok
		# shellcheck disable=SC2016 # the inner shell expands
		unshare -Urm sh -c 'mount --bind ro ro && mount -o remount,bind,ro ro && exec "$@"' sh "$DSFI" except list --store ro/s.db \
			>out 2>err && [ "$(wc -l <out)" = 8 ]
		point $? 'is listed there'
	else
		skip 'a store on a read-only disk' 'no namespaces'
	fi
}
# A process that writes: the lock is the kernel's, on an octet far behind the file.
python3 - "$store" <<'PYTHON' &
import fcntl, os, struct, sys, time
file = os.open(sys.argv[1], os.O_RDWR)
fcntl.fcntl(file, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 1 << 61, 1, 0))
open("locked", "w").close()
time.sleep(20)
PYTHON
writer=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
	[ -e locked ] || sleep 0.3
done
# shellcheck disable=SC2086 # words, each an argument
gets 4 'is writing to it; wait until it has finished' 'while somebody writes, none is recorded' except add $ok
gets 4 'is writing to it' 'and none withdrawn' except remove 1 --by Ann
except list >out 2>err && report
point $? 'but read'
kill "$writer"
wait "$writer" 2>/dev/null

old() {
	python3 -c 'import sqlite3, sys
store = sqlite3.connect(sys.argv[1], isolation_level=None)
store.executescript(sys.argv[2])' "$@"
}
cp "$store" old.db
old old.db 'DROP TABLE servers; DROP TABLE adoption; DROP TABLE exception; DROP TABLE draft; DROP TABLE party; DROP TABLE contact; DROP TABLE message; DROP TABLE summary; DROP TABLE delivery; DROP TABLE parcel; DROP TABLE audit; DROP TABLE watch; DROP TABLE watch_round; DELETE FROM meta WHERE key IN ("adoption_from", "identity"); PRAGMA user_version = 1;' 2>err
"$DSFI" except list --store old.db >out 2>err && [ ! -s out ] && "$DSFI" report --store old.db --json >old.jsonl 2>err &&
	fits "$formats/summary.schema.json,$formats/finding.schema.json" old.jsonl
point $? 'a store of the first version has none'
# shellcheck disable=SC2086 # words, each an argument
"$DSFI" except add --store old.db $ok >out 2>err && "$DSFI" except list --store old.db >out 2>err && [ "$(wc -l <out)" = 1 ]
point $? 'and takes one'
cp "$store" bad.db
old bad.db "UPDATE exception SET reason = 'a' || char(27) || '[2Jb' WHERE number = 1"
gets 4 'damaged' 'a store whose texts somebody changed is refused' "$DSFI" except list --store bad.db
! grep -q "$(printf '\033')" out err
point $? 'before any of it reaches the terminal'
gets 4 'damaged' 'by the report, too' "$DSFI" report --store bad.db

finish
