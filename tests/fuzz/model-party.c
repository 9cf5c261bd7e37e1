/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A party's file as it comes in, and the same signed anew by a key made of seed 7. Property: what
 * is read is what came in, octet for octet; made again from its parts by the key that signed it, it
 * is the same; its contacts have a host.
 */
#include "model/party.h"
#include "signed_anew.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_contacts(struct arena *arena, const struct party_file *party)
{
	for (size_t i = 0; i < party->contact_count; i++) {
		const char *host = NULL;
		const struct contact_threat threat = {0};
		const struct contact_facts facts = {.is_known = true};
		assert(contact_host(arena, &party->contacts[i], &host) == OK);
		assert((host == NULL) == (party->contacts[i].kind == CONTACT_PHONE));
		assert(contact_risk(host, &threat, &facts, NULL) == CONTACT_APART);
	}
}

static void check_made_again(struct arena *arena, const struct party_file *party)
{
	const struct secret_key key = signed_anew_key();
	struct party_file made;
	if (memcmp(party->keys[party->signed_by].key.sign, key.public.sign, KEY_OCTETS) != 0)
		return;
	/* The first second of 1970 stands for "not". */
	if (party->made_s == 0)
		return;
	for (size_t i = 0; i < party->key_count; i++) {
		if (party->keys[i].since_s == 0)
			return;
	}
	assert(party_make(arena, party, &key, NULL, &made) == OK);
	assert(made.size == party->size && memcmp(made.octets, party->octets, made.size) == 0);
	assert(strcmp(made.digest, party->digest) == 0);
}

static void check(const char *octets, size_t size)
{
	struct arena arena;
	struct party_file party;
	struct complaint complaint = {""};
	struct text text;
	arena_init(&arena, (size_t)64 << 20, 0);
	text_init(&text, size + 1);
	text_add_octets(&text, octets, size);
	const int error = party_read(&arena, &text, &complaint, &party);
	if (error == OK) {
		assert(party.size <= size && memcmp(party.octets, octets, party.size) == 0);
		check_contacts(&arena, &party);
		check_made_again(&arena, &party);
		const int first = party_may_replace(NULL, &party, party.made_s, &complaint);
		assert(first == OK || first == ERR_PERMISSION);
		assert(first != OK || party.signed_by == 0);
		assert(party_may_replace(&party, &party, party.made_s, &complaint) == ERR_EXISTS);
	} else {
		assert(complaint.text[0] != '\0');
	}
	text_release(&text);
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text form;
	check((const char *)data, size);
	json_t *value = size > PARTY_OCTETS_MAX ? NULL
						: json_loadb((const char *)data, size,
							     JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(value)) {
		text_init(&form, CANONICAL_OCTETS_MAX);
		signed_anew(value, "dsfi-party-v1\n");
		canonical_write(value, NULL, &form);
		if (form.error == OK)
			check(form.data, form.length);
		text_release(&form);
	}
	json_decref(value);
	return 0;
}
