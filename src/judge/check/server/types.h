/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Types that a usable server fails for: it answers for the zone's SOA, and for another type with an
 * error, with something that nobody can read, or not at all. Two checks tell it: one where a type
 * fails that every server must know, the other where only newer ones do. One server has one of both
 * at most: what fails for the old types, too, is no question of their age.
 *
 * What another check tells the cause of is no failure here: an answer cut off for want of TCP, an
 * alias at the apex.
 */
#ifndef JUDGE_CHECK_SERVER_TYPES_H
#define JUDGE_CHECK_SERVER_TYPES_H

#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

#include <stdbool.h>

enum types_age { TYPES_OLD, TYPES_NEW };

/* A finding for every server that fails for types, of which the oldest is of that age. */
void types_tell(const struct evidence *evidence, struct verdicts *verdicts, enum types_age age);
/*
 * Is the server's silence a matter of types? A line that loses packets lets some questions be
 * answered late; where more were never answered than late, what was asked made the difference.
 */
bool types_are_dropped(const struct view *view);

#endif
