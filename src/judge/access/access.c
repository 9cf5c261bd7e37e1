/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/access/access.h"

#include "base/memory.h"
#include "base/text.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* "account", its name, and as many roles as anybody has. */
#define FIELDS_MAX 16u

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
	const char *path;
	bool is_file; /* not the catalogue */
	unsigned line;
	struct complaint *complaint;
	size_t field_count;
	char *fields[FIELDS_MAX]; /* into `text` */
	char text[ACCESS_LINE_OCTETS_MAX];
};

static int wrong(const struct reading *reading, const char *what, const char *word)
{
	return complain(reading->complaint, ERR_FORMAT, "line %u of '%s': %s '%.80s'",
			reading->line, reading->path, what, word);
}

static char *trim(char *text)
{
	text += strspn(text, " \t\r");
	size_t length = strlen(text);
	while (length > 0 && strchr(" \t\r", text[length - 1]) != NULL)
		text[--length] = '\0';
	return text;
}

static int split(struct reading *reading, char *line)
{
	reading->field_count = 0;
	for (char *next = line; next != NULL;) {
		char *field = next;
		next = strchr(next, '|');
		if (next != NULL)
			*next++ = '\0';
		if (reading->field_count == FIELDS_MAX)
			return wrong(reading, "more fields than anybody needs, at", field);
		reading->fields[reading->field_count] = trim(field);
		if (reading->fields[reading->field_count++][0] == '\0')
			return wrong(reading, "an empty field behind", line);
	}
	return OK;
}

static struct role *find_role(struct access *access, const char *name)
{
	for (size_t i = 0; i < access->role_count; i++) {
		if (strcmp(access->roles[i].name, name) == 0)
			return &access->roles[i];
	}
	return NULL;
}

static int read_acts(const struct reading *reading, char *words, unsigned *ret_acts)
{
	unsigned bits = 0;
	for (char *next = words; *next != '\0';) {
		char *word = next;
		enum access_act act;
		next += strcspn(next, " \t");
		if (*next != '\0')
			*next++ = '\0';
		next += strspn(next, " \t");
		if (access_act_from_text(word, &act) != OK)
			return wrong(reading,
				     "no act (read, read-red, write, share, close, expire):", word);
		bits |= 1u << act;
	}
	*ret_acts = bits;
	return OK;
}

static int read_role(struct reading *reading)
{
	struct access *access = reading->access;
	struct role role = {.is_of_file = reading->is_file};
	if (reading->field_count != 4)
		return wrong(reading, "a role has name, acts and who that is:", reading->fields[0]);
	const char *name = reading->fields[1];
	if (strlen(name) >= sizeof(role.name))
		return wrong(reading, "too long a name:", name);
	(void)snprintf(role.name, sizeof(role.name), "%s", name);
	const int error = read_acts(reading, reading->fields[2], &role.acts);
	if (error != OK)
		return error;
	struct role *there = find_role(access, name);
	if (there != NULL && there->is_of_file == reading->is_file)
		return wrong(reading, "a role for the second time:", name);
	if (there == NULL && access->role_count == ACCESS_ROLES_MAX)
		return complain(reading->complaint, ERR_LIMIT,
				"line %u of '%s': more than %u roles", reading->line, reading->path,
				ACCESS_ROLES_MAX);
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

static int read_entry(struct reading *reading, bool is_group)
{
	struct access *access = reading->access;
	struct entry entry = {.is_group = is_group};
	if (reading->field_count < 3)
		return wrong(reading, "a name and a role are missing behind", reading->fields[0]);
	const char *name = reading->fields[1];
	if (strlen(name) >= sizeof(entry.name) || !text_is_plain(name, strlen(name)))
		return wrong(reading, "no name of an account:", name);
	(void)snprintf(entry.name, sizeof(entry.name), "%s", name);
	for (size_t i = 2; i < reading->field_count; i++) {
		const struct role *role = find_role(access, reading->fields[i]);
		if (role == NULL)
			return wrong(reading,
				     "no role (rows of roles come first):", reading->fields[i]);
		entry.roles |= UINT64_C(1) << (role - access->roles);
	}
	if (access->entry_count == ACCESS_ENTRIES_MAX)
		return complain(reading->complaint, ERR_LIMIT,
				"line %u of '%s': more than %u accounts and groups; use groups",
				reading->line, reading->path, ACCESS_ENTRIES_MAX);
	return add_entry(access, &entry);
}

static int read_line(struct reading *reading, char *line)
{
	line[strcspn(line, "#")] = '\0';
	line = trim(line);
	if (line[0] == '\0')
		return OK;
	const int error = split(reading, line);
	if (error != OK)
		return error;
	if (strcmp(reading->fields[0], "role") == 0)
		return read_role(reading);
	if (strcmp(reading->fields[0], "account") == 0 && reading->is_file)
		return read_entry(reading, false);
	if (strcmp(reading->fields[0], "group") == 0 && reading->is_file)
		return read_entry(reading, true);
	return wrong(reading, "none of role, account and group:", reading->fields[0]);
}

static int read_text(struct reading *reading, const char *text, size_t size)
{
	int error = OK;
	if (size > ACCESS_FILE_OCTETS_MAX)
		return complain(reading->complaint, ERR_LIMIT, "'%s' is longer than %zu octets",
				reading->path, ACCESS_FILE_OCTETS_MAX);
	for (size_t at = 0; error == OK && at < size;) {
		const char *end = memchr(text + at, '\n', size - at);
		const size_t length = end != NULL ? (size_t)(end - text) - at : size - at;
		reading->line++;
		if (length >= sizeof(reading->text) || memchr(text + at, '\0', length) != NULL)
			return complain(reading->complaint, ERR_FORMAT,
					"line %u of '%s' is too long, or no text", reading->line,
					reading->path);
		memcpy(reading->text, text + at, length);
		reading->text[length] = '\0';
		error = read_line(reading, reading->text);
		at += length + 1;
	}
	return error;
}

int access_new(const struct access_file *file, struct access **ret_access,
	       struct complaint *complaint)
{
	struct access *access = memory_take_zeroed(1, sizeof(*access));
	if (access == NULL)
		return complain(complaint, ERR_MEMORY, "out of memory");
	struct reading reading = {
		.access = access, .path = "catalog/roles", .complaint = complaint};
	access->is_open = file == NULL;
	int error = read_text(&reading, access_catalogue(), strlen(access_catalogue()));
	if (error == OK && file != NULL) {
		(void)snprintf(access->path, sizeof(access->path), "%s", file->path);
		reading.path = file->path;
		reading.is_file = true;
		reading.line = 0;
		error = read_text(&reading, file->text, file->size);
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
