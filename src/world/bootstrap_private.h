/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Authenticated bootstrapping (RFC 9615) in a world: a domain without DS has, for each name server
 * that its parent names, a zone made by the world that holds the operator's word for its CDS and
 * CDNSKEY. The zone is cut above the signalling name ("example.tld._signal.ns1.host.tld"), so that
 * one domain's can be without keys beside another's that is signed.
 */
#ifndef WORLD_BOOTSTRAP_PRIVATE_H
#define WORLD_BOOTSTRAP_PRIVATE_H

#include "world/delegation_private.h"

/* The zones of all domains that have them; a domain with a fault of that group has no DS. Once
 * parents are known, before children are. */
MUST_CHECK int bootstraps_link(struct world *world);
/* Is this a name server below whose name something may be said of the domain? */
bool bootstrap_counts(const struct zone *domain, const struct ns *ns);
/* The zone made for it, or NONE. */
uint32_t bootstrap_zone(const struct world *world, const struct zone *domain, const struct ns *ns);

#endif
