/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/gather.h"
#include "cli/table.h"
#include "cli/telling.h"

#include <inttypes.h>
#include <string.h>

#define NEVER_FAIL "never"

static uint8_t telling_of(const struct options *options, bool is_short)
{
	const enum telling found = is_short ? TELLING_FOUND_SHORT : TELLING_FOUND;
	const enum telling what = options_json(options) ? TELLING_FOUND_JSON : found;

	return (uint8_t)(what | (options_flag(options, "facts") ? TELLING_WITH_FACTS : 0));
}

static int run(const struct options *options)
{
	const char *fail_on = options_text(options, "fail-on");
	/* Many domains: only those with findings are shown. */
	const bool is_short = options_given(options, "targets") || options_given(options, "resume");
	const struct gather_job job = {
		.telling = telling_of(options, is_short),
		.judges = true,
		.done_word = "checked",
	};
	enum severity severity = (enum severity)0; /* never */
	struct gather_summary summary;

	if (strcmp(fail_on, NEVER_FAIL) != 0 && severity_from_text(fail_on, &severity) < 0)
		return command_usage(options, "'%s' is no severity", fail_on);
	const int code = gather_run(options, &job, &summary);

	if (code != EXIT_FINE)
		return code;
	if (is_short && !options_json(options) && !options_quiet(options))
		fprintf(options->err, "%" PRIu64 " of %" PRIu64 " domains without a finding\n",
			summary.sound, summary.domains);
	return severity && summary.worst >= severity ? EXIT_FINDINGS : EXIT_FINE;
}

static const struct option check_options[] = {
	{.name = "fail-on",
	 .kind = OPTION_CHOICE,
	 .argument = "SEVERITY",
	 .fallback = "warning",
	 .choices = "info|notice|warning|error|critical|" NEVER_FAIL,
	 .help = "exit with 1 when a finding is at least this bad"},
	{.name = "facts",
	 .kind = OPTION_FLAG,
	 .help = "also say what each domain shows: signed, DMARC, IPv6, ..., sound or not"},
	GATHER_OPTION_ROWS,
};

static const struct example examples[] = {
	{"dsfi check example.com", "looks at one domain and says what is wrong with it"},
	{"dsfi check --targets domains --store tld.sqlite",
	 "checks a list, keeps what was seen, goes on with --resume when interrupted"},
	{"dsfi check --targets - --json --fail-on never < domains > findings.jsonl",
	 "findings as JSON Lines, for other programs"},
	{"dsfi check --profile full --facts example.com", "says also what the domain has adopted"},
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
		"Zone transfers, recursion and updates are tried with --own only, since nobody but "
		"the owner of a domain can agree to that: an empty UPDATE that changes nothing, "
		"a transfer, a question with RD for the root. A zone that is transferred is "
		"compared with its ZONEMD record, up to 100,000 records or 8 MiB, and not kept. "
		"With --profile full, --own also tries DoH where no name server announces it. "
		"With --targets it must be confirmed by --own-targets. With --tsig-key name "
		"servers are also asked for the zone's changes since its current version (IXFR), "
		"signed by that key, under its own algorithm, hmac-md5 and hmac-sha1 (RFC 8945). "
		"The key is sent nowhere and kept nowhere; its file must be yours or root's, of "
		"mode 0600.\n\n"
		"With --connect also third parties' servers are connected to: up to ten mail "
		"servers of a domain on port 25, for EHLO, STARTTLS and QUIT; on port 443 its web "
		"servers that have TLSA records, and the host of its MTA-STS policy, for that one "
		"file. Two addresses of each family are tried. There is one connection at a time "
		"to an address and a second between two, once for all domains that have the server "
		"in common; a minute is the longest that one takes. --opt-out holds for these "
		"addresses, too, and private addresses are left out. Certificates are held against "
		"TLSA records and the authorities of --ca-file.\n\n"
		"With --json there is one line a finding (\"type\": \"finding\") and one a domain "
		"(\"type\": \"domain\"), which names the checks that could not be made, and "
		"those that the look was not for. With a --profile that has practices there is "
		"one line a practice before it (\"type\": \"practice\").\n\n"
		"With --facts the line of the domain says of each fact whether it is present, "
		"absent or unknown: what the domain has published and its servers speak, whether "
		"or not anything is wrong with it. Where several servers could show it, the worst "
		"one that answers decides; what was not asked for (--profile, --own, --connect, "
		"--routes) is unknown.\n\n"
		"With --routes, and --vrps or --rtr, it is also said by which routes name servers "
		"and mail hosts are reached, and whether ROAs allow them.",
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
