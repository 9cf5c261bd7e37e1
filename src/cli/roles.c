/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsfi roles: who may do what. */
#include "base/json.h"
#include "base/memory.h"
#include "cli/allowed.h"
#include "cli/parties.h"
#include "cli/table.h"

#include <assert.h>
#include <stdio.h>

#define LINE_OCTETS_MAX ((size_t)64 << 10)

static void add_json(const struct allowed_files *files, const struct access_account *account,
		     struct text *text)
{
	struct json json;
	json_init(&json, text);
	json_begin_object(&json);
	json_put_text(&json, "type", "roles");
	json_put_text(&json, "account", account->name);
	json_put_bool(&json, "has_file", files->count > 0);
	json_key(&json, "roles");
	json_begin_array(&json);
	for (size_t i = 0; i < files->count; i++) {
		const char *role;
		for (size_t j = 0; (role = access_role_of(files->access[i], account, j)) != NULL;
		     j++)
			json_text(&json, role);
	}
	json_end_array(&json);
	json_key(&json, "may");
	json_begin_object(&json);
	for (unsigned i = 0; i < ACCESS_ACT_COUNT; i++)
		json_put_bool(&json, access_act_text((enum access_act)i),
			      allowed_by(files, account, (enum access_act)i, NULL));
	json_end_object(&json);
	json_end_object(&json);
	json_end_line(&json);
}

static void add_words(const struct allowed_files *files, const struct access_account *account,
		      struct text *text)
{
	const char *before = "";
	text_format(text, "%s\nroles  ", parties_shown(account->name));
	for (size_t i = 0; i < files->count; i++) {
		const char *role;
		for (size_t j = 0; (role = access_role_of(files->access[i], account, j)) != NULL;
		     j++) {
			text_format(text, "%s%s", before, parties_shown(role));
			before = ", ";
		}
	}
	text_format(text, "%s\n",
		    before[0] != '\0'  ? ""
		    : files->count > 0 ? "none"
				       : "no file gives roles: whoever can open a "
					 "store may do all");
	for (unsigned i = 0; i < ACCESS_ACT_COUNT; i++)
		text_format(text, "%-9s%s\n", access_act_text((enum access_act)i),
			    allowed_by(files, account, (enum access_act)i, NULL) ? "yes" : "no");
}

static int tell(const struct options *options, const struct allowed_files *files,
		struct allowed_account *account, struct complaint *complaint)
{
	struct text text;
	const char *name = options_operand(options, 0);
	int error = allowed_find(name, account, complaint);
	assert(files->count <= ALLOWED_FILES_MAX);
	if (error == ERR_NOT_FOUND) {
		command_note(options, "%s; it is taken for one without groups", complaint->text);
		error = OK;
	}
	if (error != OK)
		return error;
	text_init(&text, LINE_OCTETS_MAX);
	if (options_json(options))
		add_json(files, &account->account, &text);
	else
		add_words(files, &account->account, &text);
	error = text.error;
	fputs(text_get(&text), options->out);
	text_release(&text);
	return error;
}

static int run(const struct options *options)
{
	struct complaint complaint = {""};
	struct allowed_files files;
	struct allowed_account *account = memory_take(sizeof(*account));
	int error = allowed_read(options, &files, &complaint);
	if (error == OK && account == NULL)
		error = ERR_MEMORY;
	if (error == OK)
		error = tell(options, &files, account, &complaint);
	allowed_release(&files);
	memory_give(account);
	return error == OK ? EXIT_FINE : command_fail(options, error, &complaint);
}

static const struct option roles_options[] = {OPTION_ROLES};

static const struct example examples[] = {
	{"dsfi roles", "what you may do"},
	{"dsfi roles ana --roles roles.new",
	 "what ana could do by a file before it is put in place"},
};

static const struct command roles = {
	.name = "roles",
	.summary = "tell who may do what with cases and parties",
	.operands = "[ACCOUNT]",
	.description =
		"Tells which roles an account of this machine has, and whether it may read, read "
		"what is TLP:RED, write, share, close, expire. Accounts and groups get roles in "
		"/etc/dsfi/roles; without that file whoever can open a store may do all. "
		"docs/roles.md tells what each role may, and what this does not protect from.",
	.options = roles_options,
	.option_count = 1,
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_maximum = 1,
	.see_also = "dsfi-party(1), dsfi-audit(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_roles(void)
{
	return &roles;
}
