/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `dsfi party`, and what it shows of parties. */
#include "base/json.h"
#include "base/memory.h"
#include "cli/allowed.h"
#include "cli/parties.h"
#include "cli/table.h"
#include "keep/store/parties.h"

#include <assert.h>
#include <string.h>

static const struct command party = {
	.name = "party",
	.summary = "who takes part in cases, and how they are reached",
	.operands = "",
	.description =
		"A party is an organisation that takes part in cases: what it speaks for, its "
		"keys, its contacts, how much it may be told. It describes itself in a file that "
		"it signs (docs/format/party.md); the store keeps those of all that you work "
		"with, and one of your own.",
	.see_also =
		"dsfi-party-key(1), dsfi-party-add(1), dsfi-party-import(1), dsfi-party-check(1), "
		"dsfi-party-contacts(1), dsfi-audit(1)",
};

const struct command *command_party(void)
{
	return &party;
}

/* ---- telling ---- */

static void tell_roles(const struct party_file *file, FILE *out)
{
	const char *before = "";
	for (unsigned i = 0; i < PARTY_ROLE_COUNT; i++) {
		if ((file->roles >> i & 1) == 0)
			continue;
		fprintf(out, "%s%s", before, party_role_text((enum party_role)i));
		before = ", ";
	}
}

static void tell_names(const char *label, const struct party_names *names, FILE *out)
{
	if (names->count == 0)
		return;
	fprintf(out, "%-12s", label);
	for (size_t i = 0; i < names->count; i++)
		fprintf(out, "%s%s", i == 0 ? "" : ", ", names->items[i]);
	fputc('\n', out);
}

static void tell_key(const struct party_key *key, FILE *out)
{
	char since[TIME_TEXT_MAX];
	char until[TIME_TEXT_MAX] = "";
	char id[ID_ROOM];
	char seal[BECH32_TEXT_MAX];
	time_to_text(key->since_s, since);
	if (key->until_s != 0)
		time_to_text(key->until_s, until);
	id_make(key->key.sign, KEY_OCTETS, id);
	recipient_write(key->key.seal, seal);
	fprintf(out, "key         %s since %s%s%s\n            sealed to %s\n", id, since,
		until[0] == '\0' ? "" : ", ended ", until, seal);
}

static int tell_contacts(struct arena *arena, const struct party_file *file, FILE *out)
{
	for (size_t i = 0; i < file->contact_count; i++) {
		const struct contact *contact = &file->contacts[i];
		bool is_inside = false;
		const int error = party_has_inside(arena, file, contact, &is_inside);
		if (error != OK)
			return error;
		fprintf(out, "%-12s%s\n", contact_kind_text(contact->kind), contact->value);
		if (is_inside)
			fputs("            inside its own scope: whoever takes that over may "
			      "read it\n",
			      out);
	}
	return OK;
}

static int tell_party(struct arena *arena, const struct party_file *file, FILE *out)
{
	char made[TIME_TEXT_MAX];
	time_to_text(file->made_s, made);
	fprintf(out, "%s\nid          %s\nversion     %lld of %s\nroles       ", file->name,
		file->id, (long long)file->edition, made);
	tell_roles(file, out);
	fprintf(out, "\nceiling     TLP:%s\n", tlp_text(file->ceiling));
	tell_names("TLDs", &file->scope[SCOPE_TLDS], out);
	tell_names("domains", &file->scope[SCOPE_DOMAINS], out);
	tell_names("prefixes", &file->scope[SCOPE_PREFIXES], out);
	tell_names("servers", &file->scope[SCOPE_NAMESERVERS], out);
	tell_names("languages", &file->languages, out);
	if (file->hours != NULL)
		fprintf(out, "hours       %s\n", file->hours);
	const int error = tell_contacts(arena, file, out);
	if (error != OK)
		return error;
	for (size_t i = 0; i < file->key_count; i++)
		tell_key(&file->keys[i], out);
	return OK;
}

static int tell_contact(void *context, const struct store_contact *contact)
{
	FILE *out = context;
	char tried[TIME_TEXT_MAX];
	char worked[TIME_TEXT_MAX] = "never";
	time_to_text(contact->tried_s, tried);
	if (contact->worked_s != 0)
		time_to_text(contact->worked_s, worked);
	fprintf(out, "tried       %s %s at %s: %s (last worked: %s)\n", contact->kind,
		parties_shown(contact->value), tried, parties_shown(contact->outcome), worked);
	return OK;
}

/* ---- list, show ---- */

typedef int tell_parties(const struct options *options, struct store *store,
			 struct parties *parties, struct complaint *complaint);

