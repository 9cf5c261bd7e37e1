/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts, hosts and keys found in a network of tables: the ordinary, the odd and the malicious. */
#include "dns/resolver/fake_net.h"
#include "dns/resolver/limit.h"
#include "dns/resolver/reason.h"
#include "dns/resolver/resolver.h"
#include "net/loop.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct lab {
	uint64_t now_ns;
	struct clock clock;
	struct random random;
	struct random shuffle;
	struct loop *loop;
	struct transport *net;
	struct verifier *verifier;
	struct resolver *resolver;
	struct fake_zone *root, *tld;
	struct record anchor;
};

struct cut_answer {
	unsigned int calls;
	enum lookup_state state;
	enum resolver_security security;
	uint16_t servers;
	struct name zone;
	char reason[REASON_TEXT_MAX];
};

static void cut_done(void *context, enum lookup_state state, struct cut *cut)
{
	struct cut_answer *answer = context;
	answer->calls++;
	answer->state = state;
	if (cut == NULL)
		return;
	answer->security = cut->security;
	answer->servers = cut->server_count;
	name_copy(answer->zone.octets, cut->zone);
	snprintf(answer->reason, sizeof(answer->reason), "%s", cut->reason ? cut->reason : "");
}

struct host_seen {
	unsigned int calls;
	struct host_answer answer;
};

static void host_done(void *context, const struct host_answer *answer)
{
	struct host_seen *seen = context;
	seen->calls++;
	seen->answer = *answer;
}

struct lookup_seen {
	unsigned int calls;
	enum lookup_state state;
	enum resolver_security security;
	uint16_t records;
	char reason[REASON_TEXT_MAX];
};

static void lookup_done(void *context, const struct lookup_answer *answer)
{
	struct lookup_seen *seen = context;
	seen->calls++;
	seen->state = answer->state;
	seen->security = answer->security;
	seen->records = answer->message ? answer->message->record_count : 0;
	snprintf(seen->reason, sizeof(seen->reason), "%s", answer->reason ? answer->reason : "");
}

static void lab_resolver(struct lab *lab, uint32_t cache_entries)
{
	struct address hint = fake_address("198.41.0.4");
	const struct resolver_settings settings = {
		.hints = &hint,
		.hint_count = 1,
		.anchors = lab->anchor.rdata != NULL ? &lab->anchor : NULL,
		.anchor_count = lab->anchor.rdata != NULL,
		.cache_entries = cache_entries,
		.random = &lab->random,
		.clock = &lab->clock,
	};
	assert_int_equal(
		resolver_new(lab->loop, lab->net, lab->verifier, &settings, &lab->resolver), OK);
}

/* A signed root with the root server of the hints, a signed tld. on two servers. */
static int set_up(void **state)
{
	struct lab *lab = calloc(1, sizeof(*lab));
	assert_non_null(lab);
	lab->now_ns = 1000000000;
	lab->clock = (struct clock){fake_monotonic_ns, fake_wall_s, &lab->now_ns};
	random_seeded(&lab->random, 7);
	assert_int_equal(loop_new(&lab->clock, &lab->loop), OK);
	assert_int_equal(transport_new(lab->loop, NULL, NULL, &lab->net, NULL), OK);
	lab->verifier = verifier_new(NULL, &lab->random);
	assert_non_null(lab->verifier);
	lab->root = fake_zone_add(lab->net, ".", 1,
				  "tld. 3600 IN NS a.nic.tld.\ntld. 3600 IN NS b.nic.tld.\n"
				  "a.nic.tld. 3600 IN A 192.0.2.1\n"
				  "b.nic.tld. 3600 IN A 192.0.2.2\n"
				  "b.nic.tld. 3600 IN AAAA 2001:db8::2\n");
	lab->tld = fake_zone_add(lab->net, "tld.", 2,
				 "tld. 3600 IN NS a.nic.tld.\ntld. 3600 IN NS b.nic.tld.\n"
				 "a.nic.tld. 3600 IN A 192.0.2.1\n"
				 "b.nic.tld. 3600 IN A 192.0.2.2\n"
				 "b.nic.tld. 3600 IN AAAA 2001:db8::2\n");
	fake_delegate_securely(lab->net, lab->root, lab->tld);
	fake_serve(lab->net, "198.41.0.4", lab->root);
	fake_serve(lab->net, "192.0.2.1", lab->tld);
	fake_serve(lab->net, "192.0.2.2", lab->tld);
	fake_serve(lab->net, "2001:db8::2", lab->tld);
	lab->anchor = lab->root->records[lab->root->count - 1];
	for (size_t i = 0; i < lab->root->count; i++) {
		if (lab->root->records[i].type == TYPE_DNSKEY)
			lab->anchor = lab->root->records[i];
	}
	lab_resolver(lab, 0);
	*state = lab;
	return 0;
}

