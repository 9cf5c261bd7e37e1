/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watched domains: each once, walked in one order, changed by news alone. */
#include "dns/wire/name.h"
#include "keep/store/shelf.h"
#include "keep/store/watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW_S 1795000000
#define COUNT 100u

static const uint8_t first_digest[WATCH_DIGEST_OCTETS] = "first";
static const uint8_t second_digest[WATCH_DIGEST_OCTETS] = "second";

static struct name number_name(unsigned number)
{
	struct name name;
	char text[64];
	(void)snprintf(text, sizeof(text), "d%03u.Example.", number);
	assert_int_equal(name_from_text(text, &name, NULL), OK);
	return name;
}

static bool add(struct shelf *shelf, unsigned number, const char *list)
{
	const struct name name = number_name(number);
	const struct store_watch watch = {
		.domain = name.octets, .since_s = NOW_S, .by_whom = "ana (1000)", .list = list};
	bool is_new = false;
	assert_int_equal(store_watch_add(shelf->store, &watch, &is_new, &shelf->complaint), OK);
	return is_new;
}

struct walk {
	struct store_watch last; /* pointers are not to be followed */
	uint8_t domain[NAME_MAX_OCTETS], digest[WATCH_DIGEST_OCTETS];
	char list[64];
	unsigned count;
	int order; /* of names; 0: not looked at */
	uint32_t place;
};

static int step(void *context, const struct store_watch *watch)
{
	struct walk *walk = context;
	if (walk->count > 0 && walk->order > 0)
		assert_true(name_compare(walk->domain, watch->domain) < 0);
	if (walk->count > 0 && walk->order < 0)
		assert_true(store_watch_place(watch->domain) >= walk->place);
	walk->place = store_watch_place(watch->domain);
	(void)name_copy(walk->domain, watch->domain);
	if (watch->digest != NULL)
		memcpy(walk->digest, watch->digest, WATCH_DIGEST_OCTETS);
	(void)snprintf(walk->list, sizeof(walk->list), "%s", watch->list);
	walk->last = *watch;
	walk->count++;
	return OK;
}

static struct walk one(struct shelf *shelf, unsigned number)
{
	struct walk walk = {0};
	const struct name name = number_name(number);
	assert_int_equal(store_watch(shelf->store, name.octets, step, &walk, &shelf->complaint),
			 OK);
	assert_int_equal(walk.count, 1);
	return walk;
}

static void note(struct shelf *shelf, enum watch_event event, const uint8_t *digest)
{
	const struct name name = number_name(7);
	const struct store_watch_news news = {
		.domain = name.octets, .event = event, .time_s = NOW_S + 5, .digest = digest};
	assert_int_equal(store_watch_note(shelf->store, &news, &shelf->complaint), OK);
}

static void test_list(void **state)
{
	struct shelf shelf;
	struct walk walk = {.order = 1};
	uint64_t count = 0;
	bool was_there = false;
	shelf_init(&shelf);
	for (unsigned i = 0; i < COUNT; i++)
		assert_true(add(&shelf, i, "banks"));
	assert_false(add(&shelf, 7, "others"));
	assert_int_equal(store_watch_count(shelf.store, &count, &shelf.complaint), OK);
	assert_int_equal(count, COUNT);
	shelf_commit(&shelf);
	shelf_reopen(&shelf);
	assert_int_equal(store_watches(shelf.store, step, &walk, &shelf.complaint), OK);
	assert_int_equal(walk.count, COUNT);
	assert_string_equal(one(&shelf, 7).list, "banks");
	const struct name seven = number_name(7);
	assert_int_equal(
		store_watch_remove(shelf.store, seven.octets, &was_there, &shelf.complaint), OK);
	assert_true(was_there);
	assert_int_equal(
		store_watch_remove(shelf.store, seven.octets, &was_there, &shelf.complaint), OK);
	assert_false(was_there);
	assert_int_equal(store_watch(shelf.store, seven.octets, step, &walk, &shelf.complaint),
			 ERR_NOT_FOUND);
	note(&shelf, WATCH_SILENT, NULL); /* of nobody */
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	shelf_release(&shelf);
	(void)state;
}

/* In parts of any size each comes once, also when it is gone on from one that was removed. */
static void test_parts(void **state)
{
	struct shelf shelf;
	shelf_init(&shelf);
	for (unsigned i = 0; i < COUNT; i++)
		(void)add(&shelf, i, "");
	for (unsigned size = 1; size < COUNT + 2; size += 33) {
		struct walk walk = {.order = -1};
		unsigned before = 1;
		struct store_watch_part part = {.most = size};
		while (walk.count != before) {
			before = walk.count;
			uint8_t last[NAME_MAX_OCTETS];
			if (walk.count > 0)
				(void)name_copy(last, walk.domain);
			part.after = walk.count > 0 ? last : NULL;
			assert_int_equal(store_watch_next(shelf.store, &part, step, &walk,
							  &shelf.complaint),
					 OK);
		}
		assert_int_equal(walk.count, COUNT);
	}
	shelf_release(&shelf);
	(void)state;
}

