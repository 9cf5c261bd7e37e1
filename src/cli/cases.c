/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cases.h"

#include "base/json.h"
#include "base/memory.h"
#include "cli/value.h"
#include "judge/case/predicate.h"
#include "keep/store/audit.h"
#include "os/file.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A test in words is some times as long as the test, and in JSON each octet may be escaped. */
#define SENTENCE_OCTETS_MAX ((size_t)256 << 10)
#define SAID_OCTETS_MAX ((size_t)2 << 20)

/* ---- opening ---- */

int cases_clocks(struct case_clocks **ret_clocks, struct complaint *complaint)
{
	const char *named = getenv("DSFI_CLOCKS");
	struct case_clocks_file file = {.path = CASES_CLOCKS_FILE};
	char *text = NULL;
	*ret_clocks = NULL;
	if (named != NULL && named[0] != '\0')
		file.path = named;
	else if (access(file.path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
		return case_clocks_new(NULL, ret_clocks, complaint);
	int error = file_read(file.path, CASE_CLOCKS_FILE_OCTETS_MAX, complaint, &text, &file.size);
	file.text = text;
	if (error == OK)
		error = case_clocks_new(&file, ret_clocks, complaint);
	memory_give(text);
	return error == OK ? OK : complain_more(complaint, error, "clocks of cases");
}

int cases_open(const struct options *options, enum access_act act, struct complaint *complaint,
	       struct cases *ret_cases)
{
	const char *path = options_text(options, "store");
	*ret_cases = (struct cases){.options = options, .complaint = complaint};
	arena_init(&ret_cases->arena, CASES_ARENA_MAX, 0);
	int error = allowed(options, act, complaint);
	if (error == OK)
		error = act == ACCESS_READ
				? store_open(path != NULL ? path : PARTIES_STORE, STORE_READ,
					     &ret_cases->store, complaint)
				: parties_store_open(options, &ret_cases->store, complaint);
	if (error == OK)
		error = parties_load(ret_cases->store, complaint, &ret_cases->parties);
	if (error == OK)
		error = cases_clocks(&ret_cases->clocks, complaint);
	if (error == OK && ret_cases->parties.self[0] != '\0')
		ret_cases->self = parties_by_id(&ret_cases->parties, ret_cases->parties.self);
	return error;
}

void cases_close(struct cases *cases)
{
	memory_give(cases->messages);
	case_clocks_free(cases->clocks);
	parties_release(&cases->parties);
	arena_release(&cases->arena);
	store_close(cases->store);
	cases->messages = NULL;
	cases->store = NULL;
}

/* ---- which case ---- */

struct case_search {
	const char *word;
	size_t length;
	char found[ID_ROOM];
	bool is_several;
};

static int look_at_case(void *context, const struct store_case *one)
{
	struct case_search *search = context;
	assert(id_is(one->id));
	if (strncmp(one->id, search->word, search->length) != 0)
		return OK;
	search->is_several = search->found[0] != '\0';
	(void)snprintf(search->found, sizeof(search->found), "%s", one->id);
	return OK;
}

int cases_load(struct cases *cases, const char *word)
{
	struct case_search search = {.word = word, .length = strlen(word)};
	if (id_is(word))
		return cases_load_id(cases, word);
	if (search.length < PARTIES_PREFIX_MIN)
		return complain(cases->complaint, ERR_ARGUMENT,
				"'%s' is no case: give its id, or at least the first %u "
				"characters; 'dsfi case list' shows them",
				word, PARTIES_PREFIX_MIN);
	const int error = store_cases(cases->store, look_at_case, &search, cases->complaint);
	if (error != OK)
		return error;
	if (search.is_several)
		return complain(cases->complaint, ERR_ARGUMENT,
				"several cases begin with '%s'; give more of the id", word);
	if (search.found[0] == '\0')
		return complain(cases->complaint, ERR_NOT_FOUND,
				"no case '%s' is in the store; 'dsfi case list' shows those that "
				"are",
				word);
	return cases_load_id(cases, search.found);
}

/* ---- its messages ---- */

static int make_room(struct cases *cases)
{
	assert(cases->count <= cases->room);
	if (cases->count < cases->room)
		return OK;
	const size_t room = cases->room * 2 + 32;
	struct case_message *messages =
		memory_resize(cases->messages, room * sizeof(*cases->messages));
	if (messages == NULL)
		return complain(cases->complaint, ERR_MEMORY, "out of memory");
	cases->messages = messages;
	cases->room = room;
	return OK;
}

static int take_message(void *context, const struct store_message *kept)
{
	struct cases *cases = context;
	struct text octets;
	int error = make_room(cases);
	if (error != OK)
		return error;
	text_init(&octets, CASE_MESSAGE_OCTETS_MAX + 1);
	text_add_octets(&octets, kept->octets, kept->size);
	error = octets.error;
	if (error == OK)
		error = case_message_read(&cases->arena, parties_trust_filed(&cases->parties),
					  &octets, cases->complaint,
					  &cases->messages[cases->count]);
	text_release(&octets);
	if (error == OK)
		cases->count++;
	/* A newer file of its author may have ended the key before then: it was stolen, say. That
	 * takes nothing else from anybody; those that name it tell that it is missing. */
	if (error == ERR_CRYPTO || error == ERR_PERMISSION) {
		cases->left_out++;
		command_note(cases->options, "message %.8s of case %.8s is left out: %s", kept->id,
			     kept->case_id, cases->complaint->text);
		*cases->complaint = (struct complaint){""};
		return OK;
	}
	return error == OK || error == ERR_MEMORY
		       ? error
		       : complain_more(cases->complaint, ERR_DAMAGED,
				       "the store holds a message '%s' that is not proven any more",
				       kept->id);
}

bool cases_speaks_for(void *context, const char *party, const char *domain)
{
	const struct party_file *file = parties_by_id(context, party);
	return file != NULL && party_speaks_for_domain(file, domain);
}

int cases_fold(struct cases *cases, const struct case_messages *messages,
	       struct case_view *ret_view)
{
	const struct case_rules rules = {.now_s = parties_now(),
					 .speaks_for = cases_speaks_for,
					 .context = &cases->parties,
					 .clocks = cases->clocks};
	assert(messages->count > 0);
	return case_fold(&cases->arena, messages, &rules, ret_view, cases->complaint);
}

int cases_load_id(struct cases *cases, const char *id)
{
	assert(id_is(id));
	cases->count = 0;
	cases->left_out = 0;
	(void)snprintf(cases->id, sizeof(cases->id), "%s", id);
	const int error =
		store_messages(cases->store, cases->id, take_message, cases, cases->complaint);
	if (error != OK)
		return error;
	if (cases->count == 0 && cases->left_out > 0)
		return complain(cases->complaint, ERR_CRYPTO,
				"no message of case '%s' is proven any more", id);
	if (cases->count == 0)
		return complain(cases->complaint, ERR_NOT_FOUND,
				"no case '%s' is in the store; 'dsfi case list' shows those that "
				"are",
				id);
	const struct case_messages messages = {cases->messages, cases->count};
	return cases_fold(cases, &messages, &cases->view);
}

int cases_message(const struct cases *cases, const char *word,
		  const struct case_message **ret_message)
{
	const size_t length = strlen(word);
	const struct case_message *found = NULL;
	assert(cases->id[0] != '\0');
	for (size_t i = 0; i < cases->count && length >= PARTIES_PREFIX_MIN; i++) {
		if (strncmp(cases->messages[i].id, word, length) != 0)
			continue;
		if (found != NULL)
			return complain(cases->complaint, ERR_ARGUMENT,
					"several messages begin with '%s'; give more of the id",
					word);
		found = &cases->messages[i];
	}
	if (found == NULL)
		return complain(cases->complaint, ERR_NOT_FOUND,
				"no message '%s' is in the case; 'dsfi case show %.8s' shows those "
				"that are",
				word, cases->id);
	*ret_message = found;
	return OK;
}

int cases_keep_summary(struct cases *cases)
{
	uint8_t octets[CASE_SUMMARY_OCTETS_MAX];
	struct case_summary summary;
	size_t size = 0;
	assert(cases->count > 0 && strcmp(cases->view.id, cases->id) == 0);
	case_summary_make(&cases->view, &summary);
	const int error = case_summary_encode(&summary, octets, sizeof(octets), &size);
	if (error != OK)
		return complain(cases->complaint, error, "case '%s' cannot be summed up: %s",
				cases->id, error_text(error));
	const struct store_summary kept = {cases->id, (int64_t)(cases->count + cases->left_out),
					   octets, size};
	return store_summary_put(cases->store, &kept, cases->complaint);
}

const char *cases_party_name(const struct cases *cases, const char *id)
{
	const struct party_file *file = parties_by_id(&cases->parties, id);
	if (file == NULL || strcmp(file->name, "you") == 0 || id_is(file->name))
		return id;
	/* Parties name themselves, and two may have one name. */
	for (size_t i = 0; i < cases->parties.count; i++) {
		const struct party_file *other = &cases->parties.list[i];
		if (other != file && strcmp(other->name, file->name) == 0)
			return id;
	}
	return file->name;
}

/* ---- saying something ---- */

struct recipients {
	const char *ids[CASE_MESSAGE_TO_MAX + 1];
	size_t count;
};

static int add_recipient(struct cases *cases, const char *id, struct recipients *recipients)
{
	assert(id_is(id) && recipients->count <= CASE_MESSAGE_TO_MAX);
	if (strcmp(id, cases->self->id) == 0)
		return OK;
	for (size_t i = 0; i < recipients->count; i++) {
		if (strcmp(recipients->ids[i], id) == 0)
			return OK;
	}
	if (recipients->count == CASE_MESSAGE_TO_MAX)
		return complain(cases->complaint, ERR_LIMIT,
				"more than %u recipients; name those it is for with --to",
				CASE_MESSAGE_TO_MAX);
	recipients->ids[recipients->count++] = id;
	return OK;
}

/* Who wrote it, and whom it went to. */
static int add_audience(struct cases *cases, const struct case_message *message,
			struct recipients *recipients)
{
	int error = add_recipient(cases, message->author, recipients);
	for (size_t i = 0; i < message->to_count && error == OK; i++)
		error = add_recipient(cases, message->to[i], recipients);
	return error;
}

static int find_recipients(struct cases *cases, const struct saying *saying,
			   struct recipients *recipients)
{
	const char *word;
	int error = OK;
	for (size_t i = 0; (word = options_list(cases->options, "to", i)) != NULL; i++) {
		const struct party_file *party;
		error = parties_find(&cases->parties, word, cases->complaint, &party);
		if (error == OK)
			error = add_recipient(cases, party->id, recipients);
		if (error != OK)
			return error;
	}
	if (recipients->count > 0)
		return OK;
	if (saying->about != NULL)
		return add_audience(cases, saying->about, recipients);
	for (size_t i = 0; i < cases->count && error == OK; i++)
		error = add_audience(cases, &cases->messages[i], recipients);
	return error;
}

static enum tlp mark_of(const struct cases *cases, const struct saying *saying)
{
	enum tlp tlp = TLP_AMBER;
	if (options_text(cases->options, "tlp") != NULL) {
		const int error = tlp_from_text(options_text(cases->options, "tlp"), &tlp);
		assert(error == OK);
		return tlp;
	}
	if (saying->about != NULL)
		return saying->about->tlp;
	return cases->count > 0 ? cases->view.tlp : tlp;
}

static void set_known(const struct cases *cases, const char *id, struct tlp_recipient *known)
{
	const struct party_file *file = parties_by_id(&cases->parties, id);
	*known = (struct tlp_recipient){.id = id};
	if (file == NULL)
		return;
	known->is_known = true;
	known->has_ceiling = true;
	known->ceiling = file->ceiling;
}

/* What it is about, and what others said under a mark that binds to those who have it: whoever is
 * told of the case learns of that. */
static int find_sources(struct cases *cases, const struct saying *saying,
			struct tlp_sending *sending)
{
	struct tlp_source *sources =
		arena_take_array(&cases->arena, cases->count + 1, sizeof(*sources));
	if (sources == NULL)
		return complain(cases->complaint, ERR_MEMORY, "out of memory");
	for (size_t i = 0; i < cases->count; i++) {
		const struct case_message *one = &cases->messages[i];
		const bool is_binding =
			one->tlp >= TLP_AMBER_STRICT && strcmp(one->author, cases->self->id) != 0;
		if (one != saying->about && !is_binding)
			continue;
		sources[sending->source_count++] = (struct tlp_source){.tlp = one->tlp,
								       .author = one->author,
								       .to = one->to,
								       .to_count = one->to_count};
	}
	sending->sources = sources;
	return OK;
}

/* The mark of what it is about, and each one's ceiling, are held against everybody it is for. */
static int check_mark(struct cases *cases, const struct saying *saying,
		      const struct case_message *draft)
{
	struct tlp_recipient known[CASE_MESSAGE_TO_MAX];
	struct tlp_sending sending = {.tlp = draft->tlp,
				      .author = draft->author,
				      .recipients = known,
				      .recipient_count = draft->to_count};
	assert(draft->to_count <= CASE_MESSAGE_TO_MAX);
	for (size_t i = 0; i < draft->to_count; i++)
		set_known(cases, draft->to[i], &known[i]);
	const int error = find_sources(cases, saying, &sending);
	return error == OK ? tlp_allows(&sending, cases->complaint) : error;
}

static int keep(struct cases *cases, const struct saying *saying,
		const struct case_message *message)
{
	bool is_new = false;
	int error =
		store_message_put(cases->store, message, parties_now(), &is_new, cases->complaint);
	if (error == OK)
		error = parties_audit(cases->store, saying->act, message->id, message->case_id,
				      cases->complaint);
	if (error == OK)
		error = cases_load_id(cases, message->case_id);
	if (error == OK)
		error = cases_keep_summary(cases);
	return error == OK ? store_commit(cases->store, cases->complaint) : error;
}

/* One that is good now: others prove what is signed by the same file. */
static bool is_own_key(const struct cases *cases, const struct secret_key *key)
{
	uint8_t sign[KEY_OCTETS];
	const int64_t now_s = parties_now();
	for (size_t i = 0; party_key_at(cases->self, now_s, i, sign); i++) {
		if (memcmp(sign, key->public.sign, KEY_OCTETS) == 0)
			return true;
	}
	return false;
}

static int read_key(struct cases *cases, struct secret_key *ret_key)
{
	const char *path = options_text(cases->options, "key");
	if (cases->self == NULL)
		return complain(cases->complaint, ERR_NOT_FOUND,
				"the store is nobody's yet; 'dsfi party add NAME --key FILE' makes "
				"the party that signs here");
	if (path == NULL)
		return complain(cases->complaint, ERR_ARGUMENT,
				"--key FILE says what to sign with");
	const int error = parties_key(path, cases->complaint, ret_key);
	if (error != OK || is_own_key(cases, ret_key))
		return error;
	secret_key_wipe(ret_key);
	return complain(
		cases->complaint, ERR_PERMISSION,
		"'%s' is no key that party '%s' signs with now, so nobody would believe it; "
		"'dsfi party show' has its keys",
		path, cases->self->id);
}

int cases_say(struct cases *cases, const struct saying *saying, struct case_message *ret_message)
{
	struct recipients recipients = {.count = 0};
	struct secret_key key;
	int error = read_key(cases, &key);
	if (error != OK)
		return error;
	assert(cases->self != NULL);
	struct case_message draft = {.kind = saying->kind,
				     .made_s = parties_now(),
				     .members = saying->members,
				     .member_count = saying->member_count,
				     .tlp = mark_of(cases, saying)};
	memcpy(draft.author, cases->self->id, ID_ROOM);
	memcpy(draft.case_id, cases->id, ID_ROOM);
	error = find_recipients(cases, saying, &recipients);
	draft.to = recipients.ids;
	draft.to_count = recipients.count;
	if (error == OK)
		error = check_mark(cases, saying, &draft);
	if (cases->count > 0) {
		draft.after = cases->view.heads;
		draft.after_count = cases->view.head_count;
	}
	if (error == OK && saying->must_count)
		error = cases_would_count(cases, &draft);
	if (error == OK)
		error = case_message_make(&cases->arena, &draft, &key, cases->complaint,
					  ret_message);
	secret_key_wipe(&key);
	return error == OK ? keep(cases, saying, ret_message) : error;
}

/* ---- what subcommands share ---- */

/* "72h" */
static int read_span(const char *text, int64_t *ret_seconds)
{
	/* As long as anybody plans; a slip of a digit is not. */
	static const struct option span = {
		.name = "due", .kind = OPTION_DURATION, .maximum = (uint64_t)366 * 86400 * 1000};
	struct complaint ignored = {""};
	uint64_t milliseconds;
	if (value_parse(&span, text, &milliseconds, &ignored) != OK)
		return ERR_FORMAT;
	*ret_seconds = (int64_t)(milliseconds / 1000);
	return OK;
}

int cases_due(const char *text, int64_t *ret_seconds, struct complaint *complaint)
{
	const int64_t now_s = parties_now();
	int64_t seconds, span_s;
	assert(text != NULL);
	if (read_span(text, &span_s) == OK)
		seconds = now_s + span_s;
	else if (time_from_text(text, &seconds) != OK)
		return complain(complaint, ERR_ARGUMENT,
				"--due '%s': give a time (2026-03-01T12:00:00Z), or how long from "
				"now (24h, 3d)",
				text);
	if (seconds < now_s)
		return complain(complaint, ERR_ARGUMENT,
				"--due '%s' is over: nobody can do anything until then; give a "
				"time to come, or how long from now (24h, 3d)",
				text);
	*ret_seconds = seconds;
	return OK;
}

int cases_when(const char *text, int64_t *ret_seconds, struct complaint *complaint)
{
	const int64_t now_s = parties_now();
	int64_t seconds, span_s;
	assert(text != NULL);
	if (read_span(text, &span_s) == OK)
		seconds = now_s - span_s;
	else if (time_from_text(text, &seconds) != OK)
		return complain(complaint, ERR_ARGUMENT,
				"--when '%s': give a time (2026-03-01T12:00:00Z), or how long ago "
				"(2h, 3d)",
				text);
	if (seconds > now_s)
		return complain(complaint, ERR_ARGUMENT,
				"--when '%s' is still to come: say it when it is done; times are "
				"UTC, and 2h is two hours ago",
				text);
	*ret_seconds = seconds;
	return OK;
}

/* What a notice wants measured, as a sentence; "" of a message without a test. The message is kept
 * by now: a sentence that cannot be made is no failure. */
static void put_test(struct cases *cases, const struct case_message *message, struct text *sentence)
{
	const struct case_member *test = case_message_member(message, "test");
	struct predicate predicate;
	assert(sentence->length == 0);
	if (message->kind != CASE_MESSAGE_NOTICE || test == NULL ||
	    predicate_parse(&cases->arena, test->text, &predicate, NULL) != OK)
		return;
	predicate_sentence(&predicate, sentence);
	if (sentence->error != OK)
		text_reset(sentence);
}

static void tell_said_json(const struct cases *cases, const struct case_message *message,
			   const struct text *test)
{
	struct text text;
	struct json json;
	text_init(&text, SAID_OCTETS_MAX);
	json_init(&json, &text);
	json_begin_object(&json);
	json_put_text(&json, "type", "case-said");
	json_put_text(&json, "case", message->case_id);
	json_put_text(&json, "message", message->id);
	json_put_text(&json, "kind", case_message_kind_text(message->kind));
	json_put_text(&json, "tlp", tlp_text(message->tlp));
	json_put_text(&json, "state", case_state_text(cases->view.state));
	json_key(&json, "to");
	json_begin_array(&json);
	for (size_t i = 0; i < message->to_count; i++)
		json_text(&json, message->to[i]);
	json_end_array(&json);
	json_put_text(&json, "mended_if", test->length > 0 ? text_get(test) : NULL);
	json_end_object(&json);
	json_end_line(&json);
	fputs(text_get(&text), cases->options->out);
	text_release(&text);
}

int cases_tell_said(struct cases *cases, const struct case_message *message)
{
	const struct options *options = cases->options;
	const struct case_step *step = case_step_find(&cases->view, message->id);
	struct text test;
	assert(step != NULL);
	text_init(&test, SENTENCE_OCTETS_MAX);
	put_test(cases, message, &test);
	if (options_json(options))
		tell_said_json(cases, message, &test);
	else
		fprintf(options->out, "case %s  %s  message %s  %s\n", message->case_id,
			case_state_text(cases->view.state), message->id,
			case_message_kind_text(message->kind));
	if (!options_json(options) && test.length > 0)
		fprintf(options->out, "mended if %s\n", text_get(&test));
	text_release(&test);
	if (!step->counts)
		command_note(options, "it does not count: %s", step->reason);
	if (message->to_count > 0)
		command_note(
			options,
			"nobody has it yet; 'dsfi share %.8s --preview' shows what would go to "
			"whom",
			message->case_id);
	return OK;
}

void cases_tell_expected(const struct cases *cases, struct text *text)
{
	const struct case_view *view = &cases->view;
	const bool is_red = view->notice != NULL && view->notice->tlp == TLP_RED;
	bool has_red = false;
	const char *sentence = is_red ? "TLP:RED: 'dsfi case show' tells what it is about"
			       : view->sentence == NULL ? ""
							: view->sentence;
	assert(cases->self != NULL && view->step_count > 0);
	text_format(text, "case %.8s  %s%s%s\n", view->id, case_state_text(view->state),
		    sentence[0] != '\0' ? "  " : "", sentence);
	if (view->state == CASE_INCOMPLETE)
		text_format(text,
			    "  its notice is not here; ask %s for it, who sends it with 'dsfi "
			    "share %.8s --with %.8s'\n",
			    cases_party_name(cases, view->steps[0].message->author), view->id,
			    view->id);
	for (size_t i = 0; i < view->due_count; i++) {
		const struct case_due *due = &view->dues[i];
		char time[TIME_TEXT_MAX];
		if (strcmp(due->party, cases->self->id) != 0)
			continue;
		if (due->of->tlp == TLP_RED) {
			has_red = true;
			continue;
		}
		time_to_text(due->until_s, time);
		text_format(text, "  expected of you until %s%s: %s\n", time,
			    due->is_overdue ? " (overdue)" : "", case_due_sentence(due));
	}
	if (has_red)
		text_add(text, "  something that is TLP:RED is expected of you: 'dsfi case show' "
			       "tells what\n");
}
