/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/change/scene.h"

#include "dns/dnssec/signature.h"
#include "dns/wire/build.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "model/observation.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DOMAIN_TEXT "bank.tld."
#define RECORDS_MAX 64

struct maker {
	struct arena *arena;
	struct observation_builder builder;
	struct name domain;
	uint8_t wire[4096];
};

/* Lines of records; those that begin with ? or ! are left out. */
static size_t read_records(struct arena *arena, const char *text, struct record *records)
{
	size_t count = 0;
	while (text != NULL && *text != '\0') {
		char line[512];
		const size_t length = strcspn(text, "\n");
		assert_true(length < sizeof(line) && count < RECORDS_MAX);
		memcpy(line, text, length);
		line[length] = '\0';
		text += length + (text[length] == '\n');
		if (line[0] == '?' || line[0] == '!')
			continue;
		struct complaint complaint = {""};
		if (record_from_text(arena, line, &records[count++], &complaint) != OK)
			fail_msg("%s: %s", line, complaint.text);
	}
	return count;
}

/* Of an RRSIG; 0 for others. */
static uint16_t covers(const struct record *record)
{
	struct rrsig_rdata rrsig;
	return record->type == TYPE_RRSIG && rdata_rrsig(record, &rrsig) == OK ? rrsig.type_covered
									       : 0;
}

static size_t build(struct maker *maker, const struct name *name, uint16_t type,
		    const struct record *records, size_t count)
{
	struct builder builder;
	builder_init(&builder, maker->wire, sizeof(maker->wire), 1, FLAG_QR | FLAG_AA);
	builder_question(&builder, name->octets, type, CLASS_IN);
	for (size_t i = 0; i < count; i++) {
		if ((records[i].type == type || covers(&records[i]) == type) &&
		    name_equal(records[i].owner, name->octets))
			builder_record(&builder, SECTION_ANSWER, &records[i]);
	}
	const size_t size = builder_finish(&builder, RCODE_NOERROR);
	assert_true(size > 0);
	return size;
}

static struct ip ip_of(const char *text)
{
	struct ip ip;
	assert_int_equal(ip_from_text(text, &ip), OK);
	return ip;
}

static void add_referral(struct maker *maker, const struct record *records, size_t count)
{
	struct observation *observation = &maker->builder.observation;
	struct builder builder;
	builder_init(&builder, maker->wire, sizeof(maker->wire), 1, FLAG_QR);
	builder_question(&builder, maker->domain.octets, TYPE_NS, CLASS_IN);
	for (size_t i = 0; i < count; i++) {
		builder_record(&builder, SECTION_AUTHORITY, &records[i]);
		if (records[i].type == TYPE_DS)
			observation->ds_security = SECURITY_SECURE;
	}
	const size_t size = builder_finish(&builder, RCODE_NOERROR);
	const struct exchange exchange = {.name = maker->domain.octets,
					  .type = TYPE_NS,
					  .server = SERVER_PARENT,
					  .transport = TRANSPORT_UDP,
					  .outcome = OUTCOME_ANSWER,
					  .attempts = 1};
	const int index = observation_exchange(&maker->builder, &exchange, maker->wire, size, 0);
	assert_true(index >= 0);
	observation->parent_exchange = (uint16_t)index;
}

/* Has it a line "?name"? */
static bool could_not_tell(const char *hosts, const uint8_t *name)
{
	char line[NAME_TEXT_MAX + 1] = "?";
	(void)name_to_text(name, line + 1);
	return strstr(hosts, line) != NULL;
}

