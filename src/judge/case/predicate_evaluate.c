/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is it so? Each look is held against the terms that concern its domain, and each decides, but for
 * those that are called earlier: they say since when. */
#include "base/text.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "judge/case/predicate_private.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of one line; a message of a case takes no longer ones. */
#define LINE_OCTETS_MAX ((size_t)CASE_MESSAGE_LINE_MAX)
/* Of a set that is told. */
#define ITEMS_TOLD_MAX 8u

enum weight { DECIDES, LACKS, AGREES, WEIGHTS };

struct evaluation {
	struct arena *arena;
	const struct predicate *predicate;
	const struct predicate_look **looks; /* by vantage, domain, those that decide, then the
					      newest first */
	size_t count;
	const char **lines[WEIGHTS];
	size_t line_counts[WEIGHTS];
	bool *is_answered; /* of each term: a look of the vantage at hand concerns it */
	const char **vantages;
	size_t vantage_count, passed_count;
	bool has_failed, is_lacking;
	bool names_findings; /* a term does */
	int64_t measured_s, since_s;
	int64_t stands_s, wanted_vantages;
	int error;
};

static const char *vantage_of(const struct predicate_look *look)
{
	return look->observation->vantage != NULL ? look->observation->vantage : "";
}

static const char *vantage_said(const struct predicate_look *look)
{
	return vantage_of(look)[0] != '\0' ? vantage_of(look) : "here";
}

/* ---- lines ---- */

/* Such as goes into a message; NULL and the error set: no memory. */
static char *plain(struct evaluation *evaluation, const char *text)
{
	char *line = arena_text(evaluation->arena, text);
	if (line == NULL)
		evaluation->error = ERR_MEMORY;
	for (size_t i = 0; line != NULL && line[i] != '\0'; i++) {
		if (line[i] < ' ' || line[i] > '~')
			line[i] = '?';
	}
	return line;
}

static void tell(struct evaluation *evaluation, enum weight weight, const char *format, ...)
	PRINTF_LIKE(3, 4);
static void tell(struct evaluation *evaluation, enum weight weight, const char *format, ...)
{
	char buffer[LINE_OCTETS_MAX + 1];
	va_list arguments;
	assert(weight < WEIGHTS);
	va_start(arguments, format);
	(void)vsnprintf(buffer, sizeof(buffer), format, arguments);
	va_end(arguments);
	char *line = plain(evaluation, buffer);
	/* What is cut may end anywhere; a line of a message does not end with a space. */
	for (size_t end = line != NULL ? strlen(line) : 0; end > 0 && line[end - 1] == ' '; end--)
		line[end - 1] = '\0';
	/* Two looks of one place may say the same. */
	for (size_t i = 0; line != NULL && i < evaluation->line_counts[weight]; i++) {
		if (strcmp(evaluation->lines[weight][i], line) == 0)
			return;
	}
	if (line != NULL && evaluation->line_counts[weight] < PREDICATE_LINES_MAX)
		evaluation->lines[weight][evaluation->line_counts[weight]++] = line;
}

static const char *items_told(struct evaluation *evaluation, const struct reading *reading)
{
	struct text text;
	text_init(&text, LINE_OCTETS_MAX);
	for (size_t i = 0; i < reading->item_count && i < ITEMS_TOLD_MAX; i++) {
		text_add(&text, i > 0 ? ", " : "");
		text_format(&text, "%.80s", reading->items[i]);
	}
	if (reading->item_count > ITEMS_TOLD_MAX)
		text_format(&text, " and %zu more", reading->item_count - ITEMS_TOLD_MAX);
	const char *told =
		reading->item_count == 0 ? "none" : arena_text(evaluation->arena, text_get(&text));
	text_release(&text);
	if (told == NULL)
		evaluation->error = ERR_MEMORY;
	return told != NULL ? told : "";
}

/* ---- one term ---- */

static bool has_item(const struct predicate_term *term, const char *item)
{
	for (size_t i = 0; i < term->item_count; i++) {
		if (strcmp(term->items[i], item) == 0)
			return true;
	}
	return false;
}

static bool is_so(const struct predicate_term *term, const struct reading *reading)
{
	switch (predicate_word_of(term->kind)->sense) {
	case SENSE_MATCHES:
		return reading->matches;
	case SENSE_NONE_OF:
		for (size_t i = 0; i < reading->item_count; i++) {
			if (has_item(term, reading->items[i]))
				return false;
		}
		return true;
	case SENSE_NOT_FOUND:
		return reading->item_count == 0;
	default:
		break;
	}
	if (term->item_count != reading->item_count)
		return false;
	/* Both are sorted, and have each item once. */
	for (size_t i = 0; i < term->item_count; i++) {
		if (strcmp(term->items[i], reading->items[i]) != 0)
			return false;
	}
	return true;
}

