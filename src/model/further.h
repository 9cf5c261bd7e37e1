/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an observation holds beyond what a domain's own servers answered: look-ups of other names,
 * conversations in TLS, and who announces the addresses. Plain values; what they point to lives as
 * long as the observation. Included by model/observation.h, not for itself.
 */
#ifndef MODEL_FURTHER_H
#define MODEL_FURTHER_H

#include <stdint.h>

/* The address of something. */
struct ip {
	uint8_t family;     /* 4 or 6; 0: unknown */
	uint8_t octets[16]; /* IPv4: the first four; the rest zero */
};

/* How a question to a server differs from the plain one. */
enum probe_kind {
	PROBE_PLAIN,        /* class IN, EDNS version 0 with DO and a cookie, RD clear */
	PROBE_EDNS_VERSION, /* EDNS version 1: BADVERS is right (RFC 6891 s6.1.3) */
	PROBE_EDNS_OPTION,  /* with an option that nobody knows: to be ignored (s6.1.2) */
	PROBE_EDNS_FLAG,    /* with a flag that nobody knows: to be cleared (s6.1.4) */
	PROBE_EDNS_SMALL,   /* room for 512 octets: a truncated reply keeps its OPT (s7) */
	PROBE_NO_EDNS,      /* without OPT: no OPT may come back (s7) */
	PROBE_NSID,         /* asks for the server's own name (RFC 5001) */
	PROBE_COOKIE,       /* a second question with the server's cookie (RFC 7873) */
	PROBE_ABSENT,       /* a name below the domain that does not exist */
	PROBE_CHAOS,        /* class CH: version.bind and the like (RFC 4892) */
	PROBE_RECURSION,    /* --own: RD, for a name of somebody else's */
	PROBE_TRANSFER,     /* --own: AXFR (RFC 5936); the message is the first of them */
	PROBE_UPDATE,       /* --own: UPDATE that changes nothing (RFC 2136) */
	PROBE_OUTSIDE,      /* the root's name servers, of a server that has no such zone */
	PROBE_LARGE,        /* room for 4,096 octets, as who abuses servers asks */
	PROBE_TSIG,         /* --tsig-key: signed by that key (RFC 8945) as it is meant to be */
	PROBE_TSIG_MD5,     /* the same under hmac-md5 */
	PROBE_TSIG_SHA1,    /* the same under hmac-sha1 */
	PROBE_KIND_COUNT,
};

/* The client cookie of PROBE_COOKIE, always the same: so a judge can tell whether it came back. It
 * protects nothing, and questions that it stands in need no protection. */
#define PROBE_CLIENT_COOKIE                                    \
	{                                                      \
		0x64, 0x73, 0x66, 0x69, 0x20, 0x64, 0x6e, 0x73 \
	}
#define PROBE_CLIENT_COOKIE_OCTETS 8
/* The option of PROBE_EDNS_OPTION: from the end of the range that nobody has assigned; those above
 * 65000 are for local use (RFC 6891 s9). */
#define PROBE_UNKNOWN_OPTION 64998
/* The flag of PROBE_EDNS_FLAG: the last one, far from where the next will be assigned. */
#define PROBE_UNKNOWN_FLAG 0x0001
#define PROBE_SMALL_OCTETS 512
#define PROBE_LARGE_OCTETS 4096

/* ---- look-ups: names that the scan resolved from the root down, validated ---- */

#define OBSERVATION_LOOKUPS_MAX 256 /* 10 SPF terms, 10 MX each with TLSA: far below */

/* Same numbers as enum lookup_state of dns/resolver/resolver.h. */
enum lookup_result {
	LOOKUP_RESULT_NONE, /* not looked up: a limit of the scan's */
	LOOKUP_RESULT_FOUND,
	LOOKUP_RESULT_NXDOMAIN,
	LOOKUP_RESULT_NODATA,
	LOOKUP_RESULT_CYCLE,
	LOOKUP_RESULT_UNREACHABLE, /* the servers that should know do not answer */
	LOOKUP_RESULT_BOGUS,
	LOOKUP_RESULT_LIMIT, /* one of the resolver's limits */
	LOOKUP_RESULT_COUNT,
};

struct lookup {
	const uint8_t *name;   /* that was asked, lower case */
	const uint8_t *target; /* where aliases led; equal to `name` where there was none */
	uint16_t type;
	uint16_t message; /* the last one received, of `target`; or MESSAGE_NONE */
	uint8_t result;   /* enum lookup_result */
	uint8_t security; /* enum security, of the whole way */
};

/* ---- blobs: octets that several sessions may have in common, each kept once ---- */

#define OBSERVATION_BLOBS_MAX 256
#define BLOB_OCTETS_MAX 65536u /* a certificate is 1 to 2 KiB; a policy at most 64 KiB */
#define BLOB_NONE 0xffff

struct blob {
	const uint8_t *octets;
	uint32_t size;
};

/* ---- sessions: TLS, by itself or within something ---- */

#define OBSERVATION_SESSIONS_MAX 256
#define SESSION_CHAIN_MAX 8
#define SESSION_WORDS_MAX 255

enum session_protocol {
	SESSION_DOT = 1, /* RFC 7858 */
	SESSION_DOH,     /* RFC 8484 */
	SESSION_DOQ,     /* RFC 9250 */
	SESSION_SMTP,    /* STARTTLS, RFC 3207 */
	SESSION_HTTPS,
	SESSION_PROTOCOL_MAX = SESSION_HTTPS,
};

