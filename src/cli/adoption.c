/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/adoption.h"

#include "base/clock.h"
#include "base/memory.h"
#include "os/file.h"
#include "tell/adoption/adoption.h"

#include <assert.h>

/* JSON Lines of ten thousand groups. */
#define OUTPUT_OCTETS_MAX ((size_t)1 << 30)

static int print(const struct options *options, const struct adoption_report *report)
{
	struct text text;

	text_init(&text, OUTPUT_OCTETS_MAX);
	const int result = options_json(options) ? adoption_json(report, &text)
						 : adoption_terminal(report, &text);

	if (result == OK)
		fwrite(text_get(&text), 1, text.length, options->out);
	text_release(&text);
	return result;
}

typedef int write_form(const struct adoption_report *report, const char *path,
		       struct complaint *complaint);

static int write_files(const struct options *options, const struct adoption_report *report,
		       struct complaint *complaint)
{
	static const struct {
		const char *option;
		write_form *write;
	} forms[] = {
		{"html", adoption_html},
		{"markdown", adoption_markdown},
		{"csv", adoption_csv},
		{"openmetrics", adoption_openmetrics},
	};
	int result = OK;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]) && result == OK; i++) {
		const char *path = options_text(options, forms[i].option);

		if (!path)
			continue;
		result = forms[i].write(report, path, complaint);
		if (result == OK && !options_quiet(options))
			fprintf(options->err, "report: %s\n", path);
	}
	return result;
}

int adoption_write(const struct options *options, const struct adoption_report *report,
		   struct complaint *complaint)
{
	const int result = print(options, report);

	return result == OK ? write_files(options, report, complaint) : result;
}

struct inputs {
	struct exceptions *exceptions;
	struct suffix_list *suffixes;
	struct operators *operators;
	struct registrars *registrars;
};

static int read_operators(const struct options *options, struct inputs *inputs,
			  struct complaint *complaint)
{
	struct operators_file file = {.path = options_text(options, "operators")};
	char *text = NULL;
	int result = suffix_built_in(&inputs->suffixes, complaint);

	if (result == OK && file.path)
		result = file_read(file.path, OPERATORS_FILE_OCTETS_MAX, complaint, &text,
				   &file.size);
	file.text = text;
	if (result == OK)
		result = operators_new(inputs->suffixes, file.path ? &file : NULL,
				       &inputs->operators, complaint);
	memory_give(text);
	return result;
}

static int read_registrars(const struct options *options, struct inputs *inputs,
			   struct complaint *complaint)
{
	const char *path = options_text(options, "registrars");
	char *text;
	size_t size;

	if (!path)
		return complain(complaint, ERR_ARGUMENT,
				"--by registrar: whose domains are whose must be told by a file "
				"of lines \"domain,registrar\": add --registrars FILE");
	int result = file_read(path, REGISTRARS_FILE_OCTETS_MAX, complaint, &text, &size);

	if (result < 0)
		return result;
	result = registrars_new(path, text, size, &inputs->registrars, complaint);
	memory_give(text);
	return result;
}

int adoption_tell(const struct options *options, struct store *store, struct complaint *complaint)
{
	struct adoption_settings settings = {
		.run = (int64_t)options_number(options, "run"),
		.grouping = options_text(options, "grouping"),
		.is_named = options_flag(options, "named"),
		.is_sample = options_flag(options, "sample"),
	};
	struct adoption_report *report = NULL;
	const struct clock clock = clock_system();
	struct inputs inputs = {0};
	int result = adoption_by_from_text(options_text(options, "by"), &settings.by);

	assert(result == OK); /* the parser has checked the choice */
	result = exceptions_new(&inputs.exceptions);
	if (result == OK)
		result = store_exceptions(store, exceptions_take, inputs.exceptions, complaint);
	if (result == OK &&
	    (settings.by == ADOPTION_BY_OPERATOR || exceptions_name_operators(inputs.exceptions)))
		result = read_operators(options, &inputs, complaint);
	if (result == OK && settings.by == ADOPTION_BY_REGISTRAR)
		result = read_registrars(options, &inputs, complaint);
	settings.exceptions = inputs.exceptions;
	settings.now_s = clock_wall_s(&clock);
	settings.operators = inputs.operators;
	settings.registrars = inputs.registrars;
	if (result == OK)
		result = adoption_report_new(store, &settings, &report, complaint);
	if (result == OK)
		result = adoption_write(options, report, complaint);
	adoption_report_free(report);
	registrars_free(inputs.registrars);
	operators_free(inputs.operators);
	suffix_free(inputs.suffixes);
	exceptions_free(inputs.exceptions);
	return result;
}
