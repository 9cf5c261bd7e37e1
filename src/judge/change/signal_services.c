/* SPDX-License-Identifier: GPL-3.0-or-later */
/* S7, S8, S12, S13, S15: addresses, networks, SOA, TTL, mail. */
#include "dns/policy/dmarc.h"
#include "dns/policy/spf.h"
#include "dns/wire/name.h"
#include "judge/change/classify_private.h"

#include <assert.h>
#include <string.h>

/* Planned moves lower it beforehand; 300 is what people type for "soon". */
#define SHORT_TTL_S 300u
#define LONG_TTL_S 3600u
#define TTL_LOOK_BACK_S (90 * DAY_S)
/* Who knows the networks of less knows nothing of what is new. */
#define NETWORKS_LOOK_BACK_S (90 * DAY_S)
#define FEW_ADDRESSES 3u

/* --- S7 ----------------------------------------------------------------------------------------
 */

/* Known on both sides, and the same. */
static bool stayed(const struct judging *judging, enum dimension dimension)
{
	const struct sight_pair pair = judging_pair(judging, dimension);
	return sight_set_same(pair.before, pair.after);
}

static const char *name_of_address(struct judging *judging, const struct state_data *data)
{
	const uint8_t *name = data->octets;
	const struct state_data alone = {name, (uint16_t)name_size(name)};
	return judging_words(judging, "%s %s", judging_name(judging, &alone),
			     judging_address(judging, data));
}

/* `words` and the new addresses of those names within the domain that had others. */
static const char *add_moved(struct judging *judging, enum dimension dimension, const char *words)
{
	const struct sight_pair pair = judging_pair(judging, dimension);
	const uint8_t *done = NULL;
	if (!judging_changed(judging, dimension))
		return words;
	for (size_t i = 0; i < pair.after->count; i++) {
		const uint8_t *name = pair.after->data[i].octets;
		if ((done != NULL && name_equal(done, name)) ||
		    !name_is_under(name, judging->after->state->domain))
			continue;
		done = name;
		const struct sight_set old = classify_of_name(judging, pair.before, name);
		const struct sight_set new = classify_of_name(judging, pair.after, name);
		if (old.count == 0 || !sight_set_differs(&old, &new))
			continue;
		words = judging_words(judging, "%s%s%s", words != NULL ? words : "",
				      words != NULL ? ", " : "",
				      judging_list(judging, &new, &old, name_of_address));
	}
	return words;
}

static bool is_known_on_both_sides(const struct judging *judging, enum dimension dimension)
{
	const struct sight_pair pair = judging_pair(judging, dimension);
	return pair.before->is_known && pair.after->is_known;
}

static void signal_names(struct judging *judging)
{
	const bool has_names = is_known_on_both_sides(judging, SIGHT_NAMES);
	if (!has_names && !is_known_on_both_sides(judging, SIGHT_MAIL)) {
		judging_unknown(judging, SIGNAL_S7,
				"no address of mail, vpn or the like was looked up on both sides "
				"(scan with --logins)");
		return;
	}
	/* A mail host may have one of those names. */
	const char *words = has_names ? add_moved(judging, SIGHT_NAMES, NULL) : NULL;
	if (words == NULL)
		words = add_moved(judging, SIGHT_MAIL, NULL);
	if (words == NULL || !stayed(judging, SIGHT_APEX) || judging_changed(judging, SIGHT_WWW))
		return;
	judging_fire(judging, SIGNAL_S7, words);
}

/* --- S8 ----------------------------------------------------------------------------------------
 */

static bool addresses_changed(const struct judging *judging)
{
	static const enum dimension dimensions[] = {SIGHT_NS,    SIGHT_SERVERS, SIGHT_GLUE,
						    SIGHT_MX,    SIGHT_MAIL,    SIGHT_APEX,
						    SIGHT_NAMES, SIGHT_WWW,     SIGHT_AS};
	for (size_t i = 0; i < sizeof(dimensions) / sizeof(dimensions[0]); i++) {
		if (judging_changed(judging, dimensions[i]))
			return true;
	}
	return false;
}

static bool was_used(const struct judging *judging, const struct state_data *as)
{
	for (size_t i = 0; i < judging->index; i++) {
		const struct sight *view = &judging->past->views[i];
		if (view->last_s >= judging->after->first_s - YEAR_S &&
		    sight_set_has(&view->sets[SIGHT_AS], as))
			return true;
	}
	return false;
}

static uint32_t as_number(const struct state_data *data)
{
	uint32_t as = 0;
	assert(data->size == 4);
	for (size_t i = 0; i < 4; i++)
		as = as << 8 | data->octets[i];
	return as;
}

/* The domain's addresses in that network. */
static unsigned int addresses_in(const struct judging *judging, uint32_t as)
{
	const struct state *state = judging->after->state;
	unsigned int count = 0;
	for (size_t i = 0; i < state->item_count; i++) {
		struct state_route route;
		if (state->items[i].kind == STATE_ITEM_ROUTE &&
		    state_read_route(&state->items[i], &route) && route.as == as)
			count++;
	}
	return count;
}

