#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A hijack as of 2018 and 2019 (name servers replaced, DS removed, mail taken, back after hours) and a plain move
# to another operator, played between the looks of one store: the first scores high, the second low, each with its
# reasons in words. Months pass by moving what is in the store. Prints TAP.
# timeout: 200
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/hijack.sh
. "$DSFI_SOURCE/tests/hijack.sh"
needs_namespaces
cd "$folder" || exit 1

# world BANK SHOP: whose servers the two domains have; $vpn: where vpn.shop.tld is.
vpn=198.18.1.40
world() {
	cat <<-WORLD
		world: 1
		seed: 7
		routing: true
		servers:
		  - {name: a.root-servers.net, addresses: [198.41.0.4]}
		  - {name: a.nic.tld, addresses: [198.18.0.2]}
		  - {name: ns1.host.tld, addresses: [198.18.1.2], as: 64496}
		  - {name: ns2.host.tld, addresses: [198.18.1.4], as: 64496}
		  - {name: ns1.other.tld, addresses: [198.18.2.2], as: 64497}
		  - {name: ns2.other.tld, addresses: [198.18.2.4], as: 64497}
		  - {name: ns1.wolf.tld, addresses: [198.18.3.2], as: 64500}
		  - {name: ns2.wolf.tld, addresses: [198.18.3.4], as: 64500}
		operators:
		  - {name: root, servers: [a.root-servers.net]}
		  - {name: nic, servers: [a.nic.tld]}
		  - {name: host, servers: [ns1.host.tld, ns2.host.tld]}
		  - {name: other, servers: [ns1.other.tld, ns2.other.tld]}
		  - {name: wolf, servers: [ns1.wolf.tld, ns2.wolf.tld]}
		zones:
		  - {name: ., operator: root, signed: 13 nsec}
		  - {name: tld, operator: nic, signed: 13 nsec}
		  - {name: host.tld, operator: nic}
		  - {name: other.tld, operator: nic}
		  - name: wolf.tld
		    operator: nic
		    records: |
		      mx.wolf.tld. 300 IN A 198.18.3.5
		  - name: shop.tld
		    operator: $2
		    records: |
		      shop.tld. 3600 IN A 198.18.1.30
		      www.shop.tld. 3600 IN A 198.18.1.30
		      shop.tld. 3600 IN MX 10 mail.shop.tld.
		      mail.shop.tld. 3600 IN A 198.18.1.5
		      vpn.shop.tld. 3600 IN A $vpn
		      shop.tld. 3600 IN TXT "v=spf1 mx -all"
		  - name: bank.tld
		    operator: $1
	WORLD
	if [ "$1" = host ]; then
		cat <<-WORLD
			    signed: 13 nsec
			    records: |
			      bank.tld. 3600 IN A 198.18.1.10
			      www.bank.tld. 3600 IN A 198.18.1.10
			      bank.tld. 3600 IN MX 10 mail.bank.tld.
			      mail.bank.tld. 3600 IN A 198.18.1.3
			      bank.tld. 3600 IN TXT "v=spf1 mx -all"
			      _dmarc.bank.tld. 3600 IN TXT "v=DMARC1; p=reject"
		WORLD
	else
		cat <<-WORLD
			    records: |
			      bank.tld. 300 IN A 198.18.1.10
			      www.bank.tld. 300 IN A 198.18.1.10
			      bank.tld. 300 IN MX 10 mx.wolf.tld.
		WORLD
	fi
}

look() {
	world "$1" "$2" >world
	"$DSFI" world run world -- "$DSFI" scan -q --store store --profile full bank.tld shop.tld >out 2>err
}

pass() {
	time_passes "$1" store
}

changes() {
	"$DSFI" changes --store store "$@" >out 2>err
}

# field DOMAIN NAME: of the first line about that domain.
field() {
	python3 -c '
import json, sys
for line in map(json.loads, open("out")):
    if line["domain"] == sys.argv[1]:
        print(line[sys.argv[2]])
        break' "$1" "$2"
}

day=86400
look host host && changes --least 0 && [ ! -s out ] && grep -q 'saw nothing change' err
point $? 'the first look sees no change'
pass $((120 * day)) && look host host && changes --least 0 && [ ! -s out ]
point $? 'nor does a look four months later that finds the same'

pass 3600 && look wolf other && changes --json && [ "$(head -n 1 out | cut -d, -f2)" = '"domain":"bank.tld."' ]
point $? 'what looks attacked comes first'
[ "$(field bank.tld. score)" -ge 80 ] && [ "$(field bank.tld. band)" = now ]
point $? "the hijack scores $(field bank.tld. score) before anybody knows that it will be undone"
[ "$(field shop.tld. score)" -lt 35 ]
point $? "the plain move $(field shop.tld. score)"
[ "$(field bank.tld. rule)" = "{'score': 80, 'signals': ['S1', 'S5']}" ] && ! sed -n '/shop.tld/p' out | grep -q '"rule"' &&
	python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/change.schema.json" out >err 2>&1
point $? '... the rule that lifted the first is named'
changes
grep -q 'all name servers replaced after at least 120 days: ns1.wolf.tld. and ns2.wolf.tld. instead of ns1.host.tld.' out &&
	grep -q 'DS removed after at least 120 days' out &&
	grep -q 'mail hosts moved to mx.wolf.tld. (AS 64500) from mail.bank.tld.' out &&
	grep -q 'DMARC removed after at least 120 days' out
