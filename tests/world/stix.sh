#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A case as a STIX bundle: what it holds, that it is sound, and that nothing stricter is in it. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/cases.sh
. "$DSFI_SOURCE/tests/cases.sh"

cd "$folder" || exit 1
make_parties
schema=$DSFI_SOURCE/docs/format/stix.schema.json

notice=$(sign registry '{"kind":"notice","tlp":"green","to":["@csirt","@registrar"],"body":{"sentence":"all name servers of bank.example replaced","domains":["bank.example"],"since":"2026-01-01T00:00:00Z","seen":"2026-01-02T00:00:00Z","indicators":["as:64500","ip:192.0.2.66","ip:2001:db8::66","ip:::ffff:192.0.2.66","ns:ns1.evil.test","prefix:192.0.2.0/24","prefix:::192.0.2.0/120"]}}')
file_own registry notice.json
sign registry "{\"kind\":\"note\",\"case\":\"$notice\",\"after\":[\"$notice\"],\"tlp\":\"red\",\"to\":[\"@csirt\"],\"body\":{\"text\":\"geheim\",\"domains\":[\"secret.example\"]}}" >/dev/null
file_own registry last.json
answer=$(sign registrar "{\"kind\":\"answer\",\"case\":\"$notice\",\"after\":[\"$notice\"],\"to\":[\"@registry\"],\"body\":{\"of\":\"$notice\",\"answer\":\"not-authorised\",\"text\":\"vertraulich\"}}")
file_own registry last.json

# sound NAME FILE: by our schema, by its own references, by OASIS's schemas where they are.
sound() {
	python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$schema" "$2" >err 2>&1
	point $? "$1: fits our schema"
	"$DSFI_SOURCE/tests/world/stix_check.py" "$2" >err 2>&1
	point $? "$1: is sound"
	if grep -q 'not here' err; then
		skip "$1: fits the schemas of OASIS" 'DSFI_STIX_SCHEMAS does not name a copy, or no jsonschema'
	else
		grep -q 'held against, 0 faults' err
		point $? "$1: fits the schemas of OASIS"
	fi
}

refused 4 'nothing of the case' 'of a green case nobody gets anything unasked' dsfi share "$notice" --stix --store registry
refused 1 'withheld' 'what every party may have' dsfi share "$notice" --stix --tlp green --store registry
cp out green.json
sound 'a green bundle' green.json
! grep -q 'geheim\|secret\|vertraulich' green.json
point $? 'has nothing stricter in it'
python3 - <<'P' >err
import json, sys
objects = json.load(open("green.json"))["objects"]
kinds = sorted(one["type"] for one in objects)
wanted = sorted(["marking-definition", "identity", "observed-data", "note", "grouping", "autonomous-system",
                 "domain-name", "domain-name", "ipv4-addr", "ipv4-addr"] + 3 * ["ipv6-addr"] + 7 * ["indicator"])
print(kinds)
patterns = sorted(one["pattern"] for one in objects if one["type"] == "indicator")
print(patterns)
sys.exit(0 if kinds == wanted and patterns == [
    "[autonomous-system:number = 64500]", "[domain-name:value = 'ns1.evil.test']",
    "[ipv4-addr:value = '192.0.2.66']", "[ipv4-addr:value ISSUBSET '192.0.2.0/24']",
    "[ipv6-addr:value = '2001:db8::66']", "[ipv6-addr:value = '::ffff:c000:242']",
    "[ipv6-addr:value ISSUBSET '::c000:200/120']"] else 1)
P
point $? 'and all that the notice names'
grep -q '"first_observed":"2026-01-01T00:00:00.000Z"' green.json && grep -q '"valid_from":"2026-01-01T00:00:00.000Z"' green.json
point $? 'since when it was first seen so'
dsfi share "$notice" --stix --tlp green --store registry >again 2>err
cmp -s green.json again
point $? 'the same case gives the same octets'
dsfi share "$notice" --stix --tlp red --store registry >ours 2>err
grep -q 'geheim' ours && ! grep -q vertraulich ours
point $? 'ours goes as far as we say, what others said does not'
sound 'a red bundle' ours
dsfi share "$notice" --stix --to Registrar --store registry >theirs 2>err
grep -q vertraulich theirs && ! grep -q geheim theirs
point $? 'for a party, what it may have'
refused 1 "$answer" 'the CSIRT does not get what the registrar said to us' dsfi share "$notice" --stix --to CSIRT --out dir --store registry
grep -q geheim "dir/$notice.stix.json" && ! grep -q vertraulich "dir/$notice.stix.json"
point $? 'it gets what is for it, as a file'
[ "$(stat -c %a "dir/$notice.stix.json")" = 600 ]
point $? 'that its owner alone reads'
[ "$(sqlite registry "SELECT count(*) FROM audit WHERE act = 'share'")" = 5 ]
point $? 'each bundle is in the audit'
refused 2 'does not go with' 'it does not leave by mail' dsfi share "$notice" --stix --mail --store registry

# That a party names a message as seen does not let it have it: anybody can learn an id.
red=$(sign registry "{\"kind\":\"note\",\"case\":\"$notice\",\"after\":[\"$notice\"],\"tlp\":\"red\",\"to\":[\"@csirt\"],\"body\":{\"text\":\"ungesehen\"}}")
file_own registry last.json
sign registrar "{\"kind\":\"note\",\"case\":\"$notice\",\"after\":[\"$red\"],\"tlp\":\"green\",\"to\":[\"@registry\"],\"body\":{\"text\":\"I saw it\"}}" >/dev/null
file_own registry last.json
refused 1 "withheld $red" 'who says that it saw a red message gets none' dsfi share "$notice" --stix --to Registrar --store registry
grep -q 'I saw it' out && ! grep -q ungesehen out
point $? 'and all else'
dsfi share "$notice" --stix --to CSIRT --to Registrar --store registry >out 2>err
dsfi audit list --store registry >audit 2>err
grep -q "STIX bundle of .* messages, the strictest TLP:red, for party $csirt\$" audit &&
	grep -q "the strictest TLP:green, for party $csirt, party $registrar" audit &&
	grep -q "the strictest TLP:green, for whoever may have TLP:green" audit
point $? 'the audit says for whom each was, and the strictest mark in it'
change=$(sign registry '{"kind":"notice","tlp":"green","to":["@csirt"],"body":{"sentence":"moved","domains":["bank.example"],"before":["NS ns1.old.test"],"since":"2026-01-01T00:00:00Z","seen":"2026-01-02T00:00:00Z","indicators":["ns:ns1.evil.test"]}}')
file_own registry last.json
dsfi share "$change" --stix --tlp green --store registry >change.json 2>err
grep -q '"first_observed":"2026-01-02T00:00:00.000Z"' change.json && grep -q '"valid_from":"2026-01-02T' change.json
point $? 'of a change, when it was first seen and not when it was last as before'
finish
