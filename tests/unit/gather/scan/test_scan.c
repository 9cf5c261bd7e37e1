/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an observation holds after a domain went through the stages. */
#include "gather/scan/scan_lab.h"

static const uint16_t asked_of_all[] = {TYPE_SOA,     TYPE_NS,    TYPE_DNSKEY, TYPE_CDS,
					TYPE_CDNSKEY, TYPE_CSYNC, TYPE_A};

static void a_signed_domain_is_seen_whole(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "good.tld.", 9);
	const struct observation *seen = lab_look(lab, "Good.TLD.");
	assert_true(name_equal_exactly(seen->domain, fake_name("good.tld.").octets));
	assert_null(seen->not_measured);
	assert_string_equal(seen->vantage, "laboratory");
	assert_int_equal(seen->started_s, FAKE_NOW_S);
	assert_int_equal(seen->delegation, DELEGATION_FOUND);
	assert_int_equal(seen->parent_security, SECURITY_SECURE);
	assert_int_equal(seen->ds_security, SECURITY_SECURE);
	assert_true(name_equal(seen->parent, fake_name("tld.").octets));
	assert_int_equal(seen->host_count, 2);
	assert_int_equal(lab_host(lab, "ns1.op.tld.")->flags, HOST_AT_PARENT | HOST_AT_CHILD);
	assert_int_equal(lab_host(lab, "ns2.op.tld.")->state, HOST_RESOLVED);
	assert_int_equal(seen->server_count, 4);
	for (unsigned int i = 0; i < 4; i++) {
		assert_true(seen->servers[i].asked);
		for (unsigned int j = 0; j < sizeof(asked_of_all) / sizeof(asked_of_all[0]); j++)
			assert_non_null(lab_exchange(lab, (int)i, asked_of_all[j], TRANSPORT_UDP));
		const struct exchange *tcp = lab_exchange(lab, (int)i, TYPE_SOA, TRANSPORT_TCP);
		assert_non_null(tcp);
		assert_int_equal(tcp->flags & EXCHANGE_SHARED, EXCHANGE_SHARED);
		assert_int_equal(tcp->outcome, OUTCOME_ANSWER);
	}
	/* 7 questions and TCP at each, AAAA, MX, TXT, CAA at one, the parent's. */
	assert_int_equal(seen->exchange_count, 4 * 8 + 4 + 1);
	assert_int_equal(seen->parent_exchange, 0);
	assert_int_equal(seen->exchanges[0].server, SERVER_PARENT);
	/* Answers are the same everywhere: kept once. The TCP answer is without DNSSEC. */
	assert_int_equal(seen->message_count, 1 + 7 + 4 + 1);
}

static void every_signature_is_proven_once(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "good.tld.", 9);
	const struct observation *seen = lab_look(lab, "good.tld.");
	/* SOA, NS, DNSKEY, A, MX: one each; CDS, CDNSKEY, CSYNC, AAAA, TXT, CAA: SOA and NSEC. */
	assert_int_equal(seen->proof_count, 5 + 6 * 2);
	for (unsigned int i = 0; i < seen->proof_count; i++) {
		const struct proof *proof = &seen->proofs[i];
		assert_int_equal(proof->result, SIGNATURE_GOOD);
		assert_true(proof->key_is_sep);
		struct message message;
		const struct kept_message *kept = &seen->messages[proof->message];
		assert_int_equal(message_walk(&lab->arena, kept->wire, kept->size, &message), OK);
		assert_in_range(proof->record, 0, message.record_count - 1);
		assert_int_equal(message.records[proof->record].type, TYPE_RRSIG);
		const struct kept_message *keys = &seen->messages[proof->key_message];
		assert_int_equal(message_walk(&lab->arena, keys->wire, keys->size, &message), OK);
		assert_int_equal(message.question_type, TYPE_DNSKEY);
	}
}

static void wrong_signatures_are_proven_wrong(void **state)
{
	struct lab *lab = *state;
	lab_domain(lab, "bad.tld.", 9)->has_bad_signatures = true;
	const struct observation *seen = lab_look(lab, "bad.tld.");
	assert_int_equal(seen->ds_security, SECURITY_SECURE);
	assert_int_equal(seen->proof_count, 17);
	for (unsigned int i = 0; i < seen->proof_count; i++)
		assert_int_equal(seen->proofs[i].result, SIGNATURE_BAD);
}

static void an_unsigned_domain(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "plain.tld.", 0);
	const struct observation *seen = lab_look(lab, "plain.tld.");
	assert_int_equal(seen->delegation, DELEGATION_FOUND);
	assert_int_equal(seen->ds_security, SECURITY_INSECURE);
	assert_int_equal(seen->proof_count, 0);
	assert_int_equal(seen->exchange_count, 37);
}

