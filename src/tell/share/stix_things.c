/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Observables: what messages name, once each, with the ids that STIX 2.1 s2.9 asks for. */
#include "model/forms.h"
#include "tell/share/stix_private.h"
#include "tell/share/uuid.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of all messages of a case. */
#define THINGS_MAX 65536u
#define FORM_MAX 2048u

/* 00abedb4-aa42-466c-9c01-fed23315a9b7: for observables, and nothing else. */
static const uint8_t observables[UUID_OCTETS] = {0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
						 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7};

static void add(struct stix_writer *writer, const char *type, const char *value, bool is_indicator)
{
	if (writer->error != OK)
		return;
	if (writer->thing_count == THINGS_MAX) {
		writer->error = ERR_LIMIT;
		return;
	}
	if (writer->thing_count == writer->thing_room) {
		const size_t room = writer->thing_room * 2 + 64;
		struct stix_thing *things = arena_take_array(writer->arena, room, sizeof(*things));
		if (things == NULL) {
			writer->error = ERR_MEMORY;
			return;
		}
		if (writer->thing_count > 0)
			memcpy(things, writer->things, writer->thing_count * sizeof(*things));
		writer->things = things;
		writer->thing_room = room;
	}
	writer->things[writer->thing_count++] =
		(struct stix_thing){.type = type, .value = value, .is_indicator = is_indicator};
}

/* "::ffff:192.0.2.1" is an address (RFC 5952 s5), but OASIS's schema of ipv6-addr takes
 * hexadecimal only, and whoever validates by it refuses the whole bundle. */
static const char *without_dots(struct arena *arena, const char *value)
{
	struct form_prefix prefix;
	const bool is_read = form_prefix_read(value, true, &prefix);
	const char *colon = strrchr(value, ':');
	const char *slash = strchr(value, '/');
	assert(is_read && prefix.family == 6 && colon != NULL);
	(void)is_read;
	const uint8_t *quad = prefix.octets + 12;
	return arena_format(arena, "%.*s:%x:%x%s", (int)(colon - value), value,
			    (unsigned)quad[0] << 8 | quad[1], (unsigned)quad[2] << 8 | quad[3],
			    slash == NULL ? "" : slash);
}

static void add_address(struct stix_writer *writer, const char *value)
{
	const bool is_six = strchr(value, ':') != NULL;
	if (is_six && strchr(value, '.') != NULL)
		value = without_dots(writer->arena, value);
	if (value == NULL)
		writer->error = ERR_MEMORY;
	else
		add(writer, is_six ? "ipv6-addr" : "ipv4-addr", value, true);
}

/* Keys have no observable: the note has them. */
static void add_indicator(struct stix_writer *writer, const char *indicator)
{
	static const struct {
		const char *begin, *type;
	} kinds[] = {{"domain:", "domain-name"}, {"ns:", "domain-name"},
		     {"mx:", "domain-name"},     {"ip:", NULL},
		     {"prefix:", NULL},          {"as:", "autonomous-system"}};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const size_t length = strlen(kinds[i].begin);
		if (strncmp(indicator, kinds[i].begin, length) != 0)
			continue;
		if (kinds[i].type == NULL)
			add_address(writer, indicator + length);
		else
			add(writer, kinds[i].type, indicator + length, true);
		return;
	}
}

static int compare(const void *left, const void *right)
{
	const struct stix_thing *one = left;
	const struct stix_thing *other = right;
	const int types = strcmp(one->type, other->type);
	const int values = types != 0 ? types : strcmp(one->value, other->value);
	/* What is to be looked for first, so that the second of two can go. */
	return values != 0 ? values : (int)other->is_indicator - (int)one->is_indicator;
}

