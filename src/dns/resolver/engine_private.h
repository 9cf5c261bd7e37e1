/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The resolver's engine: entries that are known, tasks that find them out, and who waits for whom.
 *
 * An entry is one cached fact: a place (what is at a name: a zone cut, no cut, nothing), a host's
 * addresses, a zone's keys. A task finds out one entry, or serves one caller; it asks servers and
 * waits for other entries, whose tasks it starts. Every entry has at most one task, so that a
 * thousand domains that need the same cut cause one look-up of it.
 *
 * A task asks servers by an ask, which is one trial a server (ask.c whom and when, trial.c the
 * exchange).
 *
 * Waits form a graph, which may have cycles as long as somebody in it still has a way out: a cut
 * waits for any of its name servers, not for all. Only when everything that a task depends on waits
 * and nothing is being asked is the cycle real (RFC 4697 s2.6); then its cuts give up.
 *
 * Nothing here recurses: tasks that can go on and callers that can be told are queued and taken
 * from the queue by one deferred call of the loop.
 */
#ifndef DNS_RESOLVER_ENGINE_PRIVATE_H
#define DNS_RESOLVER_ENGINE_PRIVATE_H

#include "base/map.h"
#include "dns/resolver/reply.h"
#include "dns/resolver/resolver.h"
#include "dns/resolver/validate.h"
#include "dns/wire/name.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Infrastructure changes slowly and a scan comes back to the same one for hours: shorter TTLs are
 * taken as a minute, longer ones as a day. */
#define TTL_FLOOR_S 60
#define TTL_CAP_S 86400
/* RFC 2308 s5 recommends one to three hours at most; a name that comes into being is seen sooner.
 */
#define NEGATIVE_TTL_CAP_S 3600
/* RFC 9520 s3.2: failures are remembered at least a second and at most five minutes. */
#define FAILURE_TTL_S 30
/* What ended at a limit depends on who asked; just long enough for those who wait to see it. */
#define LIMIT_TTL_S 1
/* Servers whose answers must fail to validate before the zone is called bogus, if it has so many.
 */
#define OPINIONS_MAX 3
/* Hosts looked up at a time for a cut that came without glue. */
#define GATHER_AT_ONCE 3
/* NS records kept of a cut; a mask of 32 bits says which have been looked up. */
#define PLACE_NS_MAX 32
/* Questions that a task has in flight at once: A and AAAA. */
#define TASK_ASKS 2
/* Servers of a zone that are asked one question more than once: then the first ones, those with
 * the best prospects. All eight (LIMIT_TRIES) silent cost 20 datagrams. */
#define AGAIN_MAX 4
/* Any server that is likely to answer at most so much later than the best one is as good: the load
 * is spread, and none is unknown for ever. */
#define BAND_MS 400
/* What a bad reply weighs beside the time that answers take: behind whoever gave none. For as long
 * as silence counts in dns/transport. */
#define FAILURE_MS 1000
#define FAILURE_FORGET_S 600
/* Queries that one exchange may take: three lost, one without EDNS, one over TCP, and four to see
 * whether our own network is there, or as many in another mixture.
 * They are taken from the budget before, and what was not needed goes back; of a budget that is
 * nearly used up no exchange gets more than its share, since others are under way. */
#define EXCHANGE_QUERIES_MAX 9
#define EXCHANGE_SHARE 8
/* Memory for validating one message: its sorted RRsets, hashes. */
#define SCRATCH_OCTETS_MAX ((size_t)1 << 20)

struct task;

/* ---- what is known ---- */

enum entry_kind { ENTRY_PLACE, ENTRY_HOST, ENTRY_KEYS, ENTRY_KIND_COUNT };

struct entry {
	struct entry *newer, *older; /* by last use */
	struct task *task;           /* finding it out; NULL at rest */
	uint64_t expires_ns;         /* 0: nothing known yet */
	uint32_t holds;              /* pointers to it that must stay good */
	uint8_t kind;                /* enum entry_kind */
	uint8_t state;               /* enum lookup_state */
	bool is_listed;              /* in the map and in the order of use */
	const uint8_t *name;         /* lower case, behind the struct */
};

struct place_server {
	struct address address;
	uint32_t failed_s; /* the loop's clock, at the last failure */
	uint8_t failures;  /* bad replies, late ones and none, since the last good one; saturates */
};

/* LOOKUP_FOUND: a cut. LOOKUP_NODATA, LOOKUP_NXDOMAIN: none, the name would be in `zone`. */
struct place {
	struct entry entry;
	struct place *zone; /* held; NULL for a cut and for failures */
	struct place_server *servers;
	uint8_t *ns_names; /* one after the other, lower case */
	uint32_t ns_taken; /* bit: its addresses are among the servers, or cannot be had */
	uint8_t server_count;
	uint8_t ns_count;
	uint8_t gathered; /* hosts looked up for it */
};

