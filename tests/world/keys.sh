#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `dsfi keys`: shared primes and keys of strangers, from files, from standard input, and from the store
# of a scan; bad input is refused in words. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

# RSA keys of 1024 bits as base64 key fields: 1 and 2 share a prime, 3 shares none.
python3 - >"$folder/rsa" <<'PYTHON'
import base64, random
random.seed(4)
def is_prime(n):
    return all(n % p for p in (3, 5, 7, 11, 13, 17, 19, 23)) and all(pow(a, n - 1, n) == 1 for a in (2, 3, 5))
def prime():
    while True:
        n = random.getrandbits(512) | 3 << 510 | 1
        if is_prime(n):
            return n
shared = prime()
for modulus in (shared * prime(), shared * prime(), prime() * prime()):
    print(base64.b64encode(b"\x03\x01\x00\x01" + modulus.to_bytes(128, "big")).decode())
PYTHON
first=$(sed -n 1p "$folder/rsa")
second=$(sed -n 2p "$folder/rsa")
sound=$(sed -n 3p "$folder/rsa")
ed25519=l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=

# codes: domains and codes of the findings in `out`.
codes() {
	sed -n 's/.*"domain":"\([^"]*\)","code":"\([^"]*\)".*/\1 \2/p' "$folder/out" | sort | tr '\n' ';'
}

cat >"$folder/zone" <<ZONE
one.example. 3600 IN DNSKEY 257 3 8 $first
one.example. 3600 IN NS ns.host.example.
two.example. 3600 IN DNSKEY 256 3 10 $second
three.example. 3600 IN DNSKEY 257 3 8 $sound
three.example. 3600 IN A 192.0.2.1
four.example. 3600 IN DNSKEY 257 3 15 $ed25519
four.example. 3600 IN NS ns.host.example.
five.example. 3600 IN DNSKEY 257 3 15 $ed25519
five.example. 3600 IN NS ns.other.org.
ZONE
expected='five.example. DNSSEC-KEY-REUSED;four.example. DNSSEC-KEY-REUSED;'
expected="${expected}one.example. DNSSEC-KEY-SHARED-PRIME;two.example. DNSSEC-KEY-SHARED-PRIME;"

"$DSFI" keys --json "$folder/zone" >"$folder/out" 2>"$folder/err"
[ $? = 1 ] && [ "$(codes)" = "$expected" ]
point $? 'a file: a shared prime and the key of a stranger, and exit code 1'
grep -q '^4 keys of 5 zones compared, 3 of them RSA; 4 findings$' "$folder/err"
point $? 'what was compared is summed up'

"$DSFI" keys --json --fail-on never - <"$folder/zone" >"$folder/out" 2>"$folder/err"
[ $? = 0 ] && [ "$(codes)" = "$expected" ]
point $? 'the same from standard input'

"$DSFI" keys "$folder/zone" >"$folder/out" 2>"$folder/err"
[ $? = 1 ] && grep -q 'has a prime in common with key [0-9]* of two.example.: anybody can compute' "$folder/out"
point $? 'for people, in a sentence'

grep -v 'one.example\|five.example' "$folder/zone" >"$folder/fine"
"$DSFI" keys "$folder/fine" >"$folder/out" 2>"$folder/err"
[ $? = 0 ] && [ ! -s "$folder/out" ]
point $? 'silent where nothing is wrong'

"$DSFI" keys "$folder/nowhere" >"$folder/out" 2>"$folder/err"
[ $? = 2 ] && grep -q 'nowhere' "$folder/err"
point $? 'a file that is not there'
echo 'one.example. 3600 IN DNSKEY 257 3 rubbish' >"$folder/rubbish"
"$DSFI" keys "$folder/rubbish" >"$folder/out" 2>"$folder/err"
[ $? = 2 ] && grep -q 'line 1' "$folder/err"
point $? 'a file that is no zone file: the line is named'
"$DSFI" keys --run 3 "$folder/zone" >"$folder/out" 2>"$folder/err"
[ $? = 2 ] && grep -q 'store' "$folder/err"
point $? '--run without a store'
"$DSFI" keys --store "$folder/none.sqlite" >"$folder/out" 2>"$folder/err"
[ $? = 2 ] && grep -q 'none.sqlite' "$folder/err"
point $? 'a store that is not there'
"$DSFI" explain DNSSEC-KEY-SHARED-PRIME >"$folder/out" 2>"$folder/err" && grep -q 'dsfi keys' "$folder/out"
point $? 'the page is there'

