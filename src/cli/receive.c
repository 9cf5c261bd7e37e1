/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `dsfi receive`: messages of others, proven, filed and acknowledged. */
#include "base/json.h"
#include "base/memory.h"
#include "cli/cases.h"
#include "cli/table.h"
#include "gather/inbox/inbox.h"
#include "keep/store/messages.h"
#include "os/signals.h"

#include <assert.h>
#include <string.h>

/* A line of up to 2 KiB for each of INBOX_ITEMS_MAX and of MAIL_REFUSALS_MAX. */
#define TOLD_MAX ((size_t)256 << 20)
/* Anybody sends mails; of more of what was refused in them only the number is told. */
#define MAIL_REFUSALS_MAX 1024u
/* One message, read. */
#define MESSAGE_ARENA_MAX ((size_t)16 << 20)
/* Some hundred of the largest; more are refused and come with the next receiving. */
#define WAITING_ARENA_MAX ((size_t)64 << 20)
#define DETAIL_MAX 512u

enum result { RESULT_NEW, RESULT_HERE, RESULT_REFUSED };
static const char *const result_texts[] = {"new", "here", "refused"};

/* A message that is not written to us. It is filed when a message that is says that who has it
 * wrote to us in the case, in whatever order they come. */
struct waiting {
	struct waiting *next;
	struct inbox_item item; /* copied */
	const char *reason;
	const char *id, *case_id;
	const char *const *parties; /* who wrote or got it */
	size_t party_count;
	unsigned round; /* in which its case was looked at last */
	bool is_brought_in;
};
/* Who was brought in may bring in others; nobody is by so many. */
#define ROUNDS_MAX 64u

struct receiving {
	const struct options *options;
	struct cases cases; /* the store and its parties */
	struct inbox *inbox;
	struct secret_key keys[AGE_IDENTITIES_MAX];
	size_t key_count;
	struct arena arena; /* of the message that is read */
	struct arena later; /* of those that may be for us when all others are filed */
	struct waiting *first, **last;
	bool is_brought_in; /* the message that is read */
	int signals;
	bool is_stopped;          /* somebody asked to end */
	bool is_full;             /* there is more to read than fits at once */
	char (*touched)[ID_ROOM]; /* cases that got something new */
	size_t touched_count, touched_room;
	struct text told; /* printed when all is on the disk */
	size_t counts[3];
	size_t mail_refusals;
	bool is_json;
	struct complaint *complaint;
};

/* ---- telling ---- */

/* NULL: nothing of it is proven, and nothing of it is shown. Of what is TLP:RED only its id and
 * mark are: who reads this is not noted. */
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
		json_put_text(&json, "tlp", tlp_text(message->tlp));
	}
	if (message != NULL && message->tlp != TLP_RED) {
		json_put_text(&json, "case", message->case_id);
		json_put_text(&json, "kind", case_message_kind_text(message->kind));
		json_put_text(&json, "author", message->author);
	}
	if (reason != NULL)
		json_put_text(&json, "reason", reason);
	json_end_object(&json);
	json_end_line(&json);
}

static void tell(struct receiving *receiving, const struct inbox_item *item,
		 const struct case_message *message, enum result result, const char *reason)
{
	receiving->counts[result]++;
	if (result == RESULT_REFUSED && item->is_from_mail &&
	    receiving->mail_refusals++ >= MAIL_REFUSALS_MAX)
		return;
	if (receiving->is_json) {
		tell_json(receiving, item, message, result, reason);
	} else if (message == NULL) {
		text_format(&receiving->told, "refused  %s: %s\n", parties_shown(item->origin),
			    parties_shown(reason));
	} else if (message->tlp == TLP_RED) {
		text_format(&receiving->told,
			    "%-7s  %s  TLP:red: 'dsfi case show' tells, and notes who reads\n",
			    result_texts[result], message->id);
	} else {
		text_format(&receiving->told, "%-7s  %s  %s of %s, case %s, TLP:%s\n",
			    result_texts[result], message->id,
			    case_message_kind_text(message->kind),
			    cases_party_name(&receiving->cases, message->author), message->case_id,
			    tlp_text(message->tlp));
	}
}

/* ---- filing ---- */

/* Whom may it be filed for? What is clear or green may go to any party that is known, so that who
 * joins a case late can be told its beginning (docs/sharing.md). */
static int check_audience(struct receiving *receiving, const struct inbox_item *item,
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
	if (case_message_is_for(message, receiving->cases.parties.self, complaint) == OK ||
	    receiving->is_brought_in)
		return OK;
	/* Not as far as is known now. */
	return ERR_NOT_FOUND;
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
					  parties_trust(&receiving->cases.parties), &octets,
					  complaint, ret_message);
	text_release(&octets);
	return error == OK ? check_audience(receiving, item, ret_message, complaint) : error;
}

