/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of cases held against made observations: what passes, what fails, and all that leaves it
 * not measured. */
#include "dns/dnssec/key.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "judge/case/view.h"
#include "model/forms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NS_GOOD                                     \
	"bank.example. 3600 IN NS ns1.host.test.\n" \
	"bank.example. 3600 IN NS ns2.host.test.\n"
#define NS_EVIL "bank.example. 3600 IN NS ns1.evil.test.\n"
#define HOSTS "ns1.host.test. 60 IN A 192.0.2.1\nns2.host.test. 60 IN A 192.0.2.2\n"
#define HOSTS_6 HOSTS "ns2.host.test. 60 IN AAAA 2001:db8::2\n"
#define TEST_NS "ns(bank.example) = {ns1.host.test, ns2.host.test}"
#define DAY 86400

static const struct viewing good = {.parent = NS_GOOD, .hosts = HOSTS, .zone = NS_GOOD};

static struct viewing at(int64_t at_s, struct viewing viewing)
{
	viewing.at_s = at_s;
	return viewing;
}

static void expect_one(const char *test, const struct viewing *viewing, const char *result,
		       const char *word)
{
	struct gallery gallery;
	gallery_init(&gallery, test);
	(void)gallery_look(&gallery, viewing);
	const char *given = gallery_judge(&gallery);
	if (strcmp(given, result) != 0 || !gallery_tells(&gallery, word)) {
		for (size_t i = 0; i < gallery.verdict.line_count; i++)
			print_message("%s\n", gallery.verdict.lines[i]);
		fail_msg("%s: %s, and not %s with '%s'", test, given, result, word);
	}
	for (size_t i = 0; i < gallery.verdict.line_count; i++)
		assert_true(form_is_line(gallery.verdict.lines[i], CASE_MESSAGE_LINE_MAX));
	gallery_release(&gallery);
}

static void test_name_servers(void **state)
{
	struct viewing viewing = good;
	expect_one(TEST_NS, &viewing, "passed", "ns(bank.example) at parent 192.0.2.53, from lab");
	viewing.parent = NS_EVIL;
	expect_one(TEST_NS, &viewing, "failed", "at parent 192.0.2.53, from lab: ns1.evil.test");
	expect_one(TEST_NS " at child", &viewing, "passed", "name server 192.0.2.1");
	expect_one(TEST_NS " at parent", &viewing, "failed", "ns1.evil.test");
	expect_one("not ns(bank.example) in {ns1.evil.test}", &viewing, "failed", "ns1.evil.test");
	expect_one("not ns(bank.example) in {ns2.evil.test}", &viewing, "passed", "ns1.evil.test");
	/* One server of two still has the other zone. */
	viewing = good;
	viewing.other_zone = NS_EVIL;
	expect_one(TEST_NS, &viewing, "failed", "name server 192.0.2.2, from lab: ns1.evil.test");
	expect_one(TEST_NS " at parent", &viewing, "passed", "parent");
	/* A name server too many, or too few. */
	expect_one("ns(bank.example) = {ns1.host.test} at parent", &good, "failed", "parent");
	expect_one("ns(bank.example) = {ns1.host.test, ns2.host.test, ns3.host.test} at parent",
		   &good, "failed", "parent");
	(void)state;
}

