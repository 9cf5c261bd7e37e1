/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a world cannot show of signalling names and DSYNC: look-ups that fail or do not validate, in
 * observations that were made in one, and DSYNC records of every kind.
 */
#include "dns/wire/build.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define FILE_MAX (4u << 20)

static const uint8_t *read_golden(struct arena *arena, const char *code, size_t *ret_size)
{
	const char *source = getenv("DSFI_SOURCE");
	char path[4096];

	snprintf(path, sizeof(path), "%s/tests/golden/check/%s/observation", source ? source : ".",
		 code);
	FILE *stream = fopen(path, "rb");

	if (!stream)
		fail_msg("%s cannot be read", path);
	uint8_t *octets = arena_take_octets(arena, FILE_MAX);

	assert_non_null(octets);
	*ret_size = fread(octets, 1, FILE_MAX, stream);
	fclose(stream);
	return octets;
}

/* "WRONG PARTIAL", and with "?" behind it what was not measured. */
static void tell(struct arena *arena, const struct observation *observation, const char *family,
		 char ret_codes[256])
{
	struct judgement judgement;
	const size_t length = strlen(family);

	assert_int_equal(judge_observation(arena, observation, observation->started_s, &judgement),
			 OK);
	ret_codes[0] = '\0';
	for (size_t i = 0; i < judgement.finding_count; i++)
		if (strncmp(judgement.findings[i].code, family, length) == 0)
			snprintf(ret_codes + strlen(ret_codes), 256 - strlen(ret_codes), "%s ",
				 judgement.findings[i].code + length);
	for (size_t i = 0; i < judgement.not_measured_count; i++)
		if (strncmp(judgement.not_measured[i], family, length) == 0)
			snprintf(ret_codes + strlen(ret_codes), 256 - strlen(ret_codes), "%s? ",
				 judgement.not_measured[i] + length);
}

/* What is changed of an observation: look-ups of this type whose name begins so. */
struct change {
	const char *what;
	const char *start;
	uint16_t type;      /* 0: all */
	unsigned int first; /* leaves out as many */
	enum lookup_result result;
	enum security security;
	const char *codes;
};

static void apply(struct observation *observation, const struct change *change)
{
	unsigned int seen = 0;

	for (uint16_t i = 0; i < observation->lookup_count; i++) {
		struct lookup *lookup = &observation->lookups[i];
		char text[NAME_TEXT_MAX];

		name_to_text(lookup->name, text);
		if (strncmp(text, change->start, strlen(change->start)) != 0 ||
		    (change->type != 0 && lookup->type != change->type) || seen++ < change->first)
			continue;
		lookup->result = (uint8_t)change->result;
		lookup->security = (uint8_t)change->security;
		if (change->result != LOOKUP_RESULT_FOUND && change->result != LOOKUP_RESULT_BOGUS)
			lookup->message = MESSAGE_NONE;
	}
}

static void check(const char *golden, const char *family, const struct change *change)
{
	struct arena arena;
	struct observation observation;
	char codes[256];
	size_t size;

	arena_init(&arena, 64u << 20, 0);
	const uint8_t *octets = read_golden(&arena, golden, &size);

	assert_int_equal(observation_decode(&arena, octets, size, &observation, NULL), OK);
	apply(&observation, change);
	tell(&arena, &observation, family, codes);
	if (strcmp(codes, change->codes) != 0)
		fail_msg("%s: '%s' instead of '%s'", change->what, codes, change->codes);
	arena_release(&arena);
}

static void test_signals(void **state)
{
	static const struct change changes[] = {
		{"as it was", "-", 0, 0, LOOKUP_RESULT_FOUND, SECURITY_SECURE, "WRONG "},
		{"nobody knows", "_signal.", 0, 0, LOOKUP_RESULT_UNREACHABLE,
		 SECURITY_INDETERMINATE, "INSECURE? PARTIAL? WRONG? "},
		{"below what does not validate", "_signal.", 0, 0, LOOKUP_RESULT_BOGUS,
		 SECURITY_BOGUS, "INSECURE? PARTIAL? WRONG? "},
		{"nothing there", "_signal.", 0, 0, LOOKUP_RESULT_NXDOMAIN, SECURITY_SECURE, ""},
		{"no signal of any", "_dsboot.", 0, 0, LOOKUP_RESULT_NODATA, SECURITY_SECURE, ""},
		{"at the first only", "_signal.", 0, 1, LOOKUP_RESULT_NXDOMAIN, SECURITY_SECURE,
		 "PARTIAL WRONG "},
		{"one of them unknown", "_signal.", 0, 1, LOOKUP_RESULT_UNREACHABLE,
		 SECURITY_INDETERMINATE, "WRONG PARTIAL? "},
		{"does not validate", "_dsboot.", 0, 0, LOOKUP_RESULT_BOGUS, SECURITY_BOGUS,
		 "INSECURE "},
		{"no chain of trust", "_dsboot.", 0, 0, LOOKUP_RESULT_FOUND, SECURITY_INSECURE,
		 "INSECURE WRONG "},
		{"chain of trust unknown", "_dsboot.", 0, 0, LOOKUP_RESULT_FOUND,
		 SECURITY_INDETERMINATE, "WRONG "},
		{"one type unknown", "_dsboot.", TYPE_CDNSKEY, 0, LOOKUP_RESULT_UNREACHABLE,
		 SECURITY_INDETERMINATE, "WRONG "},
		{"one type missing", "_dsboot.", TYPE_CDS, 0, LOOKUP_RESULT_NODATA, SECURITY_SECURE,
		 "WRONG "},
	};

	for (size_t i = 0; i < COUNT_OF(changes); i++)
		check("AUTOMATION-SIGNAL-WRONG", "AUTOMATION-SIGNAL-", &changes[i]);
}

