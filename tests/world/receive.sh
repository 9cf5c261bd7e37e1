#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is tampered with, replayed, reordered, cut, too large, wrongly addressed, wrongly marked or unsigned is
# refused, each with its reason; nothing is lost, and nothing shown to whom it is not for. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/cases.sh
. "$DSFI_SOURCE/tests/cases.sh"

cd "$folder" || exit 1
make_parties
for one in csirt.1 csirt.2 csirt.3 csirt.4 csirt.5 csirt.6 registrar.1 registrar.2; do
	cp "${one%.*}" $one
done

# edit FILE EXPRESSION: prints the message with Python's `m` changed, not signed anew.
edit() {
	python3 -c 'import json, sys
m = json.load(open(sys.argv[1]))
exec(sys.argv[2])
print(json.dumps(m, sort_keys=True, separators=(",", ":"), ensure_ascii=False))' "$1" "$2"
}

# note MEMBERS [WHO]: a note of the registry, or signed by WHO, with these members more; it is in last.json.
note() {
	sign "${2:-registry}" "{\"kind\":\"note\",\"case\":\"$notice\",\"after\":[\"$notice\"],\"to\":[\"@registrar\"],\"body\":{\"text\":\"geheim\"}$1}" >/dev/null
}

notice=$(sign registry '{"kind":"notice","to":["@registrar","@csirt"],"body":{"sentence":"geheim: bank.example was taken over","domains":["bank.example"]}}')
file_own registry notice.json
dsfi share "$notice" --to Registrar --to CSIRT --out box --store registry >/dev/null 2>&1
does 'a sound one' dsfi receive "box/$notice.$registrar.age" --key registrar.key --store registrar
kept=1
seen=0

# held STORE: how many messages, and how many notes of receiving one.
held() {
	sqlite "$1" "SELECT (SELECT count(*) FROM message) || ' ' || (SELECT count(*) FROM audit WHERE act = 'receive')"
}

# bad REASON NAME FILE [OPTION...]: refused, and each refusal begins with this reason; the store is as before, and
# the content is not shown.
bad() {
	reason=$1 name=$2 file=$3
	shift 3
	dsfi receive "$file" --key registrar.key --store registrar "$@" >out 2>err
	code=$?
	seen=$((seen + 1))
	[ $code = 1 ] && [ -s out ] && ! grep -qv "^refused  $file\(, line [0-9]*\)\{0,1\}: $reason" out &&
		! grep -q geheim out err && [ "$(held registrar)" = "$kept $kept" ]
	point $? "$name"
	grep -h . "$file" >>all 2>/dev/null
}

changed="message: 'id' is not that of its content; it was changed on its way"
note ''
cp last.json good.json
edit good.json 'm["body"]["text"] = "geheim!"' >b1
bad "$changed" 'tampered: its id is of other content' b1 --unsealed
edit good.json 'm["made"] = m["made"][:3] + "5" + m["made"][4:]; m.pop("x", 0)' >b2
bad "$changed" 'tampered: another time' b2 --unsealed
note ',"id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"'
cp last.json b3
bad "$changed" 'under a name that is not its own, though signed' b3 --unsealed
edit good.json 'm["sig"] = json.load(open("notice.json"))["sig"]' >b4
bad "message: the signature is not of party '$registry'" 'with the signature of another message' b4 --unsealed
edit good.json 'del m["sig"]' >b5
bad 'message: not signed; what nobody signed' 'unsigned' b5 --unsealed
edit good.json 'm["sig"] = ""' >b6
bad "message: 'sig' is no signature (64 octets in base64)" 'with an empty signature' b6 --unsealed
note ",\"author\":\"$registry\"" stranger
cp last.json b7
bad "message: the signature is not of party '$registry'" 'signed by somebody else in the name of the registry' b7 --unsealed
note '' stranger
cp last.json b8
bad "message: no key is known by which party '$stranger' could sign it then" 'by somebody nobody knows' b8 --unsealed
head -c 200 good.json >b9
bad 'message: not JSON, or cut short, at octet 200' 'cut' b9 --unsealed
head -c 500 "box/$notice.$registrar.age" >b10
bad 'sealed file: its ASCII armour is damaged' 'a sealed one that was cut' b10
python3 - "box/$notice.$registrar.age" >b11 <<'P'
import base64, sys
lines = open(sys.argv[1]).read().split("\n")
octets = bytearray(base64.b64decode("".join(lines[1:-2])))
octets[-1] ^= 1
print(lines[0])
text = base64.b64encode(octets).decode()
for at in range(0, len(text), 64):
    print(text[at:at + 64])
