/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsfi pivot: which other domains use the same name server, address, key or mail host. */
#include "cli/pivot_private.h"
#include "cli/table.h"

#include <assert.h>

#define DEFAULT_STORE "dsfi.sqlite"
/* One domain in words. */
#define OUTPUT_OCTETS_MAX ((size_t)1 << 20)

static int prepare(struct pivot *pivot)
{
	struct changes *changes = &pivot->changes;
	int error = suffix_built_in(&changes->suffixes, pivot->complaint);
	if (error == OK)
		error = signals_new(NULL, &changes->signals, pivot->complaint);
	if (error == OK)
		error = store_open(options_text(pivot->options, "store"), STORE_READ,
				   &changes->store, pivot->complaint);
	if (error != OK)
		return error;
	/* Stores of an older version have no sets of name servers; then it is not known. */
	error = server_counts_new(changes->store, &changes->counts, pivot->complaint);
	return error == ERR_NOT_FOUND ? OK : error;
}

static void note_end(const struct pivot *pivot)
{
	const struct options *options = pivot->options;
	if (pivot->used == 0) {
		command_note(options, "none of %llu domains in the store %s %s%s",
			     (unsigned long long)pivot->looked,
			     options_given(options, "since") ? "has used" : "uses", pivot->value,
			     options_given(options, "since") ? " since then" : ", or ever did");
		return;
	}
	command_note(options, "%llu of %llu domains used %s; %llu still do",
		     (unsigned long long)pivot->used, (unsigned long long)pivot->looked,
		     pivot->value, (unsigned long long)pivot->still);
	if (pivot->left_out > 0)
		command_note(options, "%llu more are not shown; --most takes a larger number",
			     (unsigned long long)pivot->left_out);
}

static int run(const struct options *options)
{
	struct complaint complaint = {""};
	struct pivot pivot = {
		.options = options,
		.complaint = &complaint,
		.most = (size_t)options_number(options, "most"),
		.changes = {.options = options, .complaint = &complaint},
	};
	if (pivot_read_value(&pivot) != OK)
		return command_usage(options, "%s", complaint.text);
	arena_init(&pivot.changes.arena, CHANGE_OCTETS_MAX, (size_t)256 << 10);
	text_init(&pivot.text, OUTPUT_OCTETS_MAX);
	int error = prepare(&pivot);
	if (error == OK)
		error = pivot_find(&pivot);
	if (error == OK)
		error = pivot_tell(&pivot, pivot_print);
	if (error == OK)
		note_end(&pivot);
	text_release(&pivot.text);
	arena_release(&pivot.changes.arena);
	pivot_release_found(&pivot);
	server_counts_free(pivot.changes.counts);
	signals_free(pivot.changes.signals);
	suffix_free(pivot.changes.suffixes);
	store_close(pivot.changes.store);
	return error == OK ? EXIT_FINE : command_fail(options, error, &complaint);
}

static const struct option pivot_options[] = {
	{.name = "store",
	 .letter = 's',
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .fallback = DEFAULT_STORE,
	 .help = "the store to read"},
	{.name = "ns",
	 .kind = OPTION_TEXT,
	 .argument = "NAME",
	 .help = "a name server, as parents or zones name it"},
	{.name = "ip",
	 .kind = OPTION_TEXT,
	 .argument = "ADDRESS",
	 .help = "an address of name servers, mail hosts, the domain, www or where people log in"},
	{.name = "prefix",
	 .kind = OPTION_TEXT,
	 .argument = "PREFIX",
	 .help = "any such address in this prefix"},
	{.name = "key",
	 .kind = OPTION_TEXT,
	 .argument = "TAG-OR-SHA256",
	 .help = "a DNSSEC key by its tag, by the SHA-256 of the DNSKEY, or by the digest of a DS"},
	{.name = "mx", .kind = OPTION_TEXT, .argument = "NAME", .help = "a mail host"},
	{.name = "since",
	 .kind = OPTION_TEXT,
	 .argument = "DATE",
	 .help = "only domains that were seen to use it then or later"},
	{.name = "most",
	 .kind = OPTION_NUMBER,
	 .argument = "N",
	 .fallback = "100",
	 .minimum = 1,
	 .maximum = 10000000,
	 .help = "only so many, those that began to use it last"},
};

static const struct example examples[] = {
	{"dsfi pivot --ns ns1.wolf.example", "who else has, or had, its DNS from there"},
	{"dsfi pivot --prefix 192.0.2.0/24 --since 2026-11-01 --store tld.sqlite",
	 "who had anything in a network this month"},
	{"dsfi pivot --json --ns ns1.wolf.example | jq -r 'select(.began_with.score >= 60).domain'",
	 "those to whom it came by a change that looks like an attack"},
};

static const struct command pivot_row = {
	.name = "pivot",
	.summary = "tell who else uses a name server, address, key or mail host",
	.operands = "",
	.description =
		"Looks through the past of every domain in the store for one thing, and tells "
		"which domains use it or did: as what, from when until when, and by which change "
		"they came to it, with its score and first sentence (dsfi-changes(1)). Those that "
		"began last come first: where an attacker's name server was found at one domain, "
		"these may be the next victims.\n\n"
		"A domain at which the store's looks saw it from the first is told with 'at "
		"latest'. What a look did not see, since a server was silent or nothing was "
		"asked, neither begins nor ends a use.",
	.options = pivot_options,
	.option_count = sizeof(pivot_options) / sizeof(pivot_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_minimum = 0,
	.operands_maximum = 0,
	.see_also = "dsfi-changes(1), dsfi-history(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_pivot(void)
{
	return &pivot_row;
}
