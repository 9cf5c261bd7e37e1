/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 4035 s5.2: from a DS set or trust anchors to the keys of the zone. */
#include "dns/dnssec/key.h"
#include "dns/resolver/validate_private.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* The way in that is being looked for. */
struct entrance {
	const struct rrset *ds;
	struct rrset dnskeys;
	unsigned int pairs_left;
	bool is_named; /* some DS names a key that may vouch */
};

/* Signed by this very key, in its time? */
static bool is_signed_by(struct validation *validation, const struct rrset *dnskeys,
			 const struct record *dnskey)
{
	assert(dnskey->type == TYPE_DNSKEY);
	const uint16_t tag = key_tag(dnskey->rdata, dnskey->rdata_size);
	for (uint16_t i = 0; i < dnskeys->signature_count; i++) {
		struct trial trial;
		struct rrsig_rdata rrsig;
		if (rdata_rrsig(dnskeys->signatures[i], &rrsig) != OK || rrsig.key_tag != tag ||
		    !trial_begin(validation, dnskeys, dnskeys->signatures[i], &trial))
			continue;
		if (trial_end(validation, &trial,
			      verifier_check(validation->verifier, dnskeys, trial.record, dnskey)))
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

static bool has_stronger(const struct rrset *set, const struct ds_rdata *than)
{
	for (uint16_t i = 0; i < set->count; i++) {
		struct ds_rdata ds;
		if (set->records[i]->type == TYPE_DS && rdata_ds(set->records[i], &ds) == OK &&
		    ds.algorithm == than->algorithm && ds.digest_type != DIGEST_SHA1 &&
		    digest_supported(ds.digest_type))
			return true;
	}
	return false;
}

static bool is_supported(const struct rrset *set, const struct record *anchor)
{
	struct dnskey_rdata dnskey;
	if (anchor->type == TYPE_DNSKEY)
		return rdata_dnskey(anchor, &dnskey) == OK && algorithm_supported(dnskey.algorithm);
	struct ds_rdata ds;
	return rdata_ds(anchor, &ds) == OK && algorithm_supported(ds.algorithm) &&
	       digest_supported(ds.digest_type) &&
	       (ds.digest_type != DIGEST_SHA1 || !has_stronger(set, &ds));
}

/* RFC 4035 s5.3.1: a key that vouches for the set has the zone flag and is not revoked (RFC 5011
 * s2.1). */
static bool may_vouch(const struct record *record)
{
	struct dnskey_rdata dnskey;
	return rdata_dnskey(record, &dnskey) == OK && (dnskey.flags & DNSKEY_ZONE) != 0 &&
	       (dnskey.flags & DNSKEY_REVOKE) == 0;
}

/* Is there a way in by this DS or anchor? */
static bool try_entrance(struct validation *validation, struct entrance *entrance,
			 const struct record *anchor)
{
	const struct rrset *dnskeys = &entrance->dnskeys;
	for (uint16_t i = 0; i < dnskeys->count; i++) {
		const struct record *dnskey = dnskeys->records[i];
		if (entrance->pairs_left == 0)
			return false;
		entrance->pairs_left--;
		if (!may_vouch(dnskey) || !is_named_by(validation, anchor, dnskey))
			continue;
		entrance->is_named = true;
		if (is_signed_by(validation, dnskeys, dnskey))
			return true;
	}
	return false;
}

/* ---- in words ---- */

static enum resolver_security insecure(struct validation *validation, const struct rrset *ds)
{
	char zone[REASON_NAME_MAX];
	bool has_algorithm = false;
	for (uint16_t i = 0; i < ds->count; i++) {
		struct ds_rdata rdata;
		has_algorithm |= ds->records[i]->type == TYPE_DS &&
				 rdata_ds(ds->records[i], &rdata) == OK &&
				 algorithm_supported(rdata.algorithm);
	}
	reason_set(&validation->reason,
		   has_algorithm ? EDE_UNSUPPORTED_DIGEST : EDE_UNSUPPORTED_ALGORITHM,
		   has_algorithm ? "every DS of %s has a digest type that is not known here"
				 : "every DS of %s is of an algorithm that is not known here",
		   reason_name(validation->zone, zone));
	return RESOLVER_INSECURE;
}

/* A revoked key, or one that is not a zone's, that the DS meant before it was so. */
static bool lacks_zone_flag(const struct rrset *dnskeys)
{
	struct dnskey_rdata dnskey;
	for (uint16_t i = 0; i < dnskeys->count; i++)
		if (rdata_dnskey(dnskeys->records[i], &dnskey) == OK &&
		    (dnskey.flags & DNSKEY_ZONE) != 0)
			return false;
	return true;
}

static enum resolver_security no_way_in(struct validation *validation,
					const struct entrance *entrance)
{
	char zone[REASON_NAME_MAX];
	const struct record *first = entrance->ds->records[0];
	struct ds_rdata ds;
	reason_name(validation->zone, zone);
	if (validation->signatures_left == 0)
		return validation_gives_up(validation, validation->signatures_limit);
	if (entrance->pairs_left == 0)
		return validation_gives_up(validation, PAST_DS_KEYS);
	if (reason_is_set(&validation->reason))
		return RESOLVER_BOGUS;
	if (lacks_zone_flag(&entrance->dnskeys))
		reason_set(&validation->reason, EDE_NO_ZONE_KEY_BIT,
			   "no DNSKEY of %s has the zone flag (RFC 4034 s2.1.1)", zone);
	else if (entrance->is_named)
		reason_set(&validation->reason, EDE_RRSIGS_MISSING,
			   "the DNSKEY set of %s is not signed by the key that its DS names", zone);
	else if (first->type == TYPE_DS && rdata_ds(first, &ds) == OK)
		reason_set(&validation->reason, EDE_DNSKEY_MISSING,
			   "the parent vouches for key %u of %s, which has no such key%s",
			   ds.key_tag, zone,
			   entrance->ds->count > 1 ? "; nor any other that a DS names" : "");
	else
		reason_set(&validation->reason, EDE_DNSKEY_MISSING,
			   "%s has no key that is a trust anchor", zone);
	return RESOLVER_BOGUS;
}

static enum resolver_security no_dnskeys(struct validation *validation)
{
	char zone[REASON_NAME_MAX];
	reason_set(&validation->reason, EDE_DNSKEY_MISSING,
		   "%s has a DS at its parent, but no DNSKEY", reason_name(validation->zone, zone));
	return RESOLVER_BOGUS;
}

enum resolver_security validate_dnskeys(struct validation *validation,
					const struct message *message, const struct rrset *ds,
					struct rrset *ret_dnskeys)
{
	assert(message != NULL && validation->zone != NULL && ds->count > 0);
	struct entrance entrance = {.ds = ds, .pairs_left = LIMIT_DS_KEYS};
	bool has_supported = false;
	for (uint16_t i = 0; i < ds->count && !has_supported; i++)
		has_supported = is_supported(ds, ds->records[i]);
	if (!has_supported)
		return insecure(validation, ds);
	int error = message_rrset(validation->arena, message,
				  &(struct rrset_key){1u << SECTION_ANSWER, validation->zone,
						      TYPE_DNSKEY},
				  &entrance.dnskeys);
	if (error == ERR_NOT_FOUND)
		return no_dnskeys(validation);
	if (error != OK)
		return validation_gives_up(validation, PAST_NONE);
	reason_clear(&validation->reason);
	for (uint16_t i = 0; i < ds->count; i++) {
		if (!is_supported(ds, ds->records[i]) ||
		    !try_entrance(validation, &entrance, ds->records[i]))
			continue;
		*ret_dnskeys = entrance.dnskeys;
		return validation_secure(validation);
	}
	return no_way_in(validation, &entrance);
}