static void proofs_of_the_delegation_that_are_not(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "plain.tld.", 0);
	(void)lab_domain(lab, "good.tld.", 9);
	/* So that the parent's keys are sound and its later signatures are not. */
	assert_int_equal(lab_look(lab, "good.tld.")->ds_security, SECURITY_SECURE);
	lab->tld->without_denial = true;
	const struct observation *seen = lab_look(lab, "plain.tld.");
	assert_int_equal(seen->ds_security, SECURITY_BOGUS);
	/* It asked once more, for the DS set itself. */
	assert_non_null(lab_exchange(lab, SERVER_PARENT, TYPE_DS, TRANSPORT_UDP));
	assert_int_equal(seen->parent_exchange, 0);
	lab->tld->has_bad_signatures = true;
	assert_int_equal(lab_look(lab, "good.tld.")->ds_security, SECURITY_BOGUS);
}

static void domains_that_are_not_delegated(void **state)
{
	struct lab *lab = *state;
	fake_record(lab->net, lab->tld, "host.tld. 300 IN A 192.0.2.88");
	fake_record(lab->net, lab->tld, "alias.tld. 300 IN CNAME host.tld.");
	assert_int_equal(lab_look(lab, "gone.tld.")->delegation, DELEGATION_NXDOMAIN);
	assert_int_equal(lab->seen.exchange_count, 1);
	assert_int_equal(lab_look(lab, "host.tld.")->delegation, DELEGATION_NODATA);
	assert_int_equal(lab_look(lab, "alias.tld.")->delegation, DELEGATION_NODATA);
	assert_int_equal(lab_look(lab, "gone.nowhere.")->delegation, DELEGATION_NXDOMAIN);
	assert_null(lab->seen.parent);
	assert_int_equal(lab->seen.parent_exchange, MESSAGE_NONE);
}

/* A second server of tld. that has another version of the zone. */
static struct fake_zone *second_tld(struct lab *lab)
{
	struct fake_zone *zone = fake_zone_add(lab->net, "tld.", 2,
					       "tld. 3600 IN NS a.nic.tld.\n"
					       "tld. 3600 IN NS b.nic.tld.\n"
					       "a.nic.tld. 3600 IN A 192.0.2.1\n"
					       "b.nic.tld. 3600 IN A 192.0.2.2\n"
					       "op.tld. 3600 IN NS ns1.op.tld.\n"
					       "ns1.op.tld. 3600 IN A 192.0.2.11\n");
	fake_record(lab->net, lab->root, "tld. 3600 IN NS b.nic.tld.");
	fake_record(lab->net, lab->root, "b.nic.tld. 3600 IN A 192.0.2.2");
	fake_record(lab->net, lab->tld, "tld. 3600 IN NS b.nic.tld.");
	fake_serve(lab->net, "192.0.2.2", zone);
	return zone;
}

static unsigned int parents_asked(const struct lab *lab, uint16_t type)
{
	unsigned int count = 0;
	for (unsigned int i = 0; i < lab->seen.exchange_count; i++)
		count += lab->seen.exchanges[i].server == SERVER_PARENT &&
			 lab->seen.exchanges[i].type == type;
	return count;
}

/* Whichever is asked first: the delegation is believed, and both answers are there to be seen. */
static void a_parent_server_that_lags_behind(void **state)
{
	struct lab *lab = *state;
	(void)second_tld(lab);
	(void)lab_domain(lab, "good.tld.", 9);
	(void)lab_domain(lab, "plain.tld.", 0);
	unsigned int contradicted = 0;
	for (unsigned int i = 0; i < 16; i++) {
		const struct observation *seen = lab_look(lab, "good.tld.");
		assert_int_equal(seen->delegation, DELEGATION_FOUND);
		assert_int_equal(seen->ds_security, SECURITY_SECURE);
		assert_int_equal(seen->parent_server.octets[3], 1);
		contradicted += parents_asked(lab, TYPE_NS) == 2;
		assert_int_equal(seen->parent_exchange, parents_asked(lab, TYPE_NS) - 1);
	}
	assert_in_range(contradicted, 1, 15);
	/* Whoever knows nothing of the delegation would prove that it has no DS. */
	lab->tld->without_denial = true;
	contradicted = 0;
	for (unsigned int i = 0; i < 16; i++) {
		(void)lab_look(lab, "plain.tld.");
		assert_int_equal(parents_asked(lab, TYPE_DS), 1);
		if (parents_asked(lab, TYPE_NS) == 1)
			continue;
		contradicted++;
		assert_int_equal(lab->seen.parent_server.octets[3], 1);
		assert_int_equal(lab->seen.ds_security, SECURITY_BOGUS);
	}
	assert_in_range(contradicted, 1, 15);
}

