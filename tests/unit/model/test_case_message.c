/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages as they are made, and twenty and more that somebody spoilt: each refused for its reason.
 */
#include "failing_memory.h"
#include "model/case_message_private.h"
#include "model/cast.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROOM (1u << 20)

static void test_made(void **state)
{
	struct cast cast;
	struct case_message read;
	struct text octets;
	cast_init(&cast);
	const struct case_message notice = cast_notice(&cast);
	const struct case_message answer = cast_answer(&cast, &notice);
	assert_true(notice.opens_case && notice.is_proven);
	assert_string_equal(notice.case_id, notice.id);
	assert_string_equal(answer.case_id, notice.id);
	assert_true(strcmp(notice.to[0], notice.to[1]) < 0);
	assert_string_equal(case_message_member(&answer, "answer")->text, "not-authorised");
	assert_string_equal(case_message_member(&notice, "indicators")->items[0], "ip:192.0.2.66");
	assert_int_equal(case_message_member(&notice, "points")->number, 85);
	assert_null(case_message_member(&notice, "clocks"));
	/* Received, with a line's end or without, it is the same. */
	text_init(&octets, ROOM);
	text_add_octets(&octets, answer.octets, answer.size);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(case_message_read(&cast.arena, cast_trust(&cast), &octets,
						   &cast.complaint, &read),
				 OK);
		assert_int_equal(read.size, answer.size);
		assert_string_equal(read.octets, answer.octets);
		assert_string_equal(read.id, answer.id);
		text_add_char(&octets, '\n');
	}
	text_release(&octets);
	/* For whom it is. */
	assert_int_equal(case_message_is_for(&answer, cast.parties[0].id, NULL), OK);
	assert_int_equal(case_message_is_for(&answer, cast.parties[1].id, NULL), OK);
	assert_int_equal(case_message_is_for(&answer, cast.parties[2].id, &cast.complaint),
			 ERR_PERMISSION);
	assert_non_null(strstr(cast.complaint.text, "not for party"));
	cast_release(&cast);
	(void)state;
}

/* What is done to a sound message: a member is replaced (NULL: removed), then id and signature are
 * made anew, or not. */
