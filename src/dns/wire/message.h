/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A DNS message read leniently and fast: the hot path's walker. What can be read is read; the first
 * thing that is wrong is named in `fault`, and the other records stay usable, since a broken server
 * is a finding, not an error: a record whose RDATA is malformed is left out and reading goes on; at
 * a malformed owner, or where octets run out, it ends.
 *
 * Owners are expanded and lower-cased. RDATA is checked against its type's layout, compressed names
 * in it are expanded (in any type, though only those of RFC 1035 may be sent so), and the names
 * that RFC 4034 s6.2 lists, as corrected by RFC 6840 s5.1, are lower-cased: NS, CNAME, SOA, PTR,
 * MX, RP, SRV, NAPTR, DNAME, RRSIG's signer and their like. NSEC's next name and those of newer
 * types (SVCB, HTTPS, DSYNC) keep their case, and HINFO holds no names. So RDATA is in canonical
 * form and can be compared and verified as it stands.
 *
 * Everything points into the arena or into `wire`, which must outlive the message.
 */
#ifndef DNS_WIRE_MESSAGE_H
#define DNS_WIRE_MESSAGE_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MESSAGE_HEADER_OCTETS 12
/* Records read from one message. 65,535 octets hold at most 5,957 records of 11 octets. */
#define MESSAGE_RECORDS_MAX 6000

enum section { SECTION_ANSWER, SECTION_AUTHORITY, SECTION_ADDITIONAL, SECTION_COUNT };

enum message_fault {
	MESSAGE_SOUND,
	MESSAGE_SHORT_HEADER, /* fewer than 12 octets: nothing else is set */
	MESSAGE_BAD_QUESTION, /* malformed, or more than one */
	MESSAGE_BAD_NAME,     /* an owner or RDATA name is malformed */
	MESSAGE_BAD_RDATA,    /* RDATA does not fit its type */
	MESSAGE_COUNT_LIES,   /* the message ends before the counts in its header are reached */
	MESSAGE_TRAILING,     /* octets after the last record */
	MESSAGE_BAD_OPT,      /* more than one OPT, or malformed options */
};

/* A record; see the top for the form of owner and rdata. */
struct record {
	const uint8_t *owner;
	const uint8_t *rdata;
	uint32_t ttl;
	uint16_t type;
	uint16_t class;
	uint16_t rdata_size;
	uint8_t section; /* enum section */
};

struct edns {
	bool present;
	uint8_t version;
	uint16_t flags; /* EDNS_FLAG_DO */
	uint16_t udp_size;
	uint16_t options_size;
	const uint8_t *options; /* pairs of code, length, data; checked for shape */
	uint16_t record_offset; /* of the OPT record in the wire */
	uint16_t record_size;
};

struct message {
	const uint8_t *wire;
	size_t wire_size;
	enum message_fault fault;
	uint16_t id;
	uint16_t flags; /* the header's second word: FLAG_*, opcode and low rcode bits */
	uint16_t rcode; /* with the extended bits of OPT */
	uint8_t opcode;
	uint16_t question_count;
	const uint8_t *question_name; /* case as received, uncompressed; NULL when no question */
	uint16_t question_type;
	uint16_t question_class;
	struct record *records; /* in message order, OPT and TSIG left out */
	uint16_t record_count;
	struct edns edns;
};

/* ERR_MEMORY only; every malformation is in ret_message->fault. */
MUST_CHECK int message_walk(struct arena *arena, const uint8_t *wire, size_t wire_size,
			    struct message *ret_message);
const char *message_fault_text(enum message_fault fault);

/* Finds an EDNS option's data; NULL when absent. */
const uint8_t *message_option(const struct message *message, uint16_t code, uint16_t *ret_size);

/*
 * An RRset and its signatures, collected from a message: records sorted in canonical RDATA order
 * (RFC 4034 s6.3) without duplicates. `signatures` are the RRSIGs covering it, in message order.
 * Of class IN alone: records of others may lack RDATA (RFC 2136 s2.4) whatever their type.
 */
struct rrset {
	const uint8_t *owner;
	uint16_t type;
	uint16_t class;
	uint32_t ttl; /* smallest received */
	uint16_t count;
	uint16_t signature_count;
	const struct record **records;
	const struct record **signatures;
};

/* Sections as a mask of 1u << enum section. */
#define SECTIONS_ALL 7u
/* Which RRset: all in one so that a call reads message_rrset(arena, message, &key, &rrset). */
struct rrset_key {
	unsigned sections;
	const uint8_t *owner;
	uint16_t type;
};
/* ERR_NOT_FOUND when there is no such record of class IN (signatures alone do not count). */
MUST_CHECK int message_rrset(struct arena *arena, const struct message *message,
			     const struct rrset_key *key, struct rrset *ret_rrset);
/* First record of class IN, owner (NULL: any) and type in the sections, or NULL. */
const struct record *message_find(const struct message *message, unsigned sections,
				  const uint8_t *owner, uint16_t type);
/* Same RDATA set, TTLs and signatures aside. */
bool rrset_same_data(const struct rrset *left, const struct rrset *right);

#endif
