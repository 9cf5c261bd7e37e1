/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A subcommand is a row: its name, what it takes, its help, its examples and the function that does
 * it. The parser, --help, the man pages and the completions of bash and zsh all read the same row,
 * so that none of them can drift from the others.
 *
 * To add one: write src/cli/<name>.c with a static const struct command and a function
 * `const struct command *command_<name>(void)` that gives it, declare that function in cli/table.h
 * and name it in cli/table.c. A row with a parent is the second word: `dsfi world run`.
 *
 * What `run` gets is already parsed: every number is in its range, every choice is one of the
 * choices, the count of operands fits. `run` writes data to options->out and talk to options->err
 * (GNU coding standards, 4.7 for the syntax: --name=value, --name value, -n value, `--` ends the
 * options, `-` is an operand and means standard input). It returns an exit code. Only cli/ prints.
 *
 * All pointers in a row are to static storage; values in struct options point into argv and live as
 * long as the process.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* STYLE.md 38; printed in every man page. `world run` gives its command's code instead. */
enum exit_code {
	EXIT_FINE = 0,
	EXIT_FINDINGS = 1, /* findings at or above --fail-on; a score that is not perfect */
	EXIT_USAGE = 2,    /* the command line or a file named on it makes no sense */
	EXIT_UNMEASURED =
		3,       /* nothing could be measured (a silent server is a finding, not this) */
	EXIT_UNABLE = 4, /* the work could not be done: disk, permission, damaged store, memory */
	EXIT_INTERRUPTED = 130, /* Ctrl-C, after what was done is saved */
};

enum option_kind {
	OPTION_FLAG,     /* no value */
	OPTION_TEXT,     /* any text */
	OPTION_NUMBER,   /* minimum..maximum */
	OPTION_SIZE,     /* octets in minimum..maximum; 512, 64K, 16M, 2G, powers of 1024 */
	OPTION_DURATION, /* milliseconds in minimum..maximum; 500ms, 5s, 2m, 1h, 30d; bare: seconds
			  */
	OPTION_FILE,     /* a path; `-` is standard input where the help says so */
	OPTION_CHOICE,   /* one of `choices` */
	OPTION_LIST,     /* any text, may be given many times */
};

struct option {
	const char *name; /* long name without dashes */
	char letter;      /* short name, 0 for none */
	enum option_kind kind;
	const char *argument; /* "FILE"; NULL for a flag */
	const char *help;     /* one sentence, lower case, no full stop */
	const char *fallback; /* value when it is not given, parsed like one; NULL for none */
	const char *choices;  /* OPTION_CHOICE: "notice|warning|error" */
	uint64_t minimum;     /* numbers, sizes, durations */
	uint64_t maximum;     /* 0: UINT64_MAX */
};

struct example {
	const char *line;    /* as typed, beginning with dsfi */
	const char *meaning; /* what it does, one sentence */
};

/* As many operands as the shell lets through. */
#define OPERANDS_MANY SIZE_MAX

struct options;

struct command {
	const char *name;        /* "run" */
	const char *parent;      /* "world", or NULL */
	const char *summary;     /* one line for the list of commands, lower case, no full stop */
	const char *operands;    /* "[DOMAIN...]", "" for none */
	const char *description; /* paragraphs of plain text with blank lines between, for the man
				    page */
	const struct option *options;
	size_t option_count;
	const struct example *examples;
	size_t example_count;
	size_t operands_minimum;
	size_t operands_maximum;
	const char *exit_note; /* what this command's codes mean beyond the common ones, or NULL */
	const char *see_also;  /* "dsfi-check(1), dsfi-report(1)", or NULL */
	bool has_json;         /* takes --json */
	bool takes_command; /* what follows `--` is a command line: `world run FILE -- COMMAND...`
			     */
	bool may_take_command;                     /* the same, but `-- COMMAND` may be left out */
	bool hidden;                               /* for the build, not for people */
	int (*run)(const struct options *options); /* NULL: only its children do something */
};

/* A parsed command line. Made by parse.c; read through the functions below. */
struct option_value;
struct options {
	const struct command *command;
	FILE *out; /* data */
	FILE *err; /* talk */
	struct option_value *values;
	size_t value_count;
	const char **operands;
	size_t operand_count;
	size_t dashes_at;    /* operands from here on came after `--`; operand_count when there was
				none */
	const char *program; /* argv[0] */
};

/*
 * Values by long name. Asking for a name that the row does not have, or with the wrong kind, is a
 * bug and stops by assertion. When an option is given twice the last one counts.
 */
bool options_flag(const struct options *options, const char *name);
/* TEXT, FILE, CHOICE; the fallback when it was not given; NULL when there is none. */
const char *options_text(const struct options *options, const char *name);
/* NUMBER, SIZE (octets), DURATION (milliseconds); the fallback, or 0 when there is none. */
uint64_t options_number(const struct options *options, const char *name);
/* True when it was really given. */
bool options_given(const struct options *options, const char *name);
/* LIST: the index-th value, NULL behind the last. */
const char *options_list(const struct options *options, const char *name, size_t index);

size_t options_operand_count(const struct options *options);
/* NULL behind the last. The array's end is NULL too, so &operands[dashes_at] fits execvp. */
const char *options_operand(const struct options *options, size_t index);

/* The global options. */
bool options_quiet(const struct options *options); /* -q, --quiet: no progress, no notes */
bool options_json(const struct options *options);  /* --json: JSON Lines on options->out */
/* Colour on `stream`? It is a terminal, TERM is not dumb, no NO_COLOR, no --no-color. */
bool options_color(const struct options *options, FILE *stream);

/*
 * Prints `dsfi scan: <sentence>` on options->err and gives the exit code that fits `error`:
 * ERR_ARGUMENT, ERR_FORMAT, ERR_NOT_FOUND, ERR_LIMIT, ERR_UNSUPPORTED -> EXIT_USAGE; ERR_NETWORK,
 * ERR_TIMEOUT -> EXIT_UNMEASURED; ERR_INTERRUPTED -> EXIT_INTERRUPTED; the rest -> EXIT_UNABLE.
 * `complaint` may be NULL or empty; error_text(error) stands in for it.
 */
MUST_CHECK int command_fail(const struct options *options, int error,
			    const struct complaint *complaint);
/* The same for something wrong with the command line: prints, adds where help is, EXIT_USAGE. */
MUST_CHECK int command_usage(const struct options *options, const char *format, ...)
	PRINTF_LIKE(2, 3);

#endif
