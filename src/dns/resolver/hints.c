/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/resolver/resolver.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define DNS_PORT 53
/* A DNSKEY record of 4096 bits in presentation form takes some 800 characters. */
#define LINE_OCTETS_MAX 4096
/* Trust anchors of one file: the root's two or three, and those of private zones. */
#define ANCHORS_MAX 64

/* https://www.iana.org/domains/root/servers */
static const char *const root_servers[] = {
	"198.41.0.4",     "2001:503:ba3e::2:30", /* a */
	"170.247.170.2",  "2801:1b8:10::b",      /* b */
	"192.33.4.12",    "2001:500:2::c",       /* c */
	"199.7.91.13",    "2001:500:2d::d",      /* d */
	"192.203.230.10", "2001:500:a8::e",      /* e */
	"192.5.5.241",    "2001:500:2f::f",      /* f */
	"192.112.36.4",   "2001:500:12::d0d",    /* g */
	"198.97.190.53",  "2001:500:1::53",      /* h */
	"192.36.148.17",  "2001:7fe::53",        /* i */
	"192.58.128.30",  "2001:503:c27::2:30",  /* j */
	"193.0.14.129",   "2001:7fd::1",         /* k */
	"199.7.83.42",    "2001:500:9f::42",     /* l */
	"202.12.27.33",   "2001:dc3::35",        /* m */
};

/* KSK-2017 and KSK-2024 as published by IANA (RFC 9718). */
static const char *const root_anchors[] = {
	". 172800 IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
	". 172800 IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

size_t hints_built_in(struct address *ret_hints, size_t room)
{
	size_t count = 0;
	for (; count < COUNT_OF(root_servers) && count < room; count++) {
		int error = address_from_text(root_servers[count], DNS_PORT, &ret_hints[count]);
		assert(error == OK);
		(void)error;
	}
	return count;
}

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

/* ---- files: one thing a line, empty lines and comments (# or ;) passed over ---- */

struct lines {
	FILE *file;
	const char *path;
	unsigned int number;
	struct complaint *complaint;
	char text[LINE_OCTETS_MAX];
};

static int lines_open(struct lines *lines, const char *path, struct complaint *complaint)
{
	assert(path != NULL);
	*lines = (struct lines){.path = path, .complaint = complaint};
	lines->file = fopen(path, "re");
	if (lines->file == NULL)
		return complain(complaint, error_from_errno(errno), "cannot open '%s': %s", path,
				strerror(errno));
	return OK;
}

/* The line without white space around it; ERR_NOT_FOUND at the end. */
static int lines_next(struct lines *lines, char **ret_text)
{
	while (fgets(lines->text, sizeof(lines->text), lines->file) != NULL) {
		lines->number++;
		size_t length = strlen(lines->text);
		if (length + 1 == sizeof(lines->text) && lines->text[length - 1] != '\n')
			return complain(lines->complaint, ERR_LIMIT,
					"%s line %u: longer than %u characters", lines->path,
					lines->number, LINE_OCTETS_MAX - 2);
		while (length > 0 && strchr(" \t\r\n", lines->text[length - 1]) != NULL)
			lines->text[--length] = '\0';
		char *text = lines->text + strspn(lines->text, " \t");
		if (*text == '\0' || *text == '#' || *text == ';')
			continue;
		*ret_text = text;
		return OK;
	}
	if (ferror(lines->file))
		return complain(lines->complaint, ERR_IO, "cannot read '%s'", lines->path);
	return ERR_NOT_FOUND;
}

static int read_hints(struct lines *lines, struct address *hints, size_t room, size_t *count)
{
	char *text;
	int error;
	while ((error = lines_next(lines, &text)) == OK) {
		if (*count == room)
			return complain(lines->complaint, ERR_LIMIT,
					"%s line %u: more than %zu root servers", lines->path,
					lines->number, room);
		if (address_from_text(text, DNS_PORT, &hints[*count]) != OK)
			return complain(lines->complaint, ERR_FORMAT,
					"%s line %u: '%s' is no address; write one IPv4 or IPv6 "
					"address a line",
					lines->path, lines->number, text);
		(*count)++;
	}
	if (error != ERR_NOT_FOUND)
		return error;
	if (*count == 0)
		return complain(lines->complaint, ERR_FORMAT, "'%s' names no root server",
				lines->path);
	return OK;
}

int hints_from_file(const char *path, struct address *ret_hints, size_t room, size_t *ret_count,
		    struct complaint *complaint)
{
	struct lines lines;
	int error = lines_open(&lines, path, complaint);
	if (error != OK)
		return error;
	size_t count = 0;
	error = read_hints(&lines, ret_hints, room, &count);
	(void)fclose(lines.file);
	if (error == OK)
		*ret_count = count;
	return error;
}

static int read_anchor(struct lines *lines, struct arena *arena, const char *text,
		       struct record *ret_anchor)
{
	struct complaint why = {""};
	struct record record;
	int error = record_from_text(arena, text, &record, &why);
	if (error != OK)
		return complain(lines->complaint, error, "%s line %u: %s", lines->path,
				lines->number, why.text);
	if (record.type != TYPE_DS && record.type != TYPE_DNSKEY)
		return complain(lines->complaint, ERR_FORMAT,
				"%s line %u: a trust anchor is a DS or DNSKEY record", lines->path,
				lines->number);
	*ret_anchor = record;
	return OK;
}

static int read_anchors(struct lines *lines, struct arena *arena, struct record *anchors,
			size_t *count)
{
	char *text;
	int error;
	while ((error = lines_next(lines, &text)) == OK) {
		if (*count == ANCHORS_MAX)
			return complain(lines->complaint, ERR_LIMIT,
					"%s line %u: more than %d trust anchors", lines->path,
					lines->number, ANCHORS_MAX);
		error = read_anchor(lines, arena, text, &anchors[*count]);
		if (error != OK)
			return error;
		(*count)++;
	}
	if (error != ERR_NOT_FOUND)
		return error;
	if (*count == 0)
		return complain(lines->complaint, ERR_FORMAT, "'%s' holds no trust anchor",
				lines->path);
	return OK;
}

int anchors_from_file(struct arena *arena, const char *path, struct record **ret_anchors,
		      size_t *ret_count, struct complaint *complaint)
{
	struct record *anchors = arena_take_array(arena, ANCHORS_MAX, sizeof(*anchors));
	if (anchors == NULL)
		return complain(complaint, ERR_MEMORY, "out of memory");
	struct lines lines;
	int error = lines_open(&lines, path, complaint);
	if (error != OK)
		return error;
	size_t count = 0;
	error = read_anchors(&lines, arena, anchors, &count);
	(void)fclose(lines.file);
	if (error != OK)
		return error;
	*ret_anchors = anchors;
	*ret_count = count;
	return OK;
}
