/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/suffix.h"

#include "base/memory.h"

#include <assert.h>
#include <libpsl.h>
#include <stdio.h>
#include <string.h>

struct suffix_list {
	const psl_ctx_t *rules;
	psl_ctx_t *own; /* to be freed; NULL: libpsl's own list */
};

static struct suffix_list *wrap(const psl_ctx_t *rules, psl_ctx_t *own)
{
	struct suffix_list *list = memory_take(sizeof(*list));
	if (list != NULL)
		*list = (struct suffix_list){.rules = rules, .own = own};
	return list;
}

int suffix_built_in(struct suffix_list **ret_list, struct complaint *complaint)
{
	const psl_ctx_t *rules = psl_builtin();
	if (rules == NULL)
		return complain(complaint, ERR_UNSUPPORTED,
				"libpsl here was built without a list of public suffixes; give a "
				"file with one");
	struct suffix_list *list = wrap(rules, NULL);
	if (list == NULL)
		return ERR_MEMORY;
	*ret_list = list;
	return OK;
}

static const char *const marks[] = {
	"// ===BEGIN ICANN DOMAINS===",
	"// ===END ICANN DOMAINS===",
	"// ===BEGIN PRIVATE DOMAINS===",
	"// ===END PRIVATE DOMAINS===",
};

/* Do the marks stand there, one after the other? */
static int check_marks(const char *octets, size_t size, struct complaint *complaint)
{
	const char *from = octets;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const char *found =
			memmem(from, (size_t)(octets + size - from), marks[i], strlen(marks[i]));
		if (found == NULL)
			return complain(complaint, ERR_FORMAT,
					"there is no line '%s' where it should be: the list of "
					"public suffixes was cut short, or is no such list",
					marks[i]);
		from = found + strlen(marks[i]);
	}
	assert(from <= octets + size);
	return OK;
}

int suffix_from_octets(const char *octets, size_t size, struct suffix_list **ret_list,
		       struct complaint *complaint)
{
	if (size > SUFFIX_FILE_OCTETS_MAX)
		return complain(complaint, ERR_LIMIT,
				"a list of public suffixes of more than 1 MiB is not read");
	int error = check_marks(octets, size, complaint);
	if (error)
		return error;
	/* libpsl reads streams; this one is ours. */
	FILE *stream = fmemopen((void *)(uintptr_t)octets, size, "r");
	if (stream == NULL)
		return ERR_MEMORY;
	psl_ctx_t *rules = psl_load_fp(stream);
	(void)fclose(stream);
	if (rules == NULL)
		return ERR_MEMORY;
	if (psl_suffix_count(rules) <= 0) {
		psl_free(rules);
		return complain(complaint, ERR_FORMAT, "the list of public suffixes has no rules");
	}
	struct suffix_list *list = wrap(rules, rules);
	if (list == NULL) {
		psl_free(rules);
		return ERR_MEMORY;
	}
	*ret_list = list;
	return OK;
}

void suffix_free(struct suffix_list *list)
{
	if (list == NULL)
		return;
	psl_free(list->own);
	memory_give(list);
}

bool suffix_is_public(const struct suffix_list *list, const uint8_t *name)
{
	char text[NAME_TEXT_MAX];
	struct name lower;
	assert(list->rules != NULL);
	if (name_is_root(name))
		return true;
	name_copy_lower(lower.octets, name);
	name_to_text(lower.octets, text);
	text[strlen(text) - 1] = '\0';
	return psl_is_public_suffix2(list->rules, text, PSL_TYPE_ANY) != 0;
}

const uint8_t *suffix_registrable(const struct suffix_list *list, const uint8_t *name)
{
	const size_t labels = name_labels(name);
	assert(labels > 0 || suffix_is_public(list, name));
	if (suffix_is_public(list, name))
		return NULL;
	/* The longest suffix that it is below counts. */
	for (size_t i = labels; i > 1; i--) {
		if (suffix_is_public(list, name_suffix(name, i - 1)))
			return name_suffix(name, i);
	}
	return name;
}

bool suffix_same_organisation(const struct suffix_list *list, const uint8_t *left,
			      const uint8_t *right)
{
	const uint8_t *mine = suffix_registrable(list, left);
	const uint8_t *other = suffix_registrable(list, right);
	if (mine == NULL || other == NULL)
		return name_equal(left, right);
	return name_equal(mine, other);
}