enum anew { NOTHING, THE_ID, ALL, BY_STRANGER, BY_OTHER };
struct spoiling {
	const char *name;
	const char *path; /* "tlp", "body.answer" */
	const char *json;
	enum anew anew;
	int error;
	const char *word;
};

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static const struct spoiling spoilings[] = {
	{"not signed", "sig", NULL, NOTHING, ERR_PERMISSION, "not signed"},
	{"signature of nothing", "sig", "\"\"", NOTHING, ERR_FORMAT, "'sig' is no signature"},
	{"signature null", "sig", "null", NOTHING, ERR_FORMAT, "'sig' is no text"},
	{"signed with another party's key", "made", "\"2026-09-21T00:00:00Z\"", BY_OTHER,
	 ERR_CRYPTO, "not of party"},
	{"signed with a key of nobody", "made", "\"2026-09-21T00:00:00Z\"", BY_STRANGER, ERR_CRYPTO,
	 "not of party"},
	{"altered", "body.answer", "\"authorised\"", NOTHING, ERR_FORMAT, "changed on its way"},
	{"altered, with its new id", "body.answer", "\"authorised\"", THE_ID, ERR_CRYPTO,
	 "not of party"},
	{"made milder", "tlp", "\"clear\"", THE_ID, ERR_CRYPTO, "not of party"},
	{"sent on to another", "to", "[\"" ID_A "\"]", THE_ID, ERR_CRYPTO, "not of party"},
	{"moved into another case", "case", "\"" ID_A "\"", THE_ID, ERR_CRYPTO, "not of party"},
	{"in another's name", "author", "\"" ID_A "\"", ALL, ERR_PERMISSION, "no key is known"},
	{"of the future", "made", "\"2026-09-21T16:00:00Z\"", ALL, ERR_FORMAT, "future"},
	{"from before its key", "made", "\"2020-01-01T00:00:00Z\"", ALL, ERR_PERMISSION,
	 "no key is known"},
	{"another's id", "id", "\"" ID_A "\"", NOTHING, ERR_FORMAT, "not that of its content"},
	{"no id", "id", "\"A\"", NOTHING, ERR_FORMAT, "'id' is no id"},
	{"an unknown kind", "kind", "\"order\"", ALL, ERR_UNSUPPORTED, "'kind' is none"},
	{"another version", "v", "2", ALL, ERR_UNSUPPORTED, "version 2"},
	{"no version", "v", NULL, ALL, ERR_FORMAT, "no version"},
	{"a mark that is none", "tlp", "\"white\"", ALL, ERR_FORMAT, "no mark of TLP"},
	{"recipients not sorted", "to", "[\"" ID_B "\",\"" ID_A "\"]", ALL, ERR_FORMAT,
	 "not sorted"},
	{"a recipient twice", "to", "[\"" ID_A "\",\"" ID_A "\"]", ALL, ERR_FORMAT, "twice"},
	{"a recipient that is no id", "to", "[\"bank\"]", ALL, ERR_FORMAT, "id of a party"},
	{"recipients in no list", "to", "\"" ID_A "\"", ALL, ERR_FORMAT, "no list"},
	{"after what is not sorted", "after", "[\"" ID_B "\",\"" ID_A "\"]", ALL, ERR_FORMAT,
	 "not sorted"},
	{"after nothing", "after", "[]", ALL, ERR_FORMAT, "does not open its case"},
	{"opens a case with an answer", "case", "null", ALL, ERR_FORMAT, "only a notice"},
	{"a member too many", "bcc", "[]", ALL, ERR_FORMAT, "does not have"},
	{"a member of the body too many", "body.secret", "\"x\"", ALL, ERR_FORMAT, "does not have"},
	{"no body", "body", NULL, ALL, ERR_FORMAT, "'body' is missing"},
	{"a body that is text", "body", "\"x\"", ALL, ERR_FORMAT, "'body'"},
	{"an answer to nothing", "body.of", NULL, ALL, ERR_FORMAT, "'of' is missing"},
	{"an answer that is none", "body.answer", "\"perhaps\"", ALL, ERR_FORMAT,
	 "none of its words"},
	{"half a word", "body.answer", "\"auth\"", ALL, ERR_FORMAT, "none of its words"},
	{"a text that acts on terminals", "body.text", "\"\\u001b[2J\"", ALL, ERR_FORMAT,
	 "no plain text"},
	{"a text that runs backwards", "body.text", "\"x\xe2\x80\xaey\"", ALL, ERR_FORMAT,
	 "no plain text"},
	{"a name in capitals", "body.domains", "[\"Bank.example\"]", ALL, ERR_FORMAT,
	 "domain name"},
	{"no names", "body.domains", "[]", ALL, ERR_FORMAT, "empty list"},
	{"a time of the zone", "made", "\"2026-09-21T16:00:00+02:00\"", ALL, ERR_FORMAT, "no time"},
	{"too deep", "body.text", "[[[[[[[[[]]]]]]]]]", NOTHING, ERR_LIMIT, "deep"},
};

static void sign_anew(struct cast *cast, json_t *value, enum anew anew)
{
	static const char *const without[] = {"id", "sig", NULL};
	char id[ID_ROOM];
	if (anew == NOTHING)
		return;
	assert_int_equal(signed_id(value, without, id), OK);
	json_object_set_new(value, "id", json_string(id));
	const size_t who = anew == BY_STRANGER ? 3 : anew == BY_OTHER ? 2 : 1;
	if (anew != THE_ID)
		assert_int_equal(signed_seal(value, CASE_MESSAGE_LINE, &cast->keys[who]), OK);
}

