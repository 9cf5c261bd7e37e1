/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Items of two states, side by side; and what there is to say of odd questions, routes and
 * transfers. */
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "model/difference_private.h"
#include "model/state_items_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *difference_words(struct difference *difference, const char *format, ...)
{
	char text[SENTENCE_CAP];
	va_list values;
	va_start(values, format);
	int length = vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	assert(length >= 0);
	const char *words = arena_text(difference->arena, text);
	if (words == NULL)
		difference->error = ERR_MEMORY;
	return words == NULL ? "" : words;
}

struct state_data difference_item_value(const struct state_item *item, size_t place)
{
	return place < item->value_count ? item->values[place] : (struct state_data){0};
}

static bool same_data(const struct state_data *left, const struct state_data *right)
{
	return left->size == right->size &&
	       (left->size == 0 || memcmp(left->octets, right->octets, left->size) == 0);
}

bool difference_same_value(const struct state_item *left, const struct state_item *right,
			   size_t place)
{
	struct state_data one = difference_item_value(left, place);
	struct state_data other = difference_item_value(right, place);
	return same_data(&one, &other);
}

static bool same_values(const struct state_item *left, const struct state_item *right)
{
	if (left->value_count != right->value_count)
		return false;
	for (size_t i = 0; i < left->value_count; i++) {
		if (!same_data(&left->values[i], &right->values[i]))
			return false;
	}
	return true;
}

struct ip difference_read_ip(struct reader *reader)
{
	struct ip ip = {.family = reader_u8(reader)};
	if (ip.family != 4 && ip.family != 6)
		reader_fail(reader, ERR_FORMAT);
	const uint8_t *octets = reader_octets(reader, ip.family == 4 ? 4 : 16);
	if (octets == NULL)
		return (struct ip){0};
	memcpy(ip.octets, octets, ip.family == 4 ? 4 : 16);
	return ip;
}

/* --- odd questions -----------------------------------------------------------------------------
 */

struct probe {
	struct ip ip;
	uint16_t port, type, rcode, flags, edns_flags;
	uint8_t kind, transport, outcome, exchange_flags, fault, edns_version;
	bool has_message, has_edns, has_answer;
};

/* False: not of a form that this program writes. */
static bool read_probe(const struct state_item *item, struct probe *ret_probe)
{
	struct probe probe = {0};
	struct reader reader;
	struct state_data head = difference_item_value(item, PROBE_VALUE_HEAD);
	reader_init(&reader, item->key.octets, item->key.size);
	probe.ip = difference_read_ip(&reader);
	probe.port = reader_u16(&reader);
	probe.kind = reader_u8(&reader);
	probe.transport = reader_u8(&reader);
	probe.type = reader_u16(&reader);
	if (reader.error != OK || head.size != PROBE_HEAD_OCTETS)
		return false;
	reader_init(&reader, head.octets, head.size);
	probe.outcome = reader_u8(&reader);
	probe.exchange_flags = reader_u8(&reader);
	probe.has_message = reader_u8(&reader) != 0;
	probe.fault = reader_u8(&reader);
	probe.rcode = reader_u16(&reader);
	probe.flags = reader_u16(&reader);
	probe.has_edns = reader_u8(&reader) != 0;
	probe.edns_version = reader_u8(&reader);
	probe.edns_flags = reader_u16(&reader);
	probe.has_answer = reader_u8(&reader) != 0;
	*ret_probe = probe;
	return probe.outcome >= OUTCOME_ANSWER && probe.outcome <= OUTCOME_NOT_ASKED &&
	       probe.fault <= MESSAGE_BAD_OPT;
}

