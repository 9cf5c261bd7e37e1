/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "model/difference_private.h"
#include "model/state.h"

#include <assert.h>
#include <string.h>

/* --- values ------------------------------------------------------------------------------------
 */

/* RFC 4034 appendix B; algorithm 1 of appendix B.1 is not met any more. */
static unsigned int key_tag(const struct state_data *key)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < key->size; i++)
		sum += (i & 1) != 0 ? key->octets[i] : (uint32_t)key->octets[i] << 8;
	return (sum + (sum >> 16 & 0xffff)) & 0xffff;
}

static const char *key_words(struct difference *difference, const struct state_data *key)
{
	if (key->size < 4)
		return arena_text(difference->arena, "malformed");
	bool is_sep = (key->octets[1] & DNSKEY_SEP) != 0;
	bool is_revoked = (key->octets[1] & DNSKEY_REVOKE) != 0;
	return arena_format(difference->arena, "key %u (%salgorithm %u%s)", key_tag(key),
			    is_sep ? "secure entry point, " : "", key->octets[3],
			    is_revoked ? ", revoked" : "");
}

static const char *rdata_words(struct difference *difference, const struct state_set *set,
			       const struct state_data *data)
{
	const struct record record = {
		.owner = set->owner,
		.rdata = data->octets,
		.type = set->type,
		.class = CLASS_IN,
		.rdata_size = data->size,
	};
	struct text text;
	text_init(&text, 1 << 20);
	const char *words = NULL;
	if (rdata_to_text(&record, &text) == OK) {
		bool is_long = text.length > RDATA_TEXT_MAX;
		words = arena_format(difference->arena, "%.*s%s", RDATA_TEXT_MAX, text_get(&text),
				     is_long ? "..." : "");
	} else {
		words = arena_format(difference->arena, "%u octets of malformed data", data->size);
	}
	text_release(&text);
	return words;
}

const char *difference_value(struct difference *difference, const struct state_set *set,
			     const struct state_data *data)
{
	const char *words = NULL;
	if (set->type == TYPE_DNSKEY || set->type == TYPE_CDNSKEY)
		words = key_words(difference, data);
	else
		words = rdata_words(difference, set, data);
	if (words == NULL)
		difference->error = ERR_MEMORY;
	return words == NULL ? "" : words;
}

/* --- sets --------------------------------------------------------------------------------------
 */

/* "A", or "www.example.com. A" when the owner is not the domain. */
static const char *set_words(struct difference *difference, const struct state_set *set)
{
	char type[TYPE_TEXT_MAX];
	char owner[NAME_TEXT_MAX];
	type_to_text(set->type, type);
	const char *words = name_equal(set->owner, difference->after->domain)
				    ? arena_text(difference->arena, type)
				    : arena_format(difference->arena, "%s %s",
						   name_to_text(set->owner, owner), type);
	if (words == NULL)
		difference->error = ERR_MEMORY;
	return words == NULL ? "" : words;
}

static bool set_has(const struct state_set *set, const struct state_data *data)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->data[i].size == data->size &&
		    memcmp(set->data[i].octets, data->octets, data->size) == 0)
			return true;
	}
	return false;
}

/* Chain records stand reduced in a state; see state_body.c. */
static bool is_reduced(uint16_t type)
{
	return type == TYPE_NSEC || type == TYPE_NSEC3;
}

