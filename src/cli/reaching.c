/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The side of who wants to know. */
#include "cli/reaching.h"

#include "base/memory.h"
#include "cli/reaching_private.h"
#include "model/contact.h"
#include "os/process.h"
#include "os/signals.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ARGUMENTS_MAX 16u
/* It tells of one within --timeout; a machine that swaps may take longer. */
#define PATIENCE_MS 30000u
/* Between the end of what it says and its own. */
#define GRACE_MS 2000
#define CRASHED "crashed"
#define BUFFER_OCTETS ((size_t)4 * REACHING_LINE_MAX)

struct running {
	const struct reaching *reaching;
	struct complaint *complaint;
	const char *arguments[ARGUMENTS_MAX + 1];
	char timeout[32], rate[32];
	int silence_ms;
	int signals;
	struct reaching_reader reader;
	/* Of the process at hand. */
	int results;
	const char *how; /* it ended, when it should not have */
	char buffer[BUFFER_OCTETS];
	size_t size; /* octets of no whole line yet */
};

/* --- what it gets ------------------------------------------------------------------------------
 */

static int put_orders(struct running *running, const size_t *only, FILE *out)
{
	const struct reaching *reaching = running->reaching;
	enum reaching_place *places = running->reader.places;
	for (size_t i = 0; i < reaching->count; i++) {
		if (places[i] == REACHING_ASKED)
			places[i] = REACHING_WAITS;
		if (only != NULL ? *only != i : places[i] != REACHING_WAITS)
			continue;
		places[i] = REACHING_ASKED;
		if (reaching_order_write(out, i, &reaching->items[i]) != OK)
			return complain(running->complaint, ERR_ARGUMENT,
					"'%.200s' is nothing that could be tried",
					reaching->items[i].value);
	}
	return OK;
}

/* Of all that are not told of yet, or of one alone. */
static int write_orders(struct running *running, const size_t *only, int *ret_file)
{
	const int file = memfd_create("dsfi-reach", MFD_CLOEXEC);
	assert(running->reader.told < running->reaching->count);
	FILE *out = file < 0 ? NULL : fdopen(dup(file), "w");
	if (out == NULL) {
		if (file >= 0)
			close(file);
		return complain(running->complaint, error_from_errno(errno),
				"cannot make a file in memory");
	}
	int error = put_orders(running, only, out);
	if ((fclose(out) != 0 || lseek(file, 0, SEEK_SET) < 0) && error == OK)
		error = complain(running->complaint, ERR_IO, "cannot write a file in memory");
	if (error == OK)
		*ret_file = file;
	else
		close(file);
	return error;
}

static void set_arguments(const struct options *options, struct running *running)
{
	static const char *const passed[] = {"from", "ca-file", "hints", "trust-anchor", "opt-out"};
	static const char *const written[] = {"--from", "--ca-file", "--hints", "--trust-anchor",
					      "--opt-out"};
	size_t count = 0;
	running->arguments[count++] = "dsfi";
	running->arguments[count++] = "reach";
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++) {
		if (!options_given(options, passed[i]))
			continue;
		running->arguments[count++] = written[i];
		running->arguments[count++] = options_text(options, passed[i]);
	}
	if (options_given(options, "per-server")) {
		(void)snprintf(running->rate, sizeof(running->rate), "%llu",
			       (unsigned long long)options_number(options, "per-server"));
		running->arguments[count++] = "--per-server";
		running->arguments[count++] = running->rate;
	}
	(void)snprintf(running->timeout, sizeof(running->timeout), "%llums",
		       (unsigned long long)options_number(options, "timeout"));
	running->arguments[count++] = "--timeout";
	running->arguments[count++] = running->timeout;
	assert(count <= ARGUMENTS_MAX);
}

/* --- what it says ------------------------------------------------------------------------------
 */

/* The process at hand is not listened to any more; what it told stays. */
static int spoilt(struct running *running, const char *how)
{
	running->how = how;
	return ERR_DAMAGED;
}

