/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The age file format, version 1 (c2sp.org/age): octets sealed to any number of X25519 recipients,
 * any one of whom opens them. A header wraps a file key once a recipient and is under a MAC; the
 * payload is ChaCha20-Poly1305 (RFC 8439) in chunks of 64 KiB, numbered, the last one marked, so
 * that chunks can be neither altered, reordered, left out nor added. Both forms, octets and ASCII
 * armour (RFC 7468 s3, strict), are written and read. Stanzas of other kinds are passed over.
 *
 * What comes in is in memory and bounded by the caller; nothing of the plaintext is given before
 * all of it is proven. Plaintext and armour are the caller's to release; age_buffer_release wipes.
 * docs/format/message.md says what we seal.
 */
#ifndef SEAL_AGE_H
#define SEAL_AGE_H

#include "base/error.h"
#include "base/random.h"
#include "seal/key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A message goes to 64; the sender's own copy and strangers' stanzas have room. */
#define AGE_STANZAS_MAX 128u
/* 128 stanzas of ours are 15 KiB; post-quantum ones of others have 2 KiB each. */
#define AGE_HEADER_MAX ((size_t)512 * 1024)
/* Arguments of a stanza; those known have up to three. */
#define AGE_ARGUMENTS_MAX 16u
/* Keys that one asks with: those of a party, old ones too. Each costs a multiplication a stanza. */
#define AGE_IDENTITIES_MAX 16u
/* Plaintext of a file in memory; what we seal is far smaller. */
#define AGE_PLAIN_MAX ((size_t)64 << 20)
#define AGE_CHUNK_OCTETS ((size_t)64 * 1024)

struct age_octets {
	const uint8_t *data;
	size_t size;
};

struct age_buffer {
	uint8_t *data; /* has a NUL after it that size does not count */
	size_t size;
};
void age_buffer_release(struct age_buffer *buffer);

struct age_recipients {
	const uint8_t (*keys)[KEY_OCTETS];
	size_t count;
};
/* ERR_LIMIT: none, too many, too large; ERR_FORMAT: a key to which nothing can be sealed. */
MUST_CHECK int age_seal(const struct age_recipients *to, struct age_octets plain,
			struct random *random, struct complaint *complaint,
			struct age_buffer *ret_sealed);

struct age_identities {
	const struct secret_key *keys;
	size_t count;
	size_t plain_max; /* more is refused (at most AGE_PLAIN_MAX) */
};
/*
 * Opens either form. ERR_FORMAT: not an age file; ERR_UNSUPPORTED: another version;
 * ERR_PERMISSION: not sealed to any of these keys; ERR_DAMAGED: altered, cut or put together anew;
 * ERR_LIMIT. Each with its sentence.
 */
MUST_CHECK int age_open(const struct age_identities *identities, struct age_octets sealed,
			struct complaint *complaint, struct age_buffer *ret_plain);

/* Does it begin like one? */
bool age_is_sealed(struct age_octets octets);
bool age_is_armoured(struct age_octets octets);
MUST_CHECK int age_armour(struct age_octets sealed, struct age_buffer *ret_armoured);
/* White space before and after is passed over; nothing else is. Lines end in LF or all in CRLF. */
MUST_CHECK int age_unarmour(struct age_octets armoured, struct complaint *complaint,
			    struct age_buffer *ret_sealed);

#endif
