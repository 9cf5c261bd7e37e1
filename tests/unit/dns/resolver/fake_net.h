/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network without a network: authoritative servers as tables, behind the very functions of
 * dns/transport/transport.h. Include it once in a test program: the linker prefers what is defined
 * here to the library's. Zones are signed on the fly, answers are real messages that are walked
 * again, and questions are answered by a deferred call of the loop, in the order asked or shuffled.
 */
#ifndef TESTS_UNIT_FAKE_NET_H
#define TESTS_UNIT_FAKE_NET_H

#include "base/arena.h"
#include "dns/dnssec/key.h"
#include "dns/dnssec/sign.h"
#include "dns/transport/transport.h"
#include "dns/wire/build.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the network itself takes never fails, also where failing_memory.h makes others fail. */
#ifdef FAKE_WITH_FAILING_MEMORY
#include "failing_memory.h"
#define FAKE_MEMORY_HOLDS()                                     \
	const struct failing_memory fake_kept = failing_memory; \
	failing_memory.fails = 0
#define FAKE_MEMORY_FAILS()                               \
	do {                                              \
		long fake_in_use = failing_memory.in_use; \
		failing_memory = fake_kept;               \
		failing_memory.in_use = fake_in_use;      \
	} while (0)
#else
#define FAKE_MEMORY_HOLDS() (void)0
#define FAKE_MEMORY_FAILS() (void)0
#endif

#define FAKE_ZONES_MAX 64
#define FAKE_RECORDS_MAX 64
#define FAKE_PLACES_MAX 128
#define FAKE_BEHAVIOURS_MAX 32
#define FAKE_NOW_S 1700000000

struct fake_zone {
	struct name name;
	struct record records[FAKE_RECORDS_MAX];
	size_t count;
	struct signing_key *key; /* NULL: unsigned */
	int64_t expires_s;       /* end of its signatures */
	bool has_bad_signatures;
	bool without_denial;
};

enum fake_behaviour {
	FAKE_SOUND,
	FAKE_SILENT,
	FAKE_DEAD,
	FAKE_REFUSES,
	FAKE_FAILS,
	FAKE_LAME,
	FAKE_NO_EDNS,
	FAKE_NO_TCP,
	FAKE_MALFORMED,
	FAKE_OPTED_OUT,
	FAKE_SLOW,
	FAKE_LOSSY,
};

/* One question under way. */
struct flight {
	struct flight *next;
	struct exchange_question question;
	struct exchange_form form;
	struct name name;
	struct exchange_asker who;
	uint8_t attempts;
};
/* So often a silent server is asked. */
#define FAKE_ATTEMPTS 3

struct transport {
	struct loop *loop;
	struct deferred deferred;
	struct arena arena; /* of zones */
	struct fake_zone zones[FAKE_ZONES_MAX];
	size_t zone_count;
	struct {
		struct address address;
		struct fake_zone *zone;
	} places[FAKE_PLACES_MAX];
	size_t place_count;
	struct {
		struct address address;
		enum fake_behaviour behaviour;
	} behaviours[FAKE_BEHAVIOURS_MAX];
	size_t behaviour_count;
	struct flight *asks, **asks_end;
	struct flight *resting; /* an attempt is over */
	struct random *shuffle; /* NULL: first come, first served */
	/* Writes an answer of its own and returns its size; 0: none; negative: as usual. */
	int (*script)(void *context, const struct exchange_question *question, uint8_t *wire,
		      size_t room);
	void *script_context;
	unsigned int asked;
	unsigned int asked_tcp;
	unsigned int asked_silent;
	unsigned int asked_again;
	unsigned int fail_after; /* 0: never */
	char log[65536];
	size_t log_size;
};

static inline struct address fake_address(const char *text)
{
	struct address address;
	int error = address_from_text(text, 53, &address);
	assert(error == OK);
	(void)error;
	return address;
}

static inline struct name fake_name(const char *text)
{
	struct name name;
	int error = name_from_text(text, &name, NULL);
	assert(error == OK);
	(void)error;
	return name;
}

/* ---- setting it up ---- */

