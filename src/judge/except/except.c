/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/except/except.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/memory.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <string.h>

/* EXCEPTIONS_MAX with every text at its limit, twice: 100,000 of some 3 KiB. */
#define EXCEPTIONS_OCTETS_MAX ((size_t)1 << 30)
/* Scope, and a name in wire form, a prefix with family and length, or an operator's name. */
#define KEY_ROOM (2u + EXCEPTION_WHOSE_ROOM)
#define PREFIX_BITS_MAX 128u

/* Exceptions of one name make a chain, the newest first. */
struct entry {
	struct exception exception;
	uint32_t before; /* 1 + the index of the next in the chain; 0: none */
};

struct exceptions {
	struct arena arena;
	struct entry *entries;
	size_t count, room;
	struct map *chains; /* key -> 1 + the index of the chain's first */
	bool has_scope[EXCEPTION_FOR_SERVER + 1];
	bool has_prefix[2]
		       [PREFIX_BITS_MAX + 1]; /* of IPv4, of IPv6: are there any of this length? */
};

struct key {
	size_t size;
	uint8_t octets[KEY_ROOM];
};

/* ---- keys ---- */

static uint8_t lower(char character)
{
	return (uint8_t)(character >= 'A' && character <= 'Z' ? character + 32 : character);
}

static void key_of_name(enum exception_scope scope, const uint8_t *name, struct key *key)
{
	static_assert(1 + NAME_MAX_OCTETS <= KEY_ROOM, "every name has room");
	key->octets[0] = (uint8_t)scope;
	key->size = 1 + name_copy_lower(key->octets + 1, name);
}

/* Without regard to case and a final dot, as operators are compared everywhere. */
static void key_of_operator(const char *name, struct key *key)
{
	size_t length = strnlen(name, EXCEPTION_WHOSE_ROOM);
	if (length > 0 && name[length - 1] == '.')
		length--;
	key->octets[0] = EXCEPTION_FOR_OPERATOR;
	for (size_t i = 0; i < length; i++)
		key->octets[1 + i] = lower(name[i]);
	key->size = 1 + length;
	assert(key->size <= sizeof(key->octets));
}

static void key_of_prefix(const struct ip *ip, unsigned bits, struct key *key)
{
	assert(bits <= PREFIX_BITS_MAX);
	key->octets[0] = EXCEPTION_FOR_SERVER;
	key->octets[1] = ip->family;
	key->octets[2] = (uint8_t)bits;
	key->size = 3 + sizeof(ip->octets);
	memset(key->octets + 3, 0, sizeof(ip->octets));
	memcpy(key->octets + 3, ip->octets, (bits + 7) / 8);
	if (bits % 8 != 0)
		key->octets[3 + bits / 8] &= (uint8_t)(0xff << (8 - bits % 8));
}

/* False: its text is none that the store takes. */
static bool key_of(const struct exception *exception, struct key *key, struct ip *ret_ip,
		   uint8_t *ret_bits)
{
	struct name name;
	switch (exception->scope) {
	case EXCEPTION_FOR_OPERATOR:
		key_of_operator(exception->whose, key);
		return true;
	case EXCEPTION_FOR_SERVER:
		if (exception_prefix_from_text(exception->whose, ret_ip, ret_bits, NULL) != OK)
			return false;
		key_of_prefix(ret_ip, *ret_bits, key);
		return true;
	case EXCEPTION_FOR_DOMAIN:
	case EXCEPTION_FOR_SUFFIX:
		break;
	}
	if (name_from_text(exception->whose, &name, NULL) != OK)
		return false;
	key_of_name(exception->scope, name.octets, key);
	return true;
}

/* ---- the definition ---- */

static bool has_whose(const struct exception *exception, const struct exception_subject *subject)
{
	struct key wanted, found;
	struct ip ip, server;
	struct name name;
	uint8_t bits = 0;
	if (!key_of(exception, &wanted, &ip, &bits))
		return false;
	switch (exception->scope) {
	case EXCEPTION_FOR_DOMAIN:
		key_of_name(EXCEPTION_FOR_DOMAIN, subject->domain, &found);
		return found.size == wanted.size &&
		       memcmp(found.octets, wanted.octets, found.size) == 0;
	case EXCEPTION_FOR_SUFFIX:
		return name_from_text(exception->whose, &name, NULL) == OK &&
		       name_is_under(subject->domain, name.octets);
	case EXCEPTION_FOR_SERVER:
		if (subject->server == NULL || ip_from_text(subject->server, &server) != OK ||
		    server.family != ip.family)
			return false;
		key_of_prefix(&server, bits, &found);
		return memcmp(found.octets, wanted.octets, wanted.size) == 0;
	case EXCEPTION_FOR_OPERATOR:
		break;
	}
	for (size_t i = 0; i < subject->operator_count; i++) {
		key_of_operator(subject->operators[i], &found);
		if (found.size == wanted.size &&
		    memcmp(found.octets, wanted.octets, found.size) == 0)
			return true;
	}
	return false;
}

