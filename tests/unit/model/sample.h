/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Observations that look like real ones, made from numbers, for tests and benchmarks of the rooms
 * that keep and read them: a signed or unsigned domain, four addresses, eleven questions at each.
 * `night` changes what changes every night (ids, round trips, cookies, serial); the other fields
 * change what a person would call a change. Header only, so that several rooms' tests can use it.
 */
#ifndef TESTS_MODEL_SAMPLE_H
#define TESTS_MODEL_SAMPLE_H

#include "base/arena.h"
#include "base/random.h"
#include "dns/wire/build.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "model/observation.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define SAMPLE_SERVERS 4
#define SAMPLE_DAY 86400
#define SAMPLE_START 1790000000
#define SAMPLE_MESSAGE_MAX 2048

struct sample {
	uint64_t number; /* which domain */
	uint64_t night;
	bool is_signed;
	uint8_t address;  /* last octet of the apex A record */
	uint8_t silent;   /* a bit for every server that does not answer */
	uint8_t ns_names; /* 2 or 3 at the parent */
	bool ds_removed;
	uint32_t resigned; /* counts up when the zone is signed anew */
};

struct sample_maker {
	struct observation_builder builder;
	struct random fixed; /* same in every night */
	struct random fresh; /* this night's */
	const struct sample *sample;
	struct arena *arena;
	uint8_t domain[NAME_MAX_OCTETS], host[3][NAME_MAX_OCTETS], parent[NAME_MAX_OCTETS];
	uint16_t key_tag;
	uint8_t keys[2][64];
};

static inline void sample_name(uint8_t name[NAME_MAX_OCTETS], const char *text)
{
	size_t at = 0;
	while (*text != '\0') {
		size_t length = strcspn(text, ".");
		assert(length > 0 && length < 64 && at + length + 2 < NAME_MAX_OCTETS);
		name[at++] = (uint8_t)length;
		memcpy(name + at, text, length);
		at += length;
		text += length + (text[length] == '.');
	}
	name[at] = 0;
}

static inline struct record sample_record(const uint8_t *owner, uint16_t type, const uint8_t *rdata,
					  size_t size)
{
	return (struct record){.owner = owner,
			       .rdata = rdata,
			       .ttl = 3600,
			       .type = type,
			       .class = CLASS_IN,
			       .rdata_size = (uint16_t)size};
}

/* The same octets for the same name and label, on every night. */
static inline void sample_octets(const struct sample_maker *maker, uint64_t label, uint8_t *octets,
				 size_t size)
{
	struct random random;
	random_seeded(&random, maker->sample->number * 1000003 + label);
	random_octets(&random, octets, size);
}

static inline void sample_put_u32(uint8_t *octets, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		octets[i] = (uint8_t)(value >> (24 - 8 * i));
}

static inline void sample_sign(const struct sample_maker *maker, struct builder *builder,
			       enum section section, const uint8_t *owner, uint16_t covered)
{
	if (!maker->sample->is_signed)
		return;
	uint8_t rdata[18 + NAME_MAX_OCTETS + 64] = {(uint8_t)(covered >> 8), (uint8_t)covered, 13,
						    (uint8_t)name_labels(owner)};
	uint32_t inception = SAMPLE_START + maker->sample->resigned * 7 * SAMPLE_DAY;
	sample_put_u32(rdata + 4, 3600);
	sample_put_u32(rdata + 8, inception + 60 * SAMPLE_DAY);
	sample_put_u32(rdata + 12, inception - SAMPLE_DAY);
	rdata[16] = (uint8_t)(maker->key_tag >> 8);
	rdata[17] = (uint8_t)maker->key_tag;
	size_t size = 18 + name_copy(rdata + 18, maker->domain);
	sample_octets(maker, covered * 64u + maker->sample->resigned, rdata + size, 64);
	struct record record = sample_record(owner, TYPE_RRSIG, rdata, size + 64);
	builder_record(builder, section, &record);
}

static inline void sample_add(const struct sample_maker *maker, struct builder *builder,
			      enum section section, const struct record *record)
{
	(void)maker;
	builder_record(builder, section, record);
	assert(builder->error == OK);
}

