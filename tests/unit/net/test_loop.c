/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"
#include "failing_memory.h"
#include "net/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fake_clock {
	uint64_t now_ns;
};

static uint64_t fake_monotonic_ns(void *context)
{
	return ((struct fake_clock *)context)->now_ns;
}

static int64_t fake_wall_s(void *context)
{
	(void)context;
	return 0;
}

struct fixture {
	struct fake_clock time;
	struct loop *loop;
};

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));
	fixture->time.now_ns = 123456789;
	struct clock clock = {fake_monotonic_ns, fake_wall_s, &fixture->time};
	assert_int_equal(loop_new(&clock, &fixture->loop), OK);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	loop_free(fixture->loop);
	assert_int_equal(memory_in_use(), 0);
	test_free(fixture);
	return 0;
}

static void turn_after(struct fixture *fixture, uint64_t delay_ns)
{
	fixture->time.now_ns += delay_ns;
	assert_int_equal(loop_turn(fixture->loop, 0), OK);
}

static void count_call(void *context)
{
	(*(int *)context)++;
}

static void timer_fires_once_and_never_early(void **state)
{
	struct fixture *fixture = *state;
	int fired = 0;
	struct timer timer;
	timer_init(&timer, count_call, &fired);
	assert_false(timer_is_started(&timer));
	timer_start(fixture->loop, &timer, 10);
	assert_true(timer_is_started(&timer));
	turn_after(fixture, 9999999);
	assert_int_equal(fired, 0);
	turn_after(fixture, 1000001);
	assert_int_equal(fired, 1);
	assert_false(timer_is_started(&timer));
	turn_after(fixture, 100000000);
	assert_int_equal(fired, 1);
}

static void stopped_timer_stays_silent(void **state)
{
	struct fixture *fixture = *state;
	int fired = 0;
	struct timer timer;
	timer_init(&timer, count_call, &fired);
	timer_start(fixture->loop, &timer, 10);
	timer_stop(&timer);
	timer_stop(&timer);
	turn_after(fixture, 1000000000);
	assert_int_equal(fired, 0);
}

static void restarted_timer_fires_at_its_new_time(void **state)
{
	struct fixture *fixture = *state;
	int fired = 0;
	struct timer timer;
	timer_init(&timer, count_call, &fired);
	timer_start(fixture->loop, &timer, 10);
	timer_start(fixture->loop, &timer, 1000);
	turn_after(fixture, 900 * UINT64_C(1000000));
	assert_int_equal(fired, 0);
	turn_after(fixture, 102 * UINT64_C(1000000));
	assert_int_equal(fired, 1);
}

#define MANY 5000

struct many_timers {
	struct fixture *fixture;
	struct timer timers[MANY];
	uint64_t due_ns[MANY];
	uint64_t fired_ns[MANY];
	size_t next;
};

struct one_of_many {
	struct many_timers *many;
	size_t index;
};

static void note_time(void *context)
{
	struct one_of_many *one = context;
	one->many->fired_ns[one->index] = one->many->fixture->time.now_ns;
}

/* Delays over twelve orders of magnitude, against the plain definition of when each must fire. */
static void wheel_agrees_with_the_definition(void **state)
{
	struct fixture *fixture = *state;
	struct random random;
	random_seeded(&random, 7);
	struct many_timers *many = test_calloc(1, sizeof(*many));
	struct one_of_many *each = test_calloc(MANY, sizeof(*each));
	many->fixture = fixture;
	for (size_t i = 0; i < MANY; i++) {
		each[i] = (struct one_of_many){many, i};
		timer_init(&many->timers[i], note_time, &each[i]);
		uint64_t delay_ns = random_u64(&random) >> (20 + random_below(&random, 40));
		many->due_ns[i] = fixture->time.now_ns + delay_ns;
		timer_start_at(fixture->loop, &many->timers[i], many->due_ns[i]);
	}
	uint64_t before_ns = fixture->time.now_ns;
	while (before_ns < UINT64_C(1) << 44) {
		uint64_t step_ns = random_u64(&random) >> (22 + random_below(&random, 20));
		turn_after(fixture, step_ns);
		for (size_t i = 0; i < MANY; i++) {
			uint64_t now_ns = fixture->time.now_ns;
			if (many->fired_ns[i] == now_ns)
				assert_true(many->due_ns[i] <= now_ns &&
					    many->due_ns[i] + 1000000 > before_ns);
			if (many->due_ns[i] + 1000000 <= now_ns)
				assert_true(many->fired_ns[i] != 0);
		}
		before_ns = fixture->time.now_ns;
	}
	for (size_t i = 0; i < MANY; i++)
		timer_stop(&many->timers[i]);
	test_free(each);
	test_free(many);
}

