/* SPDX-License-Identifier: GPL-3.0-or-later */
/* As what a thing was used, from when until when; what was not seen neither begins nor ends it. */
#include "base/text.h"
#include "dns/wire/name.h"
#include "judge/change/scene.h"
#include "judge/change/use.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HOST_NS "bank.tld. 3600 IN NS ns1.host.tld.\nbank.tld. 3600 IN NS ns2.host.tld."
#define WOLF_NS "bank.tld. 3600 IN NS NS1.wolf.tld."
#define DS_OF_1                             \
	"\nbank.tld. 3600 IN DS 4711 13 2 " \
	"00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"
#define HOSTS "ns1.host.tld. 300 IN A 198.18.1.2\nns2.host.tld. 300 IN A 198.18.1.4"
#define WOLF_HOSTS "ns1.wolf.tld. 300 IN A 198.18.3.2"
#define HOST_ZONE                                          \
	HOST_NS "\nbank.tld. 3600 IN A 198.18.1.10\n"      \
		"bank.tld. 3600 IN MX 10 mail.bank.tld.\n" \
		"bank.tld. 3600 IN DNSKEY 257 3 13 AwEAAQ=="
#define WOLF_ZONE WOLF_NS "\nbank.tld. 300 IN A 198.18.3.10\nbank.tld. 300 IN MX 5 MX.wolf.tld."

static const struct scene hijack[] = {
	{.from_s = 0,
	 .to_s = 10 * SCENE_DAY,
	 .parent = HOST_NS DS_OF_1,
	 .hosts = HOSTS,
	 .zone = HOST_ZONE,
	 .lookups = "www.bank.tld. 300 IN A 198.18.1.10"},
	{.from_s = 11 * SCENE_DAY,
	 .to_s = 11 * SCENE_DAY,
	 .parent = WOLF_NS,
	 .hosts = WOLF_HOSTS,
	 .zone = WOLF_ZONE,
	 .lookups = "www.bank.tld. 300 IN A 198.18.3.11"},
	/* Nobody answers: what the zone says is not known. */
	{.from_s = 12 * SCENE_DAY, .to_s = 12 * SCENE_DAY, .parent = WOLF_NS, .hosts = WOLF_HOSTS},
	{.from_s = 13 * SCENE_DAY,
	 .to_s = 14 * SCENE_DAY,
	 .parent = HOST_NS DS_OF_1,
	 .hosts = HOSTS,
	 .zone = HOST_ZONE,
	 .lookups = "www.bank.tld. 300 IN A 198.18.1.10"},
};

static bool look(struct stage *stage, size_t count, const struct use_query *query,
		 struct use *ret_use)
{
	assert_int_equal(stage_play(stage, hijack, count, 1), OK);
	return change_past_uses(stage->past, query, ret_use);
}

static struct use_query of_name(enum use_kind kind, const char *text, struct name *name)
{
	assert_int_equal(name_from_text(text, name, NULL), OK);
	return (struct use_query){.kind = kind, .name = name->octets};
}

static struct use_query of_prefix(const char *address, uint8_t bits)
{
	struct use_query query = {.kind = USE_PREFIX, .bits = bits};
	assert_int_equal(ip_from_text(address, &query.ip), OK);
	return query;
}

static int64_t day(int64_t days)
{
	return SCENE_START + days * SCENE_DAY;
}

static void test_name_server(void **state)
{
	struct stage stage;
	struct name name;
	struct use use;
	const struct use_query query = of_name(USE_NAME_SERVER, "ns1.wolf.tld.", &name);
	stage_init(&stage);
	assert_true(look(&stage, 4, &query, &use));
	const struct use_span *parent = &use.ways[USE_AS_PARENT_NS];
	const struct use_span *zone = &use.ways[USE_AS_ZONE_NS];
	assert_int_equal(parent->times, 1);
	assert_int_equal(parent->first_s, day(11));
	assert_int_equal(parent->last_s, day(12));
	assert_int_equal(parent->gone_s, day(13));
	assert_false(parent->is_from_start);
	assert_int_equal(zone->last_s, day(11));
	assert_int_equal(zone->gone_s, day(13));
	assert_int_equal(use.whole.last_s, day(12));
	assert_int_equal(use.whole.gone_s, day(13));
	/* A silent zone has not stopped to use it. */
	assert_true(look(&stage, 3, &query, &use));
	assert_int_equal(use.ways[USE_AS_ZONE_NS].gone_s, 0);
	assert_int_equal(use.whole.gone_s, 0);
	stage_release(&stage);
}

