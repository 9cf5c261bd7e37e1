/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digests of zones, against RFC 8976 app. A.1 and against digests made by another program. */
#include "base/arena.h"
#include "base/text.h"
#include "dns/dnssec/zonemd.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "dns/wire/zonefile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define RECORDS_MAX 40
#define APEX ((const uint8_t *)"\7EXAMPLE")

#define SIMPLE                                                                                 \
	"example. 86400 IN SOA ns1.example. admin.example. 2018031900 1800 900 604800 86400\n" \
	"example. 86400 IN NS ns1.example.\n"                                                  \
	"example. 86400 IN NS ns2.example.\n"                                                  \
	"ns1.example. 3600 IN A 203.0.113.63\n"                                                \
	"ns2.example. 3600 IN AAAA 2001:db8::63\n"
#define SIMPLE_SHA384                                      \
	"c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3" \
	"a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c"
#define SIMPLE_SHA512                                                      \
	"500d47a50c572d7f9501a01a5fa1fc2b64b1e9a58198784a6d9b0ab95fbba8a1" \
	"dc9c7836c9ac4960a5625a7a67e3abe963a4d870cb97e3e67fb0a130463b33f1"

/* A delegation with glue, a name that it occludes, a wildcard, a ZONEMD record elsewhere. */
#define RICHER                                                    \
	SIMPLE "sub.example. 7200 IN NS NS.sub.example.\n"        \
	       "ns.sub.example. 7200 IN A 192.0.2.1\n"            \
	       "b.example. 60 IN TXT foo\n"                       \
	       "B.example. 60 IN TXT zz\n"                        \
	       "b.example. 60 IN A 1.2.3.4\n"                     \
	       "*.example. 60 IN TXT foo\n"                       \
	       "occluded.sub.example. 60 IN TXT x\n"              \
	       "zm.example. 60 IN ZONEMD 1 1 1 "                  \
	       "111111111111111111111111111111111111111111111111" \
	       "111111111111111111111111111111111111111111111111\n"
#define RICHER_SHA384                                      \
	"de0dfdd33b76a3f00788f72297a9d9f6b80aef174858ff22" \
	"2f078f52e82e07213b195ebc880753a1c8f8d48c13883154"
#define RICHER_SHA512                                                      \
	"5238bfd443237fe18d77d0faca8458f9fb69610ee5daf947d9d2e42283839115" \
	"daa950968f2a908e73bec525e4b9325792212472c96f93bb03e3d04d16ba4472"

#define ZONEMD(serial, numbers, digest) \
	"example. 86400 IN ZONEMD " serial " " numbers " " digest "\n"
#define SERIAL "2018031900"

struct zone {
	struct arena arena;
	struct record records[RECORDS_MAX];
	size_t count;
};

static int take(void *context, const struct record *record)
{
	struct zone *zone = context;
	struct record *own = &zone->records[zone->count++];

	assert_true(zone->count <= RECORDS_MAX);
	*own = *record;
	own->owner = arena_copy(&zone->arena, record->owner, name_size(record->owner));
	own->rdata = arena_copy(&zone->arena, record->rdata, record->rdata_size);
	return OK;
}

static void read_zone(struct zone *zone, const char *text)
{
	const struct zonefile zonefile = {
		.origin = (const uint8_t *)"", .take = take, .context = zone};
	struct complaint complaint = {""};

	zone->count = 0;
	arena_init(&zone->arena, 1 << 20, 0);
	if (zonefile_read(&zonefile, text, strlen(text), &complaint) < 0)
		fail_msg("%s", complaint.text);
}

static enum zonemd_result verify(const char *text)
{
	struct zone zone;

	read_zone(&zone, text);
	const enum zonemd_result result = zonemd_verify(APEX, zone.records, zone.count);

	arena_release(&zone.arena);
	assert_non_null(zonemd_result_text(result));
	return result;
}

static void test_digests(void **state)
{
	static const struct {
		const char *zone;
		enum zonemd_hash hash;
		const char *digest;
	} cases[] = {
		{SIMPLE, ZONEMD_SHA384, SIMPLE_SHA384},
		{SIMPLE, ZONEMD_SHA512, SIMPLE_SHA512},
		{RICHER, ZONEMD_SHA384, RICHER_SHA384},
		{RICHER, ZONEMD_SHA512, RICHER_SHA512},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t digest[ZONEMD_DIGEST_MAX_OCTETS];
		char text[2 * ZONEMD_DIGEST_MAX_OCTETS + 1];
		struct zone zone;

		read_zone(&zone, cases[i].zone);
		const size_t size =
			zonemd_digest(APEX, zone.records, zone.count, cases[i].hash, digest);

		assert_int_equal(hex_from_octets(digest, size, text, sizeof(text)), OK);
		for (char *letter = text; *letter; letter++)
			*letter = (char)(*letter >= 'A' && *letter <= 'F' ? *letter + 32 : *letter);
		assert_string_equal(text, cases[i].digest);
		arena_release(&zone.arena);
	}
}

