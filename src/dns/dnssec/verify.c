/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/verify.h"

#include "base/memory.h"
#include "dns/dnssec/key.h"
#include "dns/dnssec/public_key_private.h"
#include "dns/dnssec/signed_data_private.h"
#include "dns/dnssec/verify_memory_private.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

#define KEYS_DEFAULT 4096
#define MEMORIES_DEFAULT 65536
#define DNSKEY_PROTOCOL 3 /* RFC 4034 s2.1.2 */

/* Signed data that costs as much to copy and to hash as a check by P-256. */
#define WORK_OCTETS ((size_t)16 * 1024)

struct verifier {
	struct crypto crypto;
	struct key_memory keys;
	struct verdict_memory verdicts;
	struct scratch scratch; /* signed data, then signature and key for the verdict's name */
	struct verifier_counts counts;
};

/* One signature over one RRset, for which keys are tried. */
struct attempt {
	const struct rrset *rrset;
	const struct record *record;
	struct rrsig_rdata rrsig;
	size_t signed_size; /* 0: not built yet */
};

struct verifier *verifier_new(const struct verifier_limits *limits, struct random *random)
{
	assert(random != NULL);
	uint32_t keys = limits != NULL && limits->keys != 0 ? limits->keys : KEYS_DEFAULT;
	uint32_t memories =
		limits != NULL && limits->memories != 0 ? limits->memories : MEMORIES_DEFAULT;
	struct verifier *verifier = memory_take_zeroed(1, sizeof(*verifier));
	if (verifier == NULL)
		return NULL;
	if (crypto_init(&verifier->crypto) < 0 ||
	    key_memory_init(&verifier->keys, keys, random) < 0 ||
	    verdict_memory_init(&verifier->verdicts, memories, random) < 0) {
		verifier_free(verifier);
		return NULL;
	}
	return verifier;
}

void verifier_free(struct verifier *verifier)
{
	if (verifier == NULL)
		return;
	key_memory_release(&verifier->keys);
	verdict_memory_release(&verifier->verdicts);
	crypto_release(&verifier->crypto);
	scratch_release(&verifier->scratch);
	memory_give(verifier);
}

struct verifier_counts verifier_counts(const struct verifier *verifier)
{
	assert(verifier != NULL);
	struct verifier_counts counts = verifier->counts;
	counts.keys_imported = verifier->keys.imported;
	return counts;
}

/*
 * RFC 4035 s5.3.1 as far as it concerns the RRSIG alone. An RRSIG with fewer labels than its signer
 * would come from a wildcard above the zone, which is not the zone's to sign.
 */
static bool rrsig_makes_sense(const struct rrset *rrset, const struct record *record,
			      const struct rrsig_rdata *rrsig)
{
	return rrset->type != TYPE_RRSIG && /* RFC 4035 s2.2 */
	       rrsig->type_covered == rrset->type && record->class == rrset->class &&
	       name_equal(record->owner, rrset->owner) &&
	       name_is_under(rrset->owner, rrsig->signer) &&
	       rrsig->labels <= signed_labels(rrset->owner) &&
	       rrsig->labels >= name_labels(rrsig->signer) && rrsig->signature_size > 0;
}

static enum signature_result attempt_begin(struct attempt *attempt, const struct rrset *rrset,
					   const struct record *record)
{
	assert(rrset != NULL && record != NULL);
	*attempt = (struct attempt){.rrset = rrset, .record = record};
	if (rrset->count == 0 || record->type != TYPE_RRSIG ||
	    rdata_rrsig(record, &attempt->rrsig) < 0 ||
	    !rrsig_makes_sense(rrset, record, &attempt->rrsig))
		return SIGNATURE_MALFORMED;
	return SIGNATURE_GOOD;
}

/* RFC 4035 s5.3.1: signer, algorithm, tag, zone flag; RFC 4034 s2.1.2: protocol. */
static bool key_is_meant(const struct attempt *attempt, const struct record *dnskey)
{
	struct dnskey_rdata key;
	return dnskey->type == TYPE_DNSKEY && dnskey->class == attempt->rrset->class &&
	       rdata_dnskey(dnskey, &key) == OK && key.algorithm == attempt->rrsig.algorithm &&
	       (key.flags & DNSKEY_ZONE) != 0 && key.protocol == DNSKEY_PROTOCOL &&
	       key_tag(dnskey->rdata, dnskey->rdata_size) == attempt->rrsig.key_tag &&
	       name_equal(dnskey->owner, attempt->rrsig.signer);
}