static inline void fake_record(struct transport *net, struct fake_zone *zone, const char *line)
{
	struct complaint complaint = {""};
	assert(zone->count < FAKE_RECORDS_MAX);
	int error = record_from_text(&net->arena, line, &zone->records[zone->count], &complaint);
	if (error != OK)
		fprintf(stderr, "%s: %s\n", line, complaint.text);
	assert(error == OK);
	name_lower((uint8_t *)(uintptr_t)zone->records[zone->count].owner);
	zone->count++;
}

/* `records`: lines; SOA and DNSKEY come by themselves. `seed` 0: unsigned. */
static inline struct fake_zone *fake_zone_add(struct transport *net, const char *name,
					      uint64_t seed, const char *records)
{
	assert(net->zone_count < FAKE_ZONES_MAX);
	struct fake_zone *zone = &net->zones[net->zone_count++];
	zone->name = fake_name(name);
	zone->expires_s = FAKE_NOW_S + 10 * 86400;
	char line[1024];
	snprintf(line, sizeof(line), "%s 3600 IN SOA ns.invalid. admin.invalid. 1 2 3 4 300", name);
	fake_record(net, zone, line);
	while (*records != '\0') {
		size_t length = strcspn(records, "\n");
		assert(length < sizeof(line));
		memcpy(line, records, length);
		line[length] = '\0';
		if (length > 0)
			fake_record(net, zone, line);
		records += length + (records[length] == '\n');
	}
	if (seed == 0)
		return zone;
	int error = signing_key_new(ALGORITHM_ED25519, 0, 257, seed, &zone->key);
	assert(error == OK);
	(void)error;
	struct record *dnskey = &zone->records[zone->count++];
	size_t size;
	*dnskey = (struct record){.owner = zone->name.octets,
				  .rdata = signing_key_rdata(zone->key, &size),
				  .ttl = 3600,
				  .type = TYPE_DNSKEY,
				  .class = CLASS_IN};
	dnskey->rdata_size = (uint16_t)size;
	return zone;
}

static inline void fake_serve(struct transport *net, const char *address, struct fake_zone *zone)
{
	assert(net->place_count < FAKE_PLACES_MAX);
	net->places[net->place_count].address = fake_address(address);
	net->places[net->place_count++].zone = zone;
}

static inline void fake_behave(struct transport *net, const char *address,
			       enum fake_behaviour behaviour)
{
	assert(net->behaviour_count < FAKE_BEHAVIOURS_MAX);
	net->behaviours[net->behaviour_count].address = fake_address(address);
	net->behaviours[net->behaviour_count++].behaviour = behaviour;
}

/* The DS record of a signed zone, in its parent. */
static inline void fake_delegate_securely(struct transport *net, struct fake_zone *parent,
					  struct fake_zone *child)
{
	uint8_t *rdata = arena_take_octets(&net->arena, 4 + DIGEST_MAX_OCTETS);
	const struct record *dnskey = &child->records[child->count - 1];
	uint16_t tag = signing_key_tag(child->key);
	size_t size;
	rdata[0] = (uint8_t)(tag >> 8);
	rdata[1] = (uint8_t)tag;
	rdata[2] = ALGORITHM_ED25519;
	rdata[3] = DIGEST_SHA256;
	int error = ds_digest(child->name.octets, dnskey, DIGEST_SHA256, rdata + 4, &size);
	assert(error == OK);
	(void)error;
	parent->records[parent->count++] = (struct record){.owner = child->name.octets,
							   .rdata = rdata,
							   .rdata_size = (uint16_t)(size + 4),
							   .ttl = 3600,
							   .type = TYPE_DS,
							   .class = CLASS_IN};
}

/* ---- answering ---- */

struct fake_answer {
	struct transport *net;
	struct arena *arena;
	const struct fake_zone *zone;
	struct builder builder;
	const uint8_t *name;
	uint16_t type;
	bool dnssec_ok;
};

static int fake_compare(const struct record *left, const struct record *right)
{
	size_t size = left->rdata_size < right->rdata_size ? left->rdata_size : right->rdata_size;
	int order = memcmp(left->rdata, right->rdata, size);
	return order != 0 ? order : (int)left->rdata_size - (int)right->rdata_size;
}

