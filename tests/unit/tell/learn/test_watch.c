/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a resolver with something in its cache would have failed at. */
#include "tell/learn/watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define OLD 1
#define NEW 2
#define ZONE 3

/* A zone with one key-signing key and one zone-signing key. */
static struct look look_of(uint64_t at_ms, uint16_t key)
{
	return (struct look){
		.began_ms = at_ms,
		.at_ms = at_ms,
		.ds_ttl_s = 3,
		.key_ttl_s = 3,
		.ds = {key},
		.keys = {key, ZONE},
		.key_signers = {key},
		.zone_signers = {ZONE},
		.ds_count = 1,
		.key_count = 2,
		.key_signer_count = 1,
		.zone_signer_count = 1,
	};
}

/* The old key and the new one, which both sign the keys. */
static struct look both(uint64_t at_ms, uint16_t ds)
{
	struct look look = look_of(at_ms, ds);
	look.keys[0] = OLD;
	look.keys[1] = NEW;
	look.keys[2] = ZONE;
	look.key_count = 3;
	look.key_signers[0] = OLD;
	look.key_signers[1] = NEW;
	look.key_signer_count = 2;
	return look;
}

static void test_sound(void **state)
{
	const struct look before = look_of(1000, OLD);
	const struct look joined = both(2000, OLD);
	const struct look changed = both(6000, NEW);
	const struct look after = look_of(10000, NEW);
	assert_null(watch_compare(&before, &before));
	assert_null(watch_compare(&before, &joined));
	assert_null(watch_compare(&joined, &changed));
	assert_null(watch_compare(&changed, &after));
	assert_null(watch_compare(&before, &after)); /* too old to be kept */
}

static void test_key_gone_early(void **state)
{
	const struct look before = both(1000, OLD);
	const struct look after = look_of(3999, NEW);
	assert_non_null(strstr(watch_compare(&before, &after), "old DS record"));
	const struct look late = look_of(4000, NEW);
	assert_null(watch_compare(&before, &late));
}

static void test_ds_early(void **state)
{
	const struct look before = look_of(1000, OLD);
	const struct look after = both(2000, NEW);
	assert_non_null(strstr(watch_compare(&before, &after), "leads to none of them"));
}

static void test_zone_key_early(void **state)
{
	const struct look before = look_of(1000, OLD);
	struct look after = look_of(2000, OLD);
	after.keys[1] = NEW;
	after.zone_signers[0] = NEW;
	assert_non_null(strstr(watch_compare(&before, &after), "signatures by none of them"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_key_gone_early),
		cmocka_unit_test(test_ds_early),
		cmocka_unit_test(test_zone_key_early),
	};
	return cmocka_run_group_tests_name("tell/learn/watch", tests, NULL, NULL);
}
