/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The keys of a party: Ed25519 (RFC 8032) to sign, X25519 (RFC 7748) to seal. One secret holds
 * both; its file (docs/format/key.md) is an identity file of age too, so that `age -d -i FILE`
 * opens what was sealed to it. Reading it from disk, with mode 0600, is the caller's (os/file.h).
 *
 * Whoever has a struct secret_key wipes it with secret_key_wipe when it is no longer needed; texts
 * that hold secrets are wiped with text_wipe. No complaint of this room quotes a secret.
 */
#ifndef SEAL_KEY_H
#define SEAL_KEY_H

#include "base/error.h"
#include "base/random.h"
#include "base/text.h"
#include "seal/bech32.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEY_OCTETS 32u
#define SIGNATURE_OCTETS 64u
/* Five lines, the longest of some 90 characters; a comment of ours fits. */
#define KEY_FILE_MAX 1024u

struct public_key {
	uint8_t sign[KEY_OCTETS];
	uint8_t seal[KEY_OCTETS];
};

struct secret_key {
	uint8_t sign[KEY_OCTETS]; /* the seed */
	uint8_t seal[KEY_OCTETS];
	struct public_key public;
	int64_t made_s;
};

/* ERR_CRYPTO only where the library cannot start. */
MUST_CHECK int secret_key_make(struct random *random, int64_t made_s, struct secret_key *ret_key);
void secret_key_wipe(struct secret_key *key);

/* The file's text; never anywhere but into a file of mode 0600. */
void secret_key_write(const struct secret_key *key, struct text *out);
/* ERR_FORMAT with the line that is wrong: nothing but what secret_key_write gives is one. */
MUST_CHECK int secret_key_read(const char *data, size_t size, struct complaint *complaint,
			       struct secret_key *ret_key);
void text_wipe(struct text *text);

void key_sign(const struct secret_key *key, const void *octets, size_t size,
	      uint8_t ret_signature[SIGNATURE_OCTETS]);
/* False too for keys of small order and signatures that are not in their one form. */
bool key_verify(const uint8_t sign[KEY_OCTETS], const void *octets, size_t size,
		const uint8_t signature[SIGNATURE_OCTETS]);

/* "age1...": what others seal to. */
void recipient_write(const uint8_t seal[KEY_OCTETS], char ret_text[BECH32_TEXT_MAX]);
/* Also refused: a key for which every shared secret would be zero. */
MUST_CHECK int recipient_read(const char *text, size_t length, uint8_t ret_seal[KEY_OCTETS]);
/* "AGE-SECRET-KEY-1...". */
MUST_CHECK int identity_read(const char *text, size_t length, uint8_t ret_seal[KEY_OCTETS]);

#endif
