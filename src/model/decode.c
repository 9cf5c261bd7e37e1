/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "model/codec_private.h"
#include "model/observation.h"

#include <assert.h>
#include <string.h>

/* The first room of the table of names. */
#define NAMES_FIRST 32

void *decoder_array(struct decoder *decoder, struct reader *reader, size_t count, size_t size)
{
	if (reader->error != OK)
		return NULL;
	void *taken = arena_take_array(decoder->arena, count, size);
	if (taken == NULL)
		reader_fail(reader, ERR_MEMORY);
	return taken;
}

size_t decoder_count(struct reader *reader, size_t limit)
{
	uint64_t count = reader_varint(reader);
	if (count > limit)
		reader_fail(reader, ERR_LIMIT);
	return reader->error == OK ? (size_t)count : 0;
}

uint8_t decoder_choice(struct reader *reader, uint8_t first, uint8_t last)
{
	uint8_t value = reader_u8(reader);
	if (value < first || value > last)
		reader_fail(reader, ERR_FORMAT);
	return reader->error == OK ? value : first;
}

static void remember_name(struct decoder *decoder, struct reader *reader, const uint8_t *name)
{
	assert(name != NULL && decoder->name_count <= NAMES_MAX);
	if (decoder->name_count == NAMES_MAX) {
		reader_fail(reader, ERR_LIMIT);
		return;
	}
	if (decoder->name_count == decoder->name_room) {
		size_t room = decoder->name_room == 0 ? NAMES_FIRST : decoder->name_room * 2u;
		const uint8_t **names = decoder_array(decoder, reader, room, sizeof(*names));
		if (names == NULL)
			return;
		if (decoder->name_count > 0)
			memcpy(names, decoder->names, decoder->name_count * sizeof(*names));
		decoder->names = names;
		decoder->name_room = (uint16_t)room;
	}
	decoder->names[decoder->name_count++] = name;
}

/* A name told by its own labels and the end of an earlier one. */
static const uint8_t *read_new_name(struct decoder *decoder, struct reader *reader)
{
	static const uint8_t root[] = {0};
	size_t own = decoder_count(reader, NAME_MAX_OCTETS);
	const uint8_t *labels = reader_octets(reader, own);
	size_t base = decoder_count(reader, decoder->name_count);
	const uint8_t *end = root;
	if (base > 0 && reader->error == OK) {
		const uint8_t *earlier = decoder->names[base - 1];
		end = name_suffix(earlier, decoder_count(reader, name_labels(earlier)));
	}
	size_t size = own + name_size(end);
	if (reader->error == OK && size > NAME_MAX_OCTETS)
		reader_fail(reader, ERR_FORMAT);
	if (reader->error != OK)
		return NULL;
	uint8_t *name = arena_take_octets(decoder->arena, size);
	if (name == NULL) {
		reader_fail(reader, ERR_MEMORY);
		return NULL;
	}
	memcpy(name, labels, own);
	memcpy(name + own, end, name_size(end));
	if (!name_is_valid(name, size)) {
		reader_fail(reader, ERR_FORMAT);
		return NULL;
	}
	name_lower(name);
	remember_name(decoder, reader, name);
	return name;
}

const uint8_t *decoder_name(struct decoder *decoder, struct reader *reader)
{
	size_t reference = decoder_count(reader, decoder->name_count + 1u);
	if (reference == 0)
		return NULL;
	if (reference == 1)
		return read_new_name(decoder, reader);
	assert(decoder->names != NULL && reference - 2 < decoder->name_count);
	return decoder->names[reference - 2];
}

const uint8_t *decoder_some_name(struct decoder *decoder, struct reader *reader)
{
	const uint8_t *name = decoder_name(decoder, reader);
	if (name == NULL)
		reader_fail(reader, ERR_FORMAT);
	return name;
}

static void decode_domain(struct decoder *decoder, struct reader *reader)
{
	size_t size = reader_left(reader);
	const uint8_t *octets = reader_octets(reader, size);
	if (octets == NULL || !name_is_valid(octets, size)) {
		reader_fail(reader, ERR_FORMAT);
		return;
	}
	uint8_t *name = arena_take_octets(decoder->arena, size);
	if (name == NULL) {
		reader_fail(reader, ERR_MEMORY);
		return;
	}
	name_copy_lower(name, octets);
	decoder->observation->domain = name;
	remember_name(decoder, reader, name);
}