static void a_denial_takes_two(void **state)
{
	struct lab *lab = *state;
	struct fake_zone *other = second_tld(lab);
	fake_record(lab->net, other, "half.tld. 300 IN A 192.0.2.88");
	for (unsigned int i = 0; i < 16; i++) {
		assert_int_equal(lab_look(lab, "gone.tld.")->delegation, DELEGATION_NXDOMAIN);
		assert_int_equal(parents_asked(lab, TYPE_NS), 2);
		assert_int_equal(lab->seen.parent_exchange, 1);
		assert_int_equal(lab_look(lab, "half.tld.")->delegation, DELEGATION_NODATA);
		assert_int_equal(lab->seen.parent_server.octets[3], 2);
	}
}

/* Nobody else is there to ask. */
static void a_denial_without_a_second_answer(void **state)
{
	struct lab *lab = *state;
	(void)second_tld(lab);
	fake_behave(lab->net, "192.0.2.2", FAKE_SILENT);
	for (unsigned int i = 0; i < 8; i++) {
		const struct observation *seen = lab_look(lab, "gone.tld.");
		assert_int_equal(seen->delegation, DELEGATION_NXDOMAIN);
		assert_null(seen->not_measured);
		assert_int_equal(parents_asked(lab, TYPE_NS), 2);
		assert_int_equal(seen->parent_server.octets[3], 1);
		assert_int_equal(seen->exchanges[seen->parent_exchange].outcome, OUTCOME_ANSWER);
	}
}

static void a_parent_that_cannot_be_asked(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "good.tld.", 9);
	fake_behave(lab->net, "192.0.2.1", FAKE_SILENT);
	const struct observation *seen = lab_look(lab, "good.tld.");
	assert_int_equal(seen->delegation, DELEGATION_UNKNOWN);
	assert_non_null(seen->not_measured);
	fake_behave(lab->net, "198.41.0.4", FAKE_SILENT);
	assert_non_null(lab_look(lab, "good.other.")->not_measured);
}

static void parent_and_child_on_the_same_servers(void **state)
{
	struct lab *lab = *state;
	struct fake_zone *zone =
		fake_zone_add(lab->net, "gov.tld.", 9, "gov.tld. 300 IN NS a.nic.tld.\n");
	fake_record(lab->net, lab->tld, "gov.tld. 300 IN NS a.nic.tld.");
	fake_delegate_securely(lab->net, lab->tld, zone);
	fake_serve(lab->net, "192.0.2.1", zone);
	const struct observation *seen = lab_look(lab, "gov.tld.");
	assert_int_equal(seen->delegation, DELEGATION_SERVED_BY_PARENT);
	assert_int_equal(seen->ds_security, SECURITY_SECURE);
	assert_int_equal(seen->server_count, 1);
	assert_int_equal(lab_host(lab, "a.nic.tld.")->flags, HOST_AT_PARENT | HOST_AT_CHILD);
}

/* ---- name servers ---- */

static void name_servers_in_all_states(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "many.tld.", 0);
	static const char *const lines[] = {
		"many.tld. 3600 IN NS gone.op.tld.",  "many.tld. 3600 IN NS empty.op.tld.",
		"many.tld. 3600 IN NS alias.op.tld.", "many.tld. 3600 IN NS ns.x.tld.",
		"x.tld. 3600 IN NS ns.y.tld.",        "y.tld. 3600 IN NS ns.x.tld.",
		"many.tld. 3600 IN NS ns.z.tld.",     "z.tld. 3600 IN NS ns.z.tld.",
		"ns.z.tld. 3600 IN A 192.0.2.250",
	};
	for (unsigned int i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		fake_record(lab->net, lab->tld, lines[i]);
	(void)lab_look(lab, "many.tld.");
	assert_int_equal(lab_host(lab, "gone.op.tld.")->state, HOST_NXDOMAIN);
	assert_int_equal(lab_host(lab, "empty.op.tld.")->state, HOST_NO_ADDRESS);
	assert_int_equal(lab_host(lab, "alias.op.tld.")->state, HOST_RESOLVED);
	assert_int_equal(lab_host(lab, "alias.op.tld.")->flags, HOST_AT_PARENT | HOST_IS_ALIAS);
	assert_int_equal(lab_host(lab, "ns.x.tld.")->state, HOST_CYCLE);
	assert_int_equal(lab_host(lab, "ns.z.tld.")->state, HOST_UNREACHABLE);
	assert_int_equal(lab_host(lab, "ns1.op.tld.")->state, HOST_RESOLVED);
}

