/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/scan_wire.h"

#include "base/text.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <string.h>

#define SETTINGS_FIXED_OCTETS 80u
#define ADDRESS_OCTETS 19u
#define PREFIX_OCTETS 18u
/* Name, algorithm, size of the secret, secret. */
#define TSIG_KEY_OCTETS_MAX (NAME_MAX_OCTETS + 3u + TSIG_SECRET_MAX)
/* Type, class, TTL, size. */
#define RECORD_FIXED_OCTETS 10u

/* ---- addresses and names ---- */

static void write_address(struct writer *writer, const struct address *address)
{
	writer_u8(writer, address->family);
	writer_octets(writer, address->octets, sizeof(address->octets));
	writer_u16(writer, address->port);
}

/* Octets that a family does not use must be zero: addresses are compared by memory. */
static bool octets_fit(uint8_t family, const uint8_t octets[16])
{
	static const uint8_t zero[12];
	if (family == ADDRESS_IPV4)
		return memcmp(octets + 4, zero, sizeof(zero)) == 0;
	return family == ADDRESS_IPV6;
}

static void read_address(struct reader *reader, struct address *ret_address)
{
	*ret_address = (struct address){.family = reader_u8(reader)};
	const uint8_t *octets = reader_octets(reader, sizeof(ret_address->octets));
	ret_address->port = reader_u16(reader);
	if (octets == NULL)
		return;
	memcpy(ret_address->octets, octets, sizeof(ret_address->octets));
	if (!octets_fit(ret_address->family, octets))
		reader_fail(reader, ERR_FORMAT);
}

static const uint8_t *read_name(struct reader *reader)
{
	const uint8_t *name = reader->next;
	size_t left = reader_left(reader);
	size_t size = 0;
	while (size < left && size < NAME_MAX_OCTETS && name[size] != 0)
		size += 1u + name[size];
	if (size >= left || size >= NAME_MAX_OCTETS || !name_is_valid(name, size + 1)) {
		reader_fail(reader, ERR_FORMAT);
		return NULL;
	}
	return reader_octets(reader, size + 1);
}

int wire_target_read(struct reader *reader, const uint8_t **ret_name)
{
	if (reader->error != OK)
		return reader->error;
	if (reader_left(reader) == 0)
		return ERR_NOT_FOUND;
	const uint8_t *name = read_name(reader);
	if (name == NULL)
		return reader->error;
	*ret_name = name;
	return OK;
}

/* ---- settings ---- */

static const char *routing_of(const struct wire_settings *settings)
{
	return settings->routing != NULL ? settings->routing : "";
}

size_t wire_settings_size(const struct wire_settings *settings)
{
	size_t size = SETTINGS_FIXED_OCTETS + strlen(settings->vantage) +
		      strlen(settings->scanner) + strlen(routing_of(settings));
	size += settings->ca_file != NULL ? strlen(settings->ca_file) : 0;
	size += settings->hint_count * ADDRESS_OCTETS;
	size += settings->opt_out_count * PREFIX_OCTETS;
	size += settings->opt_out_names_size + sizeof(uint32_t);
	size += settings->asked_size + sizeof(uint32_t);
	size += settings->suffixes_size + sizeof(uint32_t);
	size += sizeof(uint8_t) + (settings->tsig_key != NULL ? TSIG_KEY_OCTETS_MAX : 0);
	for (size_t i = 0; i < settings->anchor_count; i++)
		size += NAME_MAX_OCTETS + RECORD_FIXED_OCTETS + settings->anchors[i].rdata_size;
	return size;
}

static void write_lists(struct writer *writer, const struct wire_settings *settings)
{
	writer_u32(writer, (uint32_t)settings->hint_count);
	for (size_t i = 0; i < settings->hint_count; i++)
		write_address(writer, &settings->hints[i]);
	writer_u32(writer, (uint32_t)settings->anchor_count);
	for (size_t i = 0; i < settings->anchor_count; i++) {
		const struct record *anchor = &settings->anchors[i];
		writer_octets(writer, anchor->owner, name_size(anchor->owner));
		writer_u16(writer, anchor->type);
		writer_u16(writer, anchor->class);
		writer_u32(writer, anchor->ttl);
		writer_u16(writer, anchor->rdata_size);
		writer_octets(writer, anchor->rdata, anchor->rdata_size);
	}
	writer_u32(writer, (uint32_t)settings->opt_out_count);
	for (size_t i = 0; i < settings->opt_out_count; i++) {
		const struct address_prefix *prefix = &settings->opt_outs[i];
		writer_u8(writer, prefix->family);
		writer_u8(writer, prefix->bits);
		writer_octets(writer, prefix->octets, sizeof(prefix->octets));
	}
	writer_u32(writer, (uint32_t)settings->opt_out_names_size);
	writer_octets(writer, settings->opt_out_names, settings->opt_out_names_size);
	writer_u32(writer, (uint32_t)settings->suffixes_size);
	writer_octets(writer, settings->suffixes, settings->suffixes_size);
}