static inline void sample_soa(const struct sample_maker *maker, struct builder *builder,
			      enum section section)
{
	uint8_t rdata[2 * NAME_MAX_OCTETS + 20];
	size_t size = name_copy(rdata, maker->host[0]);
	size += name_copy(rdata + size, maker->host[1]);
	const uint32_t numbers[] = {(uint32_t)(2026000000 + maker->sample->night), 7200, 3600,
				    1209600, 300};
	for (size_t i = 0; i < 5; i++)
		sample_put_u32(rdata + size + 4 * i, numbers[i]);
	struct record record = sample_record(maker->domain, TYPE_SOA, rdata, size + 20);
	sample_add(maker, builder, section, &record);
	sample_sign(maker, builder, section, maker->domain, TYPE_SOA);
}

static inline void sample_ns(const struct sample_maker *maker, struct builder *builder,
			     enum section section)
{
	for (size_t i = 0; i < maker->sample->ns_names; i++) {
		struct record record = sample_record(maker->domain, TYPE_NS, maker->host[i],
						     name_size(maker->host[i]));
		sample_add(maker, builder, section, &record);
	}
}

static inline void sample_keys(const struct sample_maker *maker, struct builder *builder,
			       uint16_t type)
{
	for (size_t i = 0; i < 2; i++) {
		uint8_t rdata[4 + 64] = {1, (uint8_t)i, 3, 13};
		memcpy(rdata + 4, maker->keys[i], 64);
		struct record record = sample_record(maker->domain, type, rdata, sizeof(rdata));
		if (type == TYPE_DNSKEY || i == 1)
			sample_add(maker, builder, SECTION_ANSWER, &record);
	}
	sample_sign(maker, builder, SECTION_ANSWER, maker->domain, type);
}

static inline void sample_ds(const struct sample_maker *maker, struct builder *builder,
			     enum section section, uint16_t type)
{
	uint8_t rdata[4 + 32] = {(uint8_t)(maker->key_tag >> 8), (uint8_t)maker->key_tag, 13, 2};
	sample_octets(maker, 7, rdata + 4, 32);
	struct record record = sample_record(maker->domain, type, rdata, sizeof(rdata));
	sample_add(maker, builder, section, &record);
	sample_sign(maker, builder, section, maker->domain, type);
}

/* NODATA: SOA and, when signed, the apex's NSEC. */
static inline void sample_nothing(const struct sample_maker *maker, struct builder *builder)
{
	sample_soa(maker, builder, SECTION_AUTHORITY);
	if (!maker->sample->is_signed)
		return;
	uint8_t rdata[NAME_MAX_OCTETS + 16];
	size_t size = name_copy(rdata, maker->domain);
	const uint8_t bitmap[] = {0, 7, 0x62, 0x01, 0x80, 0x08, 0x00, 0x03, 0x98};
	memcpy(rdata + size, bitmap, sizeof(bitmap));
	struct record record =
		sample_record(maker->domain, TYPE_NSEC, rdata, size + sizeof(bitmap));
	sample_add(maker, builder, SECTION_AUTHORITY, &record);
	sample_sign(maker, builder, SECTION_AUTHORITY, maker->domain, TYPE_NSEC);
}

static inline void sample_simple(const struct sample_maker *maker, struct builder *builder,
				 uint16_t type)
{
	uint8_t rdata[NAME_MAX_OCTETS + 64] = {198, 51, 100, maker->sample->address};
	size_t size = 4;
	if (type == TYPE_AAAA) {
		memcpy(rdata, "\x20\x01\x0d\xb8", 4);
		size = 16;
	} else if (type == TYPE_MX) {
		memcpy(rdata, "\x00\x0a\x04mail", 7);
		size = 7 + name_copy(rdata + 7, maker->domain);
	} else if (type == TYPE_TXT) {
		memcpy(rdata, "\x13v=spf1 ip4:192 -all", 20);
		size = 20;
	}
	struct record record = sample_record(maker->domain, type, rdata, size);
	sample_add(maker, builder, SECTION_ANSWER, &record);
	sample_sign(maker, builder, SECTION_ANSWER, maker->domain, type);
}

