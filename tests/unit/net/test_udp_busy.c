/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A kernel that takes no more: this program's own sendmmsg stands before the C library's and says
 * so. */
#include "failing_memory.h"
#include "net/udp.h"
#include "net/udp_server.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

/* What the kernel does next; the answering side sends undisturbed. */
static struct {
	int refusals; /* calls that fail; -1: all */
	int errno_value;
	unsigned int most; /* datagrams that one call takes; 0: all */
	bool is_off;
} kernel;

int sendmmsg(int descriptor, struct mmsghdr *headers, unsigned int count, int flags)
{
	if (!kernel.is_off && kernel.refusals != 0) {
		kernel.refusals -= kernel.refusals > 0;
		errno = kernel.errno_value;
		return -1;
	}
	if (!kernel.is_off && kernel.most > 0 && count > kernel.most)
		count = kernel.most;
	return (int)syscall(SYS_sendmmsg, descriptor, headers, count, flags);
}

struct fixture {
	struct loop *loop;
	struct random random;
	struct udp_pool *pool;
	struct udp_server *server;
	struct address address;
	unsigned int answers;
	unsigned int wanted;
	int writable;
	int failures;
	uint8_t last_failed;
};

static size_t swallow(void *context, const struct udp_request *request, uint8_t *answer)
{
	struct fixture *fixture = context;
	(void)answer;
	assert_int_equal(request->size_bytes, 4);
	if (++fixture->answers == fixture->wanted)
		loop_stop(fixture->loop);
	return 0;
}

static void failed(void *context, const struct udp_datagram *datagram, int errno_value)
{
	struct fixture *fixture = context;
	assert_int_equal(errno_value, EACCES);
	assert_true(address_equal(&datagram->peer, &fixture->address));
	fixture->last_failed = datagram->data[0];
	fixture->failures++;
}

static void writable(void *context)
{
	((struct fixture *)context)->writable++;
}

static int set_up(void **state)
{
	static const struct udp_handler HANDLER = {.failed = failed, .writable = writable};
	static const struct udp_server_handler SWALLOW = {.answer = swallow};
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));
	struct clock clock = clock_system();
	struct address local;
	random_system(&fixture->random);
	assert_int_equal(loop_new(&clock, &fixture->loop), OK);
	assert_int_equal(address_from_text("127.0.0.1", 0, &local), OK);
	assert_int_equal(udp_server_new(fixture->loop, &local, &SWALLOW, fixture, &fixture->server),
			 OK);
	fixture->address = udp_server_address(fixture->server);
	assert_int_equal(udp_pool_new(fixture->loop, &fixture->random, NULL, &fixture->pool), OK);
	udp_pool_handle(fixture->pool, &HANDLER, fixture);
	memset(&kernel, 0, sizeof(kernel));
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	udp_pool_free(fixture->pool);
	udp_server_free(fixture->server);
	loop_free(fixture->loop);
	test_free(fixture);
	assert_int_equal(memory_in_use(), 0);
	return 0;
}

/* Sends up to `count` datagrams of four octets; returns how many were taken. */
static unsigned int send_some(struct fixture *fixture, unsigned int count)
{
	unsigned int sent = 0;
	for (; sent < count; sent++) {
		uint32_t slot;
		uint8_t data[4] = {(uint8_t)sent};
		int error = udp_send(fixture->pool, &fixture->address, data, sizeof(data), &slot);
		if (error == ERR_BUSY)
			break;
		assert_int_equal(error, OK);
	}
	return sent;
}

static void all_come_after_refusals(struct fixture *fixture, int errno_value)
{
	fixture->answers = 0;
	kernel.refusals = 5;
	kernel.errno_value = errno_value;
	fixture->wanted = send_some(fixture, 200);
	assert_int_equal(fixture->wanted, 200);
	assert_int_equal(loop_run(fixture->loop), OK);
	assert_int_equal(kernel.refusals, 0);
	assert_int_equal(fixture->failures, 0);
}

static void full_kernel_is_tried_again(void **state)
{
	all_come_after_refusals(*state, EAGAIN);
	all_come_after_refusals(*state, ENOBUFS);
	/* Nobody was told to wait. */
	assert_int_equal(((struct fixture *)*state)->writable, 0);
}

static void part_of_a_batch_is_followed_by_the_rest(void **state)
{
	struct fixture *fixture = *state;
	kernel.most = 7;
	fixture->wanted = send_some(fixture, 100);
	assert_int_equal(loop_run(fixture->loop), OK);
	assert_int_equal(udp_pool_counters(fixture->pool).sent, 100);
}

static void busy_pool_says_so_and_when_it_is_over(void **state)
{
	struct fixture *fixture = *state;
	kernel.refusals = -1;
	kernel.errno_value = EAGAIN;
	unsigned int taken = send_some(fixture, 100000);
	assert_true(taken >= 8 * UDP_BATCH && taken < 100000);
	for (int i = 0; i < 5; i++)
		assert_int_equal(loop_turn(fixture->loop, 10), OK);
	assert_int_equal(fixture->writable, 0);
	assert_int_equal(send_some(fixture, 1), 0);
	kernel.refusals = 0;
	fixture->wanted = taken;
	assert_int_equal(loop_run(fixture->loop), OK);
	assert_int_equal(fixture->writable, 1);
	fixture->wanted = taken + 1;
	assert_int_equal(send_some(fixture, 1), 1);
	assert_int_equal(loop_run(fixture->loop), OK);
}

static void what_waits_is_dropped_with_the_pool(void **state)
{
	struct fixture *fixture = *state;
	kernel.refusals = -1;
	kernel.errno_value = ENOBUFS;
	assert_int_equal(send_some(fixture, 300), 300);
	assert_int_equal(loop_turn(fixture->loop, 0), OK);
	assert_int_equal(send_some(fixture, 10), 10);
	/* The tear-down finds memory given back and no timer left. */
}

static void datagram_refused_for_good_is_told_alone(void **state)
{
	struct fixture *fixture = *state;
	/* Twice: once may be another datagram's error. */
	kernel.refusals = 2;
	kernel.errno_value = EACCES;
	fixture->wanted = 9;
	assert_int_equal(send_some(fixture, 10), 10);
	assert_int_equal(loop_run(fixture->loop), OK);
	assert_int_equal(fixture->failures, 1);
	assert_int_equal(fixture->last_failed, 0);
}

#define WITH_POOL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_POOL(full_kernel_is_tried_again),
		WITH_POOL(part_of_a_batch_is_followed_by_the_rest),
		WITH_POOL(busy_pool_says_so_and_when_it_is_over),
		WITH_POOL(what_waits_is_dropped_with_the_pool),
		WITH_POOL(datagram_refused_for_good_is_told_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
