/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parties, messages, deliveries and the audit: kept as they were, once, and found out when changed.
 */
#include "base/memory.h"
#include "keep/store/audit.h"
#include "keep/store/messages.h"
#include "keep/store/parties.h"
#include "keep/store/shelf.h"

#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW_S 1790000000

struct actor {
	struct secret_key key;
	struct party_key keys[1];
	struct party_file party;
};

static void make_actor(struct shelf *shelf, struct actor *actor, uint64_t seed)
{
	struct random random;
	random_seeded(&random, seed);
	assert_int_equal(secret_key_make(&random, NOW_S, &actor->key), OK);
	actor->keys[0] = (struct party_key){.key = actor->key.public, .since_s = NOW_S};
	const struct party_file draft = {.edition = 1,
					 .made_s = NOW_S,
					 .name = "Registry",
					 .roles = 1u << PARTY_IS_REGISTRY,
					 .keys = actor->keys,
					 .key_count = 1,
					 .ceiling = TLP_AMBER};
	assert_int_equal(party_make(&shelf->arena, &draft, &actor->key, &shelf->complaint,
				    &actor->party),
			 OK);
}

static struct case_message make_note(struct shelf *shelf, const struct actor *actor, int64_t made_s,
				     const struct case_message *after)
{
	static const char *const domains[] = {"bank.example"};
	const struct case_member notice[] = {
		{"sentence", MEMBER_LINE, .text = "all name servers replaced"},
		{"domains", MEMBER_DOMAINS, .items = domains, .item_count = 1}};
	const struct case_member note[] = {{"text", MEMBER_TEXT, .text = "We look into it."}};
	const char *seen[] = {after == NULL ? NULL : after->id};
	struct case_message draft = {.kind = after == NULL ? CASE_MESSAGE_NOTICE
							   : CASE_MESSAGE_NOTE,
				     .made_s = made_s,
				     .tlp = TLP_GREEN,
				     .after = seen,
				     .after_count = after != NULL,
				     .members = after == NULL ? notice : note,
				     .member_count = after == NULL ? 2 : 1};
	struct case_message made;
	memcpy(draft.author, actor->party.id, ID_ROOM);
	if (after != NULL)
		memcpy(draft.case_id, after->case_id, ID_ROOM);
	assert_int_equal(case_message_make(&shelf->arena, &draft, &actor->key, &shelf->complaint,
					   &made),
			 OK);
	return made;
}

static int count_party(void *context, const struct store_party *party)
{
	size_t *count = context;
	assert_true(party->size > 0);
	++*count;
	return OK;
}

static int compare_party(void *context, const struct store_party *party)
{
	const struct party_file *expected = context;
	assert_int_equal(party->size, expected->size);
	assert_memory_equal(party->octets, expected->octets, expected->size);
	return OK;
}

static int take_contact(void *context, const struct store_contact *contact)
{
	size_t *count = context;
	assert_string_equal(contact->outcome, "250 taken");
	assert_int_equal(contact->worked_s, NOW_S + 5);
	++*count;
	return OK;
}

static void test_parties(void **state)
{
	struct shelf shelf;
	struct actor actor;
	size_t count = 0;
	char self[ID_ROOM];
	shelf_init(&shelf);
	make_actor(&shelf, &actor, 1);
	struct party_file *party = &actor.party;
	assert_int_equal(store_self(shelf.store, self, &shelf.complaint), ERR_NOT_FOUND);
	assert_int_equal(store_party(shelf.store, party->id, compare_party, party,
				     &shelf.complaint),
			 ERR_NOT_FOUND);
	assert_int_equal(store_party_put(shelf.store, party, NOW_S, &shelf.complaint), OK);
	assert_int_equal(store_party_put(shelf.store, party, NOW_S, &shelf.complaint), ERR_EXISTS);
	assert_int_equal(store_self_put(shelf.store, party->id, &shelf.complaint), OK);
	struct store_contact contact = {party->id, "mail", "a@b.test", NOW_S, 0, "refused"};
	assert_int_equal(store_contact_put(shelf.store, &contact, &shelf.complaint), OK);
	contact.worked_s = NOW_S + 5;
	contact.outcome = "250 taken";
	assert_int_equal(store_contact_put(shelf.store, &contact, &shelf.complaint), OK);
	shelf_commit(&shelf);
	shelf_reopen(&shelf);
	assert_int_equal(
		store_party(shelf.store, party->id, compare_party, party, &shelf.complaint), OK);
	assert_int_equal(store_self(shelf.store, self, &shelf.complaint), OK);
	assert_string_equal(self, party->id);
	assert_int_equal(
		store_contacts(shelf.store, party->id, take_contact, &count, &shelf.complaint), OK);
	assert_int_equal(count, 1);
	assert_int_equal(store_parties(shelf.store, count_party, &count, &shelf.complaint), OK);
	assert_int_equal(store_party_editions(shelf.store, party->id, count_party, &count,
					      &shelf.complaint),
			 OK);
	assert_int_equal(count, 3);
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	shelf_release(&shelf);
	(void)state;
}