static void test_silence(void **state)
{
	struct viewing viewing = good;
	viewing.silent = 2;
	expect_one(TEST_NS, &viewing, "not-measured",
		   "192.0.2.2, from lab: not known: it does not");
	viewing.other_zone = NS_EVIL;
	viewing.silent = 1;
	/* What contradicts decides, whatever else is silent. */
	expect_one(TEST_NS, &viewing, "failed", "ns1.evil.test");
	viewing = good;
	viewing.lame = 1;
	expect_one(TEST_NS, &viewing, "not-measured", "without authority");
	viewing = good;
	viewing.parent = NULL;
	expect_one(TEST_NS " at parent", &viewing, "not-measured", "could not be asked");
	viewing = good;
	viewing.hosts = NULL;
	expect_one(TEST_NS " at child", &viewing, "not-measured", "nobody was asked");
	/* What the parent says is not what they say. */
	expect_one(TEST_NS, &viewing, "not-measured", "name servers, from lab: not known: nobody");
	expect_one(TEST_NS " at parent", &viewing, "passed", "at parent");
	/* A server that nobody found, and one that wants no questions. */
	viewing.hosts = "ns1.host.test. 60 IN A 192.0.2.1\n";
	expect_one(TEST_NS, &viewing, "passed", "name server 192.0.2.1");
	viewing.has_lost_hosts = true;
	expect_one(TEST_NS, &viewing, "not-measured",
		   "name server ns2.host.test., from lab: not known: its addresses");
	viewing = good;
	viewing.opted_out = 2;
	expect_one(TEST_NS, &viewing, "not-measured", "192.0.2.2, from lab: not known");
	/* No route to any address of a family: passed over, and said. */
	viewing = good;
	viewing.hosts = HOSTS_6;
	viewing.unreachable = 4;
	expect_one(TEST_NS, &viewing, "passed", "2001:db8::2, from lab: not known: there is no");
	viewing.unreachable = 2;
	expect_one(TEST_NS, &viewing, "not-measured",
		   "192.0.2.2, from lab: not known: there is no");
	viewing.unreachable = 7;
	expect_one(TEST_NS, &viewing, "not-measured", "no route");
	/* Another domain than the test's. */
	viewing = good;
	viewing.domain = "shop.example.";
	expect_one(TEST_NS, &viewing, "not-measured", "was not looked at");
	(void)state;
}

/* Every address of the parent, as raw messages. */
static void test_parents(void **state)
{
	struct gallery gallery;
	gallery_init(&gallery, TEST_NS " at parent and ds(bank.example) = none");
	struct predicate_look *look = gallery_look(&gallery, &good);
	gallery_parent(&gallery, look, "192.0.2.11", NS_GOOD);
	gallery_parent(&gallery, look, "192.0.2.12", NS_GOOD);
	assert_string_equal(gallery_judge(&gallery), "passed");
	assert_true(gallery_tells(&gallery, "ds(bank.example) at parent 192.0.2.12"));
	gallery_parent(&gallery, look, "192.0.2.13", NULL);
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	assert_true(gallery_tells(&gallery, "192.0.2.13, from lab: not known: it does not answer"));
	look->parents_unknown = "who asks crashed";
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	assert_true(gallery_tells(&gallery, "at parent, from lab: not known: who asks crashed"));
	gallery_parent(&gallery, look, "192.0.2.14", NS_EVIL);
	assert_string_equal(gallery_judge(&gallery), "failed");
	assert_true(strstr(gallery.verdict.lines[0], "192.0.2.14, from lab: ns1.evil.test") !=
		    NULL);
	gallery_release(&gallery);
	/* One that was not to be asked; and that there may be others, of which nothing is known, is
	 * no reason to believe the observation's one. */
	gallery_init(&gallery, TEST_NS " at parent and ds(bank.example) = none");
	look = gallery_look(&gallery, &good);
	look->parents_unknown = "who asks hung";
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	assert_true(gallery_tells(&gallery, "ds(bank.example) at parent, from lab: not known"));
	look->parents_unknown = NULL;
	assert_string_equal(gallery_judge(&gallery), "passed");
	gallery_parent(&gallery, look, "192.0.2.11", NS_GOOD);
	gallery_parent(&gallery, look, "192.0.2.12", NULL);
	struct predicate_parent opted_out[2] = {look->parents[0], look->parents[1]};
	opted_out[1].unasked = "nobody may ask it";
	look->parents = opted_out;
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	assert_true(gallery_tells(&gallery, "192.0.2.12, from lab: not known: nobody may ask it"));
	gallery_release(&gallery);
	/* An answer to another question is none, and so is one that was cut off. */
	gallery_init(&gallery, TEST_NS " at parent");
	look = gallery_look(&gallery, &good);
	gallery_parent(&gallery, look, "192.0.2.11", NS_GOOD);
	struct predicate_parent parent = look->parents[0];
	uint8_t *octets = arena_copy(&gallery.arena, parent.ns, parent.ns_size);
	const size_t size = parent.ns_size;
	parent.ns = parent.ds;
	parent.ns_size = parent.ds_size;
	look->parents = &parent;
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	assert_true(gallery_tells(&gallery, "answers another question"));
	octets[2] |= 2; /* TC */
	parent.ns = octets;
	parent.ns_size = size;
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	assert_true(gallery_tells(&gallery, "cut off"));
	octets[2] &= 0xfd;
	octets[3] = RCODE_REFUSED;
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	assert_true(gallery_tells(&gallery, "refuses"));
	parent.ns_size = size - 3;
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	assert_true(gallery_tells(&gallery, "malformed"));
	gallery_release(&gallery);
	(void)state;
}

