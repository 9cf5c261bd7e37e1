/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which NSEC or NSEC3 records prove what: an answer being put together, and what is added to it so
 * that a validator believes it. Without DNSSEC in zone or question nothing is added.
 */
#ifndef WORLD_PROOF_PRIVATE_H
#define WORLD_PROOF_PRIVATE_H

#include "world/authority_private.h"

struct finding {
	const struct view_source *source;
	struct arena *scratch;
	struct view *view;
	struct answer *answer;
	const uint8_t *name; /* what is looked for now: the question's or an alias's target */
	uint16_t type;
	bool dnssec_ok;
	bool is_wildcard; /* the node found is a wildcard's */
};

/* Adds once; what does not fit any more is left out. */
void finding_add(struct finding *finding, enum section section, const struct answer_item *item);
/* With its signature if that was asked for. */
MUST_CHECK int finding_add_set(struct finding *finding, enum section section, struct view_set *set,
			       const uint8_t *owner);

/* The deepest name that exists at or above `name` (RFC 4592 s3.3.1). */
const uint8_t *closest_encloser(const struct view *view, const uint8_t *name);

MUST_CHECK int prove_nxdomain(struct finding *finding);
MUST_CHECK int prove_nodata(struct finding *finding, const uint8_t *name);
/* The question's name does not exist, the wildcard answered. */
MUST_CHECK int prove_wildcard(struct finding *finding);
MUST_CHECK int prove_wildcard_nodata(struct finding *finding, const uint8_t *wildcard);
MUST_CHECK int prove_no_ds(struct finding *finding, const uint8_t *child);

#endif
