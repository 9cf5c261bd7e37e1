/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What messages and parties have in common: an object in canonical form whose member "sig" is an
 * Ed25519 signature over a line that says what it is, and the form without that member; and the
 * reading of members one by one, where the first thing wrong sticks.
 */
#ifndef MODEL_SIGNED_PRIVATE_H
#define MODEL_SIGNED_PRIVATE_H

#include "base/arena.h"
#include "base/error.h"
#include "model/canonical.h"
#include "seal/key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `line` ends in LF: "dsfi-message-v1\n". ERR_MEMORY. */
MUST_CHECK int signed_seal(json_t *object, const char *line, const struct secret_key *key);
/* What was signed, in the arena. */
MUST_CHECK int signed_octets(struct arena *arena, const json_t *object, const char *line,
			     const char **ret_octets, size_t *ret_size);
/* The form without `without`, named: model/id.h. */
MUST_CHECK int signed_id(const json_t *object, const char *const *without, char *ret_id);

struct members {
	struct arena *arena;
	const json_t *object;
	const char *what; /* "message" */
	struct complaint *complaint;
	int error;
};

/* Complains with the name, keeps the first. */
void members_fail(struct members *members, int error, const char *name, const char *why);
/* ERR_FORMAT where the object has a member that is not among the names (ending with NULL). */
void members_are_among(struct members *members, const char *const *names);
/* NULL, with the error set, where it is not there or no text. */
const char *member_text(struct members *members, const char *name);
/* NULL where it is null. */
const char *member_text_or_null(struct members *members, const char *name);
const char *member_id(struct members *members, const char *name);
int64_t member_time(struct members *members, const char *name);
int64_t member_number(struct members *members, const char *name, int64_t least, int64_t most);
void member_signature(struct members *members, uint8_t ret_signature[SIGNATURE_OCTETS]);

/* A list of texts, each of a form, at most so many, none twice; sorted where asked. */
struct list_rule {
	bool (*is_item)(const char *text);
	const char *words; /* what an item is: "a domain name" */
	size_t most;
	bool is_sorted;
};
const char *const *member_list(struct members *members, const char *name,
			       const struct list_rule *rule, size_t *ret_count);

#endif
