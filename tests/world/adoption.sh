#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 200
# What `dsfi report --by` counts is the truth of a world with stated shares; with silent servers the truth lies
# within what is said to be unknown. What it writes, whom it names, and stores it can tell nothing of. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
needs_namespaces

cat >"$folder/shares" <<'E'
shares: 1
all: {mail: 80, null-mx: 50, spf: 70, spf-strict: 60, dmarc: 40, dmarc-enforced: 50, ipv6-ns: 70, caa: 20, tlsrpt: 30,
      mta-sts: 25, ipv6-mail: 40, zonemd: 30, transfer-open: 100}
tlds:
  - {name: zan, share: 60}
  - {name: quor, share: 30, shares: {signed: 60, cds: 50}}
  - {name: vem, share: 10}
operators:
  - {name: lark.zan, domains: 150, servers: 3, shares: {signed: 40, dot: 30, white-label: 10, tlsa-mail: 50}}
  - {name: heron.quor, domains: 100, tlds: {quor: 90, vem: 10}, shares: {cookies: 50, roa-ns: 80}}
  - {name: wren.zan, domains: 40, algorithm: 15, shares: {signed: 50, modern-algorithm: 50, doq: 50}}
  - {name: self, own: true, domains: 20, shares: {two-networks: 25}}
E

report() {
	"$DSFI" report --store "$folder/store" -q "$@"
}

# counts WORLD-OPTION...: makes the world, looks at it, compares all figures.
counts() {
	"$DSFI" world make --shares "$folder/shares" --seed 3 "$@" >"$folder/world" 2>"$folder/err" &&
		"$DSFI" world targets "$folder/world" >"$folder/targets" &&
		"$DSFI" world truth --facts --json "$folder/world" >"$folder/truth" &&
		"$DSFI" world run "$folder/world" -- "$DSFI" check --quiet --json --fail-on never --profile full --own \
			--own-targets --targets "$folder/targets" --store "$folder/store" >"$folder/found" 2>"$folder/err" ||
		return 1
	awk 'NR % 3 { print $1 ",Registrar " NR % 3 }' "$folder/targets" >"$folder/registrars"
	for by in tld operator registrar; do
		registrars=
		[ $by != registrar ] || registrars=$folder/registrars
		report --by $by ${registrars:+--registrars "$registrars"} --named --json >"$folder/$by" 2>"$folder/err" &&
			python3 "$DSFI_SOURCE/tests/world/adoption.py" ${1:+--silent} "$DSFI_SOURCE/catalog/adoption" \
				"$folder/truth" "$folder/$by" ${registrars:+"$registrars"} >"$folder/out" || return 1
	done
}

counts
point $? "every figure is the truth: $(tail -n 1 "$folder/out")"
# The default profile looks for less.
"$DSFI" world run "$folder/world" -- "$DSFI" check --quiet --fail-on never --targets "$folder/targets" \
	--store "$folder/default.store" >"$folder/out" 2>"$folder/err"
"$DSFI" report --store "$folder/default.store" --by tld --json >"$folder/default" 2>"$folder/err" &&
	python3 "$DSFI_SOURCE/tests/world/adoption.py" --not-all "$DSFI_SOURCE/catalog/adoption" "$folder/truth" \
		"$folder/default" >"$folder/out" && grep -q '"practice":"dnssec",.*"unknown":0' "$folder/default"
point $? "the default profile: counted wholly, or not at all: $(tail -n 1 "$folder/out")"
counts --silent 10
point $? "a tenth of the servers silent: the truth lies within the unknown: $(tail -n 1 "$folder/out")"
grep '"type":"adoption",.*"group":null,"run":2,' "$folder/tld" | grep -v '"unknown":0,' | grep -q .
point $? 'and something is unknown then'
[ "$(grep -c '"type":"adoption-group".*"group":null' "$folder/tld")" = 2 ]
point $? 'both runs are in the trend'

# Forms.
(cd "$folder" && report --by operator --csv a.csv --openmetrics a.om --markdown a.md --html a.html --grouping a.group \
	>a.text 2>err)
