/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A scan in a network of tables: a signed root, a signed tld., an operator with two name servers
 * (op.tld., two addresses each), and whatever domains a test adds. Include it once.
 */
#ifndef TESTS_UNIT_SCAN_LAB_H
#define TESTS_UNIT_SCAN_LAB_H

#include "dns/resolver/fake_net.h"
#include "gather/scan/scan.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct lab {
	uint64_t now_ns;
	struct clock clock;
	struct random random;
	struct random shuffle;
	struct arena arena; /* of `seen` */
	struct loop *loop;
	struct transport *net;
	struct verifier *verifier;
	struct resolver *resolver;
	struct scan *scan;
	struct fake_zone *root, *tld, *op;
	struct record anchor;
	struct observation seen; /* the last one */
	unsigned int done;
	unsigned int (*again)(struct lab *lab); /* called from within done; may be NULL */
};

static void lab_done(void *context, const struct observation *observation)
{
	struct lab *lab = context;
	lab->done++;
	/* Through the binary form and back: what judges will read. */
	FAKE_MEMORY_HOLDS();
	size_t room = observation_encoded_max(observation), size;
	uint8_t *octets = arena_take_octets(&lab->arena, room);
	assert_non_null(octets);
	assert_int_equal(observation_encode(observation, octets, room, &size), OK);
	struct complaint complaint = {""};
	if (observation_decode(&lab->arena, octets, size, &lab->seen, &complaint) != OK)
		fail_msg("%s", complaint.text);
	FAKE_MEMORY_FAILS();
	if (lab->again != NULL)
		(void)lab->again(lab);
}

static inline void lab_scan_keeping(struct lab *lab, unsigned int needs, uint32_t in_flight,
				    uint32_t servers_kept)
{
	const struct scan_settings settings = {
		.needs = needs,
		.servers_kept = servers_kept,
		.domains_in_flight = in_flight,
		.vantage = "laboratory",
		.random = &lab->random,
		.clock = &lab->clock,
	};
	assert_int_equal(
		scan_new(&(struct scan_tools){lab->loop, lab->net, lab->resolver, lab->verifier},
			 &settings, lab_done, lab, &lab->scan),
		OK);
}

static inline void lab_scan(struct lab *lab, unsigned int needs, uint32_t in_flight)
{
	lab_scan_keeping(lab, needs, in_flight, 0);
}

static void lab_add_zones(struct lab *lab)
{
	struct transport *net = lab->net;
	lab->root = fake_zone_add(net, ".", 1,
				  "tld. 3600 IN NS a.nic.tld.\n"
				  "a.nic.tld. 3600 IN A 192.0.2.1\n");
	lab->tld = fake_zone_add(net, "tld.", 2,
				 "tld. 3600 IN NS a.nic.tld.\n"
				 "a.nic.tld. 3600 IN A 192.0.2.1\n"
				 "op.tld. 3600 IN NS ns1.op.tld.\n"
				 "ns1.op.tld. 3600 IN A 192.0.2.11\n");
	lab->op = fake_zone_add(net, "op.tld.", 0,
				"op.tld. 3600 IN NS ns1.op.tld.\n"
				"alias.op.tld. 3600 IN CNAME ns1.op.tld.\n"
				"empty.op.tld. 3600 IN TXT \"-\"\n"
				"ns1.op.tld. 3600 IN A 192.0.2.11\n"
				"ns1.op.tld. 3600 IN AAAA 2001:db8::11\n"
				"ns2.op.tld. 3600 IN A 192.0.2.12\n"
				"ns2.op.tld. 3600 IN AAAA 2001:db8::12\n");
	fake_delegate_securely(net, lab->root, lab->tld);
	fake_serve(net, "198.41.0.4", lab->root);
	fake_serve(net, "192.0.2.1", lab->tld);
	fake_serve(net, "192.0.2.11", lab->op);
	for (size_t i = 0; i < lab->root->count; i++) {
		if (lab->root->records[i].type == TYPE_DNSKEY)
			lab->anchor = lab->root->records[i];
	}
}

