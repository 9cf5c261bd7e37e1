/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/parties.h"
#include "cli/table.h"
#include "os/file.h"

#include <assert.h>
#include <string.h>

static int write_key(const struct secret_key *key, const char *path, struct complaint *complaint)
{
	struct text text;
	text_init(&text, KEY_FILE_MAX);
	secret_key_write(key, &text);
	int error = text.error;
	if (error == OK)
		error = file_write_secret(path, text.data, text.length, complaint);
	else
		error = complain(complaint, error, "%s", error_text(error));
	text_wipe(&text);
	return error;
}

static void tell_key(const struct options *options, const struct secret_key *key)
{
	char id[ID_ROOM];
	char sign[64];
	char seal[BECH32_TEXT_MAX];
	id_make(key->public.sign, KEY_OCTETS, id);
	const int error = base64_from_octets(key->public.sign, KEY_OCTETS, sign, sizeof(sign));
	assert(error == OK);
	recipient_write(key->public.seal, seal);
	fprintf(options->out, "party    %s\nsigns    %s\nsealed   %s\n", id, sign, seal);
}

static int run(const struct options *options)
{
	const char *path = options_operand(options, 0);
	struct complaint complaint = {""};
	struct random random;
	struct secret_key key;
	int error = OK;
	if (options_flag(options, "show")) {
		error = parties_key(path, &complaint, &key);
	} else {
		random_system(&random);
		error = secret_key_make(&random, parties_now(), &key);
		if (error == OK)
			error = write_key(&key, path, &complaint);
		explicit_bzero(&random, sizeof(random));
	}
	if (error == OK)
		tell_key(options, &key);
	secret_key_wipe(&key);
	return error == OK ? EXIT_FINE : command_fail(options, error, &complaint);
}

static const struct option key_options[] = {
	{.name = "show", .kind = OPTION_FLAG, .help = "make none; tell the public side of one"},
};

static const struct example examples[] = {
	{"dsfi party key our.key", "makes a key file, which only you can read"},
	{"dsfi party key our.key --show", "tells its public side, for others to compare"},
};

static const struct command party_key = {
	.name = "key",
	.parent = "party",
	.summary = "make the key file of a party",
	.operands = "FILE",
	.description =
		"Makes a new file of mode 0600 with a key that signs (Ed25519) and one that opens "
		"what is sealed (X25519), and prints their public sides and the id of the party "
		"that begins with this key. A file that is there is never touched. Keep a copy "
		"where nobody else can read it: who has the file can sign in your name. The format "
		"is docs/format/key.md; age reads it as an identity file.",
	.options = key_options,
	.option_count = sizeof(key_options) / sizeof(key_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_minimum = 1,
	.operands_maximum = 1,
	.see_also = "dsfi-party-add(1), age(1)",
	.run = run,
};

const struct command *command_party_key(void)
{
	return &party_key;
}
