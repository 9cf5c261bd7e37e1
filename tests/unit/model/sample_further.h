/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What observations hold beyond a domain's own servers, made from numbers: odd questions, look-ups,
 * sessions, routes, transfers. `night` changes what changes every night; the other fields what a
 * person would call a change. Header only, so that several rooms' tests can use it.
 */
#ifndef TESTS_MODEL_SAMPLE_FURTHER_H
#define TESTS_MODEL_SAMPLE_FURTHER_H

#include "model/sample.h"

struct sample_further {
	uint64_t night;
	const char *policy;       /* of _dmarc; NULL: the name does not exist */
	const char *version;      /* what servers say that they are */
	uint8_t certificate;      /* of the mail server; counts up when it is renewed */
	uint16_t version_rcode;   /* to EDNS version 1 */
	uint16_t tls_version;     /* of the mail server */
	uint8_t mail_outcome;     /* enum session_outcome */
	uint8_t mail_flags;       /* SESSION_* */
	uint8_t validity;         /* of the IPv4 route */
	uint8_t allowed, remains; /* of it */
	bool is_second_as;        /* the IPv4 prefix has another origin beside */
	bool is_alias_moved;      /* www leads elsewhere */
	uint8_t addresses;        /* of the mail server: 1 or 2 */
	uint8_t transfer_end;     /* enum transfer_end, of the first server */
	uint8_t digest;           /* enum transfer_digest of it */
};

static inline struct sample_further sample_further_plain(uint64_t night)
{
	return (struct sample_further){
		.night = night,
		.policy = "v=DMARC1; p=none",
		.version = "lab 1.0",
		.certificate = 1,
		.version_rcode = RCODE_BADVERS,
		.tls_version = 0x0304,
		.mail_outcome = SESSION_ESTABLISHED,
		.mail_flags = SESSION_NAME_FITS | SESSION_TRUSTED,
		.validity = ROUTE_VALID,
		.addresses = 1,
		.transfer_end = TRANSFER_WHOLE,
		.digest = TRANSFER_DIGEST_GOOD,
	};
}

struct further_maker {
	struct observation_builder builder;
	const struct sample_further *sample;
	struct random fresh;
	uint8_t wire[1024];
	size_t size;
	uint16_t opt_offset;
};

static inline void further_below(const struct further_maker *maker, const char *label,
				 uint8_t name[NAME_MAX_OCTETS])
{
	size_t size = strlen(label);
	name[0] = (uint8_t)size;
	memcpy(name + 1, label, size);
	name_copy(name + 1 + size, maker->builder.observation.domain);
}

static inline void further_begin(struct further_maker *maker, struct builder *builder,
				 const uint8_t *name, uint16_t type)
{
	builder_init(builder, maker->wire, sizeof(maker->wire), random_u16(&maker->fresh),
		     FLAG_QR | FLAG_AA);
	builder_question(builder, name, type, CLASS_IN);
}

static inline void further_end(struct further_maker *maker, struct builder *builder, uint16_t rcode)
{
	maker->opt_offset = (uint16_t)builder->size;
	builder_opt(builder, &(struct edns){.udp_size = 1232}, rcode);
	maker->size = builder_finish(builder, rcode);
	assert(maker->size > 0);
}

static inline void further_record(struct builder *builder, const uint8_t *owner, uint16_t type,
				  const void *data, size_t size)
{
	struct record record = sample_record(owner, type, data, size);
	builder_record(builder, SECTION_ANSWER, &record);
	assert(builder->error == OK);
}

static inline void further_text(struct builder *builder, const uint8_t *owner, const char *words)
{
	uint8_t data[256];
	data[0] = (uint8_t)strlen(words);
	memcpy(data + 1, words, data[0]);
	further_record(builder, owner, TYPE_TXT, data, 1u + data[0]);
}

static inline void further_keep(struct further_maker *maker, const struct lookup *lookup)
{
	bool has_message =
		lookup->result <= LOOKUP_RESULT_NODATA && lookup->result != LOOKUP_RESULT_NONE;
	int index = observation_lookup(&maker->builder, lookup, has_message ? maker->wire : NULL,
				       has_message ? maker->size : 0, maker->opt_offset);
	assert(index >= 0);
}

static inline void further_policy(struct further_maker *maker)
{
	const struct sample_further *sample = maker->sample;
	uint8_t name[NAME_MAX_OCTETS];
	struct builder builder;
	further_below(maker, "_dmarc", name);
	further_begin(maker, &builder, name, TYPE_TXT);
	if (sample->policy != NULL)
		further_text(&builder, name, sample->policy);
	further_end(maker, &builder, sample->policy != NULL ? RCODE_NOERROR : RCODE_NXDOMAIN);
	further_keep(maker,
		     &(struct lookup){.name = name,
				      .target = name,
				      .type = TYPE_TXT,
				      .result = sample->policy != NULL ? LOOKUP_RESULT_FOUND
								       : LOOKUP_RESULT_NXDOMAIN,
				      .security = SECURITY_SECURE});
}