static void decode_time(struct decoder *decoder, struct reader *reader)
{
	uint64_t seconds = reader_varint(reader);
	uint64_t took_ms = reader_varint(reader);
	if (took_ms > UINT32_MAX)
		reader_fail(reader, ERR_FORMAT);
	decoder->observation->started_s =
		(int64_t)(seconds >> 1 ^ ((seconds & 1) != 0 ? UINT64_MAX : 0));
	decoder->observation->took_ms = (uint32_t)took_ms;
}

const char *decoder_words(struct decoder *decoder, struct reader *reader)
{
	size_t size = reader_left(reader);
	const uint8_t *octets = reader_octets(reader, size);
	if (octets == NULL || size > WORDS_MAX || memchr(octets, 0, size) != NULL) {
		reader_fail(reader, ERR_FORMAT);
		return NULL;
	}
	char *words = arena_take_octets(decoder->arena, size + 1);
	if (words == NULL) {
		reader_fail(reader, ERR_MEMORY);
		return NULL;
	}
	memcpy(words, octets, size);
	words[size] = '\0';
	return words;
}

void decoder_ip(struct reader *reader, struct ip *ip)
{
	assert(ip->family == 4 || ip->family == 6);
	size_t size = ip->family == 4 ? 4 : 16;
	const uint8_t *octets = reader_octets(reader, size);
	if (octets != NULL)
		memcpy(ip->octets, octets, size);
}

/* Each address and each host is there once: whoever looks for one finds the only one. */
static bool is_repeated_server(const struct server *servers, size_t count)
{
	const struct server *last = &servers[count];
	for (size_t i = 0; i < count; i++) {
		if (servers[i].port == last->port && servers[i].ip.family == last->ip.family &&
		    memcmp(servers[i].ip.octets, last->ip.octets, sizeof(last->ip.octets)) == 0)
			return true;
	}
	return false;
}

static bool is_repeated_host(const struct host *hosts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (name_equal(hosts[i].name, hosts[count].name))
			return true;
	}
	return false;
}

static void decode_servers(struct decoder *decoder, struct reader *reader)
{
	struct observation *observation = decoder->observation;
	size_t count = decoder_count(reader, OBSERVATION_SERVERS_MAX);
	observation->servers = decoder_array(decoder, reader, count, sizeof(*observation->servers));
	for (size_t i = 0; i < count && reader->error == OK; i++) {
		struct server *server = &observation->servers[i];
		uint8_t bits = decoder_choice(reader, 0, SERVER_BITS);
		server->ip.family = (bits & SERVER_IS_IP6) != 0 ? 6 : 4;
		server->asked = (bits & SERVER_ASKED) != 0;
		decoder_ip(reader, &server->ip);
		server->port = (bits & SERVER_HAS_PORT) != 0 ? reader_u16(reader) : PORT_DNS;
		if (is_repeated_server(observation->servers, i))
			reader_fail(reader, ERR_FORMAT);
	}
	observation->server_count = (uint8_t)count;
}

/* A list of indices of servers, in place. */
static const uint8_t *read_indices(struct decoder *decoder, struct reader *reader,
				   uint8_t *ret_count)
{
	uint8_t count = decoder_choice(reader, 0, decoder->observation->server_count);
	const uint8_t *indices = reader_octets(reader, count);
	for (size_t i = 0; indices != NULL && i < count; i++) {
		if (indices[i] >= decoder->observation->server_count) {
			reader_fail(reader, ERR_FORMAT);
			return NULL;
		}
	}
	*ret_count = indices == NULL ? 0 : count;
	return indices;
}

static void decode_hosts(struct decoder *decoder, struct reader *reader)
{
	struct observation *observation = decoder->observation;
	size_t count = decoder_count(reader, OBSERVATION_HOSTS_MAX);
	observation->hosts = decoder_array(decoder, reader, count, sizeof(*observation->hosts));
	for (size_t i = 0; i < count && reader->error == OK; i++) {
		struct host *host = &observation->hosts[i];
		host->name = decoder_some_name(decoder, reader);
		host->flags = reader_u8(reader);
		host->state = decoder_choice(reader, HOST_NOT_LOOKED_UP, HOST_LIMIT);
		host->glue = read_indices(decoder, reader, &host->glue_count);
		host->addresses = read_indices(decoder, reader, &host->address_count);
		if (reader->error == OK && is_repeated_host(observation->hosts, i))
			reader_fail(reader, ERR_FORMAT);
	}
	observation->host_count = (uint8_t)count;
}

