/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/change/came.h"

#include "dns/wire/name.h"
#include "judge/change/past_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Before the name of an MX record's host: its preference. */
#define MX_NAME_AT 2u

struct coming {
	const struct change_past *past;
	size_t index;
	int error;
};

static const struct sight_set *set_after(const struct coming *coming, enum dimension dimension)
{
	return &coming->past->views[coming->index].sets[dimension];
}

/* NULL: no look before knew it. */
static const struct sight_set *set_before(const struct coming *coming, enum dimension dimension)
{
	const size_t before = past_before(coming->past, coming->index, dimension);
	return before == NO_SIGHT ? NULL : &coming->past->views[before].sets[dimension];
}

static void keep(struct coming *coming, struct change_came_kind *kind, const char *text)
{
	assert(kind->count <= CHANGE_CAME_MAX);
	for (size_t i = 0; i < kind->count; i++) {
		if (strcmp(kind->items[i], text) == 0)
			return;
	}
	if (kind->count == CHANGE_CAME_MAX)
		return;
	kind->items[kind->count] = arena_text(coming->past->arena, text);
	if (kind->items[kind->count] == NULL)
		coming->error = ERR_MEMORY;
	else
		kind->count++;
}

static int compare(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void sort(struct change_came_kind *kind)
{
	if (kind->count > 1)
		qsort((void *)kind->items, kind->count, sizeof(kind->items[0]), compare);
}

/* ---- names ---- */

/* NULL: none, such as the root of an MX that says no mail is taken (RFC 7505). */
static const uint8_t *name_of(const struct state_data *data, size_t at)
{
	return data->size > at && name_is_valid(data->octets + at, data->size - at) &&
			       !name_is_root(data->octets + at)
		       ? data->octets + at
		       : NULL;
}

static bool names(const struct sight_set *set, size_t at, const uint8_t *name)
{
	for (size_t i = 0; set != NULL && i < set->count; i++) {
		const uint8_t *one = name_of(&set->data[i], at);
		if (one != NULL && name_equal(one, name))
			return true;
	}
	return false;
}

static void keep_name(struct coming *coming, struct change_came_kind *kind, const uint8_t *name)
{
	char text[NAME_TEXT_MAX];
	uint8_t lower[NAME_MAX_OCTETS];
	(void)name_copy_lower(lower, name);
	name_to_text(lower, text);
	const size_t length = strlen(text);
	if (length > 1 && text[length - 1] == '.')
		text[length - 1] = '\0';
	keep(coming, kind, text);
}

/* A name server that the zone named before its parent did has not come with this. */
static void take_name_servers(struct coming *coming, enum dimension dimension,
			      struct change_came_kind *kind)
{
	const struct sight_set *set = set_after(coming, dimension);
	if (set_before(coming, SIGHT_NS) == NULL)
		return;
	for (size_t i = 0; i < set->count; i++) {
		const uint8_t *name = name_of(&set->data[i], 0);
		if (name != NULL && !names(set_before(coming, SIGHT_NS), 0, name) &&
		    !names(set_before(coming, SIGHT_APEX_NS), 0, name))
			keep_name(coming, kind, name);
	}
}

static void take_mail_hosts(struct coming *coming, struct change_came_kind *kind)
{
	const struct sight_set *set = set_after(coming, SIGHT_MX);
	const struct sight_set *before = set_before(coming, SIGHT_MX);
	for (size_t i = 0; before != NULL && i < set->count; i++) {
		const uint8_t *name = name_of(&set->data[i], MX_NAME_AT);
		if (name != NULL && !names(before, MX_NAME_AT, name))
			keep_name(coming, kind, name);
	}
}

/* ---- addresses ---- */

static bool has_address(const struct sight_set *set, const struct ip *ip)
{
	for (size_t i = 0; set != NULL && i < set->count; i++) {
		const struct sight_address one = sight_address(&set->data[i]);
		if (one.ip.family == ip->family &&
		    memcmp(one.ip.octets, ip->octets, sizeof(ip->octets)) == 0)
			return true;
	}
	return false;
}

static void take_addresses(struct coming *coming, enum dimension dimension,
			   struct change_came_kind *kind)
{
	/* Whatever it was for: an address that the domain had is none that came. */
	static const enum dimension had[] = {SIGHT_SERVERS, SIGHT_GLUE, SIGHT_MAIL, SIGHT_NAMES,
					     SIGHT_WWW};
	const struct sight_set *set = set_after(coming, dimension);
	if (set_before(coming, dimension) == NULL)
		return;
	for (size_t i = 0; i < set->count; i++) {
		const struct sight_address one = sight_address(&set->data[i]);
		char text[IP_TEXT_MAX];
		bool is_had = false;
		for (size_t j = 0; j < sizeof(had) / sizeof(had[0]) && !is_had; j++)
			is_had = has_address(set_before(coming, had[j]), &one.ip);
		if (!is_had)
			keep(coming, kind, ip_to_text(&one.ip, text));
	}
}

int change_past_came(const struct change_past *past, size_t index, struct change_came *ret_came)
{
	struct coming coming = {past, index, OK};
	struct change_came came = {0};
	assert(index < past->count && ret_came != NULL);
	take_name_servers(&coming, SIGHT_NS, &came.name_servers);
	take_name_servers(&coming, SIGHT_APEX_NS, &came.name_servers);
	take_mail_hosts(&coming, &came.mail_hosts);
	take_addresses(&coming, SIGHT_SERVERS, &came.addresses);
	take_addresses(&coming, SIGHT_GLUE, &came.addresses);
	take_addresses(&coming, SIGHT_MAIL, &came.addresses);
	sort(&came.name_servers);
	sort(&came.mail_hosts);
	sort(&came.addresses);
	if (coming.error == OK)
		*ret_came = came;
	return coming.error;
}
