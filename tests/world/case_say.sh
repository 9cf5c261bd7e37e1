#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a party says in a case, one command after another: what is printed, what is in the store then, and that nothing
# is in it when it was refused; what must not go does not. Prints TAP.
# timeout: 120
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/cases.sh
. "$DSFI_SOURCE/tests/cases.sh"

[ ! -e /etc/dsfi/roles ] || {
	echo '1..0 # SKIP this machine has a file of roles'
	exit 0
}
cd "$folder" || exit 1
make_parties
low=$(printf 'abcdefgh%.0s' 1 2 3 4)

# counts STORE: messages, entries of the audit, deliveries.
counts() {
	sqlite "$1" "SELECT (SELECT count(*) FROM message) || ' ' || (SELECT count(*) FROM audit) || ' ' || (SELECT count(*) FROM delivery)"
}
# said WHO COMMAND...: what `dsfi case COMMAND` with the case says, which must end well; the new message in $new.
said() {
	who=$1 word=$2
	shift 2
	dsfi case "$word" "$id" "$@" --key "$who.key" --store "$who" >out 2>err || return 1
	new=$(sed -n 's/^case [a-z2-7]*  [a-z]*  message \([a-z2-7]*\)  [a-z]*$/\1/p' out)
	[ -n "$new" ]
}
# refuses CODE WORDS NAME STORE COMMAND...: this exit code, these words, nothing on standard output; the store is as before.
refuses() {
	wanted=$1 words=$2 name=$3 of=$4
	shift 4
	before=$(counts "$of")
	dsfi "$@" --store "$of" >out 2>err
	code=$?
	[ "$code" = "$wanted" ] && [ ! -s out ] && grep -q -- "$words" err && [ "$(counts "$of")" = "$before" ]
	point $? "$name"
}
# so STORE EXPRESSION: of the case as `dsfi case show --json` has it: `case`, `steps` by id, `new` the newest said here,
# `due(DUTY)` the parties that have to.
so() {
	dsfi case show "$id" --json --store "$1" >shown 2>err || return 1
	python3 - "$new" "$registry" "$registrar" "$csirt" "$2" <<'P' >>err 2>&1
import json, sys
case, *lines = map(json.loads, open("shown"))
steps = {line["id"]: line for line in lines}
new, registry, registrar, csirt, expression = steps.get(sys.argv[1]), *sys.argv[2:]
body = new["body"] if new is not None else {}
def due(duty):
    return sorted(one["party"] for one in case["dues"] if one["duty"] == duty)
print(expression, case, new)
sys.exit(0 if eval(expression) else 1)
P
}
# told WORDS: in the line of the new message, and where the case stands.
told() {
	grep -qx "case $id  $1  message $new  $2" out
}
# pass FROM TO: what is for it, as sealed files.
pass() {
	rm -rf box
	dsfi share "$id" --to "$2" --out box --store "$1" >out 2>err && dsfi receive box --key "$3.key" --store "$3" >out 2>err
}

new=-
dsfi case open bank.example --sentence 'all changed' --no-test --key registry.key --to Registrar --to CSIRT --json --store registry >out 2>err
id=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])') && pass registry Registrar registrar &&
	pass registry CSIRT csirt && so csirt 'case["state"] == "noticed" and due("acknowledge") == sorted([registrar, csirt])'
point $? 'a case is opened for two others'

# ---- acknowledge ----
said csirt acknowledge --text 'seen' && told noticed acknowledgement &&
	so csirt 'new["kind"] == "acknowledgement" and new["author"] == csirt and body == {"of": case["id"], "text": "seen"} and new["counts"] and due("acknowledge") == [registrar] and sorted(new["to"]) == sorted([registry, registrar])'
point $? 'acknowledged: it names the notice, goes to who has that, and the duty is gone'
[ "$(sqlite csirt "SELECT count(*) FROM audit WHERE act = 'acknowledge' AND subject = '$new'")" = 1 ]
point $? '... and is in the audit'
refuses 2 'nothing that this party has not acknowledged' 'once' csirt case acknowledge "$id" --key csirt.key
refuses 2 "no message '$low'" 'only what is there' csirt case acknowledge "$id" --of "$low" --key csirt.key
refuses 2 '--key FILE says what to sign with' 'and signed' csirt case acknowledge "$id" --of "$id"

