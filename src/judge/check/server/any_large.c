/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/manners.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_any_large(const struct evidence *evidence, struct verdicts *verdicts);

/* As much any server sends to whoever asks, with or without EDNS (RFC 1035 s4.2.1). */
#define SMALL_OCTETS 512u
/* Answers with DNSSEC have several times the size of their questions; ten times is more than one
 * RRset with its signature needs. */
#define FACTOR_MIN 10u

/* Header, name, type and class, and an OPT record without options. */
static uint32_t question_octets(const uint8_t *name)
{
	return (uint32_t)(MESSAGE_HEADER_OCTETS + name_size(name) + 4 + 11);
}

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct view *view, const struct odd *odd)
{
	if (!odd->has_message || odd->exchange->transport != TRANSPORT_UDP ||
	    odd->message.flags & FLAG_TC)
		return;
	const uint32_t octets = odd_octets(evidence, odd);
	const uint32_t asked = question_octets(odd->exchange->name);

	if (octets > SMALL_OCTETS && octets >= FACTOR_MIN * asked)
		verdict(verdicts, view,
			"%s answers a question of %u octets for ANY with %u over UDP, %u times as "
			"many: a means to flood others",
			view->address, asked, octets, octets / asked);
}

void check_server_any_large(const struct evidence *evidence, struct verdicts *verdicts)
{
	odd_judge(evidence, verdicts, PROBE_LARGE, tell);
}
