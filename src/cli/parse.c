/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/parse.h"

#include "base/memory.h"
#include "base/text.h"
#include "cli/table.h"
#include "cli/value.h"

#include <assert.h>
#include <string.h>

/* Room for the names of one command's options, or of all commands; asserted when they are listed.
 */
enum { CANDIDATES_MAX = 128 };

/* Where in argv the parser is. */
struct cursor {
	char **argv;
	size_t argc;
	size_t next;
	struct complaint *complaint;
};

void command_title(const struct command *command, char ret_title[COMMAND_TITLE_MAX])
{
	int length;
	if (!command)
		length = snprintf(ret_title, COMMAND_TITLE_MAX, "dsfi");
	else if (command->parent)
		length = snprintf(ret_title, COMMAND_TITLE_MAX, "dsfi %s %s", command->parent,
				  command->name);
	else
		length = snprintf(ret_title, COMMAND_TITLE_MAX, "dsfi %s", command->name);
	assert(length > 0 && length < COMMAND_TITLE_MAX);
}

static bool option_applies(const struct command *command, const struct option *option)
{
	return !command || global_option_applies(command, option);
}

static const struct option *option_find(const struct command *command, const char *name,
					size_t length)
{
	for (size_t i = 0; command && i < command->option_count; i++) {
		const struct option *option = &command->options[i];
		if (strlen(option->name) == length && memcmp(option->name, name, length) == 0)
			return option;
	}
	for (const struct option *option = global_options(); option->name; option++) {
		if (strlen(option->name) == length && memcmp(option->name, name, length) == 0 &&
		    option_applies(command, option))
			return option;
	}
	return NULL;
}

static const struct option *letter_find(const struct command *command, char letter)
{
	for (size_t i = 0; command && i < command->option_count; i++) {
		if (command->options[i].letter == letter)
			return &command->options[i];
	}
	for (const struct option *option = global_options(); option->name; option++) {
		if (option->letter == letter && option_applies(command, option))
			return option;
	}
	return NULL;
}

static int unknown_option(const struct command *command, const char *name, size_t length,
			  struct complaint *complaint)
{
	const char *candidates[CANDIDATES_MAX];
	size_t count = 0;
	for (size_t i = 0; command && i < command->option_count; i++)
		candidates[count++] = command->options[i].name;
	for (const struct option *option = global_options(); option->name; option++) {
		if (option_applies(command, option))
			candidates[count++] = option->name;
	}
	assert(count <= CANDIDATES_MAX);

	/* Longer than any option, a word has no neighbour among them. */
	char word[65];
	if (length >= sizeof(word))
		return complain(complaint, ERR_ARGUMENT, "unknown option '--%.40s...'", name);
	memcpy(word, name, length);
	word[length] = '\0';
	const char *closest = text_closest(word, candidates, count);
	if (closest)
		return complain(complaint, ERR_ARGUMENT,
				"unknown option '--%s'; did you mean '--%s'?", word, closest);
	return complain(complaint, ERR_ARGUMENT, "unknown option '--%s'", word);
}

static int unknown_command(const char *parent, const char *word, struct complaint *complaint)
{
	const char *candidates[CANDIDATES_MAX];
	size_t count = 0;
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++) {
		bool is_sibling = parent ? command->parent && !strcmp(command->parent, parent)
					 : !command->parent;
		if (is_sibling && !command->hidden)
			candidates[count++] = command->name;
	}
	assert(count <= CANDIDATES_MAX);

	const char *closest = text_closest(word, candidates, count);
	const char *space = parent ? " " : "";
	parent = parent ? parent : "";
	if (closest)
		return complain(complaint, ERR_ARGUMENT,
				"unknown command '%s%s%.64s'; did you mean '%s%s%s'?", parent,
				space, word, parent, space, closest);
	return complain(complaint, ERR_ARGUMENT, "unknown command '%s%s%.64s'", parent, space,
			word);
}

static int store(struct options *options, const struct option *option, const char *text,
		 struct complaint *complaint)
{
	struct option_value value = {.option = option, .text = text};
	if (option->kind != OPTION_FLAG) {
		int error = value_parse(option, text, &value.number, complaint);
		if (error)
			return error;
	}
	size_t place = options->value_count;
	for (size_t i = 0; option->kind != OPTION_LIST && i < options->value_count; i++) {
		if (options->values[i].option == option)
			place = i;
	}
	options->values[place] = value;
	if (place == options->value_count)
		options->value_count++;
	return 0;
}

static int parse_long(struct options *options, struct cursor *cursor, const char *name)
{
	size_t length = strcspn(name, "=");
	const struct option *option = option_find(options->command, name, length);
	if (!option)
		return unknown_option(options->command, name, length, cursor->complaint);

	const char *text = name[length] == '=' ? name + length + 1 : NULL;
	if (option->kind == OPTION_FLAG && text)
		return complain(cursor->complaint, ERR_ARGUMENT, "option '--%s' takes no value",
				option->name);
	if (option->kind != OPTION_FLAG && !text) {
		if (cursor->next == cursor->argc)
			return complain(cursor->complaint, ERR_ARGUMENT,
					"option '--%s' needs a value: --%s %s", option->name,
					option->name, option->argument);
		text = cursor->argv[cursor->next++];
	}
	return store(options, option, text, cursor->complaint);
}

