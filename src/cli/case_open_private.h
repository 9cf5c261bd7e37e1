/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of `dsfi case open` share: a notice as it becomes, member by member.
 *
 *   case_open.c         the command, what is said by its options, a finding
 *   case_open_again.c   is there a case of the same already?
 *   case_open_change.c  what a change says: before, now, signals, indicators, the test
 */
#ifndef CLI_CASE_OPEN_PRIVATE_H
#define CLI_CASE_OPEN_PRIVATE_H

#include "cli/cases.h"
#include "cli/change_of.h"
#include "dns/wire/name.h"

#define OPENING_MEMBERS_MAX 16u
/* Sentences, signals and indicators of one change. */
#define OPENING_LINES_MAX CASE_MESSAGE_LIST_MAX

struct opening {
	struct cases cases;
	struct arena arena; /* of what the change's states are read into */
	struct changes changes;
	char domain[NAME_TEXT_MAX]; /* of the form of messages */
	struct name name;
	const char *code; /* of a finding; NULL */
	int64_t run;      /* of a change; 0: which is to be chosen */
	struct case_member members[OPENING_MEMBERS_MAX];
	size_t member_count;
	struct complaint complaint;
};

MUST_CHECK int opening_out_of_memory(struct opening *opening);
struct case_member *opening_add(struct opening *opening, const char *name,
				enum case_member_type type);

struct opening_lines {
	const char **items;
	size_t count;
};
MUST_CHECK int opening_lines_begin(struct opening *opening, struct opening_lines *lines);
/* A line of a message has limits; what does not fit stays in the store. */
MUST_CHECK int opening_lines_add(struct opening *opening, struct opening_lines *lines,
				 const char *format, ...) PRINTF_LIKE(3, 4);
/* Lists have one item at least: without any, nothing is added. */
void opening_lines_end(struct opening *opening, const struct opening_lines *lines, const char *name,
		       enum case_member_type type);

/* Is the test given, or is there to be none? */
bool opening_has_settled_test(const struct opening *opening);
/* What to look for elsewhere: those given with --indicator, and what came with a change; `came`
 * may be NULL. ERR_ARGUMENT, ERR_LIMIT in words. */
MUST_CHECK int opening_add_indicators(struct opening *opening, const struct change_came *came);

/* case_open_again.c: cases of the same change, or the same finding, as the members say it. Those
 * that have ended are noted; ERR_ARGUMENT: one is open, and --again is not given. */
MUST_CHECK int opening_look_back(struct opening *opening);

/* case_open_change.c: what the change says. */
MUST_CHECK int opening_add_change(struct opening *opening, const struct change_found *found);

#endif