static void decode_messages(struct decoder *decoder, struct reader *reader)
{
	struct observation *observation = decoder->observation;
	size_t count = decoder_count(reader, OBSERVATION_MESSAGES_MAX);
	observation->messages =
		decoder_array(decoder, reader, count, sizeof(*observation->messages));
	for (size_t i = 0; i < count && reader->error == OK; i++) {
		size_t size = decoder_count(reader, UINT16_MAX);
		observation->messages[i].size = (uint16_t)size;
		observation->messages[i].wire = reader_octets(reader, size);
	}
	observation->message_count = (uint16_t)count;
}

/* See struct exchange_memory in encode.c. */
struct exchange_memory {
	struct exchange last;
	size_t next_message;
	const struct exchange *opts[OPT_MEMORIES];
};

static uint16_t read_message(struct decoder *decoder, struct reader *reader,
			     const struct exchange_memory *memory, enum message_form form)
{
	size_t index = MESSAGE_NONE;
	if (form == MESSAGE_FORM_NEXT)
		index = memory->next_message;
	else if (form == MESSAGE_FORM_SAME)
		index = memory->last.message;
	else if (form == MESSAGE_FORM_INDEX)
		index = decoder_count(reader, MESSAGE_NONE - 1);
	if (form != MESSAGE_FORM_NONE && index >= decoder->observation->message_count) {
		reader_fail(reader, ERR_FORMAT);
		return MESSAGE_NONE;
	}
	return (uint16_t)index;
}

/* Can the record be put behind this message again? */
static bool opt_fits(const struct decoder *decoder, const struct exchange *exchange)
{
	if (exchange->message == MESSAGE_NONE || exchange->opt_size == 0)
		return false;
	const struct kept_message *message = &decoder->observation->messages[exchange->message];
	return message->size >= MESSAGE_HEADER_OCTETS &&
	       message->size + (size_t)exchange->opt_size <= UINT16_MAX &&
	       (message->wire[10] & message->wire[11]) != 0xff;
}

static void read_opt(struct decoder *decoder, struct reader *reader, const struct exchange *before,
		     struct exchange *exchange)
{
	size_t same = decoder_count(reader, before == NULL ? 0 : before->opt_size);
	size_t more = decoder_count(reader, UINT16_MAX - same);
	const uint8_t *octets = reader_octets(reader, more);
	assert(same + more <= UINT16_MAX);
	decoder->opt_octets += same + more;
	if (reader->error == OK && decoder->opt_octets > OBSERVATION_OCTETS_MAX)
		reader_fail(reader, ERR_LIMIT);
	uint8_t *opt = decoder_array(decoder, reader, same + more, 1);
	if (opt == NULL)
		return;
	if (before != NULL && same > 0)
		memcpy(opt, before->opt, same);
	memcpy(opt + same, octets, more);
	exchange->opt = opt;
	exchange->opt_size = (uint16_t)(same + more);
}

static void decode_opt(struct decoder *decoder, struct reader *reader,
		       const struct exchange *before, struct exchange *exchange, enum opt_form form)
{
	if (form == OPT_FORM_SAME && before != NULL) {
		exchange->opt = before->opt;
		exchange->opt_size = before->opt_size;
	} else if (form == OPT_FORM_PREFIX) {
		read_opt(decoder, reader, before, exchange);
	}
	bool has_opt = (exchange->flags & EXCHANGE_OPT_CUT) != 0;
	if (has_opt != (form != OPT_FORM_NONE) || (has_opt && !opt_fits(decoder, exchange)))
		reader_fail(reader, ERR_FORMAT);
}

static void read_course(struct reader *reader, struct exchange *exchange)
{
	exchange->transport = decoder_choice(reader, TRANSPORT_UDP, TRANSPORT_DOQ);
	exchange->outcome = decoder_choice(reader, OUTCOME_ANSWER, OUTCOME_NOT_ASKED);
	exchange->flags = reader_u8(reader);
	exchange->attempts = reader_u8(reader);
	exchange->mismatches = reader_u8(reader);
}

