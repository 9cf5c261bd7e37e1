/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of answers to odd questions: those that no server of a world gives. */
#include "base/bytes.h"
#include "dns/wire/build.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define WIRE_MAX 4096

/* One domain at one server, and what the server answered. */
struct lab {
	struct arena arena;
	struct observation_builder builder;
	struct name domain;
	int server;
	struct judgement judgement;
};

struct given {
	enum probe_kind kind;
	uint16_t type;
	uint16_t flags;
	uint16_t rcode;
	const uint8_t *option; /* with its head */
	uint16_t option_size;
	unsigned texts;   /* records of 251 octets in the answer */
	const char *name; /* NULL: the domain's */
	bool has_soa;     /* in the answer */
	bool without_edns;
	bool is_lost; /* no answer at all */
};

static void add_soa(struct builder *builder, const struct lab *lab)
{
	static const uint8_t soa[2 + 20] = {0, 0, 0, 0, 0, 1};
	builder_record(builder, SECTION_ANSWER,
		       &(struct record){.owner = lab->domain.octets,
					.type = TYPE_SOA,
					.class = CLASS_IN,
					.rdata = soa,
					.rdata_size = sizeof(soa)});
}

static void add_text(struct builder *builder, const uint8_t *owner, unsigned number)
{
	uint8_t text[240] = {239, (uint8_t)number};
	builder_record(builder, SECTION_ANSWER,
		       &(struct record){.owner = owner,
					.type = TYPE_TXT,
					.class = CLASS_IN,
					.rdata = text,
					.rdata_size = sizeof(text)});
}

static void add(struct lab *lab, const struct given *given)
{
	uint8_t wire[WIRE_MAX];
	struct builder builder;
	struct name name = lab->domain;
	struct message message;
	if (given->name != NULL)
		assert_int_equal(name_from_text(given->name, &name, NULL), OK);
	struct exchange exchange = {.name = name.octets,
				    .type = given->type,
				    .kind = (uint8_t)given->kind,
				    .server = (uint8_t)lab->server,
				    .transport = TRANSPORT_UDP,
				    .attempts = 1,
				    .outcome = given->is_lost ? OUTCOME_TIMEOUT : OUTCOME_ANSWER};
	if (given->is_lost) {
		assert_true(observation_exchange(&lab->builder, &exchange, NULL, 0, 0) >= 0);
		return;
	}
	builder_init(&builder, wire, sizeof(wire), 1, (uint16_t)(FLAG_QR | given->flags));
	builder_question(&builder, name.octets, given->type, CLASS_IN);
	if (given->has_soa)
		add_soa(&builder, lab);
	for (unsigned i = 0; i < given->texts; i++)
		add_text(&builder, name.octets, i);
	if (!given->without_edns)
		builder_opt(&builder,
			    &(struct edns){.udp_size = 1232,
					   .options = given->option,
					   .options_size = given->option_size},
			    given->rcode);
	const size_t size = builder_finish(&builder, given->rcode);
	assert_true(size > 0);
	assert_int_equal(message_walk(&lab->arena, wire, size, &message), OK);
	assert_true(observation_exchange(&lab->builder, &exchange, wire, size,
					 message.edns.record_offset) >= 0);
}

