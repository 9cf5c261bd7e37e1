#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# dsfi case: opened for a change, a finding, in words; asked, answered, acted on, measured, closed; who may say what;
# what was said stays; two stores with the same messages show the same case; bad input. Prints TAP.
# timeout: 240
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/hijack.sh
. "$DSFI_SOURCE/tests/hijack.sh"
needs_namespaces
needs python3
cd "$folder" || exit 1
formats="$DSFI_SOURCE/docs/format"

# world BANK [BEHIND]: whose servers bank.tld has; with BEHIND one address of its parent still says wolf.
world() {
	more_servers='  - {name: b.nic.tld, addresses: [198.18.0.3]}'
	nic_servers='a.nic.tld, b.nic.tld'
	hijack_world
	cat <<-WORLD
		  - name: bank.tld
		    operator: $1
	WORLD
	if [ "$1" = host ]; then
		cat <<-WORLD
			    signed: 13 nsec
			    records: |
			      bank.tld. 2 IN A 198.18.1.10
			      bank.tld. 2 IN MX 10 mail.bank.tld.
			      mail.bank.tld. 2 IN A 198.18.1.3
		WORLD
	else
		cat <<-WORLD
			    records: |
			      bank.tld. 2 IN A 198.18.1.10
			      bank.tld. 2 IN MX 10 mx.wolf.tld.
		WORLD
	fi
	[ -z "${2:-}" ] || parent_behind 2
}

# inside WORLD COMMAND...
inside() {
	world "$1" "${behind:-}" >w
	shift
	"$DSFI" world run w -- "$@"
}

# case_of STORE COMMAND...: what `dsfi case COMMAND` says, in out and err.
case_of() {
	of=$1
	shift
	"$DSFI" case "$@" --store "$of" >out 2>err
}

# shown STORE FIELD: of the case as JSON.
shown() {
	"$DSFI" case show "$id" --json --store "$1" 2>err | python3 -c '
import json, sys
one = json.loads(sys.stdin.readline())
for name in sys.argv[1].split("."):
    one = one[int(name) if name.isdigit() else name]
print(one)' "$2"
}

# party NAME ROLE SCOPE...: a store with a key.
party() {
	who=$1
	role=$2
	shift 2
	"$DSFI" party key "$who.key" >/dev/null 2>&1 &&
		"$DSFI" party add "$who" --key "$who.key" --role "$role" --mail "desk@$who.example" --tlp red --store "$who.db" "$@" \
			>>parties 2>&1
}

# exchange STORE STORE: all messages and parties of one in the other, as if every one had been sent.
party registry registry --tld tld && party registrar registrar --domain bank.tld && party csirt csirt && party hoster hoster
for one in registry registrar csirt hoster; do
	"$DSFI" party export --store $one.db >$one.party 2>err
done
strange=0
for one in registry registrar csirt hoster; do
	for other in registry registrar csirt hoster; do
		[ $one = $other ] || "$DSFI" party import $other.party --store $one.db >out 2>err || strange=1
	done
done
point $strange 'four parties know each other'

inside host "$DSFI" scan -q --store registry.db bank.tld >out 2>err && sleep 1 &&
	inside wolf "$DSFI" scan -q --store registry.db bank.tld >out 2>err &&
	case_of registry.db open bank.tld --key registry.key --ask --to registrar --stands 3s --json
opened=$?
id=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])')
[ $opened = 0 ] && python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$formats/case-said.schema.json" out >err 2>&1
point $? 'a case is opened for what the store saw change, and asks'
case_of registry.db show "$id" && grep -q '^asked ' out && grep -q 'all name servers' out && grep -q 'ns:ns1.wolf.tld' out &&
	grep -q '^mended if ' out && grep -q 'registrar: answer' out
point $? 'it says what was, what is, what would mend it, and who has to do what'
case_of registry.db show "$id" && grep -q "  registrar, .*; nothing was sent to it yet: 'dsfi share $(printf %.8s "$id") --to registrar' does\$" out &&
	case_of registry.db show "$id" --html unsent.html && grep -q 'nothing was sent to it yet</td>' unsent.html && rm unsent.html
