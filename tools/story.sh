#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The story of a hijack from the change to the verified repair (tests/world/story.sh), for people to read: what each
# party types, and what it gets. Nothing leaves the machine.
#   tools/story.sh BUILD
set -u

source=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${1:?usage: tools/story.sh BUILD}" && pwd) || exit 1
told=$(mktemp)
trap 'rm -f "$told"' EXIT
export DSFI="$build/dsfi" DSFI_BUILD="$build" DSFI_SOURCE="$source"
"$source/tests/world/story.sh" 2>&1 | tee "$told" |
	sed -u -e "/^the world is now as /d" -e '/^1\.\.[0-9]*$/d' -e 's/^# //; s/^#$//' -e 's/^ok [0-9]* - /  => /' \
		-e 's/^not ok [0-9]* - /  => NOT SO: /'
if grep -q '^1\.\.0 # SKIP' "$told"; then
	exit 1
fi
passed=$(grep -c '^ok ' "$told")
failed=$(grep -c '^not ok ' "$told")
echo
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