/* Those of the host among the records; how many. */
static size_t add_addresses(struct maker *maker, const char *text, int host, bool is_glue)
{
	struct record records[RECORDS_MAX];
	const uint8_t *name = maker->builder.observation.hosts[host].name;
	const size_t count = read_records(maker->arena, text, records);
	size_t added = 0;
	for (size_t i = 0; i < count; i++) {
		struct ip ip = {.family = 4};
		if (!name_equal(records[i].owner, name))
			continue;
		memcpy(ip.octets, records[i].rdata, 4);
		const int server = observation_server(&maker->builder, &ip, 53);
		assert_true(server >= 0);
		maker->builder.observation.servers[server].asked = true;
		assert_int_equal(observation_host_address(&maker->builder, host, server, is_glue),
				 OK);
		added++;
	}
	return added;
}

static void add_hosts(struct maker *maker, const struct scene *scene, const struct record *records,
		      size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (records[i].type != TYPE_NS)
			continue;
		const int host = observation_host(&maker->builder, records[i].rdata);
		assert_true(host >= 0);
		const bool has_any = add_addresses(maker, scene->hosts, host, false) > 0;
		struct host *made = &maker->builder.observation.hosts[host];
		made->flags = HOST_AT_PARENT;
		made->state = has_any                                          ? HOST_RESOLVED
			      : could_not_tell(scene->hosts, records[i].rdata) ? HOST_UNREACHABLE
									       : HOST_NXDOMAIN;
		(void)add_addresses(maker, scene->glue, host, true);
	}
}

/* What a scan would have found of the signatures in an answer made by build(). */
static void add_proofs(struct maker *maker, uint16_t type, const struct record *records,
		       size_t count, int exchange)
{
	const uint16_t message = maker->builder.observation.exchanges[exchange].message;
	uint16_t at = 0;
	for (size_t i = 0; i < count; i++) {
		struct rrsig_rdata rrsig;
		if (records[i].type != type && covers(&records[i]) != type)
			continue;
		const struct proof proof = {.message = message, .record = at++};
		if (records[i].type != TYPE_RRSIG)
			continue;
		assert_int_equal(rdata_rrsig(&records[i], &rrsig), OK);
		struct proof made = proof;
		made.key_tag = rrsig.key_tag;
		made.result = rrsig.signature[0] == 0 ? SIGNATURE_GOOD : SIGNATURE_BAD;
		assert_int_equal(observation_proof(&maker->builder, &made), OK);
	}
}

static void add_zone(struct maker *maker, const struct scene *scene)
{
	static const uint16_t types[] = {TYPE_SOA,   TYPE_NS, TYPE_DNSKEY, TYPE_CDS, TYPE_CDNSKEY,
					 TYPE_CSYNC, TYPE_A,  TYPE_MX,     TYPE_TXT, TYPE_CAA};
	struct record records[RECORDS_MAX];
	const size_t count = read_records(maker->arena, scene->zone, records);
	for (size_t i = 0; i < count; i++) {
		if (records[i].type != TYPE_NS)
			continue;
		const int host = observation_host(&maker->builder, records[i].rdata);
		assert_true(host >= 0);
		maker->builder.observation.hosts[host].flags |= HOST_AT_CHILD;
	}
	for (uint8_t server = 0; server < maker->builder.observation.server_count; server++) {
		for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
			const bool is_silent = scene->zone == NULL;
			const struct exchange exchange = {.name = maker->domain.octets,
							  .type = types[i],
							  .server = server,
							  .transport = TRANSPORT_UDP,
							  .outcome = is_silent ? OUTCOME_TIMEOUT
									       : OUTCOME_ANSWER,
							  .attempts = 1};
			const size_t size = build(maker, &maker->domain, types[i], records, count);
			const int index = observation_exchange(&maker->builder, &exchange,
							       is_silent ? NULL : maker->wire,
							       is_silent ? 0 : size, 0);
			assert_true(index >= 0);
			if (!is_silent)
				add_proofs(maker, types[i], records, count, index);
		}
	}
}

