/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SVCB RDATA (RFC 9460 s2.2), as far as encrypted name servers announce themselves with it (RFC
 * 9461). Whatever octets come are read within their bounds. */
#ifndef DNS_WIRE_SVCB_H
#define DNS_WIRE_SVCB_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SVCB_ALPN 1u
#define SVCB_PORT 3u
#define SVCB_DOHPATH 7u /* RFC 9461 s5.1 */

struct svcb {
	uint16_t priority; /* 0: an alias, without parameters */
	const uint8_t *parameters;
	size_t parameters_size;
};

/* ERR_FORMAT: no priority, no whole target, or parameters cut off or out of order. */
MUST_CHECK int svcb_read(const uint8_t *rdata, size_t size, struct svcb *ret_svcb);
/* False: it has no such parameter. */
bool svcb_parameter(const struct svcb *svcb, uint16_t key, const uint8_t **ret_value,
		    size_t *ret_size);
/* Is that protocol ("dot", "h2", "doq") among those of `alpn`? */
bool svcb_has_alpn(const struct svcb *svcb, const char *alpn);

#endif
