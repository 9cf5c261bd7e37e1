/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Zone files (RFC 1035 s5) by libzscanner: each record is handed to a callback, uncompressed and
 * lower-cased as in message.h. $INCLUDE is refused: input may be hostile.
 */
#ifndef DNS_WIRE_ZONEFILE_H
#define DNS_WIRE_ZONEFILE_H

#include "base/error.h"
#include "dns/wire/message.h"

#include <stddef.h>
#include <stdint.h>

/* The record lives during the call only. A negative return stops the reading with that code. */
typedef int zonefile_take(void *context, const struct record *record);

struct zonefile {
	const uint8_t *origin; /* relative names are completed with this */
	uint32_t default_ttl;
	zonefile_take *take;
	void *context;
};

/* The complaint names the line. */
MUST_CHECK int zonefile_read(const struct zonefile *zonefile, const char *text, size_t size,
			     struct complaint *complaint);
MUST_CHECK int zonefile_read_file(const struct zonefile *zonefile, const char *path,
				  struct complaint *complaint);

#endif
