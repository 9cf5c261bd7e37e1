/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `dsfi share` reads: a case, whom it goes to, what was sent before. */
#include "base/memory.h"
#include "cli/share_private.h"

#include <assert.h>
#include <string.h>

struct sent {
	size_t message; /* index; in order */
	char party[ID_ROOM];
};

/* ---- which case ---- */

struct finding_case {
	struct sharing *sharing;
	const char *word;
	bool is_several;
};

static int match_case(void *context, const struct store_case *one)
{
	struct finding_case *finding = context;
	struct sharing *sharing = finding->sharing;
	if (strncmp(one->id, finding->word, strlen(finding->word)) != 0)
		return OK;
	finding->is_several = sharing->case_id[0] != '\0';
	if (!finding->is_several)
		memcpy(sharing->case_id, one->id, ID_ROOM);
	return finding->is_several ? ERR_EXISTS : OK;
}

static int find_case(struct sharing *sharing)
{
	struct finding_case finding = {.sharing = sharing,
				       .word = options_operand(sharing->options, 0)};
	if (strlen(finding.word) < PARTIES_PREFIX_MIN)
		return complain(sharing->complaint, ERR_ARGUMENT,
				"'%s' is too short for the beginning of a case's id", finding.word);
	const int error = store_cases(sharing->store, match_case, &finding, sharing->complaint);
	if (finding.is_several)
		return complain(sharing->complaint, ERR_ARGUMENT,
				"several cases begin with '%s'; give more of the id", finding.word);
	if (error == OK && sharing->case_id[0] == '\0')
		return complain(sharing->complaint, ERR_NOT_FOUND, "no case '%s' is in the store",
				finding.word);
	return error;
}

/* ---- its messages ---- */

static int take_message(void *context, const struct store_message *kept)
{
	struct sharing *sharing = context;
	struct text octets;
	assert(sharing->message_count <= sharing->message_room);
	if (sharing->message_count == sharing->message_room) {
		const size_t room = sharing->message_room * 2 + 64;
		struct case_message *messages =
			memory_resize(sharing->messages, room * sizeof(*messages));
		if (messages == NULL)
			return complain(sharing->complaint, ERR_MEMORY, "out of memory");
		sharing->messages = messages;
		sharing->message_room = room;
	}
	text_init(&octets, CASE_MESSAGE_OCTETS_MAX + 1);
	text_add_octets(&octets, kept->octets, kept->size);
	int error = octets.error;
	/* Proven again: a store is a file, too, that others may have had in their hands. */
	if (error == OK)
		error = case_message_read(&sharing->arena, parties_trust_filed(&sharing->parties),
					  &octets, sharing->complaint,
					  &sharing->messages[sharing->message_count]);
	text_release(&octets);
	if (error == OK)
		sharing->message_count++;
	/* Nobody else could prove it either. */
	if (error == ERR_CRYPTO || error == ERR_PERMISSION) {
		command_note(sharing->options, "message %.8s is left out: %s", kept->id,
			     sharing->complaint->text);
		*sharing->complaint = (struct complaint){""};
		return OK;
	}
	return error == OK ? OK
			   : complain_more(sharing->complaint, error, "message '%s'", kept->id);
}

/* ---- whom it goes to ---- */

static int add_recipient(struct sharing *sharing, const struct party_file *party)
{
	if (strcmp(party->id, sharing->parties.self) == 0)
		return complain(sharing->complaint, ERR_ARGUMENT,
				"--to '%s' is you, who have the case", party->name);
	for (size_t i = 0; i < sharing->recipient_count; i++) {
		if (sharing->recipients[i] == party)
			return OK;
	}
	if (sharing->recipient_count == SHARE_RECIPIENTS_MAX)
		return complain(sharing->complaint, ERR_LIMIT, "--to: at most %u parties",
				SHARE_RECIPIENTS_MAX);
	sharing->recipients[sharing->recipient_count++] = party;
	return OK;
}

static int find_recipients(struct sharing *sharing)
{
	const char *word;
	for (size_t i = 0; (word = options_list(sharing->options, "to", i)) != NULL; i++) {
		const struct party_file *party = NULL;
		int error = parties_find(&sharing->parties, word, sharing->complaint, &party);
		if (error == OK)
			error = add_recipient(sharing, party);
		if (error != OK)
			return error;
	}
	return OK;
}

/* ---- what was sent before ---- */

