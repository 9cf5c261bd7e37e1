/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one domain makes of good practice, as it is kept from run to run: a state for each practice,
 * at the practice's number. What each means is the catalogue's to say. Numbers are never given
 * twice, so that what an old run kept means the same for ever.
 *
 * In the store trailing octets that are zero are left out: a practice that was added to the
 * catalogue later was not measured then, and zero says so.
 */
#ifndef MODEL_ADOPTION_H
#define MODEL_ADOPTION_H

#include "base/error.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#define ADOPTION_PRACTICES_MAX 64u
/* Two states to an octet. */
#define ADOPTION_OCTETS 32u
static_assert(ADOPTION_OCTETS * 2 == ADOPTION_PRACTICES_MAX, "half an octet a practice");

enum adoption_state {
	ADOPTION_NOT_MEASURED, /* zero: whatever was not kept */
	ADOPTION_DOES_NOT_APPLY,
	ADOPTION_ABSENT,
	ADOPTION_BROKEN, /* there, but a finding says that it does not do what it is for */
	ADOPTION_ADOPTED,
	ADOPTION_STATE_COUNT,
};
static_assert(ADOPTION_STATE_COUNT <= 16, "half an octet");

struct adoption {
	uint8_t states[ADOPTION_OCTETS];
};

enum adoption_state adoption_get(const struct adoption *adoption, unsigned number);
void adoption_set(struct adoption *adoption, unsigned number, enum adoption_state state);
/* "not measured", "does not apply", "absent", "broken", "adopted". */
const char *adoption_state_text(enum adoption_state state);

/* Octets up to the last one that is not zero. */
size_t adoption_size(const struct adoption *adoption);
/* ERR_FORMAT: too many octets, or a state that nobody knows. */
MUST_CHECK int adoption_read(const uint8_t *octets, size_t size, struct adoption *ret_adoption);

#endif
