/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contacts and documents of others, tried and read by a process of its own (`dsfi reach`, hidden):
 * this program started anew, shut in before it reads what strangers send, with no store and no key.
 * What it is to try goes to it in a file without a name, what came of it comes back through a pipe
 * in lines (cli/reaching_private.h).
 *
 * When it dies, hangs or says what cannot be, what it told stays. What it was at is tried again,
 * each alone; what it dies of then is told to have failed, and the rest is gone on with.
 */
#ifndef CLI_REACHING_H
#define CLI_REACHING_H

#include "base/error.h"
#include "cli/command.h"
#include "cli/roots.h"
#include "gather/reach/reach.h"
#include "gather/registry/found.h"
#include "gather/registry/security_txt.h"

/* As many as parties of a store may have contacts: 16 of some thousand. */
#define REACHING_MAX 65536u

enum reaching_kind { REACHING_MAIL, REACHING_WEBHOOK, REACHING_RDAP, REACHING_SECURITY_TXT };
struct reaching_item {
	enum reaching_kind kind;
	const char *value;  /* an address, a URL */
	const char *domain; /* whom a document is about; else NULL */
	const char *octets; /* not NULL: a document that is here already, and is not fetched */
	size_t size;
};

enum reaching_state {
	REACHING_FAILED,
	REACHING_WORKED,
	REACHING_REFUSED,  /* a document came, and is none */
	REACHING_LEFT_OUT, /* the opt-out list has it: not known */
};
/* All pointers live during the call. */
struct reaching_result {
	size_t index;
	enum reaching_state state;
	const char *words;
	const struct found_list *found; /* of a document that worked; else nobody is in it */
	struct security_txt file;       /* of security.txt that worked */
};
/* Other than OK ends it. */
typedef int reaching_take(void *context, const struct reaching_result *result);

struct reaching {
	const struct reaching_item *items;
	size_t count;
	reaching_take *take; /* in the order in which they end */
	void *context;
	uint32_t patience_ms; /* for a silence, beyond --timeout; 0: half a minute */
};
/* `options` has REACHING_OPTION_ROWS. Whatever it returns, what was told is so. ERR_INTERRUPTED: a
 * signal came; ERR_ARGUMENT: --from is no address, an item is none; ERR_DAMAGED: the process dies
 * before it begins with anything. */
MUST_CHECK int reaching_run(const struct options *options, const struct reaching *reaching,
			    struct complaint *complaint);

/* clang-format off */
#define REACHING_OPTION_ROWS \
	{.name = "from", .kind = OPTION_TEXT, .argument = "ADDRESS", .fallback = "", \
	 .help = "who mail servers are told it is from (none: the null sender)"}, \
	{.name = "ca-file", .kind = OPTION_FILE, .argument = "FILE", \
	 .help = "whose certificates are believed (else DSFI_CA_FILE, else the system's)"}, \
	{.name = "timeout", .kind = OPTION_DURATION, .argument = "TIME", .fallback = "90s", \
	 .minimum = 1000, .maximum = 600000, \
	 .help = "the longest time for one of them"}, \
	{.name = "opt-out", .kind = OPTION_FILE, .argument = "FILE", \
	 .help = "addresses, prefixes and domains that must be neither asked nor connected to, " \
		 "one a line; what is with them alone is left out"}, \
	ROOT_OPTION_ROWS
/* clang-format on */

#endif
