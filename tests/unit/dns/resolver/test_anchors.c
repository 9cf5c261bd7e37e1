/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of trust anchors: zone files, and what validators keep by RFC 5011. */
#include "base/arena.h"
#include "dns/resolver/resolver.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW_S 1767225600 /* 2026-01-01 */
#define KEY "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4="

struct lab {
	struct arena arena;
	struct complaint complaint;
	struct record *records;
	size_t count;
};

static int set_up(void **state)
{
	static struct lab lab;
	lab = (struct lab){0};
	arena_init(&lab.arena, 1 << 20, 0);
	*state = &lab;
	return 0;
}

static int tear_down(void **state)
{
	struct lab *lab = *state;
	arena_release(&lab->arena);
	return 0;
}

static int read_text(struct lab *lab, const char *text)
{
	char path[] = "/tmp/dsfi-anchors-XXXXXX";
	const int descriptor = mkstemp(path);
	assert_true(descriptor >= 0);
	assert_int_equal(write(descriptor, text, strlen(text)), (ssize_t)strlen(text));
	close(descriptor);
	lab->count = 0;
	lab->complaint.text[0] = '\0';
	const int error = anchors_from_file(&lab->arena, &(struct anchors_source){path, NOW_S},
					    &lab->records, &lab->count, &lab->complaint);
	unlink(path);
	return error;
}

/* The flags of the keys that are trusted, or their owners, tell which they are. */
static uint16_t flags_of(const struct record *record)
{
	struct dnskey_rdata dnskey;
	assert_int_equal(rdata_dnskey(record, &dnskey), OK);
	return dnskey.flags;
}

static void the_root_is_built_in(void **state)
{
	struct lab *lab = *state;
	struct ds_rdata ds;
	assert_int_equal(anchors_built_in(&lab->arena, &lab->records, &lab->count), OK);
	assert_int_equal(lab->count, 2);
	assert_int_equal(rdata_ds(&lab->records[0], &ds), OK);
	assert_int_equal(ds.key_tag, 20326);
	assert_int_equal(rdata_ds(&lab->records[1], &ds), OK);
	assert_int_equal(ds.key_tag, 38696);
}

static void zone_files(void **state)
{
	struct lab *lab = *state;
	assert_int_equal(read_text(lab, "; ours\nexample. 1 IN DNSKEY 257 3 15 " KEY "\n"), OK);
	assert_int_equal(lab->count, 1);
	assert_int_equal(lab->records[0].type, TYPE_DNSKEY);
	/* Several a zone, several zones, without a last line feed. */
	assert_int_equal(read_text(lab, "a. DNSKEY 257 3 15 " KEY "\na. DS 1 15 2 "
					"000102030405060708090a0b0c0d0e0f"
					"101112131415161718191a1b1c1d1e1f\n"
					"b. DNSKEY 257 3 15 " KEY),
			 OK);
	assert_int_equal(lab->count, 3);
	assert_true(name_equal(lab->records[2].owner, (const uint8_t *)"\1b"));
}

static void what_is_no_anchor(void **state)
{
	struct lab *lab = *state;
	assert_int_equal(read_text(lab, "example. 1 IN A 192.0.2.1\n"), ERR_FORMAT);
	assert_true(read_text(lab, "\nexample. 1 IN DS rubbish\n") < 0);
	assert_non_null(strstr(lab->complaint.text, "line 2"));
	assert_int_equal(read_text(lab, "; nothing\n"), ERR_FORMAT);
	assert_non_null(strstr(lab->complaint.text, "holds no trust anchor"));
	/* Without states, a CDNSKEY is a mistake and not a key that waits. */
	assert_int_equal(read_text(lab, "a. CDNSKEY 257 3 15 " KEY "\n"), ERR_FORMAT);
	const struct anchors_source nowhere = {"/nowhere/at/all", NOW_S};
	assert_int_equal(anchors_from_file(&lab->arena, &nowhere, &lab->records, &lab->count,
					   &lab->complaint),
			 ERR_NOT_FOUND);
}

