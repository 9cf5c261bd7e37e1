/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/looked_up.h"

#include <assert.h>

struct looked_up look_up(const struct evidence *evidence, const uint8_t *name, uint16_t type)
{
	static const struct lookup no_memory = {.result = LOOKUP_RESULT_LIMIT};
	const struct observation *observation = evidence->observation;
	const int index = observation_find_lookup(observation, name, type);
	struct looked_up found = {.lookup = NULL};

	if (index < 0)
		return found;
	found.lookup = &observation->lookups[index];
	if (found.lookup->message == MESSAGE_NONE)
		return found;
	assert(found.lookup->message < observation->message_count);
	found.message = &evidence->messages[found.lookup->message];
	if (found.lookup->result != LOOKUP_RESULT_FOUND &&
	    found.lookup->result != LOOKUP_RESULT_BOGUS)
		return found;
	const int result =
		message_rrset(evidence->arena, found.message,
			      &(struct rrset_key){1u << SECTION_ANSWER, found.lookup->target, type},
			      &found.rrset);

	if (result == ERR_MEMORY)
		return (struct looked_up){.lookup = &no_memory};
	return found;
}

bool looked_up_is_unknown(const struct looked_up *found)
{
	if (found->lookup == NULL)
		return true;
	switch ((enum lookup_result)found->lookup->result) {
	case LOOKUP_RESULT_FOUND:
	case LOOKUP_RESULT_NXDOMAIN:
	case LOOKUP_RESULT_NODATA:
		return false;
	default:
		return true;
	}
}

bool looked_up_is_absent(const struct looked_up *found)
{
	return found->lookup != NULL && (found->lookup->result == LOOKUP_RESULT_NXDOMAIN ||
					 found->lookup->result == LOOKUP_RESULT_NODATA);
}

bool looked_up_is_secure(const struct looked_up *found)
{
	return found->lookup != NULL && found->rrset.count > 0 &&
	       found->lookup->result == LOOKUP_RESULT_FOUND &&
	       found->lookup->security == SECURITY_SECURE;
}
