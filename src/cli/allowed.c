/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/allowed.h"

#include "base/memory.h"
#include "os/file.h"

#include <assert.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the system's functions for accounts and groups want; large groups need much. */
#define ENTRY_ROOM ((size_t)256 << 10)

/* --- files -------------------------------------------------------------------------------------
 */

static int add_file(struct allowed_files *files, const char *path, struct complaint *complaint)
{
	struct access_file file = {.path = path};
	char *text = NULL;
	assert(files->count < ALLOWED_FILES_MAX);
	int error = file_read(path, ACCESS_FILE_OCTETS_MAX, complaint, &text, &file.size);
	file.text = text;
	if (error == OK)
		error = access_new(&file, &files->access[files->count], complaint);
	if (error == OK)
		files->count++;
	memory_give(text);
	return error;
}

/* Whoever can write it could give themselves a role. */
static int check_system_file(bool *ret_is_there, struct complaint *complaint)
{
	struct stat status;
	*ret_is_there = stat(ALLOWED_SYSTEM_FILE, &status) == 0;
	/* A folder on the way that is not there is no file either. */
	if (!*ret_is_there && errno != ENOENT && errno != ENOTDIR)
		return complain(complaint, error_from_errno(errno),
				"cannot see whether there is a '%s', which says who may do what",
				ALLOWED_SYSTEM_FILE);
	if (!*ret_is_there || (status.st_uid == 0 && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0))
		return OK;
	return complain(complaint, ERR_PERMISSION,
			"'%s' can be written by others than root, and so says nothing: chown root "
			"and chmod 644",
			ALLOWED_SYSTEM_FILE);
}

int allowed_read(const struct options *options, struct allowed_files *ret_files,
		 struct complaint *complaint)
{
	const char *path = options_text(options, "roles");
	bool is_there = false;
	*ret_files = (struct allowed_files){.count = 0};
	int error = check_system_file(&is_there, complaint);
	if (error == OK && is_there)
		error = add_file(ret_files, ALLOWED_SYSTEM_FILE, complaint);
	if (error == OK && path != NULL)
		error = add_file(ret_files, path, complaint);
	return error;
}

void allowed_release(struct allowed_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		access_free(files->access[i]);
	files->count = 0;
}

/* --- who ---------------------------------------------------------------------------------------
 */

static void add_group(struct allowed_account *account, gid_t group, char *room)
{
	struct group entry, *found = NULL;
	const size_t at = account->account.group_count;
	if (at == ALLOWED_GROUPS_MAX || getgrgid_r(group, &entry, room, ENTRY_ROOM, &found) != 0 ||
	    found == NULL || strlen(found->gr_name) >= ACCESS_NAME_MAX)
		return;
	(void)snprintf(account->group_names[at], ACCESS_NAME_MAX, "%s", found->gr_name);
	account->groups[at] = account->group_names[at];
	account->account.group_count++;
}

/* What the process has, not what the system's lists say now: a group left is left at the next
 * log-in. */
static void add_own_groups(struct allowed_account *account, char *room)
{
	gid_t groups[ALLOWED_GROUPS_MAX];
	const int count = getgroups(ALLOWED_GROUPS_MAX, groups);
	add_group(account, getgid(), room);
	for (int i = 0; i < count; i++) {
		if (groups[i] != getgid())
			add_group(account, groups[i], room);
	}
}

static void add_listed_groups(struct allowed_account *account, gid_t group, char *room)
{
	gid_t groups[ALLOWED_GROUPS_MAX];
	int count = ALLOWED_GROUPS_MAX;
	if (getgrouplist(account->name, group, groups, &count) < 0)
		count = ALLOWED_GROUPS_MAX;
	for (int i = 0; i < count; i++)
		add_group(account, groups[i], room);
}

static int find(const char *name, struct allowed_account *account, char *room,
		struct complaint *complaint)
{
	struct passwd entry, *found = NULL;
	const int failure = name == NULL ? getpwuid_r(getuid(), &entry, room, ENTRY_ROOM, &found)
					 : getpwnam_r(name, &entry, room, ENTRY_ROOM, &found);
	const char *known = failure == 0 && found != NULL ? found->pw_name : name;
	if (known != NULL && strlen(known) >= sizeof(account->name))
		return complain(complaint, ERR_ARGUMENT, "'%.80s' is no name of an account", known);
	if (known != NULL)
		(void)snprintf(account->name, sizeof(account->name), "%s", known);
	else
		(void)snprintf(account->name, sizeof(account->name), "%lu",
			       (unsigned long)getuid());
	account->account.name = account->name;
	account->account.groups = account->groups;
	if (name == NULL)
		add_own_groups(account, room);
	else if (failure == 0 && found != NULL)
		add_listed_groups(account, found->pw_gid, room);
	else
		return complain(complaint, ERR_NOT_FOUND, "this machine has no account '%s'", name);
	return OK;
}

int allowed_find(const char *name, struct allowed_account *ret_account, struct complaint *complaint)
{
	char *room = memory_take(ENTRY_ROOM);
	if (room == NULL)
		return complain(complaint, ERR_MEMORY, "out of memory");
	*ret_account = (struct allowed_account){.name = ""};
	const int error = find(name, ret_account, room, complaint);
	memory_give(room);
	return error;
}

/* --- may it? -----------------------------------------------------------------------------------
 */

bool allowed_by(const struct allowed_files *files, const struct access_account *account,
		enum access_act act, struct complaint *why)
{
	for (size_t i = 0; i < files->count; i++) {
		if (!access_may(files->access[i], account, act, why))
			return false;
	}
	return true;
}

int allowed(const struct options *options, enum access_act act, struct complaint *complaint)
{
	struct allowed_files files;
	struct allowed_account *account = NULL;
	int error = allowed_read(options, &files, complaint);
	if (error == OK && files.count > 0) {
		account = memory_take(sizeof(*account));
		error = account == NULL ? complain(complaint, ERR_MEMORY, "out of memory")
					: allowed_find(NULL, account, complaint);
		if (error == OK && !allowed_by(&files, &account->account, act, complaint))
			error = ERR_PERMISSION;
	}
	memory_give(account);
	allowed_release(&files);
	return error;
}
