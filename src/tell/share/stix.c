/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/share/stix.h"

#include "model/id.h"
#include "tell/share/stix_private.h"
#include "tell/share/uuid.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ABOUT_MAX 1024u
/* A message's members in words. */
#define CONTENT_MAX ((size_t)2 * CASE_MESSAGE_OCTETS_MAX)

/* 6a0d7f34-1b52-4c0e-9d53-8f3c2a71e94b: drawn for bundles of ours. */
static const uint8_t ours[UUID_OCTETS] = {0x6a, 0x0d, 0x7f, 0x34, 0x1b, 0x52, 0x4c, 0x0e,
					  0x9d, 0x53, 0x8f, 0x3c, 0x2a, 0x71, 0xe9, 0x4b};

void stix_time(int64_t time_s, char ret_time[STIX_TIME_ROOM])
{
	char text[TIME_TEXT_MAX];
	time_to_text(time_s, text);
	const size_t length = strlen(text);
	assert(length > 0 && text[length - 1] == 'Z');
	(void)snprintf(ret_time, STIX_TIME_ROOM, "%.*s.000Z", (int)length - 1, text);
}

void stix_own_id(struct stix_writer *writer, const char *type, const char *about,
		 char ret_id[STIX_ID_ROOM])
{
	char name[ABOUT_MAX];
	char uuid[UUID_ROOM] = "";
	const int length =
		snprintf(name, sizeof(name), "%s/%s/%s/%s/%s", type, writer->question->case_id,
			 writer->whose, tlp_text(writer->question->cap), about);
	const size_t size = (size_t)length < sizeof(name) ? (size_t)length : sizeof(name) - 1;
	const int error = uuid_of_name(ours, name, size, uuid);
	if (error != OK)
		writer->error = error;
	(void)snprintf(ret_id, STIX_ID_ROOM, "%s--%s", type, uuid);
}

static void put_time(struct stix_writer *writer, const char *name, int64_t time_s)
{
	char time[STIX_TIME_ROOM];
	stix_time(time_s, time);
	json_put_text(&writer->json, name, time);
}

/* An organisation is the same one in every case. */
static void identity_id(struct stix_writer *writer, const char *party, char ret_id[STIX_ID_ROOM])
{
	char uuid[UUID_ROOM] = "";
	char name[ABOUT_MAX];
	const int length = snprintf(name, sizeof(name), "identity/%s", party);
	const int error = uuid_of_name(ours, name, (size_t)length, uuid);
	if (error != OK)
		writer->error = error;
	(void)snprintf(ret_id, STIX_ID_ROOM, "identity--%s", uuid);
}

static void put_reference(struct json *json, const char *name, const char *id)
{
	json_key(json, name);
	json_begin_array(json);
	json_text(json, id);
	json_end_array(json);
}

struct object {
	const char *type, *id;
	const char *author; /* party */
	int64_t created_s, modified_s;
	enum tlp mark;
};

/* What every object has (STIX 2.1 s3.2). */
static void begin(struct stix_writer *writer, const struct object *object)
{
	struct json *json = &writer->json;
	char author[STIX_ID_ROOM];
	assert(object->created_s <= object->modified_s);
	json_begin_object(json);
	json_put_text(json, "type", object->type);
	json_put_text(json, "spec_version", "2.1");
	json_put_text(json, "id", object->id);
	if (object->author != NULL) {
		identity_id(writer, object->author, author);
		json_put_text(json, "created_by_ref", author);
	}
	put_time(writer, "created", object->created_s);
	put_time(writer, "modified", object->modified_s);
	put_reference(json, "object_marking_refs", stix_mark_id(object->mark));
}

static void begin_own(struct stix_writer *writer, const char *type, const char *about,
		      char ret_id[STIX_ID_ROOM])
{
	stix_own_id(writer, type, about, ret_id);
	begin(writer, &(struct object){.type = type,
				       .id = ret_id,
				       .author = writer->question->self,
				       .created_s = writer->first_s,
				       .modified_s = writer->last_s,
				       .mark = writer->mark});
}

static void write_identity(struct stix_writer *writer, const char *party)
{
	const struct stix_question *question = writer->question;
	const struct party_file *file = question->party(question->context, party);
	char id[STIX_ID_ROOM];
	int64_t created_s = writer->first_s;
	int64_t modified_s = writer->first_s;
	if (file != NULL) {
		modified_s = file->made_s;
		created_s = file->keys[0].since_s < modified_s ? file->keys[0].since_s : modified_s;
	}
	identity_id(writer, party, id);
	begin(writer, &(struct object){.type = "identity",
				       .id = id,
				       .created_s = created_s,
				       .modified_s = modified_s,
				       .mark = writer->mark});
	json_put_text(&writer->json, "name", file == NULL ? party : file->name);
	json_put_text(&writer->json, "identity_class", "organization");
	json_end_object(&writer->json);
}

