/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a zone stands in changing its keys (RFC 6781 s4.1, RFC 7583), in words, from what each key
 * does: whether it signs the keys, signs the data, is named by the parent's DS and by CDS. Keys
 * that cannot be part of a roll-over (revoked, weak, of an algorithm that signs nothing) have
 * checks of their own and are left aside; so is a zone whose chain does not work, or whose CDS and
 * CDNSKEY contradict each other or would break it, since nobody knows what it is about to do.
 */
#include "dns/dnssec/key.h"
#include "dns/dnssec/weak.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/dnssec/algorithms.h"
#include "judge/check/signals.h"
#include "judge/check/verdict.h"
#include "judge/check/vouch.h"

#include <assert.h>

/* Declared in the generated table. */
void check_dnssec_rollover(const struct evidence *evidence, struct verdicts *verdicts);

/* Keys looked at; a zone amid a change of two keys of two algorithms has eight. */
#define ROLES_MAX 16

/* What one key does. */
struct role {
	const struct record *record;
	struct dnskey_rdata key;
	uint16_t tag;
	bool signs_keys, signs_data, has_ds;
};
struct stage {
	const struct evidence *evidence;
	const struct view *view;
	struct role roles[ROLES_MAX];
	size_t count;
	const char *words; /* grows; NULL: nothing goes on */
};

static void say(struct stage *stage, const char *words)
{
	assert(words != NULL);
	if (words)
		stage->words = stage->words ? arena_format(stage->evidence->arena, "%s; %s",
							   stage->words, words)
					    : words;
}

/* The tags of the keys that `fits`, as text: "1, 2 and 3" without the "and". */
static const char *tags_of(const struct stage *stage, bool (*fits)(const struct role *role))
{
	const char *tags = NULL;

	for (size_t i = 0; i < stage->count; i++)
		if (fits(&stage->roles[i]))
			tags = arena_format(stage->evidence->arena, "%s%s%u", tags ? tags : "",
					    tags ? ", " : "", stage->roles[i].tag);
	return tags;
}

static size_t count_of(const struct stage *stage, bool (*fits)(const struct role *role))
{
	size_t count = 0;

	for (size_t i = 0; i < stage->count; i++)
		count += fits(&stage->roles[i]);
	return count;
}

/* ---- what each key does ---- */

/* A signature by this key that counts, or might. */
static bool is_signed_by(const struct stage *stage, const struct rrset *rrset, uint16_t message,
			 const struct role *role)
{
	for (uint16_t i = 0; i < rrset->signature_count; i++) {
		struct rrsig_rdata rrsig;

		if (rdata_rrsig(rrset->signatures[i], &rrsig) == 0 && rrsig.key_tag == role->tag &&
		    rrsig.algorithm == role->key.algorithm &&
		    signature_standing(stage->evidence, message, rrset->signatures[i]) <=
			    STANDING_UNCHECKED)
			return true;
	}
	return false;
}

static bool is_key_type(uint16_t type)
{
	return type == TYPE_DNSKEY || type == TYPE_CDS || type == TYPE_CDNSKEY;
}

static void find_signing(const struct stage *stage, struct role *role)
{
	assert(stage != NULL && role != NULL);
	const struct signatures *signatures = stage->evidence->signatures;

	for (size_t i = 0; i < signatures->count; i++) {
		const struct signature_case *subject = &signatures->cases[i];

		if (!(subject->servers >> stage->view->index & 1) ||
		    !is_signed_by(stage, &subject->rrset, subject->message, role))
			continue;
		role->signs_keys |= subject->rrset.type == TYPE_DNSKEY;
		role->signs_data |= !is_key_type(subject->rrset.type);
	}
}

static bool is_named(const struct evidence *evidence, const struct rrset *set,
		     const struct record *key)
{
	for (uint16_t i = 0; i < set->count; i++) {
		struct ds_rdata ds;

		if (rdata_ds(set->records[i], &ds) == 0 &&
		    ds_matches(evidence->observation->domain, &ds, key))
			return true;
	}
	return false;
}

