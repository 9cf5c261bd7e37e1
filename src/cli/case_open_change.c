/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a notice says of a change: what was and is, signals with their points, and the test, which
 * is that it is as it was before. */
#include "cli/case_open_private.h"
#include "judge/case/predicate.h"
#include "model/forms.h"
#include "model/state.h"

#include <assert.h>
#include <string.h>

static int read_state(struct opening *opening, const uint8_t *octets, size_t size,
		      struct state *ret_state)
{
	const struct state_source source = {
		.domain = opening->name.octets, .octets = octets, .size = size};
	return state_decode(&opening->arena, &source, &opening->complaint, ret_state);
}

/* Name servers as the parent has them, DS, or that there is none. */
static int add_state(struct opening *opening, const struct state *state, const char *member)
{
	char text[NAME_TEXT_MAX];
	struct opening_lines lines;
	assert(state->host_count == 0 || state->hosts != NULL);
	int error = opening_lines_begin(opening, &lines);
	for (size_t i = 0; i < state->host_count && error == OK; i++) {
		if ((state->hosts[i].flags & HOST_AT_PARENT) != 0)
			error = opening_lines_add(opening, &lines, "NS %s",
						  name_to_text(state->hosts[i].name, text));
	}
	if (error == OK)
		error = opening_lines_add(opening, &lines,
					  state->ds_count > 0 ? "%u DS record%s" : "no DS",
					  state->ds_count, state->ds_count == 1 ? "" : "s");
	if (error == OK)
		opening_lines_end(opening, &lines, member, MEMBER_LINES);
	return error;
}

/* How long it must have been so, where somebody knows better than the TTLs. */
static int set_stands(struct opening *opening, struct predicate *predicate)
{
	if (!options_given(opening->cases.options, "stands"))
		return OK;
	struct predicate_term *terms =
		arena_take_array(&opening->cases.arena, predicate->count + 1, sizeof(*terms));
	if (terms == NULL)
		return opening_out_of_memory(opening);
	size_t count = 0;
	for (size_t i = 0; i < predicate->count; i++) {
		if (predicate->terms[i].kind != PREDICATE_STANDS)
			terms[count++] = predicate->terms[i];
	}
	/* The last of the terms that are made. */
	assert(count <= predicate->count && predicate->count - count <= 1);
	terms[count++] = (struct predicate_term){
		.kind = PREDICATE_STANDS,
		.number = (int64_t)(options_number(opening->cases.options, "stands") / 1000)};
	*predicate = (struct predicate){terms, count};
	return OK;
}

/* The newest state after the change's own that measured the domain. */
struct newest {
	struct opening *opening;
	int64_t after_s;
	struct state state;
	bool is_there;
};

static int take_newest(void *context, const struct store_past *past)
{
	struct newest *newest = context;
	int error = OK;
	for (size_t i = past->count; i-- > 0 && error == OK && !newest->is_there;) {
		const struct store_interval *interval = &past->intervals[i];
		if (interval->first_s <= newest->after_s)
			break;
		/* What the store gives lives only during its call. */
		const uint8_t *octets =
			arena_copy(&newest->opening->arena, interval->state, interval->state_size);
		if (octets == NULL)
			return opening_out_of_memory(newest->opening);
		error = read_state(newest->opening, octets, interval->state_size, &newest->state);
		newest->is_there = error == OK && !newest->state.not_measured;
	}
	return error;
}

/* That it is as it was before, whatever else came since. */
static int make_test(struct opening *opening, const struct change_found *found,
		     const struct predicate_states *states, struct predicate *ret_predicate)
{
	struct predicate_states three = *states;
	struct newest newest = {.opening = opening, .after_s = found->change.after_s};
	const int error = store_past_of(opening->cases.store, opening->name.octets, take_newest,
					&newest, &opening->complaint);
	if (error != OK)
		return error;
	assert(states->before != NULL && states->after != NULL);
	three.newest = newest.is_there ? &newest.state : NULL;
	return predicate_of_states(&opening->cases.arena, &three, ret_predicate,
				   &opening->complaint);
}

static int add_test(struct opening *opening, const struct change_found *found,
		    const struct predicate_states *states)
{
	struct predicate predicate;
	struct text text;
	if (opening_has_settled_test(opening))
		return OK;
	int error = make_test(opening, found, states, &predicate);
	if (error == ERR_NOT_FOUND) {
		command_note(opening->cases.options,
			     "no test: %s; --test gives one, and without one nothing can be "
			     "proven mended",
			     opening->complaint.text);
		return OK;
	}
	if (error == OK)
		error = set_stands(opening, &predicate);
	if (error != OK)
		return error;
	text_init(&text, PREDICATE_OCTETS_MAX);
	predicate_print(&predicate, &text);
	error = text.error;
	char *kept = arena_take_octets(&opening->cases.arena, text.length + 1);
	if (error == OK && kept == NULL)
		error = opening_out_of_memory(opening);
	else if (error == OK) {
		memcpy(kept, text_get(&text), text.length + 1);
		opening_add(opening, "test", MEMBER_TEXT)->text = kept;
	}
	text_release(&text);
	return error;
}

