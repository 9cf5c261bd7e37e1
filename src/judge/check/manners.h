/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What servers said to odd questions (enum probe_kind), as checks want it: with the OPT record that
 * the observation keeps apart.
 */
#ifndef JUDGE_CHECK_MANNERS_H
#define JUDGE_CHECK_MANNERS_H

#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

#include <stdbool.h>
#include <stdint.h>

struct odd {
	const struct exchange *exchange;
	struct message message; /* whole, when has_message */
	bool has_message;
};

/* The server's next exchange of that kind; `cursor` starts at 0. False: there is none, or memory is
 * out. Those that were not really asked are passed over. */
bool odd_next(const struct evidence *evidence, const struct view *view, enum probe_kind kind,
	      uint16_t *cursor, struct odd *ret_odd);
/* The first of that kind. */
bool odd_first(const struct evidence *evidence, const struct view *view, enum probe_kind kind,
	       struct odd *ret_odd);
/* How it ended, in words: "does not answer", "answers FORMERR". */
const char *odd_ending(const struct evidence *evidence, const struct odd *odd);
/* Octets of the message as received; 0: none. */
uint32_t odd_octets(const struct evidence *evidence, const struct odd *odd);
/*
 * Has `tell` judge, for each usable server that was asked a question of that kind, the first such
 * exchange; it is the evidence of what was told. Where nobody was asked it is not measured.
 */
void odd_judge(const struct evidence *evidence, struct verdicts *verdicts, enum probe_kind kind,
	       void (*tell)(const struct evidence *evidence, struct verdicts *verdicts,
			    const struct view *view, const struct odd *odd));
/* Was anybody asked a question of that kind? */
bool odd_was_asked(const struct evidence *evidence, enum probe_kind kind);
/* Text of a character-string, printable, in the arena; others than printable are left out. */
const char *odd_text(const struct evidence *evidence, const uint8_t *octets, size_t size);

#endif
