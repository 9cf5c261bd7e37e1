/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "failing_memory.h"
#include "os/file.h"
#include "os/lines.h"

#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	char *folder;
	char path[4200];
};

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));
	struct complaint complaint;
	assert_int_equal(folder_make_temporary("dsfi-test", &complaint, &fixture->folder), OK);
	snprintf(fixture->path, sizeof(fixture->path), "%s/file", fixture->folder);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	struct complaint complaint;
	assert_int_equal(folder_remove(fixture->folder, &complaint), OK);
	assert_int_not_equal(access(fixture->folder, F_OK), 0);
	assert_int_equal(folder_remove(fixture->folder, &complaint), OK);
	memory_give(fixture->folder);
	test_free(fixture);
	assert_int_equal(memory_in_use(), 0);
	return 0;
}

/* Nothing but the file itself is in the folder. */
static void assert_tidy(const struct fixture *fixture, int files)
{
	char command[4300];
	snprintf(command, sizeof(command), "%s/.", fixture->folder);
	struct stat facts;
	assert_int_equal(stat(command, &facts), 0);
	int found = 0;
	char *data;
	size_t size;
	struct complaint complaint;
	if (file_read(fixture->path, 1 << 20, &complaint, &data, &size) == OK) {
		found++;
		memory_give(data);
	}
	assert_int_equal(found, files);
	/* A folder with temporary files left in it could not be removed once the file is gone. */
	if (files > 0)
		assert_int_equal(unlink(fixture->path), 0);
	assert_int_equal(rmdir(fixture->folder), 0);
	assert_int_equal(mkdir(fixture->folder, 0700), 0);
}

static void assert_content(const char *path, const char *content)
{
	char *data;
	size_t size;
	struct complaint complaint;
	assert_int_equal(file_read(path, 1 << 20, &complaint, &data, &size), OK);
	assert_int_equal(size, strlen(content));
	assert_string_equal(data, content);
	memory_give(data);
}

static void what_is_written_is_read(void **state)
{
	struct fixture *fixture = *state;
	struct complaint complaint;
	assert_int_equal(file_write(fixture->path, "", 0, &complaint), OK);
	assert_content(fixture->path, "");
	assert_int_equal(file_write(fixture->path, "first", 5, &complaint), OK);
	assert_int_equal(file_write(fixture->path, "second", 6, &complaint), OK);
	assert_content(fixture->path, "second");
	assert_tidy(fixture, 1);
}

static void put_octets(const char *path, const char *octets, size_t size)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(octets, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

/* What a page would destroy: by any path, with what SQLite keeps beside it. */
static void what_would_be_lost_is_spared(void **state)
{
	static const struct {
		const char *octets;
		size_t size;
	} kinds[] = {
		{"SQLite format 3\0\x10", 17},
		{"\x37\x7f\x06\x82\0\x2d", 6},
		{"# dsfi key 1, made 2026", 23},
		{"# created: x\n# public key: age1x\nAGE-SECRET-KEY-1Q\n", 50},
		{"-----BEGIN PRIVATE KEY-----\nx", 29},
	};
	struct fixture *fixture = *state;
	struct complaint complaint;
	char link_path[4300], beside[4300];
	snprintf(link_path, sizeof(link_path), "%s/other", fixture->folder);
	snprintf(beside, sizeof(beside), "%s-wal", fixture->path);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		put_octets(fixture->path, kinds[i].octets, kinds[i].size);
		assert_int_equal(file_write(fixture->path, "x", 1, &complaint), ERR_ARGUMENT);
		assert_non_null(strstr(complaint.text, "name another file"));
		assert_int_equal(file_write_private(fixture->path, "x", 1, &complaint),
				 ERR_ARGUMENT);
		assert_int_equal(symlink(fixture->path, link_path), 0);
		assert_int_equal(file_write(link_path, "x", 1, &complaint), ERR_ARGUMENT);
		assert_int_equal(unlink(link_path), 0);
		assert_int_equal(link(fixture->path, link_path), 0);
		assert_int_equal(file_write(link_path, "x", 1, &complaint), ERR_ARGUMENT);
		assert_int_equal(unlink(link_path), 0);
		assert_int_equal(file_check_spared(beside, &complaint), i == 0 ? ERR_ARGUMENT : OK);
	}
	put_octets(fixture->path, "SQLite format 4\0\nAGE-SECRET", 28);
	assert_int_equal(file_check_spared(beside, &complaint), OK);
	assert_int_equal(file_write(fixture->path, "x", 1, &complaint), OK);
	assert_content(fixture->path, "x");
	assert_tidy(fixture, 1);
}

