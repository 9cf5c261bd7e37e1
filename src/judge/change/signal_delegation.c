/* SPDX-License-Identifier: GPL-3.0-or-later */
/* S1, S11, S16, S20, N6: what the parent says, and whom it names. */
#include "dns/wire/name.h"
#include "judge/change/classify_private.h"

#include <assert.h>
#include <math.h>

static bool is_class(const struct judging *judging, enum change_class change_class)
{
	return (judging->change->classes >> change_class & 1u) != 0;
}

static void signal_replaced(struct judging *judging)
{
	if (!is_class(judging, CHANGE_DELEGATION_REPLACED))
		return;
	const bool in_steps = classify_ns_in_steps(judging);
	assert(judging_changed(judging, SIGHT_NS));
	const struct sight_pair ns =
		in_steps ? judging_steady_pair(judging, SIGHT_NS) : judging_pair(judging, SIGHT_NS);
	judging_fire(judging, SIGNAL_S1,
		     judging_words(judging, "%s instead of %s%s",
				   judging_list(judging, ns.after, NULL, judging_name),
				   judging_list(judging, ns.before, NULL, judging_name),
				   in_steps ? ", in steps" : ""));
}

/* --- S11 ---------------------------------------------------------------------------------------
 */

static bool is_apart(const struct sight *view)
{
	return sight_set_differs(&view->sets[SIGHT_NS], &view->sets[SIGHT_APEX_NS]);
}

/* How long after the change they were still seen apart, as long as the delegation stayed. */
static int64_t apart_for(const struct judging *judging)
{
	const struct change_past *past = judging->past;
	int64_t apart_s = 0;
	for (size_t i = judging->index; i < past->count; i++) {
		const struct sight *view = &past->views[i];
		if (view->first_s > judging->settings->now_s ||
		    sight_set_differs(&judging->after->sets[SIGHT_NS], &view->sets[SIGHT_NS]))
			break;
		if (!view->sets[SIGHT_NS].is_known || !view->sets[SIGHT_APEX_NS].is_known)
			continue;
		if (!is_apart(view))
			break;
		const int64_t last_s = view->last_s < judging->settings->now_s
					       ? view->last_s
					       : judging->settings->now_s;
		apart_s = last_s - judging->after->first_s;
	}
	return apart_s;
}

static void signal_apart(struct judging *judging)
{
	const uint32_t ttl_s = judging->after->sets[SIGHT_NS].ttl;
	const int64_t allowed_s = ttl_s > HOUR_S ? ttl_s : HOUR_S;
	if (!judging_changed(judging, SIGHT_NS) && !judging_changed(judging, SIGHT_APEX_NS))
		return;
	if (!judging->after->sets[SIGHT_APEX_NS].is_known) {
		judging_unknown(judging, SIGNAL_S11,
				"no server said which name servers the zone "
				"itself names");
		return;
	}
	if (!is_apart(judging->after))
		return;
	const int64_t apart_s = apart_for(judging);
	if (apart_s > allowed_s)
		judging_fire(judging, SIGNAL_S11, judging_duration(judging, apart_s));
	else if (judging->settings->now_s - judging->after->first_s <= allowed_s)
		judging_unknown(judging, SIGNAL_S11,
				"parent and zone name different servers; whether that stays is "
				"known once a TTL has passed");
}

/* --- S16 ---------------------------------------------------------------------------------------
 */

static int blast_points(const struct judging *judging, uint64_t domains)
{
	const struct signal_row *row = signals_row(judging->settings->signals, SIGNAL_S16);
	assert(domains > 0);
	const double points = row->points * log10((double)domains);
	if (points < row->points)
		return row->points;
	return points > row->most ? row->most : (int)points;
}

/* No address is left that it had. */
static bool has_moved(struct judging *judging, enum dimension dimension, const uint8_t *name)
{
	const struct sight_pair pair = judging_pair(judging, dimension);
	const struct sight_set before = classify_of_name(judging, pair.before, name);
	const struct sight_set after = classify_of_name(judging, pair.after, name);
	return before.count > 0 && after.count > 0 && sight_set_common(&before, &after) == 0;
}

