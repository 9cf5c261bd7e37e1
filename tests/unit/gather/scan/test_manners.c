/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Odd questions: which are asked, of whom, and how often. */
#include "scan_lab.h"

#define NEEDS (NEED_SERVERS | NEED_MANNERS)
/* Once per address: EDNS version, option, flag, NSID, cookie, three names of class CH, the root's
 * servers, the small buffer. */
#define SHARED 10u
/* Per domain and address: an absent name, ANY, AAAA. */
#define OF_ZONE 3u
#define PLAIN (1 + 4 * 7)

static void plan(struct lab *lab, unsigned int needs)
{
	scan_free(lab->scan);
	lab_scan(lab, needs, 0);
}

static unsigned int count_kind(const struct lab *lab, int server, enum probe_kind kind)
{
	unsigned int count = 0;
	for (unsigned int i = 0; i < lab->seen.exchange_count; i++)
		count += lab->seen.exchanges[i].server == server &&
			 lab->seen.exchanges[i].kind == kind;
	return count;
}

static const struct exchange *find_kind(const struct lab *lab, int server, enum probe_kind kind)
{
	for (unsigned int i = 0; i < lab->seen.exchange_count; i++) {
		if (lab->seen.exchanges[i].server == server && lab->seen.exchanges[i].kind == kind)
			return &lab->seen.exchanges[i];
	}
	return NULL;
}

static void most_is_asked_once_for_all(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "one.tld.", 0);
	(void)lab_domain(lab, "two.tld.", 0);
	plan(lab, NEEDS);
	assert_int_equal(lab_look(lab, "one.tld.")->exchange_count, PLAIN + 4 * (SHARED + OF_ZONE));
	const unsigned int asked = lab->net->asked;
	assert_int_equal(lab_look(lab, "two.tld.")->exchange_count, PLAIN + 4 * (SHARED + OF_ZONE));
	/* Nothing of what is shared, and the addresses are known. */
	assert_int_equal(lab->net->asked - asked, PLAIN + 4 * OF_ZONE);
	const int server = lab_server(lab, "192.0.2.11");
	const struct exchange *version = find_kind(lab, server, PROBE_EDNS_VERSION);
	assert_non_null(version);
	assert_int_equal(version->flags & EXCHANGE_SHARED, EXCHANGE_SHARED);
	assert_true(name_equal(version->name, fake_name("one.tld.").octets));
	const struct exchange *absent = find_kind(lab, server, PROBE_ABSENT);
	assert_non_null(absent);
	assert_true(name_is_under(absent->name, fake_name("two.tld.").octets));
	assert_int_equal(count_kind(lab, server, PROBE_CHAOS), 3);
	assert_int_equal(count_kind(lab, server, PROBE_ABSENT), 1);
	/* Ten minutes later it is asked again. */
	lab->now_ns += UINT64_C(601) * 1000000000;
	assert_int_equal(loop_turn(lab->loop, 0), OK);
	const unsigned int before = lab->net->asked;
	(void)lab_look(lab, "two.tld.");
	assert_true(lab->net->asked - before >= PLAIN + 4 * (SHARED + OF_ZONE));
}

static void nothing_odd_without_need(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "good.tld.", 9);
	const struct observation *seen = lab_look(lab, "good.tld.");
	for (unsigned int i = 0; i < seen->exchange_count; i++)
		assert_int_equal(seen->exchanges[i].kind, PROBE_PLAIN);
}

static void who_has_no_edns_is_spared_it(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "old.tld.", 0);
	fake_behave(lab->net, "192.0.2.12", FAKE_NO_EDNS);
	plan(lab, NEEDS | NEED_OWN);
	(void)lab_look(lab, "old.tld.");
	const int old = lab_server(lab, "192.0.2.12");
	static const enum probe_kind spared[] = {PROBE_EDNS_VERSION, PROBE_EDNS_OPTION,
						 PROBE_EDNS_FLAG,    PROBE_EDNS_SMALL,
						 PROBE_NSID,         PROBE_COOKIE,
						 PROBE_LARGE};
	for (size_t i = 0; i < sizeof(spared) / sizeof(spared[0]); i++)
		assert_int_equal(count_kind(lab, old, spared[i]), 0);
	assert_int_equal(count_kind(lab, old, PROBE_CHAOS), 3);
	assert_int_equal(count_kind(lab, old, PROBE_OUTSIDE), 1);
	assert_int_equal(count_kind(lab, old, PROBE_ABSENT), 1);
}

static void consent_is_needed(void **state)
{
	struct lab *lab = *state;
	static const enum probe_kind own[] = {PROBE_RECURSION, PROBE_TRANSFER, PROBE_UPDATE};
	(void)lab_domain(lab, "own.tld.", 0);
	for (unsigned int with = 0; with < 2; with++) {
		plan(lab, NEEDS | (with ? NEED_OWN : 0));
		(void)lab_look(lab, "own.tld.");
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(count_kind(lab, lab_server(lab, "2001:db8::11"), own[i]),
					 with);
	}
	const struct exchange *transfer =
		find_kind(lab, lab_server(lab, "2001:db8::11"), PROBE_TRANSFER);
	assert_int_equal(transfer->type, TYPE_AXFR);
	assert_int_equal(transfer->transport, TRANSPORT_TCP);
}