static struct rrset fake_rrset(struct fake_answer *answer, const struct record *only,
			       const uint8_t *owner, uint16_t type)
{
	struct rrset rrset = {.owner = owner, .type = type, .class = CLASS_IN, .ttl = 3600};
	rrset.records = arena_take_array(answer->arena, FAKE_RECORDS_MAX, sizeof(*rrset.records));
	const struct record *records = only != NULL ? only : answer->zone->records;
	const size_t count = only != NULL ? 1 : answer->zone->count;
	for (size_t i = 0; i < count; i++) {
		const struct record *record = &records[i];
		if (record->type != type || !name_equal(record->owner, owner))
			continue;
		size_t at = rrset.count++;
		for (; at > 0 && fake_compare(record, rrset.records[at - 1]) < 0; at--)
			rrset.records[at] = rrset.records[at - 1];
		rrset.records[at] = record;
		rrset.ttl = record->ttl;
	}
	return rrset;
}

/* With its signature if one is wanted. */
static bool fake_put(struct fake_answer *answer, enum section section, const struct rrset *rrset,
		     bool is_signed)
{
	const struct fake_zone *zone = answer->zone;
	for (uint16_t i = 0; i < rrset->count; i++)
		builder_record(&answer->builder, section, rrset->records[i]);
	if (rrset->count == 0 || !is_signed || zone->key == NULL || !answer->dnssec_ok)
		return rrset->count > 0;
	const struct signer signer = {.key = zone->key,
				      .zone = zone->name.octets,
				      .times = {.inception = FAKE_NOW_S - 30 * 86400,
						.expiration = (uint32_t)zone->expires_s}};
	struct record rrsig;
	int error = sign_rrset(answer->arena, &signer, rrset, &rrsig);
	assert(error == OK);
	(void)error;
	if (zone->has_bad_signatures)
		((uint8_t *)(uintptr_t)rrsig.rdata)[rrsig.rdata_size - 1] ^= 1;
	builder_record(&answer->builder, section, &rrsig);
	return true;
}

static bool fake_put_type(struct fake_answer *answer, enum section section, const uint8_t *owner,
			  uint16_t type, bool is_signed)
{
	struct rrset rrset = fake_rrset(answer, NULL, owner, type);
	return fake_put(answer, section, &rrset, is_signed);
}

static bool fake_has(const struct fake_zone *zone, const uint8_t *owner, uint16_t type)
{
	for (size_t i = 0; i < zone->count; i++) {
		if (zone->records[i].type == type && name_equal(zone->records[i].owner, owner))
			return true;
	}
	return false;
}

/* The zone cut at or above the name, below the apex; NULL: none. */
static const uint8_t *fake_cut(const struct fake_zone *zone, const uint8_t *name)
{
	const size_t apex = name_labels(zone->name.octets);
	for (size_t labels = apex + 1; labels <= name_labels(name); labels++) {
		const uint8_t *at = name_suffix(name, labels);
		if (fake_has(zone, at, TYPE_NS))
			return at;
	}
	return NULL;
}

static bool fake_exists(const struct fake_zone *zone, const uint8_t *name)
{
	for (size_t i = 0; i < zone->count; i++) {
		if (name_is_under(zone->records[i].owner, name))
			return true;
	}
	return false;
}

/* An owner that has an NSEC: authoritative, or a delegation. */
static bool fake_in_chain(const struct fake_zone *zone, const uint8_t *owner)
{
	const uint8_t *cut = fake_cut(zone, owner);
	return cut == NULL || name_equal(cut, owner);
}

static size_t fake_bitmap(const struct fake_zone *zone, const uint8_t *owner, uint8_t *bitmap)
{
	uint8_t bits[33] = {0};
	static const uint16_t always[] = {TYPE_RRSIG, TYPE_NSEC};
	const bool is_cut = fake_cut(zone, owner) != NULL;
	size_t used = 0;
	for (size_t i = 0; i < zone->count + 2; i++) {
		uint16_t type = i < zone->count ? zone->records[i].type : always[i - zone->count];
		if (i < zone->count && (!name_equal(zone->records[i].owner, owner) || type > 255 ||
					(is_cut && type != TYPE_NS && type != TYPE_DS)))
			continue;
		bits[type / 8] |= (uint8_t)(0x80 >> type % 8);
		used = (size_t)type / 8 + 1 > used ? (size_t)type / 8 + 1 : used;
	}
	bitmap[0] = 0;
	bitmap[1] = (uint8_t)used;
	memcpy(bitmap + 2, bits, used);
	return used + 2;
}

