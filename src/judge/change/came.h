/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What came with a change and had not been there before: name servers, mail hosts, and the
 * addresses of both. Others whom the same has come to are found by it. What the look before did not
 * know did not come. Pure; in the past's arena.
 */
#ifndef JUDGE_CHANGE_CAME_H
#define JUDGE_CHANGE_CAME_H

#include "judge/change/past.h"

/* Of each kind; nobody types more, and a message has room for 256 of all kinds. */
#define CHANGE_CAME_MAX 64u

struct change_came_kind {
	size_t count;
	const char *items[CHANGE_CAME_MAX]; /* sorted */
};
struct change_came {
	struct change_came_kind name_servers, mail_hosts; /* lower case, without the last dot */
	struct change_came_kind addresses;                /* RFC 5952, or four numbers */
};
/* Of the change where the interval of this index begins. ERR_MEMORY. */
MUST_CHECK int change_past_came(const struct change_past *past, size_t index,
				struct change_came *ret_came);

#endif
