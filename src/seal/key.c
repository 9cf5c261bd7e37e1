/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "seal/key.h"

#include "base/bytes.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define SIGN_PREFIX "dsfi-sign-key-"
#define IDENTITY_PREFIX "age-secret-key-"
#define RECIPIENT_PREFIX "age"

static_assert(KEY_OCTETS == BECH32_OCTETS, "a key is what Bech32 writes here");
static_assert(KEY_OCTETS == crypto_sign_SEEDBYTES, "a seed of Ed25519");
static_assert(KEY_OCTETS == crypto_sign_PUBLICKEYBYTES, "a key of Ed25519");
static_assert(KEY_OCTETS == crypto_scalarmult_curve25519_BYTES, "a key of X25519");
static_assert(SIGNATURE_OCTETS == crypto_sign_BYTES, "a signature of Ed25519");

static int derive_public(struct secret_key *key)
{
	uint8_t expanded[crypto_sign_SECRETKEYBYTES];
	if (sodium_init() < 0)
		return ERR_CRYPTO;
	int result = crypto_sign_seed_keypair(key->public.sign, expanded, key->sign);
	sodium_memzero(expanded, sizeof(expanded));
	if (result == 0)
		result = crypto_scalarmult_curve25519_base(key->public.seal, key->seal);
	return result == 0 ? OK : ERR_CRYPTO;
}

int secret_key_make(struct random *random, int64_t made_s, struct secret_key *ret_key)
{
	struct secret_key key = {.made_s = made_s};
	assert(random != NULL && made_s >= 0);
	random_octets(random, key.sign, sizeof(key.sign));
	random_octets(random, key.seal, sizeof(key.seal));
	const int error = derive_public(&key);
	if (error == OK)
		*ret_key = key;
	secret_key_wipe(&key);
	return error;
}

void secret_key_wipe(struct secret_key *key)
{
	if (key != NULL)
		sodium_memzero(key, sizeof(*key));
}

void text_wipe(struct text *text)
{
	if (text->data != NULL)
		sodium_memzero(text->data, text->room);
	text_release(text);
}

/* ---- the file ---- */

void secret_key_write(const struct secret_key *key, struct text *out)
{
	char made[TIME_TEXT_MAX];
	char sign[BECH32_TEXT_MAX];
	char identity[BECH32_TEXT_MAX];
	char recipient[BECH32_TEXT_MAX];
	char public[64];
	time_to_text(key->made_s, made);
	bech32_write(SIGN_PREFIX, key->sign, true, sign);
	bech32_write(IDENTITY_PREFIX, key->seal, true, identity);
	recipient_write(key->public.seal, recipient);
	const int error = base64_from_octets(key->public.sign, KEY_OCTETS, public, sizeof(public));
	assert(error == OK);
	/* Text that grows leaves pieces of what it held on the heap; this does not grow. */
	assert(out->length == 0 && out->cap >= KEY_FILE_MAX);
	char whole[KEY_FILE_MAX];
	struct text line = {.data = whole, .room = sizeof(whole), .cap = sizeof(whole) - 1};
	text_format(
		&line,
		"# dsfi key 1, made %s; keep it secret\n# signs as %s\n# opens what is sealed to "
		"%s\n# %s\n%s\n",
		made, public, recipient, sign, identity);
	assert(line.error == OK && line.data == whole);
	text_add_octets(out, line.data, line.length);
	sodium_memzero(whole, sizeof(whole));
	sodium_memzero(sign, sizeof(sign));
	sodium_memzero(identity, sizeof(identity));
}

/* The rest of a line behind `begin`, without its end; NULL when there is no such line. */
static const char *take_line(struct reader *reader, const char *begin, size_t *ret_length)
{
	const size_t begin_length = strlen(begin);
	const size_t left = reader_left(reader);
	const uint8_t *end = left == 0 ? NULL : memchr(reader->next, '\n', left);
	if (end == NULL || (size_t)(end - reader->next) < begin_length ||
	    memcmp(reader->next, begin, begin_length) != 0) {
		reader_fail(reader, ERR_FORMAT);
		return NULL;
	}
	const char *rest = (const char *)reader->next + begin_length;
	*ret_length = (size_t)(end - reader->next) - begin_length;
	reader_skip(reader, (size_t)(end - reader->next) + 1);
	return rest;
}

static int read_secrets(struct reader *reader, struct secret_key *key)
{
	size_t length = 0;
	const char *rest = take_line(reader, "# ", &length);
	if (rest == NULL || bech32_read(SIGN_PREFIX, rest, length, key->sign) != OK)
		return 4;
	rest = take_line(reader, "", &length);
	if (rest == NULL || identity_read(rest, length, key->seal) != OK || reader_left(reader) > 0)
		return 5;
	return 0;
}

