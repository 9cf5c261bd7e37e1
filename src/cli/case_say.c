/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a party says in a case: ask, answer, acknowledge, request, act, dispute, recall, note,
 * close. A row each says what the operands are; what else may be said follows from the kind of
 * message (case_message_kind_member).
 */
#include "base/memory.h"
#include "cli/cases.h"
#include "cli/table.h"
#include "model/forms.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* As many members as any body has. */
#define MEMBERS_MAX 16u

/* What one operand after the case is. */
enum operand_use {
	OPERAND_NONE,
	OPERAND_MESSAGE, /* the member "of" */
	OPERAND_MEMBER,  /* the member that the row names */
};
struct say_row {
	const char *command;
	const char *members[2];
	enum case_message_kind kind;
	enum operand_use uses[2];
	bool needs_to;    /* nobody is meant unless named */
	bool may_find_of; /* what it is about is looked for when --of is not given */
	bool may_be_idle; /* takes --anyway: here it may seem not to count, and count elsewhere */
};

static const struct say_row rows[] = {
	{.command = "acknowledge", .kind = CASE_MESSAGE_ACKNOWLEDGEMENT, .may_find_of = true},
	{.command = "ask", .kind = CASE_MESSAGE_ASK, .needs_to = true, .may_be_idle = true},
	{.command = "answer",
	 .kind = CASE_MESSAGE_ANSWER,
	 .uses = {OPERAND_MEMBER},
	 .members = {"answer"},
	 .may_find_of = true,
	 .may_be_idle = true},
	{.command = "request",
	 .kind = CASE_MESSAGE_REQUEST,
	 .uses = {OPERAND_MEMBER},
	 .members = {"wanted"},
	 .needs_to = true,
	 .may_be_idle = true},
	{.command = "act",
	 .kind = CASE_MESSAGE_ACTION,
	 .uses = {OPERAND_MEMBER},
	 .members = {"done"},
	 .may_find_of = true,
	 .may_be_idle = true},
	{.command = "dispute",
	 .kind = CASE_MESSAGE_DISPUTE,
	 .uses = {OPERAND_MESSAGE, OPERAND_MEMBER},
	 .members = {NULL, "reason"}},
	{.command = "recall",
	 .kind = CASE_MESSAGE_RECALL,
	 .uses = {OPERAND_MESSAGE, OPERAND_MEMBER},
	 .members = {NULL, "reason"}},
	{.command = "note",
	 .kind = CASE_MESSAGE_NOTE,
	 .uses = {OPERAND_MEMBER},
	 .members = {"text"}},
	{.command = "close",
	 .kind = CASE_MESSAGE_CLOSURE,
	 .uses = {OPERAND_MEMBER},
	 .members = {"cause"},
	 .may_be_idle = true},
};
#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

struct say {
	const struct say_row *row;
	struct cases cases;
	const struct case_message *of; /* NULL: none */
	struct case_member members[MEMBERS_MAX];
	size_t member_count;
	struct complaint complaint;
};

static const struct say_row *row_of(const char *command)
{
	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (strcmp(rows[i].command, command) == 0)
			return &rows[i];
	}
	assert(false && "a command without a row");
	return NULL;
}

/* ---- what it is about ---- */

static bool is_mine(const struct say *say, const struct case_message *message)
{
	assert(say->cases.self != NULL);
	return strcmp(message->author, say->cases.self->id) == 0;
}

/* Has this party said something of that kind about it before? */
static bool is_told(const struct say *say, const struct case_message *about)
{
	assert(about->is_proven);
	for (size_t i = 0; i < say->cases.count; i++) {
		const struct case_message *one = &say->cases.messages[i];
		const struct case_member *of = case_message_member(one, "of");
		if (one->kind == say->row->kind && is_mine(say, one) && of != NULL &&
		    strcmp(of->text, about->id) == 0)
			return true;
	}
	return false;
}

static bool is_answerable(const struct case_message *one)
{
	return one->kind == CASE_MESSAGE_ASK ||
	       (one->kind == CASE_MESSAGE_NOTICE && case_message_member(one, "question") != NULL);
}

static bool fits(const struct say *say, const struct case_message *one)
{
	if (is_mine(say, one))
		return false;
	if (say->row->kind == CASE_MESSAGE_ANSWER)
		return is_answerable(one);
	if (say->row->kind == CASE_MESSAGE_ACTION)
		return one->kind == CASE_MESSAGE_REQUEST;
	return true;
}

