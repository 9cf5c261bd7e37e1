/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts about what is not a domain's own servers; what is empty takes no octet. */
#include "dns/wire/name.h"
#include "model/codec_private.h"

#include <assert.h>
#include <string.h>

/* Those of exchanges that are not plain, in their order: how far behind the one before, and what.
 */
static void encode_kinds(struct encoder *encoder)
{
	const struct observation *observation = encoder->observation;
	struct writer *writer = &encoder->writer;
	size_t count = 0;
	for (size_t i = 0; i < observation->exchange_count; i++)
		count += observation->exchanges[i].kind != PROBE_PLAIN;
	if (count == 0)
		return;
	size_t start = encoder_begin(encoder, PART_KINDS);
	size_t next = 0;
	writer_varint(writer, count);
	for (size_t i = 0; i < observation->exchange_count; i++) {
		uint8_t kind = observation->exchanges[i].kind;
		assert(kind < PROBE_KIND_COUNT);
		if (kind == PROBE_PLAIN)
			continue;
		writer_varint(writer, i - next);
		writer_u8(writer, kind);
		next = i + 1;
	}
	encoder_end(encoder, start);
}

static void encode_lookups(struct encoder *encoder)
{
	const struct observation *observation = encoder->observation;
	struct writer *writer = &encoder->writer;
	if (observation->lookup_count == 0)
		return;
	size_t start = encoder_begin(encoder, PART_LOOKUPS);
	writer_varint(writer, observation->lookup_count);
	for (size_t i = 0; i < observation->lookup_count; i++) {
		const struct lookup *lookup = &observation->lookups[i];
		assert(lookup->message == MESSAGE_NONE ||
		       lookup->message < observation->message_count);
		assert(lookup->result < LOOKUP_RESULT_COUNT);
		encoder_name(encoder, lookup->name);
		encoder_name(encoder,
			     name_equal(lookup->target, lookup->name) ? NULL : lookup->target);
		writer_varint(writer, lookup->type);
		writer_varint(writer, lookup->message == MESSAGE_NONE ? 0 : lookup->message + 1u);
		writer_u8(writer, lookup->result);
		writer_u8(writer, lookup->security);
	}
	encoder_end(encoder, start);
}

static void encode_blobs(struct encoder *encoder)
{
	const struct observation *observation = encoder->observation;
	if (observation->blob_count == 0)
		return;
	size_t start = encoder_begin(encoder, PART_BLOBS);
	writer_varint(&encoder->writer, observation->blob_count);
	for (size_t i = 0; i < observation->blob_count; i++) {
		const struct blob *blob = &observation->blobs[i];
		assert(blob->size <= BLOB_OCTETS_MAX);
		writer_varint(&encoder->writer, blob->size);
		writer_octets(&encoder->writer, blob->octets, blob->size);
	}
	encoder_end(encoder, start);
}

static void put_text(struct writer *writer, const char *words)
{
	size_t size = strnlen(words, SESSION_WORDS_MAX);
	writer_varint(writer, size);
	writer_octets(writer, words, size);
}

static void put_signed(struct writer *writer, int64_t value)
{
	writer_varint(writer, (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0));
}

static void encode_session(struct encoder *encoder, const struct session *session)
{
	struct writer *writer = &encoder->writer;
	const size_t blob_count = encoder->observation->blob_count;
	assert(session->chain_count <= SESSION_CHAIN_MAX);
	assert(session->body == BLOB_NONE || session->body < blob_count);
	writer_u8(writer, session->protocol);
	writer_u8(writer, session->outcome);
	writer_u8(writer, session->flags);
	writer_u8(writer, session->ip.family);
	encoder_ip(writer, &session->ip);
	writer_u16(writer, session->port);
	encoder_name(encoder, session->host);
	writer_u16(writer, session->tls_version);
	writer_varint(writer, session->status);
	writer_varint(writer, session->handshake_us);
	writer_varint(writer, session->answer_us);
	put_signed(writer, session->not_before_s);
	put_signed(writer, session->not_after_s);
	put_text(writer, session->alpn);
	put_text(writer, session->note);
	writer_u8(writer, session->chain_count);
	for (size_t i = 0; i < session->chain_count; i++) {
		assert(session->certificates[i] < blob_count && session->keys[i] < blob_count);
		writer_varint(writer, session->certificates[i]);
		writer_varint(writer, session->keys[i]);
	}
	writer_varint(writer, session->body == BLOB_NONE ? 0 : session->body + 1u);
}