/* How often the code is found, with these answers beside that for the SOA. */
static size_t found(const char *code, const struct given *given, size_t count)
{
	struct lab lab = {.server = 0};
	const struct ip ip = {.family = 4, .octets = {192, 0, 2, 1}};
	size_t findings = 0;
	arena_init(&lab.arena, 16u << 20, 0);
	assert_int_equal(name_from_text("example.", &lab.domain, NULL), OK);
	observation_builder_init(&lab.builder, &lab.arena, lab.domain.octets);
	struct observation *observation = &lab.builder.observation;
	observation->vantage = observation->scanner = "";
	observation->needs = NEED_DELEGATION | NEED_ADDRESSES | NEED_SERVERS | NEED_MANNERS;
	observation->delegation = DELEGATION_FOUND;
	lab.server = observation_server(&lab.builder, &ip, 53);
	assert_int_equal(lab.server, 0);
	observation->servers[0].asked = true;
	add(&lab, &(struct given){.type = TYPE_SOA, .flags = FLAG_AA, .has_soa = true});
	for (size_t i = 0; i < count; i++)
		add(&lab, &given[i]);
	assert_int_equal(judge_observation(&lab.arena, observation, 1700000000, &lab.judgement),
			 OK);
	for (size_t i = 0; i < lab.judgement.finding_count; i++)
		findings += strcmp(lab.judgement.findings[i].code, code) == 0;
	arena_release(&lab.arena);
	return findings;
}

#define COOKIE_HEAD(size) 0, 10, 0, size
#define OURS 0x64, 0x73, 0x66, 0x69, 0x20, 0x64, 0x6e, 0x73

static struct given cookie(const uint8_t *option, uint16_t size, uint16_t rcode)
{
	return (struct given){.kind = PROBE_COOKIE,
			      .type = TYPE_SOA,
			      .flags = FLAG_AA,
			      .rcode = rcode,
			      .option = option,
			      .option_size = size};
}

