/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "failing_memory.h"
#include "given.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* 2026-11-26 13:46:40 */
#define NOW_S 1795700800

typedef int read_vrps(struct vrps *vrps, const char *path, int64_t now_s,
		      struct routing_report *report, struct complaint *complaint);

/* What a file gave; the VRPs are settled if it was taken. */
struct reading {
	struct vrps *vrps;
	struct routes *routes;
	struct routing_report report;
	struct complaint complaint;
	int error;
};

static struct reading read_as(read_vrps *read, const char *text, size_t size, int64_t now_s)
{
	struct reading reading = {0};
	struct given_file file = given_octets(text, size);
	assert_int_equal(vrps_new(&reading.vrps), OK);
	reading.error = read(reading.vrps, file.path, now_s, &reading.report, &reading.complaint);
	given_file_close(&file);
	if (reading.error == OK)
		assert_int_equal(vrps_settle(reading.vrps), OK);
	return reading;
}

static struct reading read_text(read_vrps *read, const char *text)
{
	return read_as(read, text, strlen(text), NOW_S);
}

static struct reading read_pfx2as(const char *text)
{
	struct reading reading = {0};
	struct given_file file = given_file(text);
	assert_int_equal(routes_new(&reading.routes), OK);
	reading.error =
		routes_read_pfx2as(reading.routes, file.path, &reading.report, &reading.complaint);
	given_file_close(&file);
	if (reading.error == OK)
		assert_int_equal(routes_settle(reading.routes), OK);
	return reading;
}

static struct reading read_ris(const char *text, uint16_t peers_min)
{
	struct reading reading = {0};
	struct given_file file = given_file(text);
	assert_int_equal(routes_new(&reading.routes), OK);
	reading.error = routes_read_ris(reading.routes, file.path, peers_min, &reading.report,
					&reading.complaint);
	given_file_close(&file);
	if (reading.error == OK)
		assert_int_equal(routes_settle(reading.routes), OK);
	return reading;
}

static void forget(struct reading *reading)
{
	vrps_free(reading->vrps);
	routes_free(reading->routes);
}

static enum roa_state state_of(const struct reading *reading, const char *text, uint32_t origin)
{
	struct route_prefix prefix = given_prefix(text);
	return vrps_state(reading->vrps, &prefix, origin);
}

/* The VRPs that every dialect's sample holds. */
static void expect_sample(const struct reading *reading)
{
	if (reading->error != OK)
		fail_msg("%s", reading->complaint.text);
	assert_int_equal(vrps_count(reading->vrps), 3);
	assert_int_equal(reading->report.taken, 3);
	assert_int_equal(reading->report.skipped, 0);
	assert_int_equal(state_of(reading, "192.0.2.0/24", 64496), ROA_VALID);
	assert_int_equal(state_of(reading, "192.0.2.0/25", 64496), ROA_INVALID_LENGTH);
	assert_int_equal(state_of(reading, "203.0.113.0/26", 65551), ROA_VALID);
	assert_int_equal(state_of(reading, "2001:db8:ffff::/48", 64511), ROA_VALID);
	assert_int_equal(state_of(reading, "2001:db8:ffff::/49", 64511), ROA_INVALID_LENGTH);
	assert_int_equal(state_of(reading, "198.51.100.0/24", 64496), ROA_NOT_FOUND);
}

