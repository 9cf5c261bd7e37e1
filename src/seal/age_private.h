/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of an age file: keys that are derived, the header, the payload. */
#ifndef SEAL_AGE_PRIVATE_H
#define SEAL_AGE_PRIVATE_H

#include "seal/age.h"

#define FILE_KEY_OCTETS 16u
#define TAG_OCTETS 16u
#define WRAPPED_OCTETS (FILE_KEY_OCTETS + TAG_OCTETS)
#define NONCE_OCTETS 16u /* at the payload's begin */
#define MAC_OCTETS 32u

/* base64 without padding: 43 characters for 32 octets. */
#define KEY_TEXT_LENGTH 43u

MUST_CHECK int buffer_take(size_t size, struct age_buffer *ret_buffer);

/* --- derive.c: HKDF-SHA-256 (RFC 5869) of 32 octets --- */
void derive_key(struct age_octets secret, struct age_octets salt, const char *info,
		uint8_t ret_key[KEY_OCTETS]);

/* --- age_wrap.c: one recipient --- */
/* `share`: made from a secret of its own for each stanza. */
MUST_CHECK int wrap_file_key(const uint8_t recipient[KEY_OCTETS], struct random *random,
			     const uint8_t file_key[FILE_KEY_OCTETS], uint8_t ret_share[KEY_OCTETS],
			     uint8_t ret_wrapped[WRAPPED_OCTETS]);
/* ERR_PERMISSION: not for this one; ERR_FORMAT: a share that makes every secret the same. */
MUST_CHECK int unwrap_file_key(const struct secret_key *identity, const uint8_t share[KEY_OCTETS],
			       const uint8_t wrapped[WRAPPED_OCTETS],
			       uint8_t ret_file_key[FILE_KEY_OCTETS]);

/* --- age_header.c --- */
MUST_CHECK int header_write(const struct age_recipients *to, struct random *random,
			    const uint8_t file_key[FILE_KEY_OCTETS], struct text *out);
/* Finds the file key, checks the MAC, says where the payload begins. */
struct opened_header {
	uint8_t file_key[FILE_KEY_OCTETS];
	size_t size;
};
MUST_CHECK int header_open(const struct age_identities *identities, struct age_octets sealed,
			   struct complaint *complaint, struct opened_header *ret_header);

/* --- age_payload.c --- */
size_t payload_size(size_t plain_size);
/* `out` has payload_size octets. */
void payload_write(const uint8_t file_key[FILE_KEY_OCTETS], struct age_octets plain,
		   struct random *random, uint8_t *out);
MUST_CHECK int payload_open(const uint8_t file_key[FILE_KEY_OCTETS], struct age_octets payload,
			    size_t plain_max, struct complaint *complaint,
			    struct age_buffer *ret_plain);

#endif
