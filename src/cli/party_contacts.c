/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsfi party contacts: whom others name for a domain that has no party here. */
#include "base/json.h"
#include "base/memory.h"
#include "cli/allowed.h"
#include "cli/parties.h"
#include "cli/party_contacts_private.h"
#include "cli/reaching.h"
#include "cli/table.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ARENA_OCTETS ((size_t)16 << 20)
#define LINE_OCTETS_MAX ((size_t)64 << 10)
#define WORDS_MAX 512u

const char *drafting_words(struct drafting *drafting, const char *format, ...)
{
	char words[WORDS_MAX];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	return arena_text(&drafting->arena, words);
}

/* --- the store ---------------------------------------------------------------------------------
 */

struct facts_at {
	struct drafting *drafting;
	int64_t before_s;
	struct change_facts *facts;
};

static int take_past(void *context, const struct store_past *past)
{
	const struct facts_at *at = context;
	assert(past->count > 0 && at->facts != NULL);
	struct arena *arena = &at->drafting->past_arena;
	struct change_past *read = NULL;
	struct change_interval *intervals =
		arena_take_array(arena, past->count, sizeof(*intervals));
	if (intervals == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < past->count; i++) {
		const struct store_interval *from = &past->intervals[i];
		/* The state goes when the call ends; names of it are handed out. */
		const uint8_t *state = arena_copy(arena, from->state, from->state_size);
		if (state == NULL)
			return ERR_MEMORY;
		intervals[i] = (struct change_interval){.first_s = from->first_s,
							.last_s = from->last_s,
							.first_run = from->first_run,
							.last_run = from->last_run,
							.state = state,
							.state_size = from->state_size};
	}
	const struct change_source source = {past->domain, intervals, past->count};
	int error = change_past_new(arena, &source, &read, at->drafting->complaint);
	return error == OK ? change_past_facts(read, at->before_s, at->facts) : error;
}

int drafting_facts(struct drafting *drafting, const uint8_t *domain, int64_t before_s,
		   struct change_facts *ret_facts)
{
	struct facts_at at = {drafting, before_s, ret_facts};
	struct complaint complaint = {""};
	assert(drafting->store != NULL);
	arena_reset(&drafting->past_arena);
	const int error = store_past_of(drafting->store, domain, take_past, &at, &complaint);
	if (error != OK && error != ERR_NOT_FOUND)
		(void)complain(drafting->complaint, error, "%s", complaint.text);
	return error;
}

/* Without a store it is only not known what a contact depends on. */
static int open_store(struct drafting *drafting)
{
	const struct options *options = drafting->options;
	const bool has_source =
		options_given(options, "rdap") || options_given(options, "security-txt");
	const bool is_needed = !has_source || options_flag(options, "soa") ||
			       options_flag(options, "keep") || options_given(options, "store");
	const int error = store_open(options_text(options, "store"), STORE_READ, &drafting->store,
				     drafting->complaint);
	return error == ERR_NOT_FOUND && !is_needed ? OK : error;
}

static int keep(struct drafting *drafting)
{
	struct store *store = NULL;
	int error = store_open(options_text(drafting->options, "store"), STORE_WRITE, &store,
			       drafting->complaint);
	for (size_t i = 0; error == OK && i < drafting->count; i++)
		error = store_draft_put(store, &drafting->drafts[i].said, drafting->complaint);
	if (error == OK)
		error = parties_audit(store, "keep contacts", drafting->domain,
				      "what others say, not signed", drafting->complaint);
	if (error == OK)
		error = store_commit(store, drafting->complaint);
	store_close(store);
	return error;
}

/* --- telling -----------------------------------------------------------------------------------
 */

static const char *risk_text(enum contact_risk risk)
{
	static const char *const texts[] = {"apart", "depends", "not-known"};
	assert(risk <= CONTACT_NOT_KNOWN);
	return texts[risk];
}