static void fire_networks(struct judging *judging, const char *words, unsigned int addresses)
{
	const int64_t reach_s = past_reach_s(judging->past, judging->index, SIGHT_AS);
	assert(addresses > 0 && words != NULL);
	const char *back = judging_duration(judging, reach_s < YEAR_S ? reach_s : YEAR_S);
	if (reach_s < NETWORKS_LOOK_BACK_S) {
		judging_unknown(judging, SIGNAL_S8,
				judging_words(judging,
					      "whether %s had been used before: looks with routes "
					      "reach back %s only",
					      words, back));
		judging_unknown(judging, SIGNAL_S8_1, "the same");
		return;
	}
	judging_fire(judging, SIGNAL_S8,
		     judging_words(judging, "%s (looked back %s)", words, back));
	if (addresses < FEW_ADDRESSES)
		judging_fire(judging, SIGNAL_S8_1, judging_words(judging, "%u", addresses));
}

static void signal_networks(struct judging *judging)
{
	const struct sight_pair networks = judging_pair(judging, SIGHT_AS);
	const char *words = NULL;
	unsigned int addresses = 0;
	if (!addresses_changed(judging))
		return;
	if (!networks.before->is_known || !networks.after->is_known) {
		judging_unknown(judging, SIGNAL_S8,
				"the looks on both sides knew of no routes (scan with --routes)");
		judging_unknown(judging, SIGNAL_S8_1, "the same");
		return;
	}
	for (size_t i = 0; i < networks.after->count; i++) {
		if (was_used(judging, &networks.after->data[i]))
			continue;
		const uint32_t as = as_number(&networks.after->data[i]);
		addresses += addresses_in(judging, as);
		words = judging_words(judging, "%s%sAS %u", words != NULL ? words : "",
				      words != NULL ? ", " : "", as);
	}
	if (words != NULL)
		fire_networks(judging, words, addresses);
}

/* --- S12, S13 ----------------------------------------------------------------------------------
 */

/* Has any server's SOA a name in common with one of the other side's? */
static bool shares_soa_name(const struct sight_pair *soa)
{
	assert(soa->before->is_known && soa->after->is_known);
	for (size_t i = 0; i < soa->before->count; i++) {
		struct soa_names old;
		if (!classify_soa_names(&soa->before->data[i], &old))
			continue;
		for (size_t j = 0; j < soa->after->count; j++) {
			struct soa_names new;
			if (classify_soa_names(&soa->after->data[j], &new) &&
			    (name_equal(old.primary, new.primary) ||
			     name_equal(old.contact, new.contact)))
				return true;
		}
	}
	return false;
}

static void signal_soa(struct judging *judging)
{
	const struct sight_pair soa = judging_pair(judging, SIGHT_SOA);
	if (!soa.before->is_known || !soa.after->is_known)
		judging_unknown(judging, SIGNAL_S12, "the SOA record was not seen on both sides");
	else if (judging_changed(judging, SIGHT_SOA) && soa.after->count > 0 &&
		 soa.before->count > 0 && !shares_soa_name(&soa))
		judging_fire(judging, SIGNAL_S12, "another primary name server and contact");
}

/* The least that was seen in 90 days before; 0: none was. */
static uint32_t least_ttl(const struct judging *judging, enum dimension dimension)
{
	uint32_t least = 0;
	for (size_t i = 0; i < judging->index; i++) {
		const struct sight *view = &judging->past->views[i];
		const uint32_t ttl = view->sets[dimension].ttl;
		if (view->last_s < judging->after->first_s - TTL_LOOK_BACK_S || ttl == 0)
			continue;
		if (least == 0 || ttl < least)
			least = ttl;
	}
	return least;
}

static void signal_ttl(struct judging *judging)
{
	static const struct {
		enum dimension dimension;
		const char *words;
	} rows[] = {
		{SIGHT_NS, "NS"}, {SIGHT_DS, "DS"}, {SIGHT_MX, "MX"}, {SIGHT_APEX, "addresses"}};
	bool is_unknown = false;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const uint32_t ttl = judging->after->sets[rows[i].dimension].ttl;
		if (!judging_changed(judging, rows[i].dimension) || ttl == 0 || ttl > SHORT_TTL_S ||
		    least_ttl(judging, rows[i].dimension) < LONG_TTL_S)
			continue;
		if (past_reach_s(judging->past, judging->index, rows[i].dimension) <
		    TTL_LOOK_BACK_S) {
			is_unknown = true;
			continue;
		}
		judging_fire(judging, SIGNAL_S13,
			     judging_words(judging, "%u seconds (%s)", ttl, rows[i].words));
		return;
	}
	if (is_unknown)
		judging_unknown(judging, SIGNAL_S13,
				"whether a TTL had been lowered beforehand: the store does not "
				"reach back 90 days");
}

