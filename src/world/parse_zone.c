/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/dnssec/key.h"
#include "dns/wire/type.h"
#include "dns/wire/zonefile.h"
#include "world/parse_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Records of one zone, in `records:`. */
#define ZONE_RECORDS_MAX 10000u
/* TTL of records whose line names none. */
#define DEFAULT_TTL_S 3600u

enum zone_key { NAME, OPERATOR, SIGNED, RECORDS, HOSTILE };
static const char *const zone_keys[] = {"name", "operator", "signed", "records", "hostile", NULL};
enum domain_key { VANITY = HOSTILE, DIGEST, SHOWS, FAULTS };
static const char *const domain_keys[] = {"name",   "operator", "signed", "records", "vanity",
					  "zonemd", "shows",    "faults", NULL};

/* Of each kind; more would not fit into a message. */
#define HOSTILE_RECORDS_MAX 1000u
enum hostile_key {
	HOSTILE_KEYS,
	HOSTILE_SIGNATURES,
	HOSTILE_KEY_SIGNATURES,
	HOSTILE_DS,
	HOSTILE_ITERATIONS,
	HOSTILE_SALT,
};
static const char *const hostile_keys[] = {
	"keys", "signatures", "key-signatures", "ds", "iterations", "salt", NULL};

/* A zone being read: its records go aside, since few have any. */
struct draft {
	struct parse *parse;
	struct zone zone;
	struct record *records;
	uint32_t record_count;
	uint32_t record_room;
	uint32_t records_line;
	struct hostile hostile;
	bool is_hostile;
};

static int parse_operator(struct parse *parse, uint32_t *ret_operator)
{
	uint32_t line = yaml_line(&parse->yaml);
	const char *name;
	size_t length;
	int error = yaml_text(&parse->yaml, &name, &length);
	if (error)
		return error;
	uint32_t dns_operator = parse_find(parse->operators, name, length);
	if (dns_operator == NONE)
		return yaml_fail(&parse->yaml, line, ERR_FORMAT, "there is no operator '%.80s'",
				 name);
	*ret_operator = dns_operator;
	return 0;
}

/* The next word of `*text`, cut off in `word`; false when there is none or it is too long. */
static bool next_word(const char **text, char *word, size_t room)
{
	while (**text == ' ')
		++*text;
	size_t length = strcspn(*text, " ");
	if (length == 0 || length >= room)
		return false;
	memcpy(word, *text, length);
	word[length] = 0;
	*text += length;
	return true;
}

static bool is_rsa(uint64_t algorithm)
{
	return algorithm == ALGORITHM_RSASHA1 || algorithm == ALGORITHM_RSASHA1_NSEC3 ||
	       algorithm == ALGORITHM_RSASHA256 || algorithm == ALGORITHM_RSASHA512;
}

static bool is_algorithm(uint64_t algorithm)
{
	return is_rsa(algorithm) || (algorithm >= 13 && algorithm <= 16) || algorithm == 200;
}

/* RFC 5155 s2: algorithm 5 says NSEC; 7 allows NSEC3. */
static const char *read_signed(const char *text, struct zone *zone)
{
	static const char *const kinds[] = {"nsec", "nsec3", "nsec3-opt-out"};
	char word[16];
	uint64_t algorithm;
	uint64_t bits = 2048;
	if (!next_word(&text, word, sizeof(word)) || number_from_text(word, 0, 255, &algorithm) ||
	    !is_algorithm(algorithm))
		return "the algorithm must be 5, 7, 8, 10, 13, 14, 15, 16 or 200";
	if (!next_word(&text, word, sizeof(word)))
		return "'nsec', 'nsec3' or 'nsec3-opt-out' must follow the algorithm";
	uint8_t kind = 0;
	while (kind < DENIAL_KIND_COUNT && strcmp(word, kinds[kind]) != 0)
		kind++;
	if (kind == DENIAL_KIND_COUNT)
		return "'nsec', 'nsec3' or 'nsec3-opt-out' must follow the algorithm";
	if (kind != DENIAL_BY_NSEC && algorithm == ALGORITHM_RSASHA1)
		return "algorithm 5 goes with nsec; 7 is the same with nsec3 (RFC 5155 s2)";
	if (next_word(&text, word, sizeof(word)) &&
	    (!is_rsa(algorithm) || number_from_text(word, 1024, 4096, &bits)))
		return "only RSA keys have bits, from 1024 to 4096";
	if (next_word(&text, word, sizeof(word)))
		return "nothing may follow";
	zone->algorithm = (uint8_t)algorithm;
	zone->denial = kind;
	zone->bits = is_rsa(algorithm) ? (uint16_t)bits : 0;
	return NULL;
}