static int set_up(void **state)
{
	struct lab *lab = calloc(1, sizeof(*lab));
	assert_non_null(lab);
	lab->now_ns = 1000000000;
	lab->clock = (struct clock){fake_monotonic_ns, fake_wall_s, &lab->now_ns};
	random_seeded(&lab->random, 7);
	arena_init(&lab->arena, 64 << 20, 65536);
	assert_int_equal(loop_new(&lab->clock, &lab->loop), OK);
	assert_int_equal(transport_new(lab->loop, NULL, NULL, &lab->net, NULL), OK);
	lab->verifier = verifier_new(NULL, &lab->random);
	assert_non_null(lab->verifier);
	lab_add_zones(lab);
	struct address hint = fake_address("198.41.0.4");
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
	lab_scan(lab, NEED_ALL_DEFAULT, 0);
	*state = lab;
	return 0;
}

static int tear_down(void **state)
{
	struct lab *lab = *state;
	scan_free(lab->scan);
	resolver_free(lab->resolver);
	transport_free(lab->net);
	verifier_free(lab->verifier);
	loop_free(lab->loop);
	arena_release(&lab->arena);
	free(lab);
	return 0;
}

/* A domain on both name servers of the operator: four addresses. */
static inline struct fake_zone *lab_domain(struct lab *lab, const char *name, uint64_t seed)
{
	static const char *const addresses[] = {"192.0.2.11", "2001:db8::11", "192.0.2.12",
						"2001:db8::12"};
	char text[512];
	snprintf(text, sizeof(text),
		 "%s 3600 IN NS ns1.op.tld.\n%s 3600 IN NS ns2.op.tld.\n"
		 "%s 300 IN A 192.0.2.99\n%s 300 IN MX 10 mail.%s\n",
		 name, name, name, name, name);
	struct fake_zone *zone = fake_zone_add(lab->net, name, seed, text);
	for (unsigned int i = 1; i <= 2; i++) {
		snprintf(text, sizeof(text), "%s 3600 IN NS ns%u.op.tld.", name, i);
		fake_record(lab->net, lab->tld, text);
	}
	if (seed != 0)
		fake_delegate_securely(lab->net, lab->tld, zone);
	for (unsigned int i = 0; i < 4; i++)
		fake_serve(lab->net, addresses[i], zone);
	return zone;
}

/* Longer than the pause before a second look. */
static inline void lab_wait(struct lab *lab)
{
	lab->now_ns += UINT64_C(4) * 1000000000;
	fake_run(lab->net);
}

static inline const struct observation *lab_look(struct lab *lab, const char *domain)
{
	struct name name = fake_name(domain);
	unsigned int done = lab->done;
	assert_int_equal(scan_domain(lab->scan, name.octets), OK);
	assert_int_equal(lab->done, done);
	fake_run(lab->net);
	/* Servers in trouble get a second look after a pause; at most three pauses in a plan. */
	for (unsigned int pauses = 0; lab->done == done && pauses < 3; pauses++)
		lab_wait(lab);
	assert_int_equal(lab->done, done + 1);
	assert_int_equal(scan_in_flight(lab->scan), 0);
	assert_false(lab->seen.cut_short);
	return &lab->seen;
}

static inline const struct host *lab_host(const struct lab *lab, const char *text)
{
	struct name name = fake_name(text);
	for (unsigned int i = 0; i < lab->seen.host_count; i++) {
		if (name_equal(lab->seen.hosts[i].name, name.octets))
			return &lab->seen.hosts[i];
	}
	return NULL;
}

static inline int lab_server(const struct lab *lab, const char *text)
{
	struct ip ip;
	assert_int_equal(ip_from_text(text, &ip), OK);
	for (int i = 0; i < lab->seen.server_count; i++) {
		if (memcmp(&lab->seen.servers[i].ip, &ip, sizeof(ip)) == 0)
			return i;
	}
	return -1;
}

static inline const struct exchange *lab_exchange(const struct lab *lab, int server, uint16_t type,
						  enum transport_kind transport)
{
	for (unsigned int i = 0; i < lab->seen.exchange_count; i++) {
		const struct exchange *exchange = &lab->seen.exchanges[i];
		if (exchange->server == server && exchange->type == type &&
		    exchange->transport == transport)
			return exchange;
	}
	return NULL;
}

static inline unsigned int lab_exchanges(const struct lab *lab, int server)
{
	unsigned int count = 0;
	for (unsigned int i = 0; i < lab->seen.exchange_count; i++)
		count += lab->seen.exchanges[i].server == server;
	return count;
}

#endif
