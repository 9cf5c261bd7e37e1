#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# dsfi case open DOMAIN: of a hijack that was undone, or that something small came after, the case is for the hijack
# and its test asks for what was before it; what cannot be chosen safely is listed; signals and points are those of
# `dsfi changes`; what came with the change becomes indicators. Prints TAP.
# timeout: 200
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/hijack.sh
. "$DSFI_SOURCE/tests/hijack.sh"
needs_namespaces
needs python3
cd "$folder" || exit 1

# world BANK MX [SERVER]: whose servers bank.tld has, its mail host, the address of ns1.host.tld.
world() {
	ns1_host=${3:-} more_operators='  - {name: mixed, servers: [ns1.host.tld, ns1.wolf.tld]}' hijack_world
	cat <<-WORLD
		  - {name: town.tld, operator: host}
		  - name: bank.tld
		    operator: $1
		    records: |
		      bank.tld. 3600 IN A 198.18.1.10
		      bank.tld. 3600 IN MX 10 $2.
		      mail.bank.tld. 3600 IN A 198.18.1.3
	WORLD
}

# look BANK MX [SERVER]: a run that sees it so; `of` are the domains.
look() {
	world "$@" >w
	# shellcheck disable=SC2086
	"$DSFI" world run w -- "$DSFI" scan -q --store store --profile full ${of:-bank.tld} >out 2>err
}

pass() {
	time_passes "$1" store
}

# begin: an empty store of a party.
begin() {
	rm -f store store-* && "$DSFI" party add registry --key key --role registry --tld tld --mail desk@registry.example --store store >out 2>err
}

# opens [ARGUMENT...]: a case for bank.tld, in out and err; and its notice, as `shown` reads it. Whether there is one
# already does not matter.
opens() {
	"$DSFI" case open --again --key key --store store --json "$@" >out 2>err || return
	"$DSFI" case show "$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])')" --json --store store >notice 2>shown.err
}

# shown NAME: a member of the notice; of a list one item a line.
shown() {
	python3 -c '
import json, sys
body = next(line for line in map(json.loads, open("notice")) if line["type"] == "case-step")["body"]
one = body.get(sys.argv[1], "")
print("\n".join(one) if isinstance(one, list) else one)' "$1" >member
	cat member
}

"$DSFI" party key key >out 2>err

