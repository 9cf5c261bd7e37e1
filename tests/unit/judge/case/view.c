/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/case/view.h"

#include "dns/dnssec/signature.h"
#include "dns/wire/build.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define RECORDS_MAX 64
#define PARENTS_MAX 4

struct maker {
	struct arena *arena;
	const struct viewing *viewing;
	struct observation_builder builder;
	struct name domain;
	struct record records[RECORDS_MAX];
	size_t count;
	uint8_t wire[4096];
};

static void read_records(struct maker *maker, const char *text)
{
	maker->count = 0;
	while (text != NULL && *text != '\0') {
		char line[1024];
		struct complaint complaint = {""};
		const size_t length = strcspn(text, "\n");
		assert_true(length < sizeof(line) && maker->count < RECORDS_MAX);
		memcpy(line, text, length);
		line[length] = '\0';
		text += length + (text[length] == '\n');
		if (record_from_text(maker->arena, line, &maker->records[maker->count++],
				     &complaint) != OK)
			fail_msg("%s: %s", line, complaint.text);
	}
}

/* An answer, or a referral where the flags lack authority and the type is NS. */
static size_t build(struct maker *maker, const uint8_t *name, uint16_t type, uint16_t flags)
{
	struct builder builder;
	const bool is_referral = type == TYPE_NS && (flags & FLAG_AA) == 0;
	builder_init(&builder, maker->wire, sizeof(maker->wire), 1, FLAG_QR | flags);
	builder_question(&builder, name, type, CLASS_IN);
	for (size_t i = 0; i < maker->count; i++) {
		const struct record *record = &maker->records[i];
		struct rrsig_rdata rrsig;
		const bool covers = record->type == TYPE_RRSIG &&
				    rdata_rrsig(record, &rrsig) == OK && rrsig.type_covered == type;
		const bool is_it = record->type == type || covers;
		if (name_equal(record->owner, name) &&
		    (is_it || (is_referral && record->type == TYPE_DS)))
			builder_record(&builder, is_referral ? SECTION_AUTHORITY : SECTION_ANSWER,
				       record);
	}
	const size_t size = builder_finish(&builder, RCODE_NOERROR);
	assert_true(size > 0);
	return size;
}

static int add_exchange(struct maker *maker, uint8_t server, uint16_t type, uint8_t outcome,
			size_t size)
{
	const struct exchange exchange = {.name = maker->domain.octets,
					  .type = type,
					  .server = server,
					  .transport = TRANSPORT_UDP,
					  .outcome = outcome,
					  .attempts = 1};
	const int index = observation_exchange(&maker->builder, &exchange,
					       size > 0 ? maker->wire : NULL, size, 0);
	assert_true(index >= 0);
	return index;
}

static void add_parent(struct maker *maker)
{
	struct observation *observation = &maker->builder.observation;
	observation->parent_exchange = MESSAGE_NONE;
	if (maker->viewing->parent == NULL)
		return;
	read_records(maker, maker->viewing->parent);
	observation->delegation = DELEGATION_FOUND;
	assert_int_equal(ip_from_text("192.0.2.53", &observation->parent_server), OK);
	size_t size = build(maker, maker->domain.octets, TYPE_NS, 0);
	observation->parent_exchange =
		(uint16_t)add_exchange(maker, SERVER_PARENT, TYPE_NS, OUTCOME_ANSWER, size);
	size = build(maker, maker->domain.octets, TYPE_DS, FLAG_AA);
	(void)add_exchange(maker, SERVER_PARENT, TYPE_DS, OUTCOME_ANSWER, size);
	observation->ds_security = SECURITY_INSECURE;
	for (size_t i = 0; i < maker->count; i++) {
		if (maker->records[i].type == TYPE_DS)
			observation->ds_security = SECURITY_SECURE;
		if (maker->records[i].type != TYPE_NS)
			continue;
		const int host = observation_host(&maker->builder, maker->records[i].rdata);
		assert_true(host >= 0);
		observation->hosts[host].flags |= HOST_AT_PARENT;
	}
}

