#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 300
# A real Postfix and a real nginx in a world, with TLSA records in its zones: what they present is what
# the records mean, or is not, in each way that the checks tell of; before and after a roll-over.
# Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
mailers=${DSFI_MAILERS:-$DSFI_BUILD/mailers}
for program in master nginx; do
	if [ ! -x "$mailers/bin/$program" ]; then
		echo "1..0 # SKIP no $program in $mailers (tools/unpack-servers $mailers mail)"
		exit 0
	fi
done
command -v openssl >/dev/null || {
	echo '1..0 # SKIP no openssl here, which makes the certificates'
	exit 0
}
# Postfix insists on users of its own: these two are there on every Debian and own nothing here.
if [ "$(id -u)" != 0 ] || ! grep -q 4294967295 /proc/self/uid_map ||
	! id games >/dev/null 2>&1 || ! getent group news >/dev/null; then
	echo '1..0 # SKIP Postfix needs real root and two users'
	exit 0
fi
chmod 755 "$folder"
cd "$folder" || exit 1

# ---- certificates ----
authority() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 3650 \
		-subj '/CN=an authority' -addext basicConstraints=critical,CA:TRUE
}
# certificate FILE NAMES: signed by the authority; its key in FILE.key, with the key before it in FILE.chain.
certificate() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" &&
		printf 'subjectAltName=%s\nbasicConstraints=CA:FALSE\n' "$2" >"$1.ext" &&
		openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 365 -extfile "$1.ext" \
			-out "$1.pem" &&
		cat "$1.key" "$1.pem" >"$1.chain"
}
key_digest() {
	openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1
}
{
	authority && certificate one 'DNS:mail.good.tld,DNS:mail.stale.tld,DNS:mail.anchored.tld,DNS:mail.short.tld,DNS:www.good.tld,DNS:mta-sts.good.tld,DNS:mta-sts.nopolicy.tld' &&
		certificate two 'DNS:mail.stale.tld,DNS:mail.rolled.tld,DNS:www.stale.tld' &&
		certificate other 'DNS:mail.elsewhere.tld'
} >out 2>&1
point $? 'certificates are made'
for name in one other; do
	cat $name.chain ca.pem >$name.whole
done
one=$(key_digest one.pem)
two=$(key_digest two.pem)
anchor=$(key_digest ca.pem)

# ---- the world ----
{
	cat <<'WORLD'
world: 1
seed: 7
servers:
  - {name: a.root-servers.net, addresses: [198.41.0.4]}
  - {name: a.nic.tld, addresses: [198.18.0.1]}
  - {name: ns1.host.tld, addresses: [198.18.1.1]}
  - {name: ns2.host.tld, addresses: [198.18.1.2]}
operators:
  - {name: root, servers: [a.root-servers.net]}
  - {name: nic, servers: [a.nic.tld]}
  - {name: host, servers: [ns1.host.tld, ns2.host.tld]}
zones:
  - {name: ., operator: root, signed: 13 nsec}
  - {name: tld, operator: nic, signed: 13 nsec}
  - {name: host.tld, operator: nic}
WORLD
	# zone NAME NUMBER RECORDS: a mail server at an address of its own
	zone() {
		printf '  - name: %s.tld\n    operator: host\n    signed: 13 nsec3\n    records: |\n' "$1"
		printf '      %s.tld. 300 IN MX 10 mail.%s.tld.\n      mail.%s.tld. 300 IN A 198.18.7.%s\n' "$1" "$1" "$1" "$2"
		printf '%s\n' "$3" | sed "s/^\(.\)/      \1/"
	}
	zone good 1 "_25._tcp.mail.good.tld. 300 IN TLSA 3 1 1 $one
www.good.tld. 300 IN A 198.18.7.1
_443._tcp.www.good.tld. 300 IN TLSA 3 1 1 $one
_mta-sts.good.tld. 300 IN TXT \"v=STSv1; id=1;\"
mta-sts.good.tld. 300 IN A 198.18.7.1"
	zone stale 2 "_25._tcp.mail.stale.tld. 300 IN TLSA 3 1 1 $one
www.stale.tld. 300 IN A 198.18.7.2
_443._tcp.www.stale.tld. 300 IN TLSA 3 1 1 $one"
	zone rolled 3 "_25._tcp.mail.rolled.tld. 300 IN TLSA 3 1 1 $one
_25._tcp.mail.rolled.tld. 300 IN TLSA 3 1 1 $two"
	zone anchored 4 "_25._tcp.mail.anchored.tld. 300 IN TLSA 2 1 1 $anchor"
	zone short 5 "_25._tcp.mail.short.tld. 300 IN TLSA 2 1 1 $anchor"
	zone name 6 "_25._tcp.mail.name.tld. 300 IN TLSA 2 1 1 $anchor"
	zone plain 7 "_25._tcp.mail.plain.tld. 300 IN TLSA 3 1 1 $one"
	zone nopolicy 8 "_mta-sts.nopolicy.tld. 300 IN TXT \"v=STSv1; id=1;\"
mta-sts.nopolicy.tld. 300 IN A 198.18.7.8"
} >world
"$DSFI" world check world >out 2>err
point $? 'the world is sound'

