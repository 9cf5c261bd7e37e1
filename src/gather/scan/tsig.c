/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/tsig.h"

#include "dns/wire/build.h"
#include "dns/wire/type.h"
#include "gather/scan/tsig_private.h"

#include <assert.h>
#include <string.h>

/* Three over UDP and one over TCP; an answer to one before them is not known any more. */
#define ATTEMPTS_KEPT 4u

struct asking {
	struct probe probe;
	uint64_t time_s;
	uint8_t algorithm; /* enum tsig_algorithm */
	uint8_t signed_count;
	struct tsig_mac macs[ATTEMPTS_KEPT];
};

static int sign(void *context, uint8_t *message, size_t room, size_t *size)
{
	struct asking *asking = context;
	struct tsig_wire wire = {.octets = message, .size = *size, .room = room};
	const struct tsig_terms terms = {
		.time_s = asking->time_s,
		.original_id = (uint16_t)((unsigned)message[0] << 8 | message[1]),
		.algorithm = asking->algorithm,
	};
	struct tsig_mac *mac = &asking->macs[asking->signed_count % ATTEMPTS_KEPT];
	const int error = tsig_sign(asking->probe.domain->scan->tsig_key, &terms, &wire, mac);
	if (error != OK)
		return error;
	asking->signed_count++;
	*size = wire.size;
	return OK;
}

/* Some systems have no HMAC-MD5. */
static bool can_sign(struct asking *asking)
{
	uint8_t message[MESSAGE_HEADER_OCTETS + TSIG_RECORD_MAX] = {0};
	size_t size = MESSAGE_HEADER_OCTETS;
	const bool is_signed = sign(asking, message, sizeof(message), &size) == OK;
	asking->signed_count = 0;
	return is_signed;
}

/* Of those who sign without an error, by the key and in answer to what was asked. */
static bool is_believed(const struct asking *asking, const struct message *message)
{
	const struct tsig_key *key = asking->probe.domain->scan->tsig_key;
	struct tsig tsig;
	const int error = tsig_find(message->wire, message->wire_size, &tsig);
	if (error == ERR_NOT_FOUND || (error == OK && tsig.error != 0 && tsig.mac_size == 0))
		return true; /* a refusal needs no signature */
	if (error != OK || tsig_algorithm_of(&tsig) != asking->algorithm)
		return false;
	for (unsigned int i = 0; i < asking->signed_count && i < ATTEMPTS_KEPT; i++) {
		if (tsig_verify(key, &tsig, message->wire, &asking->macs[i]))
			return true;
	}
	return false;
}

static void replied(void *context, const struct exchange_result *result)
{
	struct asking *asking = context;
	struct domain *domain = asking->probe.domain;
	struct exchange_result told = *result;
	if (result->message != NULL && !is_believed(asking, result->message)) {
		told.outcome = EXCHANGE_MISMATCH;
		told.message = NULL;
	}
	if (!domain->scan->is_closing)
		(void)probe_record(&asking->probe, &told);
	domain_settle(domain);
}

static void ask(struct domain *domain, unsigned int server, enum probe_kind kind,
		enum tsig_algorithm algorithm)
{
	const struct asking asked = {
		.probe = {.domain = domain,
			  .type = TYPE_SOA,
			  .server = (uint8_t)server,
			  .kind = (uint8_t)kind,
			  .transport = EXCHANGE_UDP},
		.time_s = (uint64_t)clock_wall_s(&domain->scan->clock),
		.algorithm = (uint8_t)algorithm,
	};
	struct asking *asking = arena_copy(&domain->arena, &asked, sizeof(asked));
	if (asking == NULL) {
		domain->builder.observation.cut_short = true;
		return;
	}
	const struct exchange_form form = {
		.without_edns = true, .sign = sign, .sign_context = asking};
	const struct exchange_question question = {
		.server = server_address(&domain->builder.observation, server),
		.name = domain->builder.observation.domain,
		.type = TYPE_SOA,
		.transport = EXCHANGE_UDP,
		.form = &form,
	};
	if (!can_sign(asking)) {
		const struct exchange_result nothing = {.outcome = EXCHANGE_NOT_ASKED};
		(void)probe_record(&asking->probe, &nothing);
	} else if (transport_ask(domain->scan->transport, &question, replied, asking) == OK) {
		domain->pending++;
	} else {
		domain->builder.observation.cut_short = true;
	}
}

void tsig_ask(struct domain *domain, unsigned int server)
{
	const struct tsig_key *key = domain->scan->tsig_key;
	if (key == NULL || (domain->scan->needs & NEED_TSIG) == 0)
		return;
	ask(domain, server, PROBE_TSIG, (enum tsig_algorithm)key->algorithm);
	if (key->algorithm != TSIG_HMAC_MD5)
		ask(domain, server, PROBE_TSIG_MD5, TSIG_HMAC_MD5);
	if (key->algorithm != TSIG_HMAC_SHA1)
		ask(domain, server, PROBE_TSIG_SHA1, TSIG_HMAC_SHA1);
}