/* With what would clear it, where both fit in a line. */
static int add_signal(struct opening *opening, struct opening_lines *lines,
		      const struct change_reason *reason)
{
	char points[64], faded[64] = "";
	const size_t before = lines->count;
	const bool has_clears = !reason->is_factor && reason->points > 0;
	if (reason->is_factor)
		(void)snprintf(points, sizeof(points), "x%d.%d", reason->points / 100,
			       reason->points % 100 / 10);
	else
		(void)snprintf(points, sizeof(points), "%+d", reason->points);
	if (!reason->is_factor && reason->points != reason->fresh)
		(void)snprintf(faded, sizeof(faded), " (%+d when it was new)", reason->fresh);
	if (has_clears) {
		const int error =
			opening_lines_add(opening, lines, "%s %s: %s%s; what would clear it: %s",
					  reason->number, points, reason->sentence, faded,
					  reason->clears);
		if (error != OK || lines->count > before)
			return error;
	}
	return opening_lines_add(opening, lines, "%s %s: %s%s", reason->number, points,
				 reason->sentence, faded);
}

static int add_signals(struct opening *opening, const struct change *change)
{
	struct opening_lines lines;
	int error = opening_lines_begin(opening, &lines);
	assert(change->reason_count <= CHANGE_REASONS_MAX);
	for (size_t i = 0; i < change->reason_count && error == OK; i++)
		error = add_signal(opening, &lines, &change->reasons[i]);
	for (size_t i = 0; i < change->unknown_count && error == OK; i++)
		error = opening_lines_add(opening, &lines, "%s not known: %s: %s",
					  change->unknowns[i].number, change->unknowns[i].name,
					  change->unknowns[i].why);
	if (error == OK)
		opening_lines_end(opening, &lines, "signals", MEMBER_LINES);
	return error;
}

static int add_sentences(struct opening *opening, const struct change *change)
{
	struct text text;
	text_init(&text, CASE_MESSAGE_TEXT_MAX);
	for (size_t i = 0; i < change->sentence_count; i++)
		text_format(&text, "%s%s", i == 0 ? "" : "\n", change->sentences[i]);
	char *kept = NULL;
	int error = text.error;
	/* What is too long stays in the store. */
	const bool fits = error == OK && form_is_text(text_get(&text), CASE_MESSAGE_TEXT_MAX);
	if (fits)
		kept = arena_take_octets(&opening->cases.arena, text.length + 1);
	if (fits && kept != NULL) {
		memcpy(kept, text_get(&text), text.length + 1);
		opening_add(opening, "text", MEMBER_TEXT)->text = kept;
	}
	text_release(&text);
	return fits && kept == NULL ? opening_out_of_memory(opening) : OK;
}

/* The first of them as a line; all of them as a text, unless another one is given. */
static int add_sentence(struct opening *opening, const struct change *change)
{
	struct opening_lines line;
	const char *given = options_text(opening->cases.options, "sentence");
	int error = opening_lines_begin(opening, &line);
	if (error == OK && given == NULL)
		error = opening_lines_add(opening, &line, "%s: %s%s%s%s", opening->domain,
					  change->sentence_count > 0 ? change->sentences[0]
								     : "changed",
					  change->sentence_count > 1 ? "; " : "",
					  change->sentence_count > 1 ? change->sentences[1] : "",
					  change->sentence_count > 2 ? "; and more" : "");
	if (error != OK)
		return error;
	if (given == NULL && line.count == 0)
		return complain(&opening->complaint, ERR_LIMIT,
				"what changed does not fit in a line; --sentence says it");
	opening_add(opening, "sentence", MEMBER_LINE)->text = given != NULL ? given : line.items[0];
	if (options_given(opening->cases.options, "text") || change->sentence_count <= 2)
		return OK;
	return add_sentences(opening, change);
}

int opening_add_change(struct opening *opening, const struct change_found *found)
{
	struct state before, after;
	const struct predicate_states states = {.before = &before, .after = &after};
	const struct change *change = &found->change;
	assert(found->before != NULL && found->after != NULL);
	int error = read_state(opening, found->before, found->before_size, &before);
	if (error == OK)
		error = read_state(opening, found->after, found->after_size, &after);
	if (error == OK)
		error = add_sentence(opening, change);
	if (error == OK)
		error = add_state(opening, &before, "before");
	if (error == OK)
		error = add_state(opening, &after, "now");
	if (error == OK)
		error = opening_add_indicators(opening, &found->came);
	if (error == OK)
		error = add_signals(opening, change);
	if (error == OK)
		error = add_test(opening, found, &states);
	if (error != OK)
		return error;
	opening_add(opening, "since", MEMBER_TIME)->number = change->before_s;
	opening_add(opening, "seen", MEMBER_TIME)->number = change->after_s;
	opening_add(opening, "points", MEMBER_NUMBER)->number = change->score;
	return OK;
}
