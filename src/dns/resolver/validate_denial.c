/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 4035 s5.4 and RFC 5155 s8 from signed records; RFC 4035 s5.2 for the DS set at the parent. */
#include "dns/dnssec/denial.h"
#include "dns/resolver/validate_private.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"

#include <assert.h>

static bool is_denial_record(const struct record *record)
{
	return record->section == SECTION_AUTHORITY && record->class == CLASS_IN &&
	       (record->type == TYPE_NSEC || record->type == TYPE_NSEC3);
}

/* Has this RRset stood earlier in the message? They need not stand together. */
static bool stood_before(const struct message *message, size_t index)
{
	const struct record *record = &message->records[index];
	for (size_t i = 0; i < index; i++) {
		const struct record *other = &message->records[i];
		if (is_denial_record(other) && other->type == record->type &&
		    name_equal(other->owner, record->owner))
			return true;
	}
	return false;
}

enum resolver_security validate_denial_records(struct validation *validation,
					       const struct message *message)
{
	const unsigned int authority = 1u << SECTION_AUTHORITY;
	unsigned int looked_at = 0;
	for (size_t i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];
		struct rrset rrset;
		/* No proof looks at more of them. */
		if (!is_denial_record(record) || looked_at == DENIAL_RECORDS_MAX ||
		    stood_before(message, i))
			continue;
		looked_at++;
		if (message_rrset(validation->arena, message,
				  &(struct rrset_key){authority, record->owner, record->type},
				  &rrset) != OK)
			return validation_gives_up(validation, PAST_NONE);
		enum resolver_security security = validate_rrset(validation, &rrset, NULL);
		if (security != RESOLVER_SECURE)
			return security;
	}
	return validation_secure(validation);
}

/* ---- a name or type that is not there ---- */

struct denial_case {
	const struct message *message;
	const uint8_t *name;
	uint16_t type;
};

static enum resolver_security bogus(struct validation *validation, const struct denial_case *at,
				    const char *words)
{
	char set[SET_TEXT_MAX];
	reason_set(&validation->reason, EDE_NSEC_MISSING, "the reply for %s %s",
		   set_text(at->name, at->type, set), words);
	return RESOLVER_BOGUS;
}

enum resolver_security insecure_by_opt_out(struct validation *validation, const uint8_t *name)
{
	char shown[REASON_NAME_MAX];
	char zone[REASON_NAME_MAX];
	reason_set(&validation->reason, EDE_NONE,
		   "%s is in a span of %s that leaves room for unsigned delegations (opt-out, "
		   "RFC 5155 s6)",
		   reason_name(name, shown), reason_name(validation->zone, zone));
	return RESOLVER_INSECURE;
}

/* RFC 9276 s3.2: a validator may treat what is too dear as insecure. */
enum resolver_security insecure_by_cost(struct validation *validation)
{
	char zone[REASON_NAME_MAX];
	reason_set(&validation->reason, EDE_UNSUPPORTED_NSEC3_ITERATIONS,
		   "the proofs of %s take more hash computations than are made (NSEC3 iterations "
		   "should be 0, RFC 9276 s3.1)",
		   reason_name(validation->zone, zone));
	return RESOLVER_INSECURE;
}

static enum resolver_security judge_denial(struct validation *validation,
					   const struct denial_case *at, enum denial denial)
{
	const bool denies_name = at->message->rcode == RCODE_NXDOMAIN;
	switch (denial) {
	case DENIAL_NXDOMAIN:
		if (!denies_name)
			return bogus(validation, at,
				     "says that the name is there, and its proof "
				     "that it is not");
		return validation_secure(validation);
	case DENIAL_NODATA:
	case DENIAL_WILDCARD_NODATA:
	case DENIAL_NO_DS:
		if (denies_name)
			return bogus(validation, at,
				     "says that the name is not there, and its "
				     "proof that it is");
		return validation_secure(validation);
	case DENIAL_OPT_OUT:
		return insecure_by_opt_out(validation, at->name);
	case DENIAL_TOO_COSTLY:
		return insecure_by_cost(validation);
	case DENIAL_NONE:
		return bogus(validation, at,
			     "has neither data nor NSEC or NSEC3 to prove that "
			     "there is none");
	case DENIAL_INCOMPLETE:
		break;
	}
	return bogus(validation, at,
		     "has NSEC or NSEC3 records that do not prove that there is "
		     "no data");
}

enum resolver_security validate_denial(struct validation *validation, const struct message *message,
				       const uint8_t *name, uint16_t type)
{
	const struct denial_case at = {message, name, type};
	enum resolver_security security = validate_denial_records(validation, message);
	if (security != RESOLVER_SECURE)
		return security;
	return judge_denial(validation, &at,
			    denial_prove(validation->arena, message, validation->zone, name, type));
}

/* ---- the DS set at the parent ---- */

static enum resolver_security no_ds(struct validation *validation, const uint8_t *child)
{
	char parent[REASON_NAME_MAX];
	char name[REASON_NAME_MAX];
	reason_set(&validation->reason, EDE_NONE, "%s proves that %s has no DS",
		   reason_name(validation->zone, parent), reason_name(child, name));
	return RESOLVER_INSECURE;
}

static enum resolver_security validate_ds_denial(struct validation *validation,
						 const struct message *message,
						 const uint8_t *child)
{
	const struct denial_case at = {message, child, TYPE_DS};
	enum resolver_security security = validate_denial_records(validation, message);
	if (security != RESOLVER_SECURE)
		return security;
	const enum denial denial =
		denial_prove(validation->arena, message, validation->zone, child, TYPE_DS);
	switch (denial) {
	case DENIAL_NO_DS:
		return no_ds(validation, child);
	case DENIAL_NODATA:
		/* RFC 6840 s4.4: without the bit of NS it is any name of the zone above, and who
		 * forges a delegation there would take it out of the chain. */
		return bogus(validation, &at,
			     "names a delegation, and its proof says that there is none");
	case DENIAL_NXDOMAIN:
	case DENIAL_WILDCARD_NODATA:
		return bogus(validation, &at,
			     "names a delegation, and its proof says that the name is not there");
	default:
		return judge_denial(validation, &at, denial);
	}
}

enum resolver_security validate_ds(struct validation *validation, const struct message *message,
				   const uint8_t *child, struct rrset *ret_ds)
{
	assert(name_is_under(child, validation->zone));
	const unsigned int sections = 1u << SECTION_ANSWER | 1u << SECTION_AUTHORITY;
	struct rrset ds;
	int error = message_rrset(validation->arena, message,
				  &(struct rrset_key){sections, child, TYPE_DS}, &ds);
	if (error == ERR_NOT_FOUND)
		return validate_ds_denial(validation, message, child);
	if (error != OK)
		return validation_gives_up(validation, PAST_NONE);
	enum resolver_security security = validate_rrset(validation, &ds, NULL);
	if (security == RESOLVER_SECURE)
		*ret_ds = ds;
	return security;
}
