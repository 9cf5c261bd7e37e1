/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What registries and domains publish of whom to reach: what is taken, left out, refused. */
#include "base/text.h"
#include "gather/registry/rdap.h"
#include "gather/registry/security_txt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct desk {
	struct arena arena;
	struct found_list list;
	struct security_txt file;
	struct complaint complaint;
};

static void desk_init(struct desk *desk)
{
	*desk = (struct desk){.complaint = {""}};
	arena_init(&desk->arena, (size_t)4 << 20, 0);
	found_init(&desk->list, &desk->arena);
}

static int rdap(struct desk *desk, const char *json)
{
	const struct rdap_source source = {
		.domain = "bank.example", .octets = json, .size = strlen(json)};
	found_init(&desk->list, &desk->arena);
	return rdap_read(&source, &desk->list, &desk->complaint);
}

static int text(struct desk *desk, const char *octets)
{
	const struct security_txt_source source = {
		.domain = "bank.example", .octets = octets, .size = strlen(octets)};
	found_init(&desk->list, &desk->arena);
	return security_txt_read(&source, &desk->list, &desk->file, &desk->complaint);
}

static void expect(const struct desk *desk, size_t at, enum found_kind kind, const char *value)
{
	assert_true(at < desk->list.count);
	assert_int_equal(desk->list.items[at].kind, kind);
	assert_string_equal(desk->list.items[at].value, value);
}

#define DOMAIN "{\"objectClassName\":\"domain\",\"ldhName\":\"Bank.example.\","
#define MAIL(value) "[\"email\",{},\"text\",\"" value "\"]"
#define TEL(value) "[\"tel\",{},\"uri\",\"" value "\"]"
#define CARD(items) "\"vcardArray\":[\"vcard\",[" items "]]"

static void test_phones(void **state)
{
	static const struct {
		const char *said, *value; /* NULL: none */
	} rows[] = {
		{"tel:+1.7035550100;ext=5", "+1-7035550100"},
		{"+41 (44) 555 01-00", "+41-44-555-01-00"},
		{"+41445550100", "+41445550100"},
		{"+ 41 44 555 01 00 ", "+41-44-555-01-00"},
		{"0445550100", NULL},
		{"+41445550100 or later", NULL},
		{"+1", NULL},
		{"+1234567890123456789012345678901234567890", NULL},
		{"", NULL},
		{"tel:", NULL},
	};
	struct desk desk;
	desk_init(&desk);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct found_contact contact = {
			.kind = FOUND_PHONE, .value = rows[i].said, .role = "abuse"};
		found_init(&desk.list, &desk.arena);
		assert_int_equal(found_add(&desk.list, &contact), OK);
		assert_int_equal(desk.list.count, rows[i].value != NULL);
		assert_int_equal(desk.list.unusable, rows[i].value == NULL);
		if (rows[i].value != NULL)
			assert_string_equal(desk.list.items[0].value, rows[i].value);
	}
	arena_release(&desk.arena);
}

#define BOTH "abuse\",\"technical"
/* Cards, a property each. */
#define OF(role, card) "{\"roles\":[\"" role "\"]," CARD(card) "}"
#define WITH(role, card, inner) "{\"roles\":[\"" role "\"]," CARD(card) ",\"entities\":[" inner "]}"
#define DESK "[\"fn\",{},\"text\",\"Desk\"],"

#define ABUSE OF(BOTH, DESK MAIL("b@reg.example"))
#define OWN OF("abuse", MAIL("d@reg.example"))
#define NOC OF("noc", TEL("tel:+1-703-555-0100"))
#define REGISTRAR WITH("Registrar", MAIL("a@reg.example"), ABUSE)
#define REGISTRANT WITH("registrant", MAIL("c@reg.example"), OWN)

static const char roles[] = DOMAIN "\"entities\":[" REGISTRAR "," REGISTRANT "," NOC "]}";

static void test_rdap_roles(void **state)
{
	struct desk desk;
	desk_init(&desk);
	assert_int_equal(rdap(&desk, roles), OK);
	assert_int_equal(desk.list.count, 3);
	expect(&desk, 0, FOUND_MAIL, "a@reg.example");
	assert_string_equal(desk.list.items[0].role, "registrar");
	assert_null(desk.list.items[0].name);
	expect(&desk, 1, FOUND_MAIL, "b@reg.example");
	assert_string_equal(desk.list.items[1].role, "registrar abuse technical");
	assert_string_equal(desk.list.items[1].name, "Desk");
	expect(&desk, 2, FOUND_PHONE, "+1-703-555-0100");
	arena_release(&desk.arena);
}