point $? 'text, CSV, OpenMetrics, Markdown, HTML, and who was put where'
grep -q 'operator 1' "$folder/a.text" && ! grep -q -e lark -e heron -e wren "$folder/a.text" "$folder/a.csv" \
	"$folder/a.om" "$folder/a.md" "$folder/a.html"
point $? 'nobody is named'
report --by operator --named | grep -q 'lark.zan'
point $? 'unless it is asked for'
python3 - "$folder" <<'E'
import csv, sys
folder = sys.argv[1]
rows = list(csv.DictReader(open(folder + "/a.csv", newline="")))
assert len({row["group"] for row in rows}) == 5 and all(int(row["of"]) <= int(row["domains"]) for row in rows)
groups = list(csv.DictReader(open(folder + "/a.group", newline="")))
assert len(groups) == 310 and {row["group"] for row in groups} == {"lark.zan", "heron.quor", "wren.zan", "(own servers)"}
rules = {row["rule"] for row in groups}
assert rules == {"registered name", "another's address", "own servers"}, rules
metrics = open(folder + "/a.om").read()
assert metrics.endswith("# EOF\n")
families = [line.split()[2] for line in metrics.splitlines() if line.startswith("# TYPE")]
assert len(families) == len(set(families))
for line in metrics.splitlines():
    assert line.startswith("# ") or line.split("{")[0].split()[0] in families, line
page = open(folder + "/a.html").read()
assert page.lower().startswith("<!doctype html>") and page.rstrip().endswith("</html>")
E
point $? 'the files are whole'
report --by operator --json >"$folder/out" 2>"$folder/err" && python3 - "$folder" <<'E'
import collections, csv, json, sys
folder = sys.argv[1]
head = json.loads(open(folder + "/out").readline())
sizes = collections.Counter(row["group"] for row in csv.DictReader(open(folder + "/a.group", newline="")))
alone = sizes.pop("(own servers)")
true = (sum(size ** 2 for size in sizes.values()) + alone) / (sum(sizes.values()) + alone) ** 2
assert abs(head["concentration"] - true) < 1e-5, (head["concentration"], true)
assert all(gain["largest_group"] is None or gain["largest_group"][0] != "(" for gain in head["gains"])
E
point $? 'the concentration is that of operators; who has servers of its own is one alone'

# An operator corrects whose domains are whose.
printf 'suffix heron.quor | Lark\nsuffix lark.zan | Lark\n' >"$folder/rules"
report --by operator --named --operators "$folder/rules" --json >"$folder/out"
grep -q '"group":"Lark","run":2,.*"domains":250' "$folder/out"
point $? 'a file of rules joins two operators'

# Exceptions: both views.
report --by tld --named --json >"$folder/before"
missing=$(sed -n 's/.*"group":null,"run":2,.*"practice":"dnssec",.*"absent":\([0-9]*\).*/\1/p' "$folder/before")
"$DSFI" except add --store "$folder/store" --practice dnssec --operator heron.quor --reason 'moves in spring' --by ann \
	--until 2099-01-01 >"$folder/out" 2>"$folder/err" ||
	"$DSFI" except add --store "$folder/store" --practice dnssec --operator heron.quor --reason 'moves in spring' \
		--by ann --until "$(date -d '+1 year' +%F)" >"$folder/out" 2>"$folder/err"
point $? 'an operator records an exception'
report --by operator --named --json >"$folder/after"
sed -n 's/.*"group":"heron.quor","run":2,.*"practice":"dnssec",.*"absent":\([0-9]*\),.*"excepted":\([0-9]*\),"share_without":1}/\1 \2/p' \
	"$folder/after" | awk '{ exit !($1 > 0 && $1 == $2) }'
point $? 'what the operator lacks is excepted, and without it nothing is missing'
excepted=$(sed -n 's/.*"group":null,"run":2,.*"practice":"dnssec",.*"excepted":\([0-9]*\),.*/\1/p' "$folder/after")
[ "$excepted" -gt 0 ] && [ "$excepted" -lt "$missing" ] &&
	grep -q "\"group\":null,\"run\":2,.*\"practice\":\"dnssec\",.*\"absent\":$missing," "$folder/after"
