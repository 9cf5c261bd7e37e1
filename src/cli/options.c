/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "cli/command.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "cli/value.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option *option_of(const struct options *options, const char *name)
{
	const struct command *command = options->command;
	for (size_t i = 0; command && i < command->option_count; i++) {
		if (strcmp(command->options[i].name, name) == 0)
			return &command->options[i];
	}
	for (const struct option *option = global_options(); option->name; option++) {
		if (strcmp(option->name, name) == 0)
			return option;
	}
	return NULL;
}

static const struct option_value *value_of(const struct options *options,
					   const struct option *option)
{
	for (size_t i = 0; i < options->value_count; i++) {
		if (options->values[i].option == option)
			return &options->values[i];
	}
	return NULL;
}

bool options_flag(const struct options *options, const char *name)
{
	const struct option *option = option_of(options, name);
	assert(option && option->kind == OPTION_FLAG);
	return value_of(options, option) != NULL;
}

const char *options_text(const struct options *options, const char *name)
{
	const struct option *option = option_of(options, name);
	assert(option && (option->kind == OPTION_TEXT || option->kind == OPTION_FILE ||
			  option->kind == OPTION_CHOICE));
	const struct option_value *value = value_of(options, option);
	return value ? value->text : option->fallback;
}

uint64_t options_number(const struct options *options, const char *name)
{
	const struct option *option = option_of(options, name);
	assert(option && (option->kind == OPTION_NUMBER || option->kind == OPTION_SIZE ||
			  option->kind == OPTION_DURATION));
	const struct option_value *value = value_of(options, option);
	if (value)
		return value->number;

	uint64_t number = 0;
	if (option->fallback) {
		int error = value_parse(option, option->fallback, &number, NULL);
		assert(!error);
		(void)error;
	}
	return number;
}

bool options_given(const struct options *options, const char *name)
{
	const struct option *option = option_of(options, name);
	assert(option);
	return value_of(options, option) != NULL;
}

const char *options_list(const struct options *options, const char *name, size_t index)
{
	const struct option *option = option_of(options, name);
	assert(option && option->kind == OPTION_LIST);
	for (size_t i = 0; i < options->value_count; i++) {
		if (options->values[i].option == option && index-- == 0)
			return options->values[i].text;
	}
	return NULL;
}

size_t options_operand_count(const struct options *options)
{
	return options->operand_count;
}

const char *options_operand(const struct options *options, size_t index)
{
	return index < options->operand_count ? options->operands[index] : NULL;
}

bool options_quiet(const struct options *options)
{
	return options_flag(options, "quiet");
}

bool options_json(const struct options *options)
{
	return options_flag(options, "json");
}

bool options_color(const struct options *options, FILE *stream)
{
	/* no-color.org: set and not empty. */
	const char *no_color = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");
	if (options_flag(options, "no-color") || (no_color && no_color[0] != '\0'))
		return false;
	if (!terminal || strcmp(terminal, "dumb") == 0)
		return false;
	return isatty(fileno(stream)) == 1;
}

static int exit_code_of(int error)
{
	switch (error) {
	case ERR_ARGUMENT:
	case ERR_FORMAT:
	case ERR_NOT_FOUND:
	case ERR_LIMIT:
	case ERR_UNSUPPORTED:
		return EXIT_USAGE;
	case ERR_NETWORK:
	case ERR_TIMEOUT:
		return EXIT_UNMEASURED;
	case ERR_INTERRUPTED:
		return EXIT_INTERRUPTED;
	default:
		return EXIT_UNABLE;
	}
}

/*
 * One line whatever the words of the user, of files and of the net hold: a control character could
 * move the cursor or forge a second line, and what is no UTF-8 means another thing to each
 * terminal.
 */
static void print_plain(FILE *out, const char *sentence)
{
	const uint8_t *octets = (const uint8_t *)sentence;
	size_t left = strlen(sentence);
	while (left > 0) {
		const size_t size = utf8_size(octets, left);
		const size_t taken = size > 0 ? size : 1;
		if (size > 0 && !utf8_is_control(octets))
			(void)fwrite(octets, 1, size, out);
		else
			for (size_t i = 0; i < taken; i++)
				fprintf(out, "\\x%02x", octets[i]);
		octets += taken;
		left -= taken;
	}
}

static void print_sentence(const struct options *options, const char *sentence, bool with_help)
{
	char title[COMMAND_TITLE_MAX];
	command_title(options->command, title);
	fprintf(options->err, "%s: ", title);
	print_plain(options->err, sentence);
	if (with_help)
		fprintf(options->err, " (see '%s --help')", title);
	fputc('\n', options->err);
}

int command_fail(const struct options *options, int error, const struct complaint *complaint)
{
	assert(error < 0);
	bool has_sentence = complaint && complaint->text[0] != '\0';
	print_sentence(options, has_sentence ? complaint->text : error_text(error), false);
	return exit_code_of(error);
}

int command_usage(const struct options *options, const char *format, ...)
{
	char sentence[COMPLAINT_MAX];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	print_sentence(options, sentence, true);
	return EXIT_USAGE;
}

void command_note(const struct options *options, const char *format, ...)
{
	char sentence[COMPLAINT_MAX];
	va_list arguments;
	if (options_quiet(options))
		return;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	print_plain(options->err, sentence);
	fputc('\n', options->err);
}