print(lines[-2])
P
bad 'sealed file: its content is altered' 'a sealed one that was altered' b11
python3 -c 'print("{\"after\":[" + "x" * (300 * 1024))' >b12
bad 'more octets than a message may have' 'oversized' b12 --unsealed
note ',"to":["@csirt"]'
cp last.json b13
bad "message: not for party '$registrar'" 'for somebody else' b13 --unsealed
if command -v age >/dev/null; then
	age -a -r "$(sed -n 's/^# opens what is sealed to //p' registrar.key)" -o b14 b13 2>/dev/null
	bad "message: not for party '$registrar'" 'for somebody else, sealed to us' b14
fi
note ',"tlp":"purple"'
cp last.json b15
bad "message: 'tlp' is no mark of TLP 2.0" 'of a mark that is none' b15 --unsealed
cp good.json b16
bad 'marked TLP:amber, and came unsealed' 'marked amber, and open to all on its way' b16
note ',"made":"2200-01-01T00:00:00Z"'
cp last.json b17
bad 'message: of the future: made 2200-01-01T00:00:00Z' 'of the future' b17 --unsealed
note ',"kind":"gossip"'
cp last.json b18
bad "message: 'kind' is none that this version knows" 'of a kind that is none' b18 --unsealed
note ',"v":2'
cp last.json b19
bad 'message: version 2, this dsfi reads 1' 'of a version to come' b19 --unsealed
sign registry "{\"unsorted\":1,\"kind\":\"note\",\"case\":\"$notice\",\"after\":[\"$notice\"],\"to\":$(python3 -c 'import sys, json; print(json.dumps(sorted(sys.argv[1:], reverse=True)))' "$registrar" "$csirt"),\"body\":{\"text\":\"geheim\"}}" >/dev/null
cp last.json b20
bad "message: 'to' is not sorted, or has an item twice" 'recipients out of order' b20 --unsealed
python3 -c 'import json; m = json.load(open("good.json")); print(json.dumps(dict(reversed(m.items())), separators=(",", ":")))' >b21
bad 'message: not in canonical form (RFC 8785) from octet 3 on' 'members out of order' b21 --unsealed
sed 's/,/, /' good.json >b22
bad 'message: not in canonical form (RFC 8785) from octet 47 on' 'with white space' b22 --unsealed
sed 's/"tlp":"amber"/"tlp":"amber","tlp":"clear"/' good.json >b23
bad 'message: a member is there twice' 'with a member twice' b23 --unsealed
note ",\"after\":[\"$notice\",\"$notice\"]"
cp last.json b24
bad "message: 'after' is not sorted, or has an item twice" 'with a predecessor twice' b24 --unsealed
note ',"body":{"text":"geheim","money":"yes"}'
cp last.json b25
bad "message: 'money' is a member that this version does not have" 'with a member that nobody knows' b25 --unsealed
python3 - >b29 <<'P'
import base64, hashlib, json
m = json.load(open("good.json"))
m["body"]["text"] = "geheim!"
def canonical(*without):
    return json.dumps({name: m[name] for name in m if name not in without}, sort_keys=True, separators=(",", ":"))
m["id"] = base64.b32encode(hashlib.sha256(canonical("id", "sig").encode()).digest()[:20]).decode().lower()
print(canonical())
P
bad "message: the signature is not of party '$registry'" 'tampered, and named by the id of what it is now' b29 --unsealed
note ',"to":["@registry","@registrar"]'
cp last.json b30
bad "message: 'to' has its author" 'to its own author' b30 --unsealed
note ',"after":[]'
cp last.json b31
bad "message: 'after' is empty, and the message does not open its case" 'after nothing' b31 --unsealed
note ',"case":null'
cp last.json b32
bad "message: 'case' is null, and only a notice opens a case" 'a note that opens a case' b32 --unsealed
many=$(python3 -c 'print(",".join("\"%s\"" % ("a" * 30 + "abcdefghijklmnopqrstuvwxyz234567"[i // 32] + "abcdefghijklmnopqrstuvwxyz234567"[i % 32]) for i in range(65)))')
note ",\"to\":[$many]"
cp last.json b33
bad "message: 'to' has more items than there may be" 'to 65 parties' b33 --unsealed
note ",\"after\":[$many]"
cp last.json b34
bad "message: 'after' has more items than there may be" 'after 65 messages' b34 --unsealed
edit good.json 'm["body"]["domains"] = [[[[[[[[]]]]]]]]' >b35
bad 'message: nested more than 8 deep' 'of too many levels' b35 --unsealed
sed 's/"v":1/"v":1.5/' good.json >b36
bad 'message: a number that is no integer' 'with a fraction' b36 --unsealed
note ',"body":{"text":"geheim \u202e txet"}'
cp last.json b37
bad "message: 'text' is no plain text" 'with words that turn their direction' b37 --unsealed
cp csirt.party b26
bad 'a party file, which is not taken in passing' 'a party file' b26
echo 'lunch at noon?' >b27
bad 'neither a message, an age file, a mail nor an mbox file' 'something else' b27

