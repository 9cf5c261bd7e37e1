/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SPF records, and walks over them. Properties: a record that is taken is taken again, and comes to
 * the same, when it is written anew of its terms; a walk in a world where every name has this
 * record ends within the limits, and says of it only what can be printed.
 */
#include "base/text.h"
#include "dns/policy/spf_walk.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_MAX 4096

struct everywhere {
	struct record record;
	const struct record *pointer;
	unsigned int asked;
	uint8_t rdata[TEXT_MAX + TEXT_MAX / 255 + 2];
};

static void ask(void *context, const uint8_t *name, uint16_t type, struct policy_answer *ret_answer)
{
	struct everywhere *everywhere = context;
	const size_t size = name_size(name);
	everywhere->asked++;
	assert(name_is_valid(name, size));
	*ret_answer = (struct policy_answer){.state = size % 2 ? POLICY_NODATA : POLICY_NXDOMAIN};
	if (type == TYPE_TXT)
		*ret_answer = (struct policy_answer){
			.state = POLICY_FOUND, .count = 1, .records = &everywhere->pointer};
}

static void fill(struct everywhere *everywhere, const char *text, size_t size)
{
	size_t at = 0;
	for (size_t i = 0; i < size || i == 0; i += 255) {
		const size_t part = size - i < 255 ? size - i : 255;
		everywhere->rdata[at++] = (uint8_t)part;
		memcpy(everywhere->rdata + at, text + i, part);
		at += part;
	}
	everywhere->record = (struct record){
		.type = TYPE_TXT, .rdata = everywhere->rdata, .rdata_size = (uint16_t)at};
	everywhere->pointer = &everywhere->record;
}

static void check_walk(struct arena *arena, const char *text, size_t size)
{
	static const uint8_t domain[] = "\1a\7example";
	struct everywhere everywhere = {.asked = 0};
	const struct policy_source source = {.ask = ask, .context = &everywhere};
	struct spf_report report;
	fill(&everywhere, text, size);
	const int error = spf_walk(arena, &source, domain, &report);
	assert(error == OK);
	(void)error;
	assert(report.lookups <= SPF_WALK_LOOKUPS_MAX && report.voids <= report.lookups);
	assert(everywhere.asked <= 1 + 2 * SPF_WALK_LOOKUPS_MAX);
	assert(report.is_complete && report.problem_count <= SPF_PROBLEMS_MAX);
	for (uint8_t i = 0; i < report.problem_count; i++) {
		const char *words = report.problems[i].words;
		assert(strlen(words) < POLICY_WORDS_MAX && text_is_plain(words, strlen(words)));
	}
}

static void check_again(struct arena *arena, const struct spf_record *record)
{
	char again[TEXT_MAX + 16];
	size_t size = 6;
	struct spf_record back;
	const char *words;
	memcpy(again, "v=spf1", 6);
	for (uint16_t i = 0; i < record->term_count; i++) {
		again[size++] = ' ';
		memcpy(again + size, record->terms[i].text, record->terms[i].size);
		size += record->terms[i].size;
	}
	const int error = spf_parse(arena, again, size, &back, &words);
	assert(error == OK && back.term_count == record->term_count);
	(void)error;
	for (uint16_t i = 0; i < record->term_count; i++) {
		const struct spf_term *left = &record->terms[i];
		const struct spf_term *right = &back.terms[i];
		assert(left->kind == right->kind && left->qualifier == right->qualifier);
		assert(left->bits_ipv4 == right->bits_ipv4 && left->bits_ipv6 == right->bits_ipv6);
		assert(memcmp(left->address, right->address, sizeof(left->address)) == 0);
		assert(left->target_size == right->target_size);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct spf_record record;
	const char *words = NULL;
	const char *text = (const char *)data;
	if (size > TEXT_MAX)
		return 0;
	arena_init(&arena, (size_t)16 << 20, 0);
	check_walk(&arena, text, size);
	if (spf_is_record(text, size)) {
		if (spf_parse(&arena, text, size, &record, &words) == OK)
			check_again(&arena, &record);
		else
			assert(words != NULL && text_is_plain(words, strlen(words)));
	}
	arena_release(&arena);
	return 0;
}
