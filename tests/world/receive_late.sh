#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A mail with a message that is filed only when a later mail brings it in moves to cur/ like the others; one with
# something refused stays. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/cases.sh
. "$DSFI_SOURCE/tests/cases.sh"

cd "$folder" || exit 1
make_parties
mkdir -p box/new box/cur box/tmp
notice=$(sign registry '{"kind":"notice","to":["@registrar"],"body":{"sentence":"x","domains":["bank.example"]}}')
(printf 'From: a@b.test\n\n' && cat last.json) >box/new/1.a
other=$(sign registry "{\"kind\":\"note\",\"case\":\"$notice\",\"after\":[\"$notice\"],\"to\":[\"@registrar\"],\"body\":{\"text\":\"not for the CSIRT\"}}")
(printf 'From: a@b.test\n\n' && cat notice.json last.json) >box/new/2.b
sign registry "{\"kind\":\"note\",\"case\":\"$notice\",\"after\":[\"$notice\"],\"to\":[\"@csirt\"],\"body\":{\"text\":\"for the CSIRT\"}}" >/dev/null
(printf 'From: a@b.test\n\n' && cat last.json) >box/new/3.c
refused 1 "2.b, " 'what nobody brings in is refused' dsfi receive box --unsealed --store csirt
grep -q "^new      $notice" out && [ "$(sqlite csirt 'SELECT count(*) FROM message')" = 2 ]
point $? 'what a later mail brings in is filed'
[ -e 'box/cur/1.a:2,S' ] && [ -e 'box/cur/3.c:2,S' ]
point $? 'and its mail moves'
[ -e box/new/2.b ]
point $? 'one with something refused stays'
sign registry "{\"kind\":\"note\",\"case\":\"$notice\",\"after\":[\"$other\"],\"to\":[\"@csirt\"],\"body\":{\"text\":\"y\"}}" >/dev/null
(printf 'From: a@b.test\n\n' && cat last.json) >box/new/4.d
does 'until that is brought in, too' dsfi receive box --unsealed --store csirt
[ -z "$(ls box/new)" ] && [ "$(sqlite csirt 'SELECT count(*) FROM message')" = 4 ]
point $? 'and all moves'
finish
