/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A letter as a file, and the list of all its domains beside it. */
#include "base/csv.h"
#include "model/finding.h"
#include "os/file.h"
#include "tell/letter/letter_private.h"

#include <assert.h>
#include <string.h>

/* A million domains with ten codes each. */
#define REST_OCTETS_MAX ((size_t)1 << 30)
/* The letter itself tells three changes and a hundred domains. */
#define LETTER_OCTETS_MAX ((size_t)64 << 20)

static const char *who(const struct letter_row *row)
{
	if (row->is_excepted)
		return "under exception";
	return row->is_ours ? "you" : party_text(row->party);
}

static void rest_rows(const struct letter *letter, struct text *csv)
{
	text_add(csv, "domain,code,who,severity\r\n");
	for (uint32_t i = 0; i < letter->domain_count; i++) {
		const struct letter_row *row;
		size_t cursor = 0;

		while ((row = letter_next_concern(letter, i, &cursor))) {
			csv_field(csv, letter->domains[i].name);
			text_format(csv, ",%s,%s,%s\r\n", row->code, who(row),
				    severity_text(row->severity));
		}
	}
}

/* Writes the list beside `path`, and its name to ret_name (arena); NULL: none was needed. */
static int write_rest(const struct letter *letter, struct arena *arena, const char *path,
		      const char **ret_name, struct complaint *complaint)
{
	const char *dot = strrchr(path, '.');
	const char *slash = strrchr(path, '/');
	const size_t stem = dot && (!slash || dot > slash) ? (size_t)(dot - path) : strlen(path);
	struct text csv;
	const char *name;
	int result;

	assert(stem <= strlen(path));
	*ret_name = NULL;
	if (letter->domain_count <= LETTER_DOMAINS_SHOWN)
		return OK;
	name = arena_format(arena, "%.*s-domains.csv", (int)stem, path);
	if (!name)
		return ERR_MEMORY;
	text_init(&csv, REST_OCTETS_MAX);
	rest_rows(letter, &csv);
	result = csv.error;
	if (result == OK)
		result = file_write(name, text_get(&csv), csv.length, complaint);
	text_release(&csv);
	if (result < 0)
		return result;
	slash = strrchr(name, '/');
	*ret_name = slash ? slash + 1 : name;
	return OK;
}

int letter_write(const struct letter *letter, const char *path, letter_writer *write,
		 struct complaint *complaint)
{
	const char *rest = NULL;
	struct arena arena;
	struct text text;
	int result;

	arena_init(&arena, (size_t)1 << 20, 0);
	text_init(&text, LETTER_OCTETS_MAX);
	/* The letter last: who sees it finds the file that it names. */
	result = write_rest(letter, &arena, path, &rest, complaint);
	if (result == OK) {
		write(letter, rest, &text);
		result = text.error;
	}
	if (result == OK)
		result = file_write(path, text_get(&text), text.length, complaint);
	text_release(&text);
	arena_release(&arena);
	return result;
}
