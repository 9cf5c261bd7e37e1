/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One TLS session: hands, records, what was settled. */
#include "base/memory.h"
#include "net/tls_context_private.h"
#include "net/tls_private.h"

#include <assert.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static_assert(sizeof(((struct tls_facts *)0)->alpn) >= TLS_ALPN_LENGTH_MAX, "ALPN fits");

struct tls_session {
	gnutls_session_t gnutls;
	bool has_facts;
	bool is_retrying; /* GnuTLS holds a record that the socket did not take */
	int result;       /* GnuTLS's, of the last failure */
	struct tls_facts facts;
};

static unsigned int session_flags(const struct tls_context *context)
{
	/* SIGPIPE belongs to the program, not to a library. */
	return (context->is_server ? GNUTLS_SERVER : GNUTLS_CLIENT) | GNUTLS_NONBLOCK |
	       GNUTLS_NO_SIGNAL;
}

static int session_set(struct tls_session *session, const struct tls_context *context,
		       const char *server_name)
{
	int result = gnutls_priority_set(session->gnutls, context->priorities);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_credentials_set(session->gnutls, GNUTLS_CRD_CERTIFICATE,
						context->credentials);
	if (result == GNUTLS_E_SUCCESS && context->alpn_count > 0)
		result = gnutls_alpn_set_protocols(session->gnutls, context->alpn,
						   context->alpn_count, 0);
	if (result == GNUTLS_E_SUCCESS && !context->is_server && server_name != NULL)
		result = gnutls_server_name_set(session->gnutls, GNUTLS_NAME_DNS, server_name,
						strlen(server_name));
	return result;
}

int tls_session_new(const struct tls_context *context, int descriptor, const char *server_name,
		    struct tls_session **ret_session)
{
	assert(context != NULL && descriptor >= 0 && ret_session != NULL);
	struct tls_session *session = memory_take_zeroed(1, sizeof(*session));
	if (session == NULL)
		return ERR_MEMORY;
	int result = gnutls_init(&session->gnutls, session_flags(context));
	if (result == GNUTLS_E_SUCCESS)
		result = session_set(session, context, server_name);
	if (result != GNUTLS_E_SUCCESS) {
		tls_session_free(session);
		return result == GNUTLS_E_MEMORY_ERROR ? ERR_MEMORY : ERR_CRYPTO;
	}
	gnutls_transport_set_int(session->gnutls, descriptor);
	/* The caller keeps the time. */
	gnutls_handshake_set_timeout(session->gnutls, GNUTLS_INDEFINITE_TIMEOUT);
	*ret_session = session;
	return OK;
}

void tls_session_free(struct tls_session *session)
{
	if (session == NULL)
		return;
	if (session->gnutls != NULL)
		gnutls_deinit(session->gnutls);
	memory_give(session);
}

static int session_error(struct tls_session *session, ssize_t result)
{
	assert(result < 0);
	session->result = (int)result;
	switch (result) {
	case GNUTLS_E_AGAIN:
	case GNUTLS_E_INTERRUPTED:
		return ERR_BUSY;
	case GNUTLS_E_PUSH_ERROR:
	case GNUTLS_E_PULL_ERROR:
	case GNUTLS_E_PREMATURE_TERMINATION:
		return ERR_NETWORK;
	case GNUTLS_E_MEMORY_ERROR:
		return ERR_MEMORY;
	default:
		return ERR_CRYPTO;
	}
}

const char *tls_session_sentence(const struct tls_session *session)
{
	if (session->result == GNUTLS_E_FATAL_ALERT_RECEIVED) {
		const char *name = gnutls_alert_get_name(gnutls_alert_get(session->gnutls));
		return name != NULL ? name : "TLS alert";
	}
	return session->result != 0 ? gnutls_strerror(session->result) : "TLS ended";
}

bool tls_session_wants_write(const struct tls_session *session)
{
	return gnutls_record_get_direction(session->gnutls) == 1;
}

