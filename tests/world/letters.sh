#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 300
# alone
# Letters: three operators whose real servers (BIND, Knot DNS, PowerDNS) are configured badly each get one.
# Every fix in it, put into the server's configuration, makes its finding go away, and no other comes.
# Nobody else is named; and what a store or a file of rules may be like that no letter comes of. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
needs python3
servers=
for program in named knotd pdns_server pdnsutil; do
	real=${DSFI_SERVERS:-/none}/bin/$program
	[ -x "$real" ] || real=$(command -v "$program") || servers=none
	printf '%s\n' "$real" >"$folder/real.$program"
done

# Each program is started by a keeper, who puts in what stands in a folder of its own.
mkdir -p "$folder/servers/bin" "$folder/named" "$folder/knotd" "$folder/pdns_server"
[ ! -d "${DSFI_SERVERS:-/none}/root" ] || ln -s "$DSFI_SERVERS/root" "$folder/servers/root"
for program in named knotd pdns_server; do
	printf '#!/bin/sh\nexec python3 %s run %s %s "$@"\n' "$DSFI_SOURCE/tests/world/letters.py" "$folder" \
		"$(cat "$folder/real.$program")" >"$folder/servers/bin/$program"
done
printf '#!/bin/sh\nexec %s "$@"\n' "$(cat "$folder/real.pdnsutil")" >"$folder/servers/bin/pdnsutil"
chmod 755 "$folder/servers/bin/"*
echo 0 >"$folder/again"

# Badly: what the defaults of an older version, or of a hurried afternoon, are.
cat >"$folder/named/1.conf" <<'CONF'
options {
	version;
	minimal-any no;
	max-udp-size 4096;
	allow-transfer { any; };
	recursion yes;
	allow-recursion { any; };
	allow-query-cache { any; };
};
zone "." { type hint; file "HINTS"; };
CONF
cat >"$folder/knotd/1.conf" <<'CONF'
server:
  version:
acl:
  - id: everybody
    address: [0.0.0.0/0, ::/0]
    action: [transfer, update]
template:
  - id: default
    acl: everybody
CONF
cat >"$folder/pdns_server/1.conf" <<'CONF'
version-string=full
any-to-tcp=no
udp-truncation-threshold=4096
allow-axfr-ips=0.0.0.0/0,::/0
CONF

world=$folder/world.yaml
cat >"$world" <<'WORLD'
world: 1
seed: 11
servers:
  - {name: a.root-servers.net, addresses: [198.41.0.4]}
  - {name: a.nic.tld, addresses: [198.18.0.1]}
  - {name: ns1.binders.tld, addresses: [198.18.1.1, "2001:db8:1::1"], place: bind}
  - {name: ns2.binders.tld, addresses: [198.18.2.1, "2001:db8:2::1"], place: bind}
  - {name: ns1.knotters.tld, addresses: [198.18.3.1, "2001:db8:3::1"], place: knot}
  - {name: ns2.knotters.tld, addresses: [198.18.4.1, "2001:db8:4::1"], place: knot}
  - {name: ns1.powers.tld, addresses: [198.18.5.1, "2001:db8:5::1"], place: pdns}
  - {name: ns2.powers.tld, addresses: [198.18.6.1, "2001:db8:6::1"], place: pdns}
operators:
  - {name: root, servers: [a.root-servers.net]}
  - {name: nic, servers: [a.nic.tld]}
  - {name: binders, servers: [ns1.binders.tld, ns2.binders.tld]}
  - {name: knotters, servers: [ns1.knotters.tld, ns2.knotters.tld]}
  - {name: powers, servers: [ns1.powers.tld, ns2.powers.tld]}
  - {name: both, servers: [ns1.binders.tld, ns1.powers.tld]}
zones:
  - {name: ., operator: root, signed: 13 nsec}
  - {name: tld, operator: nic, signed: 13 nsec}
  - {name: root-servers.net, operator: root}
  - {name: binders.tld, operator: binders, signed: 13 nsec}
  - {name: knotters.tld, operator: knotters, signed: 13 nsec}
  - {name: powers.tld, operator: powers, signed: 13 nsec}