struct host {
	struct entry entry;
	struct address *addresses;
	uint8_t address_count;
	bool is_alias;
};

struct keys {
	struct entry entry; /* state LOOKUP_FOUND, or why there are no servers */
	struct cut cut;     /* entry.holds counts cut_hold() */
	struct rrset dnskeys;
	struct arena arena; /* of cut and dnskeys */
};

/* Finds or makes; NULL when memory is out. The name may be in any case. */
struct entry *entry_get(struct resolver *resolver, enum entry_kind kind, const uint8_t *name);
bool entry_is_fresh(const struct resolver *resolver, const struct entry *entry);
void entry_hold(struct entry *entry);
void entry_release(struct entry *entry);
/* State and life of what was found out; `ttl_s` is brought within the bounds that the state has. */
void entry_set(struct resolver *resolver, struct entry *entry, enum lookup_state state,
	       uint32_t ttl_s);
void entries_free(struct resolver *resolver);

static inline struct place *place_of(struct entry *entry)
{
	return (struct place *)entry;
}

/* The zone that the place's name is in; NULL when it could not be found. */
static inline struct place *place_zone(struct place *place)
{
	return place->entry.state == LOOKUP_FOUND ? place : place->zone;
}

/* A cut outside the cache, held once by the caller; for servers known from elsewhere. */
struct place *place_new_apart(struct resolver *resolver, const uint8_t *zone);
void place_set_zone(struct place *place, struct place *zone);
void place_forget_servers(struct place *place);
/* False when it is known already, of a family not used, or one too many. */
bool place_add_server(struct resolver *resolver, struct place *place,
		      const struct address *address);
/* Takes NS names and glue from a referral or from the zone's own NS set. ERR_MEMORY. */
MUST_CHECK int place_take_referral(struct resolver *resolver, struct place *place,
				   const struct reply *reply, const uint8_t *bailiwick);
/* Are there name servers whose addresses have not been looked up? */
bool place_can_grow(const struct place *place);
/* Looks some of them up; `task` waits for it. ERR_MEMORY. */
MUST_CHECK int place_grow(struct task *task, struct place *place);

/* ---- who finds it out ---- */

/* What a look-up and its side look-ups may still cost (limit.h). */
struct budget {
	uint32_t uses;
	uint32_t octets_left;
	uint16_t queries_left;
	uint16_t signatures_left;
	uint16_t signatures_granted; /* to the validation under way */
	uint8_t passed;              /* enum limit_kind: the first limit that was reached */
	uint64_t deadline_ns;
};

/* One server asked one question. */
struct trial {
	struct ask *ask;
	struct flight *flight; /* NULL: over */
	struct address address;
	uint8_t server;   /* number in the zone */
	uint8_t reserved; /* queries that the exchange may take */
	uint8_t attempts; /* made or asked for */
	bool is_late;     /* answers from there take less time */
	bool is_resting;  /* the attempt is over; there may be another one */
	bool has_failed;  /* and its server has been given the blame */
};

struct ask {
	struct task *task;
	struct place *zone;  /* whose servers are asked; held while busy */
	const uint8_t *name; /* in the task or its entry */
	uint32_t tried;      /* bit per server of `zone` */
	uint16_t type;
	uint8_t failure;  /* enum lookup_state to be told by the queue; LOOKUP_NONE: none */
	uint8_t opinions; /* answers that did not validate */
	bool dnssec_ok;
	bool is_busy;
	bool is_parked; /* more servers are being looked up */
	bool is_short;  /* memory or the transport's room is out */
	uint8_t trial_count;
	struct trial trials[LIMIT_TRIES]; /* in the order asked */
};

/* Waiter waits for target's end. */
struct edge {
	struct edge *next_wait;   /* of the same waiter */
	struct edge *next_waiter; /* of the same target */
	struct edge **waiter_link;
	struct task *waiter;
	struct task *target;
};

/* Somebody outside who wants to know about a host. */
struct call {
	struct call *next;
	struct entry *entry; /* held */
	resolver_host_done *done;
	void *context;
};

struct task_kind {
	size_t size_bytes;
	/* Something that was waited for has ended, or the task is new. */
	void (*step)(struct task *task);
	/* `reply` is never lame; NULL: no server gave one, ask->failure says why. */
	void (*replied)(struct task *task, struct ask *ask, const struct reply *reply);
	/* Everything it waits for waits for it. Only for kinds that can do without; may be NULL. */
	void (*stuck)(struct task *task);
	/* Memory of its own; may be NULL. */
	void (*release)(struct task *task);
	/* The resolver goes: tells the one caller that the task was for. NULL: it is for an entry.
	 */
	void (*abandon)(struct task *task);
};