static int parse_signed(struct parse *parse, struct zone *zone)
{
	uint32_t line = yaml_line(&parse->yaml);
	const char *text;
	int error = yaml_text(&parse->yaml, &text, NULL);
	if (error)
		return error;
	const char *problem = read_signed(text, zone);
	if (problem)
		return yaml_fail(&parse->yaml, line, ERR_FORMAT, "signed '%.40s': %s", text,
				 problem);
	return 0;
}

static bool is_made_by_world(uint16_t type)
{
	switch (type) {
	case TYPE_SOA:
	case TYPE_NS:
	case TYPE_DS:
	case TYPE_DNAME:
	case TYPE_DNSKEY:
	case TYPE_RRSIG:
	case TYPE_NSEC:
	case TYPE_NSEC3:
	case TYPE_NSEC3PARAM:
	case TYPE_CDS:
	case TYPE_CDNSKEY:
	case TYPE_ZONEMD:
		return true;
	default:
		return false;
	}
}

/* zonefile_take: keeps one record. */
static int take_record(void *context, const struct record *record)
{
	struct draft *draft = context;
	struct arena *arena = &draft->parse->world->arena;
	char type[TYPE_TEXT_MAX];
	if (is_made_by_world(record->type)) {
		world_mistake(draft->parse->world, draft->records_line,
			      "%s records are made by the world itself",
			      type_to_text(record->type, type));
		return 0;
	}
	int error = array_grow((void **)&draft->records, &draft->record_room, draft->record_count,
			       sizeof(*record), ZONE_RECORDS_MAX);
	if (error)
		return error;
	struct record copy = *record;
	copy.owner = arena_copy(arena, record->owner, name_size(record->owner));
	copy.rdata = arena_copy(arena, record->rdata, record->rdata_size);
	if (!copy.owner || !copy.rdata)
		return ERR_MEMORY;
	draft->records[draft->record_count++] = copy;
	return 0;
}

static int parse_records(struct parse *parse, struct draft *draft)
{
	uint32_t line = yaml_line(&parse->yaml);
	const char *text;
	size_t length;
	int error = yaml_text(&parse->yaml, &text, &length);
	if (error)
		return error;
	draft->records_line = line;
	struct complaint why = {""};
	const struct zonefile zonefile = {
		.origin = (const uint8_t *)"",
		.default_ttl = DEFAULT_TTL_S,
		.take = take_record,
		.context = draft,
	};
	error = zonefile_read(&zonefile, text, length, &why);
	if (error)
		return yaml_fail(&parse->yaml, line, error, "records: %s",
				 why.text[0] ? why.text : error_text(error));
	return 0;
}

static int parse_faults(struct parse *parse, struct zone *zone)
{
	const char *names[FAULT_COUNT + 1] = {NULL};
	for (enum fault i = 0; i < FAULT_COUNT; i++)
		names[i] = fault_row(i)->name;
	bool more;
	int error = yaml_list(&parse->yaml);
	while (!error && !(error = yaml_more(&parse->yaml, &more)) && more) {
		uint32_t line = yaml_line(&parse->yaml);
		int fault;
		error = yaml_choice(&parse->yaml, "fault", names, &fault);
		if (error)
			return error;
		const char *other = fault_conflict(zone->faults, (enum fault)fault);
		if (other)
			world_mistake(parse->world, line, "a domain cannot have '%s' and '%s'",
				      other, names[fault]);
		zone->faults |= FAULT_BIT(fault);
	}
	return error;
}

static int parse_hostile_number(struct parse *parse, int key, struct hostile *hostile)
{
	uint64_t number;
	const uint64_t most = key == HOSTILE_SALT         ? UINT8_MAX
			      : key == HOSTILE_ITERATIONS ? UINT16_MAX
							  : HOSTILE_RECORDS_MAX;
	int error = yaml_number(&parse->yaml, most, &number);
	if (error)
		return error;
	switch (key) {
	case HOSTILE_KEYS:
		hostile->keys = (uint16_t)number;
		break;
	case HOSTILE_SIGNATURES:
		hostile->signatures = (uint16_t)number;
		break;
	case HOSTILE_KEY_SIGNATURES:
		hostile->key_signatures = (uint16_t)number;
		break;
	case HOSTILE_DS:
		hostile->ds = (uint16_t)number;
		break;
	case HOSTILE_ITERATIONS:
		hostile->iterations = (uint16_t)number;
		break;
	default:
		assert(key == HOSTILE_SALT);
		hostile->salt = (uint8_t)number;
	}
	return 0;
}

static int parse_hostile(struct draft *draft)
{
	struct parse *parse = draft->parse;
	uint32_t seen = 0;
	int key = 0;
	int error = yaml_mapping(&parse->yaml);
	draft->is_hostile = true;
	while (!error && !(error = yaml_key(&parse->yaml, hostile_keys, &seen, &key)) &&
	       key != KEYS_END)
		error = parse_hostile_number(parse, key, &draft->hostile);
	return error;
}

