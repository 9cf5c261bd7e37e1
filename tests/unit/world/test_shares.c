/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Worlds with stated shares: what comes out is what was stated, to the domain. */
#include "base/random.h"
#include "base/text.h"
#include "world/shares.h"
#include "world/shares_private.h"
#include "world/true_facts.h"
#include "world/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TEXT_OCTETS_MAX ((size_t)8 * 1024 * 1024)
#define OPERATORS_MAX 8u
#define NO_FACT TRUE_COUNT

/* By which fact a share shows, and which facts those have of whom it is a share. */
static const struct {
	enum true_fact fact;
	enum true_fact of[2];
	bool is_of_others; /* of those without of[0] */
} rows[SHARE_COUNT] = {
	[SHARE_IPV6_NS] = {TRUE_IPV6_NS, {NO_FACT, NO_FACT}, false},
	[SHARE_DOT] = {TRUE_DOT, {NO_FACT, NO_FACT}, false},
	[SHARE_DOH] = {TRUE_DOH, {NO_FACT, NO_FACT}, false},
	[SHARE_DOQ] = {TRUE_DOQ, {NO_FACT, NO_FACT}, false},
	[SHARE_ROA_NS] = {TRUE_ROA_NS, {NO_FACT, NO_FACT}, false},
	[SHARE_TWO_NETWORKS] = {TRUE_TWO_NETWORKS, {NO_FACT, NO_FACT}, false},
	[SHARE_COOKIES] = {TRUE_COOKIES, {NO_FACT, NO_FACT}, false},
	[SHARE_TRANSFER_OPEN] = {NO_FACT, {NO_FACT, NO_FACT}, false},
	[SHARE_WHITE_LABEL] = {NO_FACT, {NO_FACT, NO_FACT}, false},
	[SHARE_SIGNED] = {TRUE_SIGNED, {NO_FACT, NO_FACT}, false},
	[SHARE_MODERN_ALGORITHM] = {TRUE_MODERN_ALGORITHM, {TRUE_SIGNED, NO_FACT}, false},
	[SHARE_NSEC3] = {TRUE_NSEC3, {TRUE_SIGNED, NO_FACT}, false},
	[SHARE_CDS] = {TRUE_CDS, {TRUE_SIGNED, NO_FACT}, false},
	[SHARE_MAIL] = {TRUE_MAIL, {NO_FACT, NO_FACT}, false},
	[SHARE_NULL_MX] = {TRUE_NULL_MX, {TRUE_MAIL, NO_FACT}, true},
	[SHARE_IPV6_MAIL] = {TRUE_IPV6_MAIL, {TRUE_MAIL, NO_FACT}, false},
	[SHARE_SPF] = {TRUE_SPF, {NO_FACT, NO_FACT}, false},
	[SHARE_SPF_STRICT] = {TRUE_SPF_STRICT, {TRUE_SPF, NO_FACT}, false},
	[SHARE_DMARC] = {TRUE_DMARC, {NO_FACT, NO_FACT}, false},
	[SHARE_DMARC_ENFORCED] = {TRUE_DMARC_ENFORCED, {TRUE_DMARC, NO_FACT}, false},
	[SHARE_MTA_STS] = {TRUE_MTA_STS, {TRUE_MAIL, NO_FACT}, false},
	[SHARE_MTA_STS_ENFORCED] = {TRUE_MTA_STS_ENFORCED, {TRUE_MTA_STS, NO_FACT}, false},
	[SHARE_TLSRPT] = {TRUE_TLSRPT, {TRUE_MAIL, NO_FACT}, false},
	[SHARE_TLSA_MAIL] = {TRUE_TLSA_MAIL, {TRUE_SIGNED, TRUE_MAIL}, false},
	[SHARE_TLSA_WEB] = {NO_FACT, {NO_FACT, NO_FACT}, false},
	[SHARE_CAA] = {TRUE_CAA, {NO_FACT, NO_FACT}, false},
	[SHARE_ZONEMD] = {TRUE_ZONEMD, {NO_FACT, NO_FACT}, false},
};

/* A pool's domains, by share: those that can have it, those that have it. */
struct counts {
	char name[64]; /* of the operator; "": all */
	uint32_t domains;
	uint32_t can[SHARE_COUNT];
	uint32_t has[SHARE_COUNT];
};

struct tally {
	struct counts operators[OPERATORS_MAX];
	uint32_t count;
};

static bool can_have(const struct true_facts *facts, enum share share)
{
	for (size_t i = 0; i < 2; i++) {
		const enum true_fact of = rows[share].of[i];
		if (of != NO_FACT &&
		    (facts->states[of] == STATE_PRESENT) == rows[share].is_of_others)
			return false;
	}
	return true;
}