point $? 'and that nothing was sent to the registrar yet'
case_of registry.db list && grep -q "^$(printf %.8s "$id")  asked  *bank.tld" out
point $? 'the list has it'
# mark: of the clocks that the store's summary was reckoned by.
mark() {
	python3 -c 'import sqlite3; print(sqlite3.connect("registry.db").execute("SELECT hex(substr(body, 51, 8)) FROM summary").fetchone()[0])'
}
before=$(mark)
sed 's/^clocks | normal | *[0-9a-z]* /clocks | normal | 5d /; s/^clocks | calm /clocks | ours /' "$DSFI_SOURCE/catalog/clocks" >clocks
grep -q 'within \(1 d\|23 h 59 min\) .*acknowledge' out && DSFI_CLOCKS=$folder/clocks && export DSFI_CLOCKS && case_of registry.db list &&
	grep -q 'within \(3 d\|2 d 23 h\) .*answer' out &&
	case_of registry.db open bank.tld --clocks calm --key registry.key
[ $? = 2 ] && grep -q "no clocks 'calm'; there are urgent, normal, ours\$" err && echo nonsense >clocks && case_of registry.db list
[ $? = 2 ] && grep -q "line 1 of '$folder/clocks'" err && unset DSFI_CLOCKS
point $? 'clocks of somebody'"'"'s own: the list goes by them at once'
[ "$before" != "$(mark)" ] && case_of registry.db list && [ "$before" = "$(mark)" ]
point $? '... and is kept as it is reckoned now'

# send STORE TO: what the other has not got, as sealed files; and it takes them.
send() {
	rm -rf box && mkdir box && "$DSFI" share "$id" --to "$2" --with "$id" --out box --store "$1.db" >out 2>err &&
		"$DSFI" receive box --key "$2.key" --store "$2.db" >out 2>err
}

# say STORE COMMAND...: something about the case.
say() {
	who=$1
	word=$2
	shift 2
	case_of "$who.db" "$word" "$id" "$@" --key "$who.key"
}

send registry registrar && grep -q 'answer' out
point $? 'the registrar gets it, and is told what is expected'
say registrar answer not-authorised --basis 'our order records' && send registrar registry && [ "$(shown registry.db state)" = confirmed ]
point $? 'it answers that it was not authorised, which confirms the case'
say registry request 'take the old delegation back' --to hoster --to csirt && send registry hoster && send registry csirt
point $? 'others are asked to act'
[ "$(shown csirt.db missing)" = '[]' ] || [ "$(shown csirt.db state)" != incomplete ]
point $? 'and have what they need to know'

# ---- measured ----
say hoster act 'delegation restored' && send hoster registry && send hoster csirt && [ "$(shown registry.db state)" = acted ]
point $? 'the hoster says that it acted'
world wolf >w && "$DSFI" world run w -- "$DSFI" case verify "$id" -q --key registry.key --store registry.db >out 2>err
[ $? = 1 ] && grep -q '^failed' out && grep -q 'ns1.wolf.tld' out && [ "$(shown registry.db state)" = acted ]
point $? 'while nothing is mended the test fails'
world host behind >w && "$DSFI" world run w -- "$DSFI" case verify "$id" -q --key registry.key --store registry.db >out 2>err
[ $? = 1 ] && grep -q '198.18.0.3' out
point $? 'while one address of the parent still gives the old set it fails'
case_of registry.db close "$id" 'phished' --key registry.key
[ $? = 2 ] && [ ! -s out ] && grep -q "would not count, .*: \(the test failed last\|no test has passed since the last action\); 'dsfi case verify .*' measures it; --anyway" err && [ "$(shown registry.db state)" = acted ] &&
	case_of registry.db close "$id" 'phished' --anyway --key registry.key && grep -q 'does not count' err && [ "$(shown registry.db state)" = acted ]
