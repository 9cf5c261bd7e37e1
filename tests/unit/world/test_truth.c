/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a correct audit of a world finds: faults, behaviours, masks; and how an audit is scored. */
#include "base/text.h"
#include "dns/wire/name.h"
#include "sample.h"
#include "world/score.h"
#include "world/trait.h"
#include "world/truth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Lines of domain and codes. */
static int collect(void *context, const uint8_t *domain, const char *const *codes, size_t count)
{
	char name[NAME_TEXT_MAX];
	text_add(context, name_to_text(domain, name));
	/* Traits, which most domains have, are test_trait's. */
	for (size_t i = 0; i < count; i++)
		if (!trait_has_code(codes[i]))
			text_format(context, " %s", codes[i]);
	text_add_char(context, '\n');
	return 0;
}

static void expect_truth(const char *domains, const char *truth)
{
	struct sample sample;
	struct text text;
	text_init(&text, 65536);
	sample_open(&sample, domains);
	assert_int_equal(world_truth(sample.world, collect, &text), 0);
	assert_string_equal(text_get(&text), truth);
	text_release(&text);
	sample_close(&sample);
}

static void test_faults(void **state)
{
	expect_truth("  - {name: a.tld, operator: good}\n"
		     "  - {name: b.tld, operator: good, faults: [undelegated]}\n"
		     "  - {name: c.tld, operator: good, signed: 13 nsec, faults: [wrong-ds, "
		     "ns-dangling]}\n"
		     "  - {name: d.tld, operator: good, signed: 8 nsec 1024}\n"
		     "  - {name: e.tld, operator: good, signed: 7 nsec3, vanity: true}\n"
		     "  - {name: f.tld, operator: good, signed: 200 nsec}\n"
		     "  - {name: g.tld, operator: good, faults: [glue-wrong]}\n",
		     "a.tld.\n"
		     "b.tld. DELEGATION-MISSING\n"
		     "c.tld. DELEGATION-NS-DANGLING DNSSEC-DS-NO-KEY\n"
		     "d.tld. DNSSEC-KEY-SHORT\n"
		     "e.tld. DNSSEC-ALGORITHM-DEPRECATED\n"
		     "f.tld. DNSSEC-ALGORITHM-UNSUPPORTED\n"
		     "g.tld. DELEGATION-GLUE-WRONG\n");
}

static void test_behaviours(void **state)
{
	expect_truth(
		"  - {name: a.tld, operator: odd}\n"
		"  - {name: b.tld, operator: odd, faults: [undelegated]}\n"
		"  - {name: c.tld, operator: dead}\n"
		"  - {name: d.tld, operator: odd, faults: [one-server]}\n",
		"a.tld. SERVER-ANSWERS-DIFFER SERVER-CASE SERVER-FAILS SERVER-GARBAGE SERVER-LAME "
		"SERVER-LOSSY SERVER-NO-EDNS SERVER-NO-TCP SERVER-REFUSES SERVER-SERIAL-DIFFERS "
		"SERVER-SILENT SERVER-SLOW SERVER-TRUNCATES SERVER-WRONG-ID\n"
		"b.tld. DELEGATION-MISSING\n"
		"c.tld. SERVER-FAILS SERVER-REFUSES\n"
		"d.tld. DELEGATION-ONE-SERVER\n");
}

/* A dead operator hides what its servers would show, an old one what needs EDNS. */
static void test_masks(void **state)
{
	expect_truth("  - {name: a.tld, operator: dead, signed: 13 nsec, faults: [sig-expired, "
		     "ns-alias]}\n"
		     "  - {name: b.tld, operator: dead, faults: [ns-only-at-child]}\n"
		     "  - {name: c.tld, operator: dead, signed: 13 nsec, faults: [ds-sha1]}\n"
		     "  - {name: d.tld, operator: half, signed: 13 nsec, faults: [sig-expired]}\n"
		     "  - {name: e.tld, operator: old, signed: 13 nsec, faults: [sig-expired, "
		     "ns-only-at-child]}\n"
		     "  - {name: f.tld, operator: dead, vanity: true}\n"
		     "  - {name: g.tld, operator: dead, faults: [glue-missing]}\n",
		     "a.tld. DELEGATION-NS-ALIAS SERVER-FAILS SERVER-REFUSES\n"
		     "b.tld. SERVER-FAILS SERVER-REFUSES\n"
		     "c.tld. DNSSEC-DS-SHA1 SERVER-FAILS SERVER-REFUSES\n"
		     "d.tld. DNSSEC-SIG-EXPIRED SERVER-NO-EDNS\n"
		     "e.tld. DELEGATION-NS-ONLY-AT-CHILD SERVER-LAME SERVER-NO-EDNS\n"
		     /* Names below the domain that nobody can look up: who has glue is asked. */
		     "f.tld. SERVER-FAILS SERVER-REFUSES\n"
		     "g.tld. DELEGATION-GLUE-MISSING SERVER-REFUSES\n");
}

