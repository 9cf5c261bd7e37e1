/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whom a registry names for a domain: the domain object of RDAP (RFC 9083 s5.3), its entities
 * (s5.1) with the roles registrar, reseller, abuse, technical and noc (s10.2.4), also those within
 * others, and their mail addresses and telephones out of jCards (RFC 7095). The registrant's own
 * contacts are not taken, whatever other roles these have: most are withheld, and who took a domain
 * over may have changed them.
 *
 * Errors: ERR_FORMAT, ERR_LIMIT with words; ERR_NOT_FOUND: it is about another domain, or an error
 * of the server (s6); ERR_MEMORY.
 */
#ifndef GATHER_REGISTRY_RDAP_H
#define GATHER_REGISTRY_RDAP_H

#include "gather/registry/found.h"

/* Answers of registries have some 10 KiB. */
#define RDAP_OCTETS_MAX ((size_t)1 << 20)
/* Of entities within entities; there are two levels in practice. */
#define RDAP_DEPTH_MAX 4u
/* Entities looked at, whatever their depth. */
#define RDAP_ENTITIES_MAX 256u

struct rdap_source {
	const char *domain; /* lower case, without the last dot */
	const char *octets;
	size_t size;
};
MUST_CHECK int rdap_read(const struct rdap_source *source, struct found_list *list,
			 struct complaint *complaint);
/* Of the role of a contact that was found: could whoever has the domain's account have written it?
 * Not those of a registrar or reseller, nor within one. */
bool rdap_is_of_account(const char *role);

#endif
