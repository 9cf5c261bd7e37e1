/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/routes_private.h"

#include <assert.h>
#include <string.h>

/* AS numbers for documentation (RFC 5398): 27 for servers in turn, the rest for what is special. */
#define SERVER_AS_FIRST 64496u
#define SERVER_AS_LOW 15u
#define SERVER_AS_SECOND 65536u
#define SERVER_AS_COUNT 26u
#define AS_MAIL_SECOND 65547u
#define AS_STRANGER 64511u /* that has nothing to do with any address */
#define AS_ONE_PREFIX 65548u
#define AS_MAIL 65549u
#define AS_MAIL_OTHER 65550u
#define AS_ONE_AS 65551u

/* ---- mail hosts ---- */

/* Whole blocks of ordinary mail hosts; world/ordinary.c takes addresses from them. */
static const struct {
	uint8_t octets[16];
	uint8_t family, bits;
	uint32_t as;
} mail_blocks[] = {
	{{203, 0, 113}, ADDRESS_IPV4, 24, AS_MAIL},
	{{198, 51, 100}, ADDRESS_IPV4, 24, AS_MAIL_SECOND},
	{{198, 19}, ADDRESS_IPV4, 16, AS_MAIL}, /* those of service.c */
	{{0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff}, ADDRESS_IPV6, 48, AS_MAIL},
};
#define MAIL_BLOCK_COUNT (sizeof(mail_blocks) / sizeof(mail_blocks[0]))

/* Pieces of 192.0.2.0/24, a /27 each, in this order, for domains whose mail hosts are at fault. */
enum mail_piece {
	PIECE_OTHER,
	PIECE_DISOWNED,
	PIECE_NONE,
	PIECE_LOOSE,
	PIECE_NOT_ANNOUNCED,
	PIECE_FIRST,
	PIECE_SAME_AS,
	PIECE_OTHER_AS,
	PIECE_COUNT,
};
#define PIECE_BITS 27u
static_assert(PIECE_COUNT == 1u << (PIECE_BITS - 24), "all of the /24");

static const struct {
	uint32_t as; /* 0: not announced */
	uint8_t roa; /* enum world_roa */
} mail_pieces[PIECE_COUNT] = {
	[PIECE_OTHER] = {AS_MAIL_OTHER, WORLD_ROA_OTHER},
	[PIECE_DISOWNED] = {AS_MAIL, WORLD_ROA_DISOWNED},
	[PIECE_NONE] = {AS_MAIL, WORLD_ROA_NONE},
	[PIECE_LOOSE] = {AS_MAIL, WORLD_ROA_LOOSE},
	[PIECE_NOT_ANNOUNCED] = {0, WORLD_ROA_NONE},
	[PIECE_FIRST] = {AS_MAIL, WORLD_ROA_RIGHT},
	[PIECE_SAME_AS] = {AS_MAIL, WORLD_ROA_RIGHT},
	[PIECE_OTHER_AS] = {AS_MAIL_OTHER, WORLD_ROA_RIGHT},
};

static struct address piece_address(enum mail_piece piece, uint8_t host)
{
	const uint8_t octets[4] = {192, 0, 2, (uint8_t)((piece << (32 - PIECE_BITS)) + host)};
	return address_from_ipv4(octets, 0);
}

#define PURPOSE_MAIL_HOST 0x6d786874u

void routes_mail_addresses(const struct world *world, const struct zone *zone,
			   struct address ret_addresses[2])
{
	static const struct {
		enum fault fault;
		uint8_t pieces[2]; /* enum mail_piece */
	} rows[] = {
		{FAULT_MX_ROA_INVALID, {PIECE_OTHER, PIECE_FIRST}},
		{FAULT_MX_ROA_DISOWNED, {PIECE_DISOWNED, PIECE_OTHER}},
		{FAULT_MX_ROA_MISSING, {PIECE_NONE, PIECE_OTHER_AS}},
		{FAULT_MX_ROA_LOOSE, {PIECE_LOOSE, PIECE_OTHER_AS}},
		{FAULT_MX_NOT_ANNOUNCED, {PIECE_NOT_ANNOUNCED, PIECE_OTHER_AS}},
		{FAULT_MX_ONE_AS, {PIECE_FIRST, PIECE_SAME_AS}},
		{FAULT_MX_ONE_PREFIX, {PIECE_FIRST, PIECE_FIRST}},
	};
	size_t row = 0;
	while (!zone_has(zone, rows[row].fault)) {
		row++;
		assert(row < sizeof(rows) / sizeof(rows[0]));
	}
	/* The second beside the first, should they be in one piece. */
	const uint8_t host = (uint8_t)(1 + zone_number(world, zone, PURPOSE_MAIL_HOST) % 29);
	ret_addresses[0] = piece_address((enum mail_piece)rows[row].pieces[0], host);
	ret_addresses[1] = piece_address((enum mail_piece)rows[row].pieces[1], host + 1);
}

