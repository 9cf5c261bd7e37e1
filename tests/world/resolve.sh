#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# dsfi resolve from outside: the four verdicts with their reasons, time, server, negative anchors, trace,
# lists, JSON, and what wrong input gets. Prints TAP.
# shellcheck disable=SC2016 # what the inner shell shall expand stands in single quotes
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
  - {name: a.nic.mute, addresses: [198.18.0.2], behaviour: [silent]}
  - {name: ns1.host.tld, addresses: [198.18.1.1, "2001:db8:1::1"]}
  - {name: ns2.host.tld, addresses: [198.18.1.2]}
operators:
  - {name: root, servers: [a.root-servers.net]}
  - {name: nic, servers: [a.nic.tld]}
  - {name: mute, servers: [a.nic.mute]}
  - {name: host, servers: [ns1.host.tld, ns2.host.tld]}
zones:
  - {name: ., operator: root, signed: 13 nsec}
  - {name: tld, operator: nic, signed: 13 nsec3-opt-out}
  - {name: nsec, operator: nic, signed: 15 nsec}
  - {name: mute, operator: mute, signed: 13 nsec}
  - {name: host.tld, operator: nic}
domains:
  - {name: good.tld, operator: host, signed: 13 nsec, records: 'alias.good.tld. 60 IN CNAME www.good.tld.'}
  - {name: wild.nsec, operator: host, signed: 15 nsec3, records: '*.wild.nsec. 60 IN TXT "any"'}
  - {name: plain.tld, operator: host}
  - {name: out.tld, operator: host, signed: 13 nsec, records: 'alias.out.tld. 60 IN CNAME www.plain.tld.'}
  - {name: old.tld, operator: host, signed: 13 nsec3, faults: [sig-expired]}
  - {name: wrong.tld, operator: host, signed: 8 nsec, faults: [wrong-ds]}
  - {name: odd.tld, operator: host, signed: 13 nsec, faults: [algorithm-unsupported]}
  - {name: bare.tld, operator: host, signed: 13 nsec, faults: [sig-missing]}
  - {name: gap.tld, operator: host, signed: 13 nsec, faults: [denial-missing]}
  - {name: quiet.mute, operator: host}
canned:
  - at: 198.18.1.1
    name: good.tld
    type: HINFO
    replies: [{flags: [aa], answer: 'good.tld. 60 IN HINFO "forged" "x"'}]
  - at: 198.18.1.1
    name: plain.tld
    type: HINFO
    replies:
      - flags: [aa]
        answer: |
          plain.tld. 60 IN HINFO "asked" "x"
          plain.tld. 60 IN A 192.0.2.66
          www.good.tld. 60 IN A 192.0.2.66
WORLD
ask() {
	"$DSFI" world run world -- "$DSFI" resolve "$@" >out 2>err
}
# says CODE LINE REASON ARGUMENT...: exit code, a line of the output, and part of the reason.
says() {
	code=$1 line=$2 reason=$3
	shift 3
	ask "$@"
	[ $? = "$code" ] && grep -qxF -- "$line" out && grep -q -- "$reason" out
	point $? "$*: $line"
}

says 0 '✓ www.good.tld. A: secure' ' IN A ' www.good.tld A
says 0 '✓ www.good.tld. MX: secure, the name has no such data' '' www.good.tld MX
says 0 '✓ none.good.tld. A: secure, there is no such name' '' none.good.tld A
says 0 '✓ alias.good.tld. A: secure' 'CNAME www.good.tld' alias.good.tld A
says 0 '✓ x.y.wild.nsec. TXT: secure' '"any"' x.y.wild.nsec TXT
says 0 '✓ good.tld. DS: secure' 'IN DS ' good.tld DS
says 0 '! plain.tld. DS: insecure, the name has no such data' 'opt-out' plain.tld DS
says 0 '! www.plain.tld. A: insecure' 'opt-out' www.plain.tld A
says 0 '! alias.out.tld. A: insecure' 'opt-out' alias.out.tld A
says 0 '! odd.tld. A: insecure' 'algorithm that is not known here (EDE 1' odd.tld A
says 1 '✗ old.tld. A: bogus' 'expired .*(EDE 7, Signature Expired)' old.tld A
says 1 '✗ wrong.tld. A: bogus' 'vouches for key .*(EDE 9, DNSKEY Missing)' wrong.tld A
says 1 '✗ bare.tld. A: bogus' '(EDE 10, RRSIGs Missing)' bare.tld A
says 1 '✗ none.gap.tld. A: bogus' '(EDE 12, NSEC Missing)' none.gap.tld A
says 3 '– quiet.mute. A: indeterminate' '(EDE 22, No Reachable Authority)' quiet.mute A

