/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where resolution begins, for every command that resolves: root servers and trust anchors, from
 * --hints and --trust-anchor, else from DSFI_ROOT_HINTS and DSFI_TRUST_ANCHORS (a world sets them),
 * else IANA's, which are built in. A command puts ROOT_OPTION_ROWS among its options.
 */
#ifndef CLI_ROOTS_H
#define CLI_ROOTS_H

#include "base/arena.h"
#include "cli/command.h"
#include "dns/wire/message.h"
#include "net/address.h"

#include <stdbool.h>
#include <stddef.h>

/* 13 names with two addresses each, and room for a world's. */
#define ROOT_HINTS_MAX 64u
#define ROOT_ANCHORS_MAX 64u

struct roots {
	struct address *hints;
	size_t hint_count;
	struct record *anchors;
	size_t anchor_count;
};

/* In the arena. Errors and complaints are those of hints_from_file and anchors_from_file. */
MUST_CHECK int roots_read(const struct options *options, struct arena *arena,
			  struct roots *ret_roots, struct complaint *complaint);
/* Does `dsfi world run` run us? */
bool roots_is_in_world(void);
/* Questions a second to one server address: --per-server; inside a world, where nobody is
 * disturbed, no limit unless it was given. */
uint32_t roots_rate_per_server(const struct options *options);

/* clang-format off */
#define ROOT_OPTION_ROWS \
	{.name = "hints", .kind = OPTION_FILE, .argument = "FILE", \
	 .help = "root servers: addresses one a line, or a zone file " \
		 "(else DSFI_ROOT_HINTS, else IANA's)"}, \
	{.name = "trust-anchor", .kind = OPTION_FILE, .argument = "FILE", \
	 .help = "DS or DNSKEY records to trust, or a validator's RFC 5011 file " \
		 "(else DSFI_TRUST_ANCHORS, else IANA's)"}, \
	{.name = "per-server", .kind = OPTION_NUMBER, .argument = "N", .fallback = "50", \
	 .maximum = 1000000, \
	 .help = "questions a second to one server address; 0 for no limit, as inside a world"}
/* clang-format on */

#endif
