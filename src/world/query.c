/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"
#include "base/map.h"
#include "dns/wire/type.h"
#include "net/udp_server.h"
#include "world/query_private.h"

#include <assert.h>
#include <string.h>

#define OPCODE_MASK 0x7800u
#define UDP_PLAIN_MAX 512u
#define COOKIE_CLIENT_OCTETS 8
#define COOKIE_SERVER_OCTETS 16

/* RFC 9018 s4: version, reserved, time, hash; the secret is no secret in a world. */
static void add_cookie(struct writer *writer, const struct message *message, const struct ask *ask)
{
	static const uint8_t secret[16] = "a world's cookie";
	uint16_t size;
	const uint8_t *cookie = message_option(message, EDNS_COOKIE, &size);
	if (!cookie || size < COOKIE_CLIENT_OCTETS)
		return;
	uint8_t hashed[COOKIE_CLIENT_OCTETS + 8 + 16];
	memcpy(hashed, cookie, COOKIE_CLIENT_OCTETS);
	memcpy(hashed + COOKIE_CLIENT_OCTETS, (const uint8_t[8]){1}, 8);
	memcpy(hashed + COOKIE_CLIENT_OCTETS + 8, ask->peer.octets, 16);
	uint64_t hash = siphash(secret, hashed, sizeof(hashed));
	writer_u16(writer, EDNS_COOKIE);
	writer_u16(writer, COOKIE_CLIENT_OCTETS + COOKIE_SERVER_OCTETS);
	writer_octets(writer, cookie, COOKIE_CLIENT_OCTETS);
	writer_octets(writer, (const uint8_t[8]){1}, 8);
	writer_u64(writer, hash);
}

static void add_nsid(struct writer *writer, const struct message *message, const uint8_t *name)
{
	uint16_t size;
	if (!name || !message_option(message, EDNS_NSID, &size))
		return;
	uint16_t length = name[0];
	writer_u16(writer, EDNS_NSID);
	writer_u16(writer, length);
	writer_octets(writer, name + 1, length);
}

/* The first option that is neither cookie nor NSID. */
static uint16_t find_unknown(const struct edns *edns)
{
	struct reader reader;
	reader_init(&reader, edns->options, edns->options == NULL ? 0 : edns->options_size);
	while (reader_left(&reader) > 0) {
		uint16_t code = reader_u16(&reader);
		reader_skip(&reader, reader_u16(&reader));
		if (reader.error)
			break;
		if (code != EDNS_COOKIE && code != EDNS_NSID)
			return code;
	}
	return 0;
}

static void read_edns(const struct message *message, const struct ask *ask,
		      const uint8_t *server_name, struct query_facts *facts)
{
	facts->has_edns = true;
	uint16_t padding;
	facts->dnssec_ok = (message->edns.flags & EDNS_FLAG_DO) != 0;
	facts->edns_flags = message->edns.flags & (uint16_t)~EDNS_FLAG_DO;
	facts->unknown_option = find_unknown(&message->edns);
	facts->is_padded = message_option(message, EDNS_PADDING, &padding) != NULL;
	if (!ask->is_stream) {
		size_t room = message->edns.udp_size;
		room = room < UDP_PLAIN_MAX ? UDP_PLAIN_MAX : room;
		facts->room = room > UDP_ANSWER_MAX ? UDP_ANSWER_MAX : room;
	}
	struct writer writer;
	writer_init(&writer, facts->options, sizeof(facts->options));
	add_cookie(&writer, message, ask);
	add_nsid(&writer, message, server_name);
	facts->options_size = writer.error ? 0 : writer_used(&writer);
}

enum query_state query_read(struct arena *arena, const struct ask *ask, const uint8_t *server_name,
			    struct query_facts *ret_facts)
{
	assert(ask->data != NULL || ask->size_bytes == 0);
	struct message message;
	*ret_facts =
		(struct query_facts){.room = ask->is_stream ? STREAM_ANSWER_MAX : UDP_PLAIN_MAX,
				     .is_stream = ask->is_stream};
	if (message_walk(arena, ask->data, ask->size_bytes, &message) ||
	    message.fault == MESSAGE_SHORT_HEADER || (message.flags & FLAG_QR))
		return QUERY_IGNORED;
	ret_facts->id = message.id;
	ret_facts->flags = message.flags & (OPCODE_MASK | FLAG_RD | FLAG_CD);
	if (message.opcode != 0)
		return QUERY_OTHER_OPCODE;
	if (message.fault != MESSAGE_SOUND || message.question_count != 1 || !message.question_name)
		return QUERY_MALFORMED;
	ret_facts->name = message.question_name;
	name_copy_lower(ret_facts->lower.octets, message.question_name);
	ret_facts->type = message.question_type;
	ret_facts->class = message.question_class;
	if (message.edns.present) {
		read_edns(&message, ask, server_name, ret_facts);
		if (message.edns.version != 0)
			return QUERY_BAD_VERSION;
	}
	return QUERY_SOUND;
}

