/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A case for people, as JSON Lines, and as a page. */
#include "base/json.h"
#include "base/memory.h"
#include "cli/cases.h"
#include "cli/table.h"
#include "cli/undelivered.h"
#include "judge/case/predicate.h"
#include "os/file.h"
#include "tell/case/page.h"

#include <assert.h>
#include <string.h>

/* A case of a thousand long messages, told. */
#define SHOW_OCTETS_MAX ((size_t)512 << 20)

struct show {
	struct cases cases;
	struct undelivered_list undelivered;
	struct undelivered_list unsent;
	struct text text;
	struct complaint complaint;
};

static const char *name_of(const struct show *show, const char *party)
{
	if (party == NULL)
		return "not known";
	if (show->cases.self != NULL && strcmp(party, show->cases.self->id) == 0)
		return "you";
	return cases_party_name(&show->cases, party);
}

/* ---- for people ---- */

static void tell_head(struct show *show)
{
	const struct case_view *view = &show->cases.view;
	struct text *text = &show->text;
	char time[TIME_TEXT_MAX];
	assert(id_is(view->id) && view->step_count > 0);
	time_to_text(view->first_s, time);
	text_format(text, "case %s\n%s  TLP:%s  opened by %s, %s\n", view->id,
		    case_state_text(view->state), tlp_text(view->tlp), name_of(show, view->opener),
		    time);
	if (view->sentence != NULL)
		text_format(text, "%s\n", view->sentence);
	text_add(text, "domains    ");
	for (size_t i = 0; i < view->domain_count; i++)
		text_format(text, "%s%s", i == 0 ? "" : ", ", view->domains[i]);
	for (size_t i = 0; i < view->other_domain_count; i++)
		text_format(text, "%s%s", i == 0 ? "; named since: " : ", ",
			    view->other_domains[i]);
	text_format(text, "\nstate      %s\n", case_state_meaning(view->state));
	if (view->cause != NULL)
		text_format(text, "cause      %s\n", view->cause);
	if (view->missing_count > 0)
		text_format(text, "not here   %zu message%s that others name\n",
			    view->missing_count, view->missing_count == 1 ? "" : "s");
}

static int tell_test(struct show *show)
{
	const struct case_view *view = &show->cases.view;
	struct text *text = &show->text;
	struct predicate predicate;
	char time[TIME_TEXT_MAX];
	if (view->test == NULL) {
		text_add(text, "test       none; such a case cannot be proven mended\n");
		return OK;
	}
	int error = predicate_parse(&show->cases.arena, view->test, &predicate, &show->complaint);
	if (error == ERR_MEMORY)
		return error;
	text_add(text, "mended if  ");
	/* Its text stands below, where it was said. */
	if (error == OK)
		predicate_sentence(&predicate, text);
	else
		text_add(text, "(this version cannot read it; it stands below)");
	text_add(text, "\n");
	const struct case_proof *proof = &view->proof;
	if (proof->verification == NULL) {
		text_add(text, "proof      none yet; 'dsfi case verify' measures it\n");
		return OK;
	}
	time_to_text(proof->measured_s, time);
	text_format(text, "proof      %s, measured %s by %s%s\n", case_result_text(proof->result),
		    time, name_of(show, proof->by),
		    proof->result == CASE_PASSED && !proof->holds ? "; void since" : "");
	return OK;
}

static void tell_dues(struct show *show)
{
	const struct case_view *view = &show->cases.view;
	if (view->due_count > 0)
		text_add(&show->text, "\nto be done\n");
	for (size_t i = 0; i < view->due_count; i++) {
		const struct case_due *due = &view->dues[i];
		char time[TIME_TEXT_MAX];
		assert(due->until_s > 0 && due->party != NULL);
		time_to_text(due->until_s, time);
		text_format(&show->text, "  %s%s  %s: %s\n", time,
			    due->is_overdue ? ", overdue" : "",
			    due->party[0] == '\0' ? "somebody who did not act"
						  : name_of(show, due->party),
			    case_due_sentence(due));
	}
}

static bool is_to(const struct case_message *message, const char *party)
{
	bool is_there = false;
	for (size_t i = 0; !is_there && i < message->to_count; i++)
		is_there = strcmp(message->to[i], party) == 0;
	return is_there;
}

