#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A complete scan with all checks: CPU a domain beside its limit, for signed domains (P-256), unsigned
# ones, and a mixed world; two name servers with IPv4 and IPv6 each.
set -eu

domains=${DOMAINS:-3000}
operators=20
for program in dsfi bench_scan; do
	[ -x "$DSFI_BUILD/$program" ] || {
		echo "scan: skipped, no $program in $DSFI_BUILD"
		exit 0
	}
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

# One top-level domain, some operators, their domains all alike.
world() {
	awk -v domains="$domains" -v operators="$operators" -v signed="$1" 'BEGIN {
		print "world: 1\nseed: 5\nservers:"
		print "  - {name: a.root-servers.net, addresses: [198.41.0.4, \"2001:503:ba3e::2:30\"]}"
		print "  - {name: a.nic.tld, addresses: [198.18.0.1, \"2001:db8::1\"]}"
		print "  - {name: b.nic.tld, addresses: [198.18.0.2, \"2001:db8::2\"]}"
		for (i = 1; i <= operators; i++)
			for (s = 1; s <= 2; s++)
				printf "  - {name: ns%d.host%d.tld, addresses: [198.18.%d.%d, \"2001:db8:%d::%d\"]}\n",
					s, i, i, s, i, s
		print "operators:\n  - {name: root, servers: [a.root-servers.net]}"
		print "  - {name: nic, servers: [a.nic.tld, b.nic.tld]}"
		for (i = 1; i <= operators; i++)
			printf "  - {name: host%d, servers: [ns1.host%d.tld, ns2.host%d.tld]}\n", i, i, i
		print "zones:\n  - {name: ., operator: root, signed: 8 nsec}"
		print "  - {name: tld, operator: nic, signed: 13 nsec3-opt-out}"
		print "  - {name: root-servers.net, operator: root}"
		for (i = 1; i <= operators; i++)
			printf "  - {name: host%d.tld, operator: host%d}\n", i, i
		print "domains:"
		for (i = 0; i < domains; i++)
			printf "  - {name: d%d.tld, operator: host%d%s}\n", i, i % operators + 1, signed
	}' >"$folder/$2"
}

status=0
measure() {
	echo "$2:"
	"$DSFI_BUILD/dsfi" world targets "$folder/$1" >"$folder/targets"
	"$DSFI_BUILD/dsfi" world run "$folder/$1" -- "$DSFI_BUILD/bench_scan" --limit "$3" \
		"$folder/targets" >"$folder/out" || status=1
	sed 's/^/  /' "$folder/out"
}

world ', signed: 13 nsec' signed
measure signed "$domains signed domains" 1
world '' unsigned
measure unsigned "$domains unsigned domains" 0
"$DSFI_BUILD/dsfi" world make --domains "$domains" --seed 1 >"$folder/mixed"
measure mixed "$domains domains of a mixed world, some of them broken" 0
exit $status