point $? 'nothing closes a case that is not proven mended'
world host >w && "$DSFI" world run w -- "$DSFI" case verify "$id" -q --key registry.key --store registry.db >out 2>err
[ $? = 3 ] && grep -q 'too early' out && grep -q 'only time is lacking' out
point $? 'mended a moment ago it does not pass: caches may still have what was wrong'
sleep 3
inside wolf "$DSFI" scan -q --store registry.db bank.tld >out 2>err
world host >w && "$DSFI" world run w -- "$DSFI" case verify "$id" -q --key registry.key --store registry.db >out 2>err
[ $? = 3 ] && grep -q 'only time is lacking' out
point $? '... nor when the store saw it taken over once more since it was first measured'
"$DSFI" world run w -- "$DSFI" case verify "$id" -q --key hoster.key --store hoster.db >out 2>err
sleep 4
"$DSFI" world run w -- "$DSFI" case verify "$id" -q --key hoster.key --store hoster.db >out 2>err && grep -q '^passed' out &&
	[ "$(shown hoster.db state)" = acted ] && "$DSFI" case show "$id" --store hoster.db >out 2>err &&
	grep -q 'does not count: ' out
point $? 'who acted does not prove it'
"$DSFI" world run w -- "$DSFI" case verify "$id" -q --key registry.key --store registry.db >out 2>err && grep -q '^passed' out &&
	[ "$(shown registry.db state)" = verified ]
point $? 'after the time that caches keep it passes'
# also STORE_OF_WORLD: measured by the registry, and by a scan from elsewhere in that world.
also() {
	inside "$1" "$DSFI" scan -q --store away.db --vantage frankfurt bank.tld >out 2>err
	world host >w && "$DSFI" world run w -- "$DSFI" case verify "$id" -q --say-nothing --also away.db --store registry.db >out 2>err
}
also wolf
[ $? = 1 ] && grep -q '^failed' out && grep -q 'frankfurt.*ns1.wolf.tld' out && sleep 3 && also host
[ $? = 3 ] && grep -q 'only time is lacking' out && ! grep -q 'ns1.wolf.tld' out
point $? 'but not while it is not so from another place, or has not been for long'
python3 -c 'import sqlite3; store = sqlite3.connect("away.db"); store.execute("UPDATE interval SET first_s = first_s - 3700, last_s = last_s - 3700"); store.commit()'
world host >w && "$DSFI" world run w -- "$DSFI" case verify "$id" -q --say-nothing --also away.db --store registry.db >out 2>err
[ $? = 2 ] && grep -q "newest look of 'away.db' at bank.tld. is of 1 h" err
point $? 'what another place saw long ago is not taken'
echo 198.18.0.3 >left.alone && "$DSFI" world run w -- "$DSFI" case verify "$id" -q --say-nothing --opt-out left.alone --store registry.db >out 2>err
[ $? = 3 ] && grep -q '^not-measured' out && grep -q '198.18.0.3.*the opt-out list has it' out && grep -q '198.18.0.2.*: ns1.host' out
point $? 'an address that must not be asked is not, and then it does not pass'
echo bank.tld >left.alone && "$DSFI" world run w -- "$DSFI" case verify "$id" -q --say-nothing --opt-out left.alone --store registry.db >out 2>err
[ $? = 3 ] && grep -q '^not-measured' out && grep -q 'the opt-out list has the domain' out && ! grep -q '198.18.0' out
point $? 'nor does anybody ask about a domain of the list'
say registry close "the registrar's account was taken over by phishing" && [ "$(shown registry.db state)" = closed ] &&
	[ "$(shown registry.db cause)" = "the registrar's account was taken over by phishing" ]
point $? 'the case closes with its cause'
say registry close 'once more'
[ $? = 2 ] && grep -q 'this closure would not count.*the case is closed' err
point $? '... once'
for one in registrar hoster csirt; do
	send registry $one || break
done && send hoster registry && [ "$(shown csirt.db state) $(shown hoster.db state) $(shown registrar.db state)" = 'closed closed closed' ]
point $? 'and is closed for everybody'
"$DSFI" case show "$id" --json --store registry.db >one 2>err && head -n 1 one >view &&
	python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$formats/case.schema.json" view >err 2>&1 &&
	tail -n +2 one >steps && python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$formats/case-step.schema.json" steps >err 2>&1
point $? 'what programs get fits its schemas'
case_of registry.db list --all --json && python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$formats/case-summary.schema.json" out >err 2>&1 &&
	case_of registry.db list && [ ! -s out ] && grep -q '1 that need nothing more' err
