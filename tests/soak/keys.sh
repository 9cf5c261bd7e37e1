#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Shared primes among SOAK_MODULI (1,000,000) moduli of 2048 bits, which must take 30 minutes and 8 GiB at most.
set -eu

[ -x "$DSFI_BUILD/bench_keys" ] || {
	echo "keys: skipped, no bench_keys in $DSFI_BUILD"
	exit 0
}
moduli=${SOAK_MODULI:-1000000}
started=$(date +%s)
# What the search may take; a process that wants more is refused it, and GMP then ends it.
# shellcheck disable=SC3045 # every sh of Debian has it
ulimit -v 8388608
"$DSFI_BUILD/bench_keys" "$moduli"
took=$(($(date +%s) - started))
echo "keys: $moduli moduli made and compared in $took s, within 8 GiB"
if [ "$took" -gt 1800 ]; then
	echo "keys: that is more than 1800 s" >&2
	exit 1
fi