# ---- Postfix ----
mkdir -p postfix queue data
chown games data
for sub in active bounce corrupt defer deferred flush hold incoming private saved trace pid public maildrop; do
	mkdir -p queue/$sub
done
chown games queue/active queue/bounce queue/corrupt queue/defer queue/deferred queue/flush queue/hold \
	queue/incoming queue/private queue/saved queue/trace queue/public queue/maildrop
chgrp news queue/public queue/maildrop
chmod 710 queue/public
chmod 730 queue/maildrop
cat >postfix/main.cf <<MAIN
compatibility_level = 3.6
queue_directory = $folder/queue
data_directory = $folder/data
daemon_directory = $mailers/root/usr/lib/postfix/sbin
command_directory = $mailers/root/usr/sbin
mail_owner = games
setgid_group = news
default_privs = nobody
import_environment = MAIL_CONFIG LD_LIBRARY_PATH
myhostname = mail.example
inet_protocols = ipv4
smtpd_tls_security_level = may
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_peername_lookup = no
alias_maps =
local_recipient_maps =
smtpd_discard_ehlo_keywords = chunking
maillog_file = $folder/mail.log
maillog_file_prefixes = $folder
MAIN
# service NUMBER OPTIONS: one address
service() {
	number_of=$1
	shift
	printf '198.18.7.%s:25 inet n - n - - smtpd' "$number_of"
	printf ' -o %s' "$@"
	printf '\n'
}
{
	service 1 "smtpd_tls_chain_files=$folder/one.chain"
	service 2 "smtpd_tls_chain_files=$folder/two.chain"
	service 3 "smtpd_tls_chain_files=$folder/swapped.chain"
	service 4 "smtpd_tls_chain_files=$folder/one.whole"
	service 5 "smtpd_tls_chain_files=$folder/one.chain"
	service 6 "smtpd_tls_chain_files=$folder/other.whole"
	service 7 smtpd_tls_security_level=none
	service 8 "smtpd_tls_chain_files=$folder/one.chain"
	echo 'tlsmgr unix - - n 1000? 1 tlsmgr'
	echo 'rewrite unix - - n - - trivial-rewrite'
	echo 'anvil unix - - n - 1 anvil'
	echo 'proxymap unix - - n - - proxymap'
	echo 'postlog unix-dgram n - n - 1 postlogd'
} >postfix/master.cf
cp one.chain swapped.chain

# ---- nginx ----
mkdir -p nginx/policy/.well-known
printf 'version: STSv1\nmode: enforce\nmx: mail.good.tld\nmax_age: 604800\n' >nginx/policy/.well-known/mta-sts.txt
chmod -R a+rX nginx
# host NUMBER CERTIFICATE ROOT
host() {
	cat <<HOST
	server {
		listen 198.18.7.$1:443 ssl;
		ssl_certificate $folder/$2.pem;
		ssl_certificate_key $folder/$2.key;
		root $3;
	}
HOST
}
{
	echo "daemon on; pid $folder/nginx/pid; error_log $folder/nginx/log; user nobody nogroup;"
	echo 'events { worker_connections 64; }'
	echo "http { access_log off; types { text/plain txt; }"
	for place in client_body proxy fastcgi uwsgi scgi; do
		echo "	${place}_temp_path $folder/nginx/$place;"
	done
	host 1 one "$folder/nginx/policy"
	host 2 two "$folder/nginx/policy"
	host 8 one "$folder/nginx/nothing"
	echo '}'
} >nginx/conf