static void write_tsig_key(struct writer *writer, const struct tsig_key *key)
{
	writer_u8(writer, key != NULL);
	if (key == NULL)
		return;
	assert(key->secret_size > 0 && key->secret_size <= TSIG_SECRET_MAX);
	writer_octets(writer, key->name.octets, name_size(key->name.octets));
	writer_u8(writer, key->algorithm);
	writer_u16(writer, key->secret_size);
	writer_octets(writer, key->secret, key->secret_size);
}

void wire_words_write(struct writer *writer, const char *words)
{
	size_t size = strlen(words);
	assert(size <= UINT8_MAX);
	writer_u8(writer, (uint8_t)size);
	writer_octets(writer, words, size);
}

void wire_settings_write(struct writer *writer, const struct wire_settings *settings)
{
	assert(strlen(settings->vantage) <= SETTINGS_VANTAGE_MAX);
	assert(strlen(settings->scanner) <= SETTINGS_SCANNER_MAX);
	assert(strlen(routing_of(settings)) <= SETTINGS_ROUTING_MAX);
	assert(settings->hint_count <= SETTINGS_HINTS_MAX);
	assert(settings->anchor_count <= SETTINGS_ANCHORS_MAX);
	assert(settings->opt_out_count <= SETTINGS_OPT_OUTS_MAX);
	assert(settings->opt_out_names_size <= SETTINGS_OPT_OUT_NAMES_OCTETS_MAX);
	assert(settings->suffixes_size <= SETTINGS_SUFFIXES_OCTETS_MAX);
	assert(settings->asked_size <= SETTINGS_ASKED_OCTETS_MAX);
	writer_u32(writer, settings->needs);
	writer_u32(writer, settings->rate_total);
	writer_u32(writer, settings->rate_per_server);
	writer_u32(writer, settings->domains_in_flight);
	writer_u8(writer, settings->is_leased);
	writer_octets(writer, settings->case_secret, sizeof(settings->case_secret));
	wire_words_write(writer, settings->vantage);
	wire_words_write(writer, settings->scanner);
	wire_words_write(writer, settings->ca_file != NULL ? settings->ca_file : "");
	writer_u8(writer, settings->is_in_world);
	writer_u64(writer, settings->routing_octets);
	wire_words_write(writer, routing_of(settings));
	write_lists(writer, settings);
	write_tsig_key(writer, settings->tsig_key);
	writer_u32(writer, (uint32_t)settings->asked_size);
	writer_octets(writer, settings->asked, settings->asked_size);
}

struct list_shape {
	size_t most;
	size_t octets_min; /* of an item in the frame */
	size_t item_size;  /* in memory */
};

/* A count that the octets left can hold, and an array of that many. */
static void *read_count(struct arena *arena, struct reader *reader, const struct list_shape *shape,
			size_t *ret_count)
{
	uint32_t count = reader_u32(reader);
	if (reader->error != OK)
		return NULL;
	if (count > shape->most || (size_t)count * shape->octets_min > reader_left(reader)) {
		reader_fail(reader, ERR_FORMAT);
		return NULL;
	}
	void *items = arena_take_array(arena, count, shape->item_size);
	if (items == NULL)
		reader_fail(reader, ERR_MEMORY);
	*ret_count = items != NULL ? count : 0;
	return items;
}

static void read_anchors(struct arena *arena, struct reader *reader, struct wire_settings *settings)
{
	static const struct list_shape shape = {SETTINGS_ANCHORS_MAX, RECORD_FIXED_OCTETS + 1,
						sizeof(struct record)};
	struct record *anchors = read_count(arena, reader, &shape, &settings->anchor_count);
	settings->anchors = anchors;
	for (size_t i = 0; anchors != NULL && i < settings->anchor_count; i++) {
		anchors[i].owner = read_name(reader);
		anchors[i].type = reader_u16(reader);
		anchors[i].class = reader_u16(reader);
		anchors[i].ttl = reader_u32(reader);
		anchors[i].rdata_size = reader_u16(reader);
		anchors[i].rdata = reader_octets(reader, anchors[i].rdata_size);
	}
}

