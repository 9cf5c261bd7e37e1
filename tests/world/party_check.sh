#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Contacts of parties are tried against mail and web servers that take mail, refuse it, hang, speak something else or
# cannot prove their name: each is told and noted for what it is, none holds up another, and no mail is begun. TAP.
# timeout: 200
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
needs_namespaces
needs openssl python3
cd "$folder" || exit 1

zone() {
	echo "  - name: $1.tld"
	echo "    operator: nic"
	echo "    records: |"
	sed 's/^/      /'
}
{
	cat <<-WORLD
		world: 1
		seed: 7
		servers:
		  - {name: a.root-servers.net, addresses: [198.41.0.4]}
		  - {name: a.nic.tld, addresses: [198.18.0.2]}
		operators:
		  - {name: root, servers: [a.root-servers.net]}
		  - {name: nic, servers: [a.nic.tld]}
		zones:
		  - {name: ., operator: root, signed: 13 nsec}
		  - {name: tld, operator: nic, signed: 13 nsec}
	WORLD
	zone plain <<-RECORDS
		plain.tld. 60 IN MX 10 mx.plain.tld.
		mx.plain.tld. 60 IN A 127.0.0.11
		hook.plain.tld. 60 IN A 127.0.0.21
		other.plain.tld. 60 IN A 127.0.0.21
		late.plain.tld. 60 IN A 127.0.0.21
		self.plain.tld. 60 IN A 127.0.0.21
		under.plain.tld. 60 IN A 127.0.0.21
		weak.plain.tld. 60 IN A 127.0.0.21
		client.plain.tld. 60 IN A 127.0.0.21
		silent.plain.tld. 60 IN A 127.0.0.22
	RECORDS
	zone silent <<-RECORDS
		silent.tld. 60 IN MX 10 mx.silent.tld.
		mx.silent.tld. 60 IN A 127.0.0.12
	RECORDS
	zone tls <<-RECORDS
		tls.tld. 60 IN MX 10 mx.tls.tld.
		mx.tls.tld. 60 IN A 127.0.0.13
	RECORDS
	zone ssh <<-RECORDS
		ssh.tld. 60 IN MX 10 mx.ssh.tld.
		mx.ssh.tld. 60 IN A 127.0.0.14
	RECORDS
	zone second <<-RECORDS
		second.tld. 60 IN MX 20 mx.plain.tld.
		second.tld. 60 IN MX 10 dead.second.tld.
		dead.second.tld. 60 IN A 127.0.0.19
	RECORDS
	zone none <<-RECORDS
		none.tld. 60 IN MX 0 .
	RECORDS
	zone bare <<-RECORDS
		bare.tld. 60 IN A 127.0.0.11
	RECORDS
} >world

# certificate NAME HOST DAYS ISSUER...: into NAME.pem, which has its key, too.
certificate() {
	name=$1 host=$2
	shift 2
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$name.key" -out "$name.crt" \
		-subj "/CN=$host" -addext "subjectAltName=DNS:$host" "$@" 2>>openssl.err
	cat "$name.crt" "$name.key" >"$name.pem"
}
certificate ca authority.invalid -days 30
cp ca.crt roots
certificate hook hook.plain.tld -days 30 -CA ca.crt -CAkey ca.key
cp hook.pem hook.plain.tld.pem
certificate other another.tld -days 30 -CA ca.crt -CAkey ca.key
cp other.pem other.plain.tld.pem
certificate self self.plain.tld -days 30
cp self.pem self.plain.tld.pem
# One that is of long ago: made now, looked at as if it were much later, is not to be had; so it is signed by hand.
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout late.key -out late.csr \
	-subj /CN=late.plain.tld 2>>openssl.err
echo subjectAltName=DNS:late.plain.tld >late.ext
: >index.txt
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n' >ca.cnf
openssl ca -batch -config ca.cnf -cert ca.crt -keyfile ca.key -in late.csr -out late.crt -extfile late.ext \
	-startdate 20200101000000Z -enddate 20210101000000Z >>openssl.err 2>&1
