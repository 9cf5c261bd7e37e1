/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsfi party check: do the contacts of parties work? */
#include "base/json.h"
#include "base/memory.h"
#include "cli/allowed.h"
#include "cli/parties.h"
#include "cli/reaching.h"
#include "cli/table.h"
#include "keep/store/parties.h"

#include <assert.h>
#include <string.h>

/* One contact in words. */
#define LINE_OCTETS_MAX ((size_t)64 << 10)

/* A contact, what was known of it, and what came of trying it. */
struct checked {
	const struct party_file *party;
	const struct contact *contact;
	int64_t tried_s, worked_s; /* 0: never */
	const char *outcome;       /* "" never */
	bool is_tried, works;      /* now */
	const char *left_out;      /* now, and why; NULL: it was not */
};

struct checking {
	const struct options *options;
	struct complaint *complaint;
	struct parties parties;
	struct checked *list;
	size_t count, room;
	struct reaching_item *items;
	size_t *places; /* of an item in the list */
	size_t item_count;
	int64_t now_s;
	size_t tried, failed; /* of items; of all */
	size_t left_out;      /* of items */
};

/* --- which contacts ----------------------------------------------------------------------------
 */

static int add_party(struct checking *checking, const struct party_file *party)
{
	for (size_t i = 0; i < party->contact_count; i++) {
		if (checking->count == checking->room) {
			const size_t room = 2 * checking->room + 64;
			struct checked *list = memory_resize(checking->list, room * sizeof(*list));
			if (list == NULL)
				return ERR_MEMORY;
			checking->list = list;
			checking->room = room;
		}
		checking->list[checking->count++] = (struct checked){
			.party = party, .contact = &party->contacts[i], .outcome = ""};
	}
	return OK;
}

static bool is_named_before(const struct checking *checking, const struct party_file *party)
{
	for (size_t i = 0; i < checking->count; i++) {
		if (checking->list[i].party == party)
			return true;
	}
	return false;
}

static int choose(struct checking *checking)
{
	const struct parties *parties = &checking->parties;
	const size_t operands = options_operand_count(checking->options);
	int error = OK;
	for (size_t i = 0; error == OK && operands == 0 && i < parties->count; i++)
		error = add_party(checking, &parties->list[i]);
	for (size_t i = 0; error == OK && i < operands; i++) {
		const struct party_file *party = NULL;
		error = parties_find(parties, options_operand(checking->options, i),
				     checking->complaint, &party);
		if (error == OK && !is_named_before(checking, party))
			error = add_party(checking, party);
	}
	return error;
}

static int take_known(void *context, const struct store_contact *known)
{
	struct checking *checking = context;
	for (size_t i = 0; i < checking->count; i++) {
		struct checked *checked = &checking->list[i];
		if (strcmp(checked->party->id, known->party) != 0 ||
		    strcmp(checked->contact->value, known->value) != 0 ||
		    strcmp(contact_kind_text(checked->contact->kind), known->kind) != 0)
			continue;
		checked->tried_s = known->tried_s;
		checked->worked_s = known->worked_s;
		checked->outcome = arena_text(&checking->parties.arena, known->outcome);
		return checked->outcome == NULL ? ERR_MEMORY : OK;
	}
	return OK; /* an older version of the party had it */
}

/* Contacts of one party follow each other. */
static int read_known(struct checking *checking, struct store *store)
{
	int error = OK;
	for (size_t i = 0; error == OK && i < checking->count; i++) {
		if (i > 0 && checking->list[i].party == checking->list[i - 1].party)
			continue;
		error = store_contacts(store, checking->list[i].party->id, take_known, checking,
				       checking->complaint);
	}
	return error;
}

static int load(struct checking *checking)
{
	struct store *store = NULL;
	int error = store_open(options_text(checking->options, "store"), STORE_READ, &store,
			       checking->complaint);
	if (error == OK)
		error = parties_load(store, checking->complaint, &checking->parties);
	if (error == OK)
		error = choose(checking);
	if (error == OK)
		error = read_known(checking, store);
	store_close(store);
	return error;
}

/* --- trying ------------------------------------------------------------------------------------
 */

