/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/party.h"

#include "model/forms.h"
#include "model/party_private.h"

#include <assert.h>
#include <string.h>

static const char *const names[] = {"v",       "id",       "name", "roles",     "scope",
				    "keys",    "contacts", "tlp",  "languages", "hours",
				    "version", "after",    "made", "sig",       NULL};
static const char *const roles[] = {"registrant", "registrar", "registry", "dns-operator",
				    "network",    "hoster",    "csirt",    "other"};
static_assert(sizeof(roles) / sizeof(roles[0]) == PARTY_ROLE_COUNT, "every role has its word");
static const char *const scopes[] = {"tlds", "domains", "prefixes", "nameservers", NULL};
static_assert(sizeof(scopes) / sizeof(scopes[0]) == SCOPE_COUNT + 1, "every scope has its word");

const char *party_role_text(enum party_role role)
{
	assert((unsigned)role < PARTY_ROLE_COUNT);
	return roles[role];
}

int party_role_from_text(const char *text, enum party_role *ret_role)
{
	for (unsigned i = 0; i < PARTY_ROLE_COUNT; i++) {
		if (strcmp(text, roles[i]) == 0) {
			*ret_role = (enum party_role)i;
			return OK;
		}
	}
	return ERR_FORMAT;
}

const char *party_scope_text(enum party_scope scope)
{
	assert((unsigned)scope < SCOPE_COUNT);
	return scopes[scope];
}

/* ---- reading ---- */

bool party_is_tld(const char *text)
{
	return form_is_domain(text) && strchr(text, '.') == NULL;
}

bool party_is_domain(const char *text)
{
	return form_is_domain(text);
}

bool party_is_prefix(const char *text)
{
	struct form_prefix ignored;
	return form_prefix_read(text, false, &ignored);
}

static bool is_role(const char *text)
{
	enum party_role ignored;
	return party_role_from_text(text, &ignored) == OK;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LANGUAGE_OCTETS_MAX 35u
#define SUBTAG_OCTETS_MAX 8u

/* Letters, digits and hyphens, as files of before have them. */
static bool is_language(const char *text)
{
	const size_t length = strlen(text);
	return length >= 2 && length <= LANGUAGE_OCTETS_MAX && text[0] != '-' &&
	       text[length - 1] != '-' && strspn(text, LETTERS "0123456789-") == length;
}

/* RFC 5646 s2.1; whether it is registered is not our matter. */
bool party_is_language(const char *text)
{
	size_t length = strspn(text, LETTERS);
	if (length < 2 || length > 3 || !is_language(text))
		return false;
	for (text += length; text[0] == '-'; text += length) {
		text++;
		length = strspn(text, LETTERS "0123456789");
		/* One character says what the next ones are: there is a next one. */
		if (length == 0 || length > SUBTAG_OCTETS_MAX || (length == 1 && text[1] != '-'))
			return false;
	}
	return text[0] == '\0';
}

static void read_names(struct members *members, const char *name, const struct list_rule *rule,
		       struct party_names *ret_names)
{
	ret_names->items = member_list(members, name, rule, &ret_names->count);
}

static void read_scope(struct members *members, struct party_file *party)
{
	static const struct list_rule rules[SCOPE_COUNT] = {
		[SCOPE_TLDS] = {party_is_tld, "top-level domain in lower case", PARTY_SCOPE_MAX,
				true},
		[SCOPE_DOMAINS] = {party_is_domain, "domain name in lower case", PARTY_SCOPE_MAX,
				   true},
		[SCOPE_PREFIXES] = {party_is_prefix, "prefix such as '192.0.2.0/24'",
				    PARTY_SCOPE_MAX, true},
		[SCOPE_NAMESERVERS] = {party_is_domain, "domain name in lower case",
				       PARTY_SCOPE_MAX, true},
	};
	struct members scope = *members;
	if (members->error != OK)
		return;
	scope.object = json_object_get(members->object, "scope");
	members_are_among(&scope, scopes);
	for (unsigned i = 0; i < SCOPE_COUNT; i++)
		read_names(&scope, scopes[i], &rules[i], &party->scope[i]);
	members->error = scope.error;
}

static void read_roles(struct members *members, struct party_file *party)
{
	static const struct list_rule rule = {is_role, "role that this version knows",
					      PARTY_ROLES_MAX, true};
	struct party_names words = {0};
	enum party_role role = PARTY_IS_OTHER;
	read_names(members, "roles", &rule, &words);
	for (size_t i = 0; i < words.count && party_role_from_text(words.items[i], &role) == OK;
	     i++)
		party->roles |= 1u << role;
	if (members->error == OK && words.count == 0)
		members_fail(members, ERR_FORMAT, "roles", "is an empty list");
}

static void read_key(struct members *members, struct party_key *key)
{
	static const char *const key_names[] = {"sign", "seal", "since", "until", NULL};
	size_t size = 0;
	members_are_among(members, key_names);
	const char *sign = member_text(members, "sign");
	if (sign != NULL &&
	    (base64_to_octets(sign, strlen(sign), key->key.sign, KEY_OCTETS, &size) != OK ||
	     size != KEY_OCTETS))
		members_fail(members, ERR_FORMAT, "sign", "is no key (32 octets in base64)");
	const char *seal = member_text(members, "seal");
	if (seal != NULL && recipient_read(seal, strlen(seal), key->key.seal) != OK)
		members_fail(members, ERR_FORMAT, "seal", "is no key (age1...)");
	key->since_s = member_time(members, "since");
	if (members->error == OK && !json_is_null(json_object_get(members->object, "until"))) {
		key->until_s = member_time(members, "until");
		if (members->error == OK && key->until_s <= key->since_s)
			members_fail(members, ERR_FORMAT, "until", "is not after 'since'");
	}
}

static bool is_key_twice(const struct party_key *keys, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (memcmp(keys[i].key.sign, keys[count].key.sign, KEY_OCTETS) == 0)
			return true;
	}
	return false;
}

