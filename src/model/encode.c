/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"
#include "dns/wire/name.h"
#include "model/codec_private.h"
#include "model/observation.h"

#include <assert.h>
#include <string.h>

/* Names whose ends are compared with a new one; nearly all sharing is with the first few. */
#define NAMES_COMPARED 24

size_t encoder_begin(struct encoder *encoder, enum part part)
{
	writer_varint(&encoder->writer, part);
	return writer_used(&encoder->writer);
}

/* A part's length goes before it and is known only now: the part moves behind it. */
void encoder_end(struct encoder *encoder, size_t start)
{
	struct writer *writer = &encoder->writer;
	if (writer->error != OK)
		return;
	size_t size = writer_used(writer) - start;
	uint8_t length[4]; /* OBSERVATION_OCTETS_MAX in groups of 7 bits */
	struct writer length_writer;
	writer_init(&length_writer, length, sizeof(length));
	writer_varint(&length_writer, size);
	size_t length_size = writer_used(&length_writer);
	if (writer_take(writer, length_size) == NULL)
		return;
	memmove(writer->start + start + length_size, writer->start + start, size);
	memcpy(writer->start + start, length, length_size);
}

void encoder_words(struct encoder *encoder, enum part part, const char *words)
{
	if (words == NULL)
		return;
	size_t size = strnlen(words, WORDS_MAX);
	size_t start = encoder_begin(encoder, part);
	writer_octets(&encoder->writer, words, size);
	encoder_end(encoder, start);
}

/* The earlier name that shares most labels with this one: its index plus 1, or 0. */
static size_t closest_name(const struct encoder *encoder, const uint8_t *name, size_t *ret_labels)
{
	size_t best = 0;
	size_t most = 0;
	for (size_t i = 0; i < encoder->name_count && i < NAMES_COMPARED; i++) {
		size_t labels = name_common_labels(name, encoder->names[i]);
		if (labels > most) {
			most = labels;
			best = i + 1;
		}
	}
	*ret_labels = most;
	return best;
}

static void encode_new_name(struct encoder *encoder, const uint8_t *name)
{
	struct writer *writer = &encoder->writer;
	size_t labels;
	size_t base = closest_name(encoder, name, &labels);
	size_t own = name_size(name) - name_size(name_suffix(name, labels));
	writer_varint(writer, 1);
	writer_varint(writer, own);
	writer_octets(writer, name, own);
	writer_varint(writer, base);
	if (base > 0)
		writer_varint(writer, labels);
	assert(encoder->name_count < NAMES_MAX);
	encoder->names[encoder->name_count++] = name;
}

void encoder_name(struct encoder *encoder, const uint8_t *name)
{
	if (name == NULL) {
		writer_varint(&encoder->writer, 0);
		return;
	}
	for (size_t i = 0; i < encoder->name_count; i++) {
		if (name == encoder->names[i] || name_equal(name, encoder->names[i])) {
			writer_varint(&encoder->writer, i + 2);
			return;
		}
	}
	encode_new_name(encoder, name);
}

static void encode_head(struct encoder *encoder)
{
	const struct observation *observation = encoder->observation;
	struct writer *writer = &encoder->writer;
	size_t start = encoder_begin(encoder, PART_DOMAIN);
	writer_octets(writer, observation->domain, name_size(observation->domain));
	encoder_end(encoder, start);
	encoder->names[encoder->name_count++] = observation->domain;

	start = encoder_begin(encoder, PART_TIME);
	uint64_t seconds = (uint64_t)observation->started_s;
	writer_varint(writer, seconds << 1 ^ (observation->started_s < 0 ? UINT64_MAX : 0));
	writer_varint(writer, observation->took_ms);
	encoder_end(encoder, start);

	encoder_words(encoder, PART_VANTAGE, observation->vantage);
	encoder_words(encoder, PART_SCANNER, observation->scanner);
	encoder_words(encoder, PART_NOT_MEASURED, observation->not_measured);
	if (observation->cut_short) {
		start = encoder_begin(encoder, PART_FLAGS);
		writer_varint(writer, PART_FLAG_CUT_SHORT);
		encoder_end(encoder, start);
	}
}