#define KEY_LINE "bank.example. 3600 IN DNSKEY 257 3 13 AAAA"
#define KEY KEY_LINE "\n"
#define OTHER_KEY "bank.example. 3600 IN DNSKEY 257 3 13 BBBB\n"
/* Until when it is good, and the key's tag (RFC 4034 appendix B). */
#define SIGNED(until, tag)                                                           \
	"bank.example. 3600 IN RRSIG DNSKEY 13 2 3600 " until " 20260101000000 " tag \
	" bank.example. AAAA\n"
#define ZONE_SIGNED NS_GOOD KEY SIGNED("20270101000000", "1038")
#define MATCHES "ds(bank.example) matches"
/* Two keys of one tag and algorithm. */
#define TWIN_LINE "bank.example. 3600 IN DNSKEY 257 3 13 AQIDBA=="
#define TWIN TWIN_LINE "\n"
#define OTHER_TWIN "bank.example. 3600 IN DNSKEY 257 3 13 AwQBAg==\n"

/* The parent's records, with a DS of the key. */
static const char *parent_of(struct arena *arena, const char *key)
{
	struct record record;
	struct name name;
	uint8_t digest[DIGEST_MAX_OCTETS];
	char hex[2 * DIGEST_MAX_OCTETS + 1];
	size_t size = 0;
	assert_int_equal(record_from_text(arena, key, &record, NULL), OK);
	assert_int_equal(name_from_text("bank.example.", &name, NULL), OK);
	assert_int_equal(ds_digest(name.octets, &record, DIGEST_SHA256, digest, &size), OK);
	assert_int_equal(hex_from_octets(digest, size, hex, sizeof(hex)), OK);
	return arena_format(arena, "%sbank.example. 3600 IN DS %u 13 2 %s\n", NS_GOOD,
			    key_tag(record.rdata, record.rdata_size), hex);
}

static void test_ds(void **state)
{
	struct viewing viewing = good;
	expect_one("ds(bank.example) = none", &viewing, "passed", "none");
	expect_one(MATCHES, &viewing, "failed", "does not match");
	viewing.parent = NS_GOOD "bank.example. 3600 IN DS 1038 13 2 4A4B4C\n";
	expect_one("ds(bank.example) = {1038/13/2/4a4b4c}", &viewing, "passed", "1038/13/2/4a4b4c");
	expect_one("ds(bank.example) = {1038/13/2/4a4b4d}", &viewing, "failed", "1038/13/2/4a4b4c");
	expect_one("ds(bank.example) = none", &viewing, "failed", "1038/13/2/4a4b4c");
	(void)state;
}

static void test_ds_matches(void **state)
{
	struct arena arena;
	struct viewing viewing = good;
	arena_init(&arena, (size_t)1 << 20, 0);
	viewing.parent = parent_of(&arena, KEY_LINE);
	viewing.zone = ZONE_SIGNED;
	viewing.is_proven = true;
	expect_one(MATCHES, &viewing, "passed", "ds(bank.example) at name server 192.0.2.1");
	viewing.other_zone = NS_GOOD OTHER_KEY SIGNED("20270101000000", "18718");
	expect_one(MATCHES, &viewing, "failed", "192.0.2.2, from lab: does not match");
	viewing.other_zone = NULL;
	/* A key that is there is not enough: it has to have signed the keys, and now. */
	viewing.is_proven = false;
	expect_one(MATCHES, &viewing, "failed", "does not match");
	viewing.is_proven = true;
	viewing.zone = NS_GOOD KEY SIGNED("20260201000000", "1038");
	expect_one(MATCHES, &viewing, "failed", "does not match");
	viewing.zone = NS_GOOD KEY OTHER_KEY SIGNED("20270101000000", "18718");
	expect_one(MATCHES, &viewing, "failed", "does not match");
	viewing.zone = ZONE_SIGNED;
	viewing.hosts = NULL;
	expect_one(MATCHES, &viewing, "not-measured", "nobody was asked");
	viewing.hosts = HOSTS;
	viewing.silent = 1;
	expect_one(MATCHES, &viewing, "not-measured", "does not answer");
	viewing.silent = 0;
	viewing.lame = 1;
	expect_one(MATCHES, &viewing, "not-measured", "without authority");
	arena_release(&arena);
	(void)state;
}