/* Signed data once an attempt; behind it the signature, so that a verdict's name covers both. */
static enum signature_result attempt_build(struct verifier *verifier, struct attempt *attempt)
{
	if (attempt->signed_size != 0)
		return SIGNATURE_GOOD;
	struct scratch *scratch = &verifier->scratch;
	int error =
		signed_data_build(scratch, attempt->rrset, &attempt->rrsig, attempt->record->rdata);
	assert(error != ERR_FORMAT); /* labels were counted */
	if (error < 0)
		return SIGNATURE_NOT_CHECKED;
	size_t signed_size = scratch->size;
	if (scratch_reserve(scratch, attempt->rrsig.signature_size) < 0)
		return SIGNATURE_NOT_CHECKED;
	scratch_add(scratch, attempt->rrsig.signature, attempt->rrsig.signature_size);
	attempt->signed_size = signed_size;
	return SIGNATURE_GOOD;
}

/* Key, data and signature with their lengths, so that no two triples give the same octets. */
static int attempt_name(struct verifier *verifier, const struct attempt *attempt,
			const struct record *dnskey, struct verdict_name *ret_name)
{
	struct scratch *scratch = &verifier->scratch;
	uint32_t lengths[2] = {(uint32_t)attempt->signed_size,
			       (uint32_t)attempt->rrsig.signature_size};
	scratch->size = attempt->signed_size + attempt->rrsig.signature_size;
	int error = scratch_reserve(scratch, dnskey->rdata_size + sizeof(lengths));
	if (error < 0)
		return error;
	scratch_add(scratch, dnskey->rdata, dnskey->rdata_size);
	scratch_add(scratch, lengths, sizeof(lengths));
	struct piece what = {scratch->octets, scratch->size};
	*ret_name = verdict_name(&verifier->verdicts, what);
	return OK;
}

static unsigned int key_work(const struct record *dnskey)
{
	struct dnskey_rdata key;
	return rdata_dnskey(dnskey, &key) == OK ? public_key_work(&key) : 1;
}

static enum signature_result attempt_key(struct verifier *verifier, struct attempt *attempt,
					 const struct record *dnskey)
{
	verifier->counts.asked++;
	if (!algorithm_supported(attempt->rrsig.algorithm))
		return SIGNATURE_UNSUPPORTED;
	enum signature_result result = attempt_build(verifier, attempt);
	if (result != SIGNATURE_GOOD)
		return result;
	struct verdict_name name;
	if (attempt_name(verifier, attempt, dnskey, &name) < 0)
		return SIGNATURE_NOT_CHECKED;
	verifier->counts.work += 1 + attempt->signed_size / WORK_OCTETS;
	if (verdict_recall(&verifier->verdicts, name, &result)) {
		verifier->counts.remembered++;
		return result;
	}
	const struct public_key *key;
	result = key_memory_get(&verifier->keys, &verifier->crypto, dnskey, &key);
	if (result != SIGNATURE_GOOD)
		return result;
	struct piece data = {verifier->scratch.octets, attempt->signed_size};
	struct piece signature = {attempt->rrsig.signature, attempt->rrsig.signature_size};
	verifier->counts.verified++;
	verifier->counts.work += key_work(dnskey) - 1;
	result = public_key_verify(key, &verifier->crypto, data, signature);
	if (result == SIGNATURE_GOOD || result == SIGNATURE_BAD)
		verdict_remember(&verifier->verdicts, name, result);
	return result;
}

enum signature_result verifier_check(struct verifier *verifier, const struct rrset *rrset,
				     const struct record *rrsig, const struct record *dnskey)
{
	assert(verifier != NULL && dnskey != NULL);
	struct attempt attempt;
	enum signature_result result = attempt_begin(&attempt, rrset, rrsig);
	if (result != SIGNATURE_GOOD)
		return result;
	if (!key_is_meant(&attempt, dnskey))
		return SIGNATURE_NO_KEY;
	return attempt_key(verifier, &attempt, dnskey);
}

enum signature_result verifier_check_keys(struct verifier *verifier, const struct rrset *rrset,
					  const struct record *rrsig, const struct rrset *dnskeys,
					  const struct record **ret_key)
{
	assert(verifier != NULL && dnskeys != NULL);
	struct attempt attempt;
	enum signature_result result = attempt_begin(&attempt, rrset, rrsig);
	if (result != SIGNATURE_GOOD)
		return result;
	result = SIGNATURE_NO_KEY;
	unsigned tried = 0;
	for (size_t i = 0; i < dnskeys->count; i++) {
		const struct record *dnskey = dnskeys->records[i];
		if (!key_is_meant(&attempt, dnskey))
			continue;
		if (tried++ == KEYS_TRIED_MAX)
			return SIGNATURE_NOT_CHECKED;
		enum signature_result now = attempt_key(verifier, &attempt, dnskey);
		/* A key that says more than the one before it: bad is more than malformed. */
		if (result == SIGNATURE_NO_KEY || now == SIGNATURE_GOOD || now == SIGNATURE_BAD) {
			result = now;
			if (ret_key != NULL)
				*ret_key = dnskey;
		}
		if (now == SIGNATURE_GOOD)
			break;
	}
	return result;
}