static void csv_dialects_say_the_same(void **state)
{
	(void)state;
	static const char *const DIALECTS[] = {
		/* rpki-client -c */
		"ASN,IP Prefix,Max Length,Trust Anchor,Expires\n"
		"AS64496,192.0.2.0/24,24,ripe,1795800000\n"
		"AS65551,203.0.113.0/24,26,apnic,1795800000\n"
		"AS64511,2001:db8::/32,48,arin,1795800000\n",
		/* routinator --format csv */
		"ASN,IP Prefix,Max Length,Trust Anchor\n"
		"AS64496,192.0.2.0/24,24,ripe\n"
		"AS65551,203.0.113.0/24,26,apnic\n"
		"AS64511,2001:db8::/32,48,arin\n",
		/* --format csvcompat */
		"\"ASN\",\"IP Prefix\",\"Max Length\",\"Trust Anchor\"\n"
		"\"64496\",\"192.0.2.0/24\",\"24\",\"ripe\"\n"
		"\"65551\",\"203.0.113.0/24\",\"26\",\"N/A\"\n"
		"\"64511\",\"2001:db8::/32\",\"48\",\"arin\"\n",
		/* --format csvext */
		"URI,ASN,IP Prefix,Max Length,Not Before,Not After\n"
		"rsync://example/a.roa,AS64496,192.0.2.0/24,24,2026-01-01 00:00:00,2027-01-01 "
		"00:00:00\n"
		"N/A,AS65551,203.0.113.0/24,26,N/A,N/A\n"
		"rsync://example/b.roa,AS64511,2001:db8::/32,48,2026-01-01 00:00:00,2027-01-01 "
		"00:00:00\n",
		/* No first line, CR LF, a comment, no last line end. */
		("# made by hand\r\nas64496,192.0.2.0/24,24\r\n\r\n65551,203.0.113.0/24,26\r\n"
		 "64511,2001:db8::/32,48"),
	};
	for (size_t i = 0; i < sizeof(DIALECTS) / sizeof(DIALECTS[0]); i++) {
		struct reading reading = read_text(vrps_read_csv, DIALECTS[i]);
		expect_sample(&reading);
		forget(&reading);
	}
}

/* RFC 9582 s4.3.2.2 */
static void csv_without_max_length_means_the_prefix(void **state)
{
	(void)state;
	struct reading reading = read_text(vrps_read_csv, "ASN,IP Prefix\nAS64496,192.0.2.0/24\n");
	assert_int_equal(reading.error, OK);
	assert_int_equal(state_of(&reading, "192.0.2.0/24", 64496), ROA_VALID);
	assert_int_equal(state_of(&reading, "192.0.2.0/25", 64496), ROA_INVALID_LENGTH);
	forget(&reading);
}

static void csv_leaves_out_what_has_expired(void **state)
{
	(void)state;
	static const char TEXT[] = "ASN,IP Prefix,Max Length,Trust Anchor,Expires\n"
				   "AS64496,192.0.2.0/24,24,ripe,1795700799\n"
				   "AS64497,198.51.100.0/24,24,ripe,1795700800\n";
	struct reading reading = read_text(vrps_read_csv, TEXT);
	assert_int_equal(reading.error, OK);
	assert_int_equal(reading.report.expired, 1);
	assert_int_equal(state_of(&reading, "192.0.2.0/24", 64496), ROA_NOT_FOUND);
	assert_int_equal(state_of(&reading, "198.51.100.0/24", 64497), ROA_VALID);
	forget(&reading);
	reading = read_as(vrps_read_csv, TEXT, strlen(TEXT), 0);
	assert_int_equal(reading.report.taken, 2);
	forget(&reading);
	reading = read_as(vrps_read_csv, TEXT, strlen(TEXT), NOW_S + 86400);
	assert_int_equal(reading.error, ERR_FORMAT);
	assert_non_null(strstr(reading.complaint.text, "run the validator again"));
	forget(&reading);
}

/* Each is refused, and the sentence holds the words. */
struct refused {
	const char *text;
	int error;
	const char *words;
};

static void expect_refused(const struct reading *reading, const struct refused *refused)
{
	if (reading->error != refused->error ||
	    strstr(reading->complaint.text, refused->words) == NULL)
		fail_msg("'%.60s' gave %d '%s'", refused->text, reading->error,
			 reading->complaint.text);
	assert_non_null(strstr(reading->complaint.text, "/proc/self/fd/"));
}