static const char *probe_words(struct difference *difference, const struct state_item *item,
			       const struct probe *probe)
{
	static const char *const words[] = {
		[PROBE_PLAIN] = "asked",
		[PROBE_EDNS_VERSION] = "asked with EDNS version 1",
		[PROBE_EDNS_OPTION] = "asked with an unknown EDNS option",
		[PROBE_EDNS_FLAG] = "asked with an unknown EDNS flag",
		[PROBE_EDNS_SMALL] = "asked with room for 512 octets",
		[PROBE_NO_EDNS] = "asked without EDNS",
		[PROBE_NSID] = "asked for its name (NSID)",
		[PROBE_COOKIE] = "asked with its cookie",
		[PROBE_ABSENT] = "asked for a name that does not exist",
		[PROBE_RECURSION] = "asked to recurse",
		[PROBE_TRANSFER] = "asked for a zone transfer",
		[PROBE_UPDATE] = "asked for an update",
		[PROBE_TSIG] = "asked by TSIG",
		[PROBE_TSIG_MD5] = "asked by TSIG under hmac-md5",
		[PROBE_TSIG_SHA1] = "asked by TSIG under hmac-sha1",
		[PROBE_KIND_COUNT] = NULL,
	};
	char name[NAME_TEXT_MAX];
	const size_t before_name = probe->ip.family == 4 ? 11 : 23;
	if (probe->kind == PROBE_CHAOS && item->key.size > before_name &&
	    name_is_valid(item->key.octets + before_name, item->key.size - before_name))
		return difference_words(difference, "asked for %s in class CH",
					name_to_text(item->key.octets + before_name, name));
	if (probe->kind < PROBE_KIND_COUNT && words[probe->kind] != NULL)
		return words[probe->kind];
	return "asked in another way";
}

static void compare_probe_message(struct difference *difference, const char *words,
				  const struct probe *before, const struct probe *after)
{
	char old[TYPE_TEXT_MAX];
	char new[TYPE_TEXT_MAX];
	if (before->rcode != after->rcode)
		difference_tell_at(difference, 0, "%s: %s instead of %s", words,
				   rcode_to_text(after->rcode, new),
				   rcode_to_text(before->rcode, old));
	else if (before->has_answer != after->has_answer)
		difference_tell_at(difference, 0, "%s: %s", words,
				   after->has_answer ? "an answer instead of none"
						     : "no answer any more");
	if (before->flags != after->flags)
		difference_tell_at(difference, 0, "%s: header flags changed from 0x%04x to 0x%04x",
				   words, before->flags, after->flags);
	if (before->fault != after->fault)
		difference_tell_at(difference, 0, "%s: the message: %s (before: %s)", words,
				   message_fault_text((enum message_fault)after->fault),
				   message_fault_text((enum message_fault)before->fault));
	if (before->has_edns != after->has_edns)
		difference_tell_at(difference, 0, "%s: %s", words,
				   after->has_edns ? "EDNS in the reply"
						   : "no EDNS in the reply any more");
	else if (before->edns_version != after->edns_version)
		difference_tell_at(difference, 0, "%s: EDNS version changed from %u to %u", words,
				   before->edns_version, after->edns_version);
	else if (before->edns_flags != after->edns_flags)
		difference_tell_at(difference, 0, "%s: EDNS flags changed from 0x%04x to 0x%04x",
				   words, before->edns_flags, after->edns_flags);
}

static const char *version_words(struct difference *difference, struct state_data data)
{
	static const uint8_t root[] = {0};
	const struct state_set set = {.type = TYPE_TXT, .owner = root};
	return data.size == 0 ? "nothing" : difference_value(difference, &set, &data);
}

static void compare_probe(struct difference *difference, const struct state_item *before,
			  const struct state_item *after)
{
	struct probe old;
	struct probe new;
	if (!read_probe(before, &old) || !read_probe(after, &new))
		return;
	const char *words = probe_words(difference, after, &new);
	if (old.outcome != new.outcome)
		difference_tell_at(difference, 0, "%s: %s instead of %s", words,
				   outcome_text((enum outcome) new.outcome),
				   outcome_text((enum outcome)old.outcome));
	if (!old.has_message || !new.has_message)
		return;
	compare_probe_message(difference, words, &old, &new);
	if (!difference_same_value(before, after, PROBE_VALUE_OPTIONS))
		difference_tell_at(difference, 0, "%s: other EDNS options in the reply", words);
	if (!difference_same_value(before, after, PROBE_VALUE_VERSION))
		difference_tell_at(difference, 0, "%s: says %s instead of %s", words,
				   version_words(difference,
						 difference_item_value(after, PROBE_VALUE_VERSION)),
				   version_words(difference, difference_item_value(
								     before, PROBE_VALUE_VERSION)));
}

static const struct state_item *find_item(const struct state *state, const struct state_item *item)
{
	for (size_t i = 0; i < state->item_count; i++) {
		if (state_item_compare(&state->items[i], item) == 0)
			return &state->items[i];
	}
	return NULL;
}

