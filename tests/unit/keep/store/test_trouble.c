/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the store does when the world is bad: each case one sentence and nothing lost. */
#include "base/random.h"
#include "keep/store/shelf.h"
#include "os/file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static int open_error(const char *path, enum store_mode mode, struct complaint *complaint)
{
	struct store *store = NULL;
	*complaint = (struct complaint){0};
	int error = store_open(path, mode, &store, complaint);
	if (error == OK)
		store_close(store);
	else
		print_message("# %s\n", complaint->text);
	return error;
}

static void write_file(const char *path, const char *text)
{
	assert_int_equal(file_write(path, text, strlen(text), NULL), OK);
}

static void test_wrong_files(void **state)
{
	struct shelf shelf;
	struct complaint complaint;
	char path[4200];
	shelf_init(&shelf);
	assert_int_equal(open_error(shelf.folder, STORE_WRITE, &complaint), ERR_ARGUMENT);
	snprintf(path, sizeof(path), "%s/none", shelf.folder);
	assert_int_equal(open_error(path, STORE_READ, &complaint), ERR_NOT_FOUND);
	assert_int_not_equal(access(path, F_OK), 0);
	snprintf(path, sizeof(path), "%s/no/folder/store", shelf.folder);
	assert_int_equal(open_error(path, STORE_WRITE, &complaint), ERR_NOT_FOUND);
	/* Somebody else's file is told so and stays what it was. */
	snprintf(path, sizeof(path), "%s/text", shelf.folder);
	write_file(path,
		   "this is a letter and not a database, and it is long enough to be read as one; "
		   "whoever opens it must leave it as it is");
	assert_int_equal(open_error(path, STORE_READ, &complaint), ERR_FORMAT);
	assert_int_equal(open_error(path, STORE_WRITE, &complaint), ERR_FORMAT);
	char *text;
	size_t size;
	assert_int_equal(file_read(path, 4096, NULL, &text, &size), OK);
	assert_true(strncmp(text, "this is a letter", 16) == 0);
	free(text);
	snprintf(path, sizeof(path), "%s/other", shelf.folder);
	shelf_sql(path, "CREATE TABLE thing(a)");
	assert_int_equal(open_error(path, STORE_READ, &complaint), ERR_FORMAT);
	assert_int_equal(open_error(path, STORE_WRITE, &complaint), ERR_FORMAT);
	/* A store of a later dsfi. */
	store_close(shelf.store);
	shelf.store = NULL;
	shelf_sql(shelf.path, "PRAGMA user_version = 99");
	assert_int_equal(open_error(shelf.path, STORE_READ, &complaint), ERR_UNSUPPORTED);
	assert_int_equal(open_error(shelf.path, STORE_WRITE, &complaint), ERR_UNSUPPORTED);
	assert_non_null(strstr(complaint.text, "newer dsfi"));
	shelf_release(&shelf);
}

static int ignore_interval(void *context, const struct store_interval *interval)
{
	return OK;
}

static int ignore_finding(void *context, const struct store_finding *finding)
{
	return OK;
}

static int count_domain(void *context, const uint8_t *domain, const uint8_t *encoded, size_t size)
{
	++*(size_t *)context;
	return OK;
}

static int ignore_count(void *context, const struct store_count *count)
{
	return OK;
}

static int ignore_span(void *context, const struct store_span *span)
{
	return OK;
}

static int ignore_adoption(void *context, const struct store_adoption *adoption)
{
	return OK;
}

static int ignore_servers(void *context, int64_t id, const uint8_t *octets, size_t size)
{
	return OK;
}

static int ignore_name(void *context, int64_t domain, const uint8_t *name)
{
	return OK;
}

/* Every way of reading; true when something was told as damaged. */
static bool read_everything(const char *path)
{
	struct store *store;
	struct complaint complaint;
	uint8_t name[NAME_MAX_OCTETS];
	size_t count = 0;
	const struct store_filter filter = {.include_closed = true};
	int error = store_open(path, STORE_READ, &store, &complaint);
	if (error != OK) {
		assert_true(error == ERR_DAMAGED || error == ERR_FORMAT ||
			    error == ERR_UNSUPPORTED);
		return true;
	}
	shelf_name(2, name);
	int errors[] = {
		store_history(store, name, ignore_interval, NULL, &complaint),
		store_findings(store, &filter, ignore_finding, NULL, &complaint),
		store_domains(store, 1, count_domain, &count, &complaint),
		store_counts(store, 1, ignore_count, NULL, &complaint),
		store_look(store, &(struct store_one){name, 1}, count_domain, &count, &complaint),
		store_spans(store, "X", ignore_span, NULL, &complaint),
		store_adoptions(store, ignore_adoption, NULL, &complaint),
		store_server_sets(store, ignore_servers, NULL, &complaint),
		store_names(store, ignore_name, NULL, &complaint),
		store_verify(store, &complaint),
	};
	bool is_damaged = false;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		assert_true(errors[i] == OK || errors[i] == ERR_DAMAGED ||
			    errors[i] == ERR_NOT_FOUND || errors[i] == ERR_MEMORY);
		is_damaged |= errors[i] == ERR_DAMAGED;
	}
	store_close(store);
	return is_damaged;
}

