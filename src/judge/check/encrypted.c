/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/encrypted.h"

#include "dns/wire/name.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	uint8_t protocol;
	const char *word;
} protocols[] = {{SESSION_DOT, "DoT"}, {SESSION_DOH, "DoH"}, {SESSION_DOQ, "DoQ"}};

#define PROTOCOL_COUNT (sizeof(protocols) / sizeof(protocols[0]))

static int server_of(const struct observation *observation, const struct ip *ip)
{
	for (uint8_t i = 0; i < observation->server_count; i++) {
		const struct ip *ours = &observation->servers[i].ip;

		if (ours->family == ip->family &&
		    memcmp(ours->octets, ip->octets, sizeof(ip->octets)) == 0)
			return i;
	}
	return -1;
}

/* 0: it never answered over UDP. */
static uint32_t quickest_udp(const struct observation *observation, int server)
{
	uint32_t quickest = 0;

	for (uint16_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];

		if (exchange->server != server || exchange->transport != TRANSPORT_UDP ||
		    exchange->kind != PROBE_PLAIN || exchange->outcome != OUTCOME_ANSWER ||
		    exchange->flags & EXCHANGE_SHARED)
			continue;
		if (quickest == 0 || exchange->rtt_us < quickest)
			quickest = exchange->rtt_us;
	}
	return quickest;
}

static int by_size(const void *left, const void *right)
{
	const uint32_t ours = *(const uint32_t *)left;
	const uint32_t theirs = *(const uint32_t *)right;

	return ours < theirs ? -1 : ours > theirs ? 1 : 0;
}

struct times {
	uint32_t items[OBSERVATION_SERVERS_MAX];
	size_t count;
};

static void add(struct times *times, uint32_t us)
{
	if (us > 0 && times->count < OBSERVATION_SERVERS_MAX)
		times->items[times->count++] = us;
}

/* The lower one of two in the middle. */
static uint32_t median(struct times *times)
{
	if (times->count == 0)
		return 0;
	qsort(times->items, times->count, sizeof(times->items[0]), by_size);
	return times->items[(times->count - 1) / 2];
}

struct encrypted_times encrypted_times(const struct observation *observation, uint8_t protocol)
{
	struct times handshakes = {.count = 0}, answers = {.count = 0}, datagrams = {.count = 0};
	struct encrypted_times sum = {.tried = 0};

	assert(protocol >= SESSION_DOT && protocol <= SESSION_DOQ);
	for (uint16_t i = 0; i < observation->session_count; i++) {
		const struct session *session = &observation->sessions[i];
		const int server = server_of(observation, &session->ip);

		if (session->protocol != protocol || server < 0)
			continue;
		sum.tried++;
		if (session->outcome != SESSION_ESTABLISHED)
			continue;
		sum.answered++;
		add(&handshakes, session->handshake_us);
		add(&answers, session->answer_us);
		add(&datagrams, quickest_udp(observation, server));
	}
	sum.handshake_us = median(&handshakes);
	sum.answer_us = median(&answers);
	sum.udp_us = median(&datagrams);
	return sum;
}

static void put_ms(struct text *text, const char *before, uint32_t us, const char *after)
{
	if (us > 0)
		text_format(text, "%s%u.%u ms%s", before, us / 1000, us / 100 % 10, after);
}

void encrypted_to_text(const struct observation *observation, struct text *text)
{
	for (size_t i = 0; i < PROTOCOL_COUNT; i++) {
		const struct encrypted_times times =
			encrypted_times(observation, protocols[i].protocol);

		if (times.answered == 0)
			continue;
		text_format(text, "  · %s at %u of %u addresses tried", protocols[i].word,
			    times.answered, times.tried);
		put_ms(text, ": a question takes ", times.answer_us, "");
		put_ms(text, ", over UDP ", times.udp_us, "");
		put_ms(text, "; to connect before it ", times.handshake_us, "");
		text_add_char(text, '\n');
	}
}

void encrypted_to_json(const struct observation *observation, struct json *json)
{
	char domain[NAME_TEXT_MAX];

	name_to_text(observation->domain, domain);
	for (size_t i = 0; i < PROTOCOL_COUNT; i++) {
		const struct encrypted_times times =
			encrypted_times(observation, protocols[i].protocol);

		if (times.tried == 0)
			continue;
		json_begin_object(json);
		json_put_text(json, "type", "transport");
		json_put_text(json, "domain", domain);
		json_put_text(json, "protocol", protocols[i].word);
		json_put_number(json, "tried", times.tried);
		json_put_number(json, "answered", times.answered);
		json_put_number(json, "handshake_us", times.handshake_us);
		json_put_number(json, "answer_us", times.answer_us);
		json_put_number(json, "udp_us", times.udp_us);
		json_end_object(json);
		json_end_line(json);
	}
}
