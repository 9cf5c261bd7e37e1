#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A bank's domain is taken over. Whom do the registry, the bank's file and its zone name, and which of these could the
# attacker read? From files and from a server, before the change and after it. Prints TAP.
# timeout: 200
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
needs_namespaces
needs openssl python3
cd "$folder" || exit 1

# world OPERATOR: whose servers the bank has. Worlds name hostmaster@ZONE in their SOA records.
world() {
	cat <<-WORLD
		world: 1
		seed: 7
		servers:
		  - {name: a.root-servers.net, addresses: [198.41.0.4]}
		  - {name: a.nic.tld, addresses: [198.18.0.2]}
		  - {name: ns1.host.tld, addresses: [198.18.1.2]}
		  - {name: ns1.wolf.tld, addresses: [198.18.3.2]}
		  - {name: ns1.bank.tld, addresses: [198.18.1.6]}
		operators:
		  - {name: root, servers: [a.root-servers.net]}
		  - {name: nic, servers: [a.nic.tld]}
		  - {name: host, servers: [ns1.host.tld]}
		  - {name: wolf, servers: [ns1.wolf.tld]}
		  - {name: own, servers: [ns1.bank.tld]}
		zones:
		  - {name: ., operator: root, signed: 13 nsec}
		  - {name: tld, operator: nic, signed: 13 nsec}
		  - name: host.tld
		    operator: nic
		    records: |
		      host.tld. 3600 IN MX 10 mx.host.tld.
		      mx.host.tld. 3600 IN A 198.18.1.3
		  - name: reg.tld
		    operator: nic
		    records: |
		      reg.tld. 3600 IN MX 10 mx.host.tld.
		      rdap.reg.tld. 60 IN A 127.0.0.21
		  - {name: wolf.tld, operator: nic}
		  - {name: leaning.tld, operator: own}
		  - {name: thin.tld, operator: host}
		  - name: bank.tld
		    operator: $1
		    records: |
		      bank.tld. 3600 IN MX 10 mail.bank.tld.
		      mail.bank.tld. 3600 IN A 198.18.1.3
	WORLD
}
look() {
	world "$1" >world
	"$DSFI" world run world -- "$DSFI" scan -q --store store --profile full bank.tld reg.tld host.tld leaning.tld >out 2>err
	"$DSFI" world run world -- "$DSFI" scan -q --store store --profile delegation thin.tld >out 2>err
}

cat >rdap.json <<'RDAP'
{"objectClassName": "domain", "ldhName": "BANK.TLD", "entities": [
  {"objectClassName": "entity", "roles": ["registrar"], "vcardArray": ["vcard", [["version", {}, "text", "4.0"],
    ["fn", {}, "text", "Registrar Inc."], ["tel", {"type": "voice"}, "uri", "tel:+1.7035550100;ext=5"]]],
   "entities": [{"objectClassName": "entity", "roles": ["abuse"], "vcardArray": ["vcard", [
     ["fn", {}, "text", "Abuse desk"], ["email", {}, "text", "abuse@reg.tld"], ["tel", {}, "text", "+1 (703) 555-0101"]]]}]},
  {"objectClassName": "entity", "roles": ["registrant"], "vcardArray": ["vcard", [["email", {}, "text", "owner@else.tld"]]]},
  {"objectClassName": "entity", "roles": ["technical", "reseller"], "vcardArray": ["vcard", [["email", {}, "text", "noc@bank.tld"],
    ["email", {}, "text", "noc@leaning.tld"], ["email", {}, "text", "noc@far.example"], ["email", {}, "text", "no address"],
    ["email", {}, "text", "noc@mail.reg.tld"], ["email", {}, "text", "noc@thin.tld"]]]},
  {"objectClassName": "entity", "roles": ["technical"], "vcardArray": ["vcard", [["email", {}, "text", "noc@reg.tld"], ["tel", {}, "text", "+1-703-555-0102"]]]},
  {"objectClassName": "entity", "roles": ["registrant", "technical"], "vcardArray": ["vcard", [
    ["email", {}, "text", "both@reg.tld"]]]}]}
RDAP
cat >security.txt <<'TEXT'
# of the bank
Contact: mailto:security@host.tld?subject=report
CONTACT: https://forms.host.tld/report
contact: tel:+41-44-555-0100
Contact: security@host.tld
Expires: 2099-01-31T12:00:00.000Z
Canonical: https://bank.tld/.well-known/security.txt
Hiring: https://bank.tld/jobs
TEXT

