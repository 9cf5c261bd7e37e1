/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "cli/gather.h"
#include "cli/table.h"
#include "dns/wire/name.h"

#include <string.h>

/* One observation as JSON: four times its octets in hexadecimal and text around them. */
#define JSON_OCTETS_MAX ((size_t)64 << 20)

struct scan_output {
	const struct options *options;
	struct text text;
};

static int put_json(struct scan_output *output, const struct observation *observation)
{
	struct json json;
	text_reset(&output->text);
	json_init(&json, &output->text);
	int error = observation_to_json(observation, &json);
	if (error != OK)
		return error;
	json_end_line(&json);
	if (output->text.error != OK)
		return output->text.error;
	fwrite(text_get(&output->text), 1, output->text.length, output->options->out);
	return OK;
}

/* A line for a person: what there is, not whether it is right; that is `dsfi check`. */
static void put_line(const struct scan_output *output, const struct observation *observation)
{
	char name[NAME_TEXT_MAX], parent[NAME_TEXT_MAX];
	FILE *out = output->options->out;
	unsigned answered = 0, asked = 0;
	fprintf(out, "%s ", name_to_text(observation->domain, name));
	if (observation->not_measured != NULL) {
		fprintf(out, "not measured: %s\n", observation->not_measured);
		return;
	}
	for (unsigned i = 0; i < observation->exchange_count; i++)
		answered += observation->exchanges[i].outcome == OUTCOME_ANSWER;
	for (unsigned i = 0; i < observation->server_count; i++)
		asked += observation->servers[i].asked;
	if (observation->parent != NULL)
		fprintf(out, "%s at %s", delegation_text(observation->delegation),
			name_to_text(observation->parent, parent));
	else
		fputs(delegation_text(observation->delegation), out);
	fprintf(out, ", %u name servers, %u of %u addresses asked, %u of %u questions answered\n",
		observation->host_count, asked, observation->server_count, answered,
		observation->exchange_count);
}

static int take(void *context, const struct gathered *gathered, struct gather_verdict *ret_verdict)
{
	struct scan_output *output = context;
	bool is_kept = options_text(output->options, "store") != NULL;
	if (options_json(output->options)) {
		int error = put_json(output, gathered->observation);
		if (error != OK)
			return error;
	} else if (!is_kept) {
		put_line(output, gathered->observation);
	}
	/* A look without its findings would end in the store those of the look before. */
	return is_kept ? gather_judge(gathered, ret_verdict) : OK;
}

static int run(const struct options *options)
{
	struct scan_output output = {.options = options};
	const struct gather_job job = {.take = take, .context = &output, .done_word = "scanned"};
	struct gather_summary summary;
	text_init(&output.text, JSON_OCTETS_MAX);
	int code = gather_run(options, &job, &summary);
	text_release(&output.text);
	return code;
}

static const struct option scan_options[] = {GATHER_OPTION_ROWS};

static const struct example examples[] = {
	{"dsfi scan example.com", "looks at one domain and says what there is"},
	{"dsfi scan --targets domains.txt --store night.sqlite",
	 "looks at all domains of a list and keeps what was seen"},
	{"dsfi scan --targets domains.txt --store night.sqlite --resume",
	 "goes on where an interrupted scan stopped"},
	{"dsfi world run small.world -- dsfi scan --json broken.tld",
	 "looks at a domain of a miniature Internet, every packet as JSON"},
};

static const struct command scan = {
	.name = "scan",
	.summary = "look at domains and keep what is seen",
	.operands = "[DOMAIN...]",
	.description =
		"Asks, from the root down, who the domain's parent is, what the parent says of it, "
		"which addresses its name servers have, and then each address what it serves and "
		"how; verifies every signature; and keeps all answers as they were received. "
		"What is wrong with a domain is not said here: that is 'dsfi check'.\n\n"
		"Domains come from the command line, from a list, or both, and are looked at in "
		"random order, thousands at a time, by one process a core. No server address is "
		"asked more than --per-server questions a second, less when it shows signs of "
		"trouble; identical questions are asked once.\n\n"
		"With --store the observations are kept, with their findings for 'dsfi report' and "
		"'dsfi history'; what was kept survives an interruption, and --resume goes on. "
		"With --json each is printed as one line. Without either, one line for people says "
		"what there is.",
	.options = scan_options,
	.option_count = sizeof(scan_options) / sizeof(scan_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_maximum = OPERANDS_MANY,
	.exit_note = "3 when the parent zone of not one of the domains could be asked, or the "
		     "network was lost and did not come back.",
	.see_also = "dsfi-check(1), dsfi-history(1), dsfi-world(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_scan(void)
{
	return &scan;
}
