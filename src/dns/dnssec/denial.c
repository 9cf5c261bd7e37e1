/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/denial.h"

#include "dns/dnssec/denial_private.h"
#include "dns/dnssec/signed_data_private.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>

static bool has(const struct bitmap *bitmap, uint16_t type)
{
	return bitmap_has(bitmap->octets, bitmap->size, type);
}

enum denial denial_at(const struct bitmap *bitmap, const struct denial_question *question)
{
	uint16_t type = question->type;
	bool delegation = has(bitmap, TYPE_NS) && !has(bitmap, TYPE_SOA);
	/* A CNAME would have been the answer (RFC 6840 s4.3); NSEC itself is there for ANY. */
	if (type == TYPE_ANY || has(bitmap, type) || has(bitmap, TYPE_CNAME))
		return DENIAL_INCOMPLETE;
	if (type != TYPE_DS)
		return delegation ? DENIAL_INCOMPLETE : DENIAL_NODATA;
	/* The child's apex knows nothing of its DS (RFC 6840 s4.4); the root has no parent. */
	if (has(bitmap, TYPE_SOA) && !name_is_root(question->name))
		return DENIAL_INCOMPLETE;
	return delegation ? DENIAL_NO_DS : DENIAL_NODATA;
}

enum denial denial_at_wildcard(const struct bitmap *bitmap, uint16_t type)
{
	/* NS at a wildcard delegates nothing, and what it does is undefined (RFC 4592 s4.2). */
	bool delegation = has(bitmap, TYPE_NS) && !has(bitmap, TYPE_SOA);
	if (type == TYPE_ANY || has(bitmap, type) || has(bitmap, TYPE_CNAME) || delegation)
		return DENIAL_INCOMPLETE;
	return DENIAL_WILDCARD_NODATA;
}

bool denial_ends_zone(const struct bitmap *bitmap)
{
	return has(bitmap, TYPE_DNAME) || (has(bitmap, TYPE_NS) && !has(bitmap, TYPE_SOA));
}

/* Is there an RRSIG that says this record was made from a wildcard? */
static bool is_expanded(const struct message *message, const struct record *record)
{
	size_t labels = signed_labels(record->owner);
	for (size_t i = 0; i < message->record_count; i++) {
		const struct record *other = &message->records[i];
		struct rrsig_rdata rrsig;
		if (other->type != TYPE_RRSIG || other->section != SECTION_AUTHORITY ||
		    rdata_rrsig(other, &rrsig) < 0 || rrsig.type_covered != record->type ||
		    rrsig.labels >= labels)
			continue;
		if (name_equal(other->owner, record->owner))
			return true;
	}
	return false;
}

bool denial_is_candidate(const struct denial_question *question, const struct record *record,
			 uint16_t type)
{
	return record->type == type && record->section == SECTION_AUTHORITY &&
	       name_is_under(record->owner, question->zone) &&
	       !is_expanded(question->message, record);
}

bool denial_wildcard_name(const uint8_t *name, size_t labels, struct name *ret_name)
{
	if (name_labels(name) <= labels)
		return false;
	ret_name->octets[0] = 1;
	ret_name->octets[1] = '*';
	name_copy(ret_name->octets + 2, name_suffix(name, labels));
	return true;
}

/* NSEC or NSEC3 there, usable or not? */
static bool has_records(const struct message *message)
{
	unsigned authority = 1u << SECTION_AUTHORITY;
	return message_find(message, authority, NULL, TYPE_NSEC) != NULL ||
	       message_find(message, authority, NULL, TYPE_NSEC3) != NULL;
}

enum denial denial_prove(struct arena *arena, const struct message *message, const uint8_t *zone,
			 const uint8_t *name, uint16_t type)
{
	assert(arena != NULL && message != NULL && zone != NULL && name != NULL);
	if (!has_records(message))
		return DENIAL_NONE;
	/* At its apex a zone is the child, whose word on its DS does not count (RFC 6840 s4.4). */
	if (!name_is_under(name, zone) ||
	    (type == TYPE_DS && !name_is_root(name) && name_equal(name, zone)))
		return DENIAL_INCOMPLETE;
	struct denial_question question = {
		.arena = arena, .message = message, .zone = zone, .name = name, .type = type};
	enum denial denial = nsec_prove(&question);
	if (denial == DENIAL_NONE)
		denial = nsec3_prove(&question);
	return denial == DENIAL_NONE ? DENIAL_INCOMPLETE : denial;
}

enum denial denial_closer(struct arena *arena, const struct message *message, const uint8_t *zone,
			  const uint8_t *name, uint8_t rrsig_labels)
{
	assert(arena != NULL && message != NULL && zone != NULL && name != NULL);
	if (rrsig_labels >= signed_labels(name))
		return DENIAL_NXDOMAIN;
	if (!name_is_under(name, zone) || rrsig_labels < name_labels(zone))
		return DENIAL_INCOMPLETE;
	struct denial_question question = {
		.arena = arena, .message = message, .zone = zone, .name = name};
	enum denial denial = nsec_closer(&question, rrsig_labels);
	if (denial == DENIAL_NONE)
		denial = nsec3_closer(&question, rrsig_labels);
	return denial;
}

bool denial_wildcard_answer(struct arena *arena, const struct message *message, const uint8_t *zone,
			    const uint8_t *name, uint8_t rrsig_labels)
{
	const enum denial denial = denial_closer(arena, message, zone, name, rrsig_labels);
	return denial == DENIAL_NXDOMAIN || denial == DENIAL_OPT_OUT;
}

const char *denial_text(enum denial denial)
{
	static const char *const texts[] = {
		[DENIAL_NONE] = "no NSEC or NSEC3",
		[DENIAL_NXDOMAIN] = "the name does not exist",
		[DENIAL_NODATA] = "the name has no such type",
		[DENIAL_WILDCARD_NODATA] = "the wildcard has no such type",
		[DENIAL_OPT_OUT] = "the name is in an opt-out span",
		[DENIAL_NO_DS] = "the delegation has no DS",
		[DENIAL_INCOMPLETE] = "the proof is incomplete",
		[DENIAL_TOO_COSTLY] = "the proof takes too many hash computations",
	};
	assert((size_t)denial < sizeof(texts) / sizeof(texts[0]));
	return texts[denial];
}
