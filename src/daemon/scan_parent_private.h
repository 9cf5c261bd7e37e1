/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parent's parts: targets on their way (scan_targets.c), what workers say (scan_hear.c), their
 * lives (scan_crew.c), observations on their way through the judge and its life (scan_judge.c), and
 * the loop that joins them (scan_parent.c).
 */
#ifndef DAEMON_SCAN_PARENT_PRIVATE_H
#define DAEMON_SCAN_PARENT_PRIVATE_H

#include "base/arena.h"
#include "base/map.h"
#include "base/random.h"
#include "daemon/child.h"
#include "daemon/lease.h"
#include "daemon/scan_parent.h"
#include "daemon/turns.h"
#include "net/loop.h"

/* Beyond what a worker has in flight: names that wait for room there. */
#define TARGETS_AHEAD (TARGETS_A_FRAME * 2u)
/* Deaths of all children together. A scan that loses more has found a bug worth stopping for. */
#define CREW_CRASHES_MAX 1000u

struct crew;

/* A domain that a worker has, or that waits to be handed out again. */
struct target {
	struct target *next; /* of those that wait */
	unsigned crashes;    /* workers that died with it */
	unsigned kills;      /* and that somebody killed */
	uint16_t size;
	uint8_t name[];
};

struct member {
	struct crew *crew;
	unsigned index;
	struct child child;
	struct map *targets; /* by name: what it has */
	struct wire_counts counts;
	uint64_t queries_before; /* of those that died in this place */
	uint64_t heard_ns;       /* its last frame */
	uint64_t frames;         /* heard of the present one */
	uint64_t taken;          /* observations of the present one */
	unsigned vain_starts;    /* deaths in a row without an observation */
	bool is_at_work;         /* it has said so */
	/* How the present one ended. */
	struct complaint unable; /* it said that it cannot work at all, and why */
	int unable_error;
	bool is_unread; /* an observation of its could not be read; its targets saw nothing */
	bool is_unable;
	bool is_ended_by_us; /* for what it said: its page names nobody */
	bool is_silent;      /* for saying nothing */
	bool is_killed;      /* by somebody else */
};

/* An observation that waits for its verdict. */
struct pending {
	struct pending *next;
	struct target *target;
	struct member *member; /* who sent it; NULL: we did, for one that is not measured */
	uint64_t birth;        /* member->child.births then */
	size_t encoded_size;
	uint8_t encoded[];
};

/* The judge, which answers in the order in which it is asked. */
struct bench {
	bool is_paused; /* nothing is heard of it: what it said waits behind us */
	struct child child;
	struct pending *first, **last;
	size_t octets;        /* that wait */
	uint64_t answered;    /* of the present judge */
	uint64_t turn_ns;     /* when the first one's turn came */
	unsigned vain_starts; /* deaths in a row without a verdict */
	bool is_ready;        /* it has said so */
	bool is_silent;       /* ended for saying nothing */
	bool is_ended_by_us;  /* for what it said */
	bool is_unable;       /* it said that it cannot work at all, and why */
	int unable_error;
	struct complaint unable;
};

struct crew {
	const struct scan_parent_settings *settings;
	struct loop *loop;
	struct random random;
	struct leases *leases;
	struct turns *turns;
	struct wire_settings wire;
	uint8_t *settings_body; /* FRAME_SETTINGS, ready-made */
	size_t settings_size;
	struct member *members;
	unsigned member_count;
	struct target *again; /* to be handed out again */
	uint32_t outstanding; /* at all workers, and at the judge */
	struct bench bench;
	bool is_paused; /* nothing is heard of workers: too much waits already */
	struct timer progress_timer;
	struct timer patience; /* after INT */
	struct watch signals;
	int signal_descriptor;
	uint64_t started_ns;
	uint64_t answers;  /* of all workers, when last looked at */
	uint64_t heard_ns; /* when they had grown, or no network was lost */
	struct scan_progress progress;
	struct arena arena; /* of an observation made here */
	struct complaint *complaint;
	int error;         /* why it ended */
	bool is_exhausted; /* no more targets from `next` */
	bool is_stopping;
};

/* ---- scan_targets.c ---- */
/* Hands out what the member has room for. */
void member_feed(struct member *member);
/* One that was given to the worker and has not come back; NULL: there is none of that name. */
const struct target *member_target(const struct member *member, const uint8_t *name);
/* Takes it from the member; it still counts as outstanding. */
struct target *member_yield(struct member *member, const struct target *target);
/* It is done with: its observation was taken. */
void target_settle(struct crew *crew, struct target *target);
/* To be handed out again, or given up when it has crashed too many. `why`: what is said then. */
void target_retry(struct crew *crew, struct target *target, bool is_given_up, const char *why);
/* After a death: who was guilty gets his observation, the others wait to be handed out again.
 * True: the page named somebody. */
bool member_reclaim(struct member *member);
/* Everything that waits, forgotten. */
void targets_release(struct crew *crew);

/* ---- scan_hear.c ---- */
/* Takes a frame of a worker. Not OK: what it says cannot be; the worker is to be ended. */
MUST_CHECK int member_hear(void *context, enum frame_kind kind, struct reader *body);

/* ---- scan_crew.c ---- */
MUST_CHECK int member_start(struct member *member);
/* Ends it for an observation that could not be read. */
void member_distrust(struct member *member);
/* Kills one that has fallen silent. */
void member_look_after(struct member *member);
/* Ends it without ado. */
void member_stop(struct member *member);
void member_release(struct member *member);
/* Tells a worker what it may ask. */
void crew_turn(void *context, unsigned worker, const struct address *address);
void crew_grant(void *context, unsigned worker, const struct address *server, unsigned granted);

/* ---- scan_judge.c ---- */
MUST_CHECK int bench_start(struct crew *crew);
/* Hands an observation to the judge; the target is the bench's from now on. `member` NULL: ours. */
MUST_CHECK int bench_ask(struct crew *crew, struct member *member, struct target *target,
			 const uint8_t *encoded, size_t encoded_size);
/* Kills a judge that has fallen silent. */
void bench_look_after(struct crew *crew);
void bench_release(struct crew *crew);

/* ---- scan_parent.c ---- */
/* The first error counts; the loop ends. */
void crew_end(struct crew *crew, int error);
/* Looks whether all is done, feeds who has room. */
void crew_go_on(struct crew *crew);
/* Workers wait while too much waits for the judge or the caller. */
void crew_pace(struct crew *crew);

#endif