static int note(struct checking *checking, struct checked *checked, bool works, const char *words)
{
	assert(words != NULL && checking->now_s > 0);
	checked->is_tried = true;
	checked->works = works;
	checked->tried_s = checking->now_s;
	checked->worked_s = works ? checking->now_s : checked->worked_s;
	checked->outcome = arena_text(&checking->parties.arena, words);
	checking->failed += !works;
	return checked->outcome == NULL ? ERR_MEMORY : OK;
}

static int take_result(void *context, const struct reaching_result *result)
{
	struct checking *checking = context;
	assert(result->index < checking->item_count);
	struct checked *checked = &checking->list[checking->places[result->index]];
	if (result->state == REACHING_LEFT_OUT) {
		checking->left_out++;
		checked->left_out = arena_text(&checking->parties.arena, result->words);
		return checked->left_out == NULL ? ERR_MEMORY : OK;
	}
	checking->tried++;
	return note(checking, checked, result->state == REACHING_WORKED, result->words);
}

static int try_all(struct checking *checking)
{
	struct arena *arena = &checking->parties.arena;
	checking->items = arena_take_array(arena, checking->count + 1, sizeof(*checking->items));
	checking->places = arena_take_array(arena, checking->count + 1, sizeof(*checking->places));
	if (checking->items == NULL || checking->places == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < checking->count; i++) {
		const struct contact *contact = checking->list[i].contact;
		if (contact->kind == CONTACT_PHONE)
			continue;
		checking->places[checking->item_count] = i;
		checking->items[checking->item_count++] = (struct reaching_item){
			.kind = contact->kind == CONTACT_MAIL ? REACHING_MAIL : REACHING_WEBHOOK,
			.value = contact->value};
	}
	const struct reaching reaching = {.items = checking->items,
					  .count = checking->item_count,
					  .take = take_result,
					  .context = checking};
	return reaching_run(checking->options, &reaching, checking->complaint);
}

/* Is there such a contact, and one alone? A host may have several webhooks. */
static int check_word(struct checking *checking, const char *option, const char *word)
{
	const struct contact *found = NULL;
	for (size_t i = 0; i < checking->count; i++) {
		const struct contact *contact = checking->list[i].contact;
		if (!contact_is_named(contact, word))
			continue;
		if (found != NULL && strcmp(found->value, contact->value) != 0)
			return complain(checking->complaint, ERR_ARGUMENT,
					"--%s '%.200s': several webhooks are at this host; give "
					"one as 'dsfi party check' shows it",
					option, word);
		found = contact;
	}
	return found != NULL ? OK
			     : complain(checking->complaint, ERR_NOT_FOUND,
					"--%s '%.200s': none of these parties has this contact; "
					"'dsfi party show' tells those that there are",
					option, word);
}

/* What a person tried: --worked, --failed. */
static int note_by_hand(struct checking *checking, const char *option, bool works)
{
	const char *words = options_text(checking->options, "note");
	const char *value;
	for (size_t i = 0; (value = options_list(checking->options, option, i)) != NULL; i++) {
		int error = check_word(checking, option, value);
		for (size_t j = 0; error == OK && j < checking->count; j++) {
			if (!contact_is_named(checking->list[j].contact, value))
				continue;
			error = note(checking, &checking->list[j], works,
				     words != NULL ? words
				     : works       ? "tried by a person, and worked"
						   : "tried by a person, and did not work");
		}
		if (error != OK)
			return error;
	}
	return OK;
}

/* --- keeping -----------------------------------------------------------------------------------
 */

static int keep_one(struct checking *checking, struct store *store, const struct checked *checked)
{
	assert(checked->is_tried && checked->outcome != NULL);
	const struct store_contact contact = {
		.party = checked->party->id,
		.kind = contact_kind_text(checked->contact->kind),
		.value = checked->contact->value,
		.tried_s = checked->tried_s,
		.worked_s = checked->worked_s,
		.outcome = checked->outcome,
	};
	return store_contact_put(store, &contact, checking->complaint);
}