static int parse_letters(struct options *options, struct cursor *cursor, const char *letters)
{
	for (const char *letter = letters; *letter; letter++) {
		const struct option *option = letter_find(options->command, *letter);
		if (!option)
			return complain(cursor->complaint, ERR_ARGUMENT, "unknown option '-%c'",
					*letter);
		if (option->kind == OPTION_FLAG) {
			int error = store(options, option, NULL, cursor->complaint);
			if (error)
				return error;
			continue;
		}
		const char *text = letter[1] ? letter + 1 : NULL;
		if (!text && cursor->next == cursor->argc)
			return complain(cursor->complaint, ERR_ARGUMENT,
					"option '-%c' needs a value: -%c %s", *letter, *letter,
					option->argument);
		if (!text)
			text = cursor->argv[cursor->next++];
		return store(options, option, text, cursor->complaint);
	}
	return 0;
}

/* The first words choose the row; from then on words are operands. */
static int parse_word(struct options *options, struct cursor *cursor, const char *word)
{
	const struct command *command = options->command;
	if (!command || (!command->run && options->operand_count == 0)) {
		const char *parent = command ? command->name : NULL;
		const struct command *found = command_find(parent, word);
		if (!found)
			return unknown_command(parent, word, cursor->complaint);
		options->command = found;
		return 0;
	}
	options->operands[options->operand_count++] = word;
	return 0;
}

static int parse_arguments(struct options *options, struct cursor *cursor)
{
	bool dashes = false;
	while (cursor->next < cursor->argc) {
		const char *word = cursor->argv[cursor->next++];
		int error = 0;
		if (dashes) {
			options->operands[options->operand_count++] = word;
		} else if (strcmp(word, "--") == 0) {
			dashes = true;
			options->dashes_at = options->operand_count;
		} else if (word[0] == '-' && word[1] == '-') {
			error = parse_long(options, cursor, word + 2);
		} else if (word[0] == '-' && word[1] != '\0') {
			error = parse_letters(options, cursor, word + 1);
		} else {
			error = parse_word(options, cursor, word);
		}
		if (error)
			return error;
	}
	if (!dashes)
		options->dashes_at = options->operand_count;
	return 0;
}

static int check_operands(const struct options *options, struct complaint *complaint)
{
	const struct command *command = options->command;
	const bool has_command = command->takes_command || command->may_take_command;
	size_t count = has_command ? options->dashes_at : options->operand_count;
	char title[COMMAND_TITLE_MAX];
	command_title(command, title);
	if (count < command->operands_minimum)
		return complain(complaint, ERR_ARGUMENT, "something is missing: %s %s", title,
				command->operands);
	if (command->takes_command && options->dashes_at == options->operand_count)
		return complain(complaint, ERR_ARGUMENT, "the command after -- is missing: %s %s",
				title, command->operands);
	if (count > command->operands_maximum)
		return complain(complaint, ERR_ARGUMENT, "unexpected '%.64s': %s%s%s",
				options->operands[command->operands_maximum], title,
				command->operands[0] ? " " : "", command->operands);
	return 0;
}

/* A line of --json before the command is known must still fit the command. */
static int check_globals(const struct options *options, struct complaint *complaint)
{
	for (size_t i = 0; i < options->value_count; i++) {
		const struct option *option = options->values[i].option;
		if (!option_find(options->command, option->name, strlen(option->name)))
			return complain(complaint, ERR_ARGUMENT, "'%s' takes no --%s",
					options->command->name, option->name);
	}
	return 0;
}

static size_t most_values(size_t argc)
{
	size_t most = argc;
	for (const struct option *option = global_options(); option->name; option++)
		most++;
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++)
		most += command->option_count;
	return most;
}

int options_parse(struct options *options, int argc, char **argv, struct complaint *complaint)
{
	assert(argc >= 0);
	struct cursor cursor = {
		.argv = argv, .argc = (size_t)argc, .next = 1, .complaint = complaint};
	options->command = NULL;
	options->value_count = 0;
	options->operand_count = 0;
	options->dashes_at = 0;
	options->program = argc > 0 ? argv[0] : "dsfi";
	/* A flag or a single value is kept once, a list's value has a word of its own: it fits. */
	options->values = memory_take_zeroed(most_values(cursor.argc), sizeof(*options->values));
	options->operands = memory_take_zeroed(cursor.argc + 1, sizeof(*options->operands));
	if (!options->values || !options->operands)
		return complain(complaint, ERR_MEMORY, "out of memory for the command line");

	int error = parse_arguments(options, &cursor);
	if (error || !options->command)
		return error;
	if (options_flag(options, "help") || options_flag(options, "version") ||
	    !options->command->run)
		return 0;
	error = check_globals(options, complaint);
	return error ? error : check_operands(options, complaint);
}

void options_release(struct options *options)
{
	memory_give(options->values);
	memory_give(options->operands);
	options->values = NULL;
	options->operands = NULL;
	options->value_count = 0;
	options->operand_count = 0;
}
