/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which kinds of change it is, a sentence or two each: the delegation and DS first. */
#include "dns/wire/name.h"
#include "judge/change/classify_private.h"

#include <assert.h>
#include <string.h>

const char *classify_stood(struct judging *judging, enum dimension dimension)
{
	bool from_start = false;
	const int64_t since_s = past_since(judging->past, judging->index, dimension, &from_start);
	const int64_t stood_s = judging->after->first_s - since_s;
	/* Nobody needs to know that it may have been longer than the moment it was seen for. */
	return judging_words(judging, "%s%s", from_start && stood_s >= HOUR_S ? "at least " : "",
			     judging_duration(judging, stood_s));
}

const char *classify_steps_took(struct judging *judging, const struct sight_pair *steady)
{
	assert(steady->before_view != NULL);
	return judging_duration(judging, judging->after->first_s - steady->before_view->last_s);
}

/* --- the delegation ----------------------------------------------------------------------------
 */

bool classify_ns_in_steps(const struct judging *judging)
{
	const struct sight_pair ns = judging_pair(judging, SIGHT_NS);
	const struct sight_pair steady = judging_steady_pair(judging, SIGHT_NS);
	return judging_changed(judging, SIGHT_NS) && steady.before->count > 0 &&
	       ns.after->count > 0 && sight_set_common(steady.before, ns.after) == 0 &&
	       (ns.before->count == 0 || sight_set_common(steady.before, ns.before) > 0) &&
	       !(ns.before->count > 0 && sight_set_common(ns.before, ns.after) == 0);
}

static void classify_ns_steps(struct judging *judging)
{
	const struct sight_pair steady = judging_steady_pair(judging, SIGHT_NS);
	if (!classify_ns_in_steps(judging))
		return;
	assert((judging->change->classes & 1u << CHANGE_DELEGATION_REPLACED) == 0);
	judging_class(judging, CHANGE_DELEGATION_REPLACED);
	judging_tell(judging, "in steps all name servers were replaced within %s: %s instead of %s",
		     classify_steps_took(judging, &steady),
		     judging_list(judging, steady.after, NULL, judging_name),
		     judging_list(judging, steady.before, NULL, judging_name));
}

static void classify_ns(struct judging *judging)
{
	if (!judging_changed(judging, SIGHT_NS))
		return;
	const struct sight_pair ns = judging_pair(judging, SIGHT_NS);
	const char *new = judging_list(judging, ns.after, ns.before, judging_name);
	assert(ns.before->is_known && ns.after->is_known);
	const char *old = judging_list(judging, ns.before, ns.after, judging_name);
	const char *stood = classify_stood(judging, SIGHT_NS);
	if (ns.before->count == 0) {
		judging_class(judging, CHANGE_DELEGATION_NEW);
		judging_tell(judging, "delegated to %s; it had not been for %s", new, stood);
	} else if (ns.after->count == 0) {
		judging_class(judging, CHANGE_DELEGATION_GONE);
		judging_tell(judging, "the delegation is gone; %s had stood for %s", old, stood);
	} else if (sight_set_common(ns.before, ns.after) == 0) {
		judging_class(judging, CHANGE_DELEGATION_REPLACED);
		judging_tell(judging, "all name servers replaced after %s: %s instead of %s", stood,
			     new, old);
	} else {
		judging_class(judging, CHANGE_DELEGATION_PARTLY);
		judging_tell(judging, "name servers after %s: %s added, %s removed", stood, new,
			     old);
	}
}

static const char *ds_words(struct judging *judging, const struct state_data *data)
{
	if (data->size < 4)
		return "something malformed";
	return judging_words(judging, "%u (algorithm %u)",
			     (unsigned int)data->octets[0] << 8 | data->octets[1], data->octets[2]);
}

static void classify_ds(struct judging *judging)
{
	if (!judging_changed(judging, SIGHT_DS))
		return;
	const struct sight_pair ds = judging_pair(judging, SIGHT_DS);
	const char *new = judging_list(judging, ds.after, ds.before, ds_words);
	assert(ds.before->count > 0 || ds.after->count > 0);
	const char *old = judging_list(judging, ds.before, ds.after, ds_words);
	const char *stood = classify_stood(judging, SIGHT_DS);
	if (ds.after->count == 0) {
		judging_class(judging, CHANGE_DS_REMOVED);
		judging_tell(judging, "DS removed after %s: key %s", stood, old);
	} else if (ds.before->count == 0) {
		judging_class(judging, CHANGE_DS_ADDED);
		judging_tell(judging, "DS added for key %s; there had been none for %s", new,
			     stood);
	} else {
		judging_class(judging, CHANGE_DS_REPLACED);
		judging_tell(judging, "DS after %s: key %s added, %s removed", stood, new, old);
	}
}

/* --- addresses of name servers -----------------------------------------------------------------
 */

struct sight_set classify_of_name(struct judging *judging, const struct sight_set *set,
				  const uint8_t *name)
{
	struct state_data *members =
		arena_take_array(judging->arena, set->count + 1u, sizeof(*members));
	struct sight_set of_name = {.is_known = set->is_known, .data = members};
	if (members == NULL) {
		judging->error = ERR_MEMORY;
		return (struct sight_set){0};
	}
	for (size_t i = 0; i < set->count; i++) {
		if (name_equal(set->data[i].octets, name))
			members[of_name.count++] = set->data[i];
	}
	return of_name;
}

