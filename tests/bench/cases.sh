#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The list of 10,000 cases with 20 messages each, and a chain of 20 messages read and proven, beside their limits; cases
# folded, one of twenty messages and the worst there may be.
set -eu

[ -x "$DSFI_BUILD/bench_cases" ] || {
	echo "cases: skipped, no bench_cases in $DSFI_BUILD"
	exit 0
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$DSFI_BUILD/bench_cases" "$folder/store"
python3 - "$DSFI_BUILD/dsfi" "$folder/store" <<'PYTHON'
import subprocess, sys, time
taken = []
for _ in range(5):
    began = time.monotonic()
    listed = subprocess.run([sys.argv[1], "case", "list", "--store", sys.argv[2]], check=True, capture_output=True).stdout
    taken.append(time.monotonic() - began)
print("cases: dsfi case list of %d cases in %.3f s (median of 5), limit 0.2 s" % (
    len([line for line in listed.splitlines() if not line.startswith(b" ")]), sorted(taken)[2]))
PYTHON
"$DSFI_BUILD/bench_case_fold"
