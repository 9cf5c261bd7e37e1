/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UUIDs of names, patterns, and a bundle that is the same each time. */
#include "model/cast.h"
#include "tell/share/stix_private.h"
#include "tell/share/uuid.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* RFC 9562 appendix A.4. */
static void test_uuid(void **state)
{
	static const uint8_t dns[UUID_OCTETS] = {0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
						 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
	char uuid[UUID_ROOM];
	assert_int_equal(uuid_of_name(dns, "www.example.com", 15, uuid), OK);
	assert_string_equal(uuid, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
	(void)state;
}

static void test_pattern(void **state)
{
	static const struct {
		struct stix_thing thing;
		const char *pattern;
	} rows[] = {
		{{.type = "domain-name", .value = "a.example", .is_indicator = true},
		 "[domain-name:value = 'a.example']"},
		{{.type = "domain-name", .value = "a'b\\046c", .is_indicator = true},
		 "[domain-name:value = 'a\\'b\\\\046c']"},
		{{.type = "ipv6-addr", .value = "2001:db8::/32", .is_indicator = true},
		 "[ipv6-addr:value ISSUBSET '2001:db8::/32']"},
		{{.type = "ipv4-addr", .value = "192.0.2.1", .is_indicator = true},
		 "[ipv4-addr:value = '192.0.2.1']"},
		{{.type = "autonomous-system", .value = "64500", .is_indicator = true},
		 "[autonomous-system:number = 64500]"},
	};
	struct arena arena;
	arena_init(&arena, 1 << 16, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(stix_pattern(&arena, &rows[i].thing), rows[i].pattern);
	arena_release(&arena);
	(void)state;
}

static const struct party_file *party_of(void *context, const char *id)
{
	struct cast *cast = context;
	return strcmp(cast->parties[0].id, id) == 0 ? &cast->parties[0] : NULL;
}

/* Addresses as they are written of what the messages name. */
static void test_addresses(void **state)
{
	static const char *const indicators[] = {"ip:192.0.2.66",
						 "ip:2001:db8::66",
						 "ip:::192.0.2.66",
						 "ip:::ffff:0.0.0.0",
						 "prefix:::ffff:192.0.0.0/112",
						 "ip:::1"};
	static const char *const values[] = {"192.0.2.66", "2001:db8::66", "::1",
					     "::c000:242", "::ffff:0:0",   "::ffff:c000:0/112"};
	struct cast cast;
	cast_init(&cast);
	struct case_message notice = cast_notice(&cast);
	struct case_member members[] = {
		{"indicators", MEMBER_INDICATORS, .items = indicators, .item_count = 6}};
	notice.members = members;
	notice.member_count = 1;
	const struct case_message *const messages[] = {&notice};
	const struct stix_question question = {.messages = messages, .message_count = 1};
	struct stix_writer writer = {.question = &question, .arena = &cast.arena};
	stix_gather(&writer);
	assert_int_equal(writer.error, OK);
	assert_int_equal(writer.thing_count, 6);
	for (size_t i = 0; i < writer.thing_count; i++) {
		assert_string_equal(writer.things[i].value, values[i]);
		assert_string_equal(writer.things[i].type, i == 0 ? "ipv4-addr" : "ipv6-addr");
	}
	cast_release(&cast);
	(void)state;
}

/* The id of the first object of a type, in the bundle for these. */
static void id_for(struct cast *cast, const char *const *audience, size_t count, const char *type,
		   char ret_id[64])
{
	const struct case_message notice = cast_notice(cast);
	const struct case_message *const messages[] = {&notice};
	const struct stix_question question = {.case_id = notice.case_id,
					       .self = cast->parties[0].id,
					       .cap = TLP_AMBER,
					       .audience = audience,
					       .audience_count = count,
					       .messages = messages,
					       .message_count = 1,
					       .party = party_of,
					       .context = cast};
	struct text text;
	char words[64];
	text_init(&text, STIX_OCTETS_MAX);
	assert_int_equal(stix_write(&cast->arena, &question, &text), OK);
	(void)snprintf(words, sizeof(words), "\"id\":\"%s--", type);
	const char *at = strstr(text_get(&text), words);
	assert_non_null(at);
	(void)snprintf(ret_id, 64, "%.*s", (int)strcspn(at + 6, "\""), at + 6);
	text_release(&text);
}

/* What is for others is another object; the same parties in another order are the same. */
static void test_audience(void **state)
{
	static const char *const types[] = {"bundle", "observed-data", "indicator", "note",
					    "grouping"};
	struct cast cast;
	cast_init(&cast);
	const char *const both[] = {cast.parties[1].id, cast.parties[2].id};
	const char *const turned[] = {cast.parties[2].id, cast.parties[1].id};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		char first[64], other[64];
		id_for(&cast, both, 1, types[i], first);
		id_for(&cast, turned, 1, types[i], other);
		assert_string_not_equal(first, other);
		id_for(&cast, NULL, 0, types[i], other);
		assert_string_not_equal(first, other);
		id_for(&cast, both, 2, types[i], first);
		assert_string_not_equal(first, other);
		id_for(&cast, turned, 2, types[i], other);
		assert_string_equal(first, other);
	}
	cast_release(&cast);
	(void)state;
}

static void test_bundle(void **state)
{
	struct cast cast;
	struct text first, second;
	cast_init(&cast);
	const struct case_message notice = cast_notice(&cast);
	const struct case_message answer = cast_answer(&cast, &notice);
	const struct case_message *const messages[] = {&notice, &answer};
	const struct stix_question question = {.case_id = notice.case_id,
					       .self = cast.parties[0].id,
					       .cap = TLP_AMBER,
					       .messages = messages,
					       .message_count = 2,
					       .party = party_of,
					       .context = &cast};
	text_init(&first, STIX_OCTETS_MAX);
	text_init(&second, STIX_OCTETS_MAX);
	assert_int_equal(stix_write(&cast.arena, &question, &first), OK);
	assert_int_equal(stix_write(&cast.arena, &question, &second), OK);
	assert_string_equal(text_get(&first), text_get(&second));
	json_t *bundle = json_loads(text_get(&first), 0, NULL);
	assert_non_null(bundle);
	/* A mark, two identities, three things, observed-data, two indicators, two notes, grouping.
	 */
	assert_int_equal(json_array_size(json_object_get(bundle, "objects")), 12);
	json_decref(bundle);
	assert_non_null(strstr(text_get(&first), "answer: not-authorised"));
	assert_non_null(
		strstr(text_get(&first), cast.parties[1].id)); /* of whom no name is known */
	/* Without memory it says so. */
	int error = ERR_MEMORY;
	for (size_t cap = 256; error == ERR_MEMORY; cap += 1024) {
		struct arena small;
		arena_init(&small, cap, 64);
		text_reset(&second);
		error = stix_write(&small, &question, &second);
		arena_release(&small);
	}
	assert_int_equal(error, OK);
	text_release(&first);
	text_init(&first, 1000);
	assert_int_equal(stix_write(&cast.arena, &question, &first), ERR_LIMIT);
	text_release(&first);
	text_release(&second);
	cast_release(&cast);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uuid),      cmocka_unit_test(test_pattern),
		cmocka_unit_test(test_addresses), cmocka_unit_test(test_bundle),
		cmocka_unit_test(test_audience),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
