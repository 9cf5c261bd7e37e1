/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/message.h"

#include "dns/wire/canonical_private.h"
#include "dns/wire/name.h"
#include "dns/wire/span_private.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

/* Owner of one octet, and the ten octets after it. */
#define RECORD_MIN_OCTETS 11
#define RECORD_HEAD_OCTETS 10

struct walk {
	struct message message;
	struct canonical canonical;
	size_t at;
	size_t size;
	uint16_t counts[SECTION_COUNT];
};

/* A record's head as read: where its RDATA lies. */
struct head {
	size_t start;
	struct octets owner;
	size_t rdata_at;
	uint32_t ttl;
	uint16_t type;
	uint16_t class;
	uint16_t rdata_size;
	enum section section;
};

static uint16_t get_u16(const uint8_t *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

static uint32_t get_u32(const uint8_t *octets)
{
	return (uint32_t)get_u16(octets) << 16 | get_u16(octets + 2);
}

/* The first thing that is wrong is the one that is told. */
static void blame(struct walk *walk, enum message_fault fault)
{
	if (walk->message.fault == MESSAGE_SOUND)
		walk->message.fault = fault;
}

static void read_header(struct walk *walk)
{
	const uint8_t *wire = walk->message.wire;
	struct message *message = &walk->message;
	message->id = get_u16(wire);
	message->flags = get_u16(wire + 2);
	message->opcode = (uint8_t)(message->flags >> 11 & 15);
	message->rcode = message->flags & 15;
	message->question_count = get_u16(wire + 4);
	for (size_t i = 0; i < SECTION_COUNT; i++)
		walk->counts[i] = get_u16(wire + 6 + 2 * i);
	walk->at = MESSAGE_HEADER_OCTETS;
}

/* The first question's name keeps its case: that is what 0x20 looks at. */
static int take_question(struct walk *walk, const struct name_span *span)
{
	struct message *message = &walk->message;
	message->question_name = message->wire + span->start;
	if (span->compressed) {
		uint8_t *name = arena_take_octets(walk->canonical.arena, span->size);
		if (name == NULL)
			return ERR_MEMORY;
		span_expand(message->wire, span, name);
		message->question_name = name;
	}
	message->question_type = get_u16(message->wire + span->next);
	message->question_class = get_u16(message->wire + span->next + 2);
	return OK;
}

static int read_questions(struct walk *walk, bool *ret_done)
{
	const size_t count = walk->message.question_count;
	for (size_t i = 0; i < count; i++) {
		struct name_span span;
		if (span_read(walk->message.wire, walk->size, walk->at, &span) != OK ||
		    walk->size - span.next < 4) {
			blame(walk, MESSAGE_BAD_QUESTION);
			*ret_done = true;
			return OK;
		}
		if (i == 0 && take_question(walk, &span) != OK)
			return ERR_MEMORY;
		walk->at = span.next + 4;
	}
	/* RFC 9619: at most one. The records after them can be read all the same. */
	if (count > 1)
		blame(walk, MESSAGE_BAD_QUESTION);
	*ret_done = false;
	return OK;
}

static int read_head(struct walk *walk, struct head *ret_head, bool *ret_done)
{
	size_t next;
	*ret_done = true;
	ret_head->start = walk->at;
	const int error =
		canonical_name(&walk->canonical, walk->at, walk->size, &ret_head->owner, &next);
	if (error == ERR_MEMORY)
		return error;
	if (error != OK) {
		blame(walk, error == ERR_SHORT ? MESSAGE_COUNT_LIES : MESSAGE_BAD_NAME);
		return OK;
	}
	if (walk->size - next < RECORD_HEAD_OCTETS) {
		blame(walk, MESSAGE_COUNT_LIES);
		return OK;
	}
	const uint8_t *octets = walk->message.wire + next;
	ret_head->type = get_u16(octets);
	ret_head->class = get_u16(octets + 2);
	ret_head->ttl = get_u32(octets + 4);
	ret_head->rdata_size = get_u16(octets + 8);
	ret_head->rdata_at = next + RECORD_HEAD_OCTETS;
	if (walk->size - ret_head->rdata_at < ret_head->rdata_size) {
		blame(walk, MESSAGE_COUNT_LIES);
		return OK;
	}
	walk->at = ret_head->rdata_at + ret_head->rdata_size;
	*ret_done = false;
	return OK;
}

/* Octets of the options that are well-formed, RFC 6891 s6.1.2. */
static size_t measure_options(const uint8_t *options, size_t size)
{
	size_t at = 0;
	while (size - at >= 4) {
		const size_t length = get_u16(options + at + 2);
		if (length > size - at - 4)
			break;
		at += 4 + length;
	}
	return at;
}

static void take_opt(struct walk *walk, const struct head *head)
{
	struct edns *edns = &walk->message.edns;
	const uint8_t *options = walk->message.wire + head->rdata_at;
	const size_t options_size = measure_options(options, head->rdata_size);
	if (edns->present || head->section != SECTION_ADDITIONAL || head->owner.size != 1 ||
	    options_size != head->rdata_size)
		blame(walk, MESSAGE_BAD_OPT);
	if (edns->present)
		return;
	edns->present = true;
	edns->version = (uint8_t)(head->ttl >> 16);
	edns->flags = (uint16_t)head->ttl;
	edns->udp_size = head->class;
	edns->options = options;
	edns->options_size = (uint16_t)options_size;
	edns->record_offset = (uint16_t)head->start;
	edns->record_size = (uint16_t)(walk->at - head->start);
	walk->message.rcode |= (uint16_t)(head->ttl >> 24 << 4);
}

static int take_record(struct walk *walk, const struct head *head)
{
	struct octets rdata = {walk->message.wire + head->rdata_at, head->rdata_size};
	/* Without RDATA in classes ANY and NONE: updates, RFC 2136 s2.4. */
	if (head->rdata_size > 0 || head->class == CLASS_IN) {
		const int error = canonical_rdata(&walk->canonical, head->rdata_at,
						  head->rdata_size, head->type, &rdata);
		if (error == ERR_MEMORY)
			return error;
		if (error != OK) {
			blame(walk,
			      walk->canonical.bad_name ? MESSAGE_BAD_NAME : MESSAGE_BAD_RDATA);
			return OK;
		}
	}
	assert(walk->message.record_count < MESSAGE_RECORDS_MAX);
	walk->message.records[walk->message.record_count++] = (struct record){
		.owner = head->owner.data,
		.rdata = rdata.data,
		.ttl = head->ttl,
		.type = head->type,
		.class = head->class,
		.rdata_size = (uint16_t)rdata.size,
		.section = (uint8_t)head->section,
	};
	return OK;
}

static int read_section(struct walk *walk, enum section section, bool *ret_done)
{
	for (size_t left = walk->counts[section]; left > 0; left--) {
		FILLED_BELOW struct head head;
		int error = read_head(walk, &head, ret_done);
		if (error != OK || *ret_done)
			return error;
		head.section = section;
		if (head.type == TYPE_OPT)
			take_opt(walk, &head);
		else if (head.type != TYPE_TSIG)
			error = take_record(walk, &head);
		if (error != OK)
			return error;
	}
	*ret_done = false;
	return OK;
}

/* One allocation: the counts may lie, the octets that are left cannot. */
static int take_records(struct walk *walk)
{
	size_t count = (size_t)walk->counts[0] + walk->counts[1] + walk->counts[2];
	const size_t most = (walk->size - walk->at) / RECORD_MIN_OCTETS;
	if (count > most)
		count = most;
	static_assert(UINT16_MAX / RECORD_MIN_OCTETS < MESSAGE_RECORDS_MAX, "all records fit");
	walk->message.records = arena_take(walk->canonical.arena, count * sizeof(struct record));
	return walk->message.records == NULL ? ERR_MEMORY : OK;
}

static int read_message(struct walk *walk)
{
	bool done;
	read_header(walk);
	int error = read_questions(walk, &done);
	if (error != OK || done)
		return error;
	error = take_records(walk);
	for (unsigned section = 0; error == OK && section < SECTION_COUNT; section++) {
		error = read_section(walk, (enum section)section, &done);
		if (done)
			return error;
	}
	if (error == OK && walk->at < walk->size)
		blame(walk, MESSAGE_TRAILING);
	return error;
}

int message_walk(struct arena *arena, const uint8_t *wire, size_t wire_size,
		 struct message *ret_message)
{
	FILLED_BELOW struct walk walk;
	assert(wire != NULL || wire_size == 0);
	assert(wire_size <= UINT16_MAX);
	walk.message = (struct message){.wire = wire, .wire_size = wire_size};
	walk.size = wire_size;
	if (wire_size < MESSAGE_HEADER_OCTETS) {
		walk.message.fault = MESSAGE_SHORT_HEADER;
	} else {
		canonical_init(&walk.canonical, arena, wire, wire_size);
		const int error = read_message(&walk);
		if (error != OK)
			return error;
	}
	*ret_message = walk.message;
	return OK;
}

const char *message_fault_text(enum message_fault fault)
{
	static const char *const texts[] = {
		[MESSAGE_SOUND] = "sound",
		[MESSAGE_SHORT_HEADER] = "shorter than a header",
		[MESSAGE_BAD_QUESTION] = "malformed question section",
		[MESSAGE_BAD_NAME] = "malformed name",
		[MESSAGE_BAD_RDATA] = "data that does not fit its record type",
		[MESSAGE_COUNT_LIES] = "ends before the number of records its header promises",
		[MESSAGE_TRAILING] = "octets after the last record",
		[MESSAGE_BAD_OPT] = "malformed or repeated OPT record",
	};
	assert((size_t)fault < sizeof(texts) / sizeof(texts[0]));
	return texts[fault];
}

const uint8_t *message_option(const struct message *message, uint16_t code, uint16_t *ret_size)
{
	const uint8_t *options = message->edns.options;
	size_t at = 0;
	while (at < message->edns.options_size) {
		const uint16_t length = get_u16(options + at + 2);
		if (get_u16(options + at) == code) {
			*ret_size = length;
			return options + at + 4;
		}
		at += 4 + (size_t)length;
		assert(at <= message->edns.options_size);
	}
	return NULL;
}