/* Operators vouch for keys below their servers' names, in zones that are signed as those of the
 * names are. */
static void test_bootstrap(void **state)
{
	expect_truth(
		"  - {name: a.two, operator: good, signed: 13 nsec3, faults: [signal-wrong]}\n"
		"  - {name: b.two, operator: good, signed: 13 nsec3, faults: [signal-partial, "
		"dsync-invalid]}\n"
		"  - {name: c.two, operator: good, signed: 13 nsec3, faults: [signal-insecure]}\n"
		"  - {name: d.two, operator: dead, signed: 13 nsec3, faults: [signal-wrong]}\n"
		"  - {name: e.two, operator: dead, faults: [dsync-invalid]}\n",
		"a.two. AUTOMATION-SIGNAL-WRONG DNSSEC-NO-DS\n"
		"b.two. AUTOMATION-DSYNC-INVALID AUTOMATION-SIGNAL-PARTIAL DNSSEC-NO-DS\n"
		"c.two. AUTOMATION-SIGNAL-INSECURE DNSSEC-NO-DS\n"
		"d.two. SERVER-FAILS SERVER-REFUSES\n"
		"e.two. AUTOMATION-DSYNC-INVALID SERVER-FAILS SERVER-REFUSES\n");
}

static bool is_no_trait(void *context, const char *code)
{
	(void)context;
	return !trait_has_code(code);
}

/* Look-ups need a server that answers and a chain of trust that is not broken; keys they can do
 * without. */
static void test_lookups(void **state)
{
	expect_truth(
		"  - {name: a.tld, operator: good, faults: [spf-missing, mx-alias]}\n"
		"  - {name: b.tld, operator: good, signed: 13 nsec, faults: [sig-expired, "
		"caa-invalid]}\n"
		"  - {name: c.tld, operator: good, signed: 13 nsec, faults: [no-ds, dmarc-none]}\n"
		"  - {name: d.tld, operator: dead, faults: [alias-dangling]}\n"
		"  - {name: e.tld, operator: old, faults: [spf-loop]}\n"
		"  - {name: f.tld, operator: good, signed: 13 nsec, faults: [sig-ending, "
		"tlsrpt-invalid]}\n",
		"a.tld. MAIL-MX-ALIAS MAIL-SPF-MISSING\n"
		"b.tld. DNSSEC-SIG-EXPIRED\n"
		"c.tld. DNSSEC-NO-DS MAIL-DMARC-NONE\n"
		"d.tld. SERVER-FAILS SERVER-REFUSES\n"
		"e.tld. MAIL-SPF-LOOP SERVER-LAME SERVER-NO-EDNS\n"
		"f.tld. DNSSEC-SIG-ENDING MAIL-TLSRPT-INVALID\n");
}

static struct world_score score_of(struct sample *sample, const char *audit, struct text *list)
{
	char path[] = "/tmp/dsfi-test-score-XXXXXX";
	struct world_score score = {.expected = 0};
	int descriptor = mkstemp(path);
	assert_true(descriptor >= 0);
	assert_int_equal(write(descriptor, audit, strlen(audit)), strlen(audit));
	close(descriptor);
	struct complaint complaint = {""};
	const struct world_audit audit_file = {.path = path, .is_sought = is_no_trait};
	int error = world_score(sample->world, &audit_file, list, &complaint, &score);
	unlink(path);
	if (error)
		fail_msg("%s", complaint.text);
	return score;
}

