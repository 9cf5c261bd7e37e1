/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of targets and of those who opted out, as people write them. */
#include "base/memory.h"
#include "cli/gather_private.h"
#include "cli/list_line.h"
#include "cli/name_window.h"
#include "cli/targets.h"
#include "os/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char list_path[] = "/tmp/dsfi-targets-XXXXXX";

static int make_list(void **state)
{
	(void)state;
	int descriptor = mkstemp(list_path);
	if (descriptor < 0)
		return -1;
	return close(descriptor);
}

static int remove_list(void **state)
{
	(void)state;
	return unlink(list_path);
}

static void write_list(const void *text, size_t size)
{
	assert_int_equal(file_write(list_path, text, size, NULL), OK);
}

static unsigned conversions;

static void converted(void *context, const char *text, const uint8_t *name)
{
	(void)context, (void)text, (void)name;
	conversions++;
}

static int open_list(const char *const *words, const char *path, struct targets **ret_targets,
		     struct complaint *complaint)
{
	static struct random random;
	random_seeded(&random, 7);
	const struct targets_source source = {
		.words = words, .path = path, .random = &random, .converted = converted};
	conversions = 0;
	complaint->text[0] = 0;
	return targets_open(&source, complaint, ret_targets);
}

/* Takes all; gives how many. */
static unsigned drain(struct targets *targets)
{
	uint8_t name[NAME_MAX_OCTETS];
	unsigned count = 0;
	int error;
	while ((error = targets_next(targets, NULL, name)) == OK) {
		assert_true(name_is_valid(name, name_size(name)));
		count++;
	}
	assert_int_equal(error, ERR_NOT_FOUND);
	return count;
}

static void test_words_and_list(void **state)
{
	static const char text[] = "# a comment\n\nexample.com\r\n  Example.ORG.  # another\n"
				   "b\xc3\xbc"
				   "cher.example\nexample.net";
	const char *const words[] = {"example.com", "EXAMPLE.com.", "example.info", NULL};
	struct complaint complaint;
	struct targets *targets;
	write_list(text, sizeof(text) - 1);
	assert_int_equal(open_list(words, list_path, &targets, &complaint), OK);
	assert_int_equal(targets_total(targets), 5); /* each once */
	assert_int_equal(conversions, 1);
	assert_int_equal(drain(targets), 5);
	targets_close(targets);
}

static void fails(const void *text, size_t size, int error, const char *words)
{
	struct complaint complaint;
	struct targets *targets = NULL;
	write_list(text, size);
	assert_int_equal(open_list(NULL, list_path, &targets, &complaint), error);
	assert_null(targets);
	if (strstr(complaint.text, words) == NULL)
		fail_msg("'%s' does not say '%s'", complaint.text, words);
	assert_non_null(strstr(complaint.text, list_path));
}

static void test_bad_lists(void **state)
{
	static char long_line[LIST_LINE_MAX + 10];
	char long_name[320] = "";
	memset(long_line, 'a', sizeof(long_line));
	for (unsigned i = 0; i < 6; i++)
		memcpy(long_name + i * 50, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.",
		       50);
	fails("", 0, ERR_ARGUMENT, "names no domain");
	fails("# nothing\n\n", 11, ERR_ARGUMENT, "names no domain");
	fails("example.com\n\1\2\3\n", 16, ERR_FORMAT, "line 2: not text");
	fails("a\0b\n", 4, ERR_FORMAT, "line 1: not text");
	fails("example.com example.org\n", 24, ERR_FORMAT, "more than one word");
	fails("ok.example\na..b\n", 16, ERR_FORMAT, "line 2");
	fails(".\n", 2, ERR_FORMAT, "root");
	fails("\xff\xfe\xfd.example\n", 12, ERR_FORMAT, "line 1");
	fails(long_line, sizeof(long_line), ERR_LIMIT, "longer than 4096 octets");
	fails(long_name, 300, ERR_LIMIT, "255 octets");
}

/* What a line's word is; NULL: none. */
static void line_is(const char *line, const char *word)
{
	struct list_line read;
	struct complaint complaint = {""};
	assert_int_equal(list_line_read(line, strlen(line), &read, &complaint), OK);
	if (word == NULL)
		assert_null(read.word);
	else
		assert_string_equal(read.word, word);
}

