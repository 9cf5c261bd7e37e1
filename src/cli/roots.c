/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/roots.h"

#include "base/clock.h"
#include "dns/resolver/resolver.h"

#include <assert.h>
#include <stdlib.h>

/* The option's file, else the environment's, else NULL. */
static const char *file_of(const struct options *options, const char *option, const char *variable)
{
	const char *path = options_text(options, option);
	if (path == NULL)
		path = getenv(variable);
	return path != NULL && *path != 0 ? path : NULL;
}

static int read_hints(const struct options *options, struct arena *arena, struct roots *roots,
		      struct complaint *complaint)
{
	const char *path = file_of(options, "hints", "DSFI_ROOT_HINTS");
	roots->hints = arena_take_array(arena, ROOT_HINTS_MAX, sizeof(*roots->hints));
	if (roots->hints == NULL)
		return complain(complaint, ERR_MEMORY, "no memory for hints");
	if (path != NULL)
		return hints_from_file(path, roots->hints, ROOT_HINTS_MAX, &roots->hint_count,
				       complaint);
	roots->hint_count = hints_built_in(roots->hints, ROOT_HINTS_MAX);
	return OK;
}

static int read_anchors(const struct options *options, struct arena *arena, struct roots *roots,
			struct complaint *complaint)
{
	const char *path = file_of(options, "trust-anchor", "DSFI_TRUST_ANCHORS");
	if (path == NULL)
		return anchors_built_in(arena, &roots->anchors, &roots->anchor_count);
	const struct clock clock = clock_system();
	const struct anchors_source source = {path, clock_wall_s(&clock)};
	int error =
		anchors_from_file(arena, &source, &roots->anchors, &roots->anchor_count, complaint);
	if (error == OK && roots->anchor_count > ROOT_ANCHORS_MAX)
		error = complain(complaint, ERR_LIMIT, "'%s' has more than %u trust anchors", path,
				 ROOT_ANCHORS_MAX);
	return error;
}

int roots_read(const struct options *options, struct arena *arena, struct roots *ret_roots,
	       struct complaint *complaint)
{
	struct roots roots = {0};
	int error = read_hints(options, arena, &roots, complaint);
	if (error == OK)
		error = read_anchors(options, arena, &roots, complaint);
	if (error == OK)
		*ret_roots = roots;
	return error;
}

bool roots_is_in_world(void)
{
	const char *world = getenv("DSFI_WORLD");
	return world != NULL && *world != 0;
}

uint32_t roots_rate_per_server(const struct options *options)
{
	if (roots_is_in_world() && !options_given(options, "per-server"))
		return 0;
	return (uint32_t)options_number(options, "per-server");
}
