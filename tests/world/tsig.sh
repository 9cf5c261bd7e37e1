#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 300
# TSIG keys with --own --tsig-key: servers that take the key under weak algorithms are found and no others,
# real ones take it under its own; the key is taken from a file that nobody else can read, and goes nowhere.
# Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces

secret=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
plain=0123456789abcdef0123456789abcdef

# world PLACE [OPERATOR...]: a server that takes the key under more algorithms, one that does not, two of that
# place; and those that lose questions or cut answers short, which take half a minute.
world() {
	kinds="weak ${2:-} real"
	place=
	[ "$1" = builtin ] || place=", place: $1"
	echo 'world: 1'
	echo "tsig: \"hmac-sha256:audit.key:$secret\""
	echo 'servers:'
	echo '  - {name: a.root-servers.net, addresses: [198.41.0.4]}'
	echo '  - {name: a.nic.tld, addresses: [198.18.0.1]}'
	echo '  - {name: ns1.other.tld, addresses: [198.18.0.2]}'
	echo '  - {name: ns1.weak.tld, addresses: [198.18.1.1, "2001:db8:1::1"], behaviour: [tsig-weak]}'
	echo '  - {name: ns2.weak.tld, addresses: [198.18.1.2]}'
	echo '  - {name: ns1.lossy.tld, addresses: [198.18.3.1], behaviour: [tsig-weak, lossy]}'
	echo '  - {name: ns2.lossy.tld, addresses: [198.18.3.2], behaviour: [truncating]}'
	echo "  - {name: ns1.real.tld, addresses: [198.18.2.1], behaviour: [transfer-open]$place}"
	echo "  - {name: ns2.real.tld, addresses: [198.18.2.2]$place}"
	echo 'operators:'
	echo '  - {name: root, servers: [a.root-servers.net]}'
	echo '  - {name: nic, servers: [a.nic.tld]}'
	echo '  - {name: other, servers: [ns1.other.tld]}'
	for kind in $kinds; do
		echo "  - {name: $kind, servers: [ns1.$kind.tld, ns2.$kind.tld]}"
	done
	echo 'zones:'
	echo '  - {name: ., operator: root, signed: 13 nsec}'
	echo '  - {name: tld, operator: nic, signed: 13 nsec3-opt-out}'
	for kind in other $kinds; do
		echo "  - {name: $kind.tld, operator: other}"
	done
	echo 'domains:'
	for kind in $kinds; do
		echo "  - {name: plain-$kind.tld, operator: $kind}"
		echo "  - {name: signed-$kind.tld, operator: $kind, signed: 13 nsec}"
	done
}

# audit OUTPUT OPTION...
audit() {
	output=$1
	shift
	"$DSFI" world targets "$folder/world" >"$folder/targets"
	"$DSFI" world run "$folder/world" -- "$DSFI" check --targets "$folder/targets" --json -q \
		--fail-on never --profile full "$@" >"$folder/$output" 2>"$folder/err"
}

# keys PLACE [OPERATOR]
keys() {
	world "$@" >"$folder/world"
	audit found --own --own-targets --tsig-key "$folder/key" --store "$folder/store.$1"
	"$DSFI" world score --profile full --own --tsig "$folder/world" "$folder/found" >"$folder/out"
	point $? "who takes the key under which algorithm, beside $1: $(head -n 1 "$folder/out")"
}

umask 077
printf 'key "audit.key" {\n\talgorithm hmac-sha256;\n\tsecret "%s";\n};\n' "$secret" >"$folder/key"

keys builtin lossy
grep '"SERVER-TSIG-WEAK"' "$folder/found" | grep '198.18.1.1 .*hmac-md5' | grep -q '"finding"' &&
	grep -q '198.18.1.1 .*hmac-sha1, though' "$folder/found" &&
	! grep '"SERVER-TSIG-WEAK"' "$folder/found" | grep -q '"server":"198.18.[0-9]*.2"'
point $? 'at the server that does, under both'
"$DSFI" history --store "$folder/store.builtin" --raw "$folder/raw" plain-weak.tld >"$folder/out" &&
	grep -q -a hmac-md5 "$folder/raw" &&
	! grep -q -a -e "$secret" -e "$plain" "$folder/found" "$folder/err" "$folder/raw" "$folder"/store.*
point $? 'the secret is in no finding, no message, no store'

world builtin >"$folder/world"
audit without --own --own-targets
"$DSFI" world score --profile full --own "$folder/world" "$folder/without" >"$folder/out" &&
	! grep -q '"finding".*TSIG' "$folder/without"
point $? 'without a key nothing is said of it'

printf 'hmac-sha256:other.key:%s\n' "$secret" >"$folder/unknown"
audit unknown.found --own --own-targets --tsig-key "$folder/unknown"
! grep -q '"finding".*TSIG' "$folder/unknown.found" &&
	[ "$(grep -c '"not_measured":\[[^]]*"SERVER-TSIG-WEAK"' "$folder/unknown.found")" = 4 ]
point $? 'a key that nobody has tells nothing'

# refused WORDS OPTION...: exit code 2 or 4, words, and nothing of the secret in them.
refused() {
	words=$1
	shift
	"$DSFI" check -q "$@" plain-weak.tld >"$folder/out" 2>"$folder/err"
	code=$?
	[ "$code" -gt 1 ] && grep -q "$words" "$folder/err" &&
		! grep -q -e "$secret" -e "$plain" "$folder/err" "$folder/out"
	point $? "refused with code $code: $words"
}
refused 'give --own, too' --tsig-key "$folder/key"
refused 'no such file' --own --tsig-key "$folder/nothing"
refused 'no regular file' --own --tsig-key "$folder"
mkfifo "$folder/pipe"
refused 'no regular file' --own --tsig-key "$folder/pipe"
for mode in 0640 0604 0700; do
	chmod "$mode" "$folder/key"
	refused "has mode $mode" --own --tsig-key "$folder/key"
done
chmod 400 "$folder/key"
printf 'key "audit.key" { algorithm hmac-sha999; secret "%s"; };\n' "$secret" >"$folder/bad"
refused 'algorithm is none of' --own --tsig-key "$folder/bad"
printf 'hmac-sha256:audit.key:%s%%\n' "$secret" >"$folder/bad"
refused 'no base64' --own --tsig-key "$folder/bad"
head -c 5000 /dev/zero >"$folder/bad"
refused 'longer than 4096' --own --tsig-key "$folder/bad"
if [ "$(id -u)" = 0 ]; then
	cp "$folder/key" "$folder/theirs" && chown 12345 "$folder/theirs"
	refused 'belongs to another user' --own --tsig-key "$folder/theirs"
else
	skip 'the file of another user is refused' 'only root can make one'
fi

for place in knot:knotd nsd:nsd bind:named; do
	program=${place#*:}
	if [ -x "${DSFI_SERVERS:-/none}/bin/$program" ] || command -v "$program" >/dev/null; then
		keys "${place%:*}"
	else
		skip "who takes the key, beside ${place%:*}" \
			"no $program here (tools/unpack-servers fetches it)"
	fi
done

"$DSFI" world make --domains 300 --seed 11 --behaviours 60 --faults 10 >"$folder/world"
sed -n 's/^tsig: "\(.*\)"$/\1/p' "$folder/world" >"$folder/made"
audit found --own --own-targets --tsig-key "$folder/made"
"$DSFI" world score --profile full --own --tsig "$folder/world" "$folder/found" >"$folder/out" &&
	grep -q '"finding".*SERVER-TSIG-WEAK' "$folder/found"
point $? "in a world that is made: $(head -n 1 "$folder/out")"
finish