static void big_file_in_pieces(void **state)
{
	struct fixture *fixture = *state;
	struct complaint complaint;
	struct file_writer *writer;
	assert_int_equal(file_writer_new(fixture->path, &complaint, &writer), OK);
	uint8_t piece[7919];
	size_t total = 0;
	for (size_t i = 0; i < 100; i++) {
		memset(piece, (int)i, sizeof(piece));
		file_writer_add(writer, piece, sizeof(piece));
		total += sizeof(piece);
	}
	uint8_t *large = test_malloc(200000);
	memset(large, 'L', 200000);
	file_writer_add(writer, large, 200000);
	test_free(large);
	total += 200000;
	assert_int_equal(file_writer_commit(writer, &complaint), OK);
	char *data;
	size_t size;
	assert_int_equal(file_read(fixture->path, total - 1, &complaint, &data, &size), ERR_LIMIT);
	assert_non_null(strstr(complaint.text, fixture->path));
	assert_int_equal(file_read(fixture->path, total, &complaint, &data, &size), OK);
	assert_int_equal(size, total);
	for (size_t i = 0; i < 100; i++)
		assert_int_equal((uint8_t)data[i * sizeof(piece) + 5], i);
	assert_int_equal(data[size - 1], 'L');
	memory_give(data);
}

static void aborted_file_leaves_the_old_one(void **state)
{
	struct fixture *fixture = *state;
	struct complaint complaint;
	assert_int_equal(file_write(fixture->path, "old", 3, &complaint), OK);
	struct file_writer *writer;
	assert_int_equal(file_writer_new(fixture->path, &complaint, &writer), OK);
	file_writer_add(writer, "new", 3);
	file_writer_abort(writer);
	file_writer_abort(NULL);
	assert_content(fixture->path, "old");
	assert_tidy(fixture, 1);
}

static void mode_and_links_are_kept(void **state)
{
	struct fixture *fixture = *state;
	struct complaint complaint;
	mode_t before = umask(022);
	assert_int_equal(file_write(fixture->path, "x", 1, &complaint), OK);
	struct stat facts;
	assert_int_equal(stat(fixture->path, &facts), 0);
	assert_int_equal(facts.st_mode & 0777, 0644);
	assert_int_equal(chmod(fixture->path, 0600), 0);
	char link[4300];
	snprintf(link, sizeof(link), "%s/link", fixture->folder);
	assert_int_equal(symlink("file", link), 0);
	assert_int_equal(file_write(link, "through", 7, &complaint), OK);
	assert_content(fixture->path, "through");
	assert_int_equal(lstat(link, &facts), 0);
	assert_true(S_ISLNK(facts.st_mode));
	assert_int_equal(stat(fixture->path, &facts), 0);
	assert_int_equal(facts.st_mode & 0777, 0600);
	umask(before);
}

static void complaints_differ(void **state)
{
	struct fixture *fixture = *state;
	struct complaint complaint;
	char *data;
	size_t size;
	assert_int_equal(file_read(fixture->path, 10, &complaint, &data, &size), ERR_NOT_FOUND);
	assert_non_null(strstr(complaint.text, "no such file"));
	assert_int_equal(file_read(fixture->folder, 10, &complaint, &data, &size), ERR_ARGUMENT);
	assert_non_null(strstr(complaint.text, "a folder"));
	assert_int_equal(file_write(fixture->folder, "x", 1, &complaint), ERR_ARGUMENT);
	assert_int_equal(file_write("/dev/full", "x", 1, &complaint), ERR_FULL);
	assert_non_null(strstr(complaint.text, "disk is full"));
	assert_int_equal(file_write("/no/such/folder/file", "x", 1, &complaint), ERR_NOT_FOUND);
	assert_int_equal(file_write("/proc/version/x", "x", 1, &complaint), ERR_NOT_FOUND);
	assert_non_null(strstr(complaint.text, "not a folder"));
	assert_int_equal(folder_make("/proc/version/x", &complaint), ERR_NOT_FOUND);
}

