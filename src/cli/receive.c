/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `dsfi receive`: messages of others, proven, filed and acknowledged. */
#include "base/json.h"
#include "base/memory.h"
#include "cli/parties.h"
#include "cli/table.h"
#include "gather/inbox/inbox.h"
#include "keep/store/messages.h"

#include <assert.h>
#include <string.h>

/* A line of up to 2 KiB for each of INBOX_ITEMS_MAX. */
#define TOLD_MAX ((size_t)256 << 20)
/* One message, read. */
#define MESSAGE_ARENA_MAX ((size_t)16 << 20)
#define DETAIL_MAX 512u

enum result { RESULT_NEW, RESULT_HERE, RESULT_REFUSED };
static const char *const result_texts[] = {"new", "here", "refused"};

/* A case of which something new was filed. */
struct touched {
	char case_id[ID_ROOM];
	size_t messages;
};

struct receiving {
	const struct options *options;
	struct store *store;
	struct parties parties;
	struct secret_key keys[AGE_IDENTITIES_MAX];
	size_t key_count;
	struct arena arena; /* of the message that is read */
	struct text told;   /* printed when all is on the disk */
	size_t counts[3];
	struct touched *cases;
	size_t case_count, case_room;
	bool is_json;
	struct complaint *complaint;
};

/* ---- telling ---- */

static const char *name_of(const struct receiving *receiving, const char *id)
{
	const struct party_file *party = parties_by_id(&receiving->parties, id);
	return party == NULL ? id : party->name;
}

/* NULL: nothing of it is proven, and nothing of it is shown. */
static void tell_json(struct receiving *receiving, const struct inbox_item *item,
		      const struct case_message *message, enum result result, const char *reason)
{
	struct json json;
	json_init(&json, &receiving->told);
	json_begin_object(&json);
	json_put_text(&json, "type", "received");
	json_put_text(&json, "result", result_texts[result]);
	json_put_text(&json, "origin", item->origin);
	json_put_bool(&json, "sealed", item->was_sealed);
	if (message != NULL) {
		json_put_text(&json, "id", message->id);
		json_put_text(&json, "case", message->case_id);
		json_put_text(&json, "kind", case_message_kind_text(message->kind));
		json_put_text(&json, "author", message->author);
		json_put_text(&json, "tlp", tlp_text(message->tlp));
	}
	if (reason != NULL)
		json_put_text(&json, "reason", reason);
	json_end_object(&json);
	json_end_line(&json);
}

static void tell(struct receiving *receiving, const struct inbox_item *item,
		 const struct case_message *message, enum result result, const char *reason)
{
	assert((result == RESULT_REFUSED) == (message == NULL) &&
	       (message != NULL || reason != NULL));
	receiving->counts[result]++;
	if (receiving->is_json) {
		tell_json(receiving, item, message, result, reason);
	} else if (message == NULL) {
		text_format(&receiving->told, "refused  %s: %s\n", parties_shown(item->origin),
			    parties_shown(reason));
	} else {
		text_format(&receiving->told, "%-7s  %s  %s of %s, case %s, TLP:%s\n",
			    result_texts[result], message->id,
			    case_message_kind_text(message->kind),
			    name_of(receiving, message->author), message->case_id,
			    tlp_text(message->tlp));
	}
}

/* ---- filing ---- */

/* Whom may it be filed for? What is clear or green may go to any party that is known, so that who
 * joins a case late can be told its beginning (docs/sharing.md). */
static int check_audience(const struct receiving *receiving, const struct inbox_item *item,
			  const struct case_message *message, struct complaint *complaint)
{
	if (message->tlp > TLP_CLEAR && !item->was_sealed &&
	    !options_flag(receiving->options, "unsealed"))
		return complain(complaint, ERR_PERMISSION,
				"marked TLP:%s, and came unsealed: whoever carried it could read "
				"it; have it sealed, or take it all the same with --unsealed",
				tlp_text(message->tlp));
	if (message->tlp <= TLP_GREEN)
		return OK;
	return case_message_is_for(message, receiving->parties.self, complaint);
}

static int read_message(struct receiving *receiving, const struct inbox_item *item,
			struct complaint *complaint, struct case_message *ret_message)
{
	struct text octets;
	text_init(&octets, CASE_MESSAGE_OCTETS_MAX + 1);
	text_add_octets(&octets, item->octets, item->size);
	int error = octets.error;
	if (error == OK)
		error = case_message_read(&receiving->arena,
					  parties_trust(&receiving->parties, parties_now()),
					  &octets, complaint, ret_message);
	text_release(&octets);
	return error == OK ? check_audience(receiving, item, ret_message, complaint) : error;
}