/* Gives the number of the line that is wrong, 0: none. */
static int read_lines(struct reader *reader, struct secret_key *key, struct public_key *said)
{
	static const char made_end[] = "; keep it secret";
	char made[TIME_TEXT_MAX] = "";
	size_t length = 0;
	size_t size = 0;
	const char *rest = take_line(reader, "# dsfi key 1, made ", &length);
	if (rest == NULL || length < sizeof(made_end) ||
	    length - (sizeof(made_end) - 1) >= sizeof(made) ||
	    memcmp(rest + length - (sizeof(made_end) - 1), made_end, sizeof(made_end) - 1) != 0)
		return 1;
	memcpy(made, rest, length - (sizeof(made_end) - 1));
	if (time_from_text(made, &key->made_s) != OK || key->made_s < 0)
		return 1;
	rest = take_line(reader, "# signs as ", &length);
	if (rest == NULL || base64_to_octets(rest, length, said->sign, KEY_OCTETS, &size) != OK ||
	    size != KEY_OCTETS)
		return 2;
	rest = take_line(reader, "# opens what is sealed to ", &length);
	if (rest == NULL || recipient_read(rest, length, said->seal) != OK)
		return 3;
	return read_secrets(reader, key);
}

/* A file of ours has one form, so what is read is held against what would be written. */
static bool is_exact(const struct secret_key *key, const char *data, size_t size)
{
	struct text again;
	text_init(&again, KEY_FILE_MAX);
	secret_key_write(key, &again);
	const bool is_same = again.error == OK && again.length == size &&
			     sodium_memcmp(text_get(&again), data, size) == 0;
	text_wipe(&again);
	return is_same;
}

int secret_key_read(const char *data, size_t size, struct complaint *complaint,
		    struct secret_key *ret_key)
{
	struct secret_key key = {0};
	struct public_key said = {0};
	struct reader reader;
	if (size > KEY_FILE_MAX)
		return complain(complaint, ERR_LIMIT,
				"no key file: longer than %u octets; 'dsfi party key' makes one",
				KEY_FILE_MAX);
	reader_init(&reader, data, size);
	const int line = read_lines(&reader, &key, &said);
	int error = OK;
	if (line != 0)
		error = complain(complaint, ERR_FORMAT,
				 "no key file: line %d is not as it must be; restore a copy, or "
				 "make a new one with 'dsfi party key'",
				 line);
	else
		error = derive_public(&key);
	if (error == ERR_CRYPTO)
		error = complain(complaint, error, "key file: %s", error_text(error));
	else if (error == OK && memcmp(&said, &key.public, sizeof(said)) != 0)
		error = complain(complaint, ERR_DAMAGED,
				 "key file: its public keys are not those of its secret ones; "
				 "restore a copy");
	else if (error == OK && !is_exact(&key, data, size))
		error = complain(complaint, ERR_FORMAT,
				 "key file: not written as 'dsfi party key' writes it; restore a "
				 "copy");
	if (error == OK)
		*ret_key = key;
	secret_key_wipe(&key);
	return error;
}

/* ---- signatures ---- */

void key_sign(const struct secret_key *key, const void *octets, size_t size,
	      uint8_t ret_signature[SIGNATURE_OCTETS])
{
	uint8_t expanded[crypto_sign_SECRETKEYBYTES];
	assert(octets != NULL);
	memcpy(expanded, key->sign, KEY_OCTETS);
	memcpy(expanded + KEY_OCTETS, key->public.sign, KEY_OCTETS);
	const int result = crypto_sign_detached(ret_signature, NULL, octets, size, expanded);
	sodium_memzero(expanded, sizeof(expanded));
	assert(result == 0);
}

bool key_verify(const uint8_t sign[KEY_OCTETS], const void *octets, size_t size,
		const uint8_t signature[SIGNATURE_OCTETS])
{
	assert(octets != NULL);
	return crypto_sign_verify_detached(signature, octets, size, sign) == 0;
}

/* ---- keys as text ---- */

void recipient_write(const uint8_t seal[KEY_OCTETS], char ret_text[BECH32_TEXT_MAX])
{
	bech32_write(RECIPIENT_PREFIX, seal, false, ret_text);
}

int recipient_read(const char *text, size_t length, uint8_t ret_seal[KEY_OCTETS])
{
	uint8_t any[KEY_OCTETS] = {1};
	uint8_t shared[KEY_OCTETS];
	uint8_t seal[KEY_OCTETS];
	/* Recipients are written in lower case. */
	if (length == 0 || text[0] != 'a')
		return ERR_FORMAT;
	int error = bech32_read(RECIPIENT_PREFIX, text, length, seal);
	if (error == OK && crypto_scalarmult_curve25519(shared, any, seal) != 0)
		error = ERR_FORMAT;
	if (error == OK)
		memcpy(ret_seal, seal, KEY_OCTETS);
	return error;
}

int identity_read(const char *text, size_t length, uint8_t ret_seal[KEY_OCTETS])
{
	if (length == 0 || text[0] != 'A')
		return ERR_FORMAT;
	return bech32_read(IDENTITY_PREFIX, text, length, ret_seal);
}
