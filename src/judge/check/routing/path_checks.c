/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with how addresses are announced: the same of name servers and of mail hosts. */
#include "judge/check/routing/paths.h"

#include <assert.h>
#include <string.h>

/* Words for who announces it: "AS 64496", "a set of ASes". */
static const char *origin_text(const struct paths *paths, const struct route *route)
{
	const char *text = route->as == 0
				   ? "a set of ASes"
				   : arena_format(paths->evidence->arena, "AS %u", route->as);

	return text ? text : "";
}

/* What ROAs say of its prefix must be known of all that is looked at. */
static bool is_measured(const struct paths *paths, struct verdicts *verdicts)
{
	if (!paths->is_unchecked)
		return true;
	verdict_not_measured(verdicts);
	return false;
}

static size_t count_findings(const struct verdicts *verdicts)
{
	return verdicts->finding_count;
}

/* Nothing was found, but not everything was looked at. */
static void end(const struct paths *paths, struct verdicts *verdicts, size_t findings)
{
	assert(findings <= count_findings(verdicts));
	if (paths->is_incomplete && count_findings(verdicts) == findings)
		verdict_not_measured(verdicts);
}

void paths_check_invalid(const struct paths *paths, struct verdicts *verdicts)
{
	const size_t findings = count_findings(verdicts);

	if (!is_measured(paths, verdicts) || paths_are_lost_by_rov(paths))
		return;
	for (size_t i = 0; i < paths->count; i++) {
		const struct path *path = &paths->items[i];

		for (size_t r = 0; r < path->route_count; r++) {
			const struct route *route = path->routes[r];

			if (route->validity != ROUTE_INVALID)
				continue;
			verdict(verdicts, path->view,
				"%s of the %s %s is announced by %s as %s, which is invalid: ROAs "
				"of its holder do not allow it, and networks that validate drop it",
				path->address, paths->kind, path->host, origin_text(paths, route),
				route_prefix_text(paths->evidence, route));
		}
	}
	end(paths, verdicts, findings);
}

void paths_check_lost_by_rov(const struct paths *paths, struct verdicts *verdicts)
{
	if (!is_measured(paths, verdicts))
		return;
	if (paths->is_incomplete) {
		verdict_not_measured(verdicts);
		return;
	}
	if (!paths_are_lost_by_rov(paths))
		return;
	verdict(verdicts, NULL,
		"Every route to the %ss of %s (%s) is invalid: networks that drop invalid routes "
		"reach none of them",
		paths->kind, paths->evidence->domain, paths_text(paths));
}

void paths_check_no_roa(const struct paths *paths, struct verdicts *verdicts)
{
	const size_t findings = count_findings(verdicts);

	if (!is_measured(paths, verdicts))
		return;
	for (size_t i = 0; i < paths->count; i++) {
		const struct path *path = &paths->items[i];

		if (path->route_count == 0 || path->routes[0]->validity != ROUTE_NOT_FOUND)
			continue;
		verdict(verdicts, path->view,
			"No ROA covers %s, by which %s announces %s of the %s %s: anybody who "
			"announces it is believed as much",
			route_prefix_text(paths->evidence, path->routes[0]),
			origin_text(paths, path->routes[0]), path->address, paths->kind,
			path->host);
	}
	end(paths, verdicts, findings);
}

void paths_check_max_length(const struct paths *paths, struct verdicts *verdicts)
{
	const size_t findings = count_findings(verdicts);

	if (!is_measured(paths, verdicts))
		return;
	for (size_t i = 0; i < paths->count; i++) {
		const struct path *path = &paths->items[i];

		for (size_t r = 0; r < path->route_count; r++) {
			const struct route *route = path->routes[r];

			if (route->validity != ROUTE_VALID || route->allowed <= route->bits)
				continue;
			verdict(verdicts, path->view,
				"ROAs let %s announce %s of the %s %s by prefixes up to /%u, and "
				"it announces %s: who forges that origin can announce a longer "
				"one, which is valid and wins",
				origin_text(paths, route), path->address, paths->kind, path->host,
				route->allowed, route_prefix_text(paths->evidence, route));
		}
	}
	end(paths, verdicts, findings);
}

void paths_check_not_announced(const struct paths *paths, struct verdicts *verdicts)
{
	const size_t findings = count_findings(verdicts);

	for (size_t i = 0; i < paths->count; i++) {
		const struct path *path = &paths->items[i];

		if (path->route_count == 0 || path_is_announced(path) ||
		    (path->view && !paths_can_be_announced(path->ip)))
			continue;
		verdict(verdicts, path->view,
			"No route to %s of the %s %s is known: nobody "
			"announces a prefix that it is in",
			path->address, paths->kind, path->host);
	}
	end(paths, verdicts, findings);
}

void paths_check_one_prefix(const struct paths *paths, struct verdicts *verdicts)
{
	if (paths->is_incomplete) {
		verdict_not_measured(verdicts);
		return;
	}
	const struct route *route = paths_one_prefix(paths);

	if (!route)
		return;
	verdict(verdicts, NULL,
		"All %ss of %s that work (%s) are in %s, announced by %s: without that route none "
		"is reached",
		paths->kind, paths->evidence->domain, paths_text(paths),
		route_prefix_text(paths->evidence, route), origin_text(paths, route));
}

/* What is in one prefix is in one AS, and has been told. */
void paths_check_one_as(const struct paths *paths, struct verdicts *verdicts)
{
	if (paths->is_incomplete) {
		verdict_not_measured(verdicts);
		return;
	}
	const struct route *route = paths_one_as(paths);

	if (!route || paths_one_prefix(paths))
		return;
	assert(route->as != 0);
	verdict(verdicts, NULL,
		"All %ss of %s that work (%s) are announced by %s alone: without that network none "
		"is reached",
		paths->kind, paths->evidence->domain, paths_text(paths), origin_text(paths, route));
}
