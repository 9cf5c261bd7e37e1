#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 300
# What operators vouch for below the names of their servers before a domain has its first DS (RFC 9615),
# and where parents take notifications (RFC 9859): right, wrong, and not there. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
cd "$folder" || exit 1

# world SEED: servers, zones, and the domains on standard input
world() {
	cat <<WORLD
world: 1
seed: $1
servers:
  - {name: a.root-servers.net, addresses: [198.41.0.4]}
  - {name: a.nic.tld, addresses: [198.18.0.1, "2001:db8::1"]}
  - {name: ns1.host.tld, addresses: [198.18.1.1, "2001:db8:1::1"]}
  - {name: ns2.host.two, addresses: [198.18.1.3]}
  - {name: ns1.plain.tld, addresses: [198.18.2.1]}
  - {name: ns2.plain.tld, addresses: [198.18.2.3]}
  - {name: ns1.odd.tld, addresses: [198.18.3.1], behaviour: [unknown-types]}
  - {name: ns2.odd.tld, addresses: [198.18.3.3]}
operators:
  - {name: root, servers: [a.root-servers.net]}
  - {name: nic, servers: [a.nic.tld]}
  - {name: host, servers: [ns1.host.tld, ns2.host.two]}
  - {name: plain, servers: [ns1.plain.tld, ns2.plain.tld]}
  - {name: odd, servers: [ns1.odd.tld, ns2.odd.tld]}
zones:
  - {name: ., operator: root, signed: 13 nsec}
  - {name: tld, operator: nic, signed: 13 nsec3-opt-out}
  - {name: two, operator: nic, signed: 13 nsec}
  - {name: host.tld, operator: host, signed: 13 nsec}
  - {name: host.two, operator: host, signed: 15 nsec3}
  - {name: plain.tld, operator: plain}
  - {name: odd.tld, operator: host, signed: 13 nsec}
domains:
WORLD
	cat
}

# audit WORLD PROFILE: what is found in `findings`, what a scan sees in `observations`
audit() {
	"$DSFI" world targets "$1" >targets
	for command in 'check --fail-on never' scan; do
		# shellcheck disable=SC2086 # words
		"$DSFI" world run "$1" -- "$DSFI" $command --targets targets --profile "$2" --json --quiet \
			>"${command%% *}" 2>err
	done
	mv check findings
	mv scan observations
}
codes() { # DOMAIN
	grep '"type":"finding"' findings | grep -F "\"domain\":\"$1.\"" | sed 's/.*"code":"\([^"]*\)".*/\1/' |
		grep '^AUTOMATION-[SD]' | sort -u | tr '\n' ' '
}

# ---- signalling names ----

{
	for item in 1 2 3 4 5 6 7 8; do
		echo "  - {name: sound-$item.tld, operator: host, signed: 13 nsec3, faults: [no-ds]}"
		echo "  - {name: plain-$item.tld, operator: plain, signed: 13 nsec, faults: [no-ds]}"
	done
	echo '  - {name: has-ds.tld, operator: host, signed: 13 nsec}'
	echo '  - {name: unsigned.tld, operator: host}'
	echo '  - {name: vanity.tld, operator: host, signed: 13 nsec, vanity: true, faults: [no-ds]}'
	for fault in wrong partial insecure; do
		echo "  - {name: $fault.plain.tld, operator: host, signed: 13 nsec, faults: [signal-$fault]}"
		for operator in host plain odd; do
			echo "  - {name: $fault-$operator.two, operator: $operator, signed: 15 nsec3, faults: [signal-$fault]}"
		done
	done
} | world 3 >signals
audit signals full
"$DSFI" world score --profile full signals findings >out 2>&1
point $? "signalling names: $(head -n 1 out)"
[ "$(codes wrong-host.two)" = 'AUTOMATION-SIGNAL-WRONG ' ] &&
	[ "$(codes partial-host.two)" = 'AUTOMATION-SIGNAL-PARTIAL ' ] &&
	[ "$(codes insecure-host.two)" = 'AUTOMATION-SIGNAL-INSECURE ' ] &&
	[ "$(codes wrong-plain.two)" = 'AUTOMATION-SIGNAL-INSECURE AUTOMATION-SIGNAL-WRONG ' ]
point $? 'each fault is told by its name, and an insecure place besides'

# looked_up DOMAIN NAME TYPE: result and security
looked_up() {
	python3 - "$@" <<'PYTHON'
import json
import sys

with open("observations", encoding="utf-8") as lines:
    for line in lines:
        seen = json.loads(line)
        if seen.get("domain") != sys.argv[1] + ".":
            continue
        for one in seen.get("lookups", ()):
            if [one["name"], one["rrtype"]] == sys.argv[2:]:
                print(one["result"], one["security"])
PYTHON
}
sound=0
for item in 1 2 3 4 5 6 7 8; do
	name=_dsboot.sound-$item.tld._signal.ns1.host.tld.
	[ "$(looked_up sound-$item.tld "$name" CDS)" = 'found secure' ] || continue
	[ -z "$(codes sound-$item.tld)" ] && sound=$((sound + 1))
done
echo "$sound domains" >out
[ "$sound" -ge 2 ]
point $? "$sound domains whose operators vouch for what is so: seen, secure, and nothing is told"
for domain in has-ds unsigned; do
	looked_up $domain.tld _signal.ns1.host.tld. NS
done >out
[ ! -s out ]
point $? 'nobody asks for domains that have a DS, or are not signed'

# ---- DSYNC ----

for seed in 1 2 3 4 5 6; do
	{
		echo '  - {name: sound.two, operator: host, signed: 13 nsec}'
		echo '  - {name: far.below.tld, operator: plain, faults: [dsync-invalid]}'
		for item in 1 2 3 4 5 6 7 8 9; do
			echo "  - {name: d$item.tld, operator: host, faults: [dsync-invalid]}"
			echo "  - {name: d$item.two, operator: plain, signed: 13 nsec, faults: [dsync-invalid]}"
		done
	} | world $seed >dsync
	audit dsync registry
	"$DSFI" world score --profile registry dsync findings >out 2>&1 || break
	looked_up sound.two sound._dsync.two. DSYNC >>seen
	grep 'AUTOMATION-DSYNC-INVALID' findings >>told
done
grep -q 'missing 0, extra 0' out
point $? "six worlds of parents that take notifications, or do not: $(head -n 1 out)"
cp seen out
grep -q '^found secure' seen && [ "$(grep -c '^found' seen)" -lt 6 ]
point $? 'what the parent takes is kept; a sound record is no finding, nor is none'
: >out
for fault in 'port 0' 'scheme 9' 'names no host' 'does not exist' 'without an address' 'beside another'; do
	grep -q "$fault" told || echo "never told: $fault" >>out
done
[ ! -s out ]
point $? 'every kind of rubbish is told by its name'

finish
