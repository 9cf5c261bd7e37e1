/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "failing_memory.h"
#include "model/cast.h"
#include "model/party_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ROOM (1u << 20)

static void test_made(void **state)
{
	struct cast cast;
	struct party_file read;
	struct text octets;
	char id[ID_ROOM];
	cast_init(&cast);
	const struct party_file *party = &cast.parties[0];
	id_make(cast.keys[0].public.sign, KEY_OCTETS, id);
	assert_string_equal(party->id, id);
	assert_int_equal(party->roles, 1u << PARTY_IS_REGISTRY | 1u << PARTY_IS_CSIRT);
	assert_string_equal(party->contacts[1].value, "https://hooks.other.test:8443/dsfi");
	text_init(&octets, ROOM);
	text_add_octets(&octets, party->octets, party->size);
	text_add_char(&octets, '\n');
	assert_int_equal(party_read(&cast.arena, &octets, &cast.complaint, &read), OK);
	assert_string_equal(read.octets, party->octets);
	assert_string_equal(read.digest, party->digest);
	/* Cut or altered anywhere. */
	for (size_t i = 0; i < party->size; i++) {
		octets.data[i] ^= 1;
		assert_true(party_read(&cast.arena, &octets, &cast.complaint, &read) < 0);
		octets.data[i] ^= 1;
	}
	for (size_t i = 0; i < party->size; i++) {
		text_reset(&octets);
		text_add_octets(&octets, party->octets, i);
		assert_true(party_read(&cast.arena, &octets, &cast.complaint, &read) < 0);
	}
	text_release(&octets);
	cast_release(&cast);
	(void)state;
}

struct spoiling {
	const char *member;
	const char *json; /* NULL: removed */
	int error;
	const char *word;
};