static void replace(json_t *value, const char *path, const char *json)
{
	const char *dot = strchr(path, '.');
	json_t *object = dot == NULL ? value : json_object_get(value, "body");
	const char *name = dot == NULL ? path : dot + 1;
	if (json == NULL) {
		assert_int_equal(json_object_del(object, name), 0);
		return;
	}
	json_t *now = json_loads(json, JSON_DECODE_ANY, NULL);
	assert_non_null(now);
	json_object_set_new(object, name, now);
}

/* Canonical where it can be; what is too deep is written by jansson. */
static void write_out(const json_t *value, struct text *out)
{
	canonical_write(value, NULL, out);
	if (out->error == OK)
		return;
	char *plain = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS);
	text_reset(out);
	text_add(out, plain);
	free(plain);
}

static void check_refused(struct cast *cast, const char *name, const struct text *octets,
			  int expected, const char *word)
{
	struct case_message message = {.id = "untouched"};
	cast->complaint.text[0] = '\0';
	const int error = case_message_read(&cast->arena, cast_trust(cast), octets,
					    &cast->complaint, &message);
	if (error != expected || strstr(cast->complaint.text, word) == NULL)
		fail_msg("%s: %d, '%s'", name, error, cast->complaint.text);
	assert_string_equal(message.id, "untouched");
}

static void test_spoilt(void **state)
{
	struct cast cast;
	cast_init(&cast);
	const struct case_message notice = cast_notice(&cast);
	const struct case_message answer = cast_answer(&cast, &notice);
	for (size_t i = 0; i < sizeof(spoilings) / sizeof(spoilings[0]); i++) {
		const struct spoiling *spoiling = &spoilings[i];
		struct text out;
		json_t *value = json_loadb(answer.octets, answer.size, 0, NULL);
		replace(value, spoiling->path, spoiling->json);
		sign_anew(&cast, value, spoiling->anew);
		text_init(&out, ROOM);
		write_out(value, &out);
		check_refused(&cast, spoiling->name, &out, spoiling->error, spoiling->word);
		text_release(&out);
		json_decref(value);
	}
	cast_release(&cast);
	(void)state;
}

/* A notice may ask at once, and say until when. */
static void test_notice_asks(void **state)
{
	static const char *const questions[] = {"authorised", "other", "perhaps", ""};
	struct cast cast;
	cast_init(&cast);
	const struct case_message notice = cast_notice(&cast);
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		struct case_message draft = notice, made;
		struct case_member members[16];
		memcpy(members, notice.members, notice.member_count * sizeof(members[0]));
		members[draft.member_count++] =
			(struct case_member){"question", MEMBER_WORD, .text = questions[i]};
		members[draft.member_count++] =
			(struct case_member){"due", MEMBER_TIME, .number = CAST_NOW_S + 60};
		draft.members = members;
		draft.case_id[0] = '\0';
		const int error = case_message_make(&cast.arena, &draft, &cast.keys[0],
						    &cast.complaint, &made);
		assert_int_equal(error, i < 2 ? OK : ERR_FORMAT);
		if (error != OK)
			continue;
		assert_string_equal(case_message_member(&made, "question")->text, questions[i]);
		assert_int_equal(case_message_member(&made, "due")->number, CAST_NOW_S + 60);
	}
	assert_non_null(strstr(cast.complaint.text, "none of its words"));
	cast_release(&cast);
	(void)state;
}

/* Of itself: its id cannot be in it, since it is of its content; said of the list all the same. */
static void test_after_itself(void **state)
{
	struct cast cast;
	struct text out;
	cast_init(&cast);
	const struct case_message notice = cast_notice(&cast);
	const struct case_message answer = cast_answer(&cast, &notice);
	json_t *value = json_loadb(answer.octets, answer.size, 0, NULL);
	json_object_set_new(value, "after", json_pack("[s]", answer.id));
	text_init(&out, ROOM);
	write_out(value, &out);
	check_refused(&cast, "after itself", &out, ERR_FORMAT, "has the message itself");
	json_object_set_new(value, "to", json_pack("[s]", answer.author));
	text_reset(&out);
	write_out(value, &out);
	check_refused(&cast, "to its author", &out, ERR_FORMAT, "has its author");
	json_decref(value);
	text_release(&out);
	cast_release(&cast);
	(void)state;
}

