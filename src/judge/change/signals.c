/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/change/signals.h"

#include "base/arena.h"
#include "base/memory.h"
#include "base/rows.h"
#include "base/text.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <string.h>

#define POINTS_MAX 100
#define PERCENT_MAX 500
#define DAYS_MAX 3650
/* The file, taken apart, and names of parking. */
#define SIGNALS_OCTETS_MAX ((size_t)8 << 20)

struct signals {
	struct arena arena;
	struct signal_row rows[SIGNAL_COUNT];
	struct signal_rule rules[SIGNALS_RULES_MAX];
	struct signal_band bands[SIGNALS_BANDS_MAX]; /* the highest first */
	size_t rule_count, band_count, parking_count;
	const uint8_t **parking;
};

static const char *const numbers[] = {"S1",   "S3",  "S3.1", "S5",  "S6",  "S7",  "S8",
				      "S8.1", "S11", "S12",  "S13", "S15", "S16", "S20",
				      "M1",   "N1",  "N4",   "N5",  "N6"};
static_assert(sizeof(numbers) / sizeof(numbers[0]) == SIGNAL_COUNT, "a number for each signal");
static_assert(SIGNAL_COUNT <= 32, "signals are bits of a word");

const char *signal_number_text(enum signal_number number)
{
	assert((unsigned int)number < SIGNAL_COUNT);
	return numbers[number];
}

int signal_number_from_text(const char *text, size_t length, enum signal_number *ret_number)
{
	for (unsigned int i = 0; i < SIGNAL_COUNT; i++) {
		if (strlen(numbers[i]) == length && memcmp(numbers[i], text, length) == 0) {
			*ret_number = (enum signal_number)i;
			return OK;
		}
	}
	return ERR_NOT_FOUND;
}

/* --- one line ----------------------------------------------------------------------------------
 */

struct line {
	struct signals *signals;
	const struct row *row;
	struct complaint *complaint;
};

static const char *field(const struct line *line, size_t index)
{
	assert(index < line->row->count && line->row->fields[index] != NULL);
	return line->row->fields[index];
}

static int want_fields(const struct line *line, size_t count)
{
	if (line->row->count != count)
		return complain(line->complaint, ERR_FORMAT,
				"'%.32s' has %zu fields, not %zu; | is between them",
				field(line, 0), line->row->count, count);
	for (size_t i = 0; i < count; i++) {
		if (field(line, i)[0] == '\0')
			return complain(line->complaint, ERR_FORMAT, "field %zu is empty", i + 1);
	}
	return OK;
}

/* --- rows --------------------------------------------------------------------------------------
 */

/* "x1.3" as 130. */
static int parse_factor(const char *text, int *ret_percent)
{
	uint64_t whole = 0;
	uint64_t tenth = 0;
	char digits[4] = {text[0], '\0'};
	if (number_from_text(digits, 0, PERCENT_MAX / 100 - 1, &whole) != OK)
		return ERR_FORMAT;
	if (text[1] != '\0' &&
	    (text[1] != '.' || strlen(text) != 3 || number_from_text(text + 2, 0, 9, &tenth) != OK))
		return ERR_FORMAT;
	*ret_percent = (int)(whole * 100 + tenth * 10);
	return OK;
}

static int parse_points(const char *text, struct signal_row *row)
{
	uint64_t number = 0;
	uint64_t most = 0;
	const bool is_against = text[0] == '-';
	char least[8];
	const char *dots = strstr(text, "..");
	row->is_factor = text[0] == 'x';
	if (row->is_factor)
		return parse_factor(text + 1, &row->points);
	const size_t length = dots != NULL ? (size_t)(dots - text) : strlen(text);
	if (length >= sizeof(least))
		return ERR_FORMAT;
	memcpy(least, text, length);
	least[length] = '\0';
	if (number_from_text(least + is_against, 0, POINTS_MAX, &number) != OK)
		return ERR_FORMAT;
	most = number;
	if (dots != NULL &&
	    (is_against || number_from_text(dots + 2, number, POINTS_MAX, &most) != OK))
		return ERR_FORMAT;
	row->points = is_against ? -(int)number : (int)number;
	row->most = is_against ? row->points : (int)most;
	return OK;
}