static void test_news(void **state)
{
	struct shelf shelf;
	shelf_init(&shelf);
	(void)add(&shelf, 7, "");
	struct walk walk = one(&shelf, 7);
	assert_true(walk.last.digest == NULL && walk.last.looked_s == 0 && walk.last.due == 0);
	note(&shelf, WATCH_SEEN, first_digest);
	walk = one(&shelf, 7);
	assert_memory_equal(walk.digest, first_digest, WATCH_DIGEST_OCTETS);
	assert_true(walk.last.looked_s == NOW_S + 5 && walk.last.due == WATCH_DUE_FIRST);
	note(&shelf, WATCH_DIFFERS, second_digest);
	assert_true(one(&shelf, 7).last.doubt != NULL);
	note(&shelf, WATCH_SILENT, NULL);
	assert_int_equal(one(&shelf, 7).last.silent_s, NOW_S + 5);
	note(&shelf, WATCH_HEARD, NULL);
	assert_int_equal(one(&shelf, 7).last.silent_s, 0);
	note(&shelf, WATCH_MOVED, second_digest);
	walk = one(&shelf, 7);
	assert_memory_equal(walk.digest, second_digest, WATCH_DIGEST_OCTETS);
	assert_true(walk.last.doubt == NULL && walk.last.moved_s == NOW_S + 5);
	assert_int_equal(walk.last.due, WATCH_DUE_MOVED);
	shelf_release(&shelf);
	(void)state;
}

static unsigned due_count_at(struct shelf *shelf, int64_t before_s, int64_t now_s,
			     enum watch_due *ret_first)
{
	struct walk walk = {0};
	const struct store_watch_queue queue = {.before_s = before_s, .now_s = now_s, .most = 1};
	assert_int_equal(store_watch_due(shelf->store, &queue, step, &walk, &shelf->complaint), OK);
	*ret_first = walk.last.due;
	return walk.count;
}

static unsigned due_count(struct shelf *shelf, int64_t before_s, enum watch_due *ret_first)
{
	return due_count_at(shelf, before_s, NOW_S, ret_first);
}

static void test_queue(void **state)
{
	struct shelf shelf;
	enum watch_due first = WATCH_DUE_NOT;
	const struct name seven = number_name(7);
	shelf_init(&shelf);
	for (unsigned i = 0; i < 20; i++)
		(void)add(&shelf, i, "");
	assert_int_equal(due_count(&shelf, NOW_S, &first), 0);
	for (unsigned i = 0; i < 20; i++) {
		const struct name name = number_name(i);
		const struct store_watch_news news = {.domain = name.octets,
						      .event = i == 7 ? WATCH_MOVED : WATCH_SEEN,
						      .time_s = NOW_S,
						      .digest = first_digest};
		assert_int_equal(store_watch_note(shelf.store, &news, &shelf.complaint), OK);
	}
	assert_int_equal(due_count(&shelf, NOW_S, &first), 1);
	assert_int_equal(first, WATCH_DUE_MOVED);
	struct store_watch_full full = {
		.domain = seven.octets, .time_s = NOW_S + 100, .due = WATCH_DUE_AGAIN};
	assert_int_equal(store_watch_looked(shelf.store, &full, &shelf.complaint), OK);
	/* It has to wait. */
	(void)due_count(&shelf, NOW_S + 99, &first);
	assert_int_equal(first, WATCH_DUE_FIRST);
	(void)due_count(&shelf, NOW_S + 100, &first);
	assert_int_equal(first, WATCH_DUE_AGAIN);
	full.due = WATCH_DUE_NOT;
	assert_int_equal(store_watch_looked(shelf.store, &full, &shelf.complaint), OK);
	assert_int_equal(one(&shelf, 7).last.full_s, NOW_S + 100);
	shelf_release(&shelf);
	(void)state;
}

