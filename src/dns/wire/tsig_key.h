/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys of TSIG (RFC 8945) as people keep them: the clause that BIND reads and tsig-keygen prints,
 *
 *   key "name" { algorithm hmac-sha256; secret "base64"; };
 *
 * or one line `[algorithm:]name:base64`, as kdig -k and dig -y take it, where hmac-sha256 is meant
 * if no algorithm is given. Comments may stand around the clause. One key a text.
 *
 * The secret is in the caller's struct alone, which tsig_key_wipe() forgets; no complaint quotes
 * anything of the text but the name of an algorithm, since whatever is misread may be the secret.
 */
#ifndef DNS_WIRE_TSIG_KEY_H
#define DNS_WIRE_TSIG_KEY_H

#include "base/error.h"
#include "dns/wire/name.h"

#include <stddef.h>
#include <stdint.h>

/* A clause with its comments; tsig-keygen prints 100 octets. */
#define TSIG_TEXT_MAX 4096u
/* Longer than the block of any hash; a secret beyond that is hashed first (RFC 2104 s2). */
#define TSIG_SECRET_MAX 256u

/* RFC 8945 s6; those that servers should not take first. */
enum tsig_algorithm {
	TSIG_HMAC_MD5,
	TSIG_HMAC_SHA1,
	TSIG_HMAC_SHA224,
	TSIG_HMAC_SHA256,
	TSIG_HMAC_SHA384,
	TSIG_HMAC_SHA512,
	TSIG_ALGORITHM_COUNT,
};
/* "hmac-sha256" */
const char *tsig_algorithm_text(enum tsig_algorithm algorithm);
/* As it stands in a message: "hmac-sha256.", "hmac-md5.sig-alg.reg.int."; in wire form. */
const uint8_t *tsig_algorithm_name(enum tsig_algorithm algorithm);

struct tsig_key {
	struct name name;  /* lower case */
	uint8_t algorithm; /* enum tsig_algorithm */
	uint16_t secret_size;
	uint8_t secret[TSIG_SECRET_MAX];
};

/* ERR_FORMAT, ERR_LIMIT; `ret_key` is untouched then. `text` need not end with NUL. */
MUST_CHECK int tsig_key_read(const char *text, size_t size, struct tsig_key *ret_key,
			     struct complaint *complaint);
void tsig_key_wipe(struct tsig_key *key);

#endif
