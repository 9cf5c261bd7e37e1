/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The language of tests: what is read, its one form, its sentence, and what is refused. */
#include "judge/case/predicate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ARENA_MAX ((size_t)16 << 20)

static void setup(struct arena *arena, struct text *text)
{
	arena_init(arena, ARENA_MAX, 0);
	text_init(text, (size_t)1 << 20);
}

/* Its canonical text, which is read to the same. */
static const char *canonical(struct arena *arena, const char *written, struct text *text)
{
	struct predicate predicate;
	struct complaint complaint = {""};
	if (predicate_parse(arena, written, &predicate, &complaint) != OK)
		fail_msg("%s: %s", written, complaint.text);
	text_reset(text);
	predicate_print(&predicate, text);
	const char *once = arena_text(arena, text_get(text));
	assert_int_equal(predicate_parse(arena, once, &predicate, &complaint), OK);
	text_reset(text);
	predicate_print(&predicate, text);
	assert_string_equal(text_get(text), once);
	return once;
}

#define DS "12345/13/2/00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void test_forms(void **state)
{
	static const struct {
		const char *written, *canonical;
	} rows[] = {
		{"ns(a.example)={ns1.x.example}", "ns(a.example) = {ns1.x.example}"},
		{"ns ( A.Example. ) = { NS2.x.example ,\n\tns1.x.example.,ns2.X.example } at "
		 "parent",
		 "ns(a.example) = {ns1.x.example, ns2.x.example} at parent"},
		{"ns(a.example)={x.example} at child and ns(a.example)={x.example} at parent",
		 "ns(a.example) = {x.example}"},
		{"not ns(a.example) in {b.evil, a.evil} at child",
		 "not ns(a.example) in {a.evil, b.evil} at child"},
		{"ds(a.example) matches", "ds(a.example) matches"},
		{"ds(a.example) = none", "ds(a.example) = none"},
		{"ds(a.example) = {12345/13/2/"
		 "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF}",
		 "ds(a.example) = {" DS "}"},
		{"mx(a.example) = {.}", "mx(a.example) = {.}"},
		{"mx(a.example) = none", "mx(a.example) = none"},
		{"a(a.example) = {192.0.2.2, 192.0.2.1} and aaaa(a.example)={2001:DB8:0::1}",
		 "a(a.example) = {192.0.2.1, 192.0.2.2} and aaaa(a.example) = {2001:db8::1}"},
		{"not a(a.example) in {192.0.2.66}", "not a(a.example) in {192.0.2.66}"},
		{"not mx(a.example) in {mx.evil}", "not mx(a.example) in {mx.evil}"},
		{"not found Server-Lame( A.example. )", "not found SERVER-LAME(a.example)"},
		{"stands 60 and not found SERVER-SLOW(a.example) and not found "
		 "SERVER-LAME(a.example) and aaaa(a.example) = none and not found "
		 "SERVER-SLOW(a.example)",
		 "aaaa(a.example) = none and not found SERVER-LAME(a.example) and not found "
		 "SERVER-SLOW(a.example) and stands 60"},
		{"not found CODE-OF-A-NEWER-VERSION(a.example) and ns(a.example) = {x.y}",
		 "ns(a.example) = {x.y} and not found CODE-OF-A-NEWER-VERSION(a.example)"},
		{"from 2 vantages and stands 172800 and ds(a.example) matches and "
		 "ds(a.example) matches",
		 "ds(a.example) matches and stands 172800 and from 2 vantages"},
		{"ds(a.example) matches and stands 60 from 1 vantage",
		 "ds(a.example) matches and stands 60 and from 1 vantage"},
		{"ds(b.example) matches and ns(a.example) = {x.y} at parent and ds(a.example) "
		 "matches",
		 "ns(a.example) = {x.y} at parent and ds(a.example) matches and ds(b.example) "
		 "matches"},
		{"ns(a\\.b.example) = {\\040.x}", "ns(a\\.b.example) = {\\(.x}"},
	};
	struct arena arena;
	struct text text;
	setup(&arena, &text);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(canonical(&arena, rows[i].written, &text), rows[i].canonical);
	text_release(&text);
	arena_release(&arena);
	(void)state;
}

