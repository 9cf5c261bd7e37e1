/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The truth of a world: what a correct audit finds in each of its domains, as codes of the
 * catalogue.
 *
 * It comes from the table of faults (world/fault.h) and from which servers can be reached: the
 * servers asked are those whose addresses can be looked up, an unusable one hides what only its
 * answers would show, and what only DNSSEC shows needs a server that speaks EDNS. Beside faults it
 * names traits (world/trait.h). No judge has a part in it.
 */
#ifndef WORLD_TRUTH_H
#define WORLD_TRUTH_H

#include "base/error.h"
#include "world/world.h"

#include <stddef.h>
#include <stdint.h>

/* Codes one domain can have: fewer than faults and behaviours there are. */
#define TRUTH_CODES_MAX 192

/* `codes` are sorted, each once; they live for ever. A negative return stops with that code. */
typedef int world_truth_take(void *context, const uint8_t *domain, const char *const *codes,
			     size_t count);

/* Every domain in the file's order, also those without any code. */
MUST_CHECK int world_truth(const struct world *world, world_truth_take *take, void *context);

#endif
