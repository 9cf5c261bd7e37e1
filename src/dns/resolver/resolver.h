/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From root hints and trust anchors down: finds zone cuts, name-server addresses and keys, checks
 * the chain of trust, and caches what the infrastructure says (cuts, addresses, keys) for every
 * user of the process. Nothing is believed that the asked server is not authoritative for; glue
 * serves only the referral it came with. Names are walked down label by label, each server is told
 * no more of them than it needs (RFC 9156). Everything is asynchronous on one loop, and nothing
 * calls back before it returns.
 *
 * An answer that does not validate is asked for again at up to two other servers of the zone before
 * it is called bogus: one of them may be stale, or somebody may have been quicker than the first.
 *
 * Addresses of hosts are not validated: an audit must look at what a bogus zone serves, too, and
 * what a wrong address serves is judged by its own signatures. Cuts and look-ups are.
 *
 * Limits of one look-up (each ends it as LOOKUP_LIMIT / RESOLVER_INDETERMINATE):
 * dns/resolver/limit.h. Errors: ERR_MEMORY; ERR_ARGUMENT for settings without hints.
 */
#ifndef DNS_RESOLVER_RESOLVER_H
#define DNS_RESOLVER_RESOLVER_H

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "dns/dnssec/verify.h"
#include "dns/transport/transport.h"
#include "dns/wire/message.h"
#include "net/loop.h"

#include <stdbool.h>
#include <stdint.h>

#define CUT_SERVERS_MAX 32 /* addresses kept for a zone cut */

struct resolver;

/* Same numbers as enum security and enum host_state in model/observation.h. */
enum resolver_security {
	RESOLVER_INDETERMINATE,
	RESOLVER_SECURE,
	RESOLVER_INSECURE,
	RESOLVER_BOGUS
};
enum lookup_state {
	LOOKUP_NONE,
	LOOKUP_FOUND,
	LOOKUP_NXDOMAIN,
	LOOKUP_NODATA,
	LOOKUP_CYCLE,
	LOOKUP_UNREACHABLE,
	LOOKUP_BOGUS,
	LOOKUP_LIMIT,
};

/* A zone and how to reach it. Owned by the resolver's cache; lives as long as the callback, or
 * until cut_release() after cut_hold(), which must come before resolver_free(). */
struct cut {
	const uint8_t *zone;             /* lower case */
	enum resolver_security security; /* chain of trust down to this zone's DNSKEY RRset */
	const char *reason;              /* why not SECURE, one sentence; NULL when SECURE */
	uint16_t ede;                    /* enum extended_error of the same */
	uint16_t server_count;           /* at least 1, at most CUT_SERVERS_MAX */
	const struct address *servers;
	const struct rrset *dnskeys; /* validated when SECURE; NULL otherwise */
};
struct cut *cut_hold(struct cut *cut);
void cut_release(struct cut *cut);

struct resolver_settings {
	const struct address *hints; /* root servers' addresses */
	size_t hint_count;
	const struct record *anchors; /* DS or DNSKEY records of trust anchors, any zone */
	size_t anchor_count;
	/* Zones whose failures are known and not to count: at and below them all is insecure
	 * (RFC 7646). */
	const uint8_t *const *negative_anchors;
	size_t negative_anchor_count;
	uint32_t cache_entries;    /* 0: 50000 cuts, hosts and keys (about 300 octets each) */
	bool no_ipv4, no_ipv6;     /* families that are never asked */
	struct random *random;     /* NULL: the system's; chooses servers */
	const struct clock *clock; /* NULL: the system's; for signatures' validity. Copied. */
};

/* All pointers must outlive the resolver. */
MUST_CHECK int resolver_new(struct loop *loop, struct transport *transport,
			    struct verifier *verifier, const struct resolver_settings *settings,
			    struct resolver **ret_resolver);
/* Callers that still wait are told LOOKUP_LIMIT and must not ask again. Before transport_free(),
 * and not from a callback. */
void resolver_free(struct resolver *resolver);