/* The list, and room for what is in it; NULL with the error set. */
static const json_t *read_list(struct members *members, const char *name, size_t most)
{
	const json_t *list = json_object_get(members->object, name);
	if (members->error != OK)
		return NULL;
	if (!json_is_array(list))
		members_fail(members, ERR_FORMAT, name, "is missing, or no list");
	else if (json_array_size(list) > most)
		members_fail(members, ERR_LIMIT, name, "has more items than there may be");
	return members->error == OK ? list : NULL;
}

static void read_keys(struct members *members, struct party_file *party)
{
	char id[ID_ROOM];
	const json_t *list = read_list(members, "keys", PARTY_KEYS_MAX);
	struct party_key *keys = arena_take_array(members->arena, PARTY_KEYS_MAX, sizeof(*keys));
	if (keys == NULL) {
		members_fail(members, ERR_MEMORY, "keys", "does not fit into memory");
		return;
	}
	struct members key = *members;
	for (size_t i = 0; i < json_array_size(list) && key.error == OK; i++) {
		key.object = json_array_get(list, i);
		read_key(&key, &keys[i]);
		if (key.error == OK && is_key_twice(keys, i))
			members_fail(&key, ERR_FORMAT, "keys", "has a signing key twice");
	}
	members->error = key.error;
	party->keys = keys;
	party->key_count = json_array_size(list);
	if (members->error == OK && party->key_count == 0)
		members_fail(members, ERR_FORMAT, "keys", "is an empty list");
	if (members->error != OK)
		return;
	id_make(keys[0].key.sign, KEY_OCTETS, id);
	if (strcmp(id, party->id) != 0)
		members_fail(members, ERR_FORMAT, "id", "is not that of the first signing key");
}

static void read_contacts(struct members *members, struct party_file *party)
{
	static const char *const contact_names[] = {"kind", "value", NULL};
	const json_t *list = read_list(members, "contacts", PARTY_CONTACTS_MAX);
	struct contact *contacts =
		arena_take_array(members->arena, PARTY_CONTACTS_MAX, sizeof(*contacts));
	if (contacts == NULL) {
		members_fail(members, ERR_MEMORY, "contacts", "does not fit into memory");
		return;
	}
	struct members inner = *members;
	for (size_t i = 0; i < json_array_size(list) && inner.error == OK; i++) {
		inner.object = json_array_get(list, i);
		members_are_among(&inner, contact_names);
		const char *kind = member_text(&inner, "kind");
		contacts[i].value = member_text(&inner, "value");
		if (inner.error == OK && contact_kind_from_text(kind, &contacts[i].kind) != OK)
			members_fail(&inner, ERR_FORMAT, "kind", "is none of mail, webhook, phone");
		else if (inner.error == OK && !contact_is_valid(&contacts[i]))
			members_fail(&inner, ERR_FORMAT, "value",
				     "is no mail address, https:// URL, or number with +");
	}
	members->error = inner.error;
	party->contacts = contacts;
	party->contact_count = json_array_size(list);
}

static void read_edition(struct members *members, struct party_file *party)
{
	party->edition = member_number(members, "version", 1, PARTY_EDITION_MAX);
	party->made_s = member_time(members, "made");
	if (members->error != OK)
		return;
	const bool is_first = json_is_null(json_object_get(members->object, "after"));
	const char *after = is_first ? "" : member_id(members, "after");
	if (after != NULL)
		memcpy(party->after, after, strlen(after) + 1);
	if (members->error == OK && is_first != (party->edition == 1))
		members_fail(members, ERR_FORMAT, "after", "is null of the first version alone");
}

