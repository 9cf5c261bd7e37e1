/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parties in the store: every version of each one's file, as it was signed, and whether its
 * contacts worked when they were last tried. What may be put is the caller's to decide
 * (party_may_replace of model/party.h); here a version that is there is never changed. As elsewhere
 * in the store, store_commit makes what was put last (keep/store/store.h, which tells of errors
 * too).
 */
#ifndef KEEP_STORE_PARTIES_H
#define KEEP_STORE_PARTIES_H

#include "keep/store/store.h"
#include "model/party.h"

struct store_party {
	const char *id;
	int64_t edition, added_s;
	const char *octets; /* as signed; party_read reads them */
	size_t size;
};
/* The pointers live during the call. */
typedef int store_take_party(void *context, const struct store_party *party);

/* ERR_EXISTS, with the store as it was: this edition is here. */
MUST_CHECK int store_party_put(struct store *store, const struct party_file *party, int64_t added_s,
			       struct complaint *complaint);
/* The newest edition; ERR_NOT_FOUND. */
MUST_CHECK int store_party(struct store *store, const char *id, store_take_party *take,
			   void *context, struct complaint *complaint);
/* Of every party the newest, in order of id; of one party all, oldest first (NULL: of all
 * parties). */
MUST_CHECK int store_parties(struct store *store, store_take_party *take, void *context,
			     struct complaint *complaint);
MUST_CHECK int store_party_editions(struct store *store, const char *id, store_take_party *take,
				    void *context, struct complaint *complaint);

/* Whose store this is: the party that signs here. ERR_NOT_FOUND: nobody's yet. */
MUST_CHECK int store_self_put(struct store *store, const char *party, struct complaint *complaint);
MUST_CHECK int store_self(struct store *store, char ret_party[ID_ROOM],
			  struct complaint *complaint);

struct store_contact {
	const char *party, *kind, *value;
	int64_t tried_s, worked_s; /* worked 0: never */
	const char *outcome;       /* of the last time, in words */
};
typedef int store_take_contact(void *context, const struct store_contact *contact);
/* Replaces what was noted before of this contact. */
MUST_CHECK int store_contact_put(struct store *store, const struct store_contact *contact,
				 struct complaint *complaint);
MUST_CHECK int store_contacts(struct store *store, const char *party, store_take_contact *take,
			      void *context, struct complaint *complaint);

#endif
