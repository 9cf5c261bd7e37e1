#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Messages leave by mail and to webhooks, servers on the loopback misbehave, and mails come in. Prints TAP.
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

# The registrar's and the CSIRT's webhooks are known when there are ports.
hook() {
	dsfi party add --key csirt.key --webhook "https://localhost:$https/$1" --store csirt >/dev/null 2>&1 &&
	dsfi party export --store csirt | dsfi party import - --store registry -q >/dev/null 2>&1
}

notice=$(sign registry '{"kind":"notice","to":["@registrar","@csirt"],"body":{"sentence":"all name servers of bank.example replaced","domains":["bank.example"],"indicators":["ns:ns1.evil.test"]}}')
file_own registry notice.json

# ---- which contact ----
: >mail.conf
refused 2 'needs --smtp' 'mail needs a server' dsfi share "$notice" --to Registrar --mail --store registry
chmod 644 mail.conf
refused 4 'chmod 600' 'from a file that nobody else reads' dsfi share "$notice" --to Registrar --mail --smtp mail.conf --store registry
chmod 600 mail.conf
refused 2 'server' 'which says all it must' dsfi share "$notice" --to Registrar --mail --smtp mail.conf --store registry
printf 'server smtp://mail.test\nfrom dsfi@registry.test\ntls no\n' >mail.conf
refused 2 'on this machine' 'and does not send in the clear' dsfi share "$notice" --to Registrar --mail --smtp mail.conf --store registry
printf 'server smtp://127.0.0.1:%s\nfrom dsfi@registry.test\nca %s/tls.pem\n' "$smtp" "$folder" >mail.conf
refused 1 'telephone it: +41-44-0000002' 'no contact is safe: what to do' \
	dsfi share "$notice" --to Registrar --mail --smtp mail.conf --store registry
grep -q "not by    mail desk@bank.example: 'bank.example' is in what is affected" out
point $? 'the one in the hijacked domain is marked'
grep -q "not by    mail security@registrar.test: it is not known" out
point $? 'the other one is not known'
[ -z "$(ls net/mails)" ]
point $? 'and nothing leaves'
refused 1 'is in what is affected' 'the hijacked one is not used, whoever names it' \
	dsfi share "$notice" --to Registrar --mail --smtp mail.conf --contact desk@bank.example --store registry
[ -z "$(ls net/mails)" ]
point $? 'and nothing leaves'

# ---- mail ----
sed "s/:$smtp/:1/" mail.conf >down.conf
chmod 600 down.conf
refused 4 'not tried' 'no server: the second one is not tried' dsfi share "$notice" --to Registrar --to CSIRT --mail --smtp down.conf \
	--contact security@registrar.test --contact csirt@csirt.test --store registry
[ "$(sqlite registry 'SELECT group_concat(state) FROM (SELECT state FROM delivery ORDER BY state)')" = 0,2 ]
point $? 'and waits'
cp registry spoilt
python3 -c 'import sqlite3; d = sqlite3.connect("spoilt"); d.execute("CREATE TRIGGER spoil AFTER UPDATE ON delivery WHEN NEW.state = 2 BEGIN UPDATE parcel SET key = 0; END"); d.commit()'
echo refuse >net/smtp-mode
refused 4 'damaged' 'a store that is spoilt between two messages ends it' dsfi share "$notice" --to Registrar --to CSIRT --mail --smtp mail.conf \
	--contact security@registrar.test --contact csirt@csirt.test --store spoilt