#define LIST_MAX 8
struct list {
	size_t count;
	char ids[LIST_MAX][ID_ROOM];
};

static int list_message(void *context, const struct store_message *message)
{
	struct list *list = context;
	assert_true(list->count < LIST_MAX);
	memcpy(list->ids[list->count++], message->id, ID_ROOM);
	return OK;
}

struct cases {
	size_t count, current;
	int64_t messages;
};

static int take_case(void *context, const struct store_case *one)
{
	struct cases *cases = context;
	cases->count++;
	cases->current += one->is_current;
	cases->messages = one->messages;
	return OK;
}

static void test_messages(void **state)
{
	struct shelf shelf;
	struct actor actor;
	struct list list = {0};
	struct cases cases = {0};
	bool is_new = false;
	shelf_init(&shelf);
	make_actor(&shelf, &actor, 1);
	const struct case_message notice = make_note(&shelf, &actor, NOW_S, NULL);
	const struct case_message later = make_note(&shelf, &actor, NOW_S + 9, &notice);
	const struct case_message note = make_note(&shelf, &actor, NOW_S + 5, &notice);
	/* In any order; twice is once. */
	const struct case_message *const order[] = {&later, &notice, &note, &later, &notice};
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(store_message_put(shelf.store, order[i], NOW_S + 60, &is_new,
						   &shelf.complaint),
				 OK);
		assert_int_equal(is_new, i < 3);
	}
	const struct store_summary summary = {notice.id, 3, (const uint8_t *)"open", 4};
	assert_int_equal(store_summary_put(shelf.store, &summary, &shelf.complaint), OK);
	shelf_commit(&shelf);
	shelf_reopen(&shelf);
	assert_int_equal(
		store_messages(shelf.store, notice.id, list_message, &list, &shelf.complaint), OK);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.ids[0], notice.id);
	assert_string_equal(list.ids[1], note.id);
	assert_string_equal(list.ids[2], later.id);
	assert_int_equal(store_cases(shelf.store, take_case, &cases, &shelf.complaint), OK);
	assert_true(cases.count == 1 && cases.current == 1 && cases.messages == 3);
	/* One more, and the summary is of before. */
	const struct case_message last = make_note(&shelf, &actor, NOW_S + 12, &later);
	assert_int_equal(store_message_put(shelf.store, &last, NOW_S, &is_new, &shelf.complaint),
			 OK);
	assert_int_equal(store_cases(shelf.store, take_case, &cases, &shelf.complaint), OK);
	assert_true(cases.count == 2 && cases.current == 1 && cases.messages == 4);
	/* The same id under another signature is not the same. */
	struct case_message other = later;
	char *octets = arena_text(&shelf.arena, later.octets);
	octets[strlen(octets) / 2] ^= 1;
	other.octets = octets;
	assert_int_equal(store_message_put(shelf.store, &other, NOW_S, &is_new, &shelf.complaint),
			 ERR_EXISTS);
	/* What was not committed is not there; what was refused ended nothing. */
	assert_int_equal(store_message_put(shelf.store, &last, NOW_S, &is_new, &shelf.complaint),
			 OK);
	shelf_reopen(&shelf);
	list.count = 0;
	assert_int_equal(store_message(shelf.store, last.id, list_message, &list, &shelf.complaint),
			 ERR_NOT_FOUND);
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	shelf_release(&shelf);
	(void)state;
}

