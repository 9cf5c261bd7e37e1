#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A list of names resolved and validated, half of their zones signed (P-256): CPU a name beside its limit and libunbound.
set -eu

domains=${DOMAINS:-20000}
operators=20
for program in dsfi bench_resolve; do
	[ -x "$DSFI_BUILD/$program" ] || {
		echo "resolve: skipped, no $program in $DSFI_BUILD"
		exit 0
	}
done
peer=$DSFI_BUILD/bench_unbound
[ -x "$peer" ] || {
	echo "resolve: no libunbound here, so no peer"
	peer=-
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

awk -v domains="$domains" -v operators="$operators" 'BEGIN {
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
		printf "  - {name: d%d.tld, operator: host%d%s}\n", i, i % operators + 1,
			i % 2 ? ", signed: 13 nsec" : ""
}' >"$folder/world"
"$DSFI_BUILD/dsfi" world targets "$folder/world" >"$folder/names"
"$DSFI_BUILD/dsfi" world run "$folder/world" -- "$DSFI_BUILD/bench_resolve" "$DSFI_BUILD/dsfi" "$peer" \
	"$folder/names"