/* Name, type, server, course: as before where the form says so. */
static void read_question(struct decoder *decoder, struct reader *reader, unsigned int form,
			  struct exchange *exchange)
{
	if ((form & SAME_NAME) == 0)
		exchange->name = decoder_some_name(decoder, reader);
	if ((form & SAME_TYPE) == 0)
		exchange->type = (uint16_t)decoder_count(reader, UINT16_MAX);
	if ((form & SAME_SERVER) == 0)
		exchange->server = reader_u8(reader);
	if (exchange->server != SERVER_PARENT &&
	    exchange->server >= decoder->observation->server_count)
		reader_fail(reader, ERR_FORMAT);
	if ((form & SAME_COURSE) == 0)
		read_course(reader, exchange);
	else if (exchange->outcome == 0)
		reader_fail(reader, ERR_FORMAT); /* the first has none before it */
}

static void decode_exchange(struct decoder *decoder, struct reader *reader,
			    struct exchange_memory *memory, struct exchange *exchange)
{
	unsigned int form = reader_u8(reader);
	enum message_form message = (enum message_form)(form >> MESSAGE_SHIFT & 3);
	*exchange = memory->last;
	exchange->opt = NULL;
	exchange->opt_size = 0;
	read_question(decoder, reader, form, exchange);
	exchange->message = read_message(decoder, reader, memory, message);
	exchange->id = message == MESSAGE_FORM_NONE ? 0 : reader_u16(reader);
	exchange->rtt_us = (uint32_t)decoder_count(reader, UINT32_MAX);
	decode_opt(decoder, reader, memory->opts[exchange->server], exchange,
		   (enum opt_form)(form >> OPT_SHIFT));
	if (reader->error != OK)
		return;
	memory->last = *exchange;
	if (exchange->message != MESSAGE_NONE && exchange->message >= memory->next_message)
		memory->next_message = exchange->message + 1u;
	if ((exchange->flags & EXCHANGE_OPT_CUT) != 0)
		memory->opts[exchange->server] = exchange;
}

static void decode_exchanges(struct decoder *decoder, struct reader *reader)
{
	struct observation *observation = decoder->observation;
	struct exchange_memory memory = {
		.last = {.name = observation->domain, .message = MESSAGE_NONE},
	};
	size_t count = decoder_count(reader, OBSERVATION_EXCHANGES_MAX);
	observation->exchanges =
		decoder_array(decoder, reader, count, sizeof(*observation->exchanges));
	for (size_t i = 0; i < count && reader->error == OK; i++)
		decode_exchange(decoder, reader, &memory, &observation->exchanges[i]);
	observation->exchange_count = (uint16_t)count;
}

static void decode_proofs(struct decoder *decoder, struct reader *reader)
{
	struct observation *observation = decoder->observation;
	size_t count = decoder_count(reader, OBSERVATION_PROOFS_MAX);
	observation->proofs = decoder_array(decoder, reader, count, sizeof(*observation->proofs));
	for (size_t i = 0; i < count && reader->error == OK; i++) {
		struct proof *proof = &observation->proofs[i];
		size_t message = decoder_count(reader, UINT16_MAX);
		proof->message = (uint16_t)message;
		proof->record = (uint16_t)decoder_count(reader, UINT16_MAX);
		size_t key_message = decoder_count(reader, observation->message_count);
		proof->key_message = key_message == 0 ? MESSAGE_NONE : (uint16_t)(key_message - 1);
		proof->key_tag = reader_u16(reader);
		uint8_t result = reader_u8(reader);
		proof->result = result & PROOF_RESULT;
		proof->key_is_sep = (result & PROOF_SEP) != 0;
		proof->key_is_revoked = (result & PROOF_REVOKED) != 0;
		if (message >= observation->message_count || proof->result == 0 ||
		    proof->result > PROOF_RESULT_MAX)
			reader_fail(reader, ERR_FORMAT);
	}
	observation->proof_count = (uint16_t)count;
}

static void decode_delegation(struct decoder *decoder, struct reader *reader)
{
	struct observation *observation = decoder->observation;
	observation->delegation =
		decoder_choice(reader, DELEGATION_UNKNOWN, DELEGATION_SERVED_BY_PARENT);
	observation->parent_security =
		decoder_choice(reader, SECURITY_INDETERMINATE, SECURITY_BOGUS);
	observation->ds_security = decoder_choice(reader, SECURITY_INDETERMINATE, SECURITY_BOGUS);
	size_t exchange = decoder_count(reader, observation->exchange_count);
	observation->parent_exchange = exchange == 0 ? MESSAGE_NONE : (uint16_t)(exchange - 1);
	observation->parent = decoder_name(decoder, reader);
	observation->parent_server.family = reader_u8(reader);
	if (observation->parent_server.family == 4 || observation->parent_server.family == 6)
		decoder_ip(reader, &observation->parent_server);
	else if (observation->parent_server.family != 0)
		reader_fail(reader, ERR_FORMAT);
}

