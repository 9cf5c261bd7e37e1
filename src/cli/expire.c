/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsfi expire: remove what need no longer be kept. */
#include "keep/store/expire.h"

#include "base/json.h"
#include "base/memory.h"
#include "cli/allowed.h"
#include "cli/parties.h"
#include "cli/table.h"
#include "judge/case/fold.h"
#include "judge/retain/retain.h"
#include "keep/store/messages.h"
#include "model/case_message.h"
#include "os/file.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define LINE_OCTETS_MAX ((size_t)16 << 10)
/* One message at a time. */
#define MESSAGE_ARENA_MAX ((size_t)16 << 20)

/* A case that nobody wrote in for long. */
struct old_case {
	const char *id;
	bool is_known; /* its summary is of all its messages */
	bool is_open;
};

struct expiring {
	const struct options *options;
	struct complaint *complaint;
	struct store *store;
	struct retain retain;
	struct arena arena; /* of one message */
	struct arena ids;   /* of the cases that go */
	struct old_case *cases;
	size_t case_count, case_room;
	int64_t now_s;
	int64_t audit_before_s; /* INT64_MIN: the audit stays whole */
	bool is_preview, has_closure;
};

/* --- what was said -----------------------------------------------------------------------------
 */

static int say(const struct expiring *expiring, const char *class_text, int64_t count,
	       const char *about)
{
	struct text text;
	text_init(&text, LINE_OCTETS_MAX);
	if (options_json(expiring->options)) {
		struct json json;
		json_init(&json, &text);
		json_begin_object(&json);
		json_put_text(&json, "type", "expired");
		json_put_text(&json, "class", class_text);
		json_put_text(&json, "about", about);
		json_put_number(&json, "count", count);
		json_put_bool(&json, "preview", expiring->is_preview);
		json_end_object(&json);
		json_end_line(&json);
	} else {
		text_format(&text, "%-7s %8lld %s%s%s\n", class_text, (long long)count,
			    expiring->is_preview ? "would go" : "removed",
			    about != NULL ? "  " : "", about != NULL ? about : "");
	}
	const int error = text.error;
	fputs(text_get(&text), expiring->options->out);
	text_release(&text);
	return error;
}

static int64_t before_of(const struct expiring *expiring, enum retain_class retain_class)
{
	const int64_t keep_s = expiring->retain.keep_s[retain_class];
	return keep_s == RETAIN_ALWAYS ? INT64_MIN : expiring->now_s - keep_s;
}

static int note(struct expiring *expiring, const char *act, const char *subject, int64_t count)
{
	char detail[64];
	(void)snprintf(detail, sizeof(detail), "%lld removed", (long long)count);
	return parties_audit(expiring->store, act, subject, detail, expiring->complaint);
}

/* --- cases -------------------------------------------------------------------------------------
 */

static int look_for_closure(void *context, const struct store_message *kept)
{
	struct expiring *expiring = context;
	struct case_message message;
	struct text octets;
	if (expiring->has_closure)
		return OK;
	arena_reset(&expiring->arena);
	text_init(&octets, CASE_MESSAGE_OCTETS_MAX);
	text_add_octets(&octets, kept->octets, kept->size);
	int error = octets.error;
	if (error == OK)
		error = case_message_read_form(&expiring->arena, &octets, expiring->complaint,
					       &message);
	text_release(&octets);
	if (error == OK)
		expiring->has_closure = message.kind == CASE_MESSAGE_CLOSURE;
	return error;
}

/* What the fold over all its messages gave: a closure may stand in it and not count, and a settled
 * case has none. Where there is no summary of all of them, messages are looked at. */
static void look_at_summary(struct expiring *expiring, const struct store_case *one,
			    struct old_case *ret_old)
{
	struct case_summary summary;
	arena_reset(&expiring->arena);
	ret_old->is_known = one->summary != NULL && one->is_current &&
			    case_summary_decode(&expiring->arena, one->summary, one->summary_size,
						&summary) == OK;
	ret_old->is_open = ret_old->is_known && case_state_is_open(summary.state);
}

