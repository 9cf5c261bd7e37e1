#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A list of names resolved and validated, half of their zones signed (P-256): CPU a name beside its limit and libunbound.
set -eu

domains=${DOMAINS:-20000}
operators=20
for program in dsfi bench_resolve; do
	[ -x "$DSFI_BUILD/$program" ] || {
		echo "resolve: skipped, no $program in $DSFI_BUILD"
		exit 0
	}
done
peer=$DSFI_BUILD/bench_unbound
[ -x "$peer" ] || {
	echo "resolve: no libunbound here, so no peer"
	peer=-
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

awk -f "$(dirname "$0")/flat_world.awk" -v domains="$domains" -v operators="$operators" -v signed=2 \
	>"$folder/world"
"$DSFI_BUILD/dsfi" world targets "$folder/world" >"$folder/names"
"$DSFI_BUILD/dsfi" world run "$folder/world" -- "$DSFI_BUILD/bench_resolve" "$DSFI_BUILD/dsfi" "$peer" \
	"$folder/names"
