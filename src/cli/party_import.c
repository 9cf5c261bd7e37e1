/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "cli/allowed.h"
#include "cli/cases.h"
#include "cli/parties.h"
#include "cli/table.h"
#include "keep/store/parties.h"
#include "os/file.h"

#include <assert.h>
#include <string.h>

/* Every version of a party that changed its file each week for years. */
#define IMPORT_OCTETS_MAX ((size_t)64 << 20)
#define DETAIL_MAX 512

struct importing {
	const struct options *options;
	struct store *store;
	struct arena arena;
	struct text told; /* printed when it is kept */
	struct complaint *complaint;
	size_t line; /* at hand; 0: none */
	size_t added;
	bool is_scope_new;
};

struct older {
	struct importing *importing;
	struct party_file party;
	bool has;
};

static int take_older(void *context, const struct store_party *kept)
{
	struct older *older = context;
	struct text octets;
	text_init(&octets, PARTY_OCTETS_MAX);
	text_add_octets(&octets, kept->octets, kept->size);
	const int error = octets.error != OK
				  ? octets.error
				  : party_read(&older->importing->arena, &octets,
					       older->importing->complaint, &older->party);
	text_release(&octets);
	older->has = error == OK;
	return error;
}

struct editions {
	const struct party_file *wanted;
	bool has;
};

static int take_edition(void *context, const struct store_party *kept)
{
	struct editions *editions = context;
	const struct party_file *wanted = editions->wanted;
	if (kept->edition == wanted->edition && kept->size == wanted->size &&
	    memcmp(kept->octets, wanted->octets, kept->size) == 0)
		editions->has = true;
	return OK;
}

/* A file of all versions has those that are here, too: they are passed over. */
static int check_older(struct importing *importing, const struct party_file *party)
{
	struct editions editions = {.wanted = party};
	const int error = store_party_editions(importing->store, party->id, take_edition, &editions,
					       importing->complaint);
	return error == OK && editions.has ? complain(importing->complaint, ERR_EXISTS,
						      "party '%s', version %lld: is here already",
						      party->id, (long long)party->edition)
					   : error;
}

/* ERR_EXISTS: it is here. */
static int import_party(struct importing *importing, const struct party_file *party,
			struct older *older)
{
	char detail[DETAIL_MAX];
	int error =
		store_party(importing->store, party->id, take_older, older, importing->complaint);
	if (error != OK && (error != ERR_NOT_FOUND || older->has))
		return error;
	error = older->has ? check_older(importing, party) : OK;
	if (error != OK)
		return error;
	error = party_may_replace(older->has ? &older->party : NULL, party, parties_now(),
				  importing->complaint);
	if (error != OK)
		return error;
	error = store_party_put(importing->store, party, parties_now(), importing->complaint);
	if (error == OK) {
		(void)snprintf(detail, sizeof(detail), "version %lld, '%s'",
			       (long long)party->edition, party->name);
		error = parties_audit(importing->store, "import party", party->id, detail,
				      importing->complaint);
	}
	return error;
}

/* What a party speaks for it says itself, and its word in old cases is judged by that anew. */
static int tell_version(struct importing *importing, const struct party_file *party,
			const struct older *older)
{
	text_format(&importing->told, "%s  version %lld  %s\n", party->id,
		    (long long)party->edition, party->name);
	if (older->has) {
		parties_differ(&older->party, party, &importing->told);
		importing->is_scope_new =
			importing->is_scope_new || parties_scope_differs(&older->party, party);
	}
	return importing->told.error;
}

static int import_line(struct importing *importing, const char *line, size_t length)
{
	struct older older = {.importing = importing};
	struct party_file party;
	struct text octets;
	arena_reset(&importing->arena);
	text_init(&octets, PARTY_OCTETS_MAX + 1);
	text_add_octets(&octets, line, length);
	int error = octets.error;
	if (error == ERR_LIMIT)
		error = complain(importing->complaint, error, "party: too large");
	if (error == OK)
		error = party_read(&importing->arena, &octets, importing->complaint, &party);
	if (error == OK)
		error = import_party(importing, &party, &older);
	text_release(&octets);
	if (error == ERR_EXISTS) {
		command_note(importing->options, "%s", importing->complaint->text);
		return OK;
	}
	if (error != OK)
		return error;
	importing->added++;
	error = cases_refresh(importing->store, importing->options, party.id, importing->complaint);
	return error == OK ? tell_version(importing, &party, &older) : error;
}

