/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Look-ups, odd questions, sessions and routes in a state: what counts, what does not, and what is
 * said of the difference. */
#include "model/sample_further.h"
#include "model/state_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FLAGS_OFFSET 3
#define FLAG_ITEMS 8

static struct observation make(struct arena *arena, uint64_t number,
			       const struct sample_further *further)
{
	struct sample plain = sample_plain(number, further->night);
	return sample_make_further(arena, sample_make(arena, &plain), further);
}

/* Times, greetings, ids, the order of records, the name that does not exist. */
static void test_quiet_nights(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	for (uint64_t number = 1; number < 3; number++) {
		struct sample_further further = sample_further_plain(1);
		further.addresses = 2;
		struct observation made = make(&arena, number, &further);
		struct octets first = state_of_made(&arena, &made);
		further.night = 2;
		made = make(&arena, number, &further);
		assert_true(same(first, state_of_made(&arena, &made)));
		made.sessions[0].status = 451;
		made.sessions[0].flags ^= SESSION_SHARED;
		made.sessions[0].not_after_s += SAMPLE_DAY;
		made.sessions[1].answer_us = 5;
		assert_true(same(first, state_of_made(&arena, &made)));
		made.sessions[1].status = 404;
		assert_false(same(first, state_of_made(&arena, &made)));
		print_message("# number %u: %zu octets of state\n", (unsigned)number, first.size);
	}
	arena_release(&arena);
}

/* All of it stands behind what there was before, which stays octet by octet. */
static void test_behind(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample plain = sample_plain(2, 1);
	struct sample_further further = sample_further_plain(1);
	struct observation made = sample_make(&arena, &plain);
	assert_int_equal(state_of_made(&arena, &made).data[FLAGS_OFFSET] & FLAG_ITEMS, 0);
	struct observation whole = make(&arena, 2, &further);
	made.needs = whole.needs;
	struct octets left = state_of_made(&arena, &made);
	struct octets right = state_of_made(&arena, &whole);
	assert_true(right.size > left.size);
	assert_int_equal(right.data[FLAGS_OFFSET], left.data[FLAGS_OFFSET] | FLAG_ITEMS);
	assert_memory_equal(left.data, right.data, FLAGS_OFFSET);
	assert_memory_equal(left.data + FLAGS_OFFSET + 1, right.data + FLAGS_OFFSET + 1,
			    left.size - FLAGS_OFFSET - 1);
	arena_release(&arena);
}

#define REVERSE(array, count)                                        \
	do {                                                         \
		for (size_t at_ = 0; at_ < (count) / 2u; at_++) {    \
			__typeof__((array)[0]) held_ = (array)[at_]; \
			(array)[at_] = (array)[(count)-1 - at_];     \
			(array)[(count)-1 - at_] = held_;            \
		}                                                    \
	} while (0)

static void test_order(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample_further further = sample_further_plain(1);
	further.is_second_as = true;
	struct observation made = make(&arena, 1, &further);
	struct octets first = state_of_made(&arena, &made);
	REVERSE(made.lookups, made.lookup_count);
	REVERSE(made.sessions, made.session_count);
	REVERSE(made.routes, made.route_count);
	REVERSE(made.exchanges, made.exchange_count);
	made.parent_exchange = (uint16_t)(made.exchange_count - 1 - made.parent_exchange);
	assert_true(same(first, state_of_made(&arena, &made)));
	arena_release(&arena);
}

