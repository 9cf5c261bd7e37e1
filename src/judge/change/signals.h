/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of signals (catalog/signals, which says its form): how many points each counts, how
 * they fade, its sentence, what would clear it; rules that make a score at least so high whatever
 * the sum; bands that say what to do; names of parking. One file is one table: --signals replaces
 * the catalogue that came with the program.
 *
 * Which signals there are is code (judge/change/signal_*.c): a number that nobody computes is an
 * error, and so is a table without bands. Errors: ERR_FORMAT, ERR_LIMIT with file, line and what is
 * wrong; ERR_MEMORY.
 */
#ifndef JUDGE_CHANGE_SIGNALS_H
#define JUDGE_CHANGE_SIGNALS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A row is a few hundred octets; some thousand names of parking. */
#define SIGNALS_FILE_OCTETS_MAX ((size_t)1 << 20)
#define SIGNALS_RULES_MAX 32u
#define SIGNALS_BANDS_MAX 8u
#define SIGNALS_PARKING_MAX 4096u

enum signal_number {
	SIGNAL_S1,
	SIGNAL_S3,
	SIGNAL_S3_1,
	SIGNAL_S5,
	SIGNAL_S6,
	SIGNAL_S7,
	SIGNAL_S8,
	SIGNAL_S8_1,
	SIGNAL_S11,
	SIGNAL_S12,
	SIGNAL_S13,
	SIGNAL_S15,
	SIGNAL_S16,
	SIGNAL_S20,
	SIGNAL_M1,
	SIGNAL_N1,
	SIGNAL_N4,
	SIGNAL_N5,
	SIGNAL_N6,
	SIGNAL_COUNT,
};

struct signal_row {
	bool is_there;
	bool is_factor;      /* points are percent */
	int points, most;    /* equal unless it grows */
	uint16_t fades_days; /* 0: never */
	const char *number, *name, *sentence, *clears, *reference;
};

struct signal_rule {
	uint8_t least;
	uint32_t needs, unless; /* bits */
};

struct signal_band {
	uint8_t least;
	const char *name, *meaning;
};

struct signals;

struct signals_file {
	const char *path;
	const char *text;
	size_t size;
};
/* `file` may be NULL: the catalogue. */
MUST_CHECK int signals_new(const struct signals_file *file, struct signals **ret_signals,
			   struct complaint *complaint);
void signals_free(struct signals *signals); /* NULL is fine */
/* The catalogue that came with the program. */
const char *signals_catalogue(void);

const struct signal_row *signals_row(const struct signals *signals, enum signal_number number);
const struct signal_rule *signals_rules(const struct signals *signals, size_t *ret_count);
const struct signal_band *signals_band(const struct signals *signals, uint8_t score);
const struct signal_band *signals_band_at(const struct signals *signals, size_t index);
/* Is the name one of parking, or below it? */
bool signals_is_parking(const struct signals *signals, const uint8_t *name);
/* "S5"; and back: ERR_NOT_FOUND. */
const char *signal_number_text(enum signal_number number);
MUST_CHECK int signal_number_from_text(const char *text, size_t length,
				       enum signal_number *ret_number);

#endif