/*
 * The zone that would delegate `domain`: the deepest cut strictly above it. `cut` is NULL with
 * LOOKUP_UNREACHABLE, LOOKUP_NXDOMAIN (an ancestor does not exist), LOOKUP_LIMIT, LOOKUP_BOGUS.
 */
typedef void resolver_cut_done(void *context, enum lookup_state state, struct cut *cut);
MUST_CHECK int resolver_parent(struct resolver *resolver, const uint8_t *domain,
			       resolver_cut_done *done, void *context);

/* A host's addresses, A and AAAA, CNAMEs followed. */
#define HOST_ADDRESSES_MAX 16
struct host_answer {
	enum lookup_state state;
	bool is_alias;
	uint8_t count;
	struct address addresses[HOST_ADDRESSES_MAX]; /* port as in the settings' hints */
};
typedef void resolver_host_done(void *context, const struct host_answer *answer);
/*
 * `zone` and `glue`: addresses to ask when the host lies in a zone whose delegation is just being
 * looked at (its own glue); the answer must still come from there with authority.
 */
struct host_question {
	const uint8_t *name;
	const uint8_t *zone;        /* NULL, or the zone being looked at */
	const struct address *glue; /* servers of `zone` known from its referral */
	size_t glue_count;
};
MUST_CHECK int resolver_host(struct resolver *resolver, const struct host_question *question,
			     resolver_host_done *done, void *context);

/* Any name and type, following referrals and aliases, validated. */
struct lookup_answer {
	enum lookup_state state;
	enum resolver_security security;
	const struct message *message; /* the last one received; NULL if none */
	const uint8_t *target;         /* the name it is about: where aliases led; during the call
					*/
	const char *reason;            /* one sentence, living during the call; NULL when SECURE */
	uint16_t ede;                  /* enum extended_error (reason.h) of the same */
};
typedef void resolver_lookup_done(void *context, const struct lookup_answer *answer);
/* A message on the way to the answer: an alias, before it is followed. */
typedef void resolver_lookup_step(void *context, const struct message *message);
struct lookup_question {
	const uint8_t *name; /* copied */
	uint16_t type;
	const struct address *server; /* asked instead of the servers of the name's zone (and of its
					 aliases' zones); copied; NULL: none */
	resolver_lookup_step *step;   /* may be NULL */
	resolver_lookup_done *done;
	void *context;
};
MUST_CHECK int resolver_lookup(struct resolver *resolver, const struct lookup_question *question);

/* Keeping every packet: called for each exchange the resolver makes, before it is used. One whose
 * answer was late when another server's was taken is told as EXCHANGE_TIMEOUT; one that was not
 * late then is not told. */
typedef void resolver_witness(void *context, const struct exchange_question *question,
			      const struct exchange_result *result);
void resolver_watch(struct resolver *resolver, resolver_witness *witness, void *context);

/* Root hints: addresses one a line ("198.41.0.4", "[2001:db8::1]:5353"), or a zone file as IANA's
 * named.root. The IANA root's are built in. */
MUST_CHECK int hints_from_file(const char *path, struct address *ret_hints, size_t room,
			       size_t *ret_count, struct complaint *complaint);
size_t hints_built_in(struct address *ret_hints, size_t room);

/*
 * Trust anchors: a zone file of DS and DNSKEY records, several a zone and several zones; or a file
 * in which Unbound (auto-trust-anchor-file) or BIND (managed-keys) keeps RFC 5011 states: of these,
 * the keys that are valid at `now_s`. Revoked keys are left out. Records in the arena. ERR_FORMAT,
 * ERR_LIMIT (64 anchors, 1 MiB), and what opening the file gives.
 */
struct anchors_source {
	const char *path;
	int64_t now_s;
};
MUST_CHECK int anchors_from_file(struct arena *arena, const struct anchors_source *source,
				 struct record **ret_anchors, size_t *ret_count,
				 struct complaint *complaint);
MUST_CHECK int anchors_built_in(struct arena *arena, struct record **ret_anchors,
				size_t *ret_count);

#endif
