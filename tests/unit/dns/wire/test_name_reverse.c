/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of addresses, and labels that encode other scripts. */
#include "dns/wire/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_reverse(unsigned family, const uint8_t *octets, const char *expected)
{
	struct name name;
	char text[NAME_TEXT_MAX];
	name_reverse(family, octets, &name);
	assert_true(name_is_valid(name.octets, name_size(name.octets)));
	assert_string_equal(name_to_text(name.octets, text), expected);
}

static void reverse(void **state)
{
	static const uint8_t four[] = {192, 0, 2, 53};
	static const uint8_t zero[] = {0, 9, 10, 255};
	static const uint8_t six[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 0xf3};
	assert_reverse(4, four, "53.2.0.192.in-addr.arpa.");
	assert_reverse(4, zero, "255.10.9.0.in-addr.arpa.");
	assert_reverse(6, six,
		       "3.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.");
}

static bool is_encoded(const char *label)
{
	uint8_t octets[LABEL_MAX_OCTETS + 1];
	octets[0] = (uint8_t)strlen(label);
	memcpy(octets + 1, label, octets[0]);
	return name_label_is_encoded(octets);
}

static void encoded(void **state)
{
	assert_true(is_encoded("xn--bcher-kva"));
	assert_true(is_encoded("XN--Bcher-KVA"));
	assert_false(is_encoded("bcher"));
	assert_false(is_encoded("qz--bcher"));
	assert_false(is_encoded("xn--"));
	assert_false(is_encoded("xn--bcher"));       /* nothing that decodes to something */
	assert_false(is_encoded("xn--example-"));    /* would encode what is plain */
	assert_false(is_encoded("xn--99999999999")); /* overflow */
	assert_false(is_encoded("xn--a.b"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reverse),
		cmocka_unit_test(encoded),
	};
	return cmocka_run_group_tests_name("dns/wire/name_reverse", tests, NULL, NULL);
}