static void name_thing(struct stix_writer *writer, struct stix_thing *thing)
{
	struct text form;
	struct json json;
	char uuid[UUID_ROOM];
	text_init(&form, FORM_MAX);
	json_init(&json, &form);
	assert(thing->value[0] != '\0' && thing->id[0] == '\0');
	json_begin_object(&json);
	/* The one property that its id is of, in canonical form. */
	if (strcmp(thing->type, "autonomous-system") == 0)
		json_put_number(&json, "number", strtoll(thing->value, NULL, 10));
	else
		json_put_text(&json, "value", thing->value);
	json_end_object(&json);
	int error = form.error;
	if (error == OK)
		error = uuid_of_name(observables, text_get(&form), form.length, uuid);
	if (error == OK)
		(void)snprintf(thing->id, sizeof(thing->id), "%s--%s", thing->type, uuid);
	else
		writer->error = error;
	text_release(&form);
}

void stix_gather(struct stix_writer *writer)
{
	const struct stix_question *question = writer->question;
	for (size_t i = 0; i < question->message_count; i++) {
		const struct case_message *message = question->messages[i];
		const struct case_member *domains = case_message_member(message, "domains");
		const struct case_member *indicators = case_message_member(message, "indicators");
		for (size_t j = 0; domains != NULL && j < domains->item_count; j++)
			add(writer, "domain-name", domains->items[j], false);
		for (size_t j = 0; indicators != NULL && j < indicators->item_count; j++)
			add_indicator(writer, indicators->items[j]);
	}
	if (writer->thing_count == 0)
		return;
	assert(writer->thing_count <= THINGS_MAX);
	qsort(writer->things, writer->thing_count, sizeof(*writer->things), compare);
	size_t kept = 0;
	for (size_t i = 0; i < writer->thing_count && writer->error == OK; i++) {
		struct stix_thing *thing = &writer->things[i];
		if (kept > 0 && strcmp(writer->things[kept - 1].type, thing->type) == 0 &&
		    strcmp(writer->things[kept - 1].value, thing->value) == 0)
			continue;
		writer->things[kept] = *thing;
		name_thing(writer, &writer->things[kept++]);
	}
	writer->thing_count = kept;
}

void stix_write_things(struct stix_writer *writer)
{
	struct json *json = &writer->json;
	for (size_t i = 0; i < writer->thing_count; i++) {
		const struct stix_thing *thing = &writer->things[i];
		json_begin_object(json);
		json_put_text(json, "type", thing->type);
		json_put_text(json, "spec_version", "2.1");
		json_put_text(json, "id", thing->id);
		json_key(json, "object_marking_refs");
		json_begin_array(json);
		json_text(json, stix_mark_id(writer->mark));
		json_end_array(json);
		if (strcmp(thing->type, "autonomous-system") == 0)
			json_put_number(json, "number", strtoll(thing->value, NULL, 10));
		else
			json_put_text(json, "value", thing->value);
		json_end_object(json);
	}
}

/* A string of a pattern: quotes and backslashes are escaped. */
static const char *quoted(struct arena *arena, const char *value)
{
	char *copy = arena_take_octets(arena, 2 * strlen(value) + 3);
	size_t at = 0;
	if (copy == NULL)
		return NULL;
	copy[at++] = '\'';
	for (; *value != '\0'; value++) {
		if (*value == '\'' || *value == '\\')
			copy[at++] = '\\';
		copy[at++] = *value;
	}
	copy[at++] = '\'';
	copy[at] = '\0';
	return copy;
}

const char *stix_pattern(struct arena *arena, const struct stix_thing *thing)
{
	assert(thing->is_indicator);
	if (strcmp(thing->type, "autonomous-system") == 0)
		return arena_format(arena, "[autonomous-system:number = %s]", thing->value);
	const char *value = quoted(arena, thing->value);
	const bool is_prefix =
		strcmp(thing->type, "domain-name") != 0 && strchr(thing->value, '/') != NULL;
	return value == NULL ? NULL
			     : arena_format(arena, "[%s:value %s %s]", thing->type,
					    is_prefix ? "ISSUBSET" : "=", value);
}
