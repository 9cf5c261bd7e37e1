#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fifty processes of a scan of 20,000 domains killed at random moments: nothing is lost, nothing twice.
# Parent, worker, judge or keeper, as chance has it; gone on with by --resume; what the store holds in the end is compared
# with an undisturbed scan of the same world. KILLS_DOMAINS, KILLS, KILLS_RATE (questions a second) and
# KILLS_SEED change what is done; about ten minutes.
set -eu

domains=${KILLS_DOMAINS:-20000}
kills=${KILLS:-50}
rate=${KILLS_RATE:-4000}
seed=${KILLS_SEED:-$(date +%s)}
folder=$(mktemp -d "$DSFI_BUILD/soak.XXXXXX")
started=$(date +%s)

"$DSFI" world make --domains "$domains" --seed "$seed" --faults 30 --behaviours 0 >"$folder/world"
"$DSFI" world targets "$folder/world" >"$folder/targets"
export folder kills rate seed
code=0
# shellcheck disable=SC2016 # what the inner shell shall expand
"$DSFI" world run "$folder/world" -- sh -c '
	"$DSFI" check --quiet --targets "$folder/targets" --store "$folder/calm.db" --fail-on never \
		>"$folder/calm.out" &&
	python3 "$DSFI_SOURCE/tests/kills.py" kill --targets "$folder/targets" \
		--store "$folder/killed.db" --kills "$kills" --rate "$rate" --seed "$seed"' || code=$?
[ "$code" != 0 ] ||
	python3 "$DSFI_SOURCE/tests/kills.py" compare "$folder/calm.db" "$folder/killed.db" || code=$?
if [ "$code" != 0 ]; then
	echo "kills: seed $seed: something is wrong; kept in $folder"
	exit 1
fi
rm -rf "$folder"
echo "kills: seed $seed: the stores are equal after $kills kills, $(($(date +%s) - started)) s"