contacts() {
	"$DSFI" party contacts bank.tld "$@" >out 2>err
}
# value VALUE EXPRESSION: of the line with that value, d.
value() {
	python3 -c '
import json, sys
for d in map(json.loads, open("out")):
    if d["value"] == sys.argv[1]:
        print(eval(sys.argv[2]))' "$1" "$2"
}
# is VALUE RISK WORDS
is() {
	[ "$(value "$1" 'd["risk"]')" = "$2" ] && value "$1" '(d["reason"] or "") + d["trust"]' | grep -q -- "$3"
	point $? "$1 $2: $3"
}

contacts --rdap rdap.json --json && [ "$(wc -l <out)" = 10 ]
point $? 'a registry'"'"'s answer, without a store: registrar, reseller, technical, and not the registrant'
is abuse@reg.tld not-known 'not known which name servers'
is +1-703-555-0101 apart 'as good as the place'

look host && sleep 2 && moment=$(date -u +%Y-%m-%dT%H:%M:%SZ) && look wolf
point $? 'the bank is taken over'
contacts --rdap rdap.json --security-txt security.txt --soa --json --store store
[ "$(wc -l <out)" = 14 ] && grep -q '2 more were no contacts' err
point $? 'three sources'
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/contact-draft.schema.json" out >err 2>&1
point $? 'the lines fit their schema'
[ "$(value abuse@reg.tld '(d["role"], d["name"])')" = "('registrar abuse', 'Abuse desk')" ]
point $? 'with role and name'
is abuse@reg.tld apart 'as good as'
is noc@bank.tld depends "is in what is affected"
is noc@leaning.tld depends "depends on 'ns1.bank.tld'"
is noc@reg.tld depends "whoever has the account of 'bank.tld' can have written it"
is +1-703-555-0102 depends "whoever has the account of 'bank.tld' can have written it"
is noc@far.example not-known 'it is not known'
is noc@mail.reg.tld not-known 'it is not known' # reg.tld is, and its mail goes elsewhere than that of a name below it
is noc@thin.tld not-known 'it is not known'     # its name servers are, and where its mail goes was not asked
is security@host.tld depends "says it, and may be somebody else"
is https://forms.host.tld/report depends 'good until 2099-01-31T12:00:00Z'
is +41-44-555-0100 depends 'said by the domain itself'
is hostmaster@bank.tld depends "is in what is affected"
contacts --soa --before "$moment" --json --store store && [ "$(wc -l <out)" = 1 ]
is hostmaster@bank.tld depends 'before the change'
sed 's/noc@bank.tld/noc@ns1.wolf.tld/' rdap.json >wolf.json
contacts --rdap wolf.json --before "$moment" --json --store store
is noc@ns1.wolf.tld depends 'is among what came with the change'
# The time of a file is what the attacker's web server said it is.
touch -d 2020-01-01 security.txt
contacts --security-txt security.txt --before "$moment" --json --store store && ! grep -q '"said":"2020' out
is security@host.tld depends "says it, and may be somebody else"
contacts --rdap rdap.json --soa --before "$moment" --store store
grep -q "MAY BE THE ATTACKER'S: 'bank.tld' is in what is affected" out && grep -q 'does not depend on bank.tld' out &&
	grep -q 'NOT KNOWN' out && grep -q 'nobody signed any' err
point $? 'in words'

contacts --store store && [ ! -s out ] && grep -q 'nobody names' err
point $? 'nothing was kept'
contacts --rdap rdap.json --soa --before "$moment" --keep --store store &&
	contacts --security-txt security.txt --keep --store store && contacts --json --before "$moment" --store store
[ "$(wc -l <out)" = 14 ] && [ "$(value abuse@reg.tld 'd["risk"]')" = apart ] && [ "$(value noc@bank.tld 'd["signed"]')" = False ]
point $? 'kept, and told again'
is noc@reg.tld depends "whoever has the account of 'bank.tld' can have written it"
is security@host.tld depends "says it, and may be somebody else"
"$DSFI" party list --store store >out 2>err && [ ! -s out ]
point $? 'they are no party'
"$DSFI" audit list --store store | grep -q 'keep contacts'
point $? 'the audit has it'

