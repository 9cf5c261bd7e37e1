/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/source.h"
#include "dns/policy/spf.h"
#include "known.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void only_the_version_makes_a_record(void **state)
{
	static const char *const records[] = {"v=spf1", "v=spf1 ", "V=SPF1 -all", "v=spf1  mx"};
	static const char *const others[] = {"",        "v=spf10 -all", "v=spf1-all",
					     " v=spf1", "v=spf2.0/pra", "v=spf1\t-all",
					     "v=spf",   "spf1"};
	for (size_t i = 0; i < COUNT_OF(records); i++)
		assert_true(spf_is_record(records[i], strlen(records[i])));
	for (size_t i = 0; i < COUNT_OF(others); i++)
		assert_false(spf_is_record(others[i], strlen(others[i])));
}

struct sound {
	const char *text;
	uint16_t terms;
	enum spf_kind first;
	char qualifier;
	uint8_t bits_ipv4, bits_ipv6;
	const char *target;
};

static void sound_terms_are_read(void **state)
{
	static const struct sound cases[] = {
		{"v=spf1", 0, SPF_ALL, '+', 32, 128, NULL},
		{"v=spf1 -all", 1, SPF_ALL, '-', 32, 128, NULL},
		{"v=spf1  ~ALL  ", 1, SPF_ALL, '~', 32, 128, NULL},
		{"v=spf1 a -all", 2, SPF_A, '+', 32, 128, NULL},
		{"v=spf1 ?a/24", 1, SPF_A, '?', 24, 128, NULL},
		{"v=spf1 a//64", 1, SPF_A, '+', 32, 64, NULL},
		{"v=spf1 a/0//0", 1, SPF_A, '+', 0, 0, NULL},
		{"v=spf1 a:example.com/24//48", 1, SPF_A, '+', 24, 48, "example.com"},
		{"v=spf1 mx:example.com.", 1, SPF_MX, '+', 32, 128, "example.com."},
		{"v=spf1 a:a/b.example.com", 1, SPF_A, '+', 32, 128, "a/b.example.com"},
		{"v=spf1 mx/28", 1, SPF_MX, '+', 28, 128, NULL},
		{"v=spf1 ptr", 1, SPF_PTR, '+', 32, 128, NULL},
		{"v=spf1 ptr:example.com", 1, SPF_PTR, '+', 32, 128, "example.com"},
		{"v=spf1 ip4:192.0.2.0/24", 1, SPF_IP4, '+', 24, 128, NULL},
		{"v=spf1 ip4:192.0.2.1", 1, SPF_IP4, '+', 32, 128, NULL},
		{"v=spf1 ip6:2001:db8::/32", 1, SPF_IP6, '+', 32, 32, NULL},
		{"v=spf1 ip6:::1", 1, SPF_IP6, '+', 32, 128, NULL},
		{"v=spf1 include:_spf.example.com", 1, SPF_INCLUDE, '+', 32, 128,
		 "_spf.example.com"},
		{"v=spf1 exists:%{i}._spf.%{d2}", 1, SPF_EXISTS, '+', 32, 128, "%{i}._spf.%{d2}"},
		{"v=spf1 exists:%{ir}.sbl.example.org", 1, SPF_EXISTS, '+', 32, 128,
		 "%{ir}.sbl.example.org"},
		{"v=spf1 redirect=_spf.example.com", 1, SPF_REDIRECT, '+', 32, 128,
		 "_spf.example.com"},
		{"v=spf1 exp=explain._spf.%{d}", 1, SPF_EXP, '+', 32, 128, "explain._spf.%{d}"},
		{"v=spf1 moo.cow-far_out=man:dog/cat -all", 2, SPF_OTHER, '+', 32, 128, NULL},
		{"v=spf1 x= -all", 2, SPF_OTHER, '+', 32, 128, NULL},
		{"v=spf1 x=%{c}%{r}%{t} -all", 2, SPF_OTHER, '+', 32, 128, NULL},
		{"v=spf1 include:%{l1r-}.%{d} -all", 2, SPF_INCLUDE, '+', 32, 128, "%{l1r-}.%{d}"},
	};
	struct arena arena;
	arena_init(&arena, (size_t)1 << 20, 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct spf_record record;
		const char *words = "";
		const int error =
			spf_parse(&arena, cases[i].text, strlen(cases[i].text), &record, &words);
		if (error != OK)
			fail_msg("%s: %s", cases[i].text, words);
		assert_int_equal(record.term_count, cases[i].terms);
		if (cases[i].terms == 0)
			continue;
		const struct spf_term *term = &record.terms[0];
		assert_int_equal(term->kind, cases[i].first);
		assert_int_equal(term->qualifier, cases[i].qualifier);
		assert_int_equal(term->bits_ipv4, cases[i].bits_ipv4);
		assert_int_equal(term->bits_ipv6, cases[i].bits_ipv6);
		assert_int_equal(term->target != NULL, cases[i].target != NULL);
		if (term->target != NULL) {
			assert_int_equal(term->target_size, strlen(cases[i].target));
			assert_memory_equal(term->target, cases[i].target, term->target_size);
		}
	}
	arena_release(&arena);
}