point $? 'what was measured stays as it is'
(cd "$folder" && report --by tld --html a.html --markdown a.md >a.text 2>err) &&
	grep -q 'excepted or disputed' "$folder/a.text" && grep -q 'Exceptions and disputes' "$folder/a.html" &&
	grep -q 'Exceptions and disputes' "$folder/a.md"
point $? 'text, page and Markdown have both views'

# Registrars.
sed 's/$/,"Registrar, One"/' "$folder/targets" | head -n 200 | sed '1i domain,registrar' >"$folder/registrars"
report --by registrar --registrars "$folder/registrars" --named --json >"$folder/out" 2>"$folder/err"
grep -q '"group":"Registrar, One","run":2,.*"domains":200' "$folder/out" &&
	grep -q '"group":"(registrar not known)"' "$folder/out"
point $? 'registrars, from a file'
sed 's/Registrar, One/(mt) One/' "$folder/registrars" >"$folder/bad"
report --by registrar --registrars "$folder/bad" --json >"$folder/out" 2>"$folder/err" &&
	grep -q '"group":"registrar 1"' "$folder/out" && ! grep -q '(mt)' "$folder/out" &&
	grep -q '"concentration":1,' "$folder/out"
point $? 'a name in parentheses is a name, and is not told; who is not known concentrates nothing'

# refused CODE WORDS NAME OPTION...
refused() {
	code=$1 words=$2 name=$3
	shift 3
	"$DSFI" report "$@" >"$folder/out" 2>"$folder/err"
	[ $? = "$code" ] && grep -q -e "$words" "$folder/err" && [ "$(wc -l <"$folder/err")" -le 2 ]
	point $? "$name"
}
good=$folder/store
refused 2 'add --registrars' 'by registrar without a file of them' --store "$good" --by registrar
for case in 'x y|no domain name' 'a.zan|no registrar' '"a.zan|a quote is not closed' '|names no domain'; do
	printf '%s\n' "${case%%|*}" >"$folder/bad"
	refused 2 "${case#*|}" "a file of registrars with '${case%%|*}'" --store "$good" --by registrar \
		--registrars "$folder/bad"
done
cp "$good" "$folder/copy"
refused 2 'is the store' 'a file that is the store' --store "$folder/copy" --by tld --csv "$folder/copy"
cmp -s "$good" "$folder/copy"
point $? 'which stays as it is'
refused 2 'written twice' 'one file for two forms' --store "$good" --by tld --csv "$folder/x" --html "$folder/x"
refused 2 'without --by' 'a title of what has none' --store "$good" --by tld --title T
refused 2 "by" 'no such groups' --store "$good" --by country
refused 2 'one of them' 'a letter and a count' --store "$good" --by tld --for lark.zan
refused 2 'add --by' 'named without --by' --store "$good" --named
refused 2 'no run 9' 'a run that is not there' --store "$good" --by tld --run 9
refused 2 'there is none' 'a store that is not there' --store "$folder/none" --by tld
refused 2 "no/where'" 'a folder that is not there' --store "$good" --by tld --csv "$folder/no/where"
[ ! -c /dev/full ] || refused 4 '/dev/full' 'a full disk' --store "$good" --by tld --csv /dev/full
report --by tld --run 1 --json | head -n 1 | grep -q '"run":1,.*"since_run":1,'
point $? 'an earlier run has no later one in its trend'

# Two halves of a world, scanned into stores of their own: their sum is the whole.
"$DSFI" world make --shares "$folder/shares" --seed 3 >"$folder/world" 2>"$folder/err" &&
	"$DSFI" world targets "$folder/world" >"$folder/targets"
# shellcheck disable=SC2016 # what the inner shell shall expand stands in single quotes
"$DSFI" world run "$folder/world" -- sh -c '
	sed -n "1~2p" "$0/targets" >"$0/odd"; sed -n "2~2p" "$0/targets" >"$0/even"
	for half in odd even targets; do
		"$DSFI" check --quiet --fail-on never --profile full --own --own-targets --targets "$0/$half" \
			--store "$0/$half.store" || exit 1
	done' "$folder" >"$folder/out" 2>"$folder/err"
