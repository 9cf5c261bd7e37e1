#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The query path against NSD on the other core: a bare loop, ours, and dnsperf, CPU a query each.
set -eu

queries=${QUERIES:-500000}
server=198.18.0.53

if [ "${1:-}" != inside ]; then
	for program in nsd dnsperf; do
		[ -x "$DSFI_SERVERS/bin/$program" ] || {
			echo "query: skipped, no $program in $DSFI_SERVERS"
			exit 0
		}
	done
	exec unshare -Urn sh "$0" inside
fi

folder=$(mktemp -d)
nsd_pid=
finish() {
	[ -z "$nsd_pid" ] || kill "$nsd_pid" 2>/dev/null || true
	rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM

ip link set lo up
ip addr add $server/32 dev lo

# 20,000 delegations with DS, a signature's worth of octets over it, and glue: referrals of about 330
# octets and 9 records. Nobody here verifies them.
awk 'BEGIN {
	print "$ORIGIN tld.\n$TTL 3600"
	print "@ SOA ns.tld. hostmaster.tld. 1 3600 900 604800 300\n@ NS ns.tld.\nns A '$server'"
	print "@ DNSKEY 257 3 13 oJMRESz5E4gYzS/q6XDrvU1qMPYIjCWzJaOau8XNEZeqCYKD5ar0IRd8KqXXFJkqmVfRvMGPmM1x8fGAa2XhSA=="
	signature = "13 2 3600 20360101000000 20260101000000 1 tld. pT9dIfHQUjqxQjE9BPOdQn7wJbYz3u0y0AoDjCQCeTR1WkTzVYHVNb1sPzWc0l0p7E5Hn0kBNDwTwXOfGzD3Iw=="
	for (i = 0; i < 20000; i++) {
		d = "d" i
		print d " NS ns1." d "\n" d " NS ns2." d
		print "ns1." d " A 192.0.2.1\nns1." d " AAAA 2001:db8::1"
		print "ns2." d " A 192.0.2.2\nns2." d " AAAA 2001:db8::2"
		print d " DS 12345 13 2 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
		print d " RRSIG DS " signature
		printf "d%d.tld A\n", i > "'"$folder"'/queries"
	}
}' >"$folder/zone"
cat >"$folder/nsd.conf" <<EOF
server:
	ip-address: $server
	username: ""
	chroot: ""
	server-count: 1
	zonesdir: "$folder"
	database: ""
	pidfile: "$folder/pid"
	xfrdfile: ""
	xfrdir: "$folder"
	zonelistfile: "$folder/zone.list"
	logfile: "$folder/log"
	receive-buffer-size: 8388608
	send-buffer-size: 8388608
remote-control:
	control-enable: no
zone:
	name: tld
	zonefile: zone
EOF
taskset -c 1 "$DSFI_SERVERS/bin/nsd" -d -c "$folder/nsd.conf" &
nsd_pid=$!
sleep 2
kill -0 $nsd_pid 2>/dev/null || {
	cat "$folder/log" >&2
	exit 1
}

status=0
"$DSFI_BUILD/bench_query" --server $server --queries "$queries" --cpu 0 >"$folder/ours" || status=1
cat "$folder/ours"
ours=$(sed -n 's/^transport_ask *\([0-9.]*\) us.*/\1/p' "$folder/ours")

# dnsperf runs for a time, not a number; what it sent is in its report.
python3 - "$DSFI_SERVERS/bin/dnsperf" "$folder/queries" "$ours" <<EOF || status=1
import os, re, resource, subprocess, sys
best = None
for _ in range(3):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(["taskset", "-c", "0", sys.argv[1], "-s", "$server", "-d", sys.argv[2],
                          "-l", "4", "-c", "1", "-T", "1", "-q", "500", "-D"],
                         capture_output=True, text=True, check=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    sent = int(re.search(r"Queries completed:\s+(\d+)", out).group(1))
    cost = (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1e6 / sent
    best = cost if best is None else min(best, cost)
ours = float(sys.argv[3])
print("dnsperf        %5.2f us CPU a query (peer: ours is to be below): %s"
      % (best, "within" if ours < best else "MISSED"))
sys.exit(0 if ours < best else 1)
EOF
exit $status
