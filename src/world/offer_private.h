/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server offers beside UDP and TCP, and how it says so. */
#ifndef WORLD_OFFER_PRIVATE_H
#define WORLD_OFFER_PRIVATE_H

#include "world/model_private.h"

/* What of DoT, DoH and DoQ a server really has, SERVER_DOT, ...; behaviours that need one imply it.
 */
uint8_t server_transports(const struct world_server *server);
/* `_dns.<name of the server>` SVCB (RFC 9461) of a server that has any; false: it has none. `rdata`
 * has room for SVCB_OCTETS_MAX. */
#define SVCB_OCTETS_MAX 400
bool server_svcb(const struct world_server *server, struct name *ret_owner, uint8_t *rdata,
		 uint16_t *ret_size);

#endif