static void read_rest(struct members *members, struct party_file *party)
{
	static const struct list_rule languages = {is_language, "language such as 'de'",
						   PARTY_LANGUAGES_MAX, true};
	party->name = member_text(members, "name");
	if (party->name != NULL && !form_is_line(party->name, PARTY_NAME_MAX))
		members_fail(members, ERR_FORMAT, "name", "is no plain line of at most 200 octets");
	const char *tlp = member_text(members, "tlp");
	if (tlp != NULL && tlp_from_text(tlp, &party->ceiling) != OK)
		members_fail(members, ERR_FORMAT, "tlp",
			     "is no mark of TLP 2.0 (clear, green, amber, amber+strict, red)");
	read_names(members, "languages", &languages, &party->languages);
	party->hours = member_text_or_null(members, "hours");
	if (party->hours != NULL && !form_is_line(party->hours, PARTY_NAME_MAX))
		members_fail(members, ERR_FORMAT, "hours",
			     "is no plain line of at most 200 octets");
}

static void check_signature(struct members *members, const uint8_t signature[SIGNATURE_OCTETS],
			    struct party_file *party)
{
	static const char *const without[] = {"sig", NULL};
	const char *octets = NULL;
	size_t size = 0;
	size_t by = 0;
	if (members->error != OK)
		return;
	int error = signed_octets(members->arena, members->object, PARTY_LINE, &octets, &size);
	if (error == OK)
		error = signed_id(members->object, without, party->digest);
	if (error != OK) {
		members->error =
			complain(members->complaint, error, "party: %s", error_text(error));
		return;
	}
	while (by < party->key_count &&
	       !key_verify(party->keys[by].key.sign, octets, size, signature))
		by++;
	party->signed_by = by;
	if (by == party->key_count)
		members->error = complain(members->complaint, ERR_CRYPTO,
					  "party: the signature is of none of its keys; it was "
					  "altered, or somebody else made it");
}

static void read_version(struct members *members)
{
	const json_t *version = json_object_get(members->object, "v");
	if (!json_is_object(members->object) || !json_is_integer(version))
		members->error = complain(members->complaint, ERR_FORMAT,
					  "party: no party file of dsfi (it has no version)");
	else if (json_integer_value(version) != PARTY_VERSION)
		members->error = complain(members->complaint, ERR_UNSUPPORTED,
					  "party: format %lld, this dsfi reads %d; use a newer one",
					  (long long)json_integer_value(version), PARTY_VERSION);
}

static int read_value(struct members *members, struct party_file *party)
{
	uint8_t signature[SIGNATURE_OCTETS];
	read_version(members);
	members_are_among(members, names);
	member_signature(members, signature);
	const char *id = member_id(members, "id");
	if (id != NULL)
		memcpy(party->id, id, ID_ROOM);
	read_edition(members, party);
	read_rest(members, party);
	read_roles(members, party);
	read_scope(members, party);
	read_keys(members, party);
	read_contacts(members, party);
	check_signature(members, signature, party);
	return members->error;
}

static int keep_octets(struct arena *arena, const char *octets, size_t size,
		       struct party_file *party)
{
	char *copy = arena_take_octets(arena, size + 1);
	if (copy == NULL)
		return ERR_MEMORY;
	memcpy(copy, octets, size);
	copy[size] = '\0';
	party->octets = copy;
	party->size = size;
	return OK;
}

int party_read(struct arena *arena, const struct text *octets, struct complaint *complaint,
	       struct party_file *ret_party)
{
	struct party_file party = {.id = ""};
	json_t *value = NULL;
	const char *data = text_get(octets);
	size_t size = octets->length;
	size -= size > 0 && data[size - 1] == '\n';
	if (size > PARTY_OCTETS_MAX)
		return complain(complaint, ERR_LIMIT, "party: too large: %zu octets, at most %zu",
				size, PARTY_OCTETS_MAX);
	int error = canonical_read(data, size, "party", complaint, &value);
	if (error != OK)
		return error;
	struct members members = {
		.arena = arena, .object = value, .what = "party", .complaint = complaint};
	error = read_value(&members, &party);
	if (error == OK && keep_octets(arena, data, size, &party) != OK)
		error = complain(complaint, ERR_MEMORY, "party: out of memory");
	json_decref(value);
	if (error == OK)
		*ret_party = party;
	return error;
}

/* ---- making ---- */

int party_make(struct arena *arena, const struct party_file *draft, const struct secret_key *key,
	       struct complaint *complaint, struct party_file *ret_party)
{
	struct text out;
	json_t *value = party_write(draft);
	text_init(&out, CANONICAL_OCTETS_MAX);
	int error = value == NULL ? ERR_MEMORY : signed_seal(value, PARTY_LINE, key);
	if (error == OK) {
		canonical_write(value, NULL, &out);
		error = out.error;
	}
	if (error != OK)
		error = complain(complaint, error, "party: cannot be made: %s", error_text(error));
	else
		error = party_read(arena, &out, complaint, ret_party);
	text_release(&out);
	json_decref(value);
	return error;
}
