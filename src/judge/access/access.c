/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/access/access.h"

#include "base/memory.h"
#include "base/rows.h"
#include "base/text.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static_assert(ACCESS_ROLES_MAX <= 64, "roles are bits of 64");

struct role {
	char name[ACCESS_NAME_MAX];
	unsigned acts; /* bits */
	bool is_of_file;
};

struct entry {
	bool is_group;
	char name[ACCESS_NAME_MAX];
	uint64_t roles; /* bits, by index */
};

struct access {
	bool is_open;
	char path[256];
	struct role roles[ACCESS_ROLES_MAX];
	size_t role_count;
	struct entry *entries;
	size_t entry_count, entry_room;
};

static const char *const acts[] = {"read", "read-red", "write", "share", "close", "expire"};
static_assert(sizeof(acts) / sizeof(acts[0]) == ACCESS_ACT_COUNT, "a word an act");

const char *access_act_text(enum access_act act)
{
	assert((unsigned)act < ACCESS_ACT_COUNT);
	return acts[act];
}

int access_act_from_text(const char *text, enum access_act *ret_act)
{
	for (unsigned i = 0; i < ACCESS_ACT_COUNT; i++) {
		if (strcmp(text, acts[i]) == 0) {
			*ret_act = (enum access_act)i;
			return OK;
		}
	}
	return ERR_FORMAT;
}

/* --- reading -----------------------------------------------------------------------------------
 */

struct reading {
	struct access *access;
	bool is_file; /* not the catalogue */
};

static int wrong(const struct row *row, const char *what, const char *word)
{
	return complain(row->complaint, ERR_FORMAT, "%s '%.80s'", what, word);
}

static struct role *find_role(struct access *access, const char *name)
{
	for (size_t i = 0; i < access->role_count; i++) {
		if (strcmp(access->roles[i].name, name) == 0)
			return &access->roles[i];
	}
	return NULL;
}

static int read_acts(const struct row *row, const char *words, unsigned *ret_acts)
{
	unsigned bits = 0;
	for (const char *next = words; *next != '\0';) {
		const size_t length = strcspn(next, " \t");
		char word[ACCESS_NAME_MAX] = "";
		enum access_act act;
		if (length < sizeof(word))
			memcpy(word, next, length);
		if (access_act_from_text(word, &act) != OK)
			return wrong(row,
				     "no act (read, read-red, write, share, close, expire):", next);
		bits |= 1u << act;
		next += length;
		next += strspn(next, " \t");
	}
	*ret_acts = bits;
	return OK;
}

static int read_role(struct reading *reading, const struct row *row)
{
	struct access *access = reading->access;
	struct role role = {.is_of_file = reading->is_file};
	if (row->count != 4)
		return wrong(row, "a role has name, acts and who that is:", row->fields[0]);
	const char *name = row->fields[1];
	if (strlen(name) >= sizeof(role.name))
		return wrong(row, "too long a name:", name);
	(void)snprintf(role.name, sizeof(role.name), "%s", name);
	const int error = read_acts(row, row->fields[2], &role.acts);
	if (error != OK)
		return error;
	struct role *there = find_role(access, name);
	if (there != NULL && there->is_of_file == reading->is_file)
		return wrong(row, "a role for the second time:", name);
	if (there == NULL && access->role_count == ACCESS_ROLES_MAX)
		return complain(row->complaint, ERR_LIMIT, "more than %u roles", ACCESS_ROLES_MAX);
	if (there == NULL)
		there = &access->roles[access->role_count++];
	*there = role;
	return OK;
}

static int add_entry(struct access *access, const struct entry *entry)
{
	if (access->entry_count == access->entry_room) {
		const size_t room = 2 * access->entry_room + 16;
		struct entry *larger = memory_resize(access->entries, room * sizeof(*larger));
		if (larger == NULL)
			return ERR_MEMORY;
		access->entries = larger;
		access->entry_room = room;
	}
	access->entries[access->entry_count++] = *entry;
	return OK;
}

static int read_entry(struct reading *reading, const struct row *row, bool is_group)
{
	struct access *access = reading->access;
	struct entry entry = {.is_group = is_group};
	if (row->count < 3)
		return wrong(row, "a name and a role are missing behind", row->fields[0]);
	const char *name = row->fields[1];
	if (strlen(name) >= sizeof(entry.name) || !text_is_plain(name, strlen(name)))
		return wrong(row, "no name of an account:", name);
	(void)snprintf(entry.name, sizeof(entry.name), "%s", name);
	for (size_t i = 2; i < row->count; i++) {
		const struct role *role = find_role(access, row->fields[i]);
		if (role == NULL)
			return wrong(row, "no role (rows of roles come first):", row->fields[i]);
		entry.roles |= UINT64_C(1) << (role - access->roles);
	}
	if (access->entry_count == ACCESS_ENTRIES_MAX)
		return complain(row->complaint, ERR_LIMIT,
				"more than %u accounts and groups; use groups", ACCESS_ENTRIES_MAX);
	return add_entry(access, &entry);
}

