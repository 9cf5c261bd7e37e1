/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DS records from outside: read, found, served, exchanged while questions are asked. */
#include "dns/wire/type.h"
#include "world/authority_private.h"
#include "world/registry_table_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DIGEST " 13 2 0000000000000000000000000000000000000000000000000000000000000001\n"
#define WORLD                                                        \
	"world: 1\nservers:\n"                                       \
	"  - {name: a.nic.tld, addresses: [198.18.0.1]}\n"           \
	"  - {name: a.host.tld, addresses: [198.18.0.2]}\n"          \
	"  - {name: b.host.tld, addresses: [198.18.0.3]}\n"          \
	"operators:\n"                                               \
	"  - {name: nic, servers: [a.nic.tld]}\n"                    \
	"  - {name: host, servers: [a.host.tld, b.host.tld]}\n"      \
	"zones:\n"                                                   \
	"  - {name: ., operator: nic, signed: 13 nsec}\n"            \
	"  - {name: tld, operator: nic, signed: 13 nsec3-opt-out}\n" \
	"domains:\n"                                                 \
	"  - {name: plain.tld, operator: host}\n"                    \
	"  - {name: secure.tld, operator: host, signed: 13 nsec}\n"

static struct registry_table *table_of(const char *text)
{
	struct registry_table *table;
	struct complaint complaint = {""};
	if (registry_table_read(text, strlen(text), &complaint, &table))
		fail_msg("%s", complaint.text);
	return table;
}

static void test_table(void **state)
{
	struct registry_table *table =
		table_of("a.tld. DS 1" DIGEST "B.tld. 7 DS 2" DIGEST "a.tld. DS 3" DIGEST);
	struct record records[REGISTRY_RECORDS_MAX];
	assert_int_equal(registry_table_get(table, (const uint8_t *)"\1a\3tld", records), 2);
	assert_int_equal(records[1].rdata[1], 3);
	assert_int_equal(registry_table_get(table, (const uint8_t *)"\1b\3tld", records), 1);
	assert_int_equal(records[0].ttl, 7);
	assert_int_equal(registry_table_get(table, (const uint8_t *)"\3tld", NULL), 0);
	assert_int_equal(registry_table_get(NULL, (const uint8_t *)"\3tld", NULL), 0);
	registry_table_free(table);
	registry_table_free(NULL);
}

static void test_refused(void **state)
{
	static const char *const texts[] = {"a.tld. A 192.0.2.1\n", "a.tld. DS\n", "$INCLUDE x\n"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct registry_table *table = NULL;
		struct complaint complaint = {""};
		assert_true(registry_table_read(texts[i], strlen(texts[i]), &complaint, &table) <
			    0);
		assert_null(table);
		assert_true(complaint.text[0] != 0);
	}
	struct text many;
	struct registry_table *table;
	text_init(&many, (size_t)1024 * 1024);
	for (size_t i = 0; i <= REGISTRY_RECORDS_MAX; i++)
		text_add(&many, "a.tld. DS 1" DIGEST);
	assert_int_equal(registry_table_read(text_get(&many), many.length, NULL, &table),
			 ERR_LIMIT);
	text_release(&many);
}

/* The tag of the first DS record that the parent gives, 0: it proves that there is none. */
static unsigned int served_tag(struct authority *authority, const uint8_t *name)
{
	struct answer answer;
	const struct answer_question question = {
		.server = 0, .name = name, .type = TYPE_DS, .dnssec_ok = true};
	arena_reset(authority_scratch(authority));
	assert_int_equal(authority_answer(authority, &question, &answer), 0);
	assert_int_equal(answer.rcode, 0);
	assert_true(answer.count > 0 && answer.items[0].signature_count > 0);
	const struct record *record = answer.items[0].records[0];
	return record->type == TYPE_DS ? (unsigned int)(record->rdata[0] << 8 | record->rdata[1])
				       : 0;
}

static void test_served(void **state)
{
	const uint8_t *plain = (const uint8_t *)"\5plain\3tld";
	const uint8_t *secure = (const uint8_t *)"\6secure\3tld";
	struct world *world;
	struct authority *authority;
	struct complaint complaint = {""};
	if (world_parse(WORLD, strlen(WORLD), NULL, &complaint, &world))
		fail_msg("%s", complaint.text);
	assert_int_equal(authority_new(world, 1800000000, &authority), 0);
	const unsigned int own = served_tag(authority, secure);
	assert_int_equal(served_tag(authority, plain), 0);
	assert_true(own != 0 && own != 7);
	authority_register(authority, table_of("plain.tld. DS 5" DIGEST "secure.tld. DS 7" DIGEST));
	assert_int_equal(served_tag(authority, plain), 5);
	assert_int_equal(served_tag(authority, secure), 7);
	authority_register(authority, table_of("plain.tld. DS 6" DIGEST));
	assert_int_equal(served_tag(authority, plain), 6);
	assert_int_equal(served_tag(authority, secure), own);
	authority_register(authority, table_of(""));
	assert_int_equal(served_tag(authority, plain), 0);
	authority_free(authority);
	world_free(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_served),
	};
	return cmocka_run_group_tests_name("world/registry", tests, NULL, NULL);
}
