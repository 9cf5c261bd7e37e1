/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of mail over observations that are made here: what a world cannot show (look-ups that
 * fail, or do not validate), and that what was not looked up is not judged.
 */
#include "dns/policy/caa.h"
#include "dns/policy/dmarc.h"
#include "dns/policy/exchangers.h"
#include "dns/policy/spf_walk.h"
#include "dns/wire/build.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define LINES_MAX 12

struct scene {
	const char *what;
	const char *lines[LINES_MAX]; /* all there is, of a.example and others */
	const char *failing;          /* a name whose look-ups fail with `result` */
	enum lookup_result result;
	const char *codes;        /* found, with a space after each, sorted */
	const char *not_measured; /* one that could not be made; NULL: all could */
};

/* A scan in small: whatever evaluators ask is answered from the lines and observed. */
struct looking {
	struct arena arena;
	struct observation_builder builder;
	struct record records[LINES_MAX];
	const struct record *found[64][LINES_MAX];
	size_t count;
	size_t asked;
	const struct scene *scene;
};

static struct name name_of(const char *text)
{
	struct name name;
	assert_int_equal(name_from_text(text, &name, NULL), OK);
	return name;
}

/* Where the aliases among the lines lead. */
static const uint8_t *target_of(const struct looking *looking, const uint8_t *name, uint16_t type)
{
	for (size_t i = 0; i < looking->count; i++) {
		if (type != TYPE_CNAME && looking->records[i].type == TYPE_CNAME &&
		    name_equal(looking->records[i].owner, name))
			return looking->records[i].rdata;
	}
	return name;
}

static size_t collect(struct looking *looking, const uint8_t *name, uint16_t type, bool *ret_exists)
{
	const struct record **found = looking->found[looking->asked % COUNT_OF(looking->found)];
	size_t count = 0;
	*ret_exists = false;
	for (size_t i = 0; i < looking->count; i++) {
		*ret_exists |= name_is_under(looking->records[i].owner, name);
		if (name_equal(looking->records[i].owner, name) && looking->records[i].type == type)
			found[count++] = &looking->records[i];
	}
	return count;
}

static void observe(struct looking *looking, const uint8_t *name, uint16_t type,
		    const struct lookup *answer)
{
	uint8_t wire[8192];
	struct builder builder;
	const struct record **found = looking->found[looking->asked % COUNT_OF(looking->found)];
	struct lookup lookup = *answer;
	lookup.name = name;
	lookup.type = type;
	builder_init(&builder, wire, sizeof(wire), 0, FLAG_QR | FLAG_AA);
	builder_question(&builder, lookup.target, type, CLASS_IN);
	for (size_t i = 0; i < LINES_MAX && found[i] != NULL; i++)
		builder_record(&builder, SECTION_ANSWER, found[i]);
	const size_t size = builder_finish(
		&builder, lookup.result == LOOKUP_RESULT_NXDOMAIN ? RCODE_NXDOMAIN : RCODE_NOERROR);
	assert_true(size > 0);
	assert_true(observation_lookup(&looking->builder, &lookup, wire, size, 0) >= 0);
}

static void ask(void *context, const uint8_t *name, uint16_t type, struct policy_answer *ret_answer)
{
	struct looking *looking = context;
	const struct record **found = looking->found[looking->asked % COUNT_OF(looking->found)];
	struct lookup lookup = {.target = target_of(looking, name, type),
				.result = LOOKUP_RESULT_FOUND};
	char text[NAME_TEXT_MAX];
	bool exists;
	memset(found, 0, sizeof(looking->found[0]));
	const size_t count = collect(looking, lookup.target, type, &exists);
	if (count == 0)
		lookup.result = exists ? LOOKUP_RESULT_NODATA : LOOKUP_RESULT_NXDOMAIN;
	name_to_text(name, text);
	if (looking->scene->failing != NULL && strcmp(looking->scene->failing, text) == 0)
		lookup.result = (uint8_t)looking->scene->result;
	observe(looking, name, type, &lookup);
	looking->asked++;
	ret_answer->state = lookup.result == LOOKUP_RESULT_FOUND      ? POLICY_FOUND
			    : lookup.result == LOOKUP_RESULT_NXDOMAIN ? POLICY_NXDOMAIN
			    : lookup.result == LOOKUP_RESULT_NODATA   ? POLICY_NODATA
								      : POLICY_FAILED;
	ret_answer->count = ret_answer->state == POLICY_FOUND ? (uint16_t)count : 0;
	ret_answer->records = found;
}