[ "$(grep -c '^  failed .*not tried' out)" = 1 ] && [ "$(sqlite spoilt 'SELECT count(*) FROM delivery WHERE state = 2')" = 1 ]
point $? 'and is not taken for what is wrong with the second'
rm spoilt net/smtp-mode
python3 -c 'import sqlite3; d = sqlite3.connect("registry"); d.execute("DELETE FROM delivery"); d.commit()'
set -- dsfi share "$notice" --to Registrar --mail --smtp mail.conf --contact security@registrar.test --store registry
echo refuse >net/smtp-mode
refused 4 'failed' 'a server that refuses' "$@"
[ "$(sqlite registry 'SELECT state FROM delivery')" = 2 ]
point $? 'is noted'
echo no-tls >net/smtp-mode
refused 4 'failed' 'a server without TLS gets nothing' "$@"
[ -z "$(ls net/mails)" ]
point $? 'indeed nothing'
echo hang-up >net/smtp-mode
refused 4 'failed' 'a server that takes it and says nothing' "$@"
rm net/smtp-mode
does 'it goes' "$@"
grep -q '^  by        mail security@registrar.test' out && grep -q '^  sent  ' out
point $? 'to the contact that was named'
[ "$(find net/mails -type f | wc -l)" = 2 ]
point $? 'twice, since nobody knew that it had come'
[ "$(grep -h '^Message-ID' net/mails/* | sort -u | wc -l)" = 1 ] &&
	grep -q "^Message-ID: <$notice.$registrar.[a-z0-9]*@registry.test>" net/mails/0
point $? 'as one mail, by its Message-ID'
! grep -rqi 'bank[.]\|evil[.]\|tlp:\|name servers' net/mails
point $? 'and nothing of the case is in it'
does 'sent is sent' "$@"
[ "$(find net/mails -type f | wc -l)" = 2 ]
point $? 'and goes no more'
[ "$(sqlite registry "SELECT count(*) FROM audit WHERE act = 'share'")" = 6 ]
point $? 'every try is in the audit'
does 'once more' "$@" --again
[ "$(grep -h '^Message-ID' net/mails/* | sort -u | wc -l)" = 2 ]
point $? 'sealed anew is another mail, which no server takes for the one before'
rm net/mails/2 net/Maildir/new/1790000000.M2.test
sed -i 's/^ca .*//' mail.conf
refused 4 'certificate' 'a certificate that nobody vouches for' "$@" --again
dsfi audit verify --store registry >out 2>err
point $? 'which follows'

# ---- a maildir ----
printf 'From: somebody@test\nSubject: lunch?\n\nAt noon.\n' >net/Maildir/new/1790000001.M9.test
does 'the registrar reads its mail' dsfi receive net/Maildir --key registrar.key --store registrar
[ "$(grep -c ^new out)" = 1 ] && [ "$(grep -c ^here out)" = 1 ]
point $? 'the message is new once, and here once'
[ "$(find net/Maildir/cur -name '*:2,S' | wc -l)" = 2 ] && [ -e net/Maildir/new/1790000001.M9.test ]
point $? 'they are seen, and the mail of somebody else is left alone'
does 'again' dsfi receive net/Maildir --key registrar.key --store registrar
[ "$(grep -c ^here out)" = 2 ] && ! grep -q ^new out
point $? 'all is here'
sed 's/^[A-Za-z0-9+\/]\{64\}$/&A/' "net/Maildir/cur/$(ls net/Maildir/cur | head -n 1)" >net/Maildir/new/bad
refused 1 'refused' 'one that was spoilt on the way' dsfi receive net/Maildir --key registrar.key --store registrar
[ -e net/Maildir/new/bad ]
point $? 'stays where it is'
(for i in 0 1; do echo "From dsfi Thu"; tail -n +3 "net/mails/$i"; echo; done) >box
dsfi receive box --key registrar.key --store registrar >out 2>err
[ $? = 0 ] && [ "$(grep -c '^here' out)" = 2 ]
point $? 'the same as an mbox file'