# ---- ask ----
refuses 2 '--to PARTY says whom' 'who is asked must be said' registry case ask "$id" --key registry.key
refuses 2 'give a time' 'until when, too, must be a time' registry case ask "$id" --to Registrar --due soon --key registry.key
refuses 2 'whatever' 'and the question one that there is' registry case ask "$id" --to Registrar --question whatever --key registry.key
said registry ask --to Registrar --due 2h && told asked ask &&
	so registry 'case["state"] == "asked" and body["question"] == "authorised" and new["to"] == [registrar] and due("answer") == [registrar] and [one["until"] for one in case["dues"] if one["duty"] == "answer"] == [body["due"]]'
point $? 'asked: by when the answer is due, and who has to'
asked=$new
said registry ask --to CSIRT --question other --text 'who else?' --tlp green && told asked ask &&
	so registry 'body == {"question": "other", "text": "who else?"} and due("answer") == sorted([registrar, csirt])'
point $? 'something else is asked of another'
pass registry Registrar registrar && pass registry CSIRT csirt && so registrar "'$asked' in steps and new['to'] == [csirt]"
point $? 'both get theirs, and what is green'

refuses 2 "--due '2020-01-01T00:00:00Z' is over" 'nothing is asked until a time that is over' registry case ask "$id" --to Registrar \
	--due 2020-01-01T00:00:00Z --key registry.key
refuses 2 "--due '2020-01-01T00:00:00Z' is over" 'nor requested' registry case request "$id" x --to Registrar --due 2020-01-01T00:00:00Z --key registry.key
refuses 2 "--due '2020-01-01T00:00:00Z' is over" 'nor is a case opened so' registry case open bank.example --sentence x --no-test --ask --to Registrar \
	--due 2020-01-01T00:00:00Z --key registry.key

# ---- what would not count ----
refuses 2 'this closure would not count.*no test has passed.*case recall.*--anyway' 'no closure where nothing can be proven' registry case close "$id" x --key registry.key
refuses 2 'only who opened the case closes it' 'nor by another' csirt case close "$id" x --key csirt.key
refuses 2 'this answer would not count.*speaks for none.*unknown' 'no answer by whom it is not for' csirt case answer "$id" not-authorised --of "$id" --key csirt.key
refuses 2 'this action would not count.*not asked to act.*case note' 'no action that nobody asked for' csirt case act "$id" 'done' --key csirt.key
refuses 2 'this request would not count.*neither opened the case' 'no request by whom it is not for' csirt case request "$id" 'do it' --to Registrar --key csirt.key
refuses 2 "--when '2030-01-01T00:00:00Z' is still to come" 'nothing was done in the future' registrar case act "$id" 'done' --when 2030-01-01T00:00:00Z --key registrar.key
refuses 2 'how long ago' 'when it was done must be a time' registrar case act "$id" 'done' --when soon --key registrar.key

# ---- words that are none ----
bad=$(printf 'a\377')
refuses 2 "'text' is not UTF-8: octet 2 is 0xff" 'a note is UTF-8' registry case note "$id" "$bad" --key registry.key
refuses 2 "'text' is not UTF-8" 'what is said besides' csirt case acknowledge "$id" --of "$id" --text "$bad" --key csirt.key
refuses 2 "'basis' is not UTF-8" 'what an answer rests on' registrar case answer "$id" unknown --basis "$bad" --key registrar.key
refuses 2 "'wanted' is not UTF-8" 'what is wanted' registry case request "$id" "$bad" --to Registrar --key registry.key
refuses 2 "'done' is not UTF-8" 'what was done' registrar case act "$id" "$bad" --key registrar.key
refuses 2 "'reason' is not UTF-8" 'why something is wrong' registrar case dispute "$id" "$id" "$bad" --key registrar.key
refuses 2 "'reason' is not UTF-8" 'why something is taken back' registry case recall "$id" "$id" "$bad" --key registry.key
refuses 2 "'cause' is not UTF-8" 'a cause' registry case close "$id" "$bad" --anyway --key registry.key
refuses 2 "'domains' is not UTF-8" 'domains' registry case note "$id" x --domain "$bad" --key registry.key
refuses 2 "'sentence' is not UTF-8" 'the sentence of a case' registry case open bank.example --sentence "$bad" --no-test --key registry.key
refuses 2 "'text' is not UTF-8" '... and what it says besides' registry case open bank.example --sentence x --text "$bad" --no-test --key registry.key