static void look_at_all(struct looking *looking)
{
	const struct policy_source source = {.ask = ask, .context = looking};
	const struct name domain = name_of("a.example");
	static const char *const texts[] = {"_mta-sts.a.example", "_smtp._tls.a.example"};
	struct spf_report spf;
	struct dmarc_report dmarc;
	struct caa_report caa;
	struct exchangers exchangers;
	const struct policy_answer mx = policy_look(&source, domain.octets, TYPE_MX);
	exchangers_read(&mx, &exchangers);
	if (mx.state == POLICY_NODATA) {
		(void)policy_look(&source, domain.octets, TYPE_A);
		(void)policy_look(&source, domain.octets, TYPE_AAAA);
	}
	for (uint8_t i = 0; i < exchangers.count; i++) {
		(void)policy_look(&source, exchangers.items[i].name, TYPE_A);
		(void)policy_look(&source, exchangers.items[i].name, TYPE_AAAA);
	}
	assert_int_equal(spf_walk(&looking->arena, &source, domain.octets, &spf), OK);
	assert_int_equal(dmarc_discover(&looking->arena, &source, domain.octets, &dmarc), OK);
	caa_climb(&source, domain.octets, &caa);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		(void)policy_look(&source, name_of(texts[i]).octets, TYPE_TXT);
	(void)policy_look(&source, name_of("mta-sts.a.example").octets, TYPE_A);
	(void)policy_look(&source, name_of("mta-sts.a.example").octets, TYPE_AAAA);
	(void)policy_look(&source, name_of("www.a.example").octets, TYPE_A);
}

static void judge(struct looking *looking, struct judgement *ret_judgement)
{
	struct observation *observation = &looking->builder.observation;
	observation->delegation = DELEGATION_FOUND;
	observation->needs = NEED_MAIL | NEED_NAMES;
	observation->vantage = "here";
	observation->scanner = "test";
	assert_int_equal(judge_observation(&looking->arena, observation, 1000, ret_judgement), OK);
}

static bool is_of_mail(const char *code)
{
	return strncmp(code, "MAIL-", 5) == 0 || strncmp(code, "CAA-", 4) == 0 ||
	       strncmp(code, "NAMES-", 6) == 0;
}

static void check_codes(const struct scene *scene, const struct judgement *judgement)
{
	char codes[1024] = "";
	bool is_told = scene->not_measured == NULL;
	for (size_t i = 0; i < judgement->finding_count; i++) {
		const size_t size = strlen(codes);
		if (is_of_mail(judgement->findings[i].code))
			(void)snprintf(codes + size, sizeof(codes) - size, "%s ",
				       judgement->findings[i].code);
	}
	if (strcmp(codes, scene->codes) != 0)
		fail_msg("%s: %s", scene->what, codes);
	for (size_t i = 0; i < judgement->not_measured_count; i++) {
		const char *code = judgement->not_measured[i];
		/* Nobody was connected to here. */
		if ((check_by_code(code)->needs & NEED_CONNECT) != 0)
			continue;
		if (scene->not_measured == NULL && is_of_mail(code))
			fail_msg("%s: %s not measured", scene->what, code);
		is_told |= scene->not_measured != NULL && strcmp(code, scene->not_measured) == 0;
	}
	if (!is_told)
		fail_msg("%s: %s is measured", scene->what, scene->not_measured);
}

