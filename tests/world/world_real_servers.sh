#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 600
# alone
# Knot, NSD, BIND and PowerDNS in one world, each with every fault that it can serve: an audit gives the
# truth, and the same findings as of the twin world that the built-in server serves. Prints TAP.
# shellcheck disable=SC2016 # backquotes are what is looked for
set -u

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
number=0

point() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		sed 's/^/# /' "$folder/out" | head -n 20
		echo "not ok $number - $2"
	fi
}

for program in knotd nsd named pdns_server; do
	if [ ! -x "${DSFI_SERVERS:-/none}/bin/$program" ] && ! command -v "$program" >/dev/null; then
		echo "1..0 # SKIP no $program here (tools/unpack-servers fetches it)"
		exit 0
	fi
done

# Every fault at every server, in zones signed with NSEC and with NSEC3.
faults() {
	sed -n '/^## Faults/,/^$/s/^| `\([a-z0-9-]*\)` .*/\1/p' "$DSFI_SOURCE/docs/format/world.md"
}

kinds='stale-serial differing refusing servfail'
{
	printf 'world: 1\nrouting: true\n'
	echo 'servers:'
	echo '  - {name: a.root-servers.net, addresses: [198.41.0.4]}'
	echo '  - {name: a.nic.tld, addresses: [198.18.0.1]}'
	echo '  - {name: ns1.other.tld, addresses: [198.18.0.2]}'
	echo '  - {name: ns2.other.tld, addresses: [198.18.0.3]}'
	block=1
	for place in knot nsd bind pdns; do
		for kind in sound $kinds; do
			behaviour=
			[ "$kind" = sound ] || behaviour=", behaviour: [$kind]"
			echo "  - {name: ns1.$kind-$place.tld, addresses: [198.18.$block.1, \"2001:db8:$block::1\"], place: $place$behaviour}"
			echo "  - {name: ns2.$kind-$place.tld, addresses: [198.18.$block.2], place: $place}"
			block=$((block + 1))
		done
	done
	echo 'operators:'
	echo '  - {name: root, servers: [a.root-servers.net]}'
	echo '  - {name: nic, servers: [a.nic.tld]}'
	echo '  - {name: other, servers: [ns1.other.tld, ns2.other.tld]}'
	for place in knot nsd bind pdns; do
		for kind in sound $kinds; do
			echo "  - {name: $kind-$place, servers: [ns1.$kind-$place.tld, ns2.$kind-$place.tld]}"
		done
	done
	echo 'zones:'
	echo '  - {name: ., operator: root, signed: 13 nsec}'
	echo '  - {name: tld, operator: nic, signed: 13 nsec3-opt-out}'
	echo '  - {name: other.tld, operator: other, signed: 13 nsec}'
	for place in knot nsd bind pdns; do
		echo "  - {name: sound-$place.tld, operator: sound-$place, signed: 13 nsec}"
		for kind in $kinds; do
			echo "  - {name: $kind-$place.tld, operator: other, signed: 15 nsec3}"
		done
	done
	echo 'domains:'
	for place in knot nsd bind pdns; do
		for denial in nsec nsec3; do
			for algorithm in 8 10 13 14 15 16; do
				echo "  - {name: good-$algorithm-$denial-$place.tld, operator: sound-$place, signed: $algorithm $denial}"
			done
			for fault in $(faults); do
				signed=", signed: 13 $denial"
				case $fault in
				*-unsigned | tlsa-insecure) signed= ;;
				esac
				name=$fault
				[ "$fault" != name-syntax ] || name=qz--name
				echo "  - {name: $name-$denial-$place.tld, operator: sound-$place$signed, faults: [$fault]}"
			done
			for kind in $kinds; do
				echo "  - {name: $kind-$denial-on-$place.tld, operator: $kind-$place, signed: 13 $denial}"
			done
		done
	done
} >"$folder/all"

# A file that asks for more than a server can do is refused, by line: those lines go, and are counted.
# pdns cannot be made to fail, so that its servers of that kind go with their zones.
grep -v 'servfail-pdns\|servfail.*-on-pdns' "$folder/all" >"$folder/world"
refused=0
while ! "$DSFI" world check "$folder/world" >"$folder/out" 2>/dev/null; do
	grep -vq ' cannot serve ' "$folder/out" && break
	refused=$((refused + $(wc -l <"$folder/out")))
	lines=$(sed -n 's/^line \([0-9]*\): .*/\1d/p' "$folder/out" | tr '\n' ';')
	sed -i "$lines" "$folder/world"
done
"$DSFI" world check "$folder/world" >"$folder/out" 2>&1 && [ "$refused" -gt 0 ]
point $? "what a server cannot do is refused ($refused lines)"
"$DSFI" world check "$folder/all" >"$folder/out" 2>&1
grep -q "pdns cannot be 'servfail'" "$folder/out"
point $? 'a behaviour that a server cannot have is refused'

audit() {
	"$DSFI" world run "$1" -- sh -c \
		"'$DSFI' world targets '$1' | '$DSFI' check --targets - --json -q --fail-on never --per-server 200" \
		>"$2" 2>"$folder/out"
}

sed 's/, place: [a-z]*//' "$folder/world" >"$folder/twin"
audit "$folder/world" "$folder/real.json"
point $? 'the world with real servers is audited'
"$DSFI" world score "$folder/world" "$folder/real.json" >"$folder/out"
point $? "real servers: $(head -n 1 "$folder/out")"
audit "$folder/twin" "$folder/twin.json"
point $? 'its twin with the built-in server is audited'
"$DSFI" world score "$folder/twin" "$folder/twin.json" >"$folder/out"
point $? "the twin: $(head -n 1 "$folder/out")"
echo "1..$number"