void encoder_ip(struct writer *writer, const struct ip *ip)
{
	assert(ip->family == 4 || ip->family == 6);
	writer_octets(writer, ip->octets, ip->family == 4 ? 4 : 16);
}

static void encode_servers(struct encoder *encoder)
{
	const struct observation *observation = encoder->observation;
	struct writer *writer = &encoder->writer;
	size_t start = encoder_begin(encoder, PART_SERVERS);
	writer_varint(writer, observation->server_count);
	for (size_t i = 0; i < observation->server_count; i++) {
		const struct server *server = &observation->servers[i];
		unsigned int bits = (server->ip.family == 6 ? SERVER_IS_IP6 : 0) |
				    (server->asked ? SERVER_ASKED : 0) |
				    (server->port != PORT_DNS ? SERVER_HAS_PORT : 0);
		writer_u8(writer, (uint8_t)bits);
		encoder_ip(writer, &server->ip);
		if ((bits & SERVER_HAS_PORT) != 0)
			writer_u16(writer, server->port);
	}
	encoder_end(encoder, start);
}

static void encode_hosts(struct encoder *encoder)
{
	const struct observation *observation = encoder->observation;
	struct writer *writer = &encoder->writer;
	size_t start = encoder_begin(encoder, PART_HOSTS);
	writer_varint(writer, observation->host_count);
	for (size_t i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];
		encoder_name(encoder, host->name);
		writer_u8(writer, host->flags);
		writer_u8(writer, host->state);
		writer_u8(writer, host->glue_count);
		writer_octets(writer, host->glue, host->glue_count);
		writer_u8(writer, host->address_count);
		writer_octets(writer, host->addresses, host->address_count);
	}
	encoder_end(encoder, start);
}

static void encode_messages(struct encoder *encoder)
{
	const struct observation *observation = encoder->observation;
	size_t start = encoder_begin(encoder, PART_MESSAGES);
	writer_varint(&encoder->writer, observation->message_count);
	for (size_t i = 0; i < observation->message_count; i++) {
		const struct kept_message *message = &observation->messages[i];
		writer_varint(&encoder->writer, message->size);
		writer_octets(&encoder->writer, message->wire, message->size);
	}
	encoder_end(encoder, start);
}

/* What an exchange is told as a difference to. */
struct exchange_memory {
	struct exchange last;
	uint16_t next_message;                     /* one more than the highest index so far */
	const struct exchange *opts[OPT_MEMORIES]; /* of each server: the last with an OPT */
};

static bool same_course(const struct exchange *left, const struct exchange *right)
{
	return left->transport == right->transport && left->outcome == right->outcome &&
	       left->flags == right->flags && left->attempts == right->attempts &&
	       left->mismatches == right->mismatches;
}

static enum message_form message_form(const struct exchange_memory *memory,
				      const struct exchange *exchange)
{
	if (exchange->message == MESSAGE_NONE)
		return MESSAGE_FORM_NONE;
	if (exchange->message == memory->next_message)
		return MESSAGE_FORM_NEXT;
	return exchange->message == memory->last.message ? MESSAGE_FORM_SAME : MESSAGE_FORM_INDEX;
}

static enum opt_form opt_form(const struct exchange_memory *memory, const struct exchange *exchange)
{
	if ((exchange->flags & EXCHANGE_OPT_CUT) == 0)
		return OPT_FORM_NONE;
	const struct exchange *before = memory->opts[exchange->server];
	if (before != NULL && before->opt_size == exchange->opt_size &&
	    memcmp(before->opt, exchange->opt, exchange->opt_size) == 0)
		return OPT_FORM_SAME;
	return OPT_FORM_PREFIX;
}

