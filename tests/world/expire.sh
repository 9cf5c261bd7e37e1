#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What need no longer be kept goes, and nothing else; the audit of it stays proven; a preview removes nothing. TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
needs python3
cd "$folder" || exit 1
[ ! -e /etc/dsfi/roles ] || {
	echo '1..0 # SKIP this machine has a file of roles'
	exit 0
}

dsfi() {
	"$DSFI" "$@" >out 2>err
}
# sql QUESTION: one value.
sql() {
	python3 -c 'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])' store "$1"
}

dsfi party key key
dsfi party add CSIRT --key key --role csirt --phone +41-44-0000000 --phone +41-44-1111111 --store store
dsfi audit verify --store store
early=$(sed 's/.*head //' out)
dsfi party check --worked +41-44-0000000 --store store
dsfi party check --worked +41-44-1111111 --store store
# Three cases: closed long ago, long silent and never closed, closed lately; what was tried and said, long ago and lately.
cat >fill.py <<'PYTHON'
import base64, hashlib, json, sqlite3, time
store = sqlite3.connect("store")
now = int(time.time())
def encode(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
def message(kind, body, days, after=None, case=None):
    made = now - days * 86400
    form = {"v": 1, "case": case, "kind": kind, "author": "a" * 32, "tlp": "green", "to": [], "body": body,
            "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(made)), "after": [after] if after else []}
    name = base64.b32encode(hashlib.sha256(encode(form)).digest()[:20]).decode().lower()
    form["id"], form["sig"] = name, base64.b64encode(bytes(64)).decode()
    store.execute("INSERT INTO message VALUES(?, ?, ?, ?, ?)", (name, case or name, made, made, encode(form)))
    store.execute("INSERT INTO delivery VALUES(?, 'b', 'mail', 1, 1, 1, 1, '')", (name,))
    return name
cases = []
for days, closed in ((1200, True), (1201, False), (100, True)):
    first = message("notice", {"sentence": "SECRET%d" % days, "domains": ["bank.example"]}, days + 1)
    message("closure" if closed else "note", {"cause": "mended"} if closed else {"text": "SECRET%d" % days}, days, first, first)
    store.execute("INSERT INTO summary VALUES(?, 2, x'00')", (first,))
    cases.append(first)
store.execute("UPDATE contact SET tried_s = ? WHERE value = '+41-44-0000000'", (now - 800 * 86400,))
for domain, days in (("old.example", 400), ("new.example", 4)):
    store.execute("INSERT INTO draft VALUES(?, 'mail', 'a@b.example', 'abuse', '', 'rdap', 'x', ?)", (domain, now - days * 86400))
store.commit()
print(*cases)
PYTHON
python3 fill.py >cases 2>err
read -r old open new <cases
point $? 'a store with what is old and what is not'

dsfi expire --preview --store store && [ "$(wc -l <out)" = 3 ] && grep -q "^cases          2 would go  $old$" out && grep -q '^tries          1 would go' out &&
	grep -q '^drafts         1 would go' out
point $? 'a preview tells what would go'
[ "$(sql 'SELECT count(*) FROM message')" = 6 ] && [ "$(sql 'SELECT count(*) FROM contact')" = 2 ] &&
	! "$DSFI" audit list --store store | grep -q expire
point $? '... and removes nothing'
printf 'keep | tries | always | x | y\n' >always
dsfi expire --retention always --store store && [ ! -s out ] && [ "$(sql 'SELECT count(*) FROM message')" = 6 ]
point $? 'what a table does not name is kept'
echo "account | $(id -un) | officer" >roles
dsfi expire --store store --roles roles
[ $? = 4 ] && grep -q 'may not expire' err
point $? 'it takes a role'

dsfi expire --store store --json && python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/expired.schema.json" out >err 2>&1
point $? 'it goes; the lines fit their schema'
[ "$(sql 'SELECT count(*) FROM message')" = 4 ] && [ "$(sql "SELECT count(*) FROM message WHERE case_id = '$old'")" = 0 ] &&
	[ "$(sql 'SELECT count(*) FROM delivery')" = 4 ] && [ "$(sql 'SELECT count(*) FROM summary')" = 2 ]
point $? 'the case that was closed long ago, with what became of sending it'
[ "$(sql "SELECT count(*) FROM message WHERE case_id = '$open'")" = 2 ] &&
	[ "$(sql "SELECT count(*) FROM message WHERE case_id = '$new'")" = 2 ]
point $? '... and neither the one that nobody closed, nor the one that was closed lately'
[ "$(sql 'SELECT value FROM contact')" = +41-44-1111111 ] && [ "$(sql 'SELECT domain FROM draft')" = new.example ]
point $? 'and notes of contacts'
! grep -aq SECRET1200 store && grep -aq SECRET1201 store
point $? 'what went is not in the file any more'
dsfi expire --store store && [ ! -s out ]
point $? 'once is enough'
"$DSFI" audit list --store store >out && grep -q "expire case $old: 2 removed" out && grep -q 'expire tries: 1 removed' out
point $? 'the audit has it'

# The audit.
dsfi audit verify --store store && count=$(sed -n 's/ entries.*//p' out)
[ "$count" = 6 ]
point $? "the audit follows ($count entries)"
sleep 1.1
dsfi party check --worked +41-44-1111111 --store store
moment=$(date -u +%Y-%m-%dT%H:%M:%SZ -d '+0 seconds')
sleep 1.1
dsfi party check --worked +41-44-1111111 --store store
dsfi expire --store store --audit-before "$moment" --preview && grep -q '^audit ' out && dsfi audit verify --store store &&
	grep -q '^8 entries' out
point $? 'a preview does not shorten it'
dsfi expire --store store --audit-before "$moment" && cut=$(sed -n 's/^audit .*removed  //p' out)
removed=$(sed -n 's/^audit *\([0-9]*\) .*/\1/p' out)
[ "$removed" -ge 6 ] && [ ${#cut} = 64 ]
point $? "$removed entries go"
dsfi audit verify --store store && grep -q "^$((9 - removed)) entries" out && grep -q "^$removed older ones were removed" out
point $? 'those that stay are proven, and those that went are told'
dsfi audit verify --store store --head "$cut"
point $? 'a head noted where it was cut is found'
dsfi audit verify --store store --head "$early"
[ $? = 4 ] && grep -q 'does not have the head' err
point $? 'one of before is not'
dsfi audit list --store store && grep -q "expire audit $cut: $removed removed" out
point $? 'an entry tells of it'
dsfi party check --worked +41-44-1111111 --store store && dsfi audit verify --store store
point $? 'it goes on from there'
dsfi expire --store store --audit-before 2999-01-01T00:00:00Z
[ $? = 2 ] && grep -q 'yet to come' err
point $? 'not before what is yet to come'
dsfi expire --store store --audit-before lately
[ $? = 2 ] && grep -q 'no time like' err
point $? 'nor before no time'
dsfi expire --store nothing
[ $? = 2 ] && [ ! -e nothing ]
point $? 'a store that is not there is not made'

cp store kept
# Taken out by hand, with a beginning that fits: nobody told of it.
python3 - <<'PYTHON'
import sqlite3
store = sqlite3.connect("store")
first, digest = store.execute("SELECT id, hash FROM audit ORDER BY id LIMIT 1").fetchone()
store.execute("DELETE FROM audit WHERE id = ?", (first,))
store.execute("UPDATE meta SET value = ? WHERE key = 'audit_base'", (first.to_bytes(8, "big") + digest,))
store.commit()
PYTHON
dsfi audit verify --store store
[ $? = 4 ] && grep -q 'no entry says that they were removed' err
point $? 'entries that somebody took out are missed'
dsfi expire --store store
[ $? = 4 ]
point $? '... and then nothing is removed'
cp kept store
python3 -c "import sqlite3; s = sqlite3.connect('store'); s.execute(\"DELETE FROM meta WHERE key = 'audit_base'\"); s.commit()"
dsfi audit verify --store store
[ $? = 4 ] && grep -q 'does not follow' err
point $? 'so is the note of where it begins'
finish
