/* SPDX-License-Identifier: GPL-3.0-or-later */
/* States, and which message leads from which to which: docs/format/case.md, which a test holds
 * against this. */
#include "judge/case/fold.h"

#include <assert.h>
#include <string.h>

struct state_row {
	const char *word, *meaning;
	bool is_open;
};

static const struct state_row states[] = {
	[CASE_INCOMPLETE] = {"incomplete", "the notice that opened it is not here", true},
	[CASE_NOTICED] = {"noticed", "something was seen, and nobody has been asked yet", true},
	[CASE_ASKED] = {"asked", "it was asked whether it was authorised", true},
	[CASE_SETTLED] = {"settled", "it was authorised, say those who speak for its domains",
			  false},
	[CASE_CONFIRMED] = {"confirmed", "it was not authorised, says one who speaks for a domain",
			    true},
	[CASE_REQUESTED] = {"requested", "somebody was asked to act", true},
	[CASE_ACTED] = {"acted", "somebody has acted; whether it is mended is to be measured",
			true},
	[CASE_VERIFIED] = {"verified", "its test has passed, measured by one who did not act",
			   true},
	[CASE_CLOSED] = {"closed", "it has ended, for a cause that has a name", false},
	[CASE_WITHDRAWN] = {"withdrawn", "who opened it has taken the notice back", false},
};
static_assert(sizeof(states) / sizeof(states[0]) == CASE_STATE_COUNT, "every state has its words");
static_assert(CASE_STATE_COUNT <= 16, "states are bits of 16");

const char *case_state_text(enum case_state state)
{
	assert((unsigned)state < CASE_STATE_COUNT);
	return states[state].word;
}

int case_state_from_text(const char *text, enum case_state *ret_state)
{
	for (unsigned i = 0; i < CASE_STATE_COUNT; i++) {
		if (strcmp(states[i].word, text) == 0) {
			*ret_state = (enum case_state)i;
			return OK;
		}
	}
	return ERR_NOT_FOUND;
}

const char *case_state_meaning(enum case_state state)
{
	assert((unsigned)state < CASE_STATE_COUNT);
	return states[state].meaning;
}

bool case_state_is_open(enum case_state state)
{
	assert((unsigned)state < CASE_STATE_COUNT);
	return states[state].is_open;
}

static const char *const authors[] = {"anybody", "opener", "speaker", "concerned",
				      "asked",   "others", "itself"};
static_assert(sizeof(authors) / sizeof(authors[0]) == CASE_AUTHOR_COUNT, "every author has a word");

const char *case_author_text(enum case_author author)
{
	assert((unsigned)author < CASE_AUTHOR_COUNT);
	return authors[author];
}

static const char *const conditions[] = {"always",       "opens",        "covers-all",
					 "in-the-past",  "before-proof", "fresh-test",
					 "after-proof",  "names-proof",  "undisputed",
					 "open-dispute", "of-notice"};
static_assert(sizeof(conditions) / sizeof(conditions[0]) == CASE_CONDITION_COUNT,
	      "every condition has its word");

const char *case_condition_text(enum case_condition condition)
{
	assert((unsigned)condition < CASE_CONDITION_COUNT);
	return conditions[condition];
}

#define INCOMPLETE CASE_IN(CASE_INCOMPLETE)
#define NOTICED CASE_IN(CASE_NOTICED)
#define ASKED CASE_IN(CASE_ASKED)
#define SETTLED CASE_IN(CASE_SETTLED)
#define CONFIRMED CASE_IN(CASE_CONFIRMED)
#define REQUESTED CASE_IN(CASE_REQUESTED)
#define ACTED CASE_IN(CASE_ACTED)
#define VERIFIED CASE_IN(CASE_VERIFIED)
#define CLOSED CASE_IN(CASE_CLOSED)
#define WITHDRAWN CASE_IN(CASE_WITHDRAWN)
/* Nobody knows yet whether it was authorised. */
#define EARLY (NOTICED | ASKED)
/* Not mended yet. */
#define UNMENDED (EARLY | CONFIRMED | REQUESTED | ACTED)
#define ALL (INCOMPLETE | UNMENDED | VERIFIED | SETTLED | CLOSED | WITHDRAWN)

#define STAYS CASE_STAYS, CASE_INCOMPLETE
#define BACK CASE_BACK, CASE_INCOMPLETE
#define GOES(state) CASE_GOES, state

