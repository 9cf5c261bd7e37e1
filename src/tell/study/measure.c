/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one look showed of sizes and times. The worst address decides, as everywhere. */
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "tell/study/study_private.h"

#include <assert.h>
#include <stdlib.h>

/*
 * A question as somebody would forge it: header, name, type and class (RFC 1035 s4.1), and an OPT
 * record without options (RFC 6891 s6.1.2), without which nobody gets a large answer.
 */
#define HEADER_OCTETS 12u
#define TYPE_AND_CLASS_OCTETS 4u
#define OPT_OCTETS 11u

static int question_of(uint16_t type)
{
	switch (type) {
	case TYPE_SOA:
		return STUDY_SOA;
	case TYPE_NS:
		return STUDY_NS;
	case TYPE_DNSKEY:
		return STUDY_DNSKEY;
	default:
		return -1;
	}
}

/* The octets that came, and the RCODE of them; 0: nothing that is an answer. */
static uint32_t octets_of(const struct observation *observation, const struct exchange *exchange)
{
	if (exchange->outcome != OUTCOME_ANSWER || exchange->message >= observation->message_count)
		return 0;
	const struct kept_message *message = &observation->messages[exchange->message];
	if (message->size < HEADER_OCTETS || (message->wire[3] & 0x0f) != RCODE_NOERROR)
		return 0;
	return message->size +
	       ((exchange->flags & EXCHANGE_OPT_CUT) != 0 ? exchange->opt_size : 0u);
}

static bool is_plain(const struct observation *observation, uint16_t number)
{
	assert(number < observation->exchange_count);
	const struct exchange *exchange = &observation->exchanges[number];
	return exchange->server != SERVER_PARENT && exchange->kind == PROBE_PLAIN &&
	       (exchange->transport == TRANSPORT_UDP || exchange->transport == TRANSPORT_TCP) &&
	       question_of(exchange->type) >= 0 &&
	       name_equal(exchange->name, observation->domain) &&
	       !observation_is_superseded(observation, number);
}

static int by_value(const void *left, const void *right)
{
	const uint32_t one = *(const uint32_t *)left;
	const uint32_t other = *(const uint32_t *)right;
	return one < other ? -1 : one > other;
}

static void take_largest(uint32_t *largest, uint32_t octets)
{
	if (octets > *largest)
		*largest = octets;
}

void study_measure(const struct observation *observation, struct study_measure *ret_measure)
{
	uint32_t times[OBSERVATION_SERVERS_MAX];
	size_t time_count = 0;
	struct study_measure measure = {.is_there = true};
	const size_t name_octets = name_size(observation->domain);
	static_assert(HEADER_OCTETS + NAME_MAX_OCTETS + TYPE_AND_CLASS_OCTETS + OPT_OCTETS <=
			      UINT16_MAX,
		      "fits");
	measure.question_octets =
		(uint16_t)(HEADER_OCTETS + name_octets + TYPE_AND_CLASS_OCTETS + OPT_OCTETS);
	for (uint16_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		if (!is_plain(observation, i))
			continue;
		const uint32_t octets = octets_of(observation, exchange);
		const int question = question_of(exchange->type);
		if (octets == 0)
			continue;
		assert(question >= 0 && question < STUDY_QUESTION_COUNT);
		measure.was_asked = true;
		if ((exchange->flags & EXCHANGE_TRUNCATED) != 0) {
			measure.is_too_large = true;
			if ((exchange->flags & EXCHANGE_TCP_FAILED) != 0)
				continue;
		}
		take_largest(&measure.octets[question], octets);
		if (exchange->transport != TRANSPORT_UDP ||
		    (exchange->flags & EXCHANGE_TRUNCATED) != 0)
			continue;
		take_largest(&measure.udp[question], octets);
		if (question == STUDY_SOA && exchange->rtt_us > 0 &&
		    time_count < OBSERVATION_SERVERS_MAX)
			times[time_count++] = exchange->rtt_us;
	}
	if (time_count > 0) {
		qsort(times, time_count, sizeof(times[0]), by_value);
		measure.latency_us = times[(time_count - 1) / 2];
	}
	*ret_measure = measure;
}