/* ns1 inside has right glue, ns2 wrong glue, ns3 none; all three exist in the zone. */
static void name_servers_inside(void **state)
{
	struct lab *lab = *state;
	struct fake_zone *zone = fake_zone_add(lab->net, "in.tld.", 0,
					       "in.tld. 300 IN NS ns1.in.tld.\n"
					       "in.tld. 300 IN NS ns2.in.tld.\n"
					       "in.tld. 300 IN NS ns3.in.tld.\n"
					       "ns1.in.tld. 300 IN A 192.0.2.31\n"
					       "ns2.in.tld. 300 IN A 192.0.2.32\n"
					       "ns3.in.tld. 300 IN A 192.0.2.33\n");
	static const char *const lines[] = {
		"in.tld. 3600 IN NS ns1.in.tld.",    "in.tld. 3600 IN NS ns2.in.tld.",
		"in.tld. 3600 IN NS ns3.in.tld.",    "ns1.in.tld. 3600 IN A 192.0.2.31",
		"ns2.in.tld. 3600 IN A 192.0.2.222",
	};
	for (unsigned int i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		fake_record(lab->net, lab->tld, lines[i]);
	fake_serve(lab->net, "192.0.2.31", zone);
	fake_serve(lab->net, "192.0.2.32", zone);
	fake_serve(lab->net, "192.0.2.33", zone);
	const struct observation *seen = lab_look(lab, "in.tld.");
	assert_int_equal(seen->server_count, 4);
	const int wrong = lab_server(lab, "192.0.2.222");
	assert_true(wrong >= 0);
	assert_false(seen->servers[wrong].asked);
	assert_int_equal(lab_exchanges(lab, wrong), 0);
	for (unsigned int i = 1; i <= 3; i++) {
		char text[32];
		snprintf(text, sizeof(text), "192.0.2.3%u", i);
		const int right = lab_server(lab, text);
		assert_true(right >= 0 && seen->servers[right].asked);
	}
	assert_int_equal(lab_host(lab, "ns1.in.tld.")->glue_count, 1);
	assert_int_equal(lab_host(lab, "ns3.in.tld.")->glue_count, 0);
}

/* The zone cannot be asked for its own servers' addresses: the glue is what is asked. */
static void glue_is_asked_when_nothing_else_is_known(void **state)
{
	struct lab *lab = *state;
	fake_record(lab->net, lab->tld, "dark.tld. 3600 IN NS ns1.dark.tld.");
	fake_record(lab->net, lab->tld, "ns1.dark.tld. 3600 IN A 192.0.2.44");
	const struct observation *seen = lab_look(lab, "dark.tld.");
	assert_int_equal(lab_host(lab, "ns1.dark.tld.")->state, HOST_UNREACHABLE);
	assert_int_equal(seen->server_count, 1);
	assert_true(seen->servers[0].asked);
	assert_int_equal(lab_exchanges(lab, 0), 1);
	assert_int_equal(lab_exchange(lab, 0, TYPE_SOA, TRANSPORT_UDP)->outcome, OUTCOME_TIMEOUT);
}

static void name_servers_that_only_the_zone_names(void **state)
{
	struct lab *lab = *state;
	struct fake_zone *zone = lab_domain(lab, "more.tld.", 0);
	fake_record(lab->net, zone, "more.tld. 300 IN NS ns9.more.tld.");
	fake_record(lab->net, zone, "more.tld. 300 IN NS gone.op.tld.");
	fake_record(lab->net, zone, "ns9.more.tld. 300 IN A 192.0.2.39");
	fake_serve(lab->net, "192.0.2.39", zone);
	const struct observation *seen = lab_look(lab, "more.tld.");
	assert_int_equal(lab_host(lab, "ns9.more.tld.")->flags, HOST_AT_CHILD);
	assert_int_equal(lab_host(lab, "ns9.more.tld.")->state, HOST_RESOLVED);
	assert_int_equal(lab_host(lab, "gone.op.tld.")->state, HOST_NXDOMAIN);
	const int server = lab_server(lab, "192.0.2.39");
	assert_true(server >= 0 && seen->servers[server].asked);
	assert_non_null(lab_exchange(lab, server, TYPE_DNSKEY, TRANSPORT_UDP));
}

/* ---- servers that are not as they should be ---- */

static void unusable_servers_are_asked_nothing_more(void **state)
{
	/* Silence is looked at again without the domain, lameness not at all. */
	static const enum fake_behaviour bad[] = {FAKE_SILENT, FAKE_REFUSES, FAKE_FAILS, FAKE_LAME,
						  FAKE_MALFORMED};
	static const unsigned int looks[] = {1, 2, 2, 1, 2};
	struct lab *lab = *state;
	char text[32];
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "bad%u.tld.", i);
		(void)lab_domain(lab, text, 0);
		lab->net->behaviour_count = 0;
		fake_behave(lab->net, "192.0.2.12", bad[i]);
		(void)lab_look(lab, text);
		assert_int_equal(lab_exchanges(lab, lab_server(lab, "192.0.2.12")), looks[i]);
		assert_in_range(lab_exchanges(lab, lab_server(lab, "2001:db8::12")), 8, 12);
	}
}

