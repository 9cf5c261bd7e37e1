/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/dnssec/nsec3.h"

#include "dns/wire/type.h"

#include <assert.h>

const struct exchange *nsec3_first(const struct view *view, struct nsec3_rdata *ret_nsec3)
{
	assert(ret_nsec3);
	for (unsigned question = 0; question < QUESTION_SOA_TCP; question++) {
		const struct answer *answer = &view->answers[question];
		const struct record *record =
			answer->message ? message_find(answer->message, 1u << SECTION_AUTHORITY,
						       NULL, TYPE_NSEC3)
					: NULL;

		if (record && rdata_nsec3(record, ret_nsec3) == 0)
			return answer->exchange;
	}
	return NULL;
}