static void bad_csv_is_refused_in_words(void **state)
{
	(void)state;
	static const struct refused REFUSED[] = {
		{"", ERR_FORMAT, "no entries"},
		{"\n\n# nothing\n", ERR_FORMAT, "no entries"},
		{"ASN,IP Prefix,Max Length,Trust Anchor\n", ERR_FORMAT, "no entries"},
		{"ASN,Prefix,Max Length\nAS64496,192.0.2.0/24,24\n", ERR_ARGUMENT, "line 1"},
		{"{\n\"roas\": [\n]\n}\n", ERR_FORMAT, "routinator --format csv"},
		{"AS64496,192.0.2.0/24,23\n", ERR_FORMAT, "line 1"},
		{"AS64496,192.0.2.0/24,\n", ERR_FORMAT, "no length"},
		{"AS64496,192.0.2.0/24,33\n", ERR_FORMAT, "no longest prefix of 33 bits"},
		{"AS64496,192.0.2.1/24,24\n", ERR_FORMAT, "'192.0.2.1/24' is no prefix"},
		{"AS4294967296,192.0.2.0/24,24\n", ERR_FORMAT, "'AS4294967296' is no AS number"},
		{"AS1.10,192.0.2.0/24,24\n", ERR_FORMAT, "'AS1.10'"},
		{"\"AS64496,192.0.2.0/24,24\n", ERR_FORMAT, "no AS number"},
		{"AS64496,192.0.2.0/24\n", ERR_FORMAT, "2 columns"},
		{",,,,,,,,,,,,,,,,,,,,,,,\n", ERR_FORMAT, "columns"},
		{"ASN,IP Prefix,Expires\nAS64496,192.0.2.0/24,soon\n", ERR_FORMAT, "no time"},
		{"AS64496,192.0.2.0/24,24\nAS64497,198.51", ERR_FORMAT, "line 2"},
	};
	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		struct reading reading = read_text(vrps_read_csv, REFUSED[i].text);
		expect_refused(&reading, &REFUSED[i]);
		forget(&reading);
	}
	struct reading reading = read_as(vrps_read_csv, "\x1f\x8b\x08\0\0\0", 6, NOW_S);
	assert_int_equal(reading.error, ERR_UNSUPPORTED);
	assert_non_null(strstr(reading.complaint.text, "gunzip"));
	forget(&reading);
	struct vrps *vrps;
	struct complaint complaint;
	assert_int_equal(vrps_new(&vrps), OK);
	assert_int_equal(vrps_read_csv(vrps, "/nowhere/vrps.csv", 0, NULL, &complaint),
			 ERR_NOT_FOUND);
	assert_non_null(strstr(complaint.text, "/nowhere/vrps.csv"));
	vrps_free(vrps);
}

/* `count` good lines with `odd` behind the first half. */
static size_t write_lines(char *text, size_t room, unsigned int count, const char *odd)
{
	size_t used = 0;
	for (unsigned int i = 0; i < count; i++) {
		if (i == count / 2)
			used += (size_t)snprintf(text + used, room - used, "%s", odd);
		used += (size_t)snprintf(text + used, room - used, "AS%u,192.0.2.0/24,24\n",
					 65536 + i);
	}
	return used;
}

static void a_few_odd_lines_are_skipped_and_told(void **state)
{
	(void)state;
	static char text[1 << 16];
	static char odd[8192];
	size_t size = write_lines(text, sizeof(text), 20, "what is this\nAS64496,?,24\n");
	struct reading reading = read_as(vrps_read_csv, text, size, NOW_S);
	assert_int_equal(reading.error, OK);
	assert_int_equal(reading.report.entries, 22);
	assert_int_equal(reading.report.taken, 20);
	assert_int_equal(reading.report.skipped, 2);
	assert_int_equal(reading.report.first_skipped_line, 11);
	assert_string_equal(reading.report.first_skipped, "1 columns, at least 3 expected");
	forget(&reading);
	size = write_lines(text, sizeof(text), 17, "what is this\nAS64496,?,24\n");
	reading = read_as(vrps_read_csv, text, size, NOW_S);
	assert_int_equal(reading.error, ERR_FORMAT);
	assert_non_null(strstr(reading.complaint.text, "2 of 19 entries"));
	assert_non_null(strstr(reading.complaint.text, "the first on line 9: 1 columns"));
	forget(&reading);
	memset(odd, 'x', sizeof(odd));
	odd[sizeof(odd) - 2] = '\n';
	odd[sizeof(odd) - 1] = '\0';
	size = write_lines(text, sizeof(text), 20, odd);
	reading = read_as(vrps_read_csv, text, size, NOW_S);
	assert_int_equal(reading.error, OK);
	assert_int_equal(reading.report.skipped, 1);
	assert_non_null(strstr(reading.report.first_skipped, "longer than"));
	forget(&reading);
	/* A NUL ends no field. */
	size = write_lines(text, sizeof(text), 20, "AS64496,203.0.113.0/24@,24\n");
	*(char *)memchr(text, '@', size) = '\0';
	reading = read_as(vrps_read_csv, text, size, NOW_S);
	assert_int_equal(reading.error, OK);
	assert_int_equal(reading.report.skipped, 1);
	assert_int_equal(state_of(&reading, "203.0.113.0/24", 64496), ROA_NOT_FOUND);
	forget(&reading);
}

