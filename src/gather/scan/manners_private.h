/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The odd questions: which there are, what each looks like, and whose property its answer is. What
 * is the server's is asked once per address and process (manners.c), with the name of the domain
 * that came first; what is the zone's, per domain and address (manners_of_zone.c).
 */
#ifndef GATHER_SCAN_MANNERS_PRIVATE_H
#define GATHER_SCAN_MANNERS_PRIVATE_H

#include "gather/scan/scan_private.h"

#include <stdbool.h>
#include <stdint.h>

struct manner {
	const uint8_t *name; /* NULL: the domain's */
	struct exchange_form form;
	uint16_t type;
	uint8_t kind; /* enum probe_kind */
	bool needs_edns;
	bool dnssec_ok;
	bool recursion;
};

/* Asks the server, or takes what it said to another domain; one more of the domain's pending
 * questions while that is not known. `slot` tells apart questions of this server. */
void manner_share(struct domain *domain, unsigned int server, const struct manner *manner,
		  uint8_t slot);

/* Absent names, ANY and AAAA of one usable server. */
void manners_of_zone(struct domain *domain, unsigned int server);
/* Transfer, update and TSIG. */
void manners_own(struct domain *domain, unsigned int server);

#endif
