/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/change/facts.h"

#include "dns/wire/name.h"
#include "judge/change/past_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Before the name of an MX record's host: its preference. */
#define MX_NAME_AT 2u

static const struct sight *newest(const struct change_past *past, enum dimension dimension,
				  int64_t before_s)
{
	for (size_t i = past->count; i > 0; i--) {
		if (past->views[i - 1].first_s < before_s &&
		    past->views[i - 1].sets[dimension].is_known)
			return &past->views[i - 1];
	}
	return NULL;
}

static int take_names(const struct change_past *past, enum dimension dimension, int64_t before_s,
		      struct change_names *ret_names)
{
	const struct sight *view = newest(past, dimension, before_s);
	const size_t at = dimension == SIGHT_MX ? MX_NAME_AT : 0;
	size_t count = 0;
	if (view == NULL)
		return OK;
	const struct sight_set *set = &view->sets[dimension];
	const uint8_t **items = arena_take_array(past->arena, set->count + 1u, sizeof(*items));
	if (items == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < set->count; i++) {
		const struct state_data *data = &set->data[i];
		if (data->size <= at || !name_is_valid(data->octets + at, data->size - at) ||
		    name_is_root(data->octets + at))
			continue;
		items[count++] = data->octets + at;
	}
	*ret_names = (struct change_names){.is_known = true, .count = count, .items = items};
	return OK;
}

/* The set holds the two names of SOA records without the numbers behind them. */
static const uint8_t *rname_of(const struct sight_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct state_data *data = &set->data[i];
		size_t at = 0;
		while (at < data->size && data->octets[at] != 0)
			at += 1u + data->octets[at];
		at++;
		if (at < data->size && name_is_valid(data->octets + at, data->size - at))
			return data->octets + at;
	}
	return NULL;
}

int change_past_facts(const struct change_past *past, int64_t before_s,
		      struct change_facts *ret_facts)
{
	struct change_facts facts = {.contact = NULL};
	assert(past != NULL);
	int error = take_names(past, SIGHT_NS, before_s, &facts.name_servers);
	if (error == OK)
		error = take_names(past, SIGHT_APEX_NS, before_s, &facts.zone_servers);
	if (error == OK)
		error = take_names(past, SIGHT_MX, before_s, &facts.mail_hosts);
	if (error != OK)
		return error;
	const struct sight *view = newest(past, SIGHT_SOA, before_s);
	if (view != NULL) {
		facts.contact = rname_of(&view->sets[SIGHT_SOA]);
		facts.contact_s = view->last_s < before_s ? view->last_s : before_s - 1;
	}
	*ret_facts = facts;
	return OK;
}

bool change_contact_mail(const uint8_t *rname, char *ret_mail, size_t room)
{
	char host[NAME_TEXT_MAX];
	assert(rname != NULL && ret_mail != NULL);
	const uint8_t size = rname[0];
	if (size == 0 || name_is_root(rname + 1 + size) || room <= (size_t)size + 1)
		return false;
	for (uint8_t i = 0; i < size; i++) {
		const uint8_t octet = rname[1 + i];
		/* RFC 5321 s4.1.2: what an address has without quotes around it. */
		if (octet <= ' ' || octet >= 0x7f || strchr("\"(),:;<>@[\\]", octet) != NULL)
			return false;
	}
	(void)name_to_text(rname + 1 + size, host);
	host[strlen(host) - 1] = '\0';
	const int length =
		snprintf(ret_mail, room, "%.*s@%s", (int)size, (const char *)(rname + 1), host);
	return length > 0 && (size_t)length < room;
}