domains:
  - {name: one-b.tld, operator: binders, signed: 13 nsec}
  - {name: two-b.tld, operator: binders}
  - {name: one-k.tld, operator: knotters, signed: 13 nsec}
  - {name: two-k.tld, operator: knotters}
  - {name: one-p.tld, operator: powers, signed: 13 nsec}
  - {name: two-p.tld, operator: powers}
  - {name: shared.tld, operator: both}
WORLD
"$DSFI" world targets "$world" >"$folder/targets"

cat >"$folder/steps" <<'STEPS'
SERVER-RECURSES SERVER-UPDATE-OPEN SERVER-TRANSFER-OPEN
SERVER-TRANSFER-OPEN SERVER-TRANSFER-OPEN SERVER-ANY-LARGE
SERVER-UPWARD-REFERRAL SERVER-VERSION-SHOWN SERVER-VERSION-SHOWN
SERVER-ANY-LARGE - -
SERVER-VERSION-SHOWN - -
STEPS

# In the world: look, write the letters, do what they say, look again.
cat >"$folder/inside.sh" <<'INSIDE'
look() {
	"$DSFI" check --quiet --json --profile full --own --own-targets --per-server 200 --fail-on never \
		--targets "$folder/targets" --store "$folder/$1.sqlite" >"$folder/$1.json"
}
letter() {
	"$DSFI" report --for "$1" --store "$folder/before.sqlite" --json >"$folder/$1.letter" &&
		"$DSFI" report --for "$1" --store "$folder/before.sqlite" --markdown "$folder/$1.md" \
			--html "$folder/$1.html" --quiet >"$folder/$1.text"
}
fix() {
	software=$1
	file=$2
	letter=$3
	shift 3
	python3 "$DSFI_SOURCE/tests/world/letters.py" fix "$folder/$letter.letter" "$software" "$folder/$file" "$@"
}
look before || exit 9
letter binders.tld && letter knotters.tld && letter powers.tld || exit 8
# One fix after the other, so that each is seen to help by itself; an operator with fewer waits.
step=1
while read -r bind knot powerdns; do
	[ "$bind" = - ] || fix bind "named/2$step.conf" binders.tld "$bind" || exit 7
	[ "$knot" = - ] || fix knot "knotd/2$step.conf" knotters.tld "$knot" || exit 7
	[ "$powerdns" = - ] || fix powerdns "pdns_server/2$step.conf" powers.tld "$powerdns" || exit 7
	echo "$step" >"$folder/again"
	sleep 3
	look "step$step" || exit 6
	step=$((step + 1))
done <"$folder/steps"
INSIDE

if [ "$servers" = none ]; then
	skip 'letters to real servers' 'no named, knotd, pdns_server here (tools/unpack-servers fetches them)'
	finish
	exit
fi
export folder
DSFI_SERVERS=$folder/servers timeout -k 5 200 "$DSFI" world run "$world" -- sh "$folder/inside.sh" \
	>"$folder/out" 2>"$folder/err"
point $? 'three operators get letters, and do what they say'

