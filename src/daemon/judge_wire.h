/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a scan's parent says to its judge and to who keeps the store, and what it hears of them:
 * bodies of frames (daemon/scan_wire.h has the frame and the rest). Judge and keeper read what
 * strangers sent, so that here, too, nothing is believed but what can be so.
 *
 * A verdict is findings, codes of checks that could not be made, and facts, in octets that only the
 * judge makes and only the keeper reads. All pointers of what was read point into the frame's body
 * or the arena.
 */
#ifndef DAEMON_JUDGE_WIRE_H
#define DAEMON_JUDGE_WIRE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/error.h"
#include "judge/check/check.h"
#include "keep/store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More than all checks find in one domain, and more checks than there are. */
#define WIRE_FINDINGS_MAX 4096u
/* Hundreds of findings, some KiB each. */
#define WIRE_VERDICT_MAX ((size_t)8 << 20)
/* One observation as JSON: four times its octets in hexadecimal and text around them. */
#define WIRE_TEXT_MAX ((size_t)64 << 20)
#define JUDGED_BODY_MAX (WIRE_TEXT_MAX + WIRE_VERDICT_MAX + 64u)
#define KEEP_BODY_MAX (OBSERVATION_OCTETS_MAX + WIRE_VERDICT_MAX + 64u)
#define STORE_PATH_MAX 4095u

/* A profile's name. */
#define JUDGING_PROFILE_MAX 31u

/* FRAME_JUDGING, the judge's settings. */
struct wire_judging {
	bool judges;         /* else it only tells */
	uint8_t telling;     /* what is to be printed of each, a number of the teller's own */
	const char *profile; /* whose practices are told with it; "": none */
	const char *vantage, *scanner;
};
size_t wire_judging_size(const struct wire_judging *judging);
void wire_judging_write(struct writer *writer, const struct wire_judging *judging);
MUST_CHECK int wire_judging_read(struct arena *arena, struct reader *reader,
				 struct wire_judging *ret_judging);

/* FRAME_JUDGED: one for each FRAME_JUDGE, in their order. */
enum judged_result {
	JUDGED_WELL,
	JUDGED_UNREADABLE, /* no observation of that domain from here */
	JUDGED_TOO_MUCH,   /* more than a judge has room for */
};
struct wire_judged {
	uint8_t result; /* enum judged_result; unless WELL, the rest is zero */
	uint8_t worst;  /* enum severity; 0: nothing found */
	bool is_sound;  /* nothing found, and every check made */
	bool is_measured;
	bool is_bogus;    /* measured, and the chain of trust is broken above it */
	const char *text; /* to be printed; no NUL at its end */
	size_t text_size;
	const uint8_t *verdict;
	size_t verdict_size;
};
size_t wire_judged_size(const struct wire_judged *judged);
void wire_judged_write(struct writer *writer, const struct wire_judged *judged);
/* ERR_FORMAT also for text that could lead a terminal astray: of control characters only the line's
 * end and what changes colours. */
MUST_CHECK int wire_judged_read(struct reader *reader, struct wire_judged *ret_judged);

/* Nothing found, nothing that could not be looked at: so many zero octets. */
#define WIRE_VERDICT_EMPTY (8u + FACTS_OCTETS)
/* In the arena. ERR_LIMIT: WIRE_VERDICT_MAX, or more findings than WIRE_FINDINGS_MAX. */
MUST_CHECK int wire_verdict_write(struct arena *arena, const struct judgement *judgement,
				  const uint8_t **ret_octets, size_t *ret_size);
/* Codes become the catalogue's own; each finding's domain is `domain`, which is not copied. */
MUST_CHECK int wire_verdict_read(struct arena *arena, struct reader *reader, const char *domain,
				 struct judgement *ret_judgement);

/* FRAME_STORE: which store, and the run to begin or to go on with. */
struct wire_store {
	bool resumes;
	const char *path;
	struct store_run run; /* started_s, profile, vantage, domains */
};
size_t wire_store_size(const struct wire_store *store);
void wire_store_write(struct writer *writer, const struct wire_store *store);
MUST_CHECK int wire_store_read(struct arena *arena, struct reader *reader,
			       struct wire_store *ret_store);

/* FRAME_RUN: the run that there is now. */
struct wire_run {
	int64_t id;
	bool is_resumed;
	char profile[64]; /* as store_run has it */
};
#define WIRE_RUN_OCTETS 73u
void wire_run_write(struct writer *writer, const struct wire_run *run);
MUST_CHECK int wire_run_read(struct reader *reader, struct wire_run *ret_run);

/* FRAME_KEEP: an observation and its verdict. */
struct wire_keep {
	const uint8_t *encoded;
	size_t encoded_size;
	const uint8_t *verdict;
	size_t verdict_size;
};
#define WIRE_KEEP_FIXED_OCTETS 4u
void wire_keep_write(struct writer *writer, const struct wire_keep *keep);
MUST_CHECK int wire_keep_read(struct reader *reader, struct wire_keep *ret_keep);

/* FRAME_COMMIT: when the run ended, 0: it goes on. FRAME_KEPT: how many are kept by now. */
#define WIRE_NUMBER_OCTETS 8u
MUST_CHECK int wire_number_read(struct reader *reader, uint64_t *ret_number);

#endif