/* The NSEC record of the last owner that is not after the name. */
static void fake_put_nsec(struct fake_answer *answer, const uint8_t *name)
{
	const struct fake_zone *zone = answer->zone;
	if (zone->key == NULL || zone->without_denial || !answer->dnssec_ok)
		return;
	const uint8_t *before = zone->name.octets;
	for (size_t i = 0; i < zone->count; i++) {
		const uint8_t *owner = zone->records[i].owner;
		if (name_compare(owner, name) <= 0 && name_compare(owner, before) > 0 &&
		    fake_in_chain(zone, owner))
			before = owner;
	}
	const uint8_t *next = NULL;
	for (size_t i = 0; i < zone->count; i++) {
		const uint8_t *owner = zone->records[i].owner;
		if (name_compare(owner, before) > 0 && fake_in_chain(zone, owner) &&
		    (next == NULL || name_compare(owner, next) < 0))
			next = owner;
	}
	next = next != NULL ? next : zone->name.octets;
	uint8_t *rdata = arena_take_octets(answer->arena, 255 + 35);
	size_t size = name_copy(rdata, next);
	size += fake_bitmap(zone, before, rdata + size);
	struct record *nsec = arena_take_zeroed(answer->arena, sizeof(*nsec));
	*nsec = (struct record){.owner = before,
				.rdata = rdata,
				.rdata_size = (uint16_t)size,
				.ttl = 300,
				.type = TYPE_NSEC,
				.class = CLASS_IN};
	struct rrset rrset = fake_rrset(answer, nsec, before, TYPE_NSEC);
	fake_put(answer, SECTION_AUTHORITY, &rrset, true);
}

static void fake_refer(struct fake_answer *answer, const uint8_t *cut)
{
	const struct fake_zone *zone = answer->zone;
	fake_put_type(answer, SECTION_AUTHORITY, cut, TYPE_NS, false);
	if (!fake_put_type(answer, SECTION_AUTHORITY, cut, TYPE_DS, true))
		fake_put_nsec(answer, cut);
	for (size_t i = 0; i < zone->count; i++) {
		if (zone->records[i].type != TYPE_NS || !name_equal(zone->records[i].owner, cut))
			continue;
		const uint8_t *target = rdata_target(&zone->records[i]);
		fake_put_type(answer, SECTION_ADDITIONAL, target, TYPE_A, false);
		fake_put_type(answer, SECTION_ADDITIONAL, target, TYPE_AAAA, false);
	}
}

static uint16_t fake_deny(struct fake_answer *answer)
{
	const struct fake_zone *zone = answer->zone;
	const bool exists = fake_exists(zone, answer->name);
	fake_put_type(answer, SECTION_AUTHORITY, zone->name.octets, TYPE_SOA, true);
	fake_put_nsec(answer, answer->name);
	if (exists)
		return RCODE_NOERROR;
	/* The wildcard that is not there either, at the closest encloser. */
	const uint8_t *encloser = name_parent(answer->name);
	while (!fake_exists(zone, encloser))
		encloser = name_parent(encloser);
	struct name wildcard;
	int error = name_prepend((const uint8_t *)"*", 1, encloser, &wildcard);
	assert(error == OK);
	(void)error;
	fake_put_nsec(answer, wildcard.octets);
	return RCODE_NXDOMAIN;
}

static uint16_t fake_answer_from_zone(struct fake_answer *answer, uint16_t *flags)
{
	const struct fake_zone *zone = answer->zone;
	const uint8_t *cut = fake_cut(zone, answer->name);
	if (cut != NULL && !(answer->type == TYPE_DS && name_equal(cut, answer->name))) {
		fake_refer(answer, cut);
		return RCODE_NOERROR;
	}
	*flags |= FLAG_AA;
	if (fake_put_type(answer, SECTION_ANSWER, answer->name, answer->type, true) ||
	    fake_put_type(answer, SECTION_ANSWER, answer->name, TYPE_CNAME, true))
		return RCODE_NOERROR;
	return fake_deny(answer);
}