# compare LETTER SOFTWARE CODE...: after the step of each code it is gone, and at no step comes another.
compare() {
	python3 - "$folder" "$@" 2>"$folder/err" <<'PYTHON'
import json, sys
folder, letter, software = sys.argv[1:4]
wanted = sys.argv[4:]
lines = [json.loads(line) for line in open("%s/%s.letter" % (folder, letter))]
head, rows = lines[0], {line["code"]: line for line in lines if line["type"] == "letter-finding"}
domains = [line["domain"] for line in lines if line["type"] == "letter-domain" and not line["shared"]]


def found(name):
    rows = [json.loads(line) for line in open("%s/%s.json" % (folder, name))]
    assert all(row.get("state") != "not measured" for row in rows if row["type"] == "domain")
    return {(row["domain"], row["code"], row.get("server")) for row in rows
            if row["type"] == "finding" and row["domain"] in domains}


before = found("before")
steps = [before] + [found("step%d" % (step + 1)) for step in range(5)]
mistakes = []
if head["software"] != [software]:
    mistakes.append("software %s" % head["software"])
ours = {code for code in rows if rows[code]["yours"]}
# Names of addresses are the provider's: no server's configuration mends them.
if ours - {"SERVER-REVERSE-MISSING"} != set(wanted):
    mistakes.append("it can mend %s" % sorted(ours))
for step, code in enumerate(wanted, 1):
    if code in {found for _, found, _ in steps[step]}:
        mistakes.append("%s stays" % code)
for step in range(1, 6):
    if steps[step] - steps[step - 1]:
        mistakes.append("step %d: new is %s" % (step, sorted(steps[step] - steps[step - 1], key=str)[:3]))
gone = {code for _, code, _ in before} - {code for _, code, _ in steps[5]}
if gone != set(wanted):
    mistakes.append("gone are %s" % sorted(gone))
if not domains or not before:
    mistakes.append("nothing was compared")
print("\n".join(mistakes), file=sys.stderr)
sys.exit(1 if mistakes else 0)
PYTHON
}
compare binders.tld bind SERVER-RECURSES SERVER-TRANSFER-OPEN SERVER-UPWARD-REFERRAL SERVER-ANY-LARGE \
	SERVER-VERSION-SHOWN
point $? 'BIND: every fix makes its finding go away, and no other comes'
compare knotters.tld knot SERVER-UPDATE-OPEN SERVER-TRANSFER-OPEN SERVER-VERSION-SHOWN
point $? 'Knot DNS: every fix makes its finding go away, and no other comes'
compare powers.tld powerdns SERVER-TRANSFER-OPEN SERVER-ANY-LARGE SERVER-VERSION-SHOWN
point $? 'PowerDNS: every fix makes its finding go away, and no other comes'

# The domain of two operators is in both letters, and neither letter names the other.
for pair in binders.tld:powers binders.tld:knotters powers.tld:binders powers.tld:knotters knotters.tld:binders; do
	mine=${pair%:*}
	other=${pair#*:}
	cat "$folder/$mine.letter" "$folder/$mine.text" "$folder/$mine.md" "$folder/$mine.html" >"$folder/all"
	case $other in
	binders) block='198\.18\.[12]\.\|2001:db8:[12]::' ;;
	knotters) block='198\.18\.[34]\.\|2001:db8:[34]::' ;;
	*) block='198\.18\.[56]\.\|2001:db8:[56]::' ;;
	esac
	grep -n "$other\|$block" "$folder/all" >"$folder/out"
	[ $? = 1 ] && [ -s "$folder/$mine.letter" ] && [ -s "$folder/$mine.html" ]
	point $? "the letter to $mine does not name $other"
done
grep -q '"domain":"shared.tld.","measured":true,"shared":true' "$folder/binders.tld.letter" &&
	grep -q '"domain":"shared.tld.","measured":true,"shared":true' "$folder/powers.tld.letter"
point $? 'a domain with two operators is in the letters to both'
head -n 12 "$folder/knotters.tld.text" >"$folder/out"
grep -q '^1\. A name server takes updates from anybody' "$folder/knotters.tld.text" &&
	grep -q 'domain: \(one-k\|two-k\).tld' "$folder/knotters.tld.text" &&
	grep -q 'Verify: dsfi check --profile full --own [a-z]*-k.tld' "$folder/knotters.tld.text"
point $? 'the worst comes first, with the domain filled in and the command that verifies it'

# Lines fit their schemas, and the schemas can fail.
for type in letter letter-finding letter-domain; do
	schema=$DSFI_SOURCE/docs/format/$type.schema.json
	grep -h "^{\"type\":\"$type\"," "$folder/binders.tld.letter" "$folder/knotters.tld.letter" >"$folder/lines"
	sed 's/"type":/"forgotten":1,"type":/' "$folder/lines" >"$folder/more"
	sed 's/,"[a-z_]*":[^,]*$/}/' "$folder/lines" >"$folder/fewer"
	python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$schema" "$folder/lines" >"$folder/out" 2>&1 &&
		! python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$schema" "$folder/more" >"$folder/err" 2>&1 &&
		! python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$schema" "$folder/fewer" >"$folder/err" 2>&1
	point $? "lines of the type $type fit their schema, which refuses others"
