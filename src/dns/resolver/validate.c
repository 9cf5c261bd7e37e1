/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 4035 s5.3: one RRset and its signatures. */
#include "dns/resolver/validate.h"

#include "dns/resolver/validate_private.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <stdio.h>

const char *set_text(const uint8_t *owner, uint16_t type, char ret_text[SET_TEXT_MAX])
{
	char name[REASON_NAME_MAX];
	char word[TYPE_TEXT_MAX];
	(void)snprintf(ret_text, SET_TEXT_MAX, "%s %s", reason_name(owner, name),
		       type_to_text(type, word));
	return ret_text;
}

enum resolver_security validation_secure(struct validation *validation)
{
	reason_clear(&validation->reason);
	return RESOLVER_SECURE;
}

enum resolver_security validation_gives_up(struct validation *validation, enum limit_kind limit)
{
	if (limit == PAST_NONE)
		reason_set(&validation->reason, EDE_OTHER, "out of memory");
	else
		reason_set(&validation->reason, EDE_INDETERMINATE, "more than %u %s",
			   limit_of(limit)->value, limit_of(limit)->what);
	return RESOLVER_INDETERMINATE;
}

/* Of several signatures that fail, the one that failed last on its way says most. */
static unsigned int weight(uint16_t ede)
{
	switch (ede) {
	case EDE_NONE:
		return 0;
	case EDE_BOGUS:
		return 5;
	case EDE_SIGNATURE_EXPIRED:
		return 4;
	case EDE_SIGNATURE_NOT_YET_VALID:
		return 3;
	case EDE_DNSKEY_MISSING:
		return 2;
	default:
		return 1;
	}
}

static bool is_news(const struct validation *validation, enum extended_error ede)
{
	return !reason_is_set(&validation->reason) ||
	       weight((uint16_t)ede) > weight(validation->reason.ede);
}

/* The sentence's subject: "the signature over www.example.tld. A by key 12345 of example.tld." */
#define SUBJECT_MAX (2 * SET_TEXT_MAX + 64)
static const char *subject(const struct trial *trial, char ret_text[SUBJECT_MAX])
{
	char set[SET_TEXT_MAX];
	char signer[REASON_NAME_MAX];
	(void)snprintf(ret_text, SUBJECT_MAX, "the signature over %s by key %u of %s",
		       set_text(trial->rrset->owner, trial->rrset->type, set), trial->rrsig.key_tag,
		       reason_name(trial->rrsig.signer, signer));
	return ret_text;
}

static bool is_by_zone(struct validation *validation, const struct trial *trial)
{
	char text[SUBJECT_MAX];
	char zone[REASON_NAME_MAX];
	if (name_equal(trial->rrsig.signer, validation->zone))
		return true;
	if (is_news(validation, EDE_OTHER))
		reason_set(&validation->reason, EDE_OTHER, "%s is not by the zone, %s",
			   subject(trial, text), reason_name(validation->zone, zone));
	return false;
}

static bool is_in_time(struct validation *validation, const struct trial *trial)
{
	char text[SUBJECT_MAX];
	char time[TIME_TEXT_MAX];
	const enum signature_time when = signature_time(&trial->rrsig, validation->now_s);
	const bool is_early = when == SIGNATURE_FUTURE;
	const enum extended_error ede =
		is_early ? EDE_SIGNATURE_NOT_YET_VALID : EDE_SIGNATURE_EXPIRED;
	if (when == SIGNATURE_NOW)
		return true;
	if (!is_news(validation, ede))
		return false;
	const uint32_t bound = is_early ? trial->rrsig.inception : trial->rrsig.expiration;
	/* The nearest time with these low bits (RFC 4034 s3.1.5). */
	const int32_t distance = (int32_t)(bound - (uint32_t)validation->now_s);
	time_to_text(validation->now_s + distance, time);
	reason_set(&validation->reason, ede,
		   is_early ? "%s is not valid before %s" : "%s expired %s", subject(trial, text),
		   time);
	return false;
}

