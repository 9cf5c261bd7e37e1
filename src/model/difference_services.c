/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences about look-ups and sessions. */
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "model/difference_private.h"
#include "model/state_items_private.h"

#include <string.h>

/* --- look-ups ----------------------------------------------------------------------------------
 */

/* "the TXT record at _dmarc.example.com." */
static const char *lookup_words(struct difference *difference, const struct state_lookup *view)
{
	char name[NAME_TEXT_MAX];
	char type[TYPE_TEXT_MAX];
	return difference_words(difference, "the %s record at %s", type_to_text(view->type, type),
				name_to_text(view->name, name));
}

static bool has_data(const struct state_item *item, const struct state_data *data)
{
	for (size_t i = LOOKUP_VALUE_DATA; i < item->value_count; i++) {
		if (item->values[i].size == data->size &&
		    (data->size == 0 ||
		     memcmp(item->values[i].octets, data->octets, data->size) == 0))
			return true;
	}
	return false;
}

/* Records of `item` that `other` has not. */
static void tell_data(struct difference *difference, const struct state_item *item,
		      const struct state_item *other, const struct state_lookup *view,
		      const char *what)
{
	const struct state_set set = {.type = view->type, .owner = view->name};
	for (size_t i = LOOKUP_VALUE_DATA; i < item->value_count; i++) {
		if (!has_data(other, &item->values[i]))
			difference_tell(difference, "%s %s: %s", lookup_words(difference, view),
					what, difference_value(difference, &set, &item->values[i]));
	}
}

static void compare_data(struct difference *difference, const struct state_item *before,
			 const struct state_item *after, const struct state_lookup *view)
{
	const struct state_set set = {.type = view->type, .owner = view->name};
	if (before->value_count == LOOKUP_VALUE_DATA + 1 &&
	    after->value_count == LOOKUP_VALUE_DATA + 1) {
		if (!has_data(before, &after->values[LOOKUP_VALUE_DATA]))
			difference_tell(difference, "%s changed from %s to %s",
					lookup_words(difference, view),
					difference_value(difference, &set,
							 &before->values[LOOKUP_VALUE_DATA]),
					difference_value(difference, &set,
							 &after->values[LOOKUP_VALUE_DATA]));
		return;
	}
	tell_data(difference, after, before, view, "was added");
	tell_data(difference, before, after, view, "was removed");
}

static void compare_target(struct difference *difference, const struct state_lookup *before,
			   const struct state_lookup *after)
{
	char name[NAME_TEXT_MAX];
	char old[NAME_TEXT_MAX];
	char new[NAME_TEXT_MAX];
	name_to_text(after->name, name);
	if (before->target == NULL && after->target != NULL)
		difference_tell(difference, "%s is now an alias of %s", name,
				name_to_text(after->target, new));
	else if (before->target != NULL && after->target == NULL)
		difference_tell(difference, "%s is no longer an alias of %s", name,
				name_to_text(before->target, old));
	else if (before->target != NULL && !name_equal(before->target, after->target))
		difference_tell(difference, "%s was an alias of %s and is one of %s", name,
				name_to_text(before->target, old),
				name_to_text(after->target, new));
}

static void compare_lookups(struct difference *difference, const struct state_item *before,
			    const struct state_item *after)
{
	struct state_lookup old;
	struct state_lookup new;
	if (!state_read_lookup(before, &old) || !state_read_lookup(after, &new))
		return;
	const char *words = lookup_words(difference, &new);
	if (old.result != new.result)
		difference_tell(difference, "looking up %s gave %s and gives %s", words,
				lookup_result_text((enum lookup_result)old.result),
				lookup_result_text((enum lookup_result) new.result));
	compare_target(difference, &old, &new);
	compare_data(difference, before, after, &new);
	if (old.security != new.security)
		difference_tell(difference, "%s was %s and is %s", words,
				security_text((enum security)old.security),
				security_text((enum security) new.security));
}

void difference_lookup(struct difference *difference, const struct state_item *before,
		       const struct state_item *after)
{
	struct state_lookup view;
	assert(before != NULL || after != NULL);
	if (before != NULL && after != NULL)
		compare_lookups(difference, before, after);
	else if (state_read_lookup(after != NULL ? after : before, &view))
		difference_tell(difference, "%s is %s", lookup_words(difference, &view),
				after != NULL ? "looked up now" : "no longer looked up");
}

/* --- sessions ----------------------------------------------------------------------------------
 */

struct session_view {
	const char *words; /* "SMTP with mail.example.com. (192.0.2.20)" */
	uint8_t outcome, flags;
	uint16_t tls_version, status;
};

static const char *peer_words(struct difference *difference, struct reader *key)
{
	static const char *const protocols[] = {
		[SESSION_DOT] = "DoT",   [SESSION_DOH] = "DoH",     [SESSION_DOQ] = "DoQ",
		[SESSION_SMTP] = "SMTP", [SESSION_HTTPS] = "HTTPS",
	};
	static_assert(sizeof(protocols) / sizeof(protocols[0]) == SESSION_PROTOCOL_MAX + 1,
		      "a word for every protocol");
	char address[IP_TEXT_MAX];
	char name[NAME_TEXT_MAX];
	struct ip ip = difference_read_ip(key);
	uint16_t port = reader_u16(key);
	uint8_t protocol = reader_u8(key);
	size_t size = reader_left(key);
	const uint8_t *host = reader_octets(key, size);
	if (host == NULL || protocol < SESSION_DOT || protocol > SESSION_PROTOCOL_MAX ||
	    (size > 0 && !name_is_valid(host, size)))
		return NULL;
	ip_to_text(&ip, address);
	if (size == 0)
		return difference_words(difference, "%s with %s port %u", protocols[protocol],
					address, port);
	return difference_words(difference, "%s with %s (%s port %u)", protocols[protocol],
				name_to_text(host, name), address, port);
}