static void compare_soa(struct difference *difference, const struct state_set *before,
			const struct state_set *after)
{
	struct soa_rdata old;
	struct soa_rdata new;
	const struct record old_record = {.rdata = before->data[0].octets,
					  .type = TYPE_SOA,
					  .rdata_size = before->data[0].size};
	const struct record new_record = {.rdata = after->data[0].octets,
					  .type = TYPE_SOA,
					  .rdata_size = after->data[0].size};
	if (rdata_soa(&old_record, &old) != OK || rdata_soa(&new_record, &new) != OK) {
		difference_tell_at(difference, 0, "SOA changed");
		return;
	}
	const struct {
		const char *what;
		uint32_t before, after;
	} fields[] = {
		{"refresh", old.refresh, new.refresh},
		{"retry", old.retry, new.retry},
		{"expire", old.expire, new.expire},
		{"minimum", old.minimum, new.minimum},
	};
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (fields[i].before != fields[i].after)
			difference_tell_at(difference, 0, "SOA %s changed from %u to %u",
					   fields[i].what, fields[i].before, fields[i].after);
	}
	char left[NAME_TEXT_MAX];
	char right[NAME_TEXT_MAX];
	if (!name_equal(old.mname, new.mname))
		difference_tell_at(difference, 0, "SOA primary changed from %s to %s",
				   name_to_text(old.mname, left), name_to_text(new.mname, right));
	if (!name_equal(old.rname, new.rname))
		difference_tell_at(difference, 0, "SOA mailbox changed from %s to %s",
				   name_to_text(old.rname, left), name_to_text(new.rname, right));
}

static void tell_data(struct difference *difference, const struct state_set *set,
		      const struct state_set *other, const char *what)
{
	for (size_t i = 0; i < set->count; i++) {
		if (other == NULL || !set_has(other, &set->data[i]))
			difference_tell_at(difference, 0, "%s %s %s", set_words(difference, set),
					   difference_value(difference, set, &set->data[i]), what);
	}
}

static void compare_data(struct difference *difference, const struct state_set *before,
			 const struct state_set *after)
{
	assert(before->type == after->type && before->section == after->section);
	if (before->count == 1 && after->count == 1) {
		if (set_has(before, &after->data[0]))
			return;
		if (is_reduced(after->type))
			difference_tell_at(difference, 0, "%s",
					   after->type == TYPE_NSEC
						   ? "the types that NSEC lists changed"
						   : "the parameters of NSEC3 changed");
		else if (after->type == TYPE_SOA)
			compare_soa(difference, before, after);
		else
			difference_tell_at(difference, 0, "%s changed from %s to %s",
					   set_words(difference, after),
					   difference_value(difference, before, &before->data[0]),
					   difference_value(difference, after, &after->data[0]));
		return;
	}
	if (is_reduced(after->type))
		return;
	tell_data(difference, after, before, "added");
	tell_data(difference, before, after, "removed");
}

static const char *signature_words(struct difference *difference,
				   const struct state_signature *signature)
{
	static const char *const validity[] = {
		[VALIDITY_NOW] = "valid now",
		[VALIDITY_FUTURE] = "not valid yet",
		[VALIDITY_EXPIRED] = "expired",
	};
	static const char *const results[] = {
		"not checked",   "good",        "bad", "malformed", "of an unsupported algorithm",
		"without a key", "not checked",
	};
	static_assert(sizeof(results) / sizeof(results[0]) == PROOF_RESULT_MAX + 1,
		      "a word for every result");
	const char *words = arena_format(difference->arena, "by key %u (algorithm %u), %s, %s",
					 signature->key_tag, signature->algorithm,
					 results[signature->result], validity[signature->validity]);
	if (words == NULL)
		difference->error = ERR_MEMORY;
	return words == NULL ? "" : words;
}

static bool has_signature(const struct state_set *set, const struct state_signature *signature)
{
	for (size_t i = 0; i < set->signature_count; i++) {
		const struct state_signature *other = &set->signatures[i];
		if (other->validity == signature->validity && other->result == signature->result &&
		    other->algorithm == signature->algorithm &&
		    other->key_tag == signature->key_tag && other->is_own == signature->is_own)
			return true;
	}
	return false;
}