/* In trouble at the first look, well at the second: everything is asked then, and counts. */
static void trouble_that_passes(void **state)
{
	static const enum fake_behaviour bad[] = {FAKE_SILENT, FAKE_DEAD, FAKE_REFUSES, FAKE_FAILS,
						  FAKE_MALFORMED};
	static const char *const addresses[] = {"192.0.2.11", "2001:db8::11", "192.0.2.12",
						"2001:db8::12"};
	struct lab *lab = *state;
	char text[32];
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "bad%u.tld.", i);
		struct fake_zone *zone = lab_domain(lab, text, 0);
		char line[96];
		snprintf(line, sizeof(line), "%s 300 IN NS ns9.%s", text, text);
		fake_record(lab->net, zone, line);
		struct name name = fake_name(text);
		const unsigned int done = lab->done;
		/* The operator's names are known before its servers fall into trouble. */
		(void)lab_domain(lab, "before.tld.", 0);
		(void)lab_look(lab, "before.tld.");
		for (unsigned int j = 0; j < 4; j++)
			fake_behave(lab->net, addresses[j], bad[i]);
		assert_int_equal(scan_domain(lab->scan, name.octets), OK);
		fake_run(lab->net);
		assert_int_equal(lab->done, done + 1);
		lab->net->behaviour_count = 0;
		lab_wait(lab);
		lab_wait(lab);
		assert_int_equal(lab->done, done + 2);
		/* One of four is asked for services; one name server only the servers name. */
		assert_int_equal(lab->seen.exchange_count, 1 + 4 * 9 + 4);
		assert_int_equal(lab->seen.host_count, 3);
		for (uint16_t j = 1; j < 5; j++) {
			assert_int_equal(lab->seen.exchanges[j].type, TYPE_SOA);
			assert_true(observation_is_superseded(&lab->seen, j));
		}
		for (uint16_t j = 5; j < lab->seen.exchange_count; j++) {
			assert_int_equal(lab->seen.exchanges[j].outcome, OUTCOME_ANSWER);
			assert_false(observation_is_superseded(&lab->seen, j));
		}
	}
}

/* What a server does all the time has the state that it had before there was a second look. */
static void trouble_that_stays_is_one_answer(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "good.tld.", 0);
	fake_behave(lab->net, "192.0.2.12", FAKE_REFUSES);
	(void)lab_look(lab, "good.tld.");
	const int server = lab_server(lab, "192.0.2.12");
	assert_int_equal(lab_exchanges(lab, server), 2);
	const uint8_t *twice, *once;
	size_t twice_size, once_size;
	assert_int_equal(observation_state(&lab->arena, &lab->seen, &twice, &twice_size), OK);
	uint16_t last = 0;
	for (uint16_t i = 0; i < lab->seen.exchange_count; i++)
		last = lab->seen.exchanges[i].server == server ? i : last;
	memmove(&lab->seen.exchanges[last], &lab->seen.exchanges[last + 1],
		(lab->seen.exchange_count - last - 1u) * sizeof(struct exchange));
	lab->seen.exchange_count--;
	assert_int_equal(observation_state(&lab->arena, &lab->seen, &once, &once_size), OK);
	assert_int_equal(once_size, twice_size);
	assert_memory_equal(once, twice, once_size);
}

/* A server that is silent to many gets one second look for all of them, in ten minutes. */
static void silence_is_looked_at_once_for_all(void **state)
{
	struct lab *lab = *state;
	char text[32];
	for (unsigned int i = 0; i < 20; i++) {
		snprintf(text, sizeof(text), "d%u.tld.", i);
		(void)lab_domain(lab, text, 0);
	}
	fake_behave(lab->net, "192.0.2.12", FAKE_SILENT);
	for (unsigned int i = 0; i < 10; i++) {
		snprintf(text, sizeof(text), "d%u.tld.", i);
		struct name name = fake_name(text);
		assert_int_equal(scan_domain(lab->scan, name.octets), OK);
	}
	fake_run(lab->net);
	assert_int_equal(lab->net->asked_silent, 10);
	assert_int_equal(lab->done, 0);
	lab_wait(lab);
	assert_int_equal(lab->net->asked_silent, 11);
	assert_int_equal(lab->done, 10);
	for (unsigned int i = 10; i < 20; i++) {
		snprintf(text, sizeof(text), "d%u.tld.", i);
		struct name name = fake_name(text);
		assert_int_equal(scan_domain(lab->scan, name.octets), OK);
		fake_run(lab->net);
		assert_int_equal(lab->done, i + 1); /* without a pause */
	}
	assert_int_equal(lab->net->asked_silent, 21);
	lab->now_ns += UINT64_C(601) * 1000000000;
	(void)lab_look(lab, "d0.tld.");
	assert_int_equal(lab->net->asked_silent, 23);
	/* Given up while it waits. */
	lab->now_ns += UINT64_C(601) * 1000000000;
	struct name name = fake_name("d0.tld.");
	assert_int_equal(scan_domain(lab->scan, name.octets), OK);
	fake_run(lab->net);
	scan_free(lab->scan);
	lab_scan(lab, NEED_ALL_DEFAULT, 0);
}

