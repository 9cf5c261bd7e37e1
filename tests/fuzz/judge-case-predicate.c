/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A test of a case, and behind a zero octet an observation that it is held against. Properties:
 * what is read is written in one form, which is read to the same; its sentence is a text; a verdict
 * is one of three and has lines that a message takes; a test that is made of a state is one that is
 * read.
 */
#include "judge/case/predicate.h"
#include "model/forms.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_MAX ((size_t)256 << 20)
#define PARENTS_MAX 4u
#define CHECKED_MAX 8u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *printed(const struct predicate *predicate)
{
	struct text text;
	text_init(&text, (size_t)4 << 20);
	predicate_print(predicate, &text);
	assert(text.error == OK);
	char *copy = strdup(text_get(&text));
	assert(copy != NULL);
	text_release(&text);
	return copy;
}

/* Its one form is read to the same. */
static void check_form(struct arena *arena, const struct predicate *predicate)
{
	struct predicate again;
	struct text sentence;
	char *once = printed(predicate);
	if (strlen(once) <= PREDICATE_OCTETS_MAX) {
		assert(predicate_parse(arena, once, &again, NULL) == OK);
		assert(again.count == predicate->count);
		char *twice = printed(&again);
		assert(strcmp(once, twice) == 0);
		free(twice);
	}
	text_init(&sentence, (size_t)4 << 20);
	predicate_sentence(predicate, &sentence);
	assert(sentence.error == OK && form_is_text(text_get(&sentence), (size_t)4 << 20));
	text_release(&sentence);
	free(once);
}

/* What checks might say of the first codes that the test names, each something else. */
static size_t make_checked(const struct predicate *predicate, const struct finding *findings,
			   struct predicate_checked *checked)
{
	size_t count = 0;
	for (size_t i = 0; i < predicate->count && count < CHECKED_MAX; i++) {
		const struct predicate_term *term = &predicate->terms[i];
		if (term->kind != PREDICATE_NOT_FOUND)
			continue;
		assert(term->item_count == 1 && strlen(term->items[0]) <= PREDICATE_CODE_MAX);
		checked[count] = (struct predicate_checked){
			.code = term->items[0],
			.unknown = count % 4 == 3 ? "nobody knows" : NULL,
			.findings = findings,
			.finding_count = count % 4 == 1 ? 2 : 0,
			.asks_servers = count % 2 == 0,
		};
		count++;
	}
	return count;
}

static void check_verdict(struct arena *arena, const struct predicate *predicate,
			  const struct observation *observation)
{
	struct predicate_verdict verdict;
	struct predicate_parent parents[PARENTS_MAX];
	size_t parent_count = 0;
	/* Whatever was received, as what the parent's addresses say. */
	for (; parent_count < PARENTS_MAX && parent_count + 1 < observation->message_count;
	     parent_count++) {
		const struct kept_message *messages = &observation->messages[parent_count];
		parents[parent_count] = (struct predicate_parent){.ip = {.family = 4},
								  .domain = observation->domain,
								  .ns = messages[0].wire,
								  .ds = messages[1].wire,
								  .ns_size = messages[0].size,
								  .ds_size = messages[1].size};
	}
	/* The same look twice, an hour apart: the store has seen it so since then. */
	struct observation later = *observation;
	later.started_s = observation->started_s / 2;
	const struct finding findings[] = {{.sentence = "it is lame", .server = "192.0.2.1"},
					   {.sentence = "all are lame \x7f"}};
	struct predicate_checked checked[CHECKED_MAX];
	const size_t checked_count = make_checked(predicate, findings, checked);
	const struct predicate_look looks[] = {{.observation = observation,
						.parents = parents,
						.parent_count = parent_count,
						.checked = checked,
						.checked_count = checked_count},
					       {.observation = &later, .state_since_s = 1}};
	if (predicate_evaluate(arena, predicate, looks, 2, &verdict) != OK)
		return;
	assert(verdict.result == CASE_PASSED || verdict.result == CASE_FAILED ||
	       verdict.result == CASE_NOT_MEASURED);
	assert(verdict.line_count > 0 && verdict.line_count <= PREDICATE_LINES_MAX);
	assert(verdict.vantage_count == 1);
	for (size_t i = 0; i < verdict.line_count; i++)
		assert(strlen(verdict.lines[i]) <= CASE_MESSAGE_LINE_MAX);
	assert(verdict.again_s == 0 || verdict.result == CASE_NOT_MEASURED);
}

static void check_made(struct arena *arena, const struct observation *observation)
{
	struct state_source source = {.domain = observation->domain};
	struct state state;
	struct predicate predicate;
	if (observation_state(arena, observation, &source.octets, &source.size) != OK ||
	    state_decode(arena, &source, NULL, &state) != OK)
		return;
	const struct predicate_states states = {&state, NULL};
	if (predicate_of_states(arena, &states, &predicate, NULL) == OK) {
		check_form(arena, &predicate);
		check_verdict(arena, &predicate, observation);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct predicate predicate;
	struct observation observation;
	struct complaint complaint = {""};
	char *text = malloc(size + 1);
	assert(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	arena_init(&arena, ARENA_MAX, 0);
	const size_t length = strlen(text);
	const int error = predicate_parse(&arena, text, &predicate, &complaint);
	assert(error == OK || complaint.text[0] != '\0');
	if (error == OK)
		check_form(&arena, &predicate);
	if (length < size && observation_decode(&arena, data + length + 1, size - length - 1,
						&observation, NULL) == OK) {
		if (error == OK)
			check_verdict(&arena, &predicate, &observation);
		check_made(&arena, &observation);
	}
	arena_release(&arena);
	free(text);
	return 0;
}