static int take(void *context, const struct true_facts *facts)
{
	struct tally *tally = context;
	uint32_t at = 0;
	while (at < tally->count && strcmp(tally->operators[at].name, facts->dns_operator) != 0)
		at++;
	assert_in_range(at, 0, OPERATORS_MAX - 1);
	struct counts *counts = &tally->operators[at];
	if (at == tally->count)
		(void)snprintf(tally->operators[tally->count++].name, sizeof(counts->name), "%s",
			       facts->dns_operator);
	counts->domains++;
	for (enum share i = 0; i < SHARE_COUNT; i++) {
		if (rows[i].fact == NO_FACT)
			continue;
		const bool has = facts->states[rows[i].fact] == STATE_PRESENT;
		assert_int_not_equal(facts->states[rows[i].fact], STATE_UNTOLD);
		assert_true(can_have(facts, i) || !has);
		counts->can[i] += can_have(facts, i);
		counts->has[i] += has;
	}
	assert_int_equal(facts->states[TRUE_SECURE], facts->states[TRUE_SIGNED]);
	return 0;
}

static void make(const char *file, const struct shares_options *options, struct text *text)
{
	struct complaint complaint = {""};
	struct shares *shares;
	if (shares_parse(file, strlen(file), &complaint, &shares))
		fail_msg("%s", complaint.text);
	text_init(text, TEXT_OCTETS_MAX);
	if (shares_make(shares, options, text, &complaint))
		fail_msg("%s", complaint.text);
	shares_free(shares);
}

static void count(const struct text *text, struct tally *ret_tally)
{
	struct complaint complaint = {""};
	struct world *world;
	*ret_tally = (struct tally){.count = 0};
	if (world_parse(text_get(text), text->length, NULL, &complaint, &world))
		fail_msg("%s", complaint.text);
	assert_int_equal(world_true_facts(world, take, ret_tally), OK);
	world_free(world);
}

/* ---- the numbers of a file that can be reckoned by hand ---- */

static void test_by_hand(void **state)
{
	static const char file[] =
		"shares: 1\n"
		"all: {mail: 50, dmarc: 10}\n"
		"tlds:\n"
		"  - {name: zan, share: 3}\n"
		"  - {name: quor, share: 1, shares: {dmarc: 80}}\n"
		"operators:\n"
		"  - {name: lark.zan, domains: 500, shares: {signed: 40, cds: 25, dot: 30}}\n"
		"  - {name: wren.quor, domains: 200, tlds: {quor: 1}, shares: {caa: 12.5}}\n";
	struct text text;
	struct tally tally;
	make(file, &(struct shares_options){.seed = 7}, &text);
	count(&text, &tally);
	text_release(&text);
	(void)state;
	assert_int_equal(tally.count, 2);
	const struct counts *lark = &tally.operators[0];
	const struct counts *wren = &tally.operators[1];
	assert_string_equal(lark->name, "lark.zan");
	assert_int_equal(lark->domains, 500);
	assert_int_equal(lark->has[SHARE_SIGNED], 200);
	assert_int_equal(lark->has[SHARE_CDS], 50);
	assert_int_equal(lark->has[SHARE_DOT], 150);
	assert_int_equal(wren->domains, 200);
	assert_int_equal(wren->has[SHARE_SIGNED], 0);
	assert_int_equal(wren->has[SHARE_CAA], 25);
	/* One pool of 700, spread evenly. */
	assert_int_equal(lark->has[SHARE_MAIL] + wren->has[SHARE_MAIL], 350);
	assert_in_range(wren->has[SHARE_MAIL], 99, 101);
	/* 325 in quor at 80 %, 375 in zan at 10 %. */
	assert_int_equal(lark->has[SHARE_DMARC] + wren->has[SHARE_DMARC], 260 + 38);
}

/* ---- any file ---- */

static void add_share(struct text *file, struct random *random, enum share share, bool *has_any)
{
	if (random_below(random, 3) == 0)
		return;
	text_format(file, "%s%s: %u.%02u", *has_any ? ", " : "", share_row(share)->word,
		    random_below(random, 100), random_below(random, 100));
	*has_any = true;
}

/* Every operator states what it likes, so that each is a pool of its own for that. */
static void write_file(struct text *file, struct random *random, uint32_t operators)
{
	text_add(file,
		 "shares: 1\ntlds: [{name: zan, share: 5}, {name: quor, share: 2}, {name: vem}]\n"
		 "operators:\n");
	for (uint32_t i = 0; i < operators; i++) {
		bool has_any = false;
		text_format(file, "  - {name: op%u.%s, domains: %u, servers: %u%s, shares: {", i,
			    i % 2 ? "zan" : "quor", 1 + random_below(random, 120),
			    2 + random_below(random, 3), i == 0 ? ", own: true" : "");
		for (enum share share = 0; share < SHARE_COUNT; share++)
			/* RSA keys take long to make. */
			if (share != SHARE_MODERN_ALGORITHM)
				add_share(file, random, share, &has_any);
		text_add(file, "}}\n");
	}
}

