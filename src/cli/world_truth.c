/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"
#include "cli/gather.h"
#include "cli/table.h"
#include "dns/wire/name.h"
#include "judge/check/check.h"
#include "world/score.h"
#include "world/true_facts.h"
#include "world/truth.h"

#include <limits.h>
#include <string.h>

/* Every pair of a million domains, twice. */
#define LIST_OCTETS_MAX ((size_t)512 * 1024 * 1024)
/* One domain with all of its codes. */
#define LINE_OCTETS_MAX ((size_t)64 * 1024)

/* A code that no check has is a mistake of the world's, and counts. */
static bool is_sought(void *context, const char *code)
{
	const unsigned *needs = context;
	const struct check *check = check_by_code(code);
	return check == NULL || (check->needs & ~*needs) == 0;
}

/* What is to be printed, and where. */
struct telling_truth {
	const struct options *options;
	unsigned needs; /* of the audit that would find it */
};

static unsigned needs_of(const struct options *options)
{
	const char *profile = options_text(options, "profile");
	return strcmp(profile, "all") == 0 ? UINT_MAX : profile_needs(profile) | NEED_ROUTES;
}

static int print_text(void *context, const uint8_t *domain, const char *const *codes, size_t count)
{
	struct telling_truth *telling = context;
	char text[NAME_TEXT_MAX];
	name_to_text(domain, text);
	for (size_t i = 0; i < count; i++)
		if (is_sought(&telling->needs, codes[i]))
			fprintf(telling->options->out, "%s %s\n", text, codes[i]);
	return 0;
}

static int print_json(void *context, const uint8_t *domain, const char *const *codes, size_t count)
{
	struct telling_truth *telling = context;
	char name[NAME_TEXT_MAX];
	struct text line;
	struct json json;
	text_init(&line, LINE_OCTETS_MAX);
	json_init(&json, &line);
	json_begin_object(&json);
	json_put_text(&json, "type", "truth");
	json_put_text(&json, "domain", name_to_text(domain, name));
	json_key(&json, "codes");
	json_begin_array(&json);
	for (size_t i = 0; i < count; i++)
		if (is_sought(&telling->needs, codes[i]))
			json_text(&json, codes[i]);
	json_end_array(&json);
	json_end_object(&json);
	json_end_line(&json);
	int error = line.error;
	fputs(text_get(&line), telling->options->out);
	text_release(&line);
	return error;
}

/* ---- what each domain has ---- */

static const char *state_word(enum true_state state)
{
	static const char *const states[] = {
		[STATE_UNTOLD] = "untold", [STATE_ABSENT] = "absent", [STATE_PRESENT] = "present"};
	return states[state];
}

/* "example.zan. lark.zan operator: signed cds mail" */
static int print_facts(void *context, const struct true_facts *facts)
{
	const struct telling_truth *telling = context;
	char text[NAME_TEXT_MAX];
	fprintf(telling->options->out, "%s %s %s:", name_to_text(facts->domain, text),
		facts->dns_operator, served_by_word(facts->served_by));
	for (enum true_fact i = 0; i < TRUE_COUNT; i++)
		if (facts->states[i] == STATE_PRESENT)
			fprintf(telling->options->out, " %s", true_fact_word(i));
	fputs("\n", telling->options->out);
	return 0;
}

static int print_facts_json(void *context, const struct true_facts *facts)
{
	const struct telling_truth *telling = context;
	char name[NAME_TEXT_MAX];
	struct text line;
	struct json json;
	text_init(&line, LINE_OCTETS_MAX);
	json_init(&json, &line);
	json_begin_object(&json);
	json_put_text(&json, "type", "true-facts");
	json_put_text(&json, "domain", name_to_text(facts->domain, name));
	json_put_text(&json, "tld", name_to_text(facts->tld, name));
	json_put_text(&json, "operator", facts->dns_operator);
	json_put_text(&json, "served_by", served_by_word(facts->served_by));
	json_key(&json, "facts");
	json_begin_object(&json);
	for (enum true_fact i = 0; i < TRUE_COUNT; i++)
		json_put_text(&json, true_fact_word(i), state_word(facts->states[i]));
	json_end_object(&json);
	json_end_object(&json);
	json_end_line(&json);
	const int error = line.error;
	fputs(text_get(&line), telling->options->out);
	text_release(&line);
	return error;
}

static int tell_truth(const struct world *world, struct telling_truth *telling)
{
	const bool is_json = options_json(telling->options);
	if (options_flag(telling->options, "facts"))
		return world_true_facts(world, is_json ? print_facts_json : print_facts, telling);
	return world_truth(world, is_json ? print_json : print_text, telling);
}

static int run_truth(const struct options *options)
{
	struct world *world;
	struct complaint complaint = {""};
	int error = world_load(options_operand(options, 0), NULL, &complaint, &world);
	if (error)
		return command_fail(options, error, &complaint);
	struct telling_truth telling = {.options = options, .needs = needs_of(options)};
	error = tell_truth(world, &telling);
	world_free(world);
	return error ? command_fail(options, error, NULL) : EXIT_FINE;
}

