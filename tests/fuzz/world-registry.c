/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A registry's DS records. Property: what is taken is DS records within the limit, each is found by
 * its owner, and written out as a zone file it is read as the same; a refusal has words. */
#include "base/text.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "world/registry_table_private.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_MAX 32768u
/* RDATA in the form of RFC 3597. */
#define TEXT_OCTETS_MAX ((size_t)REGISTRY_RECORDS_MAX * (NAME_TEXT_MAX + 2 * 65536))

static void require(int truth)
{
	if (!truth)
		abort();
}

static void write_record(const struct record *record, struct text *text)
{
	char owner[NAME_TEXT_MAX];
	text_format(text, "%s %u IN DS \\# %u ", name_to_text(record->owner, owner), record->ttl,
		    record->rdata_size);
	for (uint16_t i = 0; i < record->rdata_size; i++)
		text_format(text, "%02x", record->rdata[i]);
	text_add_char(text, '\n');
}

static void expect_same(const struct record *left, const struct record *right)
{
	require(name_equal(left->owner, right->owner) && left->ttl == right->ttl);
	require(left->rdata_size == right->rdata_size &&
		memcmp(left->rdata, right->rdata, left->rdata_size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct record found[REGISTRY_RECORDS_MAX];
	struct complaint complaint = {""};
	struct registry_table *table;
	struct registry_table *again;
	if (size > INPUT_MAX)
		return 0;
	if (registry_table_read((const char *)data, size, &complaint, &table)) {
		require(complaint.text[0] != 0);
		return 0;
	}
	struct text text;
	text_init(&text, TEXT_OCTETS_MAX);
	require(table->count <= REGISTRY_RECORDS_MAX);
	for (uint32_t i = 0; i < table->count; i++) {
		require(table->records[i].type == TYPE_DS);
		require(registry_table_get(table, table->records[i].owner, found) > 0);
		write_record(&table->records[i], &text);
	}
	require(!text.error);
	require(registry_table_read(text_get(&text), text.length, &complaint, &again) == 0);
	require(again->count == table->count);
	for (uint32_t i = 0; i < table->count; i++)
		expect_same(&table->records[i], &again->records[i]);
	text_release(&text);
	registry_table_free(table);
	registry_table_free(again);
	return 0;
}
