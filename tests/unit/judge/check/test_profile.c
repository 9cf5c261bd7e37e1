/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profiles: every check has a place, and what is not measured, or only said, is never kept. */
#include "dns/wire/name.h"
#include "judge/check/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DOMAIN (const uint8_t *)"\7example\3org"

static const struct practice_code one_server = {"DELEGATION-ONE-SERVER", true};
static const struct practice_code one_as = {"ROUTING-ONE-AS", true};
static const struct practice_code family[] = {{"DELEGATION-ONE-SERVER", false},
					      {"ROUTING-ONE-AS", false}};

static struct observation delegated(unsigned needs)
{
	return (struct observation){
		.domain = DOMAIN,
		.delegation = DELEGATION_FOUND,
		.ds_security = SECURITY_SECURE,
		.needs = needs,
	};
}

static enum practice_state state_of(const struct practice *practice,
				    const struct observation *observation,
				    const struct judgement *judgement)
{
	return practice_score(practice, observation, judgement).state;
}

static void test_table(void **state)
{
	size_t count;
	const struct profile *profiles = profile_all(&count);
	assert_true(count >= 10);
	for (size_t i = 0; i < count; i++) {
		assert_ptr_equal(profile_by_name(profiles[i].name), &profiles[i]);
		assert_int_equal(profiles[i].needs & (NEED_ROUTES | NEED_CONNECT | NEED_OWN), 0);
		assert_true(profiles[i].practice_count > 0);
		for (size_t j = 0; j < profiles[i].practice_count; j++) {
			const struct practice *practice = &profiles[i].practices[j];
			const bool is_said = practice->known == PRACTICE_ASSERTED ||
					     practice->known == PRACTICE_CONFIGURATION;
			if (is_said)
				assert_int_equal(practice->code_count, 0);
			for (size_t k = 0; k < practice->code_count; k++)
				assert_non_null(check_by_code(practice->codes[k].code));
		}
	}
	assert_null(profile_by_name("none"));
	assert_int_equal(profile_by_name("default")->needs, NEED_ALL_DEFAULT);
	assert_int_equal(profile_by_name("full")->needs, NEED_ALL_FULL);
	assert_int_equal(profile_by_name("delegation")->needs, NEED_DELEGATION | NEED_ADDRESSES);
}

static void test_asserted(void **state)
{
	const struct observation observation = delegated(NEED_ALL_FULL);
	const struct judgement judgement = {0};
	struct practice practice = {.known = PRACTICE_ASSERTED};
	assert_int_equal(state_of(&practice, &observation, &judgement), PRACTICE_ONLY_ASSERTED);
	practice.known = PRACTICE_CONFIGURATION;
	assert_int_equal(state_of(&practice, &observation, &judgement), PRACTICE_ONLY_ASSERTED);
}

static void test_found(void **state)
{
	struct observation observation = delegated(NEED_ALL_FULL);
	struct finding finding = {.code = "DELEGATION-ONE-SERVER", .severity = SEVERITY_WARNING};
	const struct judgement sound = {0};
	const struct judgement found = {.findings = &finding, .finding_count = 1};
	const struct practice practice = {.codes = &one_server, .code_count = 1};
	assert_int_equal(state_of(&practice, &observation, &sound), PRACTICE_MET);
	const struct practice_score score = practice_score(&practice, &observation, &found);
	assert_int_equal(score.state, PRACTICE_NOT_MET);
	assert_int_equal(score.reason_count, 1);
	assert_string_equal(score.reasons[0], "DELEGATION-ONE-SERVER");
	finding.severity = SEVERITY_INFO;
	assert_int_equal(state_of(&practice, &observation, &found), PRACTICE_MET);
	/* Of what is not there nothing is kept. */
	observation.delegation = DELEGATION_NXDOMAIN;
	assert_int_equal(state_of(&practice, &observation, &sound), PRACTICE_NOT_MEASURED);
}

/* A code that is named must have been looked for; one of a family counts where it was. */
static void test_not_measured(void **state)
{
	static const char *const gap[] = {"ROUTING-ONE-AS"};
	const struct judgement judgement = {.not_measured = gap, .not_measured_count = 1};
	const struct observation without = delegated(NEED_ALL_DEFAULT);
	const struct observation with = delegated(NEED_ALL_DEFAULT | NEED_ROUTES);
	const struct practice named = {.codes = &one_as, .code_count = 1};
	const struct practice both = {.codes = family, .code_count = 2};
	const struct practice neither = {.code_count = 0};
	assert_int_equal(state_of(&named, &without, &judgement), PRACTICE_NOT_MEASURED);
	assert_int_equal(state_of(&both, &without, &judgement), PRACTICE_MET);
	assert_int_equal(state_of(&both, &with, &judgement), PRACTICE_NOT_MEASURED);
	assert_int_equal(state_of(&neither, &with, &judgement), PRACTICE_NOT_MEASURED);
	const struct observation nothing = delegated(0);
	assert_int_equal(state_of(&both, &nothing, &judgement), PRACTICE_NOT_MEASURED);
}

static void test_signed(void **state)
{
	static const uint8_t securities[] = {SECURITY_INDETERMINATE, SECURITY_SECURE,
					     SECURITY_INSECURE, SECURITY_BOGUS};
	static const enum practice_state states[] = {PRACTICE_NOT_MEASURED, PRACTICE_MET,
						     PRACTICE_NOT_MET, PRACTICE_NOT_MET};
	const struct judgement judgement = {0};
	const struct practice practice = {
		.codes = &one_server, .code_count = 1, .wants_signed = true};
	for (size_t i = 0; i < 4; i++) {
		struct observation observation = delegated(NEED_ALL_FULL);
		observation.ds_security = securities[i];
		assert_int_equal(state_of(&practice, &observation, &judgement), states[i]);
	}
}

static void test_card(void **state)
{
	const struct profile *profile = profile_by_name("kindns-critical");
	const struct observation observation = delegated(profile->needs);
	const struct judgement judgement = {0};
	struct text text;
	struct json json;
	text_init(&text, 1 << 20);
	scorecard_to_text(profile, &observation, &judgement, &text);
	assert_non_null(strstr(text_get(&text), "kindns-critical: of "));
	assert_non_null(strstr(text_get(&text), "only asserted"));
	text_reset(&text);
	json_init(&json, &text);
	scorecard_to_json(profile, &observation, &judgement, &json);
	assert_non_null(strstr(text_get(&text), "\"state\":\"only-asserted\""));
	assert_int_equal(text.error, OK);
	text_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),  cmocka_unit_test(test_asserted),
		cmocka_unit_test(test_found),  cmocka_unit_test(test_not_measured),
		cmocka_unit_test(test_signed), cmocka_unit_test(test_card),
	};
	return cmocka_run_group_tests_name("judge/check/profile", tests, NULL, NULL);
}
