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
finish