/* Whether anything was said to it that did leave: by others, or by us as is noted. */
static struct case_unsent unsent_of(void *context, const struct case_knower *knower)
{
	const struct show *show = context;
	struct case_unsent unsent = {.count = 0};
	size_t told = 0;
	for (size_t i = 0; i < show->unsent.count; i++)
		unsent.count += strcmp(show->unsent.items[i].party, knower->party) == 0;
	if (unsent.count == 0)
		return unsent;
	for (size_t i = 0; i < show->cases.view.step_count; i++)
		told += is_to(show->cases.view.steps[i].message, knower->party);
	assert(unsent.count <= told);
	unsent.is_all = unsent.count == told && !knower->is_author;
	return unsent;
}

/* What a shell takes as one plain word; a party chose its name itself. */
static const char *word_of(const struct show *show, const char *party)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._";
	const char *name = cases_party_name(&show->cases, party);
	return name[strspn(name, plain)] == '\0' && name[0] != '\0' ? name : party;
}

static void tell_unsent(struct show *show, const struct case_knower *knower)
{
	const struct case_unsent unsent = unsent_of(show, knower);
	if (unsent.count == 0)
		return;
	if (unsent.is_all)
		text_add(&show->text, "; nothing was sent to it yet");
	else
		text_format(&show->text, "; %zu message%s not sent to it yet", unsent.count,
			    unsent.count == 1 ? " was" : "s were");
	text_format(&show->text, ": 'dsfi share %.8s --to %s' does", show->cases.view.id,
		    word_of(show, knower->party));
}

static void tell_knowers(struct show *show)
{
	const struct case_view *view = &show->cases.view;
	text_add(&show->text, "\nwho knows\n");
	for (size_t i = 0; i < view->knower_count; i++) {
		const struct case_knower *knower = &view->knows[i];
		char time[TIME_TEXT_MAX];
		time_to_text(knower->since_s, time);
		text_format(&show->text, "  %s  %s%s%s%s%s", time, name_of(show, knower->party),
			    knower->speaks ? ", speaks for the domain" : "",
			    knower->has_answered ? ", answered" : "",
			    knower->has_acted ? ", acted" : "",
			    knower->is_author || knower->has_acknowledged
				    ? ""
				    : ", has not been heard of");
		tell_unsent(show, knower);
		text_add_char(&show->text, '\n');
	}
}

static void tell_undelivered(struct show *show)
{
	if (show->undelivered.count > 0)
		text_add(&show->text, "\nnot delivered; 'dsfi share' tries again\n");
	for (size_t i = 0; i < show->undelivered.count; i++) {
		const struct undelivered *one = &show->undelivered.items[i];
		char time[TIME_TEXT_MAX];
		time_to_text(one->last_s, time);
		text_format(&show->text, "  %s  message %.8s to %s %s, by %s%s%s\n", time,
			    one->message, name_of(show, one->party), undelivered_state_text(one),
			    parties_shown(one->way), one->detail[0] != '\0' ? ": " : "",
			    parties_shown(one->detail));
	}
}

static void tell_items(struct text *text, const struct case_member *member)
{
	assert(member->item_count == 0 || member->items != NULL);
	for (size_t i = 0; i < member->item_count; i++)
		text_format(text, "      %s: %s\n", member->name, member->items[i]);
}

/* Lines of a text stay below their member. */
static void tell_lines(struct text *text, const struct case_member *member)
{
	const char *at = member->text;
	assert(at != NULL);
	text_format(text, "      %s: ", member->name);
	for (; *at != '\0'; at++) {
		text_add_char(text, *at);
		if (*at == '\n')
			text_add(text, "        ");
	}
	text_add_char(text, '\n');
}

static void tell_member(struct text *text, const struct case_member *member)
{
	char time[TIME_TEXT_MAX];
	switch (member->type) {
	case MEMBER_LINES:
	case MEMBER_DOMAINS:
	case MEMBER_INDICATORS:
		tell_items(text, member);
		return;
	case MEMBER_TIME:
		time_to_text(member->number, time);
		text_format(text, "      %s: %s\n", member->name, time);
		return;
	case MEMBER_NUMBER:
		text_format(text, "      %s: %lld\n", member->name, (long long)member->number);
		return;
	case MEMBER_MESSAGE:
		text_format(text, "      %s: message %.8s\n", member->name, member->text);
		return;
	case MEMBER_LINE:
	case MEMBER_TEXT:
	case MEMBER_WORD:
		tell_lines(text, member);
		return;
	}
	assert(false && "a member of no type");
}

