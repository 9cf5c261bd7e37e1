#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A look that asks for less mends nothing and changes nothing: a small profile between two full ones
# leaves findings and history as they were, and says what it did not measure. Prints TAP.
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
  - {name: a.nic.tld, addresses: [198.18.0.1]}
  - {name: ns1.host.tld, addresses: [198.18.1.1]}
  - {name: ns2.host.tld, addresses: [198.18.1.2], behaviour: [stale-serial]}
operators:
  - {name: root, servers: [a.root-servers.net]}
  - {name: nic, servers: [a.nic.tld]}
  - {name: host, servers: [ns1.host.tld, ns2.host.tld]}
zones:
  - {name: ., operator: root, signed: 13 nsec}
  - {name: tld, operator: nic, signed: 13 nsec}
  - {name: host.tld, operator: nic}
domains:
  - {name: stale.tld, operator: host, signed: 13 nsec}
  - {name: dangling.tld, operator: host, faults: [ns-dangling]}
WORLD
look() {
	"$DSFI" world run world -- "$DSFI" check -q --fail-on never --store store --json "$@" \
		stale.tld dangling.tld >"out" 2>err
}
# Which findings of `history --json` are open, and since when.
open_since() {
	"$DSFI" history --store store --json "$1" 2>>err | python3 -c '
import json, sys
for line in map(json.loads, sys.stdin):
    for finding in line["opened"]:
        print(finding["code"], finding["server"], finding["first_found"], finding["is_open"])' | sort
}
# What changed, in all intervals.
changes() {
	"$DSFI" history --store store --json "$1" 2>>err | python3 -c '
import json, sys
for line in map(json.loads, sys.stdin):
    for change in line["changes"]:
        print(line["needs"], change)'
}

look
grep -q '"domain":"stale.tld.","code":"SERVER-SERIAL-DIFFERS"' out &&
	grep -q '"domain":"dangling.tld.","code":"DELEGATION-NS-DANGLING"' out
point $? 'a full look finds what there is'
open_since stale.tld >stale.1
open_since dangling.tld >dangling.1
[ -s stale.1 ] && [ -s dangling.1 ]
point $? 'history tells since when'
sleep 1

look --profile delegation
grep '"type":"domain","domain":"stale.tld."' out | grep -q '"SERVER-SERIAL-DIFFERS"'
point $? 'a look at delegations says that serials were not measured'
grep '"type":"domain","domain":"stale.tld."' out | grep -q '"DELEGATION-NS-DANGLING"'
[ $? = 1 ] && grep -q '"domain":"dangling.tld.","code":"DELEGATION-NS-DANGLING"' out
point $? '... and that name servers exist was measured'
"$DSFI" report --store store --json >report 2>err
python3 -c '
import json, sys
summary = json.loads(sys.stdin.readline())
rows = {row["code"]: row for row in summary["findings"]}
sys.exit(0 if rows["SERVER-SERIAL-DIFFERS"]["not_measured"] == 2 and
         rows["DELEGATION-NS-DANGLING"]["not_measured"] == 0 else 1)' <report 2>>err
point $? 'the report counts what was not measured'
open_since stale.tld >stale.2
cmp -s stale.1 stale.2
point $? 'what was not looked at is not mended'
sleep 1

look
grep -q '"domain":"stale.tld.","code":"SERVER-SERIAL-DIFFERS"' out
point $? 'a full look again finds the same'
open_since stale.tld >stale.3
open_since dangling.tld >dangling.3
cmp -s stale.1 stale.3 && cmp -s dangling.1 dangling.3
point $? 'findings are as old as they are'
changes stale.tld >changes
[ "$(grep -c 'added\|removed\|gone\|changed' changes)" = 0 ] && grep -q '^95 nothing new' changes &&
	grep -q '^3 looked at: delegation, addresses$' changes
point $? 'history tells of no change that is only one of profile'

finish