bool trial_begin(struct validation *validation, const struct rrset *rrset,
		 const struct record *record, struct trial *ret_trial)
{
	char set[SET_TEXT_MAX];
	*ret_trial = (struct trial){.rrset = rrset, .record = record};
	if (rdata_rrsig(record, &ret_trial->rrsig) != OK) {
		if (is_news(validation, EDE_OTHER))
			reason_set(&validation->reason, EDE_OTHER,
				   "a signature over %s cannot be read",
				   set_text(rrset->owner, rrset->type, set));
		return false;
	}
	if (!is_by_zone(validation, ret_trial) || !is_in_time(validation, ret_trial))
		return false;
	ret_trial->work_before = verifier_counts(validation->verifier).work;
	return validation->signatures_left > 0;
}

/* A signature by no key that is there costs, too. */
static void charge(struct validation *validation, const struct trial *trial)
{
	const uint64_t work = verifier_counts(validation->verifier).work - trial->work_before;
	const uint64_t cost = work > 0 ? work : 1;
	validation->signatures_left -= cost < validation->signatures_left
					       ? (unsigned int)cost
					       : validation->signatures_left;
}

bool trial_end(struct validation *validation, const struct trial *trial,
	       enum signature_result result)
{
	static const struct {
		enum extended_error ede;
		const char *words;
	} rows[] = {
		[SIGNATURE_BAD] = {EDE_BOGUS, "does not verify"},
		[SIGNATURE_MALFORMED] = {EDE_BOGUS, "makes no sense: its labels, its signer or "
						    "the key do not fit (RFC 4035 s5.3.1)"},
		[SIGNATURE_UNSUPPORTED] = {EDE_UNSUPPORTED_ALGORITHM,
					   "is of an algorithm that is not known here"},
		[SIGNATURE_NO_KEY] = {EDE_DNSKEY_MISSING,
				      "is by a key that the zone does not have"},
		[SIGNATURE_NOT_CHECKED] = {EDE_INDETERMINATE,
					   "was not checked: too many keys have this tag"},
	};
	char text[SUBJECT_MAX];
	charge(validation, trial);
	if (result == SIGNATURE_GOOD) {
		(void)validation_secure(validation);
		return true;
	}
	assert((size_t)result < sizeof(rows) / sizeof(rows[0]) && rows[result].words != NULL);
	if (is_news(validation, rows[result].ede))
		reason_set(&validation->reason, rows[result].ede, "%s %s", subject(trial, text),
			   rows[result].words);
	return false;
}

enum resolver_security trials_failed(struct validation *validation, const struct rrset *rrset)
{
	char set[SET_TEXT_MAX];
	char zone[REASON_NAME_MAX];
	if (validation->signatures_left == 0)
		return validation_gives_up(validation, validation->signatures_limit);
	if (!reason_is_set(&validation->reason))
		reason_set(&validation->reason, EDE_RRSIGS_MISSING,
			   "%s has no signature, though %s is signed",
			   set_text(rrset->owner, rrset->type, set),
			   reason_name(validation->zone, zone));
	return validation->reason.ede == EDE_INDETERMINATE ? RESOLVER_INDETERMINATE
							   : RESOLVER_BOGUS;
}

enum resolver_security validate_rrset(struct validation *validation, const struct rrset *rrset,
				      uint8_t *ret_labels)
{
	assert(validation->dnskeys != NULL);
	reason_clear(&validation->reason);
	for (uint16_t i = 0; i < rrset->signature_count; i++) {
		struct trial trial;
		if (!trial_begin(validation, rrset, rrset->signatures[i], &trial))
			continue;
		enum signature_result result = verifier_check_keys(
			validation->verifier, rrset, trial.record, validation->dnskeys, NULL);
		if (!trial_end(validation, &trial, result))
			continue;
		if (ret_labels != NULL)
			*ret_labels = trial.rrsig.labels;
		return RESOLVER_SECURE;
	}
	return trials_failed(validation, rrset);
}