static bool is_first_of(const struct stix_question *question, size_t index)
{
	const char *author = question->messages[index]->author;
	if (strcmp(author, question->self) == 0)
		return false;
	for (size_t i = 0; i < index; i++) {
		if (strcmp(question->messages[i]->author, author) == 0)
			return false;
	}
	return true;
}

static void write_identities(struct stix_writer *writer)
{
	const struct stix_question *question = writer->question;
	write_identity(writer, question->self);
	for (size_t i = 0; i < question->message_count; i++) {
		if (is_first_of(question, i))
			write_identity(writer, question->messages[i]->author);
	}
}

static void write_observed(struct stix_writer *writer)
{
	struct json *json = &writer->json;
	char id[STIX_ID_ROOM];
	begin_own(writer, "observed-data", "", id);
	put_time(writer, "first_observed", writer->since_s);
	put_time(writer, "last_observed", writer->seen_s);
	json_put_number(json, "number_observed", 1);
	json_key(json, "object_refs");
	json_begin_array(json);
	for (size_t i = 0; i < writer->thing_count; i++)
		json_text(json, writer->things[i].id);
	json_end_array(json);
	json_end_object(json);
}

static void write_indicators(struct stix_writer *writer)
{
	struct json *json = &writer->json;
	for (size_t i = 0; i < writer->thing_count && writer->error == OK; i++) {
		const struct stix_thing *thing = &writer->things[i];
		char id[STIX_ID_ROOM];
		if (!thing->is_indicator)
			continue;
		const char *pattern = stix_pattern(writer->arena, thing);
		if (pattern == NULL) {
			writer->error = ERR_MEMORY;
			return;
		}
		begin_own(writer, "indicator", thing->id, id);
		json_put_text(json, "name", thing->value);
		put_reference(json, "indicator_types", "anomalous-activity");
		json_put_text(json, "pattern", pattern);
		json_put_text(json, "pattern_type", "stix");
		put_time(writer, "valid_from", writer->since_s);
		json_end_object(json);
	}
}

/* "name: value" lines: what was signed, all of it. */
static void write_content(const struct case_message *message, struct text *content)
{
	char time[TIME_TEXT_MAX];
	for (size_t i = 0; i < message->member_count; i++) {
		const struct case_member *member = &message->members[i];
		text_format(content, "%s%s:", i == 0 ? "" : "\n", member->name);
		if (member->type == MEMBER_TIME) {
			time_to_text(member->number, time);
			text_format(content, " %s", time);
		} else if (member->type == MEMBER_NUMBER) {
			text_format(content, " %lld", (long long)member->number);
		} else if (member->text != NULL) {
			text_format(content, " %s", member->text);
		}
		for (size_t j = 0; j < member->item_count; j++)
			text_format(content, "%s %s", j == 0 ? "" : ",", member->items[j]);
	}
}

static void write_note(struct stix_writer *writer, const struct case_message *message)
{
	struct json *json = &writer->json;
	char id[STIX_ID_ROOM];
	char about[STIX_ID_ROOM];
	struct text content;
	text_init(&content, CONTENT_MAX);
	write_content(message, &content);
	if (content.error != OK)
		writer->error = content.error;
	stix_own_id(writer, "note", message->id, id);
	begin(writer, &(struct object){.type = "note",
				       .id = id,
				       .author = message->author,
				       .created_s = message->made_s,
				       .modified_s = message->made_s,
				       .mark = message->tlp});
	json_put_text(json, "abstract", case_message_kind_text(message->kind));
	json_put_text(json, "content", text_get(&content));
	if (writer->thing_count > 0)
		stix_own_id(writer, "observed-data", "", about);
	else
		identity_id(writer, message->author, about);
	put_reference(json, "object_refs", about);
	json_end_object(json);
	text_release(&content);
}

