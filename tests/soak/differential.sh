#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Ten random worlds of a thousand domains: dsfi resolve beside libunbound and delv, each answer.
# DIFFERENTIAL_WORLDS (10), _DOMAINS (1000), _SEED (1), _DELV (2000: questions a world that delv is asked).
# In the worlds of seed 1 each explanation must apply somewhere; in others a rare one may not.
set -eu

[ -x "$DSFI_BUILD/oracle_unbound" ] || {
	echo 'differential: skipped, built without libunbound (tools/install-deps test)'
	exit 0
}
for program in delv unbound; do
	[ -x "$DSFI_SERVERS/bin/$program" ] || {
		echo "differential: skipped, no $program in $DSFI_SERVERS (tools/unpack-servers)"
		exit 0
	}
done
[ "${DIFFERENTIAL_SEED:-1}" = 1 ] && rows=--all-rows || rows=
exec python3 "$DSFI_SOURCE/tests/oracle/differential.py" --worlds "${DIFFERENTIAL_WORLDS:-10}" \
	--domains "${DIFFERENTIAL_DOMAINS:-1000}" --seed "${DIFFERENTIAL_SEED:-1}" \
	--delv "${DIFFERENTIAL_DELV:-2000}" $rows
