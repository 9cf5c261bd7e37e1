/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A party: an organisation that takes part in cases, as it describes itself in a file that it signs
 * (docs/format/party.md, version 1): what it is, what it speaks for, its keys, how it is reached,
 * how much it may be told. Its id is of its first signing key, so a file that this key signed
 * proves itself; whether the organisation is who it says, the reader knows from where the file
 * came.
 *
 * A newer version replaces an older one when a key signed it that the older one names and that has
 * not ended. Keys are never dropped, only ended: what they signed in their time stays proven.
 *
 * (What one can do about a finding is `enum party`, of model/finding.h; this is its file.)
 */
#ifndef MODEL_PARTY_H
#define MODEL_PARTY_H

#include "base/arena.h"
#include "base/error.h"
#include "model/case_message.h"
#include "model/contact.h"
#include "model/id.h"
#include "model/tlp.h"
#include "seal/key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PARTY_VERSION 1
/* A thousand names of scope and what is around them. */
#define PARTY_OCTETS_MAX ((size_t)128 * 1024)
#define PARTY_NAME_MAX 200u
/* A change of keys each year for longer than anybody plans. */
#define PARTY_KEYS_MAX 16u
#define PARTY_CONTACTS_MAX 16u
#define PARTY_SCOPE_MAX 1024u
#define PARTY_ROLES_MAX 8u
#define PARTY_LANGUAGES_MAX 16u
/* The number of the newest version; one a day for longer than DNS is old. */
#define PARTY_EDITION_MAX 1000000

enum party_role {
	PARTY_IS_REGISTRANT,
	PARTY_IS_REGISTRAR,
	PARTY_IS_REGISTRY,
	PARTY_IS_DNS_OPERATOR,
	PARTY_IS_NETWORK,
	PARTY_IS_HOSTER,
	PARTY_IS_CSIRT,
	PARTY_IS_OTHER,
};
#define PARTY_ROLE_COUNT 8
const char *party_role_text(enum party_role role);
MUST_CHECK int party_role_from_text(const char *text, enum party_role *ret_role);

struct party_key {
	struct public_key key;
	int64_t since_s;
	int64_t until_s; /* 0: still good */
};

enum party_scope { SCOPE_TLDS, SCOPE_DOMAINS, SCOPE_PREFIXES, SCOPE_NAMESERVERS };
#define SCOPE_COUNT 4
const char *party_scope_text(enum party_scope scope);
struct party_names {
	const char *const *items; /* sorted */
	size_t count;
};

/* What may stand in a list of one's own file. Of a language the form of BCP 47 (RFC 5646 s2.1): two
 * or three letters, then subtags; files of others may have any letters, digits and hyphens. */
bool party_is_tld(const char *text);
bool party_is_domain(const char *text);
bool party_is_prefix(const char *text);
bool party_is_language(const char *text);

struct party_file {
	char id[ID_ROOM];
	char digest[ID_ROOM]; /* names this version: id_make of the form without its signature */
	int64_t edition;      /* "version": 1, 2, ... */
	char after[ID_ROOM];  /* digest of the version before, "" for the first */
	int64_t made_s;
	const char *name;
	unsigned roles; /* bits by enum party_role */
	struct party_names scope[SCOPE_COUNT];
	const struct party_key *keys; /* first: the one that the id is of */
	size_t key_count;
	const struct contact *contacts;
	size_t contact_count;
	enum tlp ceiling;
	struct party_names languages; /* BCP 47, "de" */
	const char *hours;            /* in words, or NULL */
	size_t signed_by;             /* index of the key */
	const char *octets;
	size_t size;
};

/* Reads, and proves that one of its own keys signed it. One LF at the end is passed over. */
MUST_CHECK int party_read(struct arena *arena, const struct text *octets,
			  struct complaint *complaint, struct party_file *ret_party);
/*
 * May `newer` be kept when the newest version here is `older` (NULL: none)? ERR_EXISTS: it is the
 * same. ERR_PERMISSION with a sentence: not signed by a key that `older` names, older than it,
 * another version of the same number, drops a key or revives one, of the future; the first one here
 * is not signed by the key its id is of.
 */
MUST_CHECK int party_may_replace(const struct party_file *older, const struct party_file *newer,
				 int64_t now_s, struct complaint *complaint);

/* Makes a version of what is set: everything but id, digest, signed_by, octets. */
MUST_CHECK int party_make(struct arena *arena, const struct party_file *draft,
			  const struct secret_key *key, struct complaint *complaint,
			  struct party_file *ret_party);

/* The index-th key good for signing at a time; false behind the last. For struct case_trust. */
bool party_key_at(const struct party_file *party, int64_t at_s, size_t index,
		  uint8_t ret_sign[KEY_OCTETS]);
/* The newest key to seal to; false when all have ended. */
bool party_seal_key(const struct party_file *party, int64_t now_s, uint8_t ret_seal[KEY_OCTETS]);

/* Does the party speak for it? Names in lower case without the last dot; an address or a prefix. */
bool party_speaks_for_domain(const struct party_file *party, const char *domain);
bool party_speaks_for_server(const struct party_file *party, const char *name);
bool party_speaks_for_prefix(const struct party_file *party, const char *prefix);
/* Is the contact's host in what the party speaks for? Whoever takes that over may read it. Of a
 * telephone: no. ERR_MEMORY. */
MUST_CHECK int party_has_inside(struct arena *arena, const struct party_file *party,
				const struct contact *contact, bool *ret_is_inside);

#endif
