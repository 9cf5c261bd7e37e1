/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/routing/paths.h"

#include "base/special_address.h"
#include "base/text.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "judge/check/looked_up.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Ten mail hosts with some addresses each; more hosts are those of one operator. */
#define PATHS_MAX 256u

/* ---- gathering ---- */

static bool is_same_ip(const struct ip *left, const struct ip *right)
{
	return left->family == right->family &&
	       memcmp(left->octets, right->octets, sizeof(left->octets)) == 0;
}

static bool is_known(const struct paths *paths, const struct ip *ip)
{
	for (size_t i = 0; i < paths->count; i++)
		if (is_same_ip(paths->items[i].ip, ip))
			return true;
	return false;
}

static int take_routes(const struct observation *observation, struct arena *arena,
		       struct path *path)
{
	size_t count = 0;

	for (uint16_t i = 0; i < observation->route_count; i++)
		count += is_same_ip(&observation->routes[i].ip, path->ip);
	path->routes = arena_take_array(arena, count + 1, sizeof(struct route *));
	if (!path->routes)
		return ERR_MEMORY;
	for (uint16_t i = 0; i < observation->route_count; i++)
		if (is_same_ip(&observation->routes[i].ip, path->ip))
			path->routes[path->route_count++] = &observation->routes[i];
	return OK;
}

/* *is_new: none before has this address. */
static int add_path(struct paths *paths, const struct path *path, bool *is_new)
{
	struct path *added = &paths->items[paths->count];

	*is_new = !is_known(paths, path->ip);
	if (!*is_new)
		return OK;
	if (paths->count == PATHS_MAX) {
		paths->is_incomplete = true;
		return OK;
	}
	*added = *path;
	if (take_routes(paths->evidence->observation, paths->evidence->arena, added) != OK)
		return ERR_MEMORY;
	paths->is_incomplete |= added->route_count == 0;
	for (size_t i = 0; i < added->route_count; i++)
		paths->is_unchecked |= added->routes[i]->bits > 0 &&
				       added->routes[i]->validity == ROUTE_NOT_CHECKED;
	paths->count++;
	return OK;
}

static int paths_begin(const struct evidence *evidence, const char *kind, struct paths *paths)
{
	*paths = (struct paths){.evidence = evidence, .kind = kind};
	paths->items = arena_take_array(evidence->arena, PATHS_MAX, sizeof(*paths->items));
	return paths->items ? OK : ERR_MEMORY;
}

bool paths_can_be_announced(const struct ip *ip)
{
	return special_address_is_global(ip->family, ip->octets) ||
	       special_address_is_for_tests(ip->family, ip->octets);
}

/* Nothing can be said against it. */
static bool is_relied_upon(const struct view *view)
{
	if (!paths_can_be_announced(&view->server->ip))
		return false;
	return view->condition == CONDITION_USABLE || view->condition == CONDITION_UNREACHABLE ||
	       view->condition == CONDITION_NOT_ASKED;
}

static int add_host(struct paths *paths, const struct host *host)
{
	const struct evidence *evidence = paths->evidence;
	const char *name = evidence_name(evidence, host->name);
	bool is_machine = false;

	for (uint8_t a = 0; a < host->address_count; a++) {
		const struct view *view = &evidence->views[host->addresses[a]];
		const struct path path = {
			.ip = &view->server->ip,
			.address = view->address,
			.view = view,
			.host = name,
			.is_relied_upon = is_relied_upon(view),
		};
		bool is_new;

		if (add_path(paths, &path, &is_new) != OK)
			return ERR_MEMORY;
		is_machine |= is_new && path.is_relied_upon;
	}
	paths->machines += is_machine;
	return OK;
}

/* The order in which addresses were found differs from night to night. */
static int compare_paths(const void *left_item, const void *right_item)
{
	const struct ip *left = ((const struct path *)left_item)->ip;
	const struct ip *right = ((const struct path *)right_item)->ip;

	if (left->family != right->family)
		return left->family < right->family ? -1 : 1;
	return memcmp(left->octets, right->octets, sizeof(left->octets));
}

