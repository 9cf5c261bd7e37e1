/* SPDX-License-Identifier: GPL-3.0-or-later */
/* S5, S6, N1, N4: DNSSEC, and what the zone had asked of its parent by its validated keys. */
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "judge/change/classify_private.h"
#include "judge/change/named_key.h"
#include "judge/change/proven_private.h"

#include <assert.h>

#define SIGNED_LONG_S (90 * DAY_S)
/* A request seen for less than this may be part of the same hour's work. */
#define ASKED_BEFORE_S HOUR_S

static bool is_class(const struct judging *judging, enum change_class change_class)
{
	return (judging->change->classes >> change_class & 1u) != 0;
}

/* --- what was asked for ------------------------------------------------------------------------
 */

typedef bool ask_view(const struct judging *judging, const struct sight *view);

/* Had a look before, an hour or more, shown it? What is signed by nobody, or by keys that no chain
 * of trust leads to, asks for nothing: any server can say it. */
static bool was_asked(const struct judging *judging, ask_view *ask)
{
	for (size_t i = judging->index; i > 0; i--) {
		const struct sight *view = &judging->past->views[i - 1];
		if (view->first_s > judging->after->first_s - ASKED_BEFORE_S)
			continue;
		if (judging->after->first_s - view->last_s > SIGNED_LONG_S)
			break;
		if (ask(judging, view))
			return true;
	}
	return false;
}

/* One record of algorithm 0, alone: delete (RFC 8078 s4). The algorithm's place differs. */
static bool is_delete(const struct state_set *set, size_t algorithm_at)
{
	assert(algorithm_at == 2 || algorithm_at == 3);
	return set != NULL && set->count == 1 && set->data[0].size > algorithm_at &&
	       set->data[0].octets[algorithm_at] == 0;
}

static bool asks_delete(const struct judging *judging, const struct sight *view)
{
	(void)judging;
	return is_delete(proven_set(view, TYPE_CDS), 2) ||
	       is_delete(proven_set(view, TYPE_CDNSKEY), 3);
}

static bool asks_ds(const struct judging *judging, const struct sight *view)
{
	const struct state_set *cds = proven_set(view, TYPE_CDS);
	return cds != NULL && proven_same(cds, &judging->after->sets[SIGHT_DS]);
}

/* CSYNC for NS (RFC 7477 s2.1.1.2), and the zone named the servers that its parent names now. */
static bool asks_ns(const struct judging *judging, const struct sight *view)
{
	const struct state_set *csync = proven_set(view, TYPE_CSYNC);
	const struct state_set *ns = csync != NULL ? proven_set(view, TYPE_NS) : NULL;
	if (ns == NULL || !proven_same(ns, &judging->after->sets[SIGHT_NS]))
		return false;
	for (size_t i = 0; i < csync->count; i++) {
		struct csync_rdata read;
		const struct record record = {.rdata = csync->data[i].octets,
					      .rdata_size = csync->data[i].size,
					      .type = TYPE_CSYNC};
		if (rdata_csync(&record, &read) == OK &&
		    bitmap_has(read.bitmap, read.bitmap_size, TYPE_NS))
			return true;
	}
	return false;
}

/* Everything that changed at the parent had been asked for, or it does not count. */
bool judging_is_asked_for(const struct judging *judging)
{
	const bool has_ns = judging_changed(judging, SIGHT_NS);
	const bool has_ds = judging_changed(judging, SIGHT_DS);
	const bool is_removed = judging->after->sets[SIGHT_DS].count == 0;
	if (!has_ns && !has_ds)
		return false;
	if (has_ns && !was_asked(judging, asks_ns))
		return false;
	return !has_ds || was_asked(judging, is_removed ? asks_delete : asks_ds);
}

static void signal_asked_for(struct judging *judging)
{
	const bool has_ns = judging_changed(judging, SIGHT_NS);
	const bool has_ds = judging_changed(judging, SIGHT_DS);
	if (!judging_is_asked_for(judging))
		return;
	assert(has_ns || has_ds);
	judging_fire(judging, SIGNAL_N1,
		     has_ns && has_ds ? "name servers by CSYNC, DS by CDS"
		     : has_ns         ? "name servers by CSYNC"
				      : "DS by CDS");
}

/* --- DS ----------------------------------------------------------------------------------------
 */

/* Since when there had been a DS set, whichever. */
static int64_t signed_since(const struct judging *judging, bool *ret_from_start)
{
	const struct change_past *past = judging->past;
	size_t at = past_before(past, judging->index, SIGHT_DS);
	int64_t since_s = judging->after->first_s;
	*ret_from_start = true;
	for (; at != NO_SIGHT; at = past_before(past, at, SIGHT_DS)) {
		if (past->views[at].sets[SIGHT_DS].count == 0) {
			*ret_from_start = false;
			break;
		}
		since_s = past->views[at].first_s;
	}
	return since_s;
}

