/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks at a parent with three servers, of which some lag, lie, lie dead, or have the child. */
#include "dns/dnssec/verify.h"
#define FAKE_WITH_FAILING_MEMORY
#include "dns/resolver/fake_net.h"
#include "gather/watch/look.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define PARENTS 3

static const char *const parents[PARENTS] = {"192.0.2.1", "192.0.2.2", "192.0.2.3"};

struct lab {
	uint64_t now_ns;
	struct clock clock;
	struct random random;
	struct loop *loop;
	struct transport *net;
	struct verifier *verifier;
	struct resolver *resolver;
	struct watcher *watcher;
	struct record anchor;
	struct fake_zone *before, *after; /* two versions of tld. */
	struct fake_zone *six_before, *six_after;
	struct look_result seen;
	bool has_parent;
	unsigned done;
};

static void looked(void *context, const struct look_result *result)
{
	struct lab *lab = context;
	lab->seen = *result;
	lab->has_parent = result->parent != NULL;
	lab->done++;
}

#define SERVERS                            \
	"tld. 3600 IN NS a.nic.tld.\n"     \
	"a.nic.tld. 3600 IN A 192.0.2.1\n" \
	"a.nic.tld. 3600 IN A 192.0.2.2\n" \
	"a.nic.tld. 3600 IN A 192.0.2.3\n"

#define SIX                                 \
	"six. 3600 IN NS a.nic.six.\n"      \
	"a.nic.six. 3600 IN A 192.0.2.61\n" \
	"a.nic.six. 3600 IN A 192.0.2.62\n" \
	"a.nic.six. 3600 IN AAAA 2001:db8::61\n"

static void add_zones(struct lab *lab)
{
	struct transport *net = lab->net;
	struct fake_zone *root = fake_zone_add(net, ".", 1,
					       "six. 3600 IN NS a.nic.six.\n"
					       "a.nic.six. 3600 IN A 192.0.2.61\n"
					       "a.nic.six. 3600 IN A 192.0.2.62\n"
					       "a.nic.six. 3600 IN AAAA 2001:db8::61\n"
					       "tld. 3600 IN NS a.nic.tld.\n"
					       "a.nic.tld. 3600 IN A 192.0.2.1\n"
					       "a.nic.tld. 3600 IN A 192.0.2.2\n"
					       "a.nic.tld. 3600 IN A 192.0.2.3\n");
	lab->before = fake_zone_add(net, "tld.", 2, SERVERS "bank.tld. 60 IN NS ns1.host.tld.\n");
	lab->after = fake_zone_add(net, "tld.", 2, SERVERS "bank.tld. 60 IN NS ns1.wolf.tld.\n");
	lab->six_before = fake_zone_add(net, "six.", 3, SIX "bank.six. 60 IN NS ns1.host.tld.\n");
	lab->six_after = fake_zone_add(net, "six.", 3, SIX "bank.six. 60 IN NS ns1.wolf.tld.\n");
	fake_delegate_securely(net, root, lab->before);
	fake_delegate_securely(net, root, lab->six_before);
	fake_serve(net, "198.41.0.4", root);
	for (size_t i = 0; i < PARENTS; i++)
		fake_serve(net, parents[i], lab->before);
	for (size_t i = 0; i < root->count; i++) {
		if (root->records[i].type == TYPE_DNSKEY)
			lab->anchor = root->records[i];
	}
}

/* From now on the parent's server of that number has this version. */
static void has(struct lab *lab, unsigned number, struct fake_zone *zone)
{
	const struct address address = fake_address(parents[number]);
	for (size_t i = 0; i < lab->net->place_count; i++) {
		if (address_equal(&lab->net->places[i].address, &address))
			lab->net->places[i].zone = zone;
	}
}

