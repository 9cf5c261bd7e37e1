/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the domain's own servers say with authority, joined over all of them. */
#include "base/bytes.h"
#include "dns/policy/spf.h"
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "judge/change/sight_private.h"

#include <assert.h>
#include <string.h>

const struct state_body *sight_sound_body(const struct state *state,
					  const struct state_answer *answer)
{
	if (answer->body == STATE_NO_BODY || (answer->flags & EXCHANGE_SHARED) != 0 ||
	    !name_equal(answer->name, state->domain))
		return NULL;
	assert(answer->body < state->body_count);
	const struct state_body *body = &state->bodies[answer->body];
	return body->rcode == RCODE_NOERROR && (body->flags & FLAG_AA) != 0 &&
			       body->fault == MESSAGE_SOUND
		       ? body
		       : NULL;
}

typedef void take_set(struct sight_maker *maker, const struct state_set *set);

static void take_data(struct sight_maker *maker, const struct state_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		sight_add(maker, set->data[i].octets, set->data[i].size);
}

static void take_soa(struct sight_maker *maker, const struct state_set *set)
{
	/* Behind the two names: serial, refresh, retry, expire, minimum. */
	const size_t numbers = 20;
	for (size_t i = 0; i < set->count; i++) {
		if (set->data[i].size > numbers + 1)
			sight_add(maker, set->data[i].octets, set->data[i].size - numbers);
	}
}

static void take_signers(struct sight_maker *maker, const struct state_set *set)
{
	for (size_t i = 0; i < set->signature_count; i++) {
		if (set->signatures[i].is_own)
			sight_add(maker, &set->signatures[i].algorithm, 1);
	}
}

const char *sight_txt(struct sight_maker *maker, const struct state_data *rdata, size_t *ret_size)
{
	char *text = arena_take_octets(maker->arena, rdata->size + 1u);
	struct reader reader;
	size_t size = 0;
	if (text == NULL) {
		maker->error = ERR_MEMORY;
		return NULL;
	}
	reader_init(&reader, rdata->octets, rdata->size);
	while (reader.error == OK && reader_left(&reader) > 0) {
		const size_t length = reader_u8(&reader);
		const uint8_t *string = reader_octets(&reader, length);
		if (string == NULL)
			return NULL;
		memcpy(text + size, string, length);
		size += length;
	}
	text[size] = '\0';
	*ret_size = size;
	return text;
}

static void take_spf(struct sight_maker *maker, const struct state_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		size_t size = 0;
		const char *text = sight_txt(maker, &set->data[i], &size);
		if (text != NULL && spf_is_record(text, size))
			sight_add(maker, (const uint8_t *)text, size);
	}
}

static void take_body(struct sight_maker *maker, const struct state_body *body, uint16_t type,
		      take_set *take, uint32_t *ttl)
{
	for (size_t i = 0; i < body->set_count; i++) {
		const struct state_set *set = &body->sets[i];
		if (set->section != SECTION_ANSWER || set->type != type ||
		    !name_equal(set->owner, maker->state->domain))
			continue;
		take(maker, set);
		if (*ttl == 0 || (set->ttl != 0 && set->ttl < *ttl))
			*ttl = set->ttl;
	}
}

/* Has any server answered? What they said is gathered. */
static bool gather(struct sight_maker *maker, uint16_t type, take_set *take, uint32_t *ttl)
{
	const struct state *state = maker->state;
	bool is_known = false;
	for (size_t i = 0; i < state->server_count; i++) {
		const struct state_server *server = &state->servers[i];
		/* Servers that say the same share their answers. */
		if (i > 0 && server->answers == state->servers[i - 1].answers)
			continue;
		for (size_t j = 0; j < server->answer_count; j++) {
			const struct state_answer *answer = &server->answers[j];
			if (answer->type != type || answer->transport != TRANSPORT_UDP)
				continue;
			const struct state_body *body = sight_sound_body(state, answer);
			if (body == NULL)
				continue;
			is_known = true;
			take_body(maker, body, type, take, ttl);
		}
	}
	return is_known;
}

void sight_answers(struct sight_maker *maker)
{
	static const struct {
		enum dimension dimension;
		uint16_t type;
		take_set *take;
	} rows[] = {
		{SIGHT_SOA, TYPE_SOA, take_soa},         {SIGHT_KEYS, TYPE_DNSKEY, take_data},
		{SIGHT_SIGNERS, TYPE_SOA, take_signers}, {SIGHT_MX, TYPE_MX, take_data},
		{SIGHT_SPF, TYPE_TXT, take_spf},         {SIGHT_CAA, TYPE_CAA, take_data},
		{SIGHT_CDS, TYPE_CDS, take_data},        {SIGHT_CDNSKEY, TYPE_CDNSKEY, take_data},
		{SIGHT_CSYNC, TYPE_CSYNC, take_data},
	};
	uint32_t ttl = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ttl = 0;
		if (gather(maker, rows[i].type, rows[i].take, &ttl))
			sight_keep(maker, rows[i].dimension, ttl);
		maker->count = 0;
	}
	ttl = 0;
	const bool has_ipv4 = gather(maker, TYPE_A, take_data, &ttl);
	if (gather(maker, TYPE_AAAA, take_data, &ttl) || has_ipv4)
		sight_keep(maker, SIGHT_APEX, ttl);
	maker->count = 0;
}
