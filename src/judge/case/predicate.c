/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the language of tests. */
#include "judge/case/predicate.h"

#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "judge/case/predicate_private.h"
#include "model/forms.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct predicate_word words[] = {
	[PREDICATE_NS] = {"ns", SENSE_EQUALS, TYPE_NS},
	[PREDICATE_NS_NONE_OF] = {"ns", SENSE_NONE_OF, TYPE_NS},
	[PREDICATE_DS] = {"ds", SENSE_EQUALS, TYPE_DS},
	[PREDICATE_DS_NONE] = {"ds", SENSE_EQUALS, TYPE_DS},
	[PREDICATE_DS_MATCHES] = {"ds", SENSE_MATCHES, TYPE_DS},
	[PREDICATE_MX] = {"mx", SENSE_EQUALS, TYPE_MX},
	[PREDICATE_MX_NONE_OF] = {"mx", SENSE_NONE_OF, TYPE_MX},
	[PREDICATE_A] = {"a", SENSE_EQUALS, TYPE_A},
	[PREDICATE_A_NONE_OF] = {"a", SENSE_NONE_OF, TYPE_A},
	[PREDICATE_AAAA] = {"aaaa", SENSE_EQUALS, TYPE_AAAA},
	[PREDICATE_AAAA_NONE_OF] = {"aaaa", SENSE_NONE_OF, TYPE_AAAA},
	[PREDICATE_NOT_FOUND] = {"found", SENSE_NOT_FOUND, 0},
	[PREDICATE_STANDS] = {"stands", SENSE_STANDS, 0},
	[PREDICATE_FROM] = {"from", SENSE_FROM, 0},
};
static_assert(sizeof(words) / sizeof(words[0]) == PREDICATE_KIND_COUNT, "every kind has its word");

const struct predicate_word *predicate_word_of(enum predicate_kind kind)
{
	assert((unsigned)kind < PREDICATE_KIND_COUNT);
	return &words[kind];
}

/* ---- words of the text ---- */

/* A name of the longest form, an address, a DS of the longest digest: far below. */
#define TOKEN_MAX 1100u

struct parsing {
	struct arena *arena;
	struct complaint *complaint;
	const char *start, *at;
	char token[TOKEN_MAX]; /* "" at the end */
	size_t token_column;
	int error;
	struct predicate_term *terms;
	size_t count;
};

