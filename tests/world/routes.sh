#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Routes and VRPs from files and from a cache, shared by all workers; the card of a profile; files that
# are cut short, stale or something else are told in words. Prints TAP.
# timeout: 400
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
cd "$folder" || exit 1
cat >world <<'WORLD'
world: 1
seed: 7
routing: true
servers:
  - {name: a.root-servers.net, addresses: [198.41.0.4]}
  - {name: a.nic.tld, addresses: [198.18.0.2]}
  - {name: ns1.host.tld, addresses: [198.18.1.2]}
  - {name: ns2.host.tld, addresses: [198.18.1.4]}
  - {name: ns1.bad.tld, addresses: [198.18.2.2], behaviour: [roa-invalid]}
  - {name: ns2.bad.tld, addresses: [198.18.2.4]}
  - {name: ns1.one.tld, addresses: [198.18.3.2], as: 64500}
  - {name: ns2.one.tld, addresses: [198.18.3.4], as: 64500}
  - {name: ns1.dead.tld, addresses: [198.18.4.2], behaviour: [silent]}
  - {name: ns2.dead.tld, addresses: [198.18.4.4], behaviour: [silent]}
operators:
  - {name: root, servers: [a.root-servers.net]}
  - {name: nic, servers: [a.nic.tld]}
  - {name: host, servers: [ns1.host.tld, ns2.host.tld]}
  - {name: bad, servers: [ns1.bad.tld, ns2.bad.tld]}
  - {name: one, servers: [ns1.one.tld, ns2.one.tld]}
  - {name: dead, servers: [ns1.dead.tld, ns2.dead.tld]}
zones:
  - {name: ., operator: root, signed: 13 nsec}
  - {name: tld, operator: nic, signed: 13 nsec}
  - {name: host.tld, operator: nic}
  - {name: bad.tld, operator: nic}
  - {name: one.tld, operator: nic}
  - {name: dead.tld, operator: nic}
domains:
  - {name: sound.tld, operator: host, signed: 13 nsec}
  - {name: invalid.tld, operator: bad}
  - {name: single.tld, operator: one}
  - {name: silent.tld, operator: dead}
WORLD
inside() {
	"$DSFI" world run world -- "$@"
}
# check OPTIONS...: its findings in `out`, what it says in `err`.
check() {
	inside "$DSFI" check --fail-on never --json "$@" sound.tld invalid.tld single.tld >out 2>err
}
# codes: domain and code of what is found of routes, one a line.
codes() {
	python3 -c '
import json
for line in map(json.loads, open("out")):
    if line["type"] == "finding" and line["code"].startswith("ROUTING"):
        print(line["domain"], line["code"])' | sort -u
}