static const struct fake_zone *fake_find_zone(const struct transport *net,
					      const struct exchange_question *question)
{
	const struct fake_zone *best = NULL;
	for (size_t i = 0; i < net->place_count; i++) {
		const struct fake_zone *zone = net->places[i].zone;
		if (!address_equal(&net->places[i].address, &question->server) ||
		    !name_is_under(question->name, zone->name.octets))
			continue;
		/* The DS set is the parent's, if the server has the parent. */
		if (question->type == TYPE_DS && best != NULL &&
		    name_equal(zone->name.octets, question->name))
			continue;
		bool is_child_of_ds = question->type == TYPE_DS && best != NULL &&
				      name_equal(best->name.octets, question->name);
		if (best == NULL || is_child_of_ds ||
		    name_labels(zone->name.octets) > name_labels(best->name.octets))
			best = zone;
	}
	return best;
}

static enum fake_behaviour fake_behaviour_of(const struct transport *net,
					     const struct address *address)
{
	for (size_t i = 0; i < net->behaviour_count; i++) {
		if (address_equal(&net->behaviours[i].address, address))
			return net->behaviours[i].behaviour;
	}
	return FAKE_SOUND;
}

static size_t fake_build(struct transport *net, struct arena *arena,
			 const struct exchange_question *question, uint8_t *wire)
{
	enum fake_behaviour behaviour = fake_behaviour_of(net, &question->server);
	struct fake_answer answer = {.net = net,
				     .arena = arena,
				     .zone = fake_find_zone(net, question),
				     .name = question->name,
				     .type = question->type,
				     .dnssec_ok = question->dnssec_ok && behaviour != FAKE_NO_EDNS};
	uint16_t flags = FLAG_QR;
	uint16_t rcode = RCODE_REFUSED;
	builder_init(&answer.builder, wire, 65535, 4711, flags);
	builder_question(&answer.builder, question->name, question->type, CLASS_IN);
	if (behaviour == FAKE_FAILS)
		rcode = RCODE_SERVFAIL;
	else if (behaviour == FAKE_LAME)
		rcode = RCODE_NOERROR;
	else if (behaviour != FAKE_REFUSES && answer.zone != NULL)
		rcode = fake_answer_from_zone(&answer, &flags);
	if (behaviour != FAKE_NO_EDNS)
		builder_opt(&answer.builder,
			    &(struct edns){.udp_size = 1232,
					   .flags = question->dnssec_ok ? EDNS_FLAG_DO : 0},
			    rcode);
	size_t size = builder_finish(&answer.builder, rcode);
	assert(size > 0);
	wire[2] = (uint8_t)(flags >> 8);
	return size;
}

/* Outcomes without a message. */
static enum exchange_outcome fake_silence(struct transport *net,
					  const struct exchange_question *question,
					  struct exchange_result *result)
{
	switch (fake_behaviour_of(net, &question->server)) {
	case FAKE_SILENT:
		result->attempts = FAKE_ATTEMPTS;
		return EXCHANGE_TIMEOUT;
	case FAKE_DEAD:
		result->server_dead = true;
		return EXCHANGE_NOT_ASKED;
	case FAKE_OPTED_OUT:
		return EXCHANGE_NOT_ASKED;
	case FAKE_MALFORMED:
		return EXCHANGE_MALFORMED;
	case FAKE_NO_TCP:
		return question->transport == EXCHANGE_UDP ? EXCHANGE_ANSWER : EXCHANGE_CLOSED;
	default:
		break;
	}
	/* Nobody is there. */
	for (size_t i = 0; i < net->place_count; i++) {
		if (address_equal(&net->places[i].address, &question->server))
			return EXCHANGE_ANSWER;
	}
	return net->script != NULL ? EXCHANGE_ANSWER : EXCHANGE_TIMEOUT;
}

static void fake_log(struct transport *net, const struct exchange_question *question)
{
	char address[ADDRESS_TEXT_MAX], name[NAME_TEXT_MAX], type[TYPE_TEXT_MAX];
	address_to_text(&question->server, address);
	int size = snprintf(net->log + net->log_size, sizeof(net->log) - net->log_size,
			    "%s %s %s\n", address, name_to_text(question->name, name),
			    type_to_text(question->type, type));
	if (size > 0 && net->log_size + (size_t)size < sizeof(net->log))
		net->log_size += (size_t)size;
}

