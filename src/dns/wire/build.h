/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Building messages. Queries are written straight into a buffer; responses are built record by
 * record with name compression (RFC 1035 s4.1.4) of owners and of the names in RDATA that RFC 3597
 * s4 allows to be compressed.
 */
#ifndef DNS_WIRE_BUILD_H
#define DNS_WIRE_BUILD_H

#include "base/error.h"
#include "dns/wire/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* EDNS buffer size we announce: no fragmentation on any path, DNS flag day 2020. */
#define EDNS_UDP_OCTETS 1232
/* 12 + 255 + 4 + 11 + one cookie option of 4 + 40, and room for NSID and padding headers; or for a
 * TSIG record of 371. */
#define QUERY_MAX_OCTETS 768

struct query {
	uint16_t id;
	const uint8_t *name; /* written as it is: the caller chose its case */
	uint16_t type;
	uint16_t class;
	uint16_t flags; /* FLAG_RD, FLAG_CD, and the opcode in its place */
	bool edns;
	bool dnssec_ok;
	uint16_t udp_size;     /* 0: EDNS_UDP_OCTETS */
	const uint8_t *cookie; /* option data: 8, or 16..40 octets; NULL for none (RFC 7873) */
	size_t cookie_size;
	const uint8_t *options; /* further options as they stand in OPT; NULL: none */
	uint16_t options_size;
	uint16_t edns_flags;  /* besides DO */
	uint8_t edns_version; /* 0, as everybody's */
};

MUST_CHECK int query_build(const struct query *query, uint8_t *buffer, size_t room,
			   size_t *ret_size);

/*
 * Pads a query that ends with an OPT record to the next multiple of `block` octets (RFC 7830; RFC
 * 8467 s4.1 wants 128 of clients). ERR_SHORT: no room; ERR_FORMAT: it does not end with OPT.
 */
MUST_CHECK int query_pad(uint8_t *query, size_t room, size_t block, size_t *size);
/* The same for any message; where its OPT record stands is known. */
MUST_CHECK int opt_pad(uint8_t *wire, size_t room, size_t block, size_t opt, size_t *size);

/* A response being built in a buffer of the caller; errors stick (ERR_SHORT: does not fit). */
#define BUILDER_NAMES 64 /* names remembered as compression targets */
struct builder {
	uint8_t *wire;
	size_t size;
	size_t room;
	int error;
	uint16_t counts[4];
	uint16_t name_count;
	uint16_t name_offsets[BUILDER_NAMES];
};
/* Starts with a header and the question as received (case kept; name NULL: no question). */
void builder_init(struct builder *builder, void *buffer, size_t room, uint16_t id, uint16_t flags);
void builder_question(struct builder *builder, const uint8_t *name, uint16_t type, uint16_t class);
/* Records must come in section order. On ERR_SHORT nothing of the record is left in the message. */
void builder_record(struct builder *builder, enum section section, const struct record *record);
/*
 * OPT (RFC 6891) with edns' version, flags, UDP size and options (NULL when options_size is 0); its
 * other members are not looked at. The upper bits of `rcode` go here.
 */
void builder_opt(struct builder *builder, const struct edns *edns, uint16_t rcode);
/* Patches counts and the low rcode bits; returns the size, or 0 when an error stuck. */
size_t builder_finish(struct builder *builder, uint16_t rcode);
/* For truncation: remember a state and go back to it. */
struct builder_mark {
	size_t size;
	uint16_t counts[4];
	uint16_t name_count;
};
struct builder_mark builder_mark(const struct builder *builder);
void builder_rewind(struct builder *builder, const struct builder_mark *mark);

#endif