static void test_good(void **state)
{
	assert_int_equal(verify(SIMPLE ZONEMD(SERIAL, "1 1", SIMPLE_SHA384)), ZONEMD_GOOD);
	assert_int_equal(verify(RICHER ZONEMD(SERIAL, "1 2", RICHER_SHA512)), ZONEMD_GOOD);
	/* Twice the same, as a transfer brings the SOA; one good among others. */
	assert_int_equal(verify(SIMPLE ZONEMD(SERIAL, "1 1", SIMPLE_SHA384) SIMPLE), ZONEMD_GOOD);
	assert_int_equal(verify(SIMPLE ZONEMD(SERIAL, "1 1", SIMPLE_SHA384)
					ZONEMD(SERIAL, "1 2", RICHER_SHA512)),
			 ZONEMD_GOOD);
	assert_int_equal(verify(SIMPLE ZONEMD(SERIAL, "1 1", RICHER_SHA384)
					ZONEMD(SERIAL, "1 2", SIMPLE_SHA512)),
			 ZONEMD_GOOD);
	/* Its own signature is left out; another one counts. */
	assert_int_equal(
		verify(SIMPLE ZONEMD(
			SERIAL, "1 1",
			SIMPLE_SHA384) "example. 86400 IN RRSIG ZONEMD 13 1 86400 20300101000000 "
				       "20200101000000 1 example. AAAA\n"),
		ZONEMD_GOOD);
	assert_int_equal(
		verify(SIMPLE ZONEMD(
			SERIAL, "1 1",
			SIMPLE_SHA384) "example. 86400 IN RRSIG SOA 13 1 86400 20300101000000 "
				       "20200101000000 1 example. AAAA\n"),
		ZONEMD_WRONG);
}

static void test_not_good(void **state)
{
	assert_int_equal(verify(SIMPLE), ZONEMD_ABSENT);
	assert_int_equal(verify("ns1.example. 3600 IN A 203.0.113.63\n"), ZONEMD_NO_SOA);
	assert_int_equal(verify(SIMPLE "example. 60 IN SOA . . 1 2 3 4 5\n"), ZONEMD_NO_SOA);
	assert_int_equal(verify(SIMPLE ZONEMD("2018031901", "1 1", SIMPLE_SHA384)), ZONEMD_SERIAL);
	assert_int_equal(verify(SIMPLE ZONEMD(SERIAL, "240 1", SIMPLE_SHA384)), ZONEMD_UNSUPPORTED);
	assert_int_equal(verify(SIMPLE ZONEMD(SERIAL, "1 240", SIMPLE_SHA384)), ZONEMD_UNSUPPORTED);
	assert_int_equal(verify(SIMPLE ZONEMD(SERIAL, "1 1", "c68090d90a7aed716bc459f9")),
			 ZONEMD_UNSUPPORTED);
	assert_int_equal(verify(SIMPLE ZONEMD(SERIAL, "1 1", SIMPLE_SHA384)
					ZONEMD(SERIAL, "1 1", RICHER_SHA384)),
			 ZONEMD_AMBIGUOUS);
	assert_int_equal(verify(SIMPLE ZONEMD(SERIAL, "1 1", RICHER_SHA384)), ZONEMD_WRONG);
	/* A TTL, a record more, a record less. */
	assert_int_equal(verify(SIMPLE ZONEMD(SERIAL, "1 1",
					      SIMPLE_SHA384) "new.example. 1 IN A 192.0.2.1\n"),
			 ZONEMD_WRONG);
}

/* Each record left out, each octet of data changed: seen. */
static void test_every_change_shows(void **state)
{
	struct zone zone;

	read_zone(&zone, RICHER ZONEMD(SERIAL, "1 1", RICHER_SHA384));
	assert_int_equal(zonemd_verify(APEX, zone.records, zone.count), ZONEMD_GOOD);
	for (size_t i = 0; i < zone.count; i++) {
		struct record *record = &zone.records[i];
		uint8_t changed[512];
		const struct record before = *record;

		if (record->type == TYPE_ZONEMD || record->type == TYPE_SOA)
			continue;
		memcpy(changed, record->rdata, record->rdata_size);
		record->rdata = changed;
		for (size_t at = record->type == TYPE_NS; at < record->rdata_size; at++) {
			changed[at] ^= 1;
			struct record copy[RECORDS_MAX];

			memcpy(copy, zone.records, sizeof(copy));
			assert_int_equal(zonemd_verify(APEX, copy, zone.count), ZONEMD_WRONG);
			changed[at] ^= 1;
		}
		*record = before;
		record->ttl++;
		struct record copy[RECORDS_MAX];

		memcpy(copy, zone.records, sizeof(copy));
		assert_int_equal(zonemd_verify(APEX, copy, zone.count), ZONEMD_WRONG);
		record->ttl--;
	}
	arena_release(&zone.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digests),
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_not_good),
		cmocka_unit_test(test_every_change_shows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
