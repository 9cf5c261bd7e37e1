/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "os/file.h"
#include "world/parse_private.h"

#include <assert.h>
#include <string.h>

int parse_memory(struct parse *parse)
{
	return complain(parse->yaml.complaint, ERR_MEMORY, "out of memory");
}

int parse_room(struct parse *parse, const struct parse_array *array)
{
	int error =
		array_grow(array->items, array->room, array->count, array->item_size, array->most);
	if (error == ERR_LIMIT)
		return yaml_fail(&parse->yaml, yaml_line(&parse->yaml), error, "more than %u items",
				 array->most);
	return error ? parse_memory(parse) : 0;
}

int parse_name(struct parse *parse, const uint8_t **ret_name)
{
	assert(ret_name != NULL);
	const char *text;
	uint32_t line = yaml_line(&parse->yaml);
	int error = yaml_text(&parse->yaml, &text, NULL);
	if (error)
		return error;
	struct name name;
	struct complaint why = {""};
	if (name_from_text(text, &name, &why))
		return yaml_fail(&parse->yaml, line, ERR_FORMAT, "%s", why.text);
	name_lower(name.octets);
	const uint8_t *copy = arena_take_octets(&parse->world->arena, name_size(name.octets));
	if (!copy)
		return parse_memory(parse);
	memcpy((uint8_t *)(uintptr_t)copy, name.octets, name_size(name.octets));
	*ret_name = copy;
	return 0;
}

int parse_address(struct parse *parse, struct address *ret_address)
{
	const char *text;
	uint32_t line = yaml_line(&parse->yaml);
	int error = yaml_text(&parse->yaml, &text, NULL);
	if (error)
		return error;
	struct address address;
	if (address_from_text(text, 53, &address) || address.port != 53)
		return yaml_fail(&parse->yaml, line, ERR_FORMAT, "'%.80s' is not an address", text);
	*ret_address = address;
	return 0;
}

uint32_t parse_find(const struct map *map, const void *key, size_t size)
{
	uintptr_t number = (uintptr_t)map_get(map, key, size);
	return number ? (uint32_t)(number - 1) : NONE;
}

int parse_put(struct parse *parse, struct map *map, const void *key, size_t size, uint32_t number)
{
	assert(number < NONE);
	if (map_put(map, key, size, (void *)(uintptr_t)(number + 1u), NULL))
		return parse_memory(parse);
	return 0;
}

enum section_key { WORLD, SEED, ROUTING, TSIG, SERVERS, OPERATORS, ZONES, DOMAINS, CANNED };
static const char *const sections[] = {"world",     "seed",  "routing", "tsig",   "servers",
				       "operators", "zones", "domains", "canned", NULL};

static int parse_version(struct parse *parse)
{
	uint32_t line = yaml_line(&parse->yaml);
	uint64_t version;
	int error = yaml_number(&parse->yaml, UINT32_MAX, &version);
	if (error)
		return error;
	if (version != 1)
		return yaml_fail(&parse->yaml, line, ERR_UNSUPPORTED,
				 "version %ju of the format is not known here; version 1 is",
				 (uintmax_t)version);
	return 0;
}

static int parse_tsig(struct parse *parse)
{
	const char *text;
	size_t length;
	const uint32_t line = yaml_line(&parse->yaml);
	struct complaint why = {""};
	struct tsig_key *key = &parse->world->tsig;
	int error = yaml_text(&parse->yaml, &text, &length);
	if (error)
		return error;
	if (tsig_key_read(text, length, key, &why))
		return yaml_fail(&parse->yaml, line, ERR_FORMAT, "%s", why.text);
	if (key->algorithm == TSIG_HMAC_MD5 || key->algorithm == TSIG_HMAC_SHA1)
		return yaml_fail(&parse->yaml, line, ERR_FORMAT,
				 "the world's key is a sound one: hmac-sha224 or better");
	return 0;
}

