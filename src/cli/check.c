/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"
#include "cli/gather.h"
#include "cli/table.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* One domain's output: at most VERDICTS_MAX findings of a few KiB. */
#define OUTPUT_OCTETS_MAX ((size_t)64 << 20)
#define NEVER_FAIL "never"

struct check_run {
	const struct options *options;
	struct text text;
	enum severity fail_on; /* 0: never */
	bool has_failed;
	bool is_short; /* many domains: only those with findings are shown */
	uint64_t sound;
};

static const struct {
	const char *color;
	const char *shape;
} marks[] = {
	[0] = {"\033[32m", "✓"},
	[SEVERITY_INFO] = {"\033[2m", "·"},
	[SEVERITY_NOTICE] = {"\033[36m", "·"},
	[SEVERITY_WARNING] = {"\033[33m", "!"},
	[SEVERITY_ERROR] = {"\033[31m", "✗"},
	[SEVERITY_CRITICAL] = {"\033[1;31m", "✗"},
};
static_assert(sizeof(marks) / sizeof(marks[0]) == SEVERITY_CRITICAL + 1, "a mark a severity");

static void put_json(struct check_run *run, const struct observation *observation,
		     const struct gather_verdict *verdict)
{
	char domain[NAME_TEXT_MAX];
	struct json json;

	json_init(&json, &run->text);
	for (size_t i = 0; i < verdict->finding_count; i++) {
		finding_to_json(&verdict->findings[i], &json);
		json_end_line(&json);
	}
	json_begin_object(&json);
	json_put_text(&json, "type", "domain");
	json_put_text(&json, "domain", name_to_text(observation->domain, domain));
	json_put_text(&json, "delegation",
		      delegation_text((enum delegation)observation->delegation));
	json_put_number(&json, "findings", (int64_t)verdict->finding_count);
	json_key(&json, "not_measured");
	json_begin_array(&json);
	for (size_t i = 0; i < verdict->not_measured_count; i++)
		json_text(&json, verdict->not_measured[i]);
	json_end_array(&json);
	if (observation->not_measured)
		json_put_text(&json, "reason", observation->not_measured);
	json_end_object(&json);
	json_end_line(&json);
}

/* What else the finding's evidence says, and where it is told how to mend it. */
static void put_details(struct check_run *run, const struct finding *finding)
{
	for (uint8_t i = 0; i < finding->evidence_count; i++) {
		const struct finding_evidence *evidence = &finding->evidence[i];

		text_format(&run->text, "      seen: %s at %s: %s\n", evidence->question,
			    evidence->server ? evidence->server : "the parent", evidence->answer);
	}
	text_format(&run->text, "      mend: dsfi explain %s (for the %s; %s)\n", finding->code,
		    party_text(finding->party), finding->reference);
}

/* Findings of one code, one after the other: told once, with the other places named. Returns how
 * many they were. */
static size_t put_findings(struct check_run *run, const struct finding *findings, size_t count,
			   bool color)
{
	const struct finding *first = &findings[0];
	struct text *text = &run->text;
	size_t same = 1;

	text_format(text, "  %s%s %-9s%s %s\n      %s.\n",
		    color ? marks[first->severity].color : "", marks[first->severity].shape,
		    severity_text(first->severity), color ? "\033[0m" : "", first->code,
		    first->sentence);
	for (; same < count && strcmp(findings[same].code, first->code) == 0; same++) {
		if (!findings[same].server)
			text_format(text, "      %s.\n", findings[same].sentence);
		else
			text_format(text, "%s%s", same == 1 ? "      also at " : ", ",
				    findings[same].server);
	}
	if (same > 1 && findings[same - 1].server)
		text_add_char(text, '\n');
	if (!run->is_short)
		put_details(run, first);
	return same;
}