static void add_lookup(struct maker *maker, const struct name *name, uint16_t type,
		       const struct record *records, size_t count)
{
	const size_t size = build(maker, name, type, records, count);
	const struct lookup lookup = {.name = name->octets,
				      .target = name->octets,
				      .type = type,
				      .result = count > 0 ? LOOKUP_RESULT_FOUND
							  : LOOKUP_RESULT_NXDOMAIN,
				      .security = SECURITY_INSECURE};
	assert_true(observation_lookup(&maker->builder, &lookup, maker->wire, size, 0) >= 0);
}

/* "?name type", "!name type". */
static void add_without(struct maker *maker, const char *line)
{
	char word[256];
	char text[16];
	struct name name;
	assert_int_equal(sscanf(line + 1, "%255s %15s", word, text), 2);
	assert_int_equal(name_from_text(word, &name, NULL), OK);
	const uint16_t type = strcmp(text, "TXT") == 0    ? TYPE_TXT
			      : strcmp(text, "AAAA") == 0 ? TYPE_AAAA
							  : TYPE_A;
	if (*line == '?') {
		add_lookup(maker, &name, type, NULL, 0);
		return;
	}
	const struct lookup lookup = {.name = name.octets,
				      .target = name.octets,
				      .type = type,
				      .result = LOOKUP_RESULT_UNREACHABLE,
				      .security = SECURITY_INDETERMINATE};
	assert_true(observation_lookup(&maker->builder, &lookup, NULL, 0, 0) >= 0);
}

static void add_lookups(struct maker *maker, const char *text)
{
	struct record records[RECORDS_MAX];
	const size_t count = read_records(maker->arena, text, records);
	for (size_t i = 0; i < count; i++) {
		struct name name;
		(void)name_copy(name.octets, records[i].owner);
		add_lookup(maker, &name, records[i].type, records, count);
	}
	for (const char *at = text; at != NULL && *at != '\0'; at += strspn(at, "\n")) {
		if (*at == '?' || *at == '!')
			add_without(maker, at);
		at += strcspn(at, "\n");
	}
}

static void add_routes(struct maker *maker, const char *text)
{
	while (text != NULL && *text != '\0') {
		char address[64];
		unsigned int as = 0;
		assert_int_equal(sscanf(text, "%63s %u", address, &as), 2);
		const struct route route = {.ip = ip_of(address), .bits = 24, .as = as};
		assert_true(observation_route(&maker->builder, &route) >= 0);
		text += strcspn(text, "\n");
		text += strspn(text, "\n");
	}
}

static struct change_interval make(struct arena *arena, const struct scene *scene, size_t run)
{
	struct maker *maker = arena_take_zeroed(arena, sizeof(*maker));
	struct record records[RECORDS_MAX];
	const uint8_t *state = NULL;
	size_t size = 0;
	assert_non_null(maker);
	maker->arena = arena;
	assert_int_equal(name_from_text(DOMAIN_TEXT, &maker->domain, NULL), OK);
	observation_builder_init(&maker->builder, arena, maker->domain.octets);
	struct observation *observation = &maker->builder.observation;
	const size_t count = read_records(arena, scene->parent, records);
	observation->started_s = SCENE_START + scene->from_s;
	observation->vantage = "lab";
	observation->scanner = "dsfi";
	observation->needs = NEED_ALL_DEFAULT | (scene->lookups != NULL ? NEED_NAMES : 0) |
			     (scene->routes != NULL ? NEED_ROUTES : 0);
	observation->delegation = count > 0 ? DELEGATION_FOUND : DELEGATION_NXDOMAIN;
	observation->parent_security = SECURITY_SECURE;
	observation->ds_security = SECURITY_INSECURE;
	observation->parent_exchange = MESSAGE_NONE;
	add_referral(maker, records, count);
	add_hosts(maker, scene, records, count);
	add_zone(maker, scene);
	add_lookups(maker, scene->lookups);
	add_routes(maker, scene->routes);
	assert_int_equal(observation_state(arena, observation, &state, &size), OK);
	return (struct change_interval){.first_s = SCENE_START + scene->from_s,
					.last_s = SCENE_START + scene->to_s,
					.first_run = (int64_t)run,
					.last_run = (int64_t)run,
					.state = state,
					.state_size = size};
}

