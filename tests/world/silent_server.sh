#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One server of several that is silent, lossy, refuses or lets TCP hang costs a question a moment, and nothing
# once it is known; where all are lossy or slow there is an answer all the same; and none of it takes more
# packets than asking one server after the other. Prints TAP.
# timeout: 200
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
cd "$folder" || exit 1
# A question with nothing known, and 20 of them with everything known but what each asks anew. What is
# measured is 0.4 s and nothing; the rest is for a busy machine.
cold_max_ms=1500
warm_max_ms=2000
[ -z "$DSFI_SANITIZED" ] || warm_max_ms=4000

# world BEHAVIOUR OF_NS1 OF_NS2 OF_NS3: three servers of the zones asked for.
world() {
	cat <<-WORLD
		world: 1
		seed: 7
		servers:
		  - {name: a.root-servers.net, addresses: [198.41.0.4]}
		  - {name: a.nic.tld, addresses: [198.18.0.1]}
		  - {name: ns1.host.tld, addresses: [198.18.1.1, "2001:db8:1::1"], behaviour: [$1]}
		  - {name: ns2.host.tld, addresses: [198.18.1.2], behaviour: [$2]}
		  - {name: ns3.host.tld, addresses: [198.18.1.3], behaviour: [$3]}
		operators:
		  - {name: root, servers: [a.root-servers.net]}
		  - {name: nic, servers: [a.nic.tld]}
		  - {name: host, servers: [ns1.host.tld, ns2.host.tld, ns3.host.tld]}
		zones:
		  - {name: ., operator: root, signed: 13 nsec}
		  - {name: tld, operator: nic, signed: 13 nsec}
		  - {name: host.tld, operator: nic}
		domains:
		  - {name: good.tld, operator: host, signed: 13 nsec}
		  - {name: other.tld, operator: host, signed: 13 nsec}
	WORLD
}
for number_of in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	echo "n$number_of.good.tld"
done >names
cat >ask <<'ASK'
# ask FILE ARGUMENT...: resolves, and writes how long it took (ms) to FILE.
ask() {
	file=$1
	shift
	began=$(date +%s%3N)
	"$DSFI" resolve "$@" >>out 2>>err || return 1
	echo $(($(date +%s%3N) - began)) >>"$file"
}
ASK
# slowest FILE
slowest() {
	sort -n "$1" | tail -n 1
}
# quick NAME: of the world in `world`.
quick() {
	rm -f cold warm known out err
	"$DSFI" world run --questions questions world -- sh -c '. ./ask
		for try in 1 2 3 4 5 6 7 8; do
			ask cold www.good.tld A || exit 1
		done
		ask warm --targets names --in-flight 1 A &&
			ask known www.good.tld A AAAA MX TXT SOA NS CAA DS DNSKEY'
	code=$?
	echo "# $1: cold $(slowest cold) ms, 20 names $(slowest warm) ms, 9 types $(slowest known) ms"
	[ $code = 0 ] && [ "$(slowest cold)" -lt "$cold_max_ms" ] && ! grep -qv '^✓\|^ ' out
	point $? "$1: with nothing known"
	[ $code = 0 ] && [ "$(slowest warm)" -lt "$warm_max_ms" ] && [ "$(slowest known)" -lt "$warm_max_ms" ]
	point $? '... and when it is known'
}
for behaviour in silent lossy refusing servfail garbage wrong-id; do
	world $behaviour '' '' >world
	quick $behaviour
done
# Two of three, one of them in two families.
world silent silent '' >world
quick 'two silent'

finish