static bool is_space(char character)
{
	return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

static bool is_mark(char character)
{
	return character != '\0' && strchr("(){}=,", character) != NULL;
}

static void fail(struct parsing *parsing, int error, const char *expected)
{
	if (parsing->error != OK)
		return;
	parsing->error = error;
	if (parsing->token[0] == '\0')
		(void)complain(parsing->complaint, error,
			       "the test ends at column %zu, where %s is expected",
			       parsing->token_column, expected);
	else
		(void)complain(parsing->complaint, error,
			       "column %zu of the test: '%.60s' where %s is expected",
			       parsing->token_column, parsing->token, expected);
}

static void next(struct parsing *parsing)
{
	size_t size = 0;
	const char *at = parsing->at;
	while (is_space(*at))
		at++;
	parsing->token_column = (size_t)(at - parsing->start) + 1;
	if (is_mark(*at)) {
		parsing->token[size++] = *at++;
	} else {
		/* A backslash in a name makes what follows part of it. */
		while (*at != '\0' && !is_space(*at) && !is_mark(*at) && size + 3 < TOKEN_MAX) {
			if (*at == '\\' && at[1] != '\0')
				parsing->token[size++] = *at++;
			parsing->token[size++] = *at++;
		}
	}
	assert(size < TOKEN_MAX);
	parsing->token[size] = '\0';
	parsing->at = at;
	if (size + 3 >= TOKEN_MAX)
		fail(parsing, ERR_LIMIT, "a shorter word");
}

static bool is(const struct parsing *parsing, const char *token)
{
	return parsing->error == OK && strcmp(parsing->token, token) == 0;
}

static bool accept(struct parsing *parsing, const char *token)
{
	if (!is(parsing, token))
		return false;
	next(parsing);
	return true;
}

static void want(struct parsing *parsing, const char *token, const char *words_for_it)
{
	if (!accept(parsing, token))
		fail(parsing, ERR_FORMAT, words_for_it);
}

static int64_t want_number(struct parsing *parsing, int64_t most, const char *expected)
{
	uint64_t number = 0;
	if (parsing->error == OK &&
	    number_from_text(parsing->token, 1, (uint64_t)most, &number) != OK)
		fail(parsing, ERR_FORMAT, expected);
	if (parsing->error == OK)
		next(parsing);
	return (int64_t)number;
}

/* ---- names and other items ---- */

const char *predicate_name(struct arena *arena, const uint8_t *name)
{
	struct name lower;
	char text[NAME_TEXT_MAX];
	(void)name_copy_lower(lower.octets, name);
	const size_t length = strlen(name_to_text(lower.octets, text));
	assert(length >= 1 && text[length - 1] == '.');
	/* The root stays a dot. */
	if (length > 1)
		text[length - 1] = '\0';
	return arena_text(arena, text);
}

static const char *read_name(struct parsing *parsing, bool may_be_root)
{
	struct name name;
	/* The root is none but for mail: who takes none says so (RFC 7505 s3). */
	if (is_mark(parsing->token[0]) || name_from_text(parsing->token, &name, NULL) != OK ||
	    (name_is_root(name.octets) && !may_be_root))
		return NULL;
	const char *text = predicate_name(parsing->arena, name.octets);
	if (text == NULL)
		parsing->error = ERR_MEMORY;
	return text;
}

static const char *read_address(struct parsing *parsing, unsigned family)
{
	struct ip ip;
	char text[IP_TEXT_MAX];
	if (ip_from_text(parsing->token, &ip) != OK || ip.family != family)
		return NULL;
	const char *kept = arena_text(parsing->arena, ip_to_text(&ip, text));
	if (kept == NULL)
		parsing->error = ERR_MEMORY;
	return kept;
}

/* Numbers with slashes before the digest; RDATA is built, and told in the one form. */
static const char *read_ds(struct parsing *parsing)
{
	static const uint64_t most[] = {UINT16_MAX, UINT8_MAX, UINT8_MAX};
	uint64_t numbers[3];
	uint8_t rdata[4 + 64];
	char part[8];
	size_t size = 0;
	const char *at = parsing->token;
	for (size_t i = 0; i < 3; i++) {
		const char *slash = strchr(at, '/');
		if (slash == NULL || (size_t)(slash - at) >= sizeof(part))
			return NULL;
		memcpy(part, at, (size_t)(slash - at));
		part[slash - at] = '\0';
		if (number_from_text(part, 0, most[i], &numbers[i]) != OK)
			return NULL;
		at = slash + 1;
	}
	if (hex_to_octets(at, strlen(at), rdata + 4, sizeof(rdata) - 4, &size) != OK || size == 0)
		return NULL;
	rdata[0] = (uint8_t)(numbers[0] >> 8);
	rdata[1] = (uint8_t)numbers[0];
	rdata[2] = (uint8_t)numbers[1];
	rdata[3] = (uint8_t)numbers[2];
	const char *text = predicate_ds(parsing->arena, rdata, size + 4);
	if (text == NULL)
		parsing->error = ERR_MEMORY;
	return text;
}

static const char *read_item(struct parsing *parsing, uint16_t type)
{
	const char *item = NULL;
	const char *expected = "a name";
	switch (type) {
	case TYPE_DS:
		item = read_ds(parsing);
		expected =
			"a DS such as 12345/13/2/0a1b... (key tag, algorithm, digest type, digest)";
		break;
	case TYPE_A:
		item = read_address(parsing, 4);
		expected = "an IPv4 address";
		break;
	case TYPE_AAAA:
		item = read_address(parsing, 6);
		expected = "an IPv6 address";
		break;
	default:
		item = read_name(parsing, type == TYPE_MX);
		break;
	}
	if (item == NULL)
		fail(parsing, ERR_FORMAT, expected);
	return item;
}

static int compare_texts(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

size_t predicate_sort(const char **items, size_t count)
{
	size_t kept = 0;
	if (count > 1)
		qsort(items, count, sizeof(*items), compare_texts);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || strcmp(items[i], items[kept - 1]) != 0)
			items[kept++] = items[i];
	}
	return kept;
}

