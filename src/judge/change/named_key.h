/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which key of a state a DS names, and which has made a signature (RFC 4034 s5, RFC 4035 s5.2).
 * Pure; what is given back points into the set.
 */
#ifndef JUDGE_CHANGE_NAMED_KEY_H
#define JUDGE_CHANGE_NAMED_KEY_H

#include "model/state.h"

#include <stdbool.h>
#include <stdint.h>

/* Is this key what the DS names, by its digest? */
bool change_names_key(const uint8_t *domain, const struct state_data *ds,
		      const struct state_data *key);
/* The one key of the DNSKEY set that can have made it and may; NULL: none, or more than one has its
 * tag and algorithm, and nobody says which. */
const struct state_data *change_signing_key(const struct state_set *keys,
					    const struct state_signature *signature);

#endif
