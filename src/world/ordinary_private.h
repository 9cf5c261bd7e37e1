/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What ordinary domains hold: web and mail addresses, aliases, policies in TXT records, CAA; shares
 * as one finds them, chosen by the seed.
 */
#ifndef WORLD_ORDINARY_PRIVATE_H
#define WORLD_ORDINARY_PRIVATE_H

#include "world/content_private.h"

void content_add_ordinary(struct content *content, uint32_t variant);

#endif
