/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DMARC records. Properties: a tag that nobody knows changes nothing; addresses for reports lie in
 * the record and have hosts; what is wrong is said in what can be printed.
 */
#include "base/text.h"
#include "dns/policy/dmarc.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_uris(const struct policy_uri *uris, uint8_t count, const char *text, size_t size)
{
	assert(count <= POLICY_URIS_MAX);
	for (uint8_t i = 0; i < count; i++) {
		assert(uris[i].text >= text && uris[i].text + uris[i].size <= text + size);
		assert(name_is_host(uris[i].host.octets) && !name_is_root(uris[i].host.octets));
	}
}

static void check_same(const struct dmarc_record *left, const struct dmarc_record *right)
{
	assert(left->policy == right->policy && left->psd == right->psd);
	assert(left->subdomain_policy == right->subdomain_policy);
	assert(left->absent_policy == right->absent_policy);
	assert(left->is_testing == right->is_testing && left->is_usable == right->is_usable);
	assert(left->report_count == right->report_count);
	assert(left->failure_count == right->failure_count);
	assert((left->fault == NULL) == (right->fault == NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char more[] = "; nobody-knows=this";
	struct arena arena;
	struct dmarc_record record;
	struct dmarc_record again;
	const char *text = (const char *)data;
	if (size == 0 || size > 65535 || !dmarc_is_record(text, size))
		return 0;
	arena_init(&arena, (size_t)16 << 20, 0);
	int error = dmarc_parse(&arena, text, size, &record);
	assert(error == OK);
	check_uris(record.reports, record.report_count, text, size);
	check_uris(record.failures, record.failure_count, text, size);
	assert(record.fault == NULL || text_is_plain(record.fault, strlen(record.fault)));
	char *longer = arena_take_octets(&arena, size + sizeof(more));
	assert(longer != NULL);
	memcpy(longer, text, size);
	memcpy(longer + size, more, sizeof(more) - 1);
	error = dmarc_parse(&arena, longer, size + sizeof(more) - 1, &again);
	assert(error == OK);
	(void)error;
	check_same(&record, &again);
	arena_release(&arena);
	return 0;
}
