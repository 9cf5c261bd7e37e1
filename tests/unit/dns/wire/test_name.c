/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct name name_of(const char *text)
{
	struct name name;
	assert_int_equal(name_from_text(text, &name, NULL), OK);
	return name;
}

static void assert_text(const char *text, const char *expected)
{
	char written[NAME_TEXT_MAX];
	assert_string_equal(name_to_text(name_of(text).octets, written), expected);
}

static void text_both_ways(void **state)
{
	assert_text(".", ".");
	assert_text("example.com", "example.com.");
	assert_text("Example.COM.", "Example.COM.");
	assert_text("a\\.b.c", "a\\.b.c.");
	assert_text("a\\000\\255\\032b.", "a\\000\\255\\032b.");
	assert_text("\\$\\@\\;\\\"\\(\\)\\\\.x", "\\$\\@\\;\\\"\\(\\)\\\\.x.");
	assert_text("_dmarc.*.x", "_dmarc.*.x.");
	assert_text("\\065.x", "A.x.");
}

static void text_refused(void **state)
{
	static const struct {
		const char *text;
		int code;
	} cases[] = {
		{"", ERR_FORMAT},      {"..", ERR_FORMAT},     {".a", ERR_FORMAT},
		{"a..b", ERR_FORMAT},  {"a b", ERR_FORMAT},    {"a\tb", ERR_FORMAT},
		{"a\x80", ERR_FORMAT}, {"a\\", ERR_FORMAT},    {"a\\1", ERR_FORMAT},
		{"a\\12", ERR_FORMAT}, {"a\\256", ERR_FORMAT}, {"a\\1x3", ERR_FORMAT},
		{"\"a\"", ERR_FORMAT}, {"a(b", ERR_FORMAT},    {"a;b", ERR_FORMAT},
		{"a\x7f", ERR_FORMAT},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct name name = {.octets = {42}};
		struct complaint complaint = {.text = ""};
		assert_int_equal(name_from_text(cases[i].text, &name, &complaint), cases[i].code);
		assert_int_equal(name.octets[0], 42); /* untouched */
		assert_true(strlen(complaint.text) > 10);
		assert_null(strchr(complaint.text, '\x80'));
	}
}

/* `labels` labels of `length` letters, then one of `last`. */
static char *long_text(size_t labels, size_t length, size_t last)
{
	static char text[1200];
	size_t at = 0;
	for (size_t i = 0; i <= labels; i++) {
		const size_t size = i < labels ? length : last;
		memset(text + at, 'x', size);
		at += size;
		text[at++] = '.';
	}
	text[at] = '\0';
	return text;
}

static void limits(void **state)
{
	struct name name;
	assert_int_equal(name_from_text(long_text(0, 0, 63), &name, NULL), OK);
	assert_int_equal(name_from_text(long_text(0, 0, 64), &name, NULL), ERR_LIMIT);
	/* 3 * 64 + 62 + 1 = 255 octets, and one more. */
	assert_int_equal(name_from_text(long_text(3, 63, 61), &name, NULL), OK);
	assert_int_equal(name_size(name.octets), 255);
	assert_true(name_is_valid(name.octets, 255));
	assert_int_equal(name_from_text(long_text(3, 63, 62), &name, NULL), ERR_LIMIT);
	assert_int_equal(name_from_text(long_text(126, 1, 1), &name, NULL), OK);
	assert_int_equal(name_labels(name.octets), 127);
	assert_int_equal(name_from_text(long_text(127, 1, 1), &name, NULL), ERR_LIMIT);

	struct name longest = name_of(long_text(3, 63, 59));
	struct name result = {.octets = {42}};
	const uint8_t label[64] = "abc";
	assert_int_equal(name_prepend(label, 2, longest.octets, &result), ERR_LIMIT);
	assert_int_equal(result.octets[0], 42);
	assert_int_equal(name_prepend(label, 1, longest.octets, &result), OK);
	assert_int_equal(name_size(result.octets), 255);
	struct name root = name_of(".");
	assert_int_equal(name_prepend(label, 64, root.octets, &result), ERR_LIMIT);
	assert_int_equal(name_prepend(label, 3, root.octets, &root), OK);
	assert_true(name_equal(root.octets, name_of("ABC").octets));
}

