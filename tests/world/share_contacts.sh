#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Which contacts of a party are used while a domain is in an attacker's hands: those that do not depend on it, as
# the store saw their name servers and mail hosts before. Prints TAP.
# timeout: 200
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/cases.sh
. "$DSFI_SOURCE/tests/cases.sh"
needs_namespaces
cd "$folder" || exit 1

# world MAIL-HOST: where apart.tld has its mail.
world() {
	cat <<-WORLD
		world: 1
		seed: 7
		servers:
		  - {name: a.root-servers.net, addresses: [198.41.0.4]}
		  - {name: a.nic.tld, addresses: [198.18.0.2]}
		  - {name: ns1.host.tld, addresses: [198.18.1.2]}
		  - {name: ns1.bank.tld, addresses: [198.18.2.2]}
		operators:
		  - {name: root, servers: [a.root-servers.net]}
		  - {name: nic, servers: [a.nic.tld]}
		  - {name: host, servers: [ns1.host.tld]}
		  - {name: bank, servers: [ns1.bank.tld]}
		zones:
		  - {name: ., operator: root, signed: 13 nsec}
		  - {name: tld, operator: nic, signed: 13 nsec}
		  - {name: host.tld, operator: nic}
		  - {name: bank.tld, operator: nic}
		  - name: apart.tld
		    operator: host
		    records: |
		      apart.tld. 3600 IN MX 10 $1.
		  - name: mailed.tld
		    operator: host
		    records: |
		      mailed.tld. 3600 IN MX 10 mail.bank.tld.
		  - {name: served.tld, operator: bank}
	WORLD
}

look() {
	world "$1" >world
	dsfi world run world -- "$DSFI_BUILD/dsfi" scan -q --store registry --profile full apart.tld mailed.tld served.tld >out 2>err ||
		[ $? = 1 ]
}

# contacts MAIL...: what the CSIRT has, as its file says.
contacts() {
	for mail in "$@"; do
		set -- "$@" --mail "$mail"
		shift
	done
	dsfi party add --key csirt.key "$@" --store csirt >/dev/null 2>&1 &&
		dsfi party export --store csirt | dsfi party import - --store registry -q >/dev/null 2>&1
}

# party MAIL...: the same, and all that is said of them.
party() {
	contacts "$@" || return 1
	dsfi share "$notice" --to CSIRT --mail --preview --store registry >out 2>err
	code=$?
}

make_parties
contacts desk@bank.tld a@mailed.tld b@served.tld c@nowhere.tld d@apart.tld e@mail.apart.tld
look mail.host.tld
point $? 'the store has seen them before'
sleep 2
since=$(date -u +%Y-%m-%dT%H:%M:%SZ)
sleep 2
look mail.bank.tld
point $? 'and since'

notice=$(sign registry "{\"kind\":\"notice\",\"to\":[\"@csirt\"],\"body\":{\"sentence\":\"x\",\"domains\":[\"bank.tld\"],\"since\":\"$since\"}}")
file_own registry notice.json
dsfi share "$notice" --to CSIRT --mail --preview --store registry >out 2>err
code=$?
[ "$code" = 0 ] && grep -q '^  by        mail d@apart.tld$' out
point $? 'the first that stands apart, as it was before'
grep -q "^  not by    mail desk@bank.tld: 'bank.tld' is in what is affected" out
point $? 'in the domain itself: no'
grep -q "^  not by    mail a@mailed.tld: 'mailed.tld' depends on 'mail.bank.tld'" out
point $? 'its mail goes there: no'
grep -q "^  not by    mail b@served.tld: 'served.tld' depends on 'ns1.bank.tld'" out
point $? 'its name server is there: no'
grep -q "^  not by    mail c@nowhere.tld: it is not known" out
point $? 'never seen: no'
grep -q "^  not by    mail e@mail.apart.tld: it is not known" out
point $? 'below a domain that stands apart: its mail may go elsewhere, and nobody looked'
dsfi share "$notice" --to CSIRT --mail --preview --json --store registry >lines 2>err
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" \
	"$DSFI_SOURCE/docs/format/share.schema.json,$DSFI_SOURCE/docs/format/share-contact.schema.json" lines >err 2>&1
