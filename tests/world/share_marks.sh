#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is marked TLP:RED is told only where the reading is noted: not by what is received, nor in lists. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/cases.sh
. "$DSFI_SOURCE/tests/cases.sh"

cd "$folder" || exit 1
make_parties
dsfi party add --key registrar.key --tlp red --store registrar >/dev/null 2>&1
notice=$(sign registry '{"kind":"notice","to":["@registrar"],"body":{"sentence":"all changed","domains":["bank.example"]}}')
file_own registrar notice.json
ack=$(sign registrar "{\"kind\":\"acknowledgement\",\"case\":\"$notice\",\"after\":[\"$notice\"],\"to\":[\"@registry\"],\"body\":{\"of\":\"$notice\"}}")
file_own registrar last.json
red=$(sign registry "{\"kind\":\"request\",\"case\":\"$notice\",\"after\":[\"$ack\"],\"tlp\":\"red\",\"to\":[\"@registrar\"],\"body\":{\"wanted\":\"geheim\"}}")
does 'a red request comes' dsfi receive last.json --unsealed --store registrar
grep -q "^new      $red  TLP:red" out && ! grep -q 'request \|Registry\|geheim' out
point $? 'its id and mark are told'
grep -q 'that is TLP:RED is expected of you' out && ! grep -q 'until' out
point $? 'and that something is expected, not what and until when'
does 'once more, as JSON' dsfi receive last.json --unsealed --json --store registrar
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/received.schema.json" out >err 2>&1
point $? 'as its schema says'
grep -q "\"id\":\"$red\"" out && grep -q '"tlp":"red"' out && ! grep -q 'request\|author\|"case"' out
point $? 'has no more'
does 'a list' dsfi case list --store registrar
grep -q 'what is due is TLP:RED' out && ! grep -q 'within\|Registrar' out
point $? 'says that it is red'
does 'as JSON' dsfi case list --json --store registrar
grep -q '"state":"requested"' out && grep -q '"due":null' out
point $? 'says nothing of it'
does 'whoever is to know reads the case' dsfi case show "$notice" --store registrar
grep -q geheim out && [ "$(sqlite registrar "SELECT count(*) FROM audit WHERE act = 'read'")" = 1 ]
point $? 'which is noted'
finish