static int audit_message(struct receiving *receiving, const struct inbox_item *item,
			 const struct case_message *message, bool is_renewed)
{
	char detail[DETAIL_MAX];
	(void)snprintf(detail, sizeof(detail), "%s of party %s, case %s, TLP:%s, %s%s",
		       case_message_kind_text(message->kind), message->author, message->case_id,
		       tlp_text(message->tlp), item->was_sealed ? "sealed" : "unsealed",
		       is_renewed ? ", in place of a copy whose signature does not hold" : "");
	return parties_audit(receiving->cases.store, "receive", message->id, detail,
			     receiving->complaint);
}

/* Does the signature of the copy that is here hold? A newer file of its author may have ended the
 * key since. */
static int look_at_copy(void *context, const struct store_message *kept)
{
	struct receiving *receiving = context;
	struct complaint ignored = {""};
	struct case_message copy;
	struct text octets;
	arena_reset(&receiving->cases.arena);
	text_init(&octets, CASE_MESSAGE_OCTETS_MAX + 1);
	text_add_octets(&octets, kept->octets, kept->size);
	int error = octets.error;
	if (error == OK)
		error = case_message_read(&receiving->cases.arena,
					  parties_trust_filed(&receiving->cases.parties), &octets,
					  &ignored, &copy);
	text_release(&octets);
	arena_reset(&receiving->cases.arena);
	return error;
}

/* ERR_EXISTS: the copy that is here holds, and stays. */
static int renew_message(struct receiving *receiving, const struct inbox_item *item,
			 const struct case_message *message)
{
	struct store *store = receiving->cases.store;
	struct complaint *complaint = receiving->complaint;
	int error = store_message(store, message->id, look_at_copy, receiving, complaint);
	if (error != ERR_CRYPTO && error != ERR_PERMISSION)
		return error == OK ? ERR_EXISTS : error;
	error = store_message_renew(store, message, complaint);
	return error == OK ? audit_message(receiving, item, message, true) : error;
}

/* ERR_EXISTS and ERR_LIMIT leave the store as it was, so the next message can be filed; after any
 * other error it takes nothing more. */
static int file_message(struct receiving *receiving, const struct inbox_item *item,
			struct case_message *message, struct complaint *refusal, bool *ret_is_new)
{
	int error = store_message_put(receiving->cases.store, message, parties_now(), ret_is_new,
				      refusal);
	if (error == OK && *ret_is_new)
		return audit_message(receiving, item, message, false);
	if (error == ERR_EXISTS) {
		error = renew_message(receiving, item, message);
		*ret_is_new = error == OK;
		if (error != OK && error != ERR_EXISTS)
			return error;
	}
	if (error == OK || error == ERR_EXISTS || error == ERR_LIMIT)
		return error;
	return complain(receiving->complaint, error, "%s", refusal->text);
}

static int note_touched(struct receiving *receiving, const char *case_id)
{
	assert(id_is(case_id));
	for (size_t i = 0; i < receiving->touched_count; i++) {
		if (strcmp(receiving->touched[i], case_id) == 0)
			return OK;
	}
	if (receiving->touched_count == receiving->touched_room) {
		const size_t room = receiving->touched_room * 2 + 16;
		char(*touched)[ID_ROOM] =
			memory_resize(receiving->touched, room * sizeof(*touched));
		if (touched == NULL)
			return complain(receiving->complaint, ERR_MEMORY, "out of memory");
		receiving->touched = touched;
		receiving->touched_room = room;
	}
	memcpy(receiving->touched[receiving->touched_count++], case_id, ID_ROOM);
	return OK;
}

static const char *const *copy_parties(struct arena *arena, const struct case_message *message)
{
	const char **parties = arena_take_array(arena, message->to_count + 1, sizeof(*parties));
	if (parties == NULL)
		return NULL;
	parties[0] = arena_text(arena, message->author);
	bool is_whole = parties[0] != NULL;
	for (size_t i = 0; i < message->to_count && is_whole; i++) {
		parties[i + 1] = arena_text(arena, message->to[i]);
		is_whole = parties[i + 1] != NULL;
	}
	return is_whole ? parties : NULL;
}

