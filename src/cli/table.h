/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of subcommands. One line here, one line in table.c, one file with the row and its code.
 * Rows are in the order in which help lists them; a child follows its parent.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "cli/command.h"

#include <stddef.h>

const struct command *command_generate(void);
const struct command *command_case(void);
const struct command *command_case_acknowledge(void);
const struct command *command_case_act(void);
const struct command *command_case_answer(void);
const struct command *command_case_ask(void);
const struct command *command_case_close(void);
const struct command *command_case_dispute(void);
const struct command *command_case_list(void);
const struct command *command_case_note(void);
const struct command *command_case_open(void);
const struct command *command_case_recall(void);
const struct command *command_case_request(void);
const struct command *command_case_show(void);
const struct command *command_case_verify(void);
const struct command *command_changes(void);
const struct command *command_watch(void);
const struct command *command_watch_add(void);
const struct command *command_watch_remove(void);
const struct command *command_watch_list(void);
const struct command *command_watch_run(void);
const struct command *command_watcher(void);
const struct command *command_pivot(void);
const struct command *command_check(void);
const struct command *command_resolve(void);
const struct command *command_except(void);
const struct command *command_except_add(void);
const struct command *command_except_list(void);
const struct command *command_except_remove(void);
const struct command *command_expire(void);
const struct command *command_explain(void);
const struct command *command_help(void);
const struct command *command_judge(void);
const struct command *command_keep(void);
const struct command *command_learn(void);
const struct command *command_lesson(void);
const struct command *command_merge(void);
const struct command *command_audit(void);
const struct command *command_audit_list(void);
const struct command *command_audit_verify(void);
const struct command *command_party(void);
const struct command *command_party_add(void);
const struct command *command_party_check(void);
const struct command *command_party_contacts(void);
const struct command *command_party_export(void);
const struct command *command_party_import(void);
const struct command *command_party_key(void);
const struct command *command_party_list(void);
const struct command *command_party_show(void);
const struct command *command_receive(void);
const struct command *command_reach(void);
const struct command *command_parents(void);
const struct command *command_report(void);
const struct command *command_roles(void);
const struct command *command_history(void);
const struct command *command_keys(void);
const struct command *command_scan(void);
const struct command *command_share(void);
const struct command *command_study(void);
const struct command *command_version(void);
const struct command *command_worker(void);
const struct command *command_world(void);
const struct command *command_world_check(void);
const struct command *command_world_hold(void);
const struct command *command_world_make(void);
const struct command *command_world_run(void);
const struct command *command_world_score(void);
const struct command *command_world_targets(void);
const struct command *command_world_truth(void);

/* The index-th row, NULL behind the last. */
const struct command *command_at(size_t index);
/* The row of `dsfi <parent> <name>` (parent NULL: `dsfi <name>`), or NULL. */
const struct command *command_find(const char *parent, const char *name);

/* The options that every command takes, ending with a row whose name is NULL. */
const struct option *global_options(void);
/* False for --json with a command that has none. */
bool global_option_applies(const struct command *command, const struct option *option);

/* What each exit code means, for people; ends with a row whose meaning is NULL. */
struct exit_row {
	int code;
	const char *meaning;
};
const struct exit_row *exit_rows(void);

#endif