static void test_full_case(void **state)
{
	struct shelf shelf;
	bool is_new = false;
	shelf_init(&shelf);
	struct case_message message = {.is_proven = true, .octets = "{}", .size = 2};
	memset(message.case_id, 'a', ID_LENGTH);
	for (unsigned i = 0; i <= CASE_MESSAGE_CASE_MAX; i++) {
		id_make(&i, sizeof(i), message.id);
		assert_int_equal(store_message_put(shelf.store, &message, NOW_S, &is_new,
						   &shelf.complaint),
				 i < CASE_MESSAGE_CASE_MAX ? OK : ERR_LIMIT);
	}
	assert_non_null(strstr(shelf.complaint.text, "open another"));
	shelf_commit(&shelf);
	/* They are no messages, and that is found out. */
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), ERR_DAMAGED);
	shelf_release(&shelf);
	(void)state;
}

/* The largest messages fill it long before there are too many. */
static void test_heavy_case(void **state)
{
	struct shelf shelf;
	bool is_new = false;
	const size_t most = CASE_MESSAGE_CASE_OCTETS_MAX / CASE_MESSAGE_OCTETS_MAX;
	char *octets = memory_take_zeroed(1, CASE_MESSAGE_OCTETS_MAX);
	shelf_init(&shelf);
	assert_non_null(octets);
	struct case_message message = {
		.is_proven = true, .octets = octets, .size = CASE_MESSAGE_OCTETS_MAX};
	memset(message.case_id, 'a', ID_LENGTH);
	for (size_t i = 0; i <= most; i++) {
		id_make(&i, sizeof(i), message.id);
		assert_int_equal(store_message_put(shelf.store, &message, NOW_S, &is_new,
						   &shelf.complaint),
				 i < most ? OK : ERR_LIMIT);
	}
	assert_non_null(strstr(shelf.complaint.text, "64 MiB together"));
	shelf_release(&shelf);
	memory_give(octets);
	(void)state;
}

struct sent {
	size_t count;
	struct store_delivery last;
};

static int take_delivery(void *context, const struct store_delivery *delivery)
{
	struct sent *sent = context;
	sent->count++;
	sent->last = *delivery;
	return OK;
}

static void test_deliveries(void **state)
{
	struct shelf shelf;
	struct actor actor;
	struct sent sent = {0};
	bool is_new = false;
	shelf_init(&shelf);
	make_actor(&shelf, &actor, 1);
	const struct case_message notice = make_note(&shelf, &actor, NOW_S, NULL);
	assert_int_equal(store_message_put(shelf.store, &notice, NOW_S, &is_new, &shelf.complaint),
			 OK);
	/* Once sent it stays sent, whatever a later try says. */
	static const enum store_delivery_state states[] = {DELIVERY_WAITS, DELIVERY_FAILED,
							   DELIVERY_SENT, DELIVERY_FAILED};
	static const enum store_delivery_state shown[] = {DELIVERY_WAITS, DELIVERY_FAILED,
							  DELIVERY_SENT, DELIVERY_SENT};
	for (int i = 0; i < 4; i++) {
		const struct store_delivery delivery = {.message = notice.id,
							.party = actor.party.id,
							.way = "mail a@b.test",
							.state = states[i],
							.last_s = NOW_S + i,
							.detail = "x"};
		assert_int_equal(store_delivery_put(shelf.store, &delivery, &shelf.complaint), OK);
		sent.count = 0;
		assert_int_equal(store_deliveries(shelf.store, i % 2 ? notice.id : NULL,
						  take_delivery, &sent, &shelf.complaint),
				 OK);
		assert_int_equal(sent.count, 1);
		assert_int_equal(sent.last.state, shown[i]);
		assert_int_equal(sent.last.tries, i + 1);
		assert_int_equal(sent.last.first_s, NOW_S);
		assert_int_equal(sent.last.last_s, NOW_S + i);
	}
	shelf_commit(&shelf);
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	shelf_release(&shelf);
	(void)state;
}

struct parcels {
	size_t count;
	size_t size; /* of the last */
};

