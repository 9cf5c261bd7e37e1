/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was seen of a server's encryption, kept for all of its domains and written into the
 * observation of each: the certificates once, the judgement of the name for each name.
 */
#include "base/memory.h"
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/svcb.h"
#include "dns/wire/type.h"
#include "gather/scan/scan_private.h"
#include "pki/certificate.h"

#include <assert.h>
#include <string.h>

struct kept_session {
	size_t size; /* of the whole */
	struct exchange_session session;
	struct tls_certificate keys[TLS_CHAIN_MAX];
	bool is_trusted;
	int64_t not_before_s, not_after_s;
	uint8_t octets[]; /* certificates, then keys */
};

/* The text of a name without its last dot, as TLS wants it (RFC 6066 s3). */
static void host_text(const uint8_t *name, char ret_text[NAME_TEXT_MAX])
{
	(void)name_to_text(name, ret_text);
	const size_t length = strlen(ret_text);
	if (length > 0 && ret_text[length - 1] == '.')
		ret_text[length - 1] = '\0';
}

const uint8_t *server_host(const struct observation *observation, unsigned int server)
{
	assert(server < observation->server_count);
	for (uint8_t i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];
		for (uint8_t j = 0; j < host->address_count; j++) {
			if (host->addresses[j] == server)
				return host->name;
		}
	}
	return NULL;
}

bool server_host_text(const struct observation *observation, unsigned int server,
		      char ret_text[NAME_TEXT_MAX])
{
	const uint8_t *name = server_host(observation, server);
	if (name == NULL)
		return false;
	host_text(name, ret_text);
	return true;
}

/* ---- keeping ---- */

/* What can be read of the chain, from the peer's own certificate on. */
static void read_chain(const struct exchange_session *session, struct chain *chain)
{
	for (uint8_t i = 0; i < session->chain_count; i++) {
		if (chain_add(chain, session->chain[i].der, session->chain[i].size) != OK)
			break;
	}
}

static size_t chain_octets(const struct chain *chain)
{
	size_t total = 0;
	for (size_t i = 0; i < chain->count; i++) {
		size_t der, key;
		(void)certificate_der(chain->items[i], &der);
		(void)certificate_key(chain->items[i], &key);
		total += der + key;
	}
	return total;
}

/* Copies the octets behind `at` and gives where the next ones go. */
static uint8_t *keep_octets(uint8_t *at, const uint8_t *octets, size_t size,
			    struct tls_certificate *ret_kept)
{
	memcpy(at, octets, size);
	*ret_kept = (struct tls_certificate){at, size};
	return at + size;
}

static void keep_chain(const struct scan *scan, const struct chain *chain,
		       struct kept_session *kept)
{
	uint8_t *at = kept->octets;
	kept->session.chain_count = (uint8_t)chain->count;
	for (size_t i = 0; i < chain->count; i++) {
		size_t size;
		const uint8_t *octets = certificate_der(chain->items[i], &size);
		at = keep_octets(at, octets, size, &kept->session.chain[i]);
		octets = certificate_key(chain->items[i], &size);
		at = keep_octets(at, octets, size, &kept->keys[i]);
	}
	if (chain->count == 0)
		return;
	kept->is_trusted = scan->trust != NULL && trust_has(scan->trust, chain);
	kept->not_before_s = certificate_not_before(chain->items[0]);
	kept->not_after_s = certificate_not_after(chain->items[0]);
}

struct kept_session *session_keep(struct scan *scan, const struct exchange_session *session)
{
	struct chain chain = {.count = 0};
	read_chain(session, &chain);
	const size_t size = sizeof(struct kept_session) + chain_octets(&chain);
	struct kept_session *kept = memory_take(size);
	if (kept != NULL) {
		*kept = (struct kept_session){.size = size, .session = *session};
		scan->session_octets += size;
		keep_chain(scan, &chain, kept);
	}
	chain_release(&chain);
	return kept;
}

