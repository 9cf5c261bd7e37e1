/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/wire/name.h"
#include "gather/scan/contact_found_private.h"

#include <assert.h>
#include <string.h>

static_assert(SESSION_CHAIN_MAX <= CERTIFICATE_CHAIN_MAX && TLS_CHAIN_MAX <= CERTIFICATE_CHAIN_MAX,
	      "what is kept of a chain can be judged");

char *contact_host_text(const uint8_t *host, char ret_text[NAME_TEXT_MAX])
{
	name_to_text(host, ret_text);
	const size_t length = strlen(ret_text);
	assert(length > 0);
	ret_text[length - 1] = 0;
	return ret_text;
}

static uint8_t *keep(const uint8_t *octets, size_t size)
{
	uint8_t *copy = memory_take(size);
	if (copy != NULL)
		memcpy(copy, octets, size);
	return copy;
}

static bool keep_one(struct contact_found *found, const struct certificate *certificate)
{
	const uint8_t at = found->chain_count;
	const uint8_t *der = certificate_der(certificate, &found->certificate_sizes[at]);
	const uint8_t *key = certificate_key(certificate, &found->key_sizes[at]);
	found->certificates[at] = keep(der, found->certificate_sizes[at]);
	found->keys[at] = keep(key, found->key_sizes[at]);
	if (found->certificates[at] == NULL || found->keys[at] == NULL) {
		memory_give(found->certificates[at]);
		memory_give(found->keys[at]);
		return false;
	}
	found->chain_count++;
	return true;
}

static void take_chain(struct contact_found *found, const struct tls_facts *facts,
		       const struct trust *trust, const char *host)
{
	struct chain chain = {.count = 0};
	/* What cannot be read is not kept, nor what stands above it. */
	for (uint32_t i = 0; i < facts->chain_count; i++)
		if (chain_add(&chain, facts->chain[i].der, facts->chain[i].size) != OK)
			break;
	for (size_t i = 0; i < chain.count && i < SESSION_CHAIN_MAX; i++)
		if (!keep_one(found, chain.items[i]))
			break;
	if (chain.count > 0) {
		found->not_before_s = certificate_not_before(chain.items[0]);
		found->not_after_s = certificate_not_after(chain.items[0]);
		if (certificate_is_for(chain.items[0], host))
			found->flags |= SESSION_NAME_FITS;
		if (trust != NULL && trust_has(trust, &chain))
			found->flags |= SESSION_TRUSTED;
	}
	chain_release(&chain);
}

size_t contact_found_octets(const struct contact_found *found)
{
	size_t octets = found->body != NULL ? found->body_size : 0;
	for (uint8_t i = 0; i < found->chain_count; i++)
		octets += found->certificate_sizes[i] + found->key_sizes[i];
	return octets;
}

void contact_found_take(struct contact_found *found, const struct conversation_result *result,
			const struct trust *trust, const char *host)
{
	assert(found->chain_count == 0 && found->body == NULL);
	found->result = *result;
	if (result->facts != NULL)
		take_chain(found, result->facts, trust, host);
	if (result->body != NULL) {
		found->body = keep(result->body, result->body_size > 0 ? result->body_size : 1);
		found->body_size = result->body_size;
	}
	found->result.facts = NULL;
	found->result.body = NULL;
}

void contact_found_release(struct contact_found *found)
{
	for (uint8_t i = 0; i < found->chain_count; i++) {
		memory_give(found->certificates[i]);
		memory_give(found->keys[i]);
	}
	memory_give(found->body);
	found->chain_count = 0;
	found->body = NULL;
}

static int add_chain(const struct contact_found *found, struct observation_builder *builder,
		     struct session *session)
{
	for (uint8_t i = 0; i < found->chain_count; i++) {
		int certificate = observation_blob(builder, found->certificates[i],
						   found->certificate_sizes[i]);
		if (certificate < 0)
			return certificate;
		int key = observation_blob(builder, found->keys[i], found->key_sizes[i]);
		if (key < 0)
			return key;
		session->certificates[i] = (uint16_t)certificate;
		session->keys[i] = (uint16_t)key;
		session->chain_count++;
	}
	return OK;
}

void contact_found_record(const struct contact_found *found, struct domain *domain)
{
	struct observation_builder *builder = &domain->builder;
	const struct conversation_result *result = &found->result;
	if (result->outcome == 0)
		return;
	struct session session = {
		.host = found->host,
		.ip = {.family = found->peer.family},
		.port = found->peer.port,
		.protocol = found->protocol,
		.outcome = result->outcome,
		.flags = found->flags | SESSION_SHARED,
		.tls_version = result->tls_version,
		.status = result->status,
		.handshake_us = result->handshake_us,
		.answer_us = result->answer_us,
		.not_before_s = found->not_before_s,
		.not_after_s = found->not_after_s,
		.alpn = result->alpn,
		.note = result->note,
		.body = BLOB_NONE,
	};
	memcpy(session.ip.octets, found->peer.octets, sizeof(session.ip.octets));
	int error = add_chain(found, builder, &session);
	if (error == OK && found->body != NULL) {
		int body = observation_blob(builder, found->body, found->body_size);
		if (body >= 0)
			session.body = (uint16_t)body;
		else
			error = body;
	}
	if (error == OK)
		error = observation_session(builder, &session);
	if (error < 0)
		builder->observation.cut_short = true;
}