static const char *name_of_term(const struct predicate_term *term)
{
	return term->name != NULL ? term->name : "";
}

static bool is_of_check(const struct predicate_term *term)
{
	return predicate_word_of(term->kind)->sense == SENSE_NOT_FOUND;
}

/* Before the bracket: the code of a finding, or the word of the records. */
static const char *word_of_term(const struct predicate_term *term)
{
	assert(!is_of_check(term) || term->item_count == 1);
	return is_of_check(term) ? term->items[0] : predicate_word_of(term->kind)->word;
}

static const char *told_of(struct evaluation *evaluation, const struct predicate_term *term,
			   const struct reading *reading)
{
	if (predicate_word_of(term->kind)->sense == SENSE_MATCHES)
		return reading->matches ? "matches" : "does not match";
	if (!is_of_check(term))
		return items_told(evaluation, reading);
	/* A sentence is told whole. */
	return reading->item_count > 0 ? reading->items[0] : "not found";
}

static void tell_reading(struct evaluation *evaluation, const struct predicate_look *look,
			 const struct predicate_term *term, const struct reading *reading)
{
	const char *from = vantage_said(look);
	const char *at = reading->where != NULL ? " at " : "";
	const char *where = reading->where != NULL ? reading->where : "";
	if (reading->unknown != NULL)
		tell(evaluation, reading->is_passed_over ? AGREES : LACKS,
		     "%s(%.255s)%s%s, from %s: not known: %s", word_of_term(term),
		     name_of_term(term), at, where, from, reading->unknown);
	else
		tell(evaluation, is_so(term, reading) ? AGREES : DECIDES,
		     "%s(%.255s)%s%s, from %s: %s", word_of_term(term), name_of_term(term), at,
		     where, from, told_of(evaluation, term, reading));
}

static enum case_result judge_readings(struct evaluation *evaluation,
				       const struct readings *readings,
				       const struct predicate_term *term, bool is_telling)
{
	enum case_result result = CASE_PASSED;
	size_t known = 0;
	for (size_t i = 0; i < readings->count; i++) {
		const struct reading *reading = &readings->items[i];
		if (is_telling)
			tell_reading(evaluation, readings->look, term, reading);
		known += reading->unknown == NULL;
		if (reading->unknown != NULL && !reading->is_passed_over)
			result = result == CASE_PASSED ? CASE_NOT_MEASURED : result;
		else if (reading->unknown == NULL && !is_so(term, reading))
			result = CASE_FAILED;
	}
	if (known > 0)
		return result;
	if (is_telling && readings->count == 0)
		tell(evaluation, LACKS, "%s(%.255s), from %s: nobody was asked", word_of_term(term),
		     name_of_term(term), vantage_said(readings->look));
	return CASE_NOT_MEASURED;
}

/* By all terms that concern the look; CASE_RESULT_NONE: none does. */
static enum case_result judge_look(struct evaluation *evaluation, const struct predicate_look *look,
				   bool decides)
{
	enum case_result result = CASE_RESULT_NONE;
	struct readings readings;
	evaluation->error = readings_begin(evaluation->arena, look, &readings);
	for (size_t i = 0; i < evaluation->predicate->count && evaluation->error == OK; i++) {
		const struct predicate_term *term = &evaluation->predicate->terms[i];
		if (!readings_concern(&readings, term))
			continue;
		readings_take(&readings, term);
		const enum case_result one = judge_readings(evaluation, &readings, term, decides);
		if (decides)
			evaluation->is_answered[i] = true;
		if (one == CASE_FAILED || result == CASE_PASSED || result == CASE_RESULT_NONE)
			result = one;
		if (readings.error != OK)
			evaluation->error = readings.error;
	}
	return result;
}

/* ---- since when ---- */

static bool is_of(const struct predicate_look *left, const struct predicate_look *right)
{
	return strcmp(vantage_of(left), vantage_of(right)) == 0 &&
	       name_equal(left->observation->domain, right->observation->domain);
}

static int64_t known_since(const struct evaluation *evaluation, const struct predicate_look *look)
{
	int64_t since_s = look->observation->started_s;
	if (look->all_since_s > 0 && look->all_since_s < since_s)
		since_s = look->all_since_s;
	/* A state has neither all addresses of the parent, nor times, nor all that checks read. */
	if (look->parent_count <= 1 && !evaluation->names_findings && look->state_since_s > 0 &&
	    look->state_since_s < since_s)
		since_s = look->state_since_s;
	return since_s;
}

/* What one address of the parent said does not show what all of them did. */
static bool knows_as_much(const struct predicate_look *earlier, const struct predicate_look *look)
{
	return earlier->parent_count > 0 || look->parent_count <= 1;
}

/* The look at `first` decides, and has passed. Of earlier ones of its place and domain, what was
 * not measured says nothing; what failed ends it, whatever is claimed. */