/* A cut within a line is a file cut short, however many lines went before. */
static void a_cut_file_is_refused(void **state)
{
	(void)state;
	static char text[1 << 16];
	size_t size = write_lines(text, sizeof(text), 100, "");
	struct reading reading = read_as(vrps_read_csv, text, size - 3, NOW_S);
	assert_int_equal(reading.error, ERR_SHORT);
	assert_non_null(strstr(reading.complaint.text, "cut short"));
	forget(&reading);
}

/* ---- JSON ---- */

static void json_dialects_say_the_same(void **state)
{
	(void)state;
	static const char *const DIALECTS[] = {
		/* rpki-client -j */
		"{\n\t\"metadata\": {\n\t\t\"buildmachine\": \"x.example\",\n"
		"\t\t\"buildtime\": \"2026-11-21T18:16:07Z\"\n\t},\n\n\t\"roas\": [\n"
		"\t\t{ \"asn\": 64496, \"prefix\": \"192.0.2.0/24\", \"maxLength\": 24, \"ta\": "
		"\"ripe\", \"expires\": 1795800000 },\n"
		"\t\t{ \"asn\": 65551, \"prefix\": \"203.0.113.0/24\", \"maxLength\": 26, \"ta\": "
		"\"apnic\", \"expires\": 1795800000 },\n"
		"\t\t{ \"asn\": 64511, \"prefix\": \"2001:db8::/32\", \"maxLength\": 48, \"ta\": "
		"\"arin\", \"expires\": 1795800000 }\n\t],\n\n\t\"bgpsec_keys\": [\n\t],\n\n"
		"\t\"provider_authorizations\": {\n\t\t\"ipv4\": [],\n\t\t\"ipv6\": []\n\t}\n}\n",
		/* routinator --format json */
		"{\n  \"metadata\": {\n    \"generated\": 1795284967,\n    \"generatedTime\": "
		"\"2026-11-21T18:16:07Z\"\n  },\n  \"roas\": [\n"
		"    { \"asn\": \"AS64496\", \"prefix\": \"192.0.2.0/24\", \"maxLength\": 24,"
		" \"ta\": \"ripe\" },\n"
		"    { \"asn\": \"AS65551\", \"prefix\": \"203.0.113.0/24\", \"maxLength\": 26, "
		"\"ta\": \"N/A\" },\n"
		"    { \"asn\": \"AS64511\", \"prefix\": \"2001:db8::/32\", \"maxLength\": 48,"
		" \"ta\": \"arin\" }\n  ]\n}\n",
		/* --format jsonext, and lists that are not ours; no white space */
		"{\"metadata\":{\"generated\":1795284967},\"roas\":["
		"{\"asn\":\"AS64496\",\"prefix\":"
		"\"192.0.2.0/24\",\"maxLength\":24,\"source\":[{\"type\":\"roa\",\"uri\":\"rsync://"
		"example/{[\\\"\\\\\",\"validity\":{\"notBefore\":\"2026-01-01T00:00:00Z\"}}]},"
		"{\"asn\":\"65551\",\"prefix\":\"203.0.113.0/24\",\"maxLength\":26},{\"asn\":"
		"\"as64511\",\"prefix\":\"2001:db8::/32\",\"maxLength\":48}],\"routerKeys\":[],"
		"\"aspas\":[{\"customer\":\"AS64496\",\"providers\":[\"AS64497\",\"AS64498\"]}]}",
	};
	for (size_t i = 0; i < sizeof(DIALECTS) / sizeof(DIALECTS[0]); i++) {
		struct reading reading = read_text(vrps_read_json, DIALECTS[i]);
		expect_sample(&reading);
		assert_int_equal(reading.report.generated_s, 1795284967);
		forget(&reading);
		/* Whatever follows the last bracket, a cut file is refused at every octet. */
		size_t size = strlen(DIALECTS[i]);
		while (DIALECTS[i][size - 1] != '}')
			size--;
		for (size_t cut = 0; cut < size; cut++) {
			reading = read_as(vrps_read_json, DIALECTS[i], cut, NOW_S);
			assert_int_equal(reading.error, ERR_SHORT);
			forget(&reading);
		}
	}
}

