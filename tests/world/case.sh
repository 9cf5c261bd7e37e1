#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# dsfi case: opened for a change, a finding, in words; asked, answered, acted on, measured, closed; who may say what;
# what was said stays; two stores with the same messages show the same case; bad input. Prints TAP.
# timeout: 240
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
needs_namespaces
needs python3
cd "$folder" || exit 1
formats="$DSFI_SOURCE/docs/format"

# world BANK [BEHIND]: whose servers bank.tld has; with BEHIND one address of its parent still says wolf.
world() {
	cat <<-WORLD
		world: 1
		seed: 7
		servers:
		  - {name: a.root-servers.net, addresses: [198.41.0.4]}
		  - {name: a.nic.tld, addresses: [198.18.0.2]}
		  - {name: b.nic.tld, addresses: [198.18.0.3]}
		  - {name: ns1.host.tld, addresses: [198.18.1.2]}
		  - {name: ns2.host.tld, addresses: [198.18.1.4]}
		  - {name: ns1.wolf.tld, addresses: [198.18.3.2]}
		  - {name: ns2.wolf.tld, addresses: [198.18.3.4]}
		operators:
		  - {name: root, servers: [a.root-servers.net]}
		  - {name: nic, servers: [a.nic.tld, b.nic.tld]}
		  - {name: host, servers: [ns1.host.tld, ns2.host.tld]}
		  - {name: wolf, servers: [ns1.wolf.tld, ns2.wolf.tld]}
		zones:
		  - {name: ., operator: root, signed: 13 nsec}
		  - {name: tld, operator: nic, signed: 13 nsec}
		  - {name: host.tld, operator: nic}
		  - name: wolf.tld
		    operator: nic
		    records: |
		      mx.wolf.tld. 300 IN A 198.18.3.5
		  - name: bank.tld
		    operator: $1
	WORLD
	if [ "$1" = host ]; then
		cat <<-WORLD
			    signed: 13 nsec
			    records: |
			      bank.tld. 2 IN A 198.18.1.10
			      bank.tld. 2 IN MX 10 mail.bank.tld.
			      mail.bank.tld. 2 IN A 198.18.1.3
		WORLD
	else
		cat <<-WORLD
			    records: |
			      bank.tld. 2 IN A 198.18.1.10
			      bank.tld. 2 IN MX 10 mx.wolf.tld.
		WORLD
	fi
	[ -z "${2:-}" ] || cat <<-WORLD
		canned:
		  - at: 198.18.0.3
		    name: bank.tld
		    type: any
		    replies:
		      - authority: |
		          bank.tld. 2 IN NS ns1.wolf.tld.
		          bank.tld. 2 IN NS ns2.wolf.tld.
	WORLD
}

# inside WORLD COMMAND...
inside() {
	world "$1" "${behind:-}" >w
	shift
	"$DSFI" world run w -- "$@"
}

# case_of STORE COMMAND...: what `dsfi case COMMAND` says, in out and err.
case_of() {
	of=$1
	shift
	"$DSFI" case "$@" --store "$of" >out 2>err
}

# shown STORE FIELD: of the case as JSON.
shown() {
	"$DSFI" case show "$id" --json --store "$1" 2>err | python3 -c '
import json, sys
one = json.loads(sys.stdin.readline())
for name in sys.argv[1].split("."):
    one = one[int(name) if name.isdigit() else name]
print(one)' "$2"
}

# party NAME ROLE SCOPE...: a store with a key.
party() {
	who=$1
	role=$2
	shift 2
	"$DSFI" party key "$who.key" >/dev/null 2>&1 &&
		"$DSFI" party add "$who" --key "$who.key" --role "$role" --mail "desk@$who.example" --tlp red --store "$who.db" "$@" \
			>>parties 2>&1
}

# exchange STORE STORE: all messages and parties of one in the other, as if every one had been sent.
party registry registry --tld tld && party registrar registrar --domain bank.tld && party csirt csirt && party hoster hoster
for one in registry registrar csirt hoster; do
	"$DSFI" party export --store $one.db >$one.party 2>err
done
for one in registry registrar csirt hoster; do
	for other in registry registrar csirt hoster; do
		[ $one = $other ] || "$DSFI" party import $other.party --store $one.db >out 2>err || break 2
	done
done
point $? 'four parties know each other'

inside host "$DSFI" scan -q --store registry.db bank.tld >out 2>err && sleep 1 &&
	inside wolf "$DSFI" scan -q --store registry.db bank.tld >out 2>err &&
	case_of registry.db open bank.tld --key registry.key --ask --to registrar --stands 3s --json
opened=$?
id=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])')
[ $opened = 0 ] && python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$formats/case-said.schema.json" out >err 2>&1
point $? 'a case is opened for what the store saw change, and asks'
case_of registry.db show "$id" && grep -q '^asked ' out && grep -q 'all name servers' out && grep -q 'ns:ns1.wolf.tld' out &&
	grep -q '^mended if ' out && grep -q 'registrar: answer' out
point $? 'it says what was, what is, what would mend it, and who has to do what'
case_of registry.db list && grep -q "^$(printf %.8s "$id")  asked  *bank.tld" out
point $? 'the list has it'
