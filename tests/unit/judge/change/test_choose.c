/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which change is meant where a domain alone is named, and what came with one. */
#include "judge/change/came.h"
#include "judge/change/choose.h"
#include "judge/change/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HOUR SCENE_HOUR
#define DAY SCENE_DAY

#define NS(one, two) "bank.tld. 3600 IN NS " one "\nbank.tld. 3600 IN NS " two "\n"
#define HOST NS("ns1.host.tld.", "ns2.host.tld.")
#define MIXED NS("ns1.host.tld.", "ns1.wolf.tld.")
#define WOLF NS("ns1.wolf.tld.", "ns2.wolf.tld.")
#define OTHER NS("ns1.other.tld.", "ns2.other.tld.")
#define HOSTS                                                                      \
	"ns1.host.tld. 60 IN A 192.0.2.1\nns2.host.tld. 60 IN A 192.0.2.2\n"       \
	"ns1.wolf.tld. 60 IN A 198.51.100.1\nns2.wolf.tld. 60 IN A 198.51.100.2\n" \
	"ns1.other.tld. 60 IN A 203.0.113.1\nns2.other.tld. 60 IN A 203.0.113.2\n"
#define DS                             \
	"bank.tld. 3600 IN DS 1 13 2 " \
	"0000000000000000000000000000000000000000000000000000000000000000\n"
#define MX(host) "bank.tld. 3600 IN MX 10 " host "\n"

struct turn {
	int64_t at_s;
	const char *ns, *mx;
	int score; /* instead of the table's; -1: the table's */
	int fresh; /* what it had been, if more */
	const char *hosts, *lookups, *glue;
};

/* Factors have percents and are no points. */
static void score(struct change *change, int now, int fresh)
{
	change->score = (uint8_t)now;
	change->reason_count = 2;
	change->reasons[0] = (struct change_reason){.points = 130, .fresh = 130, .is_factor = true};
	change->reasons[1] =
		(struct change_reason){.points = now, .fresh = fresh > now ? fresh : now};
}

static struct change_chosen choose(const struct turn *turns, size_t count)
{
	struct scene scenes[SCENES_MAX];
	struct stage stage;
	struct change_at *list = test_calloc(count, sizeof(*list));
	size_t found = 0;
	for (size_t i = 0; i < count; i++)
		scenes[i] = (struct scene){.from_s = turns[i].at_s,
					   .to_s = i + 1 < count ? turns[i + 1].at_s - HOUR / 2
								 : turns[i].at_s,
					   .parent = turns[i].ns,
					   .hosts = turns[i].hosts != NULL ? turns[i].hosts : HOSTS,
					   .zone = turns[i].mx,
					   .lookups = turns[i].lookups,
					   .glue = turns[i].glue};
	stage_init(&stage);
	/* Each play reads the past anew; the last one stays. */
	for (size_t i = 1; i < count; i++) {
		if (stage_play(&stage, scenes, count, i) != OK)
			continue;
		list[found].index = i;
		list[found].change = stage.change;
		if (turns[i].score >= 0)
			score(&list[found].change, turns[i].score, turns[i].fresh);
		found++;
	}
	assert_true(found > 0);
	const struct change_chosen chosen = change_choose(stage.past, list, found);
	stage_release(&stage);
	test_free(list);
	return chosen;
}

static void test_highest(void **state)
{
	/* Undone: the change back is passed over, whatever it scores. */
	const struct turn undone[] = {{0, HOST, MX("mail.host.tld."), -1},
				      {DAY, WOLF, MX("mx.wolf.tld."), 40},
				      {DAY + HOUR, HOST, MX("mail.host.tld."), 90}};
	struct change_chosen chosen = choose(undone, 3);
	assert_int_equal(chosen.choice, CHOICE_ONE);
	assert_int_equal(chosen.at, 0);
	const struct turn small[] = {{0, HOST, MX("mail.host.tld."), -1},
				     {DAY, WOLF, MX("mx.wolf.tld."), 40},
				     {DAY + HOUR, WOLF, MX("mx2.wolf.tld."), 0}};
	chosen = choose(small, 3);
	assert_int_equal(chosen.choice, CHOICE_ONE);
	assert_int_equal(chosen.at, 0);
	/* Less that came before it, and that no test of it asks for. */
	const struct turn mail_first[] = {{0, HOST, MX("mail.host.tld."), -1},
					  {DAY, HOST, MX("mx.host.tld."), 10},
					  {DAY + HOUR, WOLF, MX("mx.host.tld."), 40}};
	chosen = choose(mail_first, 3);
	assert_int_equal(chosen.choice, CHOICE_ONE);
	assert_int_equal(chosen.at, 1);
}