static void put_plain(struct check_run *run, const struct observation *observation,
		      const struct gather_verdict *verdict)
{
	const bool color = options_color(run->options, run->options->out);
	char domain[NAME_TEXT_MAX];
	enum severity worst = (enum severity)0;

	for (size_t i = 0; i < verdict->finding_count; i++)
		if (verdict->findings[i].severity > worst)
			worst = verdict->findings[i].severity;
	name_to_text(observation->domain, domain);
	if (verdict->finding_count == 0 && verdict->not_measured_count == 0) {
		run->sound++;
		if (!run->is_short)
			text_format(&run->text, "%s%s %s%s: nothing found\n",
				    color ? marks[0].color : "", marks[0].shape, domain,
				    color ? "\033[0m" : "");
		return;
	}
	if (observation->delegation == DELEGATION_UNKNOWN || observation->not_measured) {
		text_format(&run->text, "– %s: not measured (%s)\n", domain,
			    observation->not_measured ? observation->not_measured
						      : "its parent zone did not answer");
		return;
	}
	if (verdict->finding_count == 0) {
		text_format(&run->text, "– %s: nothing found, but %zu check%s could not be made\n",
			    domain, verdict->not_measured_count,
			    verdict->not_measured_count == 1 ? "" : "s");
		return;
	}
	text_format(&run->text, "%s%s %s%s: %zu finding%s\n", color ? marks[worst].color : "",
		    marks[worst].shape, domain, color ? "\033[0m" : "", verdict->finding_count,
		    verdict->finding_count == 1 ? "" : "s");
	for (size_t i = 0; i < verdict->finding_count;)
		i += put_findings(run, &verdict->findings[i], verdict->finding_count - i, color);
	if (verdict->not_measured_count > 0)
		text_format(&run->text, "  – %zu checks could not be made\n",
			    verdict->not_measured_count);
}

static int take(void *context, const struct gathered *gathered, struct gather_verdict *ret_verdict)
{
	struct check_run *run = context;
	const struct observation *observation = gathered->observation;
	const int result = gather_judge(gathered, ret_verdict);

	if (result < 0)
		return result;
	for (size_t i = 0; i < ret_verdict->finding_count; i++)
		run->has_failed |=
			run->fail_on && ret_verdict->findings[i].severity >= run->fail_on;
	text_reset(&run->text);
	if (options_json(run->options))
		put_json(run, observation, ret_verdict);
	else
		put_plain(run, observation, ret_verdict);
	if (run->text.error < 0)
		return run->text.error;
	fwrite(text_get(&run->text), 1, run->text.length, run->options->out);
	return OK;
}

static int run(const struct options *options)
{
	const char *fail_on = options_text(options, "fail-on");
	struct check_run run = {
		.options = options,
		.is_short = options_given(options, "targets") || options_given(options, "resume"),
	};
	const struct gather_job job = {.take = take, .context = &run, .done_word = "checked"};
	struct gather_summary summary;

	if (strcmp(fail_on, NEVER_FAIL) != 0 && severity_from_text(fail_on, &run.fail_on) < 0)
		return command_usage(options, "'%s' is no severity", fail_on);
	text_init(&run.text, OUTPUT_OCTETS_MAX);
	const int code = gather_run(options, &job, &summary);

	text_release(&run.text);
	if (code != EXIT_FINE)
		return code;
	if (run.is_short && !options_json(options) && !options_quiet(options))
		fprintf(options->err, "%" PRIu64 " of %" PRIu64 " domains without a finding\n",
			run.sound, summary.domains);
	return run.has_failed ? EXIT_FINDINGS : EXIT_FINE;
}

static const struct option check_options[] = {
	{.name = "fail-on",
	 .kind = OPTION_CHOICE,
	 .argument = "SEVERITY",
	 .fallback = "warning",
	 .choices = "info|notice|warning|error|critical|" NEVER_FAIL,
	 .help = "exit with 1 when a finding is at least this bad"},
	GATHER_OPTION_ROWS,
};

static const struct example examples[] = {
	{"dsfi check example.com", "looks at one domain and says what is wrong with it"},
	{"dsfi check --targets domains --store tld.sqlite",
	 "checks a list, keeps what was seen, goes on with --resume when interrupted"},
	{"dsfi check --targets - --json --fail-on never < domains > findings.jsonl",
	 "findings as JSON Lines, for other programs"},
};

static const struct command check = {
	.name = "check",
	.summary = "scan domains and judge what was seen",
	.operands = "[DOMAIN...]",
	.description =
		"Looks at each domain as `dsfi scan` does and judges the observation by every "
		"check of the catalogue (dsfi explain). A finding says what is wrong in one "
		"sentence with the values in it, what was seen, who can act and how to mend it. "
		"What could not be measured is said, and is neither passed nor failed.\n\n"
		"With --json there is one line a finding (\"type\": \"finding\") and one a domain "
		"(\"type\": \"domain\"), which names the checks that could not be made.",
	.options = check_options,
	.option_count = sizeof(check_options) / sizeof(check_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_maximum = OPERANDS_MANY,
	.exit_note =
		"A name server that does not answer is a finding; 3 means that not one parent zone "
		"answered.",
	.see_also = "dsfi-scan(1), dsfi-explain(1), dsfi-report(1), dsfi-history(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_check(void)
{
	return &check;
}