static bool tell_moved(struct judging *judging, enum dimension dimension,
		       const struct state_data *name, const char *what)
{
	const struct sight_pair pair = judging_pair(judging, dimension);
	const struct sight_set before = classify_of_name(judging, pair.before, name->octets);
	const struct sight_set after = classify_of_name(judging, pair.after, name->octets);
	if (!sight_set_differs(&before, &after))
		return false;
	judging_class(judging, CHANGE_SERVERS_MOVED);
	judging_tell(judging, "%s %s has %s instead of %s", what, judging_name(judging, name),
		     judging_list(judging, &after, &before, judging_address),
		     judging_list(judging, &before, &after, judging_address));
	return true;
}

/* Of name servers that stay; those of new ones are new with them. */
static void classify_servers(struct judging *judging)
{
	const struct sight_pair ns = judging_pair(judging, SIGHT_NS);
	for (size_t i = 0; i < ns.after->count; i++) {
		const struct state_data *name = &ns.after->data[i];
		if (!sight_set_has(ns.before, name))
			continue;
		if (!tell_moved(judging, SIGHT_SERVERS, name, "name server"))
			(void)tell_moved(judging, SIGHT_GLUE, name, "glue: name server");
	}
}

static void classify_apex_ns(struct judging *judging)
{
	if (!judging_changed(judging, SIGHT_APEX_NS))
		return;
	const struct sight_pair ns = judging_pair(judging, SIGHT_APEX_NS);
	judging_class(judging, CHANGE_APEX_NS);
	assert(ns.before->count > 0 && ns.after->count > 0);
	/* Told already when it follows its parent. */
	if (judging_changed(judging, SIGHT_NS) &&
	    sight_set_same(ns.after, &judging->after->sets[SIGHT_NS]))
		return;
	judging_tell(judging, "the zone's own NS records: %s added, %s removed",
		     judging_list(judging, ns.after, ns.before, judging_name),
		     judging_list(judging, ns.before, ns.after, judging_name));
}

/* --- back again --------------------------------------------------------------------------------
 */

/* When the value that ended at `index` began, if before that it was as it is now; NO_SIGHT. */
static size_t excursion(const struct change_past *past, size_t index, enum dimension dimension)
{
	const struct sight_set *now = &past->views[index].sets[dimension];
	size_t at = past_before(past, index, dimension);
	assert(at != NO_SIGHT);
	const struct sight_set *between = &past->views[at].sets[dimension];
	for (;;) {
		const size_t before = past_before(past, at, dimension);
		if (before == NO_SIGHT)
			return NO_SIGHT;
		const struct sight_set *set = &past->views[before].sets[dimension];
		if (sight_set_same(set, now))
			return at;
		if (!sight_set_same(set, between))
			return NO_SIGHT;
		at = before;
	}
}

static void classify_restored(struct judging *judging)
{
	int64_t began_s = INT64_MAX;
	size_t restored = 0;
	for (size_t i = 0; i < CLASSIFY_MAJOR_COUNT; i++) {
		const enum dimension dimension = classify_major(i);
		if (!judging_changed(judging, dimension))
			continue;
		const size_t at = excursion(judging->past, judging->index, dimension);
		/* All of it or nothing. */
		if (at == NO_SIGHT)
			return;
		restored++;
		if (judging->past->views[at].first_s < began_s)
			began_s = judging->past->views[at].first_s;
	}
	if (restored == 0 || judging->after->first_s - began_s > CHANGE_UNDONE_WITHIN_S)
		return;
	assert(judging->changed != 0);
	judging_class(judging, CHANGE_RESTORED);
	judging_tell(judging, "back, after %s, to what it had been",
		     judging_duration(judging, judging->after->first_s - began_s));
}

static void classify_again(struct judging *judging)
{
	const struct change_past *past = judging->whole;
	for (size_t i = 0; i < CLASSIFY_MAJOR_STEADY; i++) {
		const size_t at = past_again(past, judging->index, classify_major(i));
		if (at == NO_SIGHT)
			continue;
		assert(at < judging->index);
		judging_tell(judging,
			     "again what it had been changed to %s before, which had been undone",
			     judging_duration(judging,
					      judging->after->first_s - past->views[at].first_s));
		return;
	}
}

enum dimension classify_major(size_t index)
{
	static const enum dimension major[] = {SIGHT_NS,   SIGHT_DS,       SIGHT_SERVERS,
					       SIGHT_MX,   SIGHT_OWN_MAIL, SIGHT_NAMES,
					       SIGHT_MAIL, SIGHT_APEX,     SIGHT_WWW};
	static_assert(sizeof(major) / sizeof(major[0]) == CLASSIFY_MAJOR_COUNT, "all of them");
	assert(index < CLASSIFY_MAJOR_COUNT);
	return major[index];
}

void judging_classify(struct judging *judging)
{
	classify_restored(judging);
	classify_again(judging);
	classify_ns(judging);
	classify_ns_steps(judging);
	classify_ds(judging);
	classify_servers(judging);
	classify_apex_ns(judging);
	classify_zone(judging);
	classify_services(judging);
}
