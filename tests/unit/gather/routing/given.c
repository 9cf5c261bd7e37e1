/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "given.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

struct address given_address(const char *text)
{
	struct address address;
	assert_int_equal(address_from_text(text, 0, &address), OK);
	return address;
}

struct route_prefix given_prefix(const char *text)
{
	struct route_prefix prefix;
	assert_int_equal(route_prefix_from_text(text, strlen(text), &prefix), OK);
	return prefix;
}

struct vrp given_vrp(const char *text)
{
	const char *dash = strchr(text, '-');
	assert_non_null(dash);
	struct vrp vrp;
	assert_int_equal(route_prefix_from_text(text, (size_t)(dash - text), &vrp.prefix), OK);
	char *end;
	vrp.max_length = (uint8_t)strtoul(dash + 1, &end, 10);
	vrp.as = (uint32_t)strtoul(end, NULL, 10);
	return vrp;
}

struct given_file given_octets(const void *octets, size_t size)
{
	struct given_file file = {.descriptor = memfd_create("given", MFD_CLOEXEC)};
	assert_true(file.descriptor >= 0);
	assert_int_equal(write(file.descriptor, octets, size), size);
	(void)snprintf(file.path, sizeof(file.path), "/proc/self/fd/%d", file.descriptor);
	return file;
}

struct given_file given_file(const char *text)
{
	return given_octets(text, strlen(text));
}

void given_file_close(const struct given_file *file)
{
	(void)close(file->descriptor);
}
