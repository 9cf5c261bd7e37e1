/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signals as something to read: blocked for the process and taken from a descriptor (signalfd), so
 * that no code of ours ever runs in a handler.
 *
 * Children start with nothing blocked and SIGPIPE as usual (process_start sees to it).
 */
#ifndef OS_SIGNALS_H
#define OS_SIGNALS_H

#include "base/error.h"

#include <stdbool.h>

/* Blocks INT, TERM, HUP, CHLD and ignores PIPE; the descriptor is readable when one has come. */
MUST_CHECK int signals_open(int *ret_descriptor);
/* The next signal's number; ERR_NOT_FOUND if none waits. */
MUST_CHECK int signals_read(int descriptor, int *ret_signal_number);
/* Takes all that wait: has one come that asks to end (INT, TERM, HUP)? For loops that look between
 * two steps. */
bool signals_ask_to_end(int descriptor);
/* Closes the descriptor and unblocks. */
void signals_close(int descriptor);

#endif
