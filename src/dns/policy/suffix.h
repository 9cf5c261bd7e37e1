/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Public suffixes: names below which somebody else can register. From a file in the form of the
 * public suffix list, or the list that came with libpsl. It answers who could register a name, and
 * whether two names belong to one organisation.
 *
 * A file must hold both of the list's divisions, each with its end: one that was cut short would
 * call other people's domains one organisation, and is refused.
 */
#ifndef DNS_POLICY_SUFFIX_H
#define DNS_POLICY_SUFFIX_H

#include "base/error.h"
#include "dns/wire/name.h"

#include <stdbool.h>
#include <stddef.h>

/* The list of 2026 has 330 KiB; it goes to the workers in one frame. */
#define SUFFIX_FILE_OCTETS_MAX ((size_t)1 << 20)

struct suffix_list;

/* What libpsl brings. ERR_MEMORY; ERR_UNSUPPORTED with words: it was built without a list. */
MUST_CHECK int suffix_built_in(struct suffix_list **ret_list, struct complaint *complaint);
/* From the octets of a file. ERR_FORMAT, ERR_LIMIT with words; ERR_MEMORY. */
MUST_CHECK int suffix_from_octets(const char *octets, size_t size, struct suffix_list **ret_list,
				  struct complaint *complaint);
void suffix_free(struct suffix_list *list);

/* A suffix itself: names directly below it are registered by whoever comes. The root and any
 * top-level domain that the list does not know are. */
bool suffix_is_public(const struct suffix_list *list, const uint8_t *name);
/* The name that was, or could be, registered: one label below the suffix. A pointer into `name`;
 * NULL: it is a public suffix itself. */
const uint8_t *suffix_registrable(const struct suffix_list *list, const uint8_t *name);
/* Are both below, or the same as, one registrable name? */
bool suffix_same_organisation(const struct suffix_list *list, const uint8_t *left,
			      const uint8_t *right);

#endif