static int tear_down(void **state)
{
	struct lab *lab = *state;
	resolver_free(lab->resolver);
	transport_free(lab->net);
	verifier_free(lab->verifier);
	loop_free(lab->loop);
	free(lab);
	return 0;
}

static struct cut_answer ask_parent(struct lab *lab, const char *domain)
{
	struct cut_answer answer = {0};
	struct name name = fake_name(domain);
	assert_int_equal(resolver_parent(lab->resolver, name.octets, cut_done, &answer), OK);
	assert_int_equal(answer.calls, 0);
	fake_run(lab->net);
	assert_int_equal(answer.calls, 1);
	return answer;
}

static struct host_answer ask_host(struct lab *lab, const char *text)
{
	struct host_seen seen = {0};
	struct name name = fake_name(text);
	const struct host_question question = {.name = name.octets};
	assert_int_equal(resolver_host(lab->resolver, &question, host_done, &seen), OK);
	assert_int_equal(seen.calls, 0);
	fake_run(lab->net);
	assert_int_equal(seen.calls, 1);
	return seen.answer;
}

static struct lookup_seen ask_lookup(struct lab *lab, const char *text, uint16_t type)
{
	struct lookup_seen seen = {0};
	struct name name = fake_name(text);
	const struct lookup_question question = {
		.name = name.octets, .type = type, .done = lookup_done, .context = &seen};
	assert_int_equal(resolver_lookup(lab->resolver, &question), OK);
	assert_int_equal(seen.calls, 0);
	fake_run(lab->net);
	assert_int_equal(seen.calls, 1);
	return seen;
}

static void pass_time(struct lab *lab, unsigned int seconds)
{
	lab->now_ns += seconds * UINT64_C(1000000000);
	assert_int_equal(loop_turn(lab->loop, 0), OK);
}

static bool has_address(const struct host_answer *answer, const char *text)
{
	struct address address = fake_address(text);
	for (unsigned int i = 0; i < answer->count; i++) {
		if (address_equal(&answer->addresses[i], &address))
			return true;
	}
	return false;
}

/* A delegation in tld. with name servers; `records`: the zone's. */
static struct fake_zone *add_domain(struct lab *lab, const char *name, uint64_t seed,
				    const char *delegation, const char *records)
{
	struct fake_zone *zone = fake_zone_add(lab->net, name, seed, records);
	while (*delegation != '\0') {
		char line[256];
		const size_t length = strcspn(delegation, "\n");
		assert_true(length < sizeof(line));
		memcpy(line, delegation, length);
		line[length] = '\0';
		fake_record(lab->net, lab->tld, line);
		delegation += length + (delegation[length] == '\n');
	}
	if (seed != 0)
		fake_delegate_securely(lab->net, lab->tld, zone);
	return zone;
}

/* ---- the ordinary ---- */

static void parent_of_a_domain_is_found_and_secure(void **state)
{
	struct lab *lab = *state;
	struct cut_answer answer = ask_parent(lab, "example.tld.");
	assert_int_equal(answer.state, LOOKUP_FOUND);
	assert_int_equal(answer.security, RESOLVER_SECURE);
	assert_int_equal(answer.servers, 3);
	assert_true(name_equal(answer.zone.octets, fake_name("tld.").octets));
	/* NS of tld., DNSKEY of the root, DS and DNSKEY of tld. */
	assert_int_equal(lab->net->asked, 4);
	answer = ask_parent(lab, "other.tld.");
	assert_int_equal(answer.state, LOOKUP_FOUND);
	assert_int_equal(lab->net->asked, 4);
}

static void a_thousand_domains_share_one_look_up(void **state)
{
	struct lab *lab = *state;
	static struct cut_answer answers[1000];
	memset(answers, 0, sizeof(answers));
	for (unsigned int i = 0; i < 1000; i++) {
		char text[32];
		snprintf(text, sizeof(text), "d%u.tld.", i);
		struct name name = fake_name(text);
		assert_int_equal(resolver_parent(lab->resolver, name.octets, cut_done, &answers[i]),
				 OK);
	}
	fake_run(lab->net);
	assert_int_equal(lab->net->asked, 4);
	for (unsigned int i = 0; i < 1000; i++) {
		assert_int_equal(answers[i].calls, 1);
		assert_int_equal(answers[i].security, RESOLVER_SECURE);
	}
}

