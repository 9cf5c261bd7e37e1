# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# What tests of cases have in common: parties with a key and a store each, and messages that are signed
# without dsfi having looked at them. Sourced after tests/tap.sh.

dsfi() {
	"$DSFI_BUILD/dsfi" "$@"
}

# does NAME COMMAND...: exit code 0.
does() {
	name=$1
	shift
	"$@" >"$folder/out" 2>"$folder/err"
	point $? "$name"
}

# refused CODE WORD NAME COMMAND...: this exit code, and the word in what is said.
refused() {
	wanted=$1 word=$2 name=$3
	shift 3
	"$@" >"$folder/out" 2>"$folder/err"
	code=$?
	[ "$code" = "$wanted" ] && grep -q -- "$word" "$folder/out" "$folder/err"
	point $? "$name"
}

# sqlite STORE QUERY: the first column of the first row.
sqlite() {
	python3 -c 'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])' "$@"
}

# Stores and keys `registry`, `registrar` and `csirt`, which know each other; their ids in variables of
# those names. `stranger` knows them and is known to nobody.
make_parties() {
	for who in registry registrar csirt stranger; do
		dsfi party key $who.key >/dev/null || exit 1
	done
	dsfi party add Registry --key registry.key --role registry --tld example --tlp red \
		--mail security@registry.test --phone +41-44-0000001 --store registry >/dev/null 2>&1 &&
	dsfi party add Registrar --key registrar.key --role registrar --domain bank.example --tlp amber+strict \
		--mail desk@bank.example --mail security@registrar.test --phone +41-44-0000002 --store registrar >/dev/null 2>&1 &&
	dsfi party add CSIRT --key csirt.key --role csirt --tlp green \
		--mail csirt@csirt.test --store csirt >/dev/null 2>&1 &&
	dsfi party add Stranger --key stranger.key --role other --store stranger >/dev/null 2>&1 || exit 1
	dsfi party add --key csirt.key --tlp red --store csirt >/dev/null 2>&1 || exit 1
	for who in registry registrar csirt; do
		dsfi party export --store $who >$who.party || exit 1
	done
	for who in registry registrar csirt stranger; do
		for other in registry registrar csirt; do
			dsfi party import $other.party --store $who -q >/dev/null 2>&1 || [ $who = $other ] || exit 1
		done
	done
	registry=$(id_of registry) registrar=$(id_of registrar) csirt=$(id_of csirt) stranger=$(id_of stranger)
}

id_of() {
	dsfi party key "$1.key" --show | sed -n 's/^party *//p'
}

# draft TEXT: @registry and the like become ids, sorted within "to".
draft() {
	printf '%s\n' "$1" | sed "s/@registry/$registry/g; s/@registrar/$registrar/g; s/@csirt/$csirt/g; s/@stranger/$stranger/g" |
		python3 -c 'import json, sys
for line in sys.stdin:
    one = json.loads(line)
    if one.pop("unsorted", None) is None and isinstance(one.get("to"), list): one["to"].sort()
    print(json.dumps(one))'
}

# sign WHO DRAFT: prints the id; the message is in KIND.json, and with WHO's name in last.json.
sign() {
	draft "$2" | "$DSFI_BUILD/oracle_messages" "$1.key" >last.json || return 1
	kind=$(python3 -c 'import json; print(json.load(open("last.json"))["kind"])')
	cp last.json "$kind.json"
	python3 -c 'import json; print(json.load(open("last.json"))["id"])'
}

# file_own WHO FILE: into WHO's own store.
file_own() {
	dsfi receive "$2" --unsealed --store "$1" >out 2>err || exit 1
}

# Servers of mail and of a web that ask nobody outside: tests/world/share_servers.py in `net`, as localhost by tls.pem, until
# descriptor 9 is closed; ports in `smtp` and `https`, the process in `server`.
serve_mail_and_web() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3 -subj /CN=localhost \
		-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout tls.key -out tls.pem 2>/dev/null || exit 1
	mkdir net
	mkfifo hold
	"$DSFI_SOURCE/tests/world/share_servers.py" net tls.pem tls.key <hold 2>servers.err &
	# shellcheck disable=SC2034 # for whoever called
	server=$!
	exec 9>hold
	tries=0
	while [ ! -e net/ports ] && [ $tries -lt 300 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	# shellcheck disable=SC2034 # for whoever called
	read -r smtp https <net/ports
}