# ---- both looks, in one life of the world ----
cat >inside <<'INSIDE'
#!/bin/sh
domains='good.tld stale.tld rolled.tld anchored.tld short.tld name.tld plain.tld nopolicy.tld'
MAIL_CONFIG=$PWD/postfix
export MAIL_CONFIG
"$MAILERS/bin/master" -c "$MAIL_CONFIG" -d >postfix/said 2>&1 &
master=$!
"$MAILERS/bin/nginx" -c "$PWD/nginx/conf" -e "$PWD/nginx/log" || exit 9
tries=0
until python3 -c '
import socket
for number in range(1, 9):
    with socket.create_connection(("198.18.7.%d" % number, 25), 2) as connection:
        assert connection.recv(3) == b"220"' 2>/dev/null; do
	tries=$((tries + 1))
	[ $tries -lt 30 ] || exit 8
	sleep 0.3
done
look() {
	# shellcheck disable=SC2086
	"$DSFI" check $domains --profile full --connect --ca-file ca.pem --json -q --fail-on never >"$1"
}
look first
cp two.chain swapped.chain
kill -HUP $master
sleep 1
look second
kill $master
kill "$(cat nginx/pid)"
wait $master
exit 0
INSIDE
MAILERS=$mailers
export MAILERS DSFI
"$DSFI" world run world -- sh inside >out 2>err
point $? 'Postfix and nginx run in the world, and are looked at twice'
[ "$failures" = 0 ] ||
	cat postfix/said mail.log nginx/log 2>/dev/null | grep -i 'fatal\|warning\|emerg\|error' | sed 's/^/# /' | head -n 8

# found FILE DOMAIN: the codes of DANE and policies, in one line
found() {
	python3 -c '
import json, sys
codes = set()
for line in open(sys.argv[1]):
    value = json.loads(line)
    code = value.get("code", "")
    if value["domain"] == sys.argv[2] + "." and code.startswith(("DANE-", "MAIL-STS-", "MAIL-TLS-")):
        codes.add(code)
print(*sorted(codes))' "$1" "$2" 2>>err || echo 'no look'
}
# is FILE DOMAIN CODES NAME
is() {
	said=$(found "$1" "$2")
	echo "found: $said" >out
	[ "$said" = "$3" ]
	point $? "$4"
}
# measured FILE DOMAIN: that nothing was found is a word, not a silence
measured() {
	python3 -c '
import json, sys
for line in open(sys.argv[1]):
    value = json.loads(line)
    if value["type"] == "domain" and value["domain"] == sys.argv[2] + ".":
        sys.exit(any(code.startswith("DANE-") for code in value["not_measured"]))
sys.exit(1)' "$1" "$2" 2>>err
}
is first good.tld '' 'the key that the record means, for mail, web and policy: nothing to say'
measured first good.tld
point $? '... and all of it was measured'
is first stale.tld DANE-MISMATCH 'a key renewed without its record: a mismatch'
[ "$(grep -c '"domain":"stale.tld.","code":"DANE-MISMATCH"' first)" = 2 ]
point $? '... at the mail server and at the web server'
is first rolled.tld '' 'two records, the first key: nothing to say'
is second rolled.tld '' '... nor after the roll-over, with the second key'
measured second rolled.tld
point $? '... and that was measured'
is first anchored.tld '' 'a record of the authority, its certificate in the chain: nothing to say'
is first short.tld DANE-CHAIN-INCOMPLETE '... not in the chain: told'
is first name.tld DANE-NAME-MISMATCH '... and a certificate for another name: told'
is first plain.tld DANE-NO-STARTTLS 'a record, and no STARTTLS: told'
is first nopolicy.tld MAIL-STS-UNREACHABLE 'a policy that nginx does not find: told'

finish
