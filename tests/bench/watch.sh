#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Looks at the parents of watched domains: CPU of `dsfi watch run` and its watcher, the store's writing included, beside
# the limit: 1,000,000 domains every 5 minutes on one core are 3,334 looks a second, so 300 us each. And what it takes to
# add domains, and memory. Fails when a round takes longer than EVERY, when a domain was not looked at or silent, and beyond
# the limit.
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
"""measure.py DOMAINS EVERY ROUNDS COMMAND...: CPU, time and memory of a command and all below it; its rounds, from its
JSON Lines. Exit code 1 when one of ROUNDS is not there, takes longer than EVERY seconds, or does not look at each of
DOMAINS and hear of it."""
import json, resource, subprocess, sys, time

LIMIT_US = 300
domains, every, wanted = map(int, sys.argv[1:4])
began = time.monotonic()
child = subprocess.run(sys.argv[4:], stdout=subprocess.PIPE, text=True, check=True)
took = time.monotonic() - began
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = usage.ru_utime + usage.ru_stime
rounds = [line for line in map(json.loads, child.stdout.splitlines()) if line["type"] == "round"]
if not wanted:
    print("  %.1f s, %.1f s CPU, %d MiB at most" % (took, cpu, usage.ru_maxrss // 1024))
    sys.exit(0)
missed = len(rounds) != wanted
looks = sum(line["looked"] for line in rounds)
for number, line in enumerate(rounds, 1):
    is_late = line["milliseconds"] > every * 1000
    missed = missed or is_late or line["looked"] != domains or line["silent"] > 0
    print("  round %d: %d looks in %.1f s (limit %d, %.0f/s), %d moved, %d silent (limit 0)%s" % (
        number, line["looked"], line["milliseconds"] / 1000, every, line["looked"] * 1000 / max(line["milliseconds"], 1),
        line["moved"], line["silent"], ": too late" if is_late else ""))
if not looks:
    sys.exit("  no domain was looked at")
print("  %.0f us CPU a look (limit %d): %.0f %% of a core at 3,334 looks/s; %d MiB at most in one process" % (
    cpu / looks * 1e6, LIMIT_US, cpu / looks * 333400, usage.ru_maxrss // 1024))
sys.exit(missed or cpu / looks * 1e6 > LIMIT_US)
PYTHON

echo "$domains domains added to an empty store:"
python3 "$folder/measure.py" "$domains" "$every" 0 "$DSFI_BUILD/dsfi" watch add -q --file "$folder/targets" --store "$folder/store"
wc -c <"$folder/store" | awk -v domains="$domains" '{printf "  %.0f octets a domain on disk\n", $1 / domains}'
echo "$rounds rounds of $every s, the first of which writes a row for each domain:"
"$DSFI_BUILD/dsfi" world run "$folder/world" -- python3 "$folder/measure.py" "$domains" "$every" "$rounds" "$DSFI_BUILD/dsfi" watch run --json \
	--store "$folder/store" --every "${every}s" --rounds "$rounds" --full 0
