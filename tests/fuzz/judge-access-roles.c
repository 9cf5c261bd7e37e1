/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file of roles. Property: a table that is refused says why; in one that is taken, who may do
 * something has a role, and whoever is named nowhere may do nothing.
 */
#include "judge/access/access.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct access *access, const struct access_account *account)
{
	const bool has_role = access_role_of(access, account, 0) != NULL;
	for (unsigned i = 0; i < ACCESS_ACT_COUNT; i++) {
		struct complaint why = {""};
		const bool may = access_may(access, account, (enum access_act)i, &why);
		assert(!may || has_role);
		assert(may == (why.text[0] == '\0'));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const groups[] = {"csirt", "users"};
	static const struct access_account ana = {"ana", groups, 2};
	/* Longer than a name in a file may be. */
	static const struct access_account nobody = {
		"nobody-has-such-a-name-since-it-is-longer-than-a-file-may-have-them", NULL, 0};
	const struct access_file file = {"t", (const char *)data, size};
	struct complaint complaint = {""};
	struct access *access = NULL;
	const int error = access_new(&file, &access, &complaint);
	if (error != OK) {
		assert(complaint.text[0] != '\0' || error == ERR_MEMORY);
		return 0;
	}
	assert(!access_is_open(access));
	check(access, &ana);
	assert(access_role_of(access, &nobody, 0) == NULL);
	check(access, &nobody);
	access_free(access);
	return 0;
}