static void parent_that_does_not_exist(void **state)
{
	struct cut_answer answer = ask_parent(*state, "example.nowhere.");
	assert_int_equal(answer.state, LOOKUP_NXDOMAIN);
	answer = ask_parent(*state, "example.below.nowhere.");
	assert_int_equal(answer.state, LOOKUP_NXDOMAIN);
}

static void parent_behind_an_empty_non_terminal(void **state)
{
	struct lab *lab = *state;
	fake_record(lab->net, lab->tld, "x.y.z.tld. 300 IN A 192.0.2.77");
	struct cut_answer answer = ask_parent(lab, "x.y.z.tld.");
	assert_int_equal(answer.state, LOOKUP_FOUND);
	assert_true(name_equal(answer.zone.octets, fake_name("tld.").octets));
}

static void parent_and_child_on_the_same_servers(void **state)
{
	struct lab *lab = *state;
	struct fake_zone *co = fake_zone_add(lab->net, "co.tld.", 3,
					     "co.tld. 3600 IN NS a.nic.tld.\n"
					     "shop.co.tld. 3600 IN NS ns.shop.co.tld.\n"
					     "ns.shop.co.tld. 3600 IN A 192.0.2.50\n");
	fake_record(lab->net, lab->tld, "co.tld. 3600 IN NS a.nic.tld.");
	fake_delegate_securely(lab->net, lab->tld, co);
	fake_serve(lab->net, "192.0.2.1", co);
	fake_serve(lab->net, "192.0.2.2", co);
	fake_serve(lab->net, "2001:db8::2", co);
	struct cut_answer answer = ask_parent(lab, "shop.co.tld.");
	assert_int_equal(answer.state, LOOKUP_FOUND);
	assert_true(name_equal(answer.zone.octets, fake_name("co.tld.").octets));
	assert_int_equal(answer.security, RESOLVER_SECURE);
}

static void host_in_a_zone_without_glue_elsewhere(void **state)
{
	struct lab *lab = *state;
	struct fake_zone *op = add_domain(lab, "op.tld.", 0,
					  "op.tld. 3600 IN NS ns.op.tld.\n"
					  "ns.op.tld. 3600 IN A 192.0.2.10",
					  "op.tld. 3600 IN NS ns.op.tld.\n"
					  "ns.op.tld. 3600 IN A 192.0.2.10\n"
					  "ns.op.tld. 3600 IN AAAA 2001:db8::10\n");
	struct fake_zone *user = add_domain(lab, "user.tld.", 0, "user.tld. 3600 IN NS ns.op.tld.",
					    "www.user.tld. 300 IN A 192.0.2.99\n");
	fake_serve(lab->net, "192.0.2.10", op);
	fake_serve(lab->net, "2001:db8::10", op);
	fake_serve(lab->net, "192.0.2.10", user);
	fake_serve(lab->net, "2001:db8::10", user);
	struct host_answer answer = ask_host(lab, "www.user.tld.");
	assert_int_equal(answer.state, LOOKUP_FOUND);
	assert_int_equal(answer.count, 1);
	assert_true(has_address(&answer, "192.0.2.99"));
	answer = ask_host(lab, "ns.op.tld.");
	assert_int_equal(answer.count, 2);
	unsigned int asked = lab->net->asked;
	answer = ask_host(lab, "WWW.USER.tld.");
	assert_int_equal(answer.count, 1);
	assert_int_equal(lab->net->asked, asked);
}

static void host_states(void **state)
{
	struct lab *lab = *state;
	struct fake_zone *op = add_domain(lab, "op.tld.", 0,
					  "op.tld. 3600 IN NS ns.op.tld.\n"
					  "ns.op.tld. 3600 IN A 192.0.2.10",
					  "ns.op.tld. 3600 IN A 192.0.2.10\n"
					  "txt.op.tld. 300 IN TXT \"x\"\n"
					  "alias.op.tld. 300 IN CNAME ns.op.tld.\n"
					  "round.op.tld. 300 IN CNAME about.op.tld.\n"
					  "about.op.tld. 300 IN CNAME round.op.tld.\n");
	fake_serve(lab->net, "192.0.2.10", op);
	assert_int_equal(ask_host(lab, "txt.op.tld.").state, LOOKUP_NODATA);
	assert_int_equal(ask_host(lab, "gone.op.tld.").state, LOOKUP_NXDOMAIN);
	assert_int_equal(ask_host(lab, "very.far.gone.op.tld.").state, LOOKUP_NXDOMAIN);
	struct host_answer answer = ask_host(lab, "alias.op.tld.");
	assert_int_equal(answer.state, LOOKUP_FOUND);
	assert_true(answer.is_alias);
	assert_true(has_address(&answer, "192.0.2.10"));
	assert_int_equal(ask_host(lab, "round.op.tld.").state, LOOKUP_LIMIT);
	fake_behave(lab->net, "192.0.2.10", FAKE_SILENT);
	assert_int_equal(ask_host(lab, "late.op.tld.").state, LOOKUP_UNREACHABLE);
}

