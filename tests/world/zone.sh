#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The zone family and the ways to a domain, from outside: random worlds under the full profile, and a
# world by hand with what these do not have - name servers with IPv6 only, reverse zones, primaries.
# Prints TAP.
# timeout: 600
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
cd "$folder" || exit 1
domains=600
[ -z "$DSFI_SANITIZED" ] || domains=100

# audit WORLD PROFILE [OPTION...]: findings in `out`
audit() {
	world=$1
	profile=$2
	shift 2
	"$DSFI" world targets "$world" >targets
	"$DSFI" world run "$world" -- "$DSFI" check --targets targets --profile "$profile" --json --quiet \
		--fail-on never "$@" >out 2>err
}
codes() { # DOMAIN
	grep '"type":"finding"' out | grep -F "\"domain\":\"$1.\"" | sed 's/.*"code":"\([^"]*\)".*/\1/' | sort -u |
		tr '\n' ' '
}

for seed in 31 32; do
	"$DSFI" world make --domains $domains --seed $seed --faults 40 --behaviours 10 --signed 40 >random
	audit random full && "$DSFI" world score --profile full random out >score 2>err
	point $? "a random world, seed $seed, full profile: $(head -n 1 score)"
done

cat >hand <<'WORLD'
world: 1
seed: 7
servers:
  - {name: a.root-servers.net, addresses: [198.41.0.4, "2001:503:ba3e::2:30"]}
  - {name: a.nic.tld, addresses: [198.18.0.1, "2001:db8::1"]}
  - {name: b.nic.tld, addresses: [198.18.0.2, "2001:db8::2"]}
  - {name: a.nic.two, addresses: [198.18.0.3]}
  - {name: ns1.six.tld, addresses: ["2001:db8:1::1"]}
  - {name: ns2.six.tld, addresses: ["2001:db8:1::2"]}
  - {name: ns1.named.tld, addresses: [198.18.2.1]}
  - {name: ns2.named.two, addresses: [198.18.2.102]}
  - {name: ns3.named.tld, addresses: ["2001:db8:2::3"]}
  - {name: ns4.named.tld, addresses: ["2001:db8:2::4"]}
operators:
  - {name: root, servers: [a.root-servers.net]}
  - {name: nic, servers: [a.nic.tld, b.nic.tld]}
  - {name: nic-two, servers: [a.nic.two]}
  - {name: six, servers: [ns1.six.tld, ns2.six.tld]}
  - {name: both, servers: [ns1.named.tld, ns2.named.two, ns3.named.tld, ns4.named.tld]}
  - {name: four, servers: [ns1.named.tld, ns3.named.tld, ns4.named.tld]}
zones:
  - {name: ., operator: root, signed: 13 nsec}
  - {name: tld, operator: nic, signed: 13 nsec}
  - {name: two, operator: nic-two}
  - {name: six.tld, operator: six}
  - {name: named.tld, operator: nic}
  - {name: named.two, operator: nic-two}
  - name: 18.198.in-addr.arpa
    operator: nic
    records: |
      1.2.18.198.in-addr.arpa. PTR ns1.named.tld.
      102.2.18.198.in-addr.arpa. PTR old.example.
  - name: 2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa
    operator: nic
    records: |
      3.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR ns3.named.tld.
      4.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR ns4.named.tld.
domains:
  - {name: only-six.tld, operator: six, vanity: true}
  - {name: both.tld, operator: both}
  - {name: four.tld, operator: four, signed: 13 nsec}
  - {name: private.tld, operator: four, faults: [address-special]}
WORLD
audit hand full && "$DSFI" world score --profile full hand out >score 2>err
point $? "a world by hand, full profile: $(head -n 1 score)"
[ "$(codes only-six.tld)" = 'DELEGATION-NO-IPV4 SERVER-REVERSE-MISSING ' ]
point $? 'name servers with IPv6 only'
[ "$(codes both.tld)" = 'SERVER-REVERSE-MISMATCH ' ]
point $? 'two operators in two top-level domains, one address with an old reverse name'
[ "$(codes four.tld)" = 'DELEGATION-SINGLE-POINT-OPERATOR DELEGATION-SINGLE-POINT-SERVER ' ]
point $? 'one address of IPv4, two of IPv6, reverse names as they should be'
[ "$(grep -c '"code":"DELEGATION-ADDRESS-SPECIAL"' out)" = 1 ]
point $? 'addresses of the world are its own, one in 10.0.0.0/8 is not'
audit hand default
! grep '"type":"finding"' out | grep -q 'NO-IPV4\|SINGLE-POINT\|REVERSE\|ADDRESS-SPECIAL'
point $? 'the default profile does not speak of them'
"$DSFI" world run hand -- sh -c 'unset DSFI_WORLD
	"$DSFI" check --profile full --json --quiet --fail-on never both.tld >without
	"$DSFI" check --profile full --json --quiet --fail-on never --test-network both.tld >with' >out 2>err
[ "$(grep -c '"code":"DELEGATION-ADDRESS-SPECIAL"' without)" = 4 ] && ! grep -q 'finding.*ADDRESS-SPECIAL' with
point $? 'outside of worlds addresses set aside for tests are told of, unless --test-network'

# Below co.uk anybody can register: its existence is no protection.
cat >suffix <<'END'
world: 1
servers:
  - {name: a.root-servers.net, addresses: [198.41.0.4]}
  - {name: a.nic.uk, addresses: [198.18.0.1]}
  - {name: ns1.host.uk, addresses: [198.18.1.1]}
  - {name: ns2.host.uk, addresses: [198.18.2.2]}
operators:
  - {name: root, servers: [a.root-servers.net]}
  - {name: nic, servers: [a.nic.uk]}
  - {name: host, servers: [ns1.host.uk, ns2.host.uk]}
zones:
  - {name: ., operator: root, signed: 13 nsec}
  - {name: uk, operator: nic, signed: 13 nsec}
  - {name: co.uk, operator: nic, signed: 13 nsec}
  - {name: host.uk, operator: nic}
domains:
  - {name: a.co.uk, operator: host, faults: [ns-dangling]}
END
"$DSFI" world run suffix -- "$DSFI" check --profile full a.co.uk --json -q >out 2>err
grep '"code":"DELEGATION-NS-DANGLING","severity":"critical"' out | grep -q 'whoever registers that'
point $? 'a name server below a public suffix of two labels can be registered'

finish