static void encode_sessions(struct encoder *encoder)
{
	const struct observation *observation = encoder->observation;
	if (observation->session_count == 0)
		return;
	size_t start = encoder_begin(encoder, PART_SESSIONS);
	writer_varint(&encoder->writer, observation->session_count);
	for (size_t i = 0; i < observation->session_count; i++)
		encode_session(encoder, &observation->sessions[i]);
	encoder_end(encoder, start);
}

static void encode_routes(struct encoder *encoder)
{
	const struct observation *observation = encoder->observation;
	struct writer *writer = &encoder->writer;
	if (observation->route_count == 0)
		return;
	size_t start = encoder_begin(encoder, PART_ROUTES);
	writer_varint(writer, observation->route_count);
	for (size_t i = 0; i < observation->route_count; i++) {
		const struct route *route = &observation->routes[i];
		writer_u8(writer, route->ip.family);
		encoder_ip(writer, &route->ip);
		writer_u8(writer, route->bits);
		writer_u8(writer, route->validity);
		writer_varint(writer, route->as);
	}
	encoder_end(encoder, start);
}

static void encode_route_limits(struct encoder *encoder)
{
	const struct observation *observation = encoder->observation;
	size_t i = 0;
	while (i < observation->route_count && observation->routes[i].allowed == 0 &&
	       observation->routes[i].remains == 0)
		i++;
	if (i == observation->route_count)
		return;
	size_t start = encoder_begin(encoder, PART_ROUTE_LIMITS);
	for (i = 0; i < observation->route_count; i++) {
		writer_u8(&encoder->writer, observation->routes[i].allowed);
		writer_u8(&encoder->writer, observation->routes[i].remains);
	}
	encoder_end(encoder, start);
}

static void encode_transfers(struct encoder *encoder)
{
	const struct observation *observation = encoder->observation;
	struct writer *writer = &encoder->writer;
	if (observation->transfer_count == 0)
		return;
	size_t start = encoder_begin(encoder, PART_TRANSFERS);
	writer_varint(writer, observation->transfer_count);
	for (size_t i = 0; i < observation->transfer_count; i++) {
		const struct transfer *transfer = &observation->transfers[i];
		assert(transfer->server < observation->server_count);
		writer_u8(writer, transfer->server);
		writer_u8(writer, transfer->end);
		writer_u8(writer, transfer->digest);
		writer_varint(writer, transfer->serial);
		writer_varint(writer, transfer->messages);
		writer_varint(writer, transfer->records);
		writer_varint(writer, transfer->octets);
	}
	encoder_end(encoder, start);
}

void encode_further(struct encoder *encoder)
{
	encode_kinds(encoder);
	encode_lookups(encoder);
	encode_blobs(encoder);
	encode_sessions(encoder);
	encode_routes(encoder);
	encoder_words(encoder, PART_ROUTING, encoder->observation->routing);
	encode_route_limits(encoder);
	encode_transfers(encoder);
}

/* Everything but names, texts and the chain: two varints of 5 octets, two of 10, an address. */
#define SESSION_FIXED_MAX 64
#define CHAIN_MAX_OCTETS 4
/* Three octets and four varints of 32 bits. */
#define TRANSFER_MAX_OCTETS 23

size_t encoded_further_max(const struct observation *observation)
{
	size_t size = 6 * 3 + WORDS_MAX; /* counts; what the routes were read from */
	size += observation->exchange_count * (size_t)3;
	for (size_t i = 0; i < observation->lookup_count; i++) {
		const struct lookup *lookup = &observation->lookups[i];
		size += NEW_NAME_MAX(name_size(lookup->name)) +
			NEW_NAME_MAX(name_size(lookup->target)) + 8;
	}
	for (size_t i = 0; i < observation->blob_count; i++)
		size += 3u + observation->blobs[i].size;
	for (size_t i = 0; i < observation->session_count; i++) {
		const struct session *session = &observation->sessions[i];
		size += SESSION_FIXED_MAX + strnlen(session->alpn, SESSION_WORDS_MAX) +
			strnlen(session->note, SESSION_WORDS_MAX) +
			CHAIN_MAX_OCTETS * (size_t)session->chain_count;
		if (session->host != NULL)
			size += NEW_NAME_MAX(name_size(session->host));
	}
	size += observation->transfer_count * (size_t)TRANSFER_MAX_OCTETS;
	return size + observation->route_count * (size_t)26;
}