static int parse_flag(struct draft *draft, uint8_t flag)
{
	bool is_set;
	int error = yaml_bool(&draft->parse->yaml, &is_set);
	if (!error && is_set)
		draft->zone.flags |= flag;
	return error;
}

static int parse_zone_value(struct draft *draft, int key)
{
	struct parse *parse = draft->parse;
	if (key == HOSTILE && !(draft->zone.flags & ZONE_IS_TARGET))
		return parse_hostile(draft);
	switch (key) {
	case NAME:
		return parse_name(parse, &draft->zone.name);
	case OPERATOR:
		return parse_operator(parse, &draft->zone.dns_operator);
	case SIGNED:
		return parse_signed(parse, &draft->zone);
	case RECORDS:
		return parse_records(parse, draft);
	case VANITY:
		return parse_flag(draft, ZONE_IS_VANITY);
	case DIGEST:
		return parse_flag(draft, ZONE_HAS_DIGEST);
	case SHOWS:
		return parse_shows(parse, &draft->zone);
	default:
		assert(key == FAULTS);
		return parse_faults(parse, &draft->zone);
	}
}

static int add_hostile(struct draft *draft, uint32_t zone)
{
	struct world *world = draft->parse->world;
	struct zone_more *more;
	if (zone_more_make(world, zone, &more))
		return parse_memory(draft->parse);
	more->hostile = draft->hostile;
	if (draft->zone.algorithm == 0 || draft->zone.algorithm == 200)
		world_mistake(world, draft->zone.line,
			      "'hostile' needs a zone that is signed with an algorithm that "
			      "validators know");
	return 0;
}

static int add_records(struct draft *draft, uint32_t zone)
{
	struct parse *parse = draft->parse;
	struct zone_more *more;
	int error = zone_more_make(parse->world, zone, &more);
	if (error)
		return parse_memory(parse);
	more->record_count = draft->record_count;
	more->records = arena_copy(&parse->world->arena, draft->records,
				   draft->record_count * sizeof(*draft->records));
	for (uint32_t i = 0; i < draft->record_count; i++) {
		char text[NAME_TEXT_MAX];
		if (!name_is_under(draft->records[i].owner, draft->zone.name))
			world_mistake(parse->world, draft->records_line,
				      "'%s' is not in the zone; write names to the root",
				      name_to_text(draft->records[i].owner, text));
	}
	return more->records ? 0 : parse_memory(parse);
}

static int add_zone(struct draft *draft)
{
	struct parse *parse = draft->parse;
	struct world *world = parse->world;
	struct zone *zone = &draft->zone;
	if (!zone->name || zone->dns_operator == NONE)
		return yaml_fail(&parse->yaml, zone->line, ERR_FORMAT,
				 "a name and an operator are needed");
	const struct parse_array array = {
		.items = (void **)&world->zones,
		.room = &world->zone_room,
		.count = world->zone_count,
		.item_size = sizeof(*zone),
		.most = WORLD_ZONES_MAX,
	};
	int error = parse_room(parse, &array);
	if (!error)
		error = world_add_zone(world, zone);
	if (!error && draft->record_count > 0)
		error = add_records(draft, world->zone_count - 1);
	if (!error && draft->is_hostile)
		error = add_hostile(draft, world->zone_count - 1);
	return error;
}

static int parse_zone(struct parse *parse, const char *const *keys, uint8_t flags)
{
	struct draft draft = {
		.parse = parse,
		.zone = {.dns_operator = NONE,
			 .parent = NONE,
			 .more = NONE,
			 .flags = flags,
			 .line = yaml_line(&parse->yaml)},
	};
	uint32_t seen = 0;
	int key = 0;
	int error = yaml_mapping(&parse->yaml);
	while (!error && !(error = yaml_key(&parse->yaml, keys, &seen, &key)) && key != KEYS_END)
		error = parse_zone_value(&draft, key);
	if (!error)
		error = add_zone(&draft);
	memory_give(draft.records);
	return error;
}

int parse_zones(struct parse *parse)
{
	bool more;
	int error = yaml_list(&parse->yaml);
	while (!error && !(error = yaml_more(&parse->yaml, &more)) && more)
		error = parse_zone(parse, zone_keys, 0);
	return error;
}

int parse_domains(struct parse *parse)
{
	bool more;
	int error = yaml_list(&parse->yaml);
	while (!error && !(error = yaml_more(&parse->yaml, &more)) && more) {
		error = parse_zone(parse, domain_keys, ZONE_IS_TARGET);
		parse->world->target_count++;
	}
	return error;
}
