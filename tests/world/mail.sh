#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the worst domains publish about their mail: circles, trees without end, servers that hang, texts
# of 60,000 octets, rubbish. Each is a finding or nothing, in time, and none hides its neighbours; a
# domain that sends no mail is left alone. Prints TAP.
# timeout: 300
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
cd "$folder" || exit 1

cat >world <<'WORLD'
world: 1
seed: 5
servers:
  - {name: a.root-servers.net, addresses: [198.41.0.4]}
  - {name: a.nic.tld, addresses: [198.18.0.1]}
  - {name: b.nic.tld, addresses: [198.18.0.2]}
  - {name: ns1.host.tld, addresses: [198.18.1.1]}
  - {name: ns2.host.tld, addresses: [198.18.1.2]}
  - {name: ns1.dead.tld, addresses: [198.18.2.1], behaviour: [silent]}
  - {name: ns2.dead.tld, addresses: [198.18.2.2], behaviour: [silent]}
operators:
  - {name: root, servers: [a.root-servers.net]}
  - {name: nic, servers: [a.nic.tld, b.nic.tld]}
  - {name: host, servers: [ns1.host.tld, ns2.host.tld]}
  - {name: dead, servers: [ns1.dead.tld, ns2.dead.tld]}
zones:
  - {name: ., operator: root, signed: 13 nsec}
  - {name: tld, operator: nic, signed: 13 nsec}
  - {name: root-servers.net, operator: root}
  - {name: host.tld, operator: nic}
  - {name: dead.tld, operator: nic}
  - {name: void.tld, operator: dead}
domains:
WORLD
for name in circle other tree hang huge rubbish split many nomail lost binary; do
	echo "  - {name: $name.tld, operator: host}" >>world
done
"$DSFI" world targets world >targets

# said NAME TYPE RECORD...: what both servers say.
said() {
	name=$1
	type=$2
	shift 2
	for at in 198.18.1.1 198.18.1.2; do
		printf '  - at: %s\n    name: "%s"\n    type: %s\n    replies:\n' "$at" "$name" "$type"
		printf '      - flags: [aa]\n        answer: |\n'
		for record in "$@"; do
			printf '          %s 300 IN %s %s\n' "$name" "$type" "$record"
		done
	done
}
# Strings of 250 octets, N of them.
strings() {
	awk -v count="$1" 'BEGIN { for (i = 0; i < count; i++) { printf "\""
		for (j = 0; j < 25; j++) printf "ip4:1.1.1 "; printf "\" " } }'
}
# N terms of SPF that are sound, cut every 255 octets wherever that is.
cut_anywhere() {
	awk -v count="$1" 'BEGIN { text = "v=spf1"; for (i = 1; i <= count; i++) text = text " ip4:203.0.113." i
		text = text " -all"
		for (at = 1; at <= length(text); at += 255) printf "\"%s\" ", substr(text, at, 255) }'
}
{
	cat world
	echo 'canned:'
	said circle.tld TXT '"v=spf1 include:other.tld -all"'
	said other.tld TXT '"v=spf1 a include:circle.tld -all"'
	# Every name below says the same of names below itself.
	said tree.tld TXT '"v=spf1 include:a.%{d} include:b.%{d} include:c.%{d} -all"'
	level=tree.tld
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		level=a.$level
		for first in a b c; do
			said "$first.${level#a.}" TXT '"v=spf1 include:a.%{d} include:b.%{d} include:c.%{d} -all"'
		done
	done
	said hang.tld TXT '"v=spf1 include:x.void.tld include:y.void.tld -all"'
	said huge.tld TXT "\"v=spf1 \" $(strings 235)"
	said rubbish.tld TXT '"\000\001\255v=spf1" "" "\"\\"' '"v=spf1 a:\200\201.\000 -all"' '""'
	said _dmarc.rubbish.tld TXT '"v=DMARC1\; p=\200\; =\;\;\; rua=\000"'
	said _mta-sts.rubbish.tld TXT '"v=STSv1\; id=\255"'
	said _smtp._tls.rubbish.tld TXT '"v=TLSRPTv1\; rua=mailto:\000@\255"'
	said rubbish.tld CAA '128 issue "\000\255"'
	said split.tld TXT "$(cut_anywhere 60)"
	# shellcheck disable=SC2046 # a list of words
	said many.tld MX $(seq -f '10_mx%g.many.tld.' 200 | tr '\n' ' ') | tr _ ' '
	said many.tld TXT '"v=spf1 mx -all"'
	said nomail.tld MX '0 .'
	said nomail.tld TXT '"v=spf1 -all"'
	said lost.tld TXT '"v=spf1 mx redirect=_spf.nowhere.invalid"'
	said binary.tld MX '10 \000\255.binary.tld.' '10 203.0.113.9.'
} >hostile

