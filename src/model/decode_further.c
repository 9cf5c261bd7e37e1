/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "model/codec_private.h"

#include <assert.h>
#include <string.h>

static void decode_kinds(struct decoder *decoder, struct reader *reader)
{
	struct observation *observation = decoder->observation;
	size_t count = decoder_count(reader, observation->exchange_count);
	size_t next = 0;
	for (size_t i = 0; i < count && reader->error == OK; i++) {
		size_t place = next + decoder_count(reader, OBSERVATION_EXCHANGES_MAX);
		uint8_t kind = decoder_choice(reader, PROBE_PLAIN + 1, PROBE_KIND_COUNT - 1);
		if (reader->error == OK && place >= observation->exchange_count)
			reader_fail(reader, ERR_FORMAT);
		if (reader->error != OK)
			return;
		observation->exchanges[place].kind = kind;
		next = place + 1;
	}
}

/* Each is there once: whoever looks for one finds the only one. */
static bool is_repeated_lookup(const struct lookup *lookups, size_t count)
{
	const struct lookup *last = &lookups[count];
	for (size_t i = 0; i < count; i++) {
		if (lookups[i].type == last->type && name_equal(lookups[i].name, last->name))
			return true;
	}
	return false;
}

static void decode_lookup(struct decoder *decoder, struct reader *reader, struct lookup *lookup)
{
	lookup->name = decoder_some_name(decoder, reader);
	lookup->target = decoder_name(decoder, reader);
	lookup->type = (uint16_t)decoder_count(reader, UINT16_MAX);
	size_t message = decoder_count(reader, decoder->observation->message_count);
	lookup->message = message == 0 ? MESSAGE_NONE : (uint16_t)(message - 1);
	lookup->result = decoder_choice(reader, LOOKUP_RESULT_NONE, LOOKUP_RESULT_COUNT - 1);
	lookup->security = decoder_choice(reader, SECURITY_INDETERMINATE, SECURITY_BOGUS);
	if (reader->error != OK)
		return;
	if (lookup->target == NULL)
		lookup->target = lookup->name;
	else if (name_equal(lookup->target, lookup->name)) /* one look-up, one form */
		reader_fail(reader, ERR_FORMAT);
}

static void decode_lookups(struct decoder *decoder, struct reader *reader)
{
	struct observation *observation = decoder->observation;
	size_t count = decoder_count(reader, OBSERVATION_LOOKUPS_MAX);
	observation->lookups = decoder_array(decoder, reader, count, sizeof(*observation->lookups));
	for (size_t i = 0; i < count && reader->error == OK; i++) {
		decode_lookup(decoder, reader, &observation->lookups[i]);
		if (reader->error == OK && is_repeated_lookup(observation->lookups, i))
			reader_fail(reader, ERR_FORMAT);
	}
	observation->lookup_count = (uint16_t)count;
}

static bool is_repeated_blob(const struct blob *blobs, size_t count)
{
	const struct blob *last = &blobs[count];
	for (size_t i = 0; i < count; i++) {
		if (blobs[i].size == last->size &&
		    memcmp(blobs[i].octets, last->octets, last->size) == 0)
			return true;
	}
	return false;
}

static void decode_blobs(struct decoder *decoder, struct reader *reader)
{
	struct observation *observation = decoder->observation;
	size_t count = decoder_count(reader, OBSERVATION_BLOBS_MAX);
	observation->blobs = decoder_array(decoder, reader, count, sizeof(*observation->blobs));
	for (size_t i = 0; i < count && reader->error == OK; i++) {
		struct blob *blob = &observation->blobs[i];
		blob->size = (uint32_t)decoder_count(reader, BLOB_OCTETS_MAX);
		blob->octets = reader_octets(reader, blob->size);
		if (reader->error == OK && is_repeated_blob(observation->blobs, i))
			reader_fail(reader, ERR_FORMAT);
	}
	observation->blob_count = (uint16_t)count;
}

