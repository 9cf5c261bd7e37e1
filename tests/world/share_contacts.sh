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
grep -q "no look at it from before 2020-01-01T00:00:00Z says so; scan it now and then" out
point $? '... and what would help'

# ---- a contact that was first seen in the second of the last look that saw the domain as before ----
# late NAME SINCE SEEN [MADE]: what is thought of the contact when a notice says so.
late() {
	notice=$(sign registry "{${4:+\"made\":\"$4\",}\"kind\":\"notice\",\"to\":[\"@csirt\"],\"body\":{\"sentence\":\"$1\",\"domains\":[\"served.tld\"],\"before\":[\"x\"],\"now\":[\"y\"],\"since\":\"$2\",\"seen\":\"$3\"}}")
	file_own registry notice.json
	dsfi share "$notice" --to CSIRT --mail --preview --store registry >out 2>err
}
# put before|after: when served.tld was last seen as before, and first seen as it is; apart.tld is put into that second.
put() {
	python3 - "$@" <<-'PYTHON'
		import sqlite3, sys, time
		database = sqlite3.connect("registry")
		one = database.execute
		served, apart = (one("SELECT id FROM domain WHERE name = ?", (name,)).fetchone()[0]
		                 for name in (b"tld\0served\0", b"tld\0apart\0"))
		looks = one("SELECT first_s, last_s FROM interval WHERE domain = ? ORDER BY id", (served,)).fetchall()
		assert len(looks) == 2 and looks[0][1] < looks[1][0], looks
		before, after = looks[0][1], looks[1][0]
		at = before if sys.argv[1] == "before" else after
		one("UPDATE interval SET first_s = ?1, last_s = max(last_s, ?1) WHERE domain = ?2", (at, apart))
		assert one("SELECT changes()").fetchone()[0] == 1
		database.commit()
		print(*(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)) for at in (before, after)))
	PYTHON
}
rm -f registry
dsfi party add Registry --key registry.key --role registry --tld example --tlp red --store registry >out 2>err
contacts d@apart.tld c@nowhere.tld
sleep 2
look mail.host.tld
sleep 2
sed -i 's/name: served.tld, operator: bank/name: served.tld, operator: nic/' world
dsfi world run world -- "$DSFI_BUILD/dsfi" scan -q --store registry --profile full served.tld >out 2>err || [ $? = 1 ]
put before >looks
point $? 'a change between two looks'
read -r before after <looks
late old "$before" "$after" && grep -q '^  by        mail d@apart.tld$' out
point $? 'since is the last look as before: what was first seen in that second counts'
late new "$after" "$after" && grep -q '^  by        mail d@apart.tld$' out
point $? 'since is the first look that saw it: what was seen earlier counts'
late wrong "$before" 2099-01-01T00:00:00Z
[ $? = 1 ] && grep -q "d@apart.tld: it is not known .*no look at it from before $before says so" out
point $? 'when the store has not these looks, nobody knows which since is: what was earlier counts'
does 'a case of it is opened' dsfi case open served.tld --again --no-test --to CSIRT --key registry.key --store registry
opened=$(sed -n 's/^case \([a-z0-9]*\) .*/\1/p' out)
does 'which goes to that contact' dsfi share "$opened" --to CSIRT --mail --preview --store registry
grep -q '^  by        mail d@apart.tld$' out
point $? '... whatever since is'
put after >looks
# Made in that second, too.
late newer "$after" "$after" "$after"
[ $? = 1 ] && grep -q "d@apart.tld: it is not known .*no look at it from before $after says so" out
point $? 'what was first seen in the second of the look that saw the change does not'
late older "$before" "$after"
[ $? = 1 ] && grep -q 'd@apart.tld: it is not known' out
point $? '... whatever since is'
finish
