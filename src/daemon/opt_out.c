/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/opt_out.h"

#include "base/map.h"
#include "base/memory.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <string.h>

#define LENGTHS 129u

struct opt_out {
	struct map *prefixes;
	struct map *names; /* in wire form, lower case */
	/* The lengths that occur, shortest first. */
	uint8_t lengths4[LENGTHS], lengths6[LENGTHS];
	uint8_t count4, count6;
};

static_assert(sizeof(struct address_prefix) == 18, "no padding: prefixes are map keys");

void prefix_mask(struct address_prefix *prefix)
{
	assert(prefix->bits <= 128);
	for (unsigned i = 0; i < sizeof(prefix->octets); i++) {
		unsigned kept = prefix->bits > i * 8 ? prefix->bits - i * 8 : 0;
		if (kept < 8)
			prefix->octets[i] &= (uint8_t)(0xff00u >> kept);
	}
}

static void note_length(uint8_t *lengths, uint8_t *count, uint8_t length)
{
	unsigned place = 0;
	while (place < *count && lengths[place] < length)
		place++;
	if (place < *count && lengths[place] == length)
		return;
	assert(*count < LENGTHS);
	memmove(lengths + place + 1, lengths + place, *count - place);
	lengths[place] = length;
	*count += 1;
}

static int add(struct opt_out *opt_out, const struct address_prefix *given)
{
	struct address_prefix prefix = *given;
	assert(prefix.bits <= (prefix.family == ADDRESS_IPV4 ? 32 : 128));
	prefix_mask(&prefix);
	if (prefix.family == ADDRESS_IPV4)
		note_length(opt_out->lengths4, &opt_out->count4, prefix.bits);
	else
		note_length(opt_out->lengths6, &opt_out->count6, prefix.bits);
	return map_put(opt_out->prefixes, &prefix, sizeof(prefix), opt_out, NULL);
}

/* The names follow each other; wire_settings_read() has looked at them. */
static int add_names(struct opt_out *opt_out, const uint8_t *names, size_t size)
{
	int error = OK;
	for (size_t at = 0; at < size && error == OK; at += name_size(names + at)) {
		struct name name;
		name_copy_lower(name.octets, names + at);
		error = map_put(opt_out->names, name.octets, name_size(name.octets), opt_out, NULL);
	}
	return error;
}

int opt_out_new(const struct wire_settings *settings, struct random *random,
		struct opt_out **ret_opt_out)
{
	uint8_t key[16];
	assert(settings->opt_out_count == 0 || settings->opt_outs != NULL);
	struct opt_out *opt_out = memory_take_zeroed(1, sizeof(*opt_out));
	if (opt_out == NULL)
		return ERR_MEMORY;
	random_octets(random, key, sizeof(key));
	opt_out->prefixes = map_new(key);
	opt_out->names = map_new(key);
	int error = opt_out->prefixes != NULL && opt_out->names != NULL ? OK : ERR_MEMORY;
	for (size_t i = 0; i < settings->opt_out_count && error == OK; i++)
		error = add(opt_out, &settings->opt_outs[i]);
	if (error == OK)
		error = add_names(opt_out, settings->opt_out_names, settings->opt_out_names_size);
	if (error != OK) {
		opt_out_free(opt_out);
		return error;
	}
	*ret_opt_out = opt_out;
	return OK;
}

void opt_out_free(struct opt_out *opt_out)
{
	if (opt_out == NULL)
		return;
	if (opt_out->prefixes != NULL)
		map_free(opt_out->prefixes, NULL);
	if (opt_out->names != NULL)
		map_free(opt_out->names, NULL);
	memory_give(opt_out);
}

bool opt_out_has(void *context, const struct address *address)
{
	const struct opt_out *opt_out = context;
	bool is_ipv4 = address->family == ADDRESS_IPV4;
	const uint8_t *lengths = is_ipv4 ? opt_out->lengths4 : opt_out->lengths6;
	unsigned count = is_ipv4 ? opt_out->count4 : opt_out->count6;
	struct address_prefix prefix = {.family = address->family};
	assert(is_ipv4 || address->family == ADDRESS_IPV6);
	/* Longest first, so that the same octets can be masked further and further. */
	memcpy(prefix.octets, address->octets, sizeof(prefix.octets));
	for (unsigned i = count; i > 0; i--) {
		prefix.bits = lengths[i - 1];
		prefix_mask(&prefix);
		if (map_get(opt_out->prefixes, &prefix, sizeof(prefix)) != NULL)
			return true;
	}
	return false;
}

bool opt_out_has_name(void *context, const uint8_t *name)
{
	const struct opt_out *opt_out = context;
	struct name lower;
	if (map_count(opt_out->names) == 0)
		return false;
	name_copy_lower(lower.octets, name);
	for (const uint8_t *at = lower.octets; !name_is_root(at); at = name_parent(at)) {
		if (map_get(opt_out->names, at, name_size(at)) != NULL)
			return true;
	}
	return false;
}
