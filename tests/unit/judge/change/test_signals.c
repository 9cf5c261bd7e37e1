/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every signal: made states in which it fires, in which it does not, and in which it is cleared. */
#include "judge/change/scenes.h"

static void test_s1(void **state)
{
	assert_int_equal(points_from(before, with(before, NS_WOLF, ZONE_WOLF), "S1"), 12);
	/* One of two stays. */
	assert_int_equal(points_from(before,
				     with(before,
					  "bank.tld. 3600 IN NS ns1.host.tld.\n"
					  "bank.tld. 3600 IN NS ns2.wolf.tld.\n",
					  ZONE_HOST),
				     "S1"),
			 NONE);
	assert_int_equal(points_from(before, with(before, "", NULL), "S1"), NONE);
	/* A silent server is no change at all. */
	const struct scene scenes[] = {before, with(before, NS_HOST, NULL)};
	struct stage stage;
	stage_init(&stage);
	stage_judge(&stage, scenes, 2, 1);
	assert_true(stage_is(&stage, CHANGE_OTHER));
	assert_int_equal(stage.change.score, 0);
	assert_int_equal(stage.change.reason_count, 0);
	stage_release(&stage);
}

static void test_s3(void **state)
{
	struct scene scenes[] = {before, with(before, NS_WOLF, ZONE_WOLF), before};
	scenes[2].from_s = 6 * HOUR;
	scenes[2].to_s = 7 * HOUR;
	assert_int_equal(points_of(scenes, 3, "S3"), 20);
	assert_int_equal(points_of(scenes, 3, "S3.1"), 5);
	scenes[2].from_s = 50 * HOUR;
	scenes[2].to_s = 51 * HOUR;
	assert_int_equal(points_of(scenes, 3, "S3"), 20);
	assert_int_equal(points_of(scenes, 3, "S3.1"), NONE);
	/* Later it is another decision. */
	scenes[2].from_s = 80 * HOUR;
	scenes[2].to_s = 81 * HOUR;
	assert_int_equal(points_of(scenes, 3, "S3"), NONE);
	/* Not over yet: not known, and known when it is. */
	assert_true(is_unknown_from(before, scenes[1], "S3"));
	scenes[1].to_s = 75 * HOUR;
	assert_false(is_unknown_from(before, scenes[1], "S3"));
	/* What was first seen later than now does not count. */
	struct stage stage;
	stage_init(&stage);
	scenes[2].from_s = 6 * HOUR;
	stage.now_s = 2 * HOUR;
	stage_judge(&stage, scenes, 3, 1);
	assert_int_equal(stage_points(&stage, "S3"), NONE);
	assert_true(stage_is_unknown(&stage, "S3"));
	stage_release(&stage);
}

/* Hosts of a mail operator that has many, night by night. */
static void test_s3_mail(void **state)
{
	const char *first = "mx.wolf.tld. 60 IN A 198.51.100.25\n";
	const char *second = "mx.wolf.tld. 60 IN A 198.51.100.26\n";
	struct scene one = before;
	one.zone = SOA_HOST NS_HOST MX_WOLF;
	struct scene scenes[] = {looked(one, first, NULL), looked(one, second, NULL),
				 looked(one, first, NULL)};
	scenes[1].from_s = 0;
	scenes[1].to_s = HOUR;
	scenes[2].from_s = 24 * HOUR;
	scenes[2].to_s = 25 * HOUR;
	struct stage stage;
	stage_init(&stage);
	stage_judge(&stage, scenes, 3, 1);
	assert_true(stage_is(&stage, CHANGE_MAIL_ADDRESSES));
	assert_int_equal(stage_points(&stage, "S3"), NONE);
	assert_int_equal(stage.change.score, 0);
	/* In a network that was new; and hosts of the domain's own. */
	scenes[0].routes = scenes[2].routes = ROUTES_HOST "198.51.100.25 64496\n";
	scenes[1].routes = ROUTES_HOST "198.51.100.26 64500\n";
	stage_judge(&stage, scenes, 3, 1);
	assert_int_equal(stage_points(&stage, "S3"), 20);
	for (size_t i = 0; i < 3; i++) {
		scenes[i].routes = NULL;
		scenes[i].zone = ZONE_HOST;
		scenes[i].lookups = i == 1 ? "mail.bank.tld. 60 IN A 198.51.100.26\n"
					   : "mail.bank.tld. 60 IN A 198.51.100.25\n";
	}
	stage_judge(&stage, scenes, 3, 1);
	assert_int_equal(stage_points(&stage, "S3"), 20);
	stage_release(&stage);
}

