/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `dsfi case`, and the list of cases: what is overdue first. */
#include "base/json.h"
#include "base/memory.h"
#include "cli/cases.h"
#include "cli/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct command case_row = {
	.name = "case",
	.summary = "what people do about something in the DNS, from notice to proof",
	.operands = "",
	.description =
		"A case is a chain of signed messages between parties that share no server: what "
		"was seen, whether it was meant, who mends it, whether it is mended. docs/cases.md "
		"tells how one goes; messages travel with `dsfi share` and `dsfi receive`.",
	.see_also = "dsfi-party(1), dsfi-share(1), dsfi-receive(1), dsfi-changes(1)",
};

const struct command *command_case(void)
{
	return &case_row;
}

/* ---- list ---- */

struct listed {
	char id[ID_ROOM];
	struct case_summary summary;
};

struct listing {
	struct cases cases;
	struct listed *list;
	size_t count, room;
	struct arena arena; /* texts of summaries */
	char (*stale)[ID_ROOM];
	struct store_summary *anew; /* of the stale ones, in `arena` */
	size_t anew_count;
	size_t stale_count, stale_room;
	size_t left_out; /* could not be folded */
	int64_t now_s;
	uint64_t clocks_mark;
	struct complaint complaint;
};

#define LIST_SENTENCE_MAX 90u
/* Some hundred octets each; a million cases fit. */
#define LIST_ARENA_MAX ((size_t)1 << 30)

static int add_listed(struct listing *listing, const char *id, const struct case_summary *summary)
{
	if (listing->count == listing->room) {
		const size_t room = listing->room * 2 + 256;
		struct listed *list = memory_resize(listing->list, room * sizeof(*list));
		if (list == NULL)
			return complain(&listing->complaint, ERR_MEMORY, "out of memory");
		listing->list = list;
		listing->room = room;
	}
	struct listed *one = &listing->list[listing->count++];
	(void)snprintf(one->id, sizeof(one->id), "%s", id);
	one->summary = *summary;
	return OK;
}

static int add_stale(struct listing *listing, const char *id)
{
	if (listing->stale_count == listing->stale_room) {
		const size_t room = listing->stale_room * 2 + 64;
		char(*stale)[ID_ROOM] = memory_resize(listing->stale, room * sizeof(*stale));
		if (stale == NULL)
			return complain(&listing->complaint, ERR_MEMORY, "out of memory");
		listing->stale = stale;
		listing->stale_room = room;
	}
	(void)snprintf(listing->stale[listing->stale_count++], ID_ROOM, "%s", id);
	return OK;
}

static int take_case(void *context, const struct store_case *one)
{
	struct listing *listing = context;
	struct case_summary summary;
	if (one->summary == NULL || !one->is_current)
		return add_stale(listing, one->id);
	const int error =
		case_summary_decode(&listing->arena, one->summary, one->summary_size, &summary);
	if (error == ERR_MEMORY)
		return complain(&listing->complaint, ERR_MEMORY, "out of memory");
	/* What another version wrote, or was reckoned by other clocks, is made anew. */
	return error == OK && summary.clocks_mark == listing->clocks_mark
		       ? add_listed(listing, one->id, &summary)
		       : add_stale(listing, one->id);
}

/* To be kept, so that the next list is quick. */
static int note_anew(struct listing *listing, const uint8_t *octets, size_t size)
{
	const struct cases *cases = &listing->cases;
	struct store_summary *one = &listing->anew[listing->anew_count];
	const char *id = arena_text(&listing->arena, cases->id);
	const uint8_t *copy = arena_copy(&listing->arena, octets, size);
	if (id == NULL || copy == NULL)
		return ERR_MEMORY;
	*one = (struct store_summary){id, (int64_t)(cases->count + cases->left_out), copy, size};
	listing->anew_count++;
	return OK;
}

/* Those without a summary of all their messages, by these clocks, are folded. */
static int fold_stale(struct listing *listing)
{
	int error = OK;
	listing->anew =
		arena_take_array(&listing->arena, listing->stale_count + 1, sizeof(*listing->anew));
	if (listing->anew == NULL)
		return complain(&listing->complaint, ERR_MEMORY, "out of memory");
	for (size_t i = 0; i < listing->stale_count && error == OK; i++) {
		struct case_summary summary, kept;
		uint8_t octets[CASE_SUMMARY_OCTETS_MAX];
		size_t size = 0;
		error = cases_load_id(&listing->cases, listing->stale[i]);
		/* The others are listed all the same. */
		if (error != OK && error != ERR_IO) {
			listing->left_out += error != ERR_CRYPTO;
			command_note(listing->cases.options, "case %.8s is not listed: %s",
				     listing->stale[i], listing->complaint.text);
			arena_reset(&listing->cases.arena);
			error = OK;
			continue;
		}
		if (error != OK)
			return error;
		case_summary_make(&listing->cases.view, &summary);
		error = case_summary_encode(&summary, octets, sizeof(octets), &size);
		if (error == OK)
			error = case_summary_decode(&listing->arena, octets, size, &kept);
		if (error == OK)
			error = note_anew(listing, octets, size);
		if (error == OK)
			error = add_listed(listing, listing->stale[i], &kept);
		arena_reset(&listing->cases.arena);
	}
	return error;
}

