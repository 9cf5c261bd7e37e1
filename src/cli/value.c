/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/value.h"

#include "base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit size_units[] = {
	{"K", UINT64_C(1) << 10},
	{"M", UINT64_C(1) << 20},
	{"G", UINT64_C(1) << 30},
	{"T", UINT64_C(1) << 40},
	{"", 1},
	{NULL, 0},
};

/* The last row is what a bare number means. "ms" stands before "s", which ends it too. */
static const struct unit duration_units[] = {
	{"ms", 1},           {"s", 1000}, {"m", 60 * 1000}, {"h", 3600 * 1000},
	{"d", 86400 * 1000}, {"", 1000},  {NULL, 0},
};

/* 20 digits hold UINT64_MAX; anything longer is no number of ours. */
enum { DIGITS_MAX = 20 };
/* A number, a unit, and a NUL. */
enum { BOUND_ROOM = 32 };
/* Of an option of ours. */
enum { CHOICES_MAX = 16, CHOICES_OCTETS_MAX = 256 };

static int scaled_from_text(const char *text, const struct unit *units, uint64_t *ret_number)
{
	size_t length = strlen(text);
	for (const struct unit *unit = units; unit->name; unit++) {
		size_t unit_length = strlen(unit->name);
		if (length <= unit_length || length - unit_length > DIGITS_MAX ||
		    strcmp(text + length - unit_length, unit->name) != 0)
			continue;

		char digits[DIGITS_MAX + 1];
		memcpy(digits, text, length - unit_length);
		digits[length - unit_length] = '\0';
		uint64_t number;
		if (number_from_text(digits, 0, UINT64_MAX, &number) != 0 ||
		    number > UINT64_MAX / unit->factor)
			continue;
		*ret_number = number * unit->factor;
		return 0;
	}
	return ERR_FORMAT;
}

static int choice_from_text(const char *choices, const char *text, uint64_t *ret_place)
{
	assert(choices);
	size_t length = strlen(text);
	uint64_t place = 0;
	for (const char *choice = choices; choice; place++) {
		const char *bar = strchr(choice, '|');
		size_t choice_length = bar ? (size_t)(bar - choice) : strlen(choice);
		if (choice_length == length && memcmp(choice, text, length) == 0) {
			*ret_place = place;
			return 0;
		}
		choice = bar ? bar + 1 : NULL;
	}
	return ERR_NOT_FOUND;
}

static int choice_unknown(const struct option *option, const char *text,
			  struct complaint *complaint)
{
	char words[CHOICES_OCTETS_MAX];
	const char *candidates[CHOICES_MAX];
	size_t count = 0;
	const int length = snprintf(words, sizeof(words), "%s", option->choices);
	assert(length >= 0 && (size_t)length < sizeof(words));
	for (char *word = words; word != NULL; count++) {
		char *bar = strchr(word, '|');
		assert(count < CHOICES_MAX);
		candidates[count] = word;
		if (bar != NULL)
			*bar++ = '\0';
		word = bar;
	}
	const char *closest = text_closest(text, candidates, count);
	if (closest != NULL)
		return complain(complaint, ERR_ARGUMENT,
				"--%s '%s' is not one of %s; did you mean %s?", option->name, text,
				option->choices, closest);
	return complain(complaint, ERR_ARGUMENT, "--%s '%s' is not one of %s", option->name, text,
			option->choices);
}

static const char *kind_examples(enum option_kind kind)
{
	if (kind == OPTION_SIZE)
		return "a size such as 512, 64K, 16M or 2G";
	if (kind == OPTION_DURATION)
		return "a time such as 500ms, 5s, 2m, 1h or 30d";
	return "a whole number";
}

/* As it would be typed: in the largest unit that says it wholly. */
static void bound_to_text(const struct option *option, uint64_t bound, char ret_text[BOUND_ROOM])
{
	const struct unit *largest = NULL;
	static_assert(BOUND_ROOM > DIGITS_MAX + 2, "a number and its unit");
	for (const struct unit *unit = duration_units;
	     option->kind == OPTION_DURATION && unit->name != NULL; unit++) {
		if (unit->name[0] != '\0' && bound > 0 && bound % unit->factor == 0)
			largest = unit;
	}
	(void)snprintf(ret_text, BOUND_ROOM, "%" PRIu64 "%s",
		       largest != NULL ? bound / largest->factor : bound,
		       largest != NULL ? largest->name : "");
}

static int out_of_range(const struct option *option, const char *text, uint64_t maximum,
			struct complaint *complaint)
{
	char least[BOUND_ROOM], most[BOUND_ROOM];
	bound_to_text(option, option->minimum, least);
	bound_to_text(option, maximum, most);
	if (option->maximum == 0)
		return complain(complaint, ERR_ARGUMENT, "--%s '%s' is too small; the least is %s",
				option->name, text, least);
	return complain(complaint, ERR_ARGUMENT, "--%s '%s' is out of range; give %s to %s",
			option->name, text, least, most);
}

static int number_parse(const struct option *option, const char *text, uint64_t *ret_number,
			struct complaint *complaint)
{
	uint64_t maximum = option->maximum > 0 ? option->maximum : UINT64_MAX;
	uint64_t number = 0;
	int error;
	if (option->kind == OPTION_SIZE)
		error = scaled_from_text(text, size_units, &number);
	else if (option->kind == OPTION_DURATION)
		error = scaled_from_text(text, duration_units, &number);
	else
		error = number_from_text(text, 0, UINT64_MAX, &number);
	if (error)
		return complain(complaint, ERR_ARGUMENT, "--%s '%s' is not a number; give %s",
				option->name, text, kind_examples(option->kind));
	if (number < option->minimum || number > maximum)
		return out_of_range(option, text, maximum, complaint);

	*ret_number = number;
	return 0;
}

int value_parse(const struct option *option, const char *text, uint64_t *ret_number,
		struct complaint *complaint)
{
	assert(option->kind != OPTION_FLAG);
	assert(text);
	switch (option->kind) {
	case OPTION_NUMBER:
	case OPTION_SIZE:
	case OPTION_DURATION:
		return number_parse(option, text, ret_number, complaint);
	case OPTION_CHOICE:
		if (choice_from_text(option->choices, text, ret_number) != 0)
			return choice_unknown(option, text, complaint);
		return 0;
	case OPTION_FILE:
		if (text[0] == '\0')
			return complain(complaint, ERR_ARGUMENT,
					"--%s is empty; give the name of a file", option->name);
		*ret_number = 0;
		return 0;
	case OPTION_FLAG:
	case OPTION_TEXT:
	case OPTION_LIST:
		break;
	}
	*ret_number = 0;
	return 0;
}
