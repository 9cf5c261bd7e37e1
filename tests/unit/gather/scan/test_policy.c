/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is looked up of a domain's mail and names: all that its own texts call for, and no more. */
#define FAKE_WITH_FAILING_MEMORY
#include "gather/scan/policy_private.h"
#include "gather/scan/scan_lab.h"

static int set_up_policies(void **state)
{
	struct lab *lab;
	(void)set_up(state);
	lab = *state;
	scan_free(lab->scan);
	lab_scan(lab, NEED_MAIL | NEED_NAMES, 0);
	return 0;
}

static const struct lookup *looked_up(const struct lab *lab, const char *name, uint16_t type)
{
	const int index = observation_find_lookup(&lab->seen, fake_name(name).octets, type);
	return index >= 0 ? &lab->seen.lookups[index] : NULL;
}

static int result_of(const struct lab *lab, const char *name, uint16_t type)
{
	const struct lookup *lookup = looked_up(lab, name, type);
	return lookup != NULL ? lookup->result : LOOKUP_RESULT_NONE;
}

static void add(struct lab *lab, struct fake_zone *zone, const char *const *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fake_record(lab->net, zone, lines[i]);
}

static void what_a_domain_says_is_followed(void **state)
{
	static const char *const lines[] = {
		"good.tld. 300 IN TXT \"v=spf1 mx include:_spf.good.tld a:host.good.tld -all\"",
		"_spf.good.tld. 300 IN TXT \"v=spf1 include:_deep.good.tld\"",
		"_deep.good.tld. 300 IN TXT \"v=spf1 ip4:192.0.2.1\"",
		"mail.good.tld. 300 IN AAAA 2001:db8::99",
		("_dmarc.good.tld. 300 IN TXT \"v=DMARC1; p=none; "
		 "rua=mailto:a@op.tld,mailto:b@x.good.tld\""),
		"_mta-sts.good.tld. 300 IN TXT \"v=STSv1; id=1\"",
		"www.good.tld. 300 IN CNAME host.good.tld.",
	};
	struct lab *lab = *state;
	add(lab, lab_domain(lab, "good.tld.", 9), lines, sizeof(lines) / sizeof(lines[0]));
	(void)lab_look(lab, "good.tld.");
	assert_int_equal(result_of(lab, "good.tld.", TYPE_MX), LOOKUP_RESULT_FOUND);
	assert_int_equal(result_of(lab, "mail.good.tld.", TYPE_A), LOOKUP_RESULT_NODATA);
	assert_int_equal(result_of(lab, "mail.good.tld.", TYPE_AAAA), LOOKUP_RESULT_FOUND);
	assert_int_equal(result_of(lab, "_deep.good.tld.", TYPE_TXT), LOOKUP_RESULT_FOUND);
	assert_int_equal(result_of(lab, "host.good.tld.", TYPE_A), LOOKUP_RESULT_NXDOMAIN);
	assert_int_equal(result_of(lab, "_dmarc.tld.", TYPE_TXT), LOOKUP_RESULT_NXDOMAIN);
	assert_int_equal(result_of(lab, "_smtp._tls.good.tld.", TYPE_TXT), LOOKUP_RESULT_NXDOMAIN);
	assert_int_equal(result_of(lab, "mta-sts.good.tld.", TYPE_A), LOOKUP_RESULT_NXDOMAIN);
	assert_int_equal(result_of(lab, "good.tld.", TYPE_CAA), LOOKUP_RESULT_NODATA);
	assert_int_equal(result_of(lab, "tld.", TYPE_CAA), LOOKUP_RESULT_NODATA);
	/* Another organisation's word is asked for, its own is not. */
	assert_int_equal(result_of(lab, "good.tld._report._dmarc.op.tld.", TYPE_TXT),
			 LOOKUP_RESULT_NXDOMAIN);
	assert_null(looked_up(lab, "good.tld._report._dmarc.x.good.tld.", TYPE_TXT));
	/* The alias is seen. */
	const struct lookup *www = looked_up(lab, "www.good.tld.", TYPE_A);
	assert_non_null(www);
	assert_int_equal(www->result, LOOKUP_RESULT_NXDOMAIN);
	assert_true(name_equal(www->target, fake_name("host.good.tld.").octets));
	assert_int_equal(www->security, SECURITY_SECURE);
}

static void what_somebody_could_register_is_looked_up(void **state)
{
	static const char *const lines[] = {
		"plain.tld. 300 IN MX 20 mx.lapsed.tld.",
		"plain.tld. 300 IN MX 30 mx.gone.plain.tld.",
		"plain.tld. 300 IN MX 40 192.0.2.1.",
		"www.plain.tld. 300 IN CNAME shop.other.tld.",
		"plain.tld. 300 IN TXT \"v=spf1 include:_spf.former.tld -all\"",
	};
	struct lab *lab = *state;
	add(lab, lab_domain(lab, "plain.tld.", 0), lines, sizeof(lines) / sizeof(lines[0]));
	(void)lab_look(lab, "plain.tld.");
	assert_int_equal(result_of(lab, "lapsed.tld.", TYPE_NS), LOOKUP_RESULT_NXDOMAIN);
	assert_int_equal(result_of(lab, "other.tld.", TYPE_NS), LOOKUP_RESULT_NXDOMAIN);
	assert_int_equal(result_of(lab, "former.tld.", TYPE_NS), LOOKUP_RESULT_NXDOMAIN);
	/* Its own names nobody else can register, and an address is no name. */
	assert_null(looked_up(lab, "plain.tld.", TYPE_NS));
	assert_null(looked_up(lab, "192.0.2.1.", TYPE_A));
}

