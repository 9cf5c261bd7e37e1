/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/parse.h"
#include "command_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct row {
	const char *words[TYPED_MAX];
	int code;
	const char *says; /* on standard error */
};

static void a_mistake_is_one_line_with_the_way_out(void **state)
{
	static const struct row rows[] = {
		{{"verson"},
		 EXIT_USAGE,
		 "dsfi: unknown command 'verson'; did you mean 'version'? (see 'dsfi --help')\n"},
		{{"nonsense"},
		 EXIT_USAGE,
		 "dsfi: unknown command 'nonsense' (see 'dsfi --help')\n"},
		{{NULL}, EXIT_USAGE, "dsfi: a command is missing (see 'dsfi --help')\n"},
		{{"version", "--quite"},
		 EXIT_USAGE,
		 "dsfi version: unknown option '--quite'; did you mean '--quiet'? "
		 "(see 'dsfi version --help')\n"},
		{{"version", "-z"},
		 EXIT_USAGE,
		 "dsfi version: unknown option '-z' (see 'dsfi version --help')\n"},
		{{"version", "--json"},
		 EXIT_USAGE,
		 "dsfi version: unknown option '--json' (see 'dsfi version --help')\n"},
		{{"--json", "version"},
		 EXIT_USAGE,
		 "dsfi version: 'version' takes no --json (see 'dsfi version --help')\n"},
		{{"version", "--quiet=yes"},
		 EXIT_USAGE,
		 "dsfi version: option '--quiet' takes no value (see 'dsfi version --help')\n"},
		{{"version", "extra"},
		 EXIT_USAGE,
		 "dsfi version: unexpected 'extra': dsfi version (see 'dsfi version --help')\n"},
		{{"generate"},
		 EXIT_USAGE,
		 "dsfi generate: something is missing: dsfi generate list|man|bash|zsh [PAGE] "
		 "(see 'dsfi generate --help')\n"},
		{{"help", "nothing"},
		 EXIT_USAGE,
		 "dsfi help: no command 'nothing'; 'dsfi help' lists them "
		 "(see 'dsfi help --help')\n"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct typed typed = type_line(rows[i].words);
		assert_string_equal(typed.err, rows[i].says);
		assert_string_equal(typed.out, "");
		assert_int_equal(typed.code, rows[i].code);
		typed_release(&typed);
	}
}

static void version_and_help_need_nothing_else(void **state)
{
	static const char *const lines[][4] = {
		{"version", NULL},           {"--version", NULL},
		{"-q", "version", NULL},     {"version", "-q", "--no-color", NULL},
		{"help", "--version", NULL}, {"version", "--", NULL},
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct typed typed = type_line(lines[i]);
		assert_int_equal(typed.code, EXIT_FINE);
		assert_string_equal(typed.out, "dsfi " DSFI_VERSION "\n");
		typed_release(&typed);
	}
	struct typed typed = type_line((const char *const[]){"-h", NULL});
	assert_int_equal(typed.code, EXIT_FINE);
	assert_non_null(strstr(typed.out, "Commands:"));
	typed_release(&typed);
}

static void dashes_end_the_options(void **state)
{
	struct options options;
	struct complaint complaint;
	int error = parse_line(&options,
			       (const char *const[]){"generate", "-q", "man", "--", "-q", NULL},
			       &complaint);
	assert_int_equal(error, 0);
	assert_true(options_quiet(&options));
	assert_int_equal(options_operand_count(&options), 2);
	assert_string_equal(options_operand(&options, 0), "man");
	assert_string_equal(options_operand(&options, 1), "-q");
	assert_null(options_operand(&options, 2));
	assert_null(options.operands[2]);
	assert_int_equal(options.dashes_at, 1);
	options_release(&options);
}

static void a_lone_dash_is_an_operand(void **state)
{
	struct options options;
	struct complaint complaint;
	int error = parse_line(&options, (const char *const[]){"help", "-", NULL}, &complaint);
	assert_int_equal(error, 0);
	assert_string_equal(options_operand(&options, 0), "-");
	assert_int_equal(options.dashes_at, 1);
	options_release(&options);
}

static void flags_repeat_and_combine(void **state)
{
	struct options options;
	struct complaint complaint;
	int error = parse_line(&options,
			       (const char *const[]){"version", "-qqq", "-qh", "--quiet", NULL},
			       &complaint);
	assert_int_equal(error, 0);
	assert_true(options_quiet(&options));
	assert_true(options_flag(&options, "help"));
	assert_int_equal(options.value_count, 2);
	options_release(&options);
}

static void a_word_of_any_length_is_refused(void **state)
{
	char word[5000] = "--";
	memset(word + 2, 'x', sizeof(word) - 3);
	struct typed typed = type_line((const char *const[]){"version", word, NULL});
	assert_int_equal(typed.code, EXIT_USAGE);
	assert_true(strlen(typed.err) < 200);
	typed_release(&typed);
	typed = type_line((const char *const[]){word + 2, NULL});
	assert_int_equal(typed.code, EXIT_USAGE);
	assert_true(strlen(typed.err) < 200);
	typed_release(&typed);
}

static void an_error_chooses_the_exit_code(void **state)
{
	static const struct {
		int error;
		int code;
	} rows[] = {
		{ERR_ARGUMENT, EXIT_USAGE},          {ERR_FORMAT, EXIT_USAGE},
		{ERR_NETWORK, EXIT_UNMEASURED},      {ERR_FULL, EXIT_UNABLE},
		{ERR_PERMISSION, EXIT_UNABLE},       {ERR_DAMAGED, EXIT_UNABLE},
		{ERR_INTERRUPTED, EXIT_INTERRUPTED},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[256] = "";
		struct options options = {.err = fmemopen(text, sizeof(text), "w")};
		struct complaint complaint = {.text = "the disk 'd' is full"};
		assert_non_null(options.err);
		assert_int_equal(command_fail(&options, rows[i].error, &complaint), rows[i].code);
		fclose(options.err);
		assert_string_equal(text, "dsfi: the disk 'd' is full\n");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mistake_is_one_line_with_the_way_out),
		cmocka_unit_test(version_and_help_need_nothing_else),
		cmocka_unit_test(dashes_end_the_options),
		cmocka_unit_test(a_lone_dash_is_an_operand),
		cmocka_unit_test(flags_repeat_and_combine),
		cmocka_unit_test(a_word_of_any_length_is_refused),
		cmocka_unit_test(an_error_chooses_the_exit_code),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
