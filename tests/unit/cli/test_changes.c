/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A domain whose states do not fit into memory ends nothing: of it less is judged, or nothing. */
#include "cli/change_of.h"
#include "cli/changes_private.h"
#include "dns/wire/name.h"
#include "model/observation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NIGHTS 32u
#define NIGHT_S 86400

struct looked {
	struct arena arena;
	struct name domain;
	struct store_interval nights[NIGHTS];
	struct store_past past;
};

/* Delegated to a name server of that night, with as many more as there may be. */
static void look(struct looked *looked, size_t night)
{
	struct observation_builder builder;
	struct store_interval *interval = &looked->nights[night];
	observation_builder_init(&builder, &looked->arena, looked->domain.octets);
	builder.observation.vantage = "lab";
	builder.observation.scanner = "dsfi";
	builder.observation.needs = NEED_ALL_DEFAULT;
	builder.observation.delegation = DELEGATION_FOUND;
	builder.observation.ds_security = SECURITY_INSECURE;
	builder.observation.parent_exchange = MESSAGE_NONE;
	for (size_t i = 0; i < OBSERVATION_HOSTS_MAX; i++) {
		char text[64];
		struct name name;
		snprintf(text, sizeof(text), "ns%zu.night%zu.tld.", i, i == 0 ? night : 0);
		assert_int_equal(name_from_text(text, &name, NULL), OK);
		const int host = observation_host(&builder, name.octets);
		assert_true(host >= 0);
		builder.observation.hosts[host].flags = HOST_AT_PARENT;
		builder.observation.hosts[host].state = HOST_NXDOMAIN;
	}
	assert_int_equal(observation_state(&looked->arena, &builder.observation, &interval->state,
					   &interval->state_size),
			 OK);
	interval->first_run = interval->last_run = (int64_t)night + 1;
	interval->first_s = interval->last_s = 1790000000 + (int64_t)night * NIGHT_S;
}

static void looked_init(struct looked *looked)
{
	*looked = (struct looked){.past = {.count = NIGHTS}};
	arena_init(&looked->arena, (size_t)16 << 20, 0);
	assert_int_equal(name_from_text("bank.tld.", &looked->domain, NULL), OK);
	for (size_t i = 0; i < NIGHTS; i++)
		look(looked, i);
	looked->past.domain = looked->domain.octets;
	looked->past.intervals = looked->nights;
}

struct judges {
	struct options options;
	struct complaint complaint;
	struct changes changes;
	char *notes;
	size_t notes_size;
};

/* What may be read at once is `octets`. */
static void judges_init(struct judges *judges, size_t octets)
{
	static const struct option rows[] = {{.name = "quiet", .kind = OPTION_FLAG}};
	static const struct command command = {.name = "changes", .options = rows};
	*judges = (struct judges){.options = {.command = &command}};
	judges->options.err = open_memstream(&judges->notes, &judges->notes_size);
	assert_non_null(judges->options.err);
	judges->changes = (struct changes){
		.options = &judges->options, .complaint = &judges->complaint, .since = 1};
	arena_init(&judges->changes.arena, octets, 4096);
	assert_int_equal(signals_new(NULL, &judges->changes.signals, NULL), OK);
	assert_int_equal(suffix_built_in(&judges->changes.suffixes, NULL), OK);
}

static void judges_release(struct judges *judges)
{
	fclose(judges->options.err);
	free(judges->notes);
	changes_close(&judges->changes);
}

static struct changes_judged judge(struct judges *judges, const struct looked *looked)
{
	const struct changes_query query = {.past = &looked->past};
	struct changes_judged judged = {.count = 0};
	assert_int_equal(changes_judge(&judges->changes, &query, &judged), OK);
	fflush(judges->options.err);
	return judged;
}

