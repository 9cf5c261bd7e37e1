/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A whole study of a store made for it: 30 domains sign between two nights, 40 do not; 3 of those
 * that signed and one of the others break, and two of the three are well again on the third night.
 */
#include "failing_memory.h"
#include "judge/adopt/adopt.h"
#include "model/sample.h"
#include "tell/study/study_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define ADOPTERS 30u
#define DOMAINS 70u
#define NIGHTS 3u
/* Domains of one of the sample's operators. */
#define NUMBER_OF(i) ((uint64_t)(i)*97 + 1)

struct desk {
	char folder[64], path[128];
	struct store *store;
	struct suffix_list *suffixes;
	struct operators *operators;
	struct complaint complaint;
};

static bool is_broken(unsigned domain, unsigned night)
{
	if (night == 2)
		return domain < 3 || domain == ADOPTERS;
	return night == 3 && domain == 2;
}

static void add(struct desk *desk, int64_t run, unsigned domain, unsigned night)
{
	struct arena arena;
	struct sample sample = sample_plain(NUMBER_OF(domain), night);
	struct adoption adoption = {0};
	const bool is_signed = domain < ADOPTERS && night > 1;
	char name[NAME_TEXT_MAX];
	size_t size = 0;
	arena_init(&arena, 16 << 20, 0);
	sample.is_signed = is_signed;
	struct observation made = sample_make(&arena, &sample);
	const size_t room = observation_encoded_max(&made);
	uint8_t *encoded = arena_take_octets(&arena, room);
	assert_non_null(encoded);
	assert_int_equal(observation_encode(&made, encoded, room, &size), OK);
	const struct finding finding = {
		.code = domain < ADOPTERS ? "DNSSEC-DS-NO-KEY" : "SERVER-LAME",
		.domain = name_to_text(made.domain, name),
		.severity = SEVERITY_CRITICAL,
		.party = PARTY_DNS_OPERATOR,
		.sentence = "it is broken",
		.reference = "RFC 4035 s5",
	};
	adoption_set(&adoption, good_practice_by_name("dnssec")->number,
		     !is_signed                 ? ADOPTION_ABSENT
		     : is_broken(domain, night) ? ADOPTION_BROKEN
						: ADOPTION_ADOPTED);
	const struct store_entry entry = {
		.run = run,
		.observation = &made,
		.encoded = encoded,
		.encoded_size = size,
		.findings = &finding,
		.finding_count = is_broken(domain, night),
		.adoption = &adoption,
	};
	assert_int_equal(store_add(desk->store, &entry, &desk->complaint), OK);
	arena_release(&arena);
}

static void fill(struct desk *desk, unsigned domains, unsigned nights)
{
	assert_int_equal(store_open(desk->path, STORE_WRITE, &desk->store, &desk->complaint), OK);
	for (unsigned night = 1; night <= nights; night++) {
		const struct store_run run = {.started_s = SAMPLE_START + night * SAMPLE_DAY,
					      .profile = "full",
					      .vantage = "lab",
					      .domains = domains};
		int64_t id = 0;
		assert_int_equal(store_run_begin(desk->store, &run, &id, &desk->complaint), OK);
		for (unsigned i = 0; i < domains; i++)
			add(desk, id, i, night);
		assert_int_equal(store_commit(desk->store, &desk->complaint), OK);
		assert_int_equal(store_run_finish(desk->store, id, run.started_s + 600,
						  &desk->complaint),
				 OK);
	}
	store_close(desk->store);
	desk->store = NULL;
}

static void desk_open(struct desk *desk, unsigned domains, unsigned nights)
{
	*desk = (struct desk){.folder = "/tmp/test-study-XXXXXX"};
	assert_non_null(mkdtemp(desk->folder));
	snprintf(desk->path, sizeof(desk->path), "%s/store", desk->folder);
	fill(desk, domains, nights);
	assert_int_equal(store_open(desk->path, STORE_READ, &desk->store, &desk->complaint), OK);
	assert_int_equal(suffix_built_in(&desk->suffixes, &desk->complaint), OK);
	assert_int_equal(operators_new(desk->suffixes, NULL, &desk->operators, &desk->complaint),
			 OK);
}

static void desk_close(struct desk *desk)
{
	char path[160];
	static const char *const ends[] = {"", "-wal", "-shm"};
	operators_free(desk->operators);
	suffix_free(desk->suffixes);
	store_close(desk->store);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", desk->path, ends[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(desk->folder), 0);
}

static int ask(struct desk *desk, const char *subject, int64_t from, int64_t to,
	       struct study **ret_study)
{
	const struct study_settings settings = {.subject = subject,
						.from = from,
						.to = to,
						.domains = STUDY_DOMAINS_DEFAULT,
						.operators = desk->operators};
	desk->complaint.text[0] = '\0';
	return study_new(desk->store, &settings, ret_study, &desk->complaint);
}

