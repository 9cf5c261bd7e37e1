#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The network at the vantage goes away for some seconds in the middle of a scan and comes back: that is
# said once, nothing is recorded as silent, and what is found is what an undisturbed scan finds. A
# vantage without IPv6 says so once, and no server is blamed for it. Prints TAP.
# shellcheck disable=SC2016 # what the inner shell shall expand stands in single quotes
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
if ! command -v ip >/dev/null; then
	echo '1..0 # SKIP no ip command'
	exit 0
fi
cd "$folder" || exit 1

"$DSFI" world make --domains 300 --seed 12 --faults 30 --behaviours 15 --signed 40 >world
"$DSFI" world targets world >targets
# Taking the loopback down takes its IPv6 routes away for good; they are put back with it.
cat >inside <<'INSIDE'
look() {
	"$DSFI" check --targets targets --json --fail-on never --rate 1500 >"$1.out" 2>"$1.err"
	echo $? >"$1.code"
}
ip -6 route show table local proto static | sed 's/^/route add table local /' >routes
look calm
(
	sleep 3
	ip link set lo down
	sleep 8
	ip link set lo up
	ip -6 -batch routes
) &
look storm
wait
INSIDE
"$DSFI" world run world -- sh inside 2>err
found() {
	grep '"type":"finding"' "$1.out" |
		sed 's/.*"domain":"\([^"]*\)".*"code":"\([^"]*\)".*/\1 \2/' | sort | uniq -c
}
[ "$(cat calm.code)" = 0 ] && [ "$(wc -l <calm.err)" = 1 ] && [ "$(found calm | wc -l)" -gt 50 ]
point $? 'an undisturbed scan'
cp storm.err err
[ "$(cat storm.code)" = 0 ] && grep -q '^300 domains checked' storm.err
point $? 'the scan goes on when the network is back'
[ "$(grep -c 'no network at this vantage' storm.err)" = 1 ] &&
	[ "$(grep -c 'is back' storm.err)" = 1 ] && [ "$(wc -l <storm.err)" = 3 ]
point $? '... and has said so, once'
found calm >calm.found
found storm >storm.found
diff calm.found storm.found >err
point $? 'what is found is the same'
domains() {
	grep '"type":"domain"' "$1.out" | sort
}
domains calm >calm.domains
domains storm >storm.domains
cmp -s calm.domains storm.domains
point $? 'what could not be measured, too'

# Without IPv6; many domains on each server.
"$DSFI" world run world -- sh -c 'for where in all lo; do
		echo 1 >/proc/sys/net/ipv6/conf/$where/disable_ipv6 || exit 77
	done
	"$DSFI" check --targets targets --json --fail-on never >four.out' 2>four.err
if [ $? = 77 ]; then
	number=$((number + 1))
	echo "ok $number - without IPv6 # SKIP /proc/sys cannot be written"
else
	cp four.err err
	[ "$(grep -c 'no IPv6 at this vantage' four.err)" = 1 ] && [ "$(wc -l <four.err)" = 2 ]
	point $? 'without IPv6: said once'
	# Who announces an address, and by whose leave, is known of those that cannot be reached, too.
	! grep '"type":"finding"' four.out | grep -v '"code":"ROUTING-' | grep -q '"server":"[0-9a-f]*:' &&
		[ "$(grep -c '"type":"domain"' four.out)" = 300 ]
	point $? '... and no server is blamed'
fi

finish
