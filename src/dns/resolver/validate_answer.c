/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 4035 s5.3: what stands in the answer section, wildcards (s5.3.4) and aliases included. */
#include "dns/dnssec/denial.h"
#include "dns/resolver/validate_private.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

static const unsigned int in_answer = 1u << SECTION_ANSWER;

/* ---- wildcards ---- */

static enum resolver_security lacks_closer(struct validation *validation, const struct rrset *rrset)
{
	char set[SET_TEXT_MAX];
	reason_set(&validation->reason, EDE_NSEC_MISSING,
		   "%s was made from a wildcard, without proof that the name itself is not there",
		   set_text(rrset->owner, rrset->type, set));
	return RESOLVER_BOGUS;
}

/* The RRSIG counts fewer labels than the name has. */
static enum resolver_security validate_expansion(struct validation *validation,
						 const struct message *message,
						 const struct rrset *rrset, uint8_t labels)
{
	enum resolver_security security = validate_denial_records(validation, message);
	if (security != RESOLVER_SECURE)
		return security;
	switch (denial_closer(validation->arena, message, validation->zone, rrset->owner, labels)) {
	case DENIAL_NXDOMAIN:
		return validation_secure(validation);
	case DENIAL_OPT_OUT:
		return insecure_by_opt_out(validation, rrset->owner);
	case DENIAL_TOO_COSTLY:
		return insecure_by_cost(validation);
	default:
		return lacks_closer(validation, rrset);
	}
}

static enum resolver_security validate_set(struct validation *validation,
					   const struct message *message,
					   const struct rrset_key *key)
{
	struct rrset rrset;
	uint8_t labels = 0;
	if (message_rrset(validation->arena, message, key, &rrset) != OK)
		return validation_gives_up(validation, PAST_NONE);
	enum resolver_security security = validate_rrset(validation, &rrset, &labels);
	if (security != RESOLVER_SECURE)
		return security;
	const size_t owner_labels =
		name_labels(rrset.owner) - (name_is_wildcard(rrset.owner) ? 1u : 0u);
	if (labels >= owner_labels)
		return validation_secure(validation);
	return validate_expansion(validation, message, &rrset, labels);
}

/* ---- answers ---- */

static bool is_of(const struct record *record, const uint8_t *name)
{
	return record->section == SECTION_ANSWER && record->class == CLASS_IN &&
	       name_equal(record->owner, name);
}

static bool stood_before(const struct message *message, size_t index)
{
	const struct record *record = &message->records[index];
	for (size_t i = 0; i < index; i++)
		if (message->records[i].type == record->type &&
		    is_of(&message->records[i], record->owner))
			return true;
	return false;
}

static enum resolver_security validate_any(struct validation *validation,
					   const struct message *message, const uint8_t *name)
{
	enum resolver_security security = RESOLVER_SECURE;
	bool has_any = false;
	for (size_t i = 0; i < message->record_count && security == RESOLVER_SECURE; i++) {
		const struct record *record = &message->records[i];
		if (!is_of(record, name) || record->type == TYPE_RRSIG || stood_before(message, i))
			continue;
		has_any = true;
		security = validate_set(validation, message,
					&(struct rrset_key){in_answer, name, record->type});
	}
	if (!has_any) {
		reason_set(&validation->reason, EDE_INDETERMINATE,
			   "nothing but signatures came, and nobody signs those (RFC 4035 s2.2)");
		return RESOLVER_INDETERMINATE;
	}
	return security;
}

enum resolver_security validate_answer(struct validation *validation, const struct message *message,
				       const uint8_t *name, uint16_t type)
{
	assert(name_is_under(name, validation->zone));
	if (type == TYPE_ANY || type == TYPE_RRSIG)
		return validate_any(validation, message, name);
	return validate_set(validation, message, &(struct rrset_key){in_answer, name, type});
}

/* ---- aliases ---- */

/* RFC 6672 s3.1: the name with the DNAME's owner replaced by its target. */
static bool is_implied(const struct record *dname, const uint8_t *name, const uint8_t *target)
{
	const uint8_t *to = rdata_target(dname);
	if (to == NULL || !name_is_under(name, dname->owner) || name_equal(name, dname->owner))
		return false;
	const size_t kept = name_size(name) - name_size(dname->owner);
	struct name lower;
	struct name wanted;
	name_copy_lower(lower.octets, name);
	name_copy_lower(wanted.octets, target);
	return name_size(target) == kept + name_size(to) &&
	       memcmp(lower.octets, wanted.octets, kept) == 0 && name_equal(target + kept, to);
}

/* The DNAME that the alias comes from; NULL: none. */
static const struct record *find_dname(const struct message *message, const uint8_t *name,
				       const uint8_t *target)
{
	for (size_t i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];
		if (record->section == SECTION_ANSWER && record->class == CLASS_IN &&
		    record->type == TYPE_DNAME && is_implied(record, name, target))
			return record;
	}
	return NULL;
}

enum resolver_security validate_alias(struct validation *validation, const struct message *message,
				      const uint8_t *name, const uint8_t *target)
{
	const struct record *dname = find_dname(message, name, target);
	if (dname == NULL || !name_is_under(dname->owner, validation->zone))
		return validate_set(validation, message,
				    &(struct rrset_key){in_answer, name, TYPE_CNAME});
	return validate_set(validation, message,
			    &(struct rrset_key){in_answer, dname->owner, TYPE_DNAME});
}