static void encode_opt(struct writer *writer, const struct exchange *before,
		       const struct exchange *exchange)
{
	size_t same = 0;
	if (before != NULL) {
		while (same < before->opt_size && same < exchange->opt_size &&
		       before->opt[same] == exchange->opt[same])
			same++;
	}
	writer_varint(writer, same);
	writer_varint(writer, exchange->opt_size - same);
	writer_octets(writer, exchange->opt + same, exchange->opt_size - same);
}

static void encode_exchange(struct encoder *encoder, struct exchange_memory *memory,
			    const struct exchange *exchange)
{
	struct writer *writer = &encoder->writer;
	assert(exchange->server == SERVER_PARENT ||
	       exchange->server < encoder->observation->server_count);
	assert(exchange->message == MESSAGE_NONE ||
	       exchange->message < encoder->observation->message_count);
	const struct exchange *last = &memory->last;
	enum message_form message = message_form(memory, exchange);
	enum opt_form opt = opt_form(memory, exchange);
	unsigned int form = (unsigned int)message << MESSAGE_SHIFT | (unsigned int)opt << OPT_SHIFT;
	if (exchange->name == last->name || name_equal(exchange->name, last->name))
		form |= SAME_NAME;
	if (exchange->type == last->type)
		form |= SAME_TYPE;
	if (exchange->server == last->server)
		form |= SAME_SERVER;
	if (same_course(exchange, last))
		form |= SAME_COURSE;
	writer_u8(writer, (uint8_t)form);
	if ((form & SAME_NAME) == 0)
		encoder_name(encoder, exchange->name);
	if ((form & SAME_TYPE) == 0)
		writer_varint(writer, exchange->type);
	if ((form & SAME_SERVER) == 0)
		writer_u8(writer, exchange->server);
	if ((form & SAME_COURSE) == 0) {
		const uint8_t course[] = {exchange->transport, exchange->outcome, exchange->flags,
					  exchange->attempts, exchange->mismatches};
		writer_octets(writer, course, sizeof(course));
	}
	if (message == MESSAGE_FORM_INDEX)
		writer_varint(writer, exchange->message);
	if (message != MESSAGE_FORM_NONE)
		writer_u16(writer, exchange->id);
	writer_varint(writer, exchange->rtt_us);
	if (opt == OPT_FORM_PREFIX)
		encode_opt(writer, memory->opts[exchange->server], exchange);
}

static void encode_exchanges(struct encoder *encoder)
{
	const struct observation *observation = encoder->observation;
	struct exchange_memory memory = {
		.last = {.name = observation->domain, .message = MESSAGE_NONE},
	};
	size_t start = encoder_begin(encoder, PART_EXCHANGES);
	writer_varint(&encoder->writer, observation->exchange_count);
	for (size_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		encode_exchange(encoder, &memory, exchange);
		memory.last = *exchange;
		if (exchange->message != MESSAGE_NONE && exchange->message >= memory.next_message)
			memory.next_message = (uint16_t)(exchange->message + 1);
		if ((exchange->flags & EXCHANGE_OPT_CUT) != 0)
			memory.opts[exchange->server] = exchange;
	}
	encoder_end(encoder, start);
}

static void encode_proofs(struct encoder *encoder)
{
	const struct observation *observation = encoder->observation;
	struct writer *writer = &encoder->writer;
	size_t start = encoder_begin(encoder, PART_PROOFS);
	writer_varint(writer, observation->proof_count);
	for (size_t i = 0; i < observation->proof_count; i++) {
		const struct proof *proof = &observation->proofs[i];
		assert(proof->result >= 1 && proof->result <= PROOF_RESULT_MAX);
		unsigned int result = proof->result | (proof->key_is_sep ? PROOF_SEP : 0) |
				      (proof->key_is_revoked ? PROOF_REVOKED : 0);
		writer_varint(writer, proof->message);
		writer_varint(writer, proof->record);
		writer_varint(writer,
			      proof->key_message == MESSAGE_NONE ? 0 : proof->key_message + 1u);
		writer_u16(writer, proof->key_tag);
		writer_u8(writer, (uint8_t)result);
	}
	encoder_end(encoder, start);
}