/* Of what was tried twice the better one counts, whichever came first. */
static void test_twice(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample_further further = sample_further_plain(1);
	struct observation made = make(&arena, 1, &further);
	struct octets first = state_of_made(&arena, &made);
	struct session *sessions = arena_take_array(&arena, 4, sizeof(*sessions));
	struct exchange *exchanges =
		arena_take_array(&arena, made.exchange_count + 1u, sizeof(*exchanges));
	assert_int_equal(made.session_count, 3);
	memcpy(sessions, made.sessions, 3 * sizeof(*sessions));
	memcpy(exchanges, made.exchanges, made.exchange_count * sizeof(*exchanges));
	sessions[3] = sessions[0];
	sessions[3].outcome = SESSION_TIMEOUT;
	sessions[3].chain_count = 0;
	sessions[3].tls_version = 0;
	size_t odd = 0;
	while (exchanges[odd].kind == PROBE_PLAIN)
		odd++;
	exchanges[made.exchange_count] = exchanges[odd];
	exchanges[made.exchange_count].outcome = OUTCOME_TIMEOUT;
	exchanges[made.exchange_count].message = MESSAGE_NONE;
	exchanges[made.exchange_count].flags = 0;
	made.sessions = sessions;
	made.exchanges = exchanges;
	made.session_count++;
	made.exchange_count++;
	assert_true(same(first, state_of_made(&arena, &made)));
	REVERSE(sessions, 4);
	assert_true(same(first, state_of_made(&arena, &made)));
	arena_release(&arena);
}

/* A server of which nothing came is told by its silence alone. */
static void test_silent(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample plain = sample_plain(1, 1);
	struct sample_further further = sample_further_plain(1);
	plain.silent = 15;
	struct observation made =
		sample_make_further(&arena, sample_make(&arena, &plain), &further);
	for (size_t i = 0; i < made.exchange_count; i++) {
		struct exchange *exchange = &made.exchanges[i];
		if (exchange->kind == PROBE_PLAIN)
			continue;
		exchange->outcome = i % 2 == 0 ? OUTCOME_TIMEOUT : OUTCOME_NOT_ASKED;
		exchange->message = MESSAGE_NONE;
		exchange->flags = 0;
	}
	struct octets first = state_of_made(&arena, &made);
	for (size_t i = 0; i < made.exchange_count; i++)
		if (made.exchanges[i].kind != PROBE_PLAIN)
			made.exchanges[i].outcome = OUTCOME_TIMEOUT;
	assert_true(same(first, state_of_made(&arena, &made)));
	arena_release(&arena);
}

/* Two domains set up alike have one state; and each reads its own names in it. */
static void test_alike(void **state)
{
	struct arena arena;
	struct state read;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample_further further = sample_further_plain(1);
	struct observation made = make(&arena, 1, &further);
	struct octets octets = state_of_made(&arena, &made);
	uint8_t name[NAME_MAX_OCTETS];
	sample_name(name, "other.org");
	assert_int_equal(decode(&arena, name, octets, &read), OK);
	bool is_found = false;
	uint8_t policy[NAME_MAX_OCTETS];
	sample_name(policy, "_dmarc.other.org");
	for (size_t i = 0; i < read.item_count; i++) {
		const struct state_item *item = &read.items[i];
		is_found |= item->kind == STATE_ITEM_LOOKUP && item->key.size > 2 &&
			    name_equal(item->key.octets + 2, policy);
	}
	assert_true(is_found);
	arena_release(&arena);
}

static void test_decode(void **state)
{
	struct arena arena;
	struct state read;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample_further further = sample_further_plain(1);
	struct observation made = make(&arena, 2, &further);
	struct octets octets = state_of_made(&arena, &made);
	assert_int_equal(decode(&arena, made.domain, octets, &read), OK);
	/* Look-ups, four kinds of question at four servers, sessions, routes, a transfer. */
	assert_int_equal(read.item_count, 4 + 16 + 3 + 5 + 1);
	for (size_t size = 0; size < octets.size; size++)
		assert_int_not_equal(
			decode(&arena, made.domain, (struct octets){octets.data, size}, &read), OK);
	/* Two items changed over are not in order; one twice is not either. */
	struct state whole;
	assert_int_equal(decode(&arena, made.domain, octets, &whole), OK);
	uint8_t *copy = arena_copy(&arena, octets.data, octets.size);
	const struct state_item *last = &whole.items[whole.item_count - 1];
	size_t at = (size_t)(last->order - octets.data);
	copy[at] = 1;
	assert_int_not_equal(decode(&arena, made.domain, (struct octets){copy, octets.size}, &read),
			     OK);
	/* A later kind is read, and told nothing of. */
	copy[at] = 200;
	assert_int_equal(decode(&arena, made.domain, (struct octets){copy, octets.size}, &read),
			 OK);
	assert_int_equal(read.items[read.item_count - 1].kind, 200);
	arena_release(&arena);
}