static int audit_message(struct receiving *receiving, const struct inbox_item *item,
			 const struct case_message *message)
{
	char detail[DETAIL_MAX];
	assert(message->is_proven);
	(void)snprintf(detail, sizeof(detail), "%s of party %s, case %s, TLP:%s, %s",
		       case_message_kind_text(message->kind), message->author, message->case_id,
		       tlp_text(message->tlp), item->was_sealed ? "sealed" : "unsealed");
	return parties_audit(receiving->store, "receive", message->id, detail,
			     receiving->complaint);
}

/* ERR_EXISTS and ERR_LIMIT leave the store as it was, so the next message can be filed; after any
 * other error it takes nothing more. */
static int file_message(struct receiving *receiving, const struct inbox_item *item,
			struct case_message *message, struct complaint *refusal, bool *ret_is_new)
{
	const int error =
		store_message_put(receiving->store, message, parties_now(), ret_is_new, refusal);
	if (error == OK && *ret_is_new)
		return audit_message(receiving, item, message);
	if (error == OK || error == ERR_EXISTS || error == ERR_LIMIT)
		return error;
	return complain(receiving->complaint, error, "%s", refusal->text);
}

static int note_case(struct receiving *receiving, const struct case_message *message)
{
	size_t i = 0;
	while (i < receiving->case_count &&
	       strcmp(receiving->cases[i].case_id, message->case_id) != 0)
		i++;
	if (i == receiving->case_room) {
		const size_t room = receiving->case_room * 2 + 16;
		struct touched *cases = memory_resize(receiving->cases, room * sizeof(*cases));
		if (cases == NULL)
			return complain(receiving->complaint, ERR_MEMORY, "out of memory");
		receiving->cases = cases;
		receiving->case_room = room;
	}
	if (i == receiving->case_count) {
		receiving->cases[i].messages = 0;
		memcpy(receiving->cases[i].case_id, message->case_id, ID_ROOM);
		receiving->case_count++;
	}
	receiving->cases[i].messages++;
	return OK;
}

static int take_item(void *context, const struct inbox_item *item, bool *ret_is_kept)
{
	struct receiving *receiving = context;
	struct complaint refusal = {""};
	struct case_message message = {.is_proven = false};
	bool is_new = false;
	int error;
	arena_reset(&receiving->arena);
	if (item->octets == NULL)
		error = complain(&refusal, item->error, "%s", item->reason);
	else if (item->is_party)
		error = complain(&refusal, ERR_ARGUMENT,
				 "a party file, which is not taken in passing; see whose it is, "
				 "then 'dsfi party import FILE'");
	else
		error = read_message(receiving, item, &refusal, &message);
	if (error == ERR_MEMORY)
		return complain(receiving->complaint, error, "out of memory");
	if (error != OK) {
		tell(receiving, item, NULL, RESULT_REFUSED, refusal.text);
		return receiving->told.error;
	}
	error = file_message(receiving, item, &message, &refusal, &is_new);
	if (error == ERR_EXISTS || error == ERR_LIMIT) {
		tell(receiving, item, NULL, RESULT_REFUSED, refusal.text);
		return receiving->told.error;
	}
	if (error == OK && is_new)
		error = note_case(receiving, &message);
	if (error != OK)
		return error;
	*ret_is_kept = true;
	tell(receiving, item, &message, is_new ? RESULT_NEW : RESULT_HERE, NULL);
	return receiving->told.error;
}

/* ---- the command ---- */

static int read_keys(struct receiving *receiving)
{
	const char *path;
	assert(receiving->key_count == 0);
	while ((path = options_list(receiving->options, "key", receiving->key_count)) != NULL) {
		if (receiving->key_count == AGE_IDENTITIES_MAX)
			return complain(receiving->complaint, ERR_LIMIT,
					"--key: at most %u key files", AGE_IDENTITIES_MAX);
		const int error = parties_key(path, receiving->complaint,
					      &receiving->keys[receiving->key_count]);
		if (error != OK)
			return error;
		receiving->key_count++;
	}
	return OK;
}

static int open_store(struct receiving *receiving)
{
	int error = store_open(options_text(receiving->options, "store"), STORE_WRITE,
			       &receiving->store, receiving->complaint);
	if (error == OK)
		error = parties_load(receiving->store, receiving->complaint, &receiving->parties);
	if (error == OK && receiving->parties.self[0] == '\0')
		error = complain(receiving->complaint, ERR_NOT_FOUND,
				 "the store is nobody's yet, so no message is for it; 'dsfi party "
				 "add NAME --key FILE' makes the party whose it is");
	return error;
}