/* A name may have any octet in it; behind a backslash nothing ends it. */
static void test_escapes(void **state)
{
	struct list_line read;
	line_is("a\\#b.example # a comment", "a\\#b.example");
	line_is("\\#.example", "\\#.example");
	line_is("a\\\\#b.example", "a\\\\");
	line_is("a\\035b.example#x", "a\\035b.example");
	line_is(" a\\ b.example\\  ", "a\\ b.example\\ ");
	line_is("a\\\\ ", "a\\\\");
	line_is("a\\", "a\\");
	line_is("  # \\#", NULL);
	assert_int_equal(list_line_read("a\\\\ b", 5, &read, NULL), ERR_FORMAT);

	static const char list[] = "a\\#b.example # as it is written\na\\035b.example\n";
	static const uint8_t expected[] = "\3a#b\7example";
	struct complaint complaint;
	struct targets *targets;
	uint8_t name[NAME_MAX_OCTETS];
	write_list(list, sizeof(list) - 1);
	assert_int_equal(open_list(NULL, list_path, &targets, &complaint), OK);
	assert_int_equal(targets_total(targets), 1);
	assert_int_equal(targets_next(targets, &complaint, name), OK);
	assert_memory_equal(name, expected, sizeof(expected));
	targets_close(targets);
}

static void test_no_targets(void **state)
{
	struct complaint complaint;
	struct targets *targets = NULL;
	assert_int_equal(open_list(NULL, NULL, &targets, &complaint), ERR_ARGUMENT);
	assert_non_null(strstr(complaint.text, "--targets"));
	assert_int_equal(open_list(NULL, "/nonexistent/list", &targets, &complaint), ERR_NOT_FOUND);
}

/* A list on standard input is given out in windows, each shuffled, all of it in the end. */
static void test_windows(void **state)
{
	static char text[(TARGETS_WINDOW * 2 + 5) * 12];
	struct complaint complaint;
	struct targets *targets;
	size_t size = 0;
	for (unsigned i = 0; i < TARGETS_WINDOW * 2 + 5; i++)
		size += (size_t)snprintf(text + size, sizeof(text) - size, "n%u.x\n", i);
	write_list(text, size);
	assert_non_null(freopen(list_path, "r", stdin));
	assert_int_equal(open_list(NULL, "-", &targets, &complaint), OK);
	assert_int_equal(targets_total(targets), 0); /* the end was not seen */
	assert_int_equal(drain(targets), TARGETS_WINDOW * 2 + 5);
	assert_int_equal(targets_total(targets), TARGETS_WINDOW * 2 + 5);
	targets_close(targets);
}

static void test_order_is_random(void **state)
{
	struct name_window window;
	struct random random;
	unsigned in_place = 0;
	random_seeded(&random, 5);
	name_window_init(&window, &random);
	for (unsigned round = 0; round < 2; round++) {
		name_window_reset(&window);
		for (unsigned i = 0; i < 5000; i++) {
			const uint8_t name[] = {3, (uint8_t)('a' + i / 676),
						(uint8_t)('a' + i / 26 % 26),
						(uint8_t)('a' + i % 26), 0};
			assert_int_equal(name_window_add(&window, name), OK);
			assert_int_equal(name_window_add(&window, name), ERR_EXISTS);
		}
		uint32_t first = window.starts[0];
		name_window_shuffle(&window, &random);
		in_place += window.starts[0] == first;
		unsigned count = 0;
		while (name_window_next(&window) != NULL)
			count++;
		assert_int_equal(count, 5000);
	}
	assert_true(in_place < 2);
	name_window_release(&window);
}

static bool opted_out(const struct opt_out_list *list, const char *text)
{
	struct name name;
	assert_int_equal(name_from_text(text, &name, NULL), OK);
	return opt_out_list_has(list, name.octets);
}

static void test_opt_out_list(void **state)
{
	static const char text[] = "# theirs\n192.0.2.1\n198.51.100.77/24\n2001:db8::1\n"
				   "2001:db8:5::/48\nPrivate.example  # and below\n";
	struct opt_out_list list;
	struct complaint complaint;
	struct random random;
	random_seeded(&random, 9);
	write_list(text, sizeof(text) - 1);
	assert_int_equal(opt_out_list_read(list_path, &random, &list, &complaint), OK);
	assert_int_equal(list.count, 4);
	assert_int_equal(list.prefixes[1].bits, 24);
	assert_int_equal(list.prefixes[1].octets[3], 0);
	assert_true(opted_out(&list, "private.example"));
	assert_true(opted_out(&list, "a.b.private.example"));
	assert_false(opted_out(&list, "rivate.example"));
	assert_false(opted_out(&list, "example"));
	opt_out_list_release(&list);
	const char *const bad[] = {"192.0.2.1/33\n", "192.0.2.0/x\n", ".\n", "a/b\n", "a..b\n"};
	for (unsigned i = 0; i < 5; i++) {
		write_list(bad[i], strlen(bad[i]));
		assert_int_equal(opt_out_list_read(list_path, &random, &list, &complaint),
				 ERR_FORMAT);
		assert_non_null(strstr(complaint.text, "line 1"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_and_list), cmocka_unit_test(test_bad_lists),
		cmocka_unit_test(test_escapes),        cmocka_unit_test(test_no_targets),
		cmocka_unit_test(test_windows),        cmocka_unit_test(test_order_is_random),
		cmocka_unit_test(test_opt_out_list),
	};
	return cmocka_run_group_tests(tests, make_list, remove_list);
}
