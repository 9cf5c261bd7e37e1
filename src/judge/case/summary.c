/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a list shows of a case: big-endian numbers, then texts with their lengths
 * (docs/format/case.md). */
#include "base/bytes.h"
#include "judge/case/fold.h"

#include <assert.h>
#include <string.h>

static void copy_id(char ret_id[ID_ROOM], const char *id)
{
	memset(ret_id, 0, ID_ROOM);
	if (id != NULL && strlen(id) < ID_ROOM)
		memcpy(ret_id, id, strlen(id));
}

static const char *or_nothing(const char *text)
{
	return text != NULL ? text : "";
}

/* Is it from one that is marked TLP:RED? Lists are read without a note in the audit. */
static bool is_red(const struct case_message *message)
{
	return message != NULL && message->tlp == TLP_RED;
}

static const struct case_message *closure_of(const struct case_view *view)
{
	const struct case_message *closure = NULL;
	for (size_t i = 0; i < view->step_count && view->cause != NULL; i++) {
		const struct case_step *step = &view->steps[i];
		if (step->counts && step->message->kind == CASE_MESSAGE_CLOSURE)
			closure = step->message;
	}
	return closure;
}

/* The first that is not by one that is marked TLP:RED; NULL: there is none. */
static const struct case_due *first_due(const struct case_view *view)
{
	for (size_t i = 0; i < view->due_count; i++) {
		if (!is_red(view->dues[i].of))
			return &view->dues[i];
	}
	return NULL;
}

void case_summary_make(const struct case_view *view, struct case_summary *ret_summary)
{
	const bool is_notice_red = is_red(view->notice);
	const struct case_due *due = first_due(view);
	struct case_summary summary = {
		.state = view->state,
		.tlp = view->tlp,
		.is_confirmed = view->is_confirmed,
		.result = is_red(view->proof.verification) ? CASE_RESULT_NONE : view->proof.result,
		.message_count = (uint32_t)view->step_count,
		.missing_count = (uint32_t)view->missing_count,
		.domain_count = is_notice_red ? 0 : (uint32_t)view->domain_count,
		.open_dispute_count = (uint32_t)view->open_dispute_count,
		.due_count = (uint32_t)view->due_count,
		.first_s = view->first_s,
		.last_s = view->last_s,
		.clocks_mark = view->clocks_mark,
		.domain = view->domain_count > 0 && !is_notice_red ? view->domains[0] : "",
		.sentence = is_notice_red ? "" : or_nothing(view->sentence),
		.cause = is_red(closure_of(view)) ? "" : or_nothing(view->cause),
	};
	copy_id(summary.opener, is_notice_red ? NULL : view->opener);
	assert(view->missing_count <= UINT32_MAX && view->due_count <= UINT32_MAX);
	if (due != NULL) {
		summary.due_s = due->until_s;
		summary.duty = due->duty;
		copy_id(summary.due_party, due->party);
	}
	*ret_summary = summary;
}

static void put_text(struct writer *writer, const char *text)
{
	const size_t size = strlen(text);
	if (size > UINT16_MAX) {
		writer_fail(writer, ERR_SHORT);
		return;
	}
	writer_u16(writer, (uint16_t)size);
	writer_octets(writer, text, size);
}

int case_summary_encode(const struct case_summary *summary, uint8_t *octets, size_t room,
			size_t *ret_size)
{
	struct writer writer;
	writer_init(&writer, octets, room);
	writer_u8(&writer, CASE_SUMMARY_VERSION);
	writer_u8(&writer, (uint8_t)summary->state);
	writer_u8(&writer, (uint8_t)summary->tlp);
	writer_u8(&writer, summary->is_confirmed);
	writer_u8(&writer, (uint8_t)summary->result);
	writer_u8(&writer, (uint8_t)summary->duty);
	writer_u32(&writer, summary->message_count);
	writer_u32(&writer, summary->missing_count);
	writer_u32(&writer, summary->domain_count);
	writer_u32(&writer, summary->open_dispute_count);
	writer_u32(&writer, summary->due_count);
	writer_u64(&writer, (uint64_t)summary->first_s);
	writer_u64(&writer, (uint64_t)summary->last_s);
	writer_u64(&writer, (uint64_t)summary->due_s);
	writer_u64(&writer, summary->clocks_mark);
	put_text(&writer, summary->opener);
	put_text(&writer, summary->due_party);
	put_text(&writer, summary->domain);
	put_text(&writer, summary->sentence);
	put_text(&writer, summary->cause);
	if (writer.error != OK)
		return writer.error;
	*ret_size = writer_used(&writer);
	return OK;
}

