/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/gather.h"
#include "cli/table.h"
#include "cli/telling.h"

static int run(const struct options *options)
{
	const bool is_kept = options_text(options, "store") != NULL;
	enum telling telling = is_kept ? TELLING_NOTHING : TELLING_SEEN;
	if (options_json(options))
		telling = TELLING_SEEN_JSON;
	const struct gather_job job = {
		.telling = (uint8_t)telling,
		/* A look without its findings would end in the store those of the look before. */
		.judges = is_kept,
		.done_word = "scanned",
	};
	struct gather_summary summary;
	return gather_run(options, &job, &summary);
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
