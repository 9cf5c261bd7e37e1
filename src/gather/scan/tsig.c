/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/tsig.h"

#include "base/bytes.h"
#include "dns/wire/build.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "gather/scan/tsig_private.h"

#include <assert.h>
#include <string.h>

/* Three over UDP and one over TCP; an answer to one before them is not known any more. */
#define ATTEMPTS_KEPT 4u

struct asking {
	struct probe probe;
	uint64_t time_s;
	uint32_t serial;
	uint8_t algorithm; /* enum tsig_algorithm */
	uint8_t signed_count;
	struct tsig_mac macs[ATTEMPTS_KEPT];
};

#define NSCOUNT_OFFSET 8u
#define QUESTION_POINTER 0xc00cu /* RFC 1035 s4.1.4 */
/* Of a SOA record with two root names; only its serial counts. */
#define SOA_OCTETS 22u

/* RFC 1995 s3: the version that the client has, as a SOA record in the authority section. */
static int put_version(uint32_t serial, uint8_t *message, size_t room, size_t *size)
{
	struct writer writer;
	assert(*size >= MESSAGE_HEADER_OCTETS && message[NSCOUNT_OFFSET + 1] == 0);
	writer_init(&writer, message + *size, room - *size);
	writer_u16(&writer, QUESTION_POINTER);
	writer_u16(&writer, TYPE_SOA);
	writer_u16(&writer, CLASS_IN);
	writer_u32(&writer, 0);
	writer_u16(&writer, SOA_OCTETS);
	writer_u16(&writer, 0); /* two root names */
	writer_u32(&writer, serial);
	for (unsigned int i = 0; i < 4; i++)
		writer_u32(&writer, 0);
	if (writer.error != OK)
		return writer.error;
	message[NSCOUNT_OFFSET + 1] = 1;
	*size += writer_used(&writer);
	return OK;
}

static int sign(void *context, uint8_t *message, size_t room, size_t *size)
{
	struct asking *asking = context;
	int error = put_version(asking->serial, message, room, size);
	if (error != OK)
		return error;
	struct tsig_wire wire = {.octets = message, .size = *size, .room = room};
	const struct tsig_terms terms = {
		.time_s = asking->time_s,
		.original_id = (uint16_t)((unsigned)message[0] << 8 | message[1]),
		.algorithm = asking->algorithm,
	};
	struct tsig_mac *mac = &asking->macs[asking->signed_count % ATTEMPTS_KEPT];
	error = tsig_sign(asking->probe.domain->scan->tsig_key, &terms, &wire, mac);
	if (error != OK)
		return error;
	asking->signed_count++;
	*size = wire.size;
	return OK;
}

/* Some systems have no HMAC-MD5. */
static bool can_sign(struct asking *asking)
{
	uint8_t message[QUERY_MAX_OCTETS] = {0};
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

struct question {
	struct domain *domain;
	unsigned int server;
	uint32_t serial;
};

static void ask(const struct question *about, enum probe_kind kind, enum tsig_algorithm algorithm)
{
	struct domain *domain = about->domain;
	const struct asking asked = {
		.probe = {.domain = domain,
			  .type = TYPE_IXFR,
			  .server = (uint8_t)about->server,
			  .kind = (uint8_t)kind,
			  .transport = EXCHANGE_UDP},
		.time_s = (uint64_t)clock_wall_s(&domain->scan->clock),
		.serial = about->serial,
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
		.server = server_address(&domain->builder.observation, about->server),
		.name = domain->builder.observation.domain,
		.type = TYPE_IXFR,
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

/* Of the zone as that server has it; false: it has none that can be read. */
static bool find_serial(struct domain *domain, unsigned int server, uint32_t *ret_serial)
{
	const struct observation *observation = &domain->builder.observation;
	const struct rrset_key key = {1u << SECTION_ANSWER, observation->domain, TYPE_SOA};
	struct arena *scratch = &domain->scan->scratch;
	for (uint16_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		struct message message;
		struct soa_rdata soa;
		struct rrset rrset;
		if (exchange->server != server || exchange->type != TYPE_SOA ||
		    exchange->kind != PROBE_PLAIN || exchange->message == MESSAGE_NONE)
			continue;
		const struct kept_message *kept = &observation->messages[exchange->message];
		arena_reset(scratch);
		if (message_walk(scratch, kept->wire, kept->size, &message) != OK ||
		    message_rrset(scratch, &message, &key, &rrset) != OK ||
		    rdata_soa(rrset.records[0], &soa) != OK)
			continue;
		*ret_serial = soa.serial;
		return true;
	}
	return false;
}

void tsig_ask(struct domain *domain, unsigned int server)
{
	const struct tsig_key *key = domain->scan->tsig_key;
	struct question about = {.domain = domain, .server = server};
	if (key == NULL || (domain->scan->needs & NEED_TSIG) == 0 ||
	    !find_serial(domain, server, &about.serial))
		return;
	ask(&about, PROBE_TSIG, (enum tsig_algorithm)key->algorithm);
	if (key->algorithm != TSIG_HMAC_MD5)
		ask(&about, PROBE_TSIG_MD5, TSIG_HMAC_MD5);
	if (key->algorithm != TSIG_HMAC_SHA1)
		ask(&about, PROBE_TSIG_SHA1, TSIG_HMAC_SHA1);
}
