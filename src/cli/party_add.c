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

/* Some lines of each kind (parties_differ). */
#define TOLD_OCTETS_MAX ((size_t)1 << 20)

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

/* How many were given of a kind; of one empty value, which is none of that kind, true. */
static int count_given(struct adding *adding, const char *option, size_t *ret_count,
		       bool *ret_is_none)
{
	const char *value;
	size_t count = 0, empty = 0;
	for (; (value = options_list(adding->options, option, count)) != NULL; count++)
		empty += value[0] == '\0';
	if (empty > 0 && count > 1)
		return complain(adding->complaint, ERR_ARGUMENT,
				"--%s '': says that there are none, and others are given; leave "
				"one away",
				option);
	*ret_is_none = empty > 0;
	*ret_count = empty > 0 ? 0 : count;
	return OK;
}

/* A list of the file, and the option that sets it. */
struct names_rule {
	const char *option, *what;
	bool (*is_one)(const char *text);
};
static const struct names_rule scope_rules[SCOPE_COUNT] = {
	[SCOPE_TLDS] = {"tld", "top-level domain in lower case (ch)", party_is_tld},
	[SCOPE_DOMAINS] = {"domain", "domain name in lower case without a dot at its end",
			   party_is_domain},
	[SCOPE_PREFIXES] = {"prefix", "prefix without bits behind it (192.0.2.0/24)",
			    party_is_prefix},
	[SCOPE_NAMESERVERS] = {"nameserver", "domain name in lower case without a dot at its end",
			       party_is_domain},
};
static const struct names_rule language_rule = {
	"language", "language as BCP 47 has them (de, de-CH)", party_is_language};