/* Of each case that has something new, once all of it is on the disk: here belongs what is expected
 * of the receiver, which is for who folds over its messages to say. */
static void tell_cases(const struct receiving *receiving)
{
	for (size_t i = 0; !receiving->is_json && i < receiving->case_count; i++)
		fprintf(receiving->options->out, "case     %s: %zu new\n",
			receiving->cases[i].case_id, receiving->cases[i].messages);
}

/* Nothing is acknowledged, to people or by moving a mail, before it is on the disk. */
static int read_all(struct receiving *receiving, struct inbox *inbox)
{
	const char *path;
	int error = OK;
	for (size_t i = 0; error == OK && (path = options_operand(receiving->options, i)) != NULL;
	     i++)
		error = inbox_read(inbox, path, receiving->complaint);
	if (error == OK)
		error = store_commit(receiving->store, receiving->complaint);
	if (error != OK)
		return error;
	fputs(text_get(&receiving->told), receiving->options->out);
	tell_cases(receiving);
	return inbox_acknowledge(inbox, receiving->complaint);
}

static int receive(struct receiving *receiving)
{
	struct inbox *inbox = NULL;
	int error = read_keys(receiving);
	const struct age_identities identities = {receiving->keys, receiving->key_count, 0};
	const struct inbox_reader reader = {&identities, take_item, receiving};
	if (error == OK)
		error = open_store(receiving);
	if (error == OK)
		error = inbox_new(&reader, &inbox);
	if (error == OK)
		error = read_all(receiving, inbox);
	inbox_free(inbox);
	return error;
}

static void wipe_keys(struct receiving *receiving)
{
	for (size_t i = 0; i < receiving->key_count; i++)
		secret_key_wipe(&receiving->keys[i]);
}

static int run(const struct options *options)
{
	struct complaint complaint = {""};
	struct receiving receiving = {
		.options = options, .is_json = options_json(options), .complaint = &complaint};
	arena_init(&receiving.arena, MESSAGE_ARENA_MAX, 0);
	text_init(&receiving.told, TOLD_MAX);
	const int error = receive(&receiving);
	wipe_keys(&receiving);
	memory_give(receiving.cases);
	text_release(&receiving.told);
	arena_release(&receiving.arena);
	parties_release(&receiving.parties);
	store_close(receiving.store);
	if (error != OK)
		return command_fail(options, error, &complaint);
	const size_t *counts = receiving.counts;
	assert(counts[RESULT_NEW] + counts[RESULT_HERE] + counts[RESULT_REFUSED] <=
	       INBOX_ITEMS_MAX);
	command_note(options, "%zu new, %zu here already, %zu refused", counts[RESULT_NEW],
		     counts[RESULT_HERE], counts[RESULT_REFUSED]);
	return counts[RESULT_REFUSED] > 0 ? EXIT_FINDINGS : EXIT_FINE;
}

static const struct option receive_options[] = {
	{.name = "key",
	 .letter = 'k',
	 .kind = OPTION_LIST,
	 .argument = "FILE",
	 .help = "a key file of yours, of mode 0600, that opens what is sealed; old ones too"},
	{.name = "unsealed",
	 .kind = OPTION_FLAG,
	 .help = "take messages that should have been sealed and came without"},
	OPTION_PARTIES_STORE,
};

static const struct example examples[] = {
	{"dsfi receive theirs.age --key our.key", "files what came as a file"},
	{"dsfi receive Maildir --key our.key", "what came as mail, and marks it as read"},
};

static const struct command command = {
	.name = "receive",
	.summary = "file messages of cases that others sent",
	.operands = "FILE...",
	.description =
		"Reads messages of cases from files (`-`: standard input): lines, age files, "
		"mails, mbox files; from folders of these, and from maildirs. Each message is "
		"proven, and filed when it is for the party whose store it is; else it is refused "
		"with the reason, and the others are read on. The same message twice is one. "
		"Nothing is told, and no mail is moved to cur/, before it is on the disk. Nothing "
		"else in a mail is looked at.",
	.options = receive_options,
	.option_count = sizeof(receive_options) / sizeof(receive_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_minimum = 1,
	.operands_maximum = OPERANDS_MANY,
	.exit_note = "1: a message was refused; the others are filed",
	.see_also = "dsfi-share(1), dsfi-party-import(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_receive(void)
{
	return &command;
}
