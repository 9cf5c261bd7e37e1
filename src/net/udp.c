/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/udp.h"

#include "base/memory.h"
#include "net/udp_private.h"

#include <assert.h>

static unsigned int choose(unsigned int asked, unsigned int otherwise)
{
	return asked != 0 ? asked : otherwise;
}

static struct udp_options options_complete(const struct udp_options *given)
{
	struct udp_options options = given != NULL ? *given : (struct udp_options){0};
	options.sockets = choose(options.sockets, 16);
	options.questions_max = choose(options.questions_max, 8192);
	options.age_max_ms = choose(options.age_max_ms, 60000);
	options.grace_ms = choose(options.grace_ms, 15000);
	if (options.receive_max_bytes == 0)
		options.receive_max_bytes = 4096;
	if (options.socket_buffer_bytes == 0)
		options.socket_buffer_bytes = (size_t)4 << 20;
	return options;
}

static int family_init(struct udp_pool *pool, unsigned int index)
{
	struct udp_family *family = &pool->families[index];
	bool is_ipv4 = index == 0;
	family->domain = is_ipv4 ? AF_INET : AF_INET6;
	family->source = is_ipv4 ? pool->options.source_ipv4 : pool->options.source_ipv6;
	family->is_off = is_ipv4 ? pool->options.without_ipv4 : pool->options.without_ipv6;
	family->sockets = memory_take_zeroed(pool->options.sockets, sizeof(struct udp_socket *));
	return family->sockets != NULL ? OK : ERR_MEMORY;
}

int udp_pool_new(struct loop *loop, struct random *random, const struct udp_options *options,
		 struct udp_pool **ret_pool)
{
	assert(loop != NULL && random != NULL && ret_pool != NULL);
	struct udp_pool *pool = memory_take_zeroed(1, sizeof(*pool));
	if (pool == NULL)
		return ERR_MEMORY;
	pool->loop = loop;
	pool->random = random;
	pool->options = options_complete(options);
	udp_batches_init(pool);
	int error = udp_inbox_new(pool->options.receive_max_bytes, &pool->inbox);
	for (unsigned int i = 0; error == OK && i < UDP_FAMILIES; i++)
		error = family_init(pool, i);
	if (error != OK) {
		udp_pool_free(pool);
		return error;
	}
	*ret_pool = pool;
	return OK;
}

void udp_pool_handle(struct udp_pool *pool, const struct udp_handler *handler, void *context)
{
	assert(pool != NULL && handler != NULL);
	pool->handler = *handler;
	pool->context = context;
}

void udp_pool_free(struct udp_pool *pool)
{
	if (pool == NULL)
		return;
	udp_batches_free(pool);
	udp_sockets_close(pool);
	for (unsigned int i = 0; i < UDP_FAMILIES; i++)
		memory_give(pool->families[i].sockets);
	udp_inbox_free(pool->inbox);
	memory_give(pool);
}

struct udp_counters udp_pool_counters(const struct udp_pool *pool)
{
	assert(pool != NULL);
	struct udp_counters counters = pool->counters;
	for (unsigned int i = 0; i < UDP_FAMILIES; i++) {
		for (unsigned int k = 0; k < pool->options.sockets; k++) {
			if (pool->families[i].sockets[k] != NULL)
				counters.dropped_kernel +=
					udp_socket_drops(pool->families[i].sockets[k]);
		}
	}
	for (struct udp_socket *socket = pool->retired; socket; socket = socket->next_retired)
		counters.dropped_kernel += udp_socket_drops(socket);
	return counters;
}