static void json_leaves_out_what_has_expired(void **state)
{
	(void)state;
	struct reading reading = read_text(
		vrps_read_json,
		"{\"roas\":[{\"asn\":64496,\"prefix\":\"192.0.2.0/24\",\"expires\":1795700799},"
		"{\"asn\":64497,\"prefix\":\"198.51.100.0/24\",\"expires\":1795700800}]}");
	assert_int_equal(reading.error, OK);
	assert_int_equal(reading.report.expired, 1);
	assert_int_equal(state_of(&reading, "192.0.2.0/24", 64496), ROA_NOT_FOUND);
	assert_int_equal(state_of(&reading, "198.51.100.0/24", 64497), ROA_VALID);
	/* No maxLength: the prefix's own. */
	assert_int_equal(state_of(&reading, "198.51.100.0/25", 64497), ROA_INVALID_LENGTH);
	forget(&reading);
}

static void bad_json_is_refused_in_words(void **state)
{
	(void)state;
	static const struct refused REFUSED[] = {
		{"", ERR_SHORT, "cut short"},
		{"ASN,IP Prefix,Max Length\n", ERR_FORMAT, "'{' is missing"},
		{"[]", ERR_FORMAT, "'{' is missing"},
		{"{}", ERR_FORMAT, "no list 'roas'"},
		{"{\"roas\":[]}", ERR_FORMAT, "no entries"},
		{"{\"roas\":{}}", ERR_FORMAT, "'roas' is no list"},
		{"{\"roas\":7}", ERR_FORMAT, "'roas' is no list"},
		{"{\"roas\":[],\n\"roas\":[]}", ERR_FORMAT, "line 2: a second 'roas' list"},
		{"{\"roas\":[],}", ERR_FORMAT, "a value is missing"},
		{"{\"roas\":[1,]}", ERR_FORMAT, "a value is missing"},
		{"{\"roas\":[1 2]}", ERR_FORMAT, "',' is missing"},
		{"{\"roas\" []}", ERR_FORMAT, "':' is missing"},
		{"{roas:[]}", ERR_FORMAT, "line 1"},
		{"{7:[]}", ERR_FORMAT, "a key in quotes is missing"},
		{"{\"roas\":[{\"asn\":1}", ERR_SHORT, "cut short"},
		{"{\"roas\":[{\"asn\":1]]}", ERR_FORMAT, "line 1"},
		{"{\"roas\":[{\"asn\":1,\"asn\":2}]}", ERR_FORMAT, "asn"},
		{"{\"roas\":[\n\n{\"asn\":1,}]}", ERR_FORMAT, "line 3"},
		{"{\"roas\":[]} {}", ERR_FORMAT, "behind the JSON object"},
		{"{\"roas\":[7]}", ERR_FORMAT, "no object"},
		{"{\"roas\":[{}]}", ERR_FORMAT, "'asn'"},
		{"{\"roas\":[{\"asn\":-1,\"prefix\":\"192.0.2.0/24\"}]}", ERR_FORMAT, "'asn'"},
		{"{\"roas\":[{\"asn\":4294967296,\"prefix\":\"192.0.2.0/24\"}]}", ERR_FORMAT,
		 "'asn'"},
		{"{\"roas\":[{\"asn\":1.5,\"prefix\":\"192.0.2.0/24\"}]}", ERR_FORMAT, "'asn'"},
		{"{\"roas\":[{\"asn\":64496}]}", ERR_FORMAT, "'prefix' is missing"},
		{"{\"roas\":[{\"asn\":64496,\"prefix\":\"192.0.2.1/24\"}]}", ERR_FORMAT,
		 "'192.0.2.1/24' is no prefix"},
		{"{\"roas\":[{\"asn\":64496,\"prefix\":\"192.0.2.0/24\",\"maxLength\":23}]}",
		 ERR_FORMAT, "'maxLength'"},
		{"{\"roas\":[{\"asn\":64496,\"prefix\":\"192.0.2.0/24\",\"maxLength\":280}]}",
		 ERR_FORMAT, "'maxLength'"},
		{"{\"roas\":[{\"asn\":64496,\"prefix\":\"192.0.2.0/24\",\"maxLength\":\"24\"}]}",
		 ERR_FORMAT, "'maxLength'"},
		{"{\"roas\":[{\"asn\":64496,\"prefix\":\"192.0.2.0/24\",\"expires\":\"x\"}]}",
		 ERR_FORMAT, "'expires'"},
	};
	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		struct reading reading = read_text(vrps_read_json, REFUSED[i].text);
		expect_refused(&reading, &REFUSED[i]);
		forget(&reading);
	}
	struct reading reading = read_as(vrps_read_json, "\x1f\x8b\x08\0\0\0", 6, NOW_S);
	assert_int_equal(reading.error, ERR_UNSUPPORTED);
	assert_non_null(strstr(reading.complaint.text, "gunzip"));
	forget(&reading);
}