/* Lines of domain and traits. */
static int collect_traits(void *context, const uint8_t *domain, const char *const *codes,
			  size_t count)
{
	char name[NAME_TEXT_MAX];
	text_add(context, name_to_text(domain, name));
	for (size_t i = 0; i < count; i++)
		if (trait_has_code(codes[i]))
			text_format(context, " %s", strchr(codes[i], '-') + 1);
	text_add_char(context, '\n');
	return 0;
}

static void test_traits(void **state)
{
	struct sample sample;
	struct text text;
	text_init(&text, 65536);
	sample_open(&sample, "  - {name: a.tld, operator: good}\n"
			     "  - {name: b.tld, operator: good, vanity: true}\n"
			     "  - {name: c.tld, operator: good, faults: [one-server]}\n"
			     "  - {name: d.tld, operator: good, faults: [undelegated]}\n"
			     "  - {name: e.tld, operator: dead, vanity: true}\n");
	assert_int_equal(world_truth(sample.world, collect_traits, &text), 0);
	assert_string_equal(text_get(&text),
			    "a.tld. SINGLE-POINT-OPERATOR SINGLE-POINT-SERVER REVERSE-MISSING\n"
			    "b.tld. SINGLE-POINT-SERVER REVERSE-MISSING\n"
			    "c.tld. REVERSE-MISSING\n"
			    "d.tld.\n"
			    /* Nobody can look up names below a zone without a usable server. */
			    "e.tld.\n");
	text_release(&text);
	sample_close(&sample);
}

static void test_score(void **state)
{
	struct sample sample;
	struct text list;
	sample_open(&sample,
		    "  - {name: a.tld, operator: dead}\n  - {name: b.tld, operator: good}\n");
	text_init(&list, 65536);
	struct world_score score =
		score_of(&sample,
			 "{\"type\":\"finding\",\"domain\":\"A.tld\",\"code\":\"SERVER-FAILS\"}\n"
			 "{\"type\":\"finding\",\"domain\":\"a.tld.\",\"code\":\"SERVER-FAILS\","
			 "\"server\":\"x\"}\n"
			 "{\"type\":\"note\"}\n\n"
			 "{\"type\":\"finding\",\"domain\":\"b.tld\",\"code\":\"SERVER-SLOW\"}\n",
			 &list);
	assert_int_equal(score.expected, 2);
	assert_int_equal(score.missing, 1);
	assert_int_equal(score.extra, 1);
	assert_string_equal(text_get(&list),
			    "missing a.tld. SERVER-REFUSES\nextra b.tld. SERVER-SLOW\n");
	text_release(&list);
	sample_close(&sample);
}

static void test_bad_audit(void **state)
{
	static const char *const audits[] = {
		"rubbish\n", "[1]\n", "{\"type\":\"finding\"}\n",
		"{\"type\":\"finding\",\"domain\":\"a..b\",\"code\":\"X\"}\n"};
	struct sample sample;
	sample_open(&sample, "  - {name: a.tld, operator: good}\n");
	for (size_t i = 0; i < sizeof(audits) / sizeof(audits[0]); i++) {
		char path[] = "/tmp/dsfi-test-score-XXXXXX";
		struct complaint complaint = {""};
		struct world_score score;
		struct text list;
		int descriptor = mkstemp(path);
		assert_true(descriptor >= 0);
		assert_int_equal(write(descriptor, audits[i], strlen(audits[i])),
				 strlen(audits[i]));
		close(descriptor);
		text_init(&list, 65536);
		const struct world_audit audit = {.path = path};
		assert_int_equal(world_score(sample.world, &audit, &list, &complaint, &score),
				 ERR_FORMAT);
		assert_non_null(strstr(complaint.text, "line 1"));
		text_release(&list);
		unlink(path);
	}
	sample_close(&sample);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults),    cmocka_unit_test(test_behaviours),
		cmocka_unit_test(test_masks),     cmocka_unit_test(test_lookups),
		cmocka_unit_test(test_bootstrap), cmocka_unit_test(test_score),
		cmocka_unit_test(test_bad_audit), cmocka_unit_test(test_traits),
	};
	return cmocka_run_group_tests_name("world/truth", tests, NULL, NULL);
}