static const struct case_transition rows[] = {
	{INCOMPLETE, CASE_MESSAGE_NOTICE, "authorised", CASE_BY_ANYBODY, CASE_OPENS,
	 GOES(CASE_ASKED)},
	{INCOMPLETE, CASE_MESSAGE_NOTICE, NULL, CASE_BY_ANYBODY, CASE_OPENS, GOES(CASE_NOTICED)},
	{ALL, CASE_MESSAGE_ACKNOWLEDGEMENT, NULL, CASE_BY_ANYBODY, CASE_ALWAYS, STAYS},
	{ALL, CASE_MESSAGE_NOTE, NULL, CASE_BY_ANYBODY, CASE_ALWAYS, STAYS},

	{NOTICED, CASE_MESSAGE_ASK, "authorised", CASE_BY_ANYBODY, CASE_ALWAYS, GOES(CASE_ASKED)},
	{ALL & ~(CLOSED | WITHDRAWN), CASE_MESSAGE_ASK, NULL, CASE_BY_ANYBODY, CASE_ALWAYS, STAYS},

	{EARLY | REQUESTED, CASE_MESSAGE_ANSWER, "authorised", CASE_BY_SPEAKER, CASE_COVERS_ALL,
	 GOES(CASE_SETTLED)},
	{UNMENDED | VERIFIED | SETTLED, CASE_MESSAGE_ANSWER, "authorised", CASE_BY_SPEAKER,
	 CASE_ALWAYS, STAYS},
	{EARLY | SETTLED, CASE_MESSAGE_ANSWER, "not-authorised", CASE_BY_SPEAKER, CASE_ALWAYS,
	 GOES(CASE_CONFIRMED)},
	{CONFIRMED | REQUESTED | ACTED | VERIFIED, CASE_MESSAGE_ANSWER, "not-authorised",
	 CASE_BY_SPEAKER, CASE_ALWAYS, STAYS},
	{ALL & ~(CLOSED | WITHDRAWN), CASE_MESSAGE_ANSWER, "unknown", CASE_BY_ANYBODY, CASE_ALWAYS,
	 STAYS},
	{ALL & ~(CLOSED | WITHDRAWN), CASE_MESSAGE_ANSWER, "other", CASE_BY_ANYBODY, CASE_ALWAYS,
	 STAYS},

	{EARLY | CONFIRMED, CASE_MESSAGE_REQUEST, NULL, CASE_BY_CONCERNED, CASE_ALWAYS,
	 GOES(CASE_REQUESTED)},
	{REQUESTED | ACTED | VERIFIED, CASE_MESSAGE_REQUEST, NULL, CASE_BY_CONCERNED, CASE_ALWAYS,
	 STAYS},

	{VERIFIED, CASE_MESSAGE_ACTION, NULL, CASE_BY_ASKED, CASE_BEFORE_PROOF, STAYS},
	{UNMENDED | VERIFIED, CASE_MESSAGE_ACTION, NULL, CASE_BY_ASKED, CASE_IN_THE_PAST,
	 GOES(CASE_ACTED)},

	{UNMENDED, CASE_MESSAGE_VERIFICATION, "passed", CASE_BY_OTHERS, CASE_FRESH_TEST,
	 GOES(CASE_VERIFIED)},
	{VERIFIED, CASE_MESSAGE_VERIFICATION, "passed", CASE_BY_OTHERS, CASE_FRESH_TEST, STAYS},
	{VERIFIED, CASE_MESSAGE_VERIFICATION, "failed", CASE_BY_OTHERS, CASE_AFTER_PROOF, BACK},
	{UNMENDED | VERIFIED, CASE_MESSAGE_VERIFICATION, "failed", CASE_BY_OTHERS, CASE_FRESH_TEST,
	 STAYS},
	{UNMENDED | VERIFIED, CASE_MESSAGE_VERIFICATION, "not-measured", CASE_BY_ANYBODY,
	 CASE_ALWAYS, STAYS},

	{VERIFIED, CASE_MESSAGE_CLOSURE, NULL, CASE_BY_OPENER, CASE_NAMES_PROOF, GOES(CASE_CLOSED)},
	{SETTLED, CASE_MESSAGE_CLOSURE, NULL, CASE_BY_OPENER, CASE_UNDISPUTED, GOES(CASE_CLOSED)},

	{CLOSED, CASE_MESSAGE_DISPUTE, NULL, CASE_BY_ANYBODY, CASE_OPEN_DISPUTE, BACK},
	{ALL, CASE_MESSAGE_DISPUTE, NULL, CASE_BY_ANYBODY, CASE_ALWAYS, STAYS},

	{ALL & ~(INCOMPLETE | WITHDRAWN), CASE_MESSAGE_RECALL, NULL, CASE_BY_ITSELF, CASE_OF_NOTICE,
	 GOES(CASE_WITHDRAWN)},
	{ALL, CASE_MESSAGE_RECALL, NULL, CASE_BY_ITSELF, CASE_ALWAYS, STAYS},
};

const struct case_transition *case_transition(size_t index)
{
	return index < sizeof(rows) / sizeof(rows[0]) ? &rows[index] : NULL;
}