# ---- answer unknown ----
refuses 2 "'perhaps' is no answer" 'an answer is one of four words' csirt case answer "$id" perhaps --key csirt.key
said registrar answer unknown --basis 'the order is not found' && told asked answer &&
	so registrar 'case["state"] == "asked" and body["answer"] == "unknown" and body["basis"] == "the order is not found" and due("answer") == [csirt] and due("request") == []'
point $? 'unknown: it is answered, and the case stands where it stood'
unknown=$new
so registrar "body[\"of\"] == '$asked'"
point $? '... to what was asked of it, not to what was asked of others since'
refuses 2 'has not answered' 'nothing more is asked of it' registrar case answer "$id" unknown --key registrar.key
pass registrar Registry registry && so registry 'due("answer") == [csirt]'
point $? 'who asked knows'

# ---- dispute ----
refuses 2 "no message '$low'" 'what is not there is not disputed' registry case dispute "$id" "$low" 'it is' --key registry.key
said registry dispute "$unknown" 'the order is number 7' --to Registrar && told asked dispute &&
	so registry "case['open_disputes'] == 1 and steps['$unknown']['disputed'] and new['counts'] and body == {'of': '$unknown', 'reason': 'the order is number 7'} and due('resolve') == [registrar]"
point $? 'disputed: it is open, beside what it says is wrong, and its author has to resolve it'
dispute=$new
dsfi case show "$id" --store registry >out 2>err && grep -q '^ *disputed$' out && pass registry Registrar registrar
point $? 'and is shown'
said registrar answer authorised --of "$asked" --basis 'order 7' && told settled answer && pass registrar Registry registry
point $? 'it is settled all the same'
refuses 2 'this closure would not count, so nothing is said: a dispute is open.*--anyway' 'while it is open a closure is refused' \
	registry case close "$id" ordered --key registry.key
said registry close 'ordered' --anyway && grep -q 'it does not count: .*dispute' err && told settled closure &&
	so registry 'case["state"] == "settled" and not new["counts"] and "dispute" in new["reason"] and case["cause"] is None'
point $? '... or said although it does not count'
closure=$new
refuses 2 "no message '$low'" 'nor is what is not there taken back' registry case recall "$id" "$low" x --key registry.key
said registry recall "$dispute" 'found' --to Registrar && told closed recall &&
	so registry "case['open_disputes'] == 0 and not steps['$unknown']['disputed'] and steps['$dispute']['recalled'] and due('resolve') == [] and case['state'] == 'closed' and case['cause'] == 'ordered'"
point $? 'taken back: it is resolved, and the closure counts'
pass registry Registrar registrar && so registrar 'case["state"] == "closed"' &&
	said registrar dispute "$closure" 'not by us' && told settled dispute &&
	so registrar "case['open_disputes'] == 1 and steps['$closure']['disputed'] and due('resolve') == [registry]"
point $? 'a closure that is disputed does not hold'
pass registrar Registry registry && so registry 'due("resolve") == [registry]' &&
	said registry recall "$closure" 'too early' --to Registrar && told settled recall &&
	so registry "case['open_disputes'] == 0 and steps['$closure']['recalled'] and due('resolve') == [] and case['state'] == 'settled'"