static void read_hints(struct arena *arena, struct reader *reader, struct wire_settings *settings)
{
	static const struct list_shape shape = {SETTINGS_HINTS_MAX, ADDRESS_OCTETS,
						sizeof(struct address)};
	struct address *hints = read_count(arena, reader, &shape, &settings->hint_count);
	settings->hints = hints;
	for (size_t i = 0; hints != NULL && i < settings->hint_count; i++)
		read_address(reader, &hints[i]);
}

static void read_opt_outs(struct arena *arena, struct reader *reader,
			  struct wire_settings *settings)
{
	static const struct list_shape shape = {SETTINGS_OPT_OUTS_MAX, PREFIX_OCTETS,
						sizeof(struct address_prefix)};
	struct address_prefix *prefixes =
		read_count(arena, reader, &shape, &settings->opt_out_count);
	settings->opt_outs = prefixes;
	for (size_t i = 0; prefixes != NULL && i < settings->opt_out_count; i++) {
		prefixes[i].family = reader_u8(reader);
		prefixes[i].bits = reader_u8(reader);
		const uint8_t *octets = reader_octets(reader, sizeof(prefixes[i].octets));
		if (octets == NULL)
			return;
		memcpy(prefixes[i].octets, octets, sizeof(prefixes[i].octets));
		uint8_t most = prefixes[i].family == ADDRESS_IPV4 ? 32 : 128;
		if (!octets_fit(prefixes[i].family, octets) || prefixes[i].bits > most)
			reader_fail(reader, ERR_FORMAT);
	}
}

/* Names one behind the other, all of them whole. */
static const uint8_t *read_names(struct reader *reader, size_t most, size_t *ret_size)
{
	struct reader names;
	uint32_t size = reader_u32(reader);
	*ret_size = 0;
	if (size > most) {
		reader_fail(reader, ERR_FORMAT);
		return NULL;
	}
	const uint8_t *octets = reader_octets(reader, size);
	if (octets == NULL || size == 0)
		return NULL;
	reader_init(&names, octets, size);
	while (names.error == OK && reader_left(&names) > 0)
		(void)read_name(&names);
	if (names.error != OK) {
		reader_fail(reader, ERR_FORMAT);
		return NULL;
	}
	*ret_size = size;
	return octets;
}

static void read_suffixes(struct reader *reader, struct wire_settings *settings)
{
	uint32_t size = reader_u32(reader);
	if (size > SETTINGS_SUFFIXES_OCTETS_MAX) {
		reader_fail(reader, ERR_FORMAT);
		return;
	}
	settings->suffixes = (const char *)reader_octets(reader, size);
	settings->suffixes_size = settings->suffixes != NULL ? size : 0;
}

static void read_tsig_key(struct arena *arena, struct reader *reader,
			  struct wire_settings *settings)
{
	const uint8_t is_there = reader_u8(reader);
	if (is_there > 1)
		reader_fail(reader, ERR_FORMAT);
	if (is_there != 1)
		return;
	const uint8_t *name = read_name(reader);
	const uint8_t algorithm = reader_u8(reader);
	const uint16_t size = reader_u16(reader);
	const uint8_t *secret = reader_octets(reader, size);
	if (name == NULL || secret == NULL)
		return;
	if (algorithm >= TSIG_ALGORITHM_COUNT || size == 0 || size > TSIG_SECRET_MAX) {
		reader_fail(reader, ERR_FORMAT);
		return;
	}
	struct tsig_key *key = arena_take_zeroed(arena, sizeof(*key));
	if (key == NULL) {
		reader_fail(reader, ERR_MEMORY);
		return;
	}
	(void)name_copy_lower(key->name.octets, name);
	/* One form: what is read is written the same. */
	if (memcmp(key->name.octets, name, name_size(name)) != 0) {
		reader_fail(reader, ERR_FORMAT);
		return;
	}
	key->algorithm = algorithm;
	key->secret_size = size;
	memcpy(key->secret, secret, size);
	settings->tsig_key = key;
}

const char *wire_words_read(struct arena *arena, struct reader *reader, size_t most)
{
	uint8_t size = reader_u8(reader);
	const uint8_t *octets = reader_octets(reader, size);
	if (octets == NULL)
		return NULL;
	if (size > most || memchr(octets, 0, size) != NULL) {
		reader_fail(reader, ERR_FORMAT);
		return NULL;
	}
	char *text = arena_take_zeroed(arena, (size_t)size + 1);
	if (text == NULL) {
		reader_fail(reader, ERR_MEMORY);
		return NULL;
	}
	memcpy(text, octets, size);
	return text;
}

