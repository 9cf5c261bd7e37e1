/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/run.h"

#include "base/clock.h"
#include "base/memory.h"
#include "os/file.h"
#include "os/netns.h"
#include "os/process.h"
#include "os/signals.h"
#include "world/addresses_private.h"
#include "world/changed_file_private.h"
#include "world/hints_private.h"
#include "world/place_private.h"
#include "world/registry_private.h"
#include "world/respond_private.h"
#include "world/routes_private.h"
#include "world/service_private.h"
#include "world/stage_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* "NAME=" and a path. */
#define VARIABLE_MAX (32 + 4096)
#define STOP_GRACE_MS 500u
/* Four listeners of 4,096 connections, and room to spare. */
#define DESCRIPTORS_WANTED 20000

struct run {
	const struct world_run_options *options;
	struct complaint *complaint;
	struct stage stage;
	struct loop *loop;
	struct changed_file file; /* the world's, with --follow */
	struct timer file_timer;
	FILE *questions;
	int error; /* what ended the loop */
	struct placed *placed;
	struct registry *registry;
	struct process holder;
	struct process command;
	struct watch command_watch;
	struct watch signal_watch;
	int signals;
	bool is_running;
	char *folder;
	char world_variable[VARIABLE_MAX];
	char hints_variable[VARIABLE_MAX];
	char anchors_variable[VARIABLE_MAX];
	char roots_variable[VARIABLE_MAX];
	char routes_variable[VARIABLE_MAX]; /* "": the world has no routes */
	char vrps_variable[VARIABLE_MAX];
};

