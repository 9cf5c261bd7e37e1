/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The name servers that a domain's parent names, with their addresses and, where routes were given,
 * the networks that announce these: whom a domain has its DNS from. Domains of one operator mostly
 * have the same set, so that the store keeps each set once and domains name it by number.
 *
 * The binary form: version (1); count; for each server its name (length, octets of the wire form,
 * lower case) and its count of addresses; for each address its family (4 or 6), its octets and its
 * network's number (32 bits, 0: not known). Servers are in order of name, addresses in order of
 * octets, so that the same set has the same octets.
 */
#ifndef MODEL_NAME_SERVERS_H
#define MODEL_NAME_SERVERS_H

#include "base/arena.h"
#include "base/error.h"
#include "model/observation.h"

#include <stddef.h>
#include <stdint.h>

#define NAME_SERVERS_VERSION 1
/* The largest: every host with a long name and every address. */
#define NAME_SERVERS_OCTETS_MAX (2u + OBSERVATION_HOSTS_MAX * (257u + 255u * 21u))

struct name_server_address {
	struct ip ip;
	uint32_t as; /* origin; 0: not known, or several */
};

struct name_server {
	const uint8_t *name; /* wire form, lower case */
	uint8_t address_count;
	const struct name_server_address *addresses;
};

struct name_servers {
	uint8_t count;
	const struct name_server *items;
};

/* Those of an observation, in order; no delegation was found: none. ERR_MEMORY only. */
MUST_CHECK int name_servers_find(struct arena *arena, const struct observation *observation,
				 struct name_servers *ret_servers);
/* The same as an observation that has only them, named by the parent, with their addresses: for who
 * decides whose they are. Addresses beyond what an observation holds are left out. ERR_MEMORY. */
MUST_CHECK int name_servers_observe(struct arena *arena, const struct name_servers *servers,
				    const uint8_t *domain, struct observation *ret_observation);
/* In the arena. ERR_MEMORY only. */
MUST_CHECK int name_servers_encode(struct arena *arena, const struct name_servers *servers,
				   const uint8_t **ret_octets, size_t *ret_size);
/* Names point into `octets`. ERR_FORMAT also for what is not in order; ERR_UNSUPPORTED: of a newer
 * version; ERR_MEMORY. */
MUST_CHECK int name_servers_decode(struct arena *arena, const uint8_t *octets, size_t size,
				   struct name_servers *ret_servers);

#endif
