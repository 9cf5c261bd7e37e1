/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CSYNC as a parent reads it (RFC 7477 s2.1): serial, flags, and which of the types it may copy.
 */
#ifndef JUDGE_CHECK_CSYNC_H
#define JUDGE_CHECK_CSYNC_H

#include "judge/check/evidence.h"

#include <stdbool.h>
#include <stdint.h>

#define CSYNC_IMMEDIATE 1u
#define CSYNC_SOAMINIMUM 2u

/* What is wrong with a server's CSYNC set, so that a parent cannot obey it. */
enum csync_state {
	CSYNC_NONE,  /* there is none, or nobody answered for it */
	CSYNC_SOUND, /* one, and understood */
	CSYNC_SEVERAL,
	CSYNC_MALFORMED,
	CSYNC_FLAGS, /* flags that nobody knows */
	CSYNC_NO_TYPES,
	CSYNC_TYPES, /* beyond NS, A, AAAA */
};

struct csync {
	uint32_t serial;
	uint16_t flags;
	bool has_a, has_ns, has_aaaa;
};

/* `ret_csync` is set for CSYNC_SOUND only. */
enum csync_state csync_read(const struct view *view, struct csync *ret_csync);

#endif
