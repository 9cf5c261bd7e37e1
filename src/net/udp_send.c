/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Datagrams on their way out: filled into a batch, sent by one system call, kept if the kernel is
 * full. */
#include "base/memory.h"
#include "net/udp_private.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

/* How soon a full kernel is tried again: a NIC drains a batch in well under that. */
#define RETRY_MS 1
/* Errors of earlier datagrams that may get in the way of one. */
#define STUMBLES_MAX 8

static void flush_deferred(void *context)
{
	udp_flush(context);
}

static void batch_give_back(struct udp_pool *pool, struct udp_batch *batch)
{
	udp_socket_release(batch->socket);
	batch->socket = NULL;
	batch->next = pool->free_batches;
	pool->free_batches = batch;
}

/* The system call refused this datagram for good. */
static void batch_fail_one(struct udp_pool *pool, struct udp_batch *batch, int errno_value)
{
	unsigned int index = batch->sent++;
	struct udp_datagram datagram = {
		.slot = batch->socket->slot,
		.data = batch->data[index],
		.size_bytes = batch->vectors[index].iov_len,
	};
	int error =
		address_from_sockaddr((const struct sockaddr *)&batch->names[index],
				      batch->headers[index].msg_hdr.msg_namelen, &datagram.peer);
	assert(error == OK);
	udp_tell_failed(pool, &datagram, errno_value);
}

/* Sends what is left of a batch. ERR_BUSY: the kernel takes no more for now. */
static int batch_send(struct udp_pool *pool, struct udp_batch *batch)
{
	int stumbles = 0;
	while (batch->sent < batch->count) {
		int sent = sendmmsg(batch->socket->descriptor, batch->headers + batch->sent,
				    batch->count - batch->sent, 0);
		pool->counters.send_calls++;
		if (sent > 0) {
			pool->counters.sent += (unsigned int)sent;
			batch->sent += (unsigned int)sent;
			stumbles = 0;
			continue;
		}
		int errno_value = errno;
		if (errno_value == EINTR)
			continue;
		if (errno_value == EAGAIN || errno_value == ENOBUFS || errno_value == ENOMEM)
			return ERR_BUSY;
		/* With IP_RECVERR a send reports the error of an earlier datagram; only if no such
		 * error is there, twice, is it about this one. */
		stumbles += udp_socket_take_errors(batch->socket) > 0 ? 1 : STUMBLES_MAX / 2;
		if (stumbles < STUMBLES_MAX)
			continue;
		stumbles = 0;
		batch_fail_one(pool, batch, errno_value);
	}
	return OK;
}

static void retry_fired(void *context)
{
	struct udp_pool *pool = context;
	while (pool->waiting_first != NULL) {
		struct udp_batch *batch = pool->waiting_first;
		if (batch_send(pool, batch) != OK) {
			timer_start(pool->loop, &pool->retry, RETRY_MS);
			return;
		}
		pool->waiting_first = batch->next;
		if (pool->waiting_first == NULL)
			pool->waiting_last = &pool->waiting_first;
		batch_give_back(pool, batch);
	}
	if (pool->was_busy) {
		pool->was_busy = false;
		if (pool->handler.writable != NULL)
			pool->handler.writable(pool->context);
	}
}

/* The family's batch is complete: sent, or put behind those that wait. */
static void batch_finish(struct udp_pool *pool, struct udp_family *family)
{
	struct udp_batch *batch = family->open;
	assert(batch != NULL && batch->count > 0);
	family->open = NULL;
	if (pool->waiting_first == NULL && batch_send(pool, batch) == OK) {
		batch_give_back(pool, batch);
		return;
	}
	batch->next = NULL;
	*pool->waiting_last = batch;
	pool->waiting_last = &batch->next;
	if (!timer_is_started(&pool->retry))
		timer_start(pool->loop, &pool->retry, RETRY_MS);
}