#define TOLD_MAX 24
struct told {
	size_t count;
	char text[TOLD_MAX][256];
};

static void take(void *context, const char *sentence)
{
	struct told *told = context;
	assert_true(told->count < TOLD_MAX);
	snprintf(told->text[told->count++], sizeof(told->text[0]), "%s", sentence);
	print_message("#   %s\n", sentence);
}

static struct told difference(const struct observation *before, const struct observation *after)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct octets left = state_of_made(&arena, before);
	struct octets right = state_of_made(&arena, after);
	struct state old;
	struct state new;
	struct told told = {0};
	assert_int_equal(decode(&arena, before->domain, left, &old), OK);
	assert_int_equal(decode(&arena, before->domain, right, &new), OK);
	assert_int_equal(state_difference(&arena, &old, &new, take, &told), OK);
	assert_int_equal(told.count > 0, !same(left, right));
	arena_release(&arena);
	return told;
}

static void expect(const struct told *told, const char *sentence)
{
	for (size_t i = 0; i < told->count; i++) {
		if (strcmp(told->text[i], sentence) == 0)
			return;
	}
	fail_msg("not told: %s", sentence);
}

static struct told told_of(const struct sample_further *after)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample_further before = sample_further_plain(1);
	struct observation old = make(&arena, 1, &before);
	struct observation new = make(&arena, 1, after);
	struct told told = difference(&old, &new);
	arena_release(&arena);
	return told;
}

static void expect_only(const struct sample_further *after, const char *sentence)
{
	struct told told = told_of(after);
	assert_int_equal(told.count, 1);
	expect(&told, sentence);
}

static void test_lookups_told(void **state)
{
	struct sample_further after = sample_further_plain(2);
	after.policy = "v=DMARC1; p=reject";
	expect_only(&after, "the TXT record at _dmarc.domain-000001.example. changed from "
			    "\"v=DMARC1; p=none\" to \"v=DMARC1; p=reject\"");
	after = sample_further_plain(2);
	after.policy = NULL;
	struct told told = told_of(&after);
	assert_int_equal(told.count, 2);
	expect(&told, "looking up the TXT record at _dmarc.domain-000001.example. gave found and "
		      "gives nxdomain");
	expect(&told, "the TXT record at _dmarc.domain-000001.example. was removed: "
		      "\"v=DMARC1; p=none\"");
	after = sample_further_plain(2);
	after.addresses = 2;
	expect_only(&after, "the A record at mail.domain-000001.example. was added: 192.0.2.21");
	after = sample_further_plain(2);
	after.is_alias_moved = true;
	expect_only(&after, "www.domain-000001.example. was an alias of a.host.example. and is "
			    "one of b.host.example.");
}

static void test_probes_told(void **state)
{
	struct sample_further after = sample_further_plain(2);
	after.version_rcode = RCODE_NOTIMP;
	expect_only(&after,
		    "asked with EDNS version 1: NOTIMP instead of BADVERS at all 4 servers");
	after = sample_further_plain(2);
	after.version = "lab 1.1";
	expect_only(&after, "asked for version.bind. in class CH: says \"lab 1.1\" instead of "
			    "\"lab 1.0\" at all 4 servers");
}