static void paths_end(struct paths *paths)
{
	if (paths->count > 1)
		qsort(paths->items, paths->count, sizeof(*paths->items), compare_paths);
}

int paths_of_servers(const struct evidence *evidence, struct paths *ret_paths)
{
	int error = paths_begin(evidence, "name server", ret_paths);

	for (uint8_t h = 0; error == OK && h < evidence->observation->host_count; h++)
		error = add_host(ret_paths, &evidence->observation->hosts[h]);
	if (error == OK && !evidence_knows_hosts(evidence))
		ret_paths->is_incomplete = true;
	paths_end(ret_paths);
	return error;
}

static int add_mail_address(struct paths *paths, const struct record *record, const char *name,
			    bool *is_machine)
{
	struct arena *arena = paths->evidence->arena;
	struct ip *ip = arena_take_zeroed(arena, sizeof(*ip));
	char *text = arena_take(arena, IP_TEXT_MAX);
	bool is_new;

	if (!ip || !text)
		return ERR_MEMORY;
	ip->family = record->type == TYPE_A ? 4 : 6;
	if (record->rdata_size != (record->type == TYPE_A ? 4 : 16))
		return OK;
	memcpy(ip->octets, record->rdata, record->rdata_size);
	const struct path path = {
		.ip = ip,
		.address = ip_to_text(ip, text),
		.host = name,
		.is_relied_upon = true,
	};

	if (add_path(paths, &path, &is_new) != OK)
		return ERR_MEMORY;
	*is_machine |= is_new;
	return OK;
}

/* The host of one MX record; "." is none (RFC 7505). */
static int add_mail_host(struct paths *paths, const uint8_t *host)
{
	static const uint16_t types[] = {TYPE_A, TYPE_AAAA};
	const char *name = evidence_name(paths->evidence, host);
	bool is_machine = false;

	for (size_t t = 0; host[0] != 0 && t < sizeof(types) / sizeof(types[0]); t++) {
		const struct looked_up found = look_up(paths->evidence, host, types[t]);

		if (looked_up_is_unknown(&found)) {
			paths->is_incomplete = true;
			continue;
		}
		for (uint16_t i = 0; i < found.rrset.count; i++)
			if (add_mail_address(paths, found.rrset.records[i], name, &is_machine) !=
			    OK)
				return ERR_MEMORY;
	}
	paths->machines += is_machine;
	return OK;
}

/* Any usable server's MX records: that they differ is another check's business. */
static const struct answer *mail_answer(const struct evidence *evidence)
{
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (view->condition == CONDITION_USABLE && view->answers[QUESTION_MX].message)
			return &view->answers[QUESTION_MX];
	}
	return NULL;
}

int paths_of_mail(const struct evidence *evidence, struct paths *ret_paths)
{
	const struct answer *answer = mail_answer(evidence);
	int error = paths_begin(evidence, "mail host", ret_paths);

	if (error != OK || !answer) {
		ret_paths->is_incomplete = true;
		return error;
	}
	for (uint16_t i = 0; error == OK && i < answer->rrset.count; i++) {
		const struct record *record = answer->rrset.records[i];

		const uint8_t *host = rdata_target(record);

		if (host)
			error = add_mail_host(ret_paths, host);
	}
	paths_end(ret_paths);
	return error;
}

/* ---- what they tell ---- */

bool path_is_announced(const struct path *path)
{
	assert(path->route_count > 0);
	return path->routes[0]->bits > 0;
}

bool path_is_lost_by_rov(const struct path *path)
{
	return path_is_announced(path) && path->routes[0]->validity != ROUTE_NOT_CHECKED &&
	       path->routes[0]->remains == 0;
}

bool paths_are_lost_by_rov(const struct paths *paths)
{
	bool has_any = false;

	if (paths->is_incomplete || paths->is_unchecked)
		return false;
	for (size_t i = 0; i < paths->count; i++) {
		if (!paths->items[i].is_relied_upon)
			continue;
		has_any = true;
		if (!path_is_lost_by_rov(&paths->items[i]))
			return false;
	}
	return has_any;
}