#define OWNER OF("registrant\",\"administrative\",\"technical", MAIL("e@reg.example"))
#define ACCOUNT OF("technical", MAIL("f@reg.example"))
#define RESELLER WITH("reseller", MAIL("g@reg.example"), OF("technical", MAIL("h@reg.example")))
#define WITHIN WITH("technical", MAIL("i@reg.example"), OF("registrar", MAIL("j@reg.example")))

static const char accounts[] =
	DOMAIN "\"entities\":[" OWNER "," ACCOUNT "," RESELLER "," WITHIN "," REGISTRAR "]}";

/* Whoever has the account writes its contacts; not those of the registrar or within. */
static void test_rdap_account(void **state)
{
	static const struct {
		const char *value;
		bool is_of_account;
	} rows[] = {
		{"f@reg.example", true},  {"g@reg.example", false}, {"h@reg.example", false},
		{"i@reg.example", true},  {"j@reg.example", true},  {"a@reg.example", false},
		{"b@reg.example", false},
	};
	struct desk desk;
	desk_init(&desk);
	assert_int_equal(rdap(&desk, accounts), OK);
	assert_int_equal(desk.list.count, sizeof(rows) / sizeof(rows[0]));
	for (size_t i = 0; i < desk.list.count; i++) {
		expect(&desk, i, FOUND_MAIL, rows[i].value);
		assert_int_equal(rdap_is_of_account(desk.list.items[i].role),
				 rows[i].is_of_account);
	}
	assert_true(rdap_is_of_account("registrars") && rdap_is_of_account(""));
	arena_release(&desk.arena);
}

#define ODD "7,[],[\"email\"],[\"email\",{},\"text\",7],[\"fn\",{},\"text\",\"a\\u001b[31m\"],"

static const char unusable[] = DOMAIN
	"\"entities\":[7,null,{\"roles\":\"abuse\"},{\"roles\":[4]},"
	"{\"roles\":[\"abuse\"],\"vcardArray\":7},"
	"{\"roles\":[\"abuse\"],\"vcardArray\":[\"vcard\",7]}," OF(
		"abuse",
		ODD MAIL("no address") "," MAIL("x@reg.example") "," MAIL("x@reg.example")) "]}";

static void test_rdap_unusable(void **state)
{
	struct desk desk;
	desk_init(&desk);
	assert_int_equal(rdap(&desk, unusable), OK);
	assert_int_equal(desk.list.count, 1);
	assert_int_equal(desk.list.unusable, 1);
	/* A name that would act on a terminal is left out. */
	assert_null(desk.list.items[0].name);
	arena_release(&desk.arena);
}

static void test_rdap_refused(void **state)
{
	static const struct {
		const char *json, *words;
		int error;
	} rows[] = {
		{"", "no JSON", ERR_FORMAT},
		{"[]", "no object", ERR_FORMAT},
		{"{}", "no domain object", ERR_FORMAT},
		{"{\"objectClassName\":\"domain\"}", "another domain", ERR_NOT_FOUND},
		{"{\"objectClassName\":\"domain\",\"ldhName\":\"bank.example.org\"}",
		 "another domain", ERR_NOT_FOUND},
		{"{\"errorCode\":429}", "429", ERR_NOT_FOUND},
		{DOMAIN "\"ldhName\":\"bank.example\"}", "no JSON", ERR_FORMAT},
	};
	struct desk desk;
	desk_init(&desk);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(rdap(&desk, rows[i].json), rows[i].error);
		if (strstr(desk.complaint.text, rows[i].words) == NULL)
			fail_msg("'%s' does not say '%s'", desk.complaint.text, rows[i].words);
		assert_int_equal(desk.list.count, 0);
	}
	arena_release(&desk.arena);
}