static bool is_of_server(const struct state_item *item, const struct state_server *server)
{
	struct reader reader;
	reader_init(&reader, item->key.octets, item->key.size);
	struct ip ip = difference_read_ip(&reader);
	uint16_t port = reader_u16(&reader);
	return reader.error == OK && port == server->port && ip.family == server->ip.family &&
	       memcmp(ip.octets, server->ip.octets, sizeof(ip.octets)) == 0;
}

void difference_probes(struct difference *difference, const struct state_server *after)
{
	for (size_t i = 0; i < difference->after->item_count; i++) {
		const struct state_item *item = &difference->after->items[i];
		if (item->kind != STATE_ITEM_PROBE || !is_of_server(item, after))
			continue;
		const struct state_item *old = find_item(difference->before, item);
		if (old != NULL && !same_values(old, item))
			compare_probe(difference, old, item);
	}
}

/* --- routes ------------------------------------------------------------------------------------
 */

static struct ip network_of(struct ip ip, unsigned int bits)
{
	for (unsigned int i = 0; i < sizeof(ip.octets); i++) {
		unsigned int kept = bits > 8 * i ? bits - 8 * i : 0;
		if (kept < 8)
			ip.octets[i] &= (uint8_t)(0xff00u >> kept);
	}
	return ip;
}

/* "192.0.2.1 is announced as 192.0.2.0/24 by AS64496"; that somebody announces it again is told by
 * the announcement, and NULL here. */
static const char *route_words(struct difference *difference, const struct state_item *item,
			       bool is_new, bool is_gone)
{
	struct state_route route;
	const char *verb = is_new ? "is now" : is_gone ? "is no longer" : "is";
	char address[IP_TEXT_MAX];
	char prefix[IP_TEXT_MAX];
	if (!state_read_route(item, &route))
		return NULL;
	const unsigned int bits = route.bits;
	const uint32_t as = route.as;
	struct ip network = network_of(route.ip, bits);
	ip_to_text(&route.ip, address);
	ip_to_text(&network, prefix);
	if (bits == 0 && as == 0)
		return is_gone ? NULL
			       : difference_words(difference, "%s is announced by nobody now",
						  address);
	if (as == 0)
		return difference_words(difference, "%s %s announced as %s/%u by a set of ASes",
					address, verb, prefix, bits);
	return difference_words(difference, "%s %s announced as %s/%u by AS%u", address, verb,
				prefix, bits, as);
}

/* NULL: not checked, or not of a form that this program writes. */
static const char *validity_words(const struct state_item *item)
{
	struct state_data value = difference_item_value(item, 0);
	return value.size == 1 && value.octets[0] != ROUTE_NOT_CHECKED &&
			       value.octets[0] <= ROUTE_VALIDITY_MAX
		       ? route_validity_text((enum route_validity)value.octets[0])
		       : NULL;
}

/* Octet `index` of what ROAs allow and what is left without invalid routes. */
static unsigned int limit_of(const struct state_item *item, unsigned int index)
{
	struct state_data value = difference_item_value(item, 1);
	return value.size == 2 ? value.octets[index] : 0;
}

static void difference_limits(struct difference *difference, const char *words,
			      const struct state_item *before, const struct state_item *after)
{
	static const char *const what[2] = {"ROAs allow it prefixes up to",
					    "without invalid routes it is reached by"};
	for (unsigned int i = 0; i < 2; i++) {
		const unsigned int was = limit_of(before, i);
		const unsigned int is = limit_of(after, i);
		if (was != is)
			difference_tell(difference, "%s: %s /%u instead of /%u (0: none)", words,
					what[i], is, was);
	}
}

static void difference_route(struct difference *difference, const struct state_item *before,
			     const struct state_item *after)
{
	const struct state_item *shown = after != NULL ? after : before;
	const char *words = route_words(difference, shown, before == NULL, after == NULL);
	if (words == NULL)
		return;
	const char *validity = after == NULL ? NULL : validity_words(after);
	const char *was = before == NULL || after == NULL ? NULL : validity_words(before);
	if (before != NULL && after != NULL) {
		if (!difference_same_value(before, after, 0))
			difference_tell(difference, "%s: %s instead of %s", words,
					validity != NULL ? validity : "not checked",
					was != NULL ? was : "not checked");
		else
			difference_limits(difference, words, before, after);
	} else if (validity != NULL)
		difference_tell(difference, "%s: %s", words, validity);
	else
		difference_tell(difference, "%s", words);
}

