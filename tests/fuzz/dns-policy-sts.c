/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * MTA-STS records and policies, and records of TLS reporting. Properties: a policy means the same
 * whether its lines end in LF or CRLF; its patterns allow themselves; what is refused is refused in
 * words.
 */
#include "base/text.h"
#include "dns/policy/sts.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_words(int error, const char *words)
{
	assert(error == OK || error == ERR_FORMAT);
	assert(error == OK || (words != NULL && text_is_plain(words, strlen(words))));
}

static void check_records(struct arena *arena, const char *text, size_t size)
{
	const char *words = NULL;
	struct tlsrpt_record record;
	int error;
	if (sts_is_record(text, size)) {
		error = sts_parse_record(arena, text, size, &words);
		check_words(error, words);
	}
	if (!tlsrpt_is_record(text, size))
		return;
	words = NULL;
	error = tlsrpt_parse(arena, text, size, &record, &words);
	check_words(error, words);
	assert(error != OK || record.report_count > 0);
}

static void check_patterns(const struct sts_policy *policy)
{
	for (uint16_t i = 0; i < policy->pattern_count; i++) {
		const uint8_t *pattern = policy->patterns[i].octets;
		assert(sts_allows(policy, pattern));
		assert(name_is_host(name_is_wildcard(pattern) ? name_parent(pattern) : pattern));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct sts_policy policy;
	struct sts_policy again;
	const char *words = NULL;
	const char *text = size > 0 ? (const char *)data : "";
	if (size > STS_POLICY_OCTETS_MAX / 2)
		return 0;
	arena_init(&arena, (size_t)16 << 20, 0);
	check_records(&arena, text, size);
	const int error = sts_parse_policy(&arena, text, size, &policy, &words);
	check_words(error, words);
	char *longer = arena_take_octets(&arena, 2 * size);
	assert(longer != NULL);
	size_t used = 0;
	for (size_t i = 0; i < size; i++) {
		if (text[i] == '\n')
			longer[used++] = '\r';
		longer[used++] = text[i];
	}
	words = NULL;
	const int same = sts_parse_policy(&arena, longer, used, &again, &words);
	check_words(same, words);
	assert(error == same);
	if (error == OK) {
		check_patterns(&policy);
		assert(policy.mode == again.mode && policy.max_age_s == again.max_age_s);
		assert(policy.pattern_count == again.pattern_count);
	}
	arena_release(&arena);
	return 0;
}