static void write_grouping(struct stix_writer *writer)
{
	const struct stix_question *question = writer->question;
	const struct case_member *sentence = case_message_member(question->messages[0], "sentence");
	struct json *json = &writer->json;
	char id[STIX_ID_ROOM];
	begin_own(writer, "grouping", "", id);
	if (sentence != NULL)
		json_put_text(json, "name", sentence->text);
	json_put_text(json, "context", "suspicious-activity");
	json_key(json, "object_refs");
	json_begin_array(json);
	if (writer->thing_count > 0) {
		stix_own_id(writer, "observed-data", "", id);
		json_text(json, id);
	}
	for (size_t i = 0; i < writer->thing_count; i++) {
		json_text(json, writer->things[i].id);
		if (!writer->things[i].is_indicator)
			continue;
		stix_own_id(writer, "indicator", writer->things[i].id, id);
		json_text(json, id);
	}
	for (size_t i = 0; i < question->message_count; i++) {
		stix_own_id(writer, "note", question->messages[i]->id, id);
		json_text(json, id);
	}
	json_end_array(json);
	json_end_object(json);
}

/* Times of making, and of what was seen: the notice's where it is here. */
static void find_times(struct stix_writer *writer)
{
	const struct stix_question *question = writer->question;
	writer->first_s = INT64_MAX;
	writer->last_s = INT64_MIN;
	for (size_t i = 0; i < question->message_count; i++) {
		const struct case_message *message = question->messages[i];
		writer->mark = tlp_stricter(writer->mark, message->tlp);
		if (message->made_s < writer->first_s)
			writer->first_s = message->made_s;
		if (message->made_s > writer->last_s)
			writer->last_s = message->made_s;
	}
	const struct case_message *opening = question->messages[0];
	const bool is_notice = opening->kind == CASE_MESSAGE_NOTICE;
	const struct case_member *since = is_notice ? case_message_member(opening, "since") : NULL;
	const struct case_member *seen = is_notice ? case_message_member(opening, "seen") : NULL;
	writer->since_s = since == NULL ? writer->first_s : since->number;
	writer->seen_s = seen == NULL ? writer->first_s : seen->number;
	/* Of a change `since` is the last look before it. */
	if (is_notice && seen != NULL && case_message_member(opening, "before") != NULL)
		writer->since_s = seen->number;
	if (writer->seen_s < writer->since_s)
		writer->seen_s = writer->since_s;
}

static int compare_parties(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The same for the same parties, in whatever order they are named. */
static void find_whose(struct stix_writer *writer)
{
	const struct stix_question *question = writer->question;
	const char *parties[CASE_MESSAGE_TO_MAX];
	char words[(CASE_MESSAGE_TO_MAX + 1) * ID_ROOM + 1];
	size_t length = 0;
	assert(question->audience_count <= CASE_MESSAGE_TO_MAX && id_is(question->self));
	for (size_t i = 0; i < question->audience_count; i++)
		parties[i] = question->audience[i];
	if (question->audience_count > 1)
		qsort(parties, question->audience_count, sizeof(*parties), compare_parties);
	length += (size_t)snprintf(words, sizeof(words), "%s/", question->self);
	for (size_t i = 0; i < question->audience_count; i++)
		length +=
			(size_t)snprintf(words + length, sizeof(words) - length, "%s/", parties[i]);
	assert(length < sizeof(words));
	id_make(words, length, writer->whose);
}

static void write_marks(struct stix_writer *writer)
{
	for (unsigned mark = 0; mark < TLP_COUNT; mark++) {
		bool is_used = (enum tlp)mark == writer->mark;
		for (size_t i = 0; i < writer->question->message_count; i++)
			is_used |= writer->question->messages[i]->tlp == (enum tlp)mark;
		if (is_used)
			stix_write_mark(writer, (enum tlp)mark);
	}
}

int stix_write(struct arena *arena, const struct stix_question *question, struct text *out)
{
	struct stix_writer writer = {.question = question, .arena = arena};
	char id[STIX_ID_ROOM];
	assert(question->message_count > 0 && question->party != NULL);
	json_init(&writer.json, out);
	find_times(&writer);
	find_whose(&writer);
	stix_gather(&writer);
	stix_own_id(&writer, "bundle", "", id);
	json_begin_object(&writer.json);
	json_put_text(&writer.json, "type", "bundle");
	json_put_text(&writer.json, "id", id);
	json_key(&writer.json, "objects");
	json_begin_array(&writer.json);
	write_marks(&writer);
	write_identities(&writer);
	stix_write_things(&writer);
	if (writer.thing_count > 0)
		write_observed(&writer);
	write_indicators(&writer);
	for (size_t i = 0; i < question->message_count; i++)
		write_note(&writer, question->messages[i]);
	write_grouping(&writer);
	json_end_array(&writer.json);
	json_end_object(&writer.json);
	json_end_line(&writer.json);
	return writer.error != OK ? writer.error : out->error;
}
