#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Servers that have the zone and fail for some types, or give an alias in place of its data: one cause
# gives one code, whatever else it brings about. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces

# canned NAME TYPE TRANSPORT: at both addresses; the reply is read from standard input.
canned() {
	cat >"$folder/reply"
	for address in 198.18.1.1 198.18.1.2; do
		printf '  - at: %s\n    name: %s\n    type: %s\n    transport: %s\n    replies:\n' \
			$address "$1" "$2" "$3"
		cat "$folder/reply"
	done
}

{
	cat <<'WORLD'
world: 1
servers:
  - {name: a.root-servers.net, addresses: [198.41.0.4]}
  - {name: a.nic.tld, addresses: [198.18.0.1]}
  - {name: ns1.host.tld, addresses: [198.18.1.1]}
  - {name: ns2.host.tld, addresses: [198.18.1.2]}
  - {name: ns1.cut.tld, addresses: [198.18.2.1]}
  - {name: ns2.cut.tld, addresses: [198.18.2.2]}
  - {name: ns1.mute.tld, addresses: [198.18.3.1]}
  - {name: ns2.mute.tld, addresses: [198.18.3.2]}
operators:
  - {name: root, servers: [a.root-servers.net]}
  - {name: nic, servers: [a.nic.tld]}
  - {name: host, servers: [ns1.host.tld, ns2.host.tld]}
  - {name: cut, servers: [ns1.cut.tld, ns2.cut.tld]}
  - {name: mute, servers: [ns1.mute.tld, ns2.mute.tld]}
zones:
  - {name: ., operator: root, signed: 13 nsec}
  - {name: tld, operator: nic, signed: 13 nsec}
  - {name: host.tld, operator: nic}
  - {name: cut.tld, operator: nic}
  - {name: mute.tld, operator: nic}
domains:
  - {name: alias.tld, operator: host}
  - {name: hidden.tld, operator: host, signed: 13 nsec}
  - {name: old.tld, operator: host, signed: 13 nsec}
  - {name: newer.tld, operator: host, signed: 13 nsec}
  - {name: large.tld, operator: cut, signed: 13 nsec}
  - {name: dropped.tld, operator: mute, signed: 13 nsec}
canned:
WORLD
	canned alias.tld SOA any <<'WORLD'
      - flags: [aa]
        answer: |
          alias.tld. 60 IN CNAME elsewhere.tld.
WORLD
	canned hidden.tld DNSKEY any <<'WORLD'
      - flags: [aa]
        answer: |
          hidden.tld. 60 IN CNAME elsewhere.tld.
WORLD
	canned old.tld NS any <<'WORLD'
      - {rcode: REFUSED}
WORLD
	canned old.tld CDS any <<'WORLD'
      - {rcode: SERVFAIL}
WORLD
	canned newer.tld CSYNC any <<'WORLD'
      - rcode: NXDOMAIN
        flags: [aa]
        authority: |
          newer.tld. 60 IN SOA ns1.host.tld. hostmaster.newer.tld. 1 2 3 4 5
WORLD
	for address in 198.18.2.1 198.18.2.2; do
		cat <<WORLD
  - {at: $address, name: large.tld, type: DNSKEY, transport: udp, replies: [{flags: [aa, tc]}]}
  - {at: $address, name: large.tld, type: DNSKEY, transport: tcp, replies: [{silent: true}]}
  - {at: $address, name: large.tld, type: SOA, transport: tcp, replies: [{silent: true}]}
WORLD
	done
	for address in 198.18.3.1 198.18.3.2; do
		for type in NS CDS CDNSKEY CSYNC; do
			echo "  - {at: $address, name: dropped.tld, type: $type, replies: [{silent: true}]}"
		done
	done
} >"$folder/world"

"$DSFI" world targets "$folder/world" >"$folder/targets" 2>"$folder/err"
"$DSFI" world run "$folder/world" -- "$DSFI" check -q --json --fail-on never --targets "$folder/targets" \
	>"$folder/findings" 2>>"$folder/err"
sed -n 's/.*"type":"finding","domain":"\([^"]*\)","code":"\([^"]*\)".*"server":"\([^"]*\)".*"sentence":"\([^"]*\)".*/\1 \2 \3: \4/p' \
	"$folder/findings" >"$folder/out"

# says DOMAIN CODE WHAT NAME: of the domain that code is said and no other, of both servers, with these words.
says() {
	[ "$(grep -c "^$1 " "$folder/out")" = 2 ] && [ "$(grep -c "^$1 $2 .*$3" "$folder/out")" = 2 ]
	point $? "$4"
}

says alias.tld. SERVER-APEX-ALIAS 'an alias (CNAME) of elsewhere.tld.' 'an alias in place of the SOA is no lack of authority'
says hidden.tld. SERVER-APEX-ALIAS 'an alias (CNAME) of elsewhere.tld.' 'an alias in place of the keys makes no unsigned zone'
says old.tld. SERVER-TYPE-FAILS 'these types: NS (REFUSED), CDS (SERVFAIL)$' 'types old and new that fail are told together'
says newer.tld. SERVER-UNKNOWN-TYPES 'this type: CSYNC (NXDOMAIN)$' 'what comes with NXDOMAIN for a new type does not count'
says large.tld. SERVER-NO-TCP 'not over TCP' 'keys that do not fit and cannot be had over TCP are a matter of TCP'
says dropped.tld. SERVER-TYPE-FAILS 'types: NS (no answer), CDS (no answer), CDNSKEY (no answer), CSYNC (no answer)$' 'types that are dropped are no lossy line'
[ "$(wc -l <"$folder/out")" = 12 ]
point $? 'nothing else is found'

finish
