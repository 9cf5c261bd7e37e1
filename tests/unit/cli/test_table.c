/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every row of the table of commands is whole: what help, man and completion need is there. */
#include "cli/table.h"
#include "cli/value.h"
#include "command_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void is_sentence(const char *owner, const char *text)
{
	if (!text || text[0] == '\0' || text[strlen(text) - 1] == '.' || strchr(text, '\n'))
		fail_msg("%s: '%s' is not one sentence without a full stop", owner,
			 text ? text : "(none)");
}

static void check_option(const struct command *command, const struct option *option)
{
	is_sentence(option->name, option->help);
	if ((option->kind == OPTION_FLAG) != (option->argument == NULL))
		fail_msg("%s --%s: a value has a name, a flag has none", command->name,
			 option->name);
	if ((option->kind == OPTION_CHOICE) != (option->choices != NULL))
		fail_msg("%s --%s: choices belong to a choice", command->name, option->name);
	assert_true(option->maximum == 0 || option->minimum <= option->maximum);
	struct complaint complaint = {.text = ""};
	uint64_t number;
	if (option->fallback && value_parse(option, option->fallback, &number, &complaint) != 0)
		fail_msg("%s --%s: fallback: %s", command->name, option->name, complaint.text);
}

static void check_names(const struct command *command)
{
	for (size_t i = 0; i < command->option_count; i++) {
		const struct option *option = &command->options[i];
		for (size_t j = 0; j < i; j++) {
			const struct option *other = &command->options[j];
			assert_string_not_equal(option->name, other->name);
			assert_true(!option->letter || option->letter != other->letter);
		}
		for (const struct option *other = global_options(); other->name; other++) {
			assert_string_not_equal(option->name, other->name);
			assert_true(!option->letter || option->letter != other->letter);
		}
	}
}

static void every_row_is_whole(void **state)
{
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++) {
		is_sentence(command->name, command->summary);
		assert_non_null(command->operands);
		assert_non_null(command->description);
		assert_true(command->operands_minimum <= command->operands_maximum);
		assert_ptr_equal(command_find(command->parent, command->name), command);
		for (size_t j = 0; j < command->option_count; j++)
			check_option(command, &command->options[j]);
		check_names(command);
		if (command->parent) {
			const struct command *parent = command_find(NULL, command->parent);
			assert_non_null(parent);
			assert_null(parent->run);
		}
	}
	assert_true(command_at(0) != NULL);
	assert_null(command_find(NULL, "no such"));
	assert_null(command_find("world", "no such"));
}

static void every_example_is_explained(void **state)
{
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++) {
		for (size_t j = 0; j < command->example_count; j++) {
			const struct example *example = &command->examples[j];
			is_sentence(command->name, example->meaning);
			if (!strstr(example->line, "dsfi "))
				fail_msg("%s: the example '%s' has no dsfi", command->name,
					 example->line);
		}
	}
}

static void every_row_has_help_and_a_man_page(void **state)
{
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++) {
		const char *const with_parent[] = {command->parent, command->name, "--help", NULL};
		struct typed typed = type_line(command->parent ? with_parent : with_parent + 1);
		assert_int_equal(typed.code, EXIT_FINE);
		assert_string_equal(typed.err, "");
		assert_non_null(strstr(typed.out, command->summary));
		for (size_t j = 0; command->run && j < command->option_count; j++)
			assert_non_null(strstr(typed.out, command->options[j].name));
		typed_release(&typed);

		char page[128];
		snprintf(page, sizeof(page), "dsfi-%s%s%s", command->parent ? command->parent : "",
			 command->parent ? "-" : "", command->name);
		typed = type_line((const char *const[]){"generate", "man", page, NULL});
		assert_int_equal(typed.code, EXIT_FINE);
		assert_non_null(strstr(typed.out, "# EXIT STATUS"));
		assert_non_null(strstr(typed.out, "*130*"));
		typed_release(&typed);
	}
}

static void help_fits_a_terminal(void **state)
{
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++) {
		const char *const with_parent[] = {command->parent, command->name, "--help", NULL};
		struct typed typed = type_line(command->parent ? with_parent : with_parent + 1);
		for (const char *line = typed.out; *line;) {
			size_t length = strcspn(line, "\n");
			bool is_example = strncmp(line, "  dsfi", 6) == 0;
			if (length > 80 && !is_example && strncmp(line, "Usage", 5) != 0)
				fail_msg("%s: %zu columns: %.*s", command->name, length,
					 (int)length, line);
			line += length + (line[length] == '\n');
		}
		typed_release(&typed);
	}
}

static void completions_name_every_command(void **state)
{
	struct typed bash = type_line((const char *const[]){"generate", "bash", NULL});
	struct typed zsh = type_line((const char *const[]){"generate", "zsh", NULL});
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++) {
		if (command->hidden)
			continue;
		assert_non_null(strstr(bash.out, command->name));
		assert_non_null(strstr(zsh.out, command->name));
	}
	assert_non_null(strstr(bash.out, "complete -o filenames -F _dsfi dsfi"));
	assert_int_equal(strncmp(zsh.out, "#compdef dsfi\n", 14), 0);
	typed_release(&bash);
	typed_release(&zsh);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_whole),
		cmocka_unit_test(every_example_is_explained),
		cmocka_unit_test(every_row_has_help_and_a_man_page),
		cmocka_unit_test(help_fits_a_terminal),
		cmocka_unit_test(completions_name_every_command),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