/* What was given, sorted, instead of what there was; what was not stays as it was. */
static int set_names(struct adding *adding, const struct names_rule *rule,
		     struct party_names *names)
{
	size_t count = 0;
	bool is_none = false;
	int error = count_given(adding, rule->option, &count, &is_none);
	if (error != OK || (count == 0 && !is_none))
		return error;
	const char **items = arena_take_array(&adding->parties.arena, count + 1, sizeof(*items));
	if (items == NULL)
		return out_of_memory(adding);
	for (size_t i = 0; i < count; i++) {
		items[i] = options_list(adding->options, rule->option, i);
		if (!rule->is_one(items[i]))
			return complain(adding->complaint, ERR_ARGUMENT, "--%s '%.200s': no %s",
					rule->option, parties_shown(items[i]), rule->what);
	}
	qsort(items, count, sizeof(*items), compare_words);
	for (size_t i = 1; i < count; i++) {
		if (strcmp(items[i - 1], items[i]) == 0)
			return complain(adding->complaint, ERR_ARGUMENT,
					"--%s '%.200s': given twice", rule->option, items[i]);
	}
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

struct contact_list {
	struct contact *items;
	size_t count;
};

static int add_contact(struct adding *adding, const struct contact *contact,
		       struct contact_list *list)
{
	const char *option = contact_kind_text(contact->kind);
	if (!contact_is_valid(contact))
		return complain(adding->complaint, ERR_ARGUMENT,
				"--%s '%.200s': not one (someone@host.example, "
				"https://host.example/..., +41-44-...)",
				option, parties_shown(contact->value));
	if (list->count == PARTY_CONTACTS_MAX)
		return complain(adding->complaint, ERR_LIMIT,
				"more than %u contacts, with those that stay; --%s '' takes away "
				"those of a kind",
				PARTY_CONTACTS_MAX, option);
	list->items[list->count++] = *contact;
	return OK;
}

/* Those that were given, or else those there were. */
static int add_kind(struct adding *adding, const struct party_file *draft, enum contact_kind kind,
		    struct contact_list *list)
{
	const char *option = contact_kind_text(kind);
	size_t count = 0;
	bool is_none = false;
	int error = count_given(adding, option, &count, &is_none);
	for (size_t i = 0; error == OK && i < count; i++) {
		const struct contact contact = {kind, options_list(adding->options, option, i)};
		error = add_contact(adding, &contact, list);
	}
	if (count > 0 || is_none)
		return error;
	for (size_t i = 0; error == OK && i < draft->contact_count; i++) {
		if (draft->contacts[i].kind == kind)
			error = add_contact(adding, &draft->contacts[i], list);
	}
	return error;
}

static int set_contacts(struct adding *adding, struct party_file *draft)
{
	static const enum contact_kind kinds[] = {CONTACT_MAIL, CONTACT_WEBHOOK, CONTACT_PHONE};
	const struct options *options = adding->options;
	/* Their order is the order in which they are tried: it stays where none is given. */
	if (!options_given(options, "mail") && !options_given(options, "webhook") &&
	    !options_given(options, "phone"))
		return OK;
	struct contact_list list = {.items = arena_take_array(&adding->parties.arena,
							      PARTY_CONTACTS_MAX,
							      sizeof(*list.items))};
	int error = list.items == NULL ? out_of_memory(adding) : OK;
	for (size_t i = 0; error == OK && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		error = add_kind(adding, draft, kinds[i], &list);
	if (error != OK)
		return error;
	draft->contacts = list.items;
	draft->contact_count = list.count;
	return OK;
}

static bool is_key_of(const struct party_key *key, const struct secret_key *secret)
{
	return memcmp(key->key.sign, secret->public.sign, KEY_OCTETS) == 0;
}

static const struct party_key *key_of(const struct party_file *party,
				      const struct secret_key *secret)
{
	for (size_t i = 0; i < party->key_count; i++) {
		if (is_key_of(&party->keys[i], secret))
			return &party->keys[i];
	}
	return NULL;
}

/* Whether it has ended is asked later: that is refused like a file of somebody else's. */
static int check_keys(struct adding *adding)
{
	const struct party_file *older = adding->older;
	if (older != NULL && key_of(older, &adding->key) == NULL)
		return complain(adding->complaint, ERR_ARGUMENT,
				"--key '%s': this key is none of '%s' (%.8s), whose store this is; "
				"sign with that party's, or give another --store",
				options_text(adding->options, "key"), older->name, older->id);
	if (adding->has_next && older != NULL && key_of(older, &adding->next) != NULL)
		return complain(adding->complaint, ERR_ARGUMENT,
				"--next-key '%s': is already one of the party's; 'dsfi party key "
				"FILE' makes another",
				options_text(adding->options, "next-key"));
	return OK;
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
		error = set_names(adding, &language_rule, &draft.languages);
	for (unsigned i = 0; i < SCOPE_COUNT && error == OK; i++)
		error = set_names(adding, &scope_rules[i], &draft.scope[i]);
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

/* What the new version says otherwise than the one before; of the first one nothing. A version that
 * says the same is not made. */
static int differ(struct adding *adding, const struct party_file *made, struct text *told)
{
	if (adding->older == NULL)
		return OK;
	parties_differ(adding->older, made, told);
	if (told->error == OK && told->length == 0)
		return complain(adding->complaint, ERR_ARGUMENT,
				"nothing differs from version %lld of '%s', which stays; say what "
				"is to be otherwise (dsfi party add --help)",
				(long long)adding->older->edition, adding->older->name);
	return told->error == OK ? OK : out_of_memory(adding);
}

static int make(struct adding *adding, struct text *told, struct party_file *ret_made)
{
	struct party_file draft, made;
	int error = check_keys(adding);
	if (error == OK)
		error = make_draft(adding, &draft);
	if (error == OK)
		error = party_make(&adding->parties.arena, &draft, &adding->key, adding->complaint,
				   &made);
	if (error == OK)
		error = differ(adding, &made, told);
	if (error == OK)
		*ret_made = made;
	return error;
}

static int add(struct adding *adding, struct text *told)
{
	struct party_file made;
	int error = allowed(adding->options, ACCESS_WRITE, adding->complaint);
	if (error == OK)
		error = parties_store_open(adding->options, &adding->store, adding->complaint);
	if (error == OK)
		error = parties_load(adding->store, adding->complaint, &adding->parties);
	if (error == OK && adding->parties.self[0] != '\0')
		adding->older = parties_by_id(&adding->parties, adding->parties.self);
	if (error == OK)
		error = make(adding, told, &made);
	if (error == OK)
		error = keep(adding, &made);
	if (error == OK)
		fprintf(adding->options->out, "%s  version %lld  %s\n%s", made.id,
			(long long)made.edition, made.name, text_get(told));
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
	struct text told;
	text_init(&told, TOLD_OCTETS_MAX);
	if (error == OK)
		error = add(&adding, &told);
	text_release(&told);
	secret_key_wipe(&adding.key);
	secret_key_wipe(&adding.next);
	parties_release(&adding.parties);
	store_close(adding.store);
	return error == OK ? EXIT_FINE : command_fail(options, error, &complaint);
}

/* Of every list: nobody is to lose a contact by naming another. */
#define REPLACES "; instead of all of the kind there were ('': none)"

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
	 .help = "registrant, registrar, registry, dns-operator, network, hoster, csirt, "
		 "other; instead of all roles there were"},
	{.name = "tld",
	 .kind = OPTION_LIST,
	 .argument = "TLD",
	 .help = "a TLD it speaks for" REPLACES},
	{.name = "domain",
	 .kind = OPTION_LIST,
	 .argument = "DOMAIN",
	 .help = "a domain it speaks for, and those below" REPLACES},
	{.name = "prefix",
	 .kind = OPTION_LIST,
	 .argument = "PREFIX",
	 .help = "addresses it speaks for (192.0.2.0/24)" REPLACES},
	{.name = "nameserver",
	 .kind = OPTION_LIST,
	 .argument = "NAME",
	 .help = "a name server it runs, and those below it" REPLACES},
	{.name = "mail",
	 .kind = OPTION_LIST,
	 .argument = "ADDRESS",
	 .help = "a contact by mail" REPLACES},
	{.name = "webhook",
	 .kind = OPTION_LIST,
	 .argument = "URL",
	 .help = "a contact for programs (https://...)" REPLACES},
	{.name = "phone",
	 .kind = OPTION_LIST,
	 .argument = "NUMBER",
	 .help = "a contact by voice" REPLACES},
	{.name = "tlp",
	 .kind = OPTION_CHOICE,
	 .argument = "MARK",
	 .choices = "clear|green|amber|amber+strict|red",
	 .fallback = "amber",
	 .help = "its ceiling: the strictest mark it may be told"},
	{.name = "language",
	 .kind = OPTION_LIST,
	 .argument = "LANGUAGE",
	 .help = "a language it reads (de, de-CH)" REPLACES},
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
	{"dsfi party add --key our.key --mail security@other.example --mail desk@other.example",
	 "its next version, with these mail addresses instead of those there were"},
	{"dsfi party add --key our.key --next-key new.key", "its next version, with another key"},
};

static const struct command party_add = {
	.name = "add",
	.parent = "party",
	.summary = "make or change the party that signs in this store",
	.operands = "[NAME]",
	.description =
		"Makes the signed file of your own organisation and keeps it in the store. The "
		"next time it makes the next version: what is given of a kind replaces all there "
		"was of that kind, so --mail takes the place of every mail address, and --domain "
		"of every domain; give those again that are to stay. An empty value (--phone '') "
		"leaves none of the kind. All else stays: other kinds of contacts, too. What went "
		"and came is told; a version that says the same is not made. A contact that "
		"depends on the domains you speak for cannot be used when one of them is taken "
		"over; name one elsewhere, too. Those of others come with `dsfi party import`.",
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