point $? 'as JSON, too'
[ "$(grep -c '"risk":"depends"' lines)" = 3 ] && [ "$(grep -c '"used":true' lines)" = 1 ] && grep -q '"way":"mail d@apart.tld"' lines
point $? 'with what was thought of each'
party a@mailed.tld b@served.tld
[ "$code" = 1 ] && grep -q 'withheld .*no mail contact' out
point $? 'none stands apart: nothing leaves'

dsfi share "$notice" --to CSIRT --mail --preview --contact a@mailed.tld --store registry >out 2>err
[ $? = 1 ] && grep -q "withheld .*'mailed.tld' depends on 'mail.bank.tld', which is in what is affected, which --contact does not override" out
point $? 'named all the same: no, and that is said'
contacts a@mailed.tld d@apart.tld
refused 2 "--contact 'nobody@x.tld': no mail contact of this party; there are: a@mailed.tld, d@apart.tld" 'a contact that the party has not' \
	dsfi share "$notice" --to CSIRT --mail --preview --contact d@apart.tld --contact nobody@x.tld --store registry
refused 2 "no mail contact of these parties; there are: .*a@mailed.tld, d@apart.tld" '... of several' \
	dsfi share "$notice" --to Registrar --to CSIRT --mail --preview --contact +41-44-0000002 --store registry
refused 2 'there is no webhook' '... nor has anybody' dsfi share "$notice" --to CSIRT --webhook --preview --contact d@apart.tld --store registry
refused 2 'goes with --mail or --webhook' 'a contact and no way' dsfi share "$notice" --to CSIRT --preview --contact d@apart.tld --store registry

# ---- who has the key writes the file, too ----
party f@apart.tld d@apart.tld
[ "$code" = 0 ] && grep -q '^  by        mail d@apart.tld$' out &&
	grep -q "^  not by    mail f@apart.tld: it is new since the change: not in the party's file of before" out
point $? 'a contact that came with a version since: not on its own'
party f@apart.tld
[ "$code" = 1 ] && grep -q 'withheld .*new since the change.*--contact' out
point $? 'nor when there is no other'
dsfi share "$notice" --to CSIRT --mail --preview --json --store registry >lines 2>err
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" \
	"$DSFI_SOURCE/docs/format/share.schema.json,$DSFI_SOURCE/docs/format/share-contact.schema.json" lines >err 2>&1 &&
	grep -q '"risk":"apart","new":true' lines
point $? 'as JSON, too'
dsfi share "$notice" --to CSIRT --mail --preview --contact f@apart.tld --store registry >out 2>err &&
	grep -q '^  by        mail f@apart.tld: it is new' out
point $? 'when somebody names it: yes'
dsfi party add --key csirt.key --phone +41-44-6666666 --mail f@apart.tld --store csirt >/dev/null 2>&1 &&
	dsfi party export --store csirt | dsfi party import - --store registry -q >/dev/null 2>&1
dsfi share "$notice" --to CSIRT --mail --preview --store registry >out 2>err
grep -q 'not by    phone +41-44-6666666: it is new' out && ! grep -q 'telephone it' out
point $? 'and nobody is sent to a new telephone number'
dsfi party add Late --key stranger.key --role csirt --mail d@apart.tld --tlp red --store stranger >/dev/null 2>&1 &&
	dsfi party export --store stranger | dsfi party import - --store registry -q >/dev/null 2>&1
late=$(sign registry "{\"kind\":\"notice\",\"to\":[\"@stranger\"],\"body\":{\"sentence\":\"x\",\"domains\":[\"bank.tld\"],\"since\":\"$since\"}}")
file_own registry notice.json
dsfi share "$late" --to Late --mail --preview --store registry >out 2>err
[ $? = 1 ] && grep -q "d@apart.tld: it is new since the change: the party's file came here after it" out
point $? 'a party that came since: none of its contacts on its own'

notice=$(sign registry '{"kind":"notice","to":["@csirt"],"body":{"sentence":"x","domains":["bank.tld"],"since":"2020-01-01T00:00:00Z"}}')
file_own registry notice.json
party d@apart.tld
[ "$code" = 1 ] && grep -q 'd@apart.tld: it is not known' out
point $? 'the store saw nothing before: not known'
finish