static bool has_what(const struct exception *exception, const struct exception_subject *subject)
{
	if (exception->about == EXCEPTION_OF_CODE)
		return subject->code != NULL && exception_has_code(exception, subject->code);
	return subject->practice != NULL && strcmp(exception->what, subject->practice) == 0;
}

bool exception_covers(const struct exception *exception, const struct exception_subject *subject)
{
	assert(subject->domain != NULL && (subject->code == NULL) != (subject->practice == NULL));
	return has_what(exception, subject) && has_whose(exception, subject);
}

bool exception_expired_since(const struct exception *exception, int64_t since_s, int64_t time_s)
{
	return exception_standing(exception, time_s) == EXCEPTION_EXPIRED &&
	       exception->until_s > since_s;
}

/* ---- many ---- */

int exceptions_new(struct exceptions **ret_exceptions)
{
	/* Only the owner of a store puts names in; nobody else could choose them to collide. */
	static const uint8_t key[16] = {0};
	struct exceptions *exceptions = memory_take_zeroed(1, sizeof(*exceptions));
	if (exceptions == NULL)
		return ERR_MEMORY;
	arena_init(&exceptions->arena, EXCEPTIONS_OCTETS_MAX, 0);
	exceptions->chains = map_new(key);
	if (exceptions->chains == NULL) {
		exceptions_free(exceptions);
		return ERR_MEMORY;
	}
	*ret_exceptions = exceptions;
	return OK;
}

void exceptions_free(struct exceptions *exceptions)
{
	if (exceptions == NULL)
		return;
	map_free(exceptions->chains, NULL);
	memory_give(exceptions->entries);
	arena_release(&exceptions->arena);
	memory_give(exceptions);
}

static int make_room(struct exceptions *exceptions)
{
	if (exceptions->count < exceptions->room)
		return OK;
	if (exceptions->count >= EXCEPTIONS_MAX)
		return ERR_LIMIT;
	const size_t wanted = exceptions->room == 0 ? 16 : exceptions->room * 2;
	void *bigger = memory_resize(exceptions->entries, wanted * sizeof(struct entry));
	if (bigger == NULL)
		return ERR_MEMORY;
	exceptions->entries = bigger;
	exceptions->room = wanted;
	return OK;
}

static int copy(struct arena *arena, const struct exception *from, struct exception *to)
{
	*to = *from;
	to->what = arena_text(arena, from->what);
	to->whose = arena_text(arena, from->whose);
	to->reason = arena_text(arena, from->reason);
	to->by = arena_text(arena, from->by);
	if (from->withdrawn_by != NULL)
		to->withdrawn_by = arena_text(arena, from->withdrawn_by);
	const bool is_whole = to->what && to->whose && to->reason && to->by &&
			      (from->withdrawn_by == NULL || to->withdrawn_by);
	return is_whole ? OK : ERR_MEMORY;
}

int exceptions_take(void *context, const struct exception *exception)
{
	struct exceptions *exceptions = context;
	struct key key;
	struct ip ip = {0};
	uint8_t bits = 0;
	int error = make_room(exceptions);
	if (error == OK && !key_of(exception, &key, &ip, &bits))
		error = ERR_FORMAT;
	if (error != OK)
		return error;
	struct entry *entry = &exceptions->entries[exceptions->count];
	error = copy(&exceptions->arena, exception, &entry->exception);
	if (error != OK)
		return error;
	entry->before = (uint32_t)(uintptr_t)map_get(exceptions->chains, key.octets, key.size);
	error = map_put(exceptions->chains, key.octets, key.size,
			(void *)(uintptr_t)(exceptions->count + 1), NULL);
	if (error != OK)
		return error;
	exceptions->count++;
	assert(exceptions->count <= exceptions->room);
	exceptions->has_scope[exception->scope] = true;
	if (exception->scope == EXCEPTION_FOR_SERVER)
		exceptions->has_prefix[ip.family == 6][bits] = true;
	return OK;
}

size_t exceptions_count(const struct exceptions *exceptions)
{
	return exceptions->count;
}

const struct exception *exceptions_at(const struct exceptions *exceptions, size_t index)
{
	assert(index < exceptions->count);
	return &exceptions->entries[index].exception;
}

