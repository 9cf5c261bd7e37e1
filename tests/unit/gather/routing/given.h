/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the room's tests write down: prefixes as text, files in memory. */
#ifndef TESTS_UNIT_GATHER_ROUTING_GIVEN_H
#define TESTS_UNIT_GATHER_ROUTING_GIVEN_H

#include "gather/routing/routing.h"

struct address given_address(const char *text);
struct route_prefix given_prefix(const char *text);
/* "192.0.2.0/24-26 64496": prefix, longest, AS. */
struct vrp given_vrp(const char *text);

/* A file without a place on disk. */
struct given_file {
	int descriptor;
	char path[64];
};

struct given_file given_file(const char *text);
struct given_file given_octets(const void *octets, size_t size);
void given_file_close(const struct given_file *file);

#endif
