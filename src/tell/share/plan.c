/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/share/plan.h"

#include "model/tlp.h"

#include <assert.h>
#include <string.h>

const char *share_verdict_text(enum share_verdict verdict)
{
	static const char *const texts[] = {"goes", "has", "not-for", "withheld", "sent", "failed"};
	assert((unsigned)verdict <= SHARE_FAILED);
	return texts[verdict];
}

static bool has_id(const char *const *ids, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(ids[i], id) == 0)
			return true;
	}
	return false;
}

/* A message of the recipient's own names this one among the newest that it had seen. */
static bool has_seen(const struct share_question *question, const char *party, const char *id)
{
	for (size_t i = 0; i < question->message_count; i++) {
		const struct case_message *message = &question->messages[i];
		if (strcmp(message->author, party) == 0 &&
		    has_id(message->after, message->after_count, id))
			return true;
	}
	return false;
}

static const char *has_why(const struct share_question *question, const struct share_row *row)
{
	if (strcmp(row->message->author, row->to->id) == 0)
		return "it wrote it";
	if (question->is_again)
		return NULL;
	if (has_seen(question, row->to->id, row->message->id))
		return "it wrote after it";
	if (question->was_sent(question->context, row->message, row->to->id))
		return "it was sent; --again sends it once more";
	return NULL;
}

/* Nothing that was done here shows that it has it. */
static bool is_only_claimed(const struct share_question *question, const struct share_row *row)
{
	return strcmp(row->message->author, row->to->id) != 0 &&
	       !question->was_sent(question->context, row->message, row->to->id);
}

/* OK, or ERR_PERMISSION with the reason. */
static int check_marks(const struct share_question *question, const struct share_row *row,
		       struct complaint *complaint)
{
	const struct case_message *message = row->message;
	const struct tlp_source source = {.tlp = message->tlp,
					  .author = message->author,
					  .to = message->to,
					  .to_count = message->to_count};
	const struct tlp_recipient recipient = {.id = row->to->id,
						.is_known = true,
						.has_ceiling = true,
						.ceiling = row->to->ceiling};
	const struct tlp_sending sending = {.tlp = message->tlp,
					    .author = question->self,
					    .sources = &source,
					    .source_count = 1,
					    .recipients = &recipient,
					    .recipient_count = 1};
	if (question->has_cap && message->tlp > question->cap)
		return complain(complaint, ERR_PERMISSION,
				"it is marked TLP:%s, and --tlp lets nothing stricter than TLP:%s "
				"leave",
				tlp_text(message->tlp), tlp_text(question->cap));
	return tlp_allows(&sending, complaint);
}

static int check_seal(const struct share_question *question, const struct share_row *row,
		      struct complaint *complaint)
{
	uint8_t key[KEY_OCTETS];
	assert(question->now_s > 0);
	if (!question->is_sealed && row->message->tlp > TLP_CLEAR)
		return complain(
			complaint, ERR_PERMISSION,
			"it is marked TLP:%s and leaves sealed only; --plain is for what is "
			"clear",
			tlp_text(row->message->tlp));
	if (question->is_sealed && !party_seal_key(row->to, question->now_s, key))
		return complain(
			complaint, ERR_PERMISSION,
			"every key of this party has ended, so nothing can be sealed to it; "
			"import its newest party file");
	return OK;
}

/* Did this party write to the recipient, and name it? Then the recipient's store takes it. */
static bool is_named_to(const struct share_question *question, const char *party, const char *id)
{
	for (size_t i = 0; i < question->message_count; i++) {
		const struct case_message *message = &question->messages[i];
		if (strcmp(message->author, question->self) == 0 &&
		    has_id(message->to, message->to_count, party) &&
		    case_message_names(message, id))
			return true;
	}
	return false;
}

/* May it go to one it was not written to? NULL: yes, if its mark allows. */
static const char *not_for_why(const struct share_question *question, const struct share_row *row)
{
	const struct case_message *message = row->message;
	if (message->tlp <= TLP_GREEN || has_id(message->to, message->to_count, row->to->id))
		return NULL;
	if (!has_id(question->passed_on, question->passed_on_count, message->id))
		return "it is not written to this party; --with passes it on, as far as its mark "
		       "allows";
	if (!case_message_has(message, question->self))
		return "it was passed on to this store itself; who wrote or got it passes it on";
	if (!is_named_to(question, row->to->id, message->id))
		return "nothing that this party wrote to it names this one, so its store would "
		       "refuse it; write to it first";
	return NULL;
}

/* Whether it would go if the recipient had nothing. */
static int decide_going(struct arena *arena, const struct share_question *question,
			struct share_row *row)
{
	struct complaint complaint = {""};
	row->reason = not_for_why(question, row);
	if (row->reason != NULL) {
		row->verdict = SHARE_NOT_FOR;
		return OK;
	}
	if (check_marks(question, row, &complaint) == OK &&
	    check_seal(question, row, &complaint) == OK) {
		row->verdict = SHARE_GOES;
		return OK;
	}
	row->verdict = SHARE_WITHHELD;
	row->reason = arena_text(arena, complaint.text);
	return row->reason == NULL ? ERR_MEMORY : OK;
}

static int decide(struct arena *arena, const struct share_question *question, struct share_row *row)
{
	const char *barred = NULL;
	assert(row->to != NULL && row->message->is_proven);
	const char *has = has_why(question, row);
	if (has == NULL || is_only_claimed(question, row)) {
		const int error = decide_going(arena, question, row);
		if (error != OK || has == NULL)
			return error;
		barred = row->reason;
	}
	row->verdict = SHARE_HAS;
	row->reason = has;
	row->barred = barred;
	return OK;
}

int share_plan(struct arena *arena, const struct share_question *question,
	       struct share_row **ret_rows, size_t *ret_count)
{
	const size_t count = question->message_count * question->recipient_count;
	assert(question->message_count <= CASE_MESSAGE_CASE_MAX);
	assert(question->recipient_count <= SHARE_RECIPIENTS_MAX && question->was_sent != NULL);
	struct share_row *rows = arena_take_array(arena, count + 1, sizeof(*rows));
	if (rows == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		rows[i] = (struct share_row){
			.to = question->recipients[i / question->message_count],
			.message = &question->messages[i % question->message_count]};
		assert(rows[i].message->is_proven);
		const int error = decide(arena, question, &rows[i]);
		if (error != OK)
			return error;
	}
	*ret_rows = rows;
	*ret_count = count;
	return OK;
}