/* Odd questions get no answer; all others are the network's. */
static int silent_to_odd(void *context, const struct exchange_question *question, uint8_t *wire,
			 size_t room)
{
	(void)wire;
	(void)room;
	unsigned int *odd = context;
	if (question->form == NULL)
		return -1;
	++*odd;
	return 0;
}

static void silence_is_looked_at_twice(void **state)
{
	struct lab *lab = *state;
	unsigned int odd = 0;
	(void)lab_domain(lab, "mute.tld.", 0);
	plan(lab, NEEDS);
	lab->net->script = silent_to_odd;
	lab->net->script_context = &odd;
	(void)lab_look(lab, "mute.tld.");
	assert_int_equal(odd, 4 * (2 * SHARED + OF_ZONE - 1));
	const struct exchange *version =
		find_kind(lab, lab_server(lab, "192.0.2.11"), PROBE_EDNS_VERSION);
	assert_int_equal(version->outcome, OUTCOME_TIMEOUT);
	assert_int_equal(
		lab_exchange(lab, lab_server(lab, "192.0.2.11"), TYPE_SOA, TRANSPORT_UDP)->outcome,
		OUTCOME_ANSWER);
}

/* Gives a cookie to who has none, and refuses it as often as `number` says. */
static int gives_cookies(void *context, const struct exchange_question *question, uint8_t *wire,
			 size_t room)
{
	static const uint8_t ours[] = PROBE_CLIENT_COOKIE;
	unsigned int *refusals = context;
	const struct exchange_form *form = question->form;
	if (form == NULL || form->options_size < 12 || form->options[1] != 10)
		return -1;
	assert_memory_equal(form->options + 4, ours, sizeof(ours));
	uint8_t option[4 + 24] = {0, 10, 0, 24};
	memcpy(option + 4, ours, sizeof(ours));
	const bool refuses = form->options_size > 12 && *refusals > 0;
	*refusals -= refuses;
	struct builder builder;
	builder_init(&builder, wire, room, 1, FLAG_QR | FLAG_AA);
	builder_question(&builder, question->name, question->type, CLASS_IN);
	builder_opt(&builder,
		    &(struct edns){.udp_size = 1232, .options = option, .options_size = 28},
		    refuses ? RCODE_BADCOOKIE : RCODE_NOERROR);
	return (int)builder_finish(&builder, refuses ? RCODE_BADCOOKIE : RCODE_NOERROR);
}

static void a_cookie_is_brought_back(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "biscuit.tld.", 0);
	for (unsigned int refusals = 0; refusals < 4; refusals++) {
		unsigned int left = 4 * refusals;
		plan(lab, NEEDS);
		lab->net->script = gives_cookies;
		lab->net->script_context = &left;
		(void)lab_look(lab, "biscuit.tld.");
		/* First, back, and once more when it was refused. */
		assert_int_equal(count_kind(lab, lab_server(lab, "192.0.2.11"), PROBE_COOKIE),
				 refusals == 0 ? 2 : 3);
	}
}

/* NOERROR for what does not exist. */
static int never_absent(void *context, const struct exchange_question *question, uint8_t *wire,
			size_t room)
{
	(void)context;
	if (question->form == NULL || question->type != TYPE_A)
		return -1;
	struct builder builder;
	builder_init(&builder, wire, room, 1, FLAG_QR | FLAG_AA);
	builder_question(&builder, question->name, question->type, CLASS_IN);
	return (int)builder_finish(&builder, RCODE_NOERROR);
}

static void wildcards_are_asked_about(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "wild.tld.", 0);
	plan(lab, NEEDS);
	lab->net->script = never_absent;
	(void)lab_look(lab, "wild.tld.");
	const int server = lab_server(lab, "192.0.2.12");
	assert_int_equal(count_kind(lab, server, PROBE_ABSENT), 2);
	const struct exchange *wildcard = NULL;
	for (unsigned int i = 0; i < lab->seen.exchange_count; i++) {
		const struct exchange *exchange = &lab->seen.exchanges[i];
		if (exchange->server == server && exchange->type == TYPE_ANY &&
		    exchange->kind == PROBE_ABSENT)
			wildcard = exchange;
	}
	assert_non_null(wildcard);
	assert_true(name_equal(wildcard->name, fake_name("*.wild.tld.").octets));
}

static void freed_in_the_middle(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "good.tld.", 9);
	struct name name = fake_name("good.tld.");
	for (unsigned int turns = 0; turns < 120; turns += 3) {
		plan(lab, NEEDS | NEED_OWN);
		assert_int_equal(scan_domain(lab->scan, name.octets), OK);
		for (unsigned int i = 0; i < turns; i++)
			assert_int_equal(loop_turn(lab->loop, 0), OK);
		scan_free(lab->scan);
		fake_run(lab->net);
		lab_scan(lab, NEED_ALL_DEFAULT, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(most_is_asked_once_for_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_odd_without_need, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_has_no_edns_is_spared_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(consent_is_needed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(silence_is_looked_at_twice, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_cookie_is_brought_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(wildcards_are_asked_about, set_up, tear_down),
		cmocka_unit_test_setup_teardown(freed_in_the_middle, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("gather/scan manners", tests, NULL, NULL);
}