point $? 'a closed case is no work any more'

# ---- as a page ----
rm -f page.html && (umask 0 && case_of registry.db show "$id" --html page.html) && grep -q '^closed ' out &&
	[ "$(stat -c %a page.html)" = 600 ] && grep -q 'TLP:AMBER</strong>' page.html && grep -q 'account was taken over' page.html &&
	chmod 644 page.html && case_of registry.db show "$id" --html page.html && [ "$(stat -c %a page.html)" = 600 ]
point $? 'a page of it is for its owner alone'
case_of registry.db show "$id" --html - && [ "$(head -c 15 out)" = '<!doctype html>' ] && ! grep -q '^who knows' out &&
	[ "$(tail -c 8 out)" = '</html>' ]
point $? 'and goes to standard output alone'
case_of registry.db show "$id" --html - --json
[ $? = 2 ] && grep -q -- '--html' err && case_of registry.db show "$id" --html /nowhere/at/all
[ $? = 2 ] && grep -q nowhere err
point $? 'two things for standard output, a folder that is not there'
cp registry.db was.db && ln -s registry.db link.db && cp registry.key secret && cp secret was.secret && spared=0
for lost in registry.db ./link.db registry.db-wal registry.db-shm secret; do
	case_of registry.db show "$id" --html "$lost"
	[ $? = 2 ] && grep -q "cannot write '$lost': .*name another file" err && [ "$(wc -l <err)" = 1 ] && continue
	spared=1
done
cmp -s registry.db was.db && cmp -s secret was.secret && case_of registry.db show "$id" && [ $spared = 0 ]
point $? 'a page replaces neither the store, by any path, nor a secret key'

# ---- a finding ----
# lame_world [BEHAVIOUR]: whose second server is that.
lame_world() {
	world host | sed "s/\\(name: ns2.host.tld, addresses: .198.18.1.4.\\)/\\1${1:+, behaviour: [$1]}/" >w
}
# measured STORE OPTION...: what came of it alone.
measured() {
	of=$1
	shift
	"$DSFI" world run w -- "$DSFI" case verify "$id" -q --store "$of.db" "$@" >out 2>err
}
lame_world lame && "$DSFI" world run w -- "$DSFI" scan -q --store csirt.db bank.tld >out 2>err &&
	case_of csirt.db open SERVER-LAME:bank.tld --key csirt.key --to hoster --json &&
	id=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])') && case_of csirt.db show "$id" &&
	grep -q '^mended if  SERVER-LAME is no longer found at bank.tld$' out &&
	say csirt request 'load the zone' --to hoster && send csirt hoster
point $? 'a case of a finding has a test: that it is no longer found'
measured csirt --key csirt.key
[ $? = 1 ] && grep -q '^failed' out && grep -q 'SERVER-LAME(bank.tld) at name server 198.18.1.4.*authority' out
point $? 'while it is found the test fails, and says at which server'
lame_world silent && measured csirt --say-nothing
[ $? = 3 ] && grep -q '^not-measured' out && grep -q 'SERVER-LAME(bank.tld) at name server 198.18.1.4.*not known: it does not answer' out
point $? '... and does not pass because a server is silent'
say hoster act 'zone loaded' && send hoster csirt && lame_world && measured hoster --key hoster.key && grep -q '^passed' out &&
	[ "$(shown hoster.db state)" = acted ]
point $? 'mended it passes; who mended it does not prove it'
# What was measured within the second of the action may have been before it.
sleep 1
measured csirt --key csirt.key && grep -q '^passed' out && grep -q 'SERVER-LAME(bank.tld), from .*: not found' out &&
	say csirt close 'the zone was not loaded' && [ "$(shown csirt.db state)" = closed ]
point $? 'measured by one who did not act it closes'
# What a look has to be for, and what it must not be for unasked.
case_of csirt.db open bank.tld --sentence 'odd and open' --key csirt.key --json \
	--test 'not found server-version-shown(bank.tld) and not found SERVER-RECURSES(bank.tld)' &&
	id=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])') && measured csirt --say-nothing --profile delegation