static void add_host_addresses(struct maker *maker, const char *records, bool is_glue)
{
	struct observation *observation = &maker->builder.observation;
	read_records(maker, records);
	for (size_t i = 0; i < maker->count; i++) {
		const struct record *record = &maker->records[i];
		struct ip ip = {.family = record->type == TYPE_A ? 4 : 6};
		memcpy(ip.octets, record->rdata, record->rdata_size);
		const int host = observation_host(&maker->builder, record->owner);
		const int server = observation_server(&maker->builder, &ip, 53);
		assert_true(host >= 0 && server >= 0);
		assert_int_equal(observation_host_address(&maker->builder, host, server, is_glue),
				 OK);
		if (is_glue)
			continue;
		observation->servers[server].asked = (maker->viewing->opted_out >> server & 1) == 0;
		observation->hosts[host].state = HOST_RESOLVED;
	}
}

static void add_hosts(struct maker *maker)
{
	struct observation *observation = &maker->builder.observation;
	for (size_t i = 0; maker->viewing->has_lost_hosts && i < observation->host_count; i++)
		observation->hosts[i].state = HOST_UNREACHABLE;
	add_host_addresses(maker, maker->viewing->hosts, false);
	add_host_addresses(maker, maker->viewing->glue, true);
}

static void prove(struct maker *maker, int exchange)
{
	const struct observation *observation = &maker->builder.observation;
	struct message message;
	const uint16_t index = observation->exchanges[exchange].message;
	assert_int_equal(message_walk(maker->arena, observation->messages[index].wire,
				      observation->messages[index].size, &message),
			 OK);
	for (uint16_t i = 0; i < message.record_count; i++) {
		struct rrsig_rdata rrsig;
		if (message.records[i].type != TYPE_RRSIG)
			continue;
		assert_int_equal(rdata_rrsig(&message.records[i], &rrsig), OK);
		const struct proof proof = {.message = index,
					    .record = i,
					    .key_message = index,
					    .key_tag = rrsig.key_tag,
					    .result = maker->viewing->is_proven ? SIGNATURE_GOOD
										: SIGNATURE_BAD};
		assert_true(observation_proof(&maker->builder, &proof) >= 0);
	}
}

static void ask_server(struct maker *maker, uint8_t server)
{
	static const uint16_t types[] = {TYPE_SOA, TYPE_NS,   TYPE_MX,
					 TYPE_A,   TYPE_AAAA, TYPE_DNSKEY};
	const unsigned bit = 1u << server;
	const bool has_no_route = (maker->viewing->unreachable & bit) != 0;
	const bool is_silent = (maker->viewing->silent & bit) != 0 || has_no_route;
	if ((maker->viewing->opted_out & bit) != 0)
		return;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i] == TYPE_MX && (maker->viewing->without_mx & bit) != 0)
			continue;
		const uint16_t flags = (maker->viewing->lame & bit) != 0 ? 0 : FLAG_AA;
		const size_t size =
			is_silent ? 0 : build(maker, maker->domain.octets, types[i], flags);
		const int exchange = add_exchange(maker, server, types[i],
						  has_no_route ? OUTCOME_UNREACHABLE
						  : is_silent  ? OUTCOME_TIMEOUT
							       : OUTCOME_ANSWER,
						  size);
		if (types[i] == TYPE_DNSKEY && !is_silent)
			prove(maker, exchange);
	}
}

/* Only glue that the names' own word does not confirm. */
static bool is_stray(const struct observation *observation, uint8_t server)
{
	for (size_t i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];
		for (size_t j = 0; j < host->address_count; j++) {
			if (host->addresses[j] == server)
				return false;
		}
	}
	return true;
}

static void add_zone(struct maker *maker)
{
	struct observation *observation = &maker->builder.observation;
	for (uint8_t i = 0; i < observation->server_count; i++) {
		if (is_stray(observation, i))
			continue;
		const bool is_other =
			maker->viewing->other_zone != NULL && i + 1 == observation->server_count;
		read_records(maker, is_other ? maker->viewing->other_zone : maker->viewing->zone);
		for (size_t j = 0; j < maker->count; j++) {
			if (maker->records[j].type != TYPE_NS)
				continue;
			const int host = observation_host(&maker->builder, maker->records[j].rdata);
			assert_true(host >= 0);
			observation->hosts[host].flags |= HOST_AT_CHILD;
		}
		ask_server(maker, i);
	}
}

