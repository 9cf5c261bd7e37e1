#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# dsfi resolve beside libunbound and delv in two random worlds: one verdict, or a reason that stands in
# tests/golden/differential/explained. Ten large ones: tests/soak/differential.sh. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
if [ ! -x "$DSFI_BUILD/oracle_unbound" ]; then
	echo '1..0 # SKIP built without libunbound (tools/install-deps test)'
	exit 0
fi
for program in delv unbound; do
	if [ ! -x "$DSFI_SERVERS/bin/$program" ]; then
		echo "1..0 # SKIP no $program in $DSFI_SERVERS (tools/unpack-servers)"
		exit 0
	fi
done
# Zones that let one wait are asked in the long version: their time-outs alone take a minute.
exec python3 "$DSFI_SOURCE/tests/oracle/differential.py" --worlds 2 --domains 150 --seed 2001 \
	--delv 200 --no-waits