/* Brackets that never close, and a value that never ends: a bound, not a crash. */
static void boundless_json_is_refused(void **state)
{
	(void)state;
	static char text[3 << 20];
	static const char *const BEGINS[] = {"{\"roas\":[[", "{\"roas\":[\"", "{\"a\":"};
	static const char FILLS[] = {'[', 'x', '7'};
	for (size_t i = 0; i < sizeof(BEGINS) / sizeof(BEGINS[0]); i++) {
		memset(text, FILLS[i], sizeof(text));
		memcpy(text, BEGINS[i], strlen(BEGINS[i]));
		struct reading reading = read_as(vrps_read_json, text, sizeof(text), NOW_S);
		assert_int_equal(reading.error, ERR_LIMIT);
		assert_non_null(strstr(reading.complaint.text, "more than 1 MiB"));
		forget(&reading);
	}
	/* Below the bound, deeper than jansson goes. */
	memset(text, '[', 100000);
	memset(text + 100000, ']', 100000);
	memcpy(text, "{\"roas\":", 8);
	text[200000] = '}';
	struct reading reading = read_as(vrps_read_json, text, 200001, NOW_S);
	assert_int_not_equal(reading.error, OK);
	forget(&reading);
}

/* Larger than what is read at a time, so that entries lie across its ends. */
static void large_json_is_read_whole(void **state)
{
	(void)state;
	const size_t room = (size_t)8 << 20;
	char *text = test_malloc(room);
	size_t used = (size_t)snprintf(text, room, "{\"roas\":[");
	const unsigned int count = 60000;
	for (unsigned int i = 0; i < count; i++)
		used += (size_t)snprintf(text + used, room - used,
					 "%s\n{\"asn\":\"AS%u\",\"prefix\":\"2001:db8:%x::/48\","
					 "\"maxLength\":48,\"ta\":\"{[\\\"\"}",
					 i > 0 ? "," : "", 65536 + i % 16, i);
	used += (size_t)snprintf(text + used, room - used, "]}");
	struct reading reading = read_as(vrps_read_json, text, used, NOW_S);
	assert_int_equal(reading.error, OK);
	assert_int_equal(vrps_count(reading.vrps), count);
	assert_int_equal(state_of(&reading, "2001:db8:ea5f::/48", 65536 + 59999 % 16), ROA_VALID);
	forget(&reading);
	text[used / 2] = '\0';
	reading = read_as(vrps_read_json, text, used, NOW_S);
	assert_int_not_equal(reading.error, OK);
	forget(&reading);
	test_free(text);
}

/* ---- routes ---- */

static struct routing_answer answer_of(const struct reading *reading, const char *text)
{
	struct routing_answer answer;
	struct address address = given_address(text);
	routing_look_up(reading->routes, &address, &answer);
	return answer;
}

