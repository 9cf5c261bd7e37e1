/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/parse_private.h"

#include <assert.h>
#include <string.h>

/* ---- servers ---- */

enum server_key { NAME, ADDRESSES, BEHAVIOUR, AS, PLACE, TRANSPORTS, COOKIES };
static const char *const server_keys[] = {"name",  "addresses",  "behaviour", "as",
					  "place", "transports", "cookies",   NULL};
static const char *const places[] = {"builtin", "knot", "nsd", "bind", "pdns", "empty", NULL};
static_assert(sizeof(places) / sizeof(places[0]) == PLACE_COUNT + 1, "one word a place");

static int parse_addresses(struct parse *parse, struct world_server *server)
{
	struct address addresses[SERVER_ADDRESSES_MAX];
	uint32_t count = 0;
	bool more;
	int error = yaml_list(&parse->yaml);
	while (!error && !(error = yaml_more(&parse->yaml, &more)) && more) {
		if (count == SERVER_ADDRESSES_MAX)
			return yaml_fail(&parse->yaml, yaml_line(&parse->yaml), ERR_LIMIT,
					 "more than %u addresses", SERVER_ADDRESSES_MAX);
		error = parse_address(parse, &addresses[count++]);
	}
	if (error)
		return error;
	server->address_count = count;
	server->addresses = arena_copy(&parse->world->arena, addresses, count * sizeof(*addresses));
	return server->addresses ? 0 : parse_memory(parse);
}

static int parse_behaviours(struct parse *parse, struct world_server *server)
{
	const char *names[BEHAVIOUR_COUNT + 1] = {NULL};
	for (enum behaviour i = 0; i < BEHAVIOUR_COUNT; i++)
		names[i] = behaviour_row(i)->name;
	bool more;
	int error = yaml_list(&parse->yaml);
	while (!error && !(error = yaml_more(&parse->yaml, &more)) && more) {
		uint32_t line = yaml_line(&parse->yaml);
		int behaviour;
		error = yaml_choice(&parse->yaml, "behaviour", names, &behaviour);
		if (error)
			return error;
		const char *other =
			behaviour_conflict(server->behaviours, (enum behaviour)behaviour);
		if (other)
			world_mistake(parse->world, line, "a server cannot be '%s' and '%s'", other,
				      names[behaviour]);
		server->behaviours |= BEHAVIOUR_BIT(behaviour);
	}
	return error;
}

static int parse_transports(struct parse *parse, struct world_server *server)
{
	static const char *const words[] = {"dot", "doh", "doq", NULL};
	bool more;
	int error = yaml_list(&parse->yaml);
	while (!error && !(error = yaml_more(&parse->yaml, &more)) && more) {
		int choice;
		error = yaml_choice(&parse->yaml, "transport", words, &choice);
		if (!error)
			server->transports |= (uint8_t)(1u << choice);
	}
	return error;
}
static_assert(SERVER_DOT == 1 && SERVER_DOH == 2 && SERVER_DOQ == 4, "a bit a word");

static int parse_server_value(struct parse *parse, int key, struct world_server *server)
{
	uint64_t as;
	bool has_cookies;
	int place;
	int error;
	switch (key) {
	case NAME:
		return parse_name(parse, &server->name);
	case ADDRESSES:
		return parse_addresses(parse, server);
	case BEHAVIOUR:
		return parse_behaviours(parse, server);
	case AS:
		error = yaml_number(&parse->yaml, UINT32_MAX, &as);
		if (!error)
			server->as = (uint32_t)as;
		return error;
	case TRANSPORTS:
		return parse_transports(parse, server);
	case COOKIES:
		error = yaml_bool(&parse->yaml, &has_cookies);
		if (!error)
			server->without_cookies = !has_cookies;
		return error;
	default:
		assert(key == PLACE);
		error = yaml_choice(&parse->yaml, "place", places, &place);
		if (!error)
			server->place = (uint8_t)place;
		return error;
	}
}

static int add_server(struct parse *parse, const struct world_server *server)
{
	struct world *world = parse->world;
	if (!server->name || server->address_count == 0)
		return yaml_fail(&parse->yaml, server->line, ERR_FORMAT,
				 "a server needs a name and an address");
	size_t size = name_size(server->name);
	if (parse_find(parse->servers, server->name, size) != NONE) {
		char text[NAME_TEXT_MAX];
		world_mistake(world, server->line, "server '%s' is here twice",
			      name_to_text(server->name, text));
		return 0;
	}
	const struct parse_array array = {
		.items = (void **)&world->servers,
		.room = &world->server_room,
		.count = world->server_count,
		.item_size = sizeof(*server),
		.most = WORLD_SERVERS_MAX,
	};
	int error = parse_room(parse, &array);
	if (error)
		return error;
	world->servers[world->server_count] = *server;
	return parse_put(parse, parse->servers, server->name, size, world->server_count++);
}

