/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A whole zone as a zone file, signed and with its denial chain, for real servers: the same records
 * that the built-in server gives, broken in the same way.
 */
#ifndef WORLD_ZONE_TEXT_PRIVATE_H
#define WORLD_ZONE_TEXT_PRIVATE_H

#include "base/text.h"
#include "world/view_private.h"

MUST_CHECK int zone_text_write(const struct view_source *source, struct view *view,
			       struct text *text);

#endif