static int take_case(void *context, const struct store_case *one)
{
	struct expiring *expiring = context;
	struct old_case old = {.id = NULL};
	if (one->last_s >= before_of(expiring, RETAIN_CASES))
		return OK;
	look_at_summary(expiring, one, &old);
	if (old.is_open)
		return OK;
	if (expiring->case_count == expiring->case_room) {
		const size_t room = 2 * expiring->case_room + 64;
		struct old_case *larger = memory_resize(expiring->cases, room * sizeof(*larger));
		if (larger == NULL)
			return ERR_MEMORY;
		expiring->cases = larger;
		expiring->case_room = room;
	}
	old.id = arena_text(&expiring->ids, one->id);
	expiring->cases[expiring->case_count++] = old;
	return old.id == NULL ? ERR_MEMORY : OK;
}

static int expire_case(struct expiring *expiring, const struct old_case *old)
{
	int64_t messages = 0;
	int error = OK;
	assert(old->id != NULL && !old->is_open);
	expiring->has_closure = old->is_known;
	if (!old->is_known)
		error = store_messages(expiring->store, old->id, look_for_closure, expiring,
				       expiring->complaint);
	if (error != OK || !expiring->has_closure)
		return error;
	error = store_expire_case(expiring->store, old->id, &messages, expiring->complaint);
	if (error == OK)
		error = note(expiring, "expire case", old->id, messages);
	return error == OK ? say(expiring, "cases", messages, old->id) : error;
}

static int expire_cases(struct expiring *expiring)
{
	if (expiring->retain.keep_s[RETAIN_CASES] == RETAIN_ALWAYS)
		return OK;
	int error = store_cases(expiring->store, take_case, expiring, expiring->complaint);
	for (size_t i = 0; error == OK && i < expiring->case_count; i++)
		error = expire_case(expiring, &expiring->cases[i]);
	return error;
}

/* --- the rest ----------------------------------------------------------------------------------
 */

typedef int expire_rows(struct store *store, int64_t before_s, int64_t *ret_count,
			struct complaint *complaint);

static int expire_class(struct expiring *expiring, enum retain_class retain_class,
			expire_rows *expire)
{
	const char *text = retain_class_text(retain_class);
	int64_t count = 0;
	if (expiring->retain.keep_s[retain_class] == RETAIN_ALWAYS)
		return OK;
	int error = expire(expiring->store, before_of(expiring, retain_class), &count,
			   expiring->complaint);
	if (error != OK || count == 0)
		return error;
	error = note(expiring, "expire", text, count);
	return error == OK ? say(expiring, text, count, NULL) : error;
}

static int expire_audit(struct expiring *expiring)
{
	uint8_t head[AUDIT_HASH_OCTETS];
	char hex[2 * AUDIT_HASH_OCTETS + 1];
	int64_t count = 0;
	if (expiring->audit_before_s == INT64_MIN)
		return OK;
	int error = store_expire_audit(expiring->store, expiring->audit_before_s, &count, head,
				       expiring->complaint);
	if (error != OK || count == 0)
		return error;
	error = hex_from_octets(head, sizeof(head), hex, sizeof(hex));
	assert(error == OK);
	error = note(expiring, AUDIT_EXPIRED, hex, count);
	return error == OK ? say(expiring, "audit", count, hex) : error;
}

/* An audit that was meddled with is not shortened: that would hide it. */
static int ignore_entry(void *context, const struct store_audit *entry)
{
	(void)context;
	(void)entry;
	return OK;
}

static int expire(struct expiring *expiring)
{
	int error = store_audits(expiring->store, ignore_entry, NULL, expiring->complaint);
	if (error == OK)
		error = store_expire_begin(expiring->store, expiring->complaint);
	if (error == OK)
		error = expire_cases(expiring);
	if (error == OK)
		error = expire_class(expiring, RETAIN_TRIES, store_expire_tries);
	if (error == OK)
		error = expire_class(expiring, RETAIN_DRAFTS, store_expire_drafts);
	if (error == OK)
		error = expire_audit(expiring);
	return error;
}

/* --- the command -------------------------------------------------------------------------------
 */