static struct looking *looking_new(const struct scene *scene)
{
	struct looking *looking = test_calloc(1, sizeof(*looking));
	const struct name domain = name_of("a.example");
	looking->scene = scene;
	arena_init(&looking->arena, (size_t)16 << 20, 0);
	observation_builder_init(&looking->builder, &looking->arena, domain.octets);
	while (looking->count < LINES_MAX && scene->lines[looking->count] != NULL) {
		const char *line = scene->lines[looking->count];
		assert_int_equal(record_from_text(&looking->arena, line,
						  &looking->records[looking->count++], NULL),
				 OK);
	}
	return looking;
}

static void looking_free(struct looking *looking)
{
	arena_release(&looking->arena);
	test_free(looking);
}

#define SOUND_DMARC "_dmarc.a.example 60 IN TXT \"v=DMARC1; p=reject\""
static const struct scene scenes[] = {
	{.what = "a domain that sends no mail is left alone",
	 .lines = {"a.example 60 IN MX 0 .", "a.example 60 IN TXT \"v=spf1 -all\""},
	 .codes = ""},
	{.what = "nothing is said of mail, and nobody takes it",
	 .lines = {"a.example 60 IN CAA 0 issue \";\""},
	 .codes = "MAIL-SPF-MISSING "},
	{.what = "the domain's own address takes its mail",
	 .lines = {"a.example 60 IN A 192.0.2.1"},
	 .codes = "MAIL-DMARC-MISSING MAIL-SPF-MISSING "},
	{.what = "an address where no mail is taken",
	 .lines = {"a.example 60 IN A 192.0.2.1", "a.example 60 IN MX 0 ."},
	 .codes = "MAIL-SPF-MISSING "},
	{.what = "a sound domain",
	 .lines = {"a.example 60 IN MX 10 m.a.example", "m.a.example 60 IN AAAA 2001:db8::1",
		   "a.example 60 IN TXT \"v=spf1 mx -all\"", SOUND_DMARC,
		   "_mta-sts.a.example 60 IN TXT \"v=STSv1; id=1\"",
		   "mta-sts.a.example 60 IN A 192.0.2.1",
		   "_smtp._tls.a.example 60 IN TXT \"v=TLSRPTv1; rua=mailto:a@a.example\"",
		   "example 60 IN CAA 128 nobody \"knows\""},
	 .codes = ""},
	{.what = "an include that cannot be reached",
	 .lines = {"a.example 60 IN TXT \"v=spf1 include:b.example -all\"", SOUND_DMARC},
	 .failing = "b.example.",
	 .result = LOOKUP_RESULT_UNREACHABLE,
	 .codes = "MAIL-SPF-INCLUDE "},
	{.what = "an include that does not validate",
	 .lines = {"a.example 60 IN TXT \"v=spf1 include:b.example -all\"", SOUND_DMARC,
		   "b.example 60 IN TXT \"v=spf1 -all\""},
	 .failing = "b.example.",
	 .result = LOOKUP_RESULT_BOGUS,
	 .codes = "MAIL-SPF-INCLUDE "},
	{.what = "nobody answers",
	 .lines = {"a.example 60 IN A 192.0.2.1"},
	 .failing = "a.example.",
	 .result = LOOKUP_RESULT_UNREACHABLE,
	 .codes = "",
	 .not_measured = "MAIL-SPF-MISSING"},
	{.what = "what does not validate is not read",
	 .lines = {"a.example 60 IN TXT \"v=spf1 +all\"", "a.example 60 IN MX 10 m.a.example"},
	 .failing = "a.example.",
	 .result = LOOKUP_RESULT_BOGUS,
	 .codes = "",
	 .not_measured = "MAIL-SPF-PASS-ALL"},
	{.what = "a host that cannot be looked up",
	 .lines = {"a.example 60 IN MX 10 m.b.example", "a.example 60 IN TXT \"v=spf1 mx -all\"",
		   SOUND_DMARC},
	 .failing = "m.b.example.",
	 .result = LOOKUP_RESULT_UNREACHABLE,
	 .codes = "",
	 .not_measured = "MAIL-MX-DANGLING"},
	{.what = "DMARC cannot be looked up",
	 .lines = {"a.example 60 IN TXT \"v=spf1 a -all\"", "a.example 60 IN A 192.0.2.1"},
	 .failing = "_dmarc.a.example.",
	 .result = LOOKUP_RESULT_UNREACHABLE,
	 .codes = "",
	 .not_measured = "MAIL-DMARC-MISSING"},
	{.what = "an alias at the domain hides everything",
	 .lines = {"a.example 60 IN CNAME www.a.example", "www.a.example 60 IN A 192.0.2.1"},
	 .codes = "",
	 .not_measured = "MAIL-SPF-MISSING"},
	{.what = "an alias to a host that does not exist",
	 .lines = {"a.example 60 IN MX 10 m.a.example", "m.a.example 60 IN CNAME gone.b.example",
		   "a.example 60 IN TXT \"v=spf1 mx -all\"", SOUND_DMARC},
	 .codes = "MAIL-MX-DANGLING "},
	{.what = "a parent's policy of none",
	 .lines = {"_dmarc.example 60 IN TXT \"v=DMARC1; p=reject; sp=none; rua=nonsense\"",
		   "a.example 60 IN TXT \"v=spf1 a -all\"", "a.example 60 IN A 192.0.2.1"},
	 .codes = "MAIL-DMARC-NONE "},
	{.what = "several faults at once",
	 .lines = {"a.example 60 IN TXT \"v=spf1 ptr a:gone.a.example a:gone.a.example "
		   "a:gone.a.example +all -all\"",
		   "_dmarc.a.example 60 IN TXT \"v=DMARC1; p=none; p=reject\""},
	 .codes = "MAIL-DMARC-INVALID MAIL-DMARC-NONE MAIL-SPF-AFTER-ALL MAIL-SPF-PASS-ALL "
		  "MAIL-SPF-PTR MAIL-SPF-VOID "},
};