static inline void further_mail(struct further_maker *maker)
{
	const struct sample_further *sample = maker->sample;
	uint8_t name[NAME_MAX_OCTETS];
	struct builder builder;
	further_below(maker, "mail", name);
	further_begin(maker, &builder, name, TYPE_A);
	for (uint8_t i = 0; i < sample->addresses; i++) {
		/* In the other order on every second night. */
		uint8_t last = sample->night % 2 == 0 ? i : (uint8_t)(sample->addresses - 1 - i);
		const uint8_t data[] = {192, 0, 2, (uint8_t)(20 + last)};
		further_record(&builder, name, TYPE_A, data, sizeof(data));
	}
	further_end(maker, &builder, RCODE_NOERROR);
	further_keep(maker, &(struct lookup){.name = name,
					     .target = name,
					     .type = TYPE_A,
					     .result = LOOKUP_RESULT_FOUND,
					     .security = SECURITY_INSECURE});
}

static inline void further_alias(struct further_maker *maker)
{
	uint8_t name[NAME_MAX_OCTETS];
	uint8_t target[NAME_MAX_OCTETS];
	struct builder builder;
	further_below(maker, "www", name);
	sample_name(target, maker->sample->is_alias_moved ? "b.host.example" : "a.host.example");
	further_begin(maker, &builder, name, TYPE_A);
	further_record(&builder, name, TYPE_CNAME, target, name_size(target));
	further_record(&builder, target, TYPE_A, "\xc0\0\2\x30", 4);
	further_end(maker, &builder, RCODE_NOERROR);
	further_keep(maker, &(struct lookup){.name = name,
					     .target = target,
					     .type = TYPE_A,
					     .result = LOOKUP_RESULT_FOUND,
					     .security = SECURITY_INSECURE});
	sample_name(name, "gone.example");
	further_keep(maker, &(struct lookup){.name = name,
					     .target = name,
					     .type = TYPE_AAAA,
					     .result = LOOKUP_RESULT_UNREACHABLE});
}

static inline void further_ask(struct further_maker *maker, const struct exchange *exchange)
{
	bool came = exchange->outcome == OUTCOME_ANSWER;
	int index = observation_exchange(&maker->builder, exchange, came ? maker->wire : NULL,
					 came ? maker->size : 0, maker->opt_offset);
	assert(index >= 0);
}

static inline struct exchange further_exchange(struct further_maker *maker, uint8_t server,
					       enum probe_kind kind, uint16_t type)
{
	return (struct exchange){
		.name = maker->builder.observation.domain,
		.type = type,
		.server = server,
		.transport = TRANSPORT_UDP,
		.outcome = OUTCOME_ANSWER,
		.kind = (uint8_t)kind,
		.attempts = 1,
		.rtt_us = 10000 + random_below(&maker->fresh, 30000),
	};
}

static inline void further_probes(struct further_maker *maker)
{
	static const uint8_t bind[] = "\7version\4bind";
	for (uint8_t server = 0; server < SAMPLE_SERVERS; server++) {
		struct builder builder;
		uint8_t name[NAME_MAX_OCTETS];
		char label[24];
		struct exchange exchange =
			further_exchange(maker, server, PROBE_EDNS_VERSION, TYPE_SOA);
		further_begin(maker, &builder, exchange.name, TYPE_SOA);
		further_end(maker, &builder, maker->sample->version_rcode);
		further_ask(maker, &exchange);
		/* Another name on every night. */
		exchange = further_exchange(maker, server, PROBE_ABSENT, TYPE_A);
		snprintf(label, sizeof(label), "absent-%llu",
			 (unsigned long long)maker->sample->night);
		further_below(maker, label, name);
		exchange.name = name;
		further_begin(maker, &builder, name, TYPE_A);
		further_end(maker, &builder, RCODE_NXDOMAIN);
		further_ask(maker, &exchange);
		exchange = further_exchange(maker, server, PROBE_CHAOS, TYPE_TXT);
		exchange.name = bind;
		further_begin(maker, &builder, bind, TYPE_TXT);
		further_text(&builder, bind, maker->sample->version);
		further_end(maker, &builder, RCODE_NOERROR);
		further_ask(maker, &exchange);
		exchange = further_exchange(maker, server, PROBE_NO_EDNS, TYPE_SOA);
		exchange.outcome = server == 3 ? OUTCOME_TIMEOUT : OUTCOME_ANSWER;
		further_begin(maker, &builder, exchange.name, TYPE_SOA);
		maker->opt_offset = 0;
		maker->size = builder_finish(&builder, RCODE_NOERROR);
		further_ask(maker, &exchange);
	}
}

static inline uint16_t further_blob(struct further_maker *maker, const char *words, unsigned number)
{
	char text[64];
	int size = snprintf(text, sizeof(text), "%s %u", words, number);
	int index = observation_blob(&maker->builder, (const uint8_t *)text, (size_t)size);
	assert(index >= 0);
	return (uint16_t)index;
}

