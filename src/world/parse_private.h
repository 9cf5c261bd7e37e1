/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading a world file, section by section. What a section names must have been read before, so
 * that references are resolved as they come and nothing is kept for later.
 */
#ifndef WORLD_PARSE_PRIVATE_H
#define WORLD_PARSE_PRIVATE_H

#include "base/error.h"
#include "base/map.h"
#include "world/model_private.h"
#include "world/yaml_private.h"

struct parse {
	struct world *world;
	struct yaml yaml;
	struct map *servers;   /* lower-cased wire name -> index + 1 */
	struct map *operators; /* name -> index + 1 */
};

MUST_CHECK int parse_servers(struct parse *parse);
MUST_CHECK int parse_operators(struct parse *parse);
MUST_CHECK int parse_zones(struct parse *parse);
MUST_CHECK int parse_domains(struct parse *parse);
MUST_CHECK int parse_canned(struct parse *parse);
/* shown.c: what a domain shows. */
MUST_CHECK int parse_shows(struct parse *parse, struct zone *zone);

/* A domain name, lower-cased, in the world's arena. */
MUST_CHECK int parse_name(struct parse *parse, const uint8_t **ret_name);
MUST_CHECK int parse_address(struct parse *parse, struct address *ret_address);
/* Makes room for one more of a section's items. */
struct parse_array {
	void **items;
	uint32_t *room;
	uint32_t count;
	size_t item_size;
	uint32_t most;
};
MUST_CHECK int parse_room(struct parse *parse, const struct parse_array *array);
MUST_CHECK int parse_memory(struct parse *parse);
/* What a map was given as a number, or NONE. */
uint32_t parse_find(const struct map *map, const void *key, size_t size);
MUST_CHECK int parse_put(struct parse *parse, struct map *map, const void *key, size_t size,
			 uint32_t number);

#endif