/* With CRs, where somebody's editor left them. */
static bool is_empty(const char *line, size_t length)
{
	return length == 0 || (length == 1 && line[0] == '\r');
}

/* All of the file or nothing of it. */
static int import_lines(struct importing *importing, const char *data, size_t size)
{
	const char *next = data;
	const char *end = data + size;
	bool has_any = false;
	int error = OK;
	while (next < end && error == OK) {
		const char *stop = memchr(next, '\n', (size_t)(end - next));
		const size_t length = (size_t)((stop == NULL ? end : stop) - next);
		importing->line++;
		if (!is_empty(next, length)) {
			error = import_line(importing, next, length);
			has_any = true;
		}
		next += length + 1;
	}
	if (error != OK)
		return error;
	importing->line = 0;
	if (!has_any)
		error = complain(importing->complaint, ERR_FORMAT,
				 "no party is in it; 'dsfi party export' writes such a file");
	if (error == OK)
		error = store_commit(importing->store, importing->complaint);
	return error;
}

static int import_file(struct importing *importing, const char *path)
{
	char *data;
	size_t size;
	int error = allowed(importing->options, ACCESS_WRITE, importing->complaint);
	if (error == OK)
		error = file_read(path, IMPORT_OCTETS_MAX, importing->complaint, &data, &size);
	if (error != OK)
		return error;
	error = parties_store_open(importing->options, &importing->store, importing->complaint);
	if (error == OK) {
		error = import_lines(importing, data, size);
		if (error != OK)
			(void)(importing->line > 0
				       ? complain_more(importing->complaint, error,
						       "'%s', line %zu", path, importing->line)
				       : complain_more(importing->complaint, error, "'%s'", path));
	}
	memory_give(data);
	store_close(importing->store);
	return error;
}

static int run(const struct options *options)
{
	struct complaint complaint = {""};
	struct importing importing = {.options = options, .complaint = &complaint};
	arena_init(&importing.arena, PARTIES_ARENA_MAX, 0);
	text_init(&importing.told, IMPORT_OCTETS_MAX);
	const int error = import_file(&importing, options_operand(options, 0));
	if (error == OK)
		fputs(text_get(&importing.told), options->out);
	text_release(&importing.told);
	arena_release(&importing.arena);
	if (error != OK)
		return command_fail(options, error, &complaint);
	if (importing.added > 0)
		command_note(options,
			     "compare the id with what the party tells you by another way: a file "
			     "proves that it is whole, not whose it is");
	if (importing.is_scope_new)
		command_note(options,
			     "what a party speaks for it says itself, and cases that are here are "
			     "judged by it anew; ask, when you did not expect it");
	return EXIT_FINE;
}

static const struct option import_options[] = {OPTION_PARTIES_STORE, OPTION_ROLES};
static const struct example examples[] = {
	{"dsfi party import theirs.party", "takes over a party, or its newer version"},
};
static const struct command import = {
	.name = "import",
	.parent = "party",
	.summary = "take the signed file of a party into the store",
	.operands = "FILE",
	.description =
		"Reads versions of parties, one a line, from FILE (`-`: standard input); empty "
		"lines are passed over. A first "
		"one is taken when the key that the party's id is of signed it, a newer one when a "
		"key signed it that the version here names and that has not ended; what it says "
		"otherwise is told. All of the file is taken or nothing. The formats are "
		"docs/format/party.md.",
	.options = import_options,
	.option_count = 2,
	.examples = examples,
	.example_count = 1,
	.operands_minimum = 1,
	.operands_maximum = 1,
	.see_also = "dsfi-party-export(1), dsfi-audit(1)",
	.run = run,
};

const struct command *command_party_import(void)
{
	return &import;
}