/* --- S15 ---------------------------------------------------------------------------------------
 */

/* How strictly SPF turns away what it does not name: 3 fail, 2 softfail, 1 neutral, 0 nothing. */
static int spf_strictness(struct judging *judging, const struct sight_set *spf)
{
	struct spf_record record;
	const char *words = NULL;
	int strictness = 0;
	/* None, or several, which count as an error (RFC 7208 s4.5). */
	if (spf->count != 1)
		return 0;
	if (spf_parse(judging->arena, (const char *)spf->data[0].octets, spf->data[0].size, &record,
		      &words) != OK)
		return 0;
	for (size_t i = 0; i < record.term_count; i++) {
		if (record.terms[i].kind == SPF_REDIRECT)
			strictness = 2;
		if (record.terms[i].kind != SPF_ALL)
			continue;
		const char qualifier = record.terms[i].qualifier;
		return qualifier == '-' ? 3 : qualifier == '~' ? 2 : qualifier == '?' ? 1 : 0;
	}
	return strictness;
}

static int dmarc_strictness(struct judging *judging, const struct sight_set *dmarc)
{
	struct dmarc_record record;
	if (dmarc->count != 1 || dmarc_parse(judging->arena, (const char *)dmarc->data[0].octets,
					     dmarc->data[0].size, &record) != OK)
		return 0;
	return record.policy;
}

typedef int strictness_of(struct judging *judging, const struct sight_set *set);

/* Was it stricter within the day before than within the day after? Of a move in steps: than within
 * the days that these may have taken. */
static bool is_weakened(struct judging *judging, enum dimension dimension,
			strictness_of *strictness)
{
	const int64_t look_back_s = classify_mx_in_steps(judging) ? CHANGE_UNDONE_WITHIN_S : DAY_S;
	const struct change_past *past = judging->past;
	const size_t last = past_before(past, judging->index, dimension);
	const struct sight_set *mx = &judging->after->sets[SIGHT_MX];
	int before = 0;
	int after = INT8_MAX;
	for (size_t i = 0; i < past->count; i++) {
		const struct sight *view = &past->views[i];
		const struct sight_set *set = &view->sets[dimension];
		/* By then mail had gone elsewhere. */
		if (i > judging->index && sight_set_differs(mx, &view->sets[SIGHT_MX]))
			break;
		if (!set->is_known || view->first_s > judging->settings->now_s)
			continue;
		const int strict = strictness(judging, set);
		if (i < judging->index &&
		    (i == last || view->last_s >= judging->after->first_s - look_back_s)) {
			before = strict > before ? strict : before;
			/* Weakened a little earlier, and not since. */
			after = i == last ? strict : after;
		}
		if (i >= judging->index && view->first_s <= judging->after->first_s + DAY_S)
			after = strict < after || i == judging->index ? strict : after;
	}
	return last != NO_SIGHT && after < before;
}

/* Whose the mail hosts are: registrable names, in no order. */
static bool moved_to_others(struct judging *judging)
{
	const struct suffix_list *suffixes = judging->settings->suffixes;
	const struct sight_pair mx = classify_mx_in_steps(judging)
					     ? judging_steady_pair(judging, SIGHT_MX)
					     : judging_pair(judging, SIGHT_MX);
	const struct sight_set old = classify_exchanges(judging, mx.before);
	const struct sight_set new = classify_exchanges(judging, mx.after);
	if (old.count == 0 || new.count == 0)
		return false;
	for (size_t i = 0; i < new.count; i++) {
		for (size_t j = 0; j < old.count; j++) {
			if (suffix_same_organisation(suffixes, new.data[i].octets,
						     old.data[j].octets))
				return false;
		}
	}
	return true;
}

static void signal_mail(struct judging *judging)
{
	if (!judging_changed(judging, SIGHT_MX) || !moved_to_others(judging))
		return;
	const struct sight_pair spf = judging_pair(judging, SIGHT_SPF);
	const struct sight_pair dmarc = judging_pair(judging, SIGHT_DMARC);
	const bool has_spf = is_weakened(judging, SIGHT_SPF, spf_strictness);
	const bool has_dmarc = is_weakened(judging, SIGHT_DMARC, dmarc_strictness);
	if (has_spf || has_dmarc)
		judging_fire(judging, SIGNAL_S15,
			     has_spf && has_dmarc ? "SPF and DMARC"
			     : has_spf            ? "SPF"
						  : "DMARC");
	else if (!dmarc.before->is_known || !dmarc.after->is_known)
		judging_unknown(judging, SIGNAL_S15,
				"DMARC was not looked up on both sides (--profile mail or full)");
	else if (!spf.before->is_known || !spf.after->is_known)
		judging_unknown(judging, SIGNAL_S15, "SPF was not seen on both sides");
}

void judging_service_signals(struct judging *judging)
{
	signal_names(judging);
	signal_networks(judging);
	signal_soa(judging);
	signal_ttl(judging);
	signal_mail(judging);
}