size_t exceptions_index(const struct exceptions *exceptions, const struct exception *exception)
{
	static_assert(offsetof(struct entry, exception) == 0, "an exception is its entry");
	const struct entry *entry = (const void *)exception;
	assert(entry >= exceptions->entries && entry < exceptions->entries + exceptions->count);
	return (size_t)(entry - exceptions->entries);
}

bool exceptions_name_operators(const struct exceptions *exceptions)
{
	return exceptions->has_scope[EXCEPTION_FOR_OPERATOR];
}

/* ---- asking ---- */

struct search {
	const struct exceptions *exceptions;
	const struct exception_subject *subject;
	bool is_for_expired;
	int64_t since_s, time_s;
	const struct exception *best;
};

static bool is_timely(const struct search *search, const struct exception *exception)
{
	if (search->is_for_expired)
		return exception_expired_since(exception, search->since_s, search->time_s);
	return exception_standing(exception, search->time_s) == EXCEPTION_IN_FORCE;
}

static bool is_better(const struct exception *ours, const struct exception *theirs)
{
	if (theirs == NULL || ours->kind != theirs->kind)
		return theirs == NULL || ours->kind < theirs->kind;
	/* Without an end it lasts longest. */
	const uint64_t our_end = (uint64_t)ours->until_s - 1;
	const uint64_t their_end = (uint64_t)theirs->until_s - 1;
	return our_end != their_end ? our_end > their_end : ours->number < theirs->number;
}

/* All of the chain; what the key says fits already. */
static void try_chain(struct search *search, const struct key *key)
{
	const struct exceptions *exceptions = search->exceptions;
	uintptr_t next = (uintptr_t)map_get(exceptions->chains, key->octets, key->size);
	while (next != 0) {
		assert(next <= exceptions->count);
		const struct entry *entry = &exceptions->entries[next - 1];
		if (has_what(&entry->exception, search->subject) &&
		    is_timely(search, &entry->exception) &&
		    is_better(&entry->exception, search->best))
			search->best = &entry->exception;
		next = entry->before;
	}
}

static void try_names(struct search *search)
{
	const struct exceptions *exceptions = search->exceptions;
	const uint8_t *name = search->subject->domain;
	assert(name_size(name) <= NAME_MAX_OCTETS);
	struct key key;
	if (exceptions->has_scope[EXCEPTION_FOR_DOMAIN]) {
		key_of_name(EXCEPTION_FOR_DOMAIN, name, &key);
		try_chain(search, &key);
	}
	if (!exceptions->has_scope[EXCEPTION_FOR_SUFFIX])
		return;
	for (size_t labels = name_labels(name) + 1; labels > 0; labels--) {
		key_of_name(EXCEPTION_FOR_SUFFIX, name_suffix(name, labels - 1), &key);
		try_chain(search, &key);
	}
}

static void try_servers(struct search *search)
{
	const struct exceptions *exceptions = search->exceptions;
	const char *server = search->subject->server;
	struct key key;
	struct ip ip;
	if (!exceptions->has_scope[EXCEPTION_FOR_SERVER] || server == NULL ||
	    ip_from_text(server, &ip) != OK)
		return;
	const unsigned most = ip.family == 6 ? 128 : 32;
	for (unsigned bits = 0; bits <= most; bits++) {
		if (!exceptions->has_prefix[ip.family == 6][bits])
			continue;
		key_of_prefix(&ip, bits, &key);
		try_chain(search, &key);
	}
}

static const struct exception *search_all(struct search *search)
{
	const struct exception_subject *subject = search->subject;
	struct key key;
	assert(subject->domain != NULL && (subject->code == NULL) != (subject->practice == NULL));
	if (search->exceptions->count == 0)
		return NULL;
	try_names(search);
	try_servers(search);
	if (search->exceptions->has_scope[EXCEPTION_FOR_OPERATOR])
		for (size_t i = 0; i < subject->operator_count; i++) {
			key_of_operator(subject->operators[i], &key);
			try_chain(search, &key);
		}
	return search->best;
}

const struct exception *exceptions_find(const struct exceptions *exceptions,
					const struct exception_subject *subject, int64_t time_s)
{
	struct search search = {.exceptions = exceptions, .subject = subject, .time_s = time_s};
	return search_all(&search);
}

const struct exception *exceptions_find_expired(const struct exceptions *exceptions,
						const struct exception_subject *subject,
						int64_t since_s, int64_t time_s)
{
	struct search search = {.exceptions = exceptions,
				.subject = subject,
				.is_for_expired = true,
				.since_s = since_s,
				.time_s = time_s};
	return search_all(&search);
}