static void compare_signatures(struct difference *difference, const struct state_set *before,
			       const struct state_set *after)
{
	const char *words = set_words(difference, after);
	if (before->signature_count > 0 && after->signature_count == 0) {
		difference_tell_at(difference, 0, "%s is no longer signed", words);
		return;
	}
	for (size_t i = 0; i < after->signature_count; i++) {
		if (!has_signature(before, &after->signatures[i]))
			difference_tell_at(difference, 0, "signature of %s: now %s", words,
					   signature_words(difference, &after->signatures[i]));
	}
	for (size_t i = 0; i < before->signature_count; i++) {
		if (!has_signature(after, &before->signatures[i]))
			difference_tell_at(difference, 0, "signature of %s: no longer %s", words,
					   signature_words(difference, &before->signatures[i]));
	}
}

static const struct state_set *find_set(const struct state_body *body, const struct state_set *set)
{
	for (size_t i = 0; i < body->set_count; i++) {
		const struct state_set *other = &body->sets[i];
		if (other->section == set->section && other->type == set->type &&
		    name_equal(other->owner, set->owner))
			return other;
	}
	return NULL;
}

/* A set that only one of two answers has. What only fills the authority section is not told. */
static void tell_set(struct difference *difference, const struct state_set *set, const char *what)
{
	if (set->section == SECTION_ANSWER)
		tell_data(difference, set, NULL, what);
	else if (is_reduced(set->type))
		difference_tell_at(difference, 0, "%s as proof of absence %s",
				   set->type == TYPE_NSEC ? "NSEC" : "NSEC3", what);
}

static void compare_sets(struct difference *difference, const struct state_body *before,
			 const struct state_body *after)
{
	for (size_t i = 0; i < after->set_count; i++) {
		const struct state_set *set = &after->sets[i];
		const struct state_set *old = find_set(before, set);
		if (old == NULL) {
			tell_set(difference, set, "added");
			continue;
		}
		compare_data(difference, old, set);
		if (old->ttl != set->ttl && old->ttl != 0 && set->ttl != 0)
			difference_tell_at(difference, 0, "TTL of %s changed from %u to %u",
					   set_words(difference, set), old->ttl, set->ttl);
		compare_signatures(difference, old, set);
	}
	for (size_t i = 0; i < before->set_count; i++) {
		if (find_set(after, &before->sets[i]) == NULL)
			tell_set(difference, &before->sets[i], "removed");
	}
}

/* --- answers -----------------------------------------------------------------------------------
 */

static void compare_edns(struct difference *difference, uint16_t type,
			 const struct state_body *before, const struct state_body *after)
{
	if (before->has_edns != after->has_edns) {
		difference_tell_at(difference, type,
				   after->has_edns ? "EDNS is back" : "EDNS is gone");
	} else if (before->edns_version != after->edns_version) {
		difference_tell_at(difference, type, "EDNS version changed from %u to %u",
				   before->edns_version, after->edns_version);
	} else {
		if (before->udp_size != after->udp_size)
			difference_tell_at(difference, 0,
					   "announced UDP size changed from %u to %u",
					   before->udp_size, after->udp_size);
		if (before->edns_flags != after->edns_flags)
			difference_tell_at(difference, type,
					   "EDNS flags changed from 0x%04x to 0x%04x",
					   before->edns_flags, after->edns_flags);
	}
}

static void compare_header(struct difference *difference, uint16_t type,
			   const struct state_body *before, const struct state_body *after)
{
	char old[TYPE_TEXT_MAX];
	char new[TYPE_TEXT_MAX];
	unsigned int flags = before->flags ^ after->flags;
	if (before->rcode != after->rcode)
		difference_tell_at(difference, type, "%s instead of %s",
				   rcode_to_text(after->rcode, new),
				   rcode_to_text(before->rcode, old));
	if ((flags & FLAG_AA) != 0)
		difference_tell_at(difference, type,
				   (after->flags & FLAG_AA) != 0 ? "authoritative again"
								 : "no longer authoritative");
	if ((flags & FLAG_TC) != 0)
		difference_tell_at(difference, type,
				   (after->flags & FLAG_TC) != 0 ? "truncated" : "whole again");
	if ((flags & ~(unsigned int)(FLAG_AA | FLAG_TC)) != 0)
		difference_tell_at(difference, type, "header flags changed from 0x%04x to 0x%04x",
				   before->flags, after->flags);
	if (before->fault != after->fault)
		difference_tell_at(difference, type, "the message: %s (before: %s)",
				   message_fault_text((enum message_fault)after->fault),
				   message_fault_text((enum message_fault)before->fault));
	if (before->question_count != after->question_count)
		difference_tell_at(difference, type, "%u questions in the answer instead of %u",
				   after->question_count, before->question_count);
}

