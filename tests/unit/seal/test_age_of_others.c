/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What we seal, Debian's `age` opens, with our key file as it is; what it seals, we open. */
#include "base/memory.h"
#include "seal/age.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define SIZE_MAX_TRIED ((size_t)1 << 20)
#define ROOM (SIZE_MAX_TRIED * 2)

struct bench {
	char folder[64];
	char key_path[96], plain_path[96], sealed_path[96], back_path[96];
	struct random random;
	struct secret_key keys[2];
	char recipients[2][BECH32_TEXT_MAX];
	uint8_t *plain;
	uint8_t *room;
	struct complaint complaint;
};

static void put(const char *path, const void *data, size_t size)
{
	const int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(descriptor >= 0);
	assert_int_equal(write(descriptor, data, size), (ssize_t)size);
	close(descriptor);
}

static size_t get(const char *path, uint8_t *room)
{
	const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	size_t size = 0;
	ssize_t count = 1;
	/* age makes no file for nothing. */
	if (descriptor < 0 && errno == ENOENT)
		return 0;
	assert_true(descriptor >= 0);
	while (count > 0) {
		count = read(descriptor, room + size, ROOM - size);
		assert_true(count >= 0);
		size += (size_t)count;
	}
	close(descriptor);
	return size;
}

/* The program's exit code; what it says goes nowhere. */
static int run(const char *const *arguments)
{
	posix_spawn_file_actions_t actions;
	pid_t child;
	int status = -1;
	char *environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", NULL};
	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	assert_int_equal(posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0),
			 0);
	assert_int_equal(posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0),
			 0);
	assert_int_equal(posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0),
			 0);
	const int result = posix_spawnp(&child, arguments[0], &actions, NULL,
					(char *const *)(uintptr_t)arguments, environment);
	posix_spawn_file_actions_destroy(&actions);
	if (result != 0)
		return 127;
	while (waitpid(child, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int begin(void **state)
{
	static struct bench bench;
	struct text text;
	(void)snprintf(bench.folder, sizeof(bench.folder), "/tmp/age-of-others.XXXXXX");
	if (mkdtemp(bench.folder) == NULL)
		return -1;
	(void)snprintf(bench.key_path, sizeof(bench.key_path), "%s/key", bench.folder);
	(void)snprintf(bench.plain_path, sizeof(bench.plain_path), "%s/plain", bench.folder);
	(void)snprintf(bench.sealed_path, sizeof(bench.sealed_path), "%s/sealed", bench.folder);
	(void)snprintf(bench.back_path, sizeof(bench.back_path), "%s/back", bench.folder);
	random_system(&bench.random);
	for (size_t i = 0; i < 2; i++) {
		if (secret_key_make(&bench.random, 1790000000, &bench.keys[i]) != OK)
			return -1;
		recipient_write(bench.keys[i].public.seal, bench.recipients[i]);
	}
	text_init(&text, KEY_FILE_MAX);
	secret_key_write(&bench.keys[1], &text);
	put(bench.key_path, text.data, text.length);
	text_wipe(&text);
	bench.plain = memory_take(SIZE_MAX_TRIED);
	bench.room = memory_take(ROOM);
	if (bench.plain == NULL || bench.room == NULL)
		return -1;
	random_octets(&bench.random, bench.plain, SIZE_MAX_TRIED);
	*state = &bench;
	return 0;
}

static int end(void **state)
{
	struct bench *bench = *state;
	unlink(bench->key_path);
	unlink(bench->plain_path);
	unlink(bench->sealed_path);
	unlink(bench->back_path);
	rmdir(bench->folder);
	memory_give(bench->plain);
	memory_give(bench->room);
	return 0;
}

static const size_t sizes[] = {0, 1, 65535, 65536, 65537, SIZE_MAX_TRIED};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

static void skip_without_age(void)
{
	static const char *const version[] = {"age", "--version", NULL};
	if (run(version) != 0) {
		print_message(
			"# skipped: Debian's age is not installed (tools/install-deps test)\n");
		skip();
	}
}

static void test_ours_opened_by_age(void **state)
{
	struct bench *bench = *state;
	const char *const open_it[] = {
		"age", "-d", "-i", bench->key_path, "-o", bench->back_path, bench->sealed_path,
		NULL};
	skip_without_age();
	for (size_t i = 0; i < 2 * SIZES; i++) {
		uint8_t to[2][KEY_OCTETS];
		const struct age_recipients recipients = {to, 2};
		struct age_buffer sealed = {0}, armoured = {0};
		memcpy(to[0], bench->keys[0].public.seal, KEY_OCTETS);
		memcpy(to[1], bench->keys[1].public.seal, KEY_OCTETS);
		assert_int_equal(age_seal(&recipients,
					  (struct age_octets){bench->plain, sizes[i % SIZES]},
					  &bench->random, &bench->complaint, &sealed),
				 OK);
		assert_int_equal(
			age_armour((struct age_octets){sealed.data, sealed.size}, &armoured), OK);
		if (i < SIZES)
			put(bench->sealed_path, sealed.data, sealed.size);
		else
			put(bench->sealed_path, armoured.data, armoured.size);
		(void)unlink(bench->back_path);
		assert_int_equal(run(open_it), 0);
		assert_int_equal(get(bench->back_path, bench->room), sizes[i % SIZES]);
		assert_memory_equal(bench->room, bench->plain, sizes[i % SIZES]);
		age_buffer_release(&sealed);
		age_buffer_release(&armoured);
	}
}

static void test_ages_opened_by_us(void **state)
{
	struct bench *bench = *state;
	const struct age_identities identities = {bench->keys, 2, AGE_PLAIN_MAX};
	skip_without_age();
	for (size_t i = 0; i < 2 * SIZES; i++) {
		const char *const seal_it[] = {"age",
					       "-e",
					       "-r",
					       bench->recipients[i % 2],
					       "-r",
					       bench->recipients[1],
					       "-o",
					       bench->sealed_path,
					       bench->plain_path,
					       NULL};
		const char *const armoured[] = {"age",
						"-e",
						"-a",
						"-r",
						bench->recipients[0],
						"-o",
						bench->sealed_path,
						bench->plain_path,
						NULL};
		struct age_buffer plain = {0};
		put(bench->plain_path, bench->plain, sizes[i % SIZES]);
		assert_int_equal(run(i < SIZES ? seal_it : armoured), 0);
		const size_t size = get(bench->sealed_path, bench->room);
		const struct age_octets sealed = {bench->room, size};
		assert_int_equal(age_is_armoured(sealed), i >= SIZES);
		assert_int_equal(age_open(&identities, sealed, &bench->complaint, &plain), OK);
		assert_int_equal(plain.size, sizes[i % SIZES]);
		assert_memory_equal(plain.data, bench->plain, plain.size);
		age_buffer_release(&plain);
	}
}

/* A key that is not among the recipients opens it with neither. */
static void test_stranger(void **state)
{
	struct bench *bench = *state;
	const char *const open_it[] = {
		"age", "-d", "-i", bench->key_path, "-o", bench->back_path, bench->sealed_path,
		NULL};
	const struct age_recipients to = {(const uint8_t(*)[KEY_OCTETS])bench->keys[0].public.seal,
					  1};
	struct age_buffer sealed = {0};
	skip_without_age();
	assert_int_equal(age_seal(&to, (struct age_octets){bench->plain, 5}, &bench->random,
				  &bench->complaint, &sealed),
			 OK);
	put(bench->sealed_path, sealed.data, sealed.size);
	assert_int_not_equal(run(open_it), 0);
	age_buffer_release(&sealed);
}

/* What age makes of our identity is the recipient that we make of it. */
static void test_recipient(void **state)
{
	struct bench *bench = *state;
	const char *const tell[] = {"age-keygen",    "-y", "-o", bench->back_path,
				    bench->key_path, NULL};
	skip_without_age();
	unlink(bench->back_path);
	assert_int_equal(run(tell), 0);
	const size_t size = get(bench->back_path, bench->room);
	assert_int_equal(size, strlen(bench->recipients[1]) + 1);
	assert_memory_equal(bench->room, bench->recipients[1], size - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ours_opened_by_age),
		cmocka_unit_test(test_ages_opened_by_us),
		cmocka_unit_test(test_stranger),
		cmocka_unit_test(test_recipient),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