/* NULL with the reader's error set, or with memory out. */
static const char *take_text(struct arena *arena, struct reader *reader)
{
	const size_t size = reader_u16(reader);
	const uint8_t *octets = reader_octets(reader, size);
	if (octets == NULL)
		return NULL;
	if (memchr(octets, '\0', size) != NULL) {
		reader_fail(reader, ERR_FORMAT);
		return NULL;
	}
	char *text = arena_take_octets(arena, size + 1);
	if (text == NULL) {
		reader_fail(reader, ERR_MEMORY);
		return NULL;
	}
	memcpy(text, octets, size);
	text[size] = '\0';
	return text;
}

static void take_id(struct arena *arena, struct reader *reader, char ret_id[ID_ROOM])
{
	const char *text = take_text(arena, reader);
	if (text != NULL && text[0] != '\0' && !id_is(text))
		reader_fail(reader, ERR_FORMAT);
	copy_id(ret_id, text);
}

/* A word of an enum that has `count`. */
static unsigned take_word(struct reader *reader, unsigned count)
{
	const unsigned word = reader_u8(reader);
	if (word < count)
		return word;
	reader_fail(reader, ERR_FORMAT);
	return 0;
}

int case_summary_decode(struct arena *arena, const uint8_t *octets, size_t size,
			struct case_summary *ret_summary)
{
	struct case_summary summary = {0};
	struct reader reader;
	reader_init(&reader, octets, size);
	const unsigned version = reader_u8(&reader);
	if (reader.error == OK && version != CASE_SUMMARY_VERSION)
		return version > CASE_SUMMARY_VERSION ? ERR_UNSUPPORTED : ERR_FORMAT;
	summary.state = (enum case_state)take_word(&reader, CASE_STATE_COUNT);
	summary.tlp = (enum tlp)take_word(&reader, TLP_COUNT);
	summary.is_confirmed = take_word(&reader, 2) != 0;
	summary.result = (enum case_result)take_word(&reader, CASE_NOT_MEASURED + 1);
	summary.duty = (enum case_duty)take_word(&reader, CASE_DUTY_COUNT);
	summary.message_count = reader_u32(&reader);
	summary.missing_count = reader_u32(&reader);
	summary.domain_count = reader_u32(&reader);
	summary.open_dispute_count = reader_u32(&reader);
	summary.due_count = reader_u32(&reader);
	summary.first_s = (int64_t)reader_u64(&reader);
	summary.last_s = (int64_t)reader_u64(&reader);
	summary.due_s = (int64_t)reader_u64(&reader);
	summary.clocks_mark = reader_u64(&reader);
	take_id(arena, &reader, summary.opener);
	take_id(arena, &reader, summary.due_party);
	summary.domain = take_text(arena, &reader);
	summary.sentence = take_text(arena, &reader);
	summary.cause = take_text(arena, &reader);
	if (reader.error == OK && reader_left(&reader) > 0)
		reader_fail(&reader, ERR_FORMAT);
	if (reader.error != OK)
		return reader.error == ERR_MEMORY ? ERR_MEMORY : ERR_FORMAT;
	assert(summary.domain != NULL && summary.sentence != NULL && summary.cause != NULL);
	*ret_summary = summary;
	return OK;
}
