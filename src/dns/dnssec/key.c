/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/key.h"

#include "dns/dnssec/key_private.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static_assert(DIGEST_MAX_OCTETS <= HASH_MAX_OCTETS, "every DS digest is one of our hashes");

/* RSA/MD5, the one algorithm with its own tag (RFC 4034 app. B.1). */
#define ALGORITHM_RSAMD5 1
/* flags, protocol, algorithm */
#define DNSKEY_HEAD_OCTETS 4

uint16_t key_tag(const uint8_t *rdata, size_t rdata_size)
{
	assert(rdata != NULL || rdata_size == 0);
	if (rdata_size >= DNSKEY_HEAD_OCTETS + 3 && rdata[3] == ALGORITHM_RSAMD5)
		return (uint16_t)(rdata[rdata_size - 3] << 8 | rdata[rdata_size - 2]);
	uint32_t sum = 0;
	for (size_t i = 0; i + 1 < rdata_size; i += 2)
		sum += (uint32_t)rdata[i] << 8 | rdata[i + 1];
	if (rdata_size % 2 != 0)
		sum += (uint32_t)rdata[rdata_size - 1] << 8;
	sum += sum >> 16;
	return (uint16_t)sum;
}

unsigned key_bits(const struct dnskey_rdata *key)
{
	assert(key != NULL);
	const struct algorithm *algorithm = algorithm_find(key->algorithm);
	if (algorithm == NULL)
		return 0;
	if (algorithm->family != FAMILY_RSA)
		return key->key_size == algorithm->key_octets ? algorithm->bits : 0;
	struct rsa_numbers numbers;
	return rsa_numbers_read(key, &numbers) ? number_bits(numbers.modulus) : 0;
}

bool key_rsa_modulus(const struct dnskey_rdata *key, const uint8_t **ret_octets, size_t *ret_size)
{
	const struct algorithm *algorithm = algorithm_find(key->algorithm);
	struct rsa_numbers numbers;
	if (algorithm == NULL || algorithm->family != FAMILY_RSA ||
	    !rsa_numbers_read(key, &numbers))
		return false;
	*ret_octets = numbers.modulus.octets;
	*ret_size = numbers.modulus.size;
	return true;
}

bool algorithm_supported(uint8_t algorithm)
{
	return algorithm_find(algorithm) != NULL;
}

/* IANA "DNS Security Algorithm Numbers", mnemonics. */
const char *algorithm_name(uint8_t algorithm, char buffer[24])
{
	static const struct {
		uint8_t number;
		const char *name;
	} names[] = {
		{0, "DELETE"},
		{1, "RSAMD5"},
		{2, "DH"},
		{3, "DSA"},
		{5, "RSASHA1"},
		{6, "DSA-NSEC3-SHA1"},
		{7, "RSASHA1-NSEC3-SHA1"},
		{8, "RSASHA256"},
		{10, "RSASHA512"},
		{12, "ECC-GOST"},
		{13, "ECDSAP256SHA256"},
		{14, "ECDSAP384SHA384"},
		{15, "ED25519"},
		{16, "ED448"},
		{17, "SM2SM3"},
		{23, "ECC-GOST12"},
		{252, "INDIRECT"},
		{253, "PRIVATEDNS"},
		{254, "PRIVATEOID"},
	};
	assert(buffer != NULL);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == algorithm)
			return names[i].name;
	snprintf(buffer, 24, "algorithm %u", algorithm);
	return buffer;
}

static enum hash digest_hash(uint8_t digest_type)
{
	switch (digest_type) {
	case DIGEST_SHA1:
		return HASH_SHA1;
	case DIGEST_SHA256:
		return HASH_SHA256;
	case DIGEST_SHA384:
		return HASH_SHA384;
	default:
		return HASH_NONE;
	}
}

bool digest_supported(uint8_t digest_type)
{
	return digest_hash(digest_type) != HASH_NONE;
}

int ds_digest(const uint8_t *owner, const struct record *dnskey, uint8_t digest_type,
	      uint8_t ret_digest[DIGEST_MAX_OCTETS], size_t *ret_size)
{
	assert(owner != NULL && dnskey != NULL && ret_digest != NULL && ret_size != NULL);
	enum hash hash = digest_hash(digest_type);
	if (hash == HASH_NONE)
		return ERR_UNSUPPORTED;
	struct name lower;
	size_t owner_size = name_copy_lower(lower.octets, owner); /* RFC 4034 s5.1.4: canonical */
	struct piece pieces[] = {
		{lower.octets, owner_size},
		{dnskey->rdata, dnskey->rdata_size},
	};
	uint8_t digest[HASH_MAX_OCTETS];
	size_t size = hash_pieces(hash, pieces, 2, digest);
	assert(size <= DIGEST_MAX_OCTETS);
	memcpy(ret_digest, digest, size);
	*ret_size = size;
	return OK;
}

bool ds_matches(const uint8_t *owner, const struct ds_rdata *ds, const struct record *dnskey)
{
	assert(owner != NULL && ds != NULL && dnskey != NULL);
	/* The cheap comparisons first: most keys of a set differ in the tag. */
	if (dnskey->rdata_size < DNSKEY_HEAD_OCTETS || dnskey->rdata[3] != ds->algorithm ||
	    key_tag(dnskey->rdata, dnskey->rdata_size) != ds->key_tag)
		return false;
	uint8_t digest[DIGEST_MAX_OCTETS];
	size_t size;
	if (ds_digest(owner, dnskey, ds->digest_type, digest, &size) < 0)
		return false;
	return size == ds->digest_size && memcmp(digest, ds->digest, size) == 0;
}
