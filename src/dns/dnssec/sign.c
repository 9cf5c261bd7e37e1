/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/sign.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "dns/dnssec/key.h"
#include "dns/dnssec/sign_private.h"
#include "dns/dnssec/signed_data_private.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

#define RRSIG_FIXED_OCTETS 18
#define DNSKEY_PROTOCOL 3
#define EXPONENT_USUAL_RSA 65537
#define EXPONENT_SMALL_RSA 3

static const struct {
	int (*init)(struct signing_key *key, struct seed_stream *stream);
	void (*release)(struct signing_key *key);
	int (*sign)(const struct signing_key *key, struct piece data, uint8_t *ret_signature,
		    size_t *ret_size);
} families[] = {
	[FAMILY_RSA] = {rsa_secret_init, rsa_secret_release, rsa_secret_sign},
	[FAMILY_P256] = {p256_secret_init, p256_secret_release, p256_secret_sign},
	[FAMILY_P384] = {p384_secret_init, p384_secret_release, p384_secret_sign},
	[FAMILY_ED25519] = {ed25519_secret_init, ed25519_secret_release, ed25519_secret_sign},
	[FAMILY_ED448] = {ed448_secret_init, ed448_secret_release, ed448_secret_sign},
};

void seed_octets(struct seed_stream *stream, uint8_t *octets, size_t size)
{
	static const char label[] = "dsfi signing key";
	while (size > 0) {
		uint8_t block[HASH_MAX_OCTETS];
		uint8_t text[sizeof(label) + 19];
		struct writer writer;
		writer_init(&writer, text, sizeof(text));
		writer_octets(&writer, label, sizeof(label));
		writer_u8(&writer, stream->algorithm);
		writer_u16(&writer, stream->bits);
		writer_u64(&writer, stream->seed);
		writer_u64(&writer, stream->counter++);
		assert(writer.error == 0 && writer_left(&writer) == 0);
		struct piece piece = {text, sizeof(text)};
		size_t got = hash_pieces(HASH_SHA256, &piece, 1, block);
		size_t part = size < got ? size : got;
		memcpy(octets, block, part);
		octets += part;
		size -= part;
	}
}

void public_field_add(struct signing_key *key, const uint8_t *octets, size_t size)
{
	assert(key->rdata_size + size <= sizeof(key->rdata));
	memcpy(key->rdata + key->rdata_size, octets, size);
	key->rdata_size += size;
}

/* An algorithm nobody knows: octets of a likely number and no relation between them. */
static void dummy_init(struct signing_key *key, struct seed_stream *stream)
{
	seed_octets(stream, key->secret.dummy, DUMMY_OCTETS);
	uint8_t field[DUMMY_OCTETS];
	seed_octets(stream, field, sizeof(field));
	public_field_add(key, field, sizeof(field));
}

static void dummy_sign(const struct signing_key *key, struct piece data, uint8_t *ret_signature,
		       size_t *ret_size)
{
	static_assert(DUMMY_OCTETS == HASH_MAX_OCTETS, "one SHA-512 is one signature");
	struct piece pieces[] = {{key->secret.dummy, DUMMY_OCTETS}, data};
	*ret_size = hash_pieces(HASH_SHA512, pieces, 2, ret_signature);
}

static int secret_init(struct signing_key *key, struct seed_stream *stream)
{
	if (key->algorithm != NULL)
		return families[key->algorithm->family].init(key, stream);
	dummy_init(key, stream);
	return OK;
}

/* Flags are no part of the seed: a revoked key is the same key with another flag. */
static int key_from_stream(struct seed_stream *stream, uint16_t flags, struct signing_key **ret_key)
{
	const uint8_t algorithm = stream->algorithm;
	const struct algorithm *known = algorithm_find(algorithm);
	const unsigned bits = stream->bits;
	if (known == NULL || known->family != FAMILY_RSA)
		stream->bits = 0;
	else if (bits < RSA_MODULUS_BITS_MIN || bits > RSA_MODULUS_BITS_MAX)
		return ERR_ARGUMENT;
	struct signing_key *key = memory_take_zeroed(1, sizeof(*key));
	if (key == NULL)
		return ERR_MEMORY;
	key->algorithm_number = algorithm;
	key->algorithm = known;
	uint8_t head[4] = {(uint8_t)(flags >> 8), (uint8_t)flags, DNSKEY_PROTOCOL, algorithm};
	public_field_add(key, head, sizeof(head));
	int error = secret_init(key, stream);
	if (error < 0) {
		memory_give(key);
		return error;
	}
	key->tag = key_tag(key->rdata, key->rdata_size);
	*ret_key = key;
	return OK;
}

int signing_key_new(uint8_t algorithm, unsigned bits, uint16_t flags, uint64_t seed,
		    struct signing_key **ret_key)
{
	assert(ret_key != NULL);
	struct seed_stream stream = {
		.seed = seed,
		.exponent = EXPONENT_USUAL_RSA,
		.bits = (uint16_t)(bits > UINT16_MAX ? UINT16_MAX : bits),
		.algorithm = algorithm,
	};
	return key_from_stream(&stream, flags, ret_key);
}