static void test_s5(void **state)
{
	struct scene one = before;
	one.parent = NS_HOST DS_A;
	one.zone = ZONE_HOST KEY_A;
	const struct scene other = with(before, NS_HOST, ZONE_HOST);
	assert_int_equal(points_from(one, other, "S5"), 25);
	/* The zone had asked for it, by its validated keys. */
	struct scene asked = one;
	asked.zone = ZONE_HOST KEY_A CDS_DELETE BY_A("CDS");
	assert_int_equal(points_from(asked, other, "S5"), NONE);
	assert_int_equal(points_from(asked, other, "N1"), -40);
	asked.zone = ZONE_HOST KEY_A "bank.tld. 3600 IN CDNSKEY 0 3 0 AA==\n" BY_A("CDNSKEY");
	assert_int_equal(points_from(asked, other, "S5"), NONE);
	/* Seen for ten days, and the store does not reach back further: not known. */
	struct scene young = one;
	young.from_s = -10 * DAY;
	assert_int_equal(points_from(young, other, "S5"), NONE);
	assert_true(is_unknown_from(young, other, "S5"));
	/* Not signed before these ten days: known, and no reason. */
	struct scene scenes[] = {before, young, other};
	scenes[0].to_s = -11 * DAY;
	struct stage stage;
	stage_init(&stage);
	stage_judge(&stage, scenes, 3, 2);
	assert_int_equal(stage_points(&stage, "S5"), NONE);
	assert_false(stage_is_unknown(&stage, "S5"));
	stage_release(&stage);
	/* With all name servers replaced, the rule. */
	const struct scene both[] = {one, with(before, NS_WOLF, ZONE_WOLF)};
	stage_init(&stage);
	stage_judge(&stage, both, 2, 1);
	assert_int_equal(stage.change.score, 80);
	assert_string_equal(stage.change.band, "now");
	assert_int_equal(stage.change.rule.signal_count, 2);
	assert_string_equal(stage.change.rule.signals[0], "S1");
	assert_string_equal(stage.change.rule.signals[1], "S5");
	assert_int_equal(stage.change.rule.score, 80);
	/* Where the sum is more, no rule has lifted it. */
	stage.is_high_value = true;
	const struct scene undone[] = {
		both[0], both[1], {6 * HOUR, 7 * HOUR, one.parent, HOSTS, one.zone, NULL, NULL}};
	stage_judge(&stage, undone, 3, 1);
	assert_true(stage.change.score > 80);
	assert_int_equal(stage.change.rule.signal_count, 0);
	stage_release(&stage);
}

/* What anybody could have said is no word of the zone's. */
static void test_s5_forged(void **state)
{
	static const char *const zones[] = {
		/* Signed by nobody; badly; long ago; by a key that the zone has not. */
		ZONE_HOST KEY_A CDS_DELETE,
		ZONE_HOST KEY_A CDS_DELETE SIGNED("CDS", "1038", "BBBB"),
		ZONE_HOST KEY_A CDS_DELETE
		"bank.tld. 3600 IN RRSIG CDS 13 2 3600 20210101000000 20200101000000 1038 "
		"bank.tld. AAAA\n",
		ZONE_HOST KEY_A CDS_DELETE BY_B("CDS"),
		/* By a key to which no DS leads; the zone's real keys beside it, or one like it. */
		ZONE_HOST KEY_B CDS_DELETE BY_B("CDS"),
		ZONE_HOST BARE_A KEY_B CDS_DELETE BY_B("CDS"),
		ZONE_HOST KEY_A BARE_LIKE_A CDS_DELETE BY_A("CDS"),
		/* Not for deletion. */
		ZONE_HOST KEY_A CDS_DELETE "bank.tld. 3600 IN CDS 18718 13 2 " DIGEST_B
					   "\n" BY_A("CDS"),
	};
	struct scene one = before;
	one.parent = NS_HOST DS_A;
	const struct scene other = with(before, NS_HOST, ZONE_HOST);
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		one.zone = zones[i];
		assert_int_equal(points_from(one, other, "S5"), 25);
		assert_int_equal(points_from(one, other, "N1"), NONE);
	}
	/* A hijack prepared by a server of the domain's that was broken into. */
	struct scene scenes[] = {one, one, with(before, NS_WOLF, ZONE_WOLF)};
	scenes[0].zone = ZONE_HOST KEY_A;
	scenes[0].to_s = -3 * HOUR;
	scenes[1].zone = SOA_HOST NS_WOLF MX_OWN KEY_A CDS_DELETE CSYNC_NS;
	scenes[1].from_s = -2 * HOUR;
	struct stage stage;
	stage_init(&stage);
	stage_judge(&stage, scenes, 3, 2);
	assert_int_equal(stage_points(&stage, "S5"), 25);
	assert_int_equal(stage_points(&stage, "N1"), NONE);
	assert_true(stage.change.score >= 80);
	stage_release(&stage);
}