static void pfx2as_tells_origins(void **state)
{
	(void)state;
	struct reading reading = read_pfx2as("192.0.2.0\t24\t64496\n"
					     "198.51.100.0\t24\t64501_64500\n"
					     "203.0.113.0 25 64502,64503\n"
					     "203.0.113.128\t25\t64504_64505,64506\n"
					     "0.0.0.0\t0\t64507\n"
					     "203.0.113.0\t24\t0\n"
					     "2001:db8::\t32\t65551\n");
	assert_int_equal(reading.error, OK);
	assert_int_equal(reading.report.entries, 7);
	assert_int_equal(reading.report.taken, 5);
	assert_int_equal(reading.report.ignored, 2);
	assert_int_equal(routes_count(reading.routes), 5);
	struct routing_answer answer = answer_of(&reading, "192.0.2.77");
	assert_int_equal(answer.origin_count, 1);
	assert_int_equal(answer.origins[0].as, 64496);
	assert_false(answer.origins[0].is_in_set);
	answer = answer_of(&reading, "198.51.100.1");
	assert_int_equal(answer.origin_count, 2);
	assert_int_equal(answer.origins[0].as, 64500);
	answer = answer_of(&reading, "203.0.113.1");
	assert_int_equal(answer.origin_count, 2);
	assert_true(answer.origins[0].is_in_set && answer.origins[1].is_in_set);
	answer = answer_of(&reading, "203.0.113.129");
	assert_int_equal(answer.origin_count, 3);
	assert_false(answer.origins[0].is_in_set);
	assert_true(answer.origins[1].is_in_set && answer.origins[2].is_in_set);
	assert_false(answer_of(&reading, "192.0.3.1").is_announced);
	assert_int_equal(answer_of(&reading, "2001:db8::1").origins[0].as, 65551);
	forget(&reading);
}

/* RFC 6811 s2: the origin of a route that ends in an AS_SET is none. */
static void an_as_set_is_valid_of_nothing(void **state)
{
	(void)state;
	struct reading reading = read_pfx2as("203.0.113.0\t24\t64502,64503\n");
	struct vrps *vrps;
	struct vrp vrp = given_vrp("203.0.113.0/24-24 64502");
	struct routing_answer answer;
	struct address address = given_address("203.0.113.1");
	assert_int_equal(vrps_new(&vrps), OK);
	assert_int_equal(vrps_add(vrps, &vrp), OK);
	assert_int_equal(vrps_settle(vrps), OK);
	routes_judge(reading.routes, vrps);
	routing_look_up(reading.routes, &address, &answer);
	assert_int_equal(answer.state, ROA_INVALID_AS);
	assert_int_equal(answer.origins[0].state, ROA_INVALID_AS);
	vrps_free(vrps);
	forget(&reading);
}

static void bad_pfx2as_is_refused_in_words(void **state)
{
	(void)state;
	static const struct refused REFUSED[] = {
		{"", ERR_FORMAT, "no entries"},
		{"192.0.2.0/24\t64496\n", ERR_FORMAT, "2 columns"},
		{"192.0.2.0\t24\t64496\t1\n", ERR_FORMAT, "4 columns"},
		{"192.0.2.0\t33\t64496\n", ERR_FORMAT, "'192.0.2.0' '33' is no prefix"},
		{"192.0.2.0\t24\t64496_\n", ERR_FORMAT, "no list of AS numbers"},
		{"192.0.2.0\t24\t_\n", ERR_FORMAT, "no list of AS numbers"},
		{"192.0.2.0\t24\t64496,,64497\n", ERR_FORMAT, "CAIDA"},
		{"192.0.2.0\t24\t-\n", ERR_FORMAT, "line 1"},
	};
	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		struct reading reading = read_pfx2as(REFUSED[i].text);
		expect_refused(&reading, &REFUSED[i]);
		forget(&reading);
	}
}

static void ris_dumps_tell_origins_and_peers(void **state)
{
	(void)state;
	struct reading reading = read_ris("% RISwhois dump\n%\n\n"
					  "64496\t192.0.2.0/24\t312\n"
					  "64497\t192.0.2.0/24\t4\n"
					  "64498\t192.0.2.0/24\t10\n"
					  "64499\t192.0.2.128/25\t9\n"
					  "{64500,64501}\t198.51.100.0/24\t50\n"
					  "64502\t0.0.0.0/0\t40\n"
					  "64503\t2001:db8::/32\t99999\n",
					  10);
	assert_int_equal(reading.error, OK);
	assert_int_equal(reading.report.entries, 7);
	assert_int_equal(reading.report.taken, 4);
	assert_int_equal(reading.report.ignored, 3);
	struct routing_answer answer = answer_of(&reading, "192.0.2.129");
	assert_int_equal(answer.prefix.bits, 24);
	assert_int_equal(answer.origin_count, 2);
	assert_int_equal(answer.origins[0].as, 64496);
	assert_int_equal(answer.origins[0].peers, 312);
	assert_int_equal(answer.origins[1].as, 64498);
	assert_true(answer_of(&reading, "198.51.100.1").origins[0].is_in_set);
	assert_int_equal(answer_of(&reading, "2001:db8::1").origins[0].peers, UINT16_MAX);
	forget(&reading);
}