static void test_too_large(void **state)
{
	struct looked looked;
	struct judges judges;
	looked_init(&looked);
	judges_init(&judges, (size_t)64 << 20);
	struct changes_judged judged = judge(&judges, &looked);
	assert_int_equal(judged.count, NIGHTS - 1);
	assert_int_equal(judges.notes_size, 0);
	const size_t whole = judges.changes.arena.taken_bytes;
	judges_release(&judges);
	/* The newest of it. */
	judges_init(&judges, whole / 2);
	judged = judge(&judges, &looked);
	assert_true(judged.count > 0 && judged.count < NIGHTS - 1);
	assert_int_equal(judged.items[judged.count - 1]->after_run, NIGHTS);
	assert_non_null(strstr(judges.notes, "'bank.tld.': its states are so large that only the "
					     "newest"));
	const struct found_change wanted = {.after_run = NIGHTS,
					    .after_s = looked.nights[NIGHTS - 1].first_s};
	const struct changes_query query = {&looked.past, &wanted};
	assert_int_equal(changes_judge(&judges.changes, &query, &judged), OK);
	assert_int_equal(judged.count, 1);
	assert_int_equal(judged.items[0]->after_run, NIGHTS);
	judges_release(&judges);
	/* Nothing of it. */
	judges_init(&judges, 4096);
	judged = judge(&judges, &looked);
	assert_int_equal(judged.count, 0);
	assert_true(judged.is_left_out);
	assert_non_null(strstr(judges.notes, "'bank.tld.' was left out"));
	judges_release(&judges);
	arena_release(&looked.arena);
}

static int find(struct judges *judges, const struct looked *looked, int64_t run,
		struct change_found *found)
{
	const struct change_wanted wanted = {looked->domain.octets, "bank.tld", run};
	const int error = change_find_in(&judges->changes, &wanted, &looked->past, found);
	fflush(judges->options.err);
	return error;
}

static bool complains(const struct judges *judges, const char *words)
{
	if (strstr(judges->complaint.text, words) == NULL)
		print_message("# %s\n", judges->complaint.text);
	return strstr(judges->complaint.text, words) != NULL;
}

/* The change that a case is for. */
static void test_one_of_too_large(void **state)
{
	struct looked looked;
	struct judges judges;
	struct change_found found;
	looked_init(&looked);
	judges_init(&judges, (size_t)64 << 20);
	assert_int_equal(find(&judges, &looked, 0, &found), ERR_ARGUMENT);
	assert_true(complains(&judges, "several have the same score"));
	assert_int_equal(find(&judges, &looked, 2, &found), OK);
	assert_int_equal(found.change.after_run, 2);
	assert_null(strstr(judges.notes, "so large"));
	const size_t whole = judges.changes.arena.taken_bytes;
	judges_release(&judges);
	/* Of a part none is chosen. */
	judges_init(&judges, whole / 2);
	assert_int_equal(find(&judges, &looked, 0, &found), ERR_ARGUMENT);
	assert_true(complains(&judges, "older changes were not looked at"));
	assert_true(complains(&judges, "@32 ("));
	assert_non_null(strstr(judges.notes, "'bank.tld.': its states are so large that only the "
					     "newest"));
	assert_int_equal(find(&judges, &looked, NIGHTS, &found), OK);
	const struct store_interval *night = &looked.nights[NIGHTS - 2];
	assert_int_equal(found.change.after_run, NIGHTS);
	assert_int_equal(found.before_size, night->state_size);
	assert_memory_equal(found.before, night->state, night->state_size);
	assert_int_equal(find(&judges, &looked, 2, &found), ERR_LIMIT);
	assert_true(complains(&judges, "the change is not among them"));
	judges_release(&judges);
	judges_init(&judges, 4096);
	assert_int_equal(find(&judges, &looked, NIGHTS, &found), ERR_LIMIT);
	assert_true(complains(&judges, "too large to be judged"));
	judges_release(&judges);
	arena_release(&looked.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_too_large),
					   cmocka_unit_test(test_one_of_too_large)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
