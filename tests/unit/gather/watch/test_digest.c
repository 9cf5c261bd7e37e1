/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What counts in a referral, and what does not. */
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "gather/watch/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DOMAIN "bank.tld."
#define LINES_MAX 16

struct line {
	enum section section;
	const char *text;
};

static struct digest digest_of(const struct line *lines)
{
	struct record records[LINES_MAX];
	struct message message = {.records = records};
	struct complaint complaint = {""};
	struct digest servers, digest;
	struct arena arena;
	struct name domain;
	arena_init(&arena, 1 << 20, 0);
	assert_int_equal(name_from_text(DOMAIN, &domain, NULL), OK);
	for (; lines->text != NULL; lines++) {
		struct record *record = &records[message.record_count++];
		if (record_from_text(&arena, lines->text, record, &complaint) != OK)
			fail_msg("%s: %s", lines->text, complaint.text);
		record->section = (uint8_t)lines->section;
	}
	const struct digest_question question = {&message, domain.octets, SECTION_AUTHORITY};
	assert_int_equal(digest_servers(&arena, &question, &servers), OK);
	assert_int_equal(digest_ds(&arena, &question, &servers, &digest), OK);
	arena_release(&arena);
	return digest;
}

#define NS1                                                             \
	{                                                               \
		SECTION_AUTHORITY, "bank.tld. 3600 IN NS ns1.host.tld." \
	}
#define NS2                                                            \
	{                                                              \
		SECTION_AUTHORITY, "bank.tld. 3600 IN NS ns.bank.tld." \
	}
#define DS1                                                            \
	{                                                              \
		SECTION_AUTHORITY, "bank.tld. 3600 IN DS 1 13 2 " HASH \
	}
#define DS2                                                            \
	{                                                              \
		SECTION_AUTHORITY, "bank.tld. 3600 IN DS 2 13 2 " HASH \
	}
#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define GLUE                                                           \
	{                                                              \
		SECTION_ADDITIONAL, "ns.bank.tld. 3600 IN A 192.0.2.1" \
	}

static const struct line plain[] = {NS1, NS2, DS1, GLUE, {0}};

static void test_same(void **state)
{
	static const struct line turned[] = {GLUE, DS1, NS2, NS1, {0}};
	static const struct line twice[] = {NS1, NS2, DS1, GLUE, NS1, GLUE, {0}};
	static const struct line dressed[] = {
		{SECTION_AUTHORITY, "BANK.tld. 60 IN NS ns1.host.tld."},
		NS2,
		{SECTION_AUTHORITY, "Bank.TLD. 5 IN DS 1 13 2 " HASH},
		GLUE,
		/* Of others, and of no account. */
		{SECTION_ADDITIONAL, "ns1.host.tld. 3600 IN A 192.0.2.7"},
		{SECTION_ADDITIONAL, "www.bank.tld. 3600 IN A 192.0.2.8"},
		{SECTION_AUTHORITY, "host.tld. 3600 IN NS ns1.host.tld."},
		{SECTION_ANSWER, "bank.tld. 3600 IN NS ns9.host.tld."},
		{SECTION_AUTHORITY, "bank.tld. 3600 IN TXT \"words\""},
		{0}};
	const struct digest digest = digest_of(plain);
	const struct digest others[] = {digest_of(turned), digest_of(twice), digest_of(dressed)};
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_true(digest_equal(&digest, &others[i]));
	(void)state;
}

static void test_different(void **state)
{
	static const struct line without_ns[] = {NS1, DS1, {0}};
	static const struct line without_ds[] = {NS1, NS2, GLUE, {0}};
	static const struct line other_ds[] = {NS1, NS2, DS2, GLUE, {0}};
	static const struct line both_ds[] = {NS1, NS2, DS1, DS2, GLUE, {0}};
	static const struct line without_glue[] = {NS1, NS2, DS1, {0}};
	static const struct line other_glue[] = {
		NS1, NS2, DS1, {SECTION_ADDITIONAL, "ns.bank.tld. 3600 IN A 192.0.2.2"}, {0}};
	static const struct line more_glue[] = {
		NS1, NS2, DS1, GLUE, {SECTION_ADDITIONAL, "ns.bank.tld. 1 IN AAAA 2001:db8::1"},
		{0}};
	static const struct line nothing[] = {{0}};
	static const struct line *const all[] = {plain,      without_ns, without_ds,
						 other_ds,   both_ds,    without_glue,
						 other_glue, more_glue,  nothing};
	struct digest digests[sizeof(all) / sizeof(all[0]) + 2];
	size_t count = 0;
	for (; count < sizeof(all) / sizeof(all[0]); count++)
		digests[count] = digest_of(all[count]);
	digest_denial(true, &digests[count++]);
	digest_denial(false, &digests[count++]);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < i; j++)
			assert_false(digest_equal(&digests[i], &digests[j]));
	}
	(void)state;
}

/* What is kept in stores must not change from one version to the next. */
static void test_lasting(void **state)
{
	static const struct line one[] = {NS1, {0}};
	const struct digest digest = digest_of(one);
	char text[2 * DIGEST_OCTETS + 1];
	for (size_t i = 0; i < DIGEST_OCTETS; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", digest.octets[i]);
	assert_string_equal(text, "00f43404edbabf585986b2386563b01d");
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_different),
		cmocka_unit_test(test_lasting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
