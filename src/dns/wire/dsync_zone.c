/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/parse_private.h"
#include "dns/wire/present_private.h"
#include "dns/wire/scan_private.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

static const char word[] = "DSYNC";
#define WORD_SIZE (sizeof(word) - 1)

/* A place in a zone file. */
struct place {
	const char *text;
	size_t size;
	size_t at;
	int depth;
};

static bool is_white(char octet)
{
	return octet == ' ' || octet == '\t' || octet == '\r';
}

/* The cheap question first: most files hold no such word at all. */
static bool word_follows(const char *text, size_t size, size_t from)
{
	for (size_t at = from; at + WORD_SIZE <= size; at++)
		if ((text[at] | 0x20) == 'd' && strncasecmp(text + at, word, WORD_SIZE) == 0)
			return true;
	return false;
}

static bool at_end(const struct place *place)
{
	return place->at >= place->size;
}

/* Skips white space, comments and, within parentheses, line ends. */
static void skip_white(struct place *place)
{
	for (; !at_end(place); place->at++) {
		const char octet = place->text[place->at];
		if (octet == ';') {
			const char *end =
				memchr(place->text + place->at, '\n', place->size - place->at);
			place->at = end == NULL ? place->size : (size_t)(end - place->text);
			if (at_end(place) || place->depth == 0)
				return;
		} else if (octet == '(') {
			place->depth++;
		} else if (octet == ')') {
			place->depth--;
		} else if (!is_white(octet) && (octet != '\n' || place->depth <= 0)) {
			return;
		}
	}
}

/* Skips one token and gives its size: 0 at the end of the entry. */
static size_t skip_token(struct place *place)
{
	bool quoted = false;
	const size_t start = place->at;
	for (; !at_end(place); place->at++) {
		const char octet = place->text[place->at];
		/* Within parentheses a string may go on in the next line. */
		if (octet == '\n' && !(quoted && place->depth > 0))
			break;
		if (octet == '\\' && place->at + 1 < place->size)
			place->at++;
		else if (octet == '"')
			quoted = !quoted;
		else if (!quoted && (is_white(octet) || strchr("();", octet) != NULL))
			break;
	}
	return place->at - start;
}

static bool is_ttl_or_class(const char *token, size_t size)
{
	if (token[0] >= '0' && token[0] <= '9')
		return true;
	return (size == 2 &&
		(strncasecmp(token, "IN", 2) == 0 || strncasecmp(token, "CH", 2) == 0 ||
		 strncasecmp(token, "HS", 2) == 0)) ||
	       (size > 5 && strncasecmp(token, "CLASS", 5) == 0);
}

/* Reads one entry from its start to behind its line end; true when its type is the word. */
static bool read_entry(struct place *place, struct dsync_entry *entry)
{
	bool found = false;
	bool typed = false;
	place->depth = 0;
	entry->start = place->at;
	if (!is_white(place->text[place->at]) && place->text[place->at] != '\n') {
		typed = place->text[place->at] == '$'; /* directives have no type */
		skip_white(place);
		(void)skip_token(place);
	}
	for (;;) {
		skip_white(place);
		const char *token = place->text + place->at;
		const size_t start = place->at;
		const size_t size = skip_token(place);
		if (size == 0)
			break;
		if (typed || is_ttl_or_class(token, size))
			continue;
		typed = true;
		found = size == WORD_SIZE && strncasecmp(token, word, WORD_SIZE) == 0;
		entry->type_at = start;
		entry->depth = place->depth;
	}
	if (!at_end(place))
		place->at++; /* the line end, or what nothing can be made of */
	entry->end = place->at;
	return found;
}

bool dsync_find(const char *text, size_t size, size_t from, struct dsync_entry *ret_entry)
{
	struct place place = {.text = text, .size = size, .at = from};
	struct dsync_entry entry;
	if (!word_follows(text, size, from))
		return false;
	bool found = false;
	while (!found && !at_end(&place))
		found = read_entry(&place, &entry);
	if (!found)
		return false;
	assert(entry.start <= entry.type_at && entry.type_at < entry.end);
	*ret_entry = entry;
	return true;
}

/* type, scheme, port, target as words of an SRV record. */
static int rewrite_fields(struct line *line, struct text *text)
{
	uint8_t octets[5];
	struct writer writer;
	struct token target;
	writer_init(&writer, octets, sizeof(octets));
	int error = field_parse(FIELD_TYPE, line, &writer);
	if (error == OK)
		error = field_parse(FIELD_SCHEME, line, &writer);
	if (error == OK)
		error = field_parse(FIELD_U16, line, &writer);
	if (error == OK)
		error = line_token(line, &target);
	if (error != OK)
		return ERR_FORMAT;
	text_format(text, "SRV %u %u %u ", octets[0] << 8 | octets[1], octets[2],
		    octets[3] << 8 | octets[4]);
	text_add_octets(text, target.start, target.size);
	return line_token(line, &target) == ERR_NOT_FOUND ? OK : ERR_FORMAT;
}

static int rewrite_data(const char *data, const struct dsync_entry *entry, struct text *text,
			bool *ret_is_srv)
{
	struct line line, ahead;
	struct token token;
	line_init(&line, data);
	line.depth = entry->depth;
	ahead = line;
	if (line_token(&ahead, &token) != OK)
		return ERR_FORMAT;
	if (token_is(&token, "\\#")) {
		*ret_is_srv = false;
		text_add(text, "TYPE66 ");
		text_add(text, line.next);
		return text->error;
	}
	*ret_is_srv = true;
	const int error = rewrite_fields(&line, text);
	for (int depth = entry->depth; depth > 0; depth--)
		text_add_char(text, ')');
	text_add_char(text, '\n');
	return error != OK ? error : text->error;
}

int dsync_rewrite(const char *text, const struct dsync_entry *entry, struct text *ret_text,
		  bool *ret_is_srv)
{
	struct text data;
	const size_t data_at = entry->type_at + WORD_SIZE;
	assert(data_at <= entry->end);
	text_reset(ret_text);
	text_add_octets(ret_text, text + entry->start, entry->type_at - entry->start);
	/* A copy ends with a NUL, where the file goes on. */
	text_init(&data, ret_text->cap);
	text_add_octets(&data, text + data_at, entry->end - data_at);
	int error = data.error;
	if (error == OK)
		error = rewrite_data(text_get(&data), entry, ret_text, ret_is_srv);
	text_release(&data);
	return error;
}
