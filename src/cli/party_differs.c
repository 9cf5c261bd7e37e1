/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a newer version of a party's file says otherwise than the older one. */
#include "cli/parties.h"

#include <assert.h>
#include <string.h>

/* Of a kind; a file may have a thousand names. */
#define DIFFERENCES_MAX 20u

struct list {
	const char *label;
	unsigned told, left_out;
};

static void add(struct text *text, struct list *list, char sign, const char *value)
{
	if (list->told == DIFFERENCES_MAX) {
		list->left_out++;
		return;
	}
	list->told++;
	text_format(text, "  %c %-10s %s\n", sign, list->label, parties_shown(value));
}

static void end(struct text *text, const struct list *list)
{
	if (list->left_out > 0)
		text_format(text, "    %-10s and %u more\n", list->label, list->left_out);
}

/* ---- names: sorted on both sides ---- */

static void differ_names(struct text *text, const char *label, const struct party_names *older,
			 const struct party_names *newer)
{
	struct list list = {.label = label};
	size_t left = 0, right = 0;
	while (left < older->count || right < newer->count) {
		int order = left == older->count ? 1 : right == newer->count ? -1 : 0;
		if (order == 0)
			order = strcmp(older->items[left], newer->items[right]);
		if (order < 0)
			add(text, &list, '-', older->items[left]);
		else if (order > 0)
			add(text, &list, '+', newer->items[right]);
		left += order <= 0;
		right += order >= 0;
	}
	end(text, &list);
}

bool parties_scope_differs(const struct party_file *older, const struct party_file *newer)
{
	for (unsigned i = 0; i < SCOPE_COUNT; i++) {
		if (older->scope[i].count != newer->scope[i].count)
			return true;
		for (size_t j = 0; j < older->scope[i].count; j++) {
			if (strcmp(older->scope[i].items[j], newer->scope[i].items[j]) != 0)
				return true;
		}
	}
	return false;
}

/* ---- contacts, keys ---- */

static bool has_contact(const struct party_file *party, const struct contact *contact)
{
	for (size_t i = 0; i < party->contact_count; i++) {
		if (party->contacts[i].kind == contact->kind &&
		    strcmp(party->contacts[i].value, contact->value) == 0)
			return true;
	}
	return false;
}

/* Those of `party` that `other` has not; webhooks without what may be a secret. */
static void differ_contacts(struct text *text, char sign, const struct party_file *party,
			    const struct party_file *other)
{
	for (size_t i = 0; i < party->contact_count; i++) {
		struct list list = {.label = contact_kind_text(party->contacts[i].kind)};
		char shown[CONTACT_SHOWN_ROOM];
		if (has_contact(other, &party->contacts[i]))
			continue;
		contact_shown(&party->contacts[i], shown);
		add(text, &list, sign, shown);
	}
}

/* The same ones, of which another comes first: the first that can be is used. */
static void differ_order(struct text *text, const struct party_file *older,
			 const struct party_file *newer)
{
	size_t same = 0;
	if (older->contact_count != newer->contact_count)
		return;
	for (size_t i = 0; i < older->contact_count; i++) {
		if (!has_contact(newer, &older->contacts[i]) ||
		    !has_contact(older, &newer->contacts[i]))
			return;
		same += older->contacts[i].kind == newer->contacts[i].kind &&
			strcmp(older->contacts[i].value, newer->contacts[i].value) == 0;
	}
	if (same < older->contact_count)
		text_format(text, "    %-10s in another order\n", "contacts");
}

static const struct party_key *find_key(const struct party_file *party, const struct party_key *key)
{
	for (size_t i = 0; i < party->key_count; i++) {
		if (memcmp(party->keys[i].key.sign, key->key.sign, KEY_OCTETS) == 0)
			return &party->keys[i];
	}
	return NULL;
}

/* None is ever dropped. */
static void differ_keys(struct text *text, const struct party_file *older,
			const struct party_file *newer)
{
	for (size_t i = 0; i < newer->key_count; i++) {
		const struct party_key *is = &newer->keys[i];
		const struct party_key *was = find_key(older, is);
		char id[ID_ROOM];
		char time[TIME_TEXT_MAX] = "";
		id_make(is->key.sign, KEY_OCTETS, id);
		if (is->until_s != 0)
			time_to_text(is->until_s, time);
		if (was == NULL)
			text_format(text, "  + %-10s %s%s%s\n", "key", id,
				    is->until_s != 0 ? ", ended " : "", time);
		else if (was->until_s != is->until_s)
			text_format(text, "    %-10s %s ended %s\n", "key", id, time);
	}
}

/* ---- the rest ---- */

static void differ_words(struct text *text, const char *label, const char *older, const char *newer)
{
	const char *was = older != NULL ? older : "none";
	const char *is = newer != NULL ? newer : "none";
	if (strcmp(was, is) == 0)
		return;
	text_format(text, "    %-10s %s", label, parties_shown(was));
	text_format(text, " is now %s\n", parties_shown(is));
}

static void differ_roles(struct text *text, unsigned older, unsigned newer)
{
	for (unsigned i = 0; i < PARTY_ROLE_COUNT; i++) {
		if ((older >> i & 1u) != (newer >> i & 1u))
			text_format(text, "  %c %-10s %s\n", (newer >> i & 1u) != 0 ? '+' : '-',
				    "role", party_role_text((enum party_role)i));
	}
}

void parties_differ(const struct party_file *older, const struct party_file *newer,
		    struct text *text)
{
	static const char *const labels[SCOPE_COUNT] = {"TLD", "domain", "prefix", "server"};
	assert(strcmp(older->id, newer->id) == 0);
	differ_words(text, "name", older->name, newer->name);
	differ_roles(text, older->roles, newer->roles);
	for (unsigned i = 0; i < SCOPE_COUNT; i++)
		differ_names(text, labels[i], &older->scope[i], &newer->scope[i]);
	differ_contacts(text, '-', older, newer);
	differ_contacts(text, '+', newer, older);
	differ_order(text, older, newer);
	differ_keys(text, older, newer);
	differ_words(text, "ceiling", tlp_text(older->ceiling), tlp_text(newer->ceiling));
	differ_names(text, "language", &older->languages, &newer->languages);
	differ_words(text, "hours", older->hours, newer->hours);
}