/* What is scored again comes when its time has come, after what moved and before first looks. */
static void test_later(void **state)
{
	static const uint8_t told[] = "told";
	struct shelf shelf;
	enum watch_due first = WATCH_DUE_NOT;
	const struct name seven = number_name(7);
	const struct name eight = number_name(8);
	struct store_watch_full full = {.domain = seven.octets,
					.time_s = NOW_S,
					.due = WATCH_DUE_LATER,
					.later_s = NOW_S + 3600,
					.told = told,
					.told_size = sizeof(told)};
	shelf_init(&shelf);
	(void)add(&shelf, 7, "");
	(void)add(&shelf, 8, "");
	assert_int_equal(store_watch_looked(shelf.store, &full, &shelf.complaint), OK);
	shelf_commit(&shelf);
	shelf_reopen(&shelf);
	const struct walk walk = one(&shelf, 7);
	assert_int_equal(walk.last.due, WATCH_DUE_LATER);
	assert_int_equal(walk.last.later_s, NOW_S + 3600);
	assert_int_equal(walk.last.told_size, sizeof(told));
	assert_int_equal(due_count_at(&shelf, NOW_S, NOW_S + 3599, &first), 0);
	assert_int_equal(due_count_at(&shelf, NOW_S - 1, NOW_S + 3600, &first), 0);
	assert_int_equal(due_count_at(&shelf, NOW_S, NOW_S + 3600, &first), 1);
	assert_int_equal(first, WATCH_DUE_LATER);
	struct store_watch_news news = {.domain = eight.octets,
					.event = WATCH_SEEN,
					.time_s = NOW_S,
					.digest = first_digest};
	assert_int_equal(store_watch_note(shelf.store, &news, &shelf.complaint), OK);
	(void)due_count_at(&shelf, NOW_S, NOW_S + 3600, &first);
	assert_int_equal(first, WATCH_DUE_LATER);
	news.event = WATCH_MOVED;
	assert_int_equal(store_watch_note(shelf.store, &news, &shelf.complaint), OK);
	(void)due_count_at(&shelf, NOW_S, NOW_S + 3600, &first);
	assert_int_equal(first, WATCH_DUE_MOVED);
	/* What moves keeps what was told. */
	note(&shelf, WATCH_MOVED, second_digest);
	assert_int_equal(one(&shelf, 7).last.told_size, sizeof(told));
	full = (struct store_watch_full){.domain = seven.octets, .time_s = NOW_S};
	assert_int_equal(store_watch_looked(shelf.store, &full, &shelf.complaint), OK);
	assert_null(one(&shelf, 7).last.told);
	shelf_release(&shelf);
	(void)state;
}

static void test_rounds(void **state)
{
	struct shelf shelf;
	struct store_watch_round round = {NOW_S, NOW_S + 270, 1000000, 3, 2, 1};
	shelf_init(&shelf);
	assert_int_equal(store_watch_round_last(shelf.store, &round, &shelf.complaint),
			 ERR_NOT_FOUND);
	assert_int_equal(store_watch_round_put(shelf.store, &round, &shelf.complaint), OK);
	round.moved = 77;
	assert_int_equal(store_watch_round_put(shelf.store, &round, &shelf.complaint), OK);
	struct store_watch_round read = {0};
	assert_int_equal(store_watch_round_last(shelf.store, &read, &shelf.complaint), OK);
	assert_memory_equal(&read, &round, sizeof(round));
	shelf_release(&shelf);
	(void)state;
}

static void test_old_store(void **state)
{
	struct shelf shelf;
	struct walk walk = {0};
	uint64_t count = 0;
	shelf_init(&shelf);
	shelf_make_old(&shelf);
	assert_int_equal(store_open(shelf.path, STORE_READ, &shelf.store, &shelf.complaint), OK);
	assert_int_equal(store_watches(shelf.store, step, &walk, &shelf.complaint), ERR_NOT_FOUND);
	assert_non_null(strstr(shelf.complaint.text, "older dsfi"));
	assert_int_equal(store_watch_count(shelf.store, &count, &shelf.complaint), ERR_NOT_FOUND);
	shelf_release(&shelf);
	(void)state;
}

static void test_lock(void **state)
{
	struct shelf shelf;
	int first = -1, second = -1;
	shelf_init(&shelf);
	assert_int_equal(store_watch_lock(shelf.path, &first, &shelf.complaint), OK);
	assert_int_equal(store_watch_lock(shelf.path, &second, &shelf.complaint), ERR_BUSY);
	assert_non_null(strstr(shelf.complaint.text, "another 'dsfi watch run'"));
	assert_int_equal(second, -1);
	assert_int_equal(close(first), 0);
	assert_int_equal(store_watch_lock(shelf.path, &second, &shelf.complaint), OK);
	assert_int_equal(close(second), 0);
	assert_int_equal(store_watch_lock("/nothing/here", &second, &shelf.complaint),
			 ERR_NOT_FOUND);
	shelf_release(&shelf);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),      cmocka_unit_test(test_parts),
		cmocka_unit_test(test_news),      cmocka_unit_test(test_queue),
		cmocka_unit_test(test_later),     cmocka_unit_test(test_rounds),
		cmocka_unit_test(test_old_store), cmocka_unit_test(test_lock),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
