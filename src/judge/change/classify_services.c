/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the domain is for: mail, addresses, policies, and the networks it is in. */
#include "dns/wire/name.h"
#include "judge/change/classify_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A record shown in a sentence. */
#define RECORD_SHOWN 120

/* --- mail --------------------------------------------------------------------------------------
 */

struct sight_set classify_exchanges(struct judging *judging, const struct sight_set *mx)
{
	struct state_data *names = arena_take_array(judging->arena, mx->count + 1u, sizeof(*names));
	struct sight_set set = {.is_known = mx->is_known, .data = names};
	if (names == NULL) {
		judging->error = ERR_MEMORY;
		return (struct sight_set){0};
	}
	/* A host may be there with two preferences: then twice, which nobody minds. */
	for (size_t i = 0; i < mx->count; i++) {
		const struct state_data *data = &mx->data[i];
		if (data->size > 2 && name_is_valid(data->octets + 2, data->size - 2u))
			names[set.count++] =
				(struct state_data){data->octets + 2, (uint16_t)(data->size - 2)};
	}
	return set;
}

/* Is none of the hosts in both? The sets are not in order. */
static bool are_apart(const struct sight_set *left, const struct sight_set *right)
{
	for (size_t i = 0; i < left->count; i++) {
		for (size_t j = 0; j < right->count; j++) {
			if (name_equal(left->data[i].octets, right->data[j].octets))
				return false;
		}
	}
	return true;
}

/* " (AS 64500)" where the routes of the new hosts' addresses are known. */
static const char *mail_network(struct judging *judging)
{
	const struct sight_set *mail = &judging->after->sets[SIGHT_MAIL];
	for (size_t i = 0; i < mail->count; i++) {
		const struct sight_address address = sight_address(&mail->data[i]);
		const uint32_t as = sight_as_of(judging->after, &address.ip);
		if (as != 0)
			return judging_words(judging, " (AS %u)", as);
	}
	return "";
}

bool classify_mx_in_steps(struct judging *judging)
{
	const struct sight_pair mx = judging_pair(judging, SIGHT_MX);
	const struct sight_pair steady = judging_steady_pair(judging, SIGHT_MX);
	const struct sight_set old = classify_exchanges(judging, steady.before);
	const struct sight_set last = classify_exchanges(judging, mx.before);
	const struct sight_set new = classify_exchanges(judging, mx.after);
	return judging_changed(judging, SIGHT_MX) && old.count > 0 && new.count > 0 &&
	       are_apart(&old, &new) && (last.count == 0 || !are_apart(&old, &last)) &&
	       !(last.count > 0 && are_apart(&last, &new));
}

static void classify_mx_steps(struct judging *judging)
{
	const struct sight_pair steady = judging_steady_pair(judging, SIGHT_MX);
	if (!classify_mx_in_steps(judging))
		return;
	assert((judging->change->classes & 1u << CHANGE_MAIL_MOVED) == 0);
	judging_class(judging, CHANGE_MAIL_MOVED);
	judging_tell(judging, "in steps all mail hosts were replaced within %s: %s%s instead of %s",
		     classify_steps_took(judging, &steady),
		     judging_list(judging, steady.after, NULL, judging_exchange),
		     mail_network(judging),
		     judging_list(judging, steady.before, NULL, judging_exchange));
}

static void classify_mx(struct judging *judging)
{
	if (!judging_changed(judging, SIGHT_MX))
		return;
	const struct sight_pair mx = judging_pair(judging, SIGHT_MX);
	const struct sight_set old_hosts = classify_exchanges(judging, mx.before);
	assert(mx.before->is_known && mx.after->is_known);
	const struct sight_set new_hosts = classify_exchanges(judging, mx.after);
	const char *new = judging_list(judging, mx.after, mx.before, judging_exchange);
	const char *old = judging_list(judging, mx.before, mx.after, judging_exchange);
	if (old_hosts.count > 0 && new_hosts.count > 0 && are_apart(&old_hosts, &new_hosts)) {
		judging_class(judging, CHANGE_MAIL_MOVED);
		judging_tell(judging, "mail hosts moved to %s%s from %s after %s", new,
			     mail_network(judging), old, classify_stood(judging, SIGHT_MX));
		return;
	}
	judging_class(judging, CHANGE_MAIL_PARTLY);
	judging_tell(judging, "mail hosts or their preferences: %s added, %s removed", new, old);
	classify_mx_steps(judging);
}

static bool has_name(const struct sight_set *set, const uint8_t *name)
{
	for (size_t i = 0; i < set->count; i++) {
		if (name_equal(set->data[i].octets, name))
			return true;
	}
	return false;
}

static void tell_name(struct judging *judging, enum dimension dimension, const char *what,
		      const uint8_t *name)
{
	const struct sight_pair pair = judging_pair(judging, dimension);
	const struct sight_set before = classify_of_name(judging, pair.before, name);
	const struct sight_set after = classify_of_name(judging, pair.after, name);
	const struct state_data data = {name, (uint16_t)name_size(name)};
	if (!sight_set_differs(&before, &after))
		return;
	const char *words = judging_name(judging, &data);
	const char *new = judging_list(judging, &after, &before, judging_address);
	const char *old = judging_list(judging, &before, &after, judging_address);
	if (after.count == 0)
		judging_tell(judging, "%s %s has no address any more; it had %s", what, words, old);
	else if (before.count == 0)
		judging_tell(judging, "%s %s has %s; it had no address", what, words, new);
	else
		judging_tell(judging, "%s %s has %s instead of %s", what, words, new, old);
}

