/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that fold share: messages in order, parties by number, and what is known so far.
 */
#ifndef JUDGE_CASE_FOLD_PRIVATE_H
#define JUDGE_CASE_FOLD_PRIVATE_H

#include "judge/case/fold.h"

#define NO_STEP UINT32_MAX

/* Messages in order, each once; what each names, by place. */
struct case_order {
	struct arena *arena;
	size_t count;
	const struct case_message **items;
	uint32_t *of;           /* the step that it answers, recalls, disputes, ...; NO_STEP */
	uint32_t *verification; /* of closures; NO_STEP */
	const char *const *missing;
	size_t missing_count;
	const char *const *heads;
	size_t head_count;
};
/* Errors of case_fold. */
MUST_CHECK int case_order_make(struct arena *arena, const struct case_messages *messages,
			       struct case_order *ret_order, struct complaint *complaint);
/* The first eight characters of an id as a number: in the order of the ids, and mostly enough. */
uint64_t case_id_begin(const char *id);
/* The text of a member, NULL when it is not there. */
const char *case_text_of(const struct case_message *message, const char *member);
/* A time of the body, or `otherwise`. */
int64_t case_time_of(const struct case_message *message, const char *member, int64_t otherwise);

enum case_speaks { SPEAKS_NOT_ASKED, SPEAKS_FOR_NONE, SPEAKS_FOR_SOME };

/* One who wrote, or was written to. */
struct case_party {
	const char *id;
	enum case_speaks speaks;
	const uint8_t *speaks_for; /* an octet a domain of the notice; NULL unless for some */
	bool is_requested;         /* a request that counts went to it */
	bool has_acted, has_answered, is_told, is_author, has_acknowledged;
	int64_t since_s;
	uint32_t last_action; /* step; NO_STEP */
};

/* What the messages so far come to. */
struct case_folding {
	struct arena *arena;
	const struct case_rules *rules;
	struct case_order order;
	struct case_view *view;
	struct case_step *steps;
	struct case_party *parties; /* by id */
	size_t party_count;
	uint32_t *authors;  /* party of each step */
	uint32_t *to;       /* parties that steps are for, and where those of each begin */
	uint32_t *first_to; /* one more than steps */
	int64_t *times;     /* of each step: when it was done, or measured; else made */
	bool *holds;        /* of each step: a test that passed and still counts */
	bool *is_open;      /* of each step: a dispute that stands */
	uint8_t *is_spoken; /* of each domain: somebody who may says that it was authorised */
	enum case_state state, before_proof, before_close;
	int64_t seen_s;        /* when the notice's author last saw it so */
	int64_t last_action_s; /* when it was done; INT64_MIN: none was */
	int64_t last_failed_s; /* measured */
	/* Steps; NO_STEP: none. */
	uint32_t last_action, last_proof, last_failed, last_pass, confirming, closing;
	size_t open_disputes; /* so far */
	bool is_requested;    /* of anybody */
	int error;
};

/* Does it speak for a domain of the case that the message is about? */
bool case_speaks_here(struct case_folding *folding, uint32_t party,
		      const struct case_message *message);
/* Is the index-th domain of the notice one that the message is about? */
bool case_is_about(const struct case_folding *folding, const struct case_message *message,
		   size_t domain);

/* rules.c: does a row hold for a step? NULL: yes, else why not. */
const char *case_author_may(struct case_folding *folding, uint32_t step, enum case_author by);
const char *case_condition_holds(struct case_folding *folding, uint32_t step,
				 enum case_condition condition);

/* dues.c: who knows, and who has to do what. */
MUST_CHECK int case_dues_make(struct case_folding *folding);
MUST_CHECK int case_knows_make(struct case_folding *folding);

#endif