point $? 'two halves, and the whole'
for by in tld operator; do
	for half in odd even targets; do
		"$DSFI" report --store "$folder/$half.store" --by $by --named --json >"$folder/$half.totals"
	done
	(cd "$folder" && "$DSFI" merge odd.totals even.totals --json >sum.totals &&
		"$DSFI" merge sum.totals --json >again.totals) 2>"$folder/err"
	point $? "sums by $by"
	python3 - "$folder" <<'E'
import json, sys
folder = sys.argv[1]
def figures(name):
    lines = [json.loads(line) for line in open("%s/%s.totals" % (folder, name))]
    keys = ("adopted", "of", "broken", "absent", "unknown", "does_not_apply", "domains", "scored")
    return {(line["type"], line["group"], line.get("practice")): [line[key] for key in keys if key in line]
            for line in lines[1:]}, {line["group"]: line["score"] for line in lines[1:] if "score" in line}
whole, scores = figures("targets")
for name in ("sum", "again"):
    counts, sums = figures(name)
    assert counts == whole, [(key, counts.get(key), whole[key]) for key in whole if counts.get(key) != whole[key]][:5]
    assert all(abs(sums[group] - score) < 0.01 for group, score in scores.items()), (sums, scores)
E
	point $? "by $by the sum is the whole, and its sum again"
done
# unmerged WORDS NAME FILE...
unmerged() {
	words=$1 name=$2
	shift 2
	"$DSFI" merge "$@" >"$folder/out" 2>"$folder/err"
	[ $? = 2 ] && grep -q -e "$words" "$folder/err" && [ "$(wc -l <"$folder/err")" -le 2 ]
	point $? "$name"
}
totals=$folder/odd.totals
unmerged 'count twice' 'the same totals twice' "$totals" "$totals"
report --by tld --json --run 1 >"$folder/run1"
report --by tld --json >"$folder/run2"
unmerged 'added already' 'two runs of one store' "$folder/run1" "$folder/run2"
unmerged 'added already' 'a sum and a part of it' "$folder/sum.totals" "$totals"
sed '1s/"stores":\["/&x/' "$totals" >"$folder/bad"
unmerged 'no store' 'a store that is none' "$folder/bad"
"$DSFI" report --store "$folder/odd.store" --by operator --json >"$folder/bad"
unmerged 'with --named' 'groups that are told by rank' "$folder/bad"
"$DSFI" report --store "$folder/odd.store" --by tld --json >"$folder/bad"
unmerged 'other groups' 'totals of other groups' "$totals" "$folder/bad"
head -c 5000 "$totals" >"$folder/bad"
unmerged 'cut short' 'totals cut short' "$folder/bad"
sed '3s/"adopted":[0-9]*/"adopted":4294967295/' "$totals" >"$folder/bad"
unmerged 'line 3: ' 'figures that do not add up' "$folder/bad"
sed '3s/"adopted":[0-9]*/"adopted":-1/' "$totals" >"$folder/bad"
unmerged "line 3: 'adopted' is no count" 'a negative count' "$folder/bad"
head -n 1 "$totals" >"$folder/bad"
unmerged 'not whole' 'totals cut short behind the first line' "$folder/bad"
sed '$d' "$totals" >"$folder/bad"
unmerged 'not whole' 'totals without their last line' "$folder/bad"
sed 1d "$totals" | cat "$totals" - >"$folder/bad"
unmerged 'not whole' 'totals that have each line twice' "$folder/bad"
sed '2s/"score":[0-9.]*/"score":1000/' "$totals" >"$folder/bad"
unmerged 'line 2: the score cannot be' 'a score of 1000 %' "$folder/bad"
sed '2d' "$totals" >"$folder/bad"
unmerged 'did not come before' 'figures of nobody' "$folder/bad"
sed '3s/"practice":"[a-z]*"/"practice":"new"/' "$totals" >"$folder/bad"
unmerged 'does not know' 'a practice of a newer version' "$folder/bad"
: >"$folder/bad"
unmerged 'is empty' 'an empty file' "$folder/bad"
unmerged 'no JSON object' 'something else' "$folder/targets"

