/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/man.h"

#include "cli/help.h"
#include "cli/parse.h"
#include "cli/table.h"

#include <assert.h>
#include <string.h>

/* Text that scdoc takes as it is: what it reads as markup gets a backslash. */
static void print_plain(FILE *out, const char *text)
{
	bool line_start = true;
	for (const char *next = text; *next; next++) {
		bool is_block = line_start && strchr("#|[]-.;`", *next);
		if (is_block || strchr("_*\\<>~", *next))
			fputc('\\', out);
		fputc(*next, out);
		line_start = *next == '\n';
	}
}

void man_name(const struct command *command, char *ret_name, size_t size)
{
	char title[COMMAND_TITLE_MAX];
	command_title(command, title);
	assert(strlen(title) < size);
	for (char *letter = title; *letter; letter++) {
		if (*letter == ' ')
			*letter = '-';
	}
	memcpy(ret_name, title, strlen(title) + 1);
}

static void print_option(FILE *out, const struct option *option)
{
	if (option->letter)
		fprintf(out, "*-%c*, ", option->letter);
	fprintf(out, "*--%s*", option->name);
	if (option->argument)
		fprintf(out, " _%s_", option->argument);
	fputs("\n\t", out);
	print_plain(out, option->help);
	if (option->choices) {
		fputs(": ", out);
		print_plain(out, option->choices);
	}
	if (option->kind == OPTION_LIST)
		fputs("; may be repeated", out);
	if (option->fallback) {
		fputs("; default ", out);
		print_plain(out, option->fallback);
	}
	fputs(".\n\n", out);
}

static void print_options(FILE *out, const struct command *command)
{
	fputs("# OPTIONS\n\n", out);
	for (size_t i = 0; command && i < command->option_count; i++)
		print_option(out, &command->options[i]);
	for (const struct option *option = global_options(); option->name; option++) {
		if (!command || global_option_applies(command, option))
			print_option(out, option);
	}
}

static void print_exit_status(FILE *out, const struct command *command)
{
	fputs("# EXIT STATUS\n\n", out);
	for (const struct exit_row *row = exit_rows(); row->meaning; row++)
		fprintf(out, "*%d*\n\t%s.\n\n", row->code, row->meaning);
	if (command && command->exit_note) {
		print_plain(out, command->exit_note);
		fputs(".\n\n", out);
	}
}

static void print_children(FILE *out, const char *parent)
{
	fputs("# COMMANDS\n\n", out);
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++) {
		bool is_child = !parent || (command->parent && !strcmp(command->parent, parent));
		if (!is_child || command->hidden || !command->run)
			continue;
		char name[COMMAND_TITLE_MAX];
		man_name(command, name, sizeof(name));
		fprintf(out, "*%s*(1)\n\t", name);
		print_plain(out, command->summary);
		fputs(".\n\n", out);
	}
}

void man_program(FILE *out)
{
	fprintf(out, "dsfi(1)\n\n# NAME\n\ndsfi - %s\n\n# SYNOPSIS\n\n", PROGRAM_SUMMARY);
	fputs("*dsfi* _COMMAND_ [_OPTION_...] [_OPERAND_...]\n\n", out);
	print_children(out, NULL);
	print_options(out, NULL);
	print_exit_status(out, NULL);
	fputs("# ENVIRONMENT\n\n*NO_COLOR*\n\tno colour when set and not empty.\n\n", out);
}

static void print_examples(FILE *out, const struct command *command)
{
	if (command->example_count == 0)
		return;
	fputs("# EXAMPLES\n\n", out);
	for (size_t i = 0; i < command->example_count; i++) {
		print_plain(out, command->examples[i].meaning);
		fprintf(out, ":\n\n```\n%s\n```\n\n", command->examples[i].line);
	}
}

void man_command(FILE *out, const struct command *command)
{
	char name[COMMAND_TITLE_MAX];
	char title[COMMAND_TITLE_MAX];
	man_name(command, name, sizeof(name));
	command_title(command, title);
	fprintf(out, "%s(1)\n\n# NAME\n\n%s - %s\n\n# SYNOPSIS\n\n*%s*", name, name,
		command->summary, title);
	fputs(command->run ? " [_OPTION_...] " : " _COMMAND_ ...", out);
	print_plain(out, command->operands);
	fputs("\n\n# DESCRIPTION\n\n", out);
	print_plain(out, command->description);
	fputs("\n\n", out);
	if (!command->run)
		print_children(out, command->name);
	print_options(out, command);
	print_examples(out, command);
	print_exit_status(out, command);
	fputs("# SEE ALSO\n\n*dsfi*(1)", out);
	if (command->see_also)
		fprintf(out, ", %s", command->see_also);
	fputs("\n", out);
}