static bool read_session(struct difference *difference, const struct state_item *item,
			 struct session_view *ret_view)
{
	struct state_data head = difference_item_value(item, SESSION_VALUE_HEAD);
	struct reader reader;
	struct session_view view;
	reader_init(&reader, item->key.octets, item->key.size);
	view.words = peer_words(difference, &reader);
	reader_init(&reader, head.octets, head.size);
	view.outcome = reader_u8(&reader);
	view.flags = reader_u8(&reader);
	view.tls_version = reader_u16(&reader);
	view.status = reader_u16(&reader);
	if (view.words == NULL || reader.error != OK || view.outcome < SESSION_ESTABLISHED ||
	    view.outcome > SESSION_OUTCOME_MAX)
		return false;
	*ret_view = view;
	return true;
}

static const char *version_words(struct difference *difference, uint16_t version)
{
	static const char *const words[] = {"TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"};
	const uint16_t first = 0x0301;
	if (version == 0)
		return "no TLS";
	if (version >= first && version - first < (int)(sizeof(words) / sizeof(words[0])))
		return words[version - first];
	return difference_words(difference, "TLS version 0x%04x", version);
}

static void compare_flag(struct difference *difference, const struct session_view *before,
			 const struct session_view *after, uint8_t flag, const char *const words[2])
{
	if (((before->flags ^ after->flags) & flag) != 0)
		difference_tell(difference, "%s: %s", after->words,
				words[(after->flags & flag) != 0]);
}

/* The first of a list of digests: the peer's own. */
static bool same_first(const struct state_item *before, const struct state_item *after,
		       size_t place)
{
	struct state_data old = difference_item_value(before, place);
	struct state_data new = difference_item_value(after, place);
	return old.size >= STATE_DIGEST_OCTETS &&
	       new.size >= STATE_DIGEST_OCTETS &&memcmp(old.octets, new.octets,
							STATE_DIGEST_OCTETS) ==
		       0;
}

static void compare_chain(struct difference *difference, const char *words,
			  const struct state_item *before, const struct state_item *after)
{
	struct state_data old = difference_item_value(before, SESSION_VALUE_CERTIFICATES);
	struct state_data new = difference_item_value(after, SESSION_VALUE_CERTIFICATES);
	if (old.size == 0 || new.size == 0 ||
	    difference_same_value(before, after, SESSION_VALUE_CERTIFICATES))
		return;
	if (same_first(before, after, SESSION_VALUE_CERTIFICATES))
		difference_tell(difference, "%s: the certificates behind its own changed", words);
	else if (same_first(before, after, SESSION_VALUE_KEYS))
		difference_tell(difference, "%s: another certificate for the same key", words);
	else
		difference_tell(difference, "%s: another certificate and key", words);
}

static const char *alpn_words(struct difference *difference, const struct state_item *item)
{
	struct state_data alpn = difference_item_value(item, SESSION_VALUE_ALPN);
	if (alpn.size == 0)
		return "none";
	for (size_t i = 0; i < alpn.size; i++) {
		if (alpn.octets[i] < 0x20 || alpn.octets[i] >= 0x7f)
			return "something that cannot be shown";
	}
	return difference_words(difference, "%.*s", alpn.size, (const char *)alpn.octets);
}

static void compare_alpn(struct difference *difference, const char *words,
			 const struct state_item *before, const struct state_item *after)
{
	if (!difference_same_value(before, after, SESSION_VALUE_ALPN))
		difference_tell(difference, "%s: ALPN %s instead of %s", words,
				alpn_words(difference, after), alpn_words(difference, before));
}

static void compare_sessions(struct difference *difference, const struct state_item *before,
			     const struct state_item *after)
{
	static const char *const names[] = {"the certificate is no longer for that name",
					    "the certificate is for that name now"};
	static const char *const trust[] = {"the certificate is no longer trusted",
					    "the certificate is trusted now"};
	static const char *const padding[] = {"answers are no longer padded",
					      "answers are padded now"};
	struct session_view old;
	struct session_view new;
	if (!read_session(difference, before, &old) || !read_session(difference, after, &new))
		return;
	if (old.outcome != new.outcome)
		difference_tell(difference, "%s: %s instead of %s", new.words,
				session_outcome_text((enum session_outcome) new.outcome),
				session_outcome_text((enum session_outcome)old.outcome));
	/* Without a handshake there is nothing else to compare. */
	if (old.tls_version == 0 || new.tls_version == 0)
		return;
	if (old.tls_version != new.tls_version)
		difference_tell(difference, "%s: %s instead of %s", new.words,
				version_words(difference, new.tls_version),
				version_words(difference, old.tls_version));
	compare_flag(difference, &old, &new, SESSION_NAME_FITS, names);
	compare_flag(difference, &old, &new, SESSION_TRUSTED, trust);
	compare_flag(difference, &old, &new, SESSION_PADDED, padding);
	if (old.status != new.status)
		difference_tell(difference, "%s: status %u instead of %u", new.words, new.status,
				old.status);
	compare_alpn(difference, new.words, before, after);
	compare_chain(difference, new.words, before, after);
	if (!difference_same_value(before, after, SESSION_VALUE_BODY))
		difference_tell(difference, "%s: what it serves there changed", new.words);
}

void difference_session(struct difference *difference, const struct state_item *before,
			const struct state_item *after)
{
	struct session_view view;
	assert(before != NULL || after != NULL);
	if (before != NULL && after != NULL)
		compare_sessions(difference, before, after);
	else if (read_session(difference, after != NULL ? after : before, &view))
		difference_tell(difference, "%s is %s", view.words,
				after != NULL ? "tried now" : "no longer tried");
}
