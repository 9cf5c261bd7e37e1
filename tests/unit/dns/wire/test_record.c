/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presentation form of records, both ways, and against libzscanner. */
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "dns/wire/zonefile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Each is written back exactly as it stands. */
static const char *const lines[] = {
	"a.example. 3600 IN A 192.0.2.1",
	"example. 0 IN NS ns1.example.",
	"example. 2147483647 IN CNAME x\\.y.example.",
	"example. 3600 IN SOA ns1.example. host\\.master.example. 2026010101 7200 3600 1209600 300",
	"example. 3600 IN PTR .",
	"example. 3600 IN HINFO \"RFC8482\" \"\"",
	"example. 3600 IN MINFO a.example. b.example.",
	"example. 3600 IN MX 10 mail.example.",
	"example. 3600 IN MX 0 .",
	"example. 3600 IN TXT \"v=spf1 -all\"",
	"example. 3600 IN TXT \"a\" \"\" \"quote \\\" back \\\\ nul \\000 semi ; \\255\"",
	"example. 3600 IN RP a.example. b.example.",
	"example. 3600 IN AFSDB 1 a.example.",
	"example. 3600 IN RT 1 a.example.",
	"example. 3600 IN KEY 256 3 13 AQID",
	"example. 3600 IN AAAA 2001:db8::1",
	"_sip._tcp.example. 3600 IN SRV 1 2 5060 sip.example.",
	"example. 3600 IN NAPTR 100 10 \"u\" \"E2U+sip\" \"!^.*$!sip:info@example.com!\" .",
	"example. 3600 IN KX 1 a.example.",
	"example. 3600 IN CERT 1 2 3 AQIDBA==",
	"example. 3600 IN DNAME b.example.",
	"example. 3600 IN DS 60485 5 1 2bb183af5f22588179a53b0a98631fad1a292118",
	"example. 3600 IN SSHFP 4 2 0123456789abcdef",
	"example. 3600 IN RRSIG A 13 2 3600 20261121181607 20261021181607 2642 example. AQIDBAU=",
	"example. 3600 IN RRSIG TYPE65280 13 2 3600 21060207062815 19700101000000 1 . AQID",
	"example. 3600 IN NSEC Host.example. A MX RRSIG NSEC TYPE1234",
	"example. 3600 IN NSEC a.example.",
	"example. 3600 IN DNSKEY 257 3 13 AQIDBAUGBwg=",
	"example. 3600 IN DHCID AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=",
	"0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 3600 IN NSEC3 1 1 12 aabbccdd "
	"2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG",
	"x.example. 3600 IN NSEC3 1 0 0 - 2vptu5timamqttgl4luu9kg21e0aor3s",
	"example. 3600 IN NSEC3PARAM 1 0 0 -",
	"example. 3600 IN NSEC3PARAM 1 0 10 ab",
	"_25._tcp.example. 3600 IN TLSA 3 1 1 0123456789abcdef",
	"x.example. 3600 IN SMIMEA 3 1 1 0123456789abcdef",
	"example. 3600 IN CDS 0 0 0 00",
	"example. 3600 IN CDNSKEY 0 3 0 AA==",
	"x.example. 3600 IN OPENPGPKEY AQIDBAUGBwg=",
	"example. 3600 IN CSYNC 66 3 A NS AAAA",
	"example. 3600 IN CSYNC 66 0",
	"example. 3600 IN ZONEMD 2018031500 1 1 "
	"616c6c6f776564206275742069676e6f7265642e20616c6c6f776564206275742069676e6f7265642e20616c"
	"6c6f7765",
	"example. 3600 IN HTTPS 0 Alias.example.",
	"example. 3600 IN HTTPS 1 . alpn=\"h2,h3\" no-default-alpn port=8443 "
	"ipv4hint=192.0.2.1,192.0.2.2 ech=AQIDBA== ipv6hint=2001:db8::1",
	"example. 3600 IN SVCB 16 foo.example. mandatory=alpn,ipv4hint alpn=\"h2,h3-19\" "
	"ipv4hint=192.0.2.1",
	"example. 3600 IN SVCB 16 foo.example. alpn=\"f\\\\\\\\oo\\\\,bar,h2\"",
	"example. 3600 IN SVCB 1 foo.example. key667=\"hello\\210qoo\"",
	"example. 3600 IN SVCB 1 foo.example. key65535",
	"_dsync.example. 3600 IN DSYNC CDS NOTIFY 5359 Notify.example.",
	"_dsync.example. 3600 IN DSYNC TYPE65280 0 0 .",
	"_dsync.example. 3600 IN DSYNC CSYNC 255 65535 a.example.",
	"example. 3600 IN SPF \"v=spf1 -all\"",
	"example. 3600 IN NID 10 0014:4fff:ff20:ee64",
	"example. 3600 IN L32 10 10.1.2.0",
	"example. 3600 IN L64 10 2001:0db8:1140:1000",
	"example. 3600 IN LP 10 L64.example.",
	"example. 3600 IN EUI48 00-00-5e-00-53-2a",
	"example. 3600 IN EUI64 00-00-5e-ef-10-00-00-2a",
	"_ftp._tcp.example. 3600 IN URI 10 1 \"ftp://ftp1.example.com/public\"",
	"example. 3600 IN CAA 0 issue \"ca.example; policy=ev\"",
	"example. 3600 IN CAA 128 iodef \"\"",
	"example. 3600 IN TYPE65280 \\# 3 abcdef",
	"example. 3600 IN TYPE65280 \\# 0",
	"example. 3600 IN TYPE67 \\# 1 00", /* replaced below: a type with a mnemonic, no layout */
	"\\@.\\$x.example. 3600 IN A 192.0.2.1",
};
#define LINE_COUNT (sizeof(lines) / sizeof(lines[0]))