static void encode_delegation(struct encoder *encoder)
{
	const struct observation *observation = encoder->observation;
	struct writer *writer = &encoder->writer;
	size_t start = encoder_begin(encoder, PART_DELEGATION);
	assert(observation->parent_exchange == MESSAGE_NONE ||
	       observation->parent_exchange < observation->exchange_count);
	writer_u8(writer, observation->delegation);
	writer_u8(writer, observation->parent_security);
	writer_u8(writer, observation->ds_security);
	writer_varint(writer, observation->parent_exchange == MESSAGE_NONE
				      ? 0
				      : observation->parent_exchange + 1u);
	encoder_name(encoder, observation->parent);
	writer_u8(writer, observation->parent_server.family);
	if (observation->parent_server.family != 0)
		encoder_ip(writer, &observation->parent_server);
	encoder_end(encoder, start);
}

static void encode_needs(struct encoder *encoder)
{
	if (encoder->observation->needs == NEED_ALL_DEFAULT)
		return;
	size_t start = encoder_begin(encoder, PART_NEEDS);
	writer_varint(&encoder->writer, encoder->observation->needs);
	encoder_end(encoder, start);
}

static void assert_limits(const struct observation *observation)
{
	assert(observation->domain != NULL);
	assert(observation->host_count <= OBSERVATION_HOSTS_MAX);
	assert(observation->server_count <= OBSERVATION_SERVERS_MAX);
	assert(observation->exchange_count <= OBSERVATION_EXCHANGES_MAX);
	assert(observation->message_count <= OBSERVATION_MESSAGES_MAX);
	assert(observation->proof_count <= OBSERVATION_PROOFS_MAX);
	assert(observation->lookup_count <= OBSERVATION_LOOKUPS_MAX);
	assert(observation->blob_count <= OBSERVATION_BLOBS_MAX);
	assert(observation->session_count <= OBSERVATION_SESSIONS_MAX);
	assert(observation->route_count <= OBSERVATION_ROUTES_MAX);
}

int observation_encode(const struct observation *observation, uint8_t *buffer, size_t room,
		       size_t *ret_size)
{
	assert_limits(observation);
	struct encoder encoder;
	encoder.observation = observation;
	encoder.name_count = 0;
	writer_init(&encoder.writer, buffer,
		    room < OBSERVATION_OCTETS_MAX ? room : OBSERVATION_OCTETS_MAX);
	writer_u8(&encoder.writer, OBSERVATION_MAGIC_0);
	writer_u8(&encoder.writer, OBSERVATION_MAGIC_1);
	writer_u8(&encoder.writer, OBSERVATION_VERSION);
	encode_head(&encoder);
	encode_servers(&encoder);
	encode_hosts(&encoder);
	encode_messages(&encoder);
	encode_exchanges(&encoder);
	encode_proofs(&encoder);
	encode_delegation(&encoder);
	encode_needs(&encoder);
	encode_further(&encoder);
	if (encoder.writer.error != OK)
		return room < OBSERVATION_OCTETS_MAX ? encoder.writer.error : ERR_LIMIT;
	*ret_size = writer_used(&encoder.writer);
	return OK;
}

size_t observation_encoded_max(const struct observation *observation)
{
	assert_limits(observation);
	size_t size = 3 + PART_LAST * PART_HEAD_MAX + 3 * WORDS_MAX +
		      2 * NEW_NAME_MAX(NAME_MAX_OCTETS) + 64;
	size += observation->server_count * (size_t)19;
	for (size_t i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];
		size += NEW_NAME_MAX(name_size(host->name)) + 4 + host->glue_count +
			host->address_count;
	}
	for (size_t i = 0; i < observation->message_count; i++)
		size += 3u + observation->messages[i].size;
	const uint8_t *name = observation->domain;
	for (size_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		size += 24u + 6u + exchange->opt_size;
		if (exchange->name != name)
			size += NEW_NAME_MAX(name_size(exchange->name));
		name = exchange->name;
	}
	return size + observation->proof_count * (size_t)12 + encoded_further_max(observation);
}