static int parse_fades(const char *text, uint16_t *ret_days)
{
	uint64_t days = 0;
	char digits[8];
	const size_t length = strlen(text);
	if (strcmp(text, "never") == 0) {
		*ret_days = 0;
		return OK;
	}
	if (length < 2 || length >= sizeof(digits) || text[length - 1] != 'd')
		return ERR_FORMAT;
	memcpy(digits, text, length - 1);
	digits[length - 1] = '\0';
	if (number_from_text(digits, 1, DAYS_MAX, &days) != OK)
		return ERR_FORMAT;
	*ret_days = (uint16_t)days;
	return OK;
}

static int read_signal(const struct line *line)
{
	enum signal_number number;
	struct signal_row row = {.is_there = true};
	int error = want_fields(line, 8);
	if (error != OK)
		return error;
	if (signal_number_from_text(field(line, 1), strlen(field(line, 1)), &number) != OK)
		return complain(line->complaint, ERR_FORMAT,
				"signal '%.32s' is none that this program computes",
				field(line, 1));
	if (line->signals->rows[number].is_there)
		return complain(line->complaint, ERR_FORMAT, "signal %s for the second time",
				numbers[number]);
	if (parse_points(field(line, 3), &row) != OK)
		return complain(line->complaint, ERR_FORMAT,
				"points '%.32s' are none; 12, -15, 12..30 and x1.3 are, up to %d",
				field(line, 3), POINTS_MAX);
	if (parse_fades(field(line, 4), &row.fades_days) != OK)
		return complain(line->complaint, ERR_FORMAT,
				"'%.32s' does not say how it fades; 60d and never do",
				field(line, 4));
	row.number = numbers[number];
	row.name = field(line, 2);
	row.sentence = field(line, 5);
	row.clears = field(line, 6);
	row.reference = field(line, 7);
	line->signals->rows[number] = row;
	return OK;
}

/* "S5 S1"; "-" is none. */
static int parse_numbers(const struct line *line, const char *text, uint32_t *ret_bits)
{
	uint32_t bits = 0;
	if (strcmp(text, "-") == 0) {
		*ret_bits = 0;
		return OK;
	}
	while (*text != '\0') {
		enum signal_number number;
		const size_t length = strcspn(text, " \t");
		if (signal_number_from_text(text, length, &number) != OK)
			return complain(line->complaint, ERR_FORMAT,
					"signal '%.*s' is none that this program computes",
					length < 32 ? (int)length : 32, text);
		bits |= 1u << number;
		text += length;
		text += strspn(text, " \t");
	}
	*ret_bits = bits;
	return OK;
}

static int parse_score(const struct line *line, uint8_t *ret_score)
{
	uint64_t score = 0;
	if (number_from_text(field(line, 1), 0, 100, &score) != OK)
		return complain(line->complaint, ERR_FORMAT, "'%.32s' is no score from 0 to 100",
				field(line, 1));
	*ret_score = (uint8_t)score;
	return OK;
}

static int read_rule(const struct line *line)
{
	struct signals *signals = line->signals;
	struct signal_rule rule = {0};
	int error = want_fields(line, 4);
	if (error == OK)
		error = parse_score(line, &rule.least);
	if (error == OK)
		error = parse_numbers(line, field(line, 2), &rule.needs);
	if (error == OK)
		error = parse_numbers(line, field(line, 3), &rule.unless);
	if (error != OK)
		return error;
	if (rule.needs == 0)
		return complain(line->complaint, ERR_FORMAT, "a rule needs a signal");
	if (signals->rule_count == SIGNALS_RULES_MAX)
		return complain(line->complaint, ERR_LIMIT, "more than %u rules",
				SIGNALS_RULES_MAX);
	signals->rules[signals->rule_count++] = rule;
	return OK;
}

static int read_band(const struct line *line)
{
	struct signals *signals = line->signals;
	struct signal_band band = {0};
	int error = want_fields(line, 4);
	if (error == OK)
		error = parse_score(line, &band.least);
	if (error != OK)
		return error;
	if (signals->band_count == SIGNALS_BANDS_MAX)
		return complain(line->complaint, ERR_LIMIT, "more than %u bands",
				SIGNALS_BANDS_MAX);
	if (signals->band_count > 0 && signals->bands[signals->band_count - 1].least <= band.least)
		return complain(line->complaint, ERR_FORMAT, "bands go from the highest down");
	band.name = field(line, 2);
	band.meaning = field(line, 3);
	signals->bands[signals->band_count++] = band;
	return OK;
}