static void test_s6_n4(void **state)
{
	struct scene one = before;
	one.parent = NS_HOST DS_A;
	one.zone = ZONE_HOST KEY_A;
	const struct scene hard = with(before, NS_HOST DS_B, ZONE_HOST KEY_B);
	assert_int_equal(points_from(one, hard, "S6"), 18);
	assert_int_equal(points_from(one, hard, "N4"), NONE);
	assert_true(is_unknown_from(one, with(before, NS_HOST DS_B, NULL), "S6"));
	/* The new key had been there for long, the old one is there still. */
	struct scene rolled = one;
	rolled.zone = ZONE_HOST KEY_A KEY_B;
	const struct scene soft = with(before, NS_HOST DS_B, ZONE_HOST KEY_A KEY_B);
	assert_int_equal(points_from(rolled, soft, "S6"), NONE);
	assert_int_equal(points_from(rolled, soft, "N4"), -20);
	/* The new key is as new as its DS. */
	assert_int_equal(points_from(one, soft, "N4"), NONE);
}

/* Public keys, and tags, can be had by everybody. */
static void test_s6_n4_copied(void **state)
{
	struct scene one = before;
	one.parent = NS_HOST DS_A;
	one.zone = ZONE_HOST KEY_A;
	const struct scene copied = with(before, NS_HOST DS_B, ZONE_HOST BARE_A KEY_B);
	assert_int_equal(points_from(one, copied, "S6"), 18);
	assert_int_equal(points_from(one, copied, "N4"), NONE);
	/* A server that was broken into shows the new key for weeks, signed by that key alone. */
	one.zone = ZONE_HOST BARE_A KEY_B;
	assert_int_equal(points_from(one, copied, "S6"), 18);
	assert_int_equal(points_from(one, copied, "N4"), NONE);
	/* In the name of the earlier key, by one like it. */
	const struct scene alike = with(before, NS_HOST DS_B, ZONE_HOST KEY_A BARE_LIKE_A KEY_B);
	assert_int_equal(points_from(one, alike, "S6"), 18);
	/* A DS of the tag of a key that had been there, and another digest. */
	one.zone = ZONE_HOST KEY_A KEY_B;
	const struct scene tag = with(before, NS_HOST DS_LIKE_B, ZONE_HOST KEY_A KEY_B);
	assert_int_equal(points_from(one, tag, "N4"), NONE);
	/* The earlier key was taken out together with its DS, after it had vouched for the new. */
	const struct scene late = with(before, NS_HOST DS_B, ZONE_HOST KEY_B);
	assert_int_equal(points_from(one, late, "S6"), NONE);
	/* One key more beside the one that DS names, by that one or not. */
	one.zone = ZONE_HOST KEY_A;
	const struct scene more = with(before, NS_HOST DS_A, ZONE_HOST KEY_A BARE_B);
	assert_int_equal(points_from(one, more, "N4"), -20);
	const struct scene other = with(before, NS_HOST DS_A, ZONE_HOST BARE_A KEY_B);
	assert_int_equal(points_from(one, other, "N4"), NONE);
}

static void test_s7(void **state)
{
	const char *old = "mail.bank.tld. 60 IN A 192.0.2.25\nwww.bank.tld. 60 IN A 192.0.2.80\n";
	const char *new = "mail.bank.tld. 60 IN A 203.0.113.9\nwww.bank.tld. 60 IN A 192.0.2.80\n";
	const char *all = "mail.bank.tld. 60 IN A 203.0.113.9\nwww.bank.tld. 60 IN A 203.0.113.8\n";
	const struct scene one = looked(before, old, NULL);
	const struct scene after = with(before, NS_HOST, ZONE_HOST);
	assert_int_equal(points_from(one, looked(after, new, NULL), "S7"), 15);
	assert_int_equal(points_from(one, looked(after, all, NULL), "S7"), NONE);
	/* Nothing was looked up on one side. */
	assert_true(is_unknown_from(one, with(before, NS_WOLF, ZONE_WOLF), "S7"));
}

#define NO_NAME(label) "?" label ".bank.tld. A\n?" label ".bank.tld. AAAA\n"
/* With `vpn` and `mail` looked up, all names where people log in are. */
#define NO_OTHER_NAMES          \
	NO_NAME("webmail")      \
	NO_NAME("owa")          \
	NO_NAME("autodiscover") \
	NO_NAME("remote")       \
	NO_NAME("sso")          \
	NO_NAME("adfs")         \
	NO_NAME("login")        \
	NO_NAME("gw") "?vpn.bank.tld. AAAA\n?mail.bank.tld. AAAA\n?mail.bank.tld. A\n"
#define VPN(address) "vpn.bank.tld. 60 IN A " address "\n"
#define SSO "sso.bank.tld. 60 IN A 203.0.113.7\n"

static void test_s7_logins(void **state)
{
	const struct scene one = looked(before, VPN("192.0.2.7") NO_OTHER_NAMES, NULL);
	const struct scene after = with(before, NS_HOST, ZONE_HOST);
	const struct scene moved = looked(after, VPN("203.0.113.7") NO_OTHER_NAMES, NULL);
	assert_int_equal(points_from(one, moved, "S7"), 15);
	/* One that had not been there is no change of address. */
	assert_int_equal(points_from(one, looked(after, VPN("192.0.2.7") SSO NO_OTHER_NAMES, NULL),
				     "S7"),
			 NONE);
	/* With some of the names looked up the others cannot be compared. */
	const struct scene few = looked(after, VPN("203.0.113.7"), NULL);
	assert_true(is_unknown_from(one, few, "S7"));
	assert_int_equal(points_from(one, few, "S7"), NONE);
}

