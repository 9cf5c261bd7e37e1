/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/signals.h"

#include "dns/dnssec/key.h"
#include "dns/wire/rdata.h"

#include <assert.h>
#include <string.h>

/* RFC 8078 s4: CDS 0 0 0 00 and CDNSKEY 0 3 0 AA==. */
static const uint8_t cds_delete[] = {0, 0, 0, 0, 0};
static const uint8_t cdnskey_delete[] = {0, 0, 3, 0, 0};

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
