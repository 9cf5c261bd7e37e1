/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one form of a test, and the sentence that tells it. */
#include "base/bytes.h"
#include "dns/wire/type.h"
#include "judge/case/predicate_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define BOTH (PREDICATE_AT_PARENT | PREDICATE_AT_CHILD)

const char *predicate_ds(struct arena *arena, const uint8_t *rdata, size_t size)
{
	char hex[2 * 64 + 1];
	if (size < 5 || size - 4 > 64 ||
	    hex_from_octets(rdata + 4, size - 4, hex, sizeof(hex)) != OK)
		return NULL;
	for (char *digit = hex; *digit != '\0'; digit++)
		*digit = *digit >= 'A' && *digit <= 'F' ? (char)(*digit - 'A' + 'a') : *digit;
	return arena_format(arena, "%u/%u/%u/%s", (unsigned)rdata[0] << 8 | rdata[1], rdata[2],
			    rdata[3], hex);
}

/* ---- the order of terms ---- */

static int compare_items(const struct predicate_term *one, const struct predicate_term *other)
{
	for (size_t i = 0; i < one->item_count && i < other->item_count; i++) {
		const int order = strcmp(one->items[i], other->items[i]);
		if (order != 0)
			return order;
	}
	return (one->item_count > other->item_count) - (one->item_count < other->item_count);
}

static int compare_terms(const void *left, const void *right)
{
	const struct predicate_term *one = left;
	const struct predicate_term *other = right;
	int order = 0;
	if ((one->name == NULL) != (other->name == NULL))
		return one->name == NULL ? 1 : -1;
	if (one->name != NULL)
		order = strcmp(one->name, other->name);
	if (order == 0)
		order = (one->kind > other->kind) - (one->kind < other->kind);
	if (order == 0)
		order = compare_items(one, other);
	if (order == 0)
		order = (one->number > other->number) - (one->number < other->number);
	/* The parent first. */
	return order != 0 ? order : (one->at > other->at) - (one->at < other->at);
}

static bool is_same_but_where(const struct predicate_term *one, const struct predicate_term *other)
{
	return one->kind == other->kind && one->number == other->number &&
	       (one->name == NULL || strcmp(one->name, other->name) == 0) &&
	       compare_items(one, other) == 0;
}

/* Both are of one name (or of none), and one set of its records, or one number. */
static bool contradicts(const struct predicate_term *one, const struct predicate_term *other)
{
	if (one->name == NULL || other->name == NULL)
		return one->kind == other->kind;
	if (strcmp(one->name, other->name) != 0)
		return false;
	const struct predicate_word *left = predicate_word_of(one->kind);
	const struct predicate_word *right = predicate_word_of(other->kind);
	if (left->type != right->type || left->sense == SENSE_NONE_OF ||
	    right->sense == SENSE_NONE_OF || left->sense == SENSE_NOT_FOUND)
		return false;
	if (left->sense == SENSE_MATCHES || right->sense == SENSE_MATCHES)
		return one->kind == PREDICATE_DS_NONE || other->kind == PREDICATE_DS_NONE;
	return left->type != TYPE_NS || (one->at & other->at) != 0;
}

int predicate_order(struct predicate_term *terms, size_t *count, struct complaint *complaint)
{
	size_t kept = 0;
	if (*count > 1)
		qsort(terms, *count, sizeof(*terms), compare_terms);
	for (size_t i = 0; i < *count; i++) {
		if (kept > 0 && is_same_but_where(&terms[kept - 1], &terms[i]))
			terms[kept - 1].at |= terms[i].at;
		else
			terms[kept++] = terms[i];
	}
	for (size_t i = 0; i < kept; i++) {
		for (size_t j = i + 1; j < kept; j++) {
			if (contradicts(&terms[i], &terms[j]))
				return complain(complaint, ERR_FORMAT,
						"the test says twice what %s%s%s is to be, and not "
						"the same",
						predicate_word_of(terms[i].kind)->word,
						terms[i].name != NULL ? " of " : "",
						terms[i].name != NULL ? terms[i].name : "");
		}
	}
	if (kept == 0 || terms[0].name == NULL)
		return complain(complaint, ERR_FORMAT, "the test says nothing of any domain");
	assert(kept <= *count);
	*count = kept;
	return OK;
}

/* ---- the text ---- */

static void print_set(const struct predicate_term *term, struct text *text)
{
	text_add_char(text, '{');
	for (size_t i = 0; i < term->item_count; i++) {
		text_add(text, i > 0 ? ", " : "");
		text_add(text, term->items[i]);
	}
	text_add_char(text, '}');
}

static const char *code_of(const struct predicate_term *term)
{
	assert(term->kind == PREDICATE_NOT_FOUND && term->item_count == 1);
	return term->items[0];
}