static int64_t stands_since(struct evaluation *evaluation, size_t first)
{
	assert(first < evaluation->count);
	const struct predicate_look *newest = evaluation->looks[first];
	assert(!newest->is_earlier);
	int64_t seen_s = newest->observation->started_s;
	int64_t since_s = known_since(evaluation, newest);
	for (size_t i = first + 1; i < evaluation->count; i++) {
		const struct predicate_look *look = evaluation->looks[i];
		if (!is_of(newest, look))
			break;
		if (!look->is_earlier)
			continue;
		const enum case_result result = judge_look(evaluation, look, false);
		if (evaluation->error != OK)
			break;
		if (result == CASE_FAILED)
			return since_s > look->observation->started_s ? since_s : seen_s;
		if (result != CASE_PASSED || !knows_as_much(look, newest))
			continue;
		seen_s = look->observation->started_s;
		if (known_since(evaluation, look) < since_s)
			since_s = known_since(evaluation, look);
	}
	return since_s;
}

/* ---- one place, and all ---- */

static void count_in(struct evaluation *evaluation, size_t first, enum case_result result)
{
	const int64_t measured_s = evaluation->looks[first]->observation->started_s;
	const int64_t since_s = result == CASE_PASSED ? stands_since(evaluation, first) : 0;
	if (evaluation->measured_s == 0 || measured_s < evaluation->measured_s)
		evaluation->measured_s = measured_s;
	if (since_s > evaluation->since_s)
		evaluation->since_s = since_s;
}

/* Looks of one vantage, from `first` on; where the next one's begin. */
static size_t judge_vantage(struct evaluation *evaluation, size_t first)
{
	const struct predicate_look *first_look = evaluation->looks[first];
	const char *vantage = vantage_of(first_look);
	const struct predicate *predicate = evaluation->predicate;
	bool has_passed = true;
	size_t at = first;
	memset(evaluation->is_answered, 0, predicate->count * sizeof(bool));
	for (; at < evaluation->count && evaluation->error == OK; at++) {
		const struct predicate_look *look = evaluation->looks[at];
		if (strcmp(vantage_of(look), vantage) != 0)
			break;
		if (look->is_earlier)
			continue;
		const enum case_result result = judge_look(evaluation, look, true);
		if (result == CASE_RESULT_NONE)
			continue;
		has_passed &= result == CASE_PASSED;
		evaluation->has_failed |= result == CASE_FAILED;
		evaluation->is_lacking |= result == CASE_NOT_MEASURED;
		count_in(evaluation, at, result);
	}
	for (size_t i = 0; i < predicate->count; i++) {
		if (predicate->terms[i].name == NULL || evaluation->is_answered[i])
			continue;
		tell(evaluation, LACKS, "%s(%.255s), from %s: it was not looked at",
		     word_of_term(&predicate->terms[i]), predicate->terms[i].name,
		     vantage_said(first_look));
		has_passed = false;
		evaluation->is_lacking = true;
	}
	assert(at > first && evaluation->vantage_count < evaluation->count);
	evaluation->passed_count += has_passed;
	evaluation->vantages[evaluation->vantage_count++] =
		plain(evaluation, vantage_said(first_look));
	return at;
}

static int compare_looks(const void *left, const void *right)
{
	const struct predicate_look *one = *(const struct predicate_look *const *)left;
	const struct predicate_look *other = *(const struct predicate_look *const *)right;
	int order = strcmp(vantage_of(one), vantage_of(other));
	if (order == 0)
		order = name_compare(one->observation->domain, other->observation->domain);
	if (order == 0)
		order = one->is_earlier - other->is_earlier;
	if (order == 0)
		order = (one->observation->started_s < other->observation->started_s) -
			(one->observation->started_s > other->observation->started_s);
	return order;
}

static int begin(struct evaluation *evaluation, const struct predicate_look *looks)
{
	struct arena *arena = evaluation->arena;
	evaluation->looks = arena_take_array(arena, evaluation->count, sizeof(const void *));
	evaluation->vantages = arena_take_array(arena, evaluation->count, sizeof(const char *));
	evaluation->is_answered =
		arena_take_array(arena, evaluation->predicate->count, sizeof(bool));
	for (size_t i = 0; i < WEIGHTS; i++) {
		evaluation->lines[i] =
			arena_take_array(arena, PREDICATE_LINES_MAX, sizeof(const char *));
		if (evaluation->lines[i] == NULL)
			return ERR_MEMORY;
	}
	if (evaluation->looks == NULL || evaluation->vantages == NULL ||
	    evaluation->is_answered == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < evaluation->count; i++) {
		assert(looks[i].observation != NULL && looks[i].observation->domain != NULL);
		evaluation->looks[i] = &looks[i];
	}
	if (evaluation->count > 1)
		qsort(evaluation->looks, evaluation->count, sizeof(const void *), compare_looks);
	assert(evaluation->predicate->count > 0);
	evaluation->wanted_vantages = 1;
	for (size_t i = 0; i < evaluation->predicate->count; i++) {
		const struct predicate_term *term = &evaluation->predicate->terms[i];
		if (term->kind == PREDICATE_STANDS)
			evaluation->stands_s = term->number;
		if (term->kind == PREDICATE_FROM)
			evaluation->wanted_vantages = term->number;
		evaluation->names_findings |= is_of_check(term);
	}
	return OK;
}

