#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What keeping an observation costs in CPU and in octets of file.
set -eu

[ -x "$DSFI_BUILD/bench_store" ] || {
	echo "store: skipped, no bench_store in $DSFI_BUILD"
	exit 0
}
exec "$DSFI_BUILD/bench_store"
