/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What of a run's findings is under exception or in dispute, and which exceptions expired since the
 * run before, for all that tells people: reports and letters show both views. Counts grow finding
 * by finding; nothing is taken out of what was measured.
 */
#ifndef TELL_REPORT_EXCEPTED_H
#define TELL_REPORT_EXCEPTED_H

#include "base/json.h"
#include "judge/except/except.h"
#include "keep/store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one of them does here. */
struct exception_use {
	uint64_t findings, domains; /* that it covers */
	uint64_t came_back;         /* findings that it covered until it expired */
	uint64_t last_domain;       /* the domain that was counted last */
};

struct excepted {
	struct exceptions *all;
	struct exception_use *uses;  /* by exceptions_index */
	int64_t since_s, now_s;      /* expired in between: since the last run */
	uint64_t accepted, disputed; /* findings */
};

/* `since_s`: when the run before began. */
MUST_CHECK int excepted_load(struct store *store, int64_t since_s, int64_t now_s,
			     struct excepted *ret_excepted, struct complaint *complaint);
void excepted_release(struct excepted *excepted); /* of one that is zero, too */

/* Which one covers this finding, now? It is counted, and if there is none, one that did until it
 * expired. Findings of a domain come together; `domain` is a number from 1 on. */
const struct exception *excepted_note(struct excepted *excepted,
				      const struct exception_subject *subject, uint64_t domain);

/* Those that cover something, or have expired: the next from *cursor on, NULL at the end. */
enum excepted_list {
	EXCEPTED_APPLIED,
	EXCEPTED_EXPIRED,   /* since the last run, whatever they covered */
	EXCEPTED_CAME_BACK, /* those of them that covered findings which count again */
};
const struct exception *excepted_next(const struct excepted *excepted, enum excepted_list list,
				      size_t *cursor, struct exception_use *ret_use);
size_t excepted_count(const struct excepted *excepted, enum excepted_list list);

/* "3 findings are under exception and 1 is in dispute". */
void excepted_sum(const struct excepted *excepted, struct text *text);
/* exception_to_words, and " (3 findings on 2 domains)" or " (2 findings count again)". */
void excepted_words(const struct exception *exception, const struct exception_use *use,
		    bool is_expired, struct text *text);
/* The value of a key: an array of objects. */
void excepted_json(const struct excepted *excepted, enum excepted_list list, struct json *json);

#endif
