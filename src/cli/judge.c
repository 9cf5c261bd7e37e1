/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/table.h"
#include "cli/telling.h"
#include "daemon/judge_process.h"
#include "judge/check/profile.h"

/* NULL: it has none, or there is no such profile. */
static const struct profile *profile_with_card(const char *name)
{
	const struct profile *profile = profile_by_name(name);
	return profile != NULL && profile->has_card ? profile : NULL;
}

static int tell(const struct wire_judging *settings, const struct observation *observation,
		const struct judgement *judgement, struct text *text)
{
	const uint8_t telling = settings->telling;
	const bool has_color = (telling & TELLING_IN_COLOR) != 0;
	const unsigned what = telling & ~(TELLING_IN_COLOR | TELLING_WITH_FACTS);
	const struct found_style style = {
		.is_short = what == TELLING_FOUND_SHORT,
		.has_color = has_color,
		.with_facts = (telling & TELLING_WITH_FACTS) != 0,
		.profile = profile_with_card(settings->profile),
	};
	switch ((enum telling)what) {
	case TELLING_NOTHING:
		return OK;
	case TELLING_SEEN:
		tell_seen(observation, text);
		return OK;
	case TELLING_SEEN_JSON:
		return tell_seen_json(observation, text);
	case TELLING_FOUND:
	case TELLING_FOUND_SHORT:
		tell_found(observation, judgement, &style, text);
		return OK;
	case TELLING_FOUND_JSON:
		tell_found_json(observation, judgement, &style, text);
		return OK;
	}
	return ERR_FORMAT;
}

static int run(const struct options *options)
{
	(void)options;
	return judge_process_main(tell);
}

static const struct command judge = {
	.name = JUDGE_SUBCOMMAND,
	.summary = "judge what a scan has seen; started by it, not by people",
	.operands = "",
	.description = "Serves the channel that 'dsfi scan' and 'dsfi check' hand to it.",
	.hidden = true,
	.run = run,
};

const struct command *command_judge(void)
{
	return &judge;
}
