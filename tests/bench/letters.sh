#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The letter to one of 97 operators of 100,000 domains: time and memory.
#   tests/bench/letters.sh [DOMAINS]
set -eu

[ -x "$DSFI_BUILD/bench_study" ] || {
	echo "letters: skipped, no bench_study in $DSFI_BUILD"
	exit 0
}
domains=${1:-100000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$DSFI_BUILD/bench_study" "$folder/store" "$domains"
python3 - "$folder/store" "$DSFI_BUILD/dsfi" "$domains" <<'EOF'
import json, resource, subprocess, sys, time

path, program, domains = sys.argv[1:4]
took = []
for _ in range(3):
    began = time.monotonic()
    said = subprocess.run([program, "report", "--for", "operator-3.example", "--store", path, "--json"], check=True,
                          stdout=subprocess.PIPE)
    took.append(time.monotonic() - began)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
first = json.loads(said.stdout.splitlines()[0])
print("letter, %d of %s domains: %6.2f s (limit 1), %4d MiB" % (first["domains"], domains, min(took), usage.ru_maxrss // 1024))
EOF