struct pair_of_timers {
	struct fixture *fixture;
	struct timer first;
	struct timer second;
	int fired;
};

static void stop_the_other(void *context)
{
	struct pair_of_timers *pair = context;
	pair->fired++;
	timer_stop(&pair->first);
	timer_stop(&pair->second);
	timer_start(pair->fixture->loop, &pair->first, 0);
}

static void callbacks_may_stop_and_start_timers(void **state)
{
	struct pair_of_timers pair = {.fixture = *state};
	timer_init(&pair.first, stop_the_other, &pair);
	timer_init(&pair.second, stop_the_other, &pair);
	timer_start(pair.fixture->loop, &pair.first, 5);
	timer_start(pair.fixture->loop, &pair.second, 5);
	turn_after(pair.fixture, 50000000);
	assert_int_equal(pair.fired, 1);
	turn_after(pair.fixture, 1000000);
	assert_int_equal(pair.fired, 2);
	timer_stop(&pair.first);
}

static void far_future_does_not_overflow(void **state)
{
	struct fixture *fixture = *state;
	int fired = 0;
	struct timer timer;
	timer_init(&timer, count_call, &fired);
	timer_start(fixture->loop, &timer, UINT64_MAX);
	turn_after(fixture, UINT64_C(1) << 60);
	assert_int_equal(fired, 0);
	timer_stop(&timer);
}

struct deferral {
	struct fixture *fixture;
	struct deferred deferred;
	int calls;
	char *trace;
	char letter;
};

static void run_deferral(void *context)
{
	struct deferral *deferral = context;
	deferral->calls++;
	if (deferral->trace != NULL)
		deferral->trace[strlen(deferral->trace)] = deferral->letter;
	if (deferral->letter == 'r' && deferral->calls < 3)
		loop_defer(deferral->fixture->loop, &deferral->deferred);
}

static void deferred_calls_run_once_in_order(void **state)
{
	struct fixture *fixture = *state;
	char trace[8] = "";
	struct deferral deferrals[3];
	for (int i = 0; i < 3; i++) {
		deferrals[i] = (struct deferral){
			.fixture = fixture, .trace = trace, .letter = (char)('a' + i)};
		deferred_init(&deferrals[i].deferred, run_deferral, &deferrals[i]);
		loop_defer(fixture->loop, &deferrals[i].deferred);
		loop_defer(fixture->loop, &deferrals[i].deferred);
	}
	deferred_cancel(fixture->loop, &deferrals[1].deferred);
	turn_after(fixture, 0);
	assert_string_equal(trace, "ac");
	turn_after(fixture, 0);
	assert_string_equal(trace, "ac");
}

static void deferring_again_waits_for_the_next_turn(void **state)
{
	struct fixture *fixture = *state;
	struct deferral again = {.fixture = fixture, .letter = 'r'};
	deferred_init(&again.deferred, run_deferral, &again);
	loop_defer(fixture->loop, &again.deferred);
	for (int turn = 1; turn <= 3; turn++) {
		turn_after(fixture, 0);
		assert_int_equal(again.calls, turn);
	}
}

struct pipe_end {
	struct fixture *fixture;
	struct watch watch;
	struct pipe_end *other;
	int ends[2];
	unsigned int events;
	int calls;
};