cat late.crt late.key >late.plain.tld.pem
# One that is in date, under one that is not; one with a signature of SHA-1; one that is for clients.
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout middle.key -out middle.csr \
	-subj /CN=middle.invalid 2>>openssl.err
echo basicConstraints=critical,CA:true >middle.ext
openssl ca -batch -config ca.cnf -cert ca.crt -keyfile ca.key -in middle.csr -out middle.crt -extfile middle.ext -notext \
	-startdate 20200101000000Z -enddate 20210101000000Z >>openssl.err 2>&1
certificate under under.plain.tld -days 30 -CA middle.crt -CAkey middle.key
cat under.crt middle.crt under.key >under.plain.tld.pem
certificate weak weak.plain.tld -days 30 -sha1 -CA ca.crt -CAkey ca.key
cp weak.pem weak.plain.tld.pem
certificate client client.plain.tld -days 30 -addext extendedKeyUsage=clientAuth -CA ca.crt -CAkey ca.key
cp client.pem client.plain.tld.pem

"$DSFI" party key key >/dev/null
"$DSFI" party add Mail --key key --role csirt --store store --mail good@plain.tld --mail nobody@plain.tld \
	--mail later@plain.tld --mail x@silent.tld --mail x@tls.tld --mail x@ssh.tld --mail x@second.tld --mail x@none.tld \
	--mail x@bare.tld --mail x@absent.tld --phone +41-44-0000000 >out 2>err
"$DSFI" party key key2 >/dev/null
"$DSFI" party add Web --key key2 --role hoster --store store2 --webhook https://hook.plain.tld:8443/x?token=1 \
	--webhook https://hook.plain.tld:8443/gone --webhook https://other.plain.tld:8443/ \
	--webhook https://late.plain.tld:8443/ --webhook https://self.plain.tld:8443/ \
	--webhook https://under.plain.tld:8443/ --webhook https://weak.plain.tld:8443/ --webhook https://client.plain.tld:8443/ \
	--webhook https://silent.plain.tld:8443/ --webhook https://hook.plain.tld:25/ --webhook https://hook.plain.tld:8443/long \
	--webhook https://hook.plain.tld:8443/endless --webhook https://hook.plain.tld:8443/slow >>out 2>>err
"$DSFI" party export --store store2 >web.party
"$DSFI" party import web.party --store store >>out 2>>err
point $? 'two parties with contacts'

"$DSFI" party check --store store >out 2>err && [ "$(grep -c '^not tried' out)" = 24 ] && grep -q 'nothing was tried' err
point $? 'without --connect nothing is tried'
[ ! -e said ]
point $? '... and nobody was connected to'
cp -r store fresh

cat >run <<'RUN'
python3 "$DSFI_SOURCE/tests/world/party_check.py" . &
servers=$!
for _ in $(seq 100); do [ -e ready ] || sleep 0.1; done
"$DSFI" party check --store store --connect --timeout 8s --ca-file roots --json "$@" >out 2>err
echo $? >code
kill $servers
RUN
began=$(date +%s)
"$DSFI" world run world -- sh run >world.out 2>world.err
took=$(($(date +%s) - began))
[ "$(cat code)" = 1 ] && [ "$(wc -l <out)" = 24 ]
point $? 'all are tried at once, and some fail'
[ $took -lt 60 ]
point $? "those that hang hold up nobody ($took s)"
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/contact-check.schema.json" out >err 2>&1
point $? 'the lines fit their schema'

