/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What others say of contacts: kept by domain, replaced when it is said again, no party's. */
#include "keep/store/drafts.h"
#include "keep/store/parties.h"
#include "keep/store/shelf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct taken {
	size_t count;
	char value[64], place[64];
	int64_t said_s;
};

static int take(void *context, const struct store_draft *draft)
{
	struct taken *taken = context;
	assert_string_equal(draft->domain, "bank.example");
	taken->count++;
	(void)snprintf(taken->value, sizeof(taken->value), "%s", draft->value);
	(void)snprintf(taken->place, sizeof(taken->place), "%s", draft->place);
	taken->said_s = draft->said_s;
	return OK;
}

static int take_contact(void *context, const struct store_contact *contact)
{
	(void)contact;
	++*(size_t *)context;
	return OK;
}

static void test_drafts(void **state)
{
	struct shelf shelf;
	struct taken taken = {0};
	size_t contacts = 0;
	struct store_draft draft = {.domain = "bank.example",
				    .kind = "mail",
				    .value = "abuse@reg.example",
				    .role = "abuse",
				    .name = "",
				    .source = "rdap",
				    .place = "first",
				    .said_s = 1};
	shelf_init(&shelf);
	assert_int_equal(store_drafts(shelf.store, "bank.example", take, &taken, &shelf.complaint),
			 OK);
	assert_int_equal(taken.count, 0);
	assert_int_equal(store_draft_put(shelf.store, &draft, &shelf.complaint), OK);
	draft.place = "second";
	draft.said_s = 2;
	assert_int_equal(store_draft_put(shelf.store, &draft, &shelf.complaint), OK);
	draft.domain = "shop.example";
	assert_int_equal(store_draft_put(shelf.store, &draft, &shelf.complaint), OK);
	shelf_commit(&shelf);
	assert_int_equal(store_drafts(shelf.store, "bank.example", take, &taken, &shelf.complaint),
			 OK);
	assert_int_equal(taken.count, 1);
	assert_string_equal(taken.value, "abuse@reg.example");
	assert_string_equal(taken.place, "second");
	assert_int_equal(taken.said_s, 2);
	assert_int_equal(store_contacts(shelf.store, "bank.example", take_contact, &contacts,
					&shelf.complaint),
			 OK);
	assert_int_equal(contacts, 0);
	shelf_release(&shelf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_drafts)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
