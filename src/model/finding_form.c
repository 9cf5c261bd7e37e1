/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A finding's words: severity, party, then texts, each as its size plus 1 (0: there is none) and
 * its octets: sentence, reference, and server, question, answer of each piece of evidence.
 */
#include "base/bytes.h"
#include "base/text.h"
#include "model/finding.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

static size_t text_room(const char *text)
{
	return 10 + (text == NULL ? 0 : strlen(text));
}

static void put_text(struct writer *writer, const char *text)
{
	size_t size = text == NULL ? 0 : strlen(text);
	writer_varint(writer, text == NULL ? 0 : size + 1);
	writer_octets(writer, text, size);
}

int finding_encode(struct arena *arena, const struct finding *finding, const uint8_t **ret_octets,
		   size_t *ret_size)
{
	assert(finding->evidence_count <= FINDING_EVIDENCE_MAX);
	size_t room = 16 + text_room(finding->sentence) + text_room(finding->reference);
	for (size_t i = 0; i < finding->evidence_count; i++) {
		const struct finding_evidence *evidence = &finding->evidence[i];
		room += text_room(evidence->server) + text_room(evidence->question) +
			text_room(evidence->answer);
	}
	uint8_t *octets = arena_take_octets(arena, room);
	if (octets == NULL)
		return ERR_MEMORY;
	struct writer writer;
	writer_init(&writer, octets, room);
	writer_u8(&writer, (uint8_t)finding->severity);
	writer_u8(&writer, (uint8_t)finding->party);
	put_text(&writer, finding->sentence);
	put_text(&writer, finding->reference);
	writer_u8(&writer, finding->evidence_count);
	for (size_t i = 0; i < finding->evidence_count; i++) {
		put_text(&writer, finding->evidence[i].server);
		put_text(&writer, finding->evidence[i].question);
		put_text(&writer, finding->evidence[i].answer);
	}
	assert(writer.error == OK);
	*ret_octets = octets;
	*ret_size = writer_used(&writer);
	return OK;
}

static const char *read_text(struct arena *arena, struct reader *reader)
{
	uint64_t size = reader_varint(reader);
	if (size == 0)
		return NULL;
	if (size - 1 > reader_left(reader)) {
		reader_fail(reader, ERR_FORMAT);
		return NULL;
	}
	const uint8_t *octets = reader_octets(reader, (size_t)size - 1);
	char *text = arena_take_octets(arena, (size_t)size);
	/* What is read here is printed later: a line forged, or a terminal led astray, is damage.
	 */
	if (octets != NULL && !text_is_plain((const char *)octets, (size_t)size - 1)) {
		reader_fail(reader, ERR_FORMAT);
		return NULL;
	}
	if (octets == NULL || text == NULL) {
		reader_fail(reader, text == NULL ? ERR_MEMORY : ERR_FORMAT);
		return NULL;
	}
	memcpy(text, octets, (size_t)size - 1);
	text[size - 1] = '\0';
	return text;
}

int finding_decode(struct arena *arena, const uint8_t *octets, size_t size,
		   struct finding *ret_finding)
{
	struct reader reader;
	reader_init(&reader, octets, size);
	uint8_t severity = reader_u8(&reader);
	uint8_t party = reader_u8(&reader);
	ret_finding->severity = (enum severity)severity;
	ret_finding->party = (enum party)party;
	ret_finding->sentence = read_text(arena, &reader);
	ret_finding->reference = read_text(arena, &reader);
	uint8_t count = reader_u8(&reader);
	if (reader.error == ERR_MEMORY)
		return ERR_MEMORY;
	if (reader.error != OK || count > FINDING_EVIDENCE_MAX || ret_finding->sentence == NULL ||
	    severity < SEVERITY_INFO || severity > SEVERITY_CRITICAL || party < PARTY_REGISTRANT ||
	    party > PARTY_NETWORK)
		return ERR_DAMAGED;
	for (size_t i = 0; i < count; i++) {
		ret_finding->evidence[i].server = read_text(arena, &reader);
		ret_finding->evidence[i].question = read_text(arena, &reader);
		ret_finding->evidence[i].answer = read_text(arena, &reader);
	}
	ret_finding->evidence_count = count;
	if (reader.error == OK && reader_left(&reader) > 0)
		reader_fail(&reader, ERR_DAMAGED);
	if (reader.error == OK || reader.error == ERR_MEMORY)
		return reader.error;
	return ERR_DAMAGED;
}