/* Right signals, but for one type that is missing at all of them (RFC 9615 s4.2, step 4). */
static void test_types_apart(void **state)
{
	static const struct change changes[] = {
		{"as it was", "-", 0, 0, LOOKUP_RESULT_FOUND, SECURITY_SECURE, "INSECURE "},
		{"one type unknown", "_dsboot.", TYPE_CDS, 0, LOOKUP_RESULT_LIMIT,
		 SECURITY_INDETERMINATE, "INSECURE "},
		{"one type missing", "_dsboot.", TYPE_CDS, 0, LOOKUP_RESULT_NODATA,
		 SECURITY_INSECURE, "INSECURE WRONG "},
		{"secure after all", "_dsboot.", 0, 0, LOOKUP_RESULT_FOUND, SECURITY_SECURE, ""},
	};

	for (size_t i = 0; i < COUNT_OF(changes); i++)
		check("AUTOMATION-SIGNAL-INSECURE", "AUTOMATION-SIGNAL-", &changes[i]);
}

/* ---- DSYNC ---- */

struct record_given {
	uint16_t type;
	uint8_t scheme;
	uint16_t port;
	const char *target;
};

struct scene {
	const char *what;
	struct record_given records[3];
	enum lookup_result own, shared, ipv4, ipv6;
	const char *codes;
};

static struct name name_of(const char *text)
{
	struct name name;

	assert_int_equal(name_from_text(text, &name, NULL), OK);
	return name;
}

static size_t put_records(const struct scene *scene, uint8_t *wire, size_t room)
{
	struct builder builder;

	builder_init(&builder, wire, room, 0, FLAG_QR | FLAG_AA);
	builder_question(&builder, name_of("a._dsync.example").octets, TYPE_DSYNC, CLASS_IN);
	for (size_t i = 0; i < COUNT_OF(scene->records) && scene->records[i].target; i++) {
		const struct record_given *given = &scene->records[i];
		const struct name owner = name_of("a._dsync.example");
		const struct name target = name_of(given->target);
		uint8_t rdata[5 + NAME_MAX_OCTETS] = {(uint8_t)(given->type >> 8),
						      (uint8_t)given->type, given->scheme,
						      (uint8_t)(given->port >> 8),
						      (uint8_t)given->port};

		const size_t size = 5 + name_copy(rdata + 5, target.octets);
		const struct record record = {.owner = owner.octets,
					      .type = TYPE_DSYNC,
					      .class = CLASS_IN,
					      .ttl = 60,
					      .rdata = rdata,
					      .rdata_size = (uint16_t)size};
		builder_record(&builder, SECTION_ANSWER, &record);
	}
	return builder_finish(&builder, RCODE_NOERROR);
}

static void add_lookup(struct observation_builder *builder, const char *text, uint16_t type,
		       enum lookup_result result, const uint8_t *wire, size_t size)
{
	const struct name name = name_of(text);
	const struct lookup lookup = {.name = name.octets,
				      .target = name.octets,
				      .type = type,
				      .result = (uint8_t)result,
				      .security = SECURITY_INSECURE};

	assert_true(observation_lookup(builder, &lookup, wire, size, 0) >= 0);
}

