/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An observation: what was received about one domain at one time from one vantage point - raw
 * answers, timings, errors - and the results of cryptography that no clock can change. Immutable
 * once written. It is the narrow waist: scan makes it, store keeps it, judges read it.
 *
 * In memory it is plain arrays in one arena. On disk and between processes it is versioned
 * tag-length-value (docs/format/observation.md), so that old readers skip what is new.
 *
 * Identical answers are kept once: a message is stored without its id and without a closing OPT
 * record (which carries cookies), and each exchange keeps its own id and OPT; observation_wire()
 * puts the received octets together again exactly.
 */
#ifndef MODEL_OBSERVATION_H
#define MODEL_OBSERVATION_H

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "model/further.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OBSERVATION_VERSION 1
/* Limits of one observation; beyond them scan stops adding and sets `cut_short`. */
#define OBSERVATION_HOSTS_MAX 32   /* .com allows 13 name servers; nobody needs more than 32 */
#define OBSERVATION_SERVERS_MAX 64 /* addresses asked */
#define OBSERVATION_EXCHANGES_MAX 2048
#define OBSERVATION_MESSAGES_MAX 1024
#define OBSERVATION_PROOFS_MAX 4096
#define OBSERVATION_OCTETS_MAX (4u << 20) /* encoded */

/* What a look may be asked for. A check's row in the catalogue names what it needs. */
#define NEED_DELEGATION 0x01u
#define NEED_ADDRESSES 0x02u
#define NEED_SERVERS 0x04u
#define NEED_SERVICES 0x08u
#define NEED_TCP 0x10u
#define NEED_DOT 0x20u
#define NEED_SIGNATURES 0x40u
#define NEED_MANNERS 0x80u     /* odd questions to servers: EDNS, cookies, ANY, CHAOS, ... */
#define NEED_NAMES 0x100u      /* look-ups of further names: SOA MNAME, MX hosts, reverse names */
#define NEED_MAIL 0x200u       /* look-ups for mail: SPF, DMARC, MTA-STS, TLS reports */
#define NEED_DANE 0x400u       /* look-ups of TLSA */
#define NEED_AUTOMATION 0x800u /* look-ups of DSYNC and signalling names */
#define NEED_DOH 0x1000u
#define NEED_DOQ 0x2000u
#define NEED_ROUTES 0x4000u    /* routing files or a cache were given */
#define NEED_CONNECT 0x8000u   /* --connect: TLS to mail and web servers, policies by HTTPS */
#define NEED_OWN 0x10000u      /* --own: transfer, recursion, UPDATE */
#define NEED_WAYS 0x20000u     /* what the ways to a domain have in common, and lead back to */
#define NEED_TSIG 0x40000u     /* --tsig-key: questions signed by it; with NEED_OWN */
#define NEED_LOGINS 0x80000u   /* --logins: addresses of names where people log in */
#define NEED_ASKED 0x100000u   /* addresses of names that were given with the scan */
#define NEED_ALL_DEFAULT 0x5fu /* delegation to signatures, without DoT */
/* Everything that needs no further permission and no file. */
#define NEED_ALL_FULL (0x3fffu | NEED_WAYS)
/* No need, but how to take what is seen: addresses set aside for tests and documentation
 * (198.18.0.0/15, 2001:db8::/32) are the network's own, as in a world. */
#define LOOK_IN_TEST_NETWORK 0x800000u
#define OBSERVATION_NEEDS_MAX 0xffffffu /* bits for as many needs as there may ever be */

/* What the parent said of the domain. */
enum delegation {
	DELEGATION_UNKNOWN,          /* the parent could not be asked: nothing is measured */
	DELEGATION_FOUND,            /* a referral with NS records */
	DELEGATION_NXDOMAIN,         /* the name does not exist */
	DELEGATION_NODATA,           /* the name exists in the parent zone, but is not delegated */
	DELEGATION_SERVED_BY_PARENT, /* the parent's own servers answered with authority: same
					servers */
};

/* Security as far as scan can tell (RFC 4033 s5), for the parent zone and for the DS set. */
enum security { SECURITY_INDETERMINATE, SECURITY_SECURE, SECURITY_INSECURE, SECURITY_BOGUS };