static void host_that_is_a_zone(void **state)
{
	struct lab *lab = *state;
	struct fake_zone *op = add_domain(lab, "op.tld.", 0,
					  "op.tld. 3600 IN NS ns.op.tld.\n"
					  "ns.op.tld. 3600 IN A 192.0.2.10",
					  "op.tld. 3600 IN A 192.0.2.11\n");
	fake_serve(lab->net, "192.0.2.10", op);
	struct host_answer answer = ask_host(lab, "op.tld.");
	assert_int_equal(answer.state, LOOKUP_FOUND);
	assert_true(has_address(&answer, "192.0.2.11"));
}

static void host_inside_the_zone_is_asked_at_its_glue(void **state)
{
	struct lab *lab = *state;
	struct fake_zone *op = add_domain(lab, "op.tld.", 0, "op.tld. 3600 IN NS ns.op.tld.",
					  "ns.op.tld. 3600 IN A 192.0.2.10\n");
	fake_serve(lab->net, "192.0.2.10", op);
	struct host_seen seen = {0};
	struct name name = fake_name("ns.op.tld."), zone = fake_name("op.tld.");
	struct address glue[] = {fake_address("192.0.2.200"), fake_address("192.0.2.10")};
	const struct host_question question = {name.octets, zone.octets, glue, 2};
	assert_int_equal(resolver_host(lab->resolver, &question, host_done, &seen), OK);
	fake_run(lab->net);
	assert_int_equal(seen.calls, 1);
	assert_int_equal(seen.answer.state, LOOKUP_FOUND);
	assert_in_range(lab->net->asked, 2, 4);
}

static void bad_servers_are_passed_over(void **state)
{
	static const enum fake_behaviour bad[] = {FAKE_SILENT, FAKE_REFUSES,   FAKE_FAILS,
						  FAKE_LAME,   FAKE_MALFORMED, FAKE_DEAD};
	struct lab *lab = *state;
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		lab->net->behaviour_count = 0;
		fake_behave(lab->net, "192.0.2.1", bad[i]);
		fake_behave(lab->net, "2001:db8::2", bad[i]);
		char text[32];
		snprintf(text, sizeof(text), "gone%u.tld.", i);
		assert_int_equal(ask_host(lab, text).state, LOOKUP_NXDOMAIN);
	}
}

/* Nobody is asked twice before all have been asked once, and who is known to be silent not at all.
 */
static void silent_servers_are_left_behind(void **state)
{
	for (uint64_t seed = 0; seed < 30; seed++) {
		void *own = NULL;
		set_up(&own);
		struct lab *lab = own;
		random_seeded(&lab->random, seed);
		fake_behave(lab->net, "192.0.2.1", FAKE_SILENT);
		fake_behave(lab->net, "2001:db8::2", FAKE_SILENT);
		for (unsigned int i = 0; i < 20; i++) {
			char text[32];
			snprintf(text, sizeof(text), "gone%u.tld.", i);
			assert_int_equal(ask_host(lab, text).state, LOOKUP_NXDOMAIN);
		}
		assert_int_equal(lab->net->asked_again, 0);
		/* A and AAAA at a time, before anything is known. */
		assert_in_range(lab->net->asked_silent, 0, 4);
		tear_down(&own);
	}
}

static void all_servers_silent(void **state)
{
	struct lab *lab = *state;
	assert_int_equal(ask_host(lab, "gone.tld.").state, LOOKUP_NXDOMAIN);
	fake_behave(lab->net, "192.0.2.1", FAKE_SILENT);
	fake_behave(lab->net, "192.0.2.2", FAKE_SILENT);
	fake_behave(lab->net, "2001:db8::2", FAKE_SILENT);
	assert_int_equal(ask_host(lab, "late.tld.").state, LOOKUP_UNREACHABLE);
	/* Two questions, three servers: each asked as often as a server may be. */
	assert_int_equal(lab->net->asked_silent, 2 * 3);
	assert_int_equal(lab->net->asked_again, 2 * 3 * (FAKE_ATTEMPTS - 1));
	/* And of the first that answers again there is an answer. */
	lab->net->behaviour_count = 0;
	pass_time(lab, 60);
	assert_int_equal(ask_host(lab, "late.tld.").state, LOOKUP_NXDOMAIN);
}