static void tcp_that_fails_for_a_moment(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "one.tld.", 0);
	fake_behave(lab->net, "192.0.2.12", FAKE_NO_TCP);
	struct name name = fake_name("one.tld.");
	assert_int_equal(scan_domain(lab->scan, name.octets), OK);
	fake_run(lab->net);
	assert_int_equal(lab->done, 0);
	lab->net->behaviour_count = 0;
	lab_wait(lab);
	assert_int_equal(lab->done, 1);
	assert_int_equal(lab->net->asked_tcp, 5);
	const int server = lab_server(lab, "192.0.2.12");
	assert_int_equal(lab_exchange(lab, server, TYPE_SOA, TRANSPORT_TCP)->outcome,
			 OUTCOME_ANSWER);
}

static void a_dead_server_is_a_silent_one(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "good.tld.", 0);
	fake_behave(lab->net, "192.0.2.12", FAKE_DEAD);
	fake_behave(lab->net, "2001:db8::12", FAKE_OPTED_OUT);
	const struct observation *seen = lab_look(lab, "good.tld.");
	const struct exchange *dead =
		lab_exchange(lab, lab_server(lab, "192.0.2.12"), TYPE_SOA, TRANSPORT_UDP);
	assert_int_equal(dead->outcome, OUTCOME_TIMEOUT);
	assert_int_equal(dead->flags & EXCHANGE_SHARED, EXCHANGE_SHARED);
	const int out = lab_server(lab, "2001:db8::12");
	assert_int_equal(lab_exchange(lab, out, TYPE_SOA, TRANSPORT_UDP)->outcome,
			 OUTCOME_NOT_ASKED);
	assert_false(seen->servers[out].asked);
}

static void signatures_come_from_servers_that_speak_edns(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "good.tld.", 9);
	fake_behave(lab->net, "192.0.2.11", FAKE_NO_EDNS);
	fake_behave(lab->net, "2001:db8::11", FAKE_NO_EDNS);
	fake_behave(lab->net, "192.0.2.12", FAKE_NO_EDNS);
	(void)lab_look(lab, "good.tld.");
	const int plain = lab_server(lab, "192.0.2.11"), signing = lab_server(lab, "2001:db8::12");
	assert_int_equal(lab_exchange(lab, plain, TYPE_SOA, TRANSPORT_UDP)->flags,
			 EXCHANGE_NO_EDNS);
	assert_null(lab_exchange(lab, plain, TYPE_MX, TRANSPORT_UDP));
	assert_non_null(lab_exchange(lab, signing, TYPE_MX, TRANSPORT_UDP));
	assert_int_equal(lab->seen.proof_count, 17);
}

static void slow_and_lossy_servers_get_a_second_look(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "good.tld.", 0);
	fake_behave(lab->net, "192.0.2.11", FAKE_SLOW);
	fake_behave(lab->net, "192.0.2.12", FAKE_LOSSY);
	struct name name = fake_name("good.tld.");
	assert_int_equal(scan_domain(lab->scan, name.octets), OK);
	fake_run(lab->net);
	assert_int_equal(lab->done, 0);
	lab->now_ns += UINT64_C(4) * 1000000000;
	fake_run(lab->net);
	assert_int_equal(lab->done, 1);
	const unsigned int once = lab_exchanges(lab, lab_server(lab, "2001:db8::11"));
	assert_in_range(once, 8, 12);
	for (unsigned int i = 1; i <= 2; i++) {
		char text[32];
		snprintf(text, sizeof(text), "192.0.2.1%u", i);
		assert_in_range(lab_exchanges(lab, lab_server(lab, text)), 8 + 3, 12 + 3);
	}
	/* Given up while it waits. */
	assert_int_equal(scan_domain(lab->scan, name.octets), OK);
	fake_run(lab->net);
	assert_int_equal(lab->done, 1);
	scan_free(lab->scan);
	lab_scan(lab, NEED_ALL_DEFAULT, 0);
}

