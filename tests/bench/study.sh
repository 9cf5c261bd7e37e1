#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A study over a million domains with 14 runs, of which 20,000 have observations and half of these sign: time and
# memory, with 10,000 pairs and with 1,000. Of the million nothing but rows of adoption is there: whoever read more
# of them would find the store damaged.
#   tests/bench/study.sh [DOMAINS]
set -eu

[ -x "$DSFI_BUILD/bench_study" ] || {
	echo "study: skipped, no bench_study in $DSFI_BUILD"
	exit 0
}
domains=${1:-1000000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
source=$(cd "$(dirname "$0")/../.." && pwd)

python3 "$source/tests/bench/adoption.py" "$DSFI_BUILD/dsfi" "$folder/store" "$domains" 12
"$DSFI_BUILD/bench_study" "$folder/store" 20000
python3 - "$folder/store" "$DSFI_BUILD/dsfi" "$domains" <<'EOF'
import json, resource, sqlite3, subprocess, sys, time

path, program, domains = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = sqlite3.connect(path)
for chunk in range((domains + 20000) // 4096 + 1):
    for run in (13, 14):
        store.execute("INSERT OR REPLACE INTO seen VALUES(?, ?, ?)", (run, chunk, b"\xff" * 512))
store.commit()
store.close()
for drawn, limit in ((10000, 20), (1000, 10)):
    began = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    said = subprocess.run([program, "study", "dnssec", "--from", "13", "--store", path, "--json", "--domains", str(drawn)],
                          check=True, stdout=subprocess.PIPE)
    took = time.monotonic() - began
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    first = json.loads(said.stdout.splitlines()[0])
    print("study, %d domains, 14 runs, %6d pairs of %d others: %6.1f s (limit %d), %.1f s of it CPU, %4d MiB (limit 512)"
          % (domains + 20000, first["pairs"], first["others"], took, limit, usage.ru_utime - before,
             usage.ru_maxrss // 1024))
EOF