/* ---- cycles ---- */

static void add_cycle(struct lab *lab)
{
	struct fake_zone *a = add_domain(lab, "a.tld.", 0, "a.tld. 3600 IN NS ns.b.tld.",
					 "ns.a.tld. 3600 IN A 192.0.2.20\n");
	struct fake_zone *b = add_domain(lab, "b.tld.", 0, "b.tld. 3600 IN NS ns.a.tld.",
					 "ns.b.tld. 3600 IN A 192.0.2.20\n");
	fake_serve(lab->net, "192.0.2.20", a);
	fake_serve(lab->net, "192.0.2.20", b);
}

static void hosts_that_depend_on_each_other(void **state)
{
	struct lab *lab = *state;
	add_cycle(lab);
	assert_int_equal(ask_host(lab, "ns.a.tld.").state, LOOKUP_CYCLE);
	assert_int_equal(ask_host(lab, "ns.b.tld.").state, LOOKUP_CYCLE);
	assert_int_equal(ask_host(lab, "www.a.tld.").state, LOOKUP_CYCLE);
	assert_in_range(lab->net->asked, 3, 10);
}

static void a_name_server_inside_without_glue(void **state)
{
	struct lab *lab = *state;
	struct fake_zone *zone =
		add_domain(lab, "self.tld.", 0, "self.tld. 3600 IN NS ns.self.tld.",
			   "ns.self.tld. 3600 IN A 192.0.2.20\n");
	fake_serve(lab->net, "192.0.2.20", zone);
	assert_int_equal(ask_host(lab, "ns.self.tld.").state, LOOKUP_CYCLE);
}

/* A cycle with a way out is none, in whatever order the answers come and the questions are put. */
static void a_cycle_with_a_way_out(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 60; seed++) {
		void *own = NULL;
		set_up(&own);
		struct lab *lab = own;
		random_seeded(&lab->shuffle, seed);
		lab->net->shuffle = &lab->shuffle;
		struct fake_zone *a = add_domain(lab, "a.tld.", 0,
						 "a.tld. 3600 IN NS ns.b.tld.\n"
						 "a.tld. 3600 IN NS ns.good.tld.",
						 "ns.a.tld. 3600 IN A 192.0.2.20\n");
		struct fake_zone *b = add_domain(lab, "b.tld.", 0, "b.tld. 3600 IN NS ns.a.tld.",
						 "ns.b.tld. 3600 IN A 192.0.2.20\n");
		struct fake_zone *good = add_domain(lab, "good.tld.", 0,
						    "good.tld. 3600 IN NS ns.good.tld.\n"
						    "ns.good.tld. 3600 IN A 192.0.2.30",
						    "ns.good.tld. 3600 IN A 192.0.2.30\n");
		fake_serve(lab->net, "192.0.2.20", a);
		fake_serve(lab->net, "192.0.2.20", b);
		fake_serve(lab->net, "192.0.2.30", a);
		fake_serve(lab->net, "192.0.2.30", good);
		static const char *const hosts[] = {"ns.a.tld.", "ns.b.tld.", "ns.good.tld."};
		struct host_seen seen[3] = {0};
		for (unsigned int i = 0; i < 3; i++) {
			struct name name = fake_name(hosts[(i + seed) % 3]);
			const struct host_question question = {.name = name.octets};
			assert_int_equal(
				resolver_host(lab->resolver, &question, host_done, &seen[i]), OK);
		}
		fake_run(lab->net);
		for (unsigned int i = 0; i < 3; i++) {
			assert_int_equal(seen[i].calls, 1);
			assert_int_equal(seen[i].answer.state, LOOKUP_FOUND);
		}
		tear_down(&own);
	}
}