# Others each time, and kept each time: the newest of that source are told, and none of another is pushed away.
cp store many
python3 -c '
import sqlite3
store = sqlite3.connect("many")
for i in range(1100):
    store.execute("INSERT INTO draft(domain, kind, value, role, name, source, place, said_s) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                  ("bank.tld", "mail", "a%d@wolf.tld" % i, "security", "", "security-txt", "file", 4000000000 + i))
store.commit()'
contacts --json --store many && [ "$(grep -c security-txt out)" = 512 ] && grep -q '591 more were kept and are not told' err &&
	grep -q '"a1099@wolf.tld"' out && ! grep -q '"a587@wolf.tld"' out && grep -q '"abuse@reg.tld"' out && grep -q '"soa"' out
point $? 'of very many the newest'

# From a server that proves its name, and from one that does not.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -days 30 \
	-subj /CN=authority.invalid 2>openssl.err
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout hook.key -out hook.crt -days 30 \
	-subj /CN=rdap.reg.tld -addext subjectAltName=DNS:rdap.reg.tld -CA ca.crt -CAkey ca.key 2>>openssl.err
cat hook.crt hook.key >hook.pem
cp rdap.json web_domain_bank.tld
cat >run <<'RUN'
python3 "$DSFI_SOURCE/tests/world/party_check.py" . &
servers=$!
for _ in $(seq 100); do [ -e ready ] || sleep 0.1; done
"$DSFI" party contacts bank.tld --store store --json --ca-file "$1" --rdap "$2" >out 2>err
echo $? >code
kill $servers
RUN
fetch() {
	rm -f ready
	"$DSFI" world run world -- sh run "$@" >world.out 2>world.err
}
fetch ca.crt https://rdap.reg.tld:8443/domain/bank.tld
[ "$(cat code)" = 0 ] && value abuse@reg.tld 'd["trust"]' | grep -q 'which proved its name'
point $? 'from a server'
fetch ca.crt https://rdap.reg.tld:8443/domain/other.tld
[ "$(cat code)" = 3 ] && grep -q 'status 404' err
point $? 'one that has no such domain'
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout x.key -out roots -days 30 -subj /CN=x 2>>openssl.err
fetch roots https://rdap.reg.tld:8443/domain/bank.tld
[ "$(cat code)" = 3 ] && grep -q 'no trusted root' err
point $? 'one that proves nothing'
fetch ca.crt http://rdap.reg.tld/domain/bank.tld
[ "$(cat code)" = 2 ]
point $? 'one without TLS is taken for a file'

# What makes no sense.
wrong() {
	words=$1
	shift
	contacts --store store "$@"
	[ $? = 2 ] && [ ! -s out ] && grep -q -- "$words" err
	point $? "refused: $words"
}
echo '{"objectClassName":"domain","ldhName":"shop.tld"}' >bad
wrong 'about another domain' --rdap bad
echo '{"errorCode":404,"title":"not found"}' >bad
wrong 'says that it has none' --rdap bad
echo '{"objectClassName":"entity"}' >bad
wrong 'no domain object' --rdap bad
echo '{"a":1,"a":2}' >bad
wrong 'no JSON' --rdap bad
echo 'hello' >bad
wrong 'line 1 is neither' --security-txt bad
printf 'Expires: 2099-01-31T12:00:00Z\nExpires: 2099-01-31T12:00:00Z\n' >bad
wrong 'line 2: Expires a second time' --security-txt bad
printf 'Expires: soon\n' >bad
wrong 'Expires is no time' --security-txt bad
head -c 40000 /dev/zero >bad
wrong 'bad' --security-txt bad
wrong 'no time like' --soa --before yesterday
wrong 'before that time' --soa --before 2001-01-01T00:00:00Z
printf 'Contact: mailto:a@host.tld\nExpires: 2020-01-31T12:00:00Z\nCanonical: https://wolf.tld/.well-known/security.txt\n' >old
contacts --security-txt old --store store --json && value a@host.tld 'd["trust"]' >said
grep -q 'expired on 2020' said && grep -q 'place is elsewhere' said
point $? 'one that has expired, and says that it is of somewhere else'
{
	printf -- '-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\n- Contact: mailto:a@host.tld\r\n'
	printf -- '-----BEGIN PGP SIGNATURE-----\r\n\r\nContact mailto\r\n-----END PGP SIGNATURE-----\r\n'
} >signed
contacts --security-txt signed --store store --json && value a@host.tld 'd["trust"]' >said
grep -q 'without saying until when' said && grep -q 'was not verified' said
point $? 'one with a signature that nobody verified'
finish