# Time, servers, exceptions.
says 1 '✗ www.good.tld. A: bogus' 'is not valid before' www.good.tld A --at 2001-01-01T00:00:00Z
says 0 '! old.tld. A: insecure' 'negative trust anchor stands at old.tld' old.tld A --negative-anchor old.tld
says 0 '✓ www.good.tld. A: secure' ' IN A ' www.good.tld A --server 198.18.1.2
says 1 '✗ good.tld. HINFO: bogus' 'has no signature' good.tld HINFO --server 198.18.1.1
says 0 '✓ good.tld. HINFO: secure, the name has no such data' '' good.tld HINFO --server 198.18.1.2
says 3 '– www.good.tld. A: indeterminate' 'usable answer' www.good.tld A --server 198.18.0.2

# One bad server of two is not the zone's fault, and forged data is not believed.
for try in 1 2 3 4 5 6; do
	ask good.tld HINFO
	grep -qx '✓ good.tld. HINFO: secure, the name has no such data' out || break
done
[ "$try" = 6 ]
point $? 'an answer that does not validate is asked for at another server'

# What a server adds to an answer, nobody has judged.
says 0 '! plain.tld. HINFO: insecure' '"asked"' plain.tld HINFO --server 198.18.1.1
! grep -q 192.0.2.66 out
point $? 'of an answer only what was asked for is told'

# The types of a name come in the order asked for; a trace tells every step.
ask good.tld SOA NS A --trace
[ "$(sed -n 's/^✓ good.tld. \([A-Z]*\): secure$/\1/p' out | tr '\n' ' ')" = 'SOA NS A ' ] &&
	grep -q '^  198.41.0.4 udp: tld. NS: answer NOERROR' out && grep -q 'IN RRSIG DNSKEY' out
point $? 'a trace tells servers, questions and records'

# Lists.
printf '%s.tld\n' www.good good plain old none.good >names
"$DSFI" world run world -- "$DSFI" resolve --targets - SOA --json <names >out 2>err
[ $? = 1 ] && [ "$(wc -l <out)" = 5 ] && python3 -c '
import json, sys
found = {line["name"]: line for line in map(json.loads, sys.stdin)}
want = {"www.good.tld.": "secure", "good.tld.": "secure", "none.good.tld.": "secure",
        "plain.tld.": "insecure", "old.tld.": "bogus"}
for name, security in want.items():
    line = found[name]
    assert line["security"] == security, line
    assert (line["reason"] is None) == (security == "secure"), line
    assert line["ede"] == (7 if security == "bogus" else None), line
    message = line["responseMessage"]
    assert bytes.fromhex(message["messageOctetsHEX"])[2] & 0x80 and message["QR"] is True
    for record in message["answerRRs"]:
        assert len(bytes.fromhex(record["RDATAHEX"])) == record["RDLENGTH"]
        assert record["rdata" + record["TYPEname"]]
' <out 2>>err
point $? 'a list from standard input, as JSON Lines'

# What is wrong is named in one line.
complains() {
	code=$1 words=$2
	shift 2
	"$DSFI" resolve "$@" >out 2>err
	[ $? = "$code" ] && grep -q -- "$words" err && [ "$(wc -l <err)" = 1 ] && [ ! -s out ]
	point $? "resolve $*"
}
complains 2 'no name to resolve'
complains 2 "'QQ' is no type" good.tld QQ
complains 2 "'tomorrow' is no time" good.tld --at tomorrow
complains 2 "'ns1.host.tld' is no address" good.tld --server ns1.host.tld
complains 2 'a URL' https://good.tld/
complains 2 "'none'" good.tld --hints none
complains 2 "'none'" good.tld --trust-anchor none
unshare -Urn "$DSFI" resolve good.tld A >out 2>err
[ $? = 3 ] && grep -q 'indeterminate' out
point $? 'without a network nothing is certain'

finish