static struct udp_batch *batch_new(void)
{
	struct udp_batch *batch = memory_take_zeroed(1, sizeof(*batch));
	for (unsigned int i = 0; batch != NULL && i < UDP_BATCH; i++) {
		batch->vectors[i].iov_base = batch->data[i];
		batch->headers[i].msg_hdr.msg_name = &batch->names[i];
		batch->headers[i].msg_hdr.msg_iov = &batch->vectors[i];
		batch->headers[i].msg_hdr.msg_iovlen = 1;
	}
	return batch;
}

static int batch_open(struct udp_pool *pool, struct udp_family *family)
{
	struct udp_batch *batch = pool->free_batches;
	if (batch == NULL) {
		if (pool->batch_count >= UDP_BATCHES_MAX) {
			pool->was_busy = true;
			return ERR_BUSY;
		}
		batch = batch_new();
		if (batch == NULL)
			return ERR_MEMORY;
		pool->batch_count++;
		batch->next = NULL;
		pool->free_batches = batch;
	}
	int error = udp_socket_choose(pool, family, &batch->socket);
	if (error != OK)
		return error;
	pool->free_batches = batch->next;
	batch->count = 0;
	batch->sent = 0;
	family->open = batch;
	loop_defer(pool->loop, &pool->flush);
	return OK;
}

/* The kernel's form of an address, written in place: a whole sockaddr_storage a datagram would cost
 * more than the rest of udp_send. */
static socklen_t write_name(const struct address *address, struct sockaddr_in6 *name)
{
	if (address->family == ADDRESS_IPV4) {
		struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(address->port)};
		memcpy(&in.sin_addr, address->octets, 4);
		memcpy(name, &in, sizeof(in));
		return sizeof(in);
	}
	*name = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(address->port)};
	memcpy(&name->sin6_addr, address->octets, 16);
	return sizeof(*name);
}

int udp_send(struct udp_pool *pool, const struct address *to, const void *data, size_t size_bytes,
	     uint32_t *ret_slot)
{
	assert(pool != NULL && data != NULL && ret_slot != NULL);
	assert(to->family == ADDRESS_IPV4 || to->family == ADDRESS_IPV6);
	if (size_bytes > UDP_SEND_MAX)
		return ERR_LIMIT;
	struct udp_family *family = &pool->families[to->family == ADDRESS_IPV4 ? 0 : 1];
	if (family->open == NULL) {
		int error = batch_open(pool, family);
		if (error != OK)
			return error;
	}
	struct udp_batch *batch = family->open;
	unsigned int index = batch->count++;
	memcpy(batch->data[index], data, size_bytes);
	batch->vectors[index].iov_len = size_bytes;
	batch->headers[index].msg_hdr.msg_namelen = write_name(to, &batch->names[index]);
	batch->socket->questions++;
	*ret_slot = batch->socket->slot;
	if (batch->count == UDP_BATCH)
		batch_finish(pool, family);
	return OK;
}

void udp_flush(struct udp_pool *pool)
{
	assert(pool != NULL);
	for (unsigned int i = 0; i < UDP_FAMILIES; i++) {
		if (pool->families[i].open != NULL)
			batch_finish(pool, &pool->families[i]);
	}
}

void udp_batches_init(struct udp_pool *pool)
{
	pool->waiting_last = &pool->waiting_first;
	deferred_init(&pool->flush, flush_deferred, pool);
	timer_init(&pool->retry, retry_fired, pool);
}

static void batches_drop(struct udp_pool *pool, struct udp_batch *batch)
{
	while (batch != NULL) {
		struct udp_batch *next = batch->next;
		if (batch->socket != NULL)
			udp_socket_release(batch->socket);
		memory_give(batch);
		pool->batch_count--;
		batch = next;
	}
}

void udp_batches_free(struct udp_pool *pool)
{
	for (unsigned int i = 0; i < UDP_FAMILIES; i++) {
		struct udp_batch *open = pool->families[i].open;
		if (open != NULL)
			open->next = NULL;
		batches_drop(pool, open);
	}
	batches_drop(pool, pool->waiting_first);
	batches_drop(pool, pool->free_batches);
	assert(pool->batch_count == 0);
	timer_stop(&pool->retry);
	deferred_cancel(pool->loop, &pool->flush);
}
