/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "keep/store/store_private.h"

#include <assert.h>
#include <string.h>

/* A sentence, eight pieces of evidence. */
#define WORDS_MAX (1u << 20)

struct finding_walk {
	struct store *store;
	const struct store_filter *filter;
	store_take_finding *take;
	void *context;
	int taken;   /* what the callback said last */
	int64_t run; /* 0: whatever the run */
	struct seen_set seen;
	struct octets gap; /* of the domain at hand */
};

static int newest_run(struct store *store, int64_t *ret_run)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int error = statement_ready(store, STATEMENT_RUN_NEWEST, &statement);
	if (error == OK)
		error = statement_row(store, statement, &has_row);
	if (error != OK)
		return error;
	/* max() of nothing is NULL, which reads as 0. */
	*ret_run = has_row ? sqlite3_column_int64(statement, 0) : 0;
	(void)sqlite3_reset(statement);
	return OK;
}

static int load_words(struct finding_walk *walk, int64_t id, struct finding *finding)
{
	struct store *store = walk->store;
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	struct octets packed;
	struct octets words;
	int error = statement_ready(store, STATEMENT_WORDS_GET, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, id);
	error = statement_row(store, statement, &has_row);
	if (error == OK)
		error = has_row ? column_copy(&store->arena, statement, 0, &packed.data,
					      &packed.size)
				: ERR_DAMAGED;
	(void)sqlite3_reset(statement);
	if (error == OK)
		error = unpack(store, packed, (struct octets){0}, WORDS_MAX, &words);
	return error == OK ? finding_decode(&store->arena, words.data, words.size, finding) : error;
}

/* Does the row belong to the run asked for? One whose check was not made then does not. */
static bool is_wanted(const struct finding_walk *walk, sqlite3_stmt *row)
{
	bool is_closed = sqlite3_column_type(row, 5) != SQLITE_NULL;
	if (walk->filter->include_closed)
		return true;
	if (walk->run == 0)
		return !is_closed;
	if (sqlite3_column_int64(row, 3) > walk->run ||
	    (is_closed && sqlite3_column_int64(row, 5) < walk->run))
		return false;
	return !gap_set_has(walk->gap, sqlite3_column_int64(row, 0));
}

static int give_row(struct finding_walk *walk, sqlite3_stmt *row, const char *domain,
		    int64_t looked_s)
{
	struct store *store = walk->store;
	char code[48];
	const uint8_t *server;
	size_t server_size;
	struct store_finding found = {
		.first_s = sqlite3_column_int64(row, 4),
		.first_run = sqlite3_column_int64(row, 3),
		.last_run = INT64_MAX,
		.is_open = sqlite3_column_type(row, 5) == SQLITE_NULL,
	};
	if (!found.is_open)
		found.last_run = sqlite3_column_int64(row, 5);
	/* An open one was found by the domain's last look, unless that did not measure it. */
	const bool is_noted = sqlite3_column_type(row, 6) != SQLITE_NULL;
	found.last_s = is_noted ? sqlite3_column_int64(row, 6) : looked_s;
	found.finding.domain = domain;
	found.finding.code = code;
	int error = code_text(store, sqlite3_column_int64(row, 0), code);
	if (error == OK)
		error = column_copy(&store->arena, row, 1, &server, &server_size);
	if (error == OK && server != NULL) {
		char *text = arena_take_octets(&store->arena, server_size + 1);
		if (text == NULL)
			return ERR_MEMORY;
		memcpy(text, server, server_size);
		text[server_size] = '\0';
		found.finding.server = text;
	}
	if (error == OK)
		error = load_words(walk, sqlite3_column_int64(row, 2), &found.finding);
	if (error == OK)
		walk->taken = walk->take(walk->context, &found);
	return error;
}

/* All findings of one domain that are wanted. */
static int walk_domain(struct finding_walk *walk, const uint8_t *name, int64_t id, int64_t interval)
{
	struct store *store = walk->store;
	sqlite3_stmt *statement = NULL;
	bool has_row = true;
	char domain[NAME_TEXT_MAX];
	struct interval newest = {0};
	name_to_text(name, domain);
	int error = interval_get(store, interval, &newest);
	if (error == OK && walk->run != 0)
		error = gap_of(store, id, walk->run, &walk->gap);
	if (error == OK)
		error = statement_ready(store, STATEMENT_FINDING_OF, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, id);
	while (error == OK && walk->taken == OK) {
		error = statement_row(store, statement, &has_row);
		if (error != OK || !has_row)
			break;
		if (is_wanted(walk, statement))
			error = give_row(walk, statement, domain, newest.last_s);
	}
	(void)sqlite3_reset(statement);
	return error;
}