static int set_up(void **state)
{
	struct lab *lab = calloc(1, sizeof(*lab));
	const struct address hint = fake_address("198.41.0.4");
	assert_non_null(lab);
	memory_fail_at(0);
	lab->now_ns = 1000000000;
	lab->clock = (struct clock){fake_monotonic_ns, fake_wall_s, &lab->now_ns};
	random_seeded(&lab->random, 7);
	assert_int_equal(loop_new(&lab->clock, &lab->loop), OK);
	assert_int_equal(transport_new(lab->loop, NULL, NULL, &lab->net, NULL), OK);
	lab->verifier = verifier_new(NULL, &lab->random);
	assert_non_null(lab->verifier);
	add_zones(lab);
	const struct resolver_settings settings = {
		.hints = &hint,
		.hint_count = 1,
		.anchors = &lab->anchor,
		.anchor_count = 1,
		.random = &lab->random,
		.clock = &lab->clock,
	};
	assert_int_equal(
		resolver_new(lab->loop, lab->net, lab->verifier, &settings, &lab->resolver), OK);
	const struct watcher_tools tools = {lab->loop, lab->net, lab->resolver};
	assert_int_equal(watcher_new(&tools, looked, lab, &lab->watcher), OK);
	*state = lab;
	return 0;
}

static int tear_down(void **state)
{
	struct lab *lab = *state;
	watcher_free(lab->watcher);
	resolver_free(lab->resolver);
	transport_free(lab->net);
	verifier_free(lab->verifier);
	loop_free(lab->loop);
	free(lab);
	return 0;
}

static enum look_outcome look(struct lab *lab, struct look_target *target, const char *domain)
{
	const struct name name = fake_name(domain);
	const unsigned done = lab->done;
	target->domain = name.octets;
	assert_int_equal(watcher_look(lab->watcher, target), OK);
	assert_int_equal(lab->done, done);
	fake_run(lab->net);
	assert_int_equal(lab->done, done + 1);
	assert_int_equal(watcher_in_flight(lab->watcher), 0);
	return lab->seen.outcome;
}

/* What is known of bank.tld. before anything happens. */
static struct look_target known(struct lab *lab)
{
	struct look_target target = {0};
	assert_int_equal(look(lab, &target, "bank.tld."), LOOK_SEEN);
	target.has_digest = true;
	target.digest = lab->seen.digest;
	return target;
}

static unsigned asked_since(struct lab *lab, unsigned before)
{
	return lab->net->asked - before;
}

static void test_same(void **state)
{
	struct lab *lab = *state;
	struct look_target target = known(lab);
	for (target.round = 0; target.round < 6; target.round++) {
		const unsigned asked = lab->net->asked;
		assert_int_equal(look(lab, &target, "bank.tld."), LOOK_SAME);
		assert_int_equal(asked_since(lab, asked), 1);
	}
	target.is_silent = true;
	assert_int_equal(look(lab, &target, "bank.tld."), LOOK_HEARD);
}

static void test_moved(void **state)
{
	struct lab *lab = *state;
	struct look_target target = known(lab);
	for (unsigned i = 0; i < PARENTS; i++)
		has(lab, i, lab->after);
	const unsigned asked = lab->net->asked;
	assert_int_equal(look(lab, &target, "bank.tld."), LOOK_MOVED);
	assert_int_equal(asked_since(lab, asked), 2);
	assert_true(lab->has_parent);
	assert_false(digest_equal(&lab->seen.digest, &target.digest));
	target.digest = lab->seen.digest;
	assert_int_equal(look(lab, &target, "bank.tld."), LOOK_SAME);
}

/* Whoever is asked first: the one that says something else moves nothing, and hides nothing. */
static void test_one_alone(void **state)
{
	struct lab *lab = *state;
	struct look_target target = known(lab);
	unsigned differing = 0, moved = 0;
	has(lab, 1, lab->after);
	for (target.round = 0; target.round < PARENTS; target.round++) {
		const enum look_outcome outcome = look(lab, &target, "bank.tld.");
		assert_true(outcome == LOOK_SAME || outcome == LOOK_DIFFERS);
		if (outcome != LOOK_DIFFERS)
			continue;
		differing++;
		const struct address odd = fake_address(parents[1]);
		assert_true(address_equal(&lab->seen.server, &odd));
		struct look_target again = target;
		again.has_doubt = true;
		again.doubt = lab->seen.digest;
		assert_int_equal(look(lab, &again, "bank.tld."), LOOK_STILL_DIFFERS);
	}
	assert_int_equal(differing, 1);
	has(lab, 1, lab->before);
	has(lab, 0, lab->after);
	has(lab, 2, lab->after);
	for (target.round = 0; target.round < PARENTS; target.round++) {
		const enum look_outcome outcome = look(lab, &target, "bank.tld.");
		assert_true(outcome == LOOK_SAME || outcome == LOOK_MOVED);
		moved += outcome == LOOK_MOVED;
	}
	assert_int_equal(moved, 2);
}

