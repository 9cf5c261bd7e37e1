/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One domain on its way through the stages, and what all domains of a process share.
 *
 * A stage's function reads what the observation has so far and asks; every question adds one to
 * `pending`, every answer takes one away (domain_settle), and at zero the next stage begins. A
 * stage does only what is not done yet, so that the plan can name it twice: the second round is for
 * name servers that only the zone itself named.
 */
#ifndef GATHER_SCAN_SCAN_PRIVATE_H
#define GATHER_SCAN_SCAN_PRIVATE_H

#include "base/arena.h"
#include "base/map.h"
#include "dns/resolver/reply.h"
#include "dns/wire/name.h"
#include "gather/scan/scan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a server did not answer the SOA question; either may be over in a moment. */
enum trouble { TROUBLE_NONE, TROUBLE_SILENT, TROUBLE_FAILS };

/* What one address turned out to be; parallel to the observation's servers. */
struct server_facts {
	bool is_probed;       /* the SOA question was asked */
	bool is_looked_again; /* a second look was taken, or found needless */
	uint8_t trouble;      /* enum trouble */
	bool is_usable;       /* NOERROR, authority, the domain's SOA */
	bool speaks_edns;
	uint16_t key_message; /* index of its DNSKEY answer, or MESSAGE_NONE */
};

/* A server of the parent said that there is no delegation; another one is asked about it. */
struct denial {
	uint8_t delegation; /* enum delegation; DELEGATION_UNKNOWN: none said so */
	uint16_t exchange;
	struct ip server;
};

struct confirmation;
struct lookups;
struct contacts;
struct suffix_list;

struct domain {
	struct domain *next, *previous; /* in flight, or at rest */
	struct domain *next_answered;   /* waits to be proven and told */
	struct scan *scan;
	struct arena arena; /* of everything the observation has */
	struct observation_builder builder;
	struct cut *cut;                   /* of the parent; held; NULL: not known */
	struct confirmation *confirmation; /* while it waits to ask again: confirm.c */
	uint64_t started_ns;
	uint32_t pending;
	uint32_t parents_tried;  /* bit per server of the cut */
	uint32_t parents_denied; /* of them, who denied what another one gave */
	struct denial denial;
	uint8_t parent_tries;
	uint8_t parent; /* asked last */
	uint8_t stage;
	struct server_facts facts[OBSERVATION_SERVERS_MAX];
};

/* A question in flight; lives in the domain's arena. */
struct probe {
	struct domain *domain;
	uint16_t type;
	uint8_t server; /* index, or SERVER_PARENT */
	uint8_t transport;
	uint8_t kind;        /* enum probe_kind */
	const uint8_t *name; /* that is asked; NULL: the domain's */
};

struct scan {
	struct loop *loop;
	struct transport *transport;
	struct resolver *resolver;
	struct verifier *verifier;
	struct random *random;
	struct random own_random;
	struct clock clock;
	struct map *capabilities;  /* by address: transports.c */
	struct lookups *lookups;   /* what all domains share: lookups.c */
	struct contacts *contacts; /* the same of connections: contact.c; NULL: none are made */
	const struct suffix_list *suffixes; /* NULL: none is there */
	struct suffix_list *own_suffixes;   /* to be freed; NULL: the caller's, or none */
	const struct tsig_key *tsig_key;    /* NULL: none */
	const uint8_t *asked;               /* names, with NEED_ASKED */
	size_t asked_size;
	struct map *manners; /* by address and question: manners.c */
	struct domain *in_flight;
	struct domain *answered_first, *answered_last;
	struct deferred deferred; /* finishes one of them a turn */
	struct domain *at_rest;
	scan_done *done;
	void *context;
	size_t domain_octets_max;
	uint32_t in_flight_count, in_flight_max;
	bool (*opted_out_name)(void *context, const uint8_t *name); /* NULL: nobody did */
	void *opted_out_context;
	size_t session_octets; /* of all that session_keep() gave and nobody forgot */
	uint32_t servers_kept; /* 0: what inquiries of the kind say */
	uint32_t at_rest_count;
	uint32_t transfer_octets; /* of zones that are being transferred: transfer.c */
	uint32_t busy; /* questions that outlive their domain: transports.c, lookups.c, manners.c */
	unsigned int needs;
	const struct trust *trust; /* may be NULL */
	bool is_closing;
	const char *vantage;
	const struct routes *routes; /* NULL: not known */
	const struct vrps *vrps;
	const char *routing;
	struct arena scratch; /* for the time of one function */
};

typedef void stage_function(struct domain *domain);
stage_function delegation_stage;
stage_function addresses_outside_stage;
stage_function addresses_inside_stage;
stage_function servers_stage;
stage_function second_look_stage;
stage_function services_stage;
stage_function primary_stage;
stage_function reverse_stage;
stage_function dangling_stage;
stage_function mail_hosts_stage;
stage_function tcp_stage;
stage_function announcements_stage;
stage_function dot_stage;
stage_function manners_stage;
stage_function own_stage;
stage_function doh_stage;
stage_function doq_stage;
stage_function mail_stage;
stage_function names_stage;
stage_function logins_stage;
stage_function asked_stage;
stage_function dane_stage;
stage_function automation_stage;
stage_function policy_name_stage;
stage_function connect_stage;
stage_function confirm_stage;
/* Ends the wait of a domain whose scan is closing; it may be gone afterwards. */
void confirm_cancel(struct domain *domain);

