#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A signature verified, remembered and made, an NSEC3 hash: ours beside OpenSSL's and libdnssec's.
set -eu

[ -x "$DSFI_BUILD/bench_dnssec" ] || {
	echo "dnssec: skipped, no bench_dnssec in $DSFI_BUILD"
	exit 0
}
exec "$DSFI_BUILD/bench_dnssec"
