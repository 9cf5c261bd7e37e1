/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hashes of short octet strings without allocation. The OpenSSL functions used are those that work
 * on the caller's memory: the newer ones fetch an implementation by name at each call, which costs
 * five times the hash of an NSEC3 owner. No errors: a digest cannot fail.
 */
#ifndef DNS_DNSSEC_DIGEST_PRIVATE_H
#define DNS_DNSSEC_DIGEST_PRIVATE_H

#include <stddef.h>
#include <stdint.h>

#define HASH_MAX_OCTETS 64

enum hash { HASH_NONE, HASH_SHA1, HASH_SHA256, HASH_SHA384, HASH_SHA512 };

/* A run of octets that belongs to somebody else. */
struct piece {
	const uint8_t *octets;
	size_t size;
};

/* Octets of the digest; 0 for HASH_NONE. */
size_t hash_size(enum hash hash);
/* The digest of the pieces as one string; returns its size. `hash` is not HASH_NONE. */
size_t hash_pieces(enum hash hash, const struct piece *pieces, size_t count,
		   uint8_t ret_digest[HASH_MAX_OCTETS]);

#endif
