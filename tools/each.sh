#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs every script of tests/<kind>/ (bench, soak) one after the other; fails if one failed.
set -u

kind=${1:?usage: tools/each.sh KIND BUILD}
build=$(cd "${2:?usage: tools/each.sh KIND BUILD}" && pwd)
source=$(cd "$(dirname "$0")/.." && pwd)
export DSFI="$build/dsfi" DSFI_BUILD="$build" DSFI_SOURCE="$source" DSFI_SERVERS="$build/servers"
export DSFI_RESOLVERS="$build/resolvers"
PATH="$build:$PATH"
export PATH

count=0
failed=
for script in "$source/tests/$kind"/*.sh; do
	[ -e "$script" ] || continue
	count=$((count + 1))
	name=$(basename "$script" .sh)
	echo "== $name: $(sed -n '3s/^# *//p' "$script")"
	sh "$script" || failed="$failed $name"
done
if [ "$count" = 0 ]; then
	echo "$kind: nothing in tests/$kind/ yet"
	exit 0
fi
if [ -n "$failed" ]; then
	echo "$kind: $count run, failed:$failed"
	exit 1
fi
echo "$kind: $count run, none failed"