struct fixture {
	struct arena arena;
	struct text text;
	struct complaint complaint;
};

static int set_up(void **state)
{
	static struct fixture fixture;
	arena_init(&fixture.arena, 16 << 20, 0);
	text_init(&fixture.text, 1 << 20);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	arena_release(&fixture->arena);
	text_release(&fixture->text);
	return 0;
}

static struct record read_line(struct fixture *fixture, const char *line)
{
	struct record record;
	fixture->complaint.text[0] = '\0';
	const int error = record_from_text(&fixture->arena, line, &record, &fixture->complaint);
	if (error != OK)
		print_error("%s: %s\n", line, fixture->complaint.text);
	assert_int_equal(error, OK);
	return record;
}

static void assert_written(struct fixture *fixture, const char *line, const char *expected)
{
	const struct record record = read_line(fixture, line);
	text_reset(&fixture->text);
	assert_int_equal(record_to_text(&record, &fixture->text), OK);
	assert_string_equal(text_get(&fixture->text), expected);
}

static bool is_same(const struct record *left, const struct record *right)
{
	return left->type == right->type && left->class == right->class &&
	       left->ttl == right->ttl && left->rdata_size == right->rdata_size &&
	       name_equal_exactly(left->owner, right->owner) &&
	       memcmp(left->rdata, right->rdata, left->rdata_size) == 0;
}

static void both_ways(void **state)
{
	for (size_t i = 0; i < LINE_COUNT; i++) {
		if (strstr(lines[i], "TYPE67") != NULL)
			assert_written(*state, lines[i], "example. 3600 IN HHIT \\# 1 00");
		else
			assert_written(*state, lines[i], lines[i]);
	}
}

/* RFC 3597 form of what was read from the mnemonic form gives the same record. */
static void generic_form(void **state)
{
	struct fixture *fixture = *state;
	for (size_t i = 0; i < LINE_COUNT; i++) {
		const struct record record = read_line(fixture, lines[i]);
		char name[NAME_TEXT_MAX];
		text_reset(&fixture->text);
		text_format(&fixture->text, "%s %u IN TYPE%u \\# %u ",
			    name_to_text(record.owner, name), record.ttl, record.type,
			    record.rdata_size);
		for (size_t k = 0; k < record.rdata_size; k++)
			text_format(&fixture->text, k % 7 == 3 ? "%02X " : "%02x", record.rdata[k]);
		char *line = arena_text(&fixture->arena, text_get(&fixture->text));
		const struct record again = read_line(fixture, line);
		assert_true(is_same(&record, &again));
	}
}

static int compare_taken(void *context, const struct record *record)
{
	const struct record *expected = context;
	assert_true(is_same(record, expected));
	((struct record *)context)->section++;
	return OK;
}