/* Printable ASCII, as the builder keeps it: it is shown to people as it stands. */
static const char *read_text(struct decoder *decoder, struct reader *reader)
{
	size_t size = decoder_count(reader, SESSION_WORDS_MAX);
	const uint8_t *octets = reader_octets(reader, size);
	for (size_t i = 0; octets != NULL && i < size; i++) {
		if (octets[i] < 0x20 || octets[i] >= 0x7f) {
			reader_fail(reader, ERR_FORMAT);
			return "";
		}
	}
	char *words = decoder_array(decoder, reader, size + 1, 1);
	if (words == NULL || octets == NULL)
		return "";
	memcpy(words, octets, size);
	words[size] = '\0';
	return words;
}

static int64_t read_signed(struct reader *reader)
{
	uint64_t value = reader_varint(reader);
	return (int64_t)(value >> 1 ^ ((value & 1) != 0 ? UINT64_MAX : 0));
}

/* The index of a blob that is there. */
static uint16_t read_blob(const struct decoder *decoder, struct reader *reader)
{
	size_t index = decoder_count(reader, OBSERVATION_BLOBS_MAX);
	if (reader->error == OK && index >= decoder->observation->blob_count)
		reader_fail(reader, ERR_FORMAT);
	return reader->error == OK ? (uint16_t)index : BLOB_NONE;
}

static void read_peer(struct decoder *decoder, struct reader *reader, struct session *session)
{
	session->ip.family = reader_u8(reader);
	if (session->ip.family != 4 && session->ip.family != 6) {
		reader_fail(reader, ERR_FORMAT);
		return;
	}
	decoder_ip(reader, &session->ip);
	session->port = reader_u16(reader);
	session->host = decoder_name(decoder, reader);
}

static void decode_session(struct decoder *decoder, struct reader *reader, struct session *session)
{
	session->protocol = decoder_choice(reader, SESSION_DOT, SESSION_PROTOCOL_MAX);
	session->outcome = decoder_choice(reader, SESSION_ESTABLISHED, SESSION_OUTCOME_MAX);
	session->flags = decoder_choice(reader, 0, SESSION_FLAGS);
	read_peer(decoder, reader, session);
	session->tls_version = reader_u16(reader);
	session->status = (uint16_t)decoder_count(reader, UINT16_MAX);
	session->handshake_us = (uint32_t)decoder_count(reader, UINT32_MAX);
	session->answer_us = (uint32_t)decoder_count(reader, UINT32_MAX);
	session->not_before_s = read_signed(reader);
	session->not_after_s = read_signed(reader);
	session->alpn = read_text(decoder, reader);
	session->note = read_text(decoder, reader);
	session->chain_count = decoder_choice(reader, 0, SESSION_CHAIN_MAX);
	for (size_t i = 0; i < session->chain_count; i++) {
		session->certificates[i] = read_blob(decoder, reader);
		session->keys[i] = read_blob(decoder, reader);
	}
	size_t body = decoder_count(reader, decoder->observation->blob_count);
	session->body = body == 0 ? BLOB_NONE : (uint16_t)(body - 1);
}

static void decode_sessions(struct decoder *decoder, struct reader *reader)
{
	struct observation *observation = decoder->observation;
	size_t count = decoder_count(reader, OBSERVATION_SESSIONS_MAX);
	observation->sessions =
		decoder_array(decoder, reader, count, sizeof(*observation->sessions));
	for (size_t i = 0; i < count && reader->error == OK; i++)
		decode_session(decoder, reader, &observation->sessions[i]);
	observation->session_count = (uint16_t)count;
}

static bool is_repeated_route(const struct route *routes, size_t count)
{
	const struct route *last = &routes[count];
	for (size_t i = 0; i < count; i++) {
		const struct route *route = &routes[i];
		if (route->as == last->as && route->bits == last->bits &&
		    route->ip.family == last->ip.family &&
		    memcmp(route->ip.octets, last->ip.octets, sizeof(last->ip.octets)) == 0)
			return true;
	}
	return false;
}