static void test_sentences(void **state)
{
	static const struct {
		const char *written, *sentence;
	} rows[] = {
		{"ns(a.example) = {ns1.x.example, ns2.x.example} at parent and "
		 "ds(a.example) matches and stands 172800 from 2 vantages",
		 "a.example has the name servers ns1.x.example and ns2.x.example and no other at "
		 "every address of the parent; a DS of a.example names a key that has signed its "
		 "keys at every one of its servers; all of it has been so for 2 days; it was "
		 "measured from at least 2 places"},
		{"not ns(a.example) in {a.evil, b.evil}",
		 "a.example has none of the name servers a.evil or b.evil at every address of the "
		 "parent and every one of its own servers"},
		{"ds(a.example) = none and a(a.example) = {192.0.2.1} and stands 3600",
		 "a.example has no DS; a.example has the IPv4 address 192.0.2.1 and no other; all "
		 "of it has been so for 1 hour"},
		{"not found SERVER-LAME(a.example)", "SERVER-LAME is no longer found at a.example"},
	};
	struct arena arena;
	struct text text;
	setup(&arena, &text);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct predicate predicate;
		assert_int_equal(predicate_parse(&arena, rows[i].written, &predicate, NULL), OK);
		text_reset(&text);
		predicate_sentence(&predicate, &text);
		assert_string_equal(text_get(&text), rows[i].sentence);
	}
	text_release(&text);
	arena_release(&arena);
	(void)state;
}

static void test_refused(void **state)
{
	static const struct {
		const char *written;
		int error;
		const char *word;
	} rows[] = {
		{"", ERR_FORMAT, "the test ends at column 1"},
		{"ns(a.example)", ERR_FORMAT, "ends at column 14, where = is expected"},
		{"ns(a.example) = {}", ERR_FORMAT, "'}' where a name"},
		{"ns(a.example) = none", ERR_FORMAT, "where { is"},
		{"ns(a.example) = {x.y} at home", ERR_FORMAT, "'parent' or 'child'"},
		{"ns(a.example) = {x.y", ERR_FORMAT, ", or }"},
		{"ns(a.example) = {x.y} ds(a.example) matches", ERR_FORMAT, "'and'"},
		{"ns(a.example) = {x.y} and", ERR_FORMAT, "ends at column 26"},
		{"ns(a.example) = {x.y} or ds(a.example) matches", ERR_FORMAT, "'and'"},
		{"ns(.) = {x.y}", ERR_FORMAT, "a domain name"},
		{"ns(a..b) = {x.y}", ERR_FORMAT, "a domain name"},
		{"txt(a.example) = {x}", ERR_FORMAT, "'txt' where ns(...)"},
		{"not ds(a.example) in {" DS "}", ERR_FORMAT, "'ds' where ns(...)"},
		{"not ns(a.example) = {x.y}", ERR_FORMAT, "'in'"},
		{"ds(a.example) = {1/2/3}", ERR_FORMAT, "a DS such as"},
		{"ds(a.example) = {70000/13/2/00}", ERR_FORMAT, "a DS such as"},
		{"ds(a.example) = {1/13/2/0}", ERR_FORMAT, "a DS such as"},
		{"ds(a.example) = {1/13/2/}", ERR_FORMAT, "a DS such as"},
		{"a(a.example) = {2001:db8::1}", ERR_FORMAT, "an IPv4 address"},
		{"aaaa(a.example) = {192.0.2.1}", ERR_FORMAT, "an IPv6 address"},
		{"found SERVER-LAME(a.example)", ERR_FORMAT, "'found' where ns(...)"},
		{"not found", ERR_FORMAT, "ends at column 10, where the code of a finding"},
		{"not found (a.example)", ERR_FORMAT, "'(' where the code of a finding"},
		{"not found 6-LAME(a.example)", ERR_FORMAT, "'6-LAME' where the code"},
		{"not found SERVER_LAME(a.example)", ERR_FORMAT, "'SERVER_LAME' where the code"},
		{"not found SERVER-LAME a.example", ERR_FORMAT, "'a.example' where ("},
		{"not found SERVER-LAME(.)", ERR_FORMAT, "a domain name"},
		{"not found SERVER-LAME(a.example", ERR_FORMAT, "where ) is"},
		{"not found SERVER-LAME(a.example) = none", ERR_FORMAT, "'and'"},
		{"stands 0", ERR_FORMAT, "a number of seconds"},
		{"stands 99999999999", ERR_FORMAT, "a number of seconds"},
		{"stands 60", ERR_FORMAT, "nothing of any domain"},
		{"from 2 vantages", ERR_FORMAT, "nothing of any domain"},
		{"from 65 vantages", ERR_FORMAT, "1 to 64"},
		{"from 2 cities", ERR_FORMAT, "'vantages'"},
		{"ds(a.b) matches and stands 1 and stands 2", ERR_FORMAT, "says twice what stands"},
		{"ns(a.b) = {x.y} and ns(a.b) = {z.y} at child", ERR_FORMAT, "ns of a.b"},
		{"ds(a.b) = none and ds(a.b) matches", ERR_FORMAT, "ds of a.b"},
		{"ds(a.b) = none and ds(a.b) = {" DS "}", ERR_FORMAT, "ds of a.b"},
		{"mx(a.b) = none and mx(a.b) = {x.y}", ERR_FORMAT, "mx of a.b"},
	};
	struct arena arena;
	struct text text;
	setup(&arena, &text);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct predicate predicate;
		struct complaint complaint = {""};
		const int error = predicate_parse(&arena, rows[i].written, &predicate, &complaint);
		if (error != rows[i].error || strstr(complaint.text, rows[i].word) == NULL)
			fail_msg("'%s': %d: %s", rows[i].written, error, complaint.text);
	}
	text_release(&text);
	arena_release(&arena);
	(void)state;
}