/* Leaves room for the OPT that reply_end adds. */
static void reply_begin(const struct query_facts *facts, uint16_t flags, struct builder *builder,
			uint8_t *buffer)
{
	size_t reserved = facts->has_edns ? OPT_FIXED_OCTETS + facts->options_size : 0;
	assert(facts->room > reserved + MESSAGE_HEADER_OCTETS);
	builder_init(builder, buffer, facts->room - reserved, facts->id,
		     (uint16_t)(FLAG_QR | facts->flags | flags));
	if (facts->name)
		builder_question(builder, facts->name, facts->type, facts->class);
}

static size_t reply_end(const struct query_facts *facts, struct builder *builder, uint16_t rcode)
{
	builder->room = facts->room;
	if (facts->has_edns)
		builder_opt(
			builder,
			&(struct edns){.udp_size = EDNS_UDP_OCTETS,
				       .flags = (uint16_t)((facts->dnssec_ok ? EDNS_FLAG_DO : 0) |
							   facts->flags_back),
				       .options = facts->options_size ? facts->options : NULL,
				       .options_size = (uint16_t)(facts->options_size)},
			rcode);
	return builder_finish(builder, rcode);
}

size_t reply_bare(const struct query_facts *facts, uint16_t flags, uint16_t rcode, uint8_t *buffer)
{
	struct builder builder;
	reply_begin(facts, flags, &builder, buffer);
	return reply_end(facts, &builder, rcode);
}

/* One RRset and its signatures. */
static void add_item(struct builder *builder, const struct answer_item *item)
{
	for (uint16_t i = 0; i < item->count; i++) {
		struct record record = *item->records[i];
		record.owner = item->owner ? item->owner : record.owner;
		builder_record(builder, item->section, &record);
	}
	for (uint16_t i = 0; i < item->signature_count; i++) {
		struct record signature = item->signatures[i];
		signature.owner = item->owner ? item->owner : signature.owner;
		builder_record(builder, item->section, &signature);
	}
}

size_t reply_answer(const struct query_facts *facts, const struct answer *answer, uint8_t *buffer)
{
	struct builder builder;
	uint16_t flags = answer->is_authoritative ? FLAG_AA : 0;
	reply_begin(facts, flags, &builder, buffer);
	for (int section = SECTION_ANSWER; section < SECTION_COUNT; section++) {
		for (uint32_t i = 0; i < answer->count; i++) {
			const struct answer_item *item = &answer->items[i];
			if (item->section != section)
				continue;
			struct builder_mark mark = builder_mark(&builder);
			add_item(&builder, item);
			if (!builder.error)
				continue;
			if (!item->is_optional)
				return reply_bare(facts, flags | FLAG_TC, answer->rcode, buffer);
			builder_rewind(&builder, &mark);
		}
	}
	return reply_end(facts, &builder, answer->rcode);
}

static uint8_t lower(uint8_t octet)
{
	return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + 'a' - 'A') : octet;
}

/* A message that gives the question back gives its case back, too. */
static void give_back_case(const struct query_facts *facts, uint8_t *message, size_t size)
{
	uint8_t *name = message + MESSAGE_HEADER_OCTETS;
	const size_t name_octets = name_size(facts->name);
	if (size < MESSAGE_HEADER_OCTETS + name_octets)
		return;
	for (size_t i = 0; i < name_octets; i++) {
		if (lower(name[i]) != facts->lower.octets[i])
			return;
	}
	memcpy(name, facts->name, name_octets);
}

size_t reply_canned(const struct query_facts *facts, const struct canned_reply *reply,
		    uint8_t *buffer)
{
	assert(facts->name != NULL && reply->record_count <= MESSAGE_RECORDS_MAX);
	if (reply->raw) {
		size_t size = reply->raw_size < facts->room ? reply->raw_size : facts->room;
		memcpy(buffer, reply->raw, size);
		buffer[0] = (uint8_t)(facts->id >> 8);
		buffer[1] = (uint8_t)facts->id;
		give_back_case(facts, buffer, size);
		return size;
	}
	struct query_facts own = *facts;
	own.has_edns = facts->has_edns && !reply->without_edns;
	struct builder builder;
	reply_begin(&own, reply->flags, &builder, buffer);
	for (uint16_t i = 0; i < reply->record_count; i++)
		builder_record(&builder, (enum section)reply->records[i].section,
			       &reply->records[i]);
	if (builder.error)
		return reply_bare(&own, reply->flags | FLAG_TC, reply->rcode, buffer);
	return reply_end(&own, &builder, reply->rcode);
}

#define ANSWER_BLOCK 468u

size_t answer_pad(struct arena *arena, uint8_t *answer, size_t size,
		  const struct query_facts *facts)
{
	struct message message;
	size_t padded = size;
	if (!facts->is_padded || size == 0 || message_walk(arena, answer, size, &message) ||
	    !message.edns.present)
		return size;
	/* What does not end with OPT, or has no room left, stays as it is. */
	const int error = opt_pad(answer, STREAM_ANSWER_MAX, ANSWER_BLOCK,
				  message.edns.record_offset, &padded);
	return error ? size : padded;
}