static void every_escape_fits(void **state)
{
	struct name name = {.octets = {0}};
	char text[NAME_TEXT_MAX];
	size_t at = 0;
	for (size_t i = 0; i < 4; i++) {
		const uint8_t length = i < 3 ? 63 : 61;
		name.octets[at++] = length;
		memset(name.octets + at, 0xff, length);
		at += length;
	}
	name.octets[at] = 0;
	assert_int_equal(name_size(name.octets), 255);
	struct name again;
	assert_int_equal(name_from_text(name_to_text(name.octets, text), &again, NULL), OK);
	assert_true(name_equal_exactly(name.octets, again.octets));
}

/* In a zone file, too, and in a list, where # begins a comment. */
static void what_is_not_plain_is_escaped(void **state)
{
	char text[NAME_TEXT_MAX];
	assert_string_equal(name_to_text(name_of("a-z_9*/.Q").octets, text), "a-z_9*/.Q.");
	assert_string_equal(name_to_text(name_of("a#b+c:d=e@f$g\\.h").octets, text),
			    "a\\#b\\+c\\:d\\=e\\@f\\$g\\.h.");
	for (unsigned octet = '!'; octet <= '~'; octet++) {
		const uint8_t name[] = {1, (uint8_t)octet, 0};
		struct name again;
		assert_int_equal(name_from_text(name_to_text(name, text), &again, NULL), OK);
		assert_true(name_equal_exactly(name, again.octets));
	}
}

/* The example of RFC 4034 s6.1. */
static void canonical_order(void **state)
{
	static const char *const sorted[] = {
		"example",         "a.example",      "yljkjljk.a.example",
		"Z.a.example",     "zABC.a.EXAMPLE", "z.example",
		"\\001.z.example", "*.z.example",    "\\200.z.example",
	};
	const size_t count = sizeof(sorted) / sizeof(sorted[0]);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < count; k++) {
			const int difference =
				name_compare(name_of(sorted[i]).octets, name_of(sorted[k]).octets);
			assert_int_equal((difference > 0) - (difference < 0), (i > k) - (i < k));
		}
	}
	assert_int_equal(name_compare(name_of("A.b").octets, name_of("a.B").octets), 0);
	assert_true(name_compare(name_of(".").octets, name_of("a").octets) < 0);
}

static void relations(void **state)
{
	const struct name name = name_of("www.Example.com");
	assert_true(name_is_under(name.octets, name_of("example.COM").octets));
	assert_true(name_is_under(name.octets, name.octets));
	assert_true(name_is_under(name.octets, name_of(".").octets));
	assert_false(name_is_under(name.octets, name_of("ample.com").octets));
	assert_false(name_is_under(name_of("com").octets, name.octets));
	assert_true(name_equal(name_parent(name.octets), name_of("example.com").octets));
	assert_true(name_is_root(name_parent(name_of(".").octets)));
	assert_true(name_equal(name_suffix(name.octets, 1), name_of("com").octets));
	assert_true(name_is_root(name_suffix(name.octets, 0)));
	assert_int_equal(name_common_labels(name.octets, name_of("a.EXAMPLE.com").octets), 2);
	assert_int_equal(name_common_labels(name.octets, name_of("www.example.net").octets), 0);
	assert_true(name_is_wildcard(name_of("*.x").octets));
	assert_false(name_is_wildcard(name_of("**.x").octets));
	assert_false(name_equal_exactly(name.octets, name_of("www.example.com").octets));
	assert_false(name_equal(name.octets, name_of("www.example.com.x").octets));
}

