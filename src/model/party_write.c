/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "model/party_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Appends; a list that could not be made is NULL and stays so. */
static json_t *append(json_t *list, json_t *item)
{
	if (list != NULL && json_array_append_new(list, item) == 0)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *write_names(const struct party_names *names)
{
	json_t *list = json_array();
	for (size_t i = 0; i < names->count && list != NULL; i++)
		list = append(list, json_string(names->items[i]));
	return list;
}

static int compare_words(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static json_t *write_roles(unsigned roles)
{
	const char *words[PARTY_ROLE_COUNT];
	size_t count = 0;
	for (unsigned i = 0; i < PARTY_ROLE_COUNT; i++) {
		if (roles >> i & 1)
			words[count++] = party_role_text((enum party_role)i);
	}
	qsort(words, count, sizeof(*words), compare_words);
	const struct party_names names = {words, count};
	return write_names(&names);
}

static json_t *write_time(int64_t seconds)
{
	char text[TIME_TEXT_MAX];
	if (seconds == 0)
		return json_null();
	time_to_text(seconds, text);
	return json_string(text);
}

static json_t *write_key(const struct party_key *key)
{
	char sign[64];
	char seal[BECH32_TEXT_MAX];
	const int error = base64_from_octets(key->key.sign, KEY_OCTETS, sign, sizeof(sign));
	assert(error == OK);
	recipient_write(key->key.seal, seal);
	return json_pack("{s:s, s:s, s:o, s:o}", "sign", sign, "seal", seal, "since",
			 write_time(key->since_s), "until", write_time(key->until_s));
}

static json_t *write_keys(const struct party_file *draft)
{
	json_t *list = json_array();
	for (size_t i = 0; i < draft->key_count && list != NULL; i++)
		list = append(list, write_key(&draft->keys[i]));
	return list;
}

static json_t *write_contacts(const struct party_file *draft)
{
	json_t *list = json_array();
	for (size_t i = 0; i < draft->contact_count && list != NULL; i++)
		list = append(list, json_pack("{s:s, s:s}", "kind",
					      contact_kind_text(draft->contacts[i].kind), "value",
					      draft->contacts[i].value));
	return list;
}

static json_t *write_scope(const struct party_file *draft)
{
	json_t *scope = json_object();
	for (unsigned i = 0; i < SCOPE_COUNT && scope != NULL; i++) {
		if (json_object_set_new(scope, party_scope_text((enum party_scope)i),
					write_names(&draft->scope[i])) != 0) {
			json_decref(scope);
			scope = NULL;
		}
	}
	return scope;
}

json_t *party_write(const struct party_file *draft)
{
	char id[ID_ROOM];
	assert(draft->key_count > 0 && draft->name != NULL);
	id_make(draft->keys[0].key.sign, KEY_OCTETS, id);
	return json_pack("{s:i, s:s, s:s, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:I, s:o, s:o}", "v",
			 PARTY_VERSION, "id", id, "name", draft->name, "roles",
			 write_roles(draft->roles), "scope", write_scope(draft), "keys",
			 write_keys(draft), "contacts", write_contacts(draft), "tlp",
			 tlp_text(draft->ceiling), "languages", write_names(&draft->languages),
			 "hours", draft->hours == NULL ? json_null() : json_string(draft->hours),
			 "version", (json_int_t)draft->edition, "after",
			 draft->after[0] == '\0' ? json_null() : json_string(draft->after), "made",
			 write_time(draft->made_s));
}