static void test_octets(void **state)
{
	struct cast cast;
	struct text out;
	cast_init(&cast);
	const struct case_message notice = cast_notice(&cast);
	/* Truncated anywhere. */
	text_init(&out, ROOM);
	for (size_t i = 0; i < notice.size; i++) {
		text_reset(&out);
		text_add_octets(&out, notice.octets, i);
		check_refused(&cast, "cut", &out, ERR_FORMAT, "");
	}
	/* With one octet another, anywhere. */
	for (size_t i = 0; i < notice.size; i++) {
		struct case_message message;
		text_reset(&out);
		text_add_octets(&out, notice.octets, notice.size);
		out.data[i] ^= 1;
		assert_true(case_message_read(&cast.arena, cast_trust(&cast), &out, &cast.complaint,
					      &message) < 0);
	}
	/* The same value, written otherwise: members in another order, white space. */
	text_reset(&out);
	text_add(&out, " ");
	text_add_octets(&out, notice.octets, notice.size);
	check_refused(&cast, "white space", &out, ERR_FORMAT, "canonical");
	json_t *value = json_loadb(notice.octets, notice.size, 0, NULL);
	char *plain = json_dumps(value, JSON_SORT_KEYS);
	text_reset(&out);
	text_add(&out, plain);
	check_refused(&cast, "spaces", &out, ERR_FORMAT, "canonical");
	free(plain);
	json_decref(value);
	/* Two in one. */
	text_reset(&out);
	text_add_octets(&out, notice.octets, notice.size);
	text_add_octets(&out, notice.octets, notice.size);
	check_refused(&cast, "two", &out, ERR_FORMAT, "");
	/* Too large. */
	text_reset(&out);
	for (size_t i = 0; i < CASE_MESSAGE_OCTETS_MAX + 1; i++)
		text_add_char(&out, ' ');
	check_refused(&cast, "too large", &out, ERR_LIMIT, "too large");
	text_release(&out);
	cast_release(&cast);
	(void)state;
}

/* No JSON can say it, so nothing is made of it. */
static void test_not_utf8(void **state)
{
	static const char *const domains[] = {"bank.example", "b\xe4nk.example"};
	static const char *const bad[] = {"a\xff", "\xc0\x80", "\xed\xa0\x80", "cut \xe2\x82"};
	static const char *const told[] = {"octet 2 is 0xff", "octet 1 is 0xc0", "octet 1 is 0xed",
					   "octet 5 is 0xe2"};
	struct case_member members[2] = {
		{.name = "domains", .type = MEMBER_DOMAINS, .items = domains, .item_count = 1},
		{.name = "text", .type = MEMBER_TEXT}};
	struct cast cast;
	struct case_message made;
	cast_init(&cast);
	const struct case_message notice = cast_notice(&cast);
	struct case_message draft = cast_answer(&cast, &notice);
	draft.kind = CASE_MESSAGE_NOTE;
	draft.members = members;
	draft.member_count = 2;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		members[1].text = bad[i];
		assert_int_equal(case_message_make(&cast.arena, &draft, &cast.keys[0],
						   &cast.complaint, &made),
				 ERR_FORMAT);
		assert_non_null(strstr(cast.complaint.text, "'text' is not UTF-8"));
		assert_non_null(strstr(cast.complaint.text, told[i]));
	}
	members[1].text = "gr\xc3\xbc\xc3\x9f dich \xf0\x9f\x98\x80";
	assert_int_equal(
		case_message_make(&cast.arena, &draft, &cast.keys[0], &cast.complaint, &made), OK);
	members[0].item_count = 2;
	assert_int_equal(case_message_make(&cast.arena, &draft, &cast.keys[0], &cast.complaint,
					   &made),
			 ERR_FORMAT);
	assert_non_null(strstr(cast.complaint.text, "'domains' is not UTF-8: octet 2"));
	cast_release(&cast);
	(void)state;
}

