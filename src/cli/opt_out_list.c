/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "base/text.h"
#include "cli/gather_private.h"
#include "cli/list_line.h"
#include "daemon/opt_out.h"
#include "os/lines.h"

#include <assert.h>
#include <string.h>

static int add_prefix(struct opt_out_list *list, const struct address *address, uint8_t bits,
		      struct complaint *complaint)
{
	if (list->count == SETTINGS_OPT_OUTS_MAX)
		return complain(complaint, ERR_LIMIT, "more than %u addresses and prefixes",
				SETTINGS_OPT_OUTS_MAX);
	if (list->count == list->room) {
		size_t room = list->room > 0 ? list->room * 2 : 64;
		struct address_prefix *larger =
			memory_resize(list->prefixes, room * sizeof(*larger));
		if (larger == NULL)
			return complain(complaint, ERR_MEMORY, "no memory for the opt-out list");
		list->prefixes = larger;
		list->room = room;
	}
	struct address_prefix prefix = {.family = address->family, .bits = bits};
	memcpy(prefix.octets, address->octets, sizeof(prefix.octets));
	prefix_mask(&prefix);
	list->prefixes[list->count++] = prefix;
	return OK;
}

static int keep_name(struct opt_out_list *list, const uint8_t *name, struct complaint *complaint)
{
	const size_t size = name_size(name);
	if (size > SETTINGS_OPT_OUT_NAMES_OCTETS_MAX - list->names_size)
		return complain(
			complaint, ERR_LIMIT,
			"more than %zu octets of domain names; a name stands for all below it",
			SETTINGS_OPT_OUT_NAMES_OCTETS_MAX);
	if (size > list->names_room - list->names_size) {
		size_t room = list->names_room > 0 ? list->names_room * 2 : 4096;
		uint8_t *larger = memory_resize(list->names, room);
		if (larger == NULL)
			return complain(complaint, ERR_MEMORY, "no memory for the opt-out list");
		list->names = larger;
		list->names_room = room;
	}
	memcpy(list->names + list->names_size, name, size);
	list->names_size += size;
	return OK;
}

static int add_domain(struct opt_out_list *list, const char *word, struct complaint *complaint)
{
	struct name name;
	bool is_converted;
	int error = name_from_user(word, &name, &is_converted, complaint);
	if (error != OK)
		return error;
	name_lower(name.octets);
	if (name_is_root(name.octets))
		return complain(complaint, ERR_FORMAT, "'.' would opt out everything");
	if (map_get(list->domains, name.octets, name_size(name.octets)) != NULL)
		return OK;
	error = keep_name(list, name.octets, complaint);
	if (error == OK)
		error = map_put(list->domains, name.octets, name_size(name.octets), list, NULL);
	return error;
}

/* An address with or without "/bits"; else a domain. */
static int add_word(struct opt_out_list *list, char *word, struct complaint *complaint)
{
	struct address address;
	char *slash = strchr(word, '/');
	if (slash != NULL)
		*slash = 0;
	bool is_address = address_from_text(word, 0, &address) == OK && address.port == 0;
	if (!is_address && slash != NULL)
		return complain(complaint, ERR_FORMAT, "'%s/%s' is no prefix", word, slash + 1);
	if (!is_address)
		return add_domain(list, word, complaint);
	uint64_t bits = address.family == ADDRESS_IPV4 ? 32 : 128;
	if (slash != NULL && number_from_text(slash + 1, 0, bits, &bits) != OK)
		return complain(complaint, ERR_FORMAT, "'%s/%s' is no prefix", word, slash + 1);
	return add_prefix(list, &address, (uint8_t)bits, complaint);
}

static int add_line(struct opt_out_list *list, const char *line, size_t length,
		    struct complaint *complaint)
{
	struct list_line read;
	int error = list_line_read(line, length, &read, complaint);
	if (error == OK && read.word != NULL)
		error = add_word(list, read.word, complaint);
	return error;
}

static int read_all(struct opt_out_list *list, const char *path, struct complaint *complaint)
{
	struct lines *lines;
	const char *line;
	size_t length;
	int error = lines_open(path, LIST_LINE_MAX, complaint, &lines);
	if (error != OK)
		return error;
	while (error == OK) {
		error = lines_next(lines, &line, &length);
		if (error == OK)
			error = add_line(list, line, length, complaint);
		else if (error == ERR_LIMIT)
			(void)complain(complaint, error, "longer than %u octets", LIST_LINE_MAX);
		else if (error != ERR_NOT_FOUND)
			(void)complain(complaint, error, "it cannot be read");
	}
	if (error != ERR_NOT_FOUND)
		(void)complain_more(complaint, error, "'%s' line %llu", path,
				    (unsigned long long)lines_number(lines));
	lines_close(lines);
	return error == ERR_NOT_FOUND ? OK : error;
}

int opt_out_list_read(const char *path, struct random *random, struct opt_out_list *ret_list,
		      struct complaint *complaint)
{
	struct opt_out_list list = {0};
	uint8_t key[16];
	random_octets(random, key, sizeof(key));
	list.domains = map_new(key);
	if (list.domains == NULL)
		return complain(complaint, ERR_MEMORY, "no memory for the opt-out list");
	int error = path != NULL ? read_all(&list, path, complaint) : OK;
	if (error != OK) {
		opt_out_list_release(&list);
		return error;
	}
	*ret_list = list;
	return OK;
}

void opt_out_list_release(struct opt_out_list *list)
{
	if (list->domains != NULL)
		map_free(list->domains, NULL);
	memory_give(list->prefixes);
	memory_give(list->names);
	*list = (struct opt_out_list){0};
}

bool opt_out_list_has(const struct opt_out_list *list, const uint8_t *domain)
{
	if (map_count(list->domains) == 0)
		return false;
	for (const uint8_t *name = domain; !name_is_root(name); name = name_parent(name)) {
		if (map_get(list->domains, name, name_size(name)) != NULL)
			return true;
	}
	return false;
}