/* The scanner reads all of it but some types newer than it; TYPEnnn serves for those. */
static void scanner_agrees(void **state)
{
	struct fixture *fixture = *state;
	for (size_t i = 0; i < LINE_COUNT; i++) {
		struct record expected = read_line(fixture, lines[i]);
		const struct zonefile zonefile = {
			.origin = (const uint8_t *)"", .take = compare_taken, .context = &expected};
		expected.section = 0;
		const int error =
			zonefile_read(&zonefile, lines[i], strlen(lines[i]), &fixture->complaint);
		if (error != OK)
			print_error("%s: %s\n", lines[i], fixture->complaint.text);
		assert_int_equal(error, OK);
		assert_int_equal(expected.section, 1);
	}
}

static void other_spellings(void **state)
{
	static const struct {
		const char *line;
		const char *written;
	} cases[] = {
		{"EXAMPLE 5 in a 192.0.2.1", "example. 5 IN A 192.0.2.1"},
		{"x.\t5  IN  NS ( NS.Example )  ; note", "x. 5 IN NS ns.example."},
		{"x. 5 IN SOA a. b. (\n 1 ; serial\n 2 3 4\n 5 )\n", "x. 5 IN SOA a. b. 1 2 3 4 5"},
		{"x. 5 IN TXT plain \"two words\"", "x. 5 IN TXT \"plain\" \"two words\""},
		{"x. 5 IN TXT ( \"two\nlines\" )", "x. 5 IN TXT \"two\\010lines\""},
		{"x. 5 CH TXT \"version\"", "x. 5 CH TXT \"version\""},
		{"x. 5 CLASS1 TYPE1 192.0.2.1", "x. 5 IN A 192.0.2.1"},
		{"x. 5 IN DS 1 8 2 AB CD\tEF", "x. 5 IN DS 1 8 2 abcdef"},
		{"x. 5 IN DNSKEY 256 3 8 A Q I D BA==", "x. 5 IN DNSKEY 256 3 8 AQIDBA=="},
		{"x. 5 IN RRSIG NS 8 1 5 4294967295 0 1 X. AQID",
		 "x. 5 IN RRSIG NS 8 1 5 21060207062815 19700101000000 1 x. AQID"},
		{"x. 5 IN NSEC X.y RRSIG A NSEC", "x. 5 IN NSEC X.y. A RRSIG NSEC"},
		{"x. 5 IN DSYNC cds notify 53 a.", "x. 5 IN DSYNC CDS NOTIFY 53 a."},
		{"x. 5 IN DSYNC CDS 1 53 a.", "x. 5 IN DSYNC CDS NOTIFY 53 a."},
		{"x. 5 IN SVCB 1 . ipv4hint=192.0.2.1 alpn=h2,h3",
		 "x. 5 IN SVCB 1 . alpn=\"h2,h3\" ipv4hint=192.0.2.1"},
		{"x. 5 IN SVCB 1 . key1=\\002h2", "x. 5 IN SVCB 1 . alpn=\"h2\""},
		{"x. 5 IN SVCB 1 . key3=\"abc\"", "x. 5 IN SVCB 1 . key3=\"abc\""},
		{"x. 5 IN SVCB 1 . mandatory=ipv4hint,alpn alpn=h2 ipv4hint=192.0.2.1",
		 "x. 5 IN SVCB 1 . mandatory=alpn,ipv4hint alpn=\"h2\" ipv4hint=192.0.2.1"},
		{"x. 5 IN SVCB 1 . dohpath=/q{?dns} ohttp tls-supported-groups=29,23",
		 "x. 5 IN SVCB 1 . dohpath=\"/q{?dns}\" ohttp tls-supported-groups=29,23"},
		{"x. 5 IN DS \\# 4 0001 0802", "x. 5 IN DS \\# 4 00010802"},
		{"x. 5 IN LOC 52 14 05.000 N 00 08 50.000 E 10.00m",
		 "x. 5 IN LOC \\# 16 001216138b3588c88007f3880098a468"},
	};
	for (size_t i = 0; i + 1 < sizeof(cases) / sizeof(cases[0]); i++)
		assert_written(*state, cases[i].line, cases[i].written);
	/* By way of the scanner: whatever the precision octets, the size is 16. */
	const struct record loc = read_line(*state, cases[19].line);
	assert_int_equal(loc.type, 29);
	assert_int_equal(loc.rdata_size, 16);
}

