/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a client of RTR knows of its cache: a plain value, copied. */
#ifndef GATHER_ROUTING_RTR_FACTS_H
#define GATHER_ROUTING_RTR_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the last whole set was. */
struct rtr_facts {
	size_t vrps;
	uint32_t serial;
	uint16_t session;
	uint8_t version;
	bool has_data;      /* a whole set stands */
	uint32_t refresh_s; /* 1 to 86400 */
	uint32_t retry_s;   /* 1 to 7200 */
	uint32_t expire_s;  /* 600 to 172800 */
	uint64_t skipped;   /* PDUs that are not about prefixes, of this connection */
};

#endif
