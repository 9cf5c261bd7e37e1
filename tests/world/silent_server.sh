#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One server of several that is silent, lossy, refuses or answers garbage costs a question a moment, and nothing
# once it is known; where all are lossy or slow there is an answer all the same; and where all are silent it
# takes no more packets than there are attempts. Prints TAP.
# timeout: 200
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
cd "$folder" || exit 1
# A question with nothing known, and many in one process, which learns it once. An address that nothing is
# known of is waited for 0.4 s, and there are two of them, or three; the rest is for a busy machine.
cold_max_ms=1700
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
	"$DSFI" resolve "$@" >>out 2>>err
	code=$?
	echo $(($(date +%s%3N) - began)) >>"$file"
	return $code
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

# told NAME BEHAVIOUR_OF_NS1 OF_NS2 OF_NS3 MAX_QUESTIONS MAX_MS PATTERN: one question, with nothing known.
told() {
	rm -f cold out err
	world "$2" "$3" "$4" >world
	"$DSFI" world run --questions questions world -- sh -c '. ./ask; ask cold www.good.tld A'
	questions=$(wc -l <questions)
	echo "# $1: $(cat cold) ms, $questions questions"
	grep -q -- "$7" out && [ "$questions" -le "$5" ] && [ "$(cat cold)" -le "$6" ]
	point $? "$1: an answer, or none, within $6 ms and $5 questions"
}
told 'all lossy' lossy lossy lossy 60 10000 '^✓ www.good.tld. A: secure'
told 'all slow' slow slow slow 40 10000 '^✓ www.good.tld. A: secure'
# Beside what root and tld take, four addresses are asked three times each, and once without EDNS.
told 'all silent' silent silent silent 32 25000 'no server of the zone gives a usable answer'
# The trace says who was not waited for.
world silent '' '' >world
"$DSFI" world run world -- sh -c '
	for try in 1 2 3 4 5 6 7 8; do "$DSFI" resolve --trace www.good.tld A; done' >out 2>&1
grep -q '^  198.18.1.1.* timeout after 1 attempt$' out
point $? 'the trace shows the silent server'

finish
