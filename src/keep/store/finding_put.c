/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Findings as intervals. One that is still there is not touched; its words are replaced when they
 * changed (a signature that ends in three days ends in two tomorrow). One whose check could not be
 * made stays as it was, since not measured is not mended; it then notes when it was last found. One
 * that is not there any more ends with the last look that found it.
 */
#include "keep/store/store_private.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

/* Findings kept of one look; more would help nobody. */
#define FINDINGS_MAX 512

struct open_finding {
	int64_t ordinal, code, digest, words;
	const char *server; /* NULL: the whole domain */
	int64_t noted_s;    /* last found then, not measured since; 0: by the look before */
	bool is_taken;
};

struct new_finding {
	const struct finding *finding;
	int64_t code, digest;
	struct octets words;
	bool is_taken;
};

struct findings {
	size_t open_count, new_count;
	struct open_finding *open;
	struct new_finding *new;
};

static bool same_server(const char *left, const char *right)
{
	if (left == NULL || right == NULL)
		return left == right;
	return strcmp(left, right) == 0;
}

static int64_t digest_of(struct octets words)
{
	int64_t digest;
	static_assert(sizeof(digest) == crypto_shorthash_BYTES, "a digest is a number");
	/* Only to see a change: nobody gains by choosing what looks unchanged in his own finding.
	 */
	static const uint8_t key[crypto_shorthash_KEYBYTES];
	uint8_t octets[crypto_shorthash_BYTES];
	(void)crypto_shorthash(octets, words.data, words.size, key);
	memcpy(&digest, octets, sizeof(digest));
	return digest;
}

static int load_row(struct store *store, sqlite3_stmt *statement, struct open_finding *finding)
{
	const uint8_t *server;
	size_t size;
	*finding = (struct open_finding){
		.ordinal = sqlite3_column_int64(statement, 0),
		.code = sqlite3_column_int64(statement, 1),
		.digest = sqlite3_column_int64(statement, 3),
		.words = sqlite3_column_int64(statement, 4),
		.noted_s = sqlite3_column_int64(statement, 5), /* NULL reads as 0 */
	};
	int error = column_copy(&store->arena, statement, 2, &server, &size);
	if (error != OK || server == NULL)
		return error;
	char *text = arena_take_octets(&store->arena, size + 1);
	if (text == NULL)
		return ERR_MEMORY;
	memcpy(text, server, size);
	text[size] = '\0';
	finding->server = text;
	return OK;
}

static int load_open(struct store *store, int64_t domain, struct findings *findings)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = true;
	int error = statement_ready(store, STATEMENT_FINDING_OPEN, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, domain);
	while (error == OK) {
		error = statement_row(store, statement, &has_row);
		if (error != OK || !has_row)
			break;
		if (findings->open == NULL)
			findings->open = arena_take_array(&store->arena, FINDINGS_MAX,
							  sizeof(*findings->open));
		if (findings->open == NULL)
			error = ERR_MEMORY;
		else if (findings->open_count == FINDINGS_MAX)
			error = ERR_DAMAGED;
		else
			error = load_row(store, statement, &findings->open[findings->open_count++]);
	}
	(void)sqlite3_reset(statement);
	return error;
}

static int load_new(struct store *store, const struct store_entry *entry, struct findings *findings)
{
	size_t count = entry->finding_count < FINDINGS_MAX ? entry->finding_count : FINDINGS_MAX;
	findings->new = arena_take_array(&store->arena, count, sizeof(*findings->new));
	if (findings->new == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		struct new_finding *new = &findings->new[i];
		new->finding = &entry->findings[i];
		int error = code_id(store, new->finding->code, &new->code);
		if (error == OK)
			error = finding_encode(&store->arena, new->finding, &new->words.data,
					       &new->words.size);
		if (error != OK)
			return error;
		new->digest = digest_of(new->words);
	}
	findings->new_count = count;
	return OK;
}

static int close_finding(struct store *store, const struct look *look,
			 const struct open_finding *open)
{
	sqlite3_stmt *statement = NULL;
	assert(look->before_run > 0 && !open->is_taken);
	int error = statement_ready(store, STATEMENT_FINDING_CLOSE, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, look->domain);
	sqlite3_bind_int64(statement, 2, open->ordinal);
	sqlite3_bind_int64(statement, 3, look->before_run);
	sqlite3_bind_int64(statement, 4, open->noted_s != 0 ? open->noted_s : look->before_s);
	return statement_run(store, statement);
}

/* Not measured: when it was last found is noted, until it is found again (0). */
static int note_found(struct store *store, const struct look *look, const struct open_finding *open,
		      int64_t found_s)
{
	sqlite3_stmt *statement = NULL;
	assert(look->before_run > 0 && (found_s == 0) != (open->noted_s == 0));
	int error = statement_ready(store, STATEMENT_FINDING_NOTE, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, look->domain);
	sqlite3_bind_int64(statement, 2, open->ordinal);
	if (found_s != 0)
		sqlite3_bind_int64(statement, 3, found_s);
	return statement_run(store, statement);
}

static int change_words(struct store *store, const struct look *look,
			const struct open_finding *open, const struct new_finding *new)
{
	sqlite3_stmt *statement = NULL;
	struct octets packed;
	int error = pack(store, new->words, (struct octets){0}, &packed);
	if (error == OK)
		error = statement_ready(store, STATEMENT_WORDS_CHANGE, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, open->words);
	sqlite3_bind_blob64(statement, 2, packed.data, packed.size, SQLITE_STATIC);
	error = statement_run(store, statement);
	if (error == OK)
		error = statement_ready(store, STATEMENT_FINDING_CHANGE, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, look->domain);
	sqlite3_bind_int64(statement, 2, open->ordinal);
	sqlite3_bind_int64(statement, 3, new->digest);
	return statement_run(store, statement);
}

