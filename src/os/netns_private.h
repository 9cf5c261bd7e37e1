/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What both kinds of namespaces need once they are there. */
#ifndef OS_NETNS_PRIVATE_H
#define OS_NETNS_PRIVATE_H

#include "os/netns.h"

/* Loopback up, settings made, in the namespace that the process is in. */
MUST_CHECK int netns_settle(struct complaint *complaint);
/* Until every IPv6 address can be used: also without duplicate address detection the kernel readies
 * them in the background, within milliseconds. */
void netns_wait_ready(void);
/* One line of why and what to do, by errno. */
MUST_CHECK int netns_complain(struct complaint *complaint, int errno_value, const char *what);

#endif