/* ---- prefixes ---- */

static struct address masked(const struct address *address, unsigned int bits)
{
	struct address prefix = *address;
	prefix.port = 0;
	for (unsigned int i = 0; i < sizeof(prefix.octets); i++) {
		const unsigned int kept = bits > i * 8 ? bits - i * 8 : 0;
		if (kept < 8)
			prefix.octets[i] &= (uint8_t)(0xff00u >> kept);
	}
	return prefix;
}

static uint32_t as_of(const struct world *world, uint32_t server)
{
	assert(server < world->server_count);
	const struct world_server *row = &world->servers[server];
	const uint32_t place = server % SERVER_AS_COUNT;
	if (row->behaviours & BEHAVIOUR_BIT(BEHAVIOUR_ONE_PREFIX))
		return AS_ONE_PREFIX;
	if (row->behaviours & BEHAVIOUR_BIT(BEHAVIOUR_ONE_AS))
		return AS_ONE_AS;
	if (row->as != 0)
		return row->as;
	return place < SERVER_AS_LOW ? SERVER_AS_FIRST + place
				     : SERVER_AS_SECOND + (place - SERVER_AS_LOW);
}

static uint8_t roa_of(const struct world_server *server)
{
	if (server->behaviours & BEHAVIOUR_BIT(BEHAVIOUR_ROA_INVALID))
		return WORLD_ROA_OTHER;
	if (server->behaviours & BEHAVIOUR_BIT(BEHAVIOUR_ROA_DISOWNED))
		return WORLD_ROA_DISOWNED;
	if (server->behaviours & BEHAVIOUR_BIT(BEHAVIOUR_ROA_LOOSE))
		return WORLD_ROA_LOOSE;
	return server->behaviours & BEHAVIOUR_BIT(BEHAVIOUR_ROA_MISSING) ? WORLD_ROA_NONE
									 : WORLD_ROA_RIGHT;
}

/* The first of the servers with an address in the same /31 or /127. */
static uint32_t owner_of(const struct world *world, const struct address *address, uint32_t server)
{
	struct address other = *address;
	other.octets[address->family == ADDRESS_IPV4 ? 3 : 15] ^= 1;
	const uint32_t beside = world_server_at(world, &other);
	return beside != NONE && beside < server ? beside : server;
}

static struct world_route server_route(const struct world *world, const struct address *address,
				       uint32_t server)
{
	const bool is_ipv4 = address->family == ADDRESS_IPV4;
	const uint32_t owner = owner_of(world, address, server);
	const struct world_server *row = &world->servers[owner];
	struct world_route route = {.roa = roa_of(row), .as = as_of(world, owner)};
	if (row->behaviours & BEHAVIOUR_BIT(BEHAVIOUR_NOT_ANNOUNCED))
		return (struct world_route){.as = 0};
	route.bits = is_ipv4 ? 31 : 127;
	if (row->behaviours & BEHAVIOUR_BIT(BEHAVIOUR_ONE_PREFIX))
		route.bits = is_ipv4 ? 24 : 48;
	route.prefix = masked(address, route.bits);
	return route;
}

static struct world_route mail_route(const struct address *address)
{
	for (size_t i = 0; i < MAIL_BLOCK_COUNT; i++) {
		struct address block = {.family = mail_blocks[i].family};
		memcpy(block.octets, mail_blocks[i].octets, sizeof(block.octets));
		if (address_in_prefix(address, &block, mail_blocks[i].bits))
			return (struct world_route){block, mail_blocks[i].bits, WORLD_ROA_RIGHT,
						    mail_blocks[i].as};
	}
	const struct address pieces = piece_address(PIECE_OTHER, 0);
	if (!address_in_prefix(address, &pieces, 24))
		return (struct world_route){.as = 0};
	const size_t piece = address->octets[3] >> (32 - PIECE_BITS);
	if (mail_pieces[piece].as == 0)
		return (struct world_route){.as = 0};
	return (struct world_route){masked(address, PIECE_BITS), PIECE_BITS, mail_pieces[piece].roa,
				    mail_pieces[piece].as};
}

struct world_route world_route(const struct world *world, const struct address *address)
{
	assert(address->family == ADDRESS_IPV4 || address->family == ADDRESS_IPV6);
	const uint32_t server = world_server_at(world, address);
	return server != NONE ? server_route(world, address, server) : mail_route(address);
}