/* Why a name server has the addresses it has. */
enum host_state {
	HOST_NOT_LOOKED_UP,
	HOST_RESOLVED,
	HOST_NXDOMAIN,
	HOST_NO_ADDRESS,  /* exists, with neither A nor AAAA */
	HOST_CYCLE,       /* its address depends on itself (RFC 9520 / TsuNAME) */
	HOST_UNREACHABLE, /* the servers that should know do not answer */
	HOST_BOGUS,
	HOST_LIMIT, /* a limit was reached while looking */
};

#define HOST_AT_PARENT 1u /* named in the parent's NS set */
#define HOST_AT_CHILD 2u  /* named in some server's NS set at the apex */
#define HOST_IS_ALIAS 4u  /* the name is a CNAME (RFC 2181 s10.3) */

struct host {
	const uint8_t *name;
	uint8_t flags;
	uint8_t state;            /* enum host_state, of the authoritative look-up */
	uint8_t glue_count;       /* addresses the parent gave in its referral */
	uint8_t address_count;    /* addresses found by looking the name up */
	const uint8_t *glue;      /* indices into servers */
	const uint8_t *addresses; /* indices into servers */
};

/* One address that was (or should have been) asked. */
struct server {
	struct ip ip;
	uint16_t port;
	bool asked; /* false: only glue that the authoritative data does not confirm, or opted out
		     */
};

enum transport_kind {
	TRANSPORT_UDP = 1,
	TRANSPORT_TCP,
	TRANSPORT_DOT,
	TRANSPORT_DOH,
	TRANSPORT_DOQ
};

enum outcome {
	OUTCOME_ANSWER = 1,  /* a reply to this question; its rcode may be anything */
	OUTCOME_TIMEOUT,     /* nothing came */
	OUTCOME_CLOSED,      /* ICMP port unreachable, or TCP reset / refused / closed */
	OUTCOME_UNREACHABLE, /* no route */
	OUTCOME_MALFORMED,   /* replies came, none could be read as far as its question */
	OUTCOME_MISMATCH,    /* replies came, but with another id or question */
	OUTCOME_TLS,         /* the handshake failed */
	OUTCOME_NOT_ASKED,   /* limit, opt-out, or the server had been found dead just before */
};

#define EXCHANGE_CASE_DIFFERS 1u /* the question came back in other case than sent (0x20) */
#define EXCHANGE_TRUNCATED 2u    /* UDP answer had TC; the message is TCP's if that answered */
#define EXCHANGE_SHARED 4u       /* asked once for all domains of this server (capability probe) */
#define EXCHANGE_NO_EDNS 8u     /* EDNS was dropped after FORMERR/NOTIMP/silence; answer is plain */
#define EXCHANGE_TCP_FAILED 16u /* TC, but TCP did not answer: the message is the truncated one */
#define EXCHANGE_OPT_CUT 32u    /* `opt` was cut from the end of the message */
#define EXCHANGE_OTHER_SOURCE 64u /* no reply fit; one came from another address than was asked */

#define SERVER_PARENT 0xff /* exchange.server: the parent's server */
#define MESSAGE_NONE 0xffff

struct exchange {
	const uint8_t *name; /* lower case */
	uint16_t type;
	uint16_t message;   /* index, or MESSAGE_NONE */
	uint16_t id;        /* of the reply */
	uint8_t server;     /* index, or SERVER_PARENT */
	uint8_t transport;  /* enum transport_kind of the last attempt */
	uint8_t outcome;    /* enum outcome */
	uint8_t flags;      /* EXCHANGE_* */
	uint8_t kind;       /* enum probe_kind */
	uint8_t attempts;   /* datagrams or connections tried */
	uint8_t mismatches; /* replies thrown away: other id, question or shape; saturates */
	uint32_t rtt_us;    /* of the attempt that was answered; 0 when none */
	uint16_t opt_size;
	const uint8_t *opt; /* the OPT record's octets, when EXCHANGE_OPT_CUT */
};