/* The next number of a finding of this domain. */
static int next_ordinal(struct store *store, int64_t domain, int64_t *ret_ordinal)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int error = statement_ready(store, STATEMENT_FINDING_ORDINAL, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, domain);
	error = statement_row(store, statement, &has_row);
	if (error == OK)
		*ret_ordinal = has_row ? sqlite3_column_int64(statement, 0) + 1 : 1;
	(void)sqlite3_reset(statement);
	return error;
}

static int insert_words(struct store *store, struct octets words, int64_t *ret_id)
{
	sqlite3_stmt *statement = NULL;
	struct octets packed;
	int error = pack(store, words, (struct octets){0}, &packed);
	if (error == OK)
		error = statement_ready(store, STATEMENT_WORDS_INSERT, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_blob64(statement, 1, packed.data, packed.size, SQLITE_STATIC);
	error = statement_run(store, statement);
	if (error == OK)
		*ret_id = sqlite3_last_insert_rowid(store->database);
	return error;
}

static int open_finding(struct store *store, const struct look *look, int64_t ordinal,
			const struct new_finding *new)
{
	sqlite3_stmt *statement = NULL;
	int64_t words = 0;
	assert(ordinal > 0 && new->code > 0 && !new->is_taken);
	int error = insert_words(store, new->words, &words);
	if (error == OK)
		error = statement_ready(store, STATEMENT_FINDING_INSERT, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, look->domain);
	sqlite3_bind_int64(statement, 2, ordinal);
	sqlite3_bind_int64(statement, 3, new->code);
	if (new->finding->server != NULL)
		sqlite3_bind_text(statement, 4, new->finding->server, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 5, new->digest);
	sqlite3_bind_int64(statement, 6, words);
	sqlite3_bind_int64(statement, 7, look->run);
	sqlite3_bind_int64(statement, 8, look->time_s);
	return statement_run(store, statement);
}

/* Still there: its words may have changed, and it may not have been measured for a while. */
static int go_on(struct store *store, const struct look *look, struct open_finding *open,
		 struct new_finding *new)
{
	assert(open->code == new->code);
	open->is_taken = true;
	new->is_taken = true;
	int error = open->digest == new->digest ? OK : change_words(store, look, open, new);
	if (error == OK && open->noted_s != 0)
		error = note_found(store, look, open, 0);
	return error;
}

/* The same code at the same server; first those whose words are the same, then in order. */
static int match(struct store *store, const struct look *look, struct findings *findings,
		 bool only_same_words)
{
	for (size_t i = 0; i < findings->new_count; i++) {
		struct new_finding *new = &findings->new[i];
		for (size_t j = 0; j < findings->open_count && !new->is_taken; j++) {
			struct open_finding *open = &findings->open[j];
			bool same_words = open->digest == new->digest;
			if (open->is_taken || open->code != new->code ||
			    !same_server(open->server, new->finding->server) ||
			    (only_same_words && !same_words))
				continue;
			int error = go_on(store, look, open, new);
			if (error != OK)
				return error;
		}
	}
	return OK;
}

static int was_not_measured(struct store *store, const struct look *look, int64_t code,
			    bool *ret_result)
{
	*ret_result = false;
	for (size_t i = 0; i < look->entry->not_measured_count && !*ret_result; i++) {
		int64_t id;
		int error = code_id(store, look->entry->not_measured[i], &id);
		if (error != OK)
			return error;
		*ret_result = id == code;
	}
	return OK;
}

static int close_missing(struct store *store, const struct look *look,
			 const struct findings *findings)
{
	for (size_t i = 0; i < findings->open_count; i++) {
		bool is_unknown;
		const struct open_finding *open = &findings->open[i];
		if (open->is_taken)
			continue;
		int error = was_not_measured(store, look, open->code, &is_unknown);
		if (error == OK && !is_unknown)
			error = close_finding(store, look, open);
		else if (error == OK && open->noted_s == 0)
			error = note_found(store, look, open, look->before_s);
		if (error != OK)
			return error;
	}
	return OK;
}

static int open_new(struct store *store, const struct look *look, const struct findings *findings)
{
	int64_t ordinal = 0;
	for (size_t i = 0; i < findings->new_count; i++) {
		int error = OK;
		if (findings->new[i].is_taken)
			continue;
		if (ordinal == 0)
			error = next_ordinal(store, look->domain, &ordinal);
		if (error == OK)
			error = open_finding(store, look, ordinal++, &findings->new[i]);
		if (error != OK)
			return error;
	}
	return OK;
}

int findings_put(struct store *store, const struct look *look)
{
	struct findings findings = {0};
	assert(look->domain > 0 && look->run > 0 && look->entry != NULL);
	int error = look->before_run != 0 ? load_open(store, look->domain, &findings) : OK;
	if (error == OK)
		error = load_new(store, look->entry, &findings);
	if (error == OK)
		error = match(store, look, &findings, true);
	if (error == OK)
		error = match(store, look, &findings, false);
	if (error == OK)
		error = close_missing(store, look, &findings);
	if (error == OK)
		error = open_new(store, look, &findings);
	return error;
}