/* What a maker gets wrong is refused like what comes in. */
static void test_maker(void **state)
{
	static const char *many[CASE_MESSAGE_TO_MAX + 1];
	static char ids[CASE_MESSAGE_TO_MAX + 1][ID_ROOM];
	struct cast cast;
	struct case_message made;
	cast_init(&cast);
	const struct case_message notice = cast_notice(&cast);
	for (size_t i = 0; i < CASE_MESSAGE_TO_MAX + 1; i++) {
		id_make(&i, sizeof(i), ids[i]);
		many[i] = ids[i];
	}
	struct case_message draft = notice;
	draft.case_id[0] = '\0';
	draft.to = many;
	draft.to_count = CASE_MESSAGE_TO_MAX + 1;
	assert_int_equal(case_message_make(&cast.arena, &draft, &cast.keys[0], &cast.complaint,
					   &made),
			 ERR_LIMIT);
	draft.to_count = CASE_MESSAGE_TO_MAX;
	assert_int_equal(
		case_message_make(&cast.arena, &draft, &cast.keys[0], &cast.complaint, &made), OK);
	draft.member_count = 1;
	assert_int_equal(case_message_make(&cast.arena, &draft, &cast.keys[0], &cast.complaint,
					   &made),
			 ERR_FORMAT);
	assert_non_null(strstr(cast.complaint.text, "'domains' is missing"));
	cast_release(&cast);
	(void)state;
}

/* Memory runs out at each place: an error, nothing kept, nothing leaked. */
static void test_memory(void **state)
{
	struct cast cast;
	struct text octets;
	cast_init(&cast);
	const struct case_message notice = cast_notice(&cast);
	text_init(&octets, ROOM);
	text_add_octets(&octets, notice.octets, notice.size);
	const long before = memory_in_use();
	FOR_EACH_FAILURE(allocation)
	{
		struct arena arena;
		struct case_message message, made;
		arena_init(&arena, 1 << 22, 64);
		int error = case_message_read(&arena, cast_trust(&cast), &octets, &cast.complaint,
					      &message);
		if (error == OK) {
			struct case_message draft = message;
			draft.case_id[0] = '\0';
			error = case_message_make(&arena, &draft, &cast.keys[0], &cast.complaint,
						  &made);
		}
		assert_int_equal(error, memory_has_failed() ? ERR_MEMORY : OK);
		arena_release(&arena);
		assert_int_equal(memory_in_use(), before);
	}
	text_release(&octets);
	cast_release(&cast);
	(void)state;
}

/* Form alone is never shown as proven. */
static void test_form(void **state)
{
	struct cast cast;
	struct case_message message;
	struct text out;
	cast_init(&cast);
	const struct case_message notice = cast_notice(&cast);
	text_init(&out, ROOM);
	text_add_octets(&out, notice.octets, notice.size);
	assert_int_equal(case_message_read_form(&cast.arena, &out, &cast.complaint, &message), OK);
	assert_false(message.is_proven);
	text_release(&out);
	cast_release(&cast);
	(void)state;
}

int main(void)
{
	static_assert(sizeof(spoilings) / sizeof(spoilings[0]) >= 20, "twenty at least");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made),         cmocka_unit_test(test_spoilt),
		cmocka_unit_test(test_octets),       cmocka_unit_test(test_notice_asks),
		cmocka_unit_test(test_after_itself), cmocka_unit_test(test_maker),
		cmocka_unit_test(test_form),         cmocka_unit_test(test_memory),
		cmocka_unit_test(test_not_utf8),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
