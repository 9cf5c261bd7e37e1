/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The registry: DS records that come and go while a world runs. They stand in a zone file that
 * somebody else writes (whole, by renaming); it is looked at a few times a second, and when it is
 * another one the parents' views are made anew. A child named in it has exactly these DS records,
 * whatever the world file says (registry_table_private.h); any other has what the world file says.
 *
 * A file that cannot be read at the start is an error; later the records before it stay.
 */
#ifndef WORLD_REGISTRY_PRIVATE_H
#define WORLD_REGISTRY_PRIVATE_H

#include "net/loop.h"
#include "world/authority_private.h"

struct registry;

struct registry_options {
	const char *path;
	struct loop *loop; /* both must outlive the registry */
	struct authority *authority;
};

MUST_CHECK int registry_new(const struct registry_options *options, struct complaint *complaint,
			    struct registry **ret_registry);
/* registry_free(NULL) is fine. */
void registry_free(struct registry *registry);

#endif