static void test_s8(void **state)
{
	const struct scene one = looked(before, NULL, ROUTES_HOST);
	const struct scene moved = with(before, NS_WOLF, ZONE_WOLF);
	assert_int_equal(points_from(one, looked(moved, NULL, ROUTES_WOLF), "S8"), 8);
	assert_int_equal(points_from(one, looked(moved, NULL, ROUTES_WOLF), "S8.1"), 4);
	assert_int_equal(points_from(one, looked(moved, NULL, ROUTES_WOLF "198.51.100.3 64500\n"),
				     "S8.1"),
			 NONE);
	assert_int_equal(points_from(one, looked(moved, NULL, "198.51.100.1 64496\n"), "S8"), NONE);
	assert_true(is_unknown_from(one, moved, "S8"));
	/* Used within a year. */
	const struct scene used = looked(before, NULL, ROUTES_HOST "203.0.113.1 64500\n");
	assert_int_equal(points_from(used, looked(moved, NULL, ROUTES_WOLF), "S8"), NONE);
}

/* A store that is young, or had no routes for most of the time, does not know what is new. */
static void test_s8_young(void **state)
{
	struct scene one = looked(before, NULL, ROUTES_HOST);
	const struct scene moved = looked(with(before, NS_WOLF, ZONE_WOLF), NULL, ROUTES_WOLF);
	one.from_s = -2 * HOUR;
	assert_int_equal(points_from(one, moved, "S8"), NONE);
	assert_int_equal(points_from(one, moved, "S8.1"), NONE);
	assert_true(is_unknown_from(one, moved, "S8"));
	/* That they were used is known all the same. */
	struct scene used = looked(one, NULL, ROUTES_HOST ROUTES_WOLF);
	assert_false(is_unknown_from(used, moved, "S8"));
	struct scene scenes[] = {looked(before, NULL, ROUTES_HOST), before, one, moved};
	struct stage stage;
	stage_init(&stage);
	scenes[0].to_s = -300 * DAY;
	scenes[1].from_s = -299 * DAY;
	scenes[1].to_s = -3 * HOUR;
	stage_judge(&stage, scenes, 4, 3);
	assert_int_equal(stage_points(&stage, "S8"), NONE);
	assert_true(stage_is_unknown(&stage, "S8"));
	/* A week without does no harm. */
	scenes[0].to_s = -8 * DAY;
	scenes[1].from_s = -7 * DAY;
	stage_judge(&stage, scenes, 4, 3);
	assert_int_equal(stage_points(&stage, "S8"), 8);
	stage_release(&stage);
}

static void test_s11(void **state)
{
	struct scene apart = with(before, NS_WOLF, ZONE_HOST);
	assert_int_equal(points_from(before, apart, "S11"), NONE);
	assert_true(is_unknown_from(before, apart, "S11"));
	apart.to_s = 5 * HOUR;
	assert_int_equal(points_from(before, apart, "S11"), 5);
	/* The zone followed in time. */
	const struct scene scenes[] = {before,
				       with(before, NS_WOLF, ZONE_HOST),
				       {2 * HOUR, 9 * HOUR, NS_WOLF, HOSTS, ZONE_WOLF, NULL, NULL}};
	assert_int_equal(points_of(scenes, 3, "S11"), NONE);
	assert_true(is_unknown_from(before, with(before, NS_WOLF, NULL), "S11"));
}

static void test_s12_s13(void **state)
{
	assert_int_equal(points_from(before, with(before, NS_HOST, SOA_WOLF NS_HOST), "S12"), 6);
	assert_int_equal(points_from(before, with(before, NS_WOLF, ZONE_HOST), "S12"), NONE);
	assert_true(is_unknown_from(before, with(before, NS_WOLF, NULL), "S12"));
	/* One of the two names stays, in whatever case. */
	assert_int_equal(points_from(before,
				     with(before, NS_HOST,
					  NS_HOST
					  "bank.tld. 3600 IN SOA NS1.host.tld. dns.wolf.tld. "
					  "1 2 3 4 5\n"),
				     "S12"),
			 NONE);
	assert_int_equal(points_from(before,
				     with(before, NS_HOST,
					  NS_HOST
					  "bank.tld. 3600 IN SOA ns1.wolf.tld. dns.host.tld. "
					  "1 2 3 4 5\n"),
				     "S12"),
			 NONE);
	/* Servers that disagreed before: what one of them said is as before. */
	struct scene apart = before;
	apart.zone = ZONE_HOST "bank.tld. 3600 IN SOA ns1.old.tld. dns.wolf.tld. 1 2 3 4 5\n";
	assert_int_equal(points_from(apart, with(before, NS_HOST, SOA_WOLF NS_HOST), "S12"), NONE);
	const struct scene fast =
		with(before, NS_HOST, SOA_HOST NS_HOST "bank.tld. 120 IN MX 10 mx.wolf.tld.\n");
	assert_int_equal(points_from(before, fast, "S13"), 5);
	/* It had been lowered beforehand. */
	struct scene lowered = before;
	lowered.zone = SOA_HOST NS_HOST "bank.tld. 120 IN MX 10 mail.bank.tld.\n";
	assert_int_equal(points_from(lowered, fast, "S13"), NONE);
	assert_false(is_unknown_from(lowered, fast, "S13"));
	/* Who has looked for ten days does not know. */
	struct scene young = before;
	young.from_s = -10 * DAY;
	assert_int_equal(points_from(young, fast, "S13"), NONE);
	assert_true(is_unknown_from(young, fast, "S13"));
}

