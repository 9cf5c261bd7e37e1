/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signs messages of cases that nobody checked, so that tests can have bad ones.
 *
 *	oracle_messages KEYFILE <DRAFTS >LINES	a draft is a JSON object a line; "v", "author",
 *"made", "after", "to", "case" and "tlp" have values when they are not there, "id" and "sig" are
 *made when they are not
 *
 *	oracle_messages KEYFILE party <DRAFTS	the same of party files, of which only "sig" is made
 *
 * Exit code 0, or 1 with a sentence.
 */
#include "model/canonical.h"
#include "model/id.h"
#include "seal/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LINE_ROOM ((size_t)4 << 20)

static void set_default(json_t *object, const char *name, json_t *value)
{
	if (json_object_get(object, name) == NULL)
		(void)json_object_set_new(object, name, value);
	else
		json_decref(value);
}

static int read_key(const char *path, struct secret_key *ret_key)
{
	char octets[KEY_FILE_MAX];
	struct complaint complaint = {""};
	FILE *file = fopen(path, "r");
	if (file == NULL)
		return ERR_NOT_FOUND;
	const size_t size = fread(octets, 1, sizeof(octets), file);
	fclose(file);
	return secret_key_read(octets, size, &complaint, ret_key);
}

static void set_id(json_t *object)
{
	static const char *const without[] = {"id", "sig", NULL};
	char id[ID_ROOM];
	struct text text;
	text_init(&text, LINE_ROOM);
	canonical_write(object, without, &text);
	id_make(text_get(&text), text.length, id);
	set_default(object, "id", json_string(id));
	text_release(&text);
}

static void set_signature(json_t *object, const char *first_line, const struct secret_key *key)
{
	static const char *const without[] = {"sig", NULL};
	uint8_t signature[SIGNATURE_OCTETS];
	char base64[96];
	struct text text;
	text_init(&text, LINE_ROOM);
	text_add(&text, first_line);
	canonical_write(object, without, &text);
	key_sign(key, text_get(&text), text.length, signature);
	if (base64_from_octets(signature, sizeof(signature), base64, sizeof(base64)) == OK)
		set_default(object, "sig", json_string(base64));
	text_release(&text);
}

static void set_all(json_t *object, const struct secret_key *key)
{
	char author[ID_ROOM];
	char made[TIME_TEXT_MAX];
	id_make(key->public.sign, KEY_OCTETS, author);
	time_to_text((int64_t)time(NULL), made);
	set_default(object, "v", json_integer(1));
	set_default(object, "author", json_string(author));
	set_default(object, "made", json_string(made));
	set_default(object, "after", json_array());
	set_default(object, "to", json_array());
	set_default(object, "case", json_null());
	set_default(object, "tlp", json_string("amber"));
	set_id(object);
}

static int sign_line(const char *line, bool is_party, const struct secret_key *key)
{
	struct text text;
	json_t *object = json_loads(line, 0, NULL);
	if (!json_is_object(object)) {
		json_decref(object);
		return 1;
	}
	if (!is_party)
		set_all(object, key);
	set_signature(object, is_party ? "dsfi-party-v1\n" : "dsfi-message-v1\n", key);
	text_init(&text, LINE_ROOM);
	canonical_write(object, NULL, &text);
	puts(text_get(&text));
	const int code = text.error == OK ? 0 : 1;
	text_release(&text);
	json_decref(object);
	return code;
}

int main(int argc, char **argv)
{
	struct secret_key key;
	int code = 0;
	char *line = malloc(LINE_ROOM);
	const bool is_party = argc == 3 && strcmp(argv[2], "party") == 0;
	if ((argc != 2 && !is_party) || line == NULL || read_key(argv[1], &key) != OK) {
		fputs("oracle_messages: a key file, please\n", stderr);
		return 1;
	}
	while (code == 0 && fgets(line, (int)LINE_ROOM, stdin) != NULL)
		code = sign_line(line, is_party, &key);
	if (code != 0)
		fputs("oracle_messages: a draft is a JSON object a line\n", stderr);
	secret_key_wipe(&key);
	free(line);
	return code;
}
