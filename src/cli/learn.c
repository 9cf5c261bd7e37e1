/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "cli/table.h"
#include "os/file.h"
#include "tell/learn/predicate.h"
#include "tell/learn/registrar.h"
#include "tell/learn/session.h"
#include "tell/learn/watch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_OCTETS_MAX ((size_t)1024 * 1024)
/* What is handed to the registry. */
#define ORDER_OCTETS_MAX ((size_t)64 * 1024)

/* ---- the list, and opening one ---- */

static int list(const struct options *options)
{
	const struct lesson *lesson;
	for (size_t i = 0; (lesson = lesson_at(i)) != NULL; i++) {
		fprintf(options->out, "%-10s %s\n%-10s %s\n%-10s %u minutes, with", lesson->name,
			lesson->title, "", lesson->teaches, "", lesson->minutes);
		for (size_t j = 0; j < lesson->server_count; j++)
			fprintf(options->out, "%s%s", j > 0 ? ", " : " ", lesson->servers[j].name);
		fputs("\n\n", options->out);
	}
	fputs("dsfi learn LESSON opens one.\n", options->out);
	return EXIT_FINE;
}

static int choose(const struct options *options, struct session *session,
		  struct complaint *complaint)
{
	struct text path;
	text_init(&path, TEXT_OCTETS_MAX);
	session_path(session->servers_folder, &path);
	int error = path.error
			    ? path.error
			    : lesson_server_choose(session->lesson, options_text(options, "server"),
						   text_get(&path), complaint, &session->server);
	text_release(&path);
	return error;
}

static int open_lesson(const struct options *options, const char *name)
{
	const char *closest = NULL;
	const char *const *command = &options->operands[options->dashes_at];
	struct complaint complaint = {""};
	struct session session = {
		.lesson = lesson_find(name, &closest),
		.folder = options_text(options, "folder"),
		.command = *command ? command : NULL,
		.servers_folder = getenv("DSFI_SERVERS"),
	};
	if (!session.lesson && closest)
		return command_usage(options, "there is no lesson '%s'; did you mean '%s'?", name,
				     closest);
	if (!session.lesson)
		return command_usage(options, "there is no lesson '%s'; dsfi learn lists them",
				     name);
	if (getenv(DESK_VARIABLE))
		return command_usage(options, "a lesson is open here; leave its shell first");
	int code = EXIT_UNABLE;
	int error = choose(options, &session, &complaint);
	if (!error)
		error = session_open(&session, &complaint, &code);
	return error ? command_fail(options, error, &complaint) : code;
}

/* ---- inside ---- */

static int say_check(const struct options *options, const struct desk *desk)
{
	struct text report;
	bool is_passed = false;
	text_init(&report, TEXT_OCTETS_MAX);
	int error = lesson_judge(desk, &report, &is_passed);
	fputs(text_get(&report), options->out);
	text_release(&report);
	if (error)
		return command_fail(options, error, NULL);
	fputs(is_passed ? "\nPassed: it is mended.\n" : "\nNot yet.\n", options->out);
	return is_passed ? EXIT_FINE : EXIT_FINDINGS;
}

/* One more each time, after those before. */
static int say_hint(const struct options *options, const struct desk *desk)
{
	struct text state;
	struct complaint complaint = {""};
	uint64_t given = 0;
	const size_t count = desk->server->hint_count;
	text_init(&state, 64);
	int error = desk_read(desk, DESK_HINTS, &state);
	if (!error && state.length > 0 && number_from_text(text_get(&state), 0, count, &given))
		given = 0;
	if (given < count)
		given++;
	for (size_t i = 0; i < given; i++)
		fprintf(options->out, "Hint %zu of %zu\n\n%s\n", i + 1, count,
			desk->server->hints[i]);
	text_reset(&state);
	text_format(&state, "%ju", (uintmax_t)given);
	if (!error)
		error = desk_write(desk, DESK_HINTS, &state, &complaint);
	text_release(&state);
	return error ? command_fail(options, error, &complaint) : EXIT_FINE;
}

static int say_solution(const struct options *options, const struct desk *desk)
{
	struct text text;
	text_init(&text, TEXT_OCTETS_MAX);
	lesson_solution(desk->server, &text);
	fputs(text_get(&text), options->out);
	const int error = text.error;
	text_release(&text);
	return error ? command_fail(options, error, NULL) : EXIT_FINE;
}

static int reset(const struct options *options, const struct desk *desk)
{
	struct complaint complaint = {""};
	int error = session_reset(desk, &complaint);
	if (error)
		return command_fail(options, error, &complaint);
	if (!options_quiet(options))
		fputs("everything is as it was at the beginning\n", options->err);
	return EXIT_FINE;
}

static int hand_in(const struct options *options, const struct desk *desk)
{
	struct complaint complaint = {""};
	struct text order;
	struct text said;
	char *data;
	size_t size;
	int error =
		file_read(options_text(options, "ds"), ORDER_OCTETS_MAX, &complaint, &data, &size);
	if (error)
		return command_fail(options, error, &complaint);
	text_init(&order, ORDER_OCTETS_MAX + 1);
	text_init(&said, TEXT_OCTETS_MAX);
	text_add_octets(&order, data, size);
	memory_give(data);
	error = registrar_take(desk, &order, &said, &complaint);
	if (!options_quiet(options))
		fputs(text_get(&said), options->out);
	text_release(&order);
	text_release(&said);
	return error ? command_fail(options, error, &complaint) : EXIT_FINE;
}

static int say_task(const struct options *options, const struct desk *desk)
{
	fprintf(options->out, "%s\n", desk->lesson->task);
	return EXIT_FINE;
}

