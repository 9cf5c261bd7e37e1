/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys of TSIG. Property: what is read, written in either form, is read as the same key; what is
 * refused leaves the key alone and is refused in words.
 */
#include "base/text.h"
#include "dns/wire/tsig_key.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SECRET_TEXT_MAX (4 * ((TSIG_SECRET_MAX + 2) / 3) + 1)
#define FORM_MAX (NAME_TEXT_MAX + SECRET_TEXT_MAX + 128)

static void check_form(const struct tsig_key *key, const char *text)
{
	struct tsig_key again;
	const int error = tsig_key_read(text, strlen(text), &again, NULL);
	assert(error == OK);
	assert(name_equal_exactly(again.name.octets, key->name.octets));
	assert(again.algorithm == key->algorithm && again.secret_size == key->secret_size);
	assert(memcmp(again.secret, key->secret, key->secret_size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct tsig_key untouched;
	struct tsig_key key = untouched;
	struct complaint complaint = {""};
	char name[NAME_TEXT_MAX], secret[SECRET_TEXT_MAX], text[FORM_MAX];
	const int error = tsig_key_read(size > 0 ? (const char *)data : "", size, &key, &complaint);
	if (error != OK) {
		assert(error == ERR_FORMAT || error == ERR_LIMIT);
		assert(complaint.text[0] != '\0' && memcmp(&key, &untouched, sizeof(key)) == 0);
		return 0;
	}
	assert(key.secret_size > 0 && key.secret_size <= TSIG_SECRET_MAX);
	const int written = base64_from_octets(key.secret, key.secret_size, secret, sizeof(secret));
	assert(written == OK);
	name_to_text(key.name.octets, name);
	const char *algorithm = tsig_algorithm_text((enum tsig_algorithm)key.algorithm);
	/* Octets that end a word must not stand in a name here; escapes keep the others. */
	if (strpbrk(name, "\"{};:#/ ") != NULL)
		return 0;
	(void)snprintf(text, sizeof(text), "key \"%s\" {\n\talgorithm %s;\n\tsecret \"%s\";\n};\n",
		       name, algorithm, secret);
	check_form(&key, text);
	(void)snprintf(text, sizeof(text), "%s:%s:%s\n", algorithm, name, secret);
	check_form(&key, text);
	return 0;
}