struct kept_message {
	const uint8_t *wire; /* id zeroed, closing OPT cut and not counted in ARCOUNT */
	uint32_t hash;       /* the builder's, to find equal messages; not in the binary form */
	uint16_t size;
};

/* The last of enum signature_result (dns/dnssec/verify.h), which this room does not see. */
#define PROOF_RESULT_MAX 6

/* One signature's cryptography. Which RRset it covers is in the RRSIG itself. */
struct proof {
	uint16_t message;     /* where the RRSIG stands */
	uint16_t record;      /* index among the records message_walk() gives */
	uint16_t key_message; /* whose DNSKEY RRset was used; MESSAGE_NONE when none was there */
	uint16_t key_tag;
	uint8_t result; /* enum signature_result of dns/dnssec/verify.h */
	bool key_is_sep;
	bool key_is_revoked;
};

struct observation {
	const uint8_t *domain; /* lower case */
	int64_t started_s;     /* Unix time */
	uint32_t took_ms;
	const char *vantage;      /* name of the place measured from, at most 63 octets */
	const char *scanner;      /* "dsfi 0.1" */
	const char *not_measured; /* NULL, or why nothing was measured ("worker crashed", ...) */
	bool cut_short;
	/* What the scan was to look at, NEED_*: what was not asked for cannot be missed. */
	unsigned int needs;
	uint8_t delegation;    /* enum delegation */
	const uint8_t *parent; /* zone that delegates; NULL when unknown */
	struct ip parent_server;
	uint8_t parent_security; /* enum security: chain of trust down to the parent's keys */
	uint8_t ds_security; /* SECURE: DS set proven; INSECURE: proven that there is none, or the
				parent is insecure; BOGUS; INDETERMINATE */
	uint16_t parent_exchange; /* index of the exchange that gave the delegation, or MESSAGE_NONE
				   */
	uint8_t host_count, server_count;
	uint16_t exchange_count, message_count, proof_count;
	uint16_t lookup_count, blob_count, session_count, route_count, transfer_count;
	struct host *hosts;
	struct server *servers;
	struct exchange *exchanges;
	struct kept_message *messages;
	struct proof *proofs;
	struct lookup *lookups;
	struct blob *blobs;
	struct session *sessions;
	struct route *routes;
	struct transfer *transfers; /* at most one a server */
	const char *routing; /* what the routes were read from, and of when; NULL: none was given */
};

/* --- building (scan) ---------------------------------------------------------------------------
 * A builder owns growing arrays in the caller's arena; builder->observation is valid at any time
 * and its fields that are not arrays are the caller's to fill in. What is added is copied. Adding
 * past a limit sets cut_short and gives ERR_LIMIT; nothing is added then. A domain of 2 name
 * servers x 2 families takes about 8 KiB, most of it the answers' own octets. */
struct observation_builder {
	struct observation observation;
	struct arena *arena;
	size_t octets; /* taken by messages, names and OPT records: OBSERVATION_OCTETS_MAX bounds
			  them */
	uint16_t exchange_room, message_room, proof_room;
	uint16_t lookup_room, blob_room, session_room, route_room, transfer_room;
	uint8_t host_room, server_room;
};
/* ERR_MEMORY shows as observation.domain == NULL. */
void observation_builder_init(struct observation_builder *builder, struct arena *arena,
			      const uint8_t *domain);
/* Finds or adds; names are copied, lower-cased. The index, or negative: ERR_MEMORY, ERR_LIMIT. */
MUST_CHECK int observation_host(struct observation_builder *builder, const uint8_t *name);
MUST_CHECK int observation_server(struct observation_builder *builder, const struct ip *ip,
				  uint16_t port);
/* Adds the server's index to the host's glue or addresses, once. */
MUST_CHECK int observation_host_address(struct observation_builder *builder, int host, int server,
					bool is_glue);
/*
 * Adds a copy of the exchange and gives its index. Stores the message if it is new and sets
 * message, id, opt and EXCHANGE_OPT_CUT in the copy (what `exchange` has there is not read).
 * `opt_offset` (edns.record_offset): where the OPT record stands, 0 when there is none; it is cut
 * when it ends the message. `wire` may be NULL: nothing came. At the limit of messages the exchange
 * is kept without its message, and cut_short is set.
 */