static void test_damage(void **state)
{
	struct shelf shelf;
	struct random random;
	char *octets;
	size_t size;
	size_t told = 0;
	enum { ROUNDS = 300 };
	shelf_init(&shelf);
	const struct finding finding = {.code = "X",
					.domain = "x.",
					.severity = SEVERITY_ERROR,
					.party = PARTY_REGISTRAR,
					.sentence = "bad"};
	struct adoption adoption = {0};
	adoption_set(&adoption, 20, ADOPTION_ABSENT);
	const struct store_entry entry = {
		.findings = &finding, .finding_count = 1, .adoption = &adoption};
	for (uint64_t number = 0; number < 120; number++) {
		struct sample sample = sample_plain(number, 1);
		assert_int_equal(shelf_try(&shelf, &sample, &entry), OK);
		sample.address++;
		assert_int_equal(shelf_try(&shelf, &sample, &entry), OK);
		sample.night++;
		assert_int_equal(shelf_try(&shelf, &sample, &entry), OK);
	}
	shelf_commit(&shelf);
	store_close(shelf.store);
	shelf.store = NULL;
	assert_false(read_everything(shelf.path));
	assert_int_equal(file_read(shelf.path, 8 << 20, NULL, &octets, &size), OK);
	random_seeded(&random, 3);
	for (int round = 0; round < ROUNDS; round++) {
		uint8_t kept[32];
		size_t at = random_below(&random, (uint32_t)(size - sizeof(kept)));
		memcpy(kept, octets + at, sizeof(kept));
		random_octets(&random, octets + at, sizeof(kept));
		int descriptor = open(shelf.path, O_WRONLY);
		assert_true(pwrite(descriptor, octets + at, sizeof(kept), (off_t)at) > 0);
		told += read_everything(shelf.path);
		memcpy(octets + at, kept, sizeof(kept));
		assert_true(pwrite(descriptor, kept, sizeof(kept), (off_t)at) > 0);
		close(descriptor);
	}
	print_message("# %zu of %d damages were seen\n", told, ROUNDS);
	/* What is not seen fell on free room. */
	assert_true(told > ROUNDS / 3);
	assert_false(read_everything(shelf.path));
	assert_int_equal(truncate(shelf.path, (off_t)size / 2), 0);
	assert_true(read_everything(shelf.path));
	free(octets);
	shelf_release(&shelf);
}

/* Writing into a damaged store: kept, or refused with the reason. */
static void test_write_to_damage(void **state)
{
	struct shelf shelf;
	struct random random;
	char *octets;
	char *scratch;
	size_t size;
	size_t refused = 0;
	enum { ROUNDS = 150 };
	shelf_init(&shelf);
	const struct finding finding = {.code = "X",
					.domain = "x.",
					.severity = SEVERITY_ERROR,
					.party = PARTY_REGISTRAR,
					.sentence = "bad"};
	const struct store_entry entry = {.findings = &finding, .finding_count = 1};
	for (uint64_t number = 0; number < 20; number++) {
		struct sample sample = sample_plain(number, 1);
		assert_int_equal(shelf_try(&shelf, &sample, &entry), OK);
	}
	shelf_commit(&shelf);
	store_close(shelf.store);
	assert_int_equal(file_read(shelf.path, 8 << 20, NULL, &octets, &size), OK);
	scratch = malloc(size);
	assert_non_null(scratch);
	random_seeded(&random, 4);
	for (int round = 0; round < ROUNDS; round++) {
		memcpy(scratch, octets, size);
		random_octets(&random, scratch + random_below(&random, (uint32_t)(size - 64)), 64);
		/* No store is written over. */
		assert_int_equal(unlink(shelf.path), 0);
		assert_int_equal(file_write(shelf.path, scratch, size, NULL), OK);
		shelf.store = NULL;
		int error = store_open(shelf.path, STORE_WRITE, &shelf.store, &shelf.complaint);
		for (uint64_t number = 0; error == OK && number < 20; number++) {
			struct sample sample = sample_plain(number, 2);
			sample.address = (uint8_t)(10 + number % 2);
			error = shelf_try(&shelf, &sample, number % 3 == 0 ? NULL : &entry);
		}
		if (error == OK)
			error = store_commit(shelf.store, &shelf.complaint);
		store_close(shelf.store);
		assert_true(error == OK || error == ERR_DAMAGED || error == ERR_FORMAT ||
			    error == ERR_UNSUPPORTED);
		refused += error != OK;
		char beside[4200];
		snprintf(beside, sizeof(beside), "%s-wal", shelf.path);
		unlink(beside);
		snprintf(beside, sizeof(beside), "%s-shm", shelf.path);
		unlink(beside);
	}
	print_message("# %zu of %d writers were refused\n", refused, ROUNDS);
	assert_true(refused > 0);
	shelf.store = NULL;
	free(octets);
	free(scratch);
	shelf_release(&shelf);
}