/* A change back brings with it what it undid, though that is more than three days old. */
static void test_back(void **state)
{
	const struct turn turns[] = {{0, HOST, MX("mail.host.tld."), -1},
				     {10 * DAY, WOLF, MX("mail.host.tld."), 50},
				     {12 * DAY, HOST, MX("mail.host.tld."), 5},
				     {14 * DAY, HOST, MX("mx.host.tld."), 3}};
	struct change_chosen chosen = choose(turns, 4);
	assert_int_equal(chosen.choice, CHOICE_ONE);
	assert_int_equal(chosen.at, 0);
	assert_int_equal(chosen.first, 0);
	/* Once it is over, it is. */
	const struct turn over[] = {
		turns[0], turns[1], turns[2], {20 * DAY, HOST, MX("mx.host.tld."), 3}};
	chosen = choose(over, 4);
	assert_int_equal(chosen.choice, CHOICE_ONE);
	assert_int_equal(chosen.at, 2);
	assert_int_equal(chosen.first, 2);
}

/* Takeovers in steps, of which the test of the second asks for the first: what is chosen is none.
 */
static void assert_earlier(const struct turn *turns, size_t count)
{
	const struct change_chosen chosen = choose(turns, count);
	assert_int_equal(chosen.choice, CHOICE_EARLIER);
	assert_int_equal(chosen.earlier, 0);
	assert_int_equal(chosen.at, count - 2);
}

static void test_refused(void **state)
{
	const struct turn alike[] = {
		{0, HOST, NULL, -1}, {DAY, WOLF, NULL, 40}, {2 * DAY, OTHER, NULL, 40}};
	assert_int_equal(choose(alike, 3).choice, CHOICE_ALIKE);
	/* In steps, of which the first scores nothing. */
	const struct turn steps[] = {
		{0, HOST, NULL, -1}, {DAY, MIXED, NULL, 0}, {2 * DAY, WOLF, NULL, 40}};
	struct change_chosen chosen = choose(steps, 3);
	assert_int_equal(chosen.choice, CHOICE_EARLIER);
	assert_int_equal(chosen.earlier, 0);
	assert_int_equal(chosen.at, 1);
	/* Undone in between. */
	const struct turn apart[] = {{0, HOST, NULL, -1},
				     {DAY, MIXED, NULL, 20},
				     {DAY + HOUR, HOST, NULL, 0},
				     {2 * DAY, WOLF, NULL, 40}};
	chosen = choose(apart, 4);
	assert_int_equal(chosen.choice, CHOICE_ONE);
	assert_int_equal(chosen.at, 2);
	/* What was taken over long ago still is. */
	const struct turn standing[] = {{0, HOST, MX("mail.host.tld."), -1},
					{DAY, WOLF, MX("mx.wolf.tld."), 40},
					{20 * DAY, WOLF, MX("mx2.wolf.tld."), 0}};
	chosen = choose(standing, 3);
	assert_int_equal(chosen.choice, CHOICE_EARLIER);
	assert_int_equal(chosen.earlier, 0);
	/* A move of long ago is no reason against a worse change now. */
	const struct turn moved[] = {
		{0, HOST, NULL, -1}, {DAY, OTHER, NULL, 20}, {200 * DAY, WOLF, NULL, 40}};
	chosen = choose(moved, 3);
	assert_int_equal(chosen.choice, CHOICE_ONE);
	assert_int_equal(chosen.at, 1);
	/* One that still scores as much is. */
	const struct turn lasting[] = {
		{0, HOST, NULL, -1}, {DAY, OTHER, NULL, 40}, {200 * DAY, WOLF, NULL, 20}};
	assert_int_equal(choose(lasting, 3).choice, CHOICE_EARLIER);
}

/* What stood unnoticed has faded, and is suspect still. */
static void test_faded(void **state)
{
	/* Before a worse one, too, whatever is left of it. */
	const struct turn servers[] = {{0, HOST, NULL, -1},
				       {DAY, WOLF, NULL, 0, .fresh = 12},
				       {70 * DAY, OTHER, NULL, 40}};
	assert_earlier(servers, 3);
	const struct turn half_faded[] = {
		servers[0], {DAY, WOLF, NULL, 6, .fresh = 12}, servers[2]};
	assert_earlier(half_faded, 3);
	const struct turn ds[] = {{0, HOST DS, NULL, -1},
				  {DAY, HOST, NULL, 0, .fresh = 25},
				  {100 * DAY, OTHER, NULL, 40}};
	assert_earlier(ds, 3);
	const struct turn known[] = {servers[0], servers[1], {182 * DAY, OTHER, NULL, 40}};
	assert_int_equal(choose(known, 3).choice, CHOICE_ONE);
	const struct turn nothing[] = {servers[0], {DAY, WOLF, NULL, 0}, servers[2]};
	assert_int_equal(choose(nothing, 3).choice, CHOICE_ONE);
	const struct turn restored[] = {
		servers[0], servers[1], {60 * DAY, HOST, NULL, 0}, servers[2]};
	assert_int_equal(choose(restored, 4).choice, CHOICE_ONE);
	/* Mail: what each was when it was new. */
	const struct turn mail[] = {{0, HOST, MX("mail.host.tld."), -1},
				    {DAY, HOST, MX("mx.wolf.tld."), 0, .fresh = 12},
				    {70 * DAY, HOST, MX("mx.other.tld."), 10}};
	assert_earlier(mail, 3);
	const struct turn less[] = {mail[0], mail[1], {70 * DAY, HOST, MX("mx.other.tld."), 13}};
	assert_int_equal(choose(less, 3).choice, CHOICE_ONE);
}