static void print_record_term(const struct predicate_term *term, struct text *text)
{
	const struct predicate_word *word = predicate_word_of(term->kind);
	assert(term->name != NULL && word->type != 0);
	text_format(text, "%s%s(%s)", word->sense == SENSE_NONE_OF ? "not " : "", word->word,
		    term->name);
	if (word->sense == SENSE_MATCHES) {
		text_add(text, " matches");
		return;
	}
	text_add(text, word->sense == SENSE_NONE_OF ? " in " : " = ");
	if (term->item_count == 0)
		text_add(text, "none");
	else
		print_set(term, text);
	if (word->type == TYPE_NS && term->at != BOTH)
		text_add(text, term->at == PREDICATE_AT_PARENT ? " at parent" : " at child");
}

void predicate_print(const struct predicate *predicate, struct text *text)
{
	for (size_t i = 0; i < predicate->count; i++) {
		const struct predicate_term *term = &predicate->terms[i];
		text_add(text, i > 0 ? " and " : "");
		if (term->kind == PREDICATE_STANDS)
			text_format(text, "stands %lld", (long long)term->number);
		else if (term->kind == PREDICATE_FROM)
			text_format(text, "from %lld vantage%s", (long long)term->number,
				    term->number == 1 ? "" : "s");
		else if (term->kind == PREDICATE_NOT_FOUND)
			text_format(text, "not found %s(%s)", code_of(term), term->name);
		else
			print_record_term(term, text);
	}
}

/* ---- the sentence ---- */

static void say_items(const struct predicate_term *term, const char *last, struct text *text)
{
	for (size_t i = 0; i < term->item_count; i++) {
		if (i > 0)
			text_add(text, i + 1 == term->item_count ? last : ", ");
		text_add(text, term->items[i]);
	}
}

static const char *where_of(const struct predicate_term *term)
{
	assert(term->at > 0 && term->at <= BOTH);
	if (term->at == PREDICATE_AT_PARENT)
		return " at every address of the parent";
	return term->at == PREDICATE_AT_CHILD
		       ? " at every one of its own servers"
		       : " at every address of the parent and every one of its own servers";
}

static const char *things_of(uint16_t type, bool is_one)
{
	switch (type) {
	case TYPE_NS:
		return is_one ? "name server" : "name servers";
	case TYPE_MX:
		return is_one ? "mail host" : "mail hosts";
	case TYPE_A:
		return is_one ? "IPv4 address" : "IPv4 addresses";
	case TYPE_AAAA:
		return is_one ? "IPv6 address" : "IPv6 addresses";
	default:
		return "DS";
	}
}

static void say_record_term(const struct predicate_term *term, struct text *text)
{
	const struct predicate_word *word = predicate_word_of(term->kind);
	const char *where = word->type == TYPE_NS ? where_of(term) : "";
	assert(term->name != NULL && word->type != 0);
	if (word->sense == SENSE_MATCHES) {
		text_format(text,
			    "a DS of %s names a key that has signed its keys at every one of its "
			    "servers",
			    term->name);
	} else if (word->sense == SENSE_NONE_OF) {
		text_format(text, "%s has none of the %s ", term->name,
			    things_of(word->type, term->item_count == 1));
		say_items(term, " or ", text);
		text_add(text, where);
	} else if (term->item_count == 0) {
		text_format(text, "%s has no %s", term->name, things_of(word->type, false));
	} else {
		text_format(text, "%s has the %s ", term->name,
			    things_of(word->type, term->item_count == 1));
		say_items(term, " and ", text);
		text_format(text, " and no other%s", where);
	}
}

static void say_duration(int64_t seconds, struct text *text)
{
	static const struct {
		int64_t seconds;
		const char *word;
	} units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
	size_t unit = 0;
	assert(seconds > 0);
	while (seconds % units[unit].seconds != 0)
		unit++;
	const long long count = (long long)(seconds / units[unit].seconds);
	text_format(text, "%lld %s%s", count, units[unit].word, count == 1 ? "" : "s");
}

void predicate_sentence(const struct predicate *predicate, struct text *text)
{
	for (size_t i = 0; i < predicate->count; i++) {
		const struct predicate_term *term = &predicate->terms[i];
		text_add(text, i > 0 ? "; " : "");
		if (term->kind == PREDICATE_STANDS) {
			text_add(text, "all of it has been so for ");
			say_duration(term->number, text);
		} else if (term->kind == PREDICATE_FROM) {
			text_format(text, "it was measured from at least %lld place%s",
				    (long long)term->number, term->number == 1 ? "" : "s");
		} else if (term->kind == PREDICATE_NOT_FOUND) {
			text_format(text, "%s is no longer found at %s", code_of(term), term->name);
		} else {
			say_record_term(term, text);
		}
	}
}