static void tell_step(struct show *show, const struct case_step *step)
{
	const struct case_message *message = step->message;
	struct text *text = &show->text;
	char time[TIME_TEXT_MAX];
	assert(message->is_proven && step->counts == (step->reason == NULL));
	time_to_text(message->made_s, time);
	text_format(text, "\n  %s  %s  %s  TLP:%s  message %.8s\n", time,
		    name_of(show, message->author), case_message_kind_text(message->kind),
		    tlp_text(message->tlp), message->id);
	text_add(text, "      to: ");
	for (size_t i = 0; i < message->to_count; i++)
		text_format(text, "%s%s", i == 0 ? "" : ", ", name_of(show, message->to[i]));
	text_add(text, message->to_count == 0 ? "nobody\n" : "\n");
	for (size_t i = 0; i < message->member_count; i++)
		tell_member(text, &message->members[i]);
	if (step->is_recalled)
		text_add(text, "      recalled by its author\n");
	if (step->is_disputed)
		text_add(text, "      disputed\n");
	if (!step->counts)
		text_format(text, "      does not count: %s\n", step->reason);
}

static int tell(struct show *show)
{
	const struct case_view *view = &show->cases.view;
	tell_head(show);
	const int error = tell_test(show);
	if (error != OK)
		return error;
	tell_dues(show);
	tell_knowers(show);
	tell_undelivered(show);
	text_add(&show->text, "\nwhat was said\n");
	for (size_t i = 0; i < view->step_count; i++)
		tell_step(show, &view->steps[i]);
	return show->text.error;
}

/* ---- for programs ---- */

static void put_time(struct json *json, const char *key, int64_t seconds)
{
	char time[TIME_TEXT_MAX];
	time_to_text(seconds, time);
	json_put_text(json, key, time);
}

static void put_texts(struct json *json, const char *key, const char *const *items, size_t count)
{
	json_key(json, key);
	json_begin_array(json);
	for (size_t i = 0; i < count; i++)
		json_text(json, items[i]);
	json_end_array(json);
}

static void put_proof(struct json *json, const struct case_proof *proof)
{
	json_key(json, "proof");
	if (proof->verification == NULL) {
		json_null_value(json);
		return;
	}
	json_begin_object(json);
	json_put_text(json, "message", proof->verification->id);
	json_put_text(json, "result", case_result_text(proof->result));
	json_put_text(json, "by", proof->by);
	put_time(json, "measured", proof->measured_s);
	json_put_bool(json, "holds", proof->holds);
	json_end_object(json);
}

