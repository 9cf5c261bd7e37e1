#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Origin and ROA state of an address in tables of the Internet's size; reading the files.
set -eu

[ -x "$DSFI_BUILD/bench_routing" ] || {
	echo "routing: skipped, no bench_routing in $DSFI_BUILD"
	exit 0
}
exec "$DSFI_BUILD/bench_routing"
