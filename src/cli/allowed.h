/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * May who runs this do that? By /etc/dsfi/roles, if it is there, and by the file of --roles, if one
 * is given: both must allow it, so that --roles can only take away. A file that cannot be read, or
 * makes no sense, allows nothing. The account is the one that runs the process, with its groups.
 *
 * A command about cases puts OPTION_ROLES among its options and begins with allowed(); what is
 * TLP:RED it shows only after allowed(..., ACCESS_READ_RED, ...) and notes that in the audit.
 */
#ifndef CLI_ALLOWED_H
#define CLI_ALLOWED_H

#include "base/error.h"
#include "cli/command.h"
#include "judge/access/access.h"

#define ALLOWED_SYSTEM_FILE "/etc/dsfi/roles"

#define OPTION_ROLES                                                                           \
	{                                                                                      \
		.name = "roles", .kind = OPTION_FILE, .argument = "FILE",                      \
		.help = "who may do what, besides " ALLOWED_SYSTEM_FILE ": both must allow it" \
	}

/* ERR_PERMISSION with a sentence; errors of the files. */
MUST_CHECK int allowed(const struct options *options, enum access_act act,
		       struct complaint *complaint);

/* The files that apply, read; and an account with its groups. */
#define ALLOWED_FILES_MAX 2u
#define ALLOWED_GROUPS_MAX 256u
struct allowed_files {
	struct access *access[ALLOWED_FILES_MAX];
	size_t count; /* 0: everybody may do all */
};
MUST_CHECK int allowed_read(const struct options *options, struct allowed_files *ret_files,
			    struct complaint *complaint);
void allowed_release(struct allowed_files *files);
bool allowed_by(const struct allowed_files *files, const struct access_account *account,
		enum access_act act, struct complaint *why);

struct allowed_account {
	struct access_account account;
	char name[ACCESS_NAME_MAX];
	const char *groups[ALLOWED_GROUPS_MAX];
	char group_names[ALLOWED_GROUPS_MAX][ACCESS_NAME_MAX];
};
/* `name` NULL: who runs this. ERR_NOT_FOUND: this machine has no such account; it is then one
 * without groups. The struct is large: on the heap. */
MUST_CHECK int allowed_find(const char *name, struct allowed_account *ret_account,
			    struct complaint *complaint);

#endif
