/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/signals.h"

#include "dns/dnssec/key.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

/* RFC 8078 s4: CDS 0 0 0 00 and CDNSKEY 0 3 0 AA==. */
static const uint8_t cds_delete[] = {0, 0, 0, 0, 0};
static const uint8_t cdnskey_delete[] = {0, 0, 3, 0, 0};
static_assert(sizeof(cds_delete) == sizeof(cdnskey_delete), "one size of delete records");

static bool is_exactly(const struct rrset *rrset, const uint8_t *rdata, size_t size)
{
	return rrset->count == 1 && rrset->records[0]->rdata_size == size &&
	       memcmp(rrset->records[0]->rdata, rdata, size) == 0;
}

bool signals_same_rdata(const struct record *left, const struct record *right)
{
	return left->rdata_size == right->rdata_size &&
	       memcmp(left->rdata, right->rdata, left->rdata_size) == 0;
}

static bool is_delete(const struct record *record)
{
	assert(record->type == TYPE_CDS || record->type == TYPE_CDNSKEY);
	const bool is_cds = record->type == TYPE_CDS;
	const uint8_t *rdata = is_cds ? cds_delete : cdnskey_delete;

	return record->rdata_size == sizeof(cds_delete) &&
	       memcmp(record->rdata, rdata, sizeof(cds_delete)) == 0;
}

static bool is_mixed(const struct rrset *rrset)
{
	uint16_t deletes = 0;

	for (uint16_t i = 0; i < rrset->count; i++)
		if (is_delete(rrset->records[i]))
			deletes++;
	return deletes > 0 && deletes < rrset->count;
}

bool signals_are_mixed(const struct view *view)
{
	const struct rrset *cds = &view->answers[QUESTION_CDS].rrset;
	const struct rrset *cdnskey = &view->answers[QUESTION_CDNSKEY].rrset;

	if (is_mixed(cds) || is_mixed(cdnskey))
		return true;
	/* One set asks for removal, and the other one names keys. */
	return cds->count > 0 && cdnskey->count > 0 &&
	       is_delete(cds->records[0]) != is_delete(cdnskey->records[0]);
}

bool signals_ask_for_removal(const struct view *view)
{
	const struct rrset *cds = &view->answers[QUESTION_CDS].rrset;
	const struct rrset *cdnskey = &view->answers[QUESTION_CDNSKEY].rrset;

	if (cds->count == 0 && cdnskey->count == 0)
		return false;
	return (cds->count == 0 || is_exactly(cds, cds_delete, sizeof(cds_delete))) &&
	       (cdnskey->count == 0 || is_exactly(cdnskey, cdnskey_delete, sizeof(cdnskey_delete)));
}

static bool cds_names(const struct evidence *evidence, const struct record *cds,
		      const struct record *cdnskey)
{
	struct ds_rdata ds;

	return rdata_ds(cds, &ds) == 0 && ds_matches(evidence->observation->domain, &ds, cdnskey);
}

/* A digest type that we cannot compute names no key to us: it is left out of the comparison. */
static bool is_eligible(const struct record *cds)
{
	struct ds_rdata ds;

	return rdata_ds(cds, &ds) == 0 && digest_supported(ds.digest_type);
}

static bool every_cds_is_named(const struct evidence *evidence, const struct rrset *cds,
			       const struct rrset *cdnskey, unsigned *ret_eligible)
{
	unsigned eligible = 0;

	for (uint16_t i = 0; i < cds->count; i++) {
		bool named = false;

		if (!is_eligible(cds->records[i]))
			continue;
		eligible++;
		for (uint16_t k = 0; k < cdnskey->count && !named; k++)
			named = cds_names(evidence, cds->records[i], cdnskey->records[k]);
		if (!named)
			return false;
	}
	*ret_eligible = eligible;
	return true;
}

static bool every_cdnskey_is_named(const struct evidence *evidence, const struct rrset *cds,
				   const struct rrset *cdnskey)
{
	for (uint16_t k = 0; k < cdnskey->count; k++) {
		bool named = false;

		for (uint16_t i = 0; i < cds->count && !named; i++)
			named = cds_names(evidence, cds->records[i], cdnskey->records[k]);
		if (!named)
			return false;
	}
	return true;
}

