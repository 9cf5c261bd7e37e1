/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One end of a socket pair on which frames go both ways (daemon/scan_wire.h), in an event loop.
 *
 * Frames sent are collected and leave together at the end of the turn; what the kernel does not
 * take waits in memory (both sides know by other means how much is under way). Frames received are
 * handed out whole; a frame that is too long or of unknown kind ends the channel with ERR_FORMAT.
 */
#ifndef DAEMON_CHANNEL_H
#define DAEMON_CHANNEL_H

#include "base/bytes.h"
#include "base/error.h"
#include "daemon/scan_wire.h"
#include "net/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct channel;

struct channel_handler {
	/* 0, or an error that ends the channel. `body` lives during the call. */
	int (*take)(void *context, enum frame_kind kind, struct reader *body);
	/* Once: OK when the other end closed between two frames. */
	void (*closed)(void *context, int error);
	size_t body_max; /* of a frame received; 0: FRAME_BODY_MAX */
};

struct channel {
	struct loop *loop;
	struct watch watch;
	struct deferred flush;
	int descriptor;  /* -1: closed */
	bool is_paused;  /* nothing is read */
	bool is_blocked; /* the kernel takes no more */
	int error;       /* of sending; told when the loop comes round */
	uint8_t *in;
	size_t in_size, in_room;
	uint8_t *out;
	size_t out_at, out_size, out_room;
	const struct channel_handler *handler;
	void *context;
};

/* Takes the descriptor, which becomes non-blocking, also on failure. `handler` must outlive it. */
MUST_CHECK int channel_open(struct channel *channel, struct loop *loop, int descriptor,
			    const struct channel_handler *handler, void *context);
/* Closes; what was not sent is lost. No callback comes any more. Fine if closed or zeroed. */
void channel_close(struct channel *channel);
/* Room for a body of `size_bytes` in the next frame, to be written at once; NULL: no memory, and
 * the channel ends. */
uint8_t *channel_frame(struct channel *channel, enum frame_kind kind, size_t size_bytes);
/* Reads nothing until it is called again with `is_paused` false: what the other end sends waits
 * with it. Fine if it is so already. */
void channel_pause(struct channel *channel, bool is_paused);
/* Octets that the other end has not taken yet. */
size_t channel_unsent(const struct channel *channel);
/* Reads whatever is there, as if the descriptor had become ready. */
void channel_read(struct channel *channel);
/* Sends now, waiting for as long as it takes; for last words. */
void channel_drain(struct channel *channel);
/* FRAME_FAILED, drained: this end cannot go on. An empty complaint becomes the error's own words.
 */
void channel_fail(struct channel *channel, int error, struct complaint *complaint);

#endif