# ---- what is found ----
check
point $? 'a world with routing gives its files to whoever runs in it'
check silent.tld
"$DSFI" world score world out >score 2>&1
point $? 'what is found is what there is'
[ "$(codes)" = 'invalid.tld. ROUTING-INVALID
single.tld. ROUTING-ONE-AS' ]
point $? 'an invalid route, and an AS that all depends on'
# shellcheck disable=SC2016 # the inner shell expands it
inside sh -c '"$DSFI" check --fail-on never --routes "$DSFI_ROUTES" sound.tld' >/dev/null 2>err
grep -q "prefixes (pfx2as 'routes.pfx2as' of 20..-..-..), .* VRPs (CSV 'vrps.csv' of " err
point $? 'what was read is told, and of when'
! grep -q / out || ! grep -o '"routing":"[^"]*"' out | grep -q /
point $? 'an observation has the name of the files and not the path'
check --workers 4
[ "$(codes | wc -l)" = 2 ]
point $? 'four workers share one table'
# A silent domain keeps them busy for some seconds. Each has the table mapped once, and cannot write to it.
# shellcheck disable=SC2016 # the inner shell expands it
inside sh -c '
	"$DSFI" check -q --workers 3 silent.tld >/dev/null &
	sleep 2
	for process in /proc/[0-9]*; do
		[ "$(tr "\000" " " 2>/dev/null <$process/cmdline)" = "dsfi worker " ] || continue
		[ "$(readlink $process/ns/net)" = "$(readlink /proc/self/ns/net)" ] || continue
		grep dsfi-routing $process/maps
	done
	wait' >out 2>err
[ "$(wc -l <out)" = 3 ] && [ "$(grep -c ' r--s ' out)" = 3 ] && [ "$(sed 's/.* //' out | sort -u | wc -l)" = 1 ] &&
	[ "$(awk '{ print $5 }' out | sort -u | wc -l)" = 1 ]
point $? '... of which each has the same pages, to be read'

# ---- other formats ----
# shellcheck disable=SC2016 # the inner shell expands it
inside sh -c 'cp "$DSFI_ROUTES" routes; cp "$DSFI_VRPS" vrps'
awk '{ print $3 "\t" $1 "/" $2 "\t300" }' routes >ris
python3 -c '
import csv, json
rows = list(csv.DictReader(open("vrps")))
json.dump({"metadata": {}, "roas": [{"asn": row["ASN"], "prefix": row["IP Prefix"],
    "maxLength": int(row["Max Length"]), "ta": "world"} for row in rows]}, open("json", "w"))'
check --routes ris --vrps json
[ "$(codes | wc -l)" = 2 ] && grep -q "riswhoisdump 'ris'" err && grep -q "JSON 'json'" err
point $? 'riswhoisdump and JSON are told by what is in them'
inside env -u DSFI_VRPS "$DSFI" check --fail-on never --json invalid.tld single.tld >out 2>err
[ "$(codes)" = 'single.tld. ROUTING-ONE-AS' ] &&
	grep '"type":"domain"' out | grep 'invalid.tld' | grep -q '"not_measured":\[[^]]*"ROUTING-INVALID"'
point $? 'without VRPs what ROAs say is not measured, and prefixes and ASes are'
inside env -u DSFI_VRPS -u DSFI_ROUTES "$DSFI" check --fail-on never sound.tld >out 2>err
grep -q 'sound.tld.: nothing found' out && grep -q 'were not part of this look' out
point $? 'without either nothing is missed'

# ---- refusals ----
# refuses WORDS OPTIONS...: exit code $expected, the words in what is said, and nothing else.
refuses() {
	words=$1
	shift
	timeout -k 5 60 "$DSFI" world run world -- "$DSFI" check "$@" sound.tld >out 2>err
	code=$?
	[ "$code" = "$expected" ] && grep -q "$words" err && [ ! -s out ]
	point $? "refused: $words"
}
unset DSFI_ROUTES DSFI_VRPS
expected=2
head -c $(($(wc -c <json) - 30)) json >cut.json
printf '198.18.1.2\t31\t644' >cut.routes
: >empty
printf 'a page\nthat is\nnone of them\n' >page
gzip -c routes >routes.gz
refuses 'cut.json' --routes routes --vrps cut.json
refuses 'cut.routes' --routes cut.routes
refuses "'empty' is empty" --routes empty
refuses 'page' --routes page
refuses 'page' --routes routes --vrps page
refuses 'gunzip\|gzip' --routes routes.gz
refuses "cannot read 'nowhere'" --routes nowhere
refuses 'standard input' --routes -
refuses 'give one of them' --routes routes --vrps vrps --rtr 127.0.0.1:3323
refuses 'HOST:PORT' --routes routes --rtr :3323
expected=3
refuses 'no VRPs from the cache' --routes routes --rtr 127.0.0.1:3323
"$DSFI" check --vrps vrps sound.tld >out 2>err
[ $? = 2 ] && grep -q -- '--routes FILE' err
point $? 'VRPs without routes are refused'

# ---- stale ----
touch -d '5 days ago' routes
check --routes routes --vrps vrps
[ "$(codes | wc -l)" = 2 ] && grep -q "'routes' is 5 days old" err
point $? 'a file of five days ago is used, with a warning'

# ---- a cache ----
cat >cache.py <<'CACHE'
"""A cache of RTR, version 1 (RFC 8210), with the VRPs of a CSV file."""
import csv
import ipaddress
import socket
import struct
import sys

server = socket.create_server(("127.0.0.1", 3323))
with open("ready", "w", encoding="ascii"):
    pass
connection, _ = server.accept()
connection.recv(64)
if sys.argv[2] == "hang":
    connection.recv(64)
answer = struct.pack(">BBHI", 1, 3, 7, 8)
for row in csv.DictReader(open(sys.argv[1], encoding="ascii")):
    prefix = ipaddress.ip_network(row["IP Prefix"])
    octets = prefix.network_address.packed
    answer += struct.pack(">BBHI", 1, 4 if prefix.version == 4 else 6, 0, 16 + len(octets))
    answer += struct.pack(">BBBB", 1, prefix.prefixlen, int(row["Max Length"]), 0)
    answer += octets + struct.pack(">I", int(row["ASN"][2:]))
answer += struct.pack(">BBHIIIII", 1, 7, 7, 24, 42, 3600, 600, 7200)
connection.sendall(answer)
connection.recv(64)
CACHE
cat >with-cache.sh <<'WITH'
rm -f ready
python3 cache.py vrps "$1" 2>cache.err & # its end may be a reset connection
while [ ! -e ready ]; do sleep 0.1; done
"$DSFI" check --fail-on never --json --routes routes --rtr 127.0.0.1:3323 invalid.tld single.tld
code=$?
kill $! 2>/dev/null
exit $code
WITH
inside env -u DSFI_VRPS sh with-cache.sh well >out 2>err
[ "$(codes | wc -l)" = 2 ] && grep -q 'RTR version 1, serial 42' err
point $? 'a cache gives its VRPs'
inside env -u DSFI_VRPS timeout -k 5 60 sh with-cache.sh hang >out 2>err
[ $? = 3 ] && grep -q 'no VRPs from the cache' err
point $? 'a cache that says nothing is not waited for without end'

# ---- cards ----
inside "$DSFI" check --fail-on never --profile kindns-critical sound.tld single.tld >out 2>err
grep -q '✓ 6 ' out && grep -q 'met, as far as can be seen' out && grep -q 'not met: ROUTING-ONE-AS' out &&
	grep -A 1 '· 7 ' out | grep -q 'only asserted'
point $? 'a card: met as far as is seen, not met and why, only asserted'
inside "$DSFI" check --fail-on never --profile manrs --json sound.tld invalid.tld >out 2>err
grep '"invalid.tld."' out | grep '"practice":"4"' | grep -q '"state":"not-met","because":\["ROUTING-INVALID"\]' &&
	grep '"sound.tld."' out | grep '"practice":"4"' | grep -q '"state":"met"'
point $? 'MANRS action 4 by name server routes'
! grep '"known":"asserted"' out | grep -v '"state":"only-asserted"'
point $? 'what is asserted is never met'
grep '"type":"practice"' out >practices
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/practice.schema.json" practices >err 2>&1
point $? 'practices fit their schema'
inside env -u DSFI_ROUTES -u DSFI_VRPS "$DSFI" check --fail-on never --profile manrs --json sound.tld >out 2>err
grep '"practice":"4"' out | grep -q '"state":"not-measured"'
point $? 'without routes MANRS action 4 is not measured'

finish
