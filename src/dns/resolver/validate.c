/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/resolver/validate.h"

#include "dns/dnssec/denial.h"
#include "dns/dnssec/key.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* DS records looked at; registries allow six or so. Each costs a digest per key of the same tag. */
#define DS_TRIED_MAX 16

static bool fail(struct validation *validation, const char *reason)
{
	validation->reason = reason;
	return false;
}

static enum resolver_security bogus(struct validation *validation, const char *reason)
{
	validation->reason = reason;
	return RESOLVER_BOGUS;
}

/* In its time and by this zone? Says why not. */
static bool is_applicable(struct validation *validation, const struct record *record,
			  struct rrsig_rdata *ret_rrsig)
{
	if (rdata_rrsig(record, ret_rrsig) != OK)
		return fail(validation, "a signature is malformed");
	if (!name_equal(ret_rrsig->signer, validation->zone))
		return fail(validation, "a signature is by another zone");
	switch (signature_time(ret_rrsig, validation->now_s)) {
	case SIGNATURE_NOW:
		return true;
	case SIGNATURE_FUTURE:
		return fail(validation, "a signature is not valid yet");
	case SIGNATURE_EXPIRED:
		return fail(validation, "a signature has expired");
	}
	return fail(validation, "a signature's time makes no sense");
}

static bool is_verified(struct validation *validation, enum signature_result result)
{
	switch (result) {
	case SIGNATURE_GOOD:
		return true;
	case SIGNATURE_NO_KEY:
		return fail(validation, "a signature is by a key that the zone does not have");
	case SIGNATURE_UNSUPPORTED:
		return fail(validation, "a signature's algorithm is not known here");
	default:
		return fail(validation, "a signature does not verify");
	}
}

bool validate_rrset(struct validation *validation, const struct rrset *rrset, uint8_t *ret_labels)
{
	assert(validation->dnskeys != NULL);
	fail(validation, "a signature is missing");
	for (uint16_t i = 0; i < rrset->signature_count; i++) {
		const struct record *record = rrset->signatures[i];
		struct rrsig_rdata rrsig;
		if (!is_applicable(validation, record, &rrsig))
			continue;
		if (validation->signatures_left == 0)
			return fail(validation, "there are too many signatures to check");
		validation->signatures_left--;
		enum signature_result result = verifier_check_keys(
			validation->verifier, rrset, record, validation->dnskeys, NULL);
		if (!is_verified(validation, result))
			continue;
		validation->reason = NULL;
		if (ret_labels != NULL)
			*ret_labels = rrsig.labels;
		return true;
	}
	return false;
}

/* NSEC and NSEC3 records that the message holds are proof only if each is signed. */
static bool validate_denial_records(struct validation *validation, const struct message *message)
{
	const unsigned authority = 1u << SECTION_AUTHORITY;
	const uint8_t *last = NULL;
	for (size_t i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];
		if (record->section != SECTION_AUTHORITY ||
		    (record->type != TYPE_NSEC && record->type != TYPE_NSEC3))
			continue;
		if (last != NULL && name_equal(last, record->owner))
			continue;
		last = record->owner;
		struct rrset rrset;
		if (message_rrset(validation->arena, message,
				  &(struct rrset_key){authority, record->owner, record->type},
				  &rrset) != OK)
			return fail(validation, "out of memory");
		if (!validate_rrset(validation, &rrset, NULL))
			return false;
	}
	return true;
}

enum resolver_security validate_denial(struct validation *validation, const struct message *message,
				       const uint8_t *name, uint16_t type)
{
	if (!validate_denial_records(validation, message))
		return RESOLVER_BOGUS;
	validation->reason = NULL;
	switch (denial_prove(validation->arena, message, validation->zone, name, type)) {
	case DENIAL_NXDOMAIN:
		if (message->rcode != RCODE_NXDOMAIN)
			return bogus(validation, "the proof denies a name that the reply has");
		return RESOLVER_SECURE;
	case DENIAL_NODATA:
	case DENIAL_WILDCARD_NODATA:
	case DENIAL_NO_DS:
		if (message->rcode == RCODE_NXDOMAIN)
			return bogus(validation, "the proof has a name that the reply denies");
		return RESOLVER_SECURE;
	case DENIAL_OPT_OUT:
	case DENIAL_TOO_COSTLY: /* RFC 9276 s3.2 */
		return RESOLVER_INSECURE;
	case DENIAL_NONE:
		return bogus(validation, "a proof of non-existence is missing");
	case DENIAL_INCOMPLETE:
		break;
	}
	return bogus(validation, "the proof of non-existence is incomplete");
}

