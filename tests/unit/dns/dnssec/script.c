/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "script.h"

#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

const uint8_t *script_name(struct arena *arena, const char *text)
{
	struct name name;
	int error = name_from_text(text, &name, NULL);
	assert(error == OK);
	return arena_copy(arena, name.octets, name_size(name.octets));
}

const struct record *script_record(struct arena *arena, const char *line)
{
	struct record *record = arena_take_zeroed(arena, sizeof(*record));
	assert(record != NULL);
	int error = record_from_text(arena, line, record, NULL);
	assert(error == OK);
	return record;
}

void script_message(struct arena *arena, enum section section, const char *lines,
		    struct message *ret_message)
{
	struct message message = {0};
	char *text = arena_text(arena, lines);
	message.records = arena_take_array(arena, strlen(lines) + 1, sizeof(struct record));
	assert(text != NULL && message.records != NULL);
	char *rest = text;
	for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
		if (*line == '\0')
			continue;
		struct record *record = &message.records[message.record_count++];
		*record = *script_record(arena, line);
		record->section = (uint8_t)section;
	}
	*ret_message = message;
}

struct rrset script_rrset(struct arena *arena, const char *lines)
{
	struct message *message = arena_take_zeroed(arena, sizeof(*message));
	struct rrset rrset;
	assert(message != NULL);
	script_message(arena, SECTION_ANSWER, lines, message);
	assert(message->record_count > 0);
	int error = message_rrset(arena, message,
				  &(struct rrset_key){SECTIONS_ALL, message->records[0].owner,
						      message->records[0].type},
				  &rrset);
	assert(error == OK);
	return rrset;
}

const struct record *script_dnskey(struct arena *arena, const char *zone,
				   const struct signing_key *key)
{
	size_t size;
	const uint8_t *rdata = signing_key_rdata(key, &size);
	struct record *record = arena_take_zeroed(arena, sizeof(*record));
	assert(record != NULL);
	*record = (struct record){
		.owner = script_name(arena, zone),
		.rdata = rdata,
		.ttl = 3600,
		.type = TYPE_DNSKEY,
		.class = CLASS_IN,
		.rdata_size = (uint16_t)size,
	};
	return record;
}

struct rrset script_set(struct arena *arena, const struct record **records, size_t count)
{
	struct message *message = arena_take_zeroed(arena, sizeof(*message));
	struct rrset rrset;
	assert(message != NULL && count > 0);
	message->records = arena_take_array(arena, count, sizeof(struct record));
	assert(message->records != NULL);
	for (size_t i = 0; i < count; i++)
		message->records[i] = *records[i];
	message->record_count = (uint16_t)count;
	int error = message_rrset(
		arena, message,
		&(struct rrset_key){SECTIONS_ALL, records[0]->owner, records[0]->type}, &rrset);
	assert(error == OK);
	return rrset;
}
