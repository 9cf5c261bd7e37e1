#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The list of 10,000 cases with 20 messages each, and a chain of 20 messages read and proven, beside their limits; cases
# folded, one of twenty messages and the worst there may be. Fails beyond twice a limit.
set -eu

[ -x "$DSFI_BUILD/bench_cases" ] || {
	echo "cases: skipped, no bench_cases in $DSFI_BUILD"
	exit 0
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
status=0
"$DSFI_BUILD/bench_cases" "$folder/store" || status=1
python3 - "$DSFI_BUILD/dsfi" "$folder/store" <<'PYTHON' || status=1
import subprocess, sys, time
LIMIT_S, CASES = 0.2, 10000
taken = []
for _ in range(5):
    began = time.monotonic()
    listed = subprocess.run([sys.argv[1], "case", "list", "--store", sys.argv[2]], check=True, capture_output=True).stdout
    taken.append(time.monotonic() - began)
count = len([line for line in listed.splitlines() if not line.startswith(b" ")])
print("cases: dsfi case list of %d cases in %.3f s (median of 5), limit %.1f s" % (count, sorted(taken)[2], LIMIT_S))
sys.exit(count != CASES or sorted(taken)[2] > 2 * LIMIT_S)
PYTHON
"$DSFI_BUILD/bench_case_fold" || status=1
exit $status
