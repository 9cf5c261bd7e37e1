/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The signatures of one observation, judged against a time: for every RRset that a signed server
 * answered with, whether it has a signature that counts, and if not, what is nearest to one. Scan
 * recorded the cryptography (`struct proof`); the clock comes in here.
 *
 * An RRset is judged once a distinct message: servers with identical answers share the case, so a
 * case holds the mask of servers that gave it.
 */
#ifndef JUDGE_CHECK_SIGNATURES_H
#define JUDGE_CHECK_SIGNATURES_H

#include "base/arena.h"
#include "base/error.h"
#include "dns/wire/message.h"
#include "judge/check/evidence.h"

#include <assert.h>
#include <stdint.h>

enum standing { /* from best to worst: an RRset has the standing of its best signature */
		STANDING_GOOD,
		STANDING_ENDING,    /* good now, but not for long: see SIGNATURE_ENDING_S */
		STANDING_UNCHECKED, /* a limit came first: nothing may be concluded */
		STANDING_EXPIRED,
		STANDING_FUTURE,
		STANDING_WRONG,
		STANDING_UNKNOWN, /* only algorithms beyond us: validators do not look, either */
		STANDING_MISSING,
};

/* A day: what an operator needs to notice and act before answers turn bogus. Signers that work with
 * short windows on purpose are held to a quarter of the window instead. */
#define SIGNATURE_ENDING_S 86400
#define SIGNATURE_ENDING_PART 4

struct signature_case {
	struct rrset rrset;
	enum standing standing;
	uint32_t inception, expiration; /* of the signature that gave the standing */
	uint16_t key_tag;
	uint16_t message;
	uint64_t servers; /* bit i: observation->servers[i] gave it */
};
static_assert(OBSERVATION_SERVERS_MAX <= 64, "a bit for every server");

struct signatures {
	struct signature_case *cases;
	size_t count;
};

/* The standing of one signature; STANDING_MISSING never. */
enum standing signature_standing(const struct evidence *evidence, uint16_t message,
				 const struct record *record);

MUST_CHECK int signatures_judge(const struct evidence *evidence, struct signatures *ret_signatures);

#endif
