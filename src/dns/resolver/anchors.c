/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trust anchors: zone files of DS and DNSKEY records, and the files in which validators keep what
 * they know of a zone's keys (RFC 5011): Unbound's, with the state of each key in a comment, and
 * BIND's, whose KEYDATA records begin with three times. Both are zone files but for that, so each
 * line is rewritten before it is read: a key that is not to be trusted (yet, or any more) becomes a
 * CDNSKEY, which is written alike and is no anchor.
 */
#include "base/memory.h"
#include "base/text.h"
#include "dns/resolver/resolver.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "dns/wire/zonefile.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Where a zone file gives none; nobody looks at it. */
#define ANCHOR_TTL_S 3600
/* Of one file: the root's two or three, and those of private zones. */
#define ANCHORS_MAX 64
/* 64 keys of 4096 bits take 60 KiB. */
#define FILE_OCTETS_MAX ((size_t)1 << 20)
#define TIME_DIGITS 14
#define STATE_VALID '2'
#define STATE_MISSING '3' /* still trusted (RFC 5011 s4) */
#define TIMES 3           /* KEYDATA: next refresh, trusted from, to be removed from */

/* KSK-2017 and KSK-2024 as published by IANA (RFC 9718). */
static const char *const root_anchors[] = {
	". 172800 IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
	". 172800 IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

int anchors_built_in(struct arena *arena, struct record **ret_anchors, size_t *ret_count)
{
	struct record *anchors = arena_take_array(arena, COUNT_OF(root_anchors), sizeof(*anchors));
	if (anchors == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < COUNT_OF(root_anchors); i++) {
		int error = record_from_text(arena, root_anchors[i], &anchors[i], NULL);
		if (error != OK)
			return error;
	}
	*ret_anchors = anchors;
	*ret_count = COUNT_OF(root_anchors);
	return OK;
}

/* ---- RFC 5011 states ---- */

/* A word of a line, white space left and right of it. */
struct word {
	const char *start;
	size_t length;
};

/* The next word from `at` on, before a comment. False: there is none. */
static bool next_word(const char *line, size_t length, size_t at, struct word *ret_word)
{
	while (at < length && isspace((unsigned char)line[at]))
		at++;
	size_t end = at;
	while (end < length && !isspace((unsigned char)line[end]) && line[end] != ';')
		end++;
	*ret_word = (struct word){line + at, end - at};
	return end > at;
}

static bool word_is(const struct word *word, const char *text)
{
	return word->length == strlen(text) && strncasecmp(word->start, text, word->length) == 0;
}

static bool find_word(const char *line, size_t length, const char *text, struct word *ret_word)
{
	size_t at = 0;
	while (next_word(line, length, at, ret_word)) {
		if (word_is(ret_word, text))
			return true;
		at = (size_t)(ret_word->start - line) + ret_word->length;
	}
	return false;
}

/* Unbound's comment: 0 to 5 are START, ADDPEND, VALID, MISSING, REVOKED, REMOVED. '\0': none. */
static char state_of(const char *line, size_t length)
{
	static const char mark[] = ";;state=";
	const size_t size = sizeof(mark) - 1;
	for (size_t i = 0; i + size < length; i++)
		if (memcmp(line + i, mark, size) == 0)
			return line[i + size];
	return '\0';
}

/* YYYYMMDDHHMMSS. */
static int key_time(const struct word *word, int64_t *ret_s)
{
	const char *digits = word->start;
	char text[32];
	if (word->length != TIME_DIGITS)
		return ERR_FORMAT;
	snprintf(text, sizeof(text), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", digits, digits + 4,
		 digits + 6, digits + 8, digits + 10, digits + 12);
	return time_from_text(text, ret_s);
}

/* BIND's times behind KEYDATA: the key counts once its hold-down has passed, until it is to be
 * removed (0: never). ERR_FORMAT: no times. */
static int keydata_read(const struct word *line, const struct word *keydata, int64_t now_s,
			struct word *ret_last, bool *ret_is_trusted)
{
	int64_t times[TIMES] = {0};
	size_t at = (size_t)(keydata->start - line->start) + keydata->length;
	for (size_t i = 0; i < TIMES; i++) {
		if (!next_word(line->start, line->length, at, ret_last) ||
		    key_time(ret_last, &times[i]) != OK)
			return ERR_FORMAT;
		at = (size_t)(ret_last->start - line->start) + ret_last->length;
	}
	*ret_is_trusted = times[1] <= now_s && times[2] == 0;
	return OK;
}

struct rewriting {
	struct text text;
	int64_t now_s;
	bool has_states;    /* it is a file of RFC 5011 states */
	size_t not_trusted; /* keys at present */
};

/* The line with `type` in place of what stands from `start` to `end`. */
static void put_typed(struct rewriting *rewriting, const struct word *line,
		      const struct word *place, bool is_trusted)
{
	const char *end = place->start + place->length;
	assert(place->start >= line->start && end <= line->start + line->length);
	rewriting->has_states = true;
	rewriting->not_trusted += !is_trusted;
	text_add_octets(&rewriting->text, line->start, (size_t)(place->start - line->start));
	text_add(&rewriting->text, is_trusted ? "DNSKEY" : "CDNSKEY");
	text_add_octets(&rewriting->text, end, (size_t)(line->start + line->length - end));
}

static void put_line(struct rewriting *rewriting, const struct word *line)
{
	const char state = state_of(line->start, line->length);
	struct word place, last;
	bool is_trusted;
	if (find_word(line->start, line->length, "KEYDATA", &place) &&
	    keydata_read(line, &place, rewriting->now_s, &last, &is_trusted) == OK) {
		place.length = (size_t)(last.start + last.length - place.start);
		put_typed(rewriting, line, &place, is_trusted);
	} else if (state != '\0' && find_word(line->start, line->length, "DNSKEY", &place)) {
		put_typed(rewriting, line, &place, state == STATE_VALID || state == STATE_MISSING);
	} else {
		text_add_octets(&rewriting->text, line->start, line->length);
	}
	text_add_char(&rewriting->text, '\n');
}

static int rewrite(struct rewriting *rewriting, const char *octets, size_t size)
{
	text_init(&rewriting->text, 2 * FILE_OCTETS_MAX);
	for (size_t at = 0; at < size;) {
		const char *end = memchr(octets + at, '\n', size - at);
		const size_t length = end != NULL ? (size_t)(end - octets) - at : size - at;
		put_line(rewriting, &(struct word){octets + at, length});
		at += length + 1;
	}
	return rewriting->text.error;
}

/* ---- the file ---- */

struct anchor_list {
	struct arena *arena;
	struct record *anchors;
	size_t count;
	struct rewriting rewriting;
	const char *path;
	struct complaint *complaint;
};

/* RFC 5011 s2.1: who revokes a key says that nobody is to trust it. */
static bool is_revoked(const struct record *record)
{
	struct dnskey_rdata dnskey;
	return record->type == TYPE_DNSKEY && rdata_dnskey(record, &dnskey) == OK &&
	       (dnskey.flags & DNSKEY_REVOKE) != 0;
}

static int anchor_copy(struct anchor_list *list, const struct record *record)
{
	uint8_t *owner = arena_take_octets(list->arena, name_size(record->owner));
	uint8_t *rdata = arena_take_octets(list->arena, record->rdata_size);
	if (owner == NULL || rdata == NULL)
		return complain(list->complaint, ERR_MEMORY, "out of memory");
	name_copy_lower(owner, record->owner);
	memcpy(rdata, record->rdata, record->rdata_size);
	struct record *anchor = &list->anchors[list->count++];
	*anchor = *record;
	anchor->owner = owner;
	anchor->rdata = rdata;
	return OK;
}

static int anchor_take(void *context, const struct record *record)
{
	struct anchor_list *list = context;
	if (list->rewriting.has_states &&
	    (record->type == TYPE_SOA || record->type == TYPE_CDNSKEY))
		return OK;
	if (record->type != TYPE_DS && record->type != TYPE_DNSKEY)
		return complain(list->complaint, ERR_FORMAT,
				"a trust anchor is a DS or DNSKEY record");
	if (is_revoked(record)) {
		list->rewriting.not_trusted++;
		return OK;
	}
	if (list->count == ANCHORS_MAX)
		return complain(list->complaint, ERR_LIMIT, "it holds more than %d trust anchors",
				ANCHORS_MAX);
	return anchor_copy(list, record);
}

/* To be given back with memory_give(). */
static int read_whole(const char *path, char **ret_octets, size_t *ret_size,
		      struct complaint *complaint)
{
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return complain(complaint, error_from_errno(errno), "cannot open '%s': %s", path,
				errno_text(errno));
	char *octets = memory_take(FILE_OCTETS_MAX + 1);
	const size_t size = octets != NULL ? fread(octets, 1, FILE_OCTETS_MAX + 1, file) : 0;
	int error = OK;
	if (octets == NULL)
		error = complain(complaint, ERR_MEMORY, "out of memory");
	else if (ferror(file))
		error = complain(complaint, ERR_IO, "cannot read '%s': %s", path,
				 errno_text(errno));
	else if (size > FILE_OCTETS_MAX)
		error = complain(complaint, ERR_LIMIT,
				 "'%s' is larger than 1 MiB; is it a file of trust anchors?", path);
	(void)fclose(file);
	if (error != OK) {
		memory_give(octets);
		return error;
	}
	*ret_octets = octets;
	*ret_size = size;
	return OK;
}

static int read_anchors(struct anchor_list *list, const char *octets, size_t size)
{
	static const uint8_t root[1] = {0};
	struct complaint why = {""};
	const struct zonefile zonefile = {
		.origin = root, .default_ttl = ANCHOR_TTL_S, .take = anchor_take, .context = list};
	int error = rewrite(&list->rewriting, octets, size);
	if (error != OK)
		return complain(list->complaint, error, "out of memory");
	struct complaint *told = list->complaint;
	list->complaint = &why;
	error = zonefile_read(&zonefile, text_get(&list->rewriting.text),
			      list->rewriting.text.length, &why);
	list->complaint = told;
	if (error != OK)
		return complain(told, error, "trust anchors '%s': %s", list->path, why.text);
	if (list->count > 0)
		return OK;
	if (list->rewriting.not_trusted > 0)
		return complain(told, ERR_FORMAT,
				"'%s' holds no trust anchor that is valid now; pending, revoked or "
				"removed (RFC 5011): %zu",
				list->path, list->rewriting.not_trusted);
	return complain(told, ERR_FORMAT, "'%s' holds no trust anchor", list->path);
}

int anchors_from_file(struct arena *arena, const struct anchors_source *source,
		      struct record **ret_anchors, size_t *ret_count, struct complaint *complaint)
{
	assert(source->path != NULL);
	struct anchor_list list = {.arena = arena,
				   .path = source->path,
				   .rewriting = {.now_s = source->now_s},
				   .complaint = complaint};
	char *octets = NULL;
	size_t size = 0;
	list.anchors = arena_take_array(arena, ANCHORS_MAX, sizeof(*list.anchors));
	if (list.anchors == NULL)
		return complain(complaint, ERR_MEMORY, "out of memory");
	int error = read_whole(source->path, &octets, &size, complaint);
	if (error == OK)
		error = read_anchors(&list, octets, size);
	text_release(&list.rewriting.text);
	memory_give(octets);
	if (error != OK)
		return error;
	*ret_anchors = list.anchors;
	*ret_count = list.count;
	return OK;
}
