/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/change/use.h"

#include "dns/wire/name.h"
#include "judge/change/classify_private.h"

#include <assert.h>
#include <sodium/crypto_hash_sha256.h>
#include <string.h>

static_assert(USE_DIGEST_OCTETS == crypto_hash_sha256_BYTES, "SHA-256");

/* Before the name of an MX record's host: its preference. */
#define MX_NAME_AT 2u
/* Before the key of a DNSKEY: flags, protocol, algorithm (RFC 4034 s2.1). */
#define DNSKEY_KEY_AT 4u
/* Before the digest of a DS: key tag, algorithm, digest type (RFC 4034 s5.1). */
#define DS_DIGEST_AT 4u

static const struct {
	enum dimension dimension;
	const char *text, *words;
} ways[] = {
	[USE_AS_PARENT_NS] = {SIGHT_NS, "parent-ns", "name server at the parent"},
	[USE_AS_ZONE_NS] = {SIGHT_APEX_NS, "zone-ns", "name server in the zone"},
	[USE_AS_GLUE] = {SIGHT_GLUE, "glue", "glue of a name server"},
	[USE_AS_SERVER_ADDRESS] = {SIGHT_SERVERS, "server-address", "address of a name server"},
	[USE_AS_MAIL_HOST] = {SIGHT_MX, "mail-host", "mail host"},
	[USE_AS_MAIL_ADDRESS] = {SIGHT_MAIL, "mail-address", "address of a mail host"},
	[USE_AS_ADDRESS] = {SIGHT_APEX, "address", "address of the domain"},
	[USE_AS_WWW] = {SIGHT_WWW, "www", "address of www"},
	[USE_AS_LOGIN] = {SIGHT_NAMES, "login", "address of a name where people log in"},
	[USE_AS_DS] = {SIGHT_DS, "ds", "key in the DS"},
	[USE_AS_DNSKEY] = {SIGHT_KEYS, "dnskey", "key in the zone"},
	[USE_AS_CDS] = {SIGHT_CDS, "cds", "key in the CDS"},
	[USE_AS_CDNSKEY] = {SIGHT_CDNSKEY, "cdnskey", "key in the CDNSKEY"},
};
static_assert(sizeof(ways) / sizeof(ways[0]) == USE_WAY_COUNT, "a row a way");

const char *use_kind_text(enum use_kind kind)
{
	static const char *const texts[] = {"ns", "prefix", "key-tag", "key-digest", "mx"};
	assert(kind <= USE_MAIL_HOST);
	return texts[kind];
}

const char *use_way_text(enum use_way way)
{
	assert(way < USE_WAY_COUNT);
	return ways[way].text;
}

const char *use_way_words(enum use_way way)
{
	assert(way < USE_WAY_COUNT);
	return ways[way].words;
}

/* --- one member of a set -----------------------------------------------------------------------
 */

static bool is_in_prefix(const struct use_query *query, unsigned family, const uint8_t *octets)
{
	const unsigned whole = query->bits / 8;
	const unsigned rest = query->bits % 8;
	assert(query->bits <= (query->ip.family == 4 ? 32 : 128));
	if (family != query->ip.family || memcmp(octets, query->ip.octets, whole) != 0)
		return false;
	return rest == 0 || (octets[whole] ^ query->ip.octets[whole]) >> (8 - rest) == 0;
}

/* The data of A and AAAA, or a name with an address. */
static bool is_address(const struct use_query *query, enum use_way way,
		       const struct state_data *data)
{
	if (way == USE_AS_ADDRESS)
		return (data->size == 4 && is_in_prefix(query, 4, data->octets)) ||
		       (data->size == 16 && is_in_prefix(query, 6, data->octets));
	const struct sight_address address = sight_address(data);
	return is_in_prefix(query, address.ip.family, address.ip.octets);
}

static bool is_host(const struct use_query *query, enum use_way way, const struct state_data *data)
{
	if (way != USE_AS_MAIL_HOST)
		return name_equal(data->octets, query->name);
	return data->size > MX_NAME_AT &&
	       name_is_valid(data->octets + MX_NAME_AT, data->size - MX_NAME_AT) &&
	       name_equal(data->octets + MX_NAME_AT, query->name);
}

static bool is_of_ds(enum use_way way)
{
	return way == USE_AS_DS || way == USE_AS_CDS;
}

static bool is_key_tag(const struct use_query *query, enum use_way way,
		       const struct state_data *data)
{
	if (data->size < DNSKEY_KEY_AT)
		return false;
	const uint16_t tag = is_of_ds(way) ? (uint16_t)(data->octets[0] << 8 | data->octets[1])
					   : classify_key_tag(data);
	return tag == query->key_tag;
}