static void refused(void **state)
{
	static const char *const bad[] = {
		"",
		"x.",
		"x. 5",
		"x. 5 IN",
		"x. 5 IN A",
		"x. IN A 192.0.2.1",
		"x. -1 IN A 1.2.3.4",
		"x. 4294967296 IN A 192.0.2.1",
		"x. 5 XX A 192.0.2.1",
		"x. 5 IN NOTYPE 1",
		"x. 5 IN TYPE65536 \\# 0",
		"x. 5 IN A 192.0.2",
		"x. 5 IN A 192.0.2.256",
		"x. 5 IN A 192.0.2.1 2",
		"x. 5 IN AAAA 192.0.2.1",
		"x. 5 IN MX 65536 a.",
		"x. 5 IN MX 1",
		"x. 5 IN TXT",
		"x. 5 IN TXT \"open",
		"x. 5 IN TXT \"a\"b\"\"",
		"x. 5 IN NS a..b",
		"x. 5 IN NS @",
		"@ 5 IN NS a.",
		"x. 5 IN NS ( a.",
		"x. 5 IN NS a. )",
		"x. 5 IN NS a.\nb.",
		"x. 5 IN DS 1 8 2 abc",
		"x. 5 IN DS 1 8 2",
		"x. 5 IN DS 1 256 2 ab",
		"x. 5 IN DNSKEY 1 3 8 AQI",
		"x. 5 IN DNSKEY 1 3 8",
		"x. 5 IN DNSKEY 1 3 8 A*==",
		"x. 5 IN RRSIG A 8 1 5 20260631000000 0 1 x. AQID",
		"x. 5 IN RRSIG A 8 1 5 21070101000000 0 1 x. AQID",
		"x. 5 IN RRSIG A 8 1 5 2026010112345x 0 1 x. AQID",
		"x. 5 IN NSEC a. A NOTYPE",
		"x. 5 IN NSEC3 1 0 0 - 2vpt! A",
		"x. 5 IN NSEC3 1 0 0 abc 2vpt A",
		"x. 5 IN NSEC3 1 0 0 - 1",
		"x. 5 IN CAA 0 \"\" \"a\"",
		"x. 5 IN EUI48 00-00-5e-00-53",
		"x. 5 IN DSYNC CDS X 53 a.",
		"x. 5 IN EUI48 00:00:5e:00:53:2a",
		"x. 5 IN NID 10 0014-4fff-ff20-ee64",
		"x. 5 IN SVCB 1 . alpn=h2 alpn=h3",
		"x. 5 IN SVCB 1 . port=65536",
		"x. 5 IN SVCB 1 . alpn=",
		"x. 5 IN SVCB 1 . alpn=h2,",
		"x. 5 IN SVCB 1 . ipv4hint=::1",
		"x. 5 IN SVCB 1 . no-default-alpn=x",
		"x. 5 IN SVCB 1 . key065=a",
		"x. 5 IN SVCB 1 . unknown=a",
		"x. 5 IN SVCB 1 . mandatory=mandatory",
		"x. 5 IN SVCB 1 . mandatory=alpn,alpn",
		"x. 5 IN SVCB 1 . ipv4hint=192.0.2.1\\000a",
		"x. 5 IN A \\# 3 010203",
		"x. 5 IN A \\# 4 010203",
		"x. 5 IN TYPE65280 \\# 65536 00",
		"x. 5 IN TYPE65280 \\# 1",
		"x. 5 IN TYPE65280 00",
		"x. 5 IN NXT a. 00",
		"x. 5 IN NS \\# 2 c000",
		"x. 5 IN LOC nowhere",
		"x. 5 IN OPT",
	};
	struct fixture *fixture = *state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct record record = {.type = 4242};
		fixture->complaint.text[0] = '\0';
		const int error =
			record_from_text(&fixture->arena, bad[i], &record, &fixture->complaint);
		if (error == OK)
			print_error("accepted: %s\n", bad[i]);
		assert_true(error == ERR_FORMAT || error == ERR_LIMIT);
		assert_int_equal(record.type, 4242);
		assert_true(strlen(fixture->complaint.text) > 10);
	}
}

/* More than the usual room, and more than RDATA can be. */
static void long_data(void **state)
{
	struct fixture *fixture = *state;
	text_reset(&fixture->text);
	text_add(&fixture->text, "x. 5 IN TYPE65280 \\# 65535 ");
	for (size_t i = 0; i < 65535; i++)
		text_add(&fixture->text, "ab");
	const struct record record = read_line(fixture, text_get(&fixture->text));
	assert_int_equal(record.rdata_size, 65535);
	struct record none;
	text_reset(&fixture->text);
	text_add(&fixture->text, "x. 5 IN DNSKEY 1 3 8 ");
	for (size_t i = 0; i < 65536; i += 3)
		text_add(&fixture->text, "AAAA");
	assert_int_equal(record_from_text(&fixture->arena, text_get(&fixture->text), &none,
					  &fixture->complaint),
			 ERR_LIMIT);
}