# ---- webhooks ----
hook refuse
set -- dsfi share "$notice" --to CSIRT --webhook --store registry
refused 1 'not known' 'a webhook of which nothing is known' "$@"
refused 4 'certificate\|CA' 'a certificate that nobody vouches for' "$@" --contact "https://localhost:$https/refuse"
[ -z "$(ls net/posts)" ]
point $? 'gets nothing'
refused 4 'answered 403' 'one that refuses' "$@" --contact "https://localhost:$https/refuse" --ca tls.pem
# The machine's own certificates, which --ca is to take the place of: here a folder that has the server's.
mkdir trusted
cp tls.pem trusted/ca-certificates.crt
cp tls.pem "trusted/$(openssl x509 -hash -noout -in tls.pem).0"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3 -subj /CN=other -keyout other.key -out other.pem 2>/dev/null
# shellcheck disable=SC2016,SC2120
vouched() {
	unshare -Urm sh -c 'mount --bind trusted /etc/ssl/certs && exec "$@"' sh "$DSFI_BUILD/dsfi" share "$notice" --to CSIRT --webhook \
		--store registry --contact localhost "$@"
}
# shellcheck disable=SC2119
if vouched >out 2>err; [ $? = 4 ] && grep -q 'answered 403' out; then
	refused 4 'certificate\|CA' 'certificates that are named take the place of those of the machine' vouched --ca other.pem
	sed '$a ca '"$folder"'/other.pem' mail.conf >other.conf
	chmod 600 other.conf
	# shellcheck disable=SC2016
	refused 4 'certificate' 'for mail, too' unshare -Urm sh -c 'mount --bind trusted /etc/ssl/certs && exec "$@"' sh \
		"$DSFI_BUILD/dsfi" share "$notice" --to Registrar --again --mail --smtp other.conf --contact security@registrar.test --store registry
else
	skip 'certificates that are named take the place of those of the machine' 'no namespaces, or its certificates are elsewhere'
fi
for path in redirect:'no redirect' flood-refuse:'answered 403' drop:webhook; do
	hook "${path%%:*}"
	refused 4 "${path#*:}" "one that does /${path%%:*}" "$@" --contact "https://localhost:$https/${path%%:*}" --ca tls.pem
done
! grep -q 'POST /take\|GET' net/posts/*.headers
point $? 'no redirect was followed'
hook take
does 'one that takes it' "$@" --contact localhost --ca tls.pem
dsfi audit list --store registry >audit 2>err
grep -q "^  by        webhook https://localhost:$https/#" out && grep -q "by webhook https://localhost:$https/#" audit &&
	[ "$(sqlite registry "SELECT count(*) FROM delivery WHERE way LIKE '%/take%'")" = 0 ] && ! grep -q "/take" out audit
point $? 'by its host, and what is behind it is neither told nor noted'
last=$(($(find net/posts -name '*.headers' | wc -l) - 1))
! grep -rqi 'bank[.]\|evil[.]\|tlp:\|name servers' net/posts && [ "$(cat net/posts/*.headers | grep Idempotency-Key | sort -u | wc -l)" = 1 ]
point $? 'with one key for all tries, and nothing of the case'
[ "$(sha256sum net/posts/*[0-9] | cut -d ' ' -f 1 | sort -u | wc -l)" = 1 ] && [ "$last" -ge 4 ]
point $? 'which are the same, octet for octet'
[ "$(sqlite registry "SELECT count(*) FROM parcel WHERE party = '$csirt'")" = 0 ]
point $? 'and is kept no longer'
dsfi party add --key csirt.key --mail csirt@csirt.test --webhook "https://localhost:$https/take" --store csirt >/dev/null 2>&1 &&
	dsfi party export --store csirt | dsfi party import - --store registry -q >/dev/null 2>&1
does 'once more, with a contact of each kind' "$@" --contact csirt@csirt.test --contact localhost --ca tls.pem --again
[ "$(cat net/posts/*.headers | grep Idempotency-Key | sort -u | wc -l)" = 2 ]
point $? 'has a key of its own'
hook flood
does 'one that takes it and talks without end' "$@" --contact localhost --ca tls.pem --again
grep -q '^  sent ' out
point $? 'took it'
does 'the CSIRT files it' dsfi receive "net/posts/$last" --key csirt.key --store csirt
grep -q "^new      $notice" out
point $? 'as new'
exec 9>&-
wait "$server"
finish