static int read_table(struct expiring *expiring)
{
	struct retain_file file = {.path = options_text(expiring->options, "retention")};
	char *text = NULL;
	if (file.path == NULL)
		return retain_read(NULL, &expiring->retain, expiring->complaint);
	int error = file_read(file.path, RETAIN_FILE_OCTETS_MAX, expiring->complaint, &text,
			      &file.size);
	file.text = text;
	if (error == OK)
		error = retain_read(&file, &expiring->retain, expiring->complaint);
	memory_give(text);
	return error;
}

static int read_words(struct expiring *expiring)
{
	const char *before = options_text(expiring->options, "audit-before");
	expiring->audit_before_s = INT64_MIN;
	expiring->is_preview = options_flag(expiring->options, "preview");
	if (before == NULL)
		return OK;
	if (time_from_text(before, &expiring->audit_before_s) != OK)
		return complain(expiring->complaint, ERR_ARGUMENT,
				"--audit-before '%.64s' is no time like 2027-01-31T12:00:00Z",
				before);
	if (expiring->audit_before_s > expiring->now_s)
		return complain(expiring->complaint, ERR_ARGUMENT,
				"--audit-before '%s' is yet to come", before);
	return OK;
}

static int work(struct expiring *expiring)
{
	const char *path = options_text(expiring->options, "store");
	int error = read_words(expiring);
	if (error == OK)
		error = read_table(expiring);
	if (error == OK)
		error = allowed(expiring->options, ACCESS_EXPIRE, expiring->complaint);
	/* One that is not there is not made. */
	if (error == OK)
		error = store_open(path, STORE_READ, &expiring->store, expiring->complaint);
	store_close(expiring->store);
	expiring->store = NULL;
	if (error == OK)
		error = store_open(path, STORE_WRITE, &expiring->store, expiring->complaint);
	if (error == OK)
		error = expire(expiring);
	/* A preview ends without it: all is as it was. */
	if (error == OK && !expiring->is_preview)
		error = store_commit(expiring->store, expiring->complaint);
	return error;
}

static int run(const struct options *options)
{
	struct complaint complaint = {""};
	struct expiring expiring = {
		.options = options, .complaint = &complaint, .now_s = parties_now()};
	arena_init(&expiring.arena, MESSAGE_ARENA_MAX, 0);
	arena_init(&expiring.ids, MESSAGE_ARENA_MAX, 0);
	const int error = work(&expiring);
	store_close(expiring.store);
	memory_give(expiring.cases);
	arena_release(&expiring.ids);
	arena_release(&expiring.arena);
	return error == OK ? EXIT_FINE : command_fail(options, error, &complaint);
}

static const struct option expire_options[] = {
	OPTION_PARTIES_STORE,
	OPTION_ROLES,
	{.name = "preview", .kind = OPTION_FLAG, .help = "tell what would go, and remove nothing"},
	{.name = "retention",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "how long what is kept, instead of the table that came with the program"},
	{.name = "audit-before",
	 .kind = OPTION_TEXT,
	 .argument = "TIME",
	 .help = "remove the audit's entries of before this time, too (RFC 3339)"},
};

static const struct example examples[] = {
	{"dsfi expire --preview", "what is older than the table of retention allows"},
	{"dsfi expire --retention ours", "removes it by a table of your own"},
	{"dsfi expire --audit-before 2020-01-01T00:00:00Z", "shortens the audit, too"},
};

static const struct command expire_row = {
	.name = "expire",
	.summary = "remove what need no longer be kept of cases",
	.operands = "",
	.description =
		"Removes messages of cases that have a closure and in which nobody said anything "
		"for longer than the table of retention says (catalog/retention), old notes of "
		"contacts that were tried, and what others said of contacts. What it removes is in "
		"the audit, and overwritten in the file. Copies, and what others have got, are not "
		"touched.\n\n"
		"The audit is shortened only by --audit-before. What stays is still proven: an "
		"entry names the hash of the last that went.",
	.options = expire_options,
	.option_count = sizeof(expire_options) / sizeof(expire_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.see_also = "dsfi-audit(1), dsfi-roles(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_expire(void)
{
	return &expire_row;
}
