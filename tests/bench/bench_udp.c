/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the UDP pool costs over the bare system calls: CPU (user and system) a question and its
 *reply.
 *
 *	bench_udp [QUESTIONS [ROUNDS]]
 *
 * (a) bare: sendmmsg and recvmmsg of 64 on one socket, nothing looked at;
 * (b) pool: udp_send, random ports, batches, one callback a reply that checks slot and address.
 *
 * An echo peer runs on the other CPU. Both take turns, and the best round of each counts, since a
 * shared machine only adds.
 */
#include "base/random.h"
#include "base/text.h"
#include "net/udp.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define BATCH 64u
#define IN_FLIGHT 512u
#define QUESTION_BYTES 39u
/* What the pool may add: target of the design. */
#define LIMIT_NS 2200.0
#define LIMIT_RATIO 1.15

struct messages {
	struct mmsghdr headers[BATCH];
	struct iovec vectors[BATCH];
	struct sockaddr_in names[BATCH];
	uint8_t data[BATCH][600];
};

static void messages_init(struct messages *messages, size_t size)
{
	memset(messages, 0, sizeof(*messages));
	for (size_t i = 0; i < BATCH; i++) {
		messages->vectors[i] = (struct iovec){messages->data[i], size};
		messages->headers[i].msg_hdr = (struct msghdr){
			.msg_name = &messages->names[i],
			.msg_namelen = sizeof(messages->names[i]),
			.msg_iov = &messages->vectors[i],
			.msg_iovlen = 1,
		};
	}
}

static void die(const char *what)
{
	fprintf(stderr, "bench_udp: %s: %s\n", what, strerror(errno));
	exit(4);
}

static void pin(unsigned int cpu)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	/* On one CPU both share it; the figures are still figures. */
	(void)sched_setaffinity(0, sizeof(set), &set);
}

static int open_socket(struct sockaddr_in *ret_name)
{
	int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int size = 8 << 20;
	struct sockaddr_in name = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t name_size = sizeof(name);
	if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&name, sizeof(name)) != 0 ||
	    getsockname(descriptor, (struct sockaddr *)&name, &name_size) != 0)
		die("socket");
	if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
		(void)setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	(void)setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	*ret_name = name;
	return descriptor;
}

static void echo_for_ever(int descriptor)
{
	static struct messages messages;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pin(1);
	messages_init(&messages, 600);
	for (;;) {
		int count = recvmmsg(descriptor, messages.headers, BATCH, MSG_WAITFORONE, NULL);
		for (int i = 0; i < count; i++)
			messages.vectors[i].iov_len = messages.headers[i].msg_len;
		if (count > 0)
			(void)sendmmsg(descriptor, messages.headers, (unsigned int)count, 0);
		for (int i = 0; i < count; i++)
			messages.vectors[i].iov_len = 600;
	}
}

