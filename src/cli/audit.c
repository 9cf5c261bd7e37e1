/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/audit.h"

#include "base/json.h"
#include "cli/allowed.h"
#include "cli/parties.h"
#include "cli/table.h"

#include <assert.h>
#include <string.h>

static const struct command audit = {
	.name = "audit",
	.summary = "who did and read what",
	.operands = "",
	.description =
		"The store notes who imported a party, who shared or closed a case, who read what "
		"was marked TLP:RED. Each entry is bound to all before it, so that none can be "
		"changed, or taken out from between others, unnoticed; that the last are there is "
		"proven to who has the head of then ('dsfi audit verify --head').",
	.see_also = "dsfi-audit-list(1), dsfi-audit-verify(1)",
};

const struct command *command_audit(void)
{
	return &audit;
}

struct reading {
	const struct options *options;
	FILE *out; /* NULL: nothing is listed */
	int64_t count, first, last;
	char head[2 * AUDIT_HASH_OCTETS + 1];
	const char *wanted; /* a head noted earlier, or NULL */
	bool has_wanted;
};

static int tell_json(const struct reading *reading, const struct store_audit *entry)
{
	struct text line;
	struct json json;
	char time[TIME_TEXT_MAX];
	text_init(&line, (size_t)1 << 20);
	json_init(&json, &line);
	time_to_text(entry->time_s, time);
	json_begin_object(&json);
	json_put_text(&json, "type", "audit");
	json_put_number(&json, "entry", entry->id);
	json_put_text(&json, "time", time);
	json_put_text(&json, "who", entry->who);
	json_put_text(&json, "act", entry->act);
	json_put_text(&json, "subject", entry->subject);
	json_put_text(&json, "detail", entry->detail);
	json_put_text(&json, "hash", reading->head);
	json_end_object(&json);
	json_end_line(&json);
	fputs(text_get(&line), reading->out);
	const int error = line.error;
	text_release(&line);
	return error;
}

static int take_entry(void *context, const struct store_audit *entry)
{
	struct reading *reading = context;
	char time[TIME_TEXT_MAX];
	const int error = hex_from_octets(entry->hash, AUDIT_HASH_OCTETS, reading->head,
					  sizeof(reading->head));
	assert(error == OK && (reading->count == 0 || entry->id == reading->last + 1));
	if (reading->count++ == 0)
		reading->first = entry->id;
	reading->last = entry->id;
	/* The head at which it was shortened is in the entry that tells so. */
	if (reading->wanted != NULL && (strcmp(reading->wanted, reading->head) == 0 ||
					(strcmp(entry->act, AUDIT_EXPIRED) == 0 &&
					 strcmp(reading->wanted, entry->subject) == 0)))
		reading->has_wanted = true;
	if (reading->out == NULL)
		return OK;
	if (options_json(reading->options))
		return tell_json(reading, entry);
	time_to_text(entry->time_s, time);
	fprintf(reading->out, "%6lld  %s  %s: %s %s%s%s\n", (long long)entry->id, time,
		parties_shown(entry->who), parties_shown(entry->act), parties_shown(entry->subject),
		entry->detail[0] == '\0' ? "" : ": ", parties_shown(entry->detail));
	return OK;
}

static int read_audit(struct reading *reading, struct complaint *complaint)
{
	struct store *store = NULL;
	int error = allowed(reading->options, ACCESS_READ, complaint);
	if (error == OK)
		error = store_open(options_text(reading->options, "store"), STORE_READ, &store,
				   complaint);
	if (error == OK)
		error = store_audits(store, take_entry, reading, complaint);
	store_close(store);
	return error;
}

static int run_list(const struct options *options)
{
	struct complaint complaint = {""};
	struct reading reading = {.options = options, .out = options->out};
	const int error = read_audit(&reading, &complaint);
	return error == OK ? EXIT_FINE : command_fail(options, error, &complaint);
}

static int run_verify(const struct options *options)
{
	struct complaint complaint = {""};
	struct reading reading = {.options = options, .wanted = options_text(options, "head")};
	if (reading.wanted != NULL &&
	    (strlen(reading.wanted) != 2 * (size_t)AUDIT_HASH_OCTETS ||
	     strspn(reading.wanted, "0123456789abcdef") != 2 * (size_t)AUDIT_HASH_OCTETS))
		return command_usage(options,
				     "--head '%s' is no head: 64 hexadecimal digits, as "
				     "this command prints them",
				     reading.wanted);
	int error = read_audit(&reading, &complaint);
	if (error == OK && reading.wanted != NULL && !reading.has_wanted)
		error = complain(
			&complaint, ERR_DAMAGED,
			"the audit does not have the head '%s': entries were taken out, or "
			"it is another audit; compare with a copy",
			reading.wanted);
	if (error != OK)
		return command_fail(options, error, &complaint);
	fprintf(options->out, "%lld entries, each follows from those before; head %s\n",
		(long long)reading.count, reading.count == 0 ? "none" : reading.head);
	if (reading.first > 1)
		fprintf(options->out, "%lld older ones were removed, as an entry tells\n",
			(long long)reading.first - 1);
	return EXIT_FINE;
}

static const struct option list_options[] = {OPTION_PARTIES_STORE, OPTION_ROLES};
static const struct example list_examples[] = {
	{"dsfi audit list", "one line an entry, oldest first"},
};
static const struct command list = {
	.name = "list",
	.parent = "audit",
	.summary = "list who did and read what",
	.operands = "",
	.description = "One line an entry, oldest first: when, who, what, of what.",
	.options = list_options,
	.option_count = 2,
	.examples = list_examples,
	.example_count = 1,
	.see_also = "dsfi-audit-verify(1)",
	.has_json = true,
	.run = run_list,
};

const struct command *command_audit_list(void)
{
	return &list;
}

static const struct option verify_options[] = {
	OPTION_PARTIES_STORE,
	OPTION_ROLES,
	{.name = "head",
	 .kind = OPTION_TEXT,
	 .argument = "HASH",
	 .help = "a head that was noted earlier, which must be in it"},
};
static const struct example verify_examples[] = {
	{"dsfi audit verify", "prints the head; note it somewhere else"},
	{"dsfi audit verify --head HASH", "nothing up to there was changed or taken out"},
};
static const struct command verify = {
	.name = "verify",
	.parent = "audit",
	.summary = "prove that no entry was changed or taken out",
	.operands = "",
	.description =
		"Computes every entry's hash anew and prints the newest one, the head. The list "
		"alone cannot show that its end is missing, nor that all of it was written anew: "
		"for that, note the head elsewhere from time to time, and give it with --head.",
	.options = verify_options,
	.option_count = 3,
	.examples = verify_examples,
	.example_count = 2,
	.exit_note = "4: an entry does not follow, or the head is not there",
	.see_also = "dsfi-audit-list(1)",
	.run = run_verify,
};

const struct command *command_audit_verify(void)
{
	return &verify;
}