static int take_delivery(void *context, const struct store_delivery *delivery)
{
	struct sharing *sharing = context;
	assert(id_is(delivery->message) && sharing->sent_count <= sharing->sent_room);
	if (delivery->state != DELIVERY_SENT)
		return OK;
	if (sharing->sent_count == sharing->sent_room) {
		const size_t room = sharing->sent_room * 2 + 64;
		struct sent *sent = memory_resize(sharing->sent, room * sizeof(*sent));
		if (sent == NULL)
			return complain(sharing->complaint, ERR_MEMORY, "out of memory");
		sharing->sent = sent;
		sharing->sent_room = room;
	}
	struct sent *one = &sharing->sent[sharing->sent_count++];
	one->message = sharing->sent_message;
	(void)snprintf(one->party, sizeof(one->party), "%s", delivery->party);
	return OK;
}

static int load_sent(struct sharing *sharing)
{
	int error = OK;
	for (size_t i = 0; error == OK && i < sharing->message_count; i++) {
		sharing->sent_message = i;
		error = store_deliveries(sharing->store, sharing->messages[i].id, take_delivery,
					 sharing, sharing->complaint);
		if (error == OK)
			error = undelivered_add(sharing->store, sharing->messages[i].id,
						&sharing->arena, &sharing->undelivered,
						sharing->complaint);
	}
	return error;
}

/* The first delivery of a message, by halves: a case may have sent many. */
static size_t find_first(const struct sharing *sharing, size_t message)
{
	size_t low = 0;
	size_t high = sharing->sent_count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (sharing->sent[middle].message < message)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool share_was_sent(void *context, const struct case_message *message, const char *party)
{
	const struct sharing *sharing = context;
	const size_t index = (size_t)(message - sharing->messages);
	assert(index < sharing->message_count);
	for (size_t i = find_first(sharing, index);
	     i < sharing->sent_count && sharing->sent[i].message == index; i++) {
		if (strcmp(sharing->sent[i].party, party) == 0)
			return true;
	}
	return false;
}

static int make_plan(struct sharing *sharing)
{
	const char *cap = options_text(sharing->options, "tlp");
	struct share_question question = {
		.self = sharing->parties.self,
		.messages = sharing->messages,
		.message_count = sharing->message_count,
		.recipients = sharing->recipients,
		.recipient_count = sharing->recipient_count,
		.has_cap = cap != NULL,
		.is_again = options_flag(sharing->options, "again"),
		.is_sealed = sharing->is_sealed,
		.now_s = parties_now(),
		.passed_on = sharing->passed_on,
		.passed_on_count = sharing->passed_on_count,
		.was_sent = share_was_sent,
		.context = sharing,
	};
	if (cap != NULL) {
		const int error = tlp_from_text(cap, &question.cap);
		assert(error == OK);
		(void)error;
	}
	return share_plan(&sharing->arena, &question, &sharing->rows, &sharing->row_count);
}

static int find_passed_on(struct sharing *sharing)
{
	const char *word;
	for (size_t i = 0; (word = options_list(sharing->options, "with", i)) != NULL; i++) {
		const size_t length = strlen(word);
		const char *found = NULL;
		for (size_t j = 0; j < sharing->message_count; j++) {
			const char *id = sharing->messages[j].id;
			if (length < PARTIES_PREFIX_MIN || strncmp(id, word, length) != 0)
				continue;
			if (found != NULL)
				return complain(sharing->complaint, ERR_ARGUMENT,
						"several messages begin with '%s'; give more of "
						"the id",
						word);
			found = id;
		}
		if (found == NULL)
			return complain(sharing->complaint, ERR_NOT_FOUND,
					"no message '%s' is in the case; 'dsfi case show' lists "
					"them",
					word);
		if (sharing->passed_on_count == CASE_MESSAGE_TO_MAX)
			return complain(sharing->complaint, ERR_LIMIT,
					"more than %u messages to pass on; do it in two commands",
					CASE_MESSAGE_TO_MAX);
		sharing->passed_on[sharing->passed_on_count++] = found;
	}
	return OK;
}

int share_load(struct sharing *sharing)
{
	struct complaint *complaint = sharing->complaint;
	int error = parties_store_open(sharing->options, &sharing->store, complaint);
	if (error == OK)
		error = parties_load(sharing->store, complaint, &sharing->parties);
	if (error == OK && sharing->parties.self[0] == '\0')
		error = complain(complaint, ERR_NOT_FOUND,
				 "the store is nobody's yet; 'dsfi party add NAME --key FILE' "
				 "makes the party whose it is");
	if (error == OK)
		error = find_case(sharing);
	if (error == OK)
		error = find_recipients(sharing);
	if (error == OK)
		error = store_messages(sharing->store, sharing->case_id, take_message, sharing,
				       complaint);
	if (error == OK)
		error = find_passed_on(sharing);
	if (error == OK)
		error = load_sent(sharing);
	return error == OK ? make_plan(sharing) : error;
}

void share_release(struct sharing *sharing)
{
	memory_give(sharing->messages);
	memory_give(sharing->sent);
	arena_release(&sharing->arena);
	parties_release(&sharing->parties);
	store_close(sharing->store);
}