static void test_s15(void **state)
{
	const struct scene one = looked(before, DMARC, NULL);
	const struct scene moved = with(before, NS_HOST, SOA_HOST NS_HOST MX_WOLF SPF_STRICT);
	const struct scene bare = with(before, NS_HOST, SOA_HOST NS_HOST MX_WOLF);
	assert_int_equal(points_from(one, looked(moved, "?_dmarc.bank.tld. TXT\n", NULL), "S15"),
			 12);
	assert_int_equal(points_from(one, looked(bare, DMARC, NULL), "S15"), 12);
	assert_int_equal(points_from(one, looked(moved, DMARC, NULL), "S15"), NONE);
	assert_true(is_unknown_from(before, moved, "S15"));
	/* Another host of the same organisation. */
	assert_int_equal(
		points_from(one,
			    looked(with(before, NS_HOST,
					SOA_HOST NS_HOST "bank.tld. 3600 IN MX 10 mx2.bank.tld.\n"),
				   DMARC, NULL),
			    "S15"),
		NONE);
	/* Weakened a few hours before the move. */
	struct scene scenes[] = {one, looked(bare, DMARC, NULL), looked(bare, DMARC, NULL)};
	scenes[0].to_s = -9 * HOUR;
	scenes[1].zone = SOA_HOST NS_HOST MX_OWN;
	scenes[1].from_s = -8 * HOUR;
	scenes[1].to_s = -HOUR;
	struct stage stage;
	stage_init(&stage);
	stage_judge(&stage, scenes, 3, 2);
	assert_int_equal(stage_points(&stage, "S15"), 12);
	stage_release(&stage);
}

static void test_s16(void **state)
{
	static const struct {
		uint64_t domains;
		int points;
	} rows[] = {{0, 12}, {1, 12}, {10, 12}, {100, 24}, {1000000, 30}};
	struct scene scenes[] = {before, with(before, NS_HOST, ZONE_HOST)};
	scenes[1].hosts = "ns1.host.tld. 60 IN A 203.0.113.1\nns2.host.tld. 60 IN A 192.0.2.2\n";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct stage stage;
		stage_init(&stage);
		stage.domains = rows[i].domains;
		stage_judge(&stage, scenes, 2, 1);
		assert_int_equal(stage_points(&stage, "S16"), rows[i].points);
		assert_true(stage_is(&stage, CHANGE_SERVERS_MOVED));
		stage_release(&stage);
	}
	/* One address more is no move. */
	scenes[1].hosts = "ns1.host.tld. 60 IN A 192.0.2.1\nns1.host.tld. 60 IN A 203.0.113.1\n"
			  "ns2.host.tld. 60 IN A 192.0.2.2\n";
	assert_int_equal(points_of(scenes, 2, "S16"), NONE);
}

#define NS_GONE "bank.tld. 3600 IN NS ns1.host.tld.\nbank.tld. 3600 IN NS ns1.gone.tld.\n"
#define HOST_HERE "ns1.host.tld. 60 IN A 192.0.2.1\n"

#define NS_OWN "bank.tld. 3600 IN NS ns1.host.tld.\nbank.tld. 3600 IN NS ns.bank.tld.\n"
#define OWN_HOSTS HOST_HERE "ns.bank.tld. 60 IN A 192.0.2.53\n"

/* Glue of siblings comes and goes with the server of the parent that was asked. */
static void test_glue(void **state)
{
	struct scene scenes[] = {before, with(before, NS_OWN, ZONE_HOST)};
	struct stage stage;
	scenes[0].parent = NS_OWN;
	scenes[0].hosts = scenes[1].hosts = OWN_HOSTS;
	scenes[0].glue = OWN_HOSTS;
	scenes[1].glue = "ns.bank.tld. 60 IN A 192.0.2.53\n";
	stage_init(&stage);
	stage_judge(&stage, scenes, 2, 1);
	assert_false(stage_is(&stage, CHANGE_SERVERS_MOVED));
	/* That of the domain's own does not. */
	scenes[1].glue = HOST_HERE "ns.bank.tld. 60 IN A 203.0.113.53\n";
	stage_judge(&stage, scenes, 2, 1);
	assert_true(stage_is(&stage, CHANGE_SERVERS_MOVED));
	assert_true(stage_tells(&stage, "glue: name server ns.bank.tld. has 203.0.113.53 instead "
					"of 192.0.2.53"));
	stage_release(&stage);
}

