/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gives the private network the addresses of a world.
 */
#ifndef WORLD_ADDRESSES_PRIVATE_H
#define WORLD_ADDRESSES_PRIVATE_H

#include "world/model_private.h"

/* 198.18.0.0/15, 2001:db8::/32, and whatever addresses of the file lie outside. */
MUST_CHECK int addresses_add(const struct world *world, bool has_ipv6, struct complaint *complaint);

/* Is it within the spaces of which every network has all addresses? */
bool address_is_free(const struct address *address);

#endif