static void add_json(const struct draft *draft, struct text *text)
{
	char time[TIME_TEXT_MAX];
	struct json json;
	assert((draft->reason == NULL) == (draft->risk == CONTACT_APART));
	json_init(&json, text);
	time_to_text(draft->said.said_s, time);
	json_begin_object(&json);
	json_put_text(&json, "type", "contact-draft");
	json_put_text(&json, "domain", draft->said.domain);
	json_put_text(&json, "kind", draft->said.kind);
	json_put_text(&json, "value", draft->said.value);
	json_put_text(&json, "role", draft->said.role);
	json_put_text(&json, "name", draft->said.name[0] != '\0' ? draft->said.name : NULL);
	json_put_text(&json, "source", draft->said.source);
	json_put_text(&json, "place", draft->said.place);
	json_put_text(&json, "said", time);
	json_put_bool(&json, "signed", false);
	json_put_text(&json, "trust", draft->trust);
	json_put_text(&json, "risk", risk_text(draft->risk));
	json_put_text(&json, "reason", draft->reason);
	json_end_object(&json);
	json_end_line(&json);
}

static void add_words(const struct draft *draft, struct text *text)
{
	static const char *const risks[] = {
		"does not depend on", "MAY BE THE ATTACKER'S:", "NOT KNOWN whether it depends on"};
	text_format(text, "%-6s %s  %s", draft->said.kind, parties_shown(draft->said.value),
		    parties_shown(draft->said.role));
	if (draft->said.name[0] != '\0')
		text_format(text, ", %s", parties_shown(draft->said.name));
	text_format(text, "\n       %s: %s\n       %s ", draft->said.source,
		    parties_shown(draft->trust), risks[draft->risk]);
	if (draft->risk == CONTACT_DEPENDS)
		text_format(text, "%s\n", parties_shown(draft->reason));
	else if (draft->risk == CONTACT_APART)
		text_format(text, "%s\n", draft->said.domain);
	else
		text_format(text, "%s: %s\n", draft->said.domain, parties_shown(draft->reason));
}

static int tell(const struct drafting *drafting)
{
	struct text text;
	int error = OK;
	text_init(&text, LINE_OCTETS_MAX);
	for (size_t i = 0; error == OK && i < drafting->count; i++) {
		text_reset(&text);
		if (options_json(drafting->options))
			add_json(&drafting->drafts[i], &text);
		else
			add_words(&drafting->drafts[i], &text);
		fputs(text_get(&text), drafting->options->out);
		error = text.error;
	}
	text_release(&text);
	return error;
}

static void note_end(const struct drafting *drafting)
{
	size_t apart = 0;
	for (size_t i = 0; i < drafting->count; i++)
		apart += drafting->drafts[i].risk == CONTACT_APART;
	if (drafting->unusable > 0)
		command_note(drafting->options, "%zu more were no contacts that can be used",
			     drafting->unusable);
	if (drafting->older > 0)
		command_note(
			drafting->options,
			"%zu more were kept and are not told: of each source the newest %u are",
			drafting->older, DRAFTS_OF_SOURCE_MAX);
	if (drafting->count == 0)
		command_note(drafting->options, "nobody names a contact for %s", drafting->domain);
	else
		command_note(drafting->options,
			     "%zu of %zu do not depend on %s; nobody signed any of them", apart,
			     drafting->count, drafting->domain);
}

/* --- the command -------------------------------------------------------------------------------
 */

static int read_words(struct drafting *drafting)
{
	char text[NAME_TEXT_MAX];
	bool is_converted = false;
	const char *before = options_text(drafting->options, "before");
	const char *word = options_operand(drafting->options, 0);
	int error = name_from_user(word, &drafting->name, &is_converted, drafting->complaint);
	if (error != OK)
		return error;
	if (name_is_root(drafting->name.octets))
		return complain(drafting->complaint, ERR_ARGUMENT, "the root has no contacts here");
	name_lower(drafting->name.octets);
	(void)name_to_text(drafting->name.octets, text);
	text[strlen(text) - 1] = '\0';
	drafting->domain = arena_text(&drafting->arena, text);
	drafting->before_s = INT64_MAX;
	if (before != NULL && time_from_text(before, &drafting->before_s) != OK)
		return complain(drafting->complaint, ERR_ARGUMENT,
				"--before '%.64s' is no time like 2027-01-31T12:00:00Z", before);
	return drafting->domain == NULL ? ERR_MEMORY : OK;
}