static void test_s20(void **state)
{
	struct scene one = before;
	struct scene other = with(before, NS_GONE, ZONE_HOST);
	one.parent = NS_GONE;
	one.hosts = HOST_HERE;
	other.hosts = HOST_HERE "ns1.gone.tld. 60 IN A 203.0.113.1\n";
	assert_int_equal(points_from(one, other, "S20"), 22);
	/* A look that could not tell is no look that it was there. */
	struct scene scenes[] = {one, one, other};
	struct stage stage;
	scenes[0].to_s = -10 * DAY;
	scenes[1].from_s = -9 * DAY;
	scenes[1].hosts = HOST_HERE "?ns1.gone.tld.\n";
	stage_init(&stage);
	stage_judge(&stage, scenes, 3, 2);
	assert_int_equal(stage_points(&stage, "S20"), 22);
	/* It had been there since, or had another address. */
	scenes[1].hosts = HOST_HERE "ns1.gone.tld. 60 IN A 203.0.113.2\n";
	stage_judge(&stage, scenes, 3, 2);
	assert_int_equal(stage_points(&stage, "S20"), NONE);
	stage_release(&stage);
	struct scene more = with(before, NS_HOST, ZONE_HOST);
	more.hosts = HOST_HERE "ns2.host.tld. 60 IN A 192.0.2.3\n";
	assert_int_equal(points_from(before, more, "S20"), NONE);
	/* A record that was missing in a domain that stood is no domain that was registered. */
	one = before;
	one.hosts = HOST_HERE;
	assert_int_equal(points_from(one, with(before, NS_HOST, ZONE_HOST), "S20"), NONE);
}

static void test_m1(void **state)
{
	const struct scene scenes[] = {before, with(before, NS_WOLF, ZONE_WOLF)};
	struct stage stage;
	stage_init(&stage);
	stage_judge(&stage, scenes, 2, 1);
	const int plain = stage.change.score;
	stage.is_high_value = true;
	stage_judge(&stage, scenes, 2, 1);
	assert_int_equal(stage.change.score, plain * 130 / 100);
	assert_int_equal(stage_points(&stage, "M1"), 130);
	stage_release(&stage);
}

static void test_n1(void **state)
{
	struct scene one = before;
	one.parent = NS_HOST DS_A;
	one.zone = ZONE_HOST KEY_A BARE_B "bank.tld. 3600 IN CDS 18718 13 2 " DIGEST_B
					  "\n" BY_A("CDS");
	const struct scene rolled = with(before, NS_HOST DS_B, ZONE_HOST KEY_A KEY_B);
	assert_int_equal(points_from(one, rolled, "N1"), -40);
	/* Another DS than it had asked for; and name servers that it had not asked for. */
	assert_int_equal(points_from(one, with(before, NS_HOST, ZONE_HOST), "N1"), NONE);
	assert_int_equal(points_from(one, with(before, NS_WOLF DS_B, ZONE_WOLF KEY_B), "N1"), NONE);
	one.zone = ZONE_HOST KEY_A BARE_B "bank.tld. 3600 IN CDS 18718 13 2 " DIGEST_B "\n";
	assert_int_equal(points_from(one, rolled, "N1"), NONE);
	/* CSYNC of a signed zone that named the new servers already. */
	one.zone = SOA_HOST NS_WOLF BY_A("NS") KEY_A CSYNC_NS BY_A("CSYNC");
	const struct scene moved = with(before, NS_WOLF DS_A, ZONE_WOLF KEY_A);
	assert_int_equal(points_from(one, moved, "N1"), -40);
	/* One of the two is not signed. */
	one.zone = SOA_HOST NS_WOLF KEY_A CSYNC_NS BY_A("CSYNC");
	assert_int_equal(points_from(one, moved, "N1"), NONE);
	one.zone = SOA_HOST NS_WOLF BY_A("NS") KEY_A CSYNC_NS;
	assert_int_equal(points_from(one, moved, "N1"), NONE);
	/* Nor is the domain: anybody could say so. */
	one.zone = SOA_HOST NS_WOLF BY_A("NS") KEY_A CSYNC_NS BY_A("CSYNC");
	one.parent = NS_HOST;
	assert_int_equal(points_from(one, with(before, NS_WOLF, ZONE_WOLF), "N1"), NONE);
}