static void compare_flag(struct difference *difference, const struct state_answer *before,
			 const struct state_answer *after, uint8_t flag, const char *const words[2])
{
	if (((before->flags ^ after->flags) & flag) != 0)
		difference_tell_at(difference, after->type, "%s",
				   words[(after->flags & flag) != 0]);
}

static void compare_course(struct difference *difference, const struct state_answer *before,
			   const struct state_answer *after)
{
	static const char *const spelling[] = {"keeps the question's case again",
					       "changes the question's case"};
	static const char *const edns[] = {"answers with EDNS again", "answers only without EDNS"};
	static const char *const tcp[] = {"answers over TCP again",
					  "truncates, and does not answer over TCP"};
	static const char *const serial[] = {"its serial has caught up with the other servers'",
					     "its serial is behind another server's"};
	if (before->outcome != after->outcome)
		difference_tell_at(difference, after->type, "%s instead of %s",
				   outcome_text(after->outcome), outcome_text(before->outcome));
	compare_flag(difference, before, after, EXCHANGE_CASE_DIFFERS, spelling);
	compare_flag(difference, before, after, EXCHANGE_NO_EDNS, edns);
	compare_flag(difference, before, after, EXCHANGE_TCP_FAILED, tcp);
	if (before->is_behind != after->is_behind)
		difference_tell_at(difference, 0, "%s", serial[after->is_behind]);
}

static void compare_answer(struct difference *difference, const struct state_answer *before,
			   const struct state_answer *after)
{
	assert(before->type == after->type && before->transport == after->transport);
	compare_course(difference, before, after);
	if (before->body == STATE_NO_BODY || after->body == STATE_NO_BODY)
		return;
	assert(before->body < difference->before->body_count);
	assert(after->body < difference->after->body_count);
	const struct state_body *old = &difference->before->bodies[before->body];
	const struct state_body *new = &difference->after->bodies[after->body];
	compare_header(difference, after->type, old, new);
	compare_edns(difference, after->type, old, new);
	if (old->rcode == new->rcode)
		compare_sets(difference, old, new);
}

static bool same_question(const struct state_answer *left, const struct state_answer *right)
{
	return left->type == right->type && left->transport == right->transport &&
	       (left->flags & EXCHANGE_SHARED) == (right->flags & EXCHANGE_SHARED) &&
	       name_equal(left->name, right->name);
}

/*
 * The answer before to the same question; when it was asked several times, the one at the same
 * place among them.
 */
static const struct state_answer *find_answer(const struct state_server *server,
					      const struct state_answer *answer, size_t place)
{
	const struct state_answer *found = NULL;
	for (size_t i = 0; i < server->answer_count; i++) {
		if (!same_question(&server->answers[i], answer))
			continue;
		found = &server->answers[i];
		if (place == 0)
			break;
		place--;
	}
	return found;
}

void difference_answers(struct difference *difference, const struct state_server *before,
			const struct state_server *after)
{
	for (size_t i = 0; i < after->answer_count; i++) {
		size_t place = 0;
		for (size_t j = 0; j < i; j++)
			place += same_question(&after->answers[j], &after->answers[i]);
		const struct state_answer *old = find_answer(before, &after->answers[i], place);
		if (old != NULL)
			compare_answer(difference, old, &after->answers[i]);
	}
}