static inline void further_sessions(struct further_maker *maker)
{
	const struct sample_further *sample = maker->sample;
	uint8_t host[NAME_MAX_OCTETS];
	further_below(maker, "mail", host);
	struct session session = {
		.host = host,
		.ip = {.family = 4, .octets = {192, 0, 2, 20}},
		.port = 25,
		.protocol = SESSION_SMTP,
		.outcome = sample->mail_outcome,
		.flags = sample->mail_flags,
		.chain_count = 2,
		.tls_version = sample->tls_version,
		.status = 220,
		.handshake_us = random_below(&maker->fresh, 90000),
		.not_before_s = SAMPLE_START - SAMPLE_DAY,
		.not_after_s = SAMPLE_START + 60 * SAMPLE_DAY,
		.alpn = "",
		.note = sample->night % 2 == 0 ? "220 mail at your service\t"
					       : "220 mail, good morning",
		.certificates = {further_blob(maker, "certificate", sample->certificate),
				 further_blob(maker, "issuer", 0)},
		.keys = {further_blob(maker, "key", 0), further_blob(maker, "issuer key", 0)},
		.body = BLOB_NONE,
	};
	int index = observation_session(&maker->builder, &session);
	assert(index >= 0);
	session.protocol = SESSION_HTTPS;
	session.flags = SESSION_NAME_FITS | SESSION_TRUSTED;
	session.tls_version = 0x0304;
	session.chain_count = 1;
	session.certificates[0] = further_blob(maker, "certificate", 99);
	session.keys[0] = further_blob(maker, "key", 99);
	session.outcome = SESSION_ESTABLISHED;
	session.ip = (struct ip){.family = 6, .octets = {0x20, 0x01, 0x0d, 0xb8, [15] = 80}};
	session.port = 443;
	session.status = 200;
	session.alpn = "h2";
	session.note = NULL;
	session.not_before_s = -SAMPLE_DAY;
	session.body = further_blob(maker, "policy", 0);
	index = observation_session(&maker->builder, &session);
	assert(index >= 0);
	session = (struct session){
		.ip = maker->builder.observation.servers[0].ip,
		.port = 853,
		.protocol = SESSION_DOT,
		.outcome = SESSION_TIMEOUT,
		.body = BLOB_NONE,
	};
	index = observation_session(&maker->builder, &session);
	assert(index >= 0);
}

static inline void further_routes(struct further_maker *maker)
{
	struct observation *observation = &maker->builder.observation;
	for (uint8_t i = 0; i < observation->server_count; i++) {
		bool is_ip4 = observation->servers[i].ip.family == 4;
		struct route route = {
			.ip = observation->servers[i].ip,
			.bits = is_ip4 ? 24 : 32,
			.validity = is_ip4 ? maker->sample->validity : ROUTE_NOT_FOUND,
			.allowed = is_ip4 ? maker->sample->allowed : 0,
			.remains = is_ip4 ? maker->sample->remains : 0,
			.as = is_ip4 ? 64496 : 65551,
		};
		int index = observation_route(&maker->builder, &route);
		assert(index >= 0);
		if (is_ip4 && maker->sample->is_second_as) {
			route.as = 64497;
			index = observation_route(&maker->builder, &route);
			assert(index >= 0);
		}
	}
	struct route nobody = {.ip = {.family = 4, .octets = {198, 51, 100, 10}}};
	int index = observation_route(&maker->builder, &nobody);
	assert(index >= 0);
	observation->routing = maker->sample->night % 2 == 0 ? "routes.txt of 2026-11-26"
							     : "routes.txt of 2026-11-27";
}

static inline void further_transfers(struct further_maker *maker)
{
	const struct sample_further *sample = maker->sample;
	const struct transfer transfer = {
		.end = sample->transfer_end,
		.digest = sample->digest,
		.serial = (uint32_t)(2026000000 + sample->night),
		.messages = 3,
		.records = (uint32_t)(100 + sample->night),
		.octets = 5000 + random_below(&maker->fresh, 1000),
	};
	int index = observation_transfer(&maker->builder, &transfer);
	assert(index == 0);
	index = observation_transfer(&maker->builder, &transfer);
	assert(index == ERR_LIMIT);
}

/* Adds it all to one of sample_make(). */
static inline struct observation sample_make_further(struct arena *arena, struct observation made,
						     const struct sample_further *sample)
{
	struct further_maker maker = {
		.builder = {.observation = made,
			    .arena = arena,
			    .exchange_room = made.exchange_count,
			    .message_room = made.message_count,
			    .proof_room = made.proof_count},
		.sample = sample,
	};
	random_seeded(&maker.fresh, sample->night * 31 + 5);
	maker.builder.observation.needs =
		NEED_ALL_DEFAULT | NEED_MANNERS | NEED_MAIL | NEED_CONNECT | NEED_ROUTES;
	further_policy(&maker);
	further_mail(&maker);
	further_alias(&maker);
	further_probes(&maker);
	further_sessions(&maker);
	further_routes(&maker);
	further_transfers(&maker);
	return maker.builder.observation;
}

#endif