# All of them with sound ones between: the sound ones are filed, and no more.
(cat b1 b7; cat good.json; cat b12 b13; cat good.json; cat b21) >mixed
dsfi receive mixed --unsealed --store registrar >out 2>err
[ $? = 1 ] && [ "$(grep -c ^new out)" = 1 ] && [ "$(grep -c ^here out)" = 1 ] && [ "$(grep -c ^refused out)" = 5 ]
point $? 'sound ones between bad ones are filed'
[ "$(sqlite registrar 'SELECT count(*) FROM message')" = 2 ]
point $? 'and nothing else'
dsfi receive mixed --unsealed --store registrar --json >lines 2>err
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/received.schema.json" lines >err 2>&1
point $? 'as JSON, too'
kept=2

# ---- any order gives the same ----
# says WHO NAME SECOND AFTER KIND BODY: made so long after the notice, for the other two; in the file NAME. Prints the id.
says() {
	made=$(python3 -c 'import datetime, json, sys
at = datetime.datetime.strptime(json.load(open("notice.json"))["made"], "%Y-%m-%dT%H:%M:%SZ")
print((at + datetime.timedelta(seconds=int(sys.argv[1]))).strftime("%Y-%m-%dT%H:%M:%SZ"))' "$3")
	case $1 in
	registry) to='"@registrar","@csirt"' ;;
	registrar) to='"@registry","@csirt"' ;;
	csirt) to='"@registry","@registrar"' ;;
	esac
	draft "{\"kind\":\"$5\",\"case\":\"$notice\",\"made\":\"$made\",\"after\":[$4],\"to\":[$to],\"body\":{$6}}" |
		"$DSFI_BUILD/oracle_messages" "$1.key" >"$2"
	sed 's/.*"id":"\([a-z2-7]*\)".*/"\1"/' "$2"
}
# A question, two answers of one second, a dispute beside a note, the dispute taken back by who knew both, then a
# request and, of the same second, a closure by one who may not.
cp notice.json n0
n1=$(says registry n1 1 "\"$notice\"" ask '"question":"authorised"')
n2=$(says registrar n2 2 "$n1" answer "\"of\":$n1,\"answer\":\"not-authorised\"")
n3=$(says csirt n3 2 "$n1" answer "\"of\":$n1,\"answer\":\"unknown\"")
n4=$(says csirt n4 3 "$n2" dispute "\"of\":$n2,\"reason\":\"it was\"")
n5=$(says registrar n5 3 "$n3" note '"text":"x"')
n6=$(says csirt n6 4 "$(printf '%s\n%s\n' "$n4" "$n5" | sort | paste -sd,)" recall "\"of\":$n4,\"reason\":\"it was not\"")
says registry n7 5 "$n6" request '"wanted":"take it back"' >/dev/null
says csirt n8 5 "$n6" closure '"cause":"none"' >/dev/null
# fed STORE FILE...: all in one run, and shown.
fed() {
	of=$1
	shift
	dsfi receive --unsealed "$@" --store "$of" >out 2>err && shows "$of"
}
shows() {
	dsfi case show "$notice" --json --store "$1" >"$1.json" 2>err && dsfi case list --all --json --store "$1" >"$1.list" 2>err
}
fed csirt.1 n0 n1 n2 n3 n4 n5 n6 n7 n8 && python3 - <<'P' >err 2>&1
import json, sys
case, *steps = map(json.loads, open("csirt.1.json"))
reasons = [step["kind"] for step in steps if step["reason"] is not None]
print(case, reasons)
sys.exit(0 if (case["state"], case["open_disputes"], len(steps), reasons) == ("requested", 0, 9, ["dispute", "closure"]) else 1)
P
point $? 'a case that forks'
fed csirt.2 n8 n7 n6 n5 n4 n3 n2 n1 n0 && cmp csirt.1.json csirt.2.json >err && cmp csirt.1.list csirt.2.list >err
point $? 'the other way round it is the same case'
# shellcheck disable=SC2046 # the names have no white space
set -- $(printf 'n%d\n' 0 1 2 3 4 5 6 7 8 | shuf)
fed csirt.3 "$@" && cmp csirt.1.json csirt.3.json >err && cmp csirt.1.list csirt.3.list >err
point $? "and in the order $*"
# shellcheck disable=SC2046
set -- $(printf 'n%d\n' 0 1 2 3 4 5 6 7 8 | shuf)
for one in "$@" "$1"; do
	dsfi receive --unsealed "$one" --store csirt.4 >out 2>err || break
