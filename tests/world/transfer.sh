#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 300
# Whole zones with --own: what a server transfers is compared with its ZONEMD record, at that address, whatever
# program gives it, and nothing of it is said without consent. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces

# world PLACE [slow]: one server that transfers and one that does not; digests that fit, and others.
world() {
	place=
	[ "$1" = builtin ] || place=", place: $1"
	echo 'world: 1'
	echo 'servers:'
	echo '  - {name: a.root-servers.net, addresses: [198.41.0.4]}'
	echo '  - {name: a.nic.tld, addresses: [198.18.0.1]}'
	echo '  - {name: ns1.other.tld, addresses: [198.18.0.2]}'
	echo "  - {name: ns1.open.tld, addresses: [198.18.1.1, \"2001:db8:1::1\"], behaviour: [transfer-open${2:+, $2}]$place}"
	echo "  - {name: ns2.open.tld, addresses: [198.18.1.2]$place}"
	echo 'operators:'
	echo '  - {name: root, servers: [a.root-servers.net]}'
	echo '  - {name: nic, servers: [a.nic.tld]}'
	echo '  - {name: other, servers: [ns1.other.tld]}'
	echo '  - {name: open, servers: [ns1.open.tld, ns2.open.tld]}'
	echo 'zones:'
	echo '  - {name: ., operator: root, signed: 13 nsec}'
	echo '  - {name: tld, operator: nic, signed: 13 nsec3-opt-out}'
	echo '  - {name: other.tld, operator: other}'
	echo '  - {name: open.tld, operator: other}'
	echo 'domains:'
	echo '  - {name: none.tld, operator: open, signed: 13 nsec}'
	echo '  - {name: plain.tld, operator: open, zonemd: true}'
	echo '  - {name: nsec.tld, operator: open, signed: 13 nsec, zonemd: true}'
	echo '  - {name: rsa.tld, operator: open, signed: 8 nsec, zonemd: true}'
	# PowerDNS makes NSEC3 records itself, and not just those of the zone file.
	[ "$1" = pdns ] || echo '  - {name: nsec3.tld, operator: open, signed: 13 nsec3, zonemd: true}'
	echo '  - {name: large.tld, operator: open, signed: 13 nsec, zonemd: true, faults: [keys-large]}'
	for way in 1 2 3 4; do
		signed=
		[ $((way % 2)) = 1 ] || signed=', signed: 13 nsec'
		echo "  - {name: wrong$way.tld, operator: open$signed, faults: [zonemd-wrong]}"
		echo "  - {name: odd$way.tld, operator: open$signed, faults: [zonemd-unsupported]}"
	done
}

# audit WORLD OUTPUT OPTION...
audit() {
	world=$1
	output=$2
	shift 2
	"$DSFI" world targets "$world" >"$folder/targets"
	"$DSFI" world run "$world" -- "$DSFI" check --targets "$folder/targets" --json -q --fail-on never \
		--profile full "$@" >"$output" 2>"$folder/out"
}

# transfers PLACE [slow]
transfers() {
	world "$@" >"$folder/world"
	audit "$folder/world" "$folder/own" --own --own-targets --store "$folder/store.$1${2:+.$2}"
	"$DSFI" world score --profile full --own "$folder/world" "$folder/own" >"$folder/out"
	point $? "digests of zones that $* transfers: $(head -n 1 "$folder/out")"
}

transfers builtin
grep '"DNSSEC-ZONEMD' "$folder/own" | grep '"finding"' | grep -q 'made of' &&
	grep -q 'with another serial' "$folder/own" && grep -q 'nobody need know' "$folder/own" &&
	grep -q 'several of one scheme' "$folder/own"
point $? 'each way to be wrong is told'
! grep '"code":"DNSSEC-ZONEMD' "$folder/own" | grep -v '"server":"[^"]*[.:]1"' | grep -q .
point $? 'at the server that transfers, and at no other'
"$DSFI" world run "$folder/world" -- "$DSFI" scan --profile full --own --json -q nsec.tld >"$folder/seen" 2>"$folder/out"
grep -q '"transfers":\[{"server":[0-9]*,"end":"whole","zonemd":"good","serial":[0-9]*,"messages":[2-9]' "$folder/seen"
point $? 'the observation says how the transfer went'

audit "$folder/world" "$folder/full"
! grep -q '"code":"DNSSEC-ZONEMD' "$folder/full"
point $? 'without --own nothing is said of it'

transfers builtin slow

for place in knot:knotd nsd:nsd bind:named pdns:pdns_server; do
	program=${place#*:}
	if [ -x "${DSFI_SERVERS:-/none}/bin/$program" ] || command -v "$program" >/dev/null; then
		transfers "${place%:*}"
	else
		skip "digests of zones that ${place%:*} transfers" \
			"no $program here (tools/unpack-servers fetches it)"
	fi
done
finish
