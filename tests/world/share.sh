#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Messages of a case go from store to store as files, and what must not go does not. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/cases.sh
. "$DSFI_SOURCE/tests/cases.sh"

cd "$folder" || exit 1
make_parties
notice=$(sign registry '{"kind":"notice","to":["@registrar","@csirt"],"body":{"sentence":"all name servers of bank.example replaced","domains":["bank.example"]}}')
file_own registry notice.json
does 'a preview' dsfi share "$notice" --to Registrar --preview --store registry
grep -qxF "$(cat notice.json)" out
point $? 'shows octet for octet what would leave'
[ "$(sqlite registry 'SELECT count(*) FROM delivery')" = 0 ] && [ ! -e box ]
point $? 'and nothing leaves'
refused 2 'how it leaves' 'a way is needed' dsfi share "$notice" --to Registrar --store registry
refused 2 'whom' 'and a recipient' dsfi share "$notice" --out box --store registry
refused 2 'no party' 'who is known' dsfi share "$notice" --to Nobody --out box --store registry
does 'it leaves' dsfi share "$notice" --to Registrar --to CSIRT --out box --store registry
[ "$(find box -name '*.age' | wc -l)" = 2 ] && ! grep -rq 'bank[.]' box
point $? 'as a sealed file for each'
grep -q '^-----BEGIN AGE' "box/$notice.$registrar.age"
point $? 'in armour'
if command -v age >/dev/null; then
	age -d -i registrar.key "box/$notice.$registrar.age" >opened 2>err && printf "%s" "$(cat notice.json)" | cmp -s opened -
	point $? 'age opens it, and it is the message'
else
	skip 'age opens it' 'no age'
fi
refused 1 'refused  ' 'without a key it is refused' dsfi receive box --store registrar
grep -q 'it is sealed; --key' out
point $? 'with the reason'
refused 1 "1 new" 'the registrar gets its own, not the other one' dsfi receive box --key registrar.key --store registrar
grep -q "^new      $notice  notice of Registry" out && grep -q "$csirt.age: .*not sealed to" out
point $? 'and says so of each'
does 'the CSIRT, too' dsfi receive "box/$notice.$csirt.age" --key csirt.key --store csirt
does 'twice is once' dsfi receive "box/$notice.$csirt.age" --key csirt.key --store csirt
grep -q "^here     $notice" out && [ "$(sqlite csirt 'SELECT count(*) FROM message')" = 1 ]
point $? 'and says so'
[ "$(sqlite csirt "SELECT count(*) FROM audit WHERE act = 'receive'")" = 1 ]
point $? 'the audit has it once'
does 'sent is sent' dsfi share "$notice" --to Registrar --out box2 --store registry
grep -q "has .*it was sent" out && [ ! -e "box2/$notice.$registrar.age" ]
point $? 'and goes once'
does 'unless asked' dsfi share "$notice" --to Registrar --again --out box2 --store registry
[ -e "box2/$notice.$registrar.age" ]
point $? 'then again'

# A request to somebody who was not written to when the case was opened.
other=$(sign registry '{"kind":"notice","to":["@registrar"],"tlp":"amber","body":{"sentence":"x","domains":["bank.example"]}}')
file_own registry notice.json
does 'a request' dsfi case request "$other" 'have you seen it, too?' --to CSIRT --key registry.key --store registry
does 'a preview' dsfi share "$other" --to CSIRT --preview --store registry
grep -q "'CSIRT' has not got the notice" err
point $? 'says that it would leave without the notice'
does 'leaves without the notice' dsfi share "$other" --to CSIRT --to Registrar --out box3 --store registry
[ "$(grep -c "has not got the notice" err)" = 1 ] && grep -q "'CSIRT' has not got the notice of the case.*; --with $other passes it on" err
point $? 'which is said, with what passes it on'
does 'it goes later' dsfi share "$other" --to CSIRT --with "$other" --out box3 --store registry
! grep -q 'has not got' err && grep -q "sent .*$other" out
point $? 'and then nothing is said'
does 'once more' dsfi share "$other" --to CSIRT --again --preview --store registry
! grep -q 'has not got' err && grep -q 'goes .*request' out
point $? 'nor then, since it has the notice'
finish