static void devices_are_not_replaced(void **state)
{
	(void)state;
	struct complaint complaint;
	assert_int_equal(file_write("/dev/null", "x", 1, &complaint), OK);
	struct stat facts;
	assert_int_equal(stat("/dev/null", &facts), 0);
	assert_true(S_ISCHR(facts.st_mode));
}

/* In a child: the user id and the mounts are changed for good. */
static int as_nobody(const char *folder)
{
	struct complaint complaint;
	char path[4300];
	snprintf(path, sizeof(path), "%s/locked/file", folder);
	if (setgid(65534) != 0 || setuid(65534) != 0)
		return 77;
	if (file_write(path, "x", 1, &complaint) != ERR_PERMISSION)
		return 1;
	if (strstr(complaint.text, "permission denied") == NULL)
		return 2;
	char *data;
	size_t size;
	return file_read(path, 10, &complaint, &data, &size) == ERR_PERMISSION ? 0 : 3;
}

static int on_small_disk(const char *folder)
{
	struct complaint complaint;
	char path[4300];
	snprintf(path, sizeof(path), "%s/locked/file", folder);
	char *last = strrchr(path, '/');
	*last = '\0';
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("small", path, "tmpfs", 0, "size=16k") != 0)
		return 77;
	*last = '/';
	if (file_write(path, "old", 3, &complaint) != OK)
		return 1;
	static const char LARGE[100000];
	if (file_write(path, LARGE, sizeof(LARGE), &complaint) != ERR_FULL)
		return 2;
	char *data;
	size_t size;
	if (file_read(path, 10, &complaint, &data, &size) != OK || strcmp(data, "old") != 0)
		return 3;
	memory_give(data);
	*last = '\0';
	if (mount("small", path, "tmpfs", MS_REMOUNT | MS_RDONLY, "size=16k") != 0)
		return 77;
	*last = '/';
	if (file_write(path, "x", 1, &complaint) != ERR_FULL)
		return 4;
	return strstr(complaint.text, "read-only") != NULL ? 0 : 5;
}

