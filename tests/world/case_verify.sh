#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# dsfi case verify: looks of one place add up and never stand in for each other; a domain that was not looked at; from when
# time counts; what it takes of a scan's options. Prints TAP.
# timeout: 120
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/hijack.sh
. "$DSFI_SOURCE/tests/hijack.sh"
needs_namespaces
needs python3
cd "$folder" || exit 1

# world BANK [BEHIND]: whose servers bank.tld has; with BEHIND one address of its parent still says wolf.
world() {
	more_servers='  - {name: b.nic.tld, addresses: [198.18.0.3]}'
	nic_servers='a.nic.tld, b.nic.tld'
	hijack_world
	printf '  - name: bank.tld\n    operator: %s\n    records: |\n      bank.tld. 2 IN A 198.18.1.10\n' "$1"
	[ -z "${2:-}" ] || cat <<-WORLD
		canned:
		  - at: 198.18.0.3
		    name: bank.tld
		    type: any
		    replies:
		      - authority: |
		          bank.tld. 2 IN NS ns1.wolf.tld.
		          bank.tld. 2 IN NS ns2.wolf.tld.
	WORLD
}
world host >host
world wolf >wolf
world host behind >behind

# scanned WORLD STORE OPTION... DOMAIN
scanned() {
	in=$1
	to=$2
	shift 2
	"$DSFI" world run "$in" -- "$DSFI" scan -q --store "$to" "$@" >out 2>err
}

# verified WORLD OPTION...: the case's test.
verified() {
	in=$1
	shift
	"$DSFI" world run "$in" -- "$DSFI" case verify "$id" --store our.db "$@" >out 2>err
}

# opened DOMAIN TEST: another case, which is `id` from then on.
opened() {
	"$DSFI" case open "$1" --sentence 'odd' --test "$2" --key our.key --store our.db --json >out 2>err &&
		id=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])')
}

# state: of the case.
state() {
	"$DSFI" case show "$id" --json --store our.db 2>err | python3 -c 'import json, sys; print(json.loads(sys.stdin.readline())["state"])'
}

good='ns(bank.tld) = {ns1.host.tld, ns2.host.tld}'
"$DSFI" party key our.key >out 2>err && "$DSFI" party add ours --key our.key --role registry --tld tld --store our.db >out 2>err &&
	opened bank.tld "$good at parent"
point $? 'a case with a test'

# ---- two looks of one place ----
# In one second, or with another clock, either look may be the newer one.
told=0
for again in 1 2 3; do
	# shellcheck disable=SC2016
	"$DSFI" world run behind -- sh -c '"$DSFI" scan -q --store beside.db bank.tld &&
		"$DSFI" case verify "$1" --key our.key --store our.db --also beside.db' sh "$id" >out 2>err
	[ $? = 1 ] && grep -q '^failed' out && grep -q 'parent 198.18.0.2, ' out && grep -q 'parent 198.18.0.3, .*ns1.wolf.tld' out ||
		told=$again
done
point $told 'a scan of one address of the parent does not stand in for all of them'
[ "$(state)" = noticed ] && ! "$DSFI" case close "$id" 'mended' --key our.key --store our.db >out 2>err && grep -q 'would not count' err
point $? '... and nothing closes the case'
scanned wolf stolen.db bank.tld && verified host --say-nothing --also stolen.db
[ $? = 1 ] && grep -q '^failed' out && grep -q 'ns1.wolf.tld' out && grep -q ': ns1.host.tld' out
point $? 'what another look of the same place saw fails the test, though one'"'"'s own is newer'
scanned host beside.db bank.tld && verified host --say-nothing --also beside.db && grep -q '^passed' out &&
	[ "$(grep -c 'parent 198.18.0.2, ' out)" = 1 ]
point $? 'where both saw it mended it passes, and what both saw is told once'
opened bank.tld "$good at parent and from 2 vantages" && verified host --say-nothing --also beside.db
[ $? = 3 ] && grep -q 'measured from 1 of 2 vantages' out && scanned host away.db --vantage frankfurt bank.tld &&
	verified host --say-nothing --also beside.db --also away.db && grep -q '^passed' out