/* Runs `work` in another process and gives its exit code. */
static int in_child(int (*work)(struct shelf *shelf), struct shelf *shelf)
{
	int status = 0;
	fflush(NULL);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(work(shelf));
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static int try_to_write(struct shelf *shelf)
{
	char pid[32];
	struct complaint complaint;
	snprintf(pid, sizeof(pid), "process %d ", (int)getppid());
	if (open_error(shelf->path, STORE_WRITE, &complaint) != ERR_BUSY)
		return 1;
	return strstr(complaint.text, pid) != NULL ? 0 : 2;
}

static void test_one_writer(void **state)
{
	struct shelf shelf;
	struct complaint complaint;
	shelf_init(&shelf);
	assert_int_equal(in_child(try_to_write, &shelf), 0);
	assert_int_equal(open_error(shelf.path, STORE_WRITE, &complaint), ERR_BUSY);
	/* The failed ones have taken nothing from the one that writes. */
	struct sample sample = sample_plain(1, 1);
	shelf_add(&shelf, &sample);
	shelf_commit(&shelf);
	assert_int_equal(in_child(try_to_write, &shelf), 0);
	shelf_reopen(&shelf);
	shelf_release(&shelf);
}

static int without_permission(struct shelf *shelf)
{
	struct complaint complaint;
	/* Root may write anywhere. */
	if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
		return 1;
	if (open_error(shelf->path, STORE_WRITE, &complaint) != ERR_PERMISSION)
		return 2;
	return read_everything(shelf->path) ? 3 : 0;
}

static void test_read_only_folder(void **state)
{
	struct shelf shelf;
	shelf_init(&shelf);
	struct sample sample = sample_plain(2, 1);
	shelf_add(&shelf, &sample);
	shelf_commit(&shelf);
	store_close(shelf.store);
	shelf.store = NULL;
	assert_int_equal(chmod(shelf.path, 0444), 0);
	assert_int_equal(chmod(shelf.folder, 0555), 0);
	assert_int_equal(in_child(without_permission, &shelf), 0);
	assert_int_equal(chmod(shelf.folder, 0755), 0);
	shelf_release(&shelf);
}

/* No file may grow beyond `octets`: to a process the same as a full disk. */
static void limit_files(rlim_t octets)
{
	struct rlimit limit;
	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = octets;
	setrlimit(RLIMIT_FSIZE, &limit);
}

static int fill_disk(struct shelf *shelf)
{
	uint64_t number = 0;
	uint64_t acknowledged = 0;
	int error = OK;
	signal(SIGXFSZ, SIG_IGN);
	limit_files(600000);
	while (error == OK && number < 2000) {
		for (int i = 0; i < 20 && error == OK; i++) {
			struct sample sample = sample_plain(number++, 1);
			error = shelf_try(shelf, &sample, NULL);
		}
		if (error == OK)
			error = store_commit(shelf->store, &shelf->complaint);
		if (error == OK)
			acknowledged = number;
	}
	print_message("# after %u domains: %s\n", (unsigned)acknowledged, shelf->complaint.text);
	struct sample sample = sample_plain(5000, 1);
	if (error != ERR_FULL || acknowledged == 0 || shelf_try(shelf, &sample, NULL) != ERR_FULL ||
	    strstr(shelf->complaint.text, "free some space") == NULL)
		return 1;
	limit_files(RLIM_INFINITY);
	shelf_reopen(shelf);
	for (uint64_t i = 0; i < number; i++) {
		uint8_t name[NAME_MAX_OCTETS];
		bool has = false;
		shelf_name(i, name);
		if (store_run_has(shelf->store, shelf->run, name, &has, NULL) != OK ||
		    has != (i < acknowledged))
			return 2;
	}
	error = store_verify(shelf->store, &shelf->complaint);
	store_close(shelf->store);
	return error == OK ? 0 : 3;
}

static void test_full_disk(void **state)
{
	struct shelf shelf;
	shelf_init(&shelf);
	store_close(shelf.store);
	shelf.store = NULL;
	shelf_reopen(&shelf);
	store_close(shelf.store);
	shelf.store = NULL;
	fflush(NULL);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		shelf_reopen(&shelf);
		shelf_begin_run(&shelf);
		_exit(fill_disk(&shelf));
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	shelf_release(&shelf);
}

#define KILL_BATCH 7
#define KILL_ROUNDS 6

/* Tells every batch after its commit, until it is killed. */
static void write_until_killed(struct shelf *shelf, int pipe_end)
{
	uint64_t number = 0;
	shelf_reopen(shelf);
	for (;;) {
		for (int i = 0; i < KILL_BATCH; i++) {
			struct sample sample = sample_plain(number++ % 3000, 1);
			shelf_add(shelf, &sample);
		}
		shelf_commit(shelf);
		if (write(pipe_end, &number, sizeof(number)) != sizeof(number))
			_exit(1);
	}
}

/* Whatever was acknowledged when the writer was killed is there. */
static void test_killed(void **state)
{
	struct shelf shelf;
	struct random random;
	shelf_init(&shelf);
	random_system(&random);
	for (int round = 0; round < KILL_ROUNDS; round++) {
		int ends[2];
		int status;
		uint64_t acknowledged = 0;
		store_close(shelf.store);
		shelf.store = NULL;
		assert_int_equal(pipe(ends), 0);
		fflush(NULL);
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			close(ends[0]);
			write_until_killed(&shelf, ends[1]);
		}
		close(ends[1]);
		for (uint32_t more = 1 + random_below(&random, 12); more > 0; more--)
			assert_int_equal(read(ends[0], &acknowledged, sizeof(acknowledged)),
					 sizeof(acknowledged));
		usleep(random_below(&random, 3000));
		kill(child, SIGKILL);
		while (read(ends[0], &acknowledged, sizeof(acknowledged)) == sizeof(acknowledged))
			;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		close(ends[0]);
		shelf_reopen(&shelf);
		for (uint64_t i = 0; i < acknowledged; i++) {
			uint8_t name[NAME_MAX_OCTETS];
			bool has = false;
			shelf_name(i, name);
			assert_int_equal(store_run_has(shelf.store, shelf.run, name, &has, NULL),
					 OK);
			assert_true(has);
		}
		assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	}
	shelf_release(&shelf);
}