struct task {
	struct task *next, *previous; /* all of the resolver's */
	struct task *next_ready;
	struct task *next_reached; /* while looking for cycles */
	struct resolver *resolver;
	const struct task_kind *kind;
	struct entry *entry; /* NULL: for one caller only */
	struct budget *budget;
	struct edge *waits;
	struct edge *waiters;
	struct call *calls;
	struct ask asks[TASK_ASKS];
	uint32_t mark;
	uint8_t asking; /* attempts under way */
	uint8_t depth;  /* name server of a name server of ... */
	bool is_ready;
	bool is_finished;
};

const struct task_kind *place_task_kind(void);
const struct task_kind *host_task_kind(void);
const struct task_kind *keys_task_kind(void);

/* A new task with a budget of its own (`parent` NULL) or its starter's. NULL: memory is out. */
struct task *task_new(struct resolver *resolver, const struct task_kind *kind, struct task *parent);
/* For the entry, and known to it. */
struct task *task_new_for(struct resolver *resolver, struct entry *entry, struct task *parent);
/* It is stepped soon. */
void task_ready(struct task *task);
/* Tells everybody who waits; the task is freed soon, and what it asks is left. */
void task_finish(struct task *task);
/* OK: ret_entry is fresh. ERR_BUSY: it is being found out and `task` waits. ERR_LIMIT: too deep.
 * ERR_MEMORY. */
MUST_CHECK int task_need(struct task *task, enum entry_kind kind, const uint8_t *name,
			 struct entry **ret_entry);
MUST_CHECK int task_wait(struct task *task, struct task *target);
/* A limit was reached: the first is remembered for the sentence. Gives ERR_LIMIT. */
int task_past(struct task *task, enum limit_kind limit);
/* The sentence for a look-up that came to no answer. */
void task_reason(const struct task *task, enum lookup_state state, struct reason *ret_reason);
void task_stop_waiting(struct task *task);
/* To be called when the task may just have lost its last way to go on. */
void task_check_stuck(struct task *task);
/* A deferred call; the context is the resolver. */
void tasks_drain(void *context);
void tasks_sweep(struct resolver *resolver);
void tasks_free(struct resolver *resolver);
void call_queue(struct resolver *resolver, struct call *call);
/* Tells the caller and takes the call back. */
void call_deliver(struct resolver *resolver, struct call *call);

/*
 * Asks the zone's servers until one gives a reply that is not lame: the next one when a reply is no
 * use or late. All are asked once before any is asked again, with a longer time-out.
 */
void ask_start(struct task *task, unsigned int which, const struct ask *question);
/*
 * For `replied`, when the reply does not validate: asks another server, if there is one and it is
 * not too much. True: `replied` is called again, and the reply at hand must be forgotten.
 */
bool ask_elsewhere(struct ask *ask);
/* Goes on after what it was parked for. */
void ask_go_on(struct ask *ask);
/* A reply, not lame, or NULL: ask->failure says why. */
void ask_finish(struct ask *ask, const struct reply *reply);
/* Something has ended or takes long: asks somebody else or again, if there is no better prospect.
 */
void ask_next(struct ask *ask);
/* What is under way is nobody's business any more. */
void ask_leave(struct ask *ask);
void ask_release(struct ask *ask);

/* ---- trial.c ---- */
/* How long an answer of that server of the zone may be waited for, for choosing one. */
uint32_t trial_cost_ms(const struct ask *ask, unsigned int server);
/* False: memory or the transport's room is out. */
bool trial_start(struct ask *ask, unsigned int server);
/* One that rests. */
void trial_again(struct trial *trial);
void trial_leave(struct trial *trial);
/* A reply may come any moment. */
static inline bool trial_is_under_way(const struct trial *trial)
{
	return trial->flight != NULL && !trial->is_resting;
}
static inline bool trial_is_hopeful(const struct trial *trial)
{
	return trial_is_under_way(trial) && !trial->is_late;
}

/* ---- all of it ---- */

struct resolver {
	struct loop *loop;
	struct transport *transport;
	struct verifier *verifier;
	struct random *random;
	struct random own_random;
	struct clock clock;
	struct map *entries;
	struct entry order; /* ends of the list by last use */
	uint32_t entries_max;
	struct place *root;
	struct task *tasks, *finished;
	struct task *ready_first, *ready_last;
	struct call *calls_first, *calls_last;
	struct deferred deferred;
	struct arena scratch;
	struct arena anchor_arena;
	struct record *anchors;
	size_t anchor_count;
	const uint8_t **negative_anchors;
	size_t negative_anchor_count;
	resolver_witness *witness;
	void *witness_context;
	uint32_t mark;
	/* Calls under way that look at tasks: where our own machine refuses to send, one may be
	 * told within another's, and no task goes before the last has returned. */
	uint32_t holders;
	uint16_t port;
	bool no_ipv4, no_ipv6;
};

/* A validation in the scratch arena, which is reset, and within the task's budget. After it
 * task_validated() takes from the budget what it has cost. */
struct validation task_validation(struct task *task, const struct cut *signer);
void task_validated(struct task *task, const struct validation *validation);

#endif
