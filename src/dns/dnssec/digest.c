/* SPDX-License-Identifier: GPL-3.0-or-later */
#define OPENSSL_SUPPRESS_DEPRECATED /* see the header: the ones without allocation */
#include "dns/dnssec/digest_private.h"

#include <assert.h>
#include <openssl/sha.h>

static_assert(HASH_MAX_OCTETS >= SHA512_DIGEST_LENGTH, "the longest digest fits");

size_t hash_size(enum hash hash)
{
	static const uint8_t sizes[] = {
		[HASH_NONE] = 0,
		[HASH_SHA1] = SHA_DIGEST_LENGTH,
		[HASH_SHA256] = SHA256_DIGEST_LENGTH,
		[HASH_SHA384] = SHA384_DIGEST_LENGTH,
		[HASH_SHA512] = SHA512_DIGEST_LENGTH,
	};
	assert((size_t)hash < sizeof(sizes));
	return sizes[hash];
}

static void hash_sha1(const struct piece *pieces, size_t count, uint8_t *ret_digest)
{
	SHA_CTX context;
	SHA1_Init(&context);
	for (size_t i = 0; i < count; i++)
		SHA1_Update(&context, pieces[i].octets, pieces[i].size);
	SHA1_Final(ret_digest, &context);
}

static void hash_sha256(const struct piece *pieces, size_t count, uint8_t *ret_digest)
{
	SHA256_CTX context;
	SHA256_Init(&context);
	for (size_t i = 0; i < count; i++)
		SHA256_Update(&context, pieces[i].octets, pieces[i].size);
	SHA256_Final(ret_digest, &context);
}

/* SHA-384 is SHA-512 with another start and a shorter end (FIPS 180-4 s6.5). */
static void hash_sha512(enum hash hash, const struct piece *pieces, size_t count,
			uint8_t *ret_digest)
{
	SHA512_CTX context;
	if (hash == HASH_SHA384)
		SHA384_Init(&context);
	else
		SHA512_Init(&context);
	for (size_t i = 0; i < count; i++)
		SHA512_Update(&context, pieces[i].octets, pieces[i].size);
	SHA512_Final(ret_digest, &context);
}

size_t hash_pieces(enum hash hash, const struct piece *pieces, size_t count,
		   uint8_t ret_digest[HASH_MAX_OCTETS])
{
	assert(hash != HASH_NONE && pieces != NULL && count > 0);
	if (hash == HASH_SHA1)
		hash_sha1(pieces, count, ret_digest);
	else if (hash == HASH_SHA256)
		hash_sha256(pieces, count, ret_digest);
	else
		hash_sha512(hash, pieces, count, ret_digest);
	return hash_size(hash);
}
