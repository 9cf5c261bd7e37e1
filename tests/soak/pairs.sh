#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every fault at servers of every behaviour: some 5,500 domains, two minutes.
PAIRS=all exec sh "$DSFI_SOURCE/tests/world/pairs.sh"
