/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/child.h"

#include "os/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* From the end of a dying child's channel to that of its process: longer than a page-out takes. */
#define DYING_MS 100

static int make_page(struct child *child)
{
	if (child->page != NULL) {
		memset(child->page, 0, CHILD_PAGE_OCTETS);
		return OK;
	}
	const int descriptor = memfd_create("dsfi-child", MFD_CLOEXEC);
	if (descriptor < 0)
		return error_from_errno(errno);
	void *page = MAP_FAILED;
	if (ftruncate(descriptor, CHILD_PAGE_OCTETS) == 0)
		page = mmap(NULL, CHILD_PAGE_OCTETS, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor,
			    0);
	if (page == MAP_FAILED) {
		const int error = error_from_errno(errno);
		(void)close(descriptor);
		return error;
	}
	child->page = page;
	child->page_descriptor = descriptor;
	return OK;
}

bool child_noted(const struct child *child, uint8_t ret_name[NAME_MAX_OCTETS])
{
	size_t size = 0;
	static_assert(CHILD_PAGE_OCTETS >= NAME_MAX_OCTETS, "a name fits");
	if (child->page == NULL || child->page[0] == 0)
		return false;
	memcpy(ret_name, child->page, NAME_MAX_OCTETS);
	while (size < NAME_MAX_OCTETS && ret_name[size] != 0)
		size += 1u + ret_name[size];
	return size < NAME_MAX_OCTETS && name_is_valid(ret_name, size + 1);
}

void *child_page(void)
{
	void *page = mmap(NULL, CHILD_PAGE_OCTETS, PROT_READ | PROT_WRITE, MAP_SHARED,
			  CHILD_PAGE_DESCRIPTOR, 0);
	return page != MAP_FAILED ? page : NULL;
}

static int launch(struct child *child, const struct child_settings *settings, int theirs,
		  struct complaint *complaint)
{
	CLOSED_AT_END int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (nothing < 0)
		return error_from_errno(errno);
	/* Who is taken over must not write to a terminal, nor read there: last words need a file.
	 */
	const int words = isatty(STDERR_FILENO) ? nothing : STDERR_FILENO;
	const char *const arguments[] = {"dsfi", settings->subcommand, NULL};
	struct process_descriptor descriptors[6] = {
		{.ours = nothing, .theirs = STDIN_FILENO},
		{.ours = nothing, .theirs = STDOUT_FILENO},
		{.ours = words, .theirs = STDERR_FILENO},
		{.ours = theirs, .theirs = CHILD_CHANNEL_DESCRIPTOR},
	};
	size_t count = 4;
	if (settings->has_page)
		descriptors[count++] =
			(struct process_descriptor){child->page_descriptor, CHILD_PAGE_DESCRIPTOR};
	if (settings->table > 0)
		descriptors[count++] =
			(struct process_descriptor){settings->table, CHILD_TABLE_DESCRIPTOR};
	const struct process_options options = {
		.arguments = arguments,
		.is_self = true,
		.descriptors = descriptors,
		.descriptor_count = count,
		.new_session = true, /* the terminal's Ctrl-C is the parent's business */
	};
	return process_start(&options, complaint, &child->process);
}

static int connect_child(struct child *child, const struct child_settings *settings, int ours)
{
	int error = channel_open(&child->channel, child->loop, ours, settings->handler,
				 settings->context);
	if (error != OK)
		return error;
	watch_init(&child->ended, settings->ended, settings->context);
	return watch_start(child->loop, &child->ended, child->process.descriptor, LOOP_READ);
}

int child_start(struct child *child, struct loop *loop, const struct child_settings *settings,
		struct complaint *complaint)
{
	int ends[2];
	assert(!child->is_running && settings->subcommand != NULL && settings->ended != NULL);
	child->loop = loop;
	int error = settings->has_page ? make_page(child) : OK;
	if (error != OK)
		return error;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return error_from_errno(errno);
	error = launch(child, settings, ends[1], complaint);
	(void)close(ends[1]);
	if (error != OK) {
		(void)close(ends[0]);
		return error;
	}
	child->is_running = true;
	child->births++;
	error = connect_child(child, settings, ends[0]);
	if (error != OK)
		(void)child_bury(child, true);
	return error;
}

/* What dies closes its descriptors a moment before. */
static bool has_ended(const struct child *child)
{
	struct pollfd ended = {.fd = child->process.descriptor, .events = POLLIN};
	return poll(&ended, 1, DYING_MS) == 1;
}

bool child_bury(struct child *child, bool is_ended_by_us)
{
	if (!child->is_running)
		return false;
	watch_stop(child->loop, &child->ended);
	const bool is_ours = is_ended_by_us || !has_ended(child);
	channel_close(&child->channel);
	process_signal(&child->process, SIGKILL);
	int error = process_wait(&child->process, NULL);
	assert(error == OK);
	child->is_running = false;
	return !is_ours && child->process.signal == SIGKILL;
}

void child_release(struct child *child)
{
	(void)child_bury(child, true);
	if (child->page == NULL)
		return;
	(void)munmap(child->page, CHILD_PAGE_OCTETS);
	(void)close(child->page_descriptor);
	child->page = NULL;
}