begun=$(date +%s)
"$DSFI" world run hostile -- "$DSFI" check --targets targets --profile full --json --fail-on never \
	>found 2>err
point $? 'the worst domains are checked'
took=$(($(date +%s) - begun))
[ "$took" -lt 120 ] || echo "took $took s" >>err
[ "$took" -lt 120 ]
point $? 'within two minutes'
[ "$(grep -c '"type":"domain"' found)" = 11 ]
point $? 'all of them'

# codes DOMAIN: what of mail and names was found.
codes() {
	sed -n "s/.*\"code\":\"\([A-Z0-9-]*\)\",\"domain\":\"$1\.tld\.\".*/\1/p;
		s/.*\"domain\":\"$1\.tld\.\".*\"code\":\"\([A-Z0-9-]*\)\".*/\1/p" found |
		grep -E '^(MAIL|CAA|NAMES)-' | sort -u | tr '\n' ' ' | sed 's/ $//'
}
# finds DOMAIN CODE: among others.
finds() {
	codes "$1" >out
	grep -q "\b$2\b" out
	point $? "$1: $2"
}
finds circle MAIL-SPF-LOOP
finds other MAIL-SPF-LOOP
finds tree MAIL-SPF-TOO-MANY-LOOKUPS
grep '"MAIL-SPF-TOO-MANY-LOOKUPS"' found | grep -q 'tree.tld. takes at least 30 look-ups'
point $? 'tree: counted as far as 30'
finds hang MAIL-SPF-INCLUDE
finds huge MAIL-SPF-INVALID
finds rubbish MAIL-SPF-INVALID
finds rubbish MAIL-DMARC-INVALID
finds rubbish MAIL-STS-INVALID
finds rubbish MAIL-TLSRPT-INVALID
finds many MAIL-SPF-TOO-MANY-LOOKUPS
finds many MAIL-MX-DANGLING
finds lost MAIL-SPF-INCLUDE
finds binary MAIL-MX-ILLEGAL-NAME
codes split >out
grep -q 'MAIL-SPF-LONG' out && ! grep -q 'MAIL-SPF-INVALID' out
point $? 'split: strings cut within terms are one text'
codes nomail >out
[ ! -s out ] || [ "$(cat out)" = '' ]
point $? 'nomail: nothing to say'
# A list of public suffixes decides who could register what is gone.
cat >suffixes <<'LIST'
// ===BEGIN ICANN DOMAINS===
tld
invalid
// ===END ICANN DOMAINS===
// ===BEGIN PRIVATE DOMAINS===
nowhere.invalid
_spf.nowhere.invalid
// ===END PRIVATE DOMAINS===
LIST
severity() { sed -n 's/.*"code":"MAIL-SPF-INCLUDE","severity":"\([a-z]*\)".*/\1/p' "$1"; }
grep '"lost.tld."' found | severity - >out
[ "$(cat out)" = critical ]
point $? 'lost: anybody could register what it redirects to'
"$DSFI" world run hostile -- "$DSFI" check --profile full --json --fail-on never --public-suffixes suffixes \
	lost.tld >given 2>err
severity given >out
[ "$(cat out)" = error ]
point $? 'lost: unless a list that is given says that nobody can'
head -n 7 suffixes >short
"$DSFI" check --profile full --public-suffixes short lost.tld >out 2>err
[ $? = 2 ] && grep -q "'short': .*cut short" err
point $? 'a list that was cut short is refused in words'
! grep -qP '[^\x20-\x7e]' found
point $? 'nothing of the rubbish reaches a terminal'
finish