static void cycles_asked_all_at_once(void **state)
{
	(void)state;
	static const char *const hosts[] = {"ns.a.tld.", "ns.b.tld.", "www.a.tld.", "ns.self.tld."};
	for (uint64_t seed = 0; seed < 40; seed++) {
		void *own = NULL;
		set_up(&own);
		struct lab *lab = own;
		random_seeded(&lab->shuffle, seed);
		lab->net->shuffle = &lab->shuffle;
		add_cycle(lab);
		(void)add_domain(lab, "self.tld.", 0, "self.tld. 3600 IN NS ns.self.tld.", "");
		struct host_seen seen[4] = {0};
		for (unsigned int i = 0; i < 4; i++) {
			struct name name = fake_name(hosts[(i + seed) % 4]);
			const struct host_question question = {.name = name.octets};
			assert_int_equal(
				resolver_host(lab->resolver, &question, host_done, &seen[i]), OK);
		}
		fake_run(lab->net);
		for (unsigned int i = 0; i < 4; i++) {
			assert_int_equal(seen[i].calls, 1);
			assert_int_equal(seen[i].answer.state, LOOKUP_CYCLE);
		}
		tear_down(&own);
	}
}

/* ---- the malicious ---- */

/* NXNSAttack: a referral to thirty names that do not exist, in as many zones that point on. */
static void fan_out_is_bounded(void **state)
{
	struct lab *lab = *state;
	char line[128];
	for (unsigned int i = 0; i < 30; i++) {
		snprintf(line, sizeof(line), "evil.tld. 3600 IN NS n%u.deep%u.tld.", i, i);
		fake_record(lab->net, lab->tld, line);
	}
	struct host_answer answer = ask_host(lab, "www.evil.tld.");
	assert_int_not_equal(answer.state, LOOKUP_FOUND);
	assert_in_range(lab->net->asked, 3, 40);
}

/* Each name server's name lies one zone further. */
static void nesting_is_bounded(void **state)
{
	struct lab *lab = *state;
	char line[128];
	for (unsigned int i = 0; i < 20; i++) {
		snprintf(line, sizeof(line), "z%u.tld. 3600 IN NS ns.z%u.tld.", i, i + 1);
		fake_record(lab->net, lab->tld, line);
	}
	assert_int_equal(ask_host(lab, "www.z0.tld.").state, LOOKUP_LIMIT);
	assert_in_range(lab->net->asked, 5, LIMIT_QUERIES);
}

static void foreign_glue_is_not_believed(void **state)
{
	struct lab *lab = *state;
	struct fake_zone *op = add_domain(lab, "op.tld.", 0,
					  "op.tld. 3600 IN NS ns.op.tld.\n"
					  "ns.op.tld. 3600 IN A 192.0.2.10",
					  "sub.op.tld. 3600 IN NS ns.other.tld.\n"
					  "ns.op.tld. 3600 IN A 192.0.2.10\n");
	/* op.tld.'s server says where ns.other.tld. is, which is not its business. */
	fake_record(lab->net, op, "ns.other.tld. 3600 IN A 192.0.2.66");
	struct fake_zone *trap =
		fake_zone_add(lab->net, "sub.op.tld.", 0, "www.sub.op.tld. 300 IN A 192.0.2.67\n");
	fake_serve(lab->net, "192.0.2.10", op);
	fake_serve(lab->net, "192.0.2.66", trap);
	assert_int_equal(ask_host(lab, "www.sub.op.tld.").state, LOOKUP_UNREACHABLE);
}

/* ---- the chain of trust ---- */

static void an_insecure_delegation(void **state)
{
	struct lab *lab = *state;
	struct fake_zone *zone = add_domain(lab, "plain.tld.", 0,
					    "plain.tld. 3600 IN NS ns.plain.tld.\n"
					    "ns.plain.tld. 3600 IN A 192.0.2.10",
					    "www.plain.tld. 300 IN A 192.0.2.99\n");
	fake_serve(lab->net, "192.0.2.10", zone);
	struct cut_answer answer = ask_parent(lab, "sub.plain.tld.");
	assert_int_equal(answer.security, RESOLVER_INSECURE);
	struct lookup_seen seen = ask_lookup(lab, "www.plain.tld.", TYPE_A);
	assert_int_equal(seen.state, LOOKUP_FOUND);
	assert_int_equal(seen.security, RESOLVER_INSECURE);
}

static void add_signed(struct lab *lab, struct fake_zone **ret_zone)
{
	*ret_zone = add_domain(lab, "signed.tld.", 5,
			       "signed.tld. 3600 IN NS ns.signed.tld.\n"
			       "ns.signed.tld. 3600 IN A 192.0.2.10",
			       "www.signed.tld. 300 IN A 192.0.2.99\n"
			       "to.signed.tld. 300 IN CNAME www.signed.tld.\n"
			       "ns.signed.tld. 3600 IN A 192.0.2.10\n");
	fake_serve(lab->net, "192.0.2.10", *ret_zone);
}

