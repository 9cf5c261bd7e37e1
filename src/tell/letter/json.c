/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

#include "tell/letter/letter_private.h"
#include "tell/page/markup.h"

#include <assert.h>

static void put_filled(struct json *json, const struct letter_row *row, const char *domain,
		       const struct prose_part *part)
{
	struct text filled;

	text_init(&filled, LETTER_FIX_OCTETS_MAX);
	letter_fill(row, domain, part, &filled);
	json_text_octets(json, text_get(&filled), filled.length);
	text_release(&filled);
}

static bool differs_by_domain(const struct letter_row *row, const struct prose_part *block)
{
	struct text first;
	struct text second;
	bool is_different;

	text_init(&first, LETTER_FIX_OCTETS_MAX);
	text_init(&second, LETTER_FIX_OCTETS_MAX);
	letter_fill(row, "a.", block, &first);
	letter_fill(row, "bb.", block, &second);
	is_different = first.length != second.length;
	text_release(&first);
	text_release(&second);
	return is_different;
}

static void put_fix(struct json *json, const struct letter_row *row, enum letter_software software)
{
	struct letter_fix fix;
	struct prose_part block;
	size_t cursor = 0;

	if (!letter_find_fix(row, software, &fix))
		return;
	json_begin_object(json);
	json_put_text(json, "software", letter_software_word(software));
	json_key(json, "text");
	put_filled(json, row, row->domain, fix.part.length ? &fix.part : &fix.before);
	json_key(json, "blocks");
	json_begin_array(json);
	while (letter_next_block(&fix.part, &cursor, &block)) {
		json_begin_object(json);
		json_put_bool(json, "each_domain", differs_by_domain(row, &block));
		json_key(json, "lines");
		put_filled(json, row, row->domain, &block);
		json_key(json, "template");
		json_text_octets(json, block.start, block.length);
		json_end_object(json);
	}
	json_end_array(json);
	json_end_object(json);
}

static void put_row(struct json *json, const struct letter *letter, const struct letter_row *row)
{
	struct text words;

	text_init(&words, LETTER_FIX_OCTETS_MAX);
	json_begin_object(json);
	json_put_text(json, "type", "letter-finding");
	json_put_text(json, "code", row->code);
	json_put_text(json, "title", letter_title(row));
	json_put_text(json, "severity", severity_text(row->severity));
	json_put_text(json, "party", party_text(row->party));
	json_put_bool(json, "yours", row->is_ours);
	json_put_number(json, "domains", row->domains);
	json_put_number(json, "disputed", row->disputed);
	json_put_number(json, "effect", (int64_t)row->effect);
	json_put_text(json, "domain", row->domain);
	json_put_text(json, "sentence", row->sentence);
	json_key(json, "servers");
	json_begin_array(json);
	for (uint8_t i = 0; i < row->server_count; i++)
		json_text(json, row->servers[i]);
	json_end_array(json);
	json_key(json, "fixes");
	json_begin_array(json);
	for (int i = 0; i < LETTER_SOFTWARE_COUNT; i++)
		if (letter_tells(letter, (enum letter_software)i))
			put_fix(json, row, (enum letter_software)i);
	json_end_array(json);
	letter_verify(row, &words);
	json_put_text(json, "verify", text_get(&words));
	json_put_text(json, "reference", row->check ? row->check->reference : NULL);
	text_reset(&words);
	markup_reference_link(&words, row->check ? row->check->reference : NULL);
	json_put_text(json, "link", words.length ? text_get(&words) : NULL);
	json_end_object(json);
	json_end_line(json);
	text_release(&words);
}

static void put_domain(struct json *json, const struct letter *letter, uint32_t number)
{
	static const struct {
		const char *key;
		bool is_ours, is_excepted;
	} lists[] = {{"yours", true, false}, {"others", false, false}, {"excepted", false, true}};
	assert(number < letter->domain_count);
	const struct letter_domain *domain = &letter->domains[number];
	const struct letter_row *row;

	json_begin_object(json);
	json_put_text(json, "type", "letter-domain");
	json_put_text(json, "domain", domain->name);
	json_put_bool(json, "measured", domain->is_measured);
	json_put_bool(json, "shared", domain->is_shared);
	for (size_t list = 0; list < sizeof(lists) / sizeof(lists[0]); list++) {
		size_t cursor = 0;

		json_key(json, lists[list].key);
		json_begin_array(json);
		while ((row = letter_next_concern(letter, number, &cursor)))
			if (row->is_ours == lists[list].is_ours &&
			    row->is_excepted == lists[list].is_excepted)
				json_text(json, row->code);
		json_end_array(json);
	}
	json_end_object(json);
	json_end_line(json);
}

static void put_grouping(struct json *json, const struct letter *letter)
{
	struct arena arena;

	arena_init(&arena, (size_t)1 << 16, 0);
	json_key(json, "grouping");
	json_begin_array(json);
	for (int i = 0; i < OPERATOR_RULE_COUNT; i++) {
		if (letter->by_rule[i] == 0)
			continue;
		json_begin_object(json);
		json_put_number(json, "domains", letter->by_rule[i]);
		json_put_text(json, "rule", operator_words(&arena, &letter->by_rule_example[i]));
		json_end_object(json);
	}
	json_end_array(json);
	arena_release(&arena);
}

static void put_exceptions(struct json *json, const struct excepted *excepted)
{
	json_key(json, "exceptions");
	json_begin_object(json);
	json_put_number(json, "findings", (int64_t)excepted->accepted);
	json_put_number(json, "disputed", (int64_t)excepted->disputed);
	json_key(json, "applied");
	excepted_json(excepted, EXCEPTED_APPLIED, json);
	json_key(json, "expired");
	excepted_json(excepted, EXCEPTED_CAME_BACK, json);
	json_end_object(json);
}

static void put_letter(struct json *json, const struct letter *letter)
{
	char started[TIME_TEXT_MAX];
	struct text lead;

	time_to_text(letter->run.started_s, started);
	text_init(&lead, LETTER_FIX_OCTETS_MAX);
	letter_lead(letter, &lead);
	json_begin_object(json);
	json_put_text(json, "type", "letter");
	json_put_text(json, "operator", letter->operator_name);
	json_put_number(json, "run", letter->run.id);
	json_put_text(json, "started", started);
	json_put_text(json, "lead", text_get(&lead));
	json_put_number(json, "domains", letter->domain_count);
	json_put_number(json, "troubled", letter->troubled);
	json_put_number(json, "not_measured", letter->not_measured);
	json_put_number(json, "shared", letter->shared);
	json_put_number(json, "left_out", letter->elsewhere);
	json_key(json, "software");
	json_begin_array(json);
	for (int i = 0; i < LETTER_SOFTWARE_COUNT; i++)
		if (letter_tells(letter, (enum letter_software)i))
			json_text(json, letter_software_word((enum letter_software)i));
	json_end_array(json);
	put_grouping(json, letter);
	put_exceptions(json, &letter->excepted);
	json_end_object(json);
	json_end_line(json);
	text_release(&lead);
}

int letter_json(const struct letter *letter, struct text *text)
{
	struct json json;

	json_init(&json, text);
	put_letter(&json, letter);
	for (uint32_t i = 0; i < letter->row_count; i++)
		put_row(&json, letter, &letter->rows[i]);
	for (uint32_t i = 0; i < letter->domain_count; i++)
		put_domain(&json, letter, i);
	return text->error;
}
