#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The list of 10,000 cases with 20 messages each, and a chain of 20 messages read and proven, beside their limits; cases
# folded, one of twenty messages and the worst there may be.
set -eu

[ -x "$DSFI_BUILD/bench_cases" ] || {
	echo "cases: skipped, no bench_cases in $DSFI_BUILD"
	exit 0
}
"$DSFI_BUILD/bench_cases"
exec "$DSFI_BUILD/bench_case_fold"
