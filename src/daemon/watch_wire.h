/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `dsfi watch run` and its watcher say to each other beside the frames of scan_wire.h: which
 * parents to look at and what was known (FRAME_LOOK), what came of it (FRAME_LOOKED). Looks that
 * brought nothing new are only counted. Both ends believe nothing: ERR_FORMAT ends the watcher.
 */
#ifndef DAEMON_WATCH_WIRE_H
#define DAEMON_WATCH_WIRE_H

#include "base/bytes.h"
#include "base/error.h"
#include "dns/wire/name.h"
#include "gather/watch/look.h"

#include <stddef.h>
#include <stdint.h>

/* Round, flags, name, two digests. */
#define WIRE_LOOK_OCTETS_MAX (5u + NAME_MAX_OCTETS + 2 * DIGEST_OCTETS)
size_t wire_look_size(const struct look_target *target);
void wire_look_write(struct writer *writer, const struct look_target *target);
/* Several may follow each other in one frame; ERR_NOT_FOUND at the end. Names point into the body.
 */
MUST_CHECK int wire_look_read(struct reader *reader, struct look_target *ret_target);

/* Of looks that are over: one with news, or only how many there were without. */
struct wire_looked {
	enum look_outcome outcome;
	uint32_t count;        /* 1, or so many with LOOK_SAME */
	const uint8_t *domain; /* of news; NULL with LOOK_SAME */
	const uint8_t *parent; /* NULL: not found */
	struct digest digest;  /* where the outcome has one */
	struct address server;
};
/* Count, outcome, two names, digest, address. */
#define WIRE_LOOKED_OCTETS_MAX (6u + 2 * NAME_MAX_OCTETS + DIGEST_OCTETS + 19u)
size_t wire_looked_size(const struct wire_looked *looked);
void wire_looked_write(struct writer *writer, const struct wire_looked *looked);
MUST_CHECK int wire_looked_read(struct reader *reader, struct wire_looked *ret_looked);

#endif
