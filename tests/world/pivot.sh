#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Somebody takes two of three domains over, one after the other, and gives one of them back: from the attacker's
# name server, address, prefix, key or mail host, the store tells both victims and not the bystander. Prints TAP.
# timeout: 200
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/hijack.sh
. "$DSFI_SOURCE/tests/hijack.sh"
needs_namespaces
cd "$folder" || exit 1

# zone NAME OPERATOR: a bank with its own operator's records, or the wolf's.
zone() {
	echo "  - name: $1"
	echo "    operator: $2"
	if [ "$2" = wolf ]; then
		cat <<-WORLD
			    records: |
			      $1. 300 IN A 198.18.3.10
			      $1. 300 IN MX 10 mx.wolf.tld.
		WORLD
	else
		cat <<-WORLD
			    signed: 13 nsec
			    records: |
			      $1. 3600 IN A 198.18.1.10
			      $1. 3600 IN MX 10 mail.$1.
			      mail.$1. 3600 IN A 198.18.1.3
		WORLD
	fi
}

# world BANK SHOP: whose servers the two domains have; farm.tld is the bystander.
world() {
	hijack_world
	zone bank.tld "$1"
	zone shop.tld "$2"
	zone farm.tld host
}

look() {
	world "$1" "$2" >world
	"$DSFI" world run world -- "$DSFI" scan -q --store store --profile full bank.tld shop.tld farm.tld >out 2>err
}

pass() {
	time_passes "$1" store
}

pivot() {
	"$DSFI" pivot --store store "$@" >out 2>err
}

# told: the domains of JSON Lines, in the order in which they are told.
told() {
	python3 -c 'import json; print(*(json.loads(line)["domain"] for line in open("out")))'
}

# value DOMAIN EXPRESSION: of the line about that domain, d.
value() {
	python3 -c '
import json, sys
for d in map(json.loads, open("out")):
    if d["domain"] == sys.argv[1]:
        print(eval(sys.argv[2]))' "$1" "$2"
}

day=86400
look host host && pass $((120 * day)) && look host host && pass 3600 && look wolf host && pass $((6 * 3600)) &&
	look host wolf
point $? 'one domain is taken and given back, then another is taken'

pivot --json --ns NS1.wolf.tld && [ "$(told)" = 'shop.tld. bank.tld.' ]
point $? 'the name server leads to both victims, the newest first, and not to the bystander'
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/pivot.schema.json" out >err 2>&1
point $? 'the lines fit their schema'
[ "$(value shop.tld. 'd["still"]')" = True ] && [ "$(value bank.tld. 'd["still"]')" = False ] &&
	[ "$(value bank.tld. 'd["last"] < d["gone"]')" = True ]
point $? '... and which of them still has it'
[ "$(value bank.tld. 'd["began_with"]["score"]')" -ge 80 ] && [ "$(value shop.tld. 'd["began_with"]["score"]')" -ge 80 ]
point $? '... each with the change by which it came, and its score'
[ "$(value bank.tld. 'd["newest_change"]["time"] > d["began_with"]["time"]')" = True ]
point $? '... and the newest change, where it is another'
[ "$(value bank.tld. '[use["as"] for use in d["uses"]]')" = "['parent-ns', 'zone-ns']" ]
point $? '... as what it was used'

pivot --ns ns1.wolf.tld
grep -q '^bank.tld.$' out && grep -q 'as name server at the parent.*: from 20.* until 20' out && grep -q ': since 20' out &&
	grep -q 'began with the change .* now, .*: all name servers replaced' out &&
	grep -q '2 of 3 domains used ns1.wolf.tld; 1 still do' err
point $? 'in words'
pivot --json --ns ns2.host.tld && [ "$(told | wc -w)" = 3 ] && [ "$(value farm.tld. 'd["from_start"]')" = True ] &&
	[ "$(value bank.tld. 'd["times"]')" = 2 ] && [ "$(value farm.tld. 'd["began_with"]')" = None ]
point $? 'the old operator leads to all three, of which one came back'

pivot --json --ip 198.18.3.2 && [ "$(told)" = 'shop.tld. bank.tld.' ] && [ "$(value shop.tld. 'd["uses"][-1]["as"]')" = server-address ]
point $? 'by an address of the name server'
pivot --json --ip 198.18.3.10 && [ "$(told)" = 'shop.tld. bank.tld.' ] && [ "$(value shop.tld. 'd["uses"][0]["as"]')" = address ]
point $? 'by the address of the domain'
pivot --json --prefix 198.18.3.0/24 && [ "$(told)" = 'shop.tld. bank.tld.' ] &&
	[ "$(value shop.tld. '"mail-address" in [use["as"] for use in d["uses"]]')" = True ]
point $? 'by the prefix of all'
pivot --json --mx mx.wolf.tld && [ "$(told)" = 'shop.tld. bank.tld.' ]
point $? 'by the mail host'

tag=$("$DSFI" world run world -- "$DSFI" scan -q --json farm.tld | python3 -c '
import base64, hashlib, json, re, sys
print(re.search(r"farm\.tld\.\s+\d+\s+IN\s+DS\s+(\d+) \d+ 2 ([0-9A-Fa-f]{64})", sys.stdin.read()).expand(r"\1 \2"))' 2>err)
if [ -n "$tag" ]; then
	pivot --json --key "${tag% *}" && [ "$(value farm.tld. '[use["as"] for use in d["uses"]][:2]')" = "['ds', 'dnskey']" ]
	point $? 'by the tag of a key'
	pivot --json --key "${tag#* }" && [ "$(told)" = 'farm.tld.' ]
	point $? 'by the digest of a DS'
else
	point 1 'a DS to look for'
fi

pivot --json --ns ns1.wolf.tld --since "$(date -u +%Y-%m-%dT%H:%M:%SZ -d '-3 hours')" && [ "$(told)" = shop.tld. ]
point $? 'only who used it since a time'
pivot --json --ns ns1.wolf.tld --most 1 && [ "$(told)" = shop.tld. ] && grep -q '1 more are not shown' err
point $? 'only the newest'
pivot --ns ns1.lamb.tld && [ ! -s out ] && grep -q 'none of 3 domains' err
point $? 'nobody uses it'

# What makes no sense is told as such.
wrong() {
	words=$1
	shift
	pivot "$@"
	[ $? = 2 ] && [ ! -s out ] && grep -q -- "$words" err
	point $? "refused: $*"
}
wrong 'give one of --ns' --most 3
wrong 'give one of --ns' --ns ns1.wolf.tld --mx mx.wolf.tld
wrong 'no host name' --ns 'a..b'
wrong 'no address' --ip 198.18.3.0/24
wrong 'no address' --ip 198.18.3.256
wrong 'no prefix' --prefix 198.18.3.1/24
wrong 'every address' --prefix ::/0
wrong 'neither a key tag' --key 65536
wrong 'neither a key tag' --key abcdef
wrong 'no date' --ns ns1.wolf.tld --since yesterday
! pivot --ns ns1.wolf.tld --store nothing && grep -q nothing err
point $? 'a store that is not there'
finish
