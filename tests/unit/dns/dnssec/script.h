/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records, RRsets and messages for the tests of this room, written as text. */
#ifndef TESTS_DNS_DNSSEC_SCRIPT_H
#define TESTS_DNS_DNSSEC_SCRIPT_H

#include "base/arena.h"
#include "dns/dnssec/sign.h"
#include "dns/wire/message.h"
#include "dns/wire/name.h"

#include <stddef.h>
#include <stdint.h>

/* A name in the arena; a text that is no name ends the test. */
const uint8_t *script_name(struct arena *arena, const char *text);
/* "owner TTL IN TYPE rdata" */
const struct record *script_record(struct arena *arena, const char *line);
/* Records of a message in the section; lines are separated by newlines. */
void script_message(struct arena *arena, enum section section, const char *lines,
		    struct message *ret_message);
/* All lines are one RRset, sorted. */
struct rrset script_rrset(struct arena *arena, const char *lines);
/* The DNSKEY record of a key. */
const struct record *script_dnskey(struct arena *arena, const char *zone,
				   const struct signing_key *key);
/* A record set of records that are already there. */
struct rrset script_set(struct arena *arena, const struct record **records, size_t count);

#endif
