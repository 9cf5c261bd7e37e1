#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Shared primes among 50,000 moduli of 2048 bits: time, memory, and whether all that were planted are found.
set -eu

[ -x "$DSFI_BUILD/bench_keys" ] || {
	echo "keys: skipped, no bench_keys in $DSFI_BUILD"
	exit 0
}
exec "$DSFI_BUILD/bench_keys" 50000
