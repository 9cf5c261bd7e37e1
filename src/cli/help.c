/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/help.h"

#include "cli/parse.h"
#include "cli/table.h"

#include <assert.h>
#include <string.h>

enum {
	HELP_WIDTH = 80,    /* columns of the narrowest terminal people use */
	OPTION_COLUMN = 26, /* where the sentences begin */
};

/* Words of `text` from `column` on, wrapped before HELP_WIDTH, lists of choices behind a bar; ends
 * the line. */
static void print_wrapped(FILE *out, const char *text, int column)
{
	int position = column;
	int gap = 0;
	for (const char *word = text; *word;) {
		size_t length = strcspn(word, " |");
		length += word[length] == '|';
		if (position > column && position + gap + (int)length > HELP_WIDTH) {
			fprintf(out, "\n%*s", column, "");
			position = column;
			gap = 0;
		}
		fprintf(out, "%*s%.*s", gap, "", (int)length, word);
		position += (int)length + gap;
		word += length;
		gap = *word == ' ';
		word += strspn(word, " ");
	}
	fputc('\n', out);
}

static void print_option(FILE *out, const struct option *option)
{
	char left[128];
	int length = 0;
	if (option->letter)
		length = snprintf(left, sizeof(left), "  -%c, --%s", option->letter, option->name);
	else
		length = snprintf(left, sizeof(left), "      --%s", option->name);
	assert(length > 0 && (size_t)length < sizeof(left));
	if (option->argument)
		length += snprintf(left + length, sizeof(left) - (size_t)length, " %s",
				   option->argument);
	assert((size_t)length < sizeof(left));
	if (length + 2 > OPTION_COLUMN)
		fprintf(out, "%s\n%*s", left, OPTION_COLUMN, "");
	else
		fprintf(out, "%-*s", OPTION_COLUMN, left);

	char sentence[512];
	length = snprintf(sentence, sizeof(sentence), "%s", option->help);
	if (option->choices)
		length += snprintf(sentence + length, sizeof(sentence) - (size_t)length, ": %s",
				   option->choices);
	assert((size_t)length < sizeof(sentence));
	if (option->kind == OPTION_LIST)
		length += snprintf(sentence + length, sizeof(sentence) - (size_t)length,
				   " (may be repeated)");
	if (option->fallback)
		length += snprintf(sentence + length, sizeof(sentence) - (size_t)length,
				   " (default %s)", option->fallback);
	assert((size_t)length < sizeof(sentence));
	print_wrapped(out, sentence, OPTION_COLUMN);
}

void help_list(FILE *out, const char *parent)
{
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++) {
		bool is_child = parent ? command->parent && !strcmp(command->parent, parent)
				       : !command->parent;
		if (!is_child || command->hidden)
			continue;
		fprintf(out, "  %-12s", command->name);
		print_wrapped(out, command->summary, 14);
	}
}

static void print_globals(FILE *out, const struct command *command)
{
	for (const struct option *option = global_options(); option->name; option++) {
		if (!command || global_option_applies(command, option))
			print_option(out, option);
	}
}

void help_program(FILE *out)
{
	fprintf(out, "dsfi: %s\n\nUsage: dsfi COMMAND [OPTION...] [OPERAND...]\n\nCommands:\n",
		PROGRAM_SUMMARY);
	help_list(out, NULL);
	fputs("\nOptions of every command:\n", out);
	print_globals(out, NULL);
	fputs("\nMore: dsfi help COMMAND\n", out);
}

static void print_examples(FILE *out, const struct command *command)
{
	if (command->example_count == 0)
		return;
	fputs("\nExamples:\n", out);
	for (size_t i = 0; i < command->example_count; i++)
		fprintf(out, "  %s\n      %s\n", command->examples[i].line,
			command->examples[i].meaning);
}

static void print_exit_codes(FILE *out, const struct command *command)
{
	fputs("\nExit codes:\n", out);
	for (const struct exit_row *row = exit_rows(); row->meaning; row++)
		fprintf(out, "  %3d  %s\n", row->code, row->meaning);
	if (command->exit_note) {
		fputs("       ", out);
		print_wrapped(out, command->exit_note, 7);
	}
}

void help_command(FILE *out, const struct command *command)
{
	assert(command->summary && command->operands);
	char title[COMMAND_TITLE_MAX];
	command_title(command, title);
	fprintf(out, "%s: ", title);
	print_wrapped(out, command->summary, (int)strlen(title) + 2);
	if (!command->run) {
		fprintf(out, "\nUsage: %s COMMAND [OPTION...] [OPERAND...]\n\nCommands:\n", title);
		help_list(out, command->name);
		return;
	}
	fprintf(out, "\nUsage: %s [OPTION...]%s%s\n\nOptions:\n", title,
		command->operands[0] ? " " : "", command->operands);
	for (size_t i = 0; i < command->option_count; i++)
		print_option(out, &command->options[i]);
	print_globals(out, command);
	print_examples(out, command);
	print_exit_codes(out, command);
}