void session_forget(struct scan *scan, struct kept_session *kept)
{
	if (kept == NULL)
		return;
	assert(scan->session_octets >= kept->size);
	scan->session_octets -= kept->size;
	memory_give(kept);
}

/* ---- telling ---- */

static uint8_t protocol_of(uint8_t transport)
{
	assert(transport >= EXCHANGE_DOT);
	return transport == EXCHANGE_DOT   ? SESSION_DOT
	       : transport == EXCHANGE_DOH ? SESSION_DOH
					   : SESSION_DOQ;
}

static uint8_t outcome_of(const struct exchange_result *result,
			  const struct exchange_session *session)
{
	if (result->outcome == EXCHANGE_ANSWER)
		return SESSION_ESTABLISHED;
	if (session != NULL && session->is_not_offered)
		return SESSION_NOT_OFFERED;
	if (session != NULL && session->is_established) {
		const bool is_refused = session->status != 0 && session->status != 200;
		return session->is_broken || (result->outcome == EXCHANGE_MALFORMED && !is_refused)
			       ? SESSION_PROTOCOL
			       : SESSION_NO_ANSWER;
	}
	switch (result->outcome) {
	case EXCHANGE_TIMEOUT:
		return SESSION_TIMEOUT;
	case EXCHANGE_UNREACHABLE:
		return SESSION_UNREACHABLE;
	case EXCHANGE_TLS_FAILED:
	case EXCHANGE_MALFORMED:
		return SESSION_TLS_FAILED;
	default:
		return SESSION_CLOSED;
	}
}

static bool is_padded(const struct message *message)
{
	uint16_t size;
	return message != NULL && message_option(message, EDNS_PADDING, &size) != NULL;
}

static void add_chain(struct domain *domain, const struct kept_session *kept,
		      struct session *session)
{
	for (uint8_t i = 0; i < SESSION_CHAIN_MAX; i++)
		session->certificates[i] = session->keys[i] = BLOB_NONE;
	/* A certificate whose key cannot be read ends the chain. */
	for (uint8_t i = 0; kept != NULL && i < kept->session.chain_count; i++) {
		const struct tls_certificate *certificate = &kept->session.chain[i];
		if (kept->keys[i].size == 0)
			return;
		const int blob =
			observation_blob(&domain->builder, certificate->der, certificate->size);
		const int key = blob >= 0 ? observation_blob(&domain->builder, kept->keys[i].der,
							     kept->keys[i].size)
					  : blob;
		if (key < 0)
			return;
		session->certificates[i] = (uint16_t)blob;
		session->keys[i] = (uint16_t)key;
		session->chain_count++;
	}
}

static bool is_for(const struct tls_certificate *kept, const char *host)
{
	struct certificate *certificate;
	if (certificate_new(kept->der, kept->size, &certificate) != OK)
		return false;
	const bool fits = certificate_is_for(certificate, host);
	certificate_free(certificate);
	return fits;
}

void session_record(struct domain *domain, const struct session_seen *seen)
{
	assert(domain != NULL && seen != NULL);
	const struct observation *observation = &domain->builder.observation;
	const struct kept_session *kept = seen->kept;
	char host[NAME_TEXT_MAX];
	struct session session = {
		.host = server_host(observation, seen->server),
		.ip = observation->servers[seen->server].ip,
		.port = seen->port,
		.protocol = protocol_of(seen->transport),
		.outcome = outcome_of(seen->result, kept != NULL ? &kept->session : NULL),
		.flags = SESSION_SHARED | (seen->is_padded ? SESSION_PADDED : 0),
		.answer_us = seen->result->rtt_us,
		.alpn = "",
		.note = "",
		.body = BLOB_NONE,
	};
	if (seen->result->outcome == EXCHANGE_NOT_ASKED)
		return;
	add_chain(domain, kept, &session);
	if (kept != NULL) {
		session.tls_version = kept->session.tls_version;
		session.status = kept->session.status;
		session.handshake_us = kept->session.handshake_us;
		session.not_before_s = kept->not_before_s;
		session.not_after_s = kept->not_after_s;
		session.alpn = kept->session.alpn;
		session.note = kept->session.note;
		session.flags |= kept->is_trusted ? SESSION_TRUSTED : 0;
	}
	if (kept != NULL && session.host != NULL && kept->session.chain_count > 0) {
		host_text(session.host, host);
		if (is_for(&kept->session.chain[0], host))
			session.flags |= SESSION_NAME_FITS;
	}
	if (observation_session(&domain->builder, &session) < 0)
		domain->builder.observation.cut_short = true;
}

