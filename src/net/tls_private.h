/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One TLS session over a non-blocking descriptor; the stream calls it. Results: octets moved (> 0),
 * 0 at the peer's orderly end, ERR_BUSY when the descriptor must be waited for
 * (tls_session_wants_write says which way), or an error with tls_session_sentence. */
#ifndef NET_TLS_PRIVATE_H
#define NET_TLS_PRIVATE_H

#include "net/tls.h"

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <sys/types.h>

struct tls_session;

/* `server_name` is copied and may be NULL; ignored on the accepting side. */
MUST_CHECK int tls_session_new(const struct tls_context *context, int descriptor,
			       const char *server_name, struct tls_session **ret_session);
/* tls_session_free(NULL) is fine. */
void tls_session_free(struct tls_session *session);
/* OK when done, ERR_BUSY, or an error. */
MUST_CHECK int tls_session_handshake(struct tls_session *session);
MUST_CHECK ssize_t tls_session_read(struct tls_session *session, void *buffer, size_t room);
MUST_CHECK ssize_t tls_session_write(struct tls_session *session, const void *data, size_t size);
/* Sends close_notify (RFC 8446 s6.1). OK or ERR_BUSY or an error. */
MUST_CHECK int tls_session_bye(struct tls_session *session);
bool tls_session_wants_write(const struct tls_session *session);
/* Deciphered octets that no descriptor event will announce. */
bool tls_session_has_more(const struct tls_session *session);
const char *tls_session_sentence(const struct tls_session *session);
/* After the handshake. */
const struct tls_facts *tls_session_facts(const struct tls_session *session);

/* What any session's handshake settled; what it points to lives as long as the session. */
void tls_learn(gnutls_session_t session, struct tls_facts *ret_facts);

#endif
