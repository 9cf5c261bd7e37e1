/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/channel.h"

#include "base/memory.h"
#include "base/text.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Several observations a read. */
#define READ_OCTETS ((size_t)64 << 10)
/* Reads in one turn, so that timers and the other workers get theirs. */
#define READS_A_TURN 8

static void end(struct channel *channel, int error)
{
	const struct channel_handler *handler = channel->handler;
	void *context = channel->context;
	channel_close(channel);
	handler->closed(context, error);
}

/* ---- out ---- */

static int send_some(struct channel *channel)
{
	assert(channel->out_at <= channel->out_size && channel->out_size <= channel->out_room);
	while (channel->out_at < channel->out_size) {
		ssize_t sent = send(channel->descriptor, channel->out + channel->out_at,
				    channel->out_size - channel->out_at, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return errno == EAGAIN ? ERR_BUSY : ERR_NETWORK;
		channel->out_at += (size_t)sent;
	}
	channel->out_at = channel->out_size = 0;
	return OK;
}

static unsigned int events_of(const struct channel *channel)
{
	return (channel->is_paused ? 0u : (unsigned int)LOOP_READ) |
	       (channel->is_blocked ? (unsigned int)LOOP_WRITE : 0u);
}

static void flush(void *context)
{
	struct channel *channel = context;
	int error = channel->error != OK ? channel->error : send_some(channel);
	if (error == OK || error == ERR_BUSY) {
		channel->is_blocked = error == ERR_BUSY;
		error = watch_change(channel->loop, &channel->watch, events_of(channel));
	}
	/* A reset is found by reading too, after what the other end still said. */
	if (error != OK && error != ERR_NETWORK)
		end(channel, error);
}

static bool make_room(struct channel *channel, size_t size)
{
	if (channel->out_at > 0) {
		memmove(channel->out, channel->out + channel->out_at,
			channel->out_size - channel->out_at);
		channel->out_size -= channel->out_at;
		channel->out_at = 0;
	}
	if (size <= channel->out_room - channel->out_size)
		return true;
	size_t room = channel->out_room * 2 > channel->out_size + size ? channel->out_room * 2
								       : channel->out_size + size;
	uint8_t *larger = memory_resize(channel->out, room);
	if (larger == NULL)
		return false;
	channel->out = larger;
	channel->out_room = room;
	return true;
}

uint8_t *channel_frame(struct channel *channel, enum frame_kind kind, size_t size_bytes)
{
	assert(channel->descriptor >= 0 && size_bytes <= UINT32_MAX - FRAME_HEADER_OCTETS);
	size_t size = FRAME_HEADER_OCTETS + size_bytes;
	loop_defer(channel->loop, &channel->flush);
	if (size > channel->out_room - channel->out_size && !make_room(channel, size)) {
		channel->error = ERR_MEMORY;
		return NULL;
	}
	struct writer writer;
	writer_init(&writer, channel->out + channel->out_size, size);
	writer_u32(&writer, (uint32_t)size_bytes);
	writer_u8(&writer, (uint8_t)kind);
	channel->out_size += size;
	return writer_take(&writer, size_bytes);
}

void channel_pause(struct channel *channel, bool is_paused)
{
	if (channel->descriptor < 0 || channel->is_paused == is_paused)
		return;
	channel->is_paused = is_paused;
	int error = watch_change(channel->loop, &channel->watch, events_of(channel));
	if (error != OK) {
		channel->error = error;
		loop_defer(channel->loop, &channel->flush);
	}
}

size_t channel_unsent(const struct channel *channel)
{
	assert(channel->out_at <= channel->out_size);
	return channel->out_size - channel->out_at;
}

void channel_drain(struct channel *channel)
{
	while (channel->descriptor >= 0 && send_some(channel) == ERR_BUSY) {
		struct pollfd waiting = {.fd = channel->descriptor, .events = POLLOUT};
		(void)poll(&waiting, 1, -1);
	}
}

/* Names of files can be of any octets; what is sent is shown to people. */
static void make_plain(char *text)
{
	uint8_t *octets = (uint8_t *)text;
	size_t left = strlen(text);
	while (left > 0) {
		size_t size = utf8_size(octets, left);
		if (size == 0 || utf8_is_control(octets)) {
			size = size > 0 ? size : 1;
			memset(octets, '?', size);
		}
		octets += size;
		left -= size;
	}
}

void channel_fail(struct channel *channel, int error, struct complaint *complaint)
{
	struct writer writer;
	make_plain(complaint->text);
	if (complaint->text[0] == 0)
		(void)complain(complaint, error, "a process of the scan cannot go on: %s",
			       error_text(error));
	const size_t size = 1 + strlen(complaint->text);
	uint8_t *body = channel_frame(channel, FRAME_FAILED, size);
	if (body == NULL)
		return;
	writer_init(&writer, body, size);
	wire_failed_write(&writer, error, complaint);
	channel_drain(channel);
}

/* ---- in ---- */

static int take_frames(struct channel *channel)
{
	assert(channel->in_size <= channel->in_room);
	const size_t most = channel->handler->body_max;
	const size_t body_max = most > 0 ? most : FRAME_BODY_MAX;
	size_t at = 0;
	int error = OK;
	while (error == OK && channel->in_size - at >= FRAME_HEADER_OCTETS) {
		struct reader reader;
		reader_init(&reader, channel->in + at, channel->in_size - at);
		uint32_t size = reader_u32(&reader);
		uint8_t kind = reader_u8(&reader);
		if (size > body_max || kind == 0 || kind > FRAME_KIND_LAST)
			return ERR_FORMAT;
		if (size > reader_left(&reader))
			break;
		struct reader body = reader_part(&reader, size);
		at += FRAME_HEADER_OCTETS + size;
		error = channel->handler->take(channel->context, (enum frame_kind)kind, &body);
		if (channel->descriptor < 0)
			return OK; /* closed from within; its memory is gone */
	}
	if (at > 0)
		memmove(channel->in, channel->in + at, channel->in_size - at);
	channel->in_size -= at;
	return error;
}

/* ERR_BUSY: nothing there now; ERR_NOT_FOUND: the other end has closed. */
static int read_some(struct channel *channel)
{
	if (channel->in_room - channel->in_size < READ_OCTETS) {
		size_t room = channel->in_room * 2 + READ_OCTETS;
		uint8_t *larger = memory_resize(channel->in, room);
		if (larger == NULL)
			return ERR_MEMORY;
		channel->in = larger;
		channel->in_room = room;
	}
	ssize_t got = recv(channel->descriptor, channel->in + channel->in_size, READ_OCTETS, 0);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? ERR_BUSY : ERR_NETWORK;
	if (got == 0)
		return channel->in_size == 0 ? ERR_NOT_FOUND : ERR_SHORT;
	channel->in_size += (size_t)got;
	return take_frames(channel);
}

void channel_read(struct channel *channel)
{
	int error = OK;
	for (unsigned int i = 0;
	     i < READS_A_TURN && error == OK && channel->descriptor >= 0 && !channel->is_paused;
	     i++)
		error = read_some(channel);
	if (channel->descriptor < 0 || error == OK || error == ERR_BUSY)
		return;
	end(channel, error == ERR_NOT_FOUND ? OK : error);
}

static void ready(void *context, unsigned int events)
{
	struct channel *channel = context;
	if ((events & LOOP_WRITE) != 0)
		flush(channel);
	/* From one that is gone, only what the kernel has can come; and it would be told for ever.
	 */
	if ((events & LOOP_FAILED) != 0)
		channel->is_paused = false;
	if (channel->descriptor >= 0 && (events & (LOOP_READ | LOOP_FAILED)) != 0)
		channel_read(channel);
}

/* ---- life ---- */

int channel_open(struct channel *channel, struct loop *loop, int descriptor,
		 const struct channel_handler *handler, void *context)
{
	assert(handler->take != NULL && handler->closed != NULL && descriptor >= 0);
	*channel = (struct channel){
		.loop = loop, .descriptor = descriptor, .handler = handler, .context = context};
	watch_init(&channel->watch, ready, channel);
	deferred_init(&channel->flush, flush, channel);
	int error = OK;
	if (fcntl(descriptor, F_SETFL, O_NONBLOCK) != 0)
		error = error_from_errno(errno);
	if (error == OK)
		error = watch_start(loop, &channel->watch, descriptor, LOOP_READ);
	if (error != OK)
		channel_close(channel);
	return error;
}

void channel_close(struct channel *channel)
{
	if (channel->loop == NULL || channel->descriptor < 0)
		return;
	watch_stop(channel->loop, &channel->watch);
	deferred_cancel(channel->loop, &channel->flush);
	(void)close(channel->descriptor);
	channel->descriptor = -1;
	if (channel->out != NULL) /* settings may hold a key */
		explicit_bzero(channel->out, channel->out_room);
	memory_give(channel->in);
	memory_give(channel->out);
	channel->in = channel->out = NULL;
	channel->in_size = channel->in_room = 0;
	channel->out_at = channel->out_size = channel->out_room = 0;
}
