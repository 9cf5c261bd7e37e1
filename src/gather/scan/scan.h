/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scan: a plan is an array of stages, a domain goes through them, an observation comes out.
 *
 *   delegation   the parent's NS, DS (or proof of none) and glue, asked of a parent's server;
 *                that there is none, of two
 *   addresses    A and AAAA of every name server
 *   servers      each address: SOA first (who does not answer is asked nothing more), then NS,
 *                DNSKEY, CDS, CDNSKEY, CSYNC, A; name servers only named by the child join in
 *   second look  servers that were silent, refused or failed: SOA again after a pause, and the
 *                rest if that is answered; whether a silent one lives is asked once per process
 *   services     apex AAAA, MX, TXT, CAA from one server that answers
 *   look-ups     mail policies, mail hosts, TLSA, the primary's name, names of addresses, and what
 *                name servers announce of encryption
 *   manners      TCP, once per address and process, shared by all its domains, after a pause once
 *                more when it fails; odd questions, most of them shared likewise; transfer,
 *                recursion and update only where that was agreed to
 *   transports   DoT, DoH, DoQ; and mail and web servers where that was asked for
 *   confirm      servers that seem slow or lossy are asked some questions again after a pause
 *
 * A stage reads what the earlier ones found, asks all its questions at once, and the next begins
 * when the last answer or time-out is in; those that rest on nothing of each other, as look-ups and
 * manners, go at the same time. After the last, every signature received is verified
 * (once per distinct key, data and signature) and recorded as proofs; and where tables of routes
 * were given, who announces each address found is written beside it. No stage blocks: thousands of
 * domains are in flight on one loop. Which stages and questions run is the union of what the checks
 * of a profile need: a mask of NEED_* (model/observation.h), which the observation keeps.
 */
#ifndef GATHER_SCAN_SCAN_H
#define GATHER_SCAN_SCAN_H

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "dns/dnssec/verify.h"
#include "dns/resolver/resolver.h"
#include "dns/transport/transport.h"
#include "gather/routing/routing.h"
#include "model/observation.h"
#include "net/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct suffix_list;
struct tsig_key;

/* --connect: how third parties' mail and web servers may be connected to. */
struct trust;
struct scan_connect {
	const struct trust *trust; /* pki/certificate.h; must outlive the scan; NULL: no root */
	bool (*opted_out)(void *context, const struct address *address); /* may be NULL */
	void *context;
	/* Other processes connect, too: each waits for its turn at an address (port 0) until
	 * scan_turn() says that it has come, and says when it is done. NULL: this is the only one.
	 */
	void (*want_turn)(void *context, const struct address *address);
	void (*turn_done)(void *context, const struct address *address);
	void *turn_context;
	uint32_t gap_ms; /* between two connections to an address */
	/* NULL, or NAME_MAX_OCTETS octets: the host whose certificates are being read stands there,
	 * the root's zero octet otherwise; as transport_settings.note. */
	uint8_t *note;
	bool takes_special; /* private and other special addresses too: in a world */
};

struct scan_settings {
	unsigned needs;
	uint32_t domains_in_flight;         /* 0: 2000 */
	size_t domain_octets_max;           /* arena cap of one domain; 0: 1 MiB */
	const char *vantage;                /* must outlive the scan; NULL: "" */
	struct random *random;              /* NULL: the system's; chooses servers */
	const struct scan_connect *connect; /* copied; NULL: nobody is connected to */
	const struct clock *clock;          /* NULL: the system's wall clock. Copied. */
	/* Who announces addresses, judged; NULL: not known, and NEED_ROUTES is not to be asked. All
	 * three must outlive the scan. */
	const struct routes *routes;
	const struct vrps *vrps;   /* NULL: none were given */
	const char *routing;       /* what both are and of when; NULL with `routes` NULL */
	const struct trust *trust; /* pki/certificate.h; NULL: no certificate is trusted. Must
				      outlive the scan. */
	/* Properties of servers remembered, of each kind; the one that was asked longest ago is
	 * forgotten first. 0: as many as a scan of millions has use for. */
	uint32_t servers_kept;
	/* Hosts by such names are not contacted, and name servers by them not asked; NULL: nobody
	 * opted out by name. Addresses are the transport's, and scan_connect's, to hold back. */
	bool (*opted_out_name)(void *context, const uint8_t *name);
	void *opted_out_context;
	/* By which the owner's servers are asked, with NEED_OWN and NEED_TSIG; must outlive the
	 * scan; NULL: there is none. */
	const struct tsig_key *tsig_key;
	/* Names in wire form, one behind the other, whose addresses are looked up with each domain,
	 * with NEED_ASKED; must outlive the scan. Size 0: none. */
	const uint8_t *asked;
	size_t asked_size;
	/* Public suffixes (dns/policy/suffix.h); must outlive the scan; NULL: libpsl's own list. */
	const struct suffix_list *suffixes;
};

struct scan;

/* The observation lives during the call; whoever wants it later encodes it. scan_domain() may be
 * called from within, scan_free() may not. */
typedef void scan_done(void *context, const struct observation *observation);

/* What a scan works with; all must outlive it. */
struct scan_tools {
	struct loop *loop;
	struct transport *transport;
	struct resolver *resolver;
	struct verifier *verifier;
};

MUST_CHECK int scan_new(const struct scan_tools *tools, const struct scan_settings *settings,
			scan_done *done, void *context, struct scan **ret_scan);
/* Domains in flight are dropped without a `done`. Free the scan first, then the resolver, then the
 * transport: what the first two left in flight is ended by the one after. */
void scan_free(struct scan *scan);
/* Never calls back before it returns. ERR_MEMORY; ERR_BUSY when domains_in_flight are in flight:
 * call again after a `done`. */
MUST_CHECK int scan_domain(struct scan *scan, const uint8_t *domain);
/* The turn at an address has come; not to be called from within want_turn. */
void scan_turn(struct scan *scan, const struct address *address);
uint32_t scan_in_flight(const struct scan *scan);

#endif