static void test_n5(void **state)
{
	struct scene scenes[] = {before, with(before, NS_WOLF, ZONE_WOLF), before};
	struct stage stage;
	scenes[2].from_s = 6 * HOUR;
	scenes[2].to_s = 7 * HOUR;
	stage_init(&stage);
	stage_judge(&stage, scenes, 3, 2);
	assert_true(stage_is(&stage, CHANGE_RESTORED));
	assert_int_equal(stage_points(&stage, "N5"), -15);
	assert_true(stage.change.score < 15);
	/* Known for three days only. */
	scenes[0].from_s = -3 * DAY;
	stage_judge(&stage, scenes, 3, 2);
	assert_int_equal(stage_points(&stage, "N5"), NONE);
	stage_release(&stage);
	assert_int_equal(points_of(scenes, 3, "N5"), NONE);
}

/* What was not there before it was made is not known for that. */
static void test_n5_absence(void **state)
{
	struct scene scenes[] = {before, before, with(before, NS_HOST, ZONE_HOST)};
	struct stage stage;
	scenes[0].from_s = -200 * DAY;
	scenes[0].to_s = -101 * DAY;
	scenes[1].from_s = -100 * DAY;
	scenes[1].parent = NS_HOST DS_A;
	scenes[1].zone = ZONE_HOST KEY_A;
	stage_init(&stage);
	stage_judge(&stage, scenes, 3, 2);
	assert_int_equal(stage_points(&stage, "S5"), 25);
	assert_int_equal(stage_points(&stage, "N5"), NONE);
	assert_int_equal(stage.change.score, 25);
	/* Nor with something beside it that had been there; which is known alone. */
	scenes[0].zone = SOA_HOST NS_HOST MX_WOLF APEX;
	scenes[2].zone = SOA_HOST NS_HOST MX_WOLF APEX;
	stage_judge(&stage, scenes, 3, 2);
	assert_true(stage_is(&stage, CHANGE_MAIL_MOVED));
	assert_int_equal(stage_points(&stage, "N5"), NONE);
	scenes[2].parent = scenes[1].parent;
	stage_judge(&stage, scenes, 3, 2);
	assert_int_equal(stage_points(&stage, "N5"), -15);
	stage_release(&stage);
}

static void test_n6(void **state)
{
	assert_int_equal(points_from(before, with(before, "", NULL), "N6"), -12);
	assert_int_equal(
		points_from(before,
			    with(before, "bank.tld. 3600 IN NS ns1.sedoparking.com.\n", NULL),
			    "N6"),
		-12);
	assert_int_equal(points_from(before, with(before, NS_WOLF, ZONE_WOLF), "N6"), NONE);
}

/* What stood without harm counts less by the day; what was undone does not. */
static void test_fading(void **state)
{
	struct scene scenes[] = {before, with(before, NS_WOLF, ZONE_WOLF), before};
	scenes[1].to_s = 3 * DAY;
	assert_int_equal(points_of(scenes, 2, "S1"), 12);
	scenes[1].to_s = 33 * DAY;
	assert_int_equal(points_of(scenes, 2, "S1"), 6);
	scenes[1].to_s = 63 * DAY;
	assert_int_equal(points_of(scenes, 2, "S1"), 0);
	scenes[1].to_s = 5 * HOUR;
	scenes[2].from_s = 6 * HOUR;
	scenes[2].to_s = 100 * DAY;
	assert_int_equal(points_of(scenes, 3, "S1"), 12);
}

/* A rule holds until more than half of the points have faded. */
static void test_rule_fades(void **state)
{
	const char *text = "signal | S1 | all | 10 | 10d | all of it: {} | ask | me\n"
			   "signal | S5 | bare | 10 | 10d | for {} | ask | me\n"
			   "rule | 80 | S5 S1 | -\n"
			   "band | 0 | calm | nothing\n";
	const struct signals_file file = {"table", text, strlen(text)};
	struct scene scenes[] = {before, with(before, NS_WOLF, ZONE_WOLF)};
	struct stage stage;
	scenes[0].parent = NS_HOST DS_A;
	scenes[0].zone = ZONE_HOST KEY_A;
	stage_init(&stage);
	signals_free(stage.signals);
	assert_int_equal(signals_new(&file, &stage.signals, NULL), OK);
	scenes[1].to_s = 8 * DAY;
	stage_judge(&stage, scenes, 2, 1);
	assert_int_equal(stage_points(&stage, "S1"), 5);
	assert_int_equal(stage_points(&stage, "S5"), 5);
	assert_int_equal(stage.change.score, 80);
	scenes[1].to_s = 9 * DAY;
	stage_judge(&stage, scenes, 2, 1);
	assert_int_equal(stage.change.score, 8);
	stage_release(&stage);
}

/* One of what changed is back: that is enough, and it does not fade. */
static void test_s3_one(void **state)
{
	struct scene scenes[] = {before, with(before, NS_WOLF, ZONE_WOLF),
				 with(before, NS_HOST, SOA_HOST NS_HOST MX_WOLF APEX)};
	scenes[2].from_s = 6 * HOUR;
	scenes[2].to_s = 100 * DAY;
	assert_int_equal(points_of(scenes, 3, "S3"), 20);
	assert_int_equal(points_of(scenes, 3, "S1"), 12);
}