/* Looked at again when all else is filed. */
static int wait_with(struct receiving *receiving, const struct inbox_item *item,
		     const struct case_message *message, const struct complaint *refusal)
{
	struct arena *later = &receiving->later;
	struct waiting *waiting = arena_take_zeroed(later, sizeof(*waiting));
	void *octets = arena_copy(later, item->octets, item->size);
	const char *origin = arena_text(later, item->origin);
	const char *reason = arena_text(later, refusal->text);
	const char *id = arena_text(later, message->id);
	const char *case_id = arena_text(later, message->case_id);
	const char *const *parties = copy_parties(later, message);
	/* What was read before is not lost for it. */
	if (waiting == NULL || octets == NULL || origin == NULL || reason == NULL || id == NULL ||
	    case_id == NULL || parties == NULL) {
		tell(receiving, item, NULL, RESULT_REFUSED,
		     "too much at once that is not written to this party; receive fewer files");
		return receiving->told.error;
	}
	waiting->item = *item;
	waiting->item.octets = octets;
	waiting->item.origin = origin;
	waiting->reason = reason;
	waiting->id = id;
	waiting->case_id = case_id;
	waiting->parties = parties;
	waiting->party_count = message->to_count + 1;
	*receiving->last = waiting;
	receiving->last = &waiting->next;
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
	if (error == ERR_NOT_FOUND)
		return wait_with(receiving, item, &message, &refusal);
	if (error != OK) {
		tell(receiving, item, NULL, RESULT_REFUSED, refusal.text);
		return receiving->told.error;
	}
	error = file_message(receiving, item, &message, &refusal, &is_new);
	if (error == ERR_EXISTS || error == ERR_LIMIT) {
		tell(receiving, item, NULL, RESULT_REFUSED, refusal.text);
		return receiving->told.error;
	}
	if (error != OK)
		return error;
	*ret_is_kept = true;
	tell(receiving, item, &message, is_new ? RESULT_NEW : RESULT_HERE, NULL);
	if (is_new)
		error = note_touched(receiving, message.case_id);
	return error == OK ? receiving->told.error : error;
}

/* Who asks to end is heard between two messages; what was read up to there is filed. */
static int take_read(void *context, const struct inbox_item *item, bool *ret_is_kept)
{
	struct receiving *receiving = context;
	receiving->is_stopped = signals_ask_to_end(receiving->signals);
	return receiving->is_stopped ? ERR_INTERRUPTED : take_item(context, item, ret_is_kept);
}

/* ---- those that are not written to us ---- */

static bool is_of(const struct waiting *waiting, const char *party)
{
	bool is = false;
	for (size_t i = 0; i < waiting->party_count && !is; i++)
		is = strcmp(waiting->parties[i], party) == 0;
	return is;
}

/* Somebody who wrote to us brings in those messages of the case that they wrote or got, and name
 * here. What is filed was proven. */
static void bring_in(struct receiving *receiving, const struct case_message *one)
{
	assert(one->author != NULL);
	for (struct waiting *waiting = receiving->first; waiting != NULL; waiting = waiting->next) {
		if (!waiting->is_brought_in && strcmp(waiting->case_id, one->case_id) == 0 &&
		    is_of(waiting, one->author) && case_message_names(one, waiting->id))
			waiting->is_brought_in = true;
	}
}

static int look_at_filed(void *context, const struct store_message *filed)
{
	struct receiving *receiving = context;
	const char *self = receiving->cases.parties.self;
	struct complaint ignored = {""};
	struct case_message one;
	struct text octets;
	arena_reset(&receiving->arena);
	text_init(&octets, CASE_MESSAGE_OCTETS_MAX + 1);
	text_add_octets(&octets, filed->octets, filed->size);
	int error = octets.error;
	if (error == OK)
		error = case_message_read_form(&receiving->arena, &octets, &ignored, &one);
	text_release(&octets);
	if (error == OK && strcmp(one.author, self) != 0 && case_message_has(&one, self))
		bring_in(receiving, &one);
	return error == ERR_MEMORY ? error : OK;
}

/* Each case that something waits for is read once. */
static int look_at_cases(struct receiving *receiving, unsigned round)
{
	int error = OK;
	for (struct waiting *one = receiving->first; one != NULL && error == OK; one = one->next) {
		if (one->round == round)
			continue;
		for (struct waiting *other = one; other != NULL; other = other->next) {
			if (strcmp(other->case_id, one->case_id) == 0)
				other->round = round;
		}
		error = store_messages(receiving->cases.store, one->case_id, look_at_filed,
				       receiving, receiving->complaint);
	}
	return error;
}

/* Files those that were brought in; the others go on waiting. */
static int file_brought_in(struct receiving *receiving, bool *ret_has_moved)
{
	struct waiting **place = &receiving->first;
	while (*place != NULL) {
		const struct waiting *one = *place;
		bool is_kept = false;
		if (!one->is_brought_in) {
			place = &(*place)->next;
			continue;
		}
		*place = one->next;
		receiving->is_brought_in = true;
		const int error = take_item(receiving, &one->item, &is_kept);
		receiving->is_brought_in = false;
		if (error != OK)
			return error;
		if (is_kept)
			inbox_kept(receiving->inbox, &one->item);
		*ret_has_moved = true;
	}
	return OK;
}

