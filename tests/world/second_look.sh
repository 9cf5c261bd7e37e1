#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is wrong for a moment only, or with one of the parent's servers, is no finding and no change:
# every domain of this world is well, though a server fails, refuses, is silent or unreadable when it is
# asked first. Prints TAP.
# shellcheck disable=SC2016 # what the inner shell shall expand stands in single quotes
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
cd "$folder" || exit 1

cat >well <<'WORLD'
world: 1
seed: 5
servers:
  - {name: a.root-servers.net, addresses: [198.41.0.4, "2001:503:ba3e::2:30"]}
  - {name: a.nic.tld, addresses: [198.18.0.1, "2001:db8::1"]}
  - {name: b.nic.tld, addresses: [198.18.0.2, "2001:db8::2"]}
  - {name: ns1.host.tld, addresses: [198.18.1.1, "2001:db8:1::1"]}
  - {name: ns2.host.tld, addresses: [198.18.1.2, "2001:db8:1::2"]}
operators:
  - {name: root, servers: [a.root-servers.net]}
  - {name: nic, servers: [a.nic.tld, b.nic.tld]}
  - {name: host, servers: [ns1.host.tld, ns2.host.tld]}
zones:
  - {name: ., operator: root, signed: 13 nsec}
  - {name: tld, operator: nic, signed: 13 nsec}
  - {name: root-servers.net, operator: root}
  - {name: host.tld, operator: nic}
domains:
  - {name: well.tld, operator: host}
  - {name: fails.tld, operator: host}
  - {name: refuses.tld, operator: host}
  - {name: silent.tld, operator: host}
  - {name: garbage.tld, operator: host}
  - {name: tcp.tld, operator: host}
  - {name: behind.tld, operator: host, signed: 13 nsec}
WORLD
"$DSFI" world targets well >targets
"$DSFI" world run well -- "$DSFI" scan --targets targets --json >seen 2>err
soa() { # the first of those that tell it: who shares its TCP does, too
	sed -n "s/.*\"\($1\. 3600 IN SOA [^\"]*\)\".*/\1/p" seen | head -n 1
}
# then_well DOMAIN TRANSPORT REPLY...: these replies to its SOA question at the first server, then as
# it should be.
then_well() {
	printf '  - at: 198.18.1.1\n    name: %s\n    type: SOA\n    transport: %s\n    replies:\n' "$1" "$2"
	well=$(soa "$1")
	shift 2
	for reply in "$@"; do
		echo "      - {$reply}"
	done
	printf '      - flags: [aa]\n        answer: |\n          %s\n' "$well"
}
{
	cat well
	echo 'canned:'
	then_well fails.tld udp 'rcode: SERVFAIL'
	then_well refuses.tld udp 'rcode: REFUSED'
	then_well garbage.tld udp 'raw: "00000000"' 'raw: "00000000"'
	then_well silent.tld udp 'silent: true' 'silent: true' 'silent: true'
	then_well tcp.tld tcp 'silent: true'
	# b.nic.tld lags behind: it does not know the domain yet.
	for at in 198.18.0.2 '"2001:db8::2"'; do
		printf '  - {at: %s, name: behind.tld, type: any, replies: [{flags: [aa], rcode: NXDOMAIN, ' "$at"
		echo 'authority: "tld. 300 IN SOA a.nic.tld. hostmaster.tld. 1 2 3 4 300"}]}'
	done
} >trouble
"$DSFI" world run well -- "$DSFI" check --targets targets --store nights.db >out 2>err
point $? 'the world is well'
"$DSFI" world run trouble -- sh -c '"$DSFI" check --targets targets --json --store nights.db >found 2>err
	echo $? >code
	"$DSFI" check tcp.tld --json >tcp 2>>err
	echo $? >>code
	"$DSFI" scan fails.tld refuses.tld --json >looks 2>>err
	for turn in 1 2 3 4 5 6 7 8; do
		"$DSFI" check --profile delegation behind.tld --json
	done >behind 2>>err'
[ "$(tr '\n' ' ' <code)" = '0 0 ' ] && ! grep -q '"type":"finding"' found tcp
point $? 'trouble that passes is no finding'
[ "$(grep -c '"delegation":"found"' found)" = 7 ] && ! grep -q '"not_measured":\["' found
point $? '... and everything was measured'
for domain in fails refuses garbage silent; do
	"$DSFI" history --store nights.db $domain.tld --json >history 2>err
	[ "$(grep -c '"type":"interval"' history)" = 1 ]
	point $? "$domain.tld: the second night is like the first"
done
[ "$(grep -c '"delegation":"found"' behind)" = 8 ] && ! grep -q DELEGATION-MISSING behind
point $? 'one server of the parent that knows nothing is not believed'
[ "$(wc -l <looks)" = 2 ] && ! grep -q '"rcode":"SERVFAIL"\|"rcode":"REFUSED"' looks
point $? '(the servers are well by now)'

finish