static void in_child(struct fixture *fixture, int (*run)(const char *folder))
{
	char path[4300];
	snprintf(path, sizeof(path), "%s/locked", fixture->folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chmod(fixture->folder, 0755), 0);
	pid_t child = fork();
	if (child == 0)
		_exit(run(fixture->folder));
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void missing_permission_is_told(void **state)
{
	in_child(*state, as_nobody);
}

static void full_and_read_only_disks_are_told(void **state)
{
	in_child(*state, on_small_disk);
}

static void folders_are_made_with_those_above(void **state)
{
	struct fixture *fixture = *state;
	struct complaint complaint;
	char path[4300];
	snprintf(path, sizeof(path), "%s/a/b//c", fixture->folder);
	assert_int_equal(folder_make(path, &complaint), OK);
	assert_int_equal(folder_make(path, &complaint), OK);
	struct stat facts;
	assert_int_equal(stat(path, &facts), 0);
	assert_true(S_ISDIR(facts.st_mode));
	assert_int_equal(folder_make("", &complaint), ERR_NOT_FOUND);
	/* The tear-down removes it all; links in it are not followed. */
	snprintf(path, sizeof(path), "%s/a/away", fixture->folder);
	assert_int_equal(symlink("/dev", path), 0);
}

static void lines_of(struct fixture *fixture, const char *text, size_t size, const char *expected)
{
	struct complaint complaint;
	assert_int_equal(file_write(fixture->path, text, size, &complaint), OK);
	struct lines *lines;
	assert_int_equal(lines_open(fixture->path, 5, &complaint, &lines), OK);
	struct text found;
	text_init(&found, 200);
	for (;;) {
		const char *line;
		size_t length;
		int error = lines_next(lines, &line, &length);
		if (error == ERR_NOT_FOUND)
			break;
		if (error == ERR_LIMIT) {
			text_add(&found, "LONG|");
			continue;
		}
		assert_int_equal(error, OK);
		text_add_octets(&found, line, length);
		text_add_char(&found, '|');
	}
	text_format(&found, "%llu", (unsigned long long)lines_number(lines));
	assert_string_equal(text_get(&found), expected);
	text_release(&found);
	lines_close(lines);
	lines_close(NULL);
}

static void lines_are_cut_as_they_should(void **state)
{
	struct fixture *fixture = *state;
	lines_of(fixture, "", 0, "0");
	lines_of(fixture, "\n", 1, "|1");
	lines_of(fixture, "a\nb", 3, "a|b|2");
	lines_of(fixture, "a\r\n\r\nb\n", 7, "a||b|3");
	lines_of(fixture, "12345\n123456\n12345\r\nx", 21, "12345|LONG|12345|x|4");
	lines_of(fixture, "123456", 6, "LONG|1");
	lines_of(fixture, "12345", 5, "12345|1");
	char big[300000];
	memset(big, 'x', sizeof(big));
	big[200000] = '\n';
	big[200001] = 'y';
	big[200002] = '\n';
	lines_of(fixture, big, 200003, "LONG|y|2");
	lines_of(fixture, big, sizeof(big), "LONG|y|LONG|3");
}

static void many_lines_are_all_given(void **state)
{
	struct fixture *fixture = *state;
	struct complaint complaint;
	struct file_writer *writer;
	assert_int_equal(file_writer_new(fixture->path, &complaint, &writer), OK);
	for (int i = 0; i < 50000; i++) {
		char line[32];
		int length = snprintf(line, sizeof(line), "domain%d.example\n", i);
		file_writer_add(writer, line, (size_t)length);
	}
	assert_int_equal(file_writer_commit(writer, &complaint), OK);
	struct lines *lines;
	assert_int_equal(lines_open(fixture->path, 300, &complaint, &lines), OK);
	const char *line;
	size_t length;
	for (int i = 0; i < 50000; i++) {
		char expected[32];
		snprintf(expected, sizeof(expected), "domain%d.example", i);
		assert_int_equal(lines_next(lines, &line, &length), OK);
		assert_string_equal(line, expected);
	}
	assert_int_equal(lines_next(lines, &line, &length), ERR_NOT_FOUND);
	assert_int_equal(lines_next(lines, &line, &length), ERR_NOT_FOUND);
	lines_close(lines);
}

static void standard_input_is_read(void **state)
{
	struct fixture *fixture = *state;
	struct complaint complaint;
	assert_int_equal(file_write(fixture->path, "from stdin", 10, &complaint), OK);
	int before = dup(STDIN_FILENO);
	int file = open(fixture->path, O_RDONLY);
	assert_true(file >= 0);
	assert_int_equal(dup2(file, STDIN_FILENO), STDIN_FILENO);
	close(file);
	assert_content("-", "from stdin");
	if (before >= 0) {
		dup2(before, STDIN_FILENO);
		close(before);
	}
}

static void failed_allocations_are_told(void **state)
{
	struct fixture *fixture = *state;
	long before = memory_in_use();
	FOR_EACH_FAILURE(which)
	{
		struct complaint complaint;
		char *data = NULL;
		size_t size;
		struct lines *lines = NULL;
		char *folder = NULL;
		int error = file_write(fixture->path, "data", 4, &complaint);
		if (error == OK)
			error = file_read(fixture->path, 10, &complaint, &data, &size);
		if (error == OK)
			error = lines_open(fixture->path, 10, &complaint, &lines);
		if (error == OK)
			error = folder_make_temporary("dsfi", &complaint, &folder);
		if (error == OK)
			assert_int_equal(rmdir(folder), 0);
		assert_int_equal(error, memory_has_failed() ? ERR_MEMORY : OK);
		memory_give(data);
		memory_give(folder);
		lines_close(lines);
		assert_int_equal(memory_in_use(), before);
	}
	assert_tidy(fixture, 1);
}

static void secrets_are_nobody_elses(void **state)
{
	struct fixture *fixture = *state;
	struct complaint complaint = {""};
	static const mode_t open_modes[] = {0640, 0604, 0660, 0602, 0700, 0610};
	char *data;
	size_t size;
	assert_int_equal(file_write(fixture->path, "secret", 6, &complaint), OK);
	for (size_t i = 0; i < sizeof(open_modes) / sizeof(open_modes[0]); i++) {
		assert_int_equal(chmod(fixture->path, open_modes[i]), 0);
		assert_int_equal(file_read_secret(fixture->path, 10, &complaint, &data, &size),
				 ERR_PERMISSION);
		assert_non_null(strstr(complaint.text, "chmod 600"));
	}
	for (mode_t mode = 0400; mode <= 0600; mode += 0200) {
		assert_int_equal(chmod(fixture->path, mode), 0);
		assert_int_equal(file_read_secret(fixture->path, 10, &complaint, &data, &size), OK);
		assert_int_equal(size, 6);
		assert_string_equal(data, "secret");
		memory_give(data);
	}
	assert_int_equal(file_read_secret(fixture->path, 5, &complaint, &data, &size), ERR_LIMIT);
	assert_int_equal(file_read_secret(fixture->folder, 10, &complaint, &data, &size),
			 ERR_ARGUMENT);
	assert_int_equal(file_read_secret("/dev/null", 10, &complaint, &data, &size), ERR_ARGUMENT);
	assert_int_equal(file_read_secret("-", 10, &complaint, &data, &size), ERR_NOT_FOUND);
}

static void secrets_are_written_once(void **state)
{
	struct fixture *fixture = *state;
	struct complaint complaint = {""};
	char *data;
	size_t size;
	struct stat facts;
	const mode_t mask = umask(0);
	assert_int_equal(file_write_secret(fixture->path, "secret", 6, &complaint), OK);
	(void)umask(mask);
	assert_int_equal(stat(fixture->path, &facts), 0);
	assert_int_equal(facts.st_mode & 07777, 0600);
	assert_int_equal(file_read_secret(fixture->path, 10, &complaint, &data, &size), OK);
	assert_string_equal(data, "secret");
	memory_give(data);
	assert_int_equal(file_write_secret(fixture->path, "other", 5, &complaint), ERR_EXISTS);
	assert_non_null(strstr(complaint.text, "name another"));
	assert_int_equal(file_write_secret("/nowhere/at/all", "other", 5, &complaint),
			 ERR_NOT_FOUND);
	assert_int_equal(file_write_secret(fixture->folder, "other", 5, &complaint), ERR_EXISTS);
}

static void private_files_replace_what_was_there(void **state)
{
	struct fixture *fixture = *state;
	struct complaint complaint = {""};
	struct stat facts;
	char *data;
	size_t size;
	const mode_t mask = umask(0);
	/* New, and in place of one that everybody may read. */
	assert_int_equal(file_write_private(fixture->path, "page", 4, &complaint), OK);
	assert_int_equal(stat(fixture->path, &facts), 0);
	assert_int_equal(facts.st_mode & 07777, 0600);
	assert_int_equal(chmod(fixture->path, 0644), 0);
	assert_int_equal(file_write_private(fixture->path, "newer", 5, &complaint), OK);
	(void)umask(mask);
	assert_int_equal(stat(fixture->path, &facts), 0);
	assert_int_equal(facts.st_mode & 07777, 0600);
	assert_int_equal(file_read_secret(fixture->path, 10, &complaint, &data, &size), OK);
	assert_string_equal(data, "newer");
	memory_give(data);
	assert_int_equal(file_write_private("/dev/null", "page", 4, &complaint), OK);
	assert_int_equal(file_write_private(fixture->folder, "page", 4, &complaint), ERR_ARGUMENT);
	assert_int_equal(file_write_private("/nowhere/at/all", "page", 4, &complaint),
			 ERR_NOT_FOUND);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(what_is_written_is_read),
		WITH_FOLDER(what_would_be_lost_is_spared),
		WITH_FOLDER(big_file_in_pieces),
		WITH_FOLDER(aborted_file_leaves_the_old_one),
		WITH_FOLDER(mode_and_links_are_kept),
		WITH_FOLDER(complaints_differ),
		WITH_FOLDER(devices_are_not_replaced),
		WITH_FOLDER(missing_permission_is_told),
		WITH_FOLDER(full_and_read_only_disks_are_told),
		WITH_FOLDER(folders_are_made_with_those_above),
		WITH_FOLDER(lines_are_cut_as_they_should),
		WITH_FOLDER(many_lines_are_all_given),
		WITH_FOLDER(standard_input_is_read),
		WITH_FOLDER(secrets_are_nobody_elses),
		WITH_FOLDER(secrets_are_written_once),
		WITH_FOLDER(private_files_replace_what_was_there),
		WITH_FOLDER(failed_allocations_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