static void decode_routes(struct decoder *decoder, struct reader *reader)
{
	struct observation *observation = decoder->observation;
	size_t count = decoder_count(reader, OBSERVATION_ROUTES_MAX);
	observation->routes = decoder_array(decoder, reader, count, sizeof(*observation->routes));
	for (size_t i = 0; i < count && reader->error == OK; i++) {
		struct route *route = &observation->routes[i];
		route->ip.family = reader_u8(reader);
		if (route->ip.family != 4 && route->ip.family != 6) {
			reader_fail(reader, ERR_FORMAT);
			return;
		}
		decoder_ip(reader, &route->ip);
		route->bits = decoder_choice(reader, 0, route->ip.family == 4 ? 32 : 128);
		route->validity = decoder_choice(reader, ROUTE_NOT_CHECKED, ROUTE_VALIDITY_MAX);
		route->as = (uint32_t)decoder_count(reader, UINT32_MAX);
		if (reader->error == OK && is_repeated_route(observation->routes, i))
			reader_fail(reader, ERR_FORMAT);
	}
	observation->route_count = (uint16_t)count;
}

/* Two octets for each route, not all of them zero. */
static void decode_route_limits(struct decoder *decoder, struct reader *reader)
{
	struct observation *observation = decoder->observation;
	bool is_empty = true;
	for (size_t i = 0; i < observation->route_count && reader->error == OK; i++) {
		struct route *route = &observation->routes[i];
		route->allowed = decoder_choice(reader, 0, route->ip.family == 4 ? 32 : 128);
		route->remains = decoder_choice(reader, 0, route->bits);
		is_empty = is_empty && route->allowed == 0 && route->remains == 0;
	}
	if (is_empty)
		reader_fail(reader, ERR_FORMAT);
}

static bool is_repeated_transfer(const struct transfer *transfers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (transfers[i].server == transfers[count].server)
			return true;
	}
	return false;
}

static void decode_transfer(const struct decoder *decoder, struct reader *reader,
			    struct transfer *transfer)
{
	transfer->server = reader_u8(reader);
	transfer->end = decoder_choice(reader, TRANSFER_WHOLE, TRANSFER_END_MAX);
	transfer->digest = decoder_choice(reader, TRANSFER_DIGEST_UNKNOWN, TRANSFER_DIGEST_MAX);
	transfer->serial = (uint32_t)decoder_count(reader, UINT32_MAX);
	transfer->messages = (uint32_t)decoder_count(reader, UINT32_MAX);
	transfer->records = (uint32_t)decoder_count(reader, UINT32_MAX);
	transfer->octets = (uint32_t)decoder_count(reader, UINT32_MAX);
	const bool is_known = transfer->digest != TRANSFER_DIGEST_UNKNOWN;
	if (reader->error == OK && (transfer->server >= decoder->observation->server_count ||
				    is_known != (transfer->end == TRANSFER_WHOLE)))
		reader_fail(reader, ERR_FORMAT);
}

static void decode_transfers(struct decoder *decoder, struct reader *reader)
{
	struct observation *observation = decoder->observation;
	size_t count = decoder_count(reader, OBSERVATION_TRANSFERS_MAX);
	observation->transfers =
		decoder_array(decoder, reader, count, sizeof(*observation->transfers));
	for (size_t i = 0; i < count && reader->error == OK; i++) {
		decode_transfer(decoder, reader, &observation->transfers[i]);
		if (reader->error == OK && is_repeated_transfer(observation->transfers, i))
			reader_fail(reader, ERR_FORMAT);
	}
	observation->transfer_count = (uint16_t)count;
}

void decode_further(struct decoder *decoder, struct reader *reader, uint64_t tag)
{
	assert(tag > PART_NEEDS);
	switch (tag) {
	case PART_KINDS:
		decode_kinds(decoder, reader);
		break;
	case PART_LOOKUPS:
		decode_lookups(decoder, reader);
		break;
	case PART_BLOBS:
		decode_blobs(decoder, reader);
		break;
	case PART_SESSIONS:
		decode_sessions(decoder, reader);
		break;
	case PART_ROUTES:
		decode_routes(decoder, reader);
		break;
	case PART_ROUTING:
		decoder->observation->routing = decoder_words(decoder, reader);
		break;
	case PART_ROUTE_LIMITS:
		decode_route_limits(decoder, reader);
		break;
	case PART_TRANSFERS:
		decode_transfers(decoder, reader);
		break;
	default:
		break; /* newer than this reader, which does without */
	}
}
