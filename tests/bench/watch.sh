#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Looks at the parents of watched domains: CPU of `dsfi watch run` and its watcher, the store's writing included, beside
# the limit: 1,000,000 domains every 5 minutes on one core are 3,334 looks a second, so 300 us each. And what it takes to
# add domains, and memory.
#   DOMAINS=N EVERY=SECONDS ROUNDS=N
set -eu

domains=${DOMAINS:-100000}
every=${EVERY:-27}
rounds=${ROUNDS:-3}
[ -x "$DSFI_BUILD/dsfi" ] || {
	echo "watch: skipped, no dsfi in $DSFI_BUILD"
	exit 0
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

awk -f "$(dirname "$0")/flat_world.awk" -v domains="$domains" -v operators=20 -v signed=10 >"$folder/world"
"$DSFI_BUILD/dsfi" world targets "$folder/world" >"$folder/targets"
cat >"$folder/measure.py" <<'PYTHON'
"""CPU, time and memory of a command and all below it; its rounds, from its JSON Lines."""
import json, resource, subprocess, sys, time

LIMIT_US = 300
began = time.monotonic()
child = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True, check=True)
took = time.monotonic() - began
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = usage.ru_utime + usage.ru_stime
rounds = [line for line in map(json.loads, child.stdout.splitlines()) if line["type"] == "round"]
if not rounds:
    print("  %.1f s, %.1f s CPU, %d MiB at most" % (took, cpu, usage.ru_maxrss // 1024))
    sys.exit(0)
looks = sum(line["looked"] for line in rounds)
for number, line in enumerate(rounds, 1):
    print("  round %d: %d looks in %.1f s (%.0f/s), %d moved, %d silent" % (
        number, line["looked"], line["milliseconds"] / 1000, line["looked"] * 1000 / line["milliseconds"],
        line["moved"], line["silent"]))
print("  %.0f us CPU a look (limit %d): %.0f %% of a core at 3,334 looks/s; %d MiB at most in one process" % (
    cpu / looks * 1e6, LIMIT_US, cpu / looks * 333400, usage.ru_maxrss // 1024))
sys.exit(cpu / looks * 1e6 > LIMIT_US)
PYTHON

echo "$domains domains added to an empty store:"
python3 "$folder/measure.py" "$DSFI_BUILD/dsfi" watch add -q --file "$folder/targets" --store "$folder/store"
wc -c <"$folder/store" | awk -v domains="$domains" '{printf "  %.0f octets a domain on disk\n", $1 / domains}'
echo "$rounds rounds of $every s, the first of which writes a row for each domain:"
"$DSFI_BUILD/dsfi" world run "$folder/world" -- python3 "$folder/measure.py" "$DSFI_BUILD/dsfi" watch run --json \
	--store "$folder/store" --every "${every}s" --rounds "$rounds" --full 0