static void expect_exact(const struct shares *shares, const struct tally *tally)
{
	for (uint32_t i = 0; i < tally->count; i++) {
		const struct shares_operator *row = &shares->operators[i];
		const struct counts *counts = &tally->operators[i];
		assert_string_equal(row->name, counts->name);
		assert_int_equal(row->domains, counts->domains);
		for (enum share share = 0; share < SHARE_COUNT; share++) {
			if (row->shares[share] == SHARE_UNSTATED || rows[share].fact == NO_FACT)
				continue;
			if (counts->has[share] != share_of(row->shares[share], counts->can[share]))
				fail_msg("%s: %u of %u have %s", row->name, counts->has[share],
					 counts->can[share], share_row(share)->word);
		}
	}
}

static void test_exact(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 25; seed++) {
		struct random random;
		struct text file;
		struct text text;
		struct tally tally;
		struct shares *shares;
		random_seeded(&random, seed);
		text_init(&file, TEXT_OCTETS_MAX);
		write_file(&file, &random, 1 + (uint32_t)seed % 4);
		make(text_get(&file), &(struct shares_options){.seed = seed}, &text);
		count(&text, &tally);
		assert_int_equal(shares_parse(text_get(&file), file.length, NULL, &shares), OK);
		assert_int_equal(tally.count, shares->operator_count);
		expect_exact(shares, &tally);
		shares_free(shares);
		text_release(&text);
		text_release(&file);
	}
}

/* ---- silence ---- */

static uint32_t count_words(const char *text, const char *word)
{
	uint32_t found = 0;
	for (const char *at = text; (at = strstr(at, word)); at += strlen(word))
		found++;
	return found;
}

static const char silent_file[] =
	"shares: 1\nsilent: 25\ntlds: [{name: zan}]\nall: {ipv6-ns: 40, roa-ns: 30, cookies: 60}\n"
	"operators: [{name: a.zan, domains: 90, servers: 4}, "
	"{name: b.zan, domains: 9, servers: 3}, {name: own, own: true, domains: 20}]\n";

static void test_silence(void **state)
{
	struct text loud;
	(void)state;
	make(silent_file, &(struct shares_options){.has_silent = true}, &loud);
	const uint32_t servers = count_words(text_get(&loud), "- {name: ns");
	assert_true(servers > 60);
	assert_int_equal(count_words(text_get(&loud), "[silent"), 0);
	text_release(&loud);
	for (uint32_t percent = 0; percent <= 100; percent++) {
		const struct shares_options options = {.has_silent = percent != 25,
						       .silent_percent = percent};
		struct text text;
		struct tally tally;
		make(silent_file, &options, &text);
		assert_int_equal(count_words(text_get(&text), "[silent"),
				 (servers * percent + 50) / 100);
		/* What is true does not change by that. */
		if (percent % 25 == 0)
			count(&text, &tally);
		text_release(&text);
	}
}

static void test_same(void **state)
{
	struct text first;
	struct text second;
	struct text other;
	(void)state;
	make(silent_file, &(struct shares_options){.seed = 3}, &first);
	make(silent_file, &(struct shares_options){.seed = 3}, &second);
	make(silent_file, &(struct shares_options){.seed = 4}, &other);
	assert_string_equal(text_get(&first), text_get(&second));
	assert_string_not_equal(text_get(&first), text_get(&other));
	text_release(&first);
	text_release(&second);
	text_release(&other);
}

static void test_split(void **state)
{
	static const uint32_t weights[] = {3, 0, 1, 1, 1};
	uint32_t counts[5];
	(void)state;
	for (uint32_t total = 0; total < 100; total++) {
		uint32_t sum = 0;
		share_split(total, weights, 5, counts);
		for (size_t i = 0; i < 5; i++) {
			const uint32_t exact = total * weights[i]; /* sixths */
			assert_in_range(counts[i] * 6, exact > 5 ? exact - 5 : 0, exact + 5);
			sum += counts[i];
		}
		assert_int_equal(sum, total);
		assert_int_equal(counts[1], 0);
	}
	share_split(10, weights, 5, counts);
	assert_int_equal(counts[0], 5);
	assert_int_equal(counts[2], 2);
	assert_int_equal(counts[4], 1);
}

/* ---- bad files ---- */