int signing_key_new_small(uint8_t algorithm, unsigned bits, uint16_t flags, uint64_t seed,
			  struct signing_key **ret_key)
{
	assert(ret_key != NULL && algorithm_find(algorithm) != NULL &&
	       algorithm_find(algorithm)->family == FAMILY_RSA);
	struct seed_stream stream = {
		.seed = seed,
		.exponent = EXPONENT_SMALL_RSA,
		.bits = (uint16_t)(bits > UINT16_MAX ? UINT16_MAX : bits),
		.algorithm = algorithm,
	};
	return key_from_stream(&stream, flags, ret_key);
}

void signing_key_free(struct signing_key *key)
{
	if (key == NULL)
		return;
	if (key->algorithm != NULL)
		families[key->algorithm->family].release(key);
	memory_give(key);
}

const uint8_t *signing_key_rdata(const struct signing_key *key, size_t *ret_size)
{
	assert(key != NULL && ret_size != NULL);
	*ret_size = key->rdata_size;
	return key->rdata;
}

uint16_t signing_key_tag(const struct signing_key *key)
{
	assert(key != NULL);
	return key->tag;
}

uint8_t signing_key_algorithm(const struct signing_key *key)
{
	assert(key != NULL);
	return key->algorithm_number;
}

/* RFC 4034 s6.3: ascending as octet strings, no two alike. */
static bool is_canonical(const struct rrset *rrset)
{
	for (size_t i = 1; i < rrset->count; i++) {
		const struct record *left = rrset->records[i - 1];
		const struct record *right = rrset->records[i];
		size_t shorter =
			left->rdata_size < right->rdata_size ? left->rdata_size : right->rdata_size;
		int order = shorter > 0 ? memcmp(left->rdata, right->rdata, shorter) : 0;
		if (order > 0 || (order == 0 && left->rdata_size >= right->rdata_size))
			return false;
	}
	return true;
}

/* RRSIG RDATA up to the signature; returns its size. */
static size_t write_head(uint8_t *octets, const struct rrsig_rdata *rrsig)
{
	uint8_t signer[NAME_MAX_OCTETS];
	size_t signer_size = name_copy_lower(signer, rrsig->signer);
	struct writer writer;
	writer_init(&writer, octets, RRSIG_FIXED_OCTETS + NAME_MAX_OCTETS);
	writer_u16(&writer, rrsig->type_covered);
	writer_u8(&writer, rrsig->algorithm);
	writer_u8(&writer, rrsig->labels);
	writer_u32(&writer, rrsig->original_ttl);
	writer_u32(&writer, rrsig->expiration);
	writer_u32(&writer, rrsig->inception);
	writer_u16(&writer, rrsig->key_tag);
	writer_octets(&writer, signer, signer_size);
	assert(writer.error == 0);
	return writer_used(&writer);
}

static int sign_data(const struct signing_key *key, const struct scratch *scratch,
		     uint8_t *ret_signature, size_t *ret_size)
{
	struct piece data = {scratch->octets, scratch->size};
	if (key->algorithm != NULL)
		return families[key->algorithm->family].sign(key, data, ret_signature, ret_size);
	dummy_sign(key, data, ret_signature, ret_size);
	return OK;
}

int sign_rrset(struct arena *arena, const struct signer *signer, const struct rrset *rrset,
	       struct record *ret_rrsig)
{
	assert(arena != NULL && signer != NULL && ret_rrsig != NULL);
	assert(rrset != NULL && rrset->count > 0 && is_canonical(rrset));
	const struct signing_key *key = signer->key;
	assert(key != NULL && signer->zone != NULL);
	struct rrsig_rdata rrsig = {
		.type_covered = rrset->type,
		.algorithm = key->algorithm_number,
		.labels = (uint8_t)signed_labels(rrset->owner),
		.original_ttl = rrset->ttl,
		.expiration = signer->times.expiration,
		.inception = signer->times.inception,
		.key_tag = key->tag,
		.signer = signer->zone,
	};
	uint8_t rdata[RRSIG_FIXED_OCTETS + NAME_MAX_OCTETS + RSA_MODULUS_OCTETS_MAX];
	rrsig.signed_head_size = write_head(rdata, &rrsig);
	struct scratch scratch = {0};
	size_t signature_size = 0;
	int error = signed_data_build(&scratch, rrset, &rrsig, rdata);
	if (error == OK)
		error = sign_data(key, &scratch, rdata + rrsig.signed_head_size, &signature_size);
	scratch_release(&scratch);
	if (error < 0)
		return error;
	size_t size = rrsig.signed_head_size + signature_size;
	assert(size <= sizeof(rdata));
	const uint8_t *kept = arena_copy(arena, rdata, size);
	if (kept == NULL)
		return ERR_MEMORY;
	*ret_rrsig = (struct record){
		.owner = rrset->owner,
		.rdata = kept,
		.ttl = rrset->ttl,
		.type = TYPE_RRSIG,
		.class = rrset->class,
		.rdata_size = (uint16_t)size,
		.section = rrset->records[0]->section,
	};
	return OK;
}