bool session_padded(const struct exchange_result *result)
{
	return is_padded(result->message);
}

/* ---- what servers announce (RFC 9461) ---- */

static bool announcement_name(const uint8_t *host, struct name *ret_name)
{
	return name_prepend((const uint8_t *)"_dns", 4, host, ret_name) == OK;
}

void announcements_stage(struct domain *domain)
{
	const struct observation *observation = &domain->builder.observation;
	for (uint8_t i = 0; i < observation->host_count; i++) {
		struct name name;
		if (observation->hosts[i].address_count > 0 &&
		    announcement_name(observation->hosts[i].name, &name))
			lookup_ask(domain, name.octets, TYPE_SVCB, NULL, NULL);
	}
}

/* Up to the variables of its template (RFC 6570): those are for GET. */
static void take_path(const struct svcb *svcb, char *path, size_t room)
{
	const uint8_t *value;
	size_t size;
	if (!svcb_parameter(svcb, SVCB_DOHPATH, &value, &size))
		return;
	size_t length = 0;
	while (length < size && value[length] != '{' && value[length] > ' ' && value[length] < 0x7f)
		length++;
	if (length == 0 || value[0] != '/' || length >= room)
		return;
	memcpy(path, value, length);
	path[length] = '\0';
}

/* At the port that is asked: another is not followed, nor is an alias. */
static bool is_of_doh(const struct svcb *svcb)
{
	const uint8_t *port;
	size_t size;
	if (svcb->priority == 0 || !svcb_has_alpn(svcb, "h2"))
		return false;
	return !svcb_parameter(svcb, SVCB_PORT, &port, &size) ||
	       (size == 2 && (port[0] << 8 | port[1]) == DOH_PORT);
}

/* What the server's name announces; none that was found: none. They live in the scan's scratch. */
static void announcements_of(struct domain *domain, unsigned int server, struct rrset *ret_rrset)
{
	const struct observation *observation = &domain->builder.observation;
	const uint8_t *host = server_host(observation, server);
	struct arena *arena = &domain->scan->scratch;
	struct name name;
	struct message message;
	struct rrset rrset;
	*ret_rrset = (struct rrset){.count = 0};
	if (host == NULL || !announcement_name(host, &name))
		return;
	const int index = observation_find_lookup(observation, name.octets, TYPE_SVCB);
	if (index < 0 || observation->lookups[index].message == MESSAGE_NONE)
		return;
	const struct kept_message *kept =
		&observation->messages[observation->lookups[index].message];
	arena_reset(arena);
	if (message_walk(arena, kept->wire, kept->size, &message) == OK &&
	    message_rrset(arena, &message,
			  &(struct rrset_key){1u << SECTION_ANSWER,
					      observation->lookups[index].target, TYPE_SVCB},
			  &rrset) == OK)
		*ret_rrset = rrset;
}

bool server_announces_doh(struct domain *domain, unsigned int server, char *path, size_t room)
{
	assert(path != NULL && room > 0);
	bool is_announced = false;
	struct rrset rrset;
	path[0] = '\0';
	announcements_of(domain, server, &rrset);
	for (size_t i = 0; i < rrset.count && path[0] == '\0'; i++) {
		const struct record *record = rrset.records[i];
		struct svcb svcb;
		if (svcb_read(record->rdata, record->rdata_size, &svcb) != OK || !is_of_doh(&svcb))
			continue;
		is_announced = true;
		take_path(&svcb, path, room);
	}
	return is_announced;
}