/* The zone's own name servers are always asked for. */
static void test_apex(void **state)
{
	const struct turn turns[] = {
		{0, HOST, HOST, -1}, {DAY, HOST, MIXED, 0}, {2 * DAY, OTHER, OTHER, 40}};
	assert_earlier(turns, 3);
	/* Also where the second step leaves them alone. */
	const struct turn parent[] = {
		{0, HOST, HOST, -1}, {DAY, HOST, MIXED, 0}, {2 * DAY, OTHER, MIXED, 40}};
	assert_earlier(parent, 3);
	/* Where the look before did not hear of them, the test does not name them. */
	const struct turn silent[] = {{0, HOST, HOST, -1},
				      {DAY, HOST, MIXED, 0},
				      {DAY + HOUR, HOST, "", 0},
				      {2 * DAY, OTHER, OTHER, 40}};
	const struct change_chosen chosen = choose(silent, 4);
	assert_int_equal(chosen.choice, CHOICE_ONE);
}

/* MX is asked for also where nobody says it any more. */
static void test_mx_unknown(void **state)
{
	const struct turn turns[] = {{0, HOST, MX("mail.host.tld."), -1},
				     {DAY, HOST, MX("mx.wolf.tld."), 0},
				     {2 * DAY, OTHER, NULL, 40}};
	assert_earlier(turns, 3);
	/* Where it is as it was, it is not asked for. */
	const struct turn same[] = {turns[0], turns[1], {2 * DAY, OTHER, MX("mx.wolf.tld."), 40}};
	assert_int_equal(choose(same, 3).choice, CHOICE_ONE);
}

/* Of two name servers one can never be looked up: what the other had is asked for all the same. */
static void test_server_by_itself(void **state)
{
#define ONE(address) "ns1.host.tld. 60 IN A " address "\n?ns2.host.tld.\n"
	const struct turn turns[] = {
		{.ns = HOST, .score = -1, .hosts = ONE("192.0.2.1")},
		{.at_s = DAY, .ns = HOST, .hosts = ONE("198.51.100.1")},
		{.at_s = 2 * DAY, .ns = HOST, .score = 40, .hosts = ONE("198.51.100.2")}};
	assert_earlier(turns, 3);
	/* Where it did not move again, it is not. */
	const struct turn once[] = {
		turns[0],
		turns[1],
		{.at_s = 2 * DAY, .ns = OTHER, .score = 40, .hosts = HOSTS},
	};
	assert_int_equal(choose(once, 3).choice, CHOICE_ONE);
}

/* The parent was made to lead elsewhere, and what it says moved once more: the test would take the
 * first step for what is right. */
static void test_glue_by_itself(void **state)
{
#define VANITY NS("ns1.bank.tld.", "ns2.host.tld.")
#define AT(address) "ns1.bank.tld. 60 IN A " address "\n"
	static const char hosts[] = AT("192.0.2.7") HOSTS;
	const struct turn turns[] = {
		{.ns = VANITY, .score = -1, .hosts = hosts, .glue = AT("192.0.2.7")},
		{.at_s = DAY,
		 .ns = VANITY,
		 .score = 20,
		 .hosts = hosts,
		 .glue = AT("198.51.100.7")},
		{.at_s = 2 * DAY,
		 .ns = VANITY,
		 .score = 40,
		 .hosts = hosts,
		 .glue = AT("198.51.100.8")}};
	assert_earlier(turns, 3);
	(void)state;
}

