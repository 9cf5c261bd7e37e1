/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command line: words, each ended by a zero octet. What parses has every number within its
 * option's range and every operand out of the words, in their order; what does not parse gives one
 * line without control characters.
 */
#include "cli/parse.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORDS_MAX = 64, TEXT_MAX = 4096 };

static void check_values(const struct options *options)
{
	for (size_t i = 0; i < options->value_count; i++) {
		const struct option_value *value = &options->values[i];
		bool is_number = value->option->kind == OPTION_NUMBER ||
				 value->option->kind == OPTION_SIZE ||
				 value->option->kind == OPTION_DURATION;
		assert((value->text == NULL) == (value->option->kind == OPTION_FLAG));
		if (!is_number)
			continue;
		assert(value->number >= value->option->minimum);
		assert(value->option->maximum == 0 || value->number <= value->option->maximum);
	}
}

static void check_operands(const struct options *options, char **argv, int argc)
{
	int next = 1;
	assert(options->dashes_at <= options->operand_count);
	for (size_t i = 0; i < options->operand_count; i++) {
		while (next < argc && argv[next] != options->operands[i])
			next++;
		assert(next < argc);
		next++;
	}
	assert(options->operands[options->operand_count] == NULL);
}

static void check_refusal(struct options *options, const struct complaint *complaint)
{
	char line[TEXT_MAX] = "";
	options->err = fmemopen(line, sizeof(line), "w");
	assert(options->err);
	int code = command_usage(options, "%s", complaint->text);
	fclose(options->err);
	assert(code == EXIT_USAGE);

	size_t length = strlen(line);
	assert(length > 0 && line[length - 1] == '\n');
	for (size_t i = 0; i < length - 1; i++)
		assert((unsigned char)line[i] >= 0x20 && line[i] != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	char *argv[WORDS_MAX + 2] = {text};
	int argc = 1;
	assert(text);
	memcpy(text, data, size);
	text[size] = '\0';
	for (size_t start = 0; start < size && argc <= WORDS_MAX; argc++) {
		argv[argc] = text + start;
		start += strlen(text + start) + 1;
	}

	struct options options = {.out = stdout, .err = stderr};
	struct complaint complaint = {.text = ""};
	int error = options_parse(&options, argc, argv, &complaint);
	if (error == 0) {
		check_values(&options);
		check_operands(&options, argv, argc);
	} else {
		assert(error == ERR_ARGUMENT || error == ERR_MEMORY);
		assert(complaint.text[0] != '\0');
		check_refusal(&options, &complaint);
	}
	options_release(&options);
	free(text);
	return 0;
}