static int take_lines(struct running *running)
{
	char *line = running->buffer;
	char *end;
	int error = OK;
	while (error == OK && running->reader.take_error == OK &&
	       (end = memchr(line, '\n', running->size)) != NULL) {
		*end = '\0';
		running->size -= (size_t)(end + 1 - line);
		error = strlen(line) == (size_t)(end - line)
				? reaching_reader_take(&running->reader, line)
				: ERR_FORMAT;
		line = end + 1;
	}
	memmove(running->buffer, line, running->size);
	if (error == ERR_FORMAT || running->size >= REACHING_LINE_MAX)
		return spoilt(running, "said what cannot be");
	return error == OK ? running->reader.take_error : error;
}

static int read_some(struct running *running)
{
	assert(running->size < sizeof(running->buffer));
	const ssize_t size = read(running->results, running->buffer + running->size,
				  sizeof(running->buffer) - running->size);
	if (size < 0)
		return errno == EINTR ? OK : error_from_errno(errno);
	if (size == 0)
		return spoilt(running, CRASHED);
	running->size += (size_t)size;
	return take_lines(running);
}

static bool is_interrupted(const struct running *running)
{
	int number;
	while (signals_read(running->signals, &number) == OK) {
		if (number != SIGCHLD)
			return true;
	}
	return false;
}

/* Until `told` are told of. */
static int listen_until(struct running *running, size_t told)
{
	int error = OK;
	assert(running->silence_ms > 0 && told <= running->reaching->count);
	while (error == OK && running->reader.told < told) {
		struct pollfd wanted[] = {{.fd = running->results, .events = POLLIN},
					  {.fd = running->signals, .events = POLLIN}};
		const int count = poll(wanted, 2, running->silence_ms);
		if (count < 0 && errno != EINTR)
			return error_from_errno(errno);
		if (count == 0)
			return spoilt(running, "hung");
		/* What it has told comes first. */
		if (wanted[0].revents != 0)
			error = read_some(running);
		if (wanted[1].revents != 0 && is_interrupted(running))
			return complain(running->complaint, ERR_INTERRUPTED, "interrupted");
	}
	return error;
}

/* --- one process -------------------------------------------------------------------------------
 */

static int start(struct running *running, int orders, struct process *ret_process)
{
	int pipes[2];
	if (pipe2(pipes, O_CLOEXEC) != 0)
		return complain(running->complaint, error_from_errno(errno), "cannot make a pipe");
	const struct process_descriptor descriptors[] = {{.ours = orders, .theirs = 0},
							 {.ours = pipes[1], .theirs = 1},
							 {.ours = 2, .theirs = 2}};
	const struct process_options options = {
		.arguments = running->arguments,
		.is_self = true,
		.descriptors = descriptors,
		.descriptor_count = 3,
		.new_session = true, /* Ctrl-C is ours to take */
	};
	const int error = process_start(&options, running->complaint, ret_process);
	close(pipes[1]);
	if (error == OK)
		running->results = pipes[0];
	else
		close(pipes[0]);
	return error;
}

/* One that has told all ends by itself; one that hung up is about to say by its exit code why. */
static void end(const struct running *running, const struct process *process, bool has_told_all)
{
	assert(process->pid > 0);
	const bool ends = running->how != NULL ? strcmp(running->how, CRASHED) == 0 : has_told_all;
	struct pollfd wanted = {.fd = process->descriptor, .events = POLLIN};
	if (!ends || poll(&wanted, 1, GRACE_MS) != 1)
		process_signal(process, SIGKILL);
}

static bool has_begun_any(const struct running *running)
{
	for (size_t i = 0; i < running->reaching->count; i++) {
		if (running->reader.places[i] == REACHING_BEGUN)
			return true;
	}
	return false;
}

/* ERR_DAMAGED: it did not tell of all that it was asked for, and running->how says why. */
static int run_one(struct running *running, const size_t *only)
{
	struct process process = {.pid = 0};
	int orders = -1, code = 0;
	const size_t had = running->reader.told;
	const size_t wanted = only != NULL ? had + 1 : running->reaching->count;
	running->size = 0;
	running->how = NULL;
	reaching_reader_reset(&running->reader);
	int error = write_orders(running, only, &orders);
	if (error != OK)
		return error;
	error = start(running, orders, &process);
	close(orders);
	if (error != OK)
		return error;
	error = listen_until(running, wanted);
	/* What it says beyond that is of no interest. */
	if (error == ERR_DAMAGED && running->how != NULL && running->reader.told == wanted)
		error = OK;
	close(running->results);
	end(running, &process, error == OK);
	const int waited = process_wait(&process, &code);
	/* It has said itself, on standard error, what is wrong with what it was given. */
	if (error == ERR_DAMAGED && waited == OK && running->reader.told == had &&
	    !has_begun_any(running) && code > 0 && code < 128)
		return complain(running->complaint, code == EXIT_USAGE ? ERR_ARGUMENT : ERR_IO,
				"nothing could be tried");
	return error;
}

