#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Zonemaster and dsfi look at the same broken zones: what Zonemaster warns of, dsfi finds, or
# tests/oracle/zonemaster.map says why not. Needs zonemaster-cli (tools/install-deps oracle). Prints TAP.
# timeout: 300
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
export DSFI
python3 "$DSFI_SOURCE/tests/oracle/zonemaster.py"
