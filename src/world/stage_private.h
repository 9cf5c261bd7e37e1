/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A world on its stage: read, made ready, and answering on its sockets. While one plays the next
 * can be made ready behind it; then the first is closed and the second opened, within a moment.
 * What waited in the sockets is lost, as datagrams are; connections end.
 */
#ifndef WORLD_STAGE_PRIVATE_H
#define WORLD_STAGE_PRIVATE_H

#include "base/error.h"
#include "net/loop.h"
#include "world/authority_private.h"
#include "world/world.h"

struct stage {
	struct world *world;
	struct authority *authority;
	struct responder *responder;
	struct serve *serve;
	struct mail_hosts *mail_hosts;
	int64_t now_s; /* its signatures' */
};

/* The world is read: stage->world is set by the caller. Makes what it answers. */
MUST_CHECK int stage_make(struct stage *stage, struct complaint *complaint);
/* Answers from now on; the loop must outlive it. */
MUST_CHECK int stage_open(struct stage *stage, struct loop *loop, struct complaint *complaint);
/* Answers no more. Fine if it does not. */
void stage_close(struct stage *stage);
/* Closes; fine if zeroed. */
void stage_release(struct stage *stage);
/* May `next` play where `first` did? It may use addresses that the network has: those of the first
 * one's servers and the free spaces (addresses_private.h). ERR_ARGUMENT with words. */
MUST_CHECK int stage_may_follow(const struct world *first, const struct world *next,
				struct complaint *complaint);

#endif
