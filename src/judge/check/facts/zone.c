/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of the zone and of what vouches for it. */
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "judge/check/facts/facts_private.h"
#include "judge/check/looked_up.h"
#include "judge/check/signals.h"
#include "judge/check/transfers.h"
#include "judge/check/vouch.h"

#include <assert.h>

/* ECDSA and EdDSA: the rest is long or, by now, weak. */
#define ALGORITHM_MODERN_MIN 13
#define ALGORITHM_MODERN_MAX 16

static enum fact_state has_keys(const struct evidence *evidence, const struct view *view)
{
	(void)evidence;
	/* No resolver gets signatures of a server that does not speak EDNS. */
	if (!view->speaks_edns)
		return FACT_ABSENT;
	return facts_answer(view, QUESTION_DNSKEY);
}

static enum fact_state find_signed(const struct evidence *evidence)
{
	if (evidence->ds.count > 0)
		return facts_over_views(evidence, has_keys);
	return facts_truth(evidence->observation->ds_security == SECURITY_INSECURE, false);
}

/* Has one of the keys that the parent vouches for signed them all? */
static enum fact_state is_vouched_for(const struct evidence *evidence, const struct view *view)
{
	const struct answer *keys = &view->answers[QUESTION_DNSKEY];

	for (uint16_t i = 0; i < keys->rrset.count; i++)
		if (vouch_for(evidence, keys->rrset.records[i]) &&
		    vouch_signed_by(evidence, keys, keys->rrset.records[i]))
			return FACT_PRESENT;
	return FACT_ABSENT;
}

static enum fact_state find_secure(const struct evidence *evidence, enum fact_state is_signed)
{
	if (is_signed != FACT_PRESENT)
		return is_signed;
	if (evidence->observation->ds_security == SECURITY_INDETERMINATE ||
	    evidence_is_beyond_us(evidence))
		return FACT_UNKNOWN;
	if (evidence->observation->ds_security != SECURITY_SECURE)
		return FACT_ABSENT;
	return facts_over_views(evidence, is_vouched_for);
}

static enum fact_state has_modern_keys(const struct evidence *evidence, const struct view *view)
{
	const struct rrset *keys = &view->answers[QUESTION_DNSKEY].rrset;
	const enum fact_state keys_there = has_keys(evidence, view);

	for (uint16_t i = 0; i < keys->count; i++) {
		struct dnskey_rdata key;

		if (rdata_dnskey(keys->records[i], &key) < 0 ||
		    key.algorithm < ALGORITHM_MODERN_MIN || key.algorithm > ALGORITHM_MODERN_MAX)
			return FACT_ABSENT;
	}
	return keys_there;
}

static enum fact_state asks_its_parent(const struct evidence *evidence, const struct view *view)
{
	return facts_truth(signals_are_told(evidence, view), signals_are_there(view));
}

/* Any answer that something does not exist tells, of any server: the zone is one. */
static enum fact_state find_nsec3(const struct evidence *evidence)
{
	const unsigned authority = 1u << SECTION_AUTHORITY;

	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		for (unsigned q = 0; view_is_signed(view) && q < QUESTION_SOA_TCP; q++) {
			const struct message *message = view->answers[q].message;

			if (!message || view->answers[q].rrset.count > 0)
				continue;
			if (message_find(message, authority, NULL, TYPE_NSEC3))
				return FACT_PRESENT;
			if (message_find(message, authority, NULL, TYPE_NSEC))
				return FACT_ABSENT;
		}
	}
	return FACT_UNKNOWN;
}

static enum fact_state has_digest(const struct evidence *evidence, const struct view *view)
{
	const struct transfer *transfer = transfer_of(evidence, view);

	return facts_truth(transfer && transfer->digest != TRANSFER_DIGEST_UNKNOWN,
			   transfer && transfer->digest != TRANSFER_DIGEST_ABSENT);
}

/* A zone may be given whole by one server and not by the others. */
static enum fact_state find_digest(const struct evidence *evidence)
{
	enum fact_state found = FACT_UNKNOWN;

	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const enum fact_state state = has_digest(evidence, &evidence->views[i]);

		if (state != FACT_UNKNOWN)
			found = found == FACT_UNKNOWN ? state : facts_worse(found, state);
	}
	return found;
}

/* As those of its servers say that were asked, mostly one; where none does, as a resolver is told.
 */
static enum fact_state find_caa(const struct evidence *evidence)
{
	enum fact_state state = FACT_UNKNOWN;
	const uint8_t *domain = evidence->observation->domain;

	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const enum fact_state one = view->condition == CONDITION_USABLE
						    ? facts_answer(view, QUESTION_CAA)
						    : FACT_UNKNOWN;

		if (one != FACT_UNKNOWN)
			state = state == FACT_UNKNOWN ? one : facts_worse(state, one);
	}
	if (state != FACT_UNKNOWN)
		return state;
	const struct looked_up found = look_up(evidence, domain, TYPE_CAA);

	if (!found.lookup || !name_equal(found.lookup->target, domain))
		return FACT_UNKNOWN;
	return facts_truth(!looked_up_is_unknown(&found), found.rrset.count > 0);
}

void facts_of_zone(const struct evidence *evidence, struct facts *facts)
{
	const enum fact_state is_signed = find_signed(evidence);

	facts->states[FACT_SIGNED] = is_signed;
	facts->states[FACT_SECURE] = find_secure(evidence, is_signed);
	facts->states[FACT_MODERN_ALGORITHM] = facts_over_views(evidence, has_modern_keys);
	facts->states[FACT_CDS] = facts_over_views(evidence, asks_its_parent);
	facts->states[FACT_NSEC3] = find_nsec3(evidence);
	facts->states[FACT_CAA] = find_caa(evidence);
	facts->states[FACT_ZONEMD] = find_digest(evidence);
}