/* What a signature says of its key are tag and algorithm. */
static void test_ds_matches_alike(void **state)
{
	struct arena arena;
	struct viewing viewing = good;
	arena_init(&arena, (size_t)1 << 20, 0);
	viewing.is_proven = true;
	viewing.parent = parent_of(&arena, TWIN_LINE);
	viewing.zone = NS_GOOD TWIN SIGNED("20270101000000", "2068");
	expect_one(MATCHES, &viewing, "passed", "matches");
	/* Either may have signed; the DS names one of them. */
	viewing.zone = NS_GOOD TWIN OTHER_TWIN SIGNED("20270101000000", "2068");
	expect_one(MATCHES, &viewing, "failed", "does not match");
	viewing.parent = parent_of(&arena, KEY_LINE);
	viewing.zone = NS_GOOD KEY "bank.example. 3600 IN RRSIG DNSKEY 8 2 3600 20270101000000 "
				   "20260101000000 1038 bank.example. AAAA\n";
	expect_one(MATCHES, &viewing, "failed", "does not match");
	arena_release(&arena);
	(void)state;
}

static void test_mail_and_addresses(void **state)
{
	struct viewing viewing = good;
	viewing.zone = NS_GOOD "bank.example. 3600 IN MX 10 mail.bank.example.\n"
			       "bank.example. 3600 IN A 192.0.2.80\n";
	viewing.lookups = "mail.bank.example. 60 IN A 192.0.2.25\n";
	expect_one("mx(bank.example) = {mail.bank.example}", &viewing, "passed", "mail.bank");
	expect_one("mx(bank.example) = none", &viewing, "failed", "mail.bank");
	/* A scan asks one server for them; that none was asked is not measured. */
	viewing.without_mx = 1;
	expect_one("mx(bank.example) = {mail.bank.example}", &viewing, "passed", "not asked");
	viewing.without_mx = 3;
	expect_one("mx(bank.example) = {mail.bank.example}", &viewing, "not-measured", "not asked");
	viewing.without_mx = 0;
	expect_one("not mx(bank.example) in {mail.bank.example}", &viewing, "failed", "mail.bank");
	expect_one("a(mail.bank.example) = {192.0.2.25}", &viewing, "passed", "look-up");
	expect_one("a(mail.bank.example) = {192.0.2.26}", &viewing, "failed", "192.0.2.25");
	expect_one("aaaa(mail.bank.example) = none", &viewing, "not-measured", "not looked at");
	expect_one("a(bank.example) = {192.0.2.80}", &viewing, "passed", "name server 192.0.2.1");
	expect_one("aaaa(bank.example) = none", &viewing, "passed", "none");
	expect_one("a(ns1.host.test) = {192.0.2.1}", &viewing, "passed", "look-up of the name");
	expect_one("not a(ns1.host.test) in {192.0.2.1}", &viewing, "failed", "192.0.2.1");
	expect_one("a(www.bank.example) = {192.0.2.80}", &viewing, "not-measured", "not looked at");
	(void)state;
}

static void test_stands(void **state)
{
	struct gallery gallery;
	struct viewing evil = good;
	evil.parent = NS_EVIL;
	int64_t since_s = 0;
	gallery_init(&gallery, TEST_NS " and stands 172800");
	/* One look proves that it is so, not that it stood. */
	struct viewing viewing = at(3 * DAY, good);
	struct predicate_look *newest = gallery_look(&gallery, &viewing);
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	assert_int_equal(gallery.verdict.again_s, VIEW_START_S + 5 * DAY);
	assert_int_equal(gallery.verdict.since_s, VIEW_START_S + 3 * DAY);
	assert_true(predicate_since_of_line(gallery.verdict.lines[0], &since_s));
	assert_int_equal(since_s, VIEW_START_S + 3 * DAY);
	assert_false(predicate_since_of_line("all of it is so since yesterday Z", &since_s));
	assert_false(predicate_since_of_line("", &since_s));
	/* The store saw the state for as long; or did not. */
	newest->state_since_s = VIEW_START_S + DAY + 1;
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	newest->state_since_s = VIEW_START_S + DAY;
	assert_string_equal(gallery_judge(&gallery), "passed");
	assert_int_equal(gallery.verdict.again_s, 0);
	/* A look in between that failed ends it, whatever is claimed. */
	viewing = at(2 * DAY, evil);
	gallery_look(&gallery, &viewing)->is_earlier = true;
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	assert_int_equal(gallery.verdict.again_s, VIEW_START_S + 5 * DAY);
	gallery_release(&gallery);
	(void)state;
}