/* True: the server may be asked again, if the asker wishes. */
static bool fake_rests(struct transport *net, struct flight *ask)
{
	if (ask->who.late == NULL || ++ask->attempts >= FAKE_ATTEMPTS)
		return false;
	ask->next = net->resting;
	net->resting = ask;
	ask->who.late(ask->who.context, true);
	return true;
}

static bool fake_goes_on(const struct flight *ask, const struct message *message)
{
	const struct exchange_form *form = ask->question.form;
	return form != NULL && form->goes_on != NULL &&
	       form->goes_on(form->goes_on_context, message);
}

/* Another message of the same answer: the script's, or none. */
static bool fake_next(struct transport *net, struct flight *ask, struct arena *arena,
		      struct message *message)
{
	static uint8_t wire[65535];
	FAKE_MEMORY_HOLDS();
	arena_reset(arena);
	const int size = net->script != NULL ? net->script(net->script_context, &ask->question,
							   wire, sizeof(wire))
					     : 0;
	if (size > 0)
		(void)!message_walk(arena, wire, (size_t)size, message);
	FAKE_MEMORY_FAILS();
	return size > 0;
}

static void fake_answer_one(struct transport *net, struct flight *ask)
{
	static uint8_t wire[65535];
	struct arena arena;
	FAKE_MEMORY_HOLDS();
	arena_init(&arena, 4 << 20, 16384);
	struct message message;
	struct exchange_result result = {.transport = ask->question.transport, .attempts = 1};
	result.outcome = fake_silence(net, &ask->question, &result);
	int size = result.outcome == EXCHANGE_ANSWER && net->script != NULL
			   ? net->script(net->script_context, &ask->question, wire, sizeof(wire))
			   : -1;
	if (size == 0)
		result.outcome = EXCHANGE_TIMEOUT;
	net->asked_silent +=
		ask->attempts == 0 && fake_behaviour_of(net, &ask->question.server) == FAKE_SILENT;
	if (result.outcome == EXCHANGE_ANSWER) {
		if (size < 0)
			size = (int)fake_build(net, &arena, &ask->question, wire);
		int error = message_walk(&arena, wire, (size_t)size, &message);
		assert(error == OK);
		(void)error;
		result.message = &message;
		const enum fake_behaviour behaviour = fake_behaviour_of(net, &ask->question.server);
		result.rtt_us = behaviour == FAKE_SLOW ? 400000 : 1000;
		result.attempts = behaviour == FAKE_LOSSY ? 2 : 1;
		result.without_edns = fake_behaviour_of(net, &ask->question.server) == FAKE_NO_EDNS;
	}
	FAKE_MEMORY_FAILS();
	while (result.outcome == EXCHANGE_ANSWER && fake_goes_on(ask, &message)) {
		if (fake_next(net, ask, &arena, &message))
			continue;
		result.outcome = EXCHANGE_TIMEOUT;
		result.message = NULL;
	}
	if (result.outcome != EXCHANGE_TIMEOUT || !fake_rests(net, ask)) {
		const struct exchange_asker who = ask->who;
		free(ask);
		who.done(who.context, &result);
	}
	arena_release(&arena);
}

static struct flight *fake_take(struct transport *net)
{
	struct flight **link = &net->asks;
	uint32_t count = 0;
	for (struct flight *ask = net->asks; ask != NULL; ask = ask->next)
		count++;
	if (count == 0)
		return NULL;
	for (uint32_t skip = net->shuffle ? random_below(net->shuffle, count) : 0; skip > 0;
	     skip--) {
		assert(*link != NULL);
		link = &(*link)->next;
	}
	struct flight *ask = *link;
	assert(ask != NULL);
	*link = ask->next;
	if (ask->next == NULL)
		net->asks_end = link;
	return ask;
}

static void fake_deliver(void *context)
{
	struct transport *net = context;
	struct flight *ask = fake_take(net);
	if (ask != NULL)
		fake_answer_one(net, ask);
	if (net->asks != NULL)
		loop_defer(net->loop, &net->deferred);
}

/* ---- the transport's functions ---- */