static void check_scene(const struct scene *scene)
{
	struct arena arena;
	struct observation_builder builder;
	uint8_t wire[4096];
	char codes[256];

	arena_init(&arena, 8u << 20, 0);
	observation_builder_init(&builder, &arena, name_of("a.example").octets);
	struct observation *observation = &builder.observation;

	const struct name parent = name_of("example");

	observation->parent = parent.octets;
	observation->delegation = DELEGATION_FOUND;
	observation->needs = NEED_DELEGATION | NEED_AUTOMATION;
	observation->parent_exchange = MESSAGE_NONE;
	observation->vantage = observation->scanner = "test";
	const size_t size = put_records(scene, wire, sizeof(wire));

	add_lookup(&builder, "_dsync.example", TYPE_DSYNC, scene->shared, NULL, 0);
	if (scene->own != LOOKUP_RESULT_NONE)
		add_lookup(&builder, "a._dsync.example", TYPE_DSYNC, scene->own, wire, size);
	add_lookup(&builder, "hear.example", TYPE_A, scene->ipv4, NULL, 0);
	add_lookup(&builder, "hear.example", TYPE_AAAA, scene->ipv6, NULL, 0);
	tell(&arena, observation, "AUTOMATION-DSYNC-", codes);
	if (strcmp(codes, scene->codes) != 0)
		fail_msg("%s: '%s' instead of '%s'", scene->what, codes, scene->codes);
	arena_release(&arena);
}

#define FOUND LOOKUP_RESULT_FOUND
#define NODATA LOOKUP_RESULT_NODATA
#define NXDOMAIN LOOKUP_RESULT_NXDOMAIN
#define UNREACHABLE LOOKUP_RESULT_UNREACHABLE
#define HOST "hear.example"

static void test_dsync(void **state)
{
	static const struct scene scenes[] = {
		{"sound", {{TYPE_CDS, 1, 53, HOST}}, FOUND, NODATA, FOUND, NODATA, ""},
		{"of each type",
		 {{TYPE_CDS, 1, 53, HOST}, {TYPE_CSYNC, 1, 53, HOST}},
		 FOUND,
		 NODATA,
		 NODATA,
		 FOUND,
		 ""},
		{"of each scheme",
		 {{TYPE_CDS, 1, 53, HOST}, {TYPE_CDS, 128, 53, HOST}},
		 FOUND,
		 NODATA,
		 FOUND,
		 FOUND,
		 ""},
		{"null scheme", {{TYPE_CDS, 0, 0, "."}}, FOUND, NODATA, FOUND, FOUND, ""},
		{"scheme 2", {{TYPE_CDS, 2, 53, HOST}}, FOUND, NODATA, FOUND, FOUND, "INVALID "},
		{"scheme 127",
		 {{TYPE_CDS, 127, 53, HOST}},
		 FOUND,
		 NODATA,
		 FOUND,
		 FOUND,
		 "INVALID "},
		{"port 0", {{TYPE_CDS, 1, 0, HOST}}, FOUND, NODATA, FOUND, FOUND, "INVALID "},
		{"the root", {{TYPE_CDS, 1, 53, "."}}, FOUND, NODATA, FOUND, FOUND, "INVALID "},
		{"no host",
		 {{TYPE_CDS, 1, 53, HOST}},
		 FOUND,
		 NODATA,
		 NXDOMAIN,
		 NXDOMAIN,
		 "INVALID "},
		{"no address",
		 {{TYPE_CDS, 1, 53, HOST}},
		 FOUND,
		 NODATA,
		 NODATA,
		 NODATA,
		 "INVALID "},
		{"unknown host", {{TYPE_CDS, 1, 53, HOST}}, FOUND, NODATA, UNREACHABLE, NODATA, ""},
		{"twins, told once",
		 {{TYPE_CDS, 1, 53, HOST}, {TYPE_CDS, 1, 54, HOST}, {TYPE_CDS, 1, 55, HOST}},
		 FOUND,
		 NODATA,
		 FOUND,
		 NODATA,
		 "INVALID "},
		{"none of its own", {{0, 0, 0, NULL}}, NXDOMAIN, NODATA, FOUND, FOUND, ""},
		{"none at all", {{0, 0, 0, NULL}}, LOOKUP_RESULT_NONE, NXDOMAIN, FOUND, FOUND, ""},
		{"not validated",
		 {{TYPE_CDS, 1, 0, HOST}},
		 LOOKUP_RESULT_BOGUS,
		 NODATA,
		 FOUND,
		 FOUND,
		 "INVALID? "},
		{"parent unknown",
		 {{0, 0, 0, NULL}},
		 LOOKUP_RESULT_NONE,
		 UNREACHABLE,
		 FOUND,
		 FOUND,
		 "INVALID? "},
	};

	for (size_t i = 0; i < COUNT_OF(scenes); i++)
		check_scene(&scenes[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_types_apart),
		cmocka_unit_test(test_dsync),
	};
	return cmocka_run_group_tests_name("judge/check bootstrap", tests, NULL, NULL);
}