/* A key of an algorithm that signs nothing at all is DNSSEC-ALGORITHM-INCOMPLETE's matter. */
static bool takes_part(const struct stage *stage, const struct role *role)
{
	return algorithms_key_counts(role->record) &&
	       algorithms_sign(&stage->view->answers[QUESTION_DNSKEY].rrset, role->key.algorithm) &&
	       (role->signs_keys || role->signs_data ||
		key_weakness(&role->key, NULL) == KEY_SOUND);
}

/* Tags are not unique (RFC 4034 appendix B): whose a signature is cannot be told where another key
 * has this one's tag. It is taken for that of the first one that can sign. */
static bool is_overshadowed(const struct rrset *keys, uint16_t index, const struct role *role)
{
	const bool is_sound = key_weakness(&role->key, NULL) == KEY_SOUND;

	for (uint16_t i = 0; i < keys->count; i++) {
		const struct record *record = keys->records[i];
		struct dnskey_rdata other;

		if (i == index || rdata_dnskey(record, &other) < 0 ||
		    other.algorithm != role->key.algorithm ||
		    key_tag(record->rdata, record->rdata_size) != role->tag)
			continue;
		if (!is_sound || (i < index && key_weakness(&other, NULL) == KEY_SOUND))
			return true;
	}
	return false;
}

static void find_roles(struct stage *stage)
{
	const struct rrset *keys = &stage->view->answers[QUESTION_DNSKEY].rrset;

	for (uint16_t i = 0; i < keys->count && stage->count < ROLES_MAX; i++) {
		struct role role = {.record = keys->records[i]};

		if (rdata_dnskey(role.record, &role.key) < 0)
			continue;
		role.tag = key_tag(role.record->rdata, role.record->rdata_size);
		role.has_ds = is_named(stage->evidence, &stage->evidence->ds, role.record);
		if (is_overshadowed(keys, i, &role))
			continue;
		find_signing(stage, &role);
		if (takes_part(stage, &role))
			stage->roles[stage->count++] = role;
	}
}

/* ---- what that amounts to ---- */

static bool is_idle(const struct role *role)
{
	return !role->signs_keys && !role->signs_data && !role->has_ds;
}

static bool is_idle_with_ds(const struct role *role)
{
	return !role->signs_keys && !role->signs_data && role->has_ds;
}

static bool signs_data(const struct role *role)
{
	return role->signs_data;
}

static bool is_trusted(const struct role *role)
{
	return role->has_ds && role->signs_keys;
}

/* Signs the keys as one does that the parent should know of. */
static bool is_untrusted(const struct role *role)
{
	return !role->has_ds && role->signs_keys && role->key.flags & DNSKEY_SEP;
}

static void tell_idle(struct stage *stage)
{
	struct arena *arena = stage->evidence->arena;
	const char *idle = tags_of(stage, is_idle);
	const char *awaited = tags_of(stage, is_idle_with_ds);

	if (idle)
		say(stage,
		    arena_format(arena, "key %s signs nothing: published in advance, or left over",
				 idle));
	if (awaited)
		say(stage,
		    arena_format(arena,
				 "the parent already vouches for key %s, which signs nothing",
				 awaited));
}

static void tell_double(struct stage *stage)
{
	struct arena *arena = stage->evidence->arena;
	uint8_t first = 0;

	for (size_t i = 0; i < stage->count; i++) {
		const struct role *role = &stage->roles[i];

		if (!role->signs_data)
			continue;
		if (first && role->key.algorithm != first) {
			say(stage,
			    arena_format(arena, "keys %s of several algorithms sign side by side",
					 tags_of(stage, signs_data)));
			return;
		}
		first = role->key.algorithm;
	}
	if (count_of(stage, signs_data) > 1)
		say(stage,
		    arena_format(arena, "keys %s sign side by side", tags_of(stage, signs_data)));
}

