/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `dsfi scan` and `dsfi check` have in common: targets in, observations out, kept in a store
 * if one is named, with progress, interruption and going on again.
 *
 * A command puts GATHER_OPTION_ROWS among its options and calls gather_run with what is to be
 * printed of each observation; findings are stored with it. gather_run prints what went wrong
 * and gives the exit code: EXIT_FINE, EXIT_USAGE, EXIT_UNMEASURED (not one domain could be
 * measured), EXIT_UNABLE, EXIT_INTERRUPTED.
 */
#ifndef CLI_GATHER_H
#define CLI_GATHER_H

#include "cli/command.h"
#include "cli/roots.h"
#include "cli/telling.h"

#include <stdbool.h>
#include <stdint.h>

struct gather_job {
	uint8_t telling;       /* enum telling, with TELLING_WITH_FACTS */
	bool judges;           /* by every check, at the time of the look */
	const char *done_word; /* "scanned", "checked": for the last line */
	unsigned int needs;    /* NEED_* beside what the options ask for */
	const char *store;     /* where to keep it when --store names none; NULL: nowhere */
	/* Names in wire form, one behind the other, whose addresses are looked up, too; size 0:
	 * none. */
	const uint8_t *asked;
	size_t asked_size;
};

struct gather_summary {
	uint64_t domains;  /* observations taken */
	uint64_t measured; /* of them, those whose parent could be asked */
	uint64_t sound;    /* nothing found, and every check made */
	unsigned worst;    /* enum severity of anything found; 0: nothing */
	uint64_t queries;
	uint64_t elapsed_ms;
};

/* NEED_* of one of OPTION_PROFILE's choices. */
unsigned int profile_needs(const char *name);
/* NEED_* of --profile and of those options that ask for more (OPTION_OWN, OPTION_CONNECT). */
unsigned int options_needs(const struct options *options);

MUST_CHECK int gather_run(const struct options *options, const struct gather_job *job,
			  struct gather_summary *ret_summary);

/* clang-format off */
#define OPTION_PROFILE OPTION_PROFILE_ELSE("default")
#define OPTION_PROFILE_ELSE(without) \
	{.name = "profile", .kind = OPTION_CHOICE, .argument = "PROFILE", .fallback = (without), \
	 .choices = "default|delegation|dnssec|full|registry|operator|mail|" \
		    "kindns-critical|kindns-zones|manrs", \
	 .help = "what to look at, and by which practices to score it"}
#define OPTION_OWN \
	{.name = "own", .kind = OPTION_FLAG, \
	 .help = "the domains are yours: also ask for transfers, recursion and updates, which " \
		 "nobody else has agreed to"}
#define ROUTING_OPTION_ROWS \
	{.name = "routes", .kind = OPTION_FILE, .argument = "FILE", \
	 .help = "who announces which prefix: pfx2as or riswhoisdump, told apart by what " \
		 "is in it (else DSFI_ROUTES)"}, \
	{.name = "vrps", .kind = OPTION_FILE, .argument = "FILE", \
	 .help = "what a validator says of ROAs: CSV or JSON of rpki-client or Routinator " \
		 "(else DSFI_VRPS); needs routes"}, \
	{.name = "rtr", .kind = OPTION_TEXT, .argument = "HOST:PORT", \
	 .help = "take the VRPs from this cache (RPKI-to-Router) instead of a file"}
#define OPTION_CONNECT \
	{.name = "connect", .kind = OPTION_FLAG, \
	 .help = "also connect to the domains' mail servers (TCP port 25, STARTTLS), web servers " \
		 "with TLSA records and MTA-STS policies (443): third parties' machines, one " \
		 "connection a second to an address at most, no mail"}
#define OPTION_LOGINS \
	{.name = "logins", .kind = OPTION_FLAG, \
	 .help = "also look up mail, vpn, sso and seven more such names below each domain, for " \
		 "'dsfi changes' to tell when those alone lead elsewhere: 20 questions a domain"}
/* How it is looked at; each command that looks has them. */
#define GATHER_LOOK_ROWS \
	OPTION_OWN, \
	{.name = "tsig-key", .kind = OPTION_FILE, .argument = "FILE", \
	 .help = "with --own: a TSIG key of your servers, as tsig-keygen prints it or " \
		 "'algorithm:name:secret', to find out under which algorithms they take it; " \
		 "nobody else may be able to read the file"}, \
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
	 .help = "addresses, prefixes and domains that must not be asked, one a line; nor name " \
		 "servers, mail and web servers whose names are below such a domain"}, \
	{.name = "public-suffixes", .kind = OPTION_FILE, .argument = "FILE", \
	 .help = "the public suffix list, which tells who can register a name (else the one " \
		 "that came with libpsl)"}, \
	{.name = "contact", .kind = OPTION_TEXT, .argument = "TEXT", \
	 .help = "whom to write to about these questions; kept in each observation"}, \
	{.name = "vantage", .kind = OPTION_TEXT, .argument = "NAME", \
	 .help = "name of the place measured from (else the machine's name)"}
#define GATHER_OPTION_ROWS \
	{.name = "targets", .kind = OPTION_FILE, .argument = "FILE", \
	 .help = "take the domains from a list, one a line; - is standard input"}, \
	{.name = "store", .kind = OPTION_FILE, .argument = "FILE", \
	 .help = "keep what is seen in this store"}, \
	{.name = "resume", .kind = OPTION_FLAG, \
	 .help = "go on with the store's last unfinished run"}, \
	{.name = "own-targets", .kind = OPTION_FLAG, \
	 .help = "with --own and --targets: every domain of the list is yours"}, \
	{.name = "in-flight", .kind = OPTION_NUMBER, .argument = "N", .fallback = "0", \
	 .maximum = 100000, \
	 .help = "domains that one worker looks at at a time; 0 for 2,000, or fewer when " \
		 "--rate keeps no more busy"}, \
	GATHER_LOOK_ROWS
/* What a scan reads of a command that measures given domains from the beginning each time. Nobody
 * can give them there: they stand behind all others, and in the row that stands for the command
 * while it measures. */
#define GATHER_UNGIVEN_ROWS \
	{.name = "own-targets", .kind = OPTION_FLAG}, \
	{.name = "targets", .kind = OPTION_FILE}, \
	{.name = "resume", .kind = OPTION_FLAG}, \
	{.name = "in-flight", .kind = OPTION_NUMBER, .fallback = "0"}
#define GATHER_UNGIVEN_ROW_COUNT 4u
/* clang-format on */

#endif
