/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is this file a store, of a version we know; making one. */
#ifndef KEEP_STORE_SCHEMA_PRIVATE_H
#define KEEP_STORE_SCHEMA_PRIVATE_H

#include "keep/store/store_private.h"

/* ERR_FORMAT: something else; ERR_UNSUPPORTED: newer; ERR_DAMAGED; others of the system. */
MUST_CHECK int schema_check(struct store *store, struct complaint *complaint);
/* Makes the tables in an empty file, checks what is there already, notes who writes. */
MUST_CHECK int schema_prepare(struct store *store, struct complaint *complaint);

#endif
