/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For a child before exec: nothing blocked, SIGPIPE as every program expects it. */
#ifndef OS_SIGNALS_PRIVATE_H
#define OS_SIGNALS_PRIVATE_H

/* Async-signal-safe. */
void signals_as_new(void);

#endif
