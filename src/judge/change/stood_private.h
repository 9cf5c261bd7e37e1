/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What of an earlier change is part of what a test of the state before a later one asks for
 * (judge/case/predicate.h): name servers at the parent and in the zone, and DS, always; MX where
 * the later one changed it, or left it unknown; addresses of each name server and mail host by
 * itself, where they moved. Pure.
 */
#ifndef JUDGE_CHANGE_STOOD_PRIVATE_H
#define JUDGE_CHANGE_STOOD_PRIVATE_H

#include "judge/change/past_private.h"

/* Bits of dimensions that the change at `one` changed, and that are asked for otherwise than they
 * had been before it. Addresses are of SIGHT_SERVERS and SIGHT_MAIL. */
uint32_t past_stood(const struct change_past *past, size_t one, size_t other);

#endif