static void test_sessions_told(void **state)
{
	struct sample_further after = sample_further_plain(2);
	after.certificate = 2;
	expect_only(&after, "SMTP with mail.domain-000001.example. (192.0.2.20 port 25): another "
			    "certificate for the same key");
	after = sample_further_plain(2);
	after.tls_version = 0x0303;
	after.mail_flags = SESSION_TRUSTED;
	struct told told = told_of(&after);
	assert_int_equal(told.count, 2);
	expect(&told, "SMTP with mail.domain-000001.example. (192.0.2.20 port 25): TLS 1.2 "
		      "instead of TLS 1.3");
	expect(&told, "SMTP with mail.domain-000001.example. (192.0.2.20 port 25): the "
		      "certificate is no longer for that name");
	after = sample_further_plain(2);
	after.mail_outcome = SESSION_NO_ANSWER;
	expect_only(&after, "SMTP with mail.domain-000001.example. (192.0.2.20 port 25): "
			    "no-answer instead of established");
}

static void test_routes_told(void **state)
{
	struct sample_further after = sample_further_plain(2);
	after.validity = ROUTE_INVALID;
	struct told told = told_of(&after);
	assert_int_equal(told.count, 2);
	expect(&told, "192.0.2.1 is announced as 192.0.2.0/24 by AS64496: invalid instead of "
		      "valid");
	after = sample_further_plain(2);
	after.allowed = 25;
	after.remains = 16;
	told = told_of(&after);
	assert_int_equal(told.count, 4);
	expect(&told,
	       "192.0.2.1 is announced as 192.0.2.0/24 by AS64496: ROAs allow it prefixes up "
	       "to /25 instead of /0 (0: none)");
	expect(&told,
	       "192.0.2.1 is announced as 192.0.2.0/24 by AS64496: without invalid routes it "
	       "is reached by /16 instead of /0 (0: none)");
	after = sample_further_plain(2);
	after.is_second_as = true;
	told = told_of(&after);
	assert_int_equal(told.count, 2);
	expect(&told, "192.0.2.3 is now announced as 192.0.2.0/24 by AS64497: valid");
}

static void test_transfers_told(void **state)
{
	struct sample_further after = sample_further_plain(2);
	after.digest = TRANSFER_DIGEST_WRONG;
	expect_only(&after, "the zone that 192.0.2.1 transfers is not what its ZONEMD record says "
			    "now");
	after.digest = TRANSFER_DIGEST_UNKNOWN;
	after.transfer_end = TRANSFER_CUT;
	expect_only(&after, "192.0.2.1 now transfers the zone in part");
}

/* What only one of two looks had. */
static void test_one_side(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample_further further = sample_further_plain(1);
	struct observation old = make(&arena, 1, &further);
	struct observation new = make(&arena, 1, &further);
	new.lookup_count--;
	new.session_count--;
	new.route_count--;
	struct told told = difference(&old, &new);
	assert_int_equal(told.count, 2);
	expect(&told, "the AAAA record at gone.example. is no longer looked up");
	expect(&told, "DoT with 192.0.2.1 port 853 is no longer tried");
	told = difference(&new, &old);
	assert_int_equal(told.count, 3);
	expect(&told, "the AAAA record at gone.example. is looked up now");
	expect(&told, "DoT with 192.0.2.1 port 853 is tried now");
	expect(&told, "198.51.100.10 is announced by nobody now");
	arena_release(&arena);
}

static void test_memory(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample_further further = sample_further_plain(1);
	struct observation made = make(&arena, 2, &further);
	try_memory(&arena, &made);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quiet_nights),   cmocka_unit_test(test_behind),
		cmocka_unit_test(test_order),          cmocka_unit_test(test_twice),
		cmocka_unit_test(test_silent),         cmocka_unit_test(test_alike),
		cmocka_unit_test(test_decode),         cmocka_unit_test(test_lookups_told),
		cmocka_unit_test(test_probes_told),    cmocka_unit_test(test_sessions_told),
		cmocka_unit_test(test_transfers_told), cmocka_unit_test(test_routes_told),
		cmocka_unit_test(test_one_side),       cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