static int compare_listed(const void *left, const void *right)
{
	const struct case_summary *one = &((const struct listed *)left)->summary;
	const struct case_summary *other = &((const struct listed *)right)->summary;
	const int64_t due = one->due_s == 0 ? INT64_MAX : one->due_s;
	const int64_t other_due = other->due_s == 0 ? INT64_MAX : other->due_s;
	if (due != other_due)
		return due < other_due ? -1 : 1;
	if (one->last_s != other->last_s)
		return one->last_s > other->last_s ? -1 : 1;
	return strcmp(((const struct listed *)left)->id, ((const struct listed *)right)->id);
}

static void list_json(const struct listing *listing, const struct listed *one)
{
	const struct case_summary *summary = &one->summary;
	char time[TIME_TEXT_MAX];
	assert(summary->domain != NULL && summary->sentence != NULL);
	struct text text;
	struct json json;
	text_init(&text, (size_t)64 << 10);
	json_init(&json, &text);
	json_begin_object(&json);
	json_put_text(&json, "type", "case-summary");
	json_put_text(&json, "id", one->id);
	json_put_text(&json, "state", case_state_text(summary->state));
	json_put_text(&json, "tlp", tlp_text(summary->tlp));
	json_put_text(&json, "domain", summary->domain);
	json_put_number(&json, "domains", summary->domain_count);
	json_put_text(&json, "sentence", summary->sentence);
	json_put_text(&json, "opener", summary->opener);
	json_put_number(&json, "messages", summary->message_count);
	json_put_number(&json, "missing", summary->missing_count);
	json_put_number(&json, "open_disputes", summary->open_dispute_count);
	json_put_text(&json, "result", case_result_text(summary->result));
	json_put_text(&json, "cause", summary->cause);
	time_to_text(summary->first_s, time);
	json_put_text(&json, "first", time);
	time_to_text(summary->last_s, time);
	json_put_text(&json, "last", time);
	json_key(&json, "due");
	if (summary->due_s == 0) {
		json_null_value(&json);
	} else {
		json_begin_object(&json);
		time_to_text(summary->due_s, time);
		json_put_text(&json, "until", time);
		json_put_text(&json, "duty", case_duty_text(summary->duty));
		json_put_text(&json, "party", summary->due_party);
		json_put_bool(&json, "overdue", summary->due_s < listing->now_s);
		json_end_object(&json);
	}
	json_end_object(&json);
	json_end_line(&json);
	fputs(text_get(&text), listing->cases.options->out);
	text_release(&text);
}

/* As much as a line of a terminal takes; not the domain once more, no half characters. */
static void list_sentence(const struct case_summary *summary, FILE *out)
{
	const char *sentence = summary->sentence;
	const size_t domain = strlen(summary->domain);
	if (summary->state == CASE_INCOMPLETE)
		sentence = "the notice that opened it is not here; who wrote to you has it";
	else if (sentence[0] == '\0' && summary->tlp == TLP_RED)
		sentence =
			"what it is about is TLP:RED; 'dsfi case show' tells, and notes who reads";
	if (domain > 0 && strncmp(sentence, summary->domain, domain) == 0 &&
	    strncmp(sentence + domain, ": ", 2) == 0)
		sentence += domain + 2;
	size_t length = strlen(sentence);
	const bool is_cut = length > LIST_SENTENCE_MAX;
	if (is_cut)
		length = LIST_SENTENCE_MAX;
	while (is_cut && length > 0 && ((unsigned char)sentence[length] & 0xc0) == 0x80)
		length--;
	fprintf(out, "%.*s%s\n", (int)length, sentence, is_cut ? "..." : "");
}

