/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A question as far as a server cares, and the frame of its answer: header, question, OPT with the
 * options that go back (RFC 6891, RFC 7873, RFC 5001).
 */
#ifndef WORLD_QUERY_PRIVATE_H
#define WORLD_QUERY_PRIVATE_H

#include "dns/wire/build.h"
#include "world/authority_private.h"

/* Cookie, NSID (a name's text), and their heads. */
#define OPTIONS_MAX 320
#define OPT_FIXED_OCTETS 11
/* Longest answer over a stream (RFC 1035 s4.2.2). */
#define STREAM_ANSWER_MAX 65535u

/* What came, and between whom. */
struct ask {
	struct address peer;
	struct address local;
	const uint8_t *data;
	size_t size_bytes;
	bool is_stream;    /* TCP or TLS */
	bool is_encrypted; /* DoT, DoH, DoQ */
	uint32_t part;     /* of the answer, from 0: which of its messages */
};

enum query_state {
	QUERY_SOUND,
	QUERY_IGNORED,      /* too short or an answer: no reply */
	QUERY_MALFORMED,    /* FORMERR */
	QUERY_OTHER_OPCODE, /* NOTIMP */
	QUERY_BAD_VERSION,  /* BADVERS */
};

struct query_facts {
	uint16_t id;
	uint16_t flags;      /* RD and CD, the opcode: what goes back */
	const uint8_t *name; /* as received; NULL: no readable question */
	struct name lower;
	uint16_t type;
	uint16_t class;
	bool has_edns;
	bool dnssec_ok;
	bool is_padded;
	bool is_stream;
	size_t room;                  /* for the answer */
	uint16_t edns_flags;          /* besides DO, as received */
	uint16_t flags_back;          /* for the answer's OPT, besides DO */
	uint16_t unknown_option;      /* the first one's code; 0: none */
	uint16_t signed_under;        /* 1 + enum tsig_algorithm; 0: not signed */
	uint8_t options[OPTIONS_MAX]; /* for the answer's OPT */
	size_t options_size;
};

/* `server_name` for NSID; NULL: none. Strings point into the arena. */
enum query_state query_read(struct arena *arena, const struct ask *ask, const uint8_t *server_name,
			    struct query_facts *ret_facts);

/* An answer without records. */
size_t reply_bare(const struct query_facts *facts, uint16_t flags, uint16_t rcode, uint8_t *buffer);
/* The whole answer, or one with TC set when it does not fit (RFC 2181 s9). */
size_t reply_answer(const struct query_facts *facts, const struct answer *answer, uint8_t *buffer);
/* Pads an answer that has an OPT record last to a multiple of 468 octets (RFC 8467 s4.1), if the
 * question was padded; its size. */
size_t answer_pad(struct arena *arena, uint8_t *answer, size_t size,
		  const struct query_facts *facts);
/* A canned one. */
size_t reply_canned(const struct query_facts *facts, const struct canned_reply *reply,
		    uint8_t *buffer);

#endif
