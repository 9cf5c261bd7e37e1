#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sharing and receiving that somebody ends: what left is told and noted, what waits is shown, and the same command
# goes on. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/cases.sh
. "$DSFI_SOURCE/tests/cases.sh"

needs openssl
export no_proxy='*'
cd "$folder" || exit 1
make_parties
serve_mail_and_web
mkfifo pipe

# until WHAT...: waits until the command succeeds, for 30 seconds at most.
until_so() {
	tries=0
	while ! "$@" && [ $tries -lt 300 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}
dsfi party add --key csirt.key --webhook "https://localhost:$https/slow" --store csirt >/dev/null 2>&1 &&
	dsfi party export --store csirt | dsfi party import - --store registry -q >/dev/null 2>&1 || exit 1

# ---- receiving ----
notice=$(sign registry '{"kind":"notice","to":["@csirt"],"body":{"sentence":"x","domains":["bank.example"]}}')
for i in 1 2 3 4; do
	printf '{"kind":"note","case":"%s","after":["%s"],"to":["@csirt"],"body":{"text":"%s"}}\n' "$notice" "$notice" $i
done >drafts
draft "$(cat drafts)" | "$DSFI_BUILD/oracle_messages" registry.key >notes.json
"$DSFI_BUILD/dsfi" receive notice.json pipe --unsealed --store registry >out 2>err &
receiving=$!
exec 8>pipe
kill -TERM $receiving
cat notes.json >&8
exec 8>&-
wait $receiving
[ $? = 130 ] && grep -q 'the same command goes on' err
point $? 'receiving that is ended says how to go on'
grep -q "^new      $notice" out && [ "$(sqlite registry 'SELECT count(*) FROM message')" = 1 ]
point $? 'what was read is told and filed'
does 'the same command goes on' dsfi receive notice.json notes.json --unsealed --store registry
[ "$(grep -c ^new out)" = 4 ] && [ "$(grep -c ^here out)" = 1 ]
point $? 'with the rest'

# ---- sharing ----
"$DSFI_BUILD/dsfi" share "$notice" --to CSIRT --webhook --ca tls.pem --contact localhost --store registry >out 2>err &
sharing=$!
until_so test -e net/posts/0.headers
kill -TERM $sharing
wait $sharing
[ $? = 130 ] && grep -q 'the same command sends the rest' err
point $? 'sharing that is ended says how to go on'
sent=$(grep -c '^  sent ' out)
[ "$sent" -ge 1 ] && [ "$(grep -c '^  failed .*it waits' out)" = $((5 - sent)) ] &&
	[ "$(sqlite registry 'SELECT count(*) FROM delivery WHERE state = 1')" = "$sent" ]
point $? 'what left is told and noted'
does 'the case' dsfi case show "$notice" --store registry
[ "$(grep -c 'to CSIRT waits, by webhook https://localhost:' out)" = $((5 - sent)) ]
point $? 'has what waits'
does 'as JSON' dsfi case show "$notice" --json --store registry
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" \
	"$DSFI_SOURCE/docs/format/case.schema.json,$DSFI_SOURCE/docs/format/case-step.schema.json" out >err 2>&1
point $? 'as its schema says'
[ "$(python3 -c 'import json; print(sum(one["state"] == "waits" for one in json.loads(open("out").readline())["undelivered"]))')" = $((5 - sent)) ]
point $? 'too'
does 'a preview' dsfi share "$notice" --to CSIRT --webhook --contact localhost --preview --store registry
[ "$(grep -c 'it waits 20.*, by webhook' out)" = $((5 - sent)) ]
point $? 'says of what goes that it waits'
does 'as JSON' dsfi share "$notice" --to CSIRT --webhook --contact localhost --preview --json --store registry
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" \
	"$DSFI_SOURCE/docs/format/share.schema.json,$DSFI_SOURCE/docs/format/share-contact.schema.json" out >err 2>&1 && grep -q '"state":"waits"' out
point $? 'too'
does 'the same command sends the rest' dsfi share "$notice" --to CSIRT --webhook --ca tls.pem --contact localhost --store registry
[ "$(grep -c '^  sent ' out)" = $((5 - sent)) ] && [ "$(find net/posts -name '*.headers' | wc -l)" = 5 ]
point $? 'and nothing twice'
dsfi case show "$notice" --store registry >out 2>err && ! grep -q 'not delivered' out
point $? 'then nothing waits'
[ "$(sqlite registry 'SELECT count(*) FROM parcel')" = 0 ]
point $? 'nor is it kept'
dsfi share "$notice" --to CSIRT --webhook --again --contact localhost --store registry >out 2>err
[ "$(sqlite registry 'SELECT count(*) FROM parcel')" = 5 ]
point $? 'what --again could not send is, until the next time'
dsfi case show "$notice" --store registry >out 2>err && ! grep -q 'not delivered' out
point $? 'what was sent stays sent'

# What the other side does not take is shown with what it said.
exec 9>&-
wait "$server"
printf '{"kind":"note","case":"%s","after":["%s"],"to":["@csirt"],"body":{"text":"late"}}\n' "$notice" "$notice" >drafts
draft "$(cat drafts)" | "$DSFI_BUILD/oracle_messages" registry.key >late.json
file_own registry late.json
refused 4 'failed' 'a webhook that is gone' dsfi share "$notice" --to CSIRT --webhook --ca tls.pem --contact localhost --store registry
does 'the case' dsfi case show "$notice" --store registry
grep -q 'to CSIRT failed, by webhook https://localhost:.*: webhook: ' out
point $? 'has that it failed, and why'
[ "$(sqlite registry 'SELECT count(*) FROM parcel')" = 1 ]
point $? 'it alone is kept, and not what --again could not send'

# The webhook took it, and this end was killed before it could note that.
late=$(python3 -c 'import json; print(json.load(open("late.json"))["id"])')
sign csirt "{\"kind\":\"note\",\"case\":\"$notice\",\"after\":[\"$late\"],\"to\":[\"@registry\"],\"body\":{\"text\":\"seen\"}}" >/dev/null
file_own registry note.json
dsfi case show "$notice" --store registry >out 2>err && ! grep -q 'not delivered\|to CSIRT failed' out
point $? 'what the other side wrote after is there'
does 'nothing leaves' dsfi share "$notice" --to CSIRT --webhook --ca tls.pem --contact localhost --store registry
[ "$(sqlite registry 'SELECT count(*) FROM parcel')" = 0 ]
point $? 'and nothing is kept'
finish