static void stop_both(void *context, unsigned int events)
{
	struct pipe_end *end = context;
	end->calls++;
	end->events = events;
	watch_stop(end->fixture->loop, &end->watch);
	if (end->other != NULL)
		watch_stop(end->fixture->loop, &end->other->watch);
}

static void pipe_end_init(struct pipe_end *end, struct fixture *fixture)
{
	*end = (struct pipe_end){.fixture = fixture};
	assert_int_equal(pipe(end->ends), 0);
	watch_init(&end->watch, stop_both, end);
	assert_int_equal(watch_start(fixture->loop, &end->watch, end->ends[0], LOOP_READ), OK);
}

static void pipe_end_release(struct pipe_end *end)
{
	watch_stop(end->fixture->loop, &end->watch);
	close(end->ends[0]);
	if (end->ends[1] >= 0)
		close(end->ends[1]);
}

static void watch_tells_of_data_and_of_the_end(void **state)
{
	struct fixture *fixture = *state;
	struct pipe_end end;
	pipe_end_init(&end, fixture);
	turn_after(fixture, 0);
	assert_int_equal(end.calls, 0);
	assert_int_equal(write(end.ends[1], "x", 1), 1);
	turn_after(fixture, 0);
	assert_int_equal(end.events, LOOP_READ);
	turn_after(fixture, 0);
	assert_int_equal(end.calls, 1);
	char octet;
	assert_int_equal(read(end.ends[0], &octet, 1), 1);
	assert_int_equal(watch_start(fixture->loop, &end.watch, end.ends[0], LOOP_READ), OK);
	assert_int_equal(watch_change(fixture->loop, &end.watch, 0), OK);
	close(end.ends[1]);
	end.ends[1] = -1;
	turn_after(fixture, 0);
	assert_int_equal(end.events, LOOP_FAILED);
	pipe_end_release(&end);
}

static void stopped_watch_hears_nothing_more_of_this_turn(void **state)
{
	struct fixture *fixture = *state;
	struct pipe_end left;
	struct pipe_end right;
	pipe_end_init(&left, fixture);
	pipe_end_init(&right, fixture);
	left.other = &right;
	right.other = &left;
	assert_int_equal(write(left.ends[1], "x", 1), 1);
	assert_int_equal(write(right.ends[1], "x", 1), 1);
	turn_after(fixture, 0);
	assert_int_equal(left.calls + right.calls, 1);
	pipe_end_release(&left);
	pipe_end_release(&right);
}

static void stop_loop(void *context)
{
	loop_stop(context);
}

static void loop_sleeps_until_the_timer(void **state)
{
	(void)state;
	struct clock clock = clock_system();
	struct loop *loop;
	assert_int_equal(loop_new(&clock, &loop), OK);
	struct timer timer;
	timer_init(&timer, stop_loop, loop);
	uint64_t start_ns = loop_refresh_now(loop);
	timer_start(loop, &timer, 30);
	assert_int_equal(loop_run(loop), OK);
	assert_true(loop_now_ns(loop) - start_ns >= 30000000);
	loop_free(loop);
	loop_free(NULL);
}

static void failed_allocation_is_told(void **state)
{
	(void)state;
	struct clock clock = clock_system();
	FOR_EACH_FAILURE(which)
	{
		struct loop *loop = NULL;
		int error = loop_new(&clock, &loop);
		assert_int_equal(error, memory_has_failed() ? ERR_MEMORY : OK);
		loop_free(loop);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(timer_fires_once_and_never_early, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(stopped_timer_stays_silent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(restarted_timer_fires_at_its_new_time, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(wheel_agrees_with_the_definition, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(callbacks_may_stop_and_start_timers, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(far_future_does_not_overflow, set_up, tear_down),
		cmocka_unit_test_setup_teardown(deferred_calls_run_once_in_order, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(deferring_again_waits_for_the_next_turn, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(watch_tells_of_data_and_of_the_end, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(stopped_watch_hears_nothing_more_of_this_turn,
						set_up, tear_down),
		cmocka_unit_test(loop_sleeps_until_the_timer),
		cmocka_unit_test(failed_allocation_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
