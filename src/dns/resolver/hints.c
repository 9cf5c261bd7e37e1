/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/resolver/resolver.h"
#include "dns/wire/type.h"
#include "dns/wire/zonefile.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define DNS_PORT 53
/* A line with one address; longer ones are not addresses. */
#define LINE_OCTETS_MAX 256
/* Where a zone file gives none; nobody looks at it. */
#define HINT_TTL_S 3600

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

/* ---- root servers: addresses one a line, or a zone file as IANA's named.root ---- */

struct hint_list {
	struct address *hints;
	size_t room;
	size_t count;
	unsigned int line;
	const char *path;
	struct complaint *complaint;
};

static int hint_add(struct hint_list *list, const struct address *address)
{
	if (list->count == list->room)
		return complain(list->complaint, ERR_LIMIT, "'%s' names more than %zu root servers",
				list->path, list->room);
	list->hints[list->count++] = *address;
	return OK;
}

static int hint_take(void *context, const struct record *record)
{
	struct hint_list *list = context;
	if (record->type != TYPE_A && record->type != TYPE_AAAA)
		return OK;
	struct address address = record->type == TYPE_A
					 ? address_from_ipv4(record->rdata, DNS_PORT)
					 : address_from_ipv6(record->rdata, DNS_PORT);
	return hint_add(list, &address);
}

/* The line without white space around it, comments (# and ;) gone. */
static char *trimmed(char *line)
{
	char *text = line + strspn(line, " \t");
	text[strcspn(text, "#;\r\n")] = '\0';
	size_t length = strlen(text);
	while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		text[--length] = '\0';
	return text;
}

/* ERR_FORMAT: a line that is no address; `list->line` says which. */
static int read_addresses(struct hint_list *list, FILE *file)
{
	char line[LINE_OCTETS_MAX];
	while (fgets(line, sizeof(line), file) != NULL) {
		const char *text = trimmed(line);
		struct address address;
		list->line++;
		if (*text == '\0')
			continue;
		if (address_from_text(text, DNS_PORT, &address) != OK)
			return complain(list->complaint, ERR_FORMAT,
					"%s line %u: '%.80s' is no address; write one IPv4 or IPv6 "
					"address a line, or a zone file",
					list->path, list->line, text);
		int error = hint_add(list, &address);
		if (error != OK)
			return error;
	}
	if (ferror(file))
		return complain(list->complaint, ERR_IO, "cannot read '%s'", list->path);
	return OK;
}

static int read_hints(struct hint_list *list)
{
	FILE *file = fopen(list->path, "re");
	if (file == NULL)
		return complain(list->complaint, error_from_errno(errno), "cannot open '%s': %s",
				list->path, errno_text(errno));
	int error = read_addresses(list, file);
	(void)fclose(file);
	if (error != ERR_FORMAT || list->count > 0)
		return error;
	/* It does not begin with an address: a zone file, then; else the first complaint stands. */
	static const uint8_t root[1] = {0};
	struct complaint zone_complaint;
	const struct zonefile zonefile = {
		.origin = root, .default_ttl = HINT_TTL_S, .take = hint_take, .context = list};
	int zone_error = zonefile_read_file(&zonefile, list->path, &zone_complaint);
	return zone_error == OK || zone_error == ERR_LIMIT ? zone_error : error;
}

int hints_from_file(const char *path, struct address *ret_hints, size_t room, size_t *ret_count,
		    struct complaint *complaint)
{
	assert(path != NULL && room > 0);
	struct hint_list list = {
		.hints = ret_hints, .room = room, .path = path, .complaint = complaint};
	int error = read_hints(&list);
	if (error != OK)
		return error;
	if (list.count == 0)
		return complain(complaint, ERR_FORMAT, "'%s' names no root server", path);
	*ret_count = list.count;
	return OK;
}
