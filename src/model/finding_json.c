/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/finding.h"

#include <assert.h>
#include <jansson.h>
#include <string.h>

/* A sentence and eight pieces of evidence, each with an answer of some records, fit many times. */
#define FINDING_JSON_MAX (256u << 10)

void finding_members_to_json(const struct finding *finding, struct json *json)
{
	assert(finding->code != NULL && finding->domain != NULL && finding->sentence != NULL);
	assert(finding->evidence_count <= FINDING_EVIDENCE_MAX);
	json_put_text(json, "type", "finding");
	json_put_text(json, "domain", finding->domain);
	json_put_text(json, "code", finding->code);
	json_put_text(json, "severity", severity_text(finding->severity));
	json_put_text(json, "party", party_text(finding->party));
	json_put_text(json, "server", finding->server);
	json_put_text(json, "sentence", finding->sentence);
	json_put_text(json, "reference", finding->reference);
	json_key(json, "evidence");
	json_begin_array(json);
	for (size_t i = 0; i < finding->evidence_count; i++) {
		const struct finding_evidence *evidence = &finding->evidence[i];
		json_begin_object(json);
		json_put_text(json, "server", evidence->server);
		json_put_text(json, "question", evidence->question);
		json_put_text(json, "answer", evidence->answer);
		json_end_object(json);
	}
	json_end_array(json);
}

void finding_to_json(const struct finding *finding, struct json *json)
{
	json_begin_object(json);
	finding_members_to_json(finding, json);
	json_end_object(json);
}

/* Reads members of one object; the first thing wrong sticks. */
struct member_reader {
	struct arena *arena;
	const json_t *object;
	struct complaint *complaint;
	int error;
};

/* A string member. NULL when it is null or absent, which only an optional one may be. */
static const char *read_member(struct member_reader *reader, const char *key, bool is_optional)
{
	assert(reader->object != NULL && key != NULL);
	if (reader->error != OK)
		return NULL;
	const json_t *value = json_object_get(reader->object, key);
	if (is_optional && (value == NULL || json_is_null(value)))
		return NULL;
	if (!json_is_string(value)) {
		reader->error = complain(reader->complaint, ERR_FORMAT,
					 "finding: '%s' is not a string", key);
		return NULL;
	}
	const char *copy = arena_text(reader->arena, json_string_value(value));
	if (copy == NULL)
		reader->error = complain(reader->complaint, ERR_MEMORY, "finding: out of memory");
	return copy;
}

static void read_evidence(struct member_reader *reader, struct finding *finding)
{
	const json_t *list = json_object_get(reader->object, "evidence");
	if (reader->error != OK || list == NULL)
		return;
	if (!json_is_array(list) || json_array_size(list) > FINDING_EVIDENCE_MAX) {
		reader->error = complain(reader->complaint, ERR_FORMAT,
					 "finding: 'evidence' is not a list of at most %d",
					 FINDING_EVIDENCE_MAX);
		return;
	}
	struct member_reader inner = *reader;
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct finding_evidence *evidence = &finding->evidence[i];
		inner.object = json_array_get(list, i);
		if (inner.error == OK && !json_is_object(inner.object))
			inner.error = complain(reader->complaint, ERR_FORMAT,
					       "finding: evidence %zu is not an object", i + 1);
		evidence->server = read_member(&inner, "server", true);
		evidence->question = read_member(&inner, "question", true);
		evidence->answer = read_member(&inner, "answer", true);
	}
	finding->evidence_count = (uint8_t)json_array_size(list);
	reader->error = inner.error;
}

static void read_words(struct member_reader *reader, struct finding *finding)
{
	const char *severity = read_member(reader, "severity", false);
	const char *party = read_member(reader, "party", false);
	if (reader->error != OK)
		return;
	if (severity_from_text(severity, &finding->severity) != OK)
		reader->error = complain(reader->complaint, ERR_FORMAT,
					 "finding: severity '%.64s' is not known", severity);
	else if (party_from_text(party, &finding->party) != OK)
		reader->error = complain(reader->complaint, ERR_FORMAT,
					 "finding: party '%.64s' is not known", party);
}

static int read_finding(struct member_reader *reader, struct finding *ret_finding)
{
	struct finding finding = {0};
	const char *type = read_member(reader, "type", false);
	if (reader->error == OK && strcmp(type, "finding") != 0)
		return complain(reader->complaint, ERR_FORMAT, "finding: the line is a '%.64s'",
				type);
	finding.domain = read_member(reader, "domain", false);
	finding.code = read_member(reader, "code", false);
	read_words(reader, &finding);
	finding.server = read_member(reader, "server", true);
	finding.sentence = read_member(reader, "sentence", false);
	finding.reference = read_member(reader, "reference", true);
	read_evidence(reader, &finding);
	if (reader->error == OK)
		*ret_finding = finding;
	return reader->error;
}

int finding_from_json(struct arena *arena, const char *line, size_t size,
		      struct finding *ret_finding, struct complaint *complaint)
{
	assert(arena != NULL && line != NULL && ret_finding != NULL);
	if (size > FINDING_JSON_MAX)
		return complain(complaint, ERR_LIMIT, "finding: %zu octets, more than %u", size,
				FINDING_JSON_MAX);
	json_error_t where;
	json_t *object = json_loadb(line, size, JSON_REJECT_DUPLICATES, &where);
	if (object == NULL)
		return complain(complaint, ERR_FORMAT, "finding: no JSON object at octet %d: %s",
				where.position, where.text);
	struct member_reader reader = {.arena = arena, .object = object, .complaint = complaint};
	int error = read_finding(&reader, ret_finding);
	json_decref(object);
	return error;
}