static bool is_key_digest(const struct use_query *query, enum use_way way,
			  const struct state_data *data)
{
	uint8_t digest[crypto_hash_sha256_BYTES];
	if (is_of_ds(way))
		return data->size == DS_DIGEST_AT + USE_DIGEST_OCTETS &&
		       memcmp(data->octets + DS_DIGEST_AT, query->digest, USE_DIGEST_OCTETS) == 0;
	if (data->size <= DNSKEY_KEY_AT)
		return false;
	(void)crypto_hash_sha256(digest, data->octets, data->size);
	if (memcmp(digest, query->digest, USE_DIGEST_OCTETS) == 0)
		return true;
	/* The same key with other flags, such as one that was revoked, is the same key. */
	(void)crypto_hash_sha256(digest, data->octets + DNSKEY_KEY_AT, data->size - DNSKEY_KEY_AT);
	return memcmp(digest, query->digest, USE_DIGEST_OCTETS) == 0;
}

typedef bool is_it(const struct use_query *query, enum use_way way, const struct state_data *data);

/* What members are compared by, and as what a thing of this kind may be used. */
static const struct {
	is_it *is_it;
	unsigned int ways;
} kinds[] = {
	[USE_NAME_SERVER] = {is_host, 1u << USE_AS_PARENT_NS | 1u << USE_AS_ZONE_NS},
	[USE_PREFIX] = {is_address, 1u << USE_AS_GLUE | 1u << USE_AS_SERVER_ADDRESS |
					    1u << USE_AS_MAIL_ADDRESS | 1u << USE_AS_ADDRESS |
					    1u << USE_AS_WWW | 1u << USE_AS_LOGIN},
	[USE_KEY_TAG] = {is_key_tag, 1u << USE_AS_DS | 1u << USE_AS_DNSKEY | 1u << USE_AS_CDS |
					     1u << USE_AS_CDNSKEY},
	[USE_KEY_DIGEST] = {is_key_digest, 1u << USE_AS_DS | 1u << USE_AS_DNSKEY |
						   1u << USE_AS_CDS | 1u << USE_AS_CDNSKEY},
	[USE_MAIL_HOST] = {is_host, 1u << USE_AS_MAIL_HOST},
};

/* --- one past ----------------------------------------------------------------------------------
 */

static bool has(const struct sight_set *set, const struct use_query *query, enum use_way way)
{
	for (size_t i = 0; i < set->count; i++) {
		if (kinds[query->kind].is_it(query, way, &set->data[i]))
			return true;
	}
	return false;
}

static struct use_span find_span(const struct change_past *past, const struct use_query *query,
				 enum use_way way)
{
	struct use_span span = {0};
	bool was_known = false;
	for (size_t i = 0; i < past->count; i++) {
		const struct sight *view = &past->views[i];
		const struct sight_set *set = &view->sets[ways[way].dimension];
		if (!set->is_known)
			continue;
		if (has(set, query, way)) {
			if (span.times == 0) {
				span.first_s = view->first_s;
				span.is_from_start = !was_known;
			}
			if (span.times == 0 || span.gone_s != 0)
				span.times++;
			span.last_s = view->last_s;
			span.gone_s = 0;
		} else if (span.times > 0 && span.gone_s == 0) {
			span.gone_s = view->first_s;
		}
		was_known = true;
	}
	return span;
}

static void join(struct use_span *whole, const struct use_span *span)
{
	if (whole->times == 0) {
		*whole = *span;
		return;
	}
	if (span->first_s < whole->first_s) {
		whole->first_s = span->first_s;
		whole->is_from_start = span->is_from_start;
	}
	whole->last_s = span->last_s > whole->last_s ? span->last_s : whole->last_s;
	whole->times = span->times > whole->times ? span->times : whole->times;
	if (whole->gone_s != 0)
		whole->gone_s = span->gone_s == 0 || span->gone_s > whole->gone_s ? span->gone_s
										  : whole->gone_s;
}

bool change_past_uses(const struct change_past *past, const struct use_query *query,
		      struct use *ret_use)
{
	struct use use = {0};
	assert(query->kind <= USE_MAIL_HOST && query->bits <= 128);
	for (unsigned int i = 0; i < USE_WAY_COUNT; i++) {
		if ((kinds[query->kind].ways >> i & 1u) == 0)
			continue;
		use.ways[i] = find_span(past, query, (enum use_way)i);
		if (use.ways[i].times > 0)
			join(&use.whole, &use.ways[i]);
	}
	if (use.whole.times == 0)
		return false;
	*ret_use = use;
	return true;
}
