/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A case as a STIX bundle: of the messages that all recipients may have, or, where none is named,
 * of those that the mark named lets anybody have. */
#include "cli/share_private.h"
#include "os/file.h"
#include "tell/share/stix.h"

#include <assert.h>
#include <string.h>

#define PATH_ROOM 4096u
/* What an entry in the audit may have. */
#define DETAIL_MAX 4096u

static enum tlp cap_of(const struct sharing *sharing)
{
	const char *word = options_text(sharing->options, "tlp");
	enum tlp cap = sharing->recipient_count > 0 ? TLP_RED : TLP_CLEAR;
	if (word != NULL) {
		const int error = tlp_from_text(word, &cap);
		assert(error == OK);
		(void)error;
	}
	return cap;
}

/* Whom it reaches is not known: what others said goes on only where anybody, or every party, may
 * have it; what is ours, as far as we say. NULL: it may go. */
static const char *why_not_open(const struct sharing *sharing, const struct case_message *message)
{
	const bool is_ours = strcmp(message->author, sharing->parties.self) == 0;
	if (message->tlp > cap_of(sharing))
		return "it is marked stricter than --tlp (clear where --tlp is not given)";
	if (!is_ours && message->tlp > TLP_GREEN)
		return "another party said it, and whom it reaches is not known; "
		       "name them with --to";
	return NULL;
}

/* The first recipient that may not have it. What one says that it has seen opens nothing. */
static const char *why_not(const struct sharing *sharing, const struct case_message *message)
{
	if (sharing->recipient_count == 0)
		return why_not_open(sharing, message);
	for (size_t i = 0; i < sharing->row_count; i++) {
		const struct share_row *row = &sharing->rows[i];
		if (row->message != message || row->verdict == SHARE_GOES)
			continue;
		if (row->verdict != SHARE_HAS)
			return row->reason;
		if (row->barred != NULL)
			return row->barred;
	}
	return message->tlp > cap_of(sharing) ? "it is marked stricter than --tlp" : NULL;
}

static const struct party_file *find_party(void *context, const char *id)
{
	const struct sharing *sharing = context;
	return parties_by_id(&sharing->parties, id);
}

static int note_leaving(struct sharing *sharing, const struct stix_question *question)
{
	enum tlp strictest = TLP_CLEAR;
	struct text detail;
	assert(question->message_count > 0);
	for (size_t i = 0; i < question->message_count; i++)
		strictest = tlp_stricter(strictest, question->messages[i]->tlp);
	const bool is_preview = options_flag(sharing->options, "preview");
	text_init(&detail, DETAIL_MAX);
	text_format(&detail, "STIX bundle of %zu messages, the strictest TLP:%s, for",
		    question->message_count, tlp_text(strictest));
	if (question->audience_count == 0)
		text_format(&detail, " whoever may have TLP:%s", tlp_text(question->cap));
	for (size_t i = 0; i < question->audience_count; i++)
		text_format(&detail, "%s party %s", i == 0 ? "" : ",", question->audience[i]);
	int error = detail.error;
	if (error == OK)
		error = parties_audit(sharing->store, is_preview ? "read" : "share",
				      sharing->case_id, text_get(&detail), sharing->complaint);
	text_release(&detail);
	return error == OK ? store_commit(sharing->store, sharing->complaint) : error;
}

/* A bundle is not sealed: who makes one reads all that is in it. */
static int check_red(const struct sharing *sharing, const struct stix_question *question)
{
	for (size_t i = 0; i < question->message_count; i++) {
		if (question->messages[i]->tlp == TLP_RED)
			return allowed(sharing->options, ACCESS_READ_RED, sharing->complaint);
	}
	return OK;
}

static int put_out(const struct sharing *sharing, const struct text *bundle)
{
	char path[PATH_ROOM];
	const char *folder = options_text(sharing->options, "out");
	if (folder == NULL || options_flag(sharing->options, "preview"))
		return fwrite(text_get(bundle), 1, bundle->length, sharing->options->out) ==
				       bundle->length
			       ? OK
			       : complain(sharing->complaint, ERR_IO, "cannot write the bundle");
	int error = folder_make(folder, sharing->complaint);
	const int length =
		snprintf(path, sizeof(path), "%s/%s.stix.json", folder, sharing->case_id);
	if (error == OK && (length < 0 || (size_t)length >= sizeof(path)))
		error = complain(sharing->complaint, ERR_ARGUMENT, "--out: the path is too long");
	return error == OK ? file_write_private(path, text_get(bundle), bundle->length,
						sharing->complaint)
			   : error;
}

static int write_bundle(struct sharing *sharing, const struct stix_question *question)
{
	struct text bundle;
	int error = check_red(sharing, question);
	if (error != OK)
		return error;
	text_init(&bundle, STIX_OCTETS_MAX);
	error = stix_write(&sharing->arena, question, &bundle);
	if (error != OK)
		error = complain(sharing->complaint, error, "cannot make the bundle: %s",
				 error_text(error));
	/* Noted before it is seen by anybody. */
	if (error == OK)
		error = note_leaving(sharing, question);
	if (error == OK)
		error = put_out(sharing, &bundle);
	text_release(&bundle);
	return error;
}

int share_stix(struct sharing *sharing, size_t *ret_withheld)
{
	size_t count = 0;
	size_t withheld = 0;
	const struct case_message **messages =
		arena_take_array(&sharing->arena, sharing->message_count + 1, sizeof(*messages));
	if (messages == NULL)
		return complain(sharing->complaint, ERR_MEMORY, "out of memory");
	for (size_t i = 0; i < sharing->message_count; i++) {
		const struct case_message *message = &sharing->messages[i];
		const char *reason = why_not(sharing, message);
		if (reason == NULL) {
			messages[count++] = message;
			continue;
		}
		withheld++;
		command_note(sharing->options, "withheld %s, %s, TLP:%s: %s", message->id,
			     case_message_kind_text(message->kind), tlp_text(message->tlp), reason);
	}
	if (count == 0)
		return complain(sharing->complaint, ERR_PERMISSION,
				"nothing of the case may leave so; name whom it is for with --to, "
				"or a mark with --tlp");
	const char *audience[SHARE_RECIPIENTS_MAX];
	for (size_t i = 0; i < sharing->recipient_count; i++)
		audience[i] = sharing->recipients[i]->id;
	const struct stix_question question = {.case_id = sharing->case_id,
					       .self = sharing->parties.self,
					       .audience = audience,
					       .audience_count = sharing->recipient_count,
					       .cap = cap_of(sharing),
					       .messages = messages,
					       .message_count = count,
					       .party = find_party,
					       .context = sharing};
	*ret_withheld = withheld;
	return write_bundle(sharing, &question);
}
