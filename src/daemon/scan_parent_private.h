/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parent's parts: targets on their way (scan_targets.c), what workers say (scan_hear.c), their
 * lives (scan_crew.c), and the loop that joins them (scan_parent.c).
 */
#ifndef DAEMON_SCAN_PARENT_PRIVATE_H
#define DAEMON_SCAN_PARENT_PRIVATE_H

#include "base/arena.h"
#include "base/map.h"
#include "base/random.h"
#include "daemon/channel.h"
#include "daemon/lease.h"
#include "daemon/scan_parent.h"
#include "net/loop.h"
#include "os/process.h"

/* Beyond what a worker has in flight: names that wait for room there. */
#define TARGETS_AHEAD (TARGETS_A_FRAME * 2u)

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
	struct process process;
	struct watch ended; /* its pidfd */
	struct channel channel;
	int page_descriptor;
	uint8_t *page;
	struct map *targets; /* by name: what it has */
	struct wire_counts counts;
	uint64_t queries_before; /* of those that died in this place */
	uint64_t heard_ns;       /* its last frame */
	uint64_t taken;          /* observations of the present one */
	unsigned vain_starts;    /* deaths in a row without an observation */
	bool is_running;
	bool is_at_work; /* it has said so */
	/* How the present one ended. */
	const struct target *suspect; /* its observation could not be read; NULL: none */
	struct complaint unable;      /* it said that it cannot work at all, and why */
	int unable_error;
	bool is_unable;
	bool is_ended_by_us; /* for what it said: its page names nobody */
	bool is_silent;      /* for saying nothing */
	bool is_killed;      /* by somebody else */
};

struct crew {
	const struct scan_parent_settings *settings;
	struct loop *loop;
	struct random random;
	struct leases *leases;
	struct wire_settings wire;
	uint8_t *settings_body; /* FRAME_SETTINGS, ready-made */
	size_t settings_size;
	struct member *members;
	unsigned member_count;
	struct target *again; /* to be handed out again */
	uint32_t outstanding; /* at all workers */
	struct timer progress_timer;
	struct timer patience; /* after INT */
	struct watch signals;
	int signal_descriptor;
	uint64_t started_ns;
	uint64_t answers;  /* of all workers, when last looked at */
	uint64_t heard_ns; /* when they had grown, or no network was lost */
	struct scan_progress progress;
	struct arena arena; /* of the observation being taken */
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
/* Its observation was taken: it is done. */
void member_settle(struct member *member, const struct target *target);
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
/* Kills one that has fallen silent. */
void member_look_after(struct member *member);
/* Ends it without ado. */
void member_stop(struct member *member);
void member_release(struct member *member);
/* Tells a worker what it may ask. */
void crew_grant(void *context, unsigned worker, const struct address *server, unsigned granted);

/* ---- scan_parent.c ---- */
/* The first error counts; the loop ends. */
void crew_end(struct crew *crew, int error);
/* Looks whether all is done, feeds who has room. */
void crew_go_on(struct crew *crew);
MUST_CHECK int crew_take(struct crew *crew, const struct scan_taken *taken);

#endif
