/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which world may take another one's place, and when a file is another one. */
#include "world/changed_file_private.h"
#include "world/stage_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define REST                                                    \
	"operators:\n"                                          \
	"  - {name: nic, servers: [a.nic.tld]}\n"               \
	"  - {name: host, servers: [a.host.tld, b.host.tld]}\n" \
	"zones:\n"                                              \
	"  - {name: ., operator: nic, signed: 13 nsec}\n"       \
	"  - {name: tld, operator: nic}\n"                      \
	"domains:\n"                                            \
	"  - {name: plain.tld, operator: host}\n"
#define SERVERS(nic, host, more)                                \
	"servers:\n"                                            \
	"  - {name: a.nic.tld, addresses: [" nic "]" more "}\n" \
	"  - {name: a.host.tld, addresses: [" host "]}\n"       \
	"  - {name: b.host.tld, addresses: [198.18.0.3]}\n"

static struct world *world_of(const char *text)
{
	struct complaint complaint = {""};
	struct world *world;
	if (world_parse(text, strlen(text), NULL, &complaint, &world) != OK)
		fail_msg("%s", complaint.text);
	return world;
}

static void test_may_follow(void **state)
{
	static const struct {
		const char *text, *why; /* NULL: it may */
	} worlds[] = {
		{"world: 1\n" SERVERS("198.41.0.4", "198.18.0.2", "") REST, NULL},
		{"world: 1\n" SERVERS("198.41.0.4", "198.19.255.1", "") REST, NULL},
		{"world: 1\n" SERVERS("198.41.0.4", "\"2001:db8::7\"", "") REST, NULL},
		{"world: 1\n" SERVERS("198.18.0.7", "198.41.0.4", "") REST, NULL},
		{"world: 1\n" SERVERS("198.41.0.5", "198.18.0.2", "") REST, "198.41.0.5"},
		{"world: 1\n" SERVERS("198.41.0.4", "\"2001:503::1\"", "") REST, "2001:503::1"},
		{"world: 1\nrouting: true\n" SERVERS("198.41.0.4", "198.18.0.2", "") REST,
		 "routing"},
		{"world: 1\n" SERVERS("198.41.0.4", "198.18.0.2", ", place: nsd") REST, "place"},
		{"world: 1\n" SERVERS("198.41.0.4", "198.18.0.2", "") REST
		 "canned:\n  - {at: 203.0.113.9, name: a.tld, replies: [{rcode: NOERROR}]}\n",
		 "203.0.113.9"},
	};
	struct world *first = world_of(worlds[0].text);
	for (size_t i = 0; i < sizeof(worlds) / sizeof(worlds[0]); i++) {
		struct complaint complaint = {""};
		struct world *next = world_of(worlds[i].text);
		const int error = stage_may_follow(first, next, &complaint);
		if (worlds[i].why == NULL) {
			assert_int_equal(error, OK);
		} else {
			assert_int_equal(error, ERR_ARGUMENT);
			assert_non_null(strstr(complaint.text, worlds[i].why));
		}
		world_free(next);
	}
	world_free(first);
	(void)state;
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void test_changed_file(void **state)
{
	char folder[] = "/tmp/dsfi-changed.XXXXXX";
	char path[64], other[64];
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/file", folder);
	(void)snprintf(other, sizeof(other), "%s/other", folder);
	struct changed_file file = {.path = path};
	changed_file_note(&file);
	assert_false(changed_file_is_another(&file)); /* there is none */
	write_file(path, "one");
	assert_true(changed_file_is_another(&file));
	changed_file_note(&file);
	assert_false(changed_file_is_another(&file));
	write_file(other, "two");
	assert_int_equal(rename(other, path), 0);
	assert_true(changed_file_is_another(&file));
	changed_file_note(&file);
	assert_false(changed_file_is_another(&file));
	assert_int_equal(unlink(path), 0);
	assert_false(changed_file_is_another(&file));
	assert_int_equal(rmdir(folder), 0);
	(void)state;
}

/* Made ready and given back without ever having played. */
static void test_made(void **state)
{
	struct complaint complaint = {""};
	struct stage stage = {
		.world = world_of("world: 1\n" SERVERS("198.41.0.4", "198.18.0.2", "") REST)};
	assert_int_equal(stage_make(&stage, &complaint), OK);
	assert_non_null(stage.responder);
	stage_close(&stage);
	stage_release(&stage);
	assert_null(stage.world);
	stage_release(&stage);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_may_follow),
		cmocka_unit_test(test_changed_file),
		cmocka_unit_test(test_made),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
