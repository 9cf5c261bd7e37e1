/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `dsfi case verify` takes of a scan's options (cli/gather.h): those that say how it is
 * measured. Which domains are, the case says, and it is measured from the beginning each time. The
 * scan reads the others all the same, so a row with all of them stands for the command while it
 * runs.
 */
#ifndef CLI_CASE_VERIFY_OPTIONS_H
#define CLI_CASE_VERIFY_OPTIONS_H

#include "cli/gather.h"

/* clang-format off */
#define CASE_VERIFY_LOOK_ROWS \
	OPTION_OWN, \
	{.name = "tsig-key", .kind = OPTION_FILE, .argument = "FILE", \
	 .help = "with --own: a TSIG key of your servers, for what a test asks of those; nobody " \
		 "else may be able to read the file"}, \
	OPTION_PROFILE, \
	OPTION_CONNECT, \
	OPTION_LOGINS, \
	{.name = "ca-file", .kind = OPTION_FILE, .argument = "FILE", \
	 .help = "certificates to trust, PEM (else DSFI_CA_FILE, else the system's)"}, \
	ROUTING_OPTION_ROWS, \
	{.name = "rate", .kind = OPTION_NUMBER, .argument = "N", .fallback = "0", \
	 .maximum = 10000000, \
	 .help = "questions a second in total; 0 for no limit"}, \
	ROOT_OPTION_ROWS, \
	{.name = "workers", .kind = OPTION_NUMBER, .argument = "N", .fallback = "0", \
	 .maximum = 256, \
	 .help = "processes that ask; 0 for one a core"}, \
	{.name = "test-network", .kind = OPTION_FLAG, \
	 .help = "addresses that are set aside for tests (198.18.0.0/15, 2001:db8::/32) are this " \
		 "network's own, as in a world"}, \
	{.name = "opt-out", .kind = OPTION_FILE, .argument = "FILE", \
	 .help = "addresses, prefixes and domains that must not be asked, one a line: what they " \
		 "would say is not measured"}, \
	{.name = "public-suffixes", .kind = OPTION_FILE, .argument = "FILE", \
	 .help = "the public suffix list, which tells who can register a name (else the one " \
		 "that came with libpsl)"}, \
	{.name = "contact", .kind = OPTION_TEXT, .argument = "TEXT", \
	 .help = "whom to write to about these questions; kept in each observation"}, \
	{.name = "vantage", .kind = OPTION_TEXT, .argument = "NAME", \
	 .help = "name of the place measured from (else the machine's name)"}

/* Nobody can give them here. They stand behind all others. */
#define CASE_VERIFY_SCAN_ROWS \
	{.name = "own-targets", .kind = OPTION_FLAG}, \
	{.name = "targets", .kind = OPTION_FILE}, \
	{.name = "resume", .kind = OPTION_FLAG}, \
	{.name = "in-flight", .kind = OPTION_NUMBER, .fallback = "0"}
#define CASE_VERIFY_SCAN_ROW_COUNT 4u
/* clang-format on */

#endif
