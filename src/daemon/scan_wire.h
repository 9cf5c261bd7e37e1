/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a scan's parent and its workers say to each other: frames on a socket pair. A frame is its
 * body's length (4 octets, big-endian), its kind (1 octet) and the body. Both ends are the same
 * program, yet the worker reads what strangers send it, so the parent believes nothing: every frame
 * is bounded and read with base/bytes; ERR_FORMAT ends the worker. Judge and keeper talk by the
 * same frames; the bodies that only they have are in daemon/judge_wire.h.
 *
 * Settings come first, once. Names are in wire form. All pointers of what was read point into the
 * frame's body or the arena.
 */
#ifndef DAEMON_SCAN_WIRE_H
#define DAEMON_SCAN_WIRE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/error.h"
#include "dns/wire/message.h"
#include "dns/wire/tsig_key.h"
#include "model/observation.h"
#include "net/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_HEADER_OCTETS 5u
/* The longest is an observation. */
#define FRAME_BODY_MAX (OBSERVATION_OCTETS_MAX + 1024u)

enum frame_kind {
	/* down */
	FRAME_SETTINGS = 1,
	FRAME_TARGETS, /* names one after the other */
	FRAME_GRANT,   /* address, questions granted */
	/* up */
	FRAME_OBSERVATION, /* encoded */
	FRAME_LEASE,       /* address, questions wanted */
	FRAME_COUNTS,      /* the first ones come before anything else */
	FRAME_FAILED, /* error and sentence, instead of counts: the worker cannot work at all */
	/* to the judge and back */
	FRAME_JUDGING, /* its settings */
	FRAME_JUDGE,   /* the domain's name, then the observation */
	FRAME_READY,   /* of its settings: it is shut in and can work */
	FRAME_JUDGED,
	/* to the keeper and back */
	FRAME_STORE, /* its settings */
	FRAME_RUN,   /* of its settings: the store is open */
	FRAME_KEEP,
	FRAME_COMMIT,
	FRAME_KEPT, /* of a commit */
	/* turns to connect: an address and 1 each */
	FRAME_TURN,      /* down: it has its turn */
	FRAME_TURN_WANT, /* up */
	FRAME_TURN_DONE, /* up */
	/* to the watcher and back (daemon/watch_wire.h) */
	FRAME_LOOK,
	FRAME_LOOKED,
	/* from who asks parents (daemon/parents_wire.h) */
	FRAME_PARENT,
	FRAME_PARENTS,
};
#define FRAME_KIND_LAST FRAME_PARENTS

/* Root servers: 13 names with two addresses each, and room for a world's. */
#define SETTINGS_HINTS_MAX 64u
#define SETTINGS_ANCHORS_MAX 64u
/* Operators who asked to be left alone: three orders of magnitude above what scanners report. */
#define SETTINGS_OPT_OUTS_MAX 100000u
/* As dns/policy/suffix.h has it. */
/* Some 50,000 names: with the longest lists of prefixes and suffixes it fits a frame. */
#define SETTINGS_OPT_OUT_NAMES_OCTETS_MAX ((size_t)1 << 20)
#define SETTINGS_SUFFIXES_OCTETS_MAX ((size_t)1 << 20)
/* As many as the test of a case can name. */
#define SETTINGS_ASKED_OCTETS_MAX ((size_t)256 * 255)
#define SETTINGS_VANTAGE_MAX 63u
#define SETTINGS_SCANNER_MAX 127u
#define SETTINGS_PATH_MAX 255u
#define SETTINGS_ROUTING_MAX 255u
/* Targets handed out at a time: few, so that a crash costs little and all workers end together. */
#define TARGETS_A_FRAME 64u

/* Addresses that are not asked. */
struct address_prefix {
	uint8_t octets[16];
	uint8_t family; /* enum address_family */
	uint8_t bits;
};

struct wire_settings {
	unsigned needs;
	uint32_t rate_total, rate_per_server; /* 0: no limit */
	uint32_t domains_in_flight;
	bool is_leased;          /* questions need the parent's leave */
	uint8_t case_secret[16]; /* the same in all workers */
	const char *vantage;
	const char *scanner; /* program, version, whom to write to */
	const char *ca_file; /* roots that are trusted; "": the system's */
	bool is_in_world;    /* nobody is disturbed, and every address may be asked */
	/* Of the image of routes that the worker finds at CHILD_TABLE_DESCRIPTOR; 0: it has none.
	 */
	uint64_t routing_octets;
	const char *routing; /* what the routes are and of when; "" or NULL: there are none */
	const struct address *hints;
	size_t hint_count;
	const struct record *anchors;
	size_t anchor_count;
	const struct address_prefix *opt_outs;
	size_t opt_out_count;
	/* Domains in wire form, one behind the other; size 0: none. */
	const uint8_t *opt_out_names;
	size_t opt_out_names_size;
	/* Names whose addresses are looked up with each domain, likewise (NEED_ASKED). */
	const uint8_t *asked;
	size_t asked_size;
	const char *suffixes; /* a public suffix list; size 0: none was given */
	size_t suffixes_size;
	const struct tsig_key *tsig_key; /* NULL: none was given. Wiped by whoever has it. */
};

struct wire_counts {
	uint64_t queries; /* sent, all transports */
	uint64_t answers;
	uint32_t in_flight; /* domains */
	uint8_t network;    /* NETWORK_* of dns/transport/transport.h */
};

/* Upper bound of the body. */
size_t wire_settings_size(const struct wire_settings *settings);
void wire_settings_write(struct writer *writer, const struct wire_settings *settings);
MUST_CHECK int wire_settings_read(struct arena *arena, struct reader *reader,
				  struct wire_settings *ret_settings);

/* The next name of FRAME_TARGETS; ERR_NOT_FOUND at the end. */
MUST_CHECK int wire_target_read(struct reader *reader, const uint8_t **ret_name);

/* FRAME_GRANT and FRAME_LEASE; and turns, where the count is 1 and the port 0. */
struct wire_tokens {
	struct address server;
	uint32_t count;
};
#define WIRE_TOKENS_OCTETS 23u
void wire_tokens_write(struct writer *writer, const struct wire_tokens *tokens);
MUST_CHECK int wire_tokens_read(struct reader *reader, struct wire_tokens *ret_tokens);

#define WIRE_COUNTS_OCTETS 21u
void wire_counts_write(struct writer *writer, const struct wire_counts *counts);
MUST_CHECK int wire_counts_read(struct reader *reader, struct wire_counts *ret_counts);

/* Words of at most 255 octets: their size (1 octet) before them. */
void wire_words_write(struct writer *writer, const char *words);
/* In the arena; NULL with the reader's error set when longer than `most` or with a NUL in them. */
const char *wire_words_read(struct arena *arena, struct reader *reader, size_t most);
/* ERR_FORMAT unless all octets have been read. */
MUST_CHECK int wire_finish(struct reader *reader);

/* FRAME_FAILED; the sentence is cut to COMPLAINT_MAX. */
void wire_failed_write(struct writer *writer, int error, const struct complaint *complaint);
MUST_CHECK int wire_failed_read(struct reader *reader, int *ret_error,
				struct complaint *ret_complaint);

#endif
