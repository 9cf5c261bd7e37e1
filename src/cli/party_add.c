/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The party that signs here: its first version, and those that follow. */
#include "base/memory.h"
#include "cli/allowed.h"
#include "cli/cases.h"
#include "cli/parties.h"
#include "cli/table.h"
#include "keep/store/parties.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct adding {
	const struct options *options;
	struct store *store;
	struct parties parties;
	struct secret_key key, next;
	bool has_next;
	const struct party_file *older; /* NULL: this is the first */
	struct complaint *complaint;
};

static int out_of_memory(const struct adding *adding)
{
	return complain(adding->complaint, ERR_MEMORY, "out of memory");
}

static int compare_words(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* What was given, sorted; what was not stays as it was. */
static int set_names(struct adding *adding, const char *option, struct party_names *names)
{
	size_t count = 0;
	while (options_list(adding->options, option, count) != NULL)
		count++;
	if (count == 0)
		return OK;
	const char **items = arena_take_array(&adding->parties.arena, count, sizeof(*items));
	if (items == NULL)
		return out_of_memory(adding);
	for (size_t i = 0; i < count; i++)
		items[i] = options_list(adding->options, option, i);
	qsort(items, count, sizeof(*items), compare_words);
	*names = (struct party_names){items, count};
	return OK;
}

static int set_roles(struct adding *adding, struct party_file *draft)
{
	const char *word;
	unsigned roles = 0;
	for (size_t i = 0; (word = options_list(adding->options, "role", i)) != NULL; i++) {
		enum party_role role;
		if (party_role_from_text(word, &role) != OK)
			return complain(adding->complaint, ERR_ARGUMENT,
					"'%s' is no role; there are registrant, registrar, "
					"registry, dns-operator, network, hoster, csirt, other",
					word);
		roles |= 1u << role;
	}
	if (roles != 0)
		draft->roles = roles;
	if (draft->roles == 0)
		return complain(adding->complaint, ERR_ARGUMENT, "a party has a --role");
	return OK;
}

static int set_contacts(struct adding *adding, struct party_file *draft)
{
	static const enum contact_kind kinds[] = {CONTACT_MAIL, CONTACT_WEBHOOK, CONTACT_PHONE};
	struct contact *contacts =
		arena_take_array(&adding->parties.arena, PARTY_CONTACTS_MAX + 1, sizeof(*contacts));
	size_t count = 0;
	if (contacts == NULL)
		return out_of_memory(adding);
	for (size_t kind = 0; kind < 3; kind++) {
		const char *value;
		const char *option = contact_kind_text(kinds[kind]);
		for (size_t i = 0; (value = options_list(adding->options, option, i)) != NULL;
		     i++) {
			contacts[count] = (struct contact){kinds[kind], value};
			if (!contact_is_valid(&contacts[count]) || count == PARTY_CONTACTS_MAX)
				return complain(adding->complaint, ERR_ARGUMENT,
						"--%s '%s': not one (someone@host.example, "
						"https://host.example/..., +41-44-...), or more "
						"than %u",
						option, value, PARTY_CONTACTS_MAX);
			count++;
		}
	}
	if (count > 0) {
		draft->contacts = contacts;
		draft->contact_count = count;
	}
	return OK;
}

static bool is_key_of(const struct party_key *key, const struct secret_key *secret)
{
	return memcmp(key->key.sign, secret->public.sign, KEY_OCTETS) == 0;
}

/* The keys there were; with --next-key one more, and the one that signs ends. */
static int set_keys(struct adding *adding, struct party_file *draft)
{
	struct party_key *keys =
		arena_take_array(&adding->parties.arena, PARTY_KEYS_MAX + 1, sizeof(*keys));
	size_t count = adding->older == NULL ? 0 : adding->older->key_count;
	if (keys == NULL)
		return out_of_memory(adding);
	if (count > 0)
		memcpy(keys, adding->older->keys, count * sizeof(*keys));
	else
		keys[count++] = (struct party_key){.key = adding->key.public,
						   .since_s = adding->key.made_s};
	if (adding->has_next) {
		for (size_t i = 0; i < count; i++) {
			if (is_key_of(&keys[i], &adding->key) && keys[i].until_s == 0)
				keys[i].until_s = draft->made_s + 1;
		}
		keys[count++] =
			(struct party_key){.key = adding->next.public, .since_s = draft->made_s};
	}
	draft->keys = keys;
	draft->key_count = count;
	return OK;
}

static int set_words(struct adding *adding, struct party_file *draft)
{
	const struct options *options = adding->options;
	if (options_operand(options, 0) != NULL)
		draft->name = options_operand(options, 0);
	if (options_text(options, "hours") != NULL)
		draft->hours = options_text(options, "hours");
	if (adding->older == NULL || options_given(options, "tlp")) {
		const int error = tlp_from_text(options_text(options, "tlp"), &draft->ceiling);
		assert(error == OK);
	}
	if (draft->name == NULL)
		return complain(adding->complaint, ERR_ARGUMENT,
				"a party has a name: 'dsfi party add NAME --key FILE'");
	return OK;
}

static int make_draft(struct adding *adding, struct party_file *ret_draft)
{
	static const char *const options[SCOPE_COUNT] = {"tld", "domain", "prefix", "nameserver"};
	struct party_file draft = {.edition = 1, .made_s = parties_now()};
	if (adding->older != NULL) {
		draft = *adding->older;
		draft.edition++;
		draft.made_s = parties_now();
		memcpy(draft.after, adding->older->digest, ID_ROOM);
	}
	int error = set_words(adding, &draft);
	if (error == OK)
		error = set_roles(adding, &draft);
	if (error == OK)
		error = set_contacts(adding, &draft);
	if (error == OK)
		error = set_keys(adding, &draft);
	if (error == OK)
		error = set_names(adding, "language", &draft.languages);
	for (unsigned i = 0; i < SCOPE_COUNT && error == OK; i++)
		error = set_names(adding, options[i], &draft.scope[i]);
	if (error == OK)
		*ret_draft = draft;
	return error;
}

static int keep(struct adding *adding, const struct party_file *made)
{
	struct complaint *complaint = adding->complaint;
	int error = party_may_replace(adding->older, made, parties_now(), complaint);
	if (error == OK)
		error = store_party_put(adding->store, made, parties_now(), complaint);
	if (error == OK)
		error = store_self_put(adding->store, made->id, complaint);
	if (error == OK)
		error = parties_audit(adding->store, "make party", made->id, made->name, complaint);
	if (error == OK)
		error = cases_refresh(adding->store, adding->options, made->id, complaint);
	return error == OK ? store_commit(adding->store, complaint) : error;
}

static bool has_scope(const struct party_file *party)
{
	size_t count = 0;
	for (unsigned i = 0; i < SCOPE_COUNT; i++)
		count += party->scope[i].count;
	return count > 0;
}

/* Whoever is told of a domain's loss must not be so by way of that domain. */
static int note_contacts(struct adding *adding, const struct party_file *made)
{
	bool is_inside = true;
	if (!has_scope(made))
		return OK;
	for (size_t i = 0; is_inside && i < made->contact_count; i++) {
		const int error = party_has_inside(&adding->parties.arena, made, &made->contacts[i],
						   &is_inside);
		if (error != OK)
			return complain(adding->complaint, error, "%s", error_text(error));
	}
	if (is_inside)
		command_note(adding->options,
			     "no contact is outside what the party speaks for: when that is in "
			     "somebody else's hands, nobody can reach you; name one elsewhere, or "
			     "a telephone (--mail, --webhook, --phone)");
	return OK;
}

static int add(struct adding *adding)
{
	struct party_file draft, made;
	int error = allowed(adding->options, ACCESS_WRITE, adding->complaint);
	if (error == OK)
		error = parties_store_open(adding->options, &adding->store, adding->complaint);
	if (error == OK)
		error = parties_load(adding->store, adding->complaint, &adding->parties);
	if (error == OK && adding->parties.self[0] != '\0')
		adding->older = parties_by_id(&adding->parties, adding->parties.self);
	if (error == OK)
		error = make_draft(adding, &draft);
	if (error == OK)
		error = party_make(&adding->parties.arena, &draft, &adding->key, adding->complaint,
				   &made);
	if (error == OK)
		error = keep(adding, &made);
	if (error == OK)
		fprintf(adding->options->out, "%s  version %lld  %s\n", made.id,
			(long long)made.edition, made.name);
	return error == OK ? note_contacts(adding, &made) : error;
}

static int run(const struct options *options)
{
	struct complaint complaint = {""};
	struct adding adding = {.options = options, .complaint = &complaint};
	const char *next = options_text(options, "next-key");
	if (options_text(options, "key") == NULL)
		return command_usage(options, "--key FILE says what to sign with; 'dsfi party key "
					      "FILE' makes one");
	int error = parties_key(options_text(options, "key"), &complaint, &adding.key);
	if (error == OK && next != NULL) {
		error = parties_key(next, &complaint, &adding.next);
		adding.has_next = error == OK;
	}
	if (error == OK)
		error = add(&adding);
	secret_key_wipe(&adding.key);
	secret_key_wipe(&adding.next);
	parties_release(&adding.parties);
	store_close(adding.store);
	return error == OK ? EXIT_FINE : command_fail(options, error, &complaint);
}

static const struct option add_options[] = {
	{.name = "key",
	 .letter = 'k',
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "the key file that signs, of mode 0600"},
	{.name = "next-key",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "another key file, which takes over from it"},
	{.name = "role",
	 .kind = OPTION_LIST,
	 .argument = "ROLE",
	 .help = "registrant, registrar, registry, dns-operator, network, hoster, csirt, other"},
	{.name = "tld", .kind = OPTION_LIST, .argument = "TLD", .help = "a TLD it speaks for"},
	{.name = "domain",
	 .kind = OPTION_LIST,
	 .argument = "DOMAIN",
	 .help = "a domain it speaks for, and those below"},
	{.name = "prefix",
	 .kind = OPTION_LIST,
	 .argument = "PREFIX",
	 .help = "addresses it speaks for (192.0.2.0/24)"},
	{.name = "nameserver",
	 .kind = OPTION_LIST,
	 .argument = "NAME",
	 .help = "a name server it runs, and those below the name"},
	{.name = "mail", .kind = OPTION_LIST, .argument = "ADDRESS", .help = "a contact by mail"},
	{.name = "webhook",
	 .kind = OPTION_LIST,
	 .argument = "URL",
	 .help = "a contact for programs (https://...)"},
	{.name = "phone", .kind = OPTION_LIST, .argument = "NUMBER", .help = "a contact by voice"},
	{.name = "tlp",
	 .kind = OPTION_CHOICE,
	 .argument = "MARK",
	 .choices = "clear|green|amber|amber+strict|red",
	 .fallback = "amber",
	 .help = "its ceiling: the strictest mark it may be told"},
	{.name = "language",
	 .kind = OPTION_LIST,
	 .argument = "LANGUAGE",
	 .help = "a language it reads (de)"},
	{.name = "hours",
	 .kind = OPTION_TEXT,
	 .argument = "TEXT",
	 .help = "when somebody is there, in words"},
	OPTION_PARTIES_STORE,
	OPTION_ROLES,
};

static const struct example examples[] = {
	{"dsfi party add 'Registry of example' --key our.key --role registry --tld example --mail "
	 "security@other.example --phone +41-44-0000000",
	 "the party that signs in this store"},
	{"dsfi party add --key our.key --next-key new.key", "its next version, with another key"},
};

static const struct command party_add = {
	.name = "add",
	.parent = "party",
	.summary = "make or change the party that signs in this store",
	.operands = "[NAME]",
	.description =
		"Makes the signed file of your own organisation and keeps it in the store. The "
		"next time it makes the next version: what is given replaces what there was, all "
		"else stays. A contact that depends on the domains you speak for cannot be used "
		"when one of them is taken over; name one elsewhere, too. Those of others come "
		"with `dsfi party import`.",
	.options = add_options,
	.option_count = sizeof(add_options) / sizeof(add_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_maximum = 1,
	.see_also = "dsfi-party-key(1), dsfi-party-export(1)",
	.run = run,
};

const struct command *command_party_add(void)
{
	return &party_add;
}
