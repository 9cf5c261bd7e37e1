/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of the servers: where they are, and what they speak. */
#include "base/bytes.h"
#include "dns/wire/type.h"
#include "judge/check/facts/facts_private.h"
#include "judge/check/routing/paths.h"
#include "judge/check/ways.h"

#include <assert.h>
#include <string.h>

/* What stands before the options in an OPT record: root, type, class, TTL. */
#define OPT_FIXED_OCTETS 9u
/* Client's part and server's (RFC 7873 s4). */
#define COOKIE_MIN_OCTETS 16u

/* How an address answered over that protocol; several attempts: any that stood. */
static enum fact_state answers_over(const struct evidence *evidence, const struct view *view,
				    uint8_t protocol)
{
	const struct observation *observation = evidence->observation;
	enum fact_state found = FACT_UNKNOWN;

	for (uint16_t i = 0; i < observation->session_count; i++) {
		const struct session *session = &observation->sessions[i];

		if (session->protocol != protocol || session->outcome == SESSION_UNREACHABLE ||
		    session->ip.family != view->server->ip.family ||
		    memcmp(session->ip.octets, view->server->ip.octets,
			   sizeof(session->ip.octets)) != 0)
			continue;
		if (session->outcome == SESSION_ESTABLISHED)
			return FACT_PRESENT;
		found = FACT_ABSENT;
	}
	return found;
}

static enum fact_state has_dot(const struct evidence *evidence, const struct view *view)
{
	return answers_over(evidence, view, SESSION_DOT);
}

static enum fact_state has_doh(const struct evidence *evidence, const struct view *view)
{
	return answers_over(evidence, view, SESSION_DOH);
}

static enum fact_state has_doq(const struct evidence *evidence, const struct view *view)
{
	return answers_over(evidence, view, SESSION_DOQ);
}

/* Is there a cookie of the server's in these octets of an OPT record? */
static bool opt_has_cookie(const struct exchange *exchange)
{
	struct reader reader;

	reader_init(&reader, exchange->opt, exchange->opt_size);
	(void)reader_octets(&reader, OPT_FIXED_OCTETS);
	(void)reader_u16(&reader);
	while (reader.error == OK && reader_left(&reader) > 0) {
		const uint16_t option = reader_u16(&reader);
		const uint16_t size = reader_u16(&reader);

		(void)reader_octets(&reader, size);
		if (reader.error == OK && option == EDNS_COOKIE && size >= COOKIE_MIN_OCTETS)
			return true;
	}
	return false;
}

/* Plain questions carry a client's cookie; who knows cookies answers it with one. */
static enum fact_state gives_cookies(const struct evidence *evidence, const struct view *view)
{
	const struct exchange *soa = view->answers[QUESTION_SOA].exchange;
	const struct message *message = view->answers[QUESTION_SOA].message;
	uint16_t size = 0;

	(void)evidence;
	if (!soa || !message || soa->transport != TRANSPORT_UDP || soa->flags & EXCHANGE_SHARED)
		return FACT_UNKNOWN;
	if (soa->flags & EXCHANGE_OPT_CUT)
		return facts_truth(true, opt_has_cookie(soa));
	return facts_truth(true, message_option(message, EDNS_COOKIE, &size) != NULL &&
					 size >= COOKIE_MIN_OCTETS);
}

static enum fact_state find_ipv6(const struct evidence *evidence)
{
	const struct ways ways = ways_find(evidence);
	const uint8_t wanted = ways.name_count > 1 ? 2 : 1;

	if (ways.count6 >= wanted)
		return FACT_PRESENT;
	return facts_truth(ways.is_known && ways.name_count > 0, false);
}

/* What a ROA says of an address holds whether or not anybody answers there. */
static enum fact_state find_roa(const struct paths *paths)
{
	enum fact_state worst = facts_truth(
		paths->count > 0 && !paths->is_incomplete && !paths->is_unchecked, true);

	for (size_t i = 0; i < paths->count; i++) {
		const struct path *path = &paths->items[i];

		for (size_t r = 0; r < path->route_count; r++)
			if (path->routes[r]->bits > 0)
				worst = facts_worse(
					worst,
					facts_truth(path->routes[r]->validity != ROUTE_NOT_CHECKED,
						    path->routes[r]->validity == ROUTE_VALID));
	}
	return worst;
}

/* Two that answer from two networks are enough. That there is no second one is said only where
 * every server was seen: one that is out of order today may stand elsewhere. */
static enum fact_state find_two_networks(const struct paths *paths)
{
	bool has_silent = false;

	if (paths->is_incomplete || paths->machines == 0)
		return FACT_UNKNOWN;
	for (size_t i = 0; i < paths->count; i++) {
		if (!paths->items[i].is_relied_upon)
			has_silent = true;
		else if (!path_is_announced(&paths->items[i]))
			return FACT_UNKNOWN;
	}
	if (paths->machines > 1 && !paths_one_as(paths))
		return FACT_PRESENT;
	return facts_truth(!has_silent, false);
}

static int find_routing(const struct evidence *evidence, struct facts *facts)
{
	struct paths paths;
	const int error = paths_of_servers(evidence, &paths);

	if (error != OK)
		return error;
	facts->states[FACT_ROA_NS] = find_roa(&paths);
	facts->states[FACT_TWO_NETWORKS] = find_two_networks(&paths);
	return OK;
}

int facts_of_servers(const struct evidence *evidence, struct facts *facts)
{
	const unsigned needs = evidence->observation->needs;

	facts->states[FACT_IPV6_NS] = find_ipv6(evidence);
	facts->states[FACT_COOKIES] = facts_over_views(evidence, gives_cookies);
	if (needs & NEED_DOT)
		facts->states[FACT_DOT] = facts_over_views(evidence, has_dot);
	if (needs & NEED_DOH)
		facts->states[FACT_DOH] = facts_over_views(evidence, has_doh);
	if (needs & NEED_DOQ)
		facts->states[FACT_DOQ] = facts_over_views(evidence, has_doq);
	return needs & NEED_ROUTES ? find_routing(evidence, facts) : OK;
}
