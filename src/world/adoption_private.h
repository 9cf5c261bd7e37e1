/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WORLD_ADOPTION_PRIVATE_H
#define WORLD_ADOPTION_PRIVATE_H

#include "world/adoption.h"
#include "world/view_private.h"

static inline enum adopted adopted_if(bool is_there)
{
	return is_there ? ADOPTED : ADOPTED_NOT;
}

/* adoption_zone.c: what the zone's records say; signed, secure and the servers' are left. */
void adoption_of_zone(const struct view_source *source, const struct view *view,
		      enum adopted states[ADOPTION_COUNT]);
/* adoption_policy.c: the policies in TXT records, and mail. */
void adoption_of_mail(const struct view_source *source, const struct view *view,
		      enum adopted states[ADOPTION_COUNT]);
/* The set of a type at `labels` below the zone ("" is its own name); NULL: there is none. */
const struct view_set *adoption_set(const struct view *view, const char *labels, uint16_t type);

#endif
