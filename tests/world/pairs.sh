#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 600
# Every fault at servers whose behaviour may hide it: what is found is what can be seen, no more and no
# less. PAIRS names other behaviours, or `all` (tests/soak/pairs.sh). Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
cd "$folder" || exit 1
behaviours=${PAIRS:-no-dnskey no-edns unknown-types unsigned no-tcp stale-serial differing silent one-as}
[ -z "${DSFI_SANITIZED:-}" ] || behaviours='no-edns unsigned'

# shellcheck disable=SC2086 # a list of words
python3 "$DSFI_SOURCE/tests/world/pairs.py" "$DSFI_SOURCE/docs/format/world.md" $behaviours >world
# What makes no sense is refused by line, fifty at a time; those lines go.
while ! "$DSFI" world check world >mistakes 2>err; do
	[ -s mistakes ] || break
	sed -i "$(sed -n 's/^line \([0-9]*\): .*/\1d/p' mistakes)" world
done
"$DSFI" world check world >out 2>&1
point $? "a world of every fault at servers that are: $behaviours"
"$DSFI" world targets world >targets
"$DSFI" world run world -- "$DSFI" check --targets targets --profile full --own --own-targets --json -q \
	--fail-on never >findings 2>err
"$DSFI" world score --profile full --own world findings >out 2>&1
point $? "of $(wc -l <targets) domains: $(head -n 1 out)"

finish
