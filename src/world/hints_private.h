/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a resolver must know to begin: the root servers' addresses and the root's trust anchor, as
 * zone files.
 */
#ifndef WORLD_HINTS_PRIVATE_H
#define WORLD_HINTS_PRIVATE_H

#include "base/text.h"
#include "world/view_private.h"

MUST_CHECK int hints_write(const struct world *world, struct text *text);
MUST_CHECK int anchors_write(const struct view_source *source, struct text *text);

#endif
