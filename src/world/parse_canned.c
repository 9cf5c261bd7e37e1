/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "base/text.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "world/parse_private.h"

#include <assert.h>
#include <string.h>

/* Records of one reply: MESSAGE_RECORDS_MAX would not fit into a message either. */
#define REPLY_RECORDS_MAX 6000u
#define REPLY_DELAY_MAX_MS 60000u
#define MESSAGE_OCTETS_MAX 65535u

enum canned_key { AT, NAME, TYPE, TRANSPORT, REPLIES };
static const char *const canned_keys[] = {"at", "name", "type", "transport", "replies", NULL};
enum reply_key { RCODE, FLAGS, ANSWER, AUTHORITY, ADDITIONAL, EDNS, RAW, DELAY, DRIP, SILENT };
static const char *const reply_keys[] = {"rcode",      "flags",  "answer", "authority",
					 "additional", "edns",   "raw",    "delay_ms",
					 "drip_ms",    "silent", NULL};

/* A reply being read. */
struct draft {
	struct parse *parse;
	struct canned_reply reply;
	struct record *records;
	uint32_t record_count;
	uint32_t record_room;
};

static int parse_rcode(struct parse *parse, struct canned_reply *reply)
{
	uint32_t line = yaml_line(&parse->yaml);
	const char *text;
	int error = yaml_text(&parse->yaml, &text, NULL);
	if (error)
		return error;
	if (rcode_from_text(text, &reply->rcode))
		return yaml_fail(&parse->yaml, line, ERR_FORMAT, "'%.40s' is not an rcode", text);
	return 0;
}

static int parse_flags(struct parse *parse, struct canned_reply *reply)
{
	static const char *const names[] = {"aa", "tc", "rd", "ra", "ad", "cd", NULL};
	static const uint16_t bits[] = {FLAG_AA, FLAG_TC, FLAG_RD, FLAG_RA, FLAG_AD, FLAG_CD};
	bool more;
	int error = yaml_list(&parse->yaml);
	while (!error && !(error = yaml_more(&parse->yaml, &more)) && more) {
		int flag;
		error = yaml_choice(&parse->yaml, "flag", names, &flag);
		if (!error)
			reply->flags |= bits[flag];
	}
	return error;
}

static int add_line(struct draft *draft, const char *line, struct complaint *why)
{
	struct arena *arena = &draft->parse->world->arena;
	struct record record;
	int error = record_from_text(arena, line, &record, why);
	if (error)
		return error;
	error = array_grow((void **)&draft->records, &draft->record_room, draft->record_count,
			   sizeof(record), REPLY_RECORDS_MAX);
	if (!error)
		draft->records[draft->record_count++] = record;
	return error;
}

static bool is_blank(const char *line)
{
	return line[strspn(line, " \t\r")] == 0;
}

/* A section: one record a line, in the order given. */
static int parse_lines(struct draft *draft, enum section section)
{
	struct yaml *yaml = &draft->parse->yaml;
	uint32_t at = yaml_line(yaml);
	const char *text;
	int error = yaml_text(yaml, &text, NULL);
	uint32_t first = draft->record_count;
	while (!error && *text) {
		size_t length = strcspn(text, "\n");
		char *line = memory_take(length + 1);
		if (!line)
			return parse_memory(draft->parse);
		memcpy(line, text, length);
		line[length] = 0;
		struct complaint why = {""};
		if (!is_blank(line))
			error = add_line(draft, line, &why);
		memory_give(line);
		if (error)
			return yaml_fail(yaml, at, error, "%s",
					 why.text[0] ? why.text : error_text(error));
		text += length + (text[length] == '\n');
	}
	for (uint32_t i = first; i < draft->record_count; i++)
		draft->records[i].section = (uint8_t)section;
	return error;
}

static int parse_raw(struct parse *parse, struct canned_reply *reply)
{
	uint32_t line = yaml_line(&parse->yaml);
	const char *text;
	size_t length;
	int error = yaml_text(&parse->yaml, &text, &length);
	if (error)
		return error;
	uint8_t *octets = arena_take_octets(&parse->world->arena, length / 2 + 1);
	if (!octets)
		return parse_memory(parse);
	size_t size;
	if (length / 2 > MESSAGE_OCTETS_MAX ||
	    hex_to_octets(text, length, octets, length / 2 + 1, &size) || size < 2)
		return yaml_fail(&parse->yaml, line, ERR_FORMAT,
				 "raw must be 2 to 65535 octets in hexadecimal");
	reply->raw = octets;
	reply->raw_size = (uint32_t)size;
	return 0;
}

static int parse_reply_value(struct draft *draft, int key)
{
	struct parse *parse = draft->parse;
	struct canned_reply *reply = &draft->reply;
	uint64_t number = 0;
	bool with_edns = true;
	int error;
	switch (key) {
	case RCODE:
		return parse_rcode(parse, reply);
	case FLAGS:
		return parse_flags(parse, reply);
	case ANSWER:
	case AUTHORITY:
	case ADDITIONAL:
		return parse_lines(draft, (enum section)(key - ANSWER));
	case EDNS:
		error = yaml_bool(&parse->yaml, &with_edns);
		reply->without_edns = !with_edns;
		return error;
	case RAW:
		return parse_raw(parse, reply);
	case DELAY:
		error = yaml_number(&parse->yaml, REPLY_DELAY_MAX_MS, &number);
		reply->delay_ms = (uint32_t)number;
		return error;
	case DRIP:
		error = yaml_number(&parse->yaml, REPLY_DELAY_MAX_MS, &number);
		reply->drip_ms = (uint32_t)number;
		return error;
	default:
		assert(key == SILENT);
		return yaml_bool(&parse->yaml, &reply->is_silent);
	}
}