/* --- transfers ---------------------------------------------------------------------------------
 */

static const char *digest_words(uint8_t digest)
{
	static const char *const words[] = {
		[TRANSFER_DIGEST_UNKNOWN] = "cannot be compared with its ZONEMD record",
		[TRANSFER_DIGEST_GOOD] = "is what its ZONEMD record says",
		[TRANSFER_DIGEST_ABSENT] = "has no ZONEMD record",
		[TRANSFER_DIGEST_NO_SOA] = "has not one SOA record",
		[TRANSFER_DIGEST_SERIAL] = "has a ZONEMD record of another version",
		[TRANSFER_DIGEST_UNSUPPORTED] = "has a ZONEMD record of an unknown kind",
		[TRANSFER_DIGEST_AMBIGUOUS] = "has several ZONEMD records of one kind",
		[TRANSFER_DIGEST_WRONG] = "is not what its ZONEMD record says",
	};
	return digest <= TRANSFER_DIGEST_MAX ? words[digest] : words[TRANSFER_DIGEST_UNKNOWN];
}

/* That a transfer is given or refused is told with the question. */
static void difference_transfer(struct difference *difference, const struct state_item *before,
				const struct state_item *after)
{
	static const char *const ends[] = {
		[0] = "in another way",
		[TRANSFER_WHOLE] = "whole",
		[TRANSFER_CUT] = "in part",
		[TRANSFER_BROKEN] = "with messages that cannot be read",
		[TRANSFER_LIMIT] = "larger than is taken",
	};
	char address[IP_TEXT_MAX];
	struct reader reader;
	if (before == NULL || after == NULL)
		return;
	const struct state_data old = difference_item_value(before, 0);
	const struct state_data new = difference_item_value(after, 0);
	reader_init(&reader, after->key.octets, after->key.size);
	const struct ip ip = difference_read_ip(&reader);
	if (reader.error != OK || old.size != TRANSFER_HEAD_OCTETS ||
	    new.size != TRANSFER_HEAD_OCTETS)
		return;
	const uint8_t end = new.octets[0] <= TRANSFER_END_MAX ? new.octets[0] : 0;
	if (old.octets[0] != new.octets[0])
		difference_tell(difference, "%s now transfers the zone %s",
				ip_to_text(&ip, address), ends[end]);
	else if (old.octets[1] != new.octets[1])
		difference_tell(difference, "the zone that %s transfers %s now",
				ip_to_text(&ip, address), digest_words(new.octets[1]));
}

/* --- all ---------------------------------------------------------------------------------------
 */

static void tell_item(struct difference *difference, const struct state_item *before,
		      const struct state_item *after)
{
	assert(before != NULL || after != NULL);
	switch (after != NULL ? after->kind : before->kind) {
	case STATE_ITEM_LOOKUP:
		difference_lookup(difference, before, after);
		break;
	case STATE_ITEM_SESSION:
		difference_session(difference, before, after);
		break;
	case STATE_ITEM_ROUTE:
		difference_route(difference, before, after);
		break;
	case STATE_ITEM_TRANSFER:
		difference_transfer(difference, before, after);
		break;
	default:
		break; /* told with its server; or newer than this program */
	}
}

void difference_items(struct difference *difference)
{
	const struct state *before = difference->before;
	const struct state *after = difference->after;
	size_t i = 0;
	size_t j = 0;
	while (i < before->item_count || j < after->item_count) {
		const struct state_item *old = i < before->item_count ? &before->items[i] : NULL;
		const struct state_item *new = j < after->item_count ? &after->items[j] : NULL;
		int order = old == NULL ? 1 : new == NULL ? -1 : state_item_compare(old, new);
		i += order <= 0;
		j += order >= 0;
		if (order < 0)
			tell_item(difference, old, NULL);
		else if (order > 0)
			tell_item(difference, NULL, new);
		else if (!same_values(old, new))
			tell_item(difference, old, new);
	}
}
