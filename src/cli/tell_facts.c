/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a domain shows of itself, whether or not anything is wrong with it. */
#include "cli/telling.h"

#include <assert.h>

static const char *const states[] = {
	[FACT_UNKNOWN] = "unknown", [FACT_ABSENT] = "absent", [FACT_PRESENT] = "present"};
static_assert(sizeof(states) / sizeof(states[0]) == FACT_STATE_COUNT, "a word each");

void tell_facts_json(const struct facts *facts, struct json *json)
{
	json_key(json, "facts");
	json_begin_object(json);
	for (enum fact fact = 0; fact < FACT_COUNT; fact++)
		json_put_text(json, fact_text(fact), states[facts->states[fact]]);
	json_end_object(json);
}

/* All facts of one state in a line; no line where there is none. */
static void put_state(const struct facts *facts, enum fact_state state, const char *title,
		      struct text *text)
{
	const char *before = title;

	assert(state < FACT_STATE_COUNT);
	for (enum fact fact = 0; fact < FACT_COUNT; fact++) {
		if (facts->states[fact] != state)
			continue;
		text_format(text, "%s%s", before, fact_text(fact));
		before = ", ";
	}
	if (before != title)
		text_add_char(text, '\n');
}

void tell_facts(const struct facts *facts, struct text *text)
{
	put_state(facts, FACT_PRESENT, "  · shows: ", text);
	put_state(facts, FACT_ABSENT, "  · does not show: ", text);
	put_state(facts, FACT_UNKNOWN, "  – not known: ", text);
}
