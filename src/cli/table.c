/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/table.h"

#include <assert.h>
#include <string.h>

/* One line a subcommand, in the order of help; children after their parent. */
/* clang-format off */
static const struct command *(*const table[])(void) = {
	command_scan,
	command_check,
	command_resolve,
	command_explain,
	command_report,
	command_study,
	command_merge,
	command_except,
	command_except_add,
	command_except_list,
	command_except_remove,
	command_history,
	command_changes,
	command_pivot,
	command_watch,
	command_watch_add,
	command_watch_list,
	command_watch_remove,
	command_watch_run,
	command_keys,
	command_party,
	command_party_key,
	command_party_add,
	command_party_list,
	command_party_show,
	command_party_export,
	command_party_import,
	command_party_check,
	command_party_contacts,
	command_case,
	command_case_open,
	command_case_list,
	command_case_show,
	command_case_ask,
	command_case_answer,
	command_case_acknowledge,
	command_case_request,
	command_case_act,
	command_case_note,
	command_case_dispute,
	command_case_recall,
	command_case_verify,
	command_case_close,
	command_share,
	command_receive,
	command_audit,
	command_audit_list,
	command_audit_verify,
	command_roles,
	command_expire,
	command_learn,
	command_world,
	command_world_run,
	command_world_make,
	command_world_targets,
	command_world_truth,
	command_world_score,
	command_world_check,
	command_world_hold,
	command_help,
	command_version,
	command_generate,
	command_worker,
	command_watcher,
	command_reach,
	command_parents,
	command_judge,
	command_keep,
	command_lesson,
};
/* clang-format on */

static const struct option globals[] = {
	{.name = "quiet", .letter = 'q', .kind = OPTION_FLAG, .help = "no progress and no notes"},
	{.name = "json", .kind = OPTION_FLAG, .help = "JSON Lines on standard output"},
	{.name = "no-color",
	 .kind = OPTION_FLAG,
	 .help = "no colour (as the environment variable NO_COLOR)"},
	{.name = "help", .letter = 'h', .kind = OPTION_FLAG, .help = "show this help"},
	{.name = "version", .kind = OPTION_FLAG, .help = "show the version"},
	{.name = NULL},
};

static const struct exit_row exits[] = {
	{EXIT_FINE, "done, and nothing to complain of"},
	{EXIT_FINDINGS, "findings at or above the severity asked for"},
	{EXIT_USAGE, "the command line, or a file named on it, makes no sense"},
	{EXIT_UNMEASURED, "nothing could be measured"},
	{EXIT_UNABLE, "the work could not be done: disk, permission, memory, a damaged store"},
	{EXIT_INTERRUPTED, "interrupted; what was done until then is kept"},
	{0, NULL},
};

const struct command *command_at(size_t index)
{
	return index < sizeof(table) / sizeof(table[0]) ? table[index]() : NULL;
}

static bool same_text(const char *left, const char *right)
{
	if (!left || !right)
		return left == right;
	return strcmp(left, right) == 0;
}

const struct command *command_find(const char *parent, const char *name)
{
	assert(name);
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++) {
		if (same_text(command->parent, parent) && same_text(command->name, name))
			return command;
	}
	return NULL;
}

const struct option *global_options(void)
{
	return globals;
}

bool global_option_applies(const struct command *command, const struct option *option)
{
	assert(command && option->name);
	return command->has_json || strcmp(option->name, "json") != 0;
}

const struct exit_row *exit_rows(void)
{
	return exits;
}