/* Children that lost their parents are reaped by ignoring their ends. */
void world_hold(void)
{
	(void)signal(SIGCHLD, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	for (;;)
		(void)pause();
}

/* A descriptor a connection; the command gets the same limit, and a scanner needs as many. */
static void raise_descriptors(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max < DESCRIPTORS_WANTED ? limit.rlim_max : DESCRIPTORS_WANTED;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int enter_network(struct run *run)
{
	const struct netns_options network = {.own_processes = true};
	int error = netns_enter(&network, run->complaint);
	if (!error)
		error = addresses_add(run->stage.world, netns_has_ipv6(), run->complaint);
	return error;
}

static int start_holder(struct run *run)
{
	static const char *const arguments[] = {"dsfi", "world", WORLD_HOLD_COMMAND, NULL};
	const struct process_options options = {
		.arguments = arguments,
		.is_self = true,
		.new_session = true,
	};
	return process_start(&options, run->complaint, &run->holder);
}

static int open_questions(struct run *run)
{
	const char *path = run->options->questions;
	if (!path)
		return 0;
	const int error = file_check_spared(path, run->complaint);
	if (error)
		return error;
	const int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	run->questions = descriptor < 0 ? NULL : fdopen(descriptor, "w");
	if (!run->questions && descriptor >= 0)
		(void)close(descriptor);
	if (!run->questions)
		return complain(run->complaint, ERR_ARGUMENT, "cannot write '%s': %s", path,
				errno_text(errno));
	responder_log(run->stage.responder, run->questions);
	return 0;
}

static int make_servers(struct run *run)
{
	const struct clock clock = clock_system();
	int error = stage_make(&run->stage, run->complaint);
	if (error)
		return error;
	error = loop_new(&clock, &run->loop);
	if (error)
		return complain(run->complaint, error, "the world's server cannot start: %s",
				error_text(error));
	return stage_open(&run->stage, run->loop, run->complaint);
}

static int write_file(struct run *run, const char *name, const struct text *text, char *variable,
		      const char *variable_name)
{
	int length = snprintf(variable, VARIABLE_MAX, "%s=%s/%s", variable_name, run->folder, name);
	if (length < 0 || length >= VARIABLE_MAX)
		return complain(run->complaint, ERR_LIMIT, "'%s' is too long a path", run->folder);
	return file_write(variable + strlen(variable_name) + 1, text_get(text), text->length,
			  run->complaint);
}

/* The certificate of the world's authority, for those who are to trust it. */
static int write_authority(struct run *run, struct text *text)
{
	struct issuer *issuer;
	int error = service_issuer(run->stage.world, &issuer);
	if (error)
		return complain(run->complaint, error, "cannot make the world's authority: %s",
				error_text(error));
	text_add(text, issuer_pem(issuer));
	issuer_free(issuer);
	return write_file(run, "authority.pem", text, run->roots_variable, "DSFI_CA_FILE");
}

static int write_routes(struct run *run)
{
	struct text text;
	text_init(&text, ROUTES_TEXT_MAX);
	int error = routes_write(run->stage.world, &text);
	if (!error)
		error = write_file(run, "routes.pfx2as", &text, run->routes_variable,
				   "DSFI_ROUTES");
	text_reset(&text);
	if (!error)
		error = vrps_write(run->stage.world, &text);
	if (!error)
		error = write_file(run, "vrps.csv", &text, run->vrps_variable, "DSFI_VRPS");
	text_release(&text);
	return error;
}

/* The files that the environment names. */
static int write_files(struct run *run)
{
	struct text text;
	text_init(&text, 1024 * 1024);
	int error = hints_write(run->stage.world, &text);
	if (!error)
		error = write_file(run, "root.hints", &text, run->hints_variable,
				   "DSFI_ROOT_HINTS");
	text_reset(&text);
	if (!error)
		error = anchors_write(authority_source(run->stage.authority), &text);
	if (!error)
		error = write_file(run, "root.ds", &text, run->anchors_variable,
				   "DSFI_TRUST_ANCHORS");
	text_reset(&text);
	if (!error)
		error = write_authority(run, &text);
	text_release(&text);
	if (!error && run->stage.world->has_routing)
		error = write_routes(run);
	return error;
}

static int make_files(struct run *run)
{
	int error = folder_make_temporary("dsfi-world-", run->complaint, &run->folder);
	if (!error)
		error = write_files(run);
	char *path = realpath(run->options->path, NULL);
	snprintf(run->world_variable, VARIABLE_MAX, "DSFI_WORLD=%s",
		 path ? path : run->options->path);
	free(path);
	return error;
}

static int start_places(struct run *run)
{
	char folder[VARIABLE_MAX];
	if (!world_has_places(run->stage.world))
		return 0;
	snprintf(folder, sizeof(folder), "%s/servers", run->folder);
	int error = folder_make(folder, run->complaint);
	if (error)
		return error;
	const struct place_options options = {
		.authority = run->stage.authority,
		.folder = folder,
		.servers_folder = run->options->servers_folder,
		.has_ipv6 = netns_has_ipv6(),
	};
	return placed_start(&options, run->complaint, &run->placed);
}

static int open_registry(struct run *run)
{
	if (!run->options->registry)
		return 0;
	const struct registry_options options = {
		.path = run->options->registry,
		.loop = run->loop,
		.authority = run->stage.authority,
	};
	return registry_new(&options, run->complaint, &run->registry);
}

static void command_ended(void *context, unsigned int events)
{
	struct run *run = context;
	(void)events;
	loop_stop(run->loop);
}

/* The terminal has sent its signals to the command, too; others have sent theirs to us alone. */
static bool is_from_terminal(int signal_number)
{
	return signal_number == SIGINT && isatty(STDIN_FILENO) &&
	       tcgetpgrp(STDIN_FILENO) == getpgrp();
}

static void signal_came(void *context, unsigned int events)
{
	struct run *run = context;
	int signal_number;
	(void)events;
	while (signals_read(run->signals, &signal_number) == 0) {
		if (signal_number != SIGCHLD && !is_from_terminal(signal_number))
			process_signal(&run->command, signal_number);
	}
}

static int start_command(struct run *run)
{
	const char *const environment[] = {
		run->world_variable,
		run->hints_variable,
		run->anchors_variable,
		run->roots_variable,
		run->stage.world->has_routing ? run->routes_variable : NULL,
		run->vrps_variable,
		NULL,
	};
	static const struct process_descriptor standard[] = {{0, 0}, {1, 1}, {2, 2}};
	const struct process_options options = {
		.arguments = run->options->command,
		.environment = environment,
		.descriptors = standard,
		.descriptor_count = 3,
		.network_namespace = run->options->beside ? placed_network(run->placed) : 0,
	};
	int error = signals_open(&run->signals);
	if (error)
		return complain(run->complaint, error, "cannot take signals: %s",
				error_text(error));
	error = process_start(&options, run->complaint, &run->command);
	if (error)
		return error;
	run->is_running = true;
	watch_init(&run->command_watch, command_ended, run);
	watch_init(&run->signal_watch, signal_came, run);
	error = watch_start(run->loop, &run->command_watch, run->command.descriptor, LOOP_READ);
	if (!error)
		error = watch_start(run->loop, &run->signal_watch, run->signals, LOOP_READ);
	return error ? complain(run->complaint, error, "cannot watch the command") : 0;
}

/* ---- a world that is replaced ---- */

/* The next one is ready: between two turns it takes the place of the one that plays. */
static int exchange(struct run *run, struct stage *next)
{
	registry_free(run->registry);
	run->registry = NULL;
	stage_close(&run->stage);
	int error = stage_open(next, run->loop, run->complaint);
	if (error)
		return error;
	const struct stage before = run->stage;
	run->stage = *next;
	*next = before;
	responder_log(run->stage.responder, run->questions);
	error = write_files(run);
	return error ? error : open_registry(run);
}

static void follow(struct run *run)
{
	struct complaint complaint = {""};
	struct stage next = {0};
	changed_file_note(&run->file);
	int error = world_load(run->options->path, NULL, &complaint, &next.world);
	if (!error)
		error = stage_may_follow(run->stage.world, next.world, &complaint);
	if (!error)
		error = stage_make(&next, &complaint);
	if (!error)
		run->error = exchange(run, &next);
	stage_release(&next);
	if (run->error)
		loop_stop(run->loop);
	else
		run->options->followed(run->options->context, error, &complaint);
}

static void look_at_file(void *context)
{
	struct run *run = context;
	if (changed_file_is_another(&run->file))
		follow(run);
	timer_start(run->loop, &run->file_timer, CHANGED_FILE_LOOK_MS);
}

static int begin_to_follow(struct run *run)
{
	timer_init(&run->file_timer, look_at_file, run);
	if (!run->options->followed)
		return 0;
	if (world_has_places(run->stage.world))
		return complain(run->complaint, ERR_ARGUMENT,
				"'%s' has servers with `place`, which cannot follow it",
				run->options->path);
	timer_start(run->loop, &run->file_timer, CHANGED_FILE_LOOK_MS);
	return 0;
}

static int run_all(struct run *run, int *ret_exit_code)
{
	run->file.path = run->options->path;
	changed_file_note(&run->file);
	int error = world_load(run->options->path, NULL, run->complaint, &run->stage.world);
	raise_descriptors();
	if (!error && run->options->beside && !world_has_places(run->stage.world))
		error = complain(
			run->complaint, ERR_ARGUMENT,
			"'%s' has no server with `place`, so there is nothing to be beside of",
			run->options->path);
	if (!error)
		error = enter_network(run);
	if (!error)
		error = start_holder(run);
	if (!error)
		error = make_servers(run);
	if (!error)
		error = open_questions(run);
	if (!error)
		error = make_files(run);
	if (!error)
		error = open_registry(run);
	if (!error)
		error = begin_to_follow(run);
	if (!error)
		error = start_places(run);
	if (!error)
		error = start_command(run);
	if (error)
		return error;
	error = loop_run(run->loop);
	if (!error && run->error)
		return run->error;
	if (error)
		return complain(run->complaint, error, "the world's server failed: %s",
				error_text(error));
	watch_stop(run->loop, &run->command_watch);
	watch_stop(run->loop, &run->signal_watch);
	run->is_running = false;
	error = process_wait(&run->command, ret_exit_code);
	return error ? error : placed_check(run->placed, run->complaint);
}

static void release(struct run *run)
{
	if (run->is_running)
		process_stop(&run->command, STOP_GRACE_MS);
	placed_free(run->placed);
	if (run->holder.pid > 0) {
		/* With it goes everything else in the namespace. */
		int code;
		process_signal(&run->holder, SIGKILL);
		(void)!process_wait(&run->holder, &code);
	}
	if (run->signals >= 0)
		signals_close(run->signals);
	registry_free(run->registry);
	timer_stop(&run->file_timer);
	stage_release(&run->stage);
	loop_free(run->loop);
	if (run->questions)
		(void)fclose(run->questions);
	if (run->folder)
		(void)!folder_remove(run->folder, NULL);
	memory_give(run->folder);
}

int world_run(const struct world_run_options *options, struct complaint *complaint,
	      int *ret_exit_code)
{
	assert(options->path && options->command && options->command[0]);
	struct run *run = memory_take_zeroed(1, sizeof(*run));
	if (!run)
		return complain(complaint, ERR_MEMORY, "out of memory");
	run->options = options;
	run->complaint = complaint;
	run->signals = -1;
	int error = run_all(run, ret_exit_code);
	release(run);
	memory_give(run);
	return error;
}