[ $? = 3 ] && grep -q 'SERVER-VERSION-SHOWN(bank.tld), from .*: not found' out &&
	grep -q 'SERVER-RECURSES(bank.tld), from .* not known: the look was made without --own' out && measured csirt --say-nothing --own &&
	grep -q '^passed' out
point $? 'a look is for what the test needs, and asks for consent in words'
# One state of the store, with and without the finding.
case_of csirt.db open bank.tld --sentence 'slow at times' --key csirt.key --test 'not found SERVER-SLOW(bank.tld) and stands 4' --json &&
	id=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])') && measured csirt --key csirt.key
[ $? = 3 ] && grep -q 'too early' out && lame_world slow && "$DSFI" world run w -- "$DSFI" scan -q --store csirt.db bank.tld >out 2>err &&
	lame_world && measured csirt --say-nothing
[ $? = 3 ] && grep -q 'too early' out && grep -q 'SERVER-SLOW(bank.tld), from .*: not found' out
point $? 'it has not stood for so long when a scan has found it meanwhile'
case_of csirt.db open bank.tld --sentence 'x' --key csirt.key --test 'not found SERVER-LAMER(bank.tld)'
[ $? = 2 ] && grep -q "no check 'SERVER-LAMER'.*SERVER-LAME" err
point $? 'a finding that there is none of'
case_of csirt.db open host.tld --sentence 'in words' --key csirt.key
[ $? = 2 ] && grep -q -- '--no-test' err && case_of csirt.db open host.tld --sentence 'in words' --no-test --test 'ds(host.tld) = none' --key csirt.key
[ $? = 2 ] && case_of csirt.db open host.tld --sentence 'in words' --no-test --key csirt.key --json &&
	id=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])') && measured csirt --say-nothing
[ $? = 2 ] && grep -q 'has no test' err && ! say csirt close 'forgotten' && grep -q 'none that .*could measure' err && [ "$(shown csirt.db state)" = noticed ]
point $? 'in words alone: with a test, or without one in so many words, and then nothing closes it as verified'

# ---- a plain move ----
inside host "$DSFI" scan -q --store registry.db bank.tld >out 2>err && inside wolf "$DSFI" scan -q --store registry.db bank.tld >out 2>err &&
	case_of registry.db open bank.tld --key registry.key --ask --to registrar --json &&
	id=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])') && send registry registrar &&
	say registrar answer authorised --basis 'ordered by the registrant' && send registrar registry &&
	[ "$(shown registry.db state)" = settled ] && "$DSFI" case show "$id" --json --store registry.db >one 2>err && [ "$(wc -l <one)" = 3 ]
point $? 'a move that was meant ends in two messages'
"$DSFI" case show "$id" --json --store registrar.db >other 2>err && cmp one other >err
point $? 'and is the same case for both'

# ---- who may say what ----
case_of registry.db open bank.tld --sentence 'credentials are offered for sale' --key registry.key --to csirt --tlp red --json &&
	id=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])') && send registry csirt &&
	grep -q 'TLP:RED' out && ! grep -q 'offered for sale' out
point $? 'what is TLP:RED is not told where nobody notes who reads'
told=0
for one in '' --json; do
	case_of csirt.db list --all $one && grep -q "$(printf %.8s "$id")" out && ! grep -q 'offered for sale' out || told=1
done
point $told '... nor by a list'
say csirt note 'seen elsewhere' --to hoster
[ $? = 4 ] && grep -q 'may not go on' err
point $? 'what is TLP:RED does not go on to others'
say csirt close 'nothing to see'
[ $? = 2 ] && grep -q 'only who opened the case closes it' err && say csirt close 'nothing to see' --anyway && grep -q 'does not count' err
point $? 'who did not open a case does not close it'
message=$(shown registry.db id) && say registry recall "$message" 'wrong domain' && [ "$(shown registry.db state)" = withdrawn ]
point $? 'whoever opened it may take it back'
"$DSFI" audit list --store registry.db >out 2>err && grep -q 'read' out && "$DSFI" audit verify --store registry.db >out 2>err
point $? 'reading what is TLP:RED is noted'
before=$("$DSFI" audit list --store registry.db --json 2>err | wc -l) && case_of registry.db show "$id" --html red.html &&
	grep -q 'class="label red"><strong>TLP:RED</strong>' red.html &&
	[ "$("$DSFI" audit list --store registry.db --json 2>err | wc -l)" = $((before + 1)) ]