point $? 'in words that a registry understands'
grep -q '+25  S5 ' out && grep -q 'S5: a CDS record of algorithm 0' out && grep -q 'S3 undone: whether it is undone' out
point $? '... with points, what would clear it, and what is not known yet'
grep -q '^    rule: S1 with S5 lifts it to 80$' out
point $? '... and with the rule that lifted it'

pass 21600 && look host other && changes --json --least 0 && [ "$(wc -l <out)" = 2 ]
point $? 'back after six hours: the run brings up the change that was undone beside the change back'
[ "$(field bank.tld. score)" = 87 ] && grep -q '"signal":"S3.1"' out && grep -q '"undone":{"run":4' out
point $? "it scores $(field bank.tld. score)"
tail -n 1 out | grep -q '"restored"' && tail -n 1 out | grep -q '"score":[0-9],'
point $? 'the change back scores next to nothing'
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/change.schema.json" out >err 2>&1
point $? 'the lines fit their schema'

echo shop.tld >list
changes --json --since 3 --least 0 --high-value list && [ "$(field shop.tld. score)" -gt 30 ] &&
	[ "$(field shop.tld. high_value)" = True ]
point $? 'a list of high-value domains gives weight'
pass $((40 * day)) && look host other && changes --json --since 3 --least 0
[ "$(field bank.tld. score)" = 87 ] && [ "$(field shop.tld. score)" -lt 15 ]
point $? "forty days later the hijack scores the same, the move that stayed harmless $(field shop.tld. score)"
changes --since 3 --least 0 && grep -q 'when it was new' out
point $? '... and the text says what it had been'

# Tables and lists that are wrong are told with their line.
printf 'band | 0 | a | b\nsignal | S99 | x | 1 | never | a | b | c\n' >table
changes --signals table
[ $? = 2 ] && grep -q "line 2 of 'table'.*S99" err
point $? 'an unknown signal'
printf 'band | 0 | calm | nothing\nsignal | S1 | all | 90 | never | all of it | ask | me\n' >table
changes --json --since 3 --signals table && [ "$(field shop.tld. score)" = 90 ] && [ "$(field shop.tld. band)" = calm ]
point $? 'a table of somebody'"'"'s own'
printf 'bank.tld\nhttps://shop.tld/\n' >list
changes --high-value list
[ $? = 2 ] && grep -q "line 2 of 'list'" err
point $? 'a list with a URL in it'
changes --least 1.5
[ $? = 2 ] && grep -q "'1.5' is not a number; give a whole number" err
point $? 'a score is a whole number'
changes --since 77
[ $? = 2 ] && grep -q 'no run 77' err
point $? 'a run that never was'
changes --json --since 3 --most 1 --least 0 && [ "$(wc -l <out)" = 1 ] && grep -q 'more are not shown' err
point $? 'the one with the highest score'

# What a hijack by few records changes: where people log in, and nothing else.
logins() {
	world host host >world
	"$DSFI" world run world -- "$DSFI" scan -q --store logins --profile "$1" ${2:+"$2"} shop.tld >out 2>err
}
logins default --logins && vpn=198.18.3.40 && logins default --logins &&
	"$DSFI" changes --store logins --json --least 0 >out 2>err && [ "$(field shop.tld. score)" = 15 ] &&
	grep -q '"signal":"S7"[^}]*vpn.shop.tld. 198.18.3.40' out &&
	grep -q 'the name vpn.shop.tld. has 198.18.3.40 instead of 198.18.1.40' out
point $? 'a name where people log in leads elsewhere'
vpn=198.18.1.40 && logins default && "$DSFI" changes --store logins --json --least 0 >out 2>err && [ ! -s out ] &&
	logins default --logins && "$DSFI" changes --store logins --json --least 0 >out 2>err &&
	grep -q '"restored"' out
point $? '... and back, past a look that did not look there'

# Taken over, mended, taken over again.
rm -rf store
vpn=198.18.1.40
look host other && pass $((120 * day)) && look host other
for owner in wolf host wolf; do
	pass 240
	look $owner other
done
changes --json && [ "$(field bank.tld. score)" -ge 80 ] && [ "$(field bank.tld. band)" = now ] &&
	! grep -q '"restored"' out && grep -q 'again what it had been changed to 8 minutes before, which had been undone' out
point $? "a second hijack scores $(field bank.tld. score)"
changes --json --since 4 --least 0 && [ "$(grep -c '"restored"' out)" = 1 ] &&
	[ "$(grep '"restored"' out | sed 's/.*"score":\([0-9]*\).*/\1/')" -lt 15 ]
point $? '... and the repair before it next to nothing'

# What a zone asked for is believed by its signatures, as they come over the wire.
# asked DOMAIN: two looks, the second without DS.
asked() {
	rm -rf store
	for made in "$1" '{name: bank.tld, operator: host}'; do
		world host host | sed '/name: bank.tld/,$d' >world
		printf 'domains:\n  - %s\n' "$made" >>world
		"$DSFI" world run world -- "$DSFI" scan -q --store store --profile full bank.tld >out 2>err || return
		pass $((30 * day))
	done
	changes --json --least 0
}
asked '{name: bank.tld, operator: host, signed: 13 nsec, faults: [cds-delete]}' && grep -q '"ds-removed"' out &&
	! grep -q '"signal":"S5"' out && grep -q '"signal":"N1"' out
point $? 'DS went as a signed CDS record had asked for'
asked '{name: bank.tld, operator: host, signed: 13 nsec}' && grep -q '"ds-removed"' out && ! grep -q '"signal":"N1"' out
point $? '... or without one'
finish
