#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Who may do what: without a file all, with one what it says, and nothing by a file that makes no sense. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
cd "$folder" || exit 1
[ ! -e /etc/dsfi/roles ] || {
	echo '1..0 # SKIP this machine has a file of roles'
	exit 0
}
me=$(id -un)
group=$(id -gn)

dsfi() {
	"$DSFI" "$@" >out 2>err
}
# refused CODE WORDS NAME COMMAND...
refused() {
	wanted=$1 words=$2 name=$3
	shift 3
	dsfi "$@"
	[ $? = "$wanted" ] && [ ! -s out ] && grep -q -- "$words" err
	point $? "$name"
}
# may FILE ACT: for the account that runs this.
may() {
	dsfi roles --roles "$1" --json
	python3 -c 'import json, sys; sys.exit(not json.load(open("out"))["may"][sys.argv[1]])' "$2"
}

dsfi party key key
dsfi party add CSIRT --key key --role csirt --phone +41-44-0000000 --store store
point $? 'without a file of roles whoever can open the store may do all'
dsfi roles && grep -q 'no file gives roles' out && ! grep -q 'no$' out
point $? '... and is told so'
dsfi roles --json && python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/roles.schema.json" out >err 2>&1
point $? 'the line fits its schema'

echo "account | $me | reader" >reader
echo "group | $group | analyst" >analyst
echo 'account | somebody-else | officer' >other
may reader read && ! may reader write && ! may reader read-red
point $? 'a reader reads'
may analyst write && ! may analyst share
point $? 'a role of a group'
! may other read
point $? 'who is in no row may nothing'
dsfi roles somebody-else --roles other && grep -q '^read-red yes' out && grep -q 'no account' err
point $? 'another account'

dsfi party list --store store --roles reader && grep -q CSIRT out && dsfi audit verify --store store --roles reader
point $? 'a reader sees parties and the audit'
refused 4 "'$me' may not write: by 'reader' it has no role that may" 'and adds nothing' \
	party add --key key --hours never --store store --roles reader
refused 4 'may not write' '... imports nothing' party import reader --store store --roles reader
refused 4 'may not write' '... notes nothing' party check --worked +41-44-0000000 --store store --roles reader
refused 4 'may not write' '... keeps nothing' party contacts bank.tld --soa --keep --store store --roles reader
dsfi party check --store store --roles reader
point $? '... but sees when contacts were tried'
dsfi party check --worked +41-44-0000000 --store store --roles analyst
point $? 'an analyst notes it'
refused 4 'it has no role;' 'who has no role does not even read' party list --store store --roles other
refused 4 'it has no role;' '... nor the audit' audit list --store store --roles other
echo "account | $me | king" >wrong
refused 2 "line 1 of 'wrong'" 'a file that makes no sense allows nothing' party list --store store --roles wrong
refused 2 nothing 'nor does one that is not there' party list --store store --roles nothing

# ---- what leaves, and what ends a case ----
dsfi party key other.key && dsfi party add Registrar --key other.key --role registrar --domain bank.example --store other.db &&
	"$DSFI" party export --store other.db >other.party && dsfi party import other.party --store store &&
	dsfi case open bank.example --sentence 'all changed' --no-test --key key --ask --to Registrar --json --store store
point $? 'a case is opened'
id=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])')
echo "account | $me | coordinator" >coordinator
# same: the store has as many messages, entries of the audit and deliveries as before.
held() {
	python3 -c 'import sqlite3
print(*sqlite3.connect("store").execute("SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM audit), (SELECT count(*) FROM delivery)").fetchone())'
}
# barred CODE WORDS NAME COMMAND...: refused, and the store and the folder of what leaves are as before.
barred() {
	before=$(held)
	refused "$@"
	[ "$(held)" = "$before" ] && [ ! -e outbox ]
	point $? '... and changes nothing'
}
for role in reader analyst; do
	barred 4 "'$me' may not share: by '$role' it has no role that may" "the $role lets nothing leave" \
		share "$id" --to Registrar --out outbox --store store --roles $role
	barred 4 'may not share' '... nor as a bundle' share "$id" --stix --tlp amber --store store --roles $role
	barred 4 "may not close: by '$role' it has no role that may" "the $role closes nothing" \
		case close "$id" phished --anyway --key key --store store --roles $role
done
barred 4 "may not write: by 'reader'" 'the reader does not even say that it has come' case note "$id" x --key key --store store --roles reader
barred 4 "may not write: by 'reader'" '... nor takes in what came' receive other.party --store store --roles reader
barred 4 "may not close: by 'analyst'" 'the analyst does not withdraw a case' case recall "$id" "$id" wrong --key key --store store --roles analyst
barred 4 'it has no role;' 'who has no role sees nothing' share "$id" --to Registrar --preview --store store --roles other
before=$(held)
dsfi share "$id" --to Registrar --preview --store store --roles reader && grep -q 'all changed' out && [ "$(held)" = "$before" ]
point $? 'the reader may look at what would leave'
dsfi case note "$id" x --key key --store store --roles analyst
point $? 'the analyst may say something'
dsfi share "$id" --to Registrar --out outbox --store store --roles coordinator && [ "$(find outbox -name '*.age' | wc -l)" = 2 ] &&
	grep -q '^2 sent' err
point $? 'the coordinator may share'
dsfi share "$id" --stix --tlp amber --store store --roles coordinator && grep -q 'all changed' out
point $? '... as a bundle, too'
dsfi case close "$id" phished --anyway --key key --store store --roles coordinator && grep -q ' closure$' out && grep -q 'does not count' err
point $? '... and close, as far as the case allows'
dsfi case recall "$id" "$id" wrong --key key --store store --roles coordinator && grep -q "^case $id  withdrawn " out
point $? '... and withdraw'
finish