static int walk_one(struct finding_walk *walk, const uint8_t *name)
{
	struct store *store = walk->store;
	uint8_t key[NAME_KEY_MAX];
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int error = statement_ready(store, STATEMENT_DOMAIN_GET, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_blob64(statement, 1, key, name_to_key(name, key), SQLITE_STATIC);
	error = statement_row(store, statement, &has_row);
	int64_t id = has_row ? sqlite3_column_int64(statement, 0) : 0;
	int64_t interval = has_row ? sqlite3_column_int64(statement, 1) : 0;
	(void)sqlite3_reset(statement);
	if (error != OK)
		return error;
	if (!has_row)
		return ERR_NOT_FOUND;
	bool is_wanted_domain =
		walk->run == 0 || walk->filter->include_closed || seen_set_has(&walk->seen, id);
	return is_wanted_domain ? walk_domain(walk, name, id, interval) : OK;
}

static int walk_all(struct finding_walk *walk)
{
	struct store *store = walk->store;
	sqlite3_stmt *statement = NULL;
	bool has_row = true;
	int error = statement_ready(store, STATEMENT_DOMAIN_ALL, &statement);
	while (error == OK && walk->taken == OK) {
		uint8_t name[NAME_MAX_OCTETS];
		error = statement_row(store, statement, &has_row);
		if (error != OK || !has_row)
			break;
		int64_t id = sqlite3_column_int64(statement, 1);
		if (!walk->filter->include_closed && !seen_set_has(&walk->seen, id))
			continue;
		error = name_from_key(sqlite3_column_blob(statement, 0),
				      (size_t)sqlite3_column_bytes(statement, 0), name);
		arena_reset(&store->arena);
		if (error == OK)
			error = walk_domain(walk, name, id, sqlite3_column_int64(statement, 2));
	}
	(void)sqlite3_reset(statement);
	return error;
}

static int walk_findings(struct finding_walk *walk)
{
	const struct store_filter *filter = walk->filter;
	int error = OK;
	walk->run = filter->run;
	if (walk->run == 0 && filter->domain == NULL)
		error = newest_run(walk->store, &walk->run);
	if (error == OK && walk->run != 0)
		error = seen_set_load(walk->store, walk->run, &walk->seen);
	if (error == OK)
		error = filter->domain != NULL ? walk_one(walk, filter->domain) : walk_all(walk);
	seen_set_release(&walk->seen);
	return error;
}

int store_findings(struct store *store, const struct store_filter *filter, store_take_finding *take,
		   void *context, struct complaint *complaint)
{
	assert(filter != NULL && take != NULL);
	bool began = false;
	struct finding_walk walk = {
		.store = store, .filter = filter, .take = take, .context = context};
	int error = store_read_begin(store, &began);
	if (error == OK) {
		error = walk_findings(&walk);
		if (error != OK && error != ERR_NOT_FOUND)
			(void)store_fail(store, complaint, error, "cannot read the findings");
		store_read_end(store, began);
	} else {
		(void)store_fail(store, complaint, error, "cannot read the findings");
	}
	if (error == ERR_NOT_FOUND)
		return complain(complaint, ERR_NOT_FOUND, "store '%s': this domain was never seen",
				store->path);
	return error == OK ? walk.taken : error;
}

static int find_code(struct store *store, const char *code, int64_t *ret_id)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int error = statement_ready(store, STATEMENT_CODE_FIND, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_text(statement, 1, code, -1, SQLITE_STATIC);
	error = statement_row(store, statement, &has_row);
	*ret_id = error == OK && has_row ? sqlite3_column_int64(statement, 0) : 0;
	(void)sqlite3_reset(statement);
	return error;
}

static int walk_spans(struct store *store, int64_t code, store_take_span *take, void *context,
		      int *ret_taken)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = true;
	int error = statement_ready(store, STATEMENT_FINDING_SPANS, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, code);
	while (error == OK && *ret_taken == OK) {
		error = statement_row(store, statement, &has_row);
		if (error != OK || !has_row)
			break;
		const bool is_open = sqlite3_column_type(statement, 2) == SQLITE_NULL;
		const struct store_span span = {
			.domain = sqlite3_column_int64(statement, 0),
			.first_run = sqlite3_column_int64(statement, 1),
			.last_run = is_open ? INT64_MAX : sqlite3_column_int64(statement, 2),
		};
		*ret_taken = take(context, &span);
	}
	(void)sqlite3_reset(statement);
	return error;
}

int store_spans(struct store *store, const char *code, store_take_span *take, void *context,
		struct complaint *complaint)
{
	assert(code != NULL && take != NULL);
	bool began = false;
	int64_t id = 0;
	int taken = OK;
	int error = store_read_begin(store, &began);
	if (error == OK)
		error = find_code(store, code, &id);
	if (error == OK && id != 0)
		error = walk_spans(store, id, take, context, &taken);
	store_read_end(store, began);
	return error == OK ? taken
			   : store_fail(store, complaint, error, "cannot read the findings");
}