# outcome VALUE WORKS WORDS: of a webhook with something behind its host that is not shown.
outcome() {
	python3 -c '
import base64, hashlib, json, sys
value, works, words = sys.argv[1:]
if value.startswith("https:") and not value.endswith("/"):
    value = "/".join(value.split("/")[:3]) + "/#" + base64.b32encode(hashlib.sha256(value.encode()).digest()).decode().lower()[:8]
for line in map(json.loads, open("out")):
    if line["value"] == value:
        print(line, file=open("err", "w"))
        sys.exit(0 if str(line["works"]) == works and words in str(line["outcome"]) else 1)
sys.exit(1)' "$1" "$2" "$3"
	point $? "$1: $3"
}
outcome good@plain.tld True 'mx.plain.tld (127.0.0.11) takes mail for it, without TLS'
outcome nobody@plain.tld False 'answers RCPT TO with 550: 5.1.1 no such'
outcome later@plain.tld False 'answers RCPT TO with 451: try again later'
outcome x@silent.tld False 'no greeting from mx.silent.tld (127.0.0.12) in time'
outcome x@tls.tld True 'takes mail for it, over TLS'
outcome x@ssh.tld False 'what is no reply of SMTP'
outcome x@second.tld True 'mx.plain.tld (127.0.0.11) takes mail'
outcome x@none.tld False 'takes no mail (RFC 7505)'
outcome x@bare.tld True 'bare.tld (127.0.0.11) takes mail'
outcome x@absent.tld False 'it does not exist'
outcome +41-44-0000000 None None
outcome 'https://hook.plain.tld:8443/x?token=1' True 'proves its name and answers with status 204'
outcome https://hook.plain.tld:8443/gone False 'status 404'
outcome https://hook.plain.tld:8443/long True 'status 200'
outcome https://hook.plain.tld:8443/endless True 'status 200'
outcome https://hook.plain.tld:8443/slow True 'status 403'
outcome https://other.plain.tld:8443/ False 'a certificate for another name'
outcome https://late.plain.tld:8443/ False 'has expired'
outcome https://self.plain.tld:8443/ False 'no trusted root'
outcome https://under.plain.tld:8443/ False 'a chain with a certificate that is out of date'
outcome https://weak.plain.tld:8443/ False 'a chain with a signature or key that is too weak'
outcome https://client.plain.tld:8443/ False 'a certificate that is not for servers'
outcome https://silent.plain.tld:8443/ False 'in time'
outcome https://hook.plain.tld:25/ False 'no web server is asked at'
[ "$(grep -c '127.0.0.11 RCPT TO:<good@plain.tld>' said)" = 1 ] && grep -q '127.0.0.11 RSET' said &&
	grep -q '127.0.0.11 QUIT' said && grep -q '127.0.0.11 MAIL FROM:<>' said && ! grep -qi ' DATA' said
point $? 'mail servers were asked up to RCPT TO; no mail was begun'
[ "$(grep -c '127.0.0.21 OPTIONS' said)" = 5 ] && grep -q '127.0.0.21 OPTIONS /x?token=1 ' said
point $? 'nothing was said to web servers that did not prove their name'
! grep -q "$(printf '\033')" out
point $? 'what others said cannot act on a terminal'

# A world has process numbers of its own, and /proc has those outside: by way of our own parent.
cat >kill-child.py <<'PYTHON'
import os, signal, sys

def status(process):
    return dict(line.split(":\t", 1) for line in open("/proc/%s/status" % process).read().splitlines() if ":\t" in line)

def children(process):
    return open("/proc/%s/task/%s/children" % (process, process)).read().split()

for one in children(status("self")["PPid"]):
    if status(one)["NSpid"].split()[-1] == sys.argv[1]:
        for child in children(one):
            open("limits", "w").write(open("/proc/%s/limits" % child).read())
            os.kill(int(status(child)["NSpid"].split()[-1]), signal.SIGKILL)
            open("killed", "w").write("yes")