bool judging_is_ds_taken(const struct judging *judging)
{
	bool from_start = false;
	return judging_changed(judging, SIGHT_DS) && judging->after->sets[SIGHT_DS].count == 0 &&
	       judging->after->first_s - signed_since(judging, &from_start) >= SIGNED_LONG_S &&
	       judging_pair(judging, SIGHT_CDS).before->is_known &&
	       !was_asked(judging, asks_delete);
}

static void signal_removed(struct judging *judging)
{
	bool from_start = false;
	if (!is_class(judging, CHANGE_DS_REMOVED))
		return;
	const int64_t signed_s = judging->after->first_s - signed_since(judging, &from_start);
	const struct sight_pair cds = judging_pair(judging, SIGHT_CDS);
	if (was_asked(judging, asks_delete))
		return;
	if (!cds.before->is_known)
		judging_unknown(judging, SIGNAL_S5,
				"whether the zone had asked for it by CDS was not measured");
	else if (judging_is_ds_taken(judging))
		judging_fire(judging, SIGNAL_S5, judging_duration(judging, signed_s));
	else if (from_start)
		judging_unknown(
			judging, SIGNAL_S5,
			judging_words(judging,
				      "how long it had been signed: seen for %s, and the store "
				      "does not reach back further",
				      judging_duration(judging, signed_s)));
}

/* Had the key of that DS been in the zone for a TTL of DNSKEY already, beside keys that vouched for
 * it? A tag alone is made to measure, and a zone's keys can be copied. */
static bool was_published(const struct judging *judging, const struct state_data *ds)
{
	for (size_t i = 0; i < judging->index; i++) {
		const struct sight *view = &judging->past->views[i];
		const uint32_t ttl_s = view->sets[SIGHT_KEYS].ttl;
		if (judging->after->first_s - view->first_s < (int64_t)ttl_s)
			break;
		const struct state_set *keys = proven_set(view, TYPE_DNSKEY);
		for (size_t j = 0; keys != NULL && j < keys->count; j++) {
			if (change_names_key(view->state->domain, ds, &keys->data[j]))
				return true;
		}
	}
	return false;
}

static bool were_published(const struct judging *judging)
{
	const struct sight_pair ds = judging_pair(judging, SIGHT_DS);
	for (size_t i = 0; i < ds.after->count; i++) {
		if (!sight_set_has(ds.before, &ds.after->data[i]) &&
		    !was_published(judging, &ds.after->data[i]))
			return false;
	}
	return true;
}

static void signal_without_roll(struct judging *judging)
{
	const struct sight_pair keys = judging_pair(judging, SIGHT_KEYS);
	const struct sight_pair ds = judging_pair(judging, SIGHT_DS);
	if (!is_class(judging, CHANGE_DS_REPLACED))
		return;
	if (!keys.before->is_known || !keys.after->is_known) {
		judging_unknown(judging, SIGNAL_S6, "the zone's keys were not seen on both sides");
		return;
	}
	const enum proven_keys proven = proven_keys(judging->after, ds.before);
	assert(ds.before->count > 0 && ds.after->count > 0);
	if (proven == PROVEN_KEYS_UNKNOWN)
		judging_unknown(judging, SIGNAL_S6,
				"whether an earlier key signs the zone's keys was not looked at");
	else if (proven == PROVEN_KEYS_NOT && !were_published(judging))
		judging_fire(judging, SIGNAL_S6,
			     judging_words(judging, "%u key%s before, %u after, %zu in both",
					   keys.before->count, keys.before->count == 1 ? "" : "s",
					   keys.after->count,
					   sight_set_common(keys.before, keys.after)));
}

/* --- N4 ----------------------------------------------------------------------------------------
 */

static void signal_textbook(struct judging *judging)
{
	const struct sight_pair keys = judging_pair(judging, SIGHT_KEYS);
	const struct sight_pair ds = judging_pair(judging, SIGHT_DS);
	const bool has_ds = is_class(judging, CHANGE_DS_REPLACED);
	if (!has_ds &&
	    (!judging_changed(judging, SIGHT_KEYS) || judging_changed(judging, SIGHT_DS)))
		return;
	/* A key that was there before is there still, and an earlier one signs them all. */
	if (!keys.before->is_known || !keys.after->is_known ||
	    sight_set_common(keys.before, keys.after) == 0 ||
	    proven_keys(judging->after, ds.before) != PROVEN_KEYS)
		return;
	if (has_ds && !were_published(judging))
		return;
	judging_fire(judging, SIGNAL_N4,
		     has_ds ? "the key of the new DS had been in the zone for longer than its TTL"
			    : "keys came or went while others stayed");
}

void judging_security_signals(struct judging *judging)
{
	signal_removed(judging);
	signal_without_roll(judging);
	signal_asked_for(judging);
	signal_textbook(judging);
}
