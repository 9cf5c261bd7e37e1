/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settled tables in memory that processes share: one process reads the files, many look up, and a
 * million prefixes are there once.
 *
 * An image is a sealed memfd: nobody can change, cut or lengthen it any more, so that who maps it
 * can neither be misled later nor stopped by a page that is gone. Only the program that made it
 * maps it (byte order and layout are the machine's); what the offsets in it say is checked
 * nevertheless, before the first look-up.
 */
#ifndef GATHER_ROUTING_IMAGE_H
#define GATHER_ROUTING_IMAGE_H

#include "gather/routing/routing.h"

#include <stddef.h>

/* `routes` judged (routes_judge), `vrps` NULL where none were given; both settled, and not needed
 * afterwards. The descriptor is the caller's to close. ERR_MEMORY, ERR_IO. */
MUST_CHECK int routing_image_make(const struct routes *routes, const struct vrps *vrps,
				  int *ret_descriptor, size_t *ret_size);

struct routing_image;

/* Maps it to be read; the descriptor may be closed afterwards. ERR_FORMAT: no image, or not sealed;
 * ERR_MEMORY, ERR_IO. */
MUST_CHECK int routing_image_map(int descriptor, struct routing_image **ret_image);
/* routing_image_free(NULL) is fine. Its tables are gone afterwards. */
void routing_image_free(struct routing_image *image);
const struct routes *routing_image_routes(const struct routing_image *image);
/* NULL: it has none. */
const struct vrps *routing_image_vrps(const struct routing_image *image);

#endif