/* Addresses of names, told name by name, without those that were told already: of names that are
 * there, then of those that are gone. */
static void tell_names(struct judging *judging, enum dimension dimension, const char *what,
		       const struct sight_pair *done)
{
	const struct sight_pair pair = judging_pair(judging, dimension);
	for (size_t side = 0; side < 2; side++) {
		const struct sight_set *set = side == 0 ? pair.after : pair.before;
		const uint8_t *told = NULL;
		for (size_t i = 0; i < set->count; i++) {
			const uint8_t *name = set->data[i].octets;
			if (told != NULL && name_equal(told, name))
				continue;
			told = name;
			if ((side == 1 && has_name(pair.after, name)) ||
			    (done != NULL &&
			     (has_name(done->after, name) || has_name(done->before, name))))
				continue;
			tell_name(judging, dimension, what, name);
		}
	}
}

static void classify_mail(struct judging *judging)
{
	classify_mx(judging);
	if (!judging_changed(judging, SIGHT_MAIL) || judging_changed(judging, SIGHT_MX))
		return;
	judging_class(judging, CHANGE_MAIL_ADDRESSES);
	tell_names(judging, SIGHT_MAIL, "mail host", NULL);
}

static void classify_addresses(struct judging *judging)
{
	if (judging_changed(judging, SIGHT_APEX)) {
		const struct sight_pair apex = judging_pair(judging, SIGHT_APEX);
		judging_class(judging, CHANGE_ADDRESSES);
		judging_tell(judging, "addresses of the domain itself: %s instead of %s",
			     judging_list(judging, apex.after, apex.before, judging_rdata_address),
			     judging_list(judging, apex.before, apex.after, judging_rdata_address));
	}
	if (judging_changed(judging, SIGHT_WWW)) {
		judging_class(judging, CHANGE_ADDRESSES);
		tell_names(judging, SIGHT_WWW, "the name", NULL);
	}
	if (judging_changed(judging, SIGHT_NAMES)) {
		judging_class(judging, CHANGE_ADDRESSES);
		const struct sight_pair mail = judging_pair(judging, SIGHT_MAIL);
		const bool is_mail_told =
			(judging->change->classes & 1u << CHANGE_MAIL_ADDRESSES) != 0;
		tell_names(judging, SIGHT_NAMES, "the name", is_mail_told ? &mail : NULL);
	}
}

/* --- policies ----------------------------------------------------------------------------------
 */

static const char *text_words(struct judging *judging, const struct state_data *data)
{
	char text[RECORD_SHOWN + 1];
	size_t size = data->size < RECORD_SHOWN ? data->size : RECORD_SHOWN;
	for (size_t i = 0; i < size; i++) {
		const uint8_t octet = data->octets[i];
		text[i] = octet >= 0x20 && octet < 0x7f ? (char)octet : '?';
	}
	text[size] = '\0';
	return judging_words(judging, "'%s%s'", text, data->size > size ? "..." : "");
}

/* Flags, length of the tag, tag, value (RFC 8659 s4.1). */
static const char *caa_words(struct judging *judging, const struct state_data *data)
{
	if (data->size < 2 || data->octets[1] > data->size - 2)
		return "something malformed";
	const uint8_t tag_size = data->octets[1];
	const struct state_data tag = {data->octets + 2, tag_size};
	const struct state_data value = {data->octets + 2 + tag_size,
					 (uint16_t)(data->size - 2 - tag_size)};
	return judging_words(judging, "%s %s", text_words(judging, &tag),
			     text_words(judging, &value));
}

static void classify_policies(struct judging *judging)
{
	static const struct {
		enum dimension dimension;
		const char *words;
		judging_one *one;
	} rows[] = {{SIGHT_SPF, "SPF", text_words},
		    {SIGHT_DMARC, "DMARC", text_words},
		    {SIGHT_STS, "MTA-STS", text_words},
		    {SIGHT_CAA, "CAA", caa_words}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!judging_changed(judging, rows[i].dimension))
			continue;
		const struct sight_pair pair = judging_pair(judging, rows[i].dimension);
		const char *new = judging_list(judging, pair.after, pair.before, rows[i].one);
		assert(pair.before->count > 0 || pair.after->count > 0);
		const char *old = judging_list(judging, pair.before, pair.after, rows[i].one);
		judging_class(judging, CHANGE_POLICY);
		if (pair.after->count == 0)
			judging_tell(judging, "%s removed after %s: %s", rows[i].words,
				     classify_stood(judging, rows[i].dimension), old);
		else if (pair.before->count == 0)
			judging_tell(judging, "%s added: %s", rows[i].words, new);
		else
			judging_tell(judging, "%s: %s instead of %s", rows[i].words, new, old);
	}
}

static const char *as_words(struct judging *judging, const struct state_data *data)
{
	uint32_t as = 0;
	assert(data->size == 4);
	for (size_t i = 0; i < 4; i++)
		as = as << 8 | data->octets[i];
	return judging_words(judging, "AS %u", as);
}

static void classify_networks(struct judging *judging)
{
	if (!judging_changed(judging, SIGHT_AS))
		return;
	const struct sight_pair networks = judging_pair(judging, SIGHT_AS);
	judging_class(judging, CHANGE_NETWORKS);
	judging_tell(judging, "networks of its servers: %s added, %s removed",
		     judging_list(judging, networks.after, networks.before, as_words),
		     judging_list(judging, networks.before, networks.after, as_words));
}

void classify_services(struct judging *judging)
{
	classify_mail(judging);
	classify_addresses(judging);
	classify_policies(judging);
	classify_networks(judging);
}