static void test_cookies(void **state)
{
	static const uint8_t good[4 + 24] = {COOKIE_HEAD(24), OURS, 1};
	static const uint8_t short_one[4 + 15] = {COOKIE_HEAD(15), OURS, 1};
	static const uint8_t shortest[4 + 16] = {COOKIE_HEAD(16), OURS, 1};
	static const uint8_t longest[4 + 40] = {COOKIE_HEAD(40), OURS, 1};
	static const uint8_t long_one[4 + 41] = {COOKIE_HEAD(41), OURS, 1};
	static const uint8_t stranger[4 + 24] = {COOKIE_HEAD(24), 1, 2, 3, 4, 5, 6, 7, 8};
	static const uint8_t stub[4 + 3] = {COOKIE_HEAD(3), 0x64, 0x73, 0x66};
	const struct {
		struct given given[3];
		size_t count;
		size_t findings;
	} cases[] = {
		{{cookie(NULL, 0, RCODE_NOERROR)}, 1, 0},
		{{cookie(good, 28, RCODE_NOERROR), cookie(good, 28, RCODE_NOERROR)}, 2, 0},
		{{cookie(shortest, 20, RCODE_NOERROR)}, 1, 0},
		{{cookie(longest, 44, RCODE_NOERROR)}, 1, 0},
		{{cookie(short_one, 19, RCODE_NOERROR)}, 1, 1},
		{{cookie(long_one, 45, RCODE_NOERROR)}, 1, 1},
		{{cookie(stranger, 28, RCODE_NOERROR)}, 1, 1},
		{{cookie(stub, 7, RCODE_NOERROR)}, 1, 1},
		/* Who wants a cookie first, or has a new secret, may refuse once. */
		{{cookie(good, 28, RCODE_BADCOOKIE), cookie(good, 28, RCODE_NOERROR)}, 2, 0},
		{{cookie(good, 28, RCODE_NOERROR), cookie(good, 28, RCODE_BADCOOKIE),
		  cookie(good, 28, RCODE_NOERROR)},
		 3,
		 0},
		{{cookie(good, 28, RCODE_NOERROR), cookie(good, 28, RCODE_BADCOOKIE),
		  cookie(good, 28, RCODE_BADCOOKIE)},
		 3,
		 1},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(found("SERVER-COOKIE-WRONG", cases[i].given, cases[i].count),
				 cases[i].findings);
}

static void test_edns(void **state)
{
	static const uint8_t back[4] = {PROBE_UNKNOWN_OPTION >> 8, PROBE_UNKNOWN_OPTION & 0xff};
	struct given given = {.kind = PROBE_EDNS_VERSION, .type = TYPE_SOA};
	given.rcode = RCODE_BADVERS;
	assert_int_equal(found("SERVER-EDNS-VERSION", &given, 1), 0);
	given.rcode = RCODE_NOERROR;
	assert_int_equal(found("SERVER-EDNS-VERSION", &given, 1), 1);
	given.is_lost = true;
	assert_int_equal(found("SERVER-EDNS-VERSION", &given, 1), 1);
	given = (struct given){.kind = PROBE_EDNS_OPTION, .type = TYPE_SOA, .has_soa = true};
	assert_int_equal(found("SERVER-EDNS-OPTION", &given, 1), 0);
	given.option = back;
	given.option_size = sizeof(back);
	assert_int_equal(found("SERVER-EDNS-OPTION", &given, 1), 1);
	given = (struct given){.kind = PROBE_EDNS_FLAG, .type = TYPE_SOA, .rcode = RCODE_FORMERR};
	assert_int_equal(found("SERVER-EDNS-FLAGS", &given, 1), 1);
	given = (struct given){.kind = PROBE_EDNS_SMALL, .type = TYPE_DNSKEY, .flags = FLAG_TC};
	assert_int_equal(found("SERVER-EDNS-LOST", &given, 1), 0);
	given.without_edns = true;
	assert_int_equal(found("SERVER-EDNS-LOST", &given, 1), 1);
	given.flags = 0;
	assert_int_equal(found("SERVER-EDNS-LOST", &given, 1), 0);
}

static void test_absent(void **state)
{
	struct given given[2] = {
		{.kind = PROBE_ABSENT,
		 .type = TYPE_A,
		 .flags = FLAG_AA,
		 .rcode = RCODE_NXDOMAIN,
		 .name = "none.example."},
		{.kind = PROBE_ABSENT, .type = TYPE_ANY, .flags = FLAG_AA, .name = "*.example."}};
	assert_int_equal(found("SERVER-ABSENT-WRONG", given, 1), 0);
	given[0].rcode = RCODE_SERVFAIL;
	assert_int_equal(found("SERVER-ABSENT-WRONG", given, 1), 1);
	given[0].rcode = RCODE_NOERROR;
	assert_int_equal(found("SERVER-ABSENT-WRONG", given, 1), 0); /* nobody knows */
	assert_int_equal(found("SERVER-ABSENT-WRONG", given, 2), 1);
	given[1].rcode = RCODE_NXDOMAIN;
	assert_int_equal(found("SERVER-ABSENT-WRONG", given, 2), 1);
	given[1].rcode = RCODE_REFUSED;
	assert_int_equal(found("SERVER-ABSENT-WRONG", given, 2), 0);
	given[1].rcode = RCODE_NOERROR;
	given[1].texts = 1; /* a wildcard without A */
	assert_int_equal(found("SERVER-ABSENT-WRONG", given, 2), 0);
	given[1].texts = 0;
	given[1].flags = FLAG_AA | FLAG_TC;
	assert_int_equal(found("SERVER-ABSENT-WRONG", given, 2), 0);
	given[1].flags = FLAG_AA;
	given[0].texts = 1;
	assert_int_equal(found("SERVER-ABSENT-WRONG", given, 2), 0);
}

static void test_any(void **state)
{
	struct given given = {.kind = PROBE_LARGE, .type = TYPE_ANY, .flags = FLAG_AA, .texts = 1};
	assert_int_equal(found("SERVER-ANY-LARGE", &given, 1), 0);
	given.texts = 3;
	assert_int_equal(found("SERVER-ANY-LARGE", &given, 1), 1);
	given.flags |= FLAG_TC;
	assert_int_equal(found("SERVER-ANY-LARGE", &given, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cookies),
		cmocka_unit_test(test_edns),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_any),
	};
	return cmocka_run_group_tests_name("judge/check manners", tests, NULL, NULL);
}