static int work(struct drafting *drafting)
{
	const bool is_kept = options_flag(drafting->options, "keep");
	int error = allowed(drafting->options, is_kept ? ACCESS_WRITE : ACCESS_READ,
			    drafting->complaint);
	if (error == OK)
		error = read_words(drafting);
	if (error == OK)
		error = open_store(drafting);
	if (error == OK)
		error = drafting_read(drafting);
	if (error == OK)
		error = drafting_judge(drafting);
	store_close(drafting->store);
	drafting->store = NULL;
	if (error == OK && is_kept)
		error = keep(drafting);
	return error == OK ? tell(drafting) : error;
}

static int run(const struct options *options)
{
	struct complaint complaint = {""};
	struct drafting *drafting = memory_take_zeroed(1, sizeof(*drafting));
	if (drafting == NULL)
		return command_fail(options, ERR_MEMORY, NULL);
	drafting->options = options;
	drafting->complaint = &complaint;
	drafting->now_s = parties_now();
	arena_init(&drafting->arena, ARENA_OCTETS, 0);
	arena_init(&drafting->past_arena, 2 * CHANGE_OCTETS_MAX, 0);
	const int error = work(drafting);
	assert(error != OK || drafting->count <= DRAFTS_MAX);
	if (error == OK)
		note_end(drafting);
	arena_release(&drafting->past_arena);
	arena_release(&drafting->arena);
	memory_give(drafting);
	return error == OK ? EXIT_FINE : command_fail(options, error, &complaint);
}

static const struct option contacts_options[] = {
	OPTION_PARTIES_STORE,
	OPTION_ROLES,
	{.name = "rdap",
	 .kind = OPTION_TEXT,
	 .argument = "FILE-OR-URL",
	 .help = "the domain's object of RDAP (RFC 9083): a file, or https://... to fetch it"},
	{.name = "security-txt",
	 .kind = OPTION_TEXT,
	 .argument = "FILE-OR-URL",
	 .help = "the domain's security.txt (RFC 9116): a file, or https://... to fetch it"},
	{.name = "soa",
	 .kind = OPTION_FLAG,
	 .help = "the contact in the zone's SOA record, from the store"},
	{.name = "before",
	 .kind = OPTION_TEXT,
	 .argument = "TIME",
	 .help = "as it was before this time (RFC 3339), such as that of the change"},
	{.name = "keep",
	 .kind = OPTION_FLAG,
	 .help = "note them in the store, apart from what parties signed"},
	REACHING_OPTION_ROWS,
};

static const struct example examples[] = {
	{"dsfi party contacts bank.example --rdap file --soa --before 2026-11-26T12:00:00Z",
	 "whom the registry and the zone as it was name"},
	{"dsfi party contacts a.example --rdap https://rdap.nic.example/domain/a.example --keep",
	 "asks the registry, and keeps what it says"},
	{"dsfi party contacts bank.example", "those that were kept"},
};

static const struct command contacts = {
	.name = "contacts",
	.parent = "party",
	.summary = "whom others name for a domain, and how far to trust it",
	.operands = "DOMAIN",
	.description =
		"For a domain whose holder, registrar or operator is no party here: mail "
		"addresses, telephones and pages out of the registry's answer (RDAP), the domain's "
		"security.txt and its SOA record. Each is told with its source, how far to trust "
		"it, and whether whoever took the domain over could read what is sent there; what "
		"is not known is said to be so. Nobody signed them: with --keep they stand in the "
		"store by themselves, and never become contacts of a party.\n\n"
		"A URL is fetched with one GET from a server that proves its name; no redirect is "
		"followed.",
	.options = contacts_options,
	.option_count = sizeof(contacts_options) / sizeof(contacts_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_minimum = 1,
	.operands_maximum = 1,
	.see_also = "dsfi-party-check(1), dsfi-changes(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_party_contacts(void)
{
	return &contacts;
}
