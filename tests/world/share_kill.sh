#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# kill -9 at random moments of sending (files, mail, posts to a webhook) and receiving: nothing that was acknowledged
# is lost, nothing is sent twice with different content, and in the end everybody has everything once. Prints TAP.
# timeout: 200
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/cases.sh
. "$DSFI_SOURCE/tests/cases.sh"

needs openssl
export no_proxy='*'
cd "$folder" || exit 1
make_parties
notice=$(sign registry '{"kind":"notice","to":["@registrar"],"body":{"sentence":"x","domains":["bank.example"]}}')
cp notice.json all.json
before=$notice
for i in $(seq 1 40); do
	printf '{"kind":"note","case":"%s","after":["%s"],"to":["@registrar"],"body":{"text":"%s"}}\n' "$notice" "$before" "$i"
done >drafts
draft "$(cat drafts)" | "$DSFI_BUILD/oracle_messages" registry.key >>all.json
file_own registry all.json

killed() {
	"$DSFI_SOURCE/tests/world/share_kill.py" "$@" >"$folder/err" 2>&1
}

# ids: what a store holds, as one number of messages and one of its octets.
held() {
	python3 -c 'import hashlib, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute("SELECT id, body FROM message ORDER BY id").fetchall()
print(len(rows), hashlib.sha256(b"".join(row[1] for row in rows)).hexdigest())' "$1"
}

killed 40 registry "$DSFI_BUILD/dsfi" share "$notice" --to Registrar --out box --store registry
point $? "sending as files: $(cat err)"
[ "$(find box -type f -name '*.age' | wc -l)" = 41 ]
point $? 'all are there'
[ "$(sqlite registry 'SELECT count(*) FROM delivery WHERE state = 1')" = 41 ]
point $? 'and noted as sent'
killed 40 registrar "$DSFI_BUILD/dsfi" receive box --key registrar.key --store registrar
point $? "receiving files: $(cat err)"
[ "$(held registry)" = "$(held registrar)" ]
point $? 'both stores hold the same'
[ "$(sqlite registrar "SELECT count(*) FROM audit WHERE act = 'receive'")" = 41 ]
point $? 'each is in the audit once'

serve_mail_and_web
printf 'server smtp://127.0.0.1:%s\nfrom dsfi@registry.test\nca %s/tls.pem\n' "$smtp" "$folder" >mail.conf
chmod 600 mail.conf
dsfi party add --key registrar.key --mail security@registrar.test --webhook "https://localhost:$https/take" --store registrar >/dev/null 2>&1 &&
	dsfi party export --store registrar | dsfi party import - --store registry -q >/dev/null 2>&1
forget() {
	python3 -c 'import sqlite3; d = sqlite3.connect("registry"); d.execute("DELETE FROM delivery"); d.commit()'
}
forget
killed 30 registry "$DSFI_BUILD/dsfi" share "$notice" --to Registrar --mail --smtp mail.conf --contact security@registrar.test --store registry
point $? "sending as mail: $(cat err)"
[ "$(grep -h '^Message-ID' net/mails/* | sort -u | wc -l)" = 41 ]
point $? "$(find net/mails -type f | wc -l) mails of 41 ids came"
rm -f registrar
dsfi party add Registrar --key registrar.key --role registrar --store registrar >/dev/null 2>&1
dsfi party import registry.party --store registrar -q >/dev/null 2>&1
killed 30 registrar "$DSFI_BUILD/dsfi" receive net/Maildir --key registrar.key --store registrar
point $? "receiving a maildir: $(cat err)"
[ "$(held registry)" = "$(held registrar)" ]
point $? 'both stores hold the same, so whatever came twice was the same'
[ -z "$(ls net/Maildir/new)" ] && [ "$(find net/Maildir/cur -type f | wc -l)" = "$(find net/mails -type f | wc -l)" ]
point $? 'and every mail is seen'
dsfi audit verify --store registrar >out 2>err && dsfi audit verify --store registry >out 2>err
point $? 'the audits follow'

# ---- webhooks ----
# Each post has a key of its own message, and holds that message: the same, however often it came.
forget
killed 30 registry "$DSFI_BUILD/dsfi" share "$notice" --to Registrar --webhook --ca tls.pem \
	--contact "https://localhost:$https/take" --store registry
point $? "sending to a webhook: $(cat err)"
[ "$(sqlite registry 'SELECT count(*) FROM delivery WHERE state = 1')" = 41 ]
point $? 'all are noted as sent'
cp registrar again
python3 -c 'import sqlite3; d = sqlite3.connect("again"); d.execute("DELETE FROM message"); d.commit()'
mkdir posts && find net/posts -type f ! -name '*.headers' -exec cp {} posts \;
dsfi receive posts --key registrar.key --json --store again >received 2>err
point $? "none of $(find posts -type f | wc -l) posts is refused"
python3 - "$registrar" <<'P' >err 2>&1
import json, pathlib, re, sys
keys, ids, held = {}, {}, {}
for headers in pathlib.Path("net/posts").glob("*.headers"):
    keys[headers.stem] = re.search("^Idempotency-Key: \"(.*)\"", headers.read_text(), re.M).group(1)
    held.setdefault(keys[headers.stem], set()).add(headers.with_suffix("").read_bytes())
for line in map(json.loads, open("received")):
    ids[re.search(r"posts/(\d+)", line["origin"]).group(1)] = line["id"]
# MESSAGE.PARTY.OCTETS: one key, the same octets, so a receiver that knows it by its key is right to.
wrong = [number for number in keys
         if not keys[number].startswith("%s.%s." % (ids.get(number), sys.argv[1])) or len(held[keys[number]]) != 1]
print("%d posts, %d keys, %d ids, wrong: %s" % (len(keys), len(set(keys.values())), len(set(ids.values())), wrong))
sys.exit(0 if not wrong and len(set(keys.values())) == 41 and len(ids) == len(keys) else 1)
P
point $? 'and each holds the message that its key names'
[ "$(held again)" = "$(held registry)" ]
point $? 'all of them are there once, the same as at home'
[ "$(sqlite registry 'SELECT count(*) FROM parcel')" = 0 ]
point $? 'nothing that arrived is kept'
dsfi audit verify --store registry >out 2>err
point $? 'the audit follows'
exec 9>&-
wait "$server"
finish