int parse_servers(struct parse *parse)
{
	bool more;
	int error = yaml_list(&parse->yaml);
	while (!error && !(error = yaml_more(&parse->yaml, &more)) && more) {
		struct world_server server = {.line = yaml_line(&parse->yaml), .host_zone = NONE};
		uint32_t seen = 0;
		int key = 0;
		error = yaml_mapping(&parse->yaml);
		while (!error && !(error = yaml_key(&parse->yaml, server_keys, &seen, &key)) &&
		       key != KEYS_END)
			error = parse_server_value(parse, key, &server);
		if (!error)
			error = add_server(parse, &server);
	}
	return error;
}

/* ---- operators ---- */

enum operator_key { OPERATOR_NAME, OPERATOR_GROUP, OPERATOR_SERVERS };
static const char *const operator_keys[] = {"name", "group", "servers", NULL};

static int parse_server_reference(struct parse *parse, uint32_t *ret_server)
{
	uint32_t line = yaml_line(&parse->yaml);
	const uint8_t *name;
	int error = parse_name(parse, &name);
	if (error)
		return error;
	uint32_t server = parse_find(parse->servers, name, name_size(name));
	if (server == NONE) {
		char text[NAME_TEXT_MAX];
		return yaml_fail(&parse->yaml, line, ERR_FORMAT, "there is no server '%s'",
				 name_to_text(name, text));
	}
	*ret_server = server;
	return 0;
}

static int parse_operator_servers(struct parse *parse, struct world_operator *dns_operator)
{
	uint32_t servers[OPERATOR_SERVERS_MAX] = {0};
	uint32_t count = 0;
	bool more;
	int error = yaml_list(&parse->yaml);
	while (!error && !(error = yaml_more(&parse->yaml, &more)) && more) {
		uint32_t line = yaml_line(&parse->yaml);
		if (count == OPERATOR_SERVERS_MAX)
			return yaml_fail(&parse->yaml, line, ERR_LIMIT, "more than %u servers",
					 OPERATOR_SERVERS_MAX);
		error = parse_server_reference(parse, &servers[count]);
		for (uint32_t i = 0; !error && i < count; i++) {
			if (servers[i] == servers[count])
				world_mistake(parse->world, line, "the same server twice");
		}
		count++;
	}
	if (error)
		return error;
	dns_operator->server_count = count;
	dns_operator->servers = arena_copy(&parse->world->arena, servers, count * sizeof(*servers));
	return dns_operator->servers ? 0 : parse_memory(parse);
}

static int parse_operator_value(struct parse *parse, int key, struct world_operator *dns_operator)
{
	if (key == OPERATOR_SERVERS)
		return parse_operator_servers(parse, dns_operator);
	const char *name;
	int error = yaml_text(&parse->yaml, &name, NULL);
	if (error)
		return error;
	const char *copy = arena_text(&parse->world->arena, name);
	if (key == OPERATOR_GROUP)
		dns_operator->group = copy;
	else
		dns_operator->name = copy;
	return copy ? 0 : parse_memory(parse);
}

static int add_operator(struct parse *parse, const struct world_operator *dns_operator)
{
	struct world *world = parse->world;
	if (!dns_operator->name || dns_operator->server_count == 0)
		return yaml_fail(&parse->yaml, dns_operator->line, ERR_FORMAT,
				 "an operator needs a name and servers");
	size_t size = strlen(dns_operator->name);
	if (parse_find(parse->operators, dns_operator->name, size) != NONE) {
		world_mistake(world, dns_operator->line, "operator '%.80s' is here twice",
			      dns_operator->name);
		return 0;
	}
	const struct parse_array array = {
		.items = (void **)&world->operators,
		.room = &world->operator_room,
		.count = world->operator_count,
		.item_size = sizeof(*dns_operator),
		.most = WORLD_OPERATORS_MAX,
	};
	int error = parse_room(parse, &array);
	if (error)
		return error;
	world->operators[world->operator_count] = *dns_operator;
	return parse_put(parse, parse->operators, dns_operator->name, size,
			 world->operator_count++);
}

int parse_operators(struct parse *parse)
{
	bool more;
	int error = yaml_list(&parse->yaml);
	while (!error && !(error = yaml_more(&parse->yaml, &more)) && more) {
		struct world_operator dns_operator = {.line = yaml_line(&parse->yaml)};
		uint32_t seen = 0;
		int key = 0;
		error = yaml_mapping(&parse->yaml);
		while (!error && !(error = yaml_key(&parse->yaml, operator_keys, &seen, &key)) &&
		       key != KEYS_END)
			error = parse_operator_value(parse, key, &dns_operator);
		if (!error)
			error = add_operator(parse, &dns_operator);
	}
	return error;
}