# ---- undone ----
begin && look host mail.bank.tld && pass 7200 && look wolf mx.wolf.tld && pass 3600 && look host mail.bank.tld && opens bank.tld
point $? 'hijacked, then back: a case is opened'
shown test | grep -q 'ns(bank.tld) = {ns1.host.tld, ns2.host.tld}' && ! shown test | grep -q wolf
point $? 'its test asks for what was before the hijack'
[ "$(shown indicators)" = 'ip:198.18.3.2
ip:198.18.3.4
ip:198.18.3.5
mx:mx.wolf.tld
ns:ns1.wolf.tld
ns:ns2.wolf.tld' ]
point $? 'what came with it is what to look for: name servers, mail hosts, addresses'
shown now | grep -q 'NS ns1.wolf.tld' && shown before | grep -q 'NS ns1.host.tld'
point $? 'before and now are those of the hijack'
python3 -c 'import json; print(json.loads(open("out").readline())["mended_if"])' | grep -q 'ns1.host.tld' &&
	python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/case-said.schema.json" out >err 2>&1
point $? 'the test is told in words, to programs too'
"$DSFI" case open bank.tld@2 --again --key key --store store >out 2>err && grep -q '^mended if .*ns1.host.tld' out
point $? '... and to people; the change is named by its run'
opens bank.tld@3 && shown test | grep -q 'ns1.wolf.tld' && grep -q 'brought back' err
point $? 'a change back is taken only when it is named, and said to be one'

# ---- once more ----
# once ARGUMENT...: without --again.
once() {
	"$DSFI" case open --key key --store store "$@" >out 2>err
}
cases() {
	"$DSFI" case list --all --json --store store 2>shown.err | wc -l
}
begin && look host mail.bank.tld && pass 7200 && look wolf mx.wolf.tld && pass 3600 && look wolf mx.wolf.tld && once bank.tld && ! grep -q 'the same change' err
point $? 'the first case of a change is opened'
id=$(sed -n 's/^case \([a-z2-7]\{8\}\).*/\1/p' out)
look wolf mx.wolf.tld && once bank.tld
[ $? = 2 ] && [ ! -s out ] && grep -q "case $id of the same change is noticed: 'dsfi case show $id' tells; --again" err && [ "$(cases)" = 1 ]
point $? 'while it is open no second one is, also after another look'
once bank.tld@2 --domain town.tld
[ $? = 2 ] && grep -q "case $id of the same" err && once bank.tld --again --text another && grep -q "case $id of the same change is noticed" err && [ "$(cases)" = 2 ]
point $? '... however it is named, unless that is wanted'
other=$(sed -n 's/^case \([a-z2-7]\{8\}\).*/\1/p' out)
"$DSFI" case recall "$id" "$id" wrong --key key --store store >out 2>err && "$DSFI" case recall "$other" "$other" wrong --key key --store store >out 2>err &&
	once bank.tld --tlp red --text third && grep -q "case $id of the same change is withdrawn; 'dsfi case show $id' tells" err && grep -q "case $other of the same" err
point $? 'those that have ended are named'
"$DSFI" audit list --store store >out 2>err && ! grep -q 'case open' out && once bank.tld
[ $? = 2 ] && grep -q 'of the same change is noticed' err && "$DSFI" audit list --store store >out 2>err && grep -q 'read.*TLP:RED, case open' out
point $? 'of one that is TLP:RED it is noted that it was told'
printf 'account | %s | analyst\n' "$(id -un)" >analyst.roles && chmod 600 analyst.roles && before=$("$DSFI" audit list --store store 2>err | grep -c 'read') &&
	once bank.tld --roles analyst.roles && ! grep -q 'is noticed' err && [ "$("$DSFI" audit list --store store 2>shown.err | grep -c 'read')" = "$before" ]
point $? '... and who may not read it is told nothing of it'
before=$(cases) && once bank.tld --sentence 'in words' --no-test && [ "$(cases)" = $((before + 1)) ] && ! grep -q 'the same' err
point $? 'what is said in words is of no change'
code=DELEGATION-NO-IPV6
once "$code:bank.tld" && grep -q '^mended if' out && once "$code:bank.tld"
[ $? = 2 ] && grep -q 'of the same finding is noticed' err && look wolf mx.wolf.tld && ! once "$code:bank.tld" && grep -q 'of the same finding' err
point $? 'nor is there a second one of a finding'

# ---- the same points as elsewhere ----
begin && look host mail.bank.tld && pass 7200 && look wolf mx.wolf.tld && pass 3600 && look host mail.bank.tld
echo bank.tld >banks
"$DSFI" changes --store store --json --since 2 --least 0 --high-value banks >told 2>err
opens bank.tld --high-value banks && shown signals | grep -q '^M1 x1.3: ' &&
	[ "$(shown points)" = "$(python3 -c 'import json; print(json.loads(open("told").readline())["score"])')" ]
point $? "a domain of high value has the points that dsfi changes gives ($(shown points))"
printf 'band | 0 | calm | nothing\nsignal | S1 | all | 77 | never | all of it | ask | me\n' >table
opens bank.tld --signals table && [ "$(shown points)" = 77 ] && shown signals | grep -q '^S1 +77: all of it; what would clear it: ask$'
point $? 'signals are those of a table of somebody'"'"'s own, with what would clear them'
opens bank.tld && shown signals | grep -q '^S15 not known: mail-taken: \|^S[0-9.]* not known: '
point $? 'and it says which are not known'

opens SERVER-LAME:bank.tld@2
[ $? = 2 ] && grep -q 'SERVER-LAME:bank.tld@2.*finding of the last look' err
point $? 'a finding is of the last look: with a run it is refused'

# ---- something small after it ----
begin && look host mail.bank.tld && pass 7200 && look wolf mx.wolf.tld && pass 3600 && look wolf mx2.wolf.tld && opens bank.tld
point $? 'hijacked, then a small change: a case is opened'
shown test | grep -q 'ns(bank.tld) = {ns1.host.tld, ns2.host.tld}' && ! shown test | grep -q wolf && [ "$(shown points)" -gt 0 ]
point $? 'it is for the hijack'
grep -q 'bank.tld@3  0  ' err && grep -q 'bank.tld@2 is taken' err
point $? 'and says what else there was'
opens bank.tld@3 && [ "$(shown points)" = 0 ]
point $? 'the small one can be named'
pass 864000 && look wolf mx.wolf.tld && ! opens bank.tld && grep -q "^ *bank.tld@2  [0-9]*  all name servers replaced" err &&
	grep -q 'an earlier change still stood' err
point $? 'a small change ten days later is not taken while the hijack stands: both are listed'

# ---- in steps ----
begin && look host mail.bank.tld && pass 7200 && look mixed mail.bank.tld && pass 3600 && look wolf mail.bank.tld
opens bank.tld
[ $? = 2 ] && grep -q '^ *bank.tld@2  [0-9]*  name servers' err && grep -q '^ *bank.tld@3  [0-9]*  ' err
point $? 'taken over in two steps: both are listed, and neither is taken'
opens bank.tld -q
[ $? = 2 ] && grep -q '@2 ([0-9]*), @3 (' err
point $? '... also where nobody reads notes'
opens bank.tld@2 && shown test | grep -q 'ns(bank.tld) = {ns1.host.tld, ns2.host.tld}'
point $? 'the first of them is named'

# ---- a night that measured nothing ----
printf '. 3600 IN NS nobody.tld.\nnobody.tld. 3600 IN A 198.18.9.9\n' >hints
begin && look host mail.bank.tld && pass 7200 && "$DSFI" world run w -- "$DSFI" scan -q --store store --hints hints bank.tld >out 2>err
[ "$("$DSFI" history --store store --json bank.tld 2>err | grep -c 'could not be measured')" -gt 0 ] && pass 3600 && look wolf mx.wolf.tld &&
	opens bank.tld && shown test | grep -q 'ns(bank.tld) = {ns1.host.tld' && shown before | grep -q 'NS ns1.host.tld'
point $? 'after a night that measured nothing the test is what was before it'

# ---- how many use it ----
of='bank.tld town.tld'
begin && look host mail.bank.tld && pass 7200 && look host mail.bank.tld 198.18.3.9 && of='' && opens bank.tld &&
	"$DSFI" changes --store store --json --least 0 >told 2>err &&
	shown signals | grep -q "^S16 +$(python3 -c '
import json
for line in map(json.loads, open("told")):
    if line["domain"] == "bank.tld.":
        print([one["points"] for one in line["reasons"] if one["signal"] == "S16"][0])'): .*2 domains"
point $? 'a name server that moved has the points of all that use it'

# ---- by hand ----
opens bank.tld --indicator domain:wolf.example --indicator as:64500 --indicator ip:198.18.3.9 && shown indicators | grep -q '^as:64500$' &&
	shown indicators | grep -q '^domain:wolf.example$' && [ "$(shown indicators | grep -c '^ip:198.18.3.9$')" = 1 ]
point $? 'others are added by hand, each once'
taken=0
for wrong in ns1.wolf.tld ns: ip:198.18.3 ip:2001:DB8::1 'ns:NS1.wolf.tld.' 'dns:x'; do
	opens bank.tld --indicator "$wrong"
	[ $? = 2 ] && grep -q -- '--indicator' err && continue
	taken=1
done
point $taken 'in their one form only'
opens bank.tld --sentence 'offered for sale' --indicator ns:ns1.wolf.tld && shown indicators | grep -q ns1.wolf &&
	opens town.tld --signals nothing
[ $? = 2 ] && grep -q nothing err
point $? 'a table that is not there'

# ---- what the test is about ----
# scans: a run that sees the world `w`.
scans() {
	"$DSFI" world run w -- "$DSFI" scan -q --store store --profile full bank.tld >out 2>err
}
# sees MEMBER: bank.tld is made so, as a domain of the world file.
sees() {
	{
		hijack_world
		printf 'domains:\n  - {name: bank.tld, operator: host, %s}\n' "$1"
	} >w
	scans
}
# serves RECORD...: bank.tld is signed, and its zone has these.
serves() {
	{
		hijack_world
		printf '  - name: bank.tld\n    operator: host\n    signed: 13 nsec\n    records: |\n'
		printf '      %s\n' "$@"
	} >w
	scans
}
# verifies: the case that was opened last, in the world of the last run.
verifies() {
	"$DSFI" world run w -- "$DSFI" case verify "$(python3 -c 'import json; print(json.loads(open("opened").readline())["case"])')" --say-nothing --store store >out 2>err
}
begin && sees 'vanity: true' && pass 7200 && sees 'faults: [glue-wrong]' && opens bank.tld --stands 1s && cp out opened && shown sentence | grep -q glue &&
	shown test | grep -q 'not found DELEGATION-GLUE-WRONG(bank.tld) and a(ns2.bank.tld) = {198.18.1.4}'
point $? 'the parent gives other glue: the test asks for it'
verifies
[ $? = 1 ] && grep -q '^failed' out && grep -q 'DELEGATION-GLUE-WRONG' out
point $? '... and does not pass while it is wrong'
sees 'vanity: true' && "$DSFI" case open bank.tld@2 --again --key key --store store --json --stands 1s >opened 2>err && verifies
[ $? = 3 ] && grep -q 'too early' out && ! grep -q 'not known' out
point $? '... while nothing but time is lacking once it is right'
web='bank.tld. 60 IN A 198.18.1.10'
begin && serves "$web" && pass 7200 && serves 'bank.tld. 60 IN A 198.18.3.10' && opens bank.tld --stands 1s &&
	cp out opened && shown test | grep -q 'ds(bank.tld) matches and a(bank.tld) = {198.18.1.10} and stands 1$'
point $? 'the domain'"'"'s own address alone was replaced: it is what the test asks for'
verifies
[ $? = 1 ] && grep -q '^failed' out && grep -q 'a(bank.tld).*198.18.3.10' out
point $? '... and does not pass while it is another one'
begin && serves "$web" 'bank.tld. 60 IN TXT "v=spf1 -all"' && pass 7200 && serves "$web" && opens bank.tld &&
	[ -z "$(shown test)" ] && grep -q 'no test: nothing that a test could ask for has changed' err
point $? 'nothing that a test could ask for has changed: there is none, and that is said'
begin && look host mail.bank.tld && pass 7200 && look wolf mx.wolf.tld && pass 3600 && look host mail.bank.tld 198.18.3.9 && opens bank.tld@2 &&
	shown test | grep -q 'a(ns1.host.tld) = {198.18.1.2}' && ! shown test | grep -q 'wolf'
point $? 'a name server that moved after it is in the test as well'
begin && sees 'vanity: true' && pass 7200 && sees 'faults: [ns-only-at-child]' && opens bank.tld && ! shown now | grep -q 'ns-extra' &&
	shown now | grep -q '^NS '
point $? 'name servers are those that the parent has'
# fleeting MX: nothing of bank.tld may be kept, neither its delegation nor what its zone says.
fleeting() {
	{
		hijack_world
		printf '  - name: bank.tld\n    operator: host\n    records: |\n      bank.tld. 0 IN MX 10 %s.\n      mail.bank.tld. 0 IN A 198.18.1.3\ncanned:\n' "$1"
		for at in 198.18.0.2 198.18.1.2 198.18.1.4; do
			printf '  - at: %s\n    name: bank.tld\n    type: ns\n    replies:\n' "$at"
			if [ $at = 198.18.0.2 ]; then echo '      - authority: |'; else printf '      - flags: [aa]\n        answer: |\n'; fi
			printf '          bank.tld. 0 IN NS %s.host.tld.\n' ns1 ns2
		done
	} >w
	scans
}
begin && fleeting mail.bank.tld && pass 7200 && fleeting mx.wolf.tld && opens bank.tld && shown test | grep -q 'mx(bank.tld) = {mail.bank.tld}$' &&
	opens bank.tld --stands 1h && shown test | grep -q 'mx(bank.tld) = {mail.bank.tld} and stands 3600$'
point $? 'how long it has to stand is what is said, also where caches keep nothing'
finish