static void tell_parent(struct stage *stage)
{
	const struct rrset *cds = &stage->view->answers[QUESTION_CDS].rrset;
	struct arena *arena = stage->evidence->arena;
	const char *trusted = tags_of(stage, is_trusted);
	bool is_asked_for = false;

	if (count_of(stage, is_trusted) > 1)
		say(stage, arena_format(arena, "the parent vouches for keys %s", trusted));
	if (!trusted || count_of(stage, is_untrusted) == 0)
		return;
	for (size_t i = 0; i < stage->count; i++)
		is_asked_for |= is_untrusted(&stage->roles[i]) &&
				is_named(stage->evidence, cds, stage->roles[i].record);
	say(stage, arena_format(arena,
				"key %s signs the keys beside %s, and the parent has no DS for it "
				"(%s)",
				tags_of(stage, is_untrusted), trusted,
				is_asked_for ? "CDS asks for one" : "no CDS asks for one"));
}

/* A DS whose key is not there, beside one that works. */
static void tell_strange_ds(struct stage *stage)
{
	const struct evidence *evidence = stage->evidence;
	const struct rrset *keys = &stage->view->answers[QUESTION_DNSKEY].rrset;

	if (count_of(stage, is_trusted) == 0)
		return;
	for (uint16_t d = 0; d < evidence->ds.count; d++) {
		struct ds_rdata ds;
		bool is_there = false;

		if (rdata_ds(evidence->ds.records[d], &ds) < 0 ||
		    !digest_supported(ds.digest_type) || !algorithms_sign(keys, ds.algorithm))
			continue;
		for (uint16_t k = 0; k < keys->count && !is_there; k++)
			is_there = ds_matches(evidence->observation->domain, &ds, keys->records[k]);
		if (is_there)
			continue;
		say(stage, arena_format(evidence->arena,
					"the parent vouches for key %u, which the zone does not "
					"have yet, or no longer",
					ds.key_tag));
		return;
	}
}

static bool has_good_keys(const struct evidence *evidence, const struct view *view)
{
	for (size_t i = 0; i < evidence->signatures->count; i++) {
		const struct signature_case *subject = &evidence->signatures->cases[i];

		if (subject->servers >> view->index & 1 && subject->rrset.type == TYPE_DNSKEY &&
		    subject->standing <= STANDING_ENDING)
			return true;
	}
	return false;
}

/* Where the parent names keys, one of them must be at work; see the top. */
static bool is_clear(const struct stage *stage)
{
	const struct evidence *evidence = stage->evidence;
	bool any_ds = false;

	for (size_t i = 0; i < stage->count; i++)
		any_ds |= stage->roles[i].has_ds;
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (view_is_signed(view) &&
		    (!signals_agree(evidence, view) || vouch_broken_algorithm(evidence, view) >= 0))
			return false;
	}
	return !any_ds || count_of(stage, is_trusted) > 0;
}

static void tell_stage(struct stage *stage, struct verdicts *verdicts)
{
	find_roles(stage);
	if (!is_clear(stage))
		return;
	tell_idle(stage);
	tell_double(stage);
	tell_parent(stage);
	tell_strange_ds(stage);
	if (!stage->words)
		return;
	verdict(verdicts, NULL, "%s is changing its keys, or keeps some in reserve: %s",
		stage->evidence->domain, stage->words);
	verdict_evidence(verdicts, stage->view->answers[QUESTION_DNSKEY].exchange);
	verdict_parent_evidence(verdicts);
}

void check_dnssec_rollover(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	assert(evidence->signatures);
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		struct stage stage = {.evidence = evidence, .view = &evidence->views[i]};

		if (!view_is_signed(stage.view) || !has_good_keys(evidence, stage.view))
			continue;
		/* One server tells for all: where they differ there are other findings. */
		tell_stage(&stage, verdicts);
		return;
	}
}