static void decode_part(struct decoder *decoder, struct reader *reader, uint64_t tag)
{
	struct observation *observation = decoder->observation;
	switch (tag) {
	case PART_DOMAIN:
		decode_domain(decoder, reader);
		break;
	case PART_TIME:
		decode_time(decoder, reader);
		break;
	case PART_VANTAGE:
		observation->vantage = decoder_words(decoder, reader);
		break;
	case PART_SCANNER:
		observation->scanner = decoder_words(decoder, reader);
		break;
	case PART_NOT_MEASURED:
		observation->not_measured = decoder_words(decoder, reader);
		break;
	case PART_FLAGS:
		observation->cut_short = (reader_varint(reader) & PART_FLAG_CUT_SHORT) != 0;
		break;
	case PART_SERVERS:
		decode_servers(decoder, reader);
		break;
	case PART_HOSTS:
		decode_hosts(decoder, reader);
		break;
	case PART_MESSAGES:
		decode_messages(decoder, reader);
		break;
	case PART_EXCHANGES:
		decode_exchanges(decoder, reader);
		break;
	case PART_PROOFS:
		decode_proofs(decoder, reader);
		break;
	case PART_DELEGATION:
		decode_delegation(decoder, reader);
		break;
	case PART_NEEDS:
		observation->needs = (unsigned int)decoder_count(reader, OBSERVATION_NEEDS_MAX);
		break;
	default:
		decode_further(decoder, reader, tag);
		break;
	}
}

/* All parts in order. Octets a newer writer added at the end of a part are left unread. */
static int decode_parts(struct decoder *decoder, struct reader *reader, struct complaint *complaint)
{
	uint64_t last = 0;
	while (reader->error == OK && reader_left(reader) > 0) {
		size_t offset = reader_offset(reader);
		uint64_t tag = reader_varint(reader);
		struct reader part =
			reader_part(reader, decoder_count(reader, OBSERVATION_OCTETS_MAX));
		if (part.error == OK && (tag <= last || (last == 0 && tag != PART_DOMAIN)))
			reader_fail(&part, ERR_FORMAT);
		last = tag;
		if (part.error == OK)
			decode_part(decoder, &part, tag);
		if (part.error != OK)
			return complain(complaint, part.error,
					"observation: part %llu at octet %zu: %s",
					(unsigned long long)tag, offset, error_text(part.error));
	}
	if (reader->error != OK || last == 0)
		return complain(complaint, ERR_FORMAT, "observation: ends within a part");
	return OK;
}

int observation_decode(struct arena *arena, const uint8_t *octets, size_t size,
		       struct observation *ret_observation, struct complaint *complaint)
{
	assert(arena != NULL && ret_observation != NULL);
	struct reader reader;
	if (size > OBSERVATION_OCTETS_MAX)
		return complain(complaint, ERR_FORMAT, "observation: %zu octets, more than %u",
				size, OBSERVATION_OCTETS_MAX);
	reader_init(&reader, octets, size);
	uint8_t first = reader_u8(&reader);
	uint8_t second = reader_u8(&reader);
	uint8_t version = reader_u8(&reader);
	if (first != OBSERVATION_MAGIC_0 || second != OBSERVATION_MAGIC_1)
		return complain(complaint, ERR_FORMAT, "observation: does not begin like one");
	if (version != OBSERVATION_VERSION)
		return complain(complaint, ERR_UNSUPPORTED,
				"observation: version %u, this dsfi reads version %d; "
				"use a newer dsfi",
				version, OBSERVATION_VERSION);
	struct observation observation = {.parent_exchange = MESSAGE_NONE,
					  .needs = NEED_ALL_DEFAULT};
	struct decoder decoder = {.arena = arena, .observation = &observation};
	int error = decode_parts(&decoder, &reader, complaint);
	if (error == OK)
		*ret_observation = observation;
	return error;
}
