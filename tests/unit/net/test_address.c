/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/address.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct address address(const char *text)
{
	struct address address;
	assert_int_equal(address_from_text(text, 53, &address), OK);
	return address;
}

struct spelling {
	const char *text;
	const char *plain;
	const char *with_port;
};

static void text_is_read_and_written(void **state)
{
	(void)state;
	static const struct spelling SPELLINGS[] = {
		{"192.0.2.1", "192.0.2.1", "192.0.2.1:53"},
		{"192.0.2.1:0", "192.0.2.1", "192.0.2.1:0"},
		{"192.0.2.1:65535", "192.0.2.1", "192.0.2.1:65535"},
		{"2001:DB8::1", "2001:db8::1", "[2001:db8::1]:53"},
		{"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "[2001:db8::1:0:0:1]:53"},
		{"[2001:db8::1]", "2001:db8::1", "[2001:db8::1]:53"},
		{"[::]:853", "::", "[::]:853"},
		{"::ffff:192.0.2.1", "::ffff:192.0.2.1", "[::ffff:192.0.2.1]:53"},
	};
	for (size_t i = 0; i < sizeof(SPELLINGS) / sizeof(SPELLINGS[0]); i++) {
		struct address found = address(SPELLINGS[i].text);
		char text[ADDRESS_TEXT_MAX];
		address_to_text(&found, text);
		assert_string_equal(text, SPELLINGS[i].plain);
		address_to_text_with_port(&found, text);
		assert_string_equal(text, SPELLINGS[i].with_port);
	}
	struct address none = {0};
	char text[ADDRESS_TEXT_MAX];
	address_to_text(&none, text);
	assert_string_equal(text, "none");
}

static void bad_text_is_refused(void **state)
{
	(void)state;
	static const char *const BAD[] = {
		"",
		"192.0.2",
		"192.0.2.256",
		"192.0.2.1:",
		"192.0.2.1:65536",
		"192.0.2.1:x",
		"192.0.2.01",
		"[192.0.2.1]",
		"[2001:db8::1",
		"[2001:db8::1]x",
		"[2001:db8::1]:",
		"2001:db8::1]",
		"fe80::1%eth0",
		"1::2::3",
		"example",
		" 192.0.2.1",
		"192.0.2.1 ",
		"[]",
		"[[::1]]",
		"192.0.2.1:53:53",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc:dddd:eeee",
	};
	struct address found = {.port = 7};
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
		assert_int_equal(address_from_text(BAD[i], 53, &found), ERR_FORMAT);
	assert_int_equal(found.port, 7);
}

static void kernel_form_is_read_and_written(void **state)
{
	(void)state;
	static const char *const TEXTS[] = {"192.0.2.1:53", "[2001:db8::1]:853", "[::]:1"};
	for (size_t i = 0; i < 3; i++) {
		struct address before = address(TEXTS[i]);
		struct sockaddr_storage name;
		socklen_t size = address_to_sockaddr(&before, &name);
		struct address after;
		assert_int_equal(address_from_sockaddr((struct sockaddr *)&name, size, &after), OK);
		assert_true(address_equal(&before, &after));
		assert_int_equal(address_from_sockaddr((struct sockaddr *)&name, size - 1, &after),
				 ERR_UNSUPPORTED);
	}
	struct address mapped = address("::ffff:192.0.2.1");
	struct address plain = address("192.0.2.1");
	struct sockaddr_storage name;
	struct address after;
	socklen_t size = address_to_sockaddr(&mapped, &name);
	assert_int_equal(address_from_sockaddr((struct sockaddr *)&name, size, &after), OK);
	assert_true(address_equal(&plain, &after));
	struct sockaddr local = {.sa_family = AF_UNIX};
	assert_int_equal(address_from_sockaddr(&local, sizeof(local), &after), ERR_UNSUPPORTED);
}

static void addresses_are_compared(void **state)
{
	(void)state;
	struct address sorted[] = {address("9.255.0.1"), address("10.0.0.1:5"), address("10.0.0.1"),
				   address("::1"), address("2001:db8::1")};
	for (int i = 0; i < 5; i++) {
		for (int k = 0; k < 5; k++) {
			int order = address_compare(&sorted[i], &sorted[k]);
			assert_true((order < 0) == (i < k) && (order > 0) == (i > k));
			assert_true(address_equal(&sorted[i], &sorted[k]) == (i == k));
		}
	}
	assert_true(address_same_host(&sorted[1], &sorted[2]));
	assert_false(address_same_host(&sorted[0], &sorted[2]));
}

static void prefixes_hold_addresses(void **state)
{
	(void)state;
	struct address prefix = address("198.18.0.0");
	struct address inside = address("198.19.255.255");
	struct address outside = address("198.20.0.0");
	struct address ipv6 = address("::1");
	assert_true(address_in_prefix(&inside, &prefix, 15));
	assert_false(address_in_prefix(&outside, &prefix, 15));
	assert_false(address_in_prefix(&inside, &prefix, 16));
	assert_false(address_in_prefix(&ipv6, &prefix, 0));
	assert_true(address_in_prefix(&outside, &prefix, 0));
	assert_true(address_in_prefix(&prefix, &prefix, 32));
	assert_true(address_in_prefix(&ipv6, &ipv6, 128));
}

static void special_addresses_are_known(void **state)
{
	(void)state;
	static const char *const GLOBAL[] = {"8.8.8.8",          "198.41.0.4",    "192.0.0.9",
					     "198.17.255.255",   "198.20.0.0",    "1.1.1.1",
					     "172.15.0.1",       "172.32.0.1",    "100.63.0.1",
					     "223.255.255.255",  "2001:500::1",   "2606:4700::1",
					     "64:ff9b::808:808", "2001:4:112::1", "2001:20::1",
					     "2001:200::1"};
	static const char *const OTHER[] = {"0.0.0.0",
					    "10.0.0.1",
					    "100.64.0.1",
					    "127.0.0.1",
					    "169.254.1.1",
					    "172.16.0.1",
					    "172.31.255.255",
					    "192.0.0.1",
					    "192.0.2.1",
					    "192.168.1.1",
					    "198.18.0.1",
					    "198.19.255.255",
					    "198.51.100.1",
					    "203.0.113.1",
					    "224.0.0.1",
					    "255.255.255.255",
					    "::",
					    "::1",
					    "::ffff:8.8.8.8",
					    "100::1",
					    "2001:db8::1",
					    "2001::1",
					    "2001:1ff::1",
					    "2002::1",
					    "3fff::1",
					    "5f00::1",
					    "fc00::1",
					    "fd00::1",
					    "fe80::1",
					    "ff02::1",
					    "64:ff9b:1::1",
					    "64:ff9b::7f00:1",
					    "64:ff9b::a00:1",
					    "64:ff9b::c0a8:1",
					    "64:ff9b::"};
	for (size_t i = 0; i < sizeof(GLOBAL) / sizeof(GLOBAL[0]); i++) {
		struct address found = address(GLOBAL[i]);
		assert_true(address_is_global(&found));
		assert_false(address_is_loopback(&found));
	}
	for (size_t i = 0; i < sizeof(OTHER) / sizeof(OTHER[0]); i++) {
		struct address found = address(OTHER[i]);
		assert_false(address_is_global(&found));
	}
	struct address none = {0};
	assert_false(address_is_global(&none));
	struct address loopback = address("127.1.2.3");
	assert_true(address_is_loopback(&loopback));
	loopback = address("::1");
	assert_true(address_is_loopback(&loopback));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_read_and_written),
		cmocka_unit_test(bad_text_is_refused),
		cmocka_unit_test(kernel_form_is_read_and_written),
		cmocka_unit_test(addresses_are_compared),
		cmocka_unit_test(prefixes_hold_addresses),
		cmocka_unit_test(special_addresses_are_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
