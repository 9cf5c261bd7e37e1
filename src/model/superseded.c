/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "model/observation.h"

#include <assert.h>

/* RFC 1035 s4.1.1: AA in the third octet, RCODE in the fourth. */
#define AA_BIT 0x04
#define RCODE_BITS 0x0f
#define HEADER_OCTETS 12

static bool is_authoritative(const struct observation *observation, const struct exchange *exchange)
{
	if (exchange->outcome != OUTCOME_ANSWER || exchange->message == MESSAGE_NONE)
		return false;
	assert(exchange->message < observation->message_count);
	const struct kept_message *kept = &observation->messages[exchange->message];
	if (kept->size < HEADER_OCTETS)
		return false;
	const int rcode = kept->wire[3] & RCODE_BITS;
	return (kept->wire[2] & AA_BIT) != 0 && (rcode == RCODE_NOERROR || rcode == RCODE_NXDOMAIN);
}

/* Truncation moves a question to TCP; a probe of TCP starts there. */
static uint8_t asked_over(const struct exchange *exchange)
{
	return (exchange->flags & EXCHANGE_TRUNCATED) != 0 ? TRANSPORT_UDP : exchange->transport;
}

bool observation_is_superseded(const struct observation *observation, uint16_t exchange)
{
	assert(exchange < observation->exchange_count);
	const struct exchange *first = &observation->exchanges[exchange];
	if (first->server == SERVER_PARENT || is_authoritative(observation, first))
		return false;
	for (unsigned int i = exchange + 1u; i < observation->exchange_count; i++) {
		const struct exchange *again = &observation->exchanges[i];
		if (again->server == first->server && again->type == first->type &&
		    again->kind == first->kind && asked_over(again) == asked_over(first) &&
		    name_equal(again->name, first->name))
			return true;
	}
	return false;
}