static int read_row(void *context, const struct row *row)
{
	struct reading *reading = context;
	const char *kind = row->fields[0];
	for (size_t i = 0; i < row->count; i++) {
		if (row->fields[i][0] == '\0')
			return wrong(row, "an empty field behind", i > 0 ? row->fields[i - 1] : "");
	}
	if (strcmp(kind, "role") == 0)
		return read_role(reading, row);
	if (strcmp(kind, "account") == 0 && reading->is_file)
		return read_entry(reading, row, false);
	if (strcmp(kind, "group") == 0 && reading->is_file)
		return read_entry(reading, row, true);
	return wrong(row, "none of role, account and group:", kind);
}

static int read_text(struct reading *reading, const struct access_file *file,
		     struct complaint *complaint)
{
	const struct rows_source source = {.path = file->path,
					   .text = file->text,
					   .size = file->size,
					   .size_max = ACCESS_FILE_OCTETS_MAX,
					   .line_max = ACCESS_LINE_OCTETS_MAX};
	struct arena arena;
	/* The file, taken apart: a field takes an octet more than it has. */
	arena_init(&arena, 4 * ACCESS_FILE_OCTETS_MAX, 0);
	const int error = rows_read(&arena, &source, read_row, reading, complaint);
	arena_release(&arena);
	return error == ERR_MEMORY ? complain(complaint, error, "out of memory") : error;
}

int access_new(const struct access_file *file, struct access **ret_access,
	       struct complaint *complaint)
{
	struct access *access = memory_take_zeroed(1, sizeof(*access));
	if (access == NULL)
		return complain(complaint, ERR_MEMORY, "out of memory");
	const struct access_file catalogue = {.path = "catalog/roles",
					      .text = access_catalogue(),
					      .size = strlen(access_catalogue())};
	struct reading reading = {.access = access};
	access->is_open = file == NULL;
	int error = read_text(&reading, &catalogue, complaint);
	if (error == OK && file != NULL) {
		(void)snprintf(access->path, sizeof(access->path), "%s", file->path);
		reading.is_file = true;
		error = read_text(&reading, file, complaint);
	}
	if (error != OK) {
		access_free(access);
		return error;
	}
	*ret_access = access;
	return OK;
}

void access_free(struct access *access)
{
	if (access == NULL)
		return;
	memory_give(access->entries);
	memory_give(access);
}

/* --- deciding ----------------------------------------------------------------------------------
 */

bool access_is_open(const struct access *access)
{
	return access->is_open;
}

static bool is_of(const struct entry *entry, const struct access_account *account)
{
	if (!entry->is_group)
		return strcmp(entry->name, account->name) == 0;
	for (size_t i = 0; i < account->group_count; i++) {
		if (strcmp(entry->name, account->groups[i]) == 0)
			return true;
	}
	return false;
}

static uint64_t roles_of(const struct access *access, const struct access_account *account)
{
	uint64_t roles = 0;
	assert(account->name != NULL);
	for (size_t i = 0; i < access->entry_count; i++) {
		if (is_of(&access->entries[i], account))
			roles |= access->entries[i].roles;
	}
	return roles;
}

const char *access_role_of(const struct access *access, const struct access_account *account,
			   size_t index)
{
	const uint64_t roles = roles_of(access, account);
	for (size_t i = 0; i < access->role_count; i++) {
		if ((roles >> i & 1) != 0 && index-- == 0)
			return access->roles[i].name;
	}
	return NULL;
}

bool access_may(const struct access *access, const struct access_account *account,
		enum access_act act, struct complaint *why)
{
	assert((unsigned)act < ACCESS_ACT_COUNT);
	if (access->is_open)
		return true;
	const uint64_t roles = roles_of(access, account);
	for (size_t i = 0; i < access->role_count; i++) {
		if ((roles >> i & 1) != 0 && (access->roles[i].acts >> act & 1) != 0)
			return true;
	}
	(void)complain(why, ERR_PERMISSION,
		       "'%s' may not %s: by '%s' it has %s; who keeps that file can change it",
		       account->name, access_act_text(act), access->path,
		       roles == 0 ? "no role" : "no role that may");
	return false;
}