/* A hijack as in 2018 and 2019, in words: golden to the letter. */
static void test_words(void **state)
{
	struct scene one = looked(before, DMARC "mail.bank.tld. 60 IN A 192.0.2.25\n", ROUTES_HOST);
	one.from_s = -412 * DAY;
	one.parent = NS_HOST DS_A;
	one.zone = ZONE_HOST KEY_A;
	const struct scene other =
		looked(with(before, NS_WOLF, ZONE_WOLF),
		       "?_dmarc.bank.tld. TXT\nmx.wolf.tld. 60 IN A 198.51.100.1\n", ROUTES_WOLF);
	struct scene back = one;
	back.from_s = 6 * HOUR;
	back.to_s = 7 * HOUR;
	const struct scene scenes[] = {one, other, back};
	struct stage stage;
	stage_init(&stage);
	stage_judge(&stage, scenes, 3, 1);
	assert_true(stage_tells(&stage,
				"all name servers replaced after at least 412 days: ns1.wolf.tld. "
				"and ns2.wolf.tld. instead of ns1.host.tld. and ns2.host.tld."));
	assert_true(
		stage_tells(&stage, "DS removed after at least 412 days: key 1038 (algorithm 13)"));
	assert_true(stage_tells(&stage, "mail hosts moved to mx.wolf.tld. (AS 64500) from "
					"mail.bank.tld. after at least 412 days"));
	assert_true(stage_tells(&stage, "DMARC removed after at least 412 days: 'v=DMARC1; "
					"p=reject'"));
	assert_true(stage_tells(&stage, "SPF removed after at least 412 days: 'v=spf1 mx -all'"));
	assert_true(stage_tells(&stage, "networks of its servers: AS 64500 added, AS 64496 "
					"removed"));
	assert_int_equal(stage.change.undone_run, 3);
	assert_int_equal(stage.change.score, 92);
	stage_judge(&stage, scenes, 3, 2);
	assert_true(stage_tells(&stage, "back, after 6 hours, to what it had been"));
	stage_release(&stage);
}

/* A name that is gone, or new, is told. */
static void test_name_gone(void **state)
{
	const char *here = "www.bank.tld. 60 IN A 192.0.2.80\n";
	const char *gone = "?www.bank.tld. A\n";
	struct scene scenes[] = {looked(before, here, NULL),
				 looked(with(before, NS_HOST, ZONE_HOST), gone, NULL)};
	struct stage stage;
	stage_init(&stage);
	stage_judge(&stage, scenes, 2, 1);
	assert_true(stage_is(&stage, CHANGE_ADDRESSES));
	assert_int_equal(stage.change.sentence_count, 1);
	assert_true(stage_tells(&stage, "the name www.bank.tld. has no address any more; it had "
					"192.0.2.80"));
	scenes[0].lookups = gone;
	scenes[1].lookups = here;
	stage_judge(&stage, scenes, 2, 1);
	assert_int_equal(stage.change.sentence_count, 1);
	assert_true(stage_tells(&stage, "the name www.bank.tld. has 192.0.2.80; it had no "
					"address"));
	stage_release(&stage);
}

/* The first state is no change, nor is a look at less. */
static void test_none(void **state)
{
	const struct scene scenes[] = {
		looked(before, DMARC, ROUTES_HOST),
		with(before, NS_HOST, ZONE_HOST),
	};
	struct stage stage;
	stage_init(&stage);
	assert_int_equal(stage_play(&stage, scenes, 2, 0), ERR_NOT_FOUND);
	assert_int_equal(stage_play(&stage, scenes, 2, 1), ERR_NOT_FOUND);
	stage_release(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_s1),           cmocka_unit_test(test_s3),
		cmocka_unit_test(test_s3_mail),      cmocka_unit_test(test_s5),
		cmocka_unit_test(test_s5_forged),    cmocka_unit_test(test_s6_n4),
		cmocka_unit_test(test_s6_n4_copied), cmocka_unit_test(test_s7),
		cmocka_unit_test(test_s7_logins),    cmocka_unit_test(test_s8),
		cmocka_unit_test(test_s8_young),     cmocka_unit_test(test_s11),
		cmocka_unit_test(test_s12_s13),      cmocka_unit_test(test_s15),
		cmocka_unit_test(test_s16),          cmocka_unit_test(test_glue),
		cmocka_unit_test(test_s20),          cmocka_unit_test(test_m1),
		cmocka_unit_test(test_n1),           cmocka_unit_test(test_n5),
		cmocka_unit_test(test_n5_absence),   cmocka_unit_test(test_n6),
		cmocka_unit_test(test_fading),       cmocka_unit_test(test_rule_fades),
		cmocka_unit_test(test_s3_one),       cmocka_unit_test(test_words),
		cmocka_unit_test(test_name_gone),    cmocka_unit_test(test_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