point $? 'who takes back what is disputed resolves it, too'
refuses 2 "no message '$low'" 'what is not there is not taken back' registry case recall "$id" "$low" x --key registry.key
refuses 2 "already recalled" 'nor is anything taken back twice' registry case recall "$id" "$closure" 'once more' --key registry.key
refuses 2 "another party's.*dispute" 'nor does anybody take back what another said' registrar case recall "$id" "$closure" 'not mine' --key registrar.key
pass registrar Registry registry && pass registry CSIRT csirt
point $? 'what was said goes on to whom it is for'

refuses 2 'the case is settled' 'nothing is done where it was meant' registrar case act "$id" 'done' --key registrar.key
opened=$id
dsfi case open bank.example --sentence 'once more' --no-test --key registry.key --to Registrar --json --store registry >out 2>err
id=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])') && pass registry Registrar registrar &&
	said registrar act 'put back' --when 2h && told acted action &&
	so registrar '7100 < __import__("datetime").datetime.fromisoformat(new["made"].replace("Z", "+00:00")).timestamp() - __import__("datetime").datetime.fromisoformat(body["when"].replace("Z", "+00:00")).timestamp() < 7300'
point $? 'what was done two hours ago'
said registrar act 'once more' --anyway && told acted action && so registrar 'new["counts"]'
point $? '--anyway changes nothing where it counts'
pass registrar Registry registry
refuses 2 "no test has passed, and the case has none that 'dsfi case verify' could measure" 'an action proves nothing' registry case close "$id" x --key registry.key
twice=$new
said registrar recall "$twice" 'said twice' && recall=$new && said registrar recall "$recall" 'no, it was two' && so registrar "not steps['$twice']['recalled']" &&
	said registrar recall "$twice" 'one after all' && so registrar "steps['$twice']['recalled']"
point $? 'what a recalled recall lets stand can be recalled again'
refuses 2 'already recalled' '... and is then recalled' registrar case recall "$id" "$twice" x --key registrar.key

dsfi case open bank.example --sentence 'ours' --test 'ns(bank.example) = {ns1.bank.example}' --key registrar.key --to CSIRT --json --store registrar >out 2>err
id=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])')
refuses 2 "no test has passed yet; 'dsfi case verify $(printf %.8s "$id")' measures it" 'nothing is measured yet' registrar case close "$id" x --key registrar.key
said registrar request 'look at once' --to CSIRT --due 0s && told requested request
point $? 'at once is not over'
said registrar act 'put back' && told acted action
point $? 'who opened the case acts'
refuses 2 'no test has passed since the last action, and this party has acted, so somebody else has to measure it' '... and does not measure it itself' \
	registrar case close "$id" x --key registrar.key
said registrar recall "$id" 'not ours' && told withdrawn recall
point $? 'and takes it back'
refuses 2 'the case is withdrawn' 'then nothing is closed' registrar case close "$id" x --key registrar.key
refuses 2 'this ask would not count.*the case is withdrawn' 'nor asked' registrar case ask "$id" --to CSIRT --key registrar.key

# ---- what others see more of ----
dsfi case open bank.example --sentence 'not shown' --no-test --key registry.key --to Registrar --json --store registry >out 2>err
id=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])') && said registry request 'take it down' --to CSIRT && pass registry CSIRT csirt &&
	so csirt 'case["state"] == "incomplete" and len(case["missing"]) == 1'
point $? 'who was asked to act has the request alone'
refuses 2 'the notice that opened the case is not here (1 message of the case that others name is not here.*--anyway' 'what it did may not count, as far as it knows' \
	csirt case act "$id" 'taken down' --key csirt.key
said csirt act 'taken down' --anyway && told incomplete action && pass csirt Registry registry && so registry 'new["counts"] and case["state"] == "acted"'
point $? 'said all the same, it counts for whoever has the notice'
id=$opened

