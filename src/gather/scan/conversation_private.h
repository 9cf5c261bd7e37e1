/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One conversation with somebody else's mail or web server, as short as it can be:
 *
 *   SMTP    greeting, EHLO, STARTTLS, handshake, QUIT (RFC 5321, RFC 3207); no mail is begun
 *   HTTPS   handshake; then nothing, or one GET for a policy (RFC 8461 s3.3), no redirect followed
 *
 * Bounded in octets and in time, whoever is at the other end. The certificate is not verified here:
 * what was presented is handed out. Nobody is told anything after conversation_free.
 */
#ifndef GATHER_SCAN_CONVERSATION_PRIVATE_H
#define GATHER_SCAN_CONVERSATION_PRIVATE_H

#include "base/error.h"
#include "model/observation.h"
#include "net/stream.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conversation;

/* "mail.example.com" */
#define HOST_TEXT_MAX 256

struct conversation_question {
	struct address peer;
	uint8_t protocol; /* SESSION_SMTP, SESSION_HTTPS */
	bool gets_policy;
	char host[HOST_TEXT_MAX]; /* SNI; "": none */
	struct tls_context *tls;
};

struct conversation_result {
	uint8_t outcome; /* enum session_outcome */
	uint16_t status, tls_version;
	uint32_t handshake_us, answer_us;
	char alpn[32];
	char note[SESSION_WORDS_MAX + 1];
	/* These live during the call of `done`. */
	const struct tls_facts *facts; /* NULL: no handshake */
	const uint8_t *body;           /* NULL: none was fetched */
	size_t body_size;
};

typedef void conversation_done(void *context, const struct conversation_result *result);

/* `done` comes once, later; then conversation_free is to be called, also from within. The loop and
 * the TLS context must outlive it. ERR_MEMORY. */
MUST_CHECK int conversation_new(struct loop *loop, const struct conversation_question *question,
				conversation_done *done, void *context,
				struct conversation **ret_conversation);
/* conversation_free(NULL) is fine. */
void conversation_free(struct conversation *conversation);

#endif