static void look_ups_in_a_signed_zone(void **state)
{
	struct lab *lab = *state;
	struct fake_zone *zone;
	add_signed(lab, &zone);
	struct lookup_seen seen = ask_lookup(lab, "www.signed.tld.", TYPE_A);
	assert_string_equal(seen.reason, "");
	assert_int_equal(seen.state, LOOKUP_FOUND);
	assert_int_equal(seen.security, RESOLVER_SECURE);
	seen = ask_lookup(lab, "to.signed.tld.", TYPE_A);
	assert_int_equal(seen.state, LOOKUP_FOUND);
	assert_int_equal(seen.security, RESOLVER_SECURE);
	seen = ask_lookup(lab, "www.signed.tld.", TYPE_AAAA);
	assert_int_equal(seen.state, LOOKUP_NODATA);
	assert_int_equal(seen.security, RESOLVER_SECURE);
	seen = ask_lookup(lab, "gone.signed.tld.", TYPE_A);
	assert_int_equal(seen.state, LOOKUP_NXDOMAIN);
	assert_int_equal(seen.security, RESOLVER_SECURE);
	seen = ask_lookup(lab, "signed.tld.", TYPE_DS);
	assert_int_equal(seen.state, LOOKUP_FOUND);
	assert_int_equal(seen.security, RESOLVER_SECURE);
	seen = ask_lookup(lab, "tld.", TYPE_SOA);
	assert_int_equal(seen.security, RESOLVER_SECURE);
}

static void bogus_zones(void **state)
{
	struct lab *lab = *state;
	struct fake_zone *zone;
	add_signed(lab, &zone);
	/* The chain is sound when it is learnt; then the answers go bad. */
	assert_int_equal(ask_lookup(lab, "www.signed.tld.", TYPE_A).security, RESOLVER_SECURE);
	zone->has_bad_signatures = true;
	struct lookup_seen seen = ask_lookup(lab, "www.signed.tld.", TYPE_A);
	assert_int_equal(seen.state, LOOKUP_BOGUS);
	assert_string_equal(seen.reason, "the signature over www.signed.tld. A by key 60198 of "
					 "signed.tld. does not verify");
	zone->has_bad_signatures = false;
	zone->expires_s = FAKE_NOW_S - 1;
	seen = ask_lookup(lab, "www.signed.tld.", TYPE_A);
	assert_int_equal(seen.state, LOOKUP_BOGUS);
	assert_string_equal(seen.reason, "the signature over www.signed.tld. A by key 60198 of "
					 "signed.tld. expired 2023-11-14T22:13:19Z");
	zone->expires_s = FAKE_NOW_S + 86400;
	zone->without_denial = true;
	seen = ask_lookup(lab, "gone.signed.tld.", TYPE_A);
	assert_int_equal(seen.state, LOOKUP_BOGUS);
	assert_string_equal(seen.reason, "the reply for gone.signed.tld. A has neither data nor "
					 "NSEC or NSEC3 to prove that there is none");
}

static void a_bogus_chain(void **state)
{
	struct lab *lab = *state;
	struct fake_zone *zone;
	add_signed(lab, &zone);
	lab->tld->has_bad_signatures = true;
	struct cut_answer answer = ask_parent(lab, "example.tld.");
	assert_int_equal(answer.state, LOOKUP_FOUND);
	assert_int_equal(answer.security, RESOLVER_BOGUS);
	assert_string_not_equal(answer.reason, "");
	/* Hosts are found all the same: an audit looks at what a bogus zone serves, too. */
	assert_int_equal(ask_host(lab, "www.signed.tld.").state, LOOKUP_FOUND);
	/* And what is mended is seen to be. */
	lab->tld->has_bad_signatures = false;
	pass_time(lab, 60);
	answer = ask_parent(lab, "example.tld.");
	assert_int_equal(answer.security, RESOLVER_SECURE);
}

static void without_anchors_nothing_is_certain(void **state)
{
	struct lab *lab = *state;
	resolver_free(lab->resolver);
	lab->anchor = (struct record){0};
	lab_resolver(lab, 0);
	struct cut_answer answer = ask_parent(lab, "example.tld.");
	assert_int_equal(answer.state, LOOKUP_FOUND);
	assert_int_equal(answer.security, RESOLVER_INDETERMINATE);
	assert_string_equal(answer.reason, "no trust anchor stands on the way down");
}