/* ---- files ---- */

static void write_route(const struct world_route *route, struct text *text)
{
	char prefix[ADDRESS_TEXT_MAX];
	address_to_text(&route->prefix, prefix);
	text_format(text, "%s\t%u\t%u\n", prefix, route->bits, route->as);
}

static void write_vrp(const struct world_route *route, struct text *text)
{
	char prefix[ADDRESS_TEXT_MAX];
	uint32_t as = route->as;
	unsigned int longest = route->bits;
	if (route->roa == WORLD_ROA_NONE)
		return;
	if (route->roa == WORLD_ROA_OTHER)
		as = AS_STRANGER;
	if (route->roa == WORLD_ROA_DISOWNED)
		as = 0;
	if (route->roa == WORLD_ROA_LOOSE)
		longest++;
	address_to_text(&route->prefix, prefix);
	text_format(text, "AS%u,%s/%u,%u,world\n", as, prefix, route->bits, longest);
}

/* Every route, some of them more than once. */
static void write_all(const struct world *world, struct text *text,
		      void (*write)(const struct world_route *route, struct text *text))
{
	for (uint32_t i = 0; i < world->server_count; i++) {
		for (uint32_t j = 0; j < world->servers[i].address_count; j++) {
			const struct world_route route =
				world_route(world, &world->servers[i].addresses[j]);
			if (route.prefix.family != ADDRESS_NONE)
				write(&route, text);
		}
	}
	for (size_t i = 0; i < MAIL_BLOCK_COUNT; i++) {
		struct address block = {.family = mail_blocks[i].family};
		memcpy(block.octets, mail_blocks[i].octets, sizeof(block.octets));
		const struct world_route route = mail_route(&block);
		write(&route, text);
	}
	for (enum mail_piece piece = 0; piece < PIECE_COUNT; piece++) {
		const struct address address = piece_address(piece, 0);
		const struct world_route route = mail_route(&address);
		if (route.prefix.family != ADDRESS_NONE)
			write(&route, text);
	}
}

int routes_write(const struct world *world, struct text *text)
{
	write_all(world, text, write_route);
	return text->error;
}

int vrps_write(const struct world *world, struct text *text)
{
	text_add(text, "ASN,IP Prefix,Max Length,Trust Anchor\n");
	write_all(world, text, write_vrp);
	return text->error;
}

/* ---- truth ---- */

static bool is_invalid(const struct world_route *route)
{
	return route->roa == WORLD_ROA_OTHER || route->roa == WORLD_ROA_DISOWNED;
}

/* Of those that are up: are all in one prefix, one AS, at more than one machine? */
static unsigned int find_single(const struct world *world, const struct routed *items, size_t count)
{
	const struct routed *first = NULL;
	struct world_route one = {.as = 0};
	bool is_one_prefix = true, is_one_as = true, has_machines = false;
	for (size_t i = 0; i < count; i++) {
		const struct world_route route = world_route(world, &items[i].address);
		if (!items[i].is_up)
			continue;
		if (route.prefix.family == ADDRESS_NONE)
			return 0; /* it is reached by a route that nobody knows of */
		if (first == NULL) {
			first = &items[i];
			one = route;
		}
		has_machines |= items[i].machine != first->machine;
		is_one_as &= route.as == one.as;
		is_one_prefix &= address_equal(&route.prefix, &one.prefix);
	}
	if (!has_machines)
		return 0;
	if (is_one_prefix)
		return 1u << ROUTES_ONE_PREFIX;
	return is_one_as ? 1u << ROUTES_ONE_AS : 0;
}

unsigned int routes_faults(const struct world *world, const struct routed *items, size_t count)
{
	unsigned int faults = find_single(world, items, count);
	size_t up = 0;
	size_t lost = 0;
	for (size_t i = 0; i < count; i++) {
		const struct world_route route = world_route(world, &items[i].address);
		const bool is_announced = route.prefix.family != ADDRESS_NONE;
		up += items[i].is_up;
		lost += items[i].is_up && is_announced && is_invalid(&route);
		if (!is_announced)
			faults |= 1u << ROUTES_NOT_ANNOUNCED;
		else if (is_invalid(&route))
			faults |= 1u << ROUTES_INVALID;
		else if (route.roa == WORLD_ROA_NONE)
			faults |= 1u << ROUTES_NO_ROA;
		else if (route.roa == WORLD_ROA_LOOSE)
			faults |= 1u << ROUTES_LOOSE;
	}
	if (up == 0 || lost < up)
		return faults;
	/* That all is lost is said once, and not of each address again. */
	return (faults & ~(1u << ROUTES_INVALID)) | 1u << ROUTES_LOST;
}