/* Reads again and again while another process writes; each view is whole and none shrinks. */
static int read_along(struct shelf *shelf)
{
	size_t last = 0;
	for (int round = 0; round < 40; round++) {
		struct store *store;
		size_t count = 0;
		if (store_open(shelf->path, STORE_READ, &store, &shelf->complaint) != OK)
			return 1;
		if (store_domains(store, 1, count_domain, &count, &shelf->complaint) != OK)
			return 2;
		store_close(store);
		if (count < last || count % KILL_BATCH != 0)
			return 3;
		last = count;
		if (last == 60 * KILL_BATCH)
			break;
		usleep(2000);
	}
	return last > 0 ? 0 : 4;
}

static void test_readers(void **state)
{
	struct shelf shelf;
	int status;
	shelf_init(&shelf);
	fflush(NULL);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(read_along(&shelf));
	uint64_t number = 0;
	for (int batch = 0; batch < 60; batch++) {
		for (int i = 0; i < KILL_BATCH; i++) {
			struct sample sample = sample_plain(number++, 1);
			shelf_add(&shelf, &sample);
		}
		shelf_commit(&shelf);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	shelf_release(&shelf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong_files),      cmocka_unit_test(test_damage),
		cmocka_unit_test(test_write_to_damage),  cmocka_unit_test(test_one_writer),
		cmocka_unit_test(test_read_only_folder), cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_killed),           cmocka_unit_test(test_readers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