static void read_set(struct parsing *parsing, struct predicate_term *term)
{
	const char *items[PREDICATE_ITEMS_MAX];
	size_t count = 0;
	const uint16_t type = predicate_word_of(term->kind)->type;
	want(parsing, "{", "{");
	while (parsing->error == OK) {
		if (count == PREDICATE_ITEMS_MAX) {
			fail(parsing, ERR_LIMIT, "} after at most 64 items");
			return;
		}
		items[count++] = read_item(parsing, type);
		if (parsing->error == OK)
			next(parsing);
		if (accept(parsing, "}"))
			break;
		want(parsing, ",", ", or }");
	}
	if (parsing->error != OK)
		return;
	assert(count > 0 && count <= PREDICATE_ITEMS_MAX);
	count = predicate_sort(items, count);
	term->items = arena_copy(parsing->arena, items, count * sizeof(*items));
	term->item_count = count;
	if (term->items == NULL)
		parsing->error = ERR_MEMORY;
}

/* ---- terms ---- */

static void add(struct parsing *parsing, const struct predicate_term *term)
{
	if (parsing->error != OK)
		return;
	if (parsing->count == PREDICATE_TERMS_MAX) {
		fail(parsing, ERR_LIMIT, "the end, after at most 256 terms");
		return;
	}
	assert(term->kind < PREDICATE_KIND_COUNT);
	parsing->terms[parsing->count++] = *term;
}

static void read_at(struct parsing *parsing, struct predicate_term *term)
{
	term->at = PREDICATE_AT_PARENT | PREDICATE_AT_CHILD;
	if (!accept(parsing, "at"))
		return;
	if (accept(parsing, "parent"))
		term->at = PREDICATE_AT_PARENT;
	else if (accept(parsing, "child"))
		term->at = PREDICATE_AT_CHILD;
	else
		fail(parsing, ERR_FORMAT, "'parent' or 'child'");
}

/* What follows "ns(name)" and the like. */
static void read_relation(struct parsing *parsing, struct predicate_term *term, bool is_not)
{
	const bool may_be_none = term->kind != PREDICATE_NS;
	if (is_not) {
		term->kind = (enum predicate_kind)(term->kind + 1);
		assert(predicate_word_of(term->kind)->sense == SENSE_NONE_OF);
		want(parsing, "in", "'in'");
		read_set(parsing, term);
	} else if (term->kind == PREDICATE_DS && accept(parsing, "matches")) {
		term->kind = PREDICATE_DS_MATCHES;
	} else {
		want(parsing, "=", term->kind == PREDICATE_DS ? "= or 'matches'" : "=");
		if (may_be_none && accept(parsing, "none"))
			term->kind = term->kind == PREDICATE_DS ? PREDICATE_DS_NONE : term->kind;
		else
			read_set(parsing, term);
	}
	if (predicate_word_of(term->kind)->type == TYPE_NS)
		read_at(parsing, term);
}

/* "(name)" */
static void read_subject(struct parsing *parsing, struct predicate_term *term)
{
	want(parsing, "(", "(");
	if (parsing->error == OK) {
		term->name = read_name(parsing, false);
		if (term->name == NULL)
			fail(parsing, ERR_FORMAT, "a domain name");
		else
			next(parsing);
	}
	want(parsing, ")", ")");
}

/* In upper case; NULL: it does not look like one, or no memory. Whether there is such a check, the
 * catalogue knows. */
static const char *read_code(struct parsing *parsing)
{
	char code[PREDICATE_CODE_MAX + 1];
	const size_t length = strlen(parsing->token);
	if (length == 0 || length > PREDICATE_CODE_MAX)
		return NULL;
	for (size_t i = 0; i <= length; i++) {
		const char from = parsing->token[i];
		const char upper = from >= 'a' && from <= 'z' ? (char)(from - 'a' + 'A') : from;
		const bool is_letter = upper >= 'A' && upper <= 'Z';
		const bool is_inner = (upper >= '0' && upper <= '9') || upper == '-';
		if (i < length && !is_letter && (i == 0 || !is_inner))
			return NULL;
		code[i] = upper;
	}
	const char *kept = arena_text(parsing->arena, code);
	if (kept == NULL)
		parsing->error = ERR_MEMORY;
	return kept;
}

