/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file of shares in memory, and the plan that is made of it: which domain has what, at which
 * servers.
 */
#ifndef WORLD_SHARES_PRIVATE_H
#define WORLD_SHARES_PRIVATE_H

#include "world/make_private.h"
#include "world/model_private.h"
#include "world/shares.h"

/* Nobody says anything of it. */
#define SHARE_UNSTATED UINT16_MAX
/* A label, with room for its NUL. */
#define SHARES_LABEL_MAX 64
#define SHARES_OWN_SERVERS 2u

struct shares_tld {
	char name[SHARES_LABEL_MAX];
	uint32_t weight; /* of the domains of operators that do not say otherwise */
	uint16_t shares[SHARE_COUNT];
};

struct shares_operator {
	char name[2 * SHARES_LABEL_MAX]; /* "label.tld"; is_own: any word */
	uint32_t domains;
	uint32_t line;
	uint32_t tld; /* of its name; is_own: 0 */
	uint32_t weights[SHARES_TLDS_MAX];
	bool has_weights;
	bool is_own; /* every domain has servers of its own */
	uint8_t server_count;
	uint8_t place;     /* enum place */
	uint8_t algorithm; /* of zones with a modern one */
	uint16_t shares[SHARE_COUNT];
};

struct shares {
	struct shares_tld tlds[SHARES_TLDS_MAX];
	struct shares_operator *operators;
	uint32_t tld_count, operator_count, operator_room;
	uint32_t domains;
	uint16_t silent;
	uint16_t all[SHARE_COUNT];
};

#define SHARE_BIT(share) (1u << (share))
static_assert(SHARE_COUNT <= 32, "struct planned has a bit for each");

/* A domain. */
struct planned {
	uint32_t has; /* SHARE_BIT */
	uint32_t set;
	uint16_t dns_operator;
	uint8_t tld;
	bool is_first; /* of its set */
};

/* Servers that have the same domains. */
struct planned_set {
	uint32_t has;    /* SHARE_BIT of those of servers */
	uint32_t number; /* among the operator's */
	uint32_t domain; /* the first */
	uint16_t dns_operator;
	uint8_t silent; /* a bit a server */
};

struct plan {
	const struct shares *shares;
	uint64_t seed;
	struct planned *domains; /* by operator, in the file's order */
	struct planned_set *sets;
	uint32_t set_count, set_room;
	uint32_t server_count;
};

/* ---- shares_plan.c ---- */
MUST_CHECK int plan_make(struct plan *plan, struct complaint *complaint);
void plan_release(struct plan *plan);
/* Silences so many hundredths of a percent of the operators' servers. */
MUST_CHECK int plan_silence(struct plan *plan, uint16_t share);

/* ---- shares_choose.c ---- */
/* Says which domains have it, pool by pool; what it rests on has been given out before. */
MUST_CHECK int plan_choose(struct plan *plan, enum share share);
/* The pool's share of `count`, rounded to the nearest whole. */
static inline uint32_t share_of(uint16_t share, uint32_t count)
{
	return (uint32_t)(((uint64_t)count * share + SHARE_WHOLE / 2) / SHARE_WHOLE);
}
/* Splits `count` by weights, by the largest remainder; their sum is not 0. */
void share_split(uint32_t count, const uint32_t *weights, uint32_t weight_count,
		 uint32_t *ret_counts);

/* ---- shares_write.c ---- */
MUST_CHECK int plan_write(const struct plan *plan, struct text *text);

#endif