point $? 'two looks of one place are one place'
ln -s our.db same.db && verified host --say-nothing --also same.db
[ $? = 2 ] && grep -q -- "--also 'same.db' is the store that has the case" err
point $? 'nor is the command'"'"'s own store another one'

# ---- what was not looked at ----
echo host.tld >left.alone
opened host.tld 'ns(host.tld) = {a.nic.tld, b.nic.tld} at parent' && scanned host away.db --vantage frankfurt host.tld &&
	verified host --say-nothing --opt-out left.alone --also away.db
[ $? = 3 ] && grep -q '^not-measured' out && grep -q 'the opt-out list has the domain' out && verified host --say-nothing --also away.db &&
	grep -q '^passed' out
point $? 'a look of another place does not stand in for one'"'"'s own'
echo bank.tld >left.alone
opened bank.tld "$good at child" && verified host --say-nothing && verified wolf --say-nothing --opt-out left.alone
[ $? = 3 ] && grep -q '^not-measured' out && ! grep -q 'ns1.host.tld' out
point $? 'nor does one'"'"'s own of another day'

# ---- time ----
opened bank.tld "$good at parent and stands 3" && verified host --say-nothing
[ $? = 3 ] && grep -q 'too early' out && grep -q 'only time is lacking, .*--say-nothing keeps none' out && ! grep -q 'may pass from' out
point $? 'what is not said does not count: no time is named from which it may pass'
verified host --key our.key
[ $? = 3 ] && grep -q 'only time is lacking: it may pass from' out && verified host --say-nothing
[ $? = 3 ] && grep -q 'only time is lacking: it may pass from' out && sleep 3 && verified host --say-nothing && grep -q '^passed' out
point $? 'what is said does, also for a look of which nothing is said'
opened tld 'ns(tld) = {a.nic.tld, b.nic.tld} at parent and stands 2' && verified host --say-nothing
[ $? = 3 ] && grep -q 'only time is lacking: it may pass from' out && sleep 2 && verified host --say-nothing && grep -q '^passed' out
point $? 'nor has it to be said where the store'"'"'s states tell'

# measured: when the case's verifications were, one a line.
measured() {
	"$DSFI" case show "$id" --json --store our.db 2>err | python3 -c '
import json, sys
for line in sys.stdin:
    one = json.loads(line)
    if one.get("kind") == "verification":
        print(one["body"]["measured"])'
}
# Mended in the very second in which it was measured not to be: two worlds, and the one waits for the other.
mkfifo go
for again in 1 2 3 4 5 6; do
	opened bank.tld "$good at parent and stands 2"
	# shellcheck disable=SC2016
	"$DSFI" world run host -- sh -c 'read -r _ <go; exec "$DSFI" case verify "$1" -q --key our.key --store our.db' sh "$id" >mended 2>&1 &
	# shellcheck disable=SC2016
	"$DSFI" world run wolf -- sh -c 'python3 -c "import time; time.sleep(1.01 - time.time() % 1)"
		"$DSFI" case verify "$1" -q --key our.key --store our.db; echo >go' sh "$id" >out 2>err
	wait $!
	[ "$(measured | sort -u | wc -l)" = 1 ] && break
done
name='a failure of the second in which it was mended came before, and time counts from then'
if [ "$(measured | sort -u | wc -l)" = 1 ]; then
	[ "$(measured | wc -l)" = 2 ] && grep -q '^failed' out && grep -q 'only time is lacking: it may pass from' mended && sleep 2 &&
		verified host --say-nothing && grep -q '^passed' out
	point $? "$name"
else
	skip "$name" 'no two measurements within one second here'
fi

# ---- options ----
told=0
"$DSFI" case verify --help >help 2>err || told=1
for one in '--targets host' --own-targets --resume '--in-flight 5'; do
	# shellcheck disable=SC2086
	verified host --say-nothing $one
	[ $? = 2 ] && grep -q "unknown option '${one%% *}'" err && ! grep -q -- "${one%% *}" help || told=$one
done
[ "$told" = 0 ] && grep -q 'the store that has the case' help
point $? 'it measures what the case says, from the beginning'
opened bank.tld "$good at parent" && verified host --say-nothing --rate 500 --workers 1 --vantage bern --contact us --profile delegation
[ $? = 0 ] && grep -q '^passed' out && grep -q 'from bern' out
point $? 'and in the way that it is told to'
finish