/* RFC 5011 s2.1. */
static void revoked_keys_are_left_out(void **state)
{
	struct lab *lab = *state;
	assert_int_equal(read_text(lab, ". DNSKEY 385 3 15 " KEY "\n. DNSKEY 257 3 15 " KEY "\n"),
			 OK);
	assert_int_equal(lab->count, 1);
	assert_int_equal(flags_of(&lab->records[0]), 257);
	assert_int_equal(read_text(lab, ". DNSKEY 385 3 15 " KEY "\n"), ERR_FORMAT);
	assert_non_null(strstr(lab->complaint.text, "RFC 5011"));
}

#define AUTOTRUST(owner, state)                                                                    \
	owner "\t172800\tIN\tDNSKEY\t257 3 15 " KEY " ;{id = 1 (ksk), size = 256b} ;;state=" state \
	      " ;;count=0 ;;lastchange=1 ;;Thu Jan  1 00:00:01 1970\n"

static void states_of_unbound(void **state)
{
	struct lab *lab = *state;
	static const char head[] =
		"; autotrust trust anchor file\n;;id: . 1\n;;last_queried: 1 ;;x\n";
	char text[4096];
	snprintf(text, sizeof(text), "%s%s%s%s%s%s%s", head, AUTOTRUST("start.", "0 [  START  ]"),
		 AUTOTRUST("pending.", "1 [ ADDPEND ]"), AUTOTRUST("valid.", "2 [  VALID  ]"),
		 AUTOTRUST("missing.", "3 [ MISSING ]"), AUTOTRUST("revoked.", "4 [ REVOKED ]"),
		 AUTOTRUST("removed.", "5 [ REMOVED ]"));
	assert_int_equal(read_text(lab, text), OK);
	assert_int_equal(lab->count, 2);
	assert_true(name_equal(lab->records[0].owner, (const uint8_t *)"\5valid"));
	assert_true(name_equal(lab->records[1].owner, (const uint8_t *)"\7missing"));
	assert_int_equal(read_text(lab, AUTOTRUST("pending.", "1 [ ADDPEND ]")), ERR_FORMAT);
	assert_non_null(strstr(lab->complaint.text, "(RFC 5011): 1"));
}

#define KEYDATA(owner, from, until)                                                 \
	owner " KEYDATA 20260102000000 " from " " until " 257 3 15 (\n\t\t\t\t" KEY \
	      "\n\t\t\t\t) ; KSK; alg = ED25519 ; key id = 1\n\t\t\t\t; trusted since: x\n"

static void times_of_bind(void **state)
{
	struct lab *lab = *state;
	static const char head[] =
		"$ORIGIN .\n$TTL 0\t; 0 seconds\n@\tIN SOA\t. . (\n\t\t5 ; serial\n"
		"\t\t0\n\t\t0\n\t\t0\n\t\t0\n\t\t)\n";
	char text[4096];
	snprintf(text, sizeof(text), "%s%s%s%s%s", head,
		 KEYDATA("valid", "20251201000000", "19700101000000"),
		 KEYDATA("pending", "20260130000000", "19700101000000"),
		 KEYDATA("removed", "20251201000000", "20260130000000"),
		 KEYDATA("now", "20260101000000", "19700101000000"));
	assert_int_equal(read_text(lab, text), OK);
	assert_int_equal(lab->count, 2);
	assert_true(name_equal(lab->records[0].owner, (const uint8_t *)"\5valid"));
	assert_true(name_equal(lab->records[1].owner, (const uint8_t *)"\3now"));
	/* Times that are none: nothing is guessed. */
	assert_true(read_text(lab, KEYDATA("a.", "2025", "19700101000000")) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_root_is_built_in, set_up, tear_down),
		cmocka_unit_test_setup_teardown(zone_files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_anchor, set_up, tear_down),
		cmocka_unit_test_setup_teardown(revoked_keys_are_left_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(states_of_unbound, set_up, tear_down),
		cmocka_unit_test_setup_teardown(times_of_bind, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
