/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What subcommands about parties and cases share: the parties of a store, read once; finding one by
 * what a person types; whom to believe; the key file of the party that signs here; an entry in the
 * audit under the account that runs dsfi.
 */
#ifndef CLI_PARTIES_H
#define CLI_PARTIES_H

#include "base/arena.h"
#include "base/text.h"
#include "cli/command.h"
#include "keep/store/store.h"
#include "model/party.h"

#define PARTIES_STORE "dsfi.sqlite"
/* Files of some KiB each. */
#define PARTIES_ARENA_MAX ((size_t)512 << 20)
/* Shorter beginnings of an id are more likely slips. */
#define PARTIES_PREFIX_MIN 4u

#define OPTION_PARTIES_STORE                                                             \
	{                                                                                \
		.name = "store", .letter = 's', .kind = OPTION_FILE, .argument = "FILE", \
		.help = "the store", .fallback = PARTIES_STORE                           \
	}

struct parties {
	struct arena arena;
	struct party_file *list; /* the newest version of each, in order of id */
	size_t count, room;
	char self[ID_ROOM]; /* "" when the store is nobody's yet */
	struct complaint *complaint;
};
/* ERR_DAMAGED where a party that was kept is none. Released in any case. */
MUST_CHECK int parties_load(struct store *store, struct complaint *complaint,
			    struct parties *ret_parties);
void parties_release(struct parties *parties);
/* By id, the beginning of one, or its whole name; NULL: whose store it is. ERR_NOT_FOUND,
 * ERR_ARGUMENT (several). */
MUST_CHECK int parties_find(const struct parties *parties, const char *word,
			    struct complaint *complaint, const struct party_file **ret_party);
const struct party_file *parties_by_id(const struct parties *parties, const char *id);
/* Of what comes from others. */
struct case_trust parties_trust(struct parties *parties);
/* Of what the store holds: its time was looked at when it was filed, and a clock may have been set
 * back since. */
struct case_trust parties_trust_filed(struct parties *parties);

/* party_differs.c: what the newer version says otherwise than the older one, a line each. */
void parties_differ(const struct party_file *older, const struct party_file *newer,
		    struct text *text);
bool parties_scope_differs(const struct party_file *older, const struct party_file *newer);

/* Opens the store of the option --store, or PARTIES_STORE, for writing. While somebody else writes,
 * a scan or a watch's, it waits, fifteen seconds at most, and says so. As store_open(). */
MUST_CHECK int parties_store_open(const struct options *options, struct store **ret_store,
				  struct complaint *complaint);

/* Of mode 0600; whoever gets it wipes it. */
MUST_CHECK int parties_key(const char *path, struct complaint *complaint,
			   struct secret_key *ret_key);
int64_t parties_now(void);
/* What others said, for a terminal: as it is, or that it cannot be shown. */
const char *parties_shown(const char *text);
/* The account that runs this, as the audit names it: "ana (1000)". */
#define PARTIES_ACCOUNT_MAX 128u
void parties_account(char ret_account[PARTIES_ACCOUNT_MAX]);
/* In the same transaction as what was done. */
MUST_CHECK int parties_audit(struct store *store, const char *act, const char *subject,
			     const char *detail, struct complaint *complaint);

#endif
