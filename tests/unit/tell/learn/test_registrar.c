/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is handed to the registry, and what it has then. */
#include "base/memory.h"
#include "os/file.h"
#include "tell/learn/registrar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DIGEST "0000000000000000000000000000000000000000000000000000000000000001"

static int begin(void **state)
{
	static struct desk desk;
	const char *closest;
	char *folder;
	if (folder_make_temporary("dsfi-test-", NULL, &folder))
		return -1;
	snprintf(desk.folder, sizeof(desk.folder), "%s", folder);
	memory_give(folder);
	desk.lesson = lesson_find("read", &closest);
	desk.server = &desk.lesson->servers[0];
	*state = &desk;
	return desk_lay_out(&desk, NULL);
}

static int end(void **state)
{
	const struct desk *desk = *state;
	return folder_remove(desk->folder, NULL);
}

static int hand_in(const struct desk *desk, const char *records, struct complaint *complaint)
{
	struct text order;
	struct text said;
	text_init(&order, 65536);
	text_init(&said, 65536);
	text_add(&order, records);
	int error = registrar_take(desk, &order, &said, complaint);
	text_release(&order);
	text_release(&said);
	return error;
}

static void expect(const struct desk *desk, const char *name, const char *expected)
{
	struct text text;
	text_init(&text, 65536);
	assert_int_equal(desk_read(desk, name, &text), 0);
	assert_string_equal(text_get(&text), expected);
	text_release(&text);
}

static void test_taken(void **state)
{
	const struct desk *desk = *state;
	assert_int_equal(hand_in(desk, "rose.tld. DS 1 13 2 " DIGEST "\n", NULL), 0);
	assert_int_equal(hand_in(desk, "LILY.tld. 60 IN DS 2 13 2 " DIGEST "\n", NULL), 0);
	expect(desk, DESK_REGISTRY,
	       "rose.tld. 3 IN DS 1 13 2 " DIGEST "\nlily.tld. 3 IN DS 2 13 2 " DIGEST "\n");
	assert_int_equal(hand_in(desk, "rose.tld. DS 3 13 2 " DIGEST "\n", NULL), 0);
	expect(desk, DESK_REGISTRY,
	       "lily.tld. 3 IN DS 2 13 2 " DIGEST "\nrose.tld. 3 IN DS 3 13 2 " DIGEST "\n");
	assert_int_equal(hand_in(desk, "lily.tld. DS 0 0 0 00\n", NULL), 0);
	expect(desk, DESK_REGISTRY, "rose.tld. 3 IN DS 3 13 2 " DIGEST "\n");
	expect(desk, DESK_CHANGES, "rose.tld. by hand\nlily.tld. by hand\n");
}

/* Only a key for entry into the zone (SEP) is made a DS record of. */
static void test_key(void **state)
{
	const struct desk *desk = *state;
	struct complaint complaint = {""};
	const char *zone_key = "rose.tld. DNSKEY 256 3 13 "
			       "yEXh7tA1pYmtj9o8PE+/+gKPKyxMUTunksGuCmsKRo011YkEBXTnvjuVMLAfGOgr"
			       "5A1XmHojKu5//Y+cRu9xaA==\n";
	assert_int_equal(hand_in(desk, zone_key, &complaint), ERR_FORMAT);
	assert_non_null(strstr(complaint.text, "nothing was handed"));
	const char *key = "rose.tld. DNSKEY 257 3 13 "
			  "yEXh7tA1pYmtj9o8PE+/+gKPKyxMUTunksGuCmsKRo011YkEBXTnvjuVMLAfGOgr"
			  "5A1XmHojKu5//Y+cRu9xaA==\n";
	assert_int_equal(hand_in(desk, key, NULL), 0);
	struct text text;
	text_init(&text, 65536);
	assert_int_equal(desk_read(desk, DESK_REGISTRY, &text), 0);
	assert_non_null(strstr(text_get(&text), "rose.tld. 3 IN DS 6256 13 2 "));
	text_release(&text);
}

static void expect_refusal(const struct desk *desk, const char *records, const char *words)
{
	struct complaint complaint = {""};
	assert_true(hand_in(desk, records, &complaint) < 0);
	if (!strstr(complaint.text, words))
		fail_msg("'%s' does not say '%s'", complaint.text, words);
	expect(desk, DESK_REGISTRY, "");
}

static void test_refused(void **state)
{
	const struct desk *desk = *state;
	expect_refusal(desk, "", "nothing was handed");
	expect_refusal(desk, "tld. DS 1 13 2 " DIGEST "\n", "no domain of this lesson");
	expect_refusal(desk, "xrose.tld. DS 1 13 2 " DIGEST "\n", "no domain of this lesson");
	expect_refusal(desk, "rose.tld. A 192.0.2.1\n", "only DS and DNSKEY");
	expect_refusal(desk, "error: (not exists)\n", "no list of DS or DNSKEY records");
	expect_refusal(desk, "rose.tld. DNSKEY 257 3 200 AAAA\nlily.tld. DS 1 13 2\n", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_taken, begin, end),
		cmocka_unit_test_setup_teardown(test_key, begin, end),
		cmocka_unit_test_setup_teardown(test_refused, begin, end),
	};
	return cmocka_run_group_tests_name("tell/learn/registrar", tests, NULL, NULL);
}