/* Looks in time: those that passed reach back, one that measured nothing is passed over. */
static void test_looks_in_time(void **state)
{
	struct gallery gallery;
	struct viewing silent = good;
	silent.silent = 3;
	gallery_init(&gallery, TEST_NS " and stands 172800");
	struct viewing viewing = at(3 * DAY, good);
	(void)gallery_look(&gallery, &viewing);
	viewing = at(DAY, good);
	gallery_look(&gallery, &viewing)->is_earlier = true;
	viewing = at(2 * DAY, silent);
	gallery_look(&gallery, &viewing)->is_earlier = true;
	assert_string_equal(gallery_judge(&gallery), "passed");
	/* One that is not called earlier decides, and earlier ones alone prove nothing. */
	gallery.looks[0].is_earlier = true;
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	assert_true(gallery_tells(&gallery, "it was not looked at"));
	viewing = at(3 * DAY + 1, silent);
	(void)gallery_look(&gallery, &viewing);
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	assert_int_equal(gallery.verdict.again_s, 0);
	gallery_release(&gallery);
	/* The store's state knows of one address of the parent; an earlier verdict of all. */
	gallery_init(&gallery, TEST_NS " and stands 172800");
	viewing = at(3 * DAY, good);
	struct predicate_look *look = gallery_look(&gallery, &viewing);
	gallery_parent(&gallery, look, "192.0.2.11", NS_GOOD);
	look->state_since_s = VIEW_START_S;
	assert_string_equal(gallery_judge(&gallery), "passed");
	gallery_parent(&gallery, look, "192.0.2.12", NS_GOOD);
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	look->all_since_s = VIEW_START_S + DAY;
	assert_string_equal(gallery_judge(&gallery), "passed");
	gallery_release(&gallery);
	(void)state;
}

/* Two looks of one place, as of two stores: neither takes the other's place, whichever is newer. */
static void test_looks_of_one_place(void **state)
{
	struct gallery gallery;
	for (int64_t later_s = -1; later_s <= 1; later_s++) {
		struct viewing viewing = at(DAY, good);
		gallery_init(&gallery, TEST_NS);
		struct predicate_look *all = gallery_look(&gallery, &viewing);
		gallery_parent(&gallery, all, "192.0.2.53", NS_GOOD);
		gallery_parent(&gallery, all, "192.0.2.54", NS_EVIL);
		viewing = at(DAY + later_s, good);
		(void)gallery_look(&gallery, &viewing);
		/* One asked one address of the parent, the other all of them. */
		assert_string_equal(gallery_judge(&gallery), "failed");
		assert_true(gallery_tells(&gallery, "parent 192.0.2.54, from lab: ns1.evil.test"));
		all->parent_count = 0;
		all->parents_unknown = "who asks crashed";
		assert_string_equal(gallery_judge(&gallery), "not-measured");
		all->parents_unknown = NULL;
		assert_string_equal(gallery_judge(&gallery), "passed");
		/* And the other way round. */
		gallery_parent(&gallery, all, "192.0.2.53", NS_GOOD);
		gallery.count--;
		viewing.parent = NS_EVIL;
		(void)gallery_look(&gallery, &viewing);
		assert_string_equal(gallery_judge(&gallery), "failed");
		gallery_release(&gallery);
	}
	/* They are one place, and what they say alike is told once. */
	gallery_init(&gallery, TEST_NS " at parent and from 2 vantages");
	(void)gallery_look(&gallery, &good);
	(void)gallery_look(&gallery, &good);
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	assert_true(gallery_tells(&gallery, "measured from 1 of 2 vantages"));
	assert_int_equal(gallery.verdict.vantage_count, 1);
	assert_int_equal(gallery.verdict.line_count, 2);
	gallery_release(&gallery);
	(void)state;
}