static void add_lookups(struct maker *maker)
{
	read_records(maker, maker->viewing->lookups);
	for (size_t i = 0; i < maker->count; i++) {
		const uint8_t *name = maker->records[i].owner;
		const size_t size = build(maker, name, maker->records[i].type, FLAG_AA);
		const struct lookup lookup = {.name = name,
					      .target = name,
					      .type = maker->records[i].type,
					      .result = LOOKUP_RESULT_FOUND,
					      .security = SECURITY_INSECURE};
		assert_true(observation_lookup(&maker->builder, &lookup, maker->wire, size, 0) >=
			    0);
	}
}

const struct observation *view_make(struct arena *arena, const struct viewing *viewing)
{
	struct maker *maker = arena_take_zeroed(arena, sizeof(*maker));
	assert_non_null(maker);
	maker->arena = arena;
	maker->viewing = viewing;
	assert_int_equal(name_from_text(viewing->domain != NULL ? viewing->domain : "bank.example.",
					&maker->domain, NULL),
			 OK);
	observation_builder_init(&maker->builder, arena, maker->domain.octets);
	struct observation *observation = &maker->builder.observation;
	observation->started_s = VIEW_START_S + viewing->at_s;
	observation->vantage = viewing->vantage != NULL ? viewing->vantage : "lab";
	observation->scanner = "dsfi";
	observation->needs = NEED_ALL_DEFAULT;
	observation->parent_security = SECURITY_SECURE;
	add_parent(maker);
	add_hosts(maker);
	add_zone(maker);
	add_lookups(maker);
	return observation;
}

/* ---- the gallery ---- */

void gallery_init(struct gallery *gallery, const char *test)
{
	*gallery = (struct gallery){.count = 0};
	arena_init(&gallery->arena, (size_t)64 << 20, 0);
	if (predicate_parse(&gallery->arena, test, &gallery->predicate, &gallery->complaint) != OK)
		fail_msg("%s: %s", test, gallery->complaint.text);
}

void gallery_release(struct gallery *gallery)
{
	arena_release(&gallery->arena);
}

struct predicate_look *gallery_look(struct gallery *gallery, const struct viewing *viewing)
{
	assert_true(gallery->count < VIEWS_MAX);
	struct predicate_look *look = &gallery->looks[gallery->count++];
	*look = (struct predicate_look){.observation = view_make(&gallery->arena, viewing)};
	return look;
}

void gallery_parent(struct gallery *gallery, struct predicate_look *look, const char *address,
		    const char *records)
{
	struct maker *maker = arena_take_zeroed(&gallery->arena, sizeof(*maker));
	struct predicate_parent *parents =
		arena_take_array(&gallery->arena, PARENTS_MAX, sizeof(*parents));
	assert_true(maker != NULL && parents != NULL && look->parent_count < PARENTS_MAX);
	if (look->parent_count > 0)
		memcpy(parents, look->parents, look->parent_count * sizeof(*parents));
	struct predicate_parent *parent = &parents[look->parent_count++];
	*parent = (struct predicate_parent){.domain = look->observation->domain};
	look->parents = parents;
	assert_int_equal(ip_from_text(address, &parent->ip), OK);
	if (records == NULL)
		return;
	maker->arena = &gallery->arena;
	read_records(maker, records);
	parent->ns_size = build(maker, parent->domain, TYPE_NS, 0);
	parent->ns = arena_copy(&gallery->arena, maker->wire, parent->ns_size);
	parent->ds_size = build(maker, parent->domain, TYPE_DS, FLAG_AA);
	parent->ds = arena_copy(&gallery->arena, maker->wire, parent->ds_size);
}

const char *gallery_judge(struct gallery *gallery)
{
	assert_int_equal(predicate_evaluate(&gallery->arena, &gallery->predicate, gallery->looks,
					    gallery->count, &gallery->verdict),
			 OK);
	return case_result_text(gallery->verdict.result);
}

bool gallery_tells(const struct gallery *gallery, const char *word)
{
	for (size_t i = 0; i < gallery->verdict.line_count; i++) {
		if (strstr(gallery->verdict.lines[i], word) != NULL)
			return true;
	}
	return false;
}