static void hosts(void **state)
{
	assert_true(name_is_host(name_of("ns1.example-x.com").octets));
	assert_true(name_is_host(name_of("1.2").octets));
	assert_false(name_is_host(name_of("_dmarc.x").octets));
	assert_false(name_is_host(name_of("-a.x").octets));
	assert_false(name_is_host(name_of("a-.x").octets));
	assert_false(name_is_host(name_of("a\\.b.x").octets));
	assert_false(name_is_host(name_of("*.x").octets));
}

static void case_folding(void **state)
{
	struct name name = name_of("AZ\\[\\@\\192.aB");
	struct name copy;
	assert_int_equal(name_copy_lower(copy.octets, name.octets), name_size(name.octets));
	assert_true(name_equal_exactly(copy.octets, name_of("az\\[\\@\\192.ab").octets));
	assert_true(name_equal(copy.octets, name.octets));
	/* '@' and '`' differ by the same bit as letters do. */
	assert_false(name_equal(name_of("\\@").octets, name_of("\\`").octets));
	assert_int_equal(name_copy(copy.octets, name.octets), name_size(name.octets));
	assert_true(name_equal_exactly(copy.octets, name.octets));
	name_lower(name.octets);
	assert_true(name_equal_exactly(name.octets, name_of("az\\[\\@\\192.ab").octets));
}

static void reading(void **state)
{
	/* 0: "b." 3: "a" -> 0; 7: -> 3; 9: -> itself; 11: -> 13 (forward); 13: label type 01. */
	static const uint8_t wire[] = {1,    'b', 0,    1,  'a',  0xc0, 0, 0xc0, 3,
				       0xc0, 9,   0xc0, 13, 0x40, 0,    2, 'x'};
	uint8_t name[NAME_MAX_OCTETS];
	size_t next = 99;
	assert_int_equal(name_read(wire, sizeof(wire), 7, name, &next), OK);
	assert_int_equal(next, 9);
	assert_true(name_equal_exactly(name, name_of("a.b").octets));
	next = 99;
	assert_int_equal(name_read(wire, sizeof(wire), 9, name, &next), ERR_FORMAT);
	assert_int_equal(name_read(wire, sizeof(wire), 11, name, &next), ERR_FORMAT);
	assert_int_equal(name_read(wire, sizeof(wire), 13, name, &next), ERR_FORMAT);
	assert_int_equal(name_read(wire, sizeof(wire), 15, name, &next), ERR_SHORT);
	assert_int_equal(name_read(wire, sizeof(wire), 17, name, &next), ERR_SHORT);
	assert_int_equal(name_read(wire, 8, 7, name, &next), ERR_SHORT);
	assert_int_equal(next, 99);
	/* A label before its own pointer: goes backwards for ever, but for the limit of 255. */
	static const uint8_t loop[] = {1, 'a', 0xc0, 0};
	assert_int_equal(name_read(loop, sizeof(loop), 0, name, &next), ERR_LIMIT);
}

static void pointer_chains(void **state)
{
	/* The root and pointers each to the one before: 128 are followed, 129 are not. */
	uint8_t wire[300] = {0};
	uint8_t name[NAME_MAX_OCTETS];
	size_t next;
	for (size_t i = 0; i < 129; i++) {
		const size_t target = i == 0 ? 0 : 2 * i;
		wire[2 + 2 * i] = (uint8_t)(0xc0 | target >> 8);
		wire[3 + 2 * i] = (uint8_t)target;
	}
	assert_int_equal(name_read(wire, sizeof(wire), 2 + 2 * 127, name, &next), OK);
	assert_int_equal(next, 4 + 2 * 127);
	assert_int_equal(name_read(wire, sizeof(wire), 2 + 2 * 128, name, &next), ERR_LIMIT);
}