static int take_parcel(void *context, const struct store_parcel *parcel)
{
	struct parcels *parcels = context;
	assert_int_equal(parcel->key[KEY_OCTETS - 1], 7);
	assert_memory_equal(parcel->octets, "sealed anew", parcel->size);
	parcels->count++;
	parcels->size = parcel->size;
	return OK;
}

/* What leaves again is there until it has arrived, by whatever way. */
static void test_parcels(void **state)
{
	static const uint8_t key[KEY_OCTETS] = {[KEY_OCTETS - 1] = 7};
	static const enum store_delivery_state states[] = {DELIVERY_WAITS, DELIVERY_FAILED,
							   DELIVERY_SENT};
	struct shelf shelf;
	struct actor actor;
	bool is_new = false;
	shelf_init(&shelf);
	make_actor(&shelf, &actor, 1);
	const struct case_message notice = make_note(&shelf, &actor, NOW_S, NULL);
	assert_int_equal(store_message_put(shelf.store, &notice, NOW_S, &is_new, &shelf.complaint),
			 OK);
	struct store_parcel parcel = {.message = notice.id,
				      .party = actor.party.id,
				      .key = key,
				      .octets = "sealed anew",
				      .size = 6};
	assert_int_equal(store_parcel_put(shelf.store, &parcel, &shelf.complaint), OK);
	parcel.size = 11;
	assert_int_equal(store_parcel_put(shelf.store, &parcel, &shelf.complaint), OK);
	for (int i = 0; i < 3; i++) {
		struct parcels parcels = {0};
		const struct store_delivery delivery = {.message = notice.id,
							.party = actor.party.id,
							.way = i == 2 ? "file box"
								      : "mail a@b.test",
							.state = states[i],
							.last_s = NOW_S};
		assert_int_equal(store_delivery_put(shelf.store, &delivery, &shelf.complaint), OK);
		assert_int_equal(store_parcels(shelf.store, notice.id, take_parcel, &parcels,
					       &shelf.complaint),
				 OK);
		assert_int_equal(parcels.count, i < 2);
		assert_int_equal(parcels.size, i < 2 ? 11 : 0);
	}
	/* Or until it is known otherwise that it has. */
	struct parcels left = {0};
	assert_int_equal(store_parcel_put(shelf.store, &parcel, &shelf.complaint), OK);
	for (int i = 0; i < 2; i++)
		assert_int_equal(store_parcel_drop(shelf.store, notice.id, parcel.party,
						   &shelf.complaint),
				 OK);
	assert_int_equal(
		store_parcels(shelf.store, notice.id, take_parcel, &left, &shelf.complaint), OK);
	assert_int_equal(left.count, 0);
	shelf_commit(&shelf);
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	shelf_release(&shelf);
	(void)state;
}