static void test_mail_host_by_itself(void **state)
{
#define MAILS MX("mail.host.tld.") MX("mx.host.tld.")
#define MAIL(address) "mail.host.tld. 60 IN A " address "\n!mx.host.tld. A\n"
	const struct turn turns[] = {
		{.ns = HOST, .mx = MAILS, .score = -1, .lookups = MAIL("192.0.2.9")},
		{.at_s = DAY, .ns = HOST, .mx = MAILS, .lookups = MAIL("198.51.100.9")},
		{.at_s = 2 * DAY,
		 .ns = OTHER,
		 .mx = MAILS,
		 .score = 40,
		 .lookups = MAIL("198.51.100.10")}};
	assert_earlier(turns, 3);
	const struct turn once[] = {turns[0],
				    turns[1],
				    {.at_s = 2 * DAY,
				     .ns = OTHER,
				     .mx = MAILS,
				     .score = 40,
				     .lookups = MAIL("198.51.100.9")}};
	assert_int_equal(choose(once, 3).choice, CHOICE_ONE);
}

static bool is_list(const struct change_came_kind *kind, const char *words)
{
	char text[512] = "";
	for (size_t i = 0; i < kind->count; i++)
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s",
			       i > 0 ? " " : "", kind->items[i]);
	if (strcmp(text, words) != 0)
		print_message("# %s, and not %s\n", text, words);
	return strcmp(text, words) == 0;
}

static void test_came(void **state)
{
	const struct scene scenes[] = {
		{.to_s = DAY,
		 .parent = HOST,
		 .hosts = HOSTS,
		 .zone = MX("mail.host.tld.") MX("both.host.tld."),
		 .lookups = "mail.host.tld. 60 IN A 192.0.2.9\nboth.host.tld. 60 IN A 192.0.2.9\n"},
		{.from_s = 2 * DAY,
		 .to_s = 2 * DAY,
		 .parent = NS("ns1.host.tld.", "NS2.Other.tld."),
		 .hosts = HOSTS,
		 .zone = MX("both.host.tld.") MX("MX.wolf.tld.") MX("."),
		 .lookups = "both.host.tld. 60 IN A 192.0.2.9\nMX.wolf.tld. 60 IN A 198.51.100.5\n"
			    "MX.wolf.tld. 60 IN A 192.0.2.1\n"},
		{.from_s = 3 * DAY, .to_s = 3 * DAY, .parent = OTHER, .hosts = HOSTS},
	};
	struct stage stage;
	struct change_came came;
	stage_init(&stage);
	assert_int_equal(stage_play(&stage, scenes, 3, 1), OK);
	assert_int_equal(change_past_came(stage.past, 1, &came), OK);
	assert_true(is_list(&came.name_servers, "ns2.other.tld"));
	assert_true(is_list(&came.mail_hosts, "mx.wolf.tld"));
	/* An address that the domain had for something else did not come. */
	assert_true(is_list(&came.addresses, "198.51.100.5 203.0.113.2"));
	/* What was not looked at has not come, and what no look before knew neither. */
	assert_int_equal(change_past_came(stage.past, 2, &came), OK);
	assert_true(is_list(&came.name_servers, "ns1.other.tld"));
	assert_true(is_list(&came.mail_hosts, ""));
	assert_int_equal(change_past_came(stage.past, 0, &came), OK);
	assert_true(is_list(&came.name_servers, "") && is_list(&came.addresses, ""));
	stage_release(&stage);
}

/* "BEGINNING N\n" for each of many. */
static void list_addresses(char *text, size_t room, const char *beginning)
{
	size_t length = 0;
	for (int i = 0; i < 40; i++)
		length += (size_t)snprintf(text + length, room - length, "%s%d\n", beginning, i);
	assert_true(length < room);
}

/* Of each kind so many, and no more. */
static void test_many(void **state)
{
	char hosts[40 * 48], lookups[40 * 48];
	struct stage stage;
	struct change_came came;
	list_addresses(hosts, sizeof(hosts), "ns1.wolf.tld. 60 IN A 198.51.100.");
	list_addresses(lookups, sizeof(lookups), "mx.wolf.tld. 60 IN A 203.0.113.");
	const struct scene scenes[] = {{.to_s = DAY,
					.parent = HOST,
					.hosts = HOSTS,
					.zone = MX("mail.host.tld."),
					.lookups = "mail.host.tld. 60 IN A 192.0.2.9\n"},
				       {.from_s = 2 * DAY,
					.to_s = 2 * DAY,
					.parent = "bank.tld. 3600 IN NS ns1.wolf.tld.\n",
					.hosts = hosts,
					.zone = MX("mx.wolf.tld."),
					.lookups = lookups}};
	stage_init(&stage);
	stage_judge(&stage, scenes, 2, 1);
	assert_int_equal(change_past_came(stage.past, 1, &came), OK);
	assert_int_equal(came.addresses.count, CHANGE_CAME_MAX);
	stage_release(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_highest),
		cmocka_unit_test(test_back),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_faded),
		cmocka_unit_test(test_came),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_apex),
		cmocka_unit_test(test_mx_unknown),
		cmocka_unit_test(test_server_by_itself),
		cmocka_unit_test(test_glue_by_itself),
		cmocka_unit_test(test_mail_host_by_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