# ---- share, with a mark ----
file=$(sign registry "{\"kind\":\"note\",\"case\":\"$id\",\"after\":[\"$id\"],\"tlp\":\"amber+strict\",\"to\":[\"@registrar\",\"@csirt\"],\"body\":{\"text\":\"geheim\"}}")
file_own registry last.json
before=$(counts registry)
refused 1 'withheld' 'a preview with a mark' dsfi share "$id" --to CSIRT --tlp amber --preview --store registry
grep -q "^  withheld  $file  note, TLP:amber+strict: it is marked TLP:amber+strict, and --tlp lets nothing stricter than TLP:amber leave$" out &&
	! grep -q geheim out && [ "$(counts registry)" = "$before" ]
point $? 'says what is stricter, shows nothing of it, and notes nothing'
dsfi share "$id" --to CSIRT --tlp amber --preview --json --store registry >lines 2>err
[ $? = 1 ] && python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/share.schema.json" lines >err 2>&1 &&
	! grep -q geheim lines && grep "\"$file\"" lines | grep -q '"withheld".*--tlp lets nothing stricter than TLP:amber leave'
point $? '... for programs, too'
does '... and with a stricter one' dsfi share "$id" --to CSIRT --tlp amber+strict --preview --store registry
grep -q "^  goes      $file  note, TLP:amber+strict, sealed$" out && grep -q geheim out && [ "$(counts registry)" = "$before" ] && [ ! -e outbox ]
point $? 'shows it, octet for octet, and nothing leaves'
refused 1 '0 sent, 1 withheld' 'nor does it leave' dsfi share "$id" --to CSIRT --tlp amber --out outbox --store registry
[ -z "$(find outbox -type f)" ] && [ "$(counts registry)" = "$before" ]
point $? 'and nothing of it is noted as sent'

# ---- a ceiling ----
# The registrar takes nothing stricter than amber+strict.
refuses 4 "TLP:red may not go to party '$registrar', whose ceiling is TLP:amber+strict" 'what is too strict for a party is not said to it' \
	registry case note "$id" geheim --to Registrar --tlp red --key registry.key
said registry note red --to CSIRT --tlp red && so registry 'new["tlp"] == "red" and new["to"] == [csirt]'
point $? '... but to another'
red=$(sign registry "{\"kind\":\"note\",\"case\":\"$id\",\"after\":[\"$id\"],\"tlp\":\"red\",\"to\":[\"@registrar\"],\"body\":{\"text\":\"zinnober\"}}")
file_own registry last.json
strict=$(sign registry "{\"kind\":\"note\",\"case\":\"$id\",\"after\":[\"$id\"],\"tlp\":\"amber+strict\",\"to\":[\"@registrar\"],\"body\":{\"text\":\"x\"}}")
file_own registry last.json
for way in --preview '--out outbox'; do
	# shellcheck disable=SC2086 # two words
	refused 1 'withheld' "signed all the same, it is withheld ($way)" dsfi share "$id" --to Registrar $way --store registry
	grep -q "^  withheld  $red  note, TLP:red: TLP:red may not go to party '$registrar', whose ceiling is TLP:amber+strict$" out && ! grep -q zinnober out &&
		[ ! -e "outbox/$red.$registrar.age" ] && [ "$(sqlite registry "SELECT count(*) FROM delivery WHERE message = '$red'")" = 0 ]
	point $? 'with the reason, and does not leave'
done
[ -e "outbox/$file.$registrar.age" ] && [ -e "outbox/$strict.$registrar.age" ]
point $? 'what is not too strict did'

# ---- an audience that does not fit ----
dsfi receive outbox --key registrar.key --store registrar >out 2>err && [ "$(grep -c '^new .*TLP:amber+strict$' out)" = 2 ]
point $? 'the registrar has what is amber+strict'
refuses 4 "what party '$registry' said under TLP:amber+strict, which may not go on to party" 'and does not tell of it to others' \
	registrar case note "$id" 'as they say' --to CSIRT --key registrar.key
refuses 4 "said under TLP:amber+strict; mark it so" 'nor under a milder mark' \
	registrar case acknowledge "$id" --of "$strict" --tlp amber --key registrar.key
said registrar acknowledge --of "$strict" && so registrar 'new["tlp"] == "amber+strict" and new["to"] == [registry]'
point $? '... but to those who have it'
finish