static void run_sql(const char *path, const char *script)
{
	sqlite3 *database;
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	assert_int_equal(sqlite3_exec(database, script, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
}

static int count_audit(void *context, const struct store_audit *entry)
{
	size_t *count = context;
	assert_int_equal(entry->id, (int64_t)++ * count);
	return OK;
}

/* Each entry, changed in each of its columns, moved, taken out: found. */
static void test_audit(void **state)
{
	static const char *const changes[] = {
		"UPDATE audit SET time_s = time_s + 1 WHERE id = 3",
		"UPDATE audit SET who = 'eve' WHERE id = 3",
		"UPDATE audit SET act = 'looked' WHERE id = 3",
		"UPDATE audit SET subject = 'y' WHERE id = 3",
		"UPDATE audit SET detail = '' WHERE id = 3",
		"UPDATE audit SET hash = zeroblob(32) WHERE id = 3",
		"UPDATE audit SET hash = zeroblob(3) WHERE id = 3",
		"DELETE FROM audit WHERE id = 3",
		"DELETE FROM audit WHERE id = 1",
		"DELETE FROM audit WHERE id = 3; UPDATE audit SET id = id - 1 WHERE id > 3",
		"UPDATE audit SET who = 'readrea', act = 'd' WHERE id = 3",
		"INSERT INTO audit VALUES(6, 1, 'a', 'b', 'c', 'd', zeroblob(32))",
	};
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct shelf shelf;
		size_t count = 0;
		shelf_init(&shelf);
		for (int entry = 0; entry < 5; entry++) {
			const struct store_audit audit = {.time_s = NOW_S + entry,
							  .who = "rea",
							  .act = "read",
							  .subject = "x",
							  .detail = "TLP:RED"};
			assert_int_equal(store_audit_put(shelf.store, &audit, &shelf.complaint),
					 OK);
		}
		shelf_commit(&shelf);
		assert_int_equal(store_audits(shelf.store, count_audit, &count, &shelf.complaint),
				 OK);
		assert_int_equal(count, 5);
		store_close(shelf.store);
		shelf.store = NULL;
		run_sql(shelf.path, changes[i]);
		shelf_reopen(&shelf);
		count = 0;
		if (store_audits(shelf.store, count_audit, &count, &shelf.complaint) != ERR_DAMAGED)
			fail_msg("not found: %s", changes[i]);
		assert_non_null(strstr(shelf.complaint.text, "does not follow"));
		assert_int_equal(store_verify(shelf.store, &shelf.complaint), ERR_DAMAGED);
		shelf_release(&shelf);
	}
	(void)state;
}

static void test_long_words(void **state)
{
	static char words[3 * AUDIT_TEXT_MAX];
	struct shelf shelf;
	size_t count = 0;
	shelf_init(&shelf);
	memset(words, 'x', sizeof(words) - 1);
	const struct store_audit audit = {.who = words, .act = "a", .subject = words};
	assert_int_equal(store_audit_put(shelf.store, &audit, &shelf.complaint), OK);
	assert_int_equal(store_audits(shelf.store, count_audit, &count, &shelf.complaint), OK);
	shelf_release(&shelf);
	(void)state;
}

/* A changed message or party is found. */
static void test_changed(void **state)
{
	static const char *const changes[] = {
		"UPDATE message SET body = replace(body, 'replaced', 'removed.')",
		"UPDATE message SET made_s = made_s + 1",
		"UPDATE message SET id = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
		"UPDATE party SET body = replace(body, 'Registry', 'Registrb')",
		"UPDATE party SET edition = 7",
		"INSERT INTO delivery VALUES('a', 'b', 'c', 0, 0, 0, 0, '')",
		"INSERT INTO parcel VALUES('a', 'b', 'c', 'd')",
		"INSERT INTO summary VALUES('a', 1, 'x')",
	};
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct shelf shelf;
		struct actor actor;
		bool is_new = false;
		shelf_init(&shelf);
		make_actor(&shelf, &actor, 1);
		const struct case_message notice = make_note(&shelf, &actor, NOW_S, NULL);
		assert_int_equal(store_message_put(shelf.store, &notice, NOW_S, &is_new,
						   &shelf.complaint),
				 OK);
		assert_int_equal(
			store_party_put(shelf.store, &actor.party, NOW_S, &shelf.complaint), OK);
		shelf_commit(&shelf);
		assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
		store_close(shelf.store);
		shelf.store = NULL;
		run_sql(shelf.path, changes[i]);
		shelf_reopen(&shelf);
		if (store_verify(shelf.store, &shelf.complaint) != ERR_DAMAGED)
			fail_msg("not found: %s", changes[i]);
		shelf_release(&shelf);
	}
	(void)state;
}

/* A store of the version before is read as it is, and made ready when it is next written to. */
static void test_upgrade(void **state)
{
	struct shelf shelf;
	struct actor actor;
	size_t count = 0;
	shelf_init(&shelf);
	make_actor(&shelf, &actor, 1);
	store_close(shelf.store);
	shelf.store = NULL;
	run_sql(shelf.path, "DROP TABLE draft;"
			    "DROP TABLE party; DROP TABLE contact; DROP TABLE message;"
			    "DROP TABLE summary; DROP TABLE delivery; DROP TABLE audit;"
			    "DROP TABLE watch; DROP TABLE watch_round; DROP TABLE parcel;"
			    "PRAGMA user_version = 2;");
	assert_int_equal(store_open(shelf.path, STORE_READ, &shelf.store, &shelf.complaint), OK);
	assert_int_equal(store_parties(shelf.store, count_party, &count, &shelf.complaint),
			 ERR_NOT_FOUND);
	assert_non_null(strstr(shelf.complaint.text, "older dsfi"));
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	store_close(shelf.store);
	shelf.store = NULL;
	shelf_reopen(&shelf);
	assert_int_equal(store_party_put(shelf.store, &actor.party, NOW_S, &shelf.complaint), OK);
	shelf_commit(&shelf);
	assert_int_equal(store_parties(shelf.store, count_party, &count, &shelf.complaint), OK);
	assert_int_equal(count, 1);
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	shelf_release(&shelf);
	(void)state;
}

