/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which version replaces which, which key is good when, what a party speaks for. */
#include "model/forms.h"
#include "model/party.h"

#include <assert.h>
#include <string.h>

static bool is_good_at(const struct party_key *key, int64_t at_s)
{
	return key->since_s <= at_s && (key->until_s == 0 || at_s < key->until_s);
}

bool party_key_at(const struct party_file *party, int64_t at_s, size_t index,
		  uint8_t ret_sign[KEY_OCTETS])
{
	for (size_t i = 0; i < party->key_count; i++) {
		if (!is_good_at(&party->keys[i], at_s) || index-- > 0)
			continue;
		memcpy(ret_sign, party->keys[i].key.sign, KEY_OCTETS);
		return true;
	}
	return false;
}

bool party_seal_key(const struct party_file *party, int64_t now_s, uint8_t ret_seal[KEY_OCTETS])
{
	for (size_t i = party->key_count; i > 0; i--) {
		if (!is_good_at(&party->keys[i - 1], now_s))
			continue;
		memcpy(ret_seal, party->keys[i - 1].key.seal, KEY_OCTETS);
		return true;
	}
	return false;
}

/* ---- versions ---- */

static const struct party_key *find_key(const struct party_file *party, const struct party_key *key)
{
	for (size_t i = 0; i < party->key_count; i++) {
		if (memcmp(party->keys[i].key.sign, key->key.sign, KEY_OCTETS) == 0)
			return &party->keys[i];
	}
	return NULL;
}

/* Every key of the older version is there, and none that ended is good again. */
static bool keeps_keys(const struct party_file *older, const struct party_file *newer)
{
	for (size_t i = 0; i < older->key_count; i++) {
		const struct party_key *was = &older->keys[i];
		const struct party_key *is = find_key(newer, was);
		if (is == NULL || is->since_s != was->since_s ||
		    memcmp(is->key.seal, was->key.seal, KEY_OCTETS) != 0 ||
		    (was->until_s != 0 && (is->until_s == 0 || is->until_s > was->until_s)))
			return false;
	}
	return true;
}

static int refuse(struct complaint *complaint, const struct party_file *party, const char *why)
{
	return complain(complaint, ERR_PERMISSION, "party '%s', version %lld: %s", party->id,
			(long long)party->edition, why);
}

/* The first that is seen: its id must vouch for it. */
static int check_first(const struct party_file *newer, struct complaint *complaint)
{
	if (newer->signed_by == 0 && is_good_at(&newer->keys[0], newer->made_s))
		return OK;
	if (newer->signed_by == 0)
		return refuse(complaint, newer,
			      "signed by a key that had not begun, or had ended, when it was made");
	return refuse(complaint, newer,
		      "not signed by the key that its id is of, and no older version is here that "
		      "names the key; import the older versions first");
}

static int check_number(const struct party_file *older, const struct party_file *newer,
			struct complaint *complaint)
{
	if (newer->edition == older->edition && newer->size == older->size &&
	    memcmp(newer->octets, older->octets, newer->size) == 0)
		return complain(complaint, ERR_EXISTS, "party '%s', version %lld: is here already",
				newer->id, (long long)newer->edition);
	if (newer->edition < older->edition)
		return refuse(complaint, newer, "older than the one that is here");
	if (newer->edition == older->edition)
		return refuse(complaint, newer,
			      "there is another of the same number here; two who sign with this "
			      "party's key disagree: ask by telephone");
	if (newer->edition == older->edition + 1 && strcmp(newer->after, older->digest) != 0)
		return refuse(
			complaint, newer,
			"does not follow the version before it that is here; ask by telephone");
	return OK;
}

int party_may_replace(const struct party_file *older, const struct party_file *newer, int64_t now_s,
		      struct complaint *complaint)
{
	assert(newer != NULL && newer->octets != NULL && newer->signed_by < newer->key_count);
	if (newer->made_s - CASE_MESSAGE_FUTURE_MAX_S > now_s)
		return refuse(complaint, newer,
			      "made more than an hour from now; is the clock right?");
	if (older == NULL)
		return check_first(newer, complaint);
	assert(strcmp(older->id, newer->id) == 0);
	const int error = check_number(older, newer, complaint);
	if (error != OK)
		return error;
	const struct party_key *by = find_key(older, &newer->keys[newer->signed_by]);
	if (by == NULL)
		return refuse(complaint, newer,
			      "signed by a key that the version here does not name");
	if (!is_good_at(by, now_s))
		return refuse(complaint, newer, "signed by a key that has ended");
	if (!keeps_keys(older, newer))
		return refuse(
			complaint, newer,
			"drops or changes a key of the version here, or revives an ended one");
	return OK;
}

/* ---- scope ---- */

static bool is_under_one(const struct party_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++) {
		if (form_is_under(name, names->items[i]))
			return true;
	}
	return false;
}

bool party_speaks_for_domain(const struct party_file *party, const char *domain)
{
	return is_under_one(&party->scope[SCOPE_DOMAINS], domain) ||
	       is_under_one(&party->scope[SCOPE_TLDS], domain);
}

bool party_speaks_for_server(const struct party_file *party, const char *name)
{
	return is_under_one(&party->scope[SCOPE_NAMESERVERS], name);
}

bool party_speaks_for_prefix(const struct party_file *party, const char *prefix)
{
	const struct party_names *names = &party->scope[SCOPE_PREFIXES];
	struct form_prefix asked, own;
	if (!form_prefix_read(prefix, true, &asked))
		return false;
	for (size_t i = 0; i < names->count; i++) {
		if (form_prefix_read(names->items[i], false, &own) &&
		    form_prefix_covers(&own, &asked))
			return true;
	}
	return false;
}

int party_has_inside(struct arena *arena, const struct party_file *party,
		     const struct contact *contact, bool *ret_is_inside)
{
	const char *host = NULL;
	assert(party != NULL && contact_is_valid(contact));
	const int error = contact_host(arena, contact, &host);
	if (error != OK)
		return error;
	*ret_is_inside = host != NULL && (party_speaks_for_domain(party, host) ||
					  party_speaks_for_server(party, host) ||
					  party_speaks_for_prefix(party, host));
	return OK;
}
