#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is wrong above a domain is said of the domain, once, and is not taken for its own: broken links at
# the parent, at a zone in between, with children signed and not. Where the keys of a zone cannot be had,
# nothing is said of what is below it. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
cd "$folder" || exit 1
cat >world <<'WORLD'
world: 1
seed: 7
servers:
  - {name: a.root-servers.net, addresses: [198.41.0.4]}
  - {name: a.nic.tld, addresses: [198.18.0.1, "2001:db8::1"]}
  - {name: ns1.host.tld, addresses: [198.18.1.1, "2001:db8:1::1"]}
  - {name: ns2.host.tld, addresses: [198.18.1.2]}
  - {name: ns3.host.tld, addresses: [198.18.1.3]}
  - {name: ns4.host.tld, addresses: [198.18.1.4]}
  - {name: ns5.host.tld, addresses: [198.18.1.5], behaviour: [no-dnskey]}
  - {name: ns6.host.tld, addresses: [198.18.1.6], behaviour: [no-dnskey]}
  - {name: ns7.host.tld, addresses: [198.18.1.7], behaviour: [no-edns]}
  - {name: ns8.host.tld, addresses: [198.18.1.8], behaviour: [no-edns]}
operators:
  - {name: root, servers: [a.root-servers.net]}
  - {name: nic, servers: [a.nic.tld]}
  - {name: host, servers: [ns1.host.tld, ns2.host.tld]}
  - {name: middle, servers: [ns3.host.tld, ns4.host.tld]}
  - {name: keyless, servers: [ns5.host.tld, ns6.host.tld]}
  - {name: half, servers: [ns3.host.tld, ns5.host.tld]}
  - {name: old, servers: [ns7.host.tld, ns8.host.tld]}
zones:
  - {name: ., operator: root, signed: 13 nsec}
  - {name: tld, operator: nic, signed: 13 nsec3-opt-out}
  - {name: open, operator: nic}
  - {name: host.tld, operator: nic}
domains:
  - {name: broken.tld, operator: host, signed: 13 nsec, faults: [chain-broken]}
  - {name: both.tld, operator: host, signed: 13 nsec, faults: [chain-broken, sig-expired]}
  - {name: unseen.open, operator: host, signed: 13 nsec, faults: [chain-broken]}
  - {name: good.tld, operator: middle, signed: 13 nsec}
  - {name: below.good.tld, operator: host, signed: 13 nsec}
  - {name: expired.tld, operator: middle, signed: 13 nsec, faults: [sig-expired]}
  - {name: signed.expired.tld, operator: host, signed: 13 nsec}
  - {name: plain.expired.tld, operator: host}
  - {name: wrong.tld, operator: middle, signed: 15 nsec3, faults: [wrong-ds]}
  - {name: signed.wrong.tld, operator: host, signed: 13 nsec}
  - {name: idle.tld, operator: middle, signed: 13 nsec, faults: [ds-key-idle]}
  - {name: signed.idle.tld, operator: host, signed: 13 nsec}
  - {name: plain.idle.tld, operator: host}
  - {name: alias.tld, operator: middle, signed: 13 nsec, faults: [apex-alias]}
  - {name: signed.alias.tld, operator: host, signed: 13 nsec}
  - {name: keyless.tld, operator: keyless, signed: 13 nsec}
  - {name: signed.keyless.tld, operator: host, signed: 13 nsec}
  - {name: broken.keyless.tld, operator: host, signed: 13 nsec, faults: [chain-broken]}
  - {name: half.tld, operator: half, signed: 13 nsec}
  - {name: signed.half.tld, operator: host, signed: 13 nsec}
  - {name: old.tld, operator: old, signed: 13 nsec}
  - {name: signed.old.tld, operator: host, signed: 13 nsec}
  - {name: odd.tld, operator: middle, signed: 13 nsec, faults: [algorithm-unsupported]}
  - {name: signed.odd.tld, operator: host, signed: 13 nsec}
  - {name: plain.tld, operator: middle}
  - {name: signed.plain.tld, operator: host, signed: 13 nsec}
WORLD
"$DSFI" world targets world >targets 2>err
"$DSFI" world truth world >out 2>>err
grep -qx 'signed.expired.tld. DNSSEC-CHAIN-ABOVE' out && grep -qx 'signed.wrong.tld. DNSSEC-CHAIN-ABOVE' out &&
	[ "$(grep -c CHAIN-ABOVE out)" = 8 ]
point $? 'the truth: eight domains are cut off, two of them by their own link'
"$DSFI" world run world -- "$DSFI" check -q --json --targets targets --fail-on never >findings 2>err
"$DSFI" world score world findings >out 2>>err
point $? 'a check finds just these'
"$DSFI" world run world -- "$DSFI" resolve --targets targets SOA --json >resolved 2>err
python3 -c '
import json, sys
cut_off = {"broken.tld.", "both.tld.", "expired.tld.", "signed.expired.tld.", "plain.expired.tld.",
           "wrong.tld.", "signed.wrong.tld.", "idle.tld.", "signed.idle.tld.", "plain.idle.tld.",
           "old.tld.", "signed.old.tld."}
for line in map(json.loads, sys.stdin):
    if (line["security"] == "bogus") != (line["name"] in cut_off):
        sys.exit("%s is %s: %s" % (line["name"], line["security"], line["reason"]))
    cut_off.discard(line["name"])
if cut_off:
    sys.exit("nothing is said of %s" % cut_off)' <resolved 2>err
point $? 'a validating resolver cannot get to these, and to no others'

finish
