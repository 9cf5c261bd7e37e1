/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A message made ready to leave for one party: sealed to its newest key, in ASCII armour; or the
 * line as it is, which only what is clear may be. Sealing anew gives other octets each time, and
 * within them the same message with the same id, which its receiver files once. A webhook that
 * knows what it took by its key is to get the same octets under the same key: so keep what was made
 * until it has arrived.
 */
#ifndef TELL_SHARE_PARCEL_H
#define TELL_SHARE_PARCEL_H

#include "base/error.h"
#include "base/random.h"
#include "base/text.h"
#include "model/case_message.h"
#include "model/party.h"

#include <stdbool.h>
#include <stdint.h>

/* A message, sealed and armoured, is a third and some KiB larger. */
#define PARCEL_OCTETS_MAX ((size_t)1 << 20)
/* Two ids, a dot, an ending. */
#define PARCEL_NAME_ROOM (2u * ID_ROOM + 8u)

struct parcel {
	const struct case_message *message;
	const struct party_file *to;
	bool is_sealed;
	int64_t now_s;
};
/* ERR_PERMISSION: unsealed and not clear, or the party has no key that has not ended. */
MUST_CHECK int parcel_make(const struct parcel *parcel, struct random *random, struct text *out,
			   struct complaint *complaint);
/* "MESSAGE.PARTY.age", the same each time; of what is not sealed "MESSAGE.json". */
void parcel_name(const struct parcel *parcel, char ret_name[PARCEL_NAME_ROOM]);
/* For the headers Idempotency-Key and Message-ID: the ids of message and party, and of the octets.
 */
#define PARCEL_KEY_ROOM (3u * ID_ROOM)
void parcel_key(const struct parcel *parcel, const struct text *octets,
		char ret_key[PARCEL_KEY_ROOM]);

#endif
