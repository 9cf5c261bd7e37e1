/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contacts: conversations that all domains of a process share. Ten thousand domains have the same
 * mail servers: each is spoken to once in ten minutes, by one connection at a time to an address,
 * with a pause in between, and few connections in all. Processes that scan together take turns at
 * an address (scan_connect.want_turn); each asks for itself.
 */
#ifndef GATHER_SCAN_CONTACT_PRIVATE_H
#define GATHER_SCAN_CONTACT_PRIVATE_H

#include "gather/scan/scan_private.h"

struct contact_question {
	struct address peer;
	uint8_t protocol; /* SESSION_SMTP, SESSION_HTTPS */
	bool gets_policy;
	const uint8_t *host;
};

/* Asks for it and counts as one of the domain's pending questions; what was found becomes a session
 * of the domain's observation. Nothing is asked of an address that opted out, or that is no
 * stranger's to have (private, loopback), or that has a long queue already. */
void contact_ask(struct domain *domain, const struct contact_question *question);

#endif