done

# Software that is asked for.
"$DSFI" report --for powers.tld --software nsd --store "$folder/before.sqlite" >"$folder/out" 2>"$folder/err"
grep -q 'provide-xfr' "$folder/out" && ! grep -q 'allow-axfr-ips' "$folder/out"
point $? '--software nsd gives the fixes for NSD and for nothing else'

# Rules of people's own.
printf 'suffix knotters.tld | Our Friends # white label\nprefix 198.18.5.0/24 | Our Friends\n' >"$folder/rules"
"$DSFI" report --for 'our friends' --operators "$folder/rules" --store "$folder/before.sqlite" --json \
	>"$folder/out" 2>"$folder/err"
head -n 1 "$folder/out" | grep -q '"operator":"Our Friends"' &&
	[ "$(grep -c '"type":"letter-domain"' "$folder/out")" -ge 5 ] &&
	grep -q 'line 1 of the operators file' "$folder/out" && grep -q 'line 2 of the operators file' "$folder/out"
point $? 'rules of --operators move domains, and the letter says by which line'

# words CODE PATTERN ARGUMENT...: it ends with the code and one sentence.
words() {
	wanted=$1
	pattern=$2
	shift 2
	"$DSFI" report "$@" >"$folder/out" 2>"$folder/err"
	[ $? = "$wanted" ] && [ ! -s "$folder/out" ] && [ "$(wc -l <"$folder/err")" -le 2 ] && grep -q "$pattern" "$folder/err"
}
store=$folder/before.sqlite
words 2 "did you mean 'knotters.tld'" --for knoters.tld --store "$store"
point $? 'an operator that nobody knows: words, and who is meant perhaps'
printf 'suffix one.tld\n' >"$folder/wrong"
words 2 "line 1 of '.*wrong': a rule is like" --for x --operators "$folder/wrong" --store "$store"
point $? 'a rule that is none: its line, and what a rule is like'
printf '# fine\nprefix 192.0.2.1/24 | A\n' >"$folder/wrong"
words 2 "line 2 of '.*wrong': '192.0.2.1/24' has bits behind" --for x --operators "$folder/wrong" --store "$store"
point $? 'a prefix with bits behind its length: words'
words 2 'not-there' --for x --operators "$folder/not-there" --store "$store"
point $? 'a file of rules that is not there: words'
words 2 'for letters and adoption: add --for or --by' --markdown "$folder/x.md" --store "$store"
point $? '--markdown without --for: words'
words 2 'the store has no run 7; its newest is 1' --for knotters.tld --run 7 --store "$store"
point $? 'a run that is not there: words'
words 2 'not-there' --for x --store "$folder/not-there"
point $? 'a store that is not there: words'
cp "$store" "$folder/newer"
rm -f "$folder/newer-wal" "$folder/newer-shm"
python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("PRAGMA user_version=99")' "$folder/newer"
words 2 'newer' --for x --store "$folder/newer"
point $? 'a store of a newer version: words'
python3 -c '
import sqlite3, sys
store = sqlite3.connect(sys.argv[1])
for table in ("run", "seen", "interval", "evidence", "finding", "domain"):
    store.execute("DELETE FROM " + table)
store.commit()' "$(cp "$store" "$folder/empty" && echo "$folder/empty")" 2>"$folder/err"
words 2 'holds no run' --for x --store "$folder/empty"
point $? 'a store without a run: words'
cp "$store" "$folder/damaged"
python3 -c '
import sys
with open(sys.argv[1], "r+b") as file:
    size = file.seek(0, 2)
    for at in range(8192, size, 4096):
        file.seek(at)
        file.write(b"\xa5" * 2048)' "$folder/damaged"
words 4 'damaged' --for knotters.tld --store "$folder/damaged"
point $? 'a damaged store: words'
finish