static void put_dues(struct json *json, const struct case_view *view)
{
	json_key(json, "dues");
	json_begin_array(json);
	for (size_t i = 0; i < view->due_count; i++) {
		const struct case_due *due = &view->dues[i];
		json_begin_object(json);
		json_put_text(json, "duty", case_duty_text(due->duty));
		json_put_text(json, "party", due->party);
		put_time(json, "until", due->until_s);
		json_put_bool(json, "overdue", due->is_overdue);
		json_put_text(json, "of", due->of != NULL ? due->of->id : NULL);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_knowers(struct json *json, const struct case_view *view)
{
	json_key(json, "knows");
	json_begin_array(json);
	for (size_t i = 0; i < view->knower_count; i++) {
		const struct case_knower *knower = &view->knows[i];
		json_begin_object(json);
		json_put_text(json, "party", knower->party);
		put_time(json, "since", knower->since_s);
		json_put_bool(json, "author", knower->is_author);
		json_put_bool(json, "acknowledged", knower->has_acknowledged);
		json_put_bool(json, "answered", knower->has_answered);
		json_put_bool(json, "acted", knower->has_acted);
		json_put_bool(json, "speaks", knower->speaks);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_undelivered(struct json *json, const struct undelivered_list *list)
{
	json_key(json, "undelivered");
	json_begin_array(json);
	for (size_t i = 0; i < list->count; i++) {
		json_begin_object(json);
		json_put_text(json, "message", list->items[i].message);
		json_put_text(json, "to", list->items[i].party);
		undelivered_put(&list->items[i], json);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_view(struct show *show)
{
	const struct case_view *view = &show->cases.view;
	struct json json;
	json_init(&json, &show->text);
	json_begin_object(&json);
	json_put_text(&json, "type", "case");
	json_put_text(&json, "id", view->id);
	json_put_text(&json, "state", case_state_text(view->state));
	json_put_text(&json, "tlp", tlp_text(view->tlp));
	json_put_text(&json, "opener", view->opener);
	json_put_text(&json, "sentence", view->sentence);
	put_texts(&json, "domains", view->domains, view->domain_count);
	put_texts(&json, "other_domains", view->other_domains, view->other_domain_count);
	json_put_text(&json, "test", view->test);
	json_put_text(&json, "cause", view->cause);
	put_time(&json, "first", view->first_s);
	put_time(&json, "last", view->last_s);
	put_proof(&json, &view->proof);
	put_dues(&json, view);
	put_knowers(&json, view);
	put_undelivered(&json, &show->undelivered);
	put_texts(&json, "missing", view->missing, view->missing_count);
	json_put_number(&json, "open_disputes", (int64_t)view->open_dispute_count);
	json_end_object(&json);
	json_end_line(&json);
}

static void put_member(struct json *json, const struct case_member *member)
{
	switch (member->type) {
	case MEMBER_LINES:
	case MEMBER_DOMAINS:
	case MEMBER_INDICATORS:
		put_texts(json, member->name, member->items, member->item_count);
		return;
	case MEMBER_TIME:
		put_time(json, member->name, member->number);
		return;
	case MEMBER_NUMBER:
		json_put_number(json, member->name, member->number);
		return;
	case MEMBER_LINE:
	case MEMBER_TEXT:
	case MEMBER_WORD:
	case MEMBER_MESSAGE:
		json_put_text(json, member->name, member->text);
		return;
	}
	assert(false && "a member of no type");
}

static void put_step(struct show *show, const struct case_step *step)
{
	const struct case_message *message = step->message;
	struct json json;
	assert(message->is_proven);
	json_init(&json, &show->text);
	json_begin_object(&json);
	json_put_text(&json, "type", "case-step");
	json_put_text(&json, "case", message->case_id);
	json_put_text(&json, "id", message->id);
	json_put_text(&json, "kind", case_message_kind_text(message->kind));
	json_put_text(&json, "author", message->author);
	put_time(&json, "made", message->made_s);
	json_put_text(&json, "tlp", tlp_text(message->tlp));
	put_texts(&json, "to", message->to, message->to_count);
	put_texts(&json, "after", message->after, message->after_count);
	json_key(&json, "body");
	json_begin_object(&json);
	for (size_t i = 0; i < message->member_count; i++)
		put_member(&json, &message->members[i]);
	json_end_object(&json);
	json_put_bool(&json, "counts", step->counts);
	json_put_text(&json, "reason", step->reason);
	json_put_bool(&json, "recalled", step->is_recalled);
	json_put_bool(&json, "disputed", step->is_disputed);
	json_put_text(&json, "state", case_state_text(step->state_after));
	json_end_object(&json);
	json_end_line(&json);
}

static int put(struct show *show)
{
	put_view(show);
	for (size_t i = 0; i < show->cases.view.step_count; i++)
		put_step(show, &show->cases.view.steps[i]);
	return show->text.error;
}

/* ---- as a page ---- */

static const char *name_for_page(void *context, const char *party)
{
	const struct show *show = context;
	return cases_party_name(&show->cases, party);
}

static int put_page(struct show *show, const char *path)
{
	const struct options *options = show->cases.options;
	const struct case_page page = {
		.view = &show->cases.view,
		.now_s = parties_now(),
		.name_of = name_for_page,
		.unsent_of = unsent_of,
		.context = show,
		.self = show->cases.self != NULL ? show->cases.self->id : NULL,
	};
	struct text html;
	text_init(&html, CASE_PAGE_OCTETS_MAX);
	int error = case_page(&show->cases.arena, &page, &html);
	if (error != OK)
		(void)complain(&show->complaint, error, "the page could not be made: %s",
			       error_text(error));
	else if (strcmp(path, "-") == 0)
		fwrite(text_get(&html), 1, html.length, options->out);
	else
		error = file_write_private(path, text_get(&html), html.length, &show->complaint);
	if (error == OK && strcmp(path, "-") != 0 && !options_quiet(options))
		fprintf(options->err, "case: %s\n", path);
	text_release(&html);
	return error;
}

/* ---- doing it ---- */

static int find_undelivered(struct show *show)
{
	struct cases *cases = &show->cases;
	int error = OK;
	for (size_t i = 0; error == OK && i < cases->view.step_count; i++)
		error = undelivered_add(cases->store, cases->view.steps[i].message->id,
					&cases->arena, &show->undelivered, &show->complaint);
	for (size_t i = 0; error == OK && i < cases->view.step_count; i++) {
		const struct case_message *message = cases->view.steps[i].message;
		if (cases->self != NULL && strcmp(message->author, cases->self->id) == 0)
			error = undelivered_add_unsent(cases->store, message, &cases->arena,
						       &show->unsent, &show->complaint);
	}
	for (size_t i = 0; error == OK && i < cases->view.step_count; i++) {
		undelivered_seen(&show->undelivered, cases->view.steps[i].message);
		undelivered_seen(&show->unsent, cases->view.steps[i].message);
	}
	return error;
}

/* Whoever reads TLP:RED is noted before it is shown; what cannot be noted is not shown. */
static int note_reading(struct show *show)
{
	const struct options *options = show->cases.options;
	char id[ID_ROOM];
	if (show->cases.view.tlp != TLP_RED)
		return OK;
	assert(id_is(show->cases.id));
	memcpy(id, show->cases.id, ID_ROOM);
	cases_close(&show->cases);
	int error = cases_open(options, ACCESS_READ_RED, &show->complaint, &show->cases);
	if (error == OK)
		error = cases_load_id(&show->cases, id);
	if (error == OK)
		error = parties_audit(show->cases.store, "read", id, "TLP:RED, case show",
				      &show->complaint);
	if (error == OK)
		error = store_commit(show->cases.store, &show->complaint);
	return error == OK ? OK
			   : complain_more(&show->complaint, error,
					   "the case has TLP:RED content, which is shown only when "
					   "the reading can be noted");
}

static int run(const struct options *options)
{
	struct show show = {.complaint = {""}};
	const char *path = options_text(options, "html");
	const bool is_page = path != NULL && strcmp(path, "-") == 0;
	text_init(&show.text, SHOW_OCTETS_MAX);
	int error = cases_open(options, ACCESS_READ, &show.complaint, &show.cases);
	if (error == OK && is_page && options_json(options))
		error = complain(&show.complaint, ERR_ARGUMENT,
				 "--json and --html - both write to standard output; name a file "
				 "for the page");
	if (error == OK)
		error = cases_load(&show.cases, options_operand(options, 0));
	if (error == OK)
		error = note_reading(&show);
	if (error == OK)
		error = find_undelivered(&show);
	if (error == OK && path != NULL)
		error = put_page(&show, path);
	if (error == OK && !is_page)
		error = options_json(options) ? put(&show) : tell(&show);
	if (error == OK)
		fwrite(text_get(&show.text), 1, show.text.length, options->out);
	text_release(&show.text);
	cases_close(&show.cases);
	return error == OK ? EXIT_FINE : command_fail(options, error, &show.complaint);
}

static const struct option show_options[] = {
	OPTION_ROLES,
	OPTION_PARTIES_STORE,
	{.name = "html",
	 .letter = 'o',
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "write the case as one self-contained HTML file, too, mode 0600; '-' writes it to "
		 "standard output instead of the text"},
};
static const struct example examples[] = {
	{"dsfi case show q7ez", "where it stands, who has to do what, what was said"},
	{"dsfi case show q7ez --html case.html", "the same, and a page for whoever has to decide"},
};
static const struct command show_row = {
	.name = "show",
	.parent = "case",
	.summary = "show a case",
	.operands = "CASE",
	.description =
		"Tells where a case stands, what is to be done by whom until when, who knows of "
		"it, what did not arrive, what is proven, and all that was said, with the reason "
		"where a message does not count. CASE is its id, or the beginning of it. Reading "
		"one with TLP:RED content is noted in the audit.\n\n"
		"--html also writes a page that needs nothing else to be looked at: a time line, "
		"who knows, who has to do what, what is proven, and all that was said. Its mark "
		"(TLP) stands on each printed page.",
	.options = show_options,
	.option_count = sizeof(show_options) / sizeof(show_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_minimum = 1,
	.operands_maximum = 1,
	.see_also = "dsfi-case-list(1), dsfi-audit(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_case_show(void)
{
	return &show_row;
}