#define TLDS "shares: 1\ntlds: [{name: zan}]\n"
static const struct {
	const char *file;
	const char *words;
} bad[] = {
	{"", "a document expected"},
	{"- shares\n", "a mapping expected"},
	{"tlds: []\nshares: 1\n", "'shares: 1' must come first"},
	{"shares: 2\n", "version 2 of the format is not known here"},
	{"shares: 1\n", "there are no operators"},
	{"shares: 1\noperators: []\n", "'tlds' must stand before 'operators'"},
	{"shares: 1\ntlds: []\n", "no top-level domain has a share above 0"},
	{"shares: 1\ntlds: [{name: Zan}]\n", "'Zan' is no top-level domain"},
	{"shares: 1\ntlds: [{name: zan}, {name: zan}]\n", "'zan' is here twice"},
	{"shares: 1\ntlds: [{share: 1}]\n", "needs a name"},
	{"shares: 1\ntlds: [{name: zan, shares: {dot: 1}}]\n", "the operators' to have"},
	{"shares: 1\nall: {singed: 40}\n", "did you mean 'signed'?"},
	{"shares: 1\nall: {signed: 101}\n", "'101' is no share"},
	{"shares: 1\nall: {signed: 100.01}\n", "'100.01' is no share"},
	{"shares: 1\nall: {signed: 1.234}\n", "'1.234' is no share"},
	{"shares: 1\nall: {signed: -1}\n", "'-1' is no share"},
	{"shares: 1\nall: {signed: 4%}\n", "'4%' is no share"},
	{"shares: 1\nall: {signed: 1., cds: 1}\n", "'1.' is no share"},
	{"shares: 1\nsilent: lots\n", "'lots' is no share"},
	{TLDS "operators: [{name: a.zan}]\n", "needs a name and domains"},
	{TLDS "operators: [{name: a, domains: 1}]\n", "needs a top-level domain in its name"},
	{TLDS "operators: [{name: a.com, domains: 1}]\n", "in no top-level domain of 'tlds'"},
	{TLDS "operators: [{name: a.b.zan, domains: 1}]\n", "is no name of an operator"},
	{TLDS "operators: [{name: 'a\", x.zan', domains: 1}]\n", "is no name of an operator"},
	{TLDS "operators: [{name: nic.zan, domains: 1}]\n", "a name of the registries"},
	{TLDS "operators: [{name: root, own: true, domains: 1}]\n", "a name of the registries"},
	{TLDS "operators: [{name: a.zan, domains: 1, servers: 1}]\n", "2 to 4 servers"},
	{TLDS "operators: [{name: a.zan, domains: 1, servers: 5}]\n", "not a number from 0 to 4"},
	{TLDS "operators: [{name: a.zan, domains: 1, tlds: {zan: 0}}]\n", "share above 0"},
	{TLDS "operators: [{name: a.zan, domains: 1, tlds: {vem: 1}}]\n", "unknown key 'vem'"},
	{TLDS "operators: [{name: a.zan, domains: 1}, {name: a.zan, domains: 1}]\n", "twice"},
	{TLDS "operators: [{name: a.zan, domains: 1000001}]\n", "not a number from 0 to 1000000"},
	{TLDS "operators: [{name: a.zan, domains: 999999}, {name: b.zan, domains: 2}]\n",
	 "more than 1000000 domains"},
	{TLDS "operators: [{name: a.zan, domains: 1, algorithm: 8}]\n", "unknown modern algorithm"},
	{TLDS "operators: [{name: a.zan, domains: 1, place: bind, shares: {dot: 0}}]\n",
	 "of a real server 'dot' cannot be stated"},
	{TLDS "operators: [{name: own, own: true, domains: 1, place: bind}]\n",
	 "at the built-in server"},
	{TLDS "operators: [&x {name: a.zan, domains: 1}]\n", "not understood here"},
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct complaint complaint = {""};
		struct shares *shares = NULL;
		const int error =
			shares_parse(bad[i].file, strlen(bad[i].file), &complaint, &shares);
		if (error == OK || shares)
			fail_msg("taken: %s", bad[i].file);
		if (!strstr(complaint.text, bad[i].words) || !strstr(complaint.text, "line "))
			fail_msg("%s said of %s", complaint.text, bad[i].file);
	}
}

/* 16,001 domains with two servers each. */
static void test_too_many_servers(void **state)
{
	static const char file[] = TLDS "operators: [{name: own, own: true, domains: 16001}]\n";
	struct complaint complaint = {""};
	struct shares *shares;
	struct text text;
	(void)state;
	assert_int_equal(shares_parse(file, sizeof(file) - 1, &complaint, &shares), OK);
	text_init(&text, TEXT_OCTETS_MAX);
	assert_int_equal(shares_make(shares, &(struct shares_options){.seed = 1}, &text,
				     &complaint),
			 ERR_LIMIT);
	assert_non_null(strstr(complaint.text, "line 3: with operator 'own' there would be more"));
	assert_int_equal(text.length, 0);
	text_release(&text);
	shares_free(shares);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_too_many_servers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