static int read_parking(const struct line *line)
{
	struct signals *signals = line->signals;
	struct name name;
	int error = want_fields(line, 2);
	if (error == OK)
		error = name_from_text(field(line, 1), &name, line->complaint);
	if (error != OK)
		return error;
	if (name_is_root(name.octets) || signals->parking_count == SIGNALS_PARKING_MAX)
		return complain(line->complaint, ERR_LIMIT,
				"'.' is no parking, and there may be %u names",
				SIGNALS_PARKING_MAX);
	const uint8_t *kept = arena_copy(&signals->arena, name.octets, name_size(name.octets));
	if (kept == NULL)
		return ERR_MEMORY;
	signals->parking[signals->parking_count++] = kept;
	return OK;
}

static int read_row(void *context, const struct row *row)
{
	static const struct {
		const char *word;
		int (*read)(const struct line *line);
	} kinds[] = {{"signal", read_signal},
		     {"rule", read_rule},
		     {"band", read_band},
		     {"parking", read_parking}};
	const struct line line = {context, row, row->complaint};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(field(&line, 0), kinds[i].word) == 0)
			return kinds[i].read(&line);
	}
	return complain(row->complaint, ERR_FORMAT,
			"'%.32s' is none of signal, rule, band and parking", field(&line, 0));
}

/* --- the table ---------------------------------------------------------------------------------
 */

static int read_all(struct signals *signals, const struct signals_file *file,
		    struct complaint *complaint)
{
	const struct rows_source source = {.path = file->path,
					   .text = file->text,
					   .size = file->size,
					   .size_max = SIGNALS_FILE_OCTETS_MAX};
	const int error = rows_read(&signals->arena, &source, read_row, signals, complaint);
	if (error == ERR_MEMORY)
		return complain(complaint, error, "no memory for the table of signals");
	if (error != OK)
		return error;
	if (signals->band_count == 0 || signals->bands[signals->band_count - 1].least != 0)
		return complain(complaint, ERR_FORMAT,
				"'%s': no band begins at 0, so that some scores have none",
				file->path);
	return OK;
}

int signals_new(const struct signals_file *file, struct signals **ret_signals,
		struct complaint *complaint)
{
	const struct signals_file catalogue = {.path = "catalog/signals",
					       .text = signals_catalogue(),
					       .size = strlen(signals_catalogue())};
	if (file == NULL)
		file = &catalogue;
	struct signals *signals = memory_take_zeroed(1, sizeof(*signals));
	if (signals == NULL)
		return ERR_MEMORY;
	arena_init(&signals->arena, SIGNALS_OCTETS_MAX, 0);
	signals->parking =
		arena_take_array(&signals->arena, SIGNALS_PARKING_MAX, sizeof(*signals->parking));
	int error = signals->parking == NULL ? ERR_MEMORY : read_all(signals, file, complaint);
	if (error != OK) {
		signals_free(signals);
		return error;
	}
	*ret_signals = signals;
	return OK;
}

void signals_free(struct signals *signals)
{
	if (signals == NULL)
		return;
	arena_release(&signals->arena);
	memory_give(signals);
}

const struct signal_row *signals_row(const struct signals *signals, enum signal_number number)
{
	assert((unsigned int)number < SIGNAL_COUNT);
	return &signals->rows[number];
}

const struct signal_rule *signals_rules(const struct signals *signals, size_t *ret_count)
{
	*ret_count = signals->rule_count;
	return signals->rules;
}

const struct signal_band *signals_band(const struct signals *signals, uint8_t score)
{
	size_t at = 0;
	while (signals->bands[at].least > score)
		at++;
	assert(at < signals->band_count);
	return &signals->bands[at];
}

const struct signal_band *signals_band_at(const struct signals *signals, size_t index)
{
	return index < signals->band_count ? &signals->bands[index] : NULL;
}

bool signals_is_parking(const struct signals *signals, const uint8_t *name)
{
	assert(signals->parking_count <= SIGNALS_PARKING_MAX);
	for (size_t i = 0; i < signals->parking_count; i++) {
		if (name_is_under(name, signals->parking[i]))
			return true;
	}
	return false;
}