/* What one address of the parent said earlier does not show how long all of them have. */
static void test_earlier_of_one_parent(void **state)
{
	struct gallery gallery;
	gallery_init(&gallery, TEST_NS " and stands 172800");
	struct viewing viewing = at(DAY, good);
	(void)gallery_look(&gallery, &viewing);
	viewing = at(3 * DAY, good);
	struct predicate_look *look = gallery_look(&gallery, &viewing);
	gallery_parent(&gallery, look, "192.0.2.11", NS_GOOD);
	gallery_parent(&gallery, look, "192.0.2.12", NS_GOOD);
	for (int is_earlier = 0; is_earlier <= 1; is_earlier++) {
		gallery.looks[0].is_earlier = is_earlier;
		assert_string_equal(gallery_judge(&gallery), "not-measured");
		assert_int_equal(gallery.verdict.since_s, VIEW_START_S + 3 * DAY);
	}
	gallery_parent(&gallery, &gallery.looks[0], "192.0.2.11", NS_GOOD);
	assert_string_equal(gallery_judge(&gallery), "passed");
	gallery_release(&gallery);
	(void)state;
}

static void test_vantages(void **state)
{
	struct gallery gallery;
	struct viewing viewing = good;
	struct viewing other = good;
	gallery_init(&gallery, TEST_NS " and from 2 vantages");
	(void)gallery_look(&gallery, &viewing);
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	assert_true(gallery_tells(&gallery, "measured from 1 of 2 vantages"));
	other.vantage = "away";
	other.silent = 1;
	(void)gallery_look(&gallery, &other);
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	gallery.count--;
	other.silent = 0;
	(void)gallery_look(&gallery, &other);
	assert_string_equal(gallery_judge(&gallery), "passed");
	assert_int_equal(gallery.verdict.vantage_count, 2);
	assert_string_equal(gallery.verdict.vantages[0], "away");
	/* A third that sees the old set: every place given counts. */
	other.vantage = "far\x1b[2J";
	other.parent = NS_EVIL;
	(void)gallery_look(&gallery, &other);
	assert_string_equal(gallery_judge(&gallery), "failed");
	assert_true(gallery_tells(&gallery, "from far?[2J: ns1.evil.test"));
	gallery_release(&gallery);
	/* Two domains: each has to be looked at, from each place. */
	gallery_init(&gallery, TEST_NS " at parent and ns(shop.example) = {ns1.host.test}");
	(void)gallery_look(&gallery, &good);
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	struct viewing shop = {.domain = "shop.example.",
			       .parent = "shop.example. 60 IN NS ns1.host.test.\n",
			       .hosts = "ns1.host.test. 60 IN A 192.0.2.1\n",
			       .zone = "shop.example. 60 IN NS ns1.host.test.\n"};
	(void)gallery_look(&gallery, &shop);
	assert_string_equal(gallery_judge(&gallery), "passed");
	gallery_release(&gallery);
	/* Nothing at all. */
	gallery_init(&gallery, TEST_NS);
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	gallery_release(&gallery);
	(void)state;
}

#define LAME_AT_1                                                                        \
	{                                                                                \
		.code = "SERVER-LAME", .domain = "bank.example.", .server = "192.0.2.1", \
		.sentence = "192.0.2.1 has no authority",                                \
	}

/* A test of one finding; what its check says; what it comes to, with a line of that. */
static void expect_checked(const struct viewing *viewing, const struct predicate_checked *checked,
			   const char *result, const char *word)
{
	struct gallery gallery;
	gallery_init(&gallery, "not found SERVER-LAME(bank.example)");
	struct predicate_look *look = gallery_look(&gallery, viewing);
	look->checked = checked;
	look->checked_count = checked != NULL ? 1 : 0;
	assert_string_equal(gallery_judge(&gallery), result);
	if (!gallery_tells(&gallery, word))
		fail_msg("'%s', and not '%s'", gallery.verdict.lines[0], word);
	for (size_t i = 0; i < gallery.verdict.line_count; i++)
		assert_true(form_is_line(gallery.verdict.lines[i], CASE_MESSAGE_LINE_MAX));
	gallery_release(&gallery);
}

