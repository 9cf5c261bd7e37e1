/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first octet says how many labels of the question's name are the zone's; the rest is a
 * message. Whatever its NSEC and NSEC3 records say, it never proves both that the name does not
 * exist and that it does (without the type); the same message gives the same proof; a wildcard
 * answer for a name is never shown where the message proves that the name exists.
 */
#include "dns/dnssec/denial.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct proofs {
	bool exists;
	bool does_not_exist;
};

static void note(enum denial denial, struct proofs *proofs)
{
	assert(denial_text(denial) != NULL);
	if (denial == DENIAL_NODATA || denial == DENIAL_NO_DS)
		proofs->exists = true;
	if (denial == DENIAL_NXDOMAIN || denial == DENIAL_WILDCARD_NODATA ||
	    denial == DENIAL_OPT_OUT)
		proofs->does_not_exist = true;
}

static void prove(struct arena *arena, const struct message *message, const uint8_t *zone)
{
	static const uint16_t types[] = {TYPE_A,  TYPE_NS,    TYPE_CNAME, TYPE_SOA,
					 TYPE_DS, TYPE_DNAME, TYPE_TXT,   TYPE_ANY};
	const uint8_t *name = message->question_name;
	struct proofs proofs = {0};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		enum denial denial = denial_prove(arena, message, zone, name, types[i]);
		assert(denial == denial_prove(arena, message, zone, name, types[i]));
		note(denial, &proofs);
	}
	note(denial_prove(arena, message, zone, name, message->question_type), &proofs);
	assert(!(proofs.exists && proofs.does_not_exist));
	size_t labels = name_labels(name);
	for (size_t i = 0; i < labels; i++) {
		bool shown = denial_wildcard_answer(arena, message, zone, name, (uint8_t)i);
		/* Made from the wildcard beside it: the name itself is the next closer one. */
		bool closest = i + 1 == labels && !name_is_wildcard(name);
		assert(!(shown && closest && proofs.exists));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct message message;
	if (size == 0)
		return 0;
	arena_init(&arena, 1 << 22, 0);
	if (message_walk(&arena, data + 1, size - 1, &message) == OK &&
	    message.fault != MESSAGE_SHORT_HEADER && message.question_name != NULL) {
		size_t labels = name_labels(message.question_name);
		prove(&arena, &message, name_suffix(message.question_name, data[0] % (labels + 1)));
	}
	arena_release(&arena);
	return 0;
}