int wire_settings_read(struct arena *arena, struct reader *reader,
		       struct wire_settings *ret_settings)
{
	struct wire_settings settings = {
		.needs = reader_u32(reader),
		.rate_total = reader_u32(reader),
		.rate_per_server = reader_u32(reader),
		.domains_in_flight = reader_u32(reader),
	};
	uint8_t leased = reader_u8(reader);
	const uint8_t *secret = reader_octets(reader, sizeof(settings.case_secret));
	if (secret != NULL)
		memcpy(settings.case_secret, secret, sizeof(settings.case_secret));
	settings.is_leased = leased == 1;
	settings.vantage = wire_words_read(arena, reader, SETTINGS_VANTAGE_MAX);
	settings.scanner = wire_words_read(arena, reader, SETTINGS_SCANNER_MAX);
	settings.ca_file = wire_words_read(arena, reader, SETTINGS_PATH_MAX);
	uint8_t in_world = reader_u8(reader);
	settings.is_in_world = in_world == 1;
	settings.routing_octets = reader_u64(reader);
	settings.routing = wire_words_read(arena, reader, SETTINGS_ROUTING_MAX);
	read_hints(arena, reader, &settings);
	read_anchors(arena, reader, &settings);
	read_opt_outs(arena, reader, &settings);
	settings.opt_out_names =
		read_names(reader, SETTINGS_OPT_OUT_NAMES_OCTETS_MAX, &settings.opt_out_names_size);
	read_suffixes(reader, &settings);
	read_tsig_key(arena, reader, &settings);
	settings.asked = read_names(reader, SETTINGS_ASKED_OCTETS_MAX, &settings.asked_size);
	if (reader->error == OK && (reader_left(reader) > 0 || leased > 1 || in_world > 1))
		reader_fail(reader, ERR_FORMAT);
	if (reader->error != OK)
		return reader->error;
	*ret_settings = settings;
	return OK;
}

/* ---- the small ones ---- */

int wire_finish(struct reader *reader)
{
	if (reader->error == OK && reader_left(reader) > 0)
		reader_fail(reader, ERR_FORMAT);
	return reader->error;
}

void wire_tokens_write(struct writer *writer, const struct wire_tokens *tokens)
{
	write_address(writer, &tokens->server);
	writer_u32(writer, tokens->count);
}

int wire_tokens_read(struct reader *reader, struct wire_tokens *ret_tokens)
{
	struct wire_tokens tokens;
	read_address(reader, &tokens.server);
	tokens.count = reader_u32(reader);
	int error = wire_finish(reader);
	if (error == OK)
		*ret_tokens = tokens;
	return error;
}

void wire_counts_write(struct writer *writer, const struct wire_counts *counts)
{
	writer_u64(writer, counts->queries);
	writer_u64(writer, counts->answers);
	writer_u32(writer, counts->in_flight);
	writer_u8(writer, counts->network);
}

int wire_counts_read(struct reader *reader, struct wire_counts *ret_counts)
{
	struct wire_counts counts = {
		.queries = reader_u64(reader),
		.answers = reader_u64(reader),
		.in_flight = reader_u32(reader),
		.network = reader_u8(reader),
	};
	int error = wire_finish(reader);
	if (error == OK)
		*ret_counts = counts;
	return error;
}

void wire_failed_write(struct writer *writer, int error, const struct complaint *complaint)
{
	size_t size = strnlen(complaint->text, COMPLAINT_MAX - 1);
	assert(error < 0 && error >= -255);
	writer_u8(writer, (uint8_t)-error);
	writer_octets(writer, complaint->text, size);
}

int wire_failed_read(struct reader *reader, int *ret_error, struct complaint *ret_complaint)
{
	uint8_t code = reader_u8(reader);
	size_t size = reader_left(reader);
	const char *text = (const char *)reader_octets(reader, size);
	/* A sentence goes to somebody's terminal. */
	if (text == NULL || code == 0 || size >= COMPLAINT_MAX || !text_is_plain(text, size))
		return ERR_FORMAT;
	memcpy(ret_complaint->text, text, size);
	ret_complaint->text[size] = 0;
	*ret_error = -(int)code;
	return OK;
}