done && shows csirt.4 && cmp csirt.1.json csirt.4.json >err && cmp csirt.1.list csirt.4.list >err
point $? "one by one, in the order $* $1"
# shellcheck disable=SC2046
set -- $(printf 'n%d\n' 0 1 2 3 4 5 6 7 8 | shuf)
fed registrar.1 "$@" && cmp csirt.1.json registrar.1.json >err
point $? "for another party, in the order $*"
python3 - csirt.1 csirt.2 csirt.3 csirt.4 registrar.1 <<'P'
import sqlite3, sys
rows = [sqlite3.connect(name).execute("SELECT id, body FROM message ORDER BY id").fetchall() for name in sys.argv[1:]]
sys.exit(0 if len(rows[0]) == 9 and all(one == rows[0] for one in rows) else 1)
P
point $? 'of the same messages'
# A page tells how much time has gone by, so both are made within one second.
same=1
for _ in 1 2 3 4 5 6 7 8; do
	now=$(date +%s)
	dsfi case show "$notice" --html - --store csirt.1 >page.1 2>err
	dsfi case show "$notice" --html - --store csirt.3 >page.3 2>>err
	[ "$(date +%s)" = "$now" ] || continue
	cmp page.1 page.3 >err && [ "$(grep -c 'it was not' page.1)" -ge 1 ]
	same=$?
	break
done
point $same 'as a page, too'
fed csirt.5 n2 n4 n6 n8 && fed csirt.6 n8 n6 n4 n2 && cmp csirt.5.json csirt.6.json >err && cmp csirt.5.list csirt.6.list >err &&
	grep -q '"state":"incomplete"' csirt.5.json && grep -q "\"missing\":\[[^]]*$n5" csirt.5.json
point $? 'and so while some are missing'
fed csirt.5 n7 n5 n3 n1 n0 && cmp csirt.1.json csirt.5.json >err
point $? 'until they come'

# What is green goes to whom it was not written to; what is amber does not.
g=$(sign registry "{\"kind\":\"note\",\"case\":\"$notice\",\"after\":[\"$notice\"],\"tlp\":\"green\",\"to\":[\"@csirt\"],\"body\":{\"text\":\"to all\"}}") && cp last.json g
file_own registry g
does 'green goes to others' dsfi share "$notice" --to Registrar --out box3 --store registry
grep -q "sent .*$g" out
point $? 'and is said to'
does 'who file it' dsfi receive box3 --key registrar.key --store registrar
kept=3

# The same content signed with another key of its author is another signature of the same message.
dsfi party key registry2.key >/dev/null
python3 - >again <<'P'
import json
m = json.load(open("good.json"))
del m["sig"]
print(json.dumps(m))
P
sleep 2
dsfi party add --key registry.key --next-key registry2.key --store registry >/dev/null 2>&1
dsfi party export --store registry | dsfi party import - --store registrar -q >/dev/null 2>&1
"$DSFI_BUILD/oracle_messages" registry2.key <again >b28
bad "message: the signature is not of party '$registry'" 'replayed with another key, of before it was one' b28 --unsealed
[ $seen -ge 36 ]
point $? "$seen bad ones"

dsfi audit verify --store registrar >out 2>err
point $? 'the audit follows'

