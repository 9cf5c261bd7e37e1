/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/verdict.h"

#include "base/text.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* One line of evidence; a longer answer is cut, the observation has the whole. */
#define ANSWER_TEXT_MAX 400

/* Most domains have no finding at all: nothing is taken until the first. */
static void make_room(struct verdicts *verdicts)
{
	const size_t room = verdicts->finding_room ? 2 * verdicts->finding_room : 8;
	struct finding *findings;

	if (verdicts->finding_count < verdicts->finding_room)
		return;
	findings = arena_take_array(verdicts->arena, room, sizeof(*findings));
	if (!findings) {
		verdicts->error = ERR_MEMORY;
		return;
	}
	if (verdicts->finding_count > 0)
		memcpy(findings, verdicts->findings, verdicts->finding_count * sizeof(*findings));
	verdicts->findings = findings;
	verdicts->finding_room = room;
}

void verdict(struct verdicts *verdicts, const struct view *view, const char *format, ...)
{
	char sentence[FINDING_SENTENCE_MAX];
	va_list arguments;

	assert(verdicts->check);
	if (verdicts->error < 0 || verdicts->finding_count == VERDICTS_MAX)
		return;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	const char *kept = arena_text(verdicts->arena, sentence);

	make_room(verdicts);
	if (!kept)
		verdicts->error = ERR_MEMORY;
	if (verdicts->error < 0)
		return;
	verdicts->findings[verdicts->finding_count++] = (struct finding){
		.code = verdicts->check->code,
		.domain = verdicts->evidence->domain,
		.severity = verdicts->check->severity,
		.party = verdicts->check->party,
		.server = view ? view->address : NULL,
		.sentence = kept,
		.reference = verdicts->check->reference,
	};
}

static void answer_records(const struct evidence *evidence, const struct exchange *exchange,
			   struct text *text)
{
	const struct message *message = &evidence->messages[exchange->message];
	uint16_t told = 0;

	for (uint16_t i = 0; i < message->record_count && text->length < ANSWER_TEXT_MAX; i++) {
		const struct record *record = &message->records[i];

		if (record->section == SECTION_ADDITIONAL)
			continue;
		text_add(text, told++ ? "; " : ": ");
		if (record_to_text(record, text) < 0)
			text_add(text, "(a record that cannot be shown)");
	}
}

static const char *answer_line(struct verdicts *verdicts, const struct exchange *exchange)
{
	char rcode[TYPE_TEXT_MAX];
	const char *line;
	struct text text;

	if (exchange->message == MESSAGE_NONE)
		return outcome_text((enum outcome)exchange->outcome);
	const struct message *message = &verdicts->evidence->messages[exchange->message];

	text_init(&text, 1 << 20);
	text_format(&text, "%s%s%s", rcode_to_text(message->rcode, rcode),
		    message->flags & FLAG_AA ? " aa" : "", message->flags & FLAG_TC ? " tc" : "");
	answer_records(verdicts->evidence, exchange, &text);
	if (text.length > ANSWER_TEXT_MAX) {
		text.data[ANSWER_TEXT_MAX] = '\0';
		line = arena_format(verdicts->arena, "%s ...", text.data);
	} else {
		line = arena_text(verdicts->arena, text_get(&text));
	}
	text_release(&text);
	return line;
}

static const char *way_text(const struct exchange *exchange)
{
	static const char *const words[] = {
		[TRANSPORT_UDP] = "",          [TRANSPORT_TCP] = " over TCP",
		[TRANSPORT_DOT] = " over DoT", [TRANSPORT_DOH] = " over DoH",
		[TRANSPORT_DOQ] = " over DoQ",
	};

	assert(exchange->transport >= TRANSPORT_UDP && exchange->transport <= TRANSPORT_DOQ);
	return words[exchange->transport];
}

/* Puts it into words, unless it was the last one that was. */
static void tell(struct verdicts *verdicts, const struct exchange *exchange)
{
	char type[TYPE_TEXT_MAX];
	char name[NAME_TEXT_MAX];

	if (verdicts->told == exchange)
		return;
	verdicts->told_as = (struct finding_evidence){
		.server = exchange->server == SERVER_PARENT
				  ? NULL
				  : verdicts->evidence->views[exchange->server].address,
		.question =
			arena_format(verdicts->arena, "%s %s%s", name_to_text(exchange->name, name),
				     type_to_text(exchange->type, type), way_text(exchange)),
		.answer = answer_line(verdicts, exchange),
	};
	verdicts->told = exchange;
	if (!verdicts->told_as.question || !verdicts->told_as.answer)
		verdicts->error = ERR_MEMORY;
}

void verdict_evidence(struct verdicts *verdicts, const struct exchange *exchange)
{
	struct finding *finding;

	if (!exchange || verdicts->error < 0 || verdicts->finding_count == 0)
		return;
	finding = &verdicts->findings[verdicts->finding_count - 1];
	if (finding->evidence_count == FINDING_EVIDENCE_MAX)
		return;
	tell(verdicts, exchange);
	if (verdicts->error == OK)
		finding->evidence[finding->evidence_count++] = verdicts->told_as;
}

void verdict_lower(struct verdicts *verdicts, enum severity severity)
{
	if (verdicts->error < 0 || verdicts->finding_count == 0)
		return;
	struct finding *finding = &verdicts->findings[verdicts->finding_count - 1];

	assert(finding->code == verdicts->check->code);
	if (finding->severity > severity)
		finding->severity = severity;
}

void verdict_parent_evidence(struct verdicts *verdicts)
{
	const struct observation *observation = verdicts->evidence->observation;

	if (observation->parent_exchange < observation->exchange_count)
		verdict_evidence(verdicts, &observation->exchanges[observation->parent_exchange]);
}

void verdict_not_measured(struct verdicts *verdicts)
{
	assert(verdicts->check);
	assert(verdicts->not_measured_count == 0 ||
	       verdicts->not_measured[verdicts->not_measured_count - 1] != verdicts->check->code);
	verdicts->not_measured[verdicts->not_measured_count++] = verdicts->check->code;
}