static void tcp_is_asked_once_for_all(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "one.tld.", 0);
	(void)lab_domain(lab, "two.tld.", 0);
	fake_behave(lab->net, "192.0.2.12", FAKE_NO_TCP);
	(void)lab_look(lab, "one.tld.");
	assert_int_equal(lab->net->asked_tcp, 4 + 1);
	(void)lab_look(lab, "two.tld.");
	assert_int_equal(lab->net->asked_tcp, 4 + 1);
	const struct exchange *closed =
		lab_exchange(lab, lab_server(lab, "192.0.2.12"), TYPE_SOA, TRANSPORT_TCP);
	assert_int_equal(closed->outcome, OUTCOME_CLOSED);
	assert_int_equal(closed->flags, EXCHANGE_SHARED);
	assert_int_equal(closed->message, MESSAGE_NONE);
	const struct exchange *open =
		lab_exchange(lab, lab_server(lab, "192.0.2.11"), TYPE_SOA, TRANSPORT_TCP);
	assert_int_equal(open->outcome, OUTCOME_ANSWER);
	assert_true(name_equal(open->name, fake_name("one.tld.").octets));
	/* Ten minutes later it is asked again. */
	lab->now_ns += UINT64_C(601) * 1000000000;
	assert_int_equal(loop_turn(lab->loop, 0), OK);
	(void)lab_look(lab, "two.tld.");
	assert_int_equal(lab->net->asked_tcp, 2 * (4 + 1));
}

/* ---- plans and limits ---- */

static void a_plan_asks_what_is_needed(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "good.tld.", 9);
	scan_free(lab->scan);
	lab_scan(lab, NEED_DELEGATION, 0);
	assert_int_equal(lab_look(lab, "good.tld.")->exchange_count, 1);
	assert_int_equal(lab_host(lab, "ns1.op.tld.")->state, HOST_NOT_LOOKED_UP);
	scan_free(lab->scan);
	lab_scan(lab, NEED_ADDRESSES, 0);
	assert_int_equal(lab_look(lab, "good.tld.")->exchange_count, 1);
	assert_int_equal(lab->seen.server_count, 4);
	scan_free(lab->scan);
	lab_scan(lab, NEED_SERVERS, 0);
	assert_int_equal(lab_look(lab, "good.tld.")->exchange_count, 1 + 4 * 7);
	assert_int_equal(lab->seen.proof_count, 0);
}

static unsigned int scan_more(struct lab *lab)
{
	struct name name = fake_name("good.tld.");
	return lab->done < 200 ? scan_domain(lab->scan, name.octets) == OK : 0;
}

static void many_in_flight_in_any_order(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "good.tld.", 9);
	random_seeded(&lab->shuffle, 3);
	lab->net->shuffle = &lab->shuffle;
	scan_free(lab->scan);
	lab_scan(lab, NEED_ALL_DEFAULT, 20);
	lab->again = scan_more;
	struct name name = fake_name("good.tld.");
	for (unsigned int i = 0; i < 20; i++)
		assert_int_equal(scan_domain(lab->scan, name.octets), OK);
	assert_int_equal(scan_domain(lab->scan, name.octets), ERR_BUSY);
	fake_run(lab->net);
	assert_in_range(lab->done, 200, 219);
	assert_int_equal(scan_in_flight(lab->scan), 0);
}

static bool is_second(void *context, const uint8_t *name)
{
	(void)context;
	return name_is_under(name, fake_name("ns2.op.tld.").octets);
}

static void name_servers_of_who_opted_out(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "good.tld.", 9);
	scan_free(lab->scan);
	const struct scan_settings settings = {.needs = NEED_ALL_DEFAULT | NEED_MANNERS | NEED_DOT,
					       .random = &lab->random,
					       .clock = &lab->clock,
					       .opted_out_name = is_second};
	assert_int_equal(
		scan_new(&(struct scan_tools){lab->loop, lab->net, lab->resolver, lab->verifier},
			 &settings, lab_done, lab, &lab->scan),
		OK);
	const struct observation *seen = lab_look(lab, "good.tld.");
	assert_int_equal(seen->server_count, 4);
	for (int i = 0; i < 4; i++) {
		const int second[] = {lab_server(lab, "192.0.2.12"),
				      lab_server(lab, "2001:db8::12")};
		const bool is_theirs = i == second[0] || i == second[1];
		unsigned int asked = 0;
		for (unsigned int e = 0; e < seen->exchange_count; e++)
			asked += seen->exchanges[e].server == i;
		assert_int_equal(asked == 0, is_theirs);
		assert_int_equal(seen->servers[i].asked, !is_theirs);
	}
}

/* Whoever is told of one property asks for the next, which takes its place where there is room for
 * few. */
