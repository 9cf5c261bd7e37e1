/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking up what evaluators of dns/policy ask for. A round evaluates over what the observation has
 * so far; what an evaluator finds missing is asked for at once, and when all of it is in, the round
 * is made again, until nothing is missing. The evaluators bound themselves; besides, a domain has
 * POLICY_ASKED_MAX look-ups here, beyond which nothing more is asked and the judge will say that it
 * does not know.
 */
#ifndef GATHER_SCAN_POLICY_PRIVATE_H
#define GATHER_SCAN_POLICY_PRIVATE_H

#include "dns/policy/source.h"
#include "gather/scan/scan_private.h"

#include <stdbool.h>
#include <stdint.h>

/* 30 of SPF with two types each, 16 exchangers with three, 8 of DMARC and as many who take
 * reports: what an observation holds must do for other stages as well. */
#define POLICY_ASKED_MAX 128

struct policy_plan;
typedef void policy_round(struct policy_plan *plan);

/* Lives in the domain's arena. */
struct policy_plan {
	struct domain *domain;
	policy_round *round;
	struct policy_source source; /* for evaluators */
	struct arena *scratch;       /* for the time of one round */
	uint16_t asked, waiting;
	bool is_in_round;
};

/* What that name is below, of whose records of that type it was said that it does not exist (or
 * what its alias leads to): could somebody register it? Looks up whether the registrable domain
 * exists. */
void policy_look_at_registrable(struct policy_plan *plan, const uint8_t *name, uint16_t type);
/* Begins the first round; nothing where the domain has no usable server, or memory is out. */
void policy_begin(struct domain *domain, policy_round *round);

#endif
