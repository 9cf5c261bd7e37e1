/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may be said of a domain without anybody having broken anything: how many ways lead to it.
 * Sound domains have such traits, some nearly all of them; a full audit speaks of them all the
 * same.
 */
#ifndef WORLD_TRAIT_H
#define WORLD_TRAIT_H

#include <stdbool.h>

enum trait {
	TRAIT_NO_IPV4,
	TRAIT_NO_IPV6,
	TRAIT_ONE_ADDRESS_OF_FAMILY,
	TRAIT_ONE_OPERATOR,
	TRAIT_ONE_TOP_LEVEL,
	TRAIT_NO_REVERSE,
	TRAIT_OTHER_REVERSE,
	TRAIT_COUNT,
};

struct trait_row {
	const char *code;
	const char *summary;
};
const struct trait_row *trait_row(enum trait trait);
/* Is it a code that a trait shows? */
bool trait_has_code(const char *code);

#endif