PYTHON
# Its process is killed over whatever it is at, and later somebody presses Ctrl-C.
cat >run <<'RUN'
python3 "$DSFI_SOURCE/tests/world/party_check.py" . &
servers=$!
for _ in $(seq 100); do [ -e ready ] || sleep 0.1; done
"$DSFI" party check Mail --store "$1" --connect --timeout 3s --json >out 2>err &
check=$!
for _ in $(seq 100); do grep -q 'good@' said && break; sleep 0.1; done
[ "$2" = INT ] || python3 kill-child.py $check
[ "$2" != INT ] || { sleep 0.5 && kill -INT $check; }
wait $check
echo $? >code
kill $servers
RUN
stop() {
	rm -f ready said
	"$DSFI" world run world -- sh run "$1" "$2" >world.out 2>world.err
}
cp -r store copy
stop copy KILL
[ -e killed ] && [ "$(cat code)" = 1 ] && [ "$(grep -c '"works":true' out)" = 4 ] && [ "$(grep -c '"works":false' out)" = 6 ]
point $? 'its process is killed: the contacts are tried all the same'
[ "${DSFI_SANITIZED:-0}" = 1 ] || grep -q '^Max address space  *2147483648 ' limits
point $? 'it may have no more memory than its siblings'
# Who asked to be left alone is, in a check that knows nothing yet; later all are whose name server did.
cat >run-alone <<'RUN'
python3 "$DSFI_SOURCE/tests/world/party_check.py" . &
servers=$!
for _ in $(seq 100); do [ -e ready ] || sleep 0.1; done
"$DSFI" party check --store alone --connect --timeout 8s --ca-file roots --json --opt-out left.alone >out 2>err
echo $? >code
"$DSFI" party check --store alone --connect --timeout 8s --ca-file roots --json --opt-out left.servers >out.servers 2>&1
echo $? >code.servers
kill $servers
RUN
cp -r fresh alone
printf '127.0.0.13 # tls.tld\nMX.plain.tld\nbare.tld\nhook.plain.tld\n127.0.0.22/32\n' >left.alone
echo 198.18.0.2 >left.servers
rm -f ready said
"$DSFI" world run world -- sh run-alone >world.out 2>world.err
[ "$(cat code)" = 1 ] && grep -q ' were left out' err
point $? 'with an opt-out list'
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/contact-check.schema.json" out >err 2>&1
point $? '... the lines fit their schema'
outcome x@tls.tld None "left out, as its owner asked: '127.0.0.13'"
outcome good@plain.tld None "left out, as its owner asked: 'mx.plain.tld'"
outcome x@second.tld None "left out, as its owner asked: 'mx.plain.tld'"
outcome x@bare.tld None "left out, as its owner asked: 'bare.tld'"
outcome x@silent.tld False 'no greeting'
outcome 'https://hook.plain.tld:8443/x?token=1' None "left out, as its owner asked: 'hook.plain.tld'"
outcome https://silent.plain.tld:8443/ None "left out, as its owner asked: '127.0.0.22'"
outcome https://other.plain.tld:8443/ False 'a certificate for another name'
[ -s said ] && ! grep -q '^127[.]0[.]0[.]1[13]\|^127[.]0[.]0[.]2[12]' said
point $? '... and nobody of it was connected to'
"$DSFI" party show Mail --store alone >show 2>&1
grep -q 'tried .*x@silent.tld' show && ! grep -q 'tried .*good@plain.tld' show
point $? '... nor noted as tried'
[ "$(grep -c 'was not found, and a name server was left alone' out.servers)" -ge 20 ] && ! grep -q '"works":true' out.servers
point $? 'a name server that is left alone makes no contact fail'
cp -r fresh stopped
stop stopped INT
[ "$(cat code)" = 130 ] && grep -q 'were tried before that; what came of them is kept' err && grep -q '"works":null,"tried":null' out
point $? 'Ctrl-C'
"$DSFI" party show Mail --store stopped >out 2>err
grep -q 'tried .*good@plain.tld' out
point $? '... keeps what was told'
"$DSFI" party check Mail --store store --connect --from 'a@b.tld>
RCPT TO:<c@d.tld' >out 2>err
[ $? = 2 ] && grep -q -- '--from is no mail address' err && [ ! -s out ] && ! grep -q 'were tried' err
point $? 'a sender that is none'
"$DSFI" party check Mail --store store --connect --hints absent --worked +41-44-0000000 >out 2>err
[ $? = 2 ] && [ ! -s out ] && ! grep -q 'were tried' err && ! "$DSFI" party show Mail --store store | grep -q 'tried .*phone'
point $? 'and whatever else cannot begin: nothing is listed, nor noted'
# knows VALUE WORD [OUTCOME]: what is told of a contact that is not tried now.
knows() {
	awk -v value="$1" '/^[a-z]/ { on = index($0, " " value) == length($0) - length(value) } on' out >one
	grep -q "^$2 " one && { [ -z "${3-}" ] || grep -q "^ *last tried: 20..-..-..T..:..:..Z: .*$3" one; }
	point $? "not now: $1 ${3-}"
}
"$DSFI" party check Mail --store store >out 2>err
[ $? = 0 ] && ! grep -q '^not tried .*@' out
point $? 'what was tried before is not called untried'
knows good@plain.tld 'worked' 'takes mail for it'
grep -q '^ *last worked: 20' one
point $? '... and when it worked'
knows nobody@plain.tld 'failed' 'answers RCPT TO with 550'
grep -q '^ *last worked: never' one
point $? '... and that it never did'
knows +41-44-0000000 'not tried'
grep -q 'to be tried by a person' one && ! grep -q 'last tried' one
point $? '... and who is to try a telephone'