/* ---- the verdict ---- */

#define SINCE_BEFORE "all of it is so since "

bool predicate_since_of_line(const char *line, int64_t *ret_since_s)
{
	const size_t before = strlen(SINCE_BEFORE);
	char time[TIME_TEXT_MAX];
	const char *end = strchr(line, 'Z');
	if (strncmp(line, SINCE_BEFORE, before) != 0 || end == NULL)
		return false;
	const size_t length = (size_t)(end + 1 - line) - before;
	if (length >= sizeof(time))
		return false;
	memcpy(time, line + before, length);
	time[length] = '\0';
	return time_from_text(time, ret_since_s) == OK;
}

static void tell_since(struct evaluation *evaluation, bool is_enough)
{
	char since[TIME_TEXT_MAX];
	const int64_t stood_s = evaluation->measured_s - evaluation->since_s;
	time_to_text(evaluation->since_s, since);
	/* Nothing failed and nothing is lacking, so it is the first line whatever else there is. */
	tell(evaluation, DECIDES, SINCE_BEFORE "%s, measured %lld seconds later%s", since,
	     (long long)(stood_s > 0 ? stood_s : 0), is_enough ? "" : ": too early");
}

/* Nothing failed and nothing is lacking; how long has it stood? */
static enum case_result judge_standing(struct evaluation *evaluation,
				       struct predicate_verdict *verdict)
{
	/* Looks are not all of one second; a test that asks for no time does not mind. */
	const bool is_enough = evaluation->stands_s == 0 ||
			       evaluation->measured_s - evaluation->since_s >= evaluation->stands_s;
	assert(!evaluation->has_failed && !evaluation->is_lacking);
	verdict->since_s = evaluation->since_s;
	tell_since(evaluation, is_enough);
	if (is_enough)
		return CASE_PASSED;
	verdict->again_s = evaluation->since_s + evaluation->stands_s;
	return CASE_NOT_MEASURED;
}

static enum case_result judge_all(struct evaluation *evaluation, struct predicate_verdict *verdict)
{
	if (evaluation->has_failed)
		return CASE_FAILED;
	if (evaluation->count == 0) {
		tell(evaluation, LACKS, "nothing was looked at");
		return CASE_NOT_MEASURED;
	}
	if ((int64_t)evaluation->passed_count < evaluation->wanted_vantages) {
		tell(evaluation, LACKS, "measured from %zu of %lld vantages",
		     evaluation->passed_count, (long long)evaluation->wanted_vantages);
		return CASE_NOT_MEASURED;
	}
	if (evaluation->is_lacking)
		return CASE_NOT_MEASURED;
	return judge_standing(evaluation, verdict);
}

static int end(struct evaluation *evaluation, struct predicate_verdict *ret_verdict)
{
	struct predicate_verdict verdict = {.measured_s = evaluation->measured_s};
	verdict.result = judge_all(evaluation, &verdict);
	const char **lines =
		arena_take_array(evaluation->arena, PREDICATE_LINES_MAX, sizeof(const char *));
	if (lines == NULL || evaluation->error != OK)
		return ERR_MEMORY;
	for (size_t i = 0; i < WEIGHTS; i++) {
		for (size_t j = 0; j < evaluation->line_counts[i]; j++) {
			if (verdict.line_count < PREDICATE_LINES_MAX)
				lines[verdict.line_count++] = evaluation->lines[i][j];
		}
	}
	assert(verdict.line_count > 0);
	verdict.lines = lines;
	verdict.vantages = evaluation->vantages;
	verdict.vantage_count = evaluation->vantage_count;
	*ret_verdict = verdict;
	return OK;
}

int predicate_evaluate(struct arena *arena, const struct predicate *predicate,
		       const struct predicate_look *looks, size_t count,
		       struct predicate_verdict *ret_verdict)
{
	struct evaluation evaluation = {.arena = arena, .predicate = predicate, .count = count};
	evaluation.error = begin(&evaluation, looks);
	for (size_t at = 0; at < count && evaluation.error == OK;)
		at = judge_vantage(&evaluation, at);
	if (evaluation.error != OK)
		return ERR_MEMORY;
	return end(&evaluation, ret_verdict);
}