static void test_findings(void **state)
{
	char words[FINDING_SENTENCE_MAX];
	struct finding findings[] = {LAME_AT_1, LAME_AT_1};
	struct predicate_checked checked = {.code = "SERVER-LAME"};
	expect_checked(&good, &checked, "passed", "SERVER-LAME(bank.example), from lab: not found");
	checked.findings = findings;
	checked.finding_count = 1;
	expect_checked(&good, &checked, "failed",
		       "SERVER-LAME(bank.example) at name server 192.0.2.1, from lab: 192.0.2.1 "
		       "has no authority");
	/* Of the domain as a whole; and what is found counts, whatever else is not known. */
	findings[1].server = NULL;
	checked.finding_count = 2;
	checked.unknown = "not everything could be looked at";
	expect_checked(&good, &checked, "failed", "SERVER-LAME(bank.example), from lab: 192.0.2.1");
	expect_checked(&good, &checked, "failed", "from lab: not known: not everything");
	checked.finding_count = 0;
	expect_checked(&good, &checked, "not-measured",
		       "SERVER-LAME(bank.example), from lab: not known: not everything");
	/* Nobody judged it, or not by this check. */
	expect_checked(&good, NULL, "not-measured", "from lab: not known: it was not judged");
	checked = (struct predicate_checked){.code = "SERVER-SLOW"};
	expect_checked(&good, &checked, "not-measured", "not known: it was not judged");
	struct viewing shop = good;
	shop.domain = "shop.example.";
	expect_checked(&shop, &checked, "not-measured", "from lab: it was not looked at");
	/* A sentence that is cut at a space is a line all the same. */
	memset(words, ' ', sizeof(words));
	words[0] = words[sizeof(words) - 2] = 'x';
	words[sizeof(words) - 1] = '\0';
	findings[0].sentence = words;
	checked = (struct predicate_checked){
		.code = "SERVER-LAME", .findings = findings, .finding_count = 1};
	expect_checked(&good, &checked, "failed", "from lab: x");
	(void)state;
}

/* A server that is not heard may show what the others do not. */
static void test_findings_of_servers(void **state)
{
	const struct predicate_checked checked = {.code = "SERVER-LAME", .asks_servers = true};
	const struct predicate_checked of_parent = {.code = "SERVER-LAME"};
	struct viewing viewing = good;
	expect_checked(&viewing, &checked, "passed", "not found");
	/* What it says is the check's to judge. */
	viewing.lame = 1;
	expect_checked(&viewing, &checked, "passed", "not found");
	viewing.silent = 2;
	expect_checked(
		&viewing, &checked, "not-measured",
		"SERVER-LAME(bank.example) at name server 192.0.2.2, from lab: not known: it "
		"does not");
	expect_checked(&viewing, &of_parent, "passed", "not found");
	viewing = good;
	viewing.opted_out = 1;
	expect_checked(&viewing, &checked, "not-measured", "192.0.2.1, from lab: not known");
	viewing = good;
	viewing.hosts = "ns1.host.test. 60 IN A 192.0.2.1\n";
	viewing.has_lost_hosts = true;
	expect_checked(&viewing, &checked, "not-measured", "its addresses could not be found");
	viewing.hosts = NULL;
	viewing.has_lost_hosts = false;
	expect_checked(&viewing, &checked, "not-measured", "nobody was asked");
	viewing = good;
	viewing.hosts = HOSTS_6;
	viewing.unreachable = 4;
	expect_checked(&viewing, &checked, "passed",
		       "2001:db8::2, from lab: not known: there is no");
	(void)state;
}

/* The store's states do not have all that checks read. */
static void test_findings_stand(void **state)
{
	static const struct predicate_checked checked = {.code = "SERVER-LAME"};
	struct gallery gallery;
	struct viewing viewing = at(3 * DAY, good);
	gallery_init(&gallery, "not found SERVER-LAME(bank.example) and stands 172800");
	struct predicate_look *look = gallery_look(&gallery, &viewing);
	look->checked = &checked;
	look->checked_count = 1;
	look->state_since_s = VIEW_START_S;
	assert_string_equal(gallery_judge(&gallery), "not-measured");
	assert_int_equal(gallery.verdict.since_s, VIEW_START_S + 3 * DAY);
	look->all_since_s = VIEW_START_S + DAY;
	assert_string_equal(gallery_judge(&gallery), "passed");
	gallery_release(&gallery);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name_servers),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_parents),
		cmocka_unit_test(test_ds),
		cmocka_unit_test(test_ds_matches),
		cmocka_unit_test(test_ds_matches_alike),
		cmocka_unit_test(test_mail_and_addresses),
		cmocka_unit_test(test_stands),
		cmocka_unit_test(test_looks_in_time),
		cmocka_unit_test(test_looks_of_one_place),
		cmocka_unit_test(test_earlier_of_one_parent),
		cmocka_unit_test(test_vantages),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_findings_of_servers),
		cmocka_unit_test(test_findings_stand),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