static void signal_moved(struct judging *judging)
{
	const struct sight_pair ns = judging_pair(judging, SIGHT_NS);
	const struct change_settings *settings = judging->settings;
	uint64_t most = 0;
	const char *words = NULL;
	if (!sight_set_same(ns.before, ns.after))
		return;
	for (size_t i = 0; i < ns.after->count; i++) {
		const struct state_data *name = &ns.after->data[i];
		if (!has_moved(judging, SIGHT_SERVERS, name->octets) &&
		    !has_moved(judging, SIGHT_GLUE, name->octets))
			continue;
		const uint64_t domains =
			settings->count_domains != NULL
				? settings->count_domains(settings->count_context, name->octets)
				: 0;
		if (words != NULL && domains <= most)
			continue;
		most = domains;
		words = domains > 0 ? judging_words(judging, "%s (%llu domain%s)",
						    judging_name(judging, name),
						    (unsigned long long)domains,
						    domains == 1 ? "" : "s")
				    : judging_words(judging,
						    "%s (how many domains use it is not known)",
						    judging_name(judging, name));
	}
	if (words != NULL)
		judging_fire_points(judging, SIGNAL_S16, words,
				    blast_points(judging, most > 0 ? most : 1));
}

/* --- S20, N6 -----------------------------------------------------------------------------------
 */

static bool is_of(const struct judging *judging, const uint8_t *one, const uint8_t *other)
{
	return suffix_same_organisation(judging->settings->suffixes, one, other);
}

/* Did that look see a name of the same registrable domain exist, with addresses or without? Then
 * somebody had registered it. */
static bool was_registered(const struct judging *judging, const struct sight *view,
			   const uint8_t *name)
{
	const struct state *state = view->state;
	if (view->is_passed_over)
		return false;
	for (size_t i = 0; i < state->host_count; i++) {
		const struct state_host *host = &state->hosts[i];
		if ((host->state == HOST_RESOLVED || host->state == HOST_NO_ADDRESS) &&
		    is_of(judging, host->name, name))
			return true;
	}
	for (size_t i = 0; i < state->item_count; i++) {
		struct state_lookup lookup;
		if (state->items[i].kind == STATE_ITEM_LOOKUP &&
		    state_read_lookup(&state->items[i], &lookup) && lookup.target != NULL &&
		    (lookup.result == LOOKUP_RESULT_FOUND ||
		     lookup.result == LOOKUP_RESULT_NODATA) &&
		    is_of(judging, lookup.target, name))
			return true;
	}
	return false;
}

/* Did the last look that could tell say that the name does not exist, and no look since see any of
 * its registrable domain? */
static bool had_not_existed(const struct judging *judging, const struct state_data *name)
{
	const struct sight *views = judging->past->views;
	size_t at = judging->index;
	while (at > 0 && !sight_set_has(&views[at - 1].sets[SIGHT_ABSENT], name)) {
		if (sight_set_has(&views[at - 1].sets[SIGHT_PRESENT], name))
			return false;
		at--;
	}
	if (at == 0)
		return false;
	assert(at <= judging->index);
	for (size_t i = at - 1; i < judging->index; i++) {
		if (was_registered(judging, &views[i], name->octets))
			return false;
	}
	return true;
}

static void signal_came_to_be(struct judging *judging)
{
	const struct sight_set *present = &judging->after->sets[SIGHT_PRESENT];
	for (size_t i = 0; i < present->count; i++) {
		if (!had_not_existed(judging, &present->data[i]))
			continue;
		judging_fire(judging, SIGNAL_S20, judging_name(judging, &present->data[i]));
		return;
	}
}

static void signal_lapsed(struct judging *judging)
{
	const struct sight_set *ns = &judging->after->sets[SIGHT_NS];
	size_t parked = 0;
	if (is_class(judging, CHANGE_DELEGATION_GONE)) {
		judging_fire(judging, SIGNAL_N6, "nothing is delegated any more");
		return;
	}
	if (!judging_changed(judging, SIGHT_NS))
		return;
	assert(ns->is_known);
	for (size_t i = 0; i < ns->count; i++)
		parked += signals_is_parking(judging->settings->signals, ns->data[i].octets);
	if (parked == ns->count && parked > 0)
		judging_fire(judging, SIGNAL_N6,
			     judging_words(judging, "%s are where domains are parked",
					   judging_list(judging, ns, NULL, judging_name)));
}

void judging_delegation_signals(struct judging *judging)
{
	signal_replaced(judging);
	signal_apart(judging);
	signal_moved(judging);
	signal_came_to_be(judging);
	signal_lapsed(judging);
}
