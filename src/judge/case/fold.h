/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A case: what its messages, taken together, come to: where it stands, who has to do what until
 * when, who knows of it, what is proven. A pure fold: the same messages give the same view in
 * whatever order they are given, and however often. Nothing is refused here: what is signed is
 * shown; a message that the table of transitions has no row for, or whose author may not, does not
 * count, and its step says why (docs/format/case.md tells the table; case_transition() is it).
 *
 * Order: no message stands before one that it names (in `after`, or as what it answers, recalls,
 * disputes, closes with); where that leaves a choice, by time of making, then by id. Messages that
 * others name and that are not here are listed: not everybody is sent everything.
 *
 * What the caller's clock says decides only what is overdue. Whom a party speaks for, the caller
 * knows from its parties' files, so two stores with the same messages and the same files show the
 * same.
 *
 * Ownership: the view lives in the arena and points into the messages, which must outlive it. A
 * case of 4,096 messages with 64 predecessors each takes some 20 MiB and tens of milliseconds, one
 * of twenty takes 20 KiB; nothing recurses.
 */
#ifndef JUDGE_CASE_FOLD_H
#define JUDGE_CASE_FOLD_H

#include "base/arena.h"
#include "base/error.h"
#include "judge/case/clocks.h"
#include "model/case_message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum case_state {
	CASE_INCOMPLETE, /* the notice that opened it is not here */
	CASE_NOTICED,
	CASE_ASKED,
	CASE_SETTLED,   /* authorised, say those who speak for all of its domains */
	CASE_CONFIRMED, /* not authorised, says one who speaks for one of them */
	CASE_REQUESTED,
	CASE_ACTED,
	CASE_VERIFIED,  /* a test has passed that counts */
	CASE_CLOSED,    /* for a cause that has a name */
	CASE_WITHDRAWN, /* its notice was recalled */
};
#define CASE_STATE_COUNT 10
/* "noticed"; values outside the enum are a bug. */
const char *case_state_text(enum case_state state);
MUST_CHECK int case_state_from_text(const char *text, enum case_state *ret_state);
/* In words: "somebody who may say so says that it was not authorised". */
const char *case_state_meaning(enum case_state state);
/* Is anything still to be done? False for settled, closed, withdrawn. */
bool case_state_is_open(enum case_state state);

/* --- the table ---------------------------------------------------------------------------------
 */

/* By whom a message must be to count. */
enum case_author {
	CASE_BY_ANYBODY,
	CASE_BY_OPENER,
	CASE_BY_SPEAKER,   /* speaks for a domain of the case that the message is about */
	CASE_BY_CONCERNED, /* the opener, or a speaker */
	CASE_BY_ASKED,     /* a speaker, or one whom a request that counts was sent to */
	CASE_BY_OTHERS,    /* who verifies is not who acted */
	CASE_BY_ITSELF,    /* who said what is taken back */
};
#define CASE_AUTHOR_COUNT 7
/* What must be so besides. */
enum case_condition {
	CASE_ALWAYS,
	CASE_OPENS,        /* it is the message that the case is named after */
	CASE_COVERS_ALL,   /* with what others said, all domains of the case are spoken for, and
			      nobody   who may say so said otherwise */
	CASE_IN_THE_PAST,  /* done no later than it is told */
	CASE_BEFORE_PROOF, /* done before a measurement that passed and is another's */
	CASE_FRESH_TEST,   /* the notice's test, measured after the last action, no later than told,
			      and nothing measured later failed */
	CASE_AFTER_PROOF,  /* and measured no earlier than what passed */
	CASE_NAMES_PROOF,  /* names a verification that passed and holds; no dispute is open */
	CASE_UNDISPUTED,   /* no dispute is open */
	CASE_OPEN_DISPUTE, /* it is not recalled, nor what it disputes */
	CASE_OF_NOTICE,    /* what it takes back is the notice */
};
#define CASE_CONDITION_COUNT 11
const char *case_author_text(enum case_author author);          /* "speaker" */
const char *case_condition_text(enum case_condition condition); /* "covers-all" */

enum case_move {
	CASE_GOES,  /* to the row's state */
	CASE_STAYS, /* counts, and the state is as it was */
	CASE_BACK,  /* from closed to the state before; from verified to where it stands unproven */
};

/* States in which a row holds, as bits. */
#define CASE_IN(state) (1u << (state))

struct case_transition {
	uint16_t from; /* CASE_IN(...) */
	enum case_message_kind kind;
	const char *word; /* in the message: its question, answer or result; NULL: any, or none */
	enum case_author by;
	enum case_condition condition;
	enum case_move move;
	enum case_state to; /* of CASE_GOES */
};
/* The index-th row; NULL behind the last. The first that fits holds. */
const struct case_transition *case_transition(size_t index);

/* --- folding -----------------------------------------------------------------------------------
 */

struct case_messages {
	const struct case_message *items;
	size_t count;
};

struct case_rules {
	int64_t now_s; /* for what is overdue */
	/* Does the party speak for the domain? NULL: nobody does. */
	bool (*speaks_for)(void *context, const char *party, const char *domain);
	void *context;
	const struct case_clocks *clocks;
};

/* A message and what it did. */
struct case_step {
	const struct case_message *message;
	bool counts;
	bool is_recalled;
	bool is_disputed;   /* by one that stands */
	const char *reason; /* why it does not count; NULL when it does */
	enum case_state state_after;
};