/* One answer is in; the last one starts the next stage. Nothing of the domain may be touched
 * afterwards. */
void domain_settle(struct domain *domain);
/* Has whoever runs the host opted out by name? */
bool scan_is_opted_out(const struct scan *scan, const uint8_t *host);
/* Frees the scan when it is closing and the last question is in. */
void scan_release(struct scan *scan);

/* Asks `type` of the name, in the plain form. False: not asked, and that is recorded. */
bool probe_ask(struct domain *domain, const struct probe *probe, const struct address *address,
	       exchange_done *done);
/* Writes the exchange down; its index, or MESSAGE_NONE when the observation is full. */
uint16_t probe_record(struct probe *probe, const struct exchange_result *result);
/* The same for an exchange that was made for all domains of the server. */
void probe_record_shared(struct probe *probe, const uint8_t *name,
			 const struct exchange_result *result);

/* Longer than a burst of our own questions takes to drain, or a server to load its zones anew;
 * shorter than anybody minds. */
#define SECOND_LOOK_PAUSE_MS 3000u
/* The SOA question again, and the others if it is answered now. */
void server_ask_again(struct domain *domain, unsigned int server);
/* Asks whether a silent server shows a sign of life after the pause; then it is asked again. */
void server_await_life(struct domain *domain, unsigned int server);

struct address server_address(const struct observation *observation, unsigned int server);
/* Finds or adds; negative at a limit. */
int domain_server(struct domain *domain, const struct address *address);
/* All of a map of inquiries (inquiry_private.h), and the map. One that is in flight goes when the
 * transport has ended it. */
void inquiries_free(struct map *map);
/* Every signature of the observation's answers, verified. */
void domain_prove(struct domain *domain);
/* Who announces each address of the observation. Of tables in memory: nothing is asked. */
void domain_add_routes(struct domain *domain);

/* ---- sessions.c: what the encryption was like ---- */

struct kept_session;
/* NULL when memory is out. */
struct kept_session *session_keep(struct scan *scan, const struct exchange_session *session);
/* NULL is fine. */
void session_forget(struct scan *scan, struct kept_session *kept);

struct session_seen {
	const struct kept_session *kept; /* NULL: nothing is known of it */
	const struct exchange_result *result;
	unsigned int server;
	uint16_t port;
	uint8_t transport;
	bool is_padded;
};
/* Into the domain's observation; nothing if nothing was asked. */
void session_record(struct domain *domain, const struct session_seen *seen);
bool session_padded(const struct exchange_result *result);
/* The name of a name server that has this address, or NULL. */
const uint8_t *server_host(const struct observation *observation, unsigned int server);
/* The same without the last dot; false: there is none. */
bool server_host_text(const struct observation *observation, unsigned int server,
		      char ret_text[NAME_TEXT_MAX]);
/* RFC 8484 has no port but that of HTTPS. */
#define DOH_PORT 443
/* Does the server's name announce DoH at that port (RFC 9461)? With its path, "" when it gives
 * none. */
bool server_announces_doh(struct domain *domain, unsigned int server, char *path, size_t room);

/*
 * ---- lookups.c: names that are not the domain's own to serve -----------------------------------
 * Mail servers, policies, signalling names. The resolver finds them from the root down, validated;
 * what it found is shared by all domains of the process for a while, since ten thousand domains
 * include the same SPF record. A look-up becomes part of the observation (struct lookup) once,
 * however often it is asked for.
 */
/*
 * `lookup`: its index in the observation, or negative when there was no room or memory for it. May
 * ask further. Not called once the scan is closing.
 */
typedef void lookup_taken(struct domain *domain, void *context, int lookup);

/*
 * Asks for it; `taken` (may be NULL) is called when the observation has it, which may be before
 * this returns. `name` is copied; `context` must live as long as the domain (its arena). Counts as
 * one of the domain's pending questions. At a limit nothing is asked, the observation is cut short
 * and `taken` is told.
 */
void lookup_ask(struct domain *domain, const uint8_t *name, uint16_t type, lookup_taken *taken,
		void *context);

/* NULL when memory is out. */
struct lookups *lookups_new(struct scan *scan, const uint8_t secret[16]);
/* With the scan: those that wait are settled. Look-ups in flight end with the resolver. */
void lookups_free(struct lookups *lookups);

/* ---- contact.c: conversations that all domains share ---- */
/* NULL when memory is out or TLS cannot be set up. */
struct contacts *contacts_new(struct scan *scan, const uint8_t secret[16],
			      const struct scan_connect *connect);
/* With the scan: what is under way is ended, and those that wait are settled. */
void contacts_free(struct contacts *contacts);
void contacts_turn(struct contacts *contacts, const struct address *address);

#endif
