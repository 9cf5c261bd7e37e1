#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The UDP pool (random ports, batches) beside bare system calls, against an echo on the other core.
exec "$DSFI_BUILD/bench_udp" "${QUESTIONS:-1000000}" "${ROUNDS:-3}"