#define KILL_ROUNDS 6
#define KILL_MS 60

/* One message after another, each told when it is kept. */
static void write_until_killed(struct shelf *shelf, const struct actor *actor, int pipe_end)
{
	bool is_new = false;
	struct case_message last = make_note(shelf, actor, NOW_S + getpid(), NULL);
	shelf_reopen(shelf);
	for (int i = 0;; i++) {
		const struct store_audit audit = {
			.time_s = NOW_S, .who = "rea", .act = "receive", .subject = last.id};
		assert_int_equal(store_message_put(shelf->store, &last, NOW_S, &is_new,
						   &shelf->complaint),
				 OK);
		assert_int_equal(store_audit_put(shelf->store, &audit, &shelf->complaint), OK);
		shelf_commit(shelf);
		if (write(pipe_end, last.id, ID_ROOM) != ID_ROOM)
			_exit(1);
		last = make_note(shelf, actor, NOW_S + i, &last);
	}
}

static size_t kill_writer(struct shelf *shelf, const struct actor *actor, struct list *list)
{
	int ends[2];
	int status;
	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	const pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[0]);
		write_until_killed(shelf, actor, ends[1]);
	}
	close(ends[1]);
	const struct timespec moment = {.tv_nsec = KILL_MS * 1000000L};
	nanosleep(&moment, NULL);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	size_t count = 0;
	while (read(ends[0], list->ids[count % LIST_MAX], ID_ROOM) == ID_ROOM)
		count++;
	close(ends[0]);
	return count;
}

static int count_entries(void *context, const struct store_audit *entry)
{
	size_t *count = context;
	*count = (size_t)entry->id;
	return OK;
}

static int count_messages(void *context, const struct store_message *message)
{
	size_t *count = context;
	*count += message->size > 0;
	return OK;
}

/* What was acknowledged is there, with its entry in the audit, and nothing by halves. */
static void test_killed(void **state)
{
	struct shelf shelf;
	struct actor actor;
	size_t told = 0;
	shelf_init(&shelf);
	make_actor(&shelf, &actor, 1);
	for (int round = 0; round < KILL_ROUNDS; round++) {
		struct list list = {0}, found = {0};
		size_t entries = 0, messages = 0;
		store_close(shelf.store);
		shelf.store = NULL;
		const size_t count = kill_writer(&shelf, &actor, &list);
		told += count;
		shelf_reopen(&shelf);
		for (size_t i = 0; i < count && i < LIST_MAX; i++) {
			found.count = 0;
			assert_int_equal(store_message(shelf.store, list.ids[i], list_message,
						       &found, &shelf.complaint),
					 OK);
		}
		assert_int_equal(store_messages(shelf.store, NULL, count_messages, &messages,
						&shelf.complaint),
				 OK);
		assert_int_equal(
			store_audits(shelf.store, count_entries, &entries, &shelf.complaint), OK);
		assert_int_equal(entries, messages);
		assert_true(messages >= told);
		assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	}
	print_message("# %zu messages were acknowledged before kill -9\n", told);
	assert_true(told > 0);
	shelf_release(&shelf);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parties),    cmocka_unit_test(test_messages),
		cmocka_unit_test(test_full_case),  cmocka_unit_test(test_heavy_case),
		cmocka_unit_test(test_deliveries), cmocka_unit_test(test_parcels),
		cmocka_unit_test(test_audit),      cmocka_unit_test(test_long_words),
		cmocka_unit_test(test_killed),     cmocka_unit_test(test_changed),
		cmocka_unit_test(test_upgrade),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