if ! unshare -Urn true 2>/dev/null && [ "$(id -u)" != 0 ]; then
	skip 'the store of a scan' 'no namespaces for this user'
	finish
	exit
fi

# Two operators; RSA keys that a third party would have to be unlucky to have, and one key at both.
{
	cat <<'WORLD'
world: 1
servers:
  - {name: a.root-servers.net, addresses: [198.41.0.4]}
  - {name: a.nic.tld, addresses: [198.18.0.1]}
  - {name: ns1.host.tld, addresses: [198.18.1.1]}
  - {name: ns2.host.tld, addresses: [198.18.1.2]}
  - {name: ns1.other.tld, addresses: [198.18.2.1]}
  - {name: ns2.other.tld, addresses: [198.18.2.2]}
operators:
  - {name: root, servers: [a.root-servers.net]}
  - {name: nic, servers: [a.nic.tld]}
  - {name: host, servers: [ns1.host.tld, ns2.host.tld]}
  - {name: other, servers: [ns1.other.tld, ns2.other.tld]}
zones:
  - {name: ., operator: root, signed: 13 nsec}
  - {name: tld, operator: nic, signed: 13 nsec}
  - {name: host.tld, operator: nic}
  - {name: other.tld, operator: nic}
domains:
  - {name: weak.tld, operator: host}
  - {name: weak-too.tld, operator: other}
  - {name: sound.tld, operator: host}
  - {name: mine.tld, operator: host}
  - {name: mine-too.tld, operator: host}
  - {name: stolen.tld, operator: other}
  - {name: rsa.tld, operator: host, signed: 8 nsec}
  - {name: rsa-too.tld, operator: host, signed: 8 nsec}
canned:
WORLD
	for row in "weak 1 8 $first" "weak-too 2 8 $second" "sound 1 8 $sound" "mine 1 15 $ed25519" \
		"mine-too 1 15 $ed25519" "stolen 2 15 $ed25519"; do
		# shellcheck disable=SC2086 # four words
		set -- $row
		for last in 1 2; do
			printf '  - at: 198.18.%s.%s\n    name: %s.tld\n    type: DNSKEY\n    replies:\n' \
				"$2" "$last" "$1"
			printf '      - flags: [aa]\n        answer: |\n          %s.tld. 60 IN DNSKEY 257 3 %s %s\n' \
				"$1" "$3" "$4"
		done
	done
} >"$folder/world.yaml"
"$DSFI" world targets "$folder/world.yaml" >"$folder/targets"
"$DSFI" world run "$folder/world.yaml" -- "$DSFI" check --targets "$folder/targets" --quiet --fail-on never \
	--store "$folder/store.sqlite" >"$folder/out" 2>"$folder/err"
point $? 'a world with such keys is scanned'
"$DSFI" keys --json --store "$folder/store.sqlite" >"$folder/out" 2>"$folder/err"
code=$?
sed -i 's/mine-too/mine/' "$folder/out"
[ "$code" = 1 ] && [ "$(codes)" = "mine.tld. DNSSEC-KEY-REUSED;stolen.tld. DNSSEC-KEY-REUSED;weak-too.tld.\
 DNSSEC-KEY-SHARED-PRIME;weak.tld. DNSSEC-KEY-SHARED-PRIME;" ]
point $? 'the store of a scan gives both, and says nothing of the key that one operator has for many'
grep -q '8 zones' "$folder/err"
point $? 'all its zones were looked at'
finish