/* Each round may bring somebody in who has the next. Ends when one brings nothing. */
static int take_waiting(struct receiving *receiving)
{
	bool has_moved = true;
	int error = OK;
	for (unsigned round = 1; has_moved && receiving->first != NULL && round <= ROUNDS_MAX;
	     round++) {
		has_moved = false;
		error = look_at_cases(receiving, round);
		if (error == OK)
			error = file_brought_in(receiving, &has_moved);
		if (error != OK)
			return error;
	}
	for (struct waiting *one = receiving->first; one != NULL; one = one->next)
		tell(receiving, &one->item, NULL, RESULT_REFUSED, one->reason);
	return receiving->told.error;
}

/* ---- what it comes to ---- */

/* What each case that got something new expects of this party now, and its summary for lists. One
 * that cannot be summed up keeps nothing from being filed. */
static int sum_up(struct receiving *receiving)
{
	struct cases *cases = &receiving->cases;
	assert(cases->self != NULL);
	for (size_t i = 0; i < receiving->touched_count && receiving->told.error == OK; i++) {
		int error = cases_load_id(cases, receiving->touched[i]);
		if (error == OK)
			error = cases_keep_summary(cases);
		if (error != OK)
			command_note(receiving->options, "case %.8s cannot be summed up: %s",
				     receiving->touched[i], cases->complaint->text);
		else if (!receiving->is_json)
			cases_tell_expected(cases, &receiving->told);
		arena_reset(&cases->arena);
	}
	return receiving->told.error;
}

/* ---- the command ---- */

static int read_keys(struct receiving *receiving)
{
	const char *path;
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
	int error = cases_open(receiving->options, ACCESS_WRITE, receiving->complaint,
			       &receiving->cases);
	if (error == OK && receiving->cases.self == NULL)
		error = complain(receiving->complaint, ERR_NOT_FOUND,
				 "the store is nobody's yet, so no message is for it; 'dsfi party "
				 "add NAME --key FILE' makes the party whose it is");
	return error;
}

/* Nothing is acknowledged, to people or by moving a mail, before it is on the disk. */
static int read_all(struct receiving *receiving, struct inbox *inbox)
{
	const char *path;
	int error = OK;
	for (size_t i = 0; error == OK && (path = options_operand(receiving->options, i)) != NULL;
	     i++)
		error = inbox_read(inbox, path, receiving->complaint);
	/* What was read up to there is filed all the same, and makes room. */
	receiving->is_full = error == ERR_LIMIT && inbox_is_full(inbox);
	if (error == OK || receiving->is_full || receiving->is_stopped)
		error = take_waiting(receiving);
	if (error == OK)
		error = sum_up(receiving);
	if (error == OK)
		error = store_commit(receiving->cases.store, receiving->complaint);
	if (error != OK)
		return error;
	fputs(text_get(&receiving->told), receiving->options->out);
	return inbox_acknowledge(inbox, receiving->complaint);
}

static int receive(struct receiving *receiving)
{
	int error = read_keys(receiving);
	const struct age_identities identities = {receiving->keys, receiving->key_count, 0};
	const struct inbox_reader reader = {&identities, take_read, receiving};
	if (error == OK)
		error = open_store(receiving);
	if (error == OK)
		error = inbox_new(&reader, &receiving->inbox);
	if (error == OK)
		error = signals_open(&receiving->signals);
	if (error == OK) {
		error = read_all(receiving, receiving->inbox);
		signals_close(receiving->signals);
	}
	inbox_free(receiving->inbox);
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
	arena_init(&receiving.later, WAITING_ARENA_MAX, 0);
	receiving.last = &receiving.first;
	text_init(&receiving.told, TOLD_MAX);
	const int error = receive(&receiving);
	wipe_keys(&receiving);
	text_release(&receiving.told);
	arena_release(&receiving.arena);
	arena_release(&receiving.later);
	memory_give(receiving.touched);
	cases_close(&receiving.cases);
	if (error != OK)
		return command_fail(options, error, &complaint);
	const size_t *counts = receiving.counts;
	command_note(options, "%zu new, %zu here already, %zu refused", counts[RESULT_NEW],
		     counts[RESULT_HERE], counts[RESULT_REFUSED]);
	if (receiving.mail_refusals > MAIL_REFUSALS_MAX)
		command_note(options,
			     "%u of what was refused in mails are told; move such mails away",
			     MAIL_REFUSALS_MAX);
	if (receiving.is_full)
		command_note(options,
			     "more than %u messages: the rest was not read; move what was refused "
			     "or is here already away, and receive what is left",
			     INBOX_ITEMS_MAX);
	if (receiving.is_stopped) {
		const int stopped = complain(&complaint, ERR_INTERRUPTED,
					     "interrupted: what was read up to there is filed; the "
					     "same command goes on");
		return command_fail(options, stopped, &complaint);
	}
	return counts[RESULT_REFUSED] > 0 || receiving.is_full ? EXIT_FINDINGS : EXIT_FINE;
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
	OPTION_ROLES,
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
