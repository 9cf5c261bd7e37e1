/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contacts and documents of others, tried by a process of its own (`dsfi reach`, hidden): this
 * program started anew, shut in before it reads what strangers send, with no store and no key. What
 * it is to try goes to it in a file without a name, what came of it comes back through a pipe.
 */
#ifndef CLI_REACHING_H
#define CLI_REACHING_H

#include "base/error.h"
#include "cli/command.h"
#include "cli/roots.h"
#include "gather/reach/reach.h"
#include "gather/scan/http_response.h"

/* As many as parties of a store may have contacts: 16 of some thousand. */
#define REACHING_MAX 65536u

struct reaching_item {
	enum reach_kind kind;
	const char *value;
};
/* Pointers live during the call; body NULL unless a document came. Other than OK ends it. */
struct reaching_result {
	size_t index;
	bool worked;
	const char *words;
	const uint8_t *body;
	size_t body_size;
};
typedef int reaching_take(void *context, const struct reaching_result *result);

/* In the order in which they end. `options` has REACHING_OPTION_ROWS. ERR_DAMAGED: the process did
 * not tell of all. */
struct reaching {
	const struct reaching_item *items;
	size_t count;
	reaching_take *take;
	void *context;
};
MUST_CHECK int reaching_run(const struct options *options, const struct reaching *reaching,
			    struct complaint *complaint);

/* "mail", "webhook", "document" */
const char *reaching_kind_text(enum reach_kind kind);
MUST_CHECK int reaching_kind_from_text(const char *text, enum reach_kind *ret_kind);

/* clang-format off */
#define REACHING_OPTION_ROWS \
	{.name = "from", .kind = OPTION_TEXT, .argument = "ADDRESS", .fallback = "", \
	 .help = "who mail servers are told it is from (none: the null sender)"}, \
	{.name = "ca-file", .kind = OPTION_FILE, .argument = "FILE", \
	 .help = "whose certificates are believed (else DSFI_CA_FILE, else the system's)"}, \
	{.name = "timeout", .kind = OPTION_DURATION, .argument = "TIME", .fallback = "90s", \
	 .minimum = 1000, .maximum = 600000, \
	 .help = "the longest time for one of them"}, \
	ROOT_OPTION_ROWS
/* clang-format on */

#endif