bool signals_agree(const struct evidence *evidence, const struct view *view)
{
	const struct rrset *cds = &view->answers[QUESTION_CDS].rrset;
	const struct rrset *cdnskey = &view->answers[QUESTION_CDNSKEY].rrset;
	unsigned eligible = 0;

	if (cds->count == 0 || cdnskey->count == 0 || signals_ask_for_removal(view))
		return true;
	if (!every_cds_is_named(evidence, cds, cdnskey, &eligible))
		return false;
	return eligible == 0 || every_cdnskey_is_named(evidence, cds, cdnskey);
}

static bool is_told(const struct evidence *evidence, const struct answer *answer)
{
	return answer->message && answer->message->rcode == RCODE_NOERROR &&
	       answer->message->flags & FLAG_AA && answer->message->fault == MESSAGE_SOUND &&
	       !evidence_apex_alias(evidence, answer->message);
}

bool signals_are_told(const struct evidence *evidence, const struct view *view)
{
	return view->condition == CONDITION_USABLE &&
	       is_told(evidence, &view->answers[QUESTION_CDS]) &&
	       is_told(evidence, &view->answers[QUESTION_CDNSKEY]);
}

bool signals_are_there(const struct view *view)
{
	return view->answers[QUESTION_CDS].rrset.count > 0 ||
	       view->answers[QUESTION_CDNSKEY].rrset.count > 0;
}

bool signals_name(const struct evidence *evidence, const struct view *view,
		  const struct record *key)
{
	const struct rrset *cds = &view->answers[QUESTION_CDS].rrset;
	const struct rrset *cdnskey = &view->answers[QUESTION_CDNSKEY].rrset;

	for (uint16_t i = 0; i < cds->count; i++)
		if (is_eligible(cds->records[i]) && cds_names(evidence, cds->records[i], key))
			return true;
	for (uint16_t i = 0; i < cdnskey->count; i++)
		if (signals_same_rdata(cdnskey->records[i], key))
			return true;
	return false;
}

/* Two CDS of one key may have digests of different types, which cannot be held against each other:
 * then tag and algorithm must do. */
static bool may_be_same_key(const struct record *left, const struct record *right)
{
	assert(left->type == TYPE_CDS && right->type == TYPE_CDS);
	struct ds_rdata ours;
	struct ds_rdata theirs;

	if (signals_same_rdata(left, right))
		return true;
	return rdata_ds(left, &ours) == 0 && rdata_ds(right, &theirs) == 0 &&
	       ours.digest_type != theirs.digest_type && ours.key_tag == theirs.key_tag &&
	       ours.algorithm == theirs.algorithm;
}

/* Does the other server name the key of this CDS? */
static bool is_cds_named(const struct evidence *evidence, const struct record *cds,
			 const struct view *other)
{
	const struct rrset *others = &other->answers[QUESTION_CDS].rrset;
	const struct rrset *keys = &other->answers[QUESTION_CDNSKEY].rrset;

	for (uint16_t i = 0; i < others->count; i++)
		if (may_be_same_key(cds, others->records[i]))
			return true;
	for (uint16_t i = 0; i < keys->count; i++)
		if (cds_names(evidence, cds, keys->records[i]))
			return true;
	return false;
}

static bool are_all_named(const struct evidence *evidence, const struct view *view,
			  const struct view *other)
{
	const struct rrset *cds = &view->answers[QUESTION_CDS].rrset;
	const struct rrset *cdnskey = &view->answers[QUESTION_CDNSKEY].rrset;

	for (uint16_t i = 0; i < cds->count; i++)
		if (!is_delete(cds->records[i]) && is_eligible(cds->records[i]) &&
		    !is_cds_named(evidence, cds->records[i], other))
			return false;
	for (uint16_t i = 0; i < cdnskey->count; i++)
		if (!is_delete(cdnskey->records[i]) &&
		    !signals_name(evidence, other, cdnskey->records[i]))
			return false;
	return true;
}

bool signals_ask_the_same(const struct evidence *evidence, const struct view *left,
			  const struct view *right)
{
	assert(signals_are_told(evidence, left) && signals_are_told(evidence, right));
	if (signals_are_there(left) != signals_are_there(right) ||
	    signals_ask_for_removal(left) != signals_ask_for_removal(right) ||
	    signals_are_mixed(left) != signals_are_mixed(right))
		return false;
	return are_all_named(evidence, left, right) && are_all_named(evidence, right, left);
}