static const struct example truth_examples[] = {
	{"dsfi world truth my.world", "prints one domain and code a line"},
	{"dsfi world truth --json my.world", "prints one domain with all its codes a line"},
	{"dsfi world truth --facts --json my.world",
	 "prints of each domain whose servers it has and what it has adopted"},
};

static const struct option truth_options[] = {
	{.name = "profile",
	 .kind = OPTION_CHOICE,
	 .argument = "PROFILE",
	 .fallback = "all",
	 .choices = "all|default|delegation|dnssec|full",
	 .help = "only what an audit with this profile looks for"},
	{.name = "facts",
	 .kind = OPTION_FLAG,
	 .help = "what each domain has instead: signed, DMARC, IPv6, ..., and whose servers"},
};

static const struct command truth = {
	.name = "truth",
	.parent = "world",
	.summary = "print what a correct audit of a world finds",
	.operands = "FILE",
	.description =
		"Prints, for each domain of a world, the codes of the findings that a correct "
		"audit gives: computed from what the file says is broken and from which servers "
		"can "
		"be reached, not by any check. With --json also the domains without a finding.\n\n"
		"With --facts there is one line a domain: its operator, whether its name servers "
		"are called by the operator's names, by names below the domain (white-label), or "
		"are its own, and which facts hold of it, by the names that `dsfi check --facts` "
		"has. It is read from what the servers will serve; silent ones count as if they "
		"answered. Of domains with a fault, or with servers that misbehave otherwise, "
		"nothing is told (with --json: \"untold\").",
	.options = truth_options,
	.option_count = sizeof(truth_options) / sizeof(truth_options[0]),
	.examples = truth_examples,
	.example_count = sizeof(truth_examples) / sizeof(truth_examples[0]),
	.operands_minimum = 1,
	.operands_maximum = 1,
	.see_also = "dsfi-world-score(1), dsfi-explain(1)",
	.has_json = true,
	.run = run_truth,
};

const struct command *command_world_truth(void)
{
	return &truth;
}

static int run_score(const struct options *options)
{
	struct world *world;
	struct complaint complaint = {""};
	int error = world_load(options_operand(options, 0), NULL, &complaint, &world);
	if (error)
		return command_fail(options, error, &complaint);
	struct text list;
	struct world_score score;
	text_init(&list, LIST_OCTETS_MAX);
	/* Where the truth speaks of routes, whoever runs in the world is given them. */
	unsigned needs = options_needs(options) | NEED_ROUTES |
			 (options_flag(options, "tsig") ? NEED_TSIG : 0u);
	const struct world_audit audit = {
		.path = options_operand(options, 1), .is_sought = is_sought, .context = &needs};
	error = world_score(world, &audit, &list, &complaint, &score);
	if (!error) {
		fprintf(options->out, "missing %zu, extra %zu\n", score.missing, score.extra);
		fputs(text_get(&list), options->out);
	}
	text_release(&list);
	world_free(world);
	if (error)
		return command_fail(options, error, &complaint);
	return score.missing + score.extra > 0 ? EXIT_FINDINGS : EXIT_FINE;
}

static const struct example score_examples[] = {
	{"dsfi world run W -- sh -c 'dsfi world targets W | dsfi check --targets - --json' | "
	 "dsfi world "
	 "score W -",
	 "audits a world and compares the outcome with its truth"},
};

static const struct option score_options[] = {
	OPTION_PROFILE,
	OPTION_CONNECT,
	OPTION_LOGINS,
	{.name = "own", .kind = OPTION_FLAG, .help = "the audit was made with --own"},
	{.name = "tsig",
	 .kind = OPTION_FLAG,
	 .help = "the audit was made with --tsig-key, of the world's key"},
};

static const struct command score_command = {
	.name = "score",
	.parent = "world",
	.summary = "compare an audit of a world with its truth",
	.operands = "FILE FINDINGS",
	.description =
		"Reads the findings of `dsfi check --json` (- for standard input) and compares "
		"the pairs of "
		"domain and code in them with those that `dsfi world truth` gives. Prints how "
		"many are "
		"missing and how many are too many, then each of them. What the audit's profile "
		"does not look for does not count, nor what only --own, --tsig-key or --connect "
		"do.",
	.options = score_options,
	.option_count = sizeof(score_options) / sizeof(score_options[0]),
	.examples = score_examples,
	.example_count = sizeof(score_examples) / sizeof(score_examples[0]),
	.operands_minimum = 2,
	.operands_maximum = 2,
	.exit_note = "0 when nothing is missing and nothing is too many, 1 otherwise.",
	.see_also = "dsfi-world-truth(1), dsfi-check(1)",
	.run = run_score,
};

const struct command *command_world_score(void)
{
	return &score_command;
}
