/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/keys/keys.h"

#include "base/memory.h"
#include "dns/dnssec/key.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "judge/keys/keys_private.h"

#include <assert.h>
#include <string.h>

/* Names, keys and addresses of as many zones as any top-level domain has. */
#define POOL_OCTETS_MAX ((size_t)64 << 30)
/* One observation's messages. */
#define SCRATCH_OCTETS_MAX ((size_t)64 << 20)
/* An RSA key field is a modulus, an exponent and a length; RDATA has an end. */
#define KEY_OCTETS_MAX 65536

struct keys *keys_new(struct random *random)
{
	struct keys *keys = memory_take_zeroed(1, sizeof(*keys));
	uint8_t hash_key[16];

	if (!keys)
		return NULL;
	random_octets(random, hash_key, sizeof(hash_key));
	pool_init(&keys->zones, hash_key, POOL_OCTETS_MAX);
	pool_init(&keys->keys, hash_key, POOL_OCTETS_MAX);
	pool_init(&keys->marks, hash_key, POOL_OCTETS_MAX);
	return keys;
}

void keys_free(struct keys *keys)
{
	if (!keys)
		return;
	pool_release(&keys->zones);
	pool_release(&keys->keys);
	pool_release(&keys->marks);
	memory_give(keys->uses_of_key);
	memory_give(keys->zone_rows);
	memory_give(keys->uses);
	memory_give(keys->zone_marks);
	memory_give(keys);
}

static int find_zone(struct keys *keys, const uint8_t *name, uint32_t *ret_zone)
{
	const uint32_t before = keys->zones.count;
	struct name lower;
	const size_t size = name_copy_lower(lower.octets, name);
	int error = array_room((void **)&keys->zone_rows, &keys->zone_room, before,
			       sizeof(*keys->zone_rows));

	if (error == OK)
		error = pool_add(&keys->zones, (struct octets){lower.octets, size}, ret_zone);
	if (error == OK && keys->zones.count > before)
		keys->zone_rows[before] = (struct zone_row){.marks = NONE};
	return error;
}

static int find_key(struct keys *keys, struct octets identity, uint32_t *ret_key)
{
	const uint32_t before = keys->keys.count;
	int error = array_room((void **)&keys->uses_of_key, &keys->uses_room_by_key, before,
			       sizeof(*keys->uses_of_key));

	if (error == OK)
		error = pool_add(&keys->keys, identity, ret_key);
	if (error == OK && keys->keys.count > before) {
		keys->uses_of_key[before] = NONE;
		if (identity.start[0] == 'R')
			keys->moduli_octets += identity.size - 1;
	}
	return error;
}

/* Servers give the same keys one after the other: the newest use tells. What comes twice in another
 * order is found out when it matters. */
static int add_use(struct keys *keys, uint32_t key, const struct key_use *use)
{
	const uint32_t newest = keys->uses_of_key[key];
	int error;

	assert(key < keys->keys.count && use->zone < keys->zones.count);
	if (newest != NONE && keys->uses[newest].zone == use->zone)
		return OK;
	error = array_room((void **)&keys->uses, &keys->use_room, keys->use_count,
			   sizeof(*keys->uses));
	if (error < 0)
		return error;
	keys->zone_rows[use->zone].has_key = true;
	keys->uses[keys->use_count] = *use;
	keys->uses[keys->use_count].next = newest;
	keys->uses_of_key[key] = keys->use_count++;
	return OK;
}

/* What makes a key the same key: not its flags, and for RSA neither its exponent nor its hash. */
static size_t identify(const struct dnskey_rdata *key, uint8_t ret_identity[KEY_OCTETS_MAX])
{
	const uint8_t *octets = key->key;
	size_t size = key->key_size;

	ret_identity[0] = key->algorithm;
	if (key_rsa_modulus(key, &octets, &size))
		ret_identity[0] = 'R';
	assert(size < KEY_OCTETS_MAX);
	memcpy(ret_identity + 1, octets, size);
	return size + 1;
}

/* 'R' is 82, no algorithm that anybody could sign with; it must not pass for a modulus. */
static bool is_wanted(const struct dnskey_rdata *key)
{
	return key->flags & DNSKEY_ZONE && !(key->flags & DNSKEY_REVOKE) && key->key_size > 0 &&
	       key->algorithm != 'R';
}

static int add_key(struct keys *keys, const struct record *record)
{
	uint8_t identity[KEY_OCTETS_MAX];
	struct dnskey_rdata dnskey;
	struct key_use use = {.next = NONE};
	uint32_t key;

	if (rdata_dnskey(record, &dnskey) < 0 || !is_wanted(&dnskey))
		return OK;
	const size_t size = identify(&dnskey, identity);

	if (identity[0] == 'R' && (size - 1 > KEYS_MODULUS_OCTETS_MAX ||
				   keys->moduli_octets + size > KEYS_MODULI_OCTETS_MAX)) {
		keys->too_large++;
		return OK;
	}
	use.tag = key_tag(record->rdata, record->rdata_size);
	use.algorithm = dnskey.algorithm;
	int error = find_zone(keys, record->owner, &use.zone);

	if (error == OK)
		error = find_key(keys, (struct octets){identity, size}, &key);
	return error == OK ? add_use(keys, key, &use) : error;
}

