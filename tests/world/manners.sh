#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 300
# How servers take odd questions: each behaviour is found and nothing else, what nobody agreed to is not
# asked without --own, and real servers have manners. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces

# Two servers an operator, the first of which misbehaves; one signed and one unsigned domain each.
kinds='other-source edns-version edns-option edns-flags edns-lost cookie-wrong any-large version-shown
	upward aaaa-wrong absent-wrong transfer-open recursing update-open no-edns truncating sound'

world() {
	echo 'world: 1'
	echo 'servers:'
	echo '  - {name: a.root-servers.net, addresses: [198.41.0.4]}'
	echo '  - {name: a.nic.tld, addresses: [198.18.0.1]}'
	echo '  - {name: ns1.other.tld, addresses: [198.18.0.2]}'
	block=1
	for kind in $1; do
		first=$2
		[ "$kind" = sound ] || [ -n "$2" ] || first=", behaviour: [$kind]"
		[ -z "$2" ] || first=", place: $kind"
		second=
		[ -z "$2" ] || second=", place: $kind"
		echo "  - {name: ns1.$kind.tld, addresses: [198.18.$block.1, \"2001:db8:$block::1\"]$first}"
		echo "  - {name: ns2.$kind.tld, addresses: [198.18.$block.2]$second}"
		block=$((block + 1))
	done
	echo 'operators:'
	echo '  - {name: root, servers: [a.root-servers.net]}'
	echo '  - {name: nic, servers: [a.nic.tld]}'
	echo '  - {name: other, servers: [ns1.other.tld]}'
	for kind in $1; do
		echo "  - {name: $kind, servers: [ns1.$kind.tld, ns2.$kind.tld]}"
	done
	echo 'zones:'
	echo '  - {name: ., operator: root, signed: 13 nsec}'
	echo '  - {name: tld, operator: nic, signed: 13 nsec3-opt-out}'
	echo '  - {name: other.tld, operator: other}'
	for kind in $1; do
		echo "  - {name: $kind.tld, operator: other}"
	done
	echo 'domains:'
	for kind in $1; do
		echo "  - {name: plain-$kind.tld, operator: $kind}"
		echo "  - {name: signed-$kind.tld, operator: $kind, signed: 13 nsec3}"
		echo "  - {name: rsa-$kind.tld, operator: $kind, signed: 8 nsec}"
	done
}

# audit WORLD OUTPUT OPTION...
audit() {
	world=$1
	output=$2
	shift 2
	"$DSFI" world targets "$world" >"$folder/targets"
	"$DSFI" world run "$world" -- "$DSFI" check --targets "$folder/targets" --json -q --fail-on never "$@" \
		>"$output" 2>"$folder/out"
}

# ---- every behaviour ----

world "$kinds" '' >"$folder/world"
audit "$folder/world" "$folder/own" --profile full --own --own-targets
point $? 'a world of bad manners is audited'
"$DSFI" world score --profile full --own "$folder/world" "$folder/own" >"$folder/out"
point $? "with --own: $(head -n 1 "$folder/out")"
for code in SOURCE-DIFFERS EDNS-VERSION EDNS-OPTION EDNS-FLAGS EDNS-LOST COOKIE-WRONG ANY-LARGE VERSION-SHOWN \
	UPWARD-REFERRAL AAAA-WRONG ABSENT-WRONG TRANSFER-OPEN RECURSES UPDATE-OPEN; do
	grep "\"SERVER-$code\"" "$folder/own" >"$folder/out" && ! grep -v '"server":"[^"]*[.:]1"' "$folder/out"
	point $? "SERVER-$code is found at the server that misbehaves"
done

audit "$folder/world" "$folder/full" --profile full
"$DSFI" world score --profile full "$folder/world" "$folder/full" >"$folder/out"
point $? "without --own: $(head -n 1 "$folder/out")"
! grep '"finding"' "$folder/full" | grep -q 'TRANSFER-OPEN\|RECURSES\|UPDATE-OPEN'
point $? 'without --own nothing is said that needs it'
audit "$folder/world" "$folder/default"
"$DSFI" world score "$folder/world" "$folder/default" >"$folder/out"
point $? "the default profile: $(head -n 1 "$folder/out")"

# ---- consent ----

"$DSFI" check --own --targets "$folder/targets" >"$folder/out" 2>&1
[ $? = 2 ] && grep -q -e '--own-targets' "$folder/out"
point $? '--own with a list is refused, and says how to confirm it'
"$DSFI" check --own-targets example.com >"$folder/out" 2>&1
[ $? = 2 ] && grep -q -e 'give --own, too' "$folder/out"
point $? '--own-targets alone is refused'

asked() {
	"$DSFI" world run --questions "$folder/log" "$folder/world" -- "$DSFI" check --profile full --json -q \
		--fail-on never "$@" >"$folder/json" 2>"$folder/out"
}
asked plain-transfer-open.tld
! grep -q ' AXFR$' "$folder/log"
point $? 'nobody is asked for a transfer without --own'
asked --own plain-transfer-open.tld
grep -q '^TCP 198\.18\.12\.1 .* AXFR$' "$folder/log" && grep -q TRANSFER-OPEN "$folder/json"
point $? 'with --own and a domain by name it is'

# ---- how much is asked ----

asked plain-sound.tld signed-sound.tld rsa-sound.tld
[ "$(grep -c ' version\.bind\. TXT$' "$folder/log")" = 3 ]
point $? 'what is the server'\''s is asked once per address'

# ---- real servers ----

places=
for place in knot:knotd nsd:nsd bind:named pdns:pdns_server; do
	program=${place#*:}
	if [ -x "${DSFI_SERVERS:-/none}/bin/$program" ] || command -v "$program" >/dev/null; then
		places="$places ${place%:*}"
	fi
done
if [ -z "$places" ]; then
	skip 'real servers have manners' 'none here (tools/unpack-servers fetches them)'
else
	world "$places" place >"$folder/real"
	audit "$folder/real" "$folder/json" --profile full --own --own-targets
	point $? "a world of real servers ($places ) is audited"
	# That all hangs on one operator, and has no reverse names, is so of this world and is no fault.
	grep '"finding"' "$folder/json" | grep -v '"severity":"info"' >"$folder/out"
	[ ! -s "$folder/out" ] && [ "$(grep -c '"type":"domain"' "$folder/json")" -ge 3 ]
	point $? 'real servers have manners'
fi
finish