static void a_known_store_gives_a_known_study(void **state)
{
	struct desk desk;
	struct study *study = NULL;
	struct text text;
	(void)state;
	desk_open(&desk, DOMAINS, NIGHTS);
	assert_int_equal(ask(&desk, "dnssec", 1, 2, &study), OK);
	assert_int_equal(study_end(study), STUDY_CONCLUDED);
	assert_int_equal(study->adopters, ADOPTERS);
	assert_int_equal(study->adopters_broken, 3);
	assert_int_equal(study->controls, DOMAINS - ADOPTERS);
	assert_int_equal(study->matched, ADOPTERS);
	assert_int_equal(study->by_level[0], ADOPTERS);
	const struct study_effect *broke = &study->effects[STUDY_BROKE];
	assert_int_equal(broke->counts[STUDY_ADOPTERS], 3);
	/* The one that broke of the others may have been left over. */
	assert_in_range(broke->counts[STUDY_CONTROLS], 0, 1);
	assert_true(study->effects[STUDY_OCTETS].difference.low > 0);
	assert_true(study->effects[STUDY_OCTETS].sides[STUDY_CONTROLS].high == 0);
	/* Of those that never changed, the middle night has no observation of its own. */
	assert_int_equal(study->effects[STUDY_LATENCY].pairs, 0);
	const struct study_recovery *recovery = &study->recoveries[STUDY_ADOPTERS];
	assert_int_equal(recovery->broke, 3);
	assert_int_equal(recovery->recovered, 2);
	assert_int_equal(recovery->least_s, 0);
	/* From the beginning of the first run to the end of the third. */
	assert_int_equal(recovery->most_s, 2 * SAMPLE_DAY + 600);
	text_init(&text, 1 << 20);
	assert_int_equal(study_text(study, &text), OK);
	assert_memory_equal(text_get(&text), "Of 30 domains that adopted DNSSEC between 2026-", 46);
	assert_non_null(strstr(text_get(&text), "of 30 like them"));
	text_release(&text);
	study_free(study);

	assert_int_equal(ask(&desk, "dnssec", 0, 0, &study), OK);
	assert_int_equal(study->effects[STUDY_BROKE].counts[STUDY_ADOPTERS], 3);
	assert_int_equal(study->adopters_broken, 1);
	assert_int_equal(study->effects[STUDY_LATENCY].pairs, ADOPTERS);
	study_free(study);

	/* Who mended a finding, instead; of these there are too few. */
	assert_int_equal(ask(&desk, "dnssec-ds-no-key", 2, 3, &study), OK);
	assert_int_equal(study_end(study), STUDY_TOO_FEW);
	assert_int_equal(study->adopters, 2);
	assert_int_equal(study->controls, 1);
	assert_int_equal(study->matched, 1);
	study_free(study);
	/* Between the last two nights nobody adopted anything. */
	assert_int_equal(ask(&desk, "dnssec", 2, 3, &study), OK);
	assert_int_equal(study_end(study), STUDY_NOBODY_ADOPTED);
	study_free(study);
	desk_close(&desk);
}

/* The middle of three equal nights has no observation of its own: sizes are known, times not. */
static void what_is_not_kept_is_not_told(void **state)
{
	struct desk desk;
	struct study *study = NULL;
	(void)state;
	desk_open(&desk, DOMAINS, 5);
	assert_int_equal(ask(&desk, "dnssec", 1, 4, &study), OK);
	assert_int_equal(study_end(study), STUDY_CONCLUDED);
	assert_int_equal(study->effects[STUDY_LATENCY].pairs, 0);
	assert_false(study->effects[STUDY_LATENCY].is_told);
	assert_true(study->effects[STUDY_OCTETS].is_told);
	study_free(study);
	desk_close(&desk);
}

static void refused(struct desk *desk, int error, const char *words, int64_t from, int64_t to)
{
	struct study *study = NULL;
	assert_int_equal(ask(desk, "dnssec", from, to, &study), error);
	assert_null(study);
	assert_non_null(strstr(desk->complaint.text, words));
}

static void what_makes_no_sense_is_said(void **state)
{
	struct desk desk;
	struct study *study = NULL;
	(void)state;
	desk_open(&desk, 5, 2);
	refused(&desk, ERR_ARGUMENT, "run 2 is not before run 2", 2, 2);
	refused(&desk, ERR_ARGUMENT, "run 2 is not before run 1", 2, 1);
	refused(&desk, ERR_NOT_FOUND, "no run 9; its newest is 2", 1, 9);
	assert_int_equal(ask(&desk, "dnsec", 0, 0, &study), ERR_NOT_FOUND);
	assert_non_null(strstr(desk.complaint.text, "did you mean 'dnssec'"));
	desk_close(&desk);
	desk_open(&desk, 5, 1);
	assert_int_equal(ask(&desk, "dnssec", 0, 0, &study), OK);
	assert_int_equal(study_end(study), STUDY_NO_SECOND_RUN);
	study_free(study);
	desk_close(&desk);
}

static void without_memory_it_says_so(void **state)
{
	struct desk desk;
	(void)state;
	desk_open(&desk, DOMAINS, NIGHTS);
	const long before = memory_in_use();
	FOR_EACH_FAILURE(allocation)
	{
		struct study *study = NULL;
		const int error = ask(&desk, "dnssec", 1, 2, &study);
		assert_true(error == ERR_MEMORY ? study == NULL : error == OK);
		study_free(study);
	}
	/* Operators remember names; the store keeps an arena's chunk. */
	assert_in_range(memory_in_use(), before, before + 16);
	desk_close(&desk);
	assert_int_equal(memory_in_use(), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_known_store_gives_a_known_study),
		cmocka_unit_test(what_is_not_kept_is_not_told),
		cmocka_unit_test(what_makes_no_sense_is_said),
		cmocka_unit_test(without_memory_it_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