static int parse_section(struct parse *parse, int section)
{
	switch (section) {
	case WORLD:
		return parse_version(parse);
	case SEED:
		return yaml_number(&parse->yaml, INT64_MAX, &parse->world->seed);
	case ROUTING:
		return yaml_bool(&parse->yaml, &parse->world->has_routing);
	case TSIG:
		return parse_tsig(parse);
	case SERVERS:
		return parse_servers(parse);
	case OPERATORS:
		return parse_operators(parse);
	case ZONES:
		return parse_zones(parse);
	case DOMAINS:
		return parse_domains(parse);
	default:
		assert(section == CANNED);
		return parse_canned(parse);
	}
}

static int parse_sections(struct parse *parse)
{
	struct yaml *yaml = &parse->yaml;
	int last = -1;
	uint32_t seen = 0;
	int error = yaml_mapping(yaml);
	while (!error) {
		int section;
		error = yaml_key(yaml, sections, &seen, &section);
		if (error)
			return error;
		if (section == KEYS_END)
			break;
		uint32_t line = yaml_line(yaml);
		if (last < 0 && section != WORLD)
			return yaml_fail(yaml, line, ERR_FORMAT, "'world: 1' must come first");
		if (section < last)
			return yaml_fail(yaml, line, ERR_FORMAT, "'%s' must stand before '%s'",
					 sections[section], sections[last]);
		last = section;
		error = parse_section(parse, section);
	}
	if (!error && last < 0)
		return yaml_fail(yaml, 1, ERR_FORMAT, "'world: 1' must come first");
	return error ? error : yaml_end(yaml);
}

static int parse_all(struct world *world, const char *data, size_t size_bytes)
{
	/* The maps' key need not be secret: the file is the user's own. */
	static const uint8_t key[16] = "a world's names";
	struct parse parse = {.world = world, .servers = map_new(key), .operators = map_new(key)};
	int error = parse.servers && parse.operators ? 0 : ERR_MEMORY;
	if (error)
		(void)complain(world->complaint, error, "out of memory");
	else
		error = yaml_open(&parse.yaml, data, size_bytes, world->complaint);
	if (!error) {
		error = parse_sections(&parse);
		yaml_close(&parse.yaml);
	}
	map_free(parse.servers, NULL);
	map_free(parse.operators, NULL);
	return error ? error : world_link(world);
}

int world_parse(const char *data, size_t size_bytes, struct text *mistakes,
		struct complaint *complaint, struct world **ret_world)
{
	assert(ret_world != NULL && (data != NULL || size_bytes == 0));
	struct complaint own = {""};
	struct world *world = memory_take_zeroed(1, sizeof(*world));
	if (!world)
		return complain(complaint, ERR_MEMORY, "out of memory");
	arena_init(&world->arena, WORLD_ARENA_MAX, 65536);
	world->root = NONE;
	world->complaint = complaint ? complaint : &own;
	world->mistakes = mistakes;
	int error = ERR_LIMIT;
	if (size_bytes > WORLD_FILE_BYTES_MAX)
		(void)complain(complaint, error, "longer than %zu octets", WORLD_FILE_BYTES_MAX);
	else
		error = parse_all(world, data, size_bytes);
	if (error && world->mistake_count == 0 && mistakes)
		text_format(mistakes, "%s\n", world->complaint->text);
	if (!error && world->mistake_count > 0)
		error = ERR_FORMAT;
	if (error) {
		world_free(world);
		return error;
	}
	world->complaint = NULL;
	world->mistakes = NULL;
	*ret_world = world;
	return 0;
}

int world_load(const char *path, struct text *mistakes, struct complaint *complaint,
	       struct world **ret_world)
{
	assert(path != NULL && ret_world != NULL);
	char *data;
	size_t size;
	int error = file_read(path, WORLD_FILE_BYTES_MAX, complaint, &data, &size);
	if (error)
		return error;
	error = world_parse(data, size, mistakes, complaint, ret_world);
	memory_give(data);
	return error ? complain_more(complaint, error, "%s", path) : 0;
}
