/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a domain depended on before a change, and whom its zone named. */
#include "dns/wire/name.h"
#include "judge/change/facts.h"
#include "judge/change/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SOA(contact) "bank.tld. 300 IN SOA ns1.host.tld. " contact " 1 7200 3600 1209600 3600\n"

static const struct scene scenes[] = {
	{.from_s = 0,
	 .to_s = SCENE_DAY,
	 .parent = "bank.tld. 300 IN NS ns1.host.tld.",
	 .hosts = "ns1.host.tld. 300 IN A 198.18.1.2",
	 .zone = SOA("first\\.last.host.tld.") "bank.tld. 300 IN MX 10 mx.host.tld."},
	{.from_s = 2 * SCENE_DAY,
	 .to_s = 3 * SCENE_DAY,
	 .parent = "bank.tld. 300 IN NS ns1.wolf.tld.",
	 .hosts = "ns1.wolf.tld. 300 IN A 198.18.3.2",
	 .zone = SOA("me.wolf.tld.") "bank.tld. 300 IN MX 0 .\n"
				     "bank.tld. 300 IN NS ns2.wolf.tld."},
	{.from_s = 4 * SCENE_DAY,
	 .to_s = 4 * SCENE_DAY,
	 .parent = "bank.tld. 300 IN NS ns1.wolf.tld.",
	 .hosts = "ns1.wolf.tld. 300 IN A 198.18.3.2"},
};

static bool is_named(const struct change_names *names, const char *text)
{
	struct name name;
	assert_int_equal(name_from_text(text, &name, NULL), OK);
	return names->is_known && names->count == 1 && name_equal(names->items[0], name.octets);
}

static void test_facts(void **state)
{
	struct stage stage;
	struct change_facts facts;
	char mail[128];
	stage_init(&stage);
	assert_int_equal(stage_play(&stage, scenes, 3, 1), OK);
	assert_int_equal(change_past_facts(stage.past, INT64_MAX, &facts), OK);
	assert_true(is_named(&facts.name_servers, "ns1.wolf.tld."));
	/* Whoever asked once asks these. */
	assert_true(is_named(&facts.zone_servers, "ns2.wolf.tld."));
	assert_true(facts.mail_hosts.is_known);
	assert_int_equal(facts.mail_hosts.count, 0);
	/* The look that saw no zone is passed over. */
	assert_int_equal(facts.contact_s, SCENE_START + 3 * SCENE_DAY);
	assert_true(change_contact_mail(facts.contact, mail, sizeof(mail)));
	assert_string_equal(mail, "me@wolf.tld");
	assert_int_equal(change_past_facts(stage.past, SCENE_START + 2 * SCENE_DAY, &facts), OK);
	assert_true(is_named(&facts.name_servers, "ns1.host.tld."));
	assert_true(is_named(&facts.mail_hosts, "mx.host.tld."));
	assert_true(change_contact_mail(facts.contact, mail, sizeof(mail)));
	assert_string_equal(mail, "first.last@host.tld");
	assert_int_equal(change_past_facts(stage.past, SCENE_START, &facts), OK);
	assert_false(facts.name_servers.is_known || facts.mail_hosts.is_known);
	assert_null(facts.contact);
	stage_release(&stage);
}

static void test_contact(void **state)
{
	static const char *const none[] = {".", "tld.", "a\\032b.tld.", "a\\@b.tld.",
					   "a\\000.tld."};
	struct name name;
	char mail[16];
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		assert_int_equal(name_from_text(none[i], &name, NULL), OK);
		assert_false(change_contact_mail(name.octets, mail, sizeof(mail)));
	}
	assert_int_equal(name_from_text("hostmaster.longer.tld.", &name, NULL), OK);
	assert_false(change_contact_mail(name.octets, mail, sizeof(mail)));
	assert_int_equal(name_from_text("a.b.tld.", &name, NULL), OK);
	assert_true(change_contact_mail(name.octets, mail, sizeof(mail)));
	assert_string_equal(mail, "a@b.tld");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_contact),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
