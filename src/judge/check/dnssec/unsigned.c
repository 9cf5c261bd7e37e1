/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/dnssec/unsigned.h"

#include "dns/wire/type.h"

#include <assert.h>

static bool has_hidden_keys(const struct evidence *evidence, const struct view *view)
{
	return view->answers[QUESTION_SOA].rrset.signature_count > 0 &&
	       evidence_apex_alias(evidence, view->answers[QUESTION_DNSKEY].message);
}

bool unsigned_view(const struct evidence *evidence, const struct view *view)
{
	const struct answer *keys = &view->answers[QUESTION_DNSKEY];

	assert(view == &evidence->views[view->index]);
	return view->condition == CONDITION_USABLE && view->speaks_edns && keys->message &&
	       keys->message->rcode == RCODE_NOERROR && keys->message->flags & FLAG_AA &&
	       keys->message->fault == MESSAGE_SOUND && keys->rrset.count == 0 &&
	       !has_hidden_keys(evidence, view);
}