"$DSFI" party show Mail --store store >out 2>err
grep -q 'tried .*mail good@plain.tld .*takes mail.*last worked: 20' out && grep -q 'nobody@plain.tld .*last worked: never' out
point $? 'it is in the store'
"$DSFI" party check Mail --store store --worked +41-44-0000000 --note 'Ana answered' >out 2>err
[ $? = 0 ] && grep -q '^works .*phone' out && grep -q 'Ana answered' out
point $? 'a telephone is for a person, who notes what came of it'
"$DSFI" party check Mail --store store >out 2>err
knows +41-44-0000000 'worked' 'Ana answered'
grep -q '^ *last worked: 20' one && ! grep -q 'to be tried by a person' one
point $? '... and it is told'
"$DSFI" party check Web --store store2 --worked hook.plain.tld >out 2>err
[ $? = 2 ] && grep -q 'several webhooks are at this host' err
point $? 'of several webhooks at a host none is meant'
"$DSFI" party check Web --store store2 --worked late.plain.tld >out 2>err
[ $? = 0 ] && grep -q '^works .*late[.]plain' out
point $? 'one is named by its host'
hook=$(sed -n 's/.* \(https:.*8443.#.*\)/\1/p' out | head -n 1)
"$DSFI" party check Web --store store2 --worked "$hook" >out 2>err
[ $? = 0 ] && grep -q "^works .*$hook" out && ! grep -q 'token' out
point $? 'or as it is shown, without what may be a secret'
"$DSFI" audit list --store store2 >out 2>err
[ $? = 0 ] && grep -q "$hook" out && ! grep -q 'token\|/gone' out
point $? 'which the audit has not either'
"$DSFI" party check Mail --store store --failed good@plain.tld >out 2>err
[ $? = 1 ] && "$DSFI" party show Mail --store store | grep -q 'good@plain.tld .*did not work.*last worked: 20'
point $? 'what fails now is still known to have worked'
"$DSFI" party check Mail --store store --worked nobody@else.tld >out 2>err
[ $? = 2 ] && grep -q 'none of these parties' err
point $? 'a contact that nobody has'
"$DSFI" party check Nobody --store store >out 2>err
[ $? = 2 ] && grep -q 'no party' err
point $? 'a party that is not there'
"$DSFI" audit verify --store store >out 2>err && "$DSFI" audit list --store store | grep -q 'contact worked'
point $? 'the audit has it'
finish