static void few_servers_are_remembered(void **state)
{
	struct lab *lab = *state;
	static const char *const domains[] = {"one.tld.", "two.tld.", "three.tld."};
	static const char *const addresses[] = {"192.0.2.11", "2001:db8::11", "192.0.2.12",
						"2001:db8::12"};
	for (size_t i = 0; i < 3; i++)
		(void)lab_domain(lab, domains[i], 0);
	for (size_t i = 0; i < 4; i++)
		fake_behave(lab->net, addresses[i], FAKE_NO_TCP);
	for (uint32_t kept = 1; kept <= 9; kept++) {
		const unsigned int done = lab->done;
		scan_free(lab->scan);
		lab_scan_keeping(lab,
				 NEED_ALL_DEFAULT | NEED_MANNERS | NEED_DOT | NEED_DOH | NEED_DOQ,
				 20, kept);
		for (size_t i = 0; i < 12; i++)
			assert_int_equal(scan_domain(lab->scan, fake_name(domains[i % 3]).octets),
					 OK);
		fake_run(lab->net);
		for (unsigned int pauses = 0; lab->done - done < 12 && pauses < 20; pauses++)
			lab_wait(lab);
		assert_int_equal(lab->done - done, 12);
	}
}

static void freed_in_the_middle(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "good.tld.", 9);
	struct name name = fake_name("good.tld.");
	for (unsigned int turns = 0; turns < 40; turns++) {
		assert_int_equal(scan_domain(lab->scan, name.octets), OK);
		for (unsigned int i = 0; i < turns; i++)
			assert_int_equal(loop_turn(lab->loop, 0), OK);
		unsigned int done = lab->done;
		scan_free(lab->scan);
		fake_run(lab->net);
		assert_int_equal(lab->done, done);
		lab_scan(lab, NEED_ALL_DEFAULT, 0);
	}
}

static void a_transport_that_takes_no_more(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "good.tld.", 9);
	(void)lab_look(lab, "good.tld.");
	for (unsigned int more = 0; more < 40; more++) {
		struct name name = fake_name("good.tld.");
		lab->net->fail_after = lab->net->asked + more;
		unsigned int done = lab->done;
		if (scan_domain(lab->scan, name.octets) == OK) {
			fake_run(lab->net);
			assert_int_equal(lab->done, done + 1);
		}
		lab->net->fail_after = 0;
	}
}

static void a_small_arena_cuts_short(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "good.tld.", 9);
	scan_free(lab->scan);
	for (size_t octets = 256; octets < 16384; octets += 256) {
		const struct scan_settings settings = {.needs = NEED_ALL_DEFAULT,
						       .domain_octets_max = octets,
						       .random = &lab->random};
		assert_int_equal(scan_new(&(struct scan_tools){lab->loop, lab->net, lab->resolver,
							       lab->verifier},
					  &settings, lab_done, lab, &lab->scan),
				 OK);
		struct name name = fake_name("good.tld.");
		unsigned int done = lab->done;
		if (scan_domain(lab->scan, name.octets) == OK) {
			fake_run(lab->net);
			assert_int_equal(lab->done, done + 1);
		}
		if (octets < 8192)
			assert_true(lab->done == done || lab->seen.cut_short);
		scan_free(lab->scan);
	}
	lab->scan = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(a_signed_domain_is_seen_whole),
		TEST(every_signature_is_proven_once),
		TEST(wrong_signatures_are_proven_wrong),
		TEST(an_unsigned_domain),
		TEST(proofs_of_the_delegation_that_are_not),
		TEST(domains_that_are_not_delegated),
		TEST(a_parent_server_that_lags_behind),
		TEST(a_denial_takes_two),
		TEST(a_denial_without_a_second_answer),
		TEST(a_parent_that_cannot_be_asked),
		TEST(parent_and_child_on_the_same_servers),
		TEST(name_servers_in_all_states),
		TEST(name_servers_inside),
		TEST(glue_is_asked_when_nothing_else_is_known),
		TEST(name_servers_that_only_the_zone_names),
		TEST(unusable_servers_are_asked_nothing_more),
		TEST(trouble_that_passes),
		TEST(trouble_that_stays_is_one_answer),
		TEST(silence_is_looked_at_once_for_all),
		TEST(tcp_that_fails_for_a_moment),
		TEST(a_dead_server_is_a_silent_one),
		TEST(signatures_come_from_servers_that_speak_edns),
		TEST(slow_and_lossy_servers_get_a_second_look),
		TEST(tcp_is_asked_once_for_all),
		TEST(a_plan_asks_what_is_needed),
		TEST(many_in_flight_in_any_order),
		TEST(name_servers_of_who_opted_out),
		TEST(few_servers_are_remembered),
		TEST(freed_in_the_middle),
		TEST(a_transport_that_takes_no_more),
		TEST(a_small_arena_cuts_short),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