/* The newest of the fitting kind by somebody else that this party has not told of yet: of those
 * that are written to it; where none ever was, of those that it has. */
static const struct case_message *find_of(const struct say *say)
{
	const struct case_message *found = NULL;
	bool is_meant = false;
	for (size_t i = 0; i < say->cases.count; i++) {
		const struct case_message *one = &say->cases.messages[i];
		const bool is_for_self = case_message_has(one, say->cases.self->id);
		if (!fits(say, one) || (is_meant && !is_for_self))
			continue;
		if (is_for_self && !is_meant) {
			is_meant = true;
			found = NULL;
		}
		if (!is_told(say, one) && (found == NULL || one->made_s >= found->made_s))
			found = one;
	}
	return found;
}

/* ---- members ---- */

static struct case_member *add_member(struct say *say, const char *name, enum case_member_type type)
{
	assert(say->member_count < MEMBERS_MAX);
	struct case_member *member = &say->members[say->member_count++];
	*member = (struct case_member){.name = name, .type = type};
	return member;
}

static int compare_words(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Names and indicators have one order; lines stay as they were given. */
static int add_list(struct say *say, const char *option, const char *name,
		    enum case_member_type type)
{
	size_t count = 0;
	while (options_list(say->cases.options, option, count) != NULL)
		count++;
	if (count == 0)
		return OK;
	const char **items = arena_take_array(&say->cases.arena, count, sizeof(*items));
	if (items == NULL)
		return complain(&say->complaint, ERR_MEMORY, "out of memory");
	for (size_t i = 0; i < count; i++)
		items[i] = options_list(say->cases.options, option, i);
	if (type != MEMBER_LINES)
		qsort(items, count, sizeof(*items), compare_words);
	struct case_member *member = add_member(say, name, type);
	member->items = items;
	member->item_count = count;
	return OK;
}

static int add_due(struct say *say, const char *name)
{
	const char *text = options_text(say->cases.options, "due");
	int64_t seconds;
	if (text == NULL)
		return OK;
	const int error = cases_due(text, &seconds, &say->complaint);
	if (error == OK)
		add_member(say, name, MEMBER_TIME)->number = seconds;
	return error;
}

static int add_when(struct say *say, const char *name)
{
	const char *text = options_text(say->cases.options, "when");
	int64_t seconds = parties_now();
	const int error = text != NULL ? cases_when(text, &seconds, &say->complaint) : OK;
	if (error == OK)
		add_member(say, name, MEMBER_TIME)->number = seconds;
	return error;
}

static void add_text(struct say *say, const char *name, enum case_member_type type,
		     const char *text)
{
	if (text != NULL)
		add_member(say, name, type)->text = text;
}

static bool is_operand(const struct say *say, const char *name)
{
	for (size_t i = 0; i < 2; i++) {
		if (say->row->members[i] != NULL && strcmp(say->row->members[i], name) == 0)
			return true;
	}
	return false;
}

/* One that is given by an option of its name. */
static int add_optional(struct say *say, const char *name, enum case_member_type type)
{
	const struct options *options = say->cases.options;
	if (strcmp(name, "domains") == 0)
		return add_list(say, "domain", name, type);
	if (strcmp(name, "indicators") == 0)
		return add_list(say, "indicator", name, type);
	if (strcmp(name, "due") == 0)
		return add_due(say, name);
	if (strcmp(name, "when") == 0)
		return add_when(say, name);
	if (strcmp(name, "of") == 0) {
		add_text(say, name, type, say->of != NULL ? say->of->id : NULL);
		return OK;
	}
	if (strcmp(name, "verification") == 0) {
		const struct case_proof *proof = &say->cases.view.proof;
		const struct case_message *passed = proof->holds ? proof->verification : NULL;
		add_text(say, name, type, passed != NULL ? passed->id : NULL);
		return OK;
	}
	add_text(say, name, type, options_text(options, name));
	return OK;
}

static int add_members(struct say *say)
{
	enum case_member_type type;
	bool is_required;
	const char *name;
	int error = OK;
	for (size_t i = 0;
	     (name = case_message_kind_member(say->row->kind, i, &type, &is_required)) != NULL &&
	     error == OK;
	     i++) {
		if (!is_operand(say, name))
			error = add_optional(say, name, type);
	}
	for (size_t i = 0; i < 2 && error == OK; i++) {
		if (say->row->uses[i] != OPERAND_MEMBER)
			continue;
		name = say->row->members[i];
		const enum case_member_type own = strcmp(name, "answer") == 0   ? MEMBER_WORD
						  : strcmp(name, "text") == 0   ? MEMBER_TEXT
						  : strcmp(name, "reason") == 0 ? MEMBER_TEXT
										: MEMBER_LINE;
		add_text(say, name, own, options_operand(say->cases.options, i + 1));
	}
	return error;
}

/* ---- doing it ---- */

static int find_about(struct say *say)
{
	const struct say_row *row = say->row;
	assert(row != NULL && say->of == NULL);
	const struct options *options = say->cases.options;
	const char *word = row->may_find_of ? options_text(options, "of") : NULL;
	if (row->uses[0] == OPERAND_MESSAGE)
		word = options_operand(options, 1);
	if (word != NULL)
		return cases_message(&say->cases, word, &say->of);
	if (!row->may_find_of)
		return OK;
	say->of = find_of(say);
	if (say->of == NULL && row->kind == CASE_MESSAGE_ANSWER)
		return complain(&say->complaint, ERR_NOT_FOUND,
				"nobody has asked this party anything that it has not answered");
	if (say->of == NULL && row->kind == CASE_MESSAGE_ACKNOWLEDGEMENT)
		return complain(&say->complaint, ERR_NOT_FOUND,
				"there is nothing that this party has not acknowledged");
	return OK;
}

/* What somebody else said nobody takes back, whatever else is known: it never counts. */
static int check_recall(struct say *say)
{
	const struct case_message *of = say->of;
	assert(of != NULL);
	const struct case_step *step = case_step_find(&say->cases.view, of->id);
	assert(step != NULL);
	if (!is_mine(say, of))
		return complain(&say->complaint, ERR_ARGUMENT,
				"message '%.8s' is another party's, and only who said it takes it "
				"back; 'dsfi case dispute' says that it is wrong",
				of->id);
	if (step->is_recalled)
		return complain(&say->complaint, ERR_ARGUMENT,
				"message '%.8s' is already recalled; to recall that recall lets "
				"it stand again",
				of->id);
	return OK;
}

static int say_it(struct say *say)
{
	struct case_message message;
	const struct options *options = say->cases.options;
	int error = cases_load(&say->cases, options_operand(options, 0));
	if (error == OK && say->cases.self == NULL)
		error = complain(&say->complaint, ERR_NOT_FOUND,
				 "the store is nobody's yet; 'dsfi party add NAME --key FILE' "
				 "makes the party that signs here");
	if (error == OK)
		error = find_about(say);
	if (error == OK && say->row->kind == CASE_MESSAGE_RECALL)
		error = check_recall(say);
	/* To take the notice back ends the case, to take a closure back opens it; and so may what
	 * takes back what took one back. */
	if (error == OK && say->row->kind == CASE_MESSAGE_RECALL &&
	    (say->of->opens_case || say->of->kind == CASE_MESSAGE_CLOSURE ||
	     say->of->kind == CASE_MESSAGE_RECALL))
		error = allowed(options, ACCESS_CLOSE, &say->complaint);
	if (error == OK)
		error = add_members(say);
	const struct saying saying = {.kind = say->row->kind,
				      .about = say->of,
				      .members = say->members,
				      .member_count = say->member_count,
				      .act = say->row->command,
				      .must_count = !say->row->may_be_idle ||
						    !options_flag(options, "anyway")};
	assert(error != OK || say->member_count <= MEMBERS_MAX);
	if (error == OK)
		error = cases_say(&say->cases, &saying, &message);
	return error == OK ? cases_tell_said(&say->cases, &message) : error;
}

static bool is_answer(const char *word)
{
	return strcmp(word, "authorised") == 0 || strcmp(word, "not-authorised") == 0 ||
	       strcmp(word, "unknown") == 0 || strcmp(word, "other") == 0;
}

static int run(const struct options *options)
{
	struct say say = {.row = row_of(options->command->name)};
	assert(say.row != NULL);
	if (say.row->kind == CASE_MESSAGE_ANSWER && !is_answer(options_operand(options, 1)))
		return command_usage(options,
				     "'%s' is no answer; there are authorised, not-authorised, "
				     "unknown, other",
				     options_operand(options, 1));
	if (say.row->needs_to && options_list(options, "to", 0) == NULL)
		return command_usage(options, "--to PARTY says whom");
	const enum access_act act =
		say.row->kind == CASE_MESSAGE_CLOSURE ? ACCESS_CLOSE : ACCESS_WRITE;
	int error = cases_open(options, act, &say.complaint, &say.cases);
	if (error == OK)
		error = say_it(&say);
	cases_close(&say.cases);
	return error == OK ? EXIT_FINE : command_fail(options, error, &say.complaint);
}

/* ---- the rows of the command line ---- */

#define SAY_OPTIONS \
	OPTION_CASES_KEY, OPTION_CASES_TO, OPTION_CASES_TLP, OPTION_ROLES, OPTION_PARTIES_STORE
#define SAY_TEXT                                                                                  \
	{                                                                                         \
		.name = "text", .kind = OPTION_TEXT, .argument = "TEXT", .help = "more, in words" \
	}
#define SAY_DOMAIN                                                           \
	{                                                                    \
		.name = "domain", .kind = OPTION_LIST, .argument = "DOMAIN", \
		.help = "which domains it is about, if not all of the case"  \
	}
#define SAY_INDICATOR                                                                     \
	{                                                                                 \
		.name = "indicator", .kind = OPTION_LIST, .argument = "KIND:VALUE",       \
		.help = "what to look for: domain, ns, mx, ip, prefix, as, key; ns:ns1.x" \
	}
#define SAY_DUE                                                                               \
	{                                                                                     \
		.name = "due", .kind = OPTION_TEXT, .argument = "TIME",                       \
		.help = "until when: 24h, 3d, or 2026-03-01T12:00:00Z; if not given, as the " \
			"case's clocks say"                                                   \
	}
#define SAY_ANYWAY                                                                   \
	{                                                                            \
		.name = "anyway", .kind = OPTION_FLAG,                               \
		.help = "say it although it does not count, as far as is known here" \
	}
#define SAY_OF                                                                  \
	{                                                                       \
		.name = "of", .kind = OPTION_TEXT, .argument = "MESSAGE",       \
		.help = "what it is about, if not the newest that waits for it" \
	}

static const struct option acknowledge_options[] = {SAY_OF, SAY_TEXT, SAY_OPTIONS};
static const struct option ask_options[] = {
	{.name = "question",
	 .kind = OPTION_CHOICE,
	 .argument = "WHAT",
	 .choices = "authorised|other",
	 .fallback = "authorised",
	 .help = "was the change authorised, or what --text says"},
	SAY_DOMAIN,
	SAY_DUE,
	SAY_TEXT,
	SAY_ANYWAY,
	SAY_OPTIONS,
};
static const struct option answer_options[] = {
	{.name = "basis",
	 .kind = OPTION_TEXT,
	 .argument = "LINE",
	 .help = "what the answer rests on: 'our records', 'the registrant, by telephone'"},
	SAY_DOMAIN,
	SAY_OF,
	SAY_TEXT,
	SAY_ANYWAY,
	SAY_OPTIONS,
};
static const struct option request_options[] = {SAY_DOMAIN, SAY_INDICATOR, SAY_DUE,
						SAY_TEXT,   SAY_ANYWAY,    SAY_OPTIONS};
static const struct option act_options[] = {
	{.name = "when",
	 .kind = OPTION_TEXT,
	 .argument = "TIME",
	 .help = "when it was done, if not now: 2h (ago), or 2026-03-01T12:00:00Z"},
	SAY_DOMAIN,
	SAY_INDICATOR,
	SAY_OF,
	SAY_TEXT,
	SAY_ANYWAY,
	SAY_OPTIONS,
};
static const struct option reason_options[] = {SAY_OPTIONS};
static const struct option note_options[] = {SAY_DOMAIN, SAY_INDICATOR, SAY_OPTIONS};
static const struct option close_options[] = {SAY_TEXT, SAY_ANYWAY, SAY_OPTIONS};

#define SAY_EXIT_NOTE "2 also when what is said would not count: nothing is signed then."
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SAY_COMMAND(row_name, word, what, takes, count, list, shown, text)                 \
	static const struct command row_name = {.name = (word),                            \
						.parent = "case",                          \
						.summary = (what),                         \
						.operands = (takes),                       \
						.description = (text),                     \
						.options = (list),                         \
						.option_count = COUNT(list),               \
						.examples = (shown),                       \
						.example_count = COUNT(shown),             \
						.operands_minimum = (count),               \
						.operands_maximum = (count),               \
						.exit_note = SAY_EXIT_NOTE,                \
						.see_also = "dsfi-case(1), dsfi-share(1)", \
						.has_json = true,                          \
						.run = run};                               \
	const struct command *command_case_##row_name(void)                                \
	{                                                                                  \
		return &(row_name);                                                        \
	}

static const struct example acknowledge_examples[] = {
	{"dsfi case acknowledge q7ez --key our.key", "tells its author that it has come"},
};
static const struct example ask_examples[] = {
	{"dsfi case ask q7ez --key our.key --to 'Registrar of shop.example' --due 4h",
	 "was the change authorised?"},
};
static const struct example answer_examples[] = {
	{"dsfi case answer q7ez not-authorised --key our.key --basis 'our order records'",
	 "answers the newest question of the case"},
};
static const struct example request_examples[] = {
	{"dsfi case request q7ez 'take the delegation of shop.example back' --to Registrar "
	 "--key our.key",
	 "asks somebody to do something"},
};
static const struct example act_examples[] = {
	{"dsfi case act q7ez 'delegation restored, credentials changed' --key our.key",
	 "says what was done"},
};
static const struct example dispute_examples[] = {
	{"dsfi case dispute q7ez m3ab 'that address is ours since 2019' --key our.key",
	 "says that a message is wrong"},
};
static const struct example recall_examples[] = {
	{"dsfi case recall q7ez m3ab 'wrong domain' --key our.key", "takes back what one said"},
};
static const struct example note_examples[] = {
	{"dsfi case note q7ez 'seen in 2019, too' --indicator ns:ns1.wolf.example --key our.key",
	 "adds something"},
};
static const struct example close_examples[] = {
	{"dsfi case close q7ez 'the account was taken over by phishing' --key our.key",
	 "closes a case whose test passed"},
};

SAY_COMMAND(acknowledge, "acknowledge", "say that a message has come", "CASE", 1,
	    acknowledge_options, acknowledge_examples,
	    "Tells the author of the newest message that waits for it, or that --of names, that it "
	    "has come and is being read.")
SAY_COMMAND(ask, "ask", "ask a party whether a change was authorised", "CASE", 1, ask_options,
	    ask_examples,
	    "Asks those named with --to. An answer counts when it is by a party whose file says "
	    "that it speaks for the domains.")
SAY_COMMAND(answer, "answer", "answer a question", "CASE authorised|not-authorised|unknown|other",
	    2, answer_options, answer_examples,
	    "Answers the newest question that this party has not answered, or the one that --of "
	    "names. Everybody who has the question gets the answer unless --to says otherwise.")
SAY_COMMAND(request, "request", "ask a party to do something", "CASE WANTED", 2, request_options,
	    request_examples, "Says what is wanted, of whom, and until when.")
SAY_COMMAND(act, "act", "say what was done", "CASE DONE", 2, act_options, act_examples,
	    "Says what this party did and when; what is still to come is refused. It is not proven "
	    "by that: the case's test must pass, measured by somebody else (`dsfi case verify`).")
SAY_COMMAND(dispute, "dispute", "say that a message is wrong", "CASE MESSAGE REASON", 3,
	    reason_options, dispute_examples,
	    "A case cannot be closed while a dispute is open: its author recalls it, or the "
	    "author of the disputed message recalls that.")
SAY_COMMAND(recall, "recall", "take back what this party said", "CASE MESSAGE REASON", 3,
	    reason_options, recall_examples,
	    "A message that its author recalled does not count any more. It stays, and is shown as "
	    "recalled; to recall the recall lets it stand again. What others said is not "
	    "recalled but disputed. Recalling the notice withdraws the case.")
SAY_COMMAND(note, "note", "add something to a case", "CASE TEXT", 2, note_options, note_examples,
	    "Adds words, domains and what to look for.")
SAY_COMMAND(close, "close", "close a case whose test passed", "CASE CAUSE", 2, close_options,
	    close_examples,
	    "Names the cause, of a case that this party opened. Its test must have passed last, "
	    "measured by somebody who did not act, or those in charge must have said that it was "
	    "authorised; and no dispute may be open. Else it is refused, and what is lacking is "
	    "said.")