/* --- all of them -------------------------------------------------------------------------------
 */

static int give_up(struct running *running, size_t index)
{
	char words[160];
	assert(running->how != NULL && running->reader.places[index] != REACHING_TOLD);
	(void)snprintf(words, sizeof(words),
		       "the process that tried it %s, and did so again when it tried nothing else",
		       running->how);
	const struct reaching_result result = {
		.index = index, .words = words, .found = &running->reader.found};
	reaching_reader_reset(&running->reader);
	running->reader.places[index] = REACHING_TOLD;
	running->reader.told++;
	return running->reaching->take(running->reaching->context, &result);
}

/* What the process was at when it ended: one of them ended it. */
static int try_alone(struct running *running)
{
	enum reaching_place *places = running->reader.places;
	int error = OK;
	assert(running->how != NULL);
	if (!has_begun_any(running))
		return complain(running->complaint, ERR_DAMAGED,
				"the process that tries contacts %s before it tried any; this is "
				"a bug",
				running->how);
	for (size_t i = 0; i < running->reaching->count; i++) {
		if (places[i] == REACHING_BEGUN)
			places[i] = REACHING_SUSPECT;
	}
	for (size_t i = 0; error == OK && i < running->reaching->count; i++) {
		if (places[i] != REACHING_SUSPECT)
			continue;
		error = run_one(running, &i);
		if (error == ERR_DAMAGED)
			error = give_up(running, i);
	}
	return error;
}

static int run_all(struct running *running)
{
	int error = OK;
	while (error == OK && running->reader.told < running->reaching->count) {
		const size_t had = running->reader.told;
		error = run_one(running, NULL);
		if (error != ERR_DAMAGED)
			continue;
		/* Between two of them it was at none: another goes on behind what it told. */
		const bool is_at_none = running->reader.told > had && !has_begun_any(running);
		error = is_at_none ? OK : try_alone(running);
	}
	return error;
}

/* What goes to mail servers as it is. */
static int check_sender(const struct options *options, struct complaint *complaint)
{
	const char *sender = options_text(options, "from");
	const struct contact contact = {.kind = CONTACT_MAIL, .value = sender};
	return sender[0] == '\0' || contact_is_valid(&contact)
		       ? OK
		       : complain(complaint, ERR_ARGUMENT, "--from is no mail address");
}

static int run_with_signals(struct running *running)
{
	int error = signals_open(&running->signals);
	if (error != OK)
		return complain(running->complaint, error, "cannot take signals");
	reaching_reader_init(&running->reader);
	error = run_all(running);
	reaching_reader_release(&running->reader);
	signals_close(running->signals);
	return error;
}

int reaching_run(const struct options *options, const struct reaching *reaching,
		 struct complaint *complaint)
{
	assert(reaching->take != NULL);
	int error = check_sender(options, complaint);
	if (error != OK || reaching->count == 0)
		return error;
	if (reaching->count > REACHING_MAX)
		return complain(complaint, ERR_LIMIT, "more than %u contacts at a time",
				REACHING_MAX);
	struct running *running = memory_take_zeroed(1, sizeof(*running));
	enum reaching_place *places = memory_take_zeroed(reaching->count, sizeof(*places));
	if (running == NULL || places == NULL) {
		error = complain(complaint, ERR_MEMORY, "out of memory");
		goto out;
	}
	running->reaching = reaching;
	running->complaint = complaint;
	running->reader = (struct reaching_reader){.places = places,
						   .count = reaching->count,
						   .take = reaching->take,
						   .context = reaching->context};
	running->silence_ms =
		(int)options_number(options, "timeout") +
		(int)(reaching->patience_ms > 0 ? reaching->patience_ms : PATIENCE_MS);
	set_arguments(options, running);
	error = run_with_signals(running);
out:
	memory_give(places);
	memory_give(running);
	return error;
}
