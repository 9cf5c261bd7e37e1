#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A party of a case that names more domains than contacts are held against pushes none out: no contact is used. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/cases.sh
. "$DSFI_SOURCE/tests/cases.sh"

cd "$folder" || exit 1
make_parties
notice=$(sign registry '{"kind":"notice","to":["@registrar"],"body":{"sentence":"x","domains":["bank.example"]}}')
cp notice.json all.json
for i in $(seq 1 257); do
	printf '{"kind":"note","case":"%s","after":["%s"],"to":["@registry"],"body":{"text":"x","domains":[%s]}}\n' "$notice" "$notice" \
		"$(seq -f "\"n$((1000 + i)).d%03g.test\"" -s , 1 256)"
done >drafts
draft "$(cat drafts)" | "$DSFI_BUILD/oracle_messages" registrar.key >>all.json
file_own registry all.json
set -- dsfi share "$notice" --to Registrar --again --mail --preview --contact desk@bank.example --store registry
refused 1 'names more domains than contacts are held against' 'no contact is used' "$@"
! grep -q '^  goes' out
point $? 'and nothing goes'
does 'files do' dsfi share "$notice" --to Registrar --again --out box --store registry
finish