static void test_lame(void **state)
{
	static const enum fake_behaviour behaviours[] = {FAKE_SILENT, FAKE_REFUSES, FAKE_FAILS,
							 FAKE_LAME,   FAKE_NO_EDNS, FAKE_MALFORMED};
	struct lab *lab = *state;
	struct look_target target = known(lab);
	for (size_t i = 0; i < sizeof(behaviours) / sizeof(behaviours[0]); i++) {
		lab->net->behaviour_count = 0;
		fake_behave(lab->net, parents[1], behaviours[i]);
		for (target.round = 0; target.round < PARENTS; target.round++)
			assert_int_equal(look(lab, &target, "bank.tld."), LOOK_SAME);
	}
	fake_behave(lab->net, parents[0], FAKE_REFUSES);
	/* One is left to be asked: it is to say so twice. */
	has(lab, 2, lab->after);
	assert_int_equal(look(lab, &target, "bank.tld."), LOOK_MOVED);
	fake_behave(lab->net, parents[2], FAKE_SILENT);
	const unsigned asked = lab->net->asked;
	assert_int_equal(look(lab, &target, "bank.tld."), LOOK_SILENT);
	assert_true(asked_since(lab, asked) <= LOOK_QUESTIONS_MAX);
	target.is_silent = true;
	assert_int_equal(look(lab, &target, "bank.tld."), LOOK_STILL_SILENT);
}

/* A domain that is not there, that comes, and that goes. */
static void test_not_there(void **state)
{
	struct lab *lab = *state;
	struct look_target target = {0};
	assert_int_equal(look(lab, &target, "gone.tld."), LOOK_SEEN);
	target.has_digest = true;
	target.digest = lab->seen.digest;
	assert_int_equal(look(lab, &target, "gone.tld."), LOOK_SAME);
	fake_record(lab->net, lab->before, "gone.tld. 60 IN NS ns1.host.tld.");
	assert_int_equal(look(lab, &target, "gone.tld."), LOOK_MOVED);
	target.digest = lab->seen.digest;
	lab->before->count--;
	assert_int_equal(look(lab, &target, "gone.tld."), LOOK_MOVED);
}