/* What follows "not found". */
static void read_finding_term(struct parsing *parsing)
{
	struct predicate_term term = {.kind = PREDICATE_NOT_FOUND, .item_count = 1};
	const char **items = arena_take_array(parsing->arena, 1, sizeof(*items));
	if (items == NULL) {
		parsing->error = ERR_MEMORY;
		return;
	}
	items[0] = read_code(parsing);
	if (items[0] == NULL)
		fail(parsing, ERR_FORMAT, "the code of a finding, such as SERVER-LAME,");
	if (parsing->error == OK)
		next(parsing);
	term.items = items;
	read_subject(parsing, &term);
	add(parsing, &term);
}

static void read_record_term(struct parsing *parsing)
{
	static const enum predicate_kind kinds[] = {PREDICATE_NS, PREDICATE_DS, PREDICATE_MX,
						    PREDICATE_A, PREDICATE_AAAA};
	struct predicate_term term = {.kind = PREDICATE_KIND_COUNT};
	const bool is_not = accept(parsing, "not");
	if (is_not && accept(parsing, words[PREDICATE_NOT_FOUND].word)) {
		read_finding_term(parsing);
		return;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (is(parsing, words[kinds[i]].word))
			term.kind = kinds[i];
	}
	if (term.kind == PREDICATE_KIND_COUNT || (is_not && term.kind == PREDICATE_DS)) {
		fail(parsing, ERR_FORMAT,
		     is_not ? "ns(...), mx(...), a(...), aaaa(...) or 'found'"
			    : "ns(...), ds(...), mx(...), a(...), aaaa(...), not, stands or from");
		return;
	}
	next(parsing);
	read_subject(parsing, &term);
	read_relation(parsing, &term, is_not);
	add(parsing, &term);
}

/* False: it begins otherwise. "stands 3600 from 2 vantages" needs no `and`. */
static bool read_number_term(struct parsing *parsing)
{
	struct predicate_term term = {.kind = PREDICATE_STANDS};
	if (accept(parsing, "stands")) {
		term.number = want_number(parsing, PREDICATE_STANDS_S_MAX,
					  "a number of seconds up to a year");
		add(parsing, &term);
		if (!is(parsing, "from"))
			return true;
	}
	if (!accept(parsing, "from"))
		return false;
	term.kind = PREDICATE_FROM;
	term.number = want_number(parsing, PREDICATE_VANTAGES_MAX, "a number from 1 to 64");
	if (!accept(parsing, "vantage") && !accept(parsing, "vantages"))
		fail(parsing, ERR_FORMAT, "'vantages'");
	add(parsing, &term);
	return true;
}

int predicate_parse(struct arena *arena, const char *text, struct predicate *ret_predicate,
		    struct complaint *complaint)
{
	struct parsing *parsing = arena_take_zeroed(arena, sizeof(*parsing));
	if (strlen(text) > PREDICATE_OCTETS_MAX)
		return complain(complaint, ERR_LIMIT, "the test has more than %zu octets",
				PREDICATE_OCTETS_MAX);
	if (parsing == NULL)
		return complain(complaint, ERR_MEMORY, "no memory for the test");
	parsing->arena = arena;
	parsing->complaint = complaint;
	parsing->start = parsing->at = text;
	parsing->terms = arena_take_array(arena, PREDICATE_TERMS_MAX, sizeof(*parsing->terms));
	if (parsing->terms == NULL)
		return complain(complaint, ERR_MEMORY, "no memory for the test");
	next(parsing);
	do {
		if (!read_number_term(parsing))
			read_record_term(parsing);
	} while (accept(parsing, "and"));
	if (parsing->error == OK && parsing->token[0] != '\0')
		fail(parsing, ERR_FORMAT, "'and', or the end,");
	if (parsing->error == OK)
		parsing->error = predicate_order(parsing->terms, &parsing->count, complaint);
	if (parsing->error == ERR_MEMORY)
		return complain(complaint, ERR_MEMORY, "no memory for the test");
	assert(parsing->error != OK || parsing->count > 0);
	if (parsing->error == OK)
		*ret_predicate = (struct predicate){parsing->terms, parsing->count};
	return parsing->error;
}
