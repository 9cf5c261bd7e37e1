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

# bad WORD NAME FILE [OPTION...]: refused with the word; the store is as before, and the content is not shown.
bad() {
	word=$1 name=$2 file=$3
	shift 3
	dsfi receive "$file" --key registrar.key --store registrar "$@" >out 2>err
	code=$?
	seen=$((seen + 1))
	[ $code = 1 ] && grep -q "^refused .*$word" out && ! grep -q geheim out err &&
		[ "$(sqlite registrar 'SELECT count(*) FROM message')" = $kept ] &&
		[ "$(sqlite registrar "SELECT count(*) FROM audit WHERE act = 'receive'")" = $kept ]
	point $? "$name"
	grep -h . "$file" >>all 2>/dev/null
}

note ''
cp last.json good.json
edit good.json 'm["body"]["text"] = "geheim!"' >b1
bad 'id' 'tampered: its id is of other content' b1 --unsealed
edit good.json 'm["made"] = m["made"][:3] + "5" + m["made"][4:]; m.pop("x", 0)' >b2
bad 'id' 'tampered: another time' b2 --unsealed
note ',"id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"'
cp last.json b3
bad 'id' 'under a name that is not its own, though signed' b3 --unsealed
edit good.json 'm["sig"] = json.load(open("notice.json"))["sig"]' >b4
bad 'signature' 'with the signature of another message' b4 --unsealed
edit good.json 'del m["sig"]' >b5
bad 'sig' 'unsigned' b5 --unsealed
edit good.json 'm["sig"] = ""' >b6
bad 'sig' 'with an empty signature' b6 --unsealed
note ",\"author\":\"$registry\"" stranger
cp last.json b7
bad 'signature' 'signed by somebody else in the name of the registry' b7 --unsealed
note '' stranger
cp last.json b8
bad 'no key is known' 'by somebody nobody knows' b8 --unsealed
head -c 200 good.json >b9
bad 'JSON' 'cut' b9 --unsealed
head -c 500 "box/$notice.$registrar.age" >b10
bad 'armour\|cut\|end' 'a sealed one that was cut' b10
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
bad 'altered\|damaged' 'a sealed one that was altered' b11
python3 -c 'print("{\"after\":[" + "x" * (300 * 1024))' >b12
bad 'octets' 'oversized' b12 --unsealed
note ',"to":["@csirt"]'
cp last.json b13
bad 'not for' 'for somebody else' b13 --unsealed
if command -v age >/dev/null; then
	age -a -r "$(sed -n 's/^# opens what is sealed to //p' registrar.key)" -o b14 b13 2>/dev/null
	bad 'not for' 'for somebody else, sealed to us' b14
fi
note ',"tlp":"purple"'
cp last.json b15
bad 'tlp' 'of a mark that is none' b15 --unsealed
cp good.json b16
bad 'TLP:amber, and came unsealed' 'marked amber, and open to all on its way' b16
note ',"made":"2200-01-01T00:00:00Z"'
cp last.json b17
bad 'ahead\|future' 'of the future' b17 --unsealed
note ',"kind":"gossip"'
cp last.json b18
bad 'kind' 'of a kind that is none' b18 --unsealed
note ',"v":2'
cp last.json b19
bad 'version' 'of a version to come' b19 --unsealed
sign registry "{\"unsorted\":1,\"kind\":\"note\",\"case\":\"$notice\",\"after\":[\"$notice\"],\"to\":$(python3 -c 'import sys, json; print(json.dumps(sorted(sys.argv[1:], reverse=True)))' "$registrar" "$csirt"),\"body\":{\"text\":\"geheim\"}}" >/dev/null
cp last.json b20
bad 'sorted\|order' 'recipients out of order' b20 --unsealed
python3 -c 'import json; m = json.load(open("good.json")); print(json.dumps(dict(reversed(m.items())), separators=(",", ":")))' >b21
bad 'canonical' 'members out of order' b21 --unsealed
sed 's/,/, /' good.json >b22
bad 'canonical' 'with white space' b22 --unsealed
sed 's/"tlp":"amber"/"tlp":"amber","tlp":"clear"/' good.json >b23
bad 'twice\|canonical\|duplicate' 'with a member twice' b23 --unsealed
note ",\"after\":[\"$notice\",\"$notice\"]"
cp last.json b24
bad 'twice\|sorted' 'with a predecessor twice' b24 --unsealed
note ',"body":{"text":"geheim","money":"yes"}'
cp last.json b25
bad 'money' 'with a member that nobody knows' b25 --unsealed
cp csirt.party b26
bad 'party import' 'a party file' b26
echo 'lunch at noon?' >b27
bad 'neither' 'something else' b27

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

# Any order gives the same.
n1=$(sign registry "{\"kind\":\"ask\",\"case\":\"$notice\",\"after\":[\"$notice\"],\"to\":[\"@csirt\"],\"body\":{\"question\":\"authorised\"}}") && cp last.json n1
sign registry "{\"kind\":\"note\",\"case\":\"$notice\",\"after\":[\"$n1\"],\"to\":[\"@csirt\"],\"body\":{\"text\":\"x\"}}" >/dev/null && cp last.json n2
cp csirt csirt2
dsfi receive --unsealed notice.json n1 n2 --store csirt >/dev/null 2>&1 &&
	dsfi receive --unsealed n2 n1 notice.json n2 --store csirt2 >/dev/null 2>&1
python3 - <<'P'
import sqlite3, sys
rows = [sqlite3.connect(name).execute("SELECT id, body FROM message ORDER BY id").fetchall() for name in ("csirt", "csirt2")]
sys.exit(0 if rows[0] == rows[1] and len(rows[0]) == 3 else 1)
P
point $? 'any order gives the same messages'
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
bad 'signature' 'replayed with another key, of before it was one' b28 --unsealed
[ $seen -ge 27 ]
point $? "$seen bad ones"

dsfi audit verify --store registrar >out 2>err
point $? 'the audit follows'
# ---- a key that was stolen ----
# The registrar ends its key as of before its answer: a new version that its own program would not make.
does 'a case is opened' dsfi case open bank.example --sentence 'all changed' --no-test --key registry2.key --to Registrar --ask --json --store registry
stolen=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])')
sleep 2
refused 4 'signs with now' 'an ended key says nothing' dsfi case open bank.example --sentence 'all changed' --no-test --key registry.key --store registry
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