/* A server that has the child, too, says the same as one that refers to it. */
static void test_child_beside(void **state)
{
	struct lab *lab = *state;
	struct look_target target = known(lab);
	struct fake_zone *child =
		fake_zone_add(lab->net, "bank.tld.", 0, "bank.tld. 60 IN NS ns1.host.tld.\n");
	for (unsigned i = 0; i < PARENTS; i++)
		fake_serve(lab->net, parents[i], child);
	for (target.round = 0; target.round < PARENTS; target.round++)
		assert_int_equal(look(lab, &target, "bank.tld."), LOOK_SAME);
	fake_record(lab->net, lab->before,
		    "bank.tld. 60 IN DS 1 13 2 "
		    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
	assert_int_equal(look(lab, &target, "bank.tld."), LOOK_MOVED);
}

/* Where the child's own answer has no glue, a referral is what counts. */
static void test_child_with_glue(void **state)
{
	struct lab *lab = *state;
	struct fake_zone *child =
		fake_zone_add(lab->net, "own.tld.", 0, "own.tld. 60 IN NS ns1.own.tld.\n");
	struct look_target target = {0};
	fake_record(lab->net, lab->before, "own.tld. 60 IN NS ns1.own.tld.");
	fake_record(lab->net, lab->before, "ns1.own.tld. 60 IN A 192.0.2.77");
	assert_int_equal(look(lab, &target, "own.tld."), LOOK_SEEN);
	target.has_digest = true;
	target.digest = lab->seen.digest;
	fake_serve(lab->net, parents[1], child);
	for (target.round = 0; target.round < PARENTS; target.round++)
		assert_int_equal(look(lab, &target, "own.tld."), LOOK_SAME);
}

/* That there is nothing above may be one server's fault: it is said twice before it counts. */
static void test_nothing_above(void **state)
{
	struct lab *lab = *state;
	struct look_target target = {.has_digest = true};
	assert_int_equal(look(lab, &target, "bank.gone."), LOOK_DIFFERS);
	assert_int_equal(lab->seen.server.family, ADDRESS_NONE);
	target.has_doubt = true;
	target.doubt = lab->seen.digest;
	assert_int_equal(look(lab, &target, "bank.gone."), LOOK_MOVED);
	target.digest = lab->seen.digest;
	assert_int_equal(look(lab, &target, "bank.gone."), LOOK_HEARD);
	target.has_doubt = false;
	assert_int_equal(look(lab, &target, "bank.gone."), LOOK_SAME);
}

/* It is there again: that is told, and the doubt is over. That a server denies the domain is
 * another one. */
static void test_above_again(void **state)
{
	struct lab *lab = *state;
	struct look_target target = known(lab);
	struct digest denial;
	target.has_doubt = true;
	digest_no_parent(&target.doubt);
	assert_int_equal(look(lab, &target, "bank.tld."), LOOK_HEARD);
	digest_denial(true, &denial);
	assert_false(digest_equal(&denial, &target.doubt));
	target.has_doubt = true;
	target.doubt = denial;
	assert_int_equal(look(lab, &target, "bank.gone."), LOOK_DIFFERS);
}

/* An address of the other family may be that of the host that is behind, or ahead. */
static void test_families(void **state)
{
	static const char *const six[] = {"192.0.2.61", "192.0.2.62", "2001:db8::61"};
	struct lab *lab = *state;
	struct look_target target = {0};
	for (size_t i = 0; i < 3; i++)
		fake_serve(lab->net, six[i], lab->six_before);
	assert_int_equal(look(lab, &target, "bank.six."), LOOK_SEEN);
	target.has_digest = true;
	target.digest = lab->seen.digest;
	for (size_t i = 0; i < lab->net->place_count; i++) {
		const struct address one = fake_address(six[0]), other = fake_address(six[2]);
		if (address_equal(&lab->net->places[i].address, &one) ||
		    address_equal(&lab->net->places[i].address, &other))
			lab->net->places[i].zone = lab->six_after;
	}
	for (target.round = 0; target.round < 3; target.round++)
		assert_int_not_equal(look(lab, &target, "bank.six."), LOOK_MOVED);
	/* Those that are left say it, too. */
	fake_behave(lab->net, six[1], FAKE_SILENT);
	for (target.round = 0; target.round < 3; target.round++)
		assert_int_equal(look(lab, &target, "bank.six."), LOOK_MOVED);
}

static void test_dropped(void **state)
{
	struct lab *lab = *state;
	const struct name name = fake_name("bank.tld.");
	const struct look_target target = {.domain = name.octets};
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(watcher_look(lab->watcher, &target), OK);
	assert_int_equal(watcher_in_flight(lab->watcher), 5);
	/* tear_down ends it all: nobody is told, nothing is left. */
	lab->done = 0;
}

static void test_memory(void **state)
{
	struct lab *lab = *state;
	const struct name name = fake_name("bank.tld.");
	const struct look_target target = {.domain = name.octets};
	FOR_EACH_FAILURE(allocation)
	{
		const unsigned done = lab->done;
		const int error = watcher_look(lab->watcher, &target);
		fake_run(lab->net);
		assert_true(error == OK || error == ERR_MEMORY);
		assert_int_equal(lab->done, done + (error == OK));
		assert_int_equal(watcher_in_flight(lab->watcher), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_moved, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_one_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lame, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_child_beside, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_child_with_glue, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nothing_above, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_above_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_families, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_dropped, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_memory, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
