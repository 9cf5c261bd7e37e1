/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bech32 (BIP 173) of 32 octets: how keys are written, so that a slip of the pen is noticed. The
 * text is of one case; the checksum is over lower case. Longer data than a key is not read.
 */
#ifndef SEAL_BECH32_H
#define SEAL_BECH32_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BECH32_OCTETS 32u
/* Prefix of at most 20 characters, '1', 52 of data, 6 of checksum, NUL. */
#define BECH32_PREFIX_MAX 20u
#define BECH32_TEXT_MAX (BECH32_PREFIX_MAX + 1 + 52 + 6 + 1)

/* `prefix` in lower case; the text in upper case where asked. */
void bech32_write(const char *prefix, const uint8_t octets[BECH32_OCTETS], bool is_upper,
		  char ret_text[BECH32_TEXT_MAX]);
/* ERR_FORMAT: another prefix, a character that is none, another length, a wrong checksum, bits
 * beyond the data, both cases. What was read of a secret is not left behind on failure. */
MUST_CHECK int bech32_read(const char *prefix, const char *text, size_t length,
			   uint8_t ret_octets[BECH32_OCTETS]);

#endif
