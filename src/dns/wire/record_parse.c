/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/excerpt_private.h"
#include "dns/wire/name.h"
#include "dns/wire/parse_private.h"
#include "dns/wire/rdata.h"
#include "dns/wire/scan_private.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

/* Most RDATA fits: TXT of a few strings, RSA keys. What does not is read again into more room. */
#define USUAL_RDATA_OCTETS 2048

/* A record being read. */
struct parse {
	struct arena *arena;
	const char *text;
	struct line line;
	struct complaint *complaint;
	struct record record;
};

static int refuse(const struct parse *parse, int code, const char *wanted)
{
	const struct excerpt excerpt = excerpt_of(parse->text, strlen(parse->text));
	if (code == ERR_MEMORY)
		return complain(parse->complaint, code, "record '%s': %s", excerpt.text,
				error_text(code));
	return complain(parse->complaint, code == ERR_LIMIT ? code : ERR_FORMAT,
			"record '%s': expected %s", excerpt.text, wanted);
}

static int parse_owner(struct parse *parse)
{
	struct token token;
	struct name name;
	struct writer writer;
	writer_init(&writer, name.octets, sizeof(name.octets));
	int error = line_token(&parse->line, &token);
	if (error == OK)
		error = token_to_name(&token, true, &writer);
	if (error != OK)
		return refuse(parse, error, "a domain name as owner");
	parse->record.owner = arena_copy(parse->arena, name.octets, writer_used(&writer));
	return parse->record.owner == NULL ? refuse(parse, ERR_MEMORY, "") : OK;
}

static int parse_word(struct parse *parse, char *buffer, size_t room)
{
	struct token token;
	const int error = line_token(&parse->line, &token);
	return error != OK ? error : token_to_text(&token, buffer, room);
}

static int parse_head(struct parse *parse)
{
	char word[TYPE_TEXT_MAX];
	uint64_t ttl;
	const int error = parse_owner(parse);
	if (error != OK)
		return error;
	if (parse_word(parse, word, sizeof(word)) != OK ||
	    number_from_text(word, 0, UINT32_MAX, &ttl) != OK)
		return refuse(parse, ERR_FORMAT, "a TTL in seconds after the owner");
	parse->record.ttl = (uint32_t)ttl;
	if (parse_word(parse, word, sizeof(word)) != OK ||
	    class_from_text(word, &parse->record.class) != OK)
		return refuse(parse, ERR_FORMAT, "a class such as IN after the TTL");
	if (parse_word(parse, word, sizeof(word)) != OK ||
	    type_from_text(word, &parse->record.type) != OK)
		return refuse(parse, ERR_FORMAT, "a record type after the class");
	return OK;
}

/* Does "\#" come next? Then it is read. */
static bool skip_generic(struct line *line)
{
	struct line ahead = *line;
	struct token token;
	if (line_token(&ahead, &token) != OK || !token_is(&token, "\\#"))
		return false;
	*line = ahead;
	return true;
}

static int parse_fields(const struct parse *parse, struct line *line, struct writer *writer)
{
	const struct layout *layout = layout_get(parse->record.type);
	struct token token;
	for (size_t i = 0; i < LAYOUT_FIELDS_MAX && layout->fields[i] != FIELD_END; i++) {
		const enum field field = (enum field)layout->fields[i];
		const int error = field_parse(field, line, writer);
		if (error == ERR_SHORT)
			return error;
		if (error != OK)
			return refuse(parse, error, field_describe(field));
	}
	const int error = line_token(line, &token);
	return error == ERR_NOT_FOUND ? OK : refuse(parse, ERR_FORMAT, "nothing more at the end");
}

static int parse_generic(const struct parse *parse, struct line *line, struct writer *writer)
{
	const int error = generic_parse(line, writer);
	if (error == OK || error == ERR_SHORT)
		return error;
	return refuse(parse, error, "the number of octets and as many hexadecimal pairs after \\#");
}

/* Generic RDATA of a type that is known must fit it: RFC 3597 s5. */
static int take_rdata(struct parse *parse, const struct writer *writer)
{
	const size_t size = writer_used(writer);
	if (size > UINT16_MAX)
		return refuse(parse, ERR_LIMIT, "at most 65535 octets of data");
	const uint8_t *copy = arena_copy(parse->arena, writer->start, size);
	if (copy == NULL)
		return refuse(parse, ERR_MEMORY, "");
	const int error = rdata_canonical(parse->arena,
					  &(struct rdata_place){copy, size, 0, (uint16_t)size,
								parse->record.type},
					  &parse->record.rdata, &parse->record.rdata_size);
	return error == OK ? OK : refuse(parse, error, "data that fits the record type");
}

static int parse_rdata(struct parse *parse, uint8_t *buffer, size_t room)
{
	struct line line = parse->line;
	struct writer writer;
	writer_init(&writer, buffer, room);
	const bool generic = skip_generic(&line);
	const int error = generic ? parse_generic(parse, &line, &writer)
				  : parse_fields(parse, &line, &writer);
	return error != OK ? error : take_rdata(parse, &writer);
}

/* Types whose presentation form only libzscanner knows: LOC, APL, IPSECKEY, ... */
static bool needs_scanner(struct parse *parse)
{
	struct line line = parse->line;
	return layout_is_opaque(layout_get(parse->record.type)) && !skip_generic(&line);
}

int record_from_text(struct arena *arena, const char *line, struct record *ret_record,
		     struct complaint *complaint)
{
	uint8_t usual[USUAL_RDATA_OCTETS];
	struct parse parse = {.arena = arena, .text = line, .complaint = complaint};
	line_init(&parse.line, line);
	int error = parse_head(&parse);
	if (error != OK)
		return error;
	if (needs_scanner(&parse))
		return scan_record(arena, line, ret_record, complaint);
	error = parse_rdata(&parse, usual, sizeof(usual));
	if (error == ERR_SHORT) {
		uint8_t *buffer = arena_take_octets(arena, UINT16_MAX);
		if (buffer == NULL)
			return refuse(&parse, ERR_MEMORY, "");
		error = parse_rdata(&parse, buffer, UINT16_MAX);
	}
	if (error == ERR_SHORT)
		return refuse(&parse, ERR_LIMIT, "at most 65535 octets of data");
	if (error == OK)
		*ret_record = parse.record;
	return error;
}
