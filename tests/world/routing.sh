#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ROA states beside RTRlib's, where the build found it, and the RTR client against StayRTR, where it is
# installed: the same VRPs, all of them and what changed. Made-up data. Prints TAP.
# timeout: 180
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

ours=$DSFI_BUILD/oracle_routing
if ! command -v python3 >/dev/null || [ ! -x "$ours" ]; then
	echo '1..0 # SKIP no python3, or no oracle_routing in the build'
	exit 0
fi

# Prefixes that nest, with few ASes, so that every state comes up often.
cat >"$folder/make.py" <<'END'
import ipaddress
import json
import random
import sys

folder, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
draw = random.Random(seed)


def prefix():
    if draw.random() < 0.5:
        base, family, least = int(ipaddress.ip_address("198.51.100.0")) & ~0xffff, 32, 15
        number = base + (draw.getrandbits(21) >> draw.randint(0, 6))
    else:
        base, family, least = int(ipaddress.ip_address("2001:db8::")), 128, 31
        number = base + (draw.getrandbits(14) << 84)
    bits = draw.randint(least, 32 if family == 32 else 48)
    kind = ipaddress.ip_network if family == 32 else ipaddress.IPv6Network
    return kind((number, bits), strict=False), family


def origin():
    return 0 if draw.random() < 0.05 else draw.randint(64496, 64511)


vrps = set()
while len(vrps) < count:
    network, family = prefix()
    vrps.add((origin(), str(network), draw.randint(network.prefixlen, min(family, network.prefixlen + 8))))
vrps = sorted(vrps)
with open(folder + "/vrps.csv", "w") as file:
    file.write("ASN,IP Prefix,Max Length,Trust Anchor\n")
    file.writelines("AS%d,%s,%d,ripe\n" % vrp for vrp in vrps)
with open(folder + "/vrps.json.new", "w") as file:
    json.dump({"metadata": {"buildtime": "2026-11-21T18:16:07Z"},
               "roas": [{"asn": a, "prefix": p, "maxLength": m, "ta": "ripe"} for a, p, m in vrps]}, file)
with open(folder + "/expected", "w") as file:
    file.writelines(sorted("%d,%s,%d\n" % vrp for vrp in vrps))
with open(folder + "/questions", "w") as file:
    for _ in range(20000):
        file.write("%s %d\n" % (prefix()[0], draw.randint(64496, 64515)))
END
make_vrps() {
	python3 "$folder/make.py" "$folder" "$1" "$2" && mv "$folder/vrps.json.new" "$folder/vrps.json"
}

make_vrps 6811 300 2>"$folder/err"
point $? 'made-up VRPs and questions'

# Few cover much, and all states are among the answers.
"$ours" states "$folder/vrps.csv" <"$folder/questions" >"$folder/ours" 2>"$folder/err" &&
	[ "$(wc -l <"$folder/ours")" = 20000 ] &&
	[ "$(cut -d ' ' -f 3 "$folder/ours" | sort | uniq -c | awk '$1 > 100' | wc -l)" = 3 ]
point $? '20,000 states, each of the three a hundred times or more'

if [ -x "$DSFI_BUILD/oracle_librtr" ]; then
	"$DSFI_BUILD/oracle_librtr" "$folder/vrps.csv" <"$folder/questions" >"$folder/theirs" 2>"$folder/err" &&
		diff "$folder/ours" "$folder/theirs" >"$folder/out"
	point $? 'the same as those of RTRlib'
else
	skip 'the same as those of RTRlib' 'the build found no RTRlib (librtr-dev)'
fi

stop_cache() {
	[ -z "${cache:-}" ] || kill "$cache" 2>/dev/null
	cache=
}
trap 'stop_cache; rm -rf "$folder"' EXIT

# A cache of the newest version it knows to be asked in, at a port that was free a moment ago.
start_cache() {
	stop_cache
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	stayrtr -bind "127.0.0.1:$port" -cache "$folder/vrps.json" -checktime=false -metrics.addr '' \
		-protocol "$1" -refresh 1 >"$folder/cache.log" 2>&1 &
	cache=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		if python3 -c "import socket; socket.create_connection(('127.0.0.1', $port), 1)" 2>/dev/null; then
			return 0
		fi
		sleep 0.25
	done
	cp "$folder/cache.log" "$folder/err"
	return 1
}

fetched() {
	sort "$folder/out.vrps" | diff - "$folder/expected" >"$folder/out"
}

if ! command -v stayrtr >/dev/null; then
	for version in 2 1 0; do
		skip "all VRPs of StayRTR, version $version" 'StayRTR is not installed'
	done
	skip 'what changed in StayRTR' 'StayRTR is not installed'
	finish
	exit
fi

for version in 2 1 0; do
	[ "$version" = 0 ] && wanted=0 || wanted=1
	start_cache "$version" &&
		"$ours" rtr "127.0.0.1:$port" >"$folder/out.vrps" 2>"$folder/err" && fetched &&
		grep -q "^version $wanted " "$folder/err"
	point $? "all VRPs of StayRTR, which speaks version $version, in version $wanted"
done

# One is connected when the file becomes another one.
start_cache 1
"$ours" rtr "127.0.0.1:$port" 2 >"$folder/out.vrps" 2>"$folder/err" &
client=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	[ ! -s "$folder/err" ] || break
	sleep 0.25
done
make_vrps 6811 400
wait "$client" && fetched && [ "$(grep -c '^version 1 ' "$folder/err")" = 2 ] &&
	[ "$(awk '{ print $4 }' "$folder/err" | sort -u | wc -l)" = 2 ]
point $? 'what changed in StayRTR, when it says so'
finish