int transport_new(struct loop *loop, const struct transport_settings *settings,
		  struct random *random, struct transport **ret_transport,
		  struct complaint *complaint)
{
	(void)settings;
	(void)random;
	(void)complaint;
	struct transport *net = calloc(1, sizeof(*net));
	assert(net != NULL);
	net->loop = loop;
	net->asks_end = &net->asks;
	deferred_init(&net->deferred, fake_deliver, net);
	arena_init(&net->arena, 16 << 20, 65536);
	*ret_transport = net;
	return OK;
}

void transport_free(struct transport *transport)
{
	if (transport == NULL)
		return;
	deferred_cancel(transport->loop, &transport->deferred);
	struct flight *ask;
	while ((ask = fake_take(transport)) != NULL) {
		const struct exchange_result result = {.outcome = EXCHANGE_NOT_ASKED};
		ask->who.done(ask->who.context, &result);
		free(ask);
	}
	assert(transport->resting == NULL); /* who can ask again has left before */
	for (size_t i = 0; i < transport->zone_count; i++)
		signing_key_free(transport->zones[i].key);
	arena_release(&transport->arena);
	free(transport);
}

static inline void fake_queue(struct transport *transport, struct flight *ask)
{
	ask->next = NULL;
	*transport->asks_end = ask;
	transport->asks_end = &ask->next;
	loop_defer(transport->loop, &transport->deferred);
}

int transport_begin(struct transport *transport, const struct exchange_question *question,
		    const struct exchange_asker *asker, struct flight **ret_flight)
{
	if (transport->fail_after != 0 && transport->asked >= transport->fail_after)
		return ERR_LIMIT;
	struct flight *ask = calloc(1, sizeof(*ask));
	assert(ask != NULL);
	ask->question = *question;
	name_copy_lower(ask->name.octets, question->name);
	ask->question.name = ask->name.octets;
	if (question->form != NULL) {
		ask->form = *question->form;
		ask->question.form = &ask->form;
	}
	ask->who = *asker;
	transport->asked++;
	transport->asked_tcp += question->transport == EXCHANGE_TCP;
	fake_log(transport, &ask->question);
	fake_queue(transport, ask);
	*ret_flight = ask;
	return OK;
}

int transport_ask(struct transport *transport, const struct exchange_question *question,
		  exchange_done *done, void *context)
{
	const struct exchange_asker asker = {.done = done, .context = context};
	struct flight *ask;
	return transport_begin(transport, question, &asker, &ask);
}

/* Takes it off the list that `link` begins; false: it is not there. */
static inline bool fake_unlink(struct flight **link, const struct flight *ask)
{
	while (*link != NULL && *link != ask)
		link = &(*link)->next;
	if (*link == NULL)
		return false;
	*link = ask->next;
	return true;
}

void transport_again(struct transport *transport, struct flight *flight)
{
	if (!fake_unlink(&transport->resting, flight))
		return;
	transport->asked_again++;
	fake_queue(transport, flight);
}

uint8_t transport_leave(struct transport *transport, struct flight *flight, const void *context)
{
	assert(flight->who.context == context);
	if (!fake_unlink(&transport->resting, flight)) {
		bool is_there = fake_unlink(&transport->asks, flight);
		assert(is_there);
		(void)is_there;
		transport->asks_end = &transport->asks;
		while (*transport->asks_end != NULL)
			transport->asks_end = &(*transport->asks_end)->next;
	}
	free(flight);
	return 1;
}

uint32_t transport_expected_ms(const struct transport *transport, const struct address *server)
{
	(void)transport;
	(void)server;
	return 400;
}

void transport_grant(struct transport *transport, const struct address *server, unsigned granted)
{
	(void)transport;
	(void)server;
	(void)granted;
}

struct transport_counts transport_counts(const struct transport *transport)
{
	return (struct transport_counts){.asked = transport->asked};
}

/* ---- running ---- */

static inline uint64_t fake_monotonic_ns(void *context)
{
	return *(uint64_t *)context;
}

static inline int64_t fake_wall_s(void *context)
{
	(void)context;
	return FAKE_NOW_S;
}

/* Until nothing is in flight. */
static inline void fake_run(struct transport *net)
{
	for (unsigned int idle = 0; idle < 64; idle = net->asks == NULL ? idle + 1 : 0) {
		int error = loop_turn(net->loop, 0);
		assert(error == OK);
		(void)error;
	}
}

#endif