static void list_line(const struct listing *listing, const struct listed *one)
{
	const struct case_summary *summary = &one->summary;
	const struct cases *cases = &listing->cases;
	char span[TIME_TEXT_MAX];
	FILE *out = cases->options->out;
	fprintf(out, "%.8s  %-10s %-24s ", one->id, case_state_text(summary->state),
		summary->domain[0] != '\0' ? summary->domain : "-");
	list_sentence(summary, out);
	if (summary->due_s == 0 && summary->due_count > 0)
		fprintf(out, "          what is due is TLP:RED; 'dsfi case show' tells\n");
	if (summary->due_s == 0)
		return;
	const bool is_overdue = summary->due_s < listing->now_s;
	duration_to_text((uint64_t)(is_overdue ? listing->now_s - summary->due_s
					       : summary->due_s - listing->now_s),
			 span);
	fprintf(out, "          %s %s%s: %s, %s\n", is_overdue ? "overdue for" : "within", span,
		summary->due_count > 1 ? " (and more)" : "",
		summary->due_party[0] != '\0' ? cases_party_name(cases, summary->due_party)
					      : "somebody who did not act",
		case_duty_text(summary->duty));
}

static int list(struct listing *listing)
{
	const struct options *options = listing->cases.options;
	assert(listing->count == 0);
	const bool has_all = options_flag(options, "all");
	size_t hidden = 0;
	int error = store_cases(listing->cases.store, take_case, listing, &listing->complaint);
	if (error == OK)
		error = fold_stale(listing);
	if (error != OK)
		return error;
	if (listing->count > 1)
		qsort(listing->list, listing->count, sizeof(*listing->list), compare_listed);
	for (size_t i = 0; i < listing->count; i++) {
		if (!has_all && !case_state_is_open(listing->list[i].summary.state))
			hidden++;
		else if (options_json(options))
			list_json(listing, &listing->list[i]);
		else
			list_line(listing, &listing->list[i]);
	}
	if (listing->count == 0)
		command_note(options, "no case is in the store; 'dsfi case open' begins one");
	else if (hidden > 0)
		command_note(options, "%zu that need nothing more not shown; --all shows them",
			     hidden);
	return listing->left_out == 0
		       ? OK
		       : complain(&listing->complaint, ERR_DAMAGED,
				  "%zu case%s could not be listed", listing->left_out,
				  listing->left_out == 1 ? "" : "s");
}

/* Where whoever lists may write, and nobody else does: it is no loss otherwise. */
static void keep_anew(struct listing *listing)
{
	struct complaint ignored = {""};
	struct store *store = NULL;
	const char *path = options_text(listing->cases.options, "store");
	int error = listing->anew_count > 0
			    ? allowed(listing->cases.options, ACCESS_WRITE, &ignored)
			    : ERR_NOT_FOUND;
	if (error == OK)
		error = store_open(path != NULL ? path : PARTIES_STORE, STORE_WRITE, &store,
				   &ignored);
	for (size_t i = 0; i < listing->anew_count && error == OK; i++)
		error = store_summary_put(store, &listing->anew[i], &ignored);
	if (error == OK && store_commit(store, &ignored) == OK)
		listing->anew_count = 0;
	store_close(store);
}

static int run_list(const struct options *options)
{
	struct listing listing = {.now_s = parties_now()};
	arena_init(&listing.arena, LIST_ARENA_MAX, (size_t)64 << 10);
	int error = cases_open(options, ACCESS_READ, &listing.complaint, &listing.cases);
	if (error == OK)
		listing.clocks_mark = case_clocks_mark(listing.cases.clocks);
	if (error == OK)
		error = list(&listing);
	cases_close(&listing.cases);
	if (error == OK)
		keep_anew(&listing);
	memory_give(listing.list);
	memory_give(listing.stale);
	arena_release(&listing.arena);
	return error == OK ? EXIT_FINE : command_fail(options, error, &listing.complaint);
}

static const struct option list_options[] = {
	{.name = "all",
	 .letter = 'a',
	 .kind = OPTION_FLAG,
	 .help = "also those that need nothing more: settled, closed, withdrawn"},
	OPTION_ROLES,
	OPTION_PARTIES_STORE,
};
static const struct example list_examples[] = {
	{"dsfi case list", "what is to be done, the overdue first"},
	{"dsfi case list --all --json | jq -r 'select(.due.overdue) | .id'", "for programs"},
};
static const struct command list_row = {
	.name = "list",
	.parent = "case",
	.summary = "list cases, what is overdue first",
	.operands = "",
	.description = "Tells of each case where it stands, what it is about, and what is due next "
		       "of whom (docs/format/case.md).",
	.options = list_options,
	.option_count = sizeof(list_options) / sizeof(list_options[0]),
	.examples = list_examples,
	.example_count = sizeof(list_examples) / sizeof(list_examples[0]),
	.see_also = "dsfi-case-show(1)",
	.has_json = true,
	.run = run_list,
};

const struct command *command_case_list(void)
{
	return &list_row;
}