struct case_due {
	enum case_duty duty;
	const char *party; /* "" : anybody who has not acted */
	int64_t until_s;
	int64_t remind_s; /* from when on a reminder is fitting */
	bool is_overdue;
	const struct case_message *of; /* what it follows from */
};

struct case_knower {
	const char *party;
	int64_t since_s;       /* when the first message by it or to it was made */
	bool is_author;        /* has said anything */
	bool has_acknowledged; /* has said anything after it was told, or acknowledged */
	bool has_answered;     /* an answer that counts */
	bool has_acted;        /* an action that counts */
	/* For a domain of the case; where more than 256 know, told of those who said anything. */
	bool speaks;
};

struct case_dispute {
	const struct case_message *dispute;
	const struct case_message *of; /* NULL: not here */
	bool is_open;
};

enum case_result { CASE_RESULT_NONE, CASE_PASSED, CASE_FAILED, CASE_NOT_MEASURED };
/* "passed", as a verification says it; "none". */
const char *case_result_text(enum case_result result);

/* The newest verification that counts. */
struct case_proof {
	const struct case_message *verification; /* NULL: there is none */
	enum case_result result;
	const char *by;
	int64_t measured_s;
	bool holds; /* passed, and nothing since has made it void */
};

struct case_view {
	char id[ID_ROOM];
	enum case_state state;
	const struct case_message *notice; /* NULL: not here */
	const char *opener;                /* NULL: not known */
	const char *sentence;              /* of the notice; NULL */
	const char *test;                  /* of the notice; NULL: it has none */
	const char *const *domains;        /* of the notice */
	size_t domain_count;
	/* Named by others in messages that count, and not in the notice. */
	const char *const *other_domains;
	size_t other_domain_count;
	enum tlp tlp; /* the strictest of all messages */
	const struct case_clock *clock;
	uint64_t clocks_mark; /* of the table that it is from */
	bool is_confirmed;    /* one who may say so said that it was not authorised */
	int64_t first_s, last_s;
	const struct case_step *steps; /* in order */
	size_t step_count;
	const struct case_due *dues; /* by time, then duty, then party */
	size_t due_count;
	size_t overdue_count;
	const struct case_knower *knows; /* by time, then party */
	size_t knower_count;
	const char *const *missing; /* ids, sorted */
	size_t missing_count;
	/* The newest messages, which the next one is to name: no other names them. At most
	 * CASE_MESSAGE_AFTER_MAX, the last in order; sorted by id. */
	const char *const *heads;
	size_t head_count;
	const struct case_dispute *disputes;
	size_t dispute_count;
	size_t open_dispute_count;
	struct case_proof proof;
	const char *cause; /* NULL: not closed */
	int64_t closed_s;
};

/*
 * All messages are of one case, in any order; one that is there twice counts once. ERR_ARGUMENT:
 * none, or of several cases; ERR_LIMIT: more than CASE_MESSAGE_CASE_MAX; ERR_FORMAT: they name each
 * other in a circle, which no messages with their proper ids can; ERR_MEMORY.
 */
MUST_CHECK int case_fold(struct arena *arena, const struct case_messages *messages,
			 const struct case_rules *rules, struct case_view *ret_view,
			 struct complaint *complaint);

/* Is the id that of a message that the step list has? NULL: no. */
const struct case_step *case_step_find(const struct case_view *view, const char *id);
/* One line for people: "action of REGISTRAR: name servers put back"; in the arena, NULL: no
 * memory. Parties by id; the caller may have names. */
const char *case_message_line(struct arena *arena, const struct case_message *message);
/* What it says without whose it is: "not-authorised: nobody ordered it"; "" where nothing is said.
 */
const char *case_message_words(struct arena *arena, const struct case_message *message);
/* What a party is to do, as a sentence without its name: "answer whether it was authorised". */
const char *case_due_sentence(const struct case_due *due);

/* --- summaries ---------------------------------------------------------------------------------
 */

/* What a list shows of a case, so that it reads no message (store_summary_put). Made anew when a
 * message comes, when parties' files or the clocks' table change. Of what a message marked TLP:RED
 * says it has nothing; only the state, the mark and the numbers of messages, disputes and dues come
 * of it, too. */
#define CASE_SUMMARY_VERSION 1
/* A sentence, a cause, a name and some numbers. */
#define CASE_SUMMARY_OCTETS_MAX 4096u

struct case_summary {
	enum case_state state;
	enum tlp tlp;
	bool is_confirmed;
	enum case_result result; /* of the newest verification that counts */
	uint32_t message_count, missing_count, domain_count, open_dispute_count, due_count;
	int64_t first_s, last_s;
	int64_t due_s;        /* the first that is not TLP:RED; 0: there is none */
	uint64_t clocks_mark; /* by which it is (case_clocks_mark) */
	enum case_duty duty;
	char due_party[ID_ROOM]; /* "" : anybody */
	char opener[ID_ROOM];    /* "" : not known, or TLP:RED */
	const char *domain;      /* the first; "" : none */
	const char *sentence;    /* "" : not known */
	const char *cause;       /* "" : not closed */
};
/* The texts are the view's. */
void case_summary_make(const struct case_view *view, struct case_summary *ret_summary);
MUST_CHECK int case_summary_encode(const struct case_summary *summary, uint8_t *octets, size_t room,
				   size_t *ret_size);
/* Texts in the arena. ERR_UNSUPPORTED: of a newer version; ERR_FORMAT; ERR_MEMORY. */
MUST_CHECK int case_summary_decode(struct arena *arena, const uint8_t *octets, size_t size,
				   struct case_summary *ret_summary);

#endif
