/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/letter.h"

#include "base/clock.h"
#include "base/memory.h"
#include "os/file.h"
#include "tell/letter/letter.h"

/* JSON Lines of a million domains. */
#define OUTPUT_OCTETS_MAX ((size_t)4 << 30)

static int print(const struct options *options, const struct letter *letter)
{
	struct text text;
	int result;

	text_init(&text, OUTPUT_OCTETS_MAX);
	result = options_json(options) ? letter_json(letter, &text) : letter_text(letter, &text);
	if (result == OK)
		fwrite(text_get(&text), 1, text.length, options->out);
	text_release(&text);
	return result;
}

static int write_files(const struct options *options, const struct letter *letter,
		       struct complaint *complaint)
{
	const char *markdown = options_text(options, "markdown");
	const char *html = options_text(options, "html");
	int result = OK;

	if (markdown)
		result = letter_markdown(letter, markdown, complaint);
	if (result == OK && markdown && !options_quiet(options))
		fprintf(options->err, "letter: %s\n", markdown);
	if (result == OK && html)
		result = letter_html(letter, html, complaint);
	if (result == OK && html && !options_quiet(options))
		fprintf(options->err, "letter: %s\n", html);
	return result;
}

static int tell_with(const struct options *options, struct operators *operators,
		     struct store *store, struct complaint *complaint)
{
	const struct clock clock = clock_system();
	const struct letter_settings settings = {
		.now_s = clock_wall_s(&clock),
		.operator_name = options_text(options, "for"),
		.operators = operators,
		.run = (int64_t)options_number(options, "run"),
		.software = letter_software_from_text(options_text(options, "software")),
	};
	struct letter *letter;
	int result = letter_new(store, &settings, &letter, complaint);

	if (result < 0)
		return result;
	result = print(options, letter);
	if (result == OK)
		result = write_files(options, letter, complaint);
	letter_free(letter);
	return result;
}

int letter_tell(const struct options *options, struct store *store, struct complaint *complaint)
{
	const char *path = options_text(options, "operators");
	struct suffix_list *suffixes = NULL;
	struct operators *operators = NULL;
	char *text = NULL;
	struct operators_file file = {.path = path};
	int result = OK;

	if (path)
		result = file_read(path, OPERATORS_FILE_OCTETS_MAX, complaint, &text, &file.size);
	file.text = text;
	if (result == OK)
		result = suffix_built_in(&suffixes, complaint);
	if (result == OK)
		result = operators_new(suffixes, path ? &file : NULL, &operators, complaint);
	if (result == OK)
		result = tell_with(options, operators, store, complaint);
	operators_free(operators);
	suffix_free(suffixes);
	memory_give(text);
	return result;
}