/* RDATA that no text form can say without loss is written generically. */
static void odd_data(void **state)
{
	static const struct {
		uint16_t type;
		const char *octets;
		uint16_t size;
		const char *written;
	} cases[] = {
		{TYPE_A, "\1\2\3", 3, "\\# 3 010203"},
		{TYPE_TXT, "\5ab", 3, "\\# 3 056162"},
		{TYPE_TXT, "", 0, "\\# 0"},
		{TYPE_DS, "\0\1\10\2", 4, "\\# 4 00010802"},
		{TYPE_NSEC, "\0\0\2\100\0", 5, "\\# 5 0000024000"},
		{TYPE_CAA, "\0\3a-bx", 6, "\\# 6 0003612d6278"},
		{TYPE_NS, "\300\0", 2, "\\# 2 c000"},
		{TYPE_SVCB, "\0\1\0\0\3\0\0", 7, "1 . key3"},
		{TYPE_SVCB, "\0\1\0\0\1\0\2\2h", 9, "1 . key1=\"\\002h\""},
	};
	struct fixture *fixture = *state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct record record = {.owner = (const uint8_t *)"",
					      .type = cases[i].type,
					      .rdata = (const uint8_t *)cases[i].octets,
					      .rdata_size = cases[i].size};
		text_reset(&fixture->text);
		assert_int_equal(rdata_to_text(&record, &fixture->text), OK);
		assert_string_equal(text_get(&fixture->text), cases[i].written);
	}
}

static void small_cap(void **state)
{
	struct fixture *fixture = *state;
	const struct record record = read_line(fixture, lines[3]);
	struct text text;
	text_init(&text, 20);
	assert_int_equal(record_to_text(&record, &text), ERR_LIMIT);
	text_release(&text);
	struct arena arena;
	struct record none = {.type = 4242};
	arena_init(&arena, 8, 0);
	assert_int_equal(record_from_text(&arena, lines[3], &none, NULL), ERR_MEMORY);
	assert_int_equal(none.type, 4242);
	arena_release(&arena);
}

static void type_names(void **state)
{
	char text[TYPE_TEXT_MAX];
	uint16_t number;
	assert_string_equal(type_to_text(59, text), "CDS");
	assert_string_equal(type_to_text(65280, text), "TYPE65280");
	assert_string_equal(type_to_text(65535, text), "TYPE65535");
	assert_int_equal(type_from_text("nsec3param", &number), OK);
	assert_int_equal(number, 51);
	assert_int_equal(type_from_text("type66", &number), OK);
	assert_int_equal(number, 66);
	assert_int_equal(type_from_text("dlv", &number), OK);
	assert_int_equal(number, 32769);
	assert_true(type_from_text("TYPE", &number) < 0);
	assert_true(type_from_text("TYPE65536", &number) < 0);
	assert_true(type_from_text("", &number) < 0);
	for (unsigned type = 0; type <= UINT16_MAX; type++) {
		assert_int_equal(type_from_text(type_to_text((uint16_t)type, text), &number), OK);
		assert_int_equal(number, type);
	}
	assert_string_equal(rcode_to_text(3, text), "NXDOMAIN");
	assert_string_equal(rcode_to_text(4095, text), "RCODE4095");
	assert_int_equal(rcode_from_text("badvers", &number), OK);
	assert_int_equal(number, 16);
	assert_int_equal(rcode_from_text("RCODE15", &number), OK);
	assert_int_equal(number, 15);
	assert_true(rcode_from_text("RCODE4096", &number) < 0);
	assert_string_equal(class_to_text(254, text), "NONE");
	assert_string_equal(class_to_text(2, text), "CLASS2");
	assert_int_equal(class_from_text("ch", &number), OK);
	assert_int_equal(number, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways),      cmocka_unit_test(generic_form),
		cmocka_unit_test(scanner_agrees), cmocka_unit_test(other_spellings),
		cmocka_unit_test(refused),        cmocka_unit_test(long_data),
		cmocka_unit_test(odd_data),       cmocka_unit_test(small_cap),
		cmocka_unit_test(type_names),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