/* Each limit, and one more. */
static void test_limits(void **state)
{
	struct arena arena;
	struct text text;
	struct predicate predicate;
	struct complaint complaint;
	setup(&arena, &text);
	for (unsigned count = 64; count <= 65; count++) {
		text_reset(&text);
		text_add(&text, "ns(a.example) = {");
		for (unsigned i = 0; i < count; i++)
			text_format(&text, "%sns%u.x", i > 0 ? "," : "", i);
		text_add(&text, "}");
		assert_int_equal(predicate_parse(&arena, text_get(&text), &predicate, &complaint),
				 count == 64 ? OK : ERR_LIMIT);
	}
	for (unsigned count = 256; count <= 257; count++) {
		text_reset(&text);
		for (unsigned i = 0; i < count; i++)
			text_format(&text, "%sds(a%u.example) matches", i > 0 ? " and " : "", i);
		assert_int_equal(predicate_parse(&arena, text_get(&text), &predicate, &complaint),
				 count == 256 ? OK : ERR_LIMIT);
	}
	for (unsigned length = PREDICATE_CODE_MAX; length <= PREDICATE_CODE_MAX + 1; length++) {
		text_reset(&text);
		text_add(&text, "not found ");
		for (unsigned i = 0; i < length; i++)
			text_add_char(&text, 'X');
		text_add(&text, "(a.example)");
		assert_int_equal(predicate_parse(&arena, text_get(&text), &predicate, &complaint),
				 length == PREDICATE_CODE_MAX ? OK : ERR_FORMAT);
	}
	text_reset(&text);
	for (size_t i = 0; i <= PREDICATE_OCTETS_MAX; i++)
		text_add_char(&text, ' ');
	assert_int_equal(predicate_parse(&arena, text_get(&text), &predicate, &complaint),
			 ERR_LIMIT);
	text_reset(&text);
	text_add(&text, "ns(");
	for (size_t i = 0; i < 2000; i++)
		text_add_char(&text, 'a');
	text_add(&text, ")");
	assert_int_equal(predicate_parse(&arena, text_get(&text), &predicate, &complaint),
			 ERR_LIMIT);
	text_release(&text);
	arena_release(&arena);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
