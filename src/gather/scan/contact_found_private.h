/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a conversation brought, out of its memory and into observations. */
#ifndef GATHER_SCAN_CONTACT_FOUND_PRIVATE_H
#define GATHER_SCAN_CONTACT_FOUND_PRIVATE_H

#include "dns/wire/name.h"
#include "gather/scan/conversation_private.h"
#include "gather/scan/scan_private.h"
#include "pki/certificate.h"

/* A conversation that is over, kept. */
struct contact_found {
	struct address peer;
	const uint8_t *host; /* NULL: none was named */
	uint8_t protocol;
	uint8_t flags; /* SESSION_NAME_FITS, SESSION_TRUSTED */
	uint8_t chain_count;
	struct conversation_result result; /* without what lived during the call */
	int64_t not_before_s, not_after_s;
	uint8_t *certificates[SESSION_CHAIN_MAX];
	uint8_t *keys[SESSION_CHAIN_MAX];
	size_t certificate_sizes[SESSION_CHAIN_MAX];
	size_t key_sizes[SESSION_CHAIN_MAX];
	uint8_t *body; /* NULL: none */
	size_t body_size;
};

/* As it stands in SNI and in certificates: without the last dot. Returns ret_text. */
char *contact_host_text(const uint8_t *host, char ret_text[NAME_TEXT_MAX]);
/* Keeps what `result` lends. `trust` may be NULL: nobody is trusted then. */
void contact_found_take(struct contact_found *found, const struct conversation_result *result,
			const struct trust *trust, const char *host);
/* What it keeps besides itself. */
size_t contact_found_octets(const struct contact_found *found);
void contact_found_release(struct contact_found *found);
/* As a session of the domain's observation; nothing without an outcome. */
void contact_found_record(const struct contact_found *found, struct domain *domain);

#endif
