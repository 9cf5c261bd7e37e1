/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The walker reads any octets without harm, and: names it gives are valid and lower-case; its RDATA
 * is in canonical form already; what libknot's strict parser accepts is sound to it, with as many
 * records, but for the differences named in may_differ().
 */
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/strict.h"
#include "dns/wire/type.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check_lower(const uint8_t *name)
{
	struct name lower;
	name_copy_lower(lower.octets, name);
	require(name_is_valid(name, name_size(name)));
	require(name_equal_exactly(lower.octets, name));
}

static void check_record(struct arena *arena, const struct record *record)
{
	const uint8_t *rdata;
	uint16_t size;
	check_lower(record->owner);
	require(record->section < SECTION_COUNT && record->rdata != NULL);
	if (record->rdata_size == 0 && record->class != CLASS_IN)
		return; /* updates have no RDATA */
	require(rdata_canonical(arena,
				&(struct rdata_place){record->rdata, record->rdata_size, 0,
						      record->rdata_size, record->type},
				&rdata, &size) == OK);
	require(size == record->rdata_size && memcmp(rdata, record->rdata, size) == 0);
}

/* Types that libknot 3.2 takes as octets to the end of RDATA, or does not know. */
static bool is_looked_into(uint16_t type)
{
	static const uint16_t types[] = {
		13, 16, 19, 20, 27,  35,  47,  50,  51,    53,    56, 62,
		64, 65, 66, 99, 257, 258, 261, 262, 32768, 32769, 52,
	};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i] == type)
			return true;
	return false;
}

/* Of these libknot takes octets too, even fewer than the fields before them need. */
static bool lacks_fields(uint16_t type, size_t rdata_size)
{
	static const struct {
		uint16_t type;
		uint8_t octets;
	} heads[] = {
		{25, 4}, {37, 5}, {43, 4}, {44, 2}, {48, 4}, {59, 4}, {60, 4}, {63, 6}, {256, 4},
	};
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (heads[i].type == type)
			return rdata_size < heads[i].octets;
	return false;
}

/* libknot 3.2 lets octets trail behind RDATA whose names are compressed. */
static bool has_trail(const uint8_t *data, size_t size, uint16_t type, size_t at, size_t end)
{
	static const struct {
		uint16_t type;
		uint8_t before, names, after;
	} layouts[] = {
		{2, 0, 1, 0},  {3, 0, 1, 0},  {4, 0, 1, 0},  {5, 0, 1, 0},  {6, 0, 2, 20},
		{7, 0, 1, 0},  {8, 0, 1, 0},  {9, 0, 1, 0},  {12, 0, 1, 0}, {14, 0, 2, 0},
		{15, 2, 1, 0}, {17, 0, 2, 0}, {18, 2, 1, 0}, {21, 2, 1, 0}, {26, 2, 2, 0},
		{33, 6, 1, 0}, {36, 2, 1, 0}, {39, 0, 1, 0},
	};
	uint8_t name[NAME_MAX_OCTETS];
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		if (layouts[i].type != type)
			continue;
		at += layouts[i].before;
		for (unsigned left = layouts[i].names; left > 0; left--)
			if (at >= size || name_read(data, size, at, name, &at) != OK)
				return false;
		return at + layouts[i].after < end;
	}
	return false;
}

/* Reads the records' types by a second, simpler way. */
static bool has_type_looked_into(const uint8_t *data, size_t size)
{
	uint8_t name[NAME_MAX_OCTETS];
	size_t at = 12;
	size_t questions = (size_t)data[4] << 8 | data[5];
	for (;;) {
		if (name_read(data, size, at, name, &at) != OK)
			return false;
		if (questions > 0) {
			questions--;
			at += 4;
			continue;
		}
		if (size - at < 10)
			return false;
		const uint16_t type = (uint16_t)(data[at] << 8 | data[at + 1]);
		const size_t rdata_size = (size_t)data[at + 8] << 8 | data[at + 9];
		if (is_looked_into(type) || lacks_fields(type, rdata_size) ||
		    has_trail(data, size, type, at + 10, at + 10 + rdata_size))
			return true;
		at += 10 + rdata_size;
	}
}

static size_t count_pointers(const uint8_t *data, size_t size)
{
	size_t count = 0;
	for (size_t i = 0; i < size; i++)
		count += data[i] >= 0xc0;
	return count;
}

static bool may_differ(const struct message *message, const uint8_t *data, size_t size)
{
	/* Malformed options are nothing to it. */
	if (message->fault == MESSAGE_BAD_OPT)
		return message->edns.record_size != message->edns.options_size + 11;
	if (message->fault == MESSAGE_BAD_NAME && count_pointers(data, size) > 128)
		return true; /* more than are followed for one name */
	return (message->fault == MESSAGE_BAD_NAME || message->fault == MESSAGE_BAD_RDATA) &&
	       has_type_looked_into(data, size);
}

static void check_against_strict(const struct message *message, const uint8_t *data, size_t size)
{
	struct complaint complaint;
	struct text text;
	text_init(&text, 1 << 24);
	if (strict_to_text(data, size, &text) == OK)
		require(text.length > 0);
	text_release(&text);
	if (strict_check(data, size, &complaint) != OK || may_differ(message, data, size))
		return;
	require(message->fault == MESSAGE_SOUND);
	size_t count = 0;
	for (size_t i = 6; i < 12; i += 2)
		count += (size_t)data[i] << 8 | data[i + 1];
	count -= message->edns.present;
	/* TSIG is left out; there is at most one. */
	require(message->record_count == count || message->record_count + 1u == count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct message message;
	if (size > UINT16_MAX)
		return 0;
	arena_init(&arena, 64 << 20, 0);
	require(message_walk(&arena, data, size, &message) == OK);
	if (message.question_name != NULL)
		require(name_is_valid(message.question_name, name_size(message.question_name)));
	for (size_t i = 0; i < message.record_count; i++) {
		struct rrset rrset;
		const struct record *record = &message.records[i];
		check_record(&arena, record);
		if (record->class != CLASS_IN)
			continue;
		require(message_rrset(&arena, &message,
				      &(struct rrset_key){SECTIONS_ALL, record->owner,
							  record->type},
				      &rrset) == OK);
		require(rrset.count > 0 && rrset_same_data(&rrset, &rrset));
	}
	uint16_t option_size;
	(void)message_option(&message, EDNS_COOKIE, &option_size);
	if (size >= MESSAGE_HEADER_OCTETS)
		check_against_strict(&message, data, size);
	arena_release(&arena);
	return 0;
}