static void test_scenes(void **state)
{
	for (size_t i = 0; i < COUNT_OF(scenes); i++) {
		struct looking *looking = looking_new(&scenes[i]);
		struct judgement judgement;
		look_at_all(looking);
		judge(looking, &judgement);
		check_codes(&scenes[i], &judgement);
		looking_free(looking);
	}
}

static void test_what_was_not_looked_up_is_not_judged(void **state)
{
	static const struct scene scene = {.what = "nothing"};
	struct looking *looking = looking_new(&scene);
	struct judgement judgement;
	size_t count;
	size_t told = 0;
	size_t checks_of_mail = 0;
	const struct check *checks = check_all(&count);
	judge(looking, &judgement);
	for (size_t i = 0; i < judgement.not_measured_count; i++)
		told += is_of_mail(judgement.not_measured[i]);
	for (size_t i = 0; i < count; i++)
		checks_of_mail += is_of_mail(checks[i].code);
	assert_int_equal(told, checks_of_mail);
	for (size_t i = 0; i < judgement.finding_count; i++)
		assert_false(is_of_mail(judgement.findings[i].code));
	looking_free(looking);
}

/* Nobody who only watches the severity is told of less than there is. */
static void test_severities(void **state)
{
	struct looking *looking = looking_new(&scenes[1]);
	struct judgement judgement;
	look_at_all(looking);
	judge(looking, &judgement);
	for (size_t i = 0; i < judgement.finding_count; i++) {
		if (strcmp(judgement.findings[i].code, "MAIL-SPF-MISSING") == 0)
			assert_int_equal(judgement.findings[i].severity, SEVERITY_NOTICE);
	}
	looking_free(looking);
	looking = looking_new(&scenes[3]);
	look_at_all(looking);
	judge(looking, &judgement);
	for (size_t i = 0; i < judgement.finding_count; i++) {
		if (strcmp(judgement.findings[i].code, "MAIL-SPF-INCLUDE") == 0)
			assert_int_equal(judgement.findings[i].severity, SEVERITY_WARNING);
	}
	looking_free(looking);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scenes),
		cmocka_unit_test(test_what_was_not_looked_up_is_not_judged),
		cmocka_unit_test(test_severities),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