MUST_CHECK int observation_exchange(struct observation_builder *builder,
				    const struct exchange *exchange, const uint8_t *wire,
				    size_t wire_size, uint16_t opt_offset);
MUST_CHECK int observation_proof(struct observation_builder *builder, const struct proof *proof);
/*
 * Finds the look-up of that name and type, or adds it with all that `lookup` says but `message`,
 * which is made of `wire` as an exchange's is (id zeroed, closing OPT cut and dropped). Its index.
 */
MUST_CHECK int observation_lookup(struct observation_builder *builder, const struct lookup *lookup,
				  const uint8_t *wire, size_t wire_size, uint16_t opt_offset);
/* The index of a look-up of that name and type; negative: there is none. */
int observation_find_lookup(const struct observation *observation, const uint8_t *name,
			    uint16_t type);
/* Finds or adds; the index. */
MUST_CHECK int observation_blob(struct observation_builder *builder, const uint8_t *octets,
				size_t size);
/* Texts and the name are copied: cut at SESSION_WORDS_MAX, what is not printable ASCII as '?'. */
MUST_CHECK int observation_session(struct observation_builder *builder,
				   const struct session *session);
MUST_CHECK int observation_route(struct observation_builder *builder, const struct route *route);
/* ERR_LIMIT, too, when there is one of that server already. */
MUST_CHECK int observation_transfer(struct observation_builder *builder,
				    const struct transfer *transfer);

/* --- the binary form ---------------------------------------------------------------------------
 */
/* Upper bound of the encoded size. */
size_t observation_encoded_max(const struct observation *observation);
MUST_CHECK int observation_encode(const struct observation *observation, uint8_t *buffer,
				  size_t room, size_t *ret_size);
/* Everything in the arena or pointing into `octets`. ERR_FORMAT/ERR_UNSUPPORTED with complaint. */
MUST_CHECK int observation_decode(struct arena *arena, const uint8_t *octets, size_t size,
				  struct observation *ret_observation, struct complaint *complaint);
/* The octets received in an exchange, put together again; NULL when there was no message. */
const uint8_t *observation_wire(struct arena *arena, const struct observation *observation,
				const struct exchange *exchange, size_t *ret_size);
/*
 * Was the same question put to the server again in the same way, after an exchange that brought no
 * authoritative answer? Scan looks twice at servers in trouble; what counts is the first good
 * answer, or the last bad one. Both stay in the observation.
 */
bool observation_is_superseded(const struct observation *observation, uint16_t exchange);
/* One JSON object (no end of line); schema in docs/format/observation.schema.json. */
MUST_CHECK int observation_to_json(const struct observation *observation, struct json *json);

/* --- the canonical state (equality of two nights) ------------------------------------------------
 * Per address: RRsets, rcode, flags, behaviour class; signatures by key and validity class at
 * started_s; no ids, cookies, order, timings. Same state, same octets (docs/format/state.md). */
MUST_CHECK int observation_state(struct arena *arena, const struct observation *observation,
				 const uint8_t **ret_state, size_t *ret_size);

/* --- words ---------------------------------------------------------------------------------------
 */
#define IP_TEXT_MAX 46
/* RFC 5952; "" for family 0. Returns ret_text. */
char *ip_to_text(const struct ip *ip, char ret_text[IP_TEXT_MAX]);
MUST_CHECK int ip_from_text(const char *text, struct ip *ret_ip);
/* Single words for JSON ("timeout", "nxdomain"); values outside the enum are a bug. */
const char *outcome_text(enum outcome outcome);
const char *transport_text(enum transport_kind transport);
const char *delegation_text(enum delegation delegation);
const char *host_state_text(enum host_state state);
const char *security_text(enum security security);
const char *probe_kind_text(enum probe_kind kind);
const char *lookup_result_text(enum lookup_result result);
const char *session_protocol_text(enum session_protocol protocol);
const char *session_outcome_text(enum session_outcome outcome);
const char *route_validity_text(enum route_validity validity);
const char *transfer_end_text(enum transfer_end end);
const char *transfer_digest_text(enum transfer_digest digest);

#endif
