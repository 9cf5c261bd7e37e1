/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names at which operators and parents speak of zones that are not theirs. */
#include "dns/dnssec/automation.h"

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

static void expect(const struct name *name, const char *text)
{
	char buffer[NAME_TEXT_MAX];
	assert_string_equal(name_to_text(name->octets, buffer), text);
}

/* RFC 9615 s4.1.1. */
static void signalling_names(void **state)
{
	struct name name;
	assert_int_equal(automation_signalling_domain(name_of("ns1.example.net").octets, &name),
			 OK);
	expect(&name, "_signal.ns1.example.net.");
	assert_int_equal(automation_signalling_name(name_of("example.co.uk").octets,
						    name_of("ns1.example.net").octets, &name),
			 OK);
	expect(&name, "_dsboot.example.co.uk._signal.ns1.example.net.");
	assert_int_equal(
		automation_signalling_name(name_of("uk").octets, name_of(".").octets, &name), OK);
	expect(&name, "_dsboot.uk._signal.");
}

/* RFC 9859 s3.2, s4.1. */
static void dsync_names(void **state)
{
	struct name name;
	assert_int_equal(automation_dsync_domain(name_of("example").octets, &name), OK);
	expect(&name, "_dsync.example.");
	assert_int_equal(automation_dsync_name(name_of("child.example").octets,
					       name_of("example").octets, &name),
			 OK);
	expect(&name, "child._dsync.example.");
	assert_int_equal(automation_dsync_name(name_of("subsub.sub.child.example").octets,
					       name_of("example").octets, &name),
			 OK);
	expect(&name, "subsub.sub.child._dsync.example.");
	assert_int_equal(
		automation_dsync_name(name_of("example").octets, name_of(".").octets, &name), OK);
	expect(&name, "example._dsync.");
}

/* A name of `octets` octets in all. */
static struct name long_name(size_t octets)
{
	struct name name = {{0}};
	size_t at = 0;
	while (octets - at > 1) {
		size_t label = octets - at - 2;
		if (label > LABEL_MAX_OCTETS)
			label = LABEL_MAX_OCTETS;
		/* What is left must hold a label, or nothing. */
		if (octets - at - 2 - label == 1)
			label--;
		name.octets[at++] = (uint8_t)label;
		memset(name.octets + at, 'a', label);
		at += label;
	}
	assert_int_equal(name_size(name.octets), octets);
	return name;
}

/* "_dsboot." and "_signal." are 16 octets, and the child's root goes (RFC 9615 s4.4). */
static void names_that_are_too_long(void **state)
{
	const struct name host = name_of("ns1.example.net");
	const size_t room = NAME_MAX_OCTETS - 16 - (name_size(host.octets) - 1);
	struct name name = name_of("untouched");
	assert_int_equal(automation_signalling_name(long_name(room).octets, host.octets, &name),
			 OK);
	assert_int_equal(name_size(name.octets), NAME_MAX_OCTETS);
	name = name_of("untouched");
	for (size_t more = 1; more <= NAME_MAX_OCTETS - room; more++) {
		if (more == 1 || room + more == NAME_MAX_OCTETS)
			assert_int_equal(automation_signalling_name(long_name(room + more).octets,
								    host.octets, &name),
					 ERR_LIMIT);
	}
	assert_int_equal(automation_signalling_domain(long_name(NAME_MAX_OCTETS).octets, &name),
			 ERR_LIMIT);
	assert_int_equal(automation_dsync_name(long_name(NAME_MAX_OCTETS).octets,
					       name_of(".").octets, &name),
			 ERR_LIMIT);
	assert_int_equal(automation_dsync_domain(long_name(NAME_MAX_OCTETS).octets, &name),
			 ERR_LIMIT);
	expect(&name, "untouched.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signalling_names),
		cmocka_unit_test(dsync_names),
		cmocka_unit_test(names_that_are_too_long),
	};
	return cmocka_run_group_tests_name("dns/dnssec automation", tests, NULL, NULL);
}
