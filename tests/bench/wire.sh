#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A message walked, built, written and read as text: ours beside libknot's parser.
set -eu

[ -x "$DSFI_BUILD/bench_wire" ] || {
	echo "wire: skipped, no bench_wire in $DSFI_BUILD"
	exit 0
}
exec "$DSFI_BUILD/bench_wire"