/* Entities within entities without end, and very many: bounded. */
static void test_rdap_limits(void **state)
{
	struct desk desk;
	struct text json;
	desk_init(&desk);
	text_init(&json, RDAP_OCTETS_MAX);
	text_add(&json, DOMAIN "\"entities\":[");
	for (unsigned i = 0; i < 100; i++)
		text_format(
			&json,
			"{\"roles\":[\"abuse\"]," CARD(MAIL("a%u@reg.example")) ",\"entities\":[",
			i);
	for (unsigned i = 0; i < 100; i++)
		text_add(&json, "]}");
	text_add(&json, "]}");
	assert_int_equal(rdap(&desk, text_get(&json)), OK);
	assert_int_equal(desk.list.count, RDAP_DEPTH_MAX);
	text_reset(&json);
	text_add(&json, DOMAIN "\"entities\":[");
	for (unsigned i = 0; i < 1000; i++)
		text_format(&json, "%s{\"roles\":[\"abuse\"]," CARD(MAIL("a%u@reg.example")) "}",
			    i == 0 ? "" : ",", i);
	text_add(&json, "]}");
	assert_int_equal(rdap(&desk, text_get(&json)), OK);
	assert_int_equal(desk.list.count, FOUND_MAX);
	assert_int_equal(desk.list.unusable, RDAP_ENTITIES_MAX - FOUND_MAX);
	text_release(&json);
	arena_release(&desk.arena);
}

static void test_security_txt(void **state)
{
	struct desk desk;
	desk_init(&desk);
	assert_int_equal(text(&desk,
			      "# comment\r\nContact: mailto:a@bank.example?subject=x\r\n"
			      "contact:tel:+41-44-5550100\nCONTACT: https://b.example/r \n"
			      "Contact: a@bank.example\nContact: http://b.example/\n\n"
			      "Expires: 2030-01-31t12:00:00.123z\n"
			      "Canonical: https://www.bank.example/.well-known/security.txt"),
			 OK);
	assert_int_equal(desk.list.count, 3);
	assert_int_equal(desk.list.unusable, 2);
	expect(&desk, 0, FOUND_MAIL, "a@bank.example");
	expect(&desk, 1, FOUND_PHONE, "+41-44-5550100");
	expect(&desk, 2, FOUND_PAGE, "https://b.example/r");
	assert_int_equal(desk.file.expires_s, 1896091200);
	assert_true(desk.file.has_canonical && desk.file.is_canonical && !desk.file.is_signed);
	assert_int_equal(text(&desk, "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n"
				     "- Contact: mailto:a@bank.example\n"
				     "Canonical: https://wolf.example/.well-known/security.txt\n"
				     "-----BEGIN PGP SIGNATURE-----\n\niQ no field\n"),
			 OK);
	assert_int_equal(desk.list.count, 1);
	assert_true(desk.file.has_canonical && !desk.file.is_canonical && desk.file.is_signed);
	assert_int_equal(desk.file.expires_s, 0);
	arena_release(&desk.arena);
}

static void test_security_txt_refused(void **state)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{"Contact a@bank.example\n", "line 1 is neither"},
		{"\n\n<html>\n", "line 3 is neither"},
		{"Expires: 2030-02-31T12:00:00Z\n", "no time"},
		{"Expires:\n", "no time"},
		{"Expires: 2030-01-31T12:00:00Z\nexpires: 2031-01-31T12:00:00Z\n", "second time"},
	};
	struct desk desk;
	struct text line;
	desk_init(&desk);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(text(&desk, rows[i].text), ERR_FORMAT);
		if (strstr(desk.complaint.text, rows[i].words) == NULL)
			fail_msg("'%s' does not say '%s'", desk.complaint.text, rows[i].words);
	}
	text_init(&line, (size_t)1 << 20);
	for (size_t i = 0; i < 2000; i++)
		text_add(&line, "#");
	assert_int_equal(text(&desk, text_get(&line)), ERR_FORMAT);
	assert_non_null(strstr(desk.complaint.text, "too long"));
	for (size_t i = 0; i < 4000; i++)
		text_add(&line, "#########\n");
	assert_int_equal(text(&desk, text_get(&line)), ERR_LIMIT);
	text_release(&line);
	arena_release(&desk.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_phones),       cmocka_unit_test(test_rdap_roles),
		cmocka_unit_test(test_rdap_account), cmocka_unit_test(test_rdap_unusable),
		cmocka_unit_test(test_rdap_refused), cmocka_unit_test(test_rdap_limits),
		cmocka_unit_test(test_security_txt), cmocka_unit_test(test_security_txt_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
