/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `dsfi case verify` and the process that asks parents for it say to each other beside the
 * frames of scan_wire.h. Down go the settings and, in one FRAME_TARGETS, the domains. Up comes, for
 * one domain after the other, every address of its parent (FRAME_PARENT) and that these are all
 * (FRAME_PARENTS). Both ends believe nothing: ERR_FORMAT ends the process.
 */
#ifndef DAEMON_PARENTS_WIRE_H
#define DAEMON_PARENTS_WIRE_H

#include "base/bytes.h"
#include "base/error.h"
#include "net/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More than the test of a case can name. */
#define WIRE_PARENTS_DOMAINS_MAX 1024u
/* RFC 1035 s4.1.1, s4.2.2: a message has a header, and over TCP a size of 16 bits. */
#define WIRE_ANSWER_OCTETS_MIN 12u
#define WIRE_ANSWER_OCTETS_MAX 65535u

/* One address of a domain's parent: messages as they came, size 0: it was silent. */
struct wire_parent {
	uint16_t domain; /* its place among those asked for */
	struct address server;
	bool is_opted_out; /* it was not asked, since nobody may */
	const uint8_t *ns, *ds;
	uint16_t ns_size, ds_size;
};
/* Place, address, whether opted out, and two answers with their sizes. */
#define WIRE_PARENT_FIXED_OCTETS 26u
#define WIRE_PARENT_OCTETS_MAX (WIRE_PARENT_FIXED_OCTETS + 2 * WIRE_ANSWER_OCTETS_MAX)
size_t wire_parent_size(const struct wire_parent *parent);
void wire_parent_write(struct writer *writer, const struct wire_parent *parent);
/* Answers point into the body. */
MUST_CHECK int wire_parent_read(struct reader *reader, struct wire_parent *ret_parent);

/* All addresses of a domain's parent have been told. */
struct wire_parents {
	uint16_t domain;
	uint16_t count;                  /* of them; 0: the parent could not be found */
	bool without_ipv4, without_ipv6; /* others of that family were left out: we have none */
};
#define WIRE_PARENTS_OCTETS 5u
void wire_parents_write(struct writer *writer, const struct wire_parents *parents);
MUST_CHECK int wire_parents_read(struct reader *reader, struct wire_parents *ret_parents);

#endif