# ---- from standard input ----
dsfi receive - --key registrar.key --store registrar.2 <"box/$notice.$registrar.age" >out 2>err &&
	grep -qx "new      $notice  notice of Registry, case $notice, TLP:amber" out && [ "$(held registrar.2)" = '1 1' ]
point $? 'a sealed one from standard input'
dsfi receive - --store registrar.2 <"box/$notice.$registrar.age" >out 2>err
[ $? = 1 ] && grep -q '^refused  standard input: it is sealed; --key' out && [ "$(held registrar.2)" = '1 1' ]
point $? '... not without the key'
dsfi receive - --store registrar.2 <good.json >out 2>err
[ $? = 1 ] && grep -q '^refused  standard input, line 1: marked TLP:amber, and came unsealed' out && ! grep -q geheim out && [ "$(held registrar.2)" = '1 1' ]
point $? '... nor what should have been sealed'
cat b1 good.json notice.json | dsfi receive - --unsealed --store registrar.2 >out 2>err
[ $? = 1 ] && grep -q "^refused  standard input, line 1: $changed" out && grep -q '^new ' out && grep -q "^here     $notice" out && [ "$(held registrar.2)" = '2 2' ]
point $? 'several: each as it is'
dsfi receive b1 - b7 --unsealed --json --store registrar.2 <g >lines 2>err
[ $? = 1 ] && [ "$(sed 's/.*"result":"\([a-z]*\)","origin":"\([^"]*\)".*/\1 \2/' lines | tr '\n' ';')" = 'refused b1, line 1;new standard input, line 1;refused b7, line 1;' ]
point $? 'between files'
dsfi receive - --store registrar.2 </dev/null >out 2>err
[ $? = 1 ] && grep -qx 'refused  standard input: empty' out && [ "$(held registrar.2)" = '3 3' ]
point $? 'nothing at all'
# ---- a key that was stolen ----
# The registrar ends its key as of before its answer: a new version that its own program would not make.
does 'a case is opened' dsfi case open bank.example --sentence 'all changed' --key registry2.key --to Registrar --ask --json --store registry
stolen=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])')
sleep 2
refused 4 'signs with now' 'an ended key says nothing' dsfi case open bank.example --sentence 'all changed' --key registry.key --store registry
dsfi party export --store registry >registry.party
does 'its notice comes' sh -c '"$DSFI_BUILD/dsfi" share "$1" --to Registrar --out stolen.1 --store registry &&
	"$DSFI_BUILD/dsfi" receive stolen.1 --key registrar.key --store registrar' sh "$stolen"
does 'it is answered' sh -c '"$DSFI_BUILD/dsfi" case answer "$1" not-authorised --key registrar.key --store registrar &&
	"$DSFI_BUILD/dsfi" share "$1" --to Registry --out stolen.2 --store registrar &&
	"$DSFI_BUILD/dsfi" receive stolen.2 --key registry2.key --store registry' sh "$stolen"
dsfi party key next.key >/dev/null
python3 - >draft <<'END'
import base64, hashlib, json
one = json.loads(open("registrar.party").read().split("\n")[-2])
del one["sig"]
octets = json.dumps(one, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
one["after"] = base64.b32encode(hashlib.sha256(octets).digest()[:20]).decode().lower()
one["version"] += 1
since = one["keys"][0]["since"]
second = int(since[17:19])
one["keys"][0]["until"] = since[:17] + "%02dZ" % (second + 1) if second < 59 else since[:14] + "%02d:00Z" % (int(since[14:16]) + 1)
lines = open("next.key").read().split("\n")
one["keys"].append({"sign": lines[1].split()[-1], "seal": lines[2].split()[-1], "since": one["made"], "until": None})
print(json.dumps(one))
END
"$DSFI_BUILD/oracle_messages" registrar.key party <draft >ended.party
does 'a key is ended as of yesterday' dsfi party import ended.party --store registry
dsfi case show "$stolen" --store registry >out 2>err && grep -q '^asked ' out && grep -q 'left out: .*signature is not of party' err
point $? 'what it signed since is left out, and the rest of the case is there'
does 'and goes on' dsfi case note "$stolen" 'a key was stolen' --key registry2.key --store registry
dsfi case list --store registry >out 2>err && grep -q "$(printf %.8s "$stolen")  asked" out
point $? 'also in the list'
dsfi share "$stolen" --to CSIRT --preview --store registry >out 2>err
[ $? = 0 ] && grep -q 'left out' err
point $? 'and for sharing'

finish