point $? 'a page of it, too'

# ---- another file of a party ----
red=$id
case_of registry.db open bank.tld --sentence 'somebody asks' --key registry.key --ask --to csirt --json &&
	id=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])') && send registry csirt &&
	say csirt answer not-authorised --anyway && send csirt registry && [ "$(shown registry.db state)" = asked ] &&
	"$DSFI" party add --key csirt.key --domain bank.tld --store csirt.db >out 2>err &&
	"$DSFI" party export --store csirt.db >csirt.party && "$DSFI" party import csirt.party --store registry.db >out 2>err &&
	[ "$(shown registry.db state)" = confirmed ] && case_of registry.db list && grep -q "^$(printf %.8s "$id")  confirmed" out
point $? 'what a party speaks for counts in lists, too'
id=$red

# ---- roles ----
printf 'account | %s | reader\n' "$(id -un)" >reader.roles
chmod 600 reader.roles
case_of registry.db list --roles reader.roles && case_of registry.db note "$id" x --key registry.key --roles reader.roles
[ $? = 4 ] && grep -q 'reader' err && case_of registry.db show "$id" --roles reader.roles
[ $? = 4 ] && [ ! -s out ]
point $? 'a reader reads what is not TLP:RED, and no more'
printf 'account | %s | coordinator\n' "$(id -un)" >coordinator.roles
told=0
for one in reader coordinator; do
	"$DSFI" share "$id" --stix --tlp red --roles $one.roles --store registry.db >out 2>err
	[ $? = 4 ] && [ ! -s out ] && grep -q 'may not' err || told=1
done
point $told 'nor does a bundle let out what its maker may not share, or read'

# ---- killed ----
: >said
for tenth in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	timeout -s KILL "0.0$tenth" "$DSFI" case note "$id" "note $tenth" --key registry.key --store registry.db >>said 2>/dev/null
done
"$DSFI" case note "$id" 'the last' --key registry.key --store registry.db >>said 2>err &&
	"$DSFI" case show "$id" --json --store registry.db >out 2>err
lost=$?
sed -n 's/.* message \([a-z2-7]*\)  note$/\1/p' said >acknowledged
while read -r message; do
	grep -q "\"id\":\"$message\"" out || lost=1
done <acknowledged
[ $lost = 0 ] && "$DSFI" audit verify --store registry.db >out 2>err
point $? 'what was acknowledged before kill -9 is there'

# ---- bad input ----
say registry answer perhaps
[ $? = 2 ] && grep -q perhaps err
point $? 'a word that is none'
case_of registry.db show 'no such case'
[ $? = 2 ] && case_of registry.db show zzzz
[ $? = 2 ] && grep -q 'case list' err
point $? 'a case that is not there'
case_of registry.db open nothing.tld --key registry.key
[ $? = 2 ] && grep -q 'sentence' err && case_of registry.db open 'bank.tld@99' --key registry.key
[ $? = 2 ] && case_of registry.db open 'SERVER-SLOW:bank.tld' --key registry.key
[ $? = 2 ] && case_of registry.db open 'a..b' --key registry.key
[ $? = 2 ]
point $? 'what the store does not have'
case_of registry.db open bank.tld --test 'ns(bank.tld) == x' --key registry.key
[ $? = 2 ] && grep -q 'test' err
point $? 'a test that is none'
case_of registry.db note "$id" x --to nobody --key registry.key
[ $? = 2 ] && grep -q 'party list' err && chmod 644 registry.key && say registry note x
[ $? = 4 ] && grep -q '0600\|mode' err && chmod 600 registry.key && case_of registry.db note "$id" x --key hoster.key
[ $? = 4 ]
point $? 'a party that is not known, a key that others can read, a key of somebody else'
"$DSFI" case list --store none.db >out 2>err
[ $? = 2 ] && [ ! -e none.db ]
point $? 'a store that is not there'
finish