/* --- the stage ---------------------------------------------------------------------------------
 */

void stage_init(struct stage *stage)
{
	*stage = (struct stage){.past = NULL};
	arena_init(&stage->arena, (size_t)64 << 20, 0);
	assert_int_equal(signals_new(NULL, &stage->signals, NULL), OK);
	assert_int_equal(suffix_built_in(&stage->suffixes, NULL), OK);
}

void stage_release(struct stage *stage)
{
	signals_free(stage->signals);
	suffix_free(stage->suffixes);
	arena_release(&stage->arena);
}

static uint64_t count_domains(void *context, const uint8_t *name_server)
{
	(void)name_server;
	return *(const uint64_t *)context;
}

int stage_play(struct stage *stage, const struct scene *scenes, size_t count, size_t index)
{
	struct change_interval intervals[SCENES_MAX];
	struct name domain;
	struct complaint complaint = {""};
	assert_true(count > 0 && count <= SCENES_MAX && index < count);
	assert_int_equal(name_from_text(DOMAIN_TEXT, &domain, NULL), OK);
	const uint8_t *name = arena_copy(&stage->arena, domain.octets, name_size(domain.octets));
	for (size_t i = 0; i < count; i++)
		intervals[i] = make(&stage->arena, &scenes[i], i + 1);
	const struct change_source source = {name, intervals, count};
	if (change_past_new(&stage->arena, &source, &stage->past, &complaint) != OK)
		fail_msg("%s", complaint.text);
	const struct change_settings settings = {
		.signals = stage->signals,
		.suffixes = stage->suffixes,
		.is_high_value = stage->is_high_value,
		.now_s = SCENE_START + (stage->now_s != 0 ? stage->now_s : scenes[count - 1].to_s),
		.count_domains = stage->domains > 0 ? count_domains : NULL,
		.count_context = &stage->domains,
	};
	return change_judge(stage->past, index, &settings, &stage->change);
}

void stage_judge(struct stage *stage, const struct scene *scenes, size_t count, size_t index)
{
	assert_int_equal(stage_play(stage, scenes, count, index), OK);
}

int stage_points(const struct stage *stage, const char *number)
{
	for (size_t i = 0; i < stage->change.reason_count; i++) {
		if (strcmp(stage->change.reasons[i].number, number) == 0)
			return stage->change.reasons[i].points;
	}
	return INT_MIN;
}

bool stage_is_unknown(const struct stage *stage, const char *number)
{
	for (size_t i = 0; i < stage->change.unknown_count; i++) {
		if (strcmp(stage->change.unknowns[i].number, number) == 0)
			return true;
	}
	return false;
}

bool stage_is(const struct stage *stage, enum change_class change_class)
{
	return (stage->change.classes >> change_class & 1u) != 0;
}

bool stage_tells(const struct stage *stage, const char *sentence)
{
	for (size_t i = 0; i < stage->change.sentence_count; i++) {
		if (strcmp(stage->change.sentences[i], sentence) == 0)
			return true;
	}
	stage_show(stage);
	return false;
}

void stage_show(const struct stage *stage)
{
	print_message("# score %u (%s)\n", stage->change.score, stage->change.band);
	for (size_t i = 0; i < stage->change.sentence_count; i++)
		print_message("#   %s\n", stage->change.sentences[i]);
	for (size_t i = 0; i < stage->change.reason_count; i++)
		print_message("#   %+d %s %s\n", stage->change.reasons[i].points,
			      stage->change.reasons[i].number, stage->change.reasons[i].sentence);
	for (size_t i = 0; i < stage->change.unknown_count; i++)
		print_message("#   ? %s %s\n", stage->change.unknowns[i].number,
			      stage->change.unknowns[i].why);
}
