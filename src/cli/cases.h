/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What subcommands about cases share: a store with its parties, one case's messages, each proven
 * again as it is read, what they come to (judge/case), and saying something in it: a draft becomes
 * a message of the party that signs here, is kept, noted in the audit and acknowledged in that
 * order, in one transaction.
 *
 * A case is named by its id or the beginning of one. Everything lives until cases_close.
 */
#ifndef CLI_CASES_H
#define CLI_CASES_H

#include "cli/allowed.h"
#include "cli/parties.h"
#include "judge/case/fold.h"
#include "keep/store/messages.h"
#include "model/case_message.h"

/* A case of as many messages as may be, each as large as it may be, is a GiB; no honest one is. */
#define CASES_ARENA_MAX ((size_t)1536 << 20)

#define OPTION_CASES_KEY                                                                \
	{                                                                               \
		.name = "key", .letter = 'k', .kind = OPTION_FILE, .argument = "FILE",  \
		.help = "the key file of the party that signs in this store, mode 0600" \
	}
#define OPTION_CASES_TO                                                         \
	{                                                                       \
		.name = "to", .kind = OPTION_LIST, .argument = "PARTY",         \
		.help = "who it is for: an id, the beginning of one, or a name" \
	}
#define OPTION_CASES_TLP                                                                 \
	{                                                                                \
		.name = "tlp", .kind = OPTION_CHOICE, .argument = "MARK",                \
		.choices = "clear|green|amber|amber+strict|red",                         \
		.help = "how far it may go (TLP 2.0); if not given, as what it is about" \
	}

struct cases {
	const struct options *options;
	struct complaint *complaint;
	struct store *store;
	struct parties parties;
	const struct party_file *self; /* NULL: the store is nobody's */
	struct arena arena;
	char id[ID_ROOM]; /* of the case that was loaded; "" */
	struct case_message *messages;
	size_t count, room;
	size_t left_out; /* not proven any more, since their author's keys ended before they were
			    made */
	struct case_clocks *clocks;
	struct case_view view; /* of the case that was loaded */
};

/* Clocks from the file that DSFI_CLOCKS names, else from CASES_CLOCKS_FILE where that is, else
 * those that came with the program. As case_clocks_new(), and what reading a file gives. */
#define CASES_CLOCKS_FILE "/etc/dsfi/clocks"
MUST_CHECK int cases_clocks(struct case_clocks **ret_clocks, struct complaint *complaint);

/* May who runs it do that? Then opens the store of the command, for ACCESS_READ only for reading,
 * and reads its parties. Closed in any case. */
MUST_CHECK int cases_open(const struct options *options, enum access_act act,
			  struct complaint *complaint, struct cases *ret_cases);
void cases_close(struct cases *cases);

/* Finds a case by what a person types, reads all its messages and folds them.
 * ERR_NOT_FOUND, ERR_ARGUMENT (several), ERR_DAMAGED (a message that was kept is none). */
MUST_CHECK int cases_load(struct cases *cases, const char *word);
/* The same of an id that is known. */
MUST_CHECK int cases_load_id(struct cases *cases, const char *id);

/* What messages of one case come to, by this store's parties and clocks. */
MUST_CHECK int cases_fold(struct cases *cases, const struct case_messages *messages,
			  struct case_view *ret_view);

/* A message of this case by id or the beginning of one. */
MUST_CHECK int cases_message(const struct cases *cases, const char *word,
			     const struct case_message **ret_message);

/*
 * What is to be said. `members` and the kind are the caller's; author, time and predecessors are
 * filled in. Recipients: `to` where some are given; else who wrote or got `about`; else everybody
 * who is in the case. The mark is that of `about`, or the case's, unless one is given.
 */
struct saying {
	enum case_message_kind kind;
	const struct case_message *about; /* NULL: the case */
	const struct case_member *members;
	size_t member_count;
	const char *act; /* for the audit: "ask" */
	/* What would not count is refused before it is signed: ERR_ARGUMENT, as below. */
	bool must_count;
};
MUST_CHECK int cases_say(struct cases *cases, const struct saying *saying,
			 struct case_message *ret_message);

/* Would it count after all that is here? ERR_ARGUMENT says what is lacking (cases_trial.c). */
MUST_CHECK int cases_would_count(struct cases *cases, const struct case_message *draft);

/* The summary of the loaded case, kept for lists; in the transaction of what made it change. */
MUST_CHECK int cases_keep_summary(struct cases *cases);
/* The same of every case that a party wrote in or got, when its file is another; `store` is open
 * for writing, and nothing is committed (cases_refresh.c). */
MUST_CHECK int cases_refresh(struct store *store, const struct options *options, const char *party,
			     struct complaint *complaint);
/* Prints what was said: ids, the state that follows, of a notice its test in words, and whether it
 * counts. */
MUST_CHECK int cases_tell_said(struct cases *cases, const struct case_message *message);
/* A line a duty of this party, and where the case stands. */
void cases_tell_expected(const struct cases *cases, struct text *text);
/* Until when: a time as messages have it, or how long from now ("72h"); Unix seconds. ERR_ARGUMENT
 * when it is neither, or over. */
MUST_CHECK int cases_due(const char *text, int64_t *ret_seconds, struct complaint *complaint);
/* When it was done: a time as messages have it, or how long ago. ERR_ARGUMENT when it is neither,
 * or still to come. */
MUST_CHECK int cases_when(const char *text, int64_t *ret_seconds, struct complaint *complaint);
/* Does a party speak for a domain? For judge/case; `context` is a struct parties. */
bool cases_speaks_for(void *context, const char *party, const char *domain);
/* A party's name for people; its id when it is not here, or another has the same name. */
const char *cases_party_name(const struct cases *cases, const char *id);

#endif