enum session_outcome {
	SESSION_ESTABLISHED = 1, /* handshake done, and what was asked in it answered */
	SESSION_TIMEOUT,
	SESSION_CLOSED, /* refused, reset, or closed before the handshake's end */
	SESSION_UNREACHABLE,
	SESSION_TLS_FAILED,  /* the handshake failed: alert, version, no cipher */
	SESSION_PROTOCOL,    /* the handshake was done, then the peer broke its protocol */
	SESSION_NOT_OFFERED, /* SMTP without STARTTLS; another ALPN */
	SESSION_NO_ANSWER,   /* the handshake was done, the question was not answered */
	SESSION_OUTCOME_MAX = SESSION_NO_ANSWER,
};

#define SESSION_NAME_FITS 1u /* the certificate is for `host` (RFC 9525) */
#define SESSION_TRUSTED 2u   /* the chain leads to a root that the system trusts, dates aside */
#define SESSION_PADDED 4u    /* the answer was padded (RFC 7830, RFC 8467) */
#define SESSION_SHARED 8u    /* made once for all domains that use the peer */
#define SESSION_FLAGS 15u

struct session {
	const uint8_t *host; /* name that was asked for (SNI) and compared; NULL: none */
	struct ip ip;
	uint16_t port;
	uint8_t protocol; /* enum session_protocol */
	uint8_t outcome;  /* enum session_outcome */
	uint8_t flags;    /* SESSION_* */
	uint8_t chain_count;
	uint16_t tls_version; /* 0x0304 is 1.3; 0: none */
	uint16_t status;      /* HTTP's, or SMTP's reply code that decided; 0: none */
	uint32_t handshake_us;
	uint32_t answer_us;                /* of the question asked in it; 0: none */
	int64_t not_before_s, not_after_s; /* of the peer's own certificate; 0: unknown */
	const char *alpn; /* chosen by the peer; "": none. At most SESSION_WORDS_MAX, printable */
	const char *note; /* alert, greeting, reply; "": none. The same */
	uint16_t certificates[SESSION_CHAIN_MAX]; /* blobs: DER, the peer's own first */
	uint16_t keys[SESSION_CHAIN_MAX];         /* blobs: their SubjectPublicKeyInfo, DER */
	uint16_t body; /* blob: what was fetched (an MTA-STS policy), or BLOB_NONE */
};

/* ---- routes: who announces an address, and whether its holder said so ---- */

#define OBSERVATION_ROUTES_MAX 512

enum route_validity {                    /* RFC 6811 s2 */
		      ROUTE_NOT_CHECKED, /* no VRPs were given */
		      ROUTE_VALID,
		      ROUTE_INVALID,
		      ROUTE_NOT_FOUND, /* no VRP covers it */
		      ROUTE_VALIDITY_MAX = ROUTE_NOT_FOUND,
};

/* One origin of the longest announced prefix that covers the address; an address that nobody
 * announces has one with `bits` 0. */
struct route {
	struct ip ip;
	uint8_t bits;     /* of the announced prefix */
	uint8_t validity; /* enum route_validity */
	uint8_t allowed;  /* bits of the longest prefix around the address that VRPs let this AS
			     announce; 0: none, or no VRPs */
	uint8_t remains;  /* bits of the longest announced prefix around the address that is not
			     invalid: where its traffic goes when invalid routes are dropped; 0:
			     nowhere */
	uint32_t as;      /* origin; 0 with an AS_SET, or not announced */
};

/* ---- transfers: zones that came whole, or were meant to (--own) ---- */

#define OBSERVATION_TRANSFERS_MAX 64 /* one a server */

/* How a transfer ended that had begun (RFC 5936 s2.2). */
enum transfer_end {
	TRANSFER_WHOLE = 1, /* the SOA came again, as it was at the start */
	TRANSFER_CUT,       /* nothing more came before that */
	TRANSFER_BROKEN,    /* a message that is none of a transfer, or cannot be read in full */
	TRANSFER_LIMIT,     /* larger than is taken here */
	TRANSFER_END_MAX = TRANSFER_LIMIT,
};

/* Is the zone what its ZONEMD record says? From 1 on the numbers of enum zonemd_result
 * (dns/dnssec/zonemd.h), which this room does not see, plus 1. */
enum transfer_digest {
	TRANSFER_DIGEST_UNKNOWN, /* the zone did not come whole */
	TRANSFER_DIGEST_GOOD,
	TRANSFER_DIGEST_ABSENT, /* no ZONEMD record */
	TRANSFER_DIGEST_NO_SOA,
	TRANSFER_DIGEST_SERIAL, /* of another version of the zone */
	TRANSFER_DIGEST_UNSUPPORTED,
	TRANSFER_DIGEST_AMBIGUOUS,
	TRANSFER_DIGEST_WRONG,
	TRANSFER_DIGEST_MAX = TRANSFER_DIGEST_WRONG,
};

/* The zone itself is not kept. */
struct transfer {
	uint8_t server; /* index */
	uint8_t end;    /* enum transfer_end */
	uint8_t digest; /* enum transfer_digest; UNKNOWN unless it came whole */
	uint32_t serial;
	uint32_t messages;
	uint32_t records; /* the closing SOA not counted */
	uint32_t octets;  /* of them, uncompressed */
};

#endif