/* ---- limits, ends ---- */

static void a_small_cache_forgets_and_finds_again(void **state)
{
	struct lab *lab = *state;
	resolver_free(lab->resolver);
	lab_resolver(lab, 8);
	for (unsigned int i = 0; i < 100; i++) {
		char text[32];
		snprintf(text, sizeof(text), "h%u.x%u.tld.", i, i);
		assert_int_equal(ask_host(lab, text).state, LOOKUP_NXDOMAIN);
	}
	assert_int_equal(ask_parent(lab, "example.tld.").security, RESOLVER_SECURE);
}

static void hold_done(void *context, enum lookup_state state, struct cut *cut)
{
	assert_int_equal(state, LOOKUP_FOUND);
	*(struct cut **)context = cut_hold(cut);
}

static void what_is_held_stays(void **state)
{
	struct lab *lab = *state;
	struct cut *held = NULL;
	struct name name = fake_name("example.tld.");
	assert_int_equal(resolver_parent(lab->resolver, name.octets, hold_done, &held), OK);
	fake_run(lab->net);
	/* After a day everything is found anew. */
	unsigned int asked = lab->net->asked;
	pass_time(lab, 90000);
	assert_int_equal(ask_parent(lab, "example.tld.").security, RESOLVER_SECURE);
	assert_int_equal(lab->net->asked, asked + 4);
	assert_int_equal(held->security, RESOLVER_SECURE);
	assert_int_equal(held->server_count, 3);
	assert_true(name_equal(held->dnskeys->owner, held->zone));
	cut_release(held);
}

static void a_transport_that_takes_no_more(void **state)
{
	struct lab *lab = *state;
	lab->net->fail_after = 1;
	assert_int_equal(ask_host(lab, "www.example.tld.").state, LOOKUP_LIMIT);
	lab->net->fail_after = 0;
	pass_time(lab, 2);
	assert_int_equal(ask_host(lab, "www.example.tld.").state, LOOKUP_NXDOMAIN);
}

static void freed_in_the_middle(void **state)
{
	struct lab *lab = *state;
	for (unsigned int turns = 0; turns < 12; turns++) {
		struct cut_answer cut = {0};
		struct host_seen host = {0};
		struct lookup_seen lookup = {0};
		struct name name = fake_name("www.example.tld.");
		const struct host_question question = {.name = name.octets};
		const struct lookup_question look_up = {.name = name.octets,
							.type = TYPE_A,
							.done = lookup_done,
							.context = &lookup};
		assert_int_equal(resolver_parent(lab->resolver, name.octets, cut_done, &cut), OK);
		assert_int_equal(resolver_host(lab->resolver, &question, host_done, &host), OK);
		assert_int_equal(resolver_lookup(lab->resolver, &look_up), OK);
		for (unsigned int i = 0; i < turns; i++)
			assert_int_equal(loop_turn(lab->loop, 0), OK);
		resolver_free(lab->resolver);
		assert_int_equal(cut.calls, 1);
		assert_int_equal(host.calls, 1);
		assert_int_equal(lookup.calls, 1);
		fake_run(lab->net);
		lab_resolver(lab, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(parent_of_a_domain_is_found_and_secure),
		TEST(a_thousand_domains_share_one_look_up),
		TEST(parent_that_does_not_exist),
		TEST(parent_behind_an_empty_non_terminal),
		TEST(parent_and_child_on_the_same_servers),
		TEST(host_in_a_zone_without_glue_elsewhere),
		TEST(host_states),
		TEST(host_that_is_a_zone),
		TEST(host_inside_the_zone_is_asked_at_its_glue),
		TEST(bad_servers_are_passed_over),
		TEST(silent_servers_are_left_behind),
		TEST(all_servers_silent),
		TEST(hosts_that_depend_on_each_other),
		TEST(a_name_server_inside_without_glue),
		cmocka_unit_test(a_cycle_with_a_way_out),
		cmocka_unit_test(cycles_asked_all_at_once),
		TEST(fan_out_is_bounded),
		TEST(nesting_is_bounded),
		TEST(foreign_glue_is_not_believed),
		TEST(an_insecure_delegation),
		TEST(look_ups_in_a_signed_zone),
		TEST(bogus_zones),
		TEST(a_bogus_chain),
		TEST(without_anchors_nothing_is_certain),
		TEST(a_small_cache_forgets_and_finds_again),
		TEST(what_is_held_stays),
		TEST(a_transport_that_takes_no_more),
		TEST(freed_in_the_middle),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