enum resolver_security validate_ds(struct validation *validation, const struct message *message,
				   const uint8_t *child, struct rrset *ret_ds)
{
	assert(name_is_under(child, validation->zone));
	const unsigned sections = 1u << SECTION_ANSWER | 1u << SECTION_AUTHORITY;
	struct rrset ds;
	int error = message_rrset(validation->arena, message,
				  &(struct rrset_key){sections, child, TYPE_DS}, &ds);
	if (error == OK) {
		if (!validate_rrset(validation, &ds, NULL))
			return RESOLVER_BOGUS;
		*ret_ds = ds;
		return RESOLVER_SECURE;
	}
	if (error != ERR_NOT_FOUND)
		return bogus(validation, "out of memory");
	if (!validate_denial_records(validation, message))
		return RESOLVER_BOGUS;
	validation->reason = NULL;
	switch (denial_prove(validation->arena, message, validation->zone, child, TYPE_DS)) {
	case DENIAL_NO_DS:
	case DENIAL_OPT_OUT:
	case DENIAL_NODATA: /* RFC 4035 s5.2: no DS, whatever else is there */
	case DENIAL_TOO_COSTLY:
		return RESOLVER_INSECURE;
	case DENIAL_NONE:
		return bogus(validation, "neither DS nor a proof that there is none");
	default:
		return bogus(validation, "the proof that there is no DS is incomplete");
	}
}

/* Signed by this very key, in its time? */
static bool is_signed_by(struct validation *validation, const struct rrset *dnskeys,
			 const struct record *dnskey)
{
	assert(dnskey->type == TYPE_DNSKEY);
	const uint16_t tag = key_tag(dnskey->rdata, dnskey->rdata_size);
	for (uint16_t i = 0; i < dnskeys->signature_count; i++) {
		struct rrsig_rdata rrsig;
		if (!is_applicable(validation, dnskeys->signatures[i], &rrsig) ||
		    rrsig.key_tag != tag || validation->signatures_left == 0)
			continue;
		validation->signatures_left--;
		enum signature_result result = verifier_check(validation->verifier, dnskeys,
							      dnskeys->signatures[i], dnskey);
		if (is_verified(validation, result))
			return true;
	}
	return false;
}

static bool is_named_by(const struct validation *validation, const struct record *anchor,
			const struct record *dnskey)
{
	if (anchor->type == TYPE_DNSKEY)
		return anchor->rdata_size == dnskey->rdata_size &&
		       memcmp(anchor->rdata, dnskey->rdata, dnskey->rdata_size) == 0;
	struct ds_rdata ds;
	return rdata_ds(anchor, &ds) == OK && ds_matches(validation->zone, &ds, dnskey);
}

static bool is_supported(const struct record *anchor)
{
	struct dnskey_rdata dnskey;
	if (anchor->type == TYPE_DNSKEY)
		return rdata_dnskey(anchor, &dnskey) == OK && algorithm_supported(dnskey.algorithm);
	struct ds_rdata ds;
	return rdata_ds(anchor, &ds) == OK && algorithm_supported(ds.algorithm) &&
	       digest_supported(ds.digest_type);
}

/* RFC 4035 s5.3.1: a key that vouches for the set has the zone flag and is not revoked (RFC 5011).
 */
static bool may_vouch(const struct record *record)
{
	struct dnskey_rdata dnskey;
	return rdata_dnskey(record, &dnskey) == OK && (dnskey.flags & DNSKEY_ZONE) != 0 &&
	       (dnskey.flags & DNSKEY_REVOKE) == 0;
}

static bool is_entered(struct validation *validation, const struct record *anchor,
		       const struct rrset *dnskeys)
{
	for (uint16_t i = 0; i < dnskeys->count; i++) {
		const struct record *dnskey = dnskeys->records[i];
		if (may_vouch(dnskey) && is_named_by(validation, anchor, dnskey) &&
		    is_signed_by(validation, dnskeys, dnskey))
			return true;
	}
	return false;
}

enum resolver_security validate_dnskeys(struct validation *validation,
					const struct message *message, const struct rrset *ds,
					struct rrset *ret_dnskeys)
{
	assert(message != NULL && validation->zone != NULL);
	struct rrset dnskeys;
	bool has_supported = false;
	for (uint16_t i = 0; i < ds->count && !has_supported; i++)
		has_supported = is_supported(ds->records[i]);
	if (!has_supported)
		return RESOLVER_INSECURE;
	int error = message_rrset(
		validation->arena, message,
		&(struct rrset_key){1u << SECTION_ANSWER, validation->zone, TYPE_DNSKEY}, &dnskeys);
	if (error == ERR_NOT_FOUND)
		return bogus(validation, "there is a DS, but no DNSKEY");
	if (error != OK)
		return bogus(validation, "out of memory");
	validation->reason = "no DS matches a key that signs the DNSKEY set";
	for (uint16_t i = 0; i < ds->count && i < DS_TRIED_MAX; i++) {
		if (!is_supported(ds->records[i]) ||
		    !is_entered(validation, ds->records[i], &dnskeys))
			continue;
		validation->reason = NULL;
		*ret_dnskeys = dnskeys;
		return RESOLVER_SECURE;
	}
	return RESOLVER_BOGUS;
}