static void test_spoilt(void **state)
{
	static const struct spoiling spoilings[] = {
		{"sig", NULL, ERR_PERMISSION, "not signed"},
		{"v", "2", ERR_UNSUPPORTED, "format 2"},
		{"id", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", ERR_FORMAT, "first signing key"},
		{"name", "\"\"", ERR_FORMAT, "'name'"},
		{"name", "\"a\\nb\"", ERR_FORMAT, "'name'"},
		{"roles", "[]", ERR_FORMAT, "empty"},
		{"roles", "[\"king\"]", ERR_FORMAT, "role"},
		{"roles", "[\"registry\",\"csirt\"]", ERR_FORMAT, "sorted"},
		{"scope", "{}", ERR_FORMAT, "missing"},
		{"scope",
		 "{\"domains\":[],\"nameservers\":[],\"prefixes\":[\"192.0.2.1/24\"],"
		 "\"tlds\":[]}",
		 ERR_FORMAT, "prefix"},
		{"scope",
		 "{\"domains\":[],\"nameservers\":[],\"prefixes\":[],\"tlds\":[\"co.uk\"]}",
		 ERR_FORMAT, "top-level"},
		{"keys", "[]", ERR_FORMAT, "empty"},
		{"keys", "null", ERR_FORMAT, "no list"},
		{"contacts", "[{\"kind\":\"fax\",\"value\":\"1\"}]", ERR_FORMAT, "'kind'"},
		{"contacts", "[{\"kind\":\"mail\",\"value\":\"nobody\"}]", ERR_FORMAT, "'value'"},
		{"contacts", "[{\"kind\":\"webhook\",\"value\":\"http://a.test/\"}]", ERR_FORMAT,
		 "'value'"},
		{"contacts", "[{\"kind\":\"webhook\",\"value\":\"https://a.test@b.test/\"}]",
		 ERR_FORMAT, "'value'"},
		{"contacts", "[{\"kind\":\"mail\",\"value\":\"a@b@c.test\"}]", ERR_FORMAT,
		 "'value'"},
		{"tlp", "\"white\"", ERR_FORMAT, "TLP"},
		{"languages", "[\"d\"]", ERR_FORMAT, "language"},
		{"hours", "1", ERR_FORMAT, "'hours'"},
		{"version", "0", ERR_FORMAT, "'version'"},
		{"version", "2", ERR_FORMAT, "'after'"},
		{"motto", "\"x\"", ERR_FORMAT, "does not have"},
	};
	struct cast cast;
	cast_init(&cast);
	for (size_t i = 0; i < sizeof(spoilings) / sizeof(spoilings[0]); i++) {
		const struct spoiling *spoiling = &spoilings[i];
		struct party_file read = {.id = "untouched"};
		struct text out;
		json_t *value = json_loadb(cast.parties[0].octets, cast.parties[0].size, 0, NULL);
		if (spoiling->json != NULL)
			json_object_set_new(value, spoiling->member,
					    json_loads(spoiling->json, JSON_DECODE_ANY, NULL));
		if (strcmp(spoiling->member, "sig") != 0)
			assert_int_equal(signed_seal(value, PARTY_LINE, &cast.keys[0]), OK);
		else
			json_object_del(value, "sig");
		text_init(&out, ROOM);
		canonical_write(value, NULL, &out);
		const int error = party_read(&cast.arena, &out, &cast.complaint, &read);
		if (error != spoiling->error || strstr(cast.complaint.text, spoiling->word) == NULL)
			fail_msg("%s %s: %d, %s", spoiling->member, spoiling->json, error,
				 cast.complaint.text);
		assert_string_equal(read.id, "untouched");
		text_release(&out);
		json_decref(value);
	}
	cast_release(&cast);
	(void)state;
}

/* The next version: keys of the first, and one more of `added`. */
static struct party_file next_of(struct cast *cast, const struct party_file *older,
				 struct party_key *room, const struct secret_key *added,
				 const struct secret_key *signer)
{
	struct party_file draft = *older, made;
	memcpy(room, older->keys, older->key_count * sizeof(*room));
	if (added != NULL)
		room[older->key_count] =
			(struct party_key){.key = added->public, .since_s = CAST_NOW_S - 100};
	draft.keys = room;
	draft.key_count += added != NULL;
	draft.edition++;
	memcpy(draft.after, older->digest, ID_ROOM);
	draft.made_s = CAST_NOW_S - 100;
	if (added != NULL)
		room[0].until_s = CAST_NOW_S - 50;
	const int error = party_make(&cast->arena, &draft, signer, &cast->complaint, &made);
	if (error != OK)
		fail_msg("%s", cast->complaint.text);
	return made;
}

static void refused(struct cast *cast, const struct party_file *older,
		    const struct party_file *newer, int expected, const char *word)
{
	cast->complaint.text[0] = '\0';
	const int error = party_may_replace(older, newer, CAST_NOW_S, &cast->complaint);
	if (error != expected || strstr(cast->complaint.text, word) == NULL)
		fail_msg("%d, %s", error, cast->complaint.text);
}

static void test_versions(void **state)
{
	struct cast cast;
	struct party_key room[PARTY_KEYS_MAX];
	uint8_t key[KEY_OCTETS];
	cast_init(&cast);
	const struct party_file *first = &cast.parties[0];
	assert_int_equal(party_may_replace(NULL, first, CAST_NOW_S, &cast.complaint), OK);
	refused(&cast, first, first, ERR_EXISTS, "already");
	/* The key changes, signed by the old one. */
	const struct party_file second = next_of(&cast, first, room, &cast.keys[1], &cast.keys[0]);
	assert_int_equal(party_may_replace(first, &second, CAST_NOW_S, &cast.complaint), OK);
	assert_int_equal(party_may_replace(NULL, &second, CAST_NOW_S, &cast.complaint), OK);
	refused(&cast, &second, first, ERR_PERMISSION, "older than");
	/* What each key signed in its time stays good; now it is the new one's turn. */
	assert_true(party_key_at(&second, CAST_NOW_S - 200, 0, key));
	assert_memory_equal(key, cast.keys[0].public.sign, KEY_OCTETS);
	assert_false(party_key_at(&second, CAST_NOW_S - 200, 1, key));
	assert_true(party_key_at(&second, CAST_NOW_S - 60, 1, key));
	assert_true(party_key_at(&second, CAST_NOW_S, 0, key));
	assert_memory_equal(key, cast.keys[1].public.sign, KEY_OCTETS);
	assert_false(party_key_at(&second, CAST_NOW_S - 2000000, 0, key));
	assert_true(party_seal_key(&second, CAST_NOW_S, key));
	assert_memory_equal(key, cast.keys[1].public.seal, KEY_OCTETS);
	/* By the new key, which the first does not name. */
	const struct party_file forged = next_of(&cast, first, room, &cast.keys[2], &cast.keys[2]);
	refused(&cast, first, &forged, ERR_PERMISSION, "does not name");
	refused(&cast, NULL, &forged, ERR_PERMISSION, "import the older versions first");
	refused(&cast, &second, &forged, ERR_PERMISSION, "disagree");
	/* By the one that has ended. */
	const struct party_file late = next_of(&cast, &second, room, NULL, &cast.keys[0]);
	refused(&cast, &second, &late, ERR_PERMISSION, "has ended");
	const struct party_file third = next_of(&cast, &second, room, NULL, &cast.keys[1]);
	assert_int_equal(party_may_replace(&second, &third, CAST_NOW_S, &cast.complaint), OK);
	refused(&cast, first, &third, ERR_PERMISSION, "does not name");
	/* It must follow what is here. */
	const struct party_file *other = &cast.parties[0];
	struct party_file branch = third;
	memcpy(branch.after, other->digest, ID_ROOM);
	refused(&cast, &second, &branch, ERR_PERMISSION, "does not follow");
	cast_release(&cast);
	(void)state;
}

static void test_keys_stay(void **state)
{
	struct cast cast;
	struct party_key room[PARTY_KEYS_MAX];
	struct party_file made;
	cast_init(&cast);
	const struct party_file second =
		next_of(&cast, &cast.parties[0], room, &cast.keys[1], &cast.keys[0]);
	struct party_file draft = second;
	draft.edition = 3;
	memcpy(draft.after, second.digest, ID_ROOM);
	draft.keys = room;
	/* The one that ended is good again. */
	memcpy(room, second.keys, 2 * sizeof(*room));
	room[0].until_s = 0;
	assert_int_equal(party_make(&cast.arena, &draft, &cast.keys[1], &cast.complaint, &made),
			 OK);
	refused(&cast, &second, &made, ERR_PERMISSION, "revives");
	/* One is gone. */
	memcpy(room, second.keys, 2 * sizeof(*room));
	room[1] = (struct party_key){.key = cast.keys[2].public, .since_s = CAST_NOW_S - 10};
	draft.key_count = 3;
	room[2] = second.keys[1];
	room[2].since_s -= 5;
	assert_int_equal(party_make(&cast.arena, &draft, &cast.keys[1], &cast.complaint, &made),
			 OK);
	refused(&cast, &second, &made, ERR_PERMISSION, "drops or changes");
	/* By the first key, when it had ended. */
	draft = second;
	draft.made_s = CAST_NOW_S - 20;
	assert_int_equal(party_make(&cast.arena, &draft, &cast.keys[0], &cast.complaint, &made),
			 OK);
	refused(&cast, NULL, &made, ERR_PERMISSION, "had ended");
	/* Of the future. */
	draft = second;
	draft.made_s = CAST_NOW_S + 4000;
	assert_int_equal(party_make(&cast.arena, &draft, &cast.keys[0], &cast.complaint, &made),
			 OK);
	refused(&cast, NULL, &made, ERR_PERMISSION, "clock");
	cast_release(&cast);
	(void)state;
}

static void test_scope(void **state)
{
	struct cast cast;
	cast_init(&cast);
	const struct party_file *party = &cast.parties[0];
	assert_true(party_speaks_for_domain(party, "shop.example"));
	assert_true(party_speaks_for_domain(party, "example"));
	assert_true(party_speaks_for_domain(party, "www.bank.test"));
	assert_false(party_speaks_for_domain(party, "notbank.test"));
	assert_false(party_speaks_for_domain(party, "test"));
	assert_false(party_speaks_for_domain(party, "shopexample"));
	assert_true(party_speaks_for_server(party, "ns.nic.example"));
	assert_false(party_speaks_for_server(party, "ns.shop.example"));
	assert_true(party_speaks_for_prefix(party, "192.0.2.200"));
	assert_true(party_speaks_for_prefix(party, "192.0.2.128/25"));
	assert_false(party_speaks_for_prefix(party, "192.0.0.0/16"));
	assert_true(party_speaks_for_prefix(party, "2001:db8:1::/48"));
	assert_false(party_speaks_for_prefix(party, "2001:db9::1"));
	assert_false(party_speaks_for_prefix(party, "not one"));
	cast_release(&cast);
	(void)state;
}

static void test_memory(void **state)
{
	struct cast cast;
	struct text octets;
	cast_init(&cast);
	text_init(&octets, ROOM);
	text_add_octets(&octets, cast.parties[0].octets, cast.parties[0].size);
	const long before = memory_in_use();
	FOR_EACH_FAILURE(allocation)
	{
		struct arena arena;
		struct party_file party, made;
		arena_init(&arena, 1 << 22, 64);
		int error = party_read(&arena, &octets, &cast.complaint, &party);
		if (error == OK)
			error = party_make(&arena, &party, &cast.keys[0], &cast.complaint, &made);
		assert_int_equal(error, memory_has_failed() ? ERR_MEMORY : OK);
		arena_release(&arena);
		assert_int_equal(memory_in_use(), before);
	}
	text_release(&octets);
	cast_release(&cast);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made),     cmocka_unit_test(test_spoilt),
		cmocka_unit_test(test_versions), cmocka_unit_test(test_keys_stay),
		cmocka_unit_test(test_scope),    cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