static uint64_t cpu_ns(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000u +
	       (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000u;
}

/* ---- (a) ---- */

static double run_bare(struct sockaddr_in peer, uint64_t questions)
{
	static struct messages out;
	static struct messages in;
	struct sockaddr_in name;
	int descriptor = open_socket(&name);
	messages_init(&out, QUESTION_BYTES);
	messages_init(&in, 600);
	for (size_t i = 0; i < BATCH; i++)
		out.names[i] = peer;
	uint64_t sent = 0;
	uint64_t answered = 0;
	uint64_t start_ns = cpu_ns();
	while (answered < questions) {
		while (sent < questions && sent - answered + BATCH <= IN_FLIGHT) {
			int count = sendmmsg(descriptor, out.headers, BATCH, 0);
			sent += count > 0 ? (uint64_t)count : 0;
		}
		struct pollfd ready = {.fd = descriptor, .events = POLLIN};
		if (poll(&ready, 1, 100) == 0) {
			answered = sent; /* lost; does not happen on an unhurried machine */
			continue;
		}
		int count = recvmmsg(descriptor, in.headers, BATCH, MSG_DONTWAIT, NULL);
		answered += count > 0 ? (uint64_t)count : 0;
	}
	uint64_t used_ns = cpu_ns() - start_ns;
	close(descriptor);
	return (double)used_ns / (double)sent;
}

/* ---- (b) ---- */

struct asker {
	struct loop *loop;
	struct udp_pool *pool;
	struct address peer;
	struct timer patience;
	uint64_t questions;
	uint64_t sent;
	uint64_t answered;
	uint64_t answered_before;
	uint32_t slot_of[65536]; /* by id, as a query table would */
};

static void ask_more(struct asker *asker)
{
	uint8_t question[QUESTION_BYTES] = {0};
	while (asker->sent < asker->questions && asker->sent - asker->answered < IN_FLIGHT) {
		uint16_t id = (uint16_t)asker->sent;
		memcpy(question, &id, sizeof(id));
		if (udp_send(asker->pool, &asker->peer, question, sizeof(question),
			     &asker->slot_of[id]) != OK)
			return;
		asker->sent++;
	}
}

static void received(void *context, const struct udp_datagram *datagram)
{
	struct asker *asker = context;
	uint16_t id;
	memcpy(&id, datagram->data, sizeof(id));
	if (datagram->slot != asker->slot_of[id] || !address_equal(&datagram->peer, &asker->peer))
		return;
	asker->answered++;
	/* By whole batches, as the pool sends them. */
	if (asker->sent - asker->answered <= IN_FLIGHT - BATCH)
		ask_more(asker);
	if (asker->answered >= asker->questions)
		loop_stop(asker->loop);
}

static void out_of_patience(void *context)
{
	struct asker *asker = context;
	if (asker->answered == asker->answered_before)
		asker->answered = asker->sent; /* lost */
	asker->answered_before = asker->answered;
	if (asker->answered >= asker->questions)
		loop_stop(asker->loop);
	ask_more(asker);
	timer_start(asker->loop, &asker->patience, 100);
}

static double run_pool(struct address peer, uint64_t questions)
{
	static const struct udp_handler HANDLER = {.received = received};
	static struct asker asker;
	struct clock clock = clock_system();
	struct random random;
	random_system(&random);
	asker = (struct asker){.peer = peer, .questions = questions};
	if (loop_new(&clock, &asker.loop) != OK ||
	    udp_pool_new(asker.loop, &random, NULL, &asker.pool) != OK)
		die("pool");
	udp_pool_handle(asker.pool, &HANDLER, &asker);
	timer_init(&asker.patience, out_of_patience, &asker);
	uint64_t start_ns = cpu_ns();
	timer_start(asker.loop, &asker.patience, 100);
	ask_more(&asker);
	int error = loop_run(asker.loop);
	uint64_t used_ns = cpu_ns() - start_ns;
	assert(error == OK);
	timer_stop(&asker.patience);
	udp_pool_free(asker.pool);
	loop_free(asker.loop);
	return (double)used_ns / (double)asker.sent;
}

int main(int count, char **arguments)
{
	uint64_t questions = 1000000;
	uint64_t rounds = 3;
	if ((count > 1 && number_from_text(arguments[1], 1000, 1000000000, &questions) != OK) ||
	    (count > 2 && number_from_text(arguments[2], 1, 1000, &rounds) != OK)) {
		fprintf(stderr, "usage: bench_udp [QUESTIONS [ROUNDS]]\n");
		return 2;
	}
	struct sockaddr_in peer;
	int descriptor = open_socket(&peer);
	pid_t echo = fork();
	if (echo == 0)
		echo_for_ever(descriptor);
	close(descriptor);
	pin(0);
	struct address address;
	int error = address_from_sockaddr((struct sockaddr *)&peer, sizeof(peer), &address);
	assert(error == OK);
	double bare = 0;
	double pool = 0;
	for (uint64_t i = 0; i < rounds; i++) {
		double one = run_bare(peer, questions);
		bare = i == 0 || one < bare ? one : bare;
		one = run_pool(address, questions);
		pool = i == 0 || one < pool ? one : pool;
	}
	kill(echo, SIGKILL);
	(void)waitpid(echo, NULL, 0);
	printf("bare loop      %5.0f ns CPU a question\n", bare);
	printf("UDP pool       %5.0f ns CPU a question, %.2f of bare (limit %.2f, aim %.0f ns)\n",
	       pool, pool / bare, LIMIT_RATIO, LIMIT_NS);
	return pool <= LIMIT_NS || pool <= bare * LIMIT_RATIO ? 0 : 1;
}