static int compare_sections(const struct record *left, const struct record *right)
{
	return (int)left->section - (int)right->section;
}

/* Insertion sort: sections may be written in any order, and records of one keep theirs. */
static void order_sections(struct record *records, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) {
		struct record record = records[i];
		uint32_t at = i;
		for (; at > 0 && compare_sections(&records[at - 1], &record) > 0; at--)
			records[at] = records[at - 1];
		records[at] = record;
	}
}

static int parse_reply(struct parse *parse, struct canned_reply *ret_reply)
{
	struct draft draft = {.parse = parse};
	uint32_t seen = 0;
	int key = 0;
	int error = yaml_mapping(&parse->yaml);
	while (!error && !(error = yaml_key(&parse->yaml, reply_keys, &seen, &key)) &&
	       key != KEYS_END)
		error = parse_reply_value(&draft, key);
	if (!error) {
		order_sections(draft.records, draft.record_count);
		draft.reply.record_count = (uint16_t)draft.record_count;
		draft.reply.records = arena_copy(&parse->world->arena, draft.records,
						 draft.record_count * sizeof(*draft.records));
		if (!draft.reply.records)
			error = parse_memory(parse);
	}
	memory_give(draft.records);
	if (!error)
		*ret_reply = draft.reply;
	return error;
}

static int parse_replies(struct parse *parse, struct canned *canned)
{
	struct canned_reply replies[CANNED_REPLIES_MAX];
	uint32_t count = 0;
	bool more;
	int error = yaml_list(&parse->yaml);
	while (!error && !(error = yaml_more(&parse->yaml, &more)) && more) {
		if (count == CANNED_REPLIES_MAX)
			return yaml_fail(&parse->yaml, yaml_line(&parse->yaml), ERR_LIMIT,
					 "more than %u replies", CANNED_REPLIES_MAX);
		error = parse_reply(parse, &replies[count++]);
	}
	if (error)
		return error;
	canned->reply_count = count;
	canned->replies = arena_copy(&parse->world->arena, replies, count * sizeof(*replies));
	return canned->replies ? 0 : parse_memory(parse);
}

static int parse_type(struct parse *parse, uint16_t *ret_type)
{
	uint32_t line = yaml_line(&parse->yaml);
	const char *text;
	int error = yaml_text(&parse->yaml, &text, NULL);
	if (error)
		return error;
	uint16_t type = TYPE_ANY;
	if (strcmp(text, "any") != 0 && type_from_text(text, &type))
		return yaml_fail(&parse->yaml, line, ERR_FORMAT, "'%.40s' is not a type", text);
	*ret_type = type;
	return 0;
}

static int parse_canned_value(struct parse *parse, int key, struct canned *canned)
{
	static const char *const transports[] = {"udp", "tcp", "any", NULL};
	int transport;
	int error;
	switch (key) {
	case AT:
		return parse_address(parse, &canned->at);
	case NAME:
		return parse_name(parse, &canned->name);
	case TYPE:
		return parse_type(parse, &canned->type);
	case TRANSPORT:
		error = yaml_choice(&parse->yaml, "transport", transports, &transport);
		if (!error) /* udp 1, tcp 2, any both */
			canned->transports = (uint8_t)(transport + 1);
		return error;
	default:
		assert(key == REPLIES);
		return parse_replies(parse, canned);
	}
}

static int add_canned(struct parse *parse, const struct canned *canned)
{
	struct world *world = parse->world;
	if (canned->at.family == ADDRESS_NONE || !canned->name || canned->reply_count == 0)
		return yaml_fail(&parse->yaml, canned->line, ERR_FORMAT,
				 "'at', 'name' and 'replies' are needed");
	const struct parse_array array = {
		.items = (void **)&world->canned,
		.room = &world->canned_room,
		.count = world->canned_count,
		.item_size = sizeof(*canned),
		.most = WORLD_CANNED_MAX,
	};
	int error = parse_room(parse, &array);
	if (!error)
		world->canned[world->canned_count++] = *canned;
	return error;
}

int parse_canned(struct parse *parse)
{
	bool more;
	int error = yaml_list(&parse->yaml);
	while (!error && !(error = yaml_more(&parse->yaml, &more)) && more) {
		struct canned canned = {.line = yaml_line(&parse->yaml),
					.type = TYPE_ANY,
					.transports = CANNED_UDP | CANNED_TCP};
		uint32_t seen = 0;
		int key = 0;
		error = yaml_mapping(&parse->yaml);
		while (!error && !(error = yaml_key(&parse->yaml, canned_keys, &seen, &key)) &&
		       key != KEYS_END)
			error = parse_canned_value(parse, key, &canned);
		if (!error)
			error = add_canned(parse, &canned);
	}
	return error;
}