int keys_add_record(struct keys *keys, const struct record *record)
{
	uint32_t zone;
	int error;

	if (record->class != CLASS_IN)
		return OK;
	if (record->type == TYPE_DNSKEY)
		return add_key(keys, record);
	if (record->type != TYPE_NS)
		return OK;
	error = find_zone(keys, record->owner, &zone);
	return error == OK ? keys_add_server_name(keys, zone, rdata_target(record)) : error;
}

int keys_add_address(struct keys *keys, const uint8_t *zone, const struct ip *ip)
{
	uint8_t mark[1 + sizeof(ip->octets)] = {'A'};
	uint32_t index;
	int error = find_zone(keys, zone, &index);

	memcpy(mark + 1, ip->octets, sizeof(ip->octets));
	return error == OK ? keys_add_mark(keys, index, (struct octets){mark, sizeof(mark)})
			   : error;
}

static int add_message_keys(struct keys *keys, const struct observation *observation,
			    const struct message *message, bool *ret_any)
{
	int error = OK;

	if (message->rcode != RCODE_NOERROR || !(message->flags & FLAG_AA))
		return OK;
	for (uint16_t i = 0; i < message->record_count && error == OK; i++) {
		const struct record *record = &message->records[i];

		if (record->section != SECTION_ANSWER || record->type != TYPE_DNSKEY ||
		    !name_equal(record->owner, observation->domain))
			continue;
		*ret_any = true;
		error = keys_add_record(keys, record);
	}
	return error;
}

static int add_servers(struct keys *keys, const struct observation *observation)
{
	uint32_t zone;
	int error = find_zone(keys, observation->domain, &zone);

	for (uint8_t i = 0; i < observation->host_count && error == OK; i++)
		if (observation->hosts[i].flags & HOST_AT_PARENT)
			error = keys_add_server_name(keys, zone, observation->hosts[i].name);
	for (uint8_t i = 0; i < observation->server_count && error == OK; i++)
		if (observation->servers[i].asked)
			error = keys_add_address(keys, observation->domain,
						 &observation->servers[i].ip);
	return error;
}

int keys_add_observation(struct keys *keys, const struct observation *observation)
{
	struct arena scratch;
	uint16_t last = MESSAGE_NONE;
	bool has_keys = false;
	int error = OK;

	arena_init(&scratch, SCRATCH_OCTETS_MAX, 0);
	for (uint16_t i = 0; i < observation->exchange_count && error == OK; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		struct message message;

		if (exchange->server == SERVER_PARENT || exchange->type != TYPE_DNSKEY ||
		    exchange->message == MESSAGE_NONE || exchange->message == last)
			continue;
		last = exchange->message;
		const struct kept_message *kept = &observation->messages[last];

		error = message_walk(&scratch, kept->wire, kept->size, &message);
		if (error == OK)
			error = add_message_keys(keys, observation, &message, &has_keys);
	}
	arena_release(&scratch);
	return error == OK && has_keys ? add_servers(keys, observation) : error;
}

static int merge_zone(struct keys *keys, const struct keys *other, uint32_t zone)
{
	uint32_t own;
	int error = find_zone(keys, other->zones.items[zone].start, &own);

	for (uint32_t at = other->zone_rows[zone].marks; at != NONE && error == OK;
	     at = other->zone_marks[at].next)
		error = keys_add_mark(keys, own, other->marks.items[other->zone_marks[at].mark]);
	return error;
}

static int merge_key(struct keys *keys, const struct keys *other, uint32_t key)
{
	const struct octets *identity = &other->keys.items[key];
	uint32_t own;

	if (key_is_rsa(other, key) &&
	    keys->moduli_octets + identity->size > KEYS_MODULI_OCTETS_MAX) {
		keys->too_large++;
		return OK;
	}
	int error = find_key(keys, *identity, &own);

	for (uint32_t at = other->uses_of_key[key]; at != NONE && error == OK;
	     at = other->uses[at].next) {
		struct key_use use = other->uses[at];

		error = find_zone(keys, other->zones.items[use.zone].start, &use.zone);
		if (error == OK)
			error = add_use(keys, own, &use);
	}
	return error;
}

int keys_merge(struct keys *keys, const struct keys *other)
{
	int error = OK;

	assert(keys != other);
	for (uint32_t zone = 0; zone < other->zones.count && error == OK; zone++)
		error = merge_zone(keys, other, zone);
	for (uint32_t key = 0; key < other->keys.count && error == OK; key++)
		error = merge_key(keys, other, key);
	keys->too_large += other->too_large;
	return error;
}