bool tls_session_has_more(const struct tls_session *session)
{
	return gnutls_record_check_pending(session->gnutls) > 0;
}

static uint16_t version_number(gnutls_protocol_t protocol)
{
	switch (protocol) {
	case GNUTLS_TLS1_0:
		return 0x0301;
	case GNUTLS_TLS1_1:
		return 0x0302;
	case GNUTLS_TLS1_2:
		return 0x0303;
	case GNUTLS_TLS1_3:
		return 0x0304;
	default:
		return 0;
	}
}

static void learn_chain(gnutls_session_t session, struct tls_facts *facts)
{
	unsigned int count = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &count);
	if (chain == NULL || count == 0)
		return;
	facts->certificate = chain[0].data;
	facts->certificate_size = chain[0].size;
	facts->certificate_count = count;
	int result = gnutls_hash_fast(GNUTLS_DIG_SHA256, chain[0].data, chain[0].size,
				      facts->certificate_sha256);
	assert(result == GNUTLS_E_SUCCESS);
	for (unsigned int i = 0; i < count && i < TLS_CHAIN_MAX; i++)
		facts->chain[facts->chain_count++] =
			(struct tls_certificate){chain[i].data, chain[i].size};
}

void tls_learn(gnutls_session_t session, struct tls_facts *ret_facts)
{
	struct tls_facts facts = {
		.version = version_number(gnutls_protocol_get_version(session)),
	};
	const char *suite = gnutls_ciphersuite_get(session);
	(void)snprintf(facts.cipher_suite, sizeof(facts.cipher_suite), "%s", suite ? suite : "");
	const char *group = gnutls_group_get_name(gnutls_group_get(session));
	(void)snprintf(facts.group, sizeof(facts.group), "%s", group ? group : "");
	gnutls_datum_t alpn;
	if (gnutls_alpn_get_selected_protocol(session, &alpn) == GNUTLS_E_SUCCESS &&
	    alpn.size < sizeof(facts.alpn))
		memcpy(facts.alpn, alpn.data, alpn.size);
	learn_chain(session, &facts);
	*ret_facts = facts;
}

int tls_session_handshake(struct tls_session *session)
{
	int result;
	do {
		result = gnutls_handshake(session->gnutls);
		/* A warning alert during the handshake is not its end. */
	} while (result < 0 && result != GNUTLS_E_AGAIN && gnutls_error_is_fatal(result) == 0);
	if (result < 0)
		return session_error(session, result);
	tls_learn(session->gnutls, &session->facts);
	session->has_facts = true;
	return OK;
}

ssize_t tls_session_read(struct tls_session *session, void *buffer, size_t room)
{
	ssize_t result;
	do {
		result = gnutls_record_recv(session->gnutls, buffer, room);
	} while (result < 0 && result != GNUTLS_E_AGAIN && result != GNUTLS_E_REHANDSHAKE &&
		 gnutls_error_is_fatal((int)result) == 0);
	return result < 0 ? session_error(session, result) : result;
}

ssize_t tls_session_write(struct tls_session *session, const void *data, size_t size)
{
	assert(size > 0);
	/* A record cut by a full socket is asked for again without its data, which may have moved.
	 */
	ssize_t result = session->is_retrying ? gnutls_record_send(session->gnutls, NULL, 0)
					      : gnutls_record_send(session->gnutls, data, size);
	session->is_retrying = result == GNUTLS_E_AGAIN || result == GNUTLS_E_INTERRUPTED;
	return result < 0 ? session_error(session, result) : result;
}

int tls_session_bye(struct tls_session *session)
{
	int result = gnutls_bye(session->gnutls, GNUTLS_SHUT_WR);
	return result < 0 ? session_error(session, result) : OK;
}

const struct tls_facts *tls_session_facts(const struct tls_session *session)
{
	return session->has_facts ? &session->facts : NULL;
}
