/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command line typed by a test: run the program on it and keep what it wrote, or only parse it.
 */
#ifndef TESTS_UNIT_CLI_COMMAND_LINE_H
#define TESTS_UNIT_CLI_COMMAND_LINE_H

#include "base/error.h"
#include "cli/command.h"

/* More words than any test types. */
#define TYPED_MAX 16

struct typed {
	int code;
	char *out; /* free with typed_release */
	char *err;
};

/* `words` end with NULL and begin behind the program's name. */
struct typed type_line(const char *const words[]);
void typed_release(struct typed *typed);

/* Only parses; `options` are to be released whatever comes back. */
MUST_CHECK int parse_line(struct options *options, const char *const words[],
			  struct complaint *complaint);

#endif