/* Opens, loads, tells, closes. */
static int with_parties(const struct options *options, tell_parties *tell)
{
	struct store *store = NULL;
	struct parties parties = {0};
	struct complaint complaint = {""};
	int error = allowed(options, ACCESS_READ, &complaint);
	if (error == OK)
		error = store_open(options_text(options, "store"), STORE_READ, &store, &complaint);
	if (error == OK)
		error = parties_load(store, &complaint, &parties);
	if (error == OK)
		error = tell(options, store, &parties, &complaint);
	parties_release(&parties);
	store_close(store);
	return error == OK ? EXIT_FINE : command_fail(options, error, &complaint);
}

static int tell_list(const struct options *options, struct store *store, struct parties *parties,
		     struct complaint *complaint)
{
	assert(store != NULL && complaint != NULL);
	for (size_t i = 0; i < parties->count; i++) {
		const struct party_file *file = &parties->list[i];
		if (options_json(options)) {
			fprintf(options->out, "%s\n", file->octets);
			continue;
		}
		fprintf(options->out, "%s  %-7s%s  %s: ", file->id, tlp_text(file->ceiling),
			strcmp(file->id, parties->self) == 0 ? " (you)" : "", file->name);
		tell_roles(file, options->out);
		fputc('\n', options->out);
	}
	if (parties->count == 0)
		command_note(options, "no party is in the store");
	return OK;
}

static int run_list(const struct options *options)
{
	return with_parties(options, tell_list);
}

static int tell_show(const struct options *options, struct store *store, struct parties *parties,
		     struct complaint *complaint)
{
	const struct party_file *file = NULL;
	const char *word = options_operand(options, 0);
	int error = parties_find(parties, word, complaint, &file);
	if (error != OK)
		return error;
	if (options_json(options)) {
		fprintf(options->out, "%s\n", file->octets);
		return OK;
	}
	error = tell_party(&parties->arena, file, options->out);
	if (error != OK)
		return complain(complaint, error, "%s", error_text(error));
	return store_contacts(store, file->id, tell_contact, options->out, complaint);
}

static int run_show(const struct options *options)
{
	return with_parties(options, tell_show);
}

/* ---- export ---- */

static int tell_edition(void *context, const struct store_party *kept)
{
	FILE *out = context;
	return fwrite(kept->octets, 1, kept->size, out) == kept->size && fputc('\n', out) != EOF
		       ? OK
		       : ERR_IO;
}

static int tell_export(const struct options *options, struct store *store, struct parties *parties,
		       struct complaint *complaint)
{
	const struct party_file *file = NULL;
	const char *word = options_operand(options, 0);
	const int error = parties_find(parties, word, complaint, &file);
	return error != OK ? error
			   : store_party_editions(store, file->id, tell_edition, options->out,
						  complaint);
}

static int run_export(const struct options *options)
{
	return with_parties(options, tell_export);
}

static const struct option store_options[] = {OPTION_PARTIES_STORE, OPTION_ROLES};

static const struct example list_examples[] = {
	{"dsfi party list", "one line a party"},
	{"dsfi party list --json", "their files, one a line"},
};
static const struct command list = {
	.name = "list",
	.parent = "party",
	.summary = "list the parties of a store",
	.operands = "",
	.description = "One line a party: id, how much it may be told, name, roles.",
	.options = store_options,
	.option_count = 2,
	.examples = list_examples,
	.example_count = 2,
	.see_also = "dsfi-party-show(1)",
	.has_json = true,
	.run = run_list,
};

const struct command *command_party_list(void)
{
	return &list;
}

static const struct example show_examples[] = {
	{"dsfi party show", "your own"},
	{"dsfi party show 'Registry of example'", "by its name"},
};
static const struct command show = {
	.name = "show",
	.parent = "party",
	.summary = "show a party",
	.operands = "[PARTY]",
	.description =
		"PARTY is an id, the beginning of one, or a name; without it, the party whose "
		"store it is. Shows what the party says of itself, which of its contacts are "
		"inside what it speaks for, and when they were last tried.",
	.options = store_options,
	.option_count = 2,
	.examples = show_examples,
	.example_count = 2,
	.operands_maximum = 1,
	.see_also = "dsfi-party-list(1)",
	.has_json = true,
	.run = run_show,
};

const struct command *command_party_show(void)
{
	return &show;
}

static const struct example export_examples[] = {
	{"dsfi party export >ours.party", "what to give to those you work with"},
};
static const struct command export = {
	.name = "export",
	.parent = "party",
	.summary = "print the signed file of a party",
	.operands = "[PARTY]",
	.description =
		"Prints every version of the file, one a line, oldest first, as it was signed: "
		"whoever has seen none can follow the party's keys from the first one. Without "
		"PARTY, your own.",
	.options = store_options,
	.option_count = 2,
	.examples = export_examples,
	.example_count = 1,
	.operands_maximum = 1,
	.see_also = "dsfi-party-import(1)",
	.run = run_export,
};

const struct command *command_party_export(void)
{
	return &export;
}
