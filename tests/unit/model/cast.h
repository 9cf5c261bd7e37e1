/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parties and messages for this room's tests: keys made of seeds, and drafts to change. */
#ifndef TESTS_MODEL_CAST_H
#define TESTS_MODEL_CAST_H

#include "model/case_message.h"
#include "model/party.h"

#define CAST_NOW_S 1790000000
#define CAST_PARTIES 4

struct cast {
	struct arena arena;
	struct secret_key keys[CAST_PARTIES]; /* registry, registrar, CSIRT, stranger */
	struct party_file parties[CAST_PARTIES];
	struct complaint complaint;
};

void cast_init(struct cast *cast);
void cast_release(struct cast *cast);
/* Trusts all but the last, which is nobody's. */
struct case_trust cast_trust(struct cast *cast);
/* The draft of a party's first version; its lists are static. */
struct party_file cast_draft(const struct secret_key *key, const char *name,
			     struct party_key *room);
/* From the first to the second and third. */
struct case_message cast_notice(struct cast *cast);
/* Made by the second, after the notice, to the first. */
struct case_message cast_answer(struct cast *cast, const struct case_message *notice);

#endif