static int keep(struct checking *checking)
{
	struct store *store = NULL;
	int error = parties_store_open(checking->options, &store, checking->complaint);
	for (size_t i = 0; error == OK && i < checking->count; i++) {
		const struct checked *checked = &checking->list[i];
		char shown[CONTACT_SHOWN_ROOM];
		if (!checked->is_tried)
			continue;
		contact_shown(checked->contact, shown);
		error = keep_one(checking, store, checked);
		if (error == OK)
			error = parties_audit(store,
					      checked->works ? "contact worked" : "contact failed",
					      checked->party->id, shown, checking->complaint);
	}
	if (error == OK)
		error = store_commit(store, checking->complaint);
	store_close(store);
	return error;
}

/* --- telling -----------------------------------------------------------------------------------
 */

static void put_time(struct json *json, const char *key, int64_t time_s)
{
	char time[TIME_TEXT_MAX];
	time_to_text(time_s, time);
	json_put_text(json, key, time_s != 0 ? time : NULL);
}

static void add_json(const struct checked *checked, struct text *text)
{
	char shown[CONTACT_SHOWN_ROOM];
	struct json json;
	json_init(&json, text);
	json_begin_object(&json);
	contact_shown(checked->contact, shown);
	json_put_text(&json, "type", "contact-check");
	json_put_text(&json, "party", checked->party->id);
	json_put_text(&json, "name", checked->party->name);
	json_put_text(&json, "kind", contact_kind_text(checked->contact->kind));
	json_put_text(&json, "value", shown);
	json_key(&json, "works");
	if (checked->is_tried)
		json_bool(&json, checked->works);
	else
		json_null_value(&json);
	put_time(&json, "tried", checked->tried_s);
	put_time(&json, "worked", checked->worked_s);
	const char *outcome = checked->left_out != NULL ? checked->left_out : checked->outcome;
	json_put_text(&json, "outcome", outcome[0] != '\0' ? outcome : NULL);
	json_end_object(&json);
	json_end_line(&json);
}

/* What came of it now, or of the last time. */
static const char *state_text(const struct checked *checked)
{
	if (checked->is_tried)
		return checked->works ? "works" : "fails";
	if (checked->left_out != NULL)
		return "left out";
	if (checked->tried_s == 0)
		return "not tried";
	return checked->worked_s == checked->tried_s ? "worked" : "failed";
}

static void add_words(const struct checked *checked, struct text *text)
{
	char tried[TIME_TEXT_MAX];
	char worked[TIME_TEXT_MAX] = "never";
	char shown[CONTACT_SHOWN_ROOM];
	const bool is_phone = checked->contact->kind == CONTACT_PHONE;
	contact_shown(checked->contact, shown);
	text_format(text, "%-9s %-8s %s\n", state_text(checked),
		    contact_kind_text(checked->contact->kind), parties_shown(shown));
	if (checked->left_out != NULL)
		text_format(text, "            %s\n", parties_shown(checked->left_out));
	if (checked->tried_s == 0) {
		if (is_phone)
			text_add(text, "            to be tried by a person: --worked or --failed "
				       "notes what came of it\n");
		return;
	}
	assert(checked->outcome != NULL);
	time_to_text(checked->tried_s, tried);
	if (checked->worked_s != 0)
		time_to_text(checked->worked_s, worked);
	text_format(text, "            last tried: %s: %s\n            last worked: %s\n", tried,
		    parties_shown(checked->outcome), worked);
}

static int tell(const struct checking *checking)
{
	struct text text;
	int error = OK;
	text_init(&text, LINE_OCTETS_MAX);
	for (size_t i = 0; error == OK && i < checking->count; i++) {
		const struct checked *checked = &checking->list[i];
		text_reset(&text);
		if (options_json(checking->options))
			add_json(checked, &text);
		else if (i == 0 || checked->party != checking->list[i - 1].party)
			text_format(&text, "%s  %s\n", checked->party->id,
				    parties_shown(checked->party->name));
		if (!options_json(checking->options))
			add_words(checked, &text);
		fputs(text_get(&text), checking->options->out);
		error = text.error;
	}
	text_release(&text);
	return error;
}