# Runs in which domains change, move and are missed; and more operators than have figures of their own.
python3 "$DSFI_SOURCE/tests/bench/adoption.py" "$DSFI" "$folder/filled" 2000 6 --operators 40 --missed 10 >"$folder/out" 2>&1
for by in tld operator as; do
	"$DSFI" report --store "$folder/filled" --by $by --named --json >"$folder/report" 2>"$folder/err" &&
		python3 "$DSFI_SOURCE/tests/world/adoption_store.py" "$folder/filled" "$folder/report" >"$folder/out"
	point $? "six runs by $by, counted once more: $(tail -n 1 "$folder/out")"
done
python3 "$DSFI_SOURCE/tests/bench/adoption.py" "$DSFI" "$folder/many" 10500 2 --operators 10500 >"$folder/out" 2>&1
"$DSFI" report --store "$folder/many" --by operator --named --json --html "$folder/many.html" -q >"$folder/report" &&
	python3 "$DSFI_SOURCE/tests/world/adoption_store.py" "$folder/many" "$folder/report" >"$folder/out" &&
	grep -q '"group":"(all others)"' "$folder/report" && grep -q 'many-groups.csv' "$folder/many.html" &&
	[ "$(wc -l <"$folder/many-groups.csv")" = 230047 ] && [ "$(wc -c <"$folder/many.html")" -lt 2097152 ]
point $? "10,500 operators, of which 500 are counted together: $(tail -n 1 "$folder/out")"

# Stores: older, newer, damaged, with a run and nothing in it.
python3 - "$folder" <<'E'
import shutil, sqlite3, sys
folder = sys.argv[1]
def copy(name, script):
    shutil.copy(folder + "/store", folder + "/" + name)
    database = sqlite3.connect(folder + "/" + name)
    database.executescript(script)
    database.close()
copy("old", "DROP TABLE adoption; DROP TABLE servers; PRAGMA user_version = 1;")
copy("newer", "PRAGMA user_version = 99;")
copy("damaged", "UPDATE adoption SET states = x'ffffff';")
copy("lost", "DELETE FROM servers;")
copy("empty", "DELETE FROM run; DELETE FROM seen;")
copy("unseen", "UPDATE run SET done = 0;")
copy("back", "UPDATE run SET started_s = started_s - 100000 WHERE id = 2;")
copy("cut", "UPDATE run SET finished_s = 0, domains = 5000 WHERE id = 2;")
E
"$DSFI" report --store "$folder/back" --by tld --html "$folder/back.html" -q >"$folder/out" 2>"$folder/err"
point $? 'a clock that went back between two runs is no reason for no page'
"$DSFI" report --store "$folder/cut" --by tld >"$folder/out" 2>"$folder/err" &&
	grep -q 'not finished: 310 of 5,000 domains' "$folder/out"
point $? 'a run that was interrupted is told to be so'
for by in tld operator as; do
	refused 2 'older dsfi' "a store of an older version, by $by" --store "$folder/old" --by $by
	refused 4 'damaged' "a store with impossible states, by $by" --store "$folder/damaged" --by $by
done
for case in "servers SET body = x'09' || substr(body, 2)|newer dsfi" "servers SET body = substr(body, 1, 7)|is damaged" \
	'adoption SET servers = 3000000000|is damaged' 'adoption SET domain = domain + 3000000000|is damaged'; do
	cp "$good" "$folder/odd"
	python3 -c 'import sqlite3, sys
store = sqlite3.connect(sys.argv[1])
store.execute("UPDATE " + sys.argv[2])
store.commit()' "$folder/odd" "${case%|*}"
	"$DSFI" report --store "$folder/odd" --by operator >"$folder/out" 2>"$folder/err"
	[ $? -ge 2 ] && grep -q -e "${case##*|}" "$folder/err" && [ "$(wc -l <"$folder/err")" = 1 ]
	point $? "a store after UPDATE ${case%|*}"
done
refused 2 'newer dsfi' 'a store of a newer version' --store "$folder/newer" --by tld
refused 4 'damaged' 'a store without its name servers' --store "$folder/lost" --by operator
refused 2 'no run' 'a store without a run' --store "$folder/empty" --by tld
refused 2 'saw no domain' 'a run that saw nothing' --store "$folder/unseen" --by tld

finish
