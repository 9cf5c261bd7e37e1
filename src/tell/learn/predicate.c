/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/learn/predicate.h"

#include "tell/learn/measure.h"

#include <assert.h>
#include <string.h>

/* `secure NAME TYPE`: it is there, and validates from the root down. */
static bool holds_secure(const struct desk *desk, const struct words *words, struct text *why)
{
	(void)desk;
	struct measured measured;
	measured_init(&measured);
	int error = measure_name(words->items[0], words->items[1], &measured);
	const bool holds = !error && measured.is_found && measured.is_secure;
	if (!holds && measured.reason.length > 0)
		text_add(why, text_get(&measured.reason));
	else if (!holds)
		text_format(why, "%s %s: %s", words->items[0], words->items[1],
			    measured.is_unreachable ? "no server gives an answer"
			    : measured.is_found     ? "is not secure"
						    : "there is no such record");
	measured_release(&measured);
	return holds;
}

/* Is it one whole line of the lines? */
static bool has_line(const char *lines, const char *wanted)
{
	const size_t length = strlen(wanted);
	for (const char *at = lines; *at;) {
		const size_t next = strcspn(at, "\n");
		if (next == length && strncmp(at, wanted, length) == 0)
			return true;
		at += next + (at[next] == '\n');
	}
	return false;
}

/* `answers NAME TYPE RDATA...`: each of these records is there, and not bogus. */
static bool holds_answers(const struct desk *desk, const struct words *words, struct text *why)
{
	(void)desk;
	struct measured measured;
	measured_init(&measured);
	bool holds = measure_name(words->items[0], words->items[1], &measured) == 0 &&
		     measured.is_found && !measured.is_bogus;
	if (!holds)
		text_format(why, "%s %s gives nothing that can be used", words->items[0],
			    words->items[1]);
	for (size_t i = 2; holds && i < words->count; i++) {
		holds = has_line(text_get(&measured.records), words->items[i]);
		if (!holds)
			text_format(why, "%s %s is no longer %s", words->items[0], words->items[1],
				    words->items[i]);
	}
	measured_release(&measured);
	return holds;
}

/* `one-of NAME TYPE TEXT...`: a record has one of these texts in it, and is not bogus. */
static bool holds_one_of(const struct desk *desk, const struct words *words, struct text *why)
{
	(void)desk;
	struct measured measured;
	measured_init(&measured);
	const bool is_usable = measure_name(words->items[0], words->items[1], &measured) == 0 &&
			       measured.is_found && !measured.is_bogus;
	bool holds = false;
	for (size_t i = 2; is_usable && i < words->count; i++)
		holds = holds || strstr(text_get(&measured.records), words->items[i]);
	if (!holds)
		text_format(why, "no %s record of %s says so", words->items[1], words->items[0]);
	measured_release(&measured);
	return holds;
}

/* `clean DOMAIN PROFILE SEVERITY`: an audit finds nothing so bad. */
static bool holds_clean(const struct desk *desk, const struct words *words, struct text *why)
{
	(void)desk;
	struct checked *checked;
	if (measure_domain(words->items[0], words->items[1], &checked)) {
		text_add(why, "it could not be measured");
		return false;
	}
	const char *code;
	const char *sentence = checked_finding(checked, words->items[2], 0, &code);
	if (sentence)
		text_format(why, "%s: %s (dsfi explain %s)", code, sentence, code);
	else if (!checked_is_delegated(checked))
		text_format(why, "%s is not delegated", words->items[0]);
	const bool holds = !sentence && checked_is_delegated(checked);
	checked_free(checked);
	return holds;
}

static const char *finding_with(const struct checked *checked, const char *wanted)
{
	const char *code;
	const char *sentence;
	for (size_t i = 0; (sentence = checked_finding(checked, "info", i, &code)) != NULL; i++) {
		if (strcmp(code, wanted) == 0)
			return sentence;
	}
	return NULL;
}

/* `without DOMAIN PROFILE CODE...`: these checks were made and found nothing. */
static bool holds_without(const struct desk *desk, const struct words *words, struct text *why)
{
	(void)desk;
	struct checked *checked;
	bool holds = true;
	if (measure_domain(words->items[0], words->items[1], &checked)) {
		text_add(why, "it could not be measured");
		return false;
	}
	for (size_t i = 2; holds && i < words->count; i++) {
		const char *code = words->items[i];
		const char *sentence = finding_with(checked, code);
		holds = !sentence && checked_was_made(checked, code);
		if (sentence)
			text_format(why, "%s: %s (dsfi explain %s)", code, sentence, code);
		else if (!holds)
			text_format(why,
				    "%s could not be measured, since no server answers as it "
				    "should",
				    code);
	}
	checked_free(checked);
	return holds;
}

static const struct predicate predicates[] = {
	{"secure", "NAME TYPE", 2, holds_secure},
	{"answers", "NAME TYPE RDATA...", 3, holds_answers},
	{"one-of", "NAME TYPE TEXT...", 3, holds_one_of},
	{"clean", "DOMAIN PROFILE SEVERITY", 3, holds_clean},
	{"without", "DOMAIN PROFILE CODE...", 3, holds_without},
	{"new-key", "DOMAIN", 1, holds_new_key},
	{"unbroken", "", 0, holds_unbroken},
	{"by-cds", "DOMAIN", 1, holds_by_cds},
	{"survives", "NAME TYPE ADDRESS...", 3, holds_survives},
	{"said", "FILE LINE...", 2, holds_said},
	{"runs", "SCRIPT WHY-NOT", 2, holds_runs},
};

const struct predicate *predicate_at(size_t index)
{
	return index < sizeof(predicates) / sizeof(predicates[0]) ? &predicates[index] : NULL;
}

const struct predicate *predicate_find(const char *name)
{
	assert(name != NULL);
	const struct predicate *predicate;
	for (size_t i = 0; (predicate = predicate_at(i)) != NULL; i++) {
		if (strcmp(predicate->name, name) == 0)
			return predicate;
	}
	return NULL;
}

int words_split(const char *text, struct words *ret_words)
{
	const size_t size = strlen(text) + 1;
	if (size > sizeof(ret_words->octets))
		return ERR_LIMIT;
	memcpy(ret_words->octets, text, size);
	ret_words->count = 0;
	for (char *at = ret_words->octets; *(at += strspn(at, " "));) {
		const char *end = *at == '"' ? "\"" : " ";
		at += *at == '"';
		if (ret_words->count == WORDS_MAX)
			return ERR_LIMIT;
		ret_words->items[ret_words->count++] = at;
		at += strcspn(at, end);
		if (!*at && *end == '"')
			return ERR_FORMAT;
		if (*at)
			*at++ = 0;
	}
	return 0;
}

int lesson_judge(const struct desk *desk, struct text *report, bool *ret_passed)
{
	assert(desk->lesson->must_count > 0);
	bool is_passed = true;
	struct text why;
	text_init(&why, 64 * (size_t)1024);
	for (size_t i = 0; i < desk->lesson->must_count; i++) {
		const struct lesson_must *must = &desk->lesson->musts[i];
		const struct predicate *predicate = predicate_find(must->predicate);
		struct words words;
		assert(predicate != NULL);
		int error = words_split(must->arguments, &words);
		assert(!error && words.count >= predicate->least);
		text_reset(&why);
		const bool holds = predicate->holds(desk, &words, &why);
		text_format(report, "%s %s\n", holds ? "✓" : "✗", must->sentence);
		if (!holds)
			text_format(report, "    %s\n", text_get(&why));
		is_passed = is_passed && holds;
	}
	text_release(&why);
	*ret_passed = is_passed;
	return report->error;
}
