/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A message as it comes in, and the same named and signed anew by its author. Property: what is
 * read is proven, is what came in, octet for octet, and is made the same again from its parts; with
 * one character of its signature changed it is refused.
 */
#include "model/case_message.h"
#include "signed_anew.h"

#include <assert.h>
#include <string.h>

#define NOW_S 1790000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int only_key(void *context, const char *author, int64_t made_s, size_t index,
		    uint8_t ret_sign[KEY_OCTETS])
{
	const struct secret_key *key = context;
	assert(id_is(author) && made_s >= 0);
	if (index > 0)
		return ERR_NOT_FOUND;
	memcpy(ret_sign, key->public.sign, KEY_OCTETS);
	return OK;
}

static void check_made_again(struct arena *arena, const struct case_message *message,
			     const struct secret_key *key)
{
	struct case_message draft = *message, made;
	if (draft.opens_case)
		draft.case_id[0] = '\0';
	if (draft.made_s > NOW_S)
		return;
	assert(case_message_make(arena, &draft, key, NULL, &made) == OK);
	assert(strcmp(made.id, message->id) == 0);
	assert(made.size == message->size && memcmp(made.octets, message->octets, made.size) == 0);
}

static void check(const char *octets, size_t size)
{
	struct secret_key key = signed_anew_key();
	const struct case_trust trust = {only_key, &key, NOW_S};
	struct arena arena;
	struct case_message message;
	struct complaint complaint = {""};
	struct text text;
	arena_init(&arena, (size_t)64 << 20, 0);
	text_init(&text, size + 1);
	text_add_octets(&text, octets, size);
	const int error = case_message_read(&arena, trust, &text, &complaint, &message);
	if (error == OK) {
		assert(message.is_proven && id_is(message.id) && id_is(message.case_id));
		assert(message.size <= size && memcmp(message.octets, octets, message.size) == 0);
		check_made_again(&arena, &message, &key);
		char *signature = strstr(text.data, "\"sig\":\"");
		assert(signature != NULL);
		signature[7] = signature[7] == 'A' ? 'B' : 'A';
		assert(case_message_read(&arena, trust, &text, &complaint, &message) < 0);
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
	json_t *value = size > CASE_MESSAGE_OCTETS_MAX ? NULL
						       : json_loadb((const char *)data, size,
								    JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(value)) {
		text_init(&form, CANONICAL_OCTETS_MAX);
		signed_anew_id(value);
		signed_anew(value, "dsfi-message-v1\n");
		canonical_write(value, NULL, &form);
		if (form.error == OK)
			check(form.data, form.length);
		text_release(&form);
	}
	json_decref(value);
	return 0;
}