/* Options that are for the shell of a lesson. */
static const struct {
	const char *name;
	int (*run)(const struct options *options, const struct desk *desk);
} inside[] = {
	{"task", say_task},         {"check", say_check}, {"hint", say_hint},
	{"solution", say_solution}, {"reset", reset},     {"ds", hand_in},
};

static int run(const struct options *options)
{
	const char *name = options->dashes_at > 0 ? options_operand(options, 0) : NULL;
	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
		struct desk desk;
		struct complaint complaint = {""};
		if (!options_given(options, inside[i].name))
			continue;
		if (name)
			return command_usage(options,
					     "--%s is for the shell of a lesson, and "
					     "takes no LESSON",
					     inside[i].name);
		int error = desk_open(&desk, &complaint);
		return error ? command_fail(options, error, &complaint)
			     : inside[i].run(options, &desk);
	}
	return name ? open_lesson(options, name) : list(options);
}

static const struct option learn_options[] = {
	{.name = "server",
	 .kind = OPTION_TEXT,
	 .argument = "NAME",
	 .help = "which name server to work with (default: the first that is installed)"},
	{.name = "folder",
	 .kind = OPTION_FILE,
	 .argument = "DIR",
	 .help = "work in this empty folder, and keep it"},
	{.name = "task", .kind = OPTION_FLAG, .help = "in a lesson: say again what is to be done"},
	{.name = "check", .kind = OPTION_FLAG, .help = "in a lesson: measure whether it is mended"},
	{.name = "hint", .kind = OPTION_FLAG, .help = "in a lesson: give one more hint"},
	{.name = "solution",
	 .kind = OPTION_FLAG,
	 .help = "in a lesson: print the commands of all hints"},
	{.name = "reset", .kind = OPTION_FLAG, .help = "in a lesson: begin anew"},
	{.name = "ds",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "in a lesson: hand DS or DNSKEY records to the registry; - is standard input"},
};

static const struct example examples[] = {
	{"dsfi learn", "lists the lessons"},
	{"dsfi learn sign --server bind", "opens one in a shell, to be solved with BIND"},
	{"dsfi learn --hint", "within that shell: one more hint"},
	{"dsfi learn sign -- sh -c 'dsfi learn --solution | sh -e'",
	 "plays a lesson's solution, and says by its exit code whether it is one"},
};

static const struct command learn = {
	.name = "learn",
	.summary = "lessons in which something real is mended",
	.operands = "[LESSON [-- COMMAND [ARGUMENT...]]]",
	.description =
		"Without LESSON the lessons are listed. A lesson opens a shell in a private "
		"network "
		"with a small Internet in it, where you look after the name servers of some "
		"domains, "
		"with real server software and its own tools, and where something is to be mended. "
		"README.md in the shell's folder says what. Nothing leaves that network, and no "
		"root "
		"is needed where user namespaces are allowed.\n\n"
		"Within the shell, dsfi learn --check measures the domains as dsfi check does, and "
		"says what is still missing; --hint gives one more hint each time; --reset puts "
		"everything back. --ds hands DS records to the domains' registry, as at a "
		"registrar; "
		"what it had for those domains is replaced, and `DOMAIN. DS 0 0 0 00` removes it. "
		"The lesson ends with the shell, and is measured once more then.\n\n"
		"With a COMMAND that runs instead of the shell. Programs of name servers are "
		"looked "
		"for in the folder DSFI_SERVERS and in PATH.",
	.options = learn_options,
	.option_count = sizeof(learn_options) / sizeof(learn_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_maximum = 1,
	.exit_note = "0 when the lesson is passed, 1 when it is not yet; 2 when its name server is "
		     "not installed; 4 when the network cannot be made.",
	.see_also = "dsfi-world-run(1), dsfi-check(1), dsfi-explain(1)",
	.may_take_command = true,
	.run = run,
};

const struct command *command_learn(void)
{
	return &learn;
}

/* ---- the processes within ---- */

static void welcome(const struct options *options, const struct desk *desk)
{
	fprintf(options->out, "%s\n", desk->lesson->task);
	fprintf(options->out,
		"You are in %s, with %s. dsfi learn --check, --hint, --reset, --task; exit ends "
		"it.\n\n",
		desk->folder, desk->server->name);
	fflush(options->out);
}

static int sit(const struct options *options, const struct desk *desk)
{
	const char *shell = getenv("SHELL");
	const char *const own[] = {shell && *shell ? shell : "/bin/sh", NULL};
	const char *const *command = &options->operands[options->dashes_at];
	struct complaint complaint = {""};
	struct sitting *sitting;
	int code;
	int error = sitting_begin(desk, &complaint, &sitting);
	if (error)
		return command_fail(options, error, &complaint);
	if (!*command)
		welcome(options, desk);
	error = sitting_run(sitting, *command ? command : own, &complaint, &code);
	sitting_end(sitting);
	return error ? command_fail(options, error, &complaint) : say_check(options, desk);
}

static int run_inner(const struct options *options)
{
	struct desk desk;
	struct complaint complaint = {""};
	int error = desk_open(&desk, &complaint);
	if (!error && strcmp(options_operand(options, 0), SESSION_WATCH) == 0)
		error = watch_run(&desk);
	return error ? command_fail(options, error, &complaint) : sit(options, &desk);
}

static const struct command lesson_command = {
	.name = SESSION_COMMAND,
	.summary = "run what is inside a lesson; started by dsfi learn, not by people",
	.operands = "sit|watch [-- COMMAND [ARGUMENT...]]",
	.description = "Starts a lesson's servers and the learner's shell, or looks on.",
	.operands_minimum = 1,
	.operands_maximum = 1,
	.hidden = true,
	.may_take_command = true,
	.run = run_inner,
};

const struct command *command_lesson(void)
{
	return &lesson_command;
}
