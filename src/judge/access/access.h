/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may do what with the cases of a store: roles (catalog/roles), and which accounts and groups
 * of this machine have which, from a file. Without a file whoever can open the store may do all.
 * With one, who is not in it may do nothing. Pure: the caller says who it is.
 *
 * This keeps people from slips and the audit honest; whoever can read the store's file can read
 * what is in it. docs/roles.md tells how the two go together.
 *
 *   role    | name | acts | who that is         adds one, or replaces that of the catalogue
 *   account | name | role | role ...
 *   group   | name | role | role ...            all who are in it
 *
 * `#` begins a comment. Errors: ERR_FORMAT, ERR_LIMIT with file, line and what is wrong;
 * ERR_MEMORY.
 */
#ifndef JUDGE_ACCESS_ACCESS_H
#define JUDGE_ACCESS_ACCESS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Some thousand accounts. */
#define ACCESS_FILE_OCTETS_MAX ((size_t)1 << 20)
#define ACCESS_LINE_OCTETS_MAX 1024u
#define ACCESS_ROLES_MAX 64u
#define ACCESS_ENTRIES_MAX 4096u
#define ACCESS_NAME_MAX 64u

enum access_act {
	ACCESS_READ,
	ACCESS_READ_RED,
	ACCESS_WRITE,
	ACCESS_SHARE,
	ACCESS_CLOSE,
	ACCESS_EXPIRE,
};
#define ACCESS_ACT_COUNT 6
/* "read-red" */
const char *access_act_text(enum access_act act);
MUST_CHECK int access_act_from_text(const char *text, enum access_act *ret_act);

struct access;

struct access_file {
	const char *path;
	const char *text;
	size_t size;
};
/* `file` NULL: there is none, and everybody may do all. */
MUST_CHECK int access_new(const struct access_file *file, struct access **ret_access,
			  struct complaint *complaint);
void access_free(struct access *access); /* NULL is fine */
/* The catalogue that came with the program. */
const char *access_catalogue(void);

/* Somebody of this machine. */
struct access_account {
	const char *name;
	const char *const *groups;
	size_t group_count;
};
/* False with a sentence for the person: who may, by which file, and who could change that. */
bool access_may(const struct access *access, const struct access_account *account,
		enum access_act act, struct complaint *why);
/* The index-th role that the account has, by whichever way; NULL behind the last. */
const char *access_role_of(const struct access *access, const struct access_account *account,
			   size_t index);
/* Is there no file? */
bool access_is_open(const struct access *access);

#endif