/* Are more machines than one relied upon, all by routes that are known? NULL: no. Else the first
 * address. */
static const struct path *first_of_many(const struct paths *paths)
{
	const struct path *first = NULL;

	assert(!paths->is_incomplete);
	for (size_t i = 0; i < paths->count; i++) {
		if (!paths->items[i].is_relied_upon)
			continue;
		/* It is reached by a route that the table does not have. */
		if (!path_is_announced(&paths->items[i]))
			return NULL;
		if (!first)
			first = &paths->items[i];
	}
	return paths->machines > 1 ? first : NULL;
}

static bool is_in_prefix(const struct ip *ip, const struct route *route)
{
	if (ip->family != route->ip.family)
		return false;
	for (unsigned bit = 0; bit < route->bits; bit++) {
		const unsigned mask = 0x80u >> (bit % 8);

		if ((ip->octets[bit / 8] ^ route->ip.octets[bit / 8]) & mask)
			return false;
	}
	return true;
}

const struct route *paths_one_prefix(const struct paths *paths)
{
	const struct path *first = first_of_many(paths);

	for (size_t i = 0; first && i < paths->count; i++) {
		const struct path *path = &paths->items[i];

		if (path->is_relied_upon && (path->routes[0]->bits != first->routes[0]->bits ||
					     !is_in_prefix(path->ip, first->routes[0])))
			return NULL;
	}
	return first ? first->routes[0] : NULL;
}

/* Is the address gone when this AS is? Not if anybody else announces it, or somebody unknown. */
static bool depends_on(const struct path *path, uint32_t as)
{
	for (size_t i = 0; i < path->route_count; i++)
		if (path->routes[i]->as != as || as == 0)
			return false;
	return true;
}

const struct route *paths_one_as(const struct paths *paths)
{
	const struct path *first = first_of_many(paths);

	for (size_t i = 0; first && i < paths->count; i++) {
		const struct path *path = &paths->items[i];

		if (path->is_relied_upon && !depends_on(path, first->routes[0]->as))
			return NULL;
	}
	return first ? first->routes[0] : NULL;
}

/* ---- words ---- */

const char *route_prefix_text(const struct evidence *evidence, const struct route *route)
{
	struct ip ip = route->ip;
	char text[IP_TEXT_MAX];

	for (unsigned i = 0; i < sizeof(ip.octets); i++) {
		const unsigned kept = route->bits > i * 8 ? route->bits - i * 8 : 0;

		if (kept < 8)
			ip.octets[i] &= (uint8_t)(0xff00u >> kept);
	}
	const char *prefix =
		arena_format(evidence->arena, "%s/%u", ip_to_text(&ip, text), route->bits);

	return prefix ? prefix : "";
}

const char *paths_text(const struct paths *paths)
{
	struct text text;
	size_t told = 0;
	size_t left = 0;

	text_init(&text, FINDING_SENTENCE_MAX);
	for (size_t i = 0; i < paths->count; i++) {
		if (!paths->items[i].is_relied_upon)
			continue;
		if (told < PATHS_TOLD_MAX)
			text_format(&text, "%s%s", told++ ? ", " : "", paths->items[i].address);
		else
			left++;
	}
	if (left > 0)
		text_format(&text, " and %zu more", left);
	const char *kept = arena_text(paths->evidence->arena, text_get(&text));

	text_release(&text);
	return kept ? kept : "";
}

void paths_judge(const struct evidence *evidence, struct verdicts *verdicts, paths_of *of,
		 paths_check *check)
{
	struct paths paths;

	if (evidence->observation->delegation != DELEGATION_FOUND &&
	    evidence->observation->delegation != DELEGATION_SERVED_BY_PARENT)
		return;
	if (of(evidence, &paths) != OK) {
		verdicts->error = ERR_MEMORY;
		return;
	}
	check(&paths, verdicts);
}