static void what_is_not_in_the_grammar_is_refused_in_words(void **state)
{
	static const char *const cases[] = {
		"v=spf1 foo",
		"v=spf1 al",
		"v=spf1 all:example.com",
		"v=spf1 all/8",
		"v=spf1 include",
		"v=spf1 include:",
		"v=spf1 include/24",
		"v=spf1 exists",
		"v=spf1 a:",
		"v=spf1 a:example",
		"v=spf1 a:example.com:8080",
		"v=spf1 a:192.0.2.1",
		"v=spf1 a/33",
		"v=spf1 a/024",
		"v=spf1 a/",
		"v=spf1 a//129",
		"v=spf1 a///64",
		"v=spf1 a:example.com/33",
		"v=spf1 ip4",
		"v=spf1 ip4:",
		"v=spf1 ip4:192.0.2",
		"v=spf1 ip4:192.0.2.1/33",
		"v=spf1 ip4:192.0.2.1/",
		"v=spf1 ip4:192.0.2.1//24",
		"v=spf1 ip4:2001:db8::1",
		"v=spf1 ip6:192.0.2.1",
		"v=spf1 ip6:2001:db8::/129",
		"v=spf1 ip4 192.0.2.1",
		"v=spf1 ip4:192.0.2.1,192.0.2.2",
		"v=spf1 -",
		"v=spf1 ++all",
		"v=spf1 redirect=",
		"v=spf1 redirect:example.com",
		"v=spf1 +redirect=example.com",
		"v=spf1 redirect=a.com redirect=b.com",
		"v=spf1 exp=a.com exp=b.com",
		"v=spf1 exists:%{x}.com",
		"v=spf1 exists:%{d",
		"v=spf1 exists:%",
		"v=spf1 exists:%(d).com",
		"v=spf1 exists:%{d0}.com",
		"v=spf1 exists:%{d2x}.com",
		"v=spf1 exists:%{c}.com",
		"v=spf1 include:%{d}.1",
		"v=spf1 a:exa\tmple.com",
		"v=spf1 a:ex\303\244mple.com",
		"v=spf1\t-all x",
		"v=spf1 a:-.com-",
	};
	struct arena arena;
	arena_init(&arena, (size_t)1 << 20, 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct spf_record record;
		const char *words = NULL;
		if (!spf_is_record(cases[i], strlen(cases[i])))
			continue;
		if (spf_parse(&arena, cases[i], strlen(cases[i]), &record, &words) != ERR_FORMAT)
			fail_msg("taken: %s", cases[i]);
		assert_non_null(words);
		assert_true(strlen(words) > 0 && strlen(words) < POLICY_WORDS_MAX);
	}
	arena_release(&arena);
}

static void a_record_has_an_end(void **state)
{
	char text[8 + 3 * (SPF_TERMS_MAX + 1)] = "v=spf1";
	struct arena arena;
	struct spf_record record;
	const char *words;
	size_t size = strlen(text);
	arena_init(&arena, (size_t)1 << 20, 0);
	for (int i = 0; i < SPF_TERMS_MAX; i++) {
		memcpy(text + size, " a", 2);
		size += 2;
	}
	assert_int_equal(spf_parse(&arena, text, size, &record, &words), OK);
	assert_int_equal(record.term_count, SPF_TERMS_MAX);
	memcpy(text + size, " a", 2);
	assert_int_equal(spf_parse(&arena, text, size + 2, &record, &words), ERR_FORMAT);
	arena_release(&arena);
}

struct expansion {
	const char *target;
	enum spf_target kind;
	const char *name;
};

static void targets_come_out_where_they_are_known(void **state)
{
	static const struct expansion cases[] = {
		{"%{d}", SPF_TARGET_NAME, "email.example.com."},
		{"%{d4}", SPF_TARGET_NAME, "email.example.com."},
		{"%{d3}", SPF_TARGET_NAME, "email.example.com."},
		{"%{d2}", SPF_TARGET_NAME, "example.com."},
		{"%{d1}", SPF_TARGET_NAME, "com."},
		{"%{dr}", SPF_TARGET_NAME, "com.example.email."},
		{"%{d2r}", SPF_TARGET_NAME, "example.email."},
		{"%{D2}", SPF_TARGET_NAME, "example.com."},
		{"_spf.%{o}", SPF_TARGET_NAME, "_spf.sender.example."},
		{"x.%{d-}", SPF_TARGET_NAME, "x.email.example.com."},
		{"Plain.Example", SPF_TARGET_NAME, "plain.example."},
		{"a\\b.example", SPF_TARGET_NAME, "a\\\\b.example."},
		{"%{l}._spf.%{d}", SPF_TARGET_VARIES, NULL},
		{"%{ir}.%{v}._spf.%{d2}", SPF_TARGET_VARIES, NULL},
		{"%{h}", SPF_TARGET_VARIES, NULL},
		{"a..example", SPF_TARGET_ILLEGAL, NULL},
	};
	const struct name domain = known_name("email.example.com");
	const struct name sender = known_name("sender.example");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct spf_term term = {.target = cases[i].target,
					      .target_size = (uint16_t)strlen(cases[i].target)};
		struct name name;
		char text[NAME_TEXT_MAX];
		const enum spf_target kind = spf_expand(&term, domain.octets, sender.octets, &name);
		if (kind != cases[i].kind)
			fail_msg("%s: %d", cases[i].target, (int)kind);
		if (kind == SPF_TARGET_NAME)
			assert_string_equal(name_to_text(name.octets, text), cases[i].name);
	}
}

static void names_that_grow_too_long_are_none(void **state)
{
	char target[1200];
	struct name name;
	const struct name domain = known_name("a.example");
	for (size_t i = 0; i < sizeof(target); i++)
		target[i] = i % 2 ? '.' : 'a';
	const struct spf_term term = {.target = target, .target_size = sizeof(target) - 1};
	assert_int_equal(spf_expand(&term, domain.octets, domain.octets, &name),
			 SPF_TARGET_ILLEGAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_version_makes_a_record),
		cmocka_unit_test(sound_terms_are_read),
		cmocka_unit_test(what_is_not_in_the_grammar_is_refused_in_words),
		cmocka_unit_test(a_record_has_an_end),
		cmocka_unit_test(targets_come_out_where_they_are_known),
		cmocka_unit_test(names_that_grow_too_long_are_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
