/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of a look at a domain: its zone's keys and records, its mail. Each fills in what it can
 * tell from one view of the zone, which is what a server gives.
 */
#ifndef WORLD_TRUE_FACTS_PRIVATE_H
#define WORLD_TRUE_FACTS_PRIVATE_H

#include "world/true_facts.h"
#include "world/view_private.h"

static inline enum true_state state_if(bool is_there)
{
	return is_there ? STATE_PRESENT : STATE_ABSENT;
}

/* true_facts_zone.c: what the zone's records say; signed, secure and the servers' are left. */
void true_facts_of_zone(const struct view_source *source, const struct view *view,
			enum true_state states[TRUE_COUNT]);
/* true_facts_mail.c: the policies in TXT records, and mail. */
void true_facts_of_mail(const struct view_source *source, const struct view *view,
			enum true_state states[TRUE_COUNT]);
/* The set of a type at `labels` below the zone ("" is its own name); NULL: there is none. */
const struct view_set *view_set_below(const struct view *view, const char *labels, uint16_t type);

#endif
