/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A look at a domain's parent: one question for NS, with DO, to one of the parent's servers, and
 * the digest of its referral (gather/watch/digest.h) held against the one that is known.
 *
 * One server may lag behind, be broken or lie, so another digest is asked for again at another
 * address: the domain has moved when two say the same new thing; where two say what is known and
 * one does not, servers differ. With three answers it is decided. Of a parent with one address,
 * that one is asked twice. What is no answer (lame, silent, refused, cut off) moves nothing; then
 * other addresses are asked. The parent's servers are the resolver's to know, by TTL; rates,
 * back-off, opt-outs and TCP after truncation are the transport's.
 */
#ifndef GATHER_WATCH_LOOK_H
#define GATHER_WATCH_LOOK_H

#include "base/error.h"
#include "dns/resolver/resolver.h"
#include "dns/transport/transport.h"
#include "gather/watch/digest.h"
#include "net/loop.h"

#include <stdbool.h>
#include <stdint.h>

/* Questions for one domain in one round, whatever happens. */
#define LOOK_QUESTIONS_MAX 8u
/* Answers that settle it. */
#define LOOK_ANSWERS_MAX 3u

enum look_outcome {
	LOOK_SAME,
	LOOK_SEEN,    /* nothing was known */
	LOOK_MOVED,   /* two answers are the same and another than what is known */
	LOOK_DIFFERS, /* one answer is another, and was not before */
	LOOK_STILL_DIFFERS,
	LOOK_SILENT, /* none of the servers asked answers */
	LOOK_STILL_SILENT,
	LOOK_HEARD, /* as known, and none answered before, or the parent was said not to be there */
};
#define LOOK_OUTCOME_LAST LOOK_HEARD

/* What is known of the domain. */
struct look_target {
	const uint8_t *domain; /* lower case, not the root; copied */
	uint32_t round;        /* whose turn it is */
	bool has_digest, has_doubt, is_silent;
	struct digest digest; /* that two servers gave, or the first one */
	struct digest doubt;  /* that one gave against others */
};

struct look_result {
	const uint8_t *domain;
	enum look_outcome outcome;
	struct digest digest;  /* new, or what one server says against others */
	struct address server; /* that said so; family ADDRESS_NONE: none */
	const uint8_t *parent; /* NULL: not found */
};
typedef void look_done(void *context, const struct look_result *result);

struct watcher;

/* All must outlive it. */
struct watcher_tools {
	struct loop *loop;
	struct transport *transport;
	struct resolver *resolver;
};

MUST_CHECK int watcher_new(const struct watcher_tools *tools, look_done *done, void *context,
			   struct watcher **ret_watcher);
/* Looks under way are dropped without a `done`. Before resolver and transport. NULL is fine. */
void watcher_free(struct watcher *watcher);
/* Never calls back before it returns. ERR_MEMORY. */
MUST_CHECK int watcher_look(struct watcher *watcher, const struct look_target *target);
uint32_t watcher_in_flight(const struct watcher *watcher);

#endif