static void bad_ris_dumps_are_refused_in_words(void **state)
{
	(void)state;
	static const struct refused REFUSED[] = {
		{"%\n", ERR_FORMAT, "no entries"},
		{"64496\t192.0.2.0/24\n", ERR_FORMAT, "2 columns"},
		{"{64496\t192.0.2.0/24\t3\n", ERR_FORMAT, "no AS number"},
		{"{}\t192.0.2.0/24\t3\n", ERR_FORMAT, "no AS number"},
		{"64496,64497\t192.0.2.0/24\t3\n", ERR_FORMAT, "no AS number"},
		{"64496\t192.0.2.0\t3\n", ERR_FORMAT, "no prefix"},
		{"64496\t192.0.2.0/24\tmany\n", ERR_FORMAT, "riswhoisdump"},
	};
	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		struct reading reading = read_ris(REFUSED[i].text, 0);
		expect_refused(&reading, &REFUSED[i]);
		forget(&reading);
	}
}

static void several_files_are_one_table(void **state)
{
	(void)state;
	struct reading reading = {0};
	struct given_file first = given_file("ASN,IP Prefix,Max Length,Trust Anchor\n"
					     "AS64496,192.0.2.0/24,24,ripe\n");
	struct given_file second =
		given_file("AS64497,2001:db8::/32,32\nAS64496,192.0.2.0/24,24\n");
	assert_int_equal(vrps_new(&reading.vrps), OK);
	assert_int_equal(vrps_read_csv(reading.vrps, first.path, 0, &reading.report, NULL), OK);
	assert_int_equal(vrps_read_csv(reading.vrps, second.path, 0, &reading.report, NULL), OK);
	assert_int_equal(vrps_settle(reading.vrps), OK);
	assert_int_equal(vrps_count(reading.vrps), 2);
	assert_int_equal(vrps_duplicates(reading.vrps), 1);
	assert_int_equal(reading.report.taken, 3);
	given_file_close(&first);
	given_file_close(&second);
	forget(&reading);
}

static void lack_of_memory_is_told(void **state)
{
	(void)state;
	static char text[1 << 16];
	size_t size = write_lines(text, sizeof(text), 300, "");
	FOR_EACH_FAILURE(allocation)
	{
		struct given_file file = given_octets(text, size);
		struct given_file json =
			given_file("{\"roas\":[{\"asn\":64496,\"prefix\":\"192.0.2.0/24\"}]}");
		struct vrps *vrps = NULL;
		int error = vrps_new(&vrps);
		if (error == OK)
			error = vrps_read_csv(vrps, file.path, 0, NULL, NULL);
		assert_true(error == OK || error == ERR_MEMORY);
		if (error == OK)
			error = vrps_read_json(vrps, json.path, 0, NULL, NULL);
		assert_true(error == OK || error == ERR_MEMORY);
		vrps_free(vrps);
		given_file_close(&file);
		given_file_close(&json);
		assert_int_equal(memory_in_use(), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_dialects_say_the_same),
		cmocka_unit_test(csv_without_max_length_means_the_prefix),
		cmocka_unit_test(csv_leaves_out_what_has_expired),
		cmocka_unit_test(bad_csv_is_refused_in_words),
		cmocka_unit_test(a_few_odd_lines_are_skipped_and_told),
		cmocka_unit_test(a_cut_file_is_refused),
		cmocka_unit_test(json_dialects_say_the_same),
		cmocka_unit_test(json_leaves_out_what_has_expired),
		cmocka_unit_test(bad_json_is_refused_in_words),
		cmocka_unit_test(boundless_json_is_refused),
		cmocka_unit_test(large_json_is_read_whole),
		cmocka_unit_test(pfx2as_tells_origins),
		cmocka_unit_test(an_as_set_is_valid_of_nothing),
		cmocka_unit_test(bad_pfx2as_is_refused_in_words),
		cmocka_unit_test(ris_dumps_tell_origins_and_peers),
		cmocka_unit_test(bad_ris_dumps_are_refused_in_words),
		cmocka_unit_test(several_files_are_one_table),
		cmocka_unit_test(lack_of_memory_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