static void validity(void **state)
{
	assert_true(name_is_valid((const uint8_t *)"\0", 1));
	assert_true(name_is_valid((const uint8_t *)"\1a\0", 3));
	assert_false(name_is_valid((const uint8_t *)"\1a\0", 2));
	assert_false(name_is_valid((const uint8_t *)"\1a\0\0", 4));
	assert_false(name_is_valid((const uint8_t *)"\2a\0", 3));
	assert_false(name_is_valid((const uint8_t *)"\xc0\0", 2));
	assert_false(name_is_valid((const uint8_t *)"", 0));
}

static void assert_user(const char *text, const char *expected, bool converted)
{
	struct name name;
	bool was_converted = !converted;
	struct complaint complaint;
	char written[NAME_TEXT_MAX];
	assert_int_equal(name_from_user(text, &name, &was_converted, &complaint), OK);
	assert_string_equal(name_to_text(name.octets, written), expected);
	assert_int_equal(was_converted, converted);
}

static void from_user_by_mistake(void **state)
{
	static const char *const mistakes[] = {
		"http://example.com/", "me@example.com", "a.example,b.example", "example.com:53",
		"2001:db8::1",         "192.0.2.1",      "192.0.2.1.",          "53",
	};
	static const char *const names[] = {"1.2.0.192.in-addr.arpa",
					    "0/25.2.0.192.in-addr.arpa",
					    "me\\@example",
					    "7\\.1",
					    "a.b1",
					    "."};
	struct complaint complaint;
	struct name name;
	bool converted;
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++)
		assert_int_equal(name_from_user(mistakes[i], &name, &converted, &complaint),
				 ERR_FORMAT);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(name_from_user(names[i], &name, &converted, &complaint), OK);
}

static void from_user(void **state)
{
	assert_user("b\303\274cher.example", "xn--bcher-kva.example.", true);
	assert_user("B\303\234CHER.Example", "xn--bcher-kva.Example.", true);
	assert_user("fa\303\237.de", "xn--fa-hia.de.", true); /* not "fass": IDNA2008 */
	assert_user("_dmarc.b\303\274cher.example.", "_dmarc.xn--bcher-kva.example.", true);
	assert_user("\344\276\213\343\200\202\344\276\213", "xn--fsq.xn--fsq.", true);
	assert_user("_dmarc.example", "_dmarc.example.", false);
	assert_user("xn--bcher-kva.example", "xn--bcher-kva.example.", false);
	assert_user("a\\.b.example", "a\\.b.example.", false);
	struct name name;
	bool converted = true;
	struct complaint complaint;
	assert_int_equal(name_from_user("\377\376.x", &name, &converted, &complaint), ERR_FORMAT);
	assert_int_equal(name_from_user("_\303\274.x", &name, &converted, &complaint), ERR_FORMAT);
	assert_int_equal(name_from_user("\342\204\200.x", &name, &converted, &complaint),
			 ERR_FORMAT); /* maps to "a/c" */
	char text[2000];
	memset(text, 'x', sizeof(text));
	text[0] = '\303';
	text[1] = '\274';
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(name_from_user(text, &name, &converted, &complaint), ERR_LIMIT);
	text[0] = 'x';
	text[1] = 'x';
	assert_int_equal(name_from_user(text, &name, &converted, &complaint), ERR_LIMIT);
	assert_true(converted); /* untouched */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_both_ways),
		cmocka_unit_test(text_refused),
		cmocka_unit_test(limits),
		cmocka_unit_test(every_escape_fits),
		cmocka_unit_test(what_is_not_plain_is_escaped),
		cmocka_unit_test(canonical_order),
		cmocka_unit_test(relations),
		cmocka_unit_test(hosts),
		cmocka_unit_test(case_folding),
		cmocka_unit_test(reading),
		cmocka_unit_test(pointer_chains),
		cmocka_unit_test(validity),
		cmocka_unit_test(from_user),
		cmocka_unit_test(from_user_by_mistake),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