static void a_tree_without_end_is_left(void **state)
{
	static const char text[] = "300 IN TXT \"v=spf1 include:a.%{d} include:b.%{d} -all\"";
	struct lab *lab = *state;
	struct fake_zone *zone = lab_domain(lab, "wide.tld.", 0);
	char line[2048];
	char name[1024] = "wide.tld.";
	for (int i = 0; i < 16; i++) {
		snprintf(line, sizeof(line), "%s %s", name, text);
		fake_record(lab->net, zone, line);
		snprintf(line, sizeof(line), "b.%s %s", name, text);
		fake_record(lab->net, zone, line);
		snprintf(line, sizeof(line), "a.%.200s", name);
		snprintf(name, sizeof(name), "%.250s", line);
	}
	(void)lab_look(lab, "wide.tld.");
	assert_in_range(lab->seen.lookup_count, 30, POLICY_ASKED_MAX);
}

/* Routes and certificates are looked at of the same hosts: the ten preferred. */
static void of_many_mail_hosts_the_preferred_are_looked_at(void **state)
{
	struct lab *lab = *state;
	struct fake_zone *zone = lab_domain(lab, "many.tld.", 0);
	struct routes *routes;
	assert_int_equal(routes_new(&routes), OK);
	assert_int_equal(routes_settle(routes), OK);
	for (int i = 1; i <= 12; i++) {
		char line[64];
		snprintf(line, sizeof(line), "many.tld. 300 IN MX %d mx%d.many.tld.", 1000 - i, i);
		fake_record(lab->net, zone, line);
	}
	scan_free(lab->scan);
	const struct scan_settings settings = {.needs = NEED_SERVICES | NEED_ROUTES,
					       .routes = routes,
					       .vantage = "laboratory",
					       .random = &lab->random,
					       .clock = &lab->clock};
	assert_int_equal(scan_new(&(struct scan_tools){.loop = lab->loop,
						       .transport = lab->net,
						       .resolver = lab->resolver,
						       .verifier = lab->verifier},
				  &settings, lab_done, lab, &lab->scan),
			 OK);
	(void)lab_look(lab, "many.tld.");
	/* One is lab_domain's own, of preference 10. */
	assert_non_null(looked_up(lab, "mail.many.tld.", TYPE_A));
	assert_non_null(looked_up(lab, "mx12.many.tld.", TYPE_A));
	assert_non_null(looked_up(lab, "mx4.many.tld.", TYPE_AAAA));
	assert_null(looked_up(lab, "mx3.many.tld.", TYPE_A));
	assert_null(looked_up(lab, "mx1.many.tld.", TYPE_A));
	scan_free(lab->scan);
	routes_free(routes);
	lab_scan(lab, NEED_MAIL | NEED_NAMES, 0);
}

static void a_domain_without_servers_is_asked_nothing(void **state)
{
	struct lab *lab = *state;
	fake_record(lab->net, lab->tld, "dead.tld. 3600 IN NS ns1.op.tld.");
	(void)lab_look(lab, "dead.tld.");
	assert_int_equal(lab->seen.lookup_count, 0);
}

static void a_scan_ends_while_it_waits(void **state)
{
	struct lab *lab = *state;
	struct name name = fake_name("good.tld.");
	(void)lab_domain(lab, "good.tld.", 9);
	for (unsigned int steps = 0; steps < 60; steps++) {
		scan_free(lab->scan);
		lab_scan(lab, NEED_MAIL | NEED_NAMES, 0);
		assert_int_equal(scan_domain(lab->scan, name.octets), OK);
		for (unsigned int i = 0; i < steps; i++)
			assert_int_equal(loop_turn(lab->loop, 0), OK);
	}
	fake_run(lab->net);
}

static void each_allocation_fails_once(void **state)
{
	static const char *const lines[] = {
		"good.tld. 300 IN TXT \"v=spf1 mx include:_spf.good.tld -all\"",
		"_spf.good.tld. 300 IN TXT \"v=spf1 a:host.good.tld\"",
		"_dmarc.good.tld. 300 IN TXT \"v=DMARC1; p=none; rua=mailto:a@op.tld\"",
	};
	(void)state;
	FOR_EACH_FAILURE(allocation)
	{
		memory_fail_at(0);
		const long before = memory_in_use();
		void *own = NULL;
		set_up_policies(&own);
		struct lab *lab = own;
		add(lab, lab_domain(lab, "good.tld.", 9), lines, sizeof(lines) / sizeof(lines[0]));
		struct name name = fake_name("good.tld.");
		memory_fail_at(allocation);
		const bool is_begun = scan_domain(lab->scan, name.octets) == OK;
		fake_run(lab->net);
		const bool has_failed = memory_has_failed();
		memory_fail_at(0);
		assert_int_equal(lab->done, is_begun);
		assert_int_equal(scan_in_flight(lab->scan), 0);
		tear_down(&own);
		assert_int_equal(memory_in_use(), before);
		failing_memory.has_failed = has_failed;
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up_policies, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_a_domain_says_is_followed),
		TEST(what_somebody_could_register_is_looked_up),
		TEST(a_tree_without_end_is_left),
		TEST(of_many_mail_hosts_the_preferred_are_looked_at),
		TEST(a_domain_without_servers_is_asked_nothing),
		TEST(a_scan_ends_while_it_waits),
		cmocka_unit_test(each_allocation_fails_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