static inline void sample_answer(const struct sample_maker *maker, struct builder *builder,
				 uint16_t type)
{
	bool is_signed = maker->sample->is_signed;
	if (type == TYPE_SOA) {
		sample_soa(maker, builder, SECTION_ANSWER);
	} else if (type == TYPE_NS) {
		sample_ns(maker, builder, SECTION_ANSWER);
		sample_sign(maker, builder, SECTION_ANSWER, maker->domain, TYPE_NS);
	} else if (is_signed && (type == TYPE_DNSKEY || type == TYPE_CDNSKEY)) {
		sample_keys(maker, builder, type);
	} else if (is_signed && type == TYPE_CDS) {
		sample_ds(maker, builder, SECTION_ANSWER, TYPE_CDS);
	} else if (type == TYPE_A || type == TYPE_AAAA || type == TYPE_MX || type == TYPE_TXT) {
		sample_simple(maker, builder, type);
	} else {
		sample_nothing(maker, builder);
	}
}

static inline void sample_opt(struct sample_maker *maker, struct builder *builder, unsigned server)
{
	uint8_t options[4 + 24] = {0, EDNS_COOKIE, 0, 24};
	sample_octets(maker, 900 + server, options + 4, 8); /* ours to this server */
	struct random random;
	random_seeded(&random, maker->sample->night * 4096 + maker->sample->number * 8 + server);
	random_octets(&random, options + 12, 16);
	bool has_cookie = server % 2 == 0;
	builder_opt(builder,
		    &(struct edns){.udp_size = 1232,
				   .flags = EDNS_FLAG_DO,
				   .options = has_cookie ? options : NULL,
				   .options_size = (uint16_t)(has_cookie ? sizeof(options) : 0)},
		    0);
}

static inline void sample_exchange(struct sample_maker *maker, uint8_t server, uint16_t type)
{
	uint8_t wire[SAMPLE_MESSAGE_MAX];
	struct builder builder;
	bool is_parent = server == SERVER_PARENT;
	builder_init(&builder, wire, sizeof(wire), random_u16(&maker->fresh),
		     is_parent ? FLAG_QR : FLAG_QR | FLAG_AA);
	builder_question(&builder, maker->domain, type, CLASS_IN);
	if (is_parent) {
		sample_ns(maker, &builder, SECTION_AUTHORITY);
		if (maker->sample->is_signed && !maker->sample->ds_removed)
			sample_ds(maker, &builder, SECTION_AUTHORITY, TYPE_DS);
	} else {
		sample_answer(maker, &builder, type);
	}
	uint16_t opt_offset = (uint16_t)builder.size;
	sample_opt(maker, &builder, server);
	size_t size = builder_finish(&builder, RCODE_NOERROR);
	assert(size > 0);
	bool silent = !is_parent && (maker->sample->silent >> server & 1) != 0;
	struct exchange exchange = {
		.name = maker->domain,
		.type = type,
		.server = server,
		.transport = TRANSPORT_UDP,
		.outcome = silent ? OUTCOME_TIMEOUT : OUTCOME_ANSWER,
		.attempts = silent ? 3 : 1,
		.rtt_us = silent ? 0 : 10000 + random_below(&maker->fresh, 30000),
	};
	int index = observation_exchange(&maker->builder, &exchange, silent ? NULL : wire,
					 silent ? 0 : size, opt_offset);
	assert(index >= 0);
	if (is_parent)
		maker->builder.observation.parent_exchange = (uint16_t)index;
}

