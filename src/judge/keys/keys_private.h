/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the fold holds: three pools of octet strings (zones, keys, marks of operators), and lists
 * between them by number: which zones have a key, which marks a zone has.
 */
#ifndef JUDGE_KEYS_KEYS_PRIVATE_H
#define JUDGE_KEYS_KEYS_PRIVATE_H

#include "judge/keys/keys.h"
#include "judge/keys/pool_private.h"

#include <stdbool.h>

#define NONE UINT32_MAX

/* One zone publishes one key; a list a key. */
struct key_use {
	uint32_t zone;
	uint32_t next; /* use of the same key */
	uint16_t tag;
	uint8_t algorithm;
};
/* Something that tells zones of one operator: a list a zone. */
struct zone_mark {
	uint32_t mark;
	uint32_t next;
};

struct zone_row {
	uint32_t marks; /* first */
	bool has_key;
};

struct keys {
	struct pool zones; /* names, lower case */
	struct pool keys;  /* RSA: 'R' and the modulus; others: the algorithm and the key field */
	struct pool marks; /* 'N' and a name, or 'A' and an address */
	uint32_t *uses_of_key;      /* first, by key */
	struct zone_row *zone_rows; /* by zone */
	uint32_t uses_room_by_key, zone_room;
	struct key_use *uses;
	struct zone_mark *zone_marks;
	uint32_t use_count, use_room;
	uint32_t mark_count, mark_room;
	uint32_t too_large;
	uint64_t moduli_octets;
};

static inline bool key_is_rsa(const struct keys *keys, uint32_t key)
{
	return keys->keys.items[key].start[0] == 'R';
}

/* ---- gcd.c ---- */

/* A modulus that shares a factor, and with how many others. */
struct shared_modulus {
	uint32_t modulus; /* index */
	uint32_t partner; /* index of another; NONE: it was not looked for any longer */
	uint32_t others;  /* how many share that factor with it, at least */
};
struct moduli {
	const struct octets *items; /* big-endian, no leading zero, different from each other */
	uint32_t count;
	size_t block_octets;     /* 0: as many as the limit on memory allows */
	keys_progress *progress; /* may be NULL */
	void *context;
};
/* ret_shared: an array on the heap, by index; memory_give() is the caller's. */
MUST_CHECK int moduli_shared(const struct moduli *moduli, struct shared_modulus **ret_shared,
			     uint32_t *ret_count);

/* ---- operators.c ---- */
MUST_CHECK int keys_add_server_name(struct keys *keys, uint32_t zone, const uint8_t *server);
MUST_CHECK int keys_add_mark(struct keys *keys, uint32_t zone, struct octets mark);
MUST_CHECK int keys_tell_reused(const struct keys *keys, const struct keys_output *output);

/* ---- finish.c ---- */
/* Fills in code, severity, party and reference from the catalogue, and hands the finding over. */
MUST_CHECK int keys_tell(const struct keys_output *output, const char *code, const uint8_t *zone,
			 const char *sentence);

#endif
