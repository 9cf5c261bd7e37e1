/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/contact.h"
#include "model/forms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const domains[] = {"bank.example"};
static const char *const servers[] = {"ns1.evil.test"};
static const struct contact_threat threat = {domains, 1, servers, 1};

static void test_risks(void **state)
{
	static const char *const apart[] = {"ns1.other.test", "mx.other.test"};
	static const char *const own[] = {"ns.bank.example"};
	static const char *const mail[] = {"ns1.other.test", "mx.bank.example"};
	static const char *const evil[] = {"ns1.evil.test"};
	static const struct {
		struct contact contact;
		struct contact_facts facts;
		enum contact_risk risk;
	} rows[] = {
		{{CONTACT_MAIL, "security@bank.example"}, {true, apart, 2}, CONTACT_DEPENDS},
		{{CONTACT_MAIL, "security@Mail.BANK.example"}, {true, apart, 2}, CONTACT_DEPENDS},
		{{CONTACT_MAIL, "security@notbank.example"}, {true, apart, 2}, CONTACT_APART},
		{{CONTACT_MAIL, "security@group.test"}, {true, apart, 2}, CONTACT_APART},
		{{CONTACT_MAIL, "security@group.test"}, {true, own, 1}, CONTACT_DEPENDS},
		{{CONTACT_MAIL, "security@group.test"}, {true, mail, 2}, CONTACT_DEPENDS},
		{{CONTACT_MAIL, "security@group.test"}, {true, evil, 1}, CONTACT_DEPENDS},
		{{CONTACT_MAIL, "security@group.test"}, {false, NULL, 0}, CONTACT_NOT_KNOWN},
		{{CONTACT_WEBHOOK, "https://ns1.evil.test/x"}, {true, apart, 2}, CONTACT_DEPENDS},
		{{CONTACT_WEBHOOK, "https://hook.bank.example:444/x"},
		 {true, apart, 2},
		 CONTACT_DEPENDS},
		{{CONTACT_WEBHOOK, "https://hook.other.test/bank.example"},
		 {true, apart, 2},
		 CONTACT_APART},
		{{CONTACT_PHONE, "+41440000000"}, {false, NULL, 0}, CONTACT_APART},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena arena;
		struct complaint reason = {""};
		const char *host = NULL;
		arena_init(&arena, 1 << 16, 0);
		assert_true(contact_is_valid(&rows[i].contact));
		assert_int_equal(contact_host(&arena, &rows[i].contact, &host), OK);
		const enum contact_risk risk = contact_risk(host, &threat, &rows[i].facts, &reason);
		if (risk != rows[i].risk)
			fail_msg("%s: %d", rows[i].contact.value, risk);
		assert_true((risk == CONTACT_APART) == (reason.text[0] == '\0'));
		arena_release(&arena);
	}
	(void)state;
}

/* What is not known says what would make it known. */
static void test_unknown(void **state)
{
	static const struct {
		struct contact_facts facts;
		const char *words;
	} rows[] = {
		{{.before_s = 0}, "has: no look at it says so; scan it, too"},
		{{.before_s = 86400},
		 "has: no look at it from before 1970-01-02T00:00:00Z says so; scan it now and "
		 "then"},
		{{.is_of_above = true},
		 "has: no look at it or the domain it is in says so; scan it, too"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct complaint reason = {""};
		assert_int_equal(contact_risk("a.test", &threat, &rows[i].facts, &reason),
				 CONTACT_NOT_KNOWN);
		assert_non_null(strstr(reason.text, rows[i].words));
	}
	(void)state;
}

static void test_forms(void **state)
{
	static const char *const good[] = {"domain:bank.example",
					   "ns:a.b",
					   "mx:a.b",
					   "as:64500",
					   "ip:192.0.2.1",
					   "ip:2001:db8::1",
					   "prefix:192.0.2.0/24",
					   "prefix:2001:db8::/32",
					   ("key:0123456789abcdef0123456789abcdef"
					    "0123456789abcdef0123456789abcdef")};
	static const char *const bad[] = {"",
					  "bank.example",
					  "ns:",
					  "ns:A.b",
					  "ns:a.b.",
					  "ns:.",
					  "as:0",
					  "as:01",
					  "as:-1",
					  "ip:192.0.2.01",
					  "ip:2001:DB8::1",
					  "ip:192.0.2.0/24",
					  "prefix:192.0.2.1/24",
					  "prefix:192.0.2.0/024",
					  "prefix:192.0.2.0/33",
					  "key:12",
					  "url:x",
					  "domain:a..b",
					  "domain:a b\n"};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (!form_is_indicator(good[i]))
			fail_msg("%s", good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (form_is_indicator(bad[i]))
			fail_msg("%s", bad[i]);
	}
	assert_true(form_is_text("a\nb", 3));
	assert_false(form_is_line("a\nb", 3));
	assert_false(form_is_text("abcd", 3));
	assert_false(form_is_text(" a", 3));
	assert_false(form_is_text("\xe2\x81\xa6"
				  "a",
				  30));
	assert_false(form_is_text("\xd8\x9c"
				  "a",
				  30));
	(void)state;
}

/* What is behind the host of a webhook is not shown, and need not be said. */
static void test_shown(void **state)
{
	static const struct contact hook = {CONTACT_WEBHOOK,
					    "https://Hook.example:8443/x?t=geheim"};
	static const struct contact bare = {CONTACT_WEBHOOK, "https://hook.example/"};
	static const struct contact query = {CONTACT_WEBHOOK, "https://hook.example?t=geheim"};
	static const struct contact mail = {CONTACT_MAIL, "a@hook.example"};
	char shown[CONTACT_SHOWN_ROOM], other[CONTACT_SHOWN_ROOM];
	contact_shown(&hook, shown);
	assert_memory_equal(shown, "https://Hook.example:8443/#", 27);
	assert_int_equal(strlen(shown), 27 + 8);
	contact_shown(&query, other);
	assert_memory_equal(other, "https://hook.example/#", 22);
	assert_null(strstr(other, "geheim"));
	assert_true(contact_is_named(&hook, shown) && contact_is_named(&hook, hook.value));
	assert_true(contact_is_named(&hook, "hook.example"));
	assert_true(contact_is_named(&hook, "hook.example:8443"));
	assert_false(contact_is_named(&hook, "hook.example:844"));
	assert_false(contact_is_named(&hook, "hook.exampl") || contact_is_named(&hook, ""));
	assert_false(contact_is_named(&hook, other) || contact_is_named(&query, shown));
	contact_shown(&bare, shown);
	assert_string_equal(shown, bare.value);
	contact_shown(&mail, shown);
	assert_string_equal(shown, mail.value);
	assert_true(contact_is_named(&mail, mail.value));
	assert_false(contact_is_named(&mail, "hook.example"));
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_risks),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