static void test_came_back(void **state)
{
	struct stage stage;
	struct name name;
	struct use use;
	const struct use_query query = of_name(USE_NAME_SERVER, "ns2.host.tld.", &name);
	stage_init(&stage);
	assert_true(look(&stage, 4, &query, &use));
	assert_int_equal(use.whole.times, 2);
	assert_true(use.whole.is_from_start);
	assert_int_equal(use.whole.first_s, day(0));
	assert_int_equal(use.whole.last_s, day(14));
	assert_int_equal(use.whole.gone_s, 0);
	stage_release(&stage);
}

static void test_addresses(void **state)
{
	struct stage stage;
	struct use use;
	struct use_query query = of_prefix("198.18.3.0", 24);
	stage_init(&stage);
	assert_true(look(&stage, 2, &query, &use));
	assert_int_equal(use.ways[USE_AS_SERVER_ADDRESS].times, 1);
	assert_int_equal(use.ways[USE_AS_ADDRESS].times, 1);
	assert_int_equal(use.ways[USE_AS_WWW].times, 1);
	assert_int_equal(use.ways[USE_AS_MAIL_HOST].times, 0);
	query = of_prefix("198.18.3.2", 32);
	assert_true(look(&stage, 2, &query, &use));
	assert_int_equal(use.ways[USE_AS_ADDRESS].times, 0);
	query = of_prefix("198.18.3.8", 30);
	assert_true(look(&stage, 2, &query, &use));
	assert_int_equal(use.ways[USE_AS_SERVER_ADDRESS].times, 0);
	query = of_prefix("198.18.3.12", 30);
	assert_false(look(&stage, 2, &query, &use));
	query = of_prefix("2001:db8::", 32);
	assert_false(look(&stage, 2, &query, &use));
	stage_release(&stage);
}

static void test_mail_host(void **state)
{
	struct stage stage;
	struct name name;
	struct use use;
	struct use_query query = of_name(USE_MAIL_HOST, "mx.wolf.tld.", &name);
	stage_init(&stage);
	assert_true(look(&stage, 4, &query, &use));
	assert_int_equal(use.ways[USE_AS_MAIL_HOST].first_s, day(11));
	assert_int_equal(use.ways[USE_AS_MAIL_HOST].gone_s, day(13));
	query = of_name(USE_MAIL_HOST, "ns1.wolf.tld.", &name);
	assert_false(look(&stage, 4, &query, &use));
	stage_release(&stage);
}

static void test_keys(void **state)
{
	struct stage stage;
	struct use use;
	struct use_query query = {.kind = USE_KEY_TAG, .key_tag = 4711};
	size_t size = 0;
	stage_init(&stage);
	assert_true(look(&stage, 2, &query, &use));
	assert_int_equal(use.ways[USE_AS_DS].gone_s, day(11));
	assert_int_equal(use.ways[USE_AS_DNSKEY].times, 0);
	/* Flags, protocol and algorithm, key: RFC 4034 appendix B. */
	query.key_tag = 0x0101 + 0x030d + 0x0301 + 0x0001;
	assert_true(look(&stage, 4, &query, &use));
	assert_int_equal(use.ways[USE_AS_DNSKEY].times, 2);
	query = (struct use_query){.kind = USE_KEY_DIGEST};
	assert_int_equal(
		hex_to_octets("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
			      64, query.digest, USE_DIGEST_OCTETS, &size),
		OK);
	assert_true(look(&stage, 4, &query, &use));
	assert_int_equal(use.ways[USE_AS_DS].times, 2);
	/* SHA-256 of 03 01 00 01, which is the key in the DNSKEY. */
	assert_int_equal(
		hex_to_octets("d2b26a12b61982d88f5f437a50686177857c877a4f80e66454dc1c4dfbc512f2",
			      64, query.digest, USE_DIGEST_OCTETS, &size),
		OK);
	assert_true(look(&stage, 4, &query, &use));
	assert_int_equal(use.ways[USE_AS_DNSKEY].times, 2);
	/* And of all of its data. */
	assert_int_equal(
		hex_to_octets("4fc751144ae79ec8ede93a277c7b7d3415743df4fe6f4704b027032ce957fced",
			      64, query.digest, USE_DIGEST_OCTETS, &size),
		OK);
	assert_true(look(&stage, 4, &query, &use));
	query.digest[0] ^= 1;
	assert_false(look(&stage, 4, &query, &use));
	stage_release(&stage);
}

static void test_words(void **state)
{
	for (unsigned int i = 0; i < USE_WAY_COUNT; i++) {
		assert_true(strlen(use_way_text((enum use_way)i)) > 0);
		assert_true(strlen(use_way_words((enum use_way)i)) > 0);
	}
	assert_string_equal(use_kind_text(USE_MAIL_HOST), "mx");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name_server), cmocka_unit_test(test_came_back),
		cmocka_unit_test(test_addresses),   cmocka_unit_test(test_mail_host),
		cmocka_unit_test(test_keys),        cmocka_unit_test(test_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
