/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command_line.h"

#include "cli/cli.h"
#include "cli/parse.h"

#include <assert.h>
#include <stdlib.h>

/* argv is not const for historical reasons; nothing writes to it. */
static int fill(char *argv[TYPED_MAX], const char *const words[])
{
	int count = 0;
	argv[count++] = (char *)(uintptr_t) "dsfi";
	for (size_t i = 0; words[i]; i++) {
		assert(count < TYPED_MAX - 1);
		argv[count++] = (char *)(uintptr_t)words[i];
	}
	argv[count] = NULL;
	return count;
}

struct typed type_line(const char *const words[])
{
	struct typed typed = {.code = -1};
	size_t out_size;
	size_t err_size;
	FILE *out = open_memstream(&typed.out, &out_size);
	FILE *err = open_memstream(&typed.err, &err_size);
	assert(out && err);

	char *argv[TYPED_MAX];
	int argc = fill(argv, words);
	typed.code = cli_main(argc, argv, out, err);
	fclose(out);
	fclose(err);
	return typed;
}

void typed_release(struct typed *typed)
{
	free(typed->out);
	free(typed->err);
}

int parse_line(struct options *options, const char *const words[], struct complaint *complaint)
{
	char *argv[TYPED_MAX];
	int argc = fill(argv, words);
	*options = (struct options){.out = stdout, .err = stderr};
	return options_parse(options, argc, argv, complaint);
}
