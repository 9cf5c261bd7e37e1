/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory runs out at every place it can: callers are told once, nothing is lost, nothing hangs. */
#define FAKE_WITH_FAILING_MEMORY
#include "dns/resolver/fake_net.h"
#include "dns/resolver/resolver.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct told {
	unsigned int calls;
};

static void cut_done(void *context, enum lookup_state state, struct cut *cut)
{
	assert_true((state == LOOKUP_FOUND) == (cut != NULL));
	((struct told *)context)->calls++;
}

static void host_done(void *context, const struct host_answer *answer)
{
	assert_true((answer->state == LOOKUP_FOUND) == (answer->count > 0));
	((struct told *)context)->calls++;
}

static void lookup_done(void *context, const struct lookup_answer *answer)
{
	assert_int_not_equal(answer->state, LOOKUP_NONE);
	((struct told *)context)->calls++;
}

static struct record add_zones(struct transport *net)
{
	struct fake_zone *root = fake_zone_add(net, ".", 1,
					       "tld. 3600 IN NS ns.tld.\n"
					       "ns.tld. 3600 IN A 192.0.2.1\n");
	struct fake_zone *tld = fake_zone_add(net, "tld.", 2,
					      "ns.tld. 3600 IN A 192.0.2.1\n"
					      "op.tld. 3600 IN NS ns.op.tld.\n"
					      "ns.op.tld. 3600 IN A 192.0.2.10\n"
					      "user.tld. 3600 IN NS ns.op.tld.\n");
	struct fake_zone *op = fake_zone_add(net, "op.tld.", 0, "ns.op.tld. 300 IN A 192.0.2.10\n");
	struct fake_zone *user =
		fake_zone_add(net, "user.tld.", 0, "www.user.tld. 300 IN A 192.0.2.99\n");
	fake_delegate_securely(net, root, tld);
	fake_serve(net, "198.41.0.4", root);
	fake_serve(net, "192.0.2.1", tld);
	fake_serve(net, "192.0.2.10", op);
	fake_serve(net, "192.0.2.10", user);
	for (size_t i = 0; i < root->count; i++) {
		if (root->records[i].type == TYPE_DNSKEY)
			return root->records[i];
	}
	fail();
	return root->records[0];
}

static unsigned int ask_all(struct resolver *resolver, struct told told[3])
{
	struct name name = fake_name("www.user.tld.");
	const struct host_question question = {.name = name.octets};
	const struct lookup_question look_up = {
		.name = name.octets, .type = TYPE_A, .done = lookup_done, .context = &told[2]};
	unsigned int asked = 0;
	asked += resolver_parent(resolver, name.octets, cut_done, &told[0]) == OK;
	asked += resolver_host(resolver, &question, host_done, &told[1]) == OK;
	asked += resolver_lookup(resolver, &look_up) == OK;
	return asked;
}

static void each_allocation_fails_once(void **state)
{
	(void)state;
	uint64_t now_ns = 1000000000;
	const struct clock clock = {fake_monotonic_ns, fake_wall_s, &now_ns};
	struct random random;
	random_seeded(&random, 7);
	FOR_EACH_FAILURE(allocation)
	{
		memory_fail_at(0);
		const long before = memory_in_use();
		struct loop *loop;
		struct transport *net;
		assert_int_equal(loop_new(&clock, &loop), OK);
		assert_int_equal(transport_new(loop, NULL, NULL, &net, NULL), OK);
		struct verifier *verifier = verifier_new(NULL, &random);
		const struct record anchor = add_zones(net);
		struct address hint = fake_address("198.41.0.4");
		const struct resolver_settings settings = {.hints = &hint,
							   .hint_count = 1,
							   .anchors = &anchor,
							   .anchor_count = 1,
							   .random = &random,
							   .clock = &clock};
		struct resolver *resolver = NULL;
		struct told told[3] = {0};
		unsigned int asked = 0;
		memory_fail_at(allocation);
		if (resolver_new(loop, net, verifier, &settings, &resolver) == OK) {
			asked = ask_all(resolver, told);
			fake_run(net);
		}
		const bool has_failed = memory_has_failed();
		memory_fail_at(0);
		assert_int_equal(told[0].calls + told[1].calls + told[2].calls, asked);
		resolver_free(resolver);
		verifier_free(verifier);
		transport_free(net);
		loop_free(loop);
		assert_int_equal(memory_in_use(), before);
		failing_memory.has_failed = has_failed;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_allocation_fails_once)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
