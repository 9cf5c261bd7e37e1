/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names and RDATA of a message in canonical form, with a memory of names already expanded: servers
 * compress, so the same offset is pointed at again and again. What is canonical in the message as
 * it stands is not copied: results point into the message or into the arena.
 */
#ifndef DNS_WIRE_CANONICAL_PRIVATE_H
#define DNS_WIRE_CANONICAL_PRIVATE_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Zeroing a variable that is filled at once costs as much as filling it, and here it is paid for
 * each record. Everything so marked is written before it is read; valgrind and the fuzzers look
 * after it.
 */
#define FILLED_BELOW __attribute__((uninitialized))

/*
 * A referral has 2 to 13 name servers. Each offset has one place; a later one takes it over, which
 * costs an expansion and nothing else.
 */
#define KNOWN_NAMES 32
struct known_names {
	uint16_t keys[KNOWN_NAMES]; /* offset + 1; 0: none */
	uint8_t sizes[KNOWN_NAMES];
	const uint8_t *names[KNOWN_NAMES];
};

/*
 * Labels and pointers passed for the names of one message. Honest ones of 65,535 octets take some
 * 50,000; names that all lead through the same chain of labels, from as many places as there is
 * room for, a million, and 8 ns each.
 */
#define NAME_STEPS_MAX 262144u

struct canonical {
	struct arena *arena;
	const uint8_t *wire;
	size_t wire_size;
	uint32_t steps_left;
	bool bad_name; /* set when RDATA was refused for a name in it */
	struct known_names known;
};

struct octets {
	const uint8_t *data;
	size_t size;
};

void canonical_init(struct canonical *canonical, struct arena *arena, const uint8_t *wire,
		    size_t wire_size);
/*
 * The name at `offset`, whole and lower-cased; it must end before `limit`. ERR_MEMORY, or what
 * span_read gives.
 */
MUST_CHECK int canonical_name(struct canonical *canonical, size_t offset, size_t limit,
			      struct octets *ret_name, size_t *ret_next);
/* ERR_MEMORY; ERR_FORMAT when the RDATA does not fit its type. */
MUST_CHECK int canonical_rdata(struct canonical *canonical, size_t offset, size_t size,
			       uint16_t type, struct octets *ret_rdata);

#endif