static int work(struct checking *checking)
{
	const struct options *options = checking->options;
	const bool is_by_hand =
		options_given(options, "worked") || options_given(options, "failed");
	const bool is_kept = is_by_hand || options_flag(options, "connect");
	int error = allowed(options, is_kept ? ACCESS_WRITE : ACCESS_READ, checking->complaint);
	if (error == OK)
		error = load(checking);
	if (error == OK && checking->count == 0)
		command_note(options, "none of these parties has a contact");
	if (error == OK)
		error = note_by_hand(checking, "worked", true);
	if (error == OK)
		error = note_by_hand(checking, "failed", false);
	if (error != OK)
		return error;
	/* What could be tried is kept and told, however that ended. */
	if (options_flag(options, "connect"))
		error = try_all(checking);
	else if (!is_by_hand && checking->count > 0)
		command_note(options, "nothing was tried; --connect tries mail and webhooks");
	const int tried = error;
	/* What was asked for cannot be done: nothing of it is. */
	if (tried == ERR_ARGUMENT && checking->tried == 0)
		return tried;
	error = is_kept ? keep(checking) : OK;
	if (error == OK)
		error = tell(checking);
	if (error == OK && checking->left_out > 0)
		command_note(options, "%zu of %zu were left out, as --opt-out asks",
			     checking->left_out, checking->item_count);
	if (error == OK && tried != OK)
		command_note(options,
			     "%zu of %zu were tried before that; what came of them is kept",
			     checking->tried, checking->item_count);
	return tried != OK ? tried : error;
}

static int run(const struct options *options)
{
	struct complaint complaint = {""};
	struct checking checking = {
		.options = options, .complaint = &complaint, .now_s = parties_now()};
	const int error = work(&checking);
	const size_t failed = checking.failed;
	memory_give(checking.list);
	parties_release(&checking.parties);
	if (error != OK)
		return command_fail(options, error, &complaint);
	return failed > 0 ? EXIT_FINDINGS : EXIT_FINE;
}

/* --- the row -----------------------------------------------------------------------------------
 */

static const struct option check_options[] = {
	OPTION_PARTIES_STORE,
	OPTION_ROLES,
	{.name = "connect",
	 .kind = OPTION_FLAG,
	 .help = "connect to mail servers and webhooks; without it nothing leaves this machine"},
	{.name = "worked",
	 .kind = OPTION_LIST,
	 .argument = "VALUE",
	 .help = "note that a person tried this contact and it worked; may be repeated. A "
		 "webhook by its host, or as this command shows it"},
	{.name = "failed",
	 .kind = OPTION_LIST,
	 .argument = "VALUE",
	 .help = "note that a person tried this contact and it did not work; as --worked"},
	{.name = "note",
	 .kind = OPTION_TEXT,
	 .argument = "TEXT",
	 .help = "what came of it, in words"},
	REACHING_OPTION_ROWS,
};

static const struct example examples[] = {
	{"dsfi party check", "when the contacts of all parties were last tried"},
	{"dsfi party check --connect --from cert@csirt.example",
	 "tries mail addresses and webhooks"},
	{"dsfi party check --connect --opt-out left-alone.txt",
	 "the same, but for those who asked to be left alone"},
	{"dsfi party check CSIRT --worked +41-44-0000000 --note 'Ana answered'",
	 "notes what a call showed"},
};

static const struct command check = {
	.name = "check",
	.parent = "party",
	.summary = "try the contacts of parties, and note when they last worked",
	.operands = "[PARTY...]",
	.description =
		"With --connect: a mail address is asked for at its mail servers, up to RCPT TO, "
		"and no mail is sent; a webhook's host must prove its name with a certificate and "
		"is asked OPTIONS; a telephone is for a person to try. It is done because the "
		"parties gave these contacts to be reached; ask none more often than once a day. "
		"One that hangs holds up no other. What came of it is noted in the store and its "
		"audit; a server that takes a recipient may still lose the mail, so send one from "
		"time to time.\n\n"
		"Told is what came of it now (works, fails), of the last time (worked, failed), or "
		"that it was never tried; with the time of the last try, what came of it, and when "
		"the contact last worked. One that --opt-out has is left out: it is neither tried "
		"nor noted, and does not count as failed.",
	.options = check_options,
	.option_count = sizeof(check_options) / sizeof(check_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_minimum = 0,
	.operands_maximum = OPERANDS_MANY,
	.exit_note = "1: a contact did not work",
	.see_also = "dsfi-party-show(1), dsfi-audit(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_party_check(void)
{
	return &check;
}