static inline void sample_hosts(struct sample_maker *maker)
{
	for (uint8_t i = 0; i < SAMPLE_SERVERS; i++) {
		struct ip ip = {.family = i % 2 == 0 ? 4 : 6,
				.octets = {192, 0, 2, (uint8_t)(i + 1)}};
		if (ip.family == 6)
			ip = (struct ip){.family = 6,
					 .octets = {0x20, 0x01, 0x0d,
						    0xb8, [15] = (uint8_t)(i + 1)}};
		int server = observation_server(&maker->builder, &ip, 53);
		int host = observation_host(&maker->builder, maker->host[i / 2]);
		assert(server == i && host == i / 2);
		maker->builder.observation.servers[server].asked = true;
		maker->builder.observation.hosts[host].state = HOST_RESOLVED;
		maker->builder.observation.hosts[host].flags = HOST_AT_PARENT | HOST_AT_CHILD;
		int error = observation_host_address(&maker->builder, host, server, true);
		assert(error == OK);
		error = observation_host_address(&maker->builder, host, server, false);
		assert(error == OK);
	}
	if (maker->sample->ns_names == 3) {
		int host = observation_host(&maker->builder, maker->host[2]);
		assert(host == 2);
		maker->builder.observation.hosts[host].flags = HOST_AT_PARENT | HOST_AT_CHILD;
	}
}

static inline void sample_names(struct sample_maker *maker)
{
	char text[64];
	snprintf(text, sizeof(text), "domain-%06llu.example",
		 (unsigned long long)maker->sample->number);
	sample_name(maker->domain, text);
	sample_name(maker->parent, "example");
	for (unsigned i = 0; i < 3; i++) {
		snprintf(text, sizeof(text), "ns%u.operator-%llu.example", i + 1,
			 (unsigned long long)maker->sample->number % 97);
		sample_name(maker->host[i], text);
	}
}

/* All memory in the arena. */
static inline struct observation sample_make(struct arena *arena, const struct sample *sample)
{
	static const uint16_t types[] = {TYPE_SOA,     TYPE_NS,    TYPE_DNSKEY, TYPE_CDS,
					 TYPE_CDNSKEY, TYPE_CSYNC, TYPE_A,      TYPE_AAAA,
					 TYPE_MX,      TYPE_TXT,   TYPE_CAA};
	struct sample_maker maker = {.sample = sample, .arena = arena};
	assert(sample->ns_names >= 2 && sample->ns_names <= 3);
	sample_names(&maker);
	random_seeded(&maker.fixed, sample->number);
	random_seeded(&maker.fresh, sample->number * 1000 + sample->night + 17);
	maker.key_tag = random_u16(&maker.fixed);
	random_octets(&maker.fixed, maker.keys, sizeof(maker.keys));
	observation_builder_init(&maker.builder, arena, maker.domain);
	struct observation *observation = &maker.builder.observation;
	assert(observation->domain != NULL);
	observation->started_s = SAMPLE_START + (int64_t)sample->night * SAMPLE_DAY;
	observation->took_ms = 120 + random_below(&maker.fresh, 400);
	observation->vantage = "lab";
	observation->scanner = "dsfi 0.1";
	observation->delegation = DELEGATION_FOUND;
	observation->parent = arena_copy(arena, maker.parent, name_size(maker.parent));
	observation->parent_server = (struct ip){.family = 4, .octets = {192, 0, 2, 200}};
	observation->parent_security = SECURITY_SECURE;
	observation->ds_security =
		sample->is_signed && !sample->ds_removed ? SECURITY_SECURE : SECURITY_INSECURE;
	sample_hosts(&maker);
	sample_exchange(&maker, SERVER_PARENT, TYPE_NS);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		for (uint8_t server = 0; server < SAMPLE_SERVERS; server++)
			sample_exchange(&maker, server, types[i]);
	}
	for (uint16_t i = 0; sample->is_signed && i < observation->message_count; i++) {
		struct proof proof = {.message = i,
				      .record = 1,
				      .key_message = 3,
				      .key_tag = maker.key_tag,
				      .result = 1,
				      .key_is_sep = i == 3};
		int error = observation_proof(&maker.builder, &proof);
		assert(error == OK);
	}
	return *observation;
}

/* The plainest: number, night, signed. */
static inline struct sample sample_plain(uint64_t number, uint64_t night)
{
	return (struct sample){.number = number,
			       .night = night,
			       .is_signed = number % 2 == 0,
			       .address = 10,
			       .ns_names = 2};
}

#endif
