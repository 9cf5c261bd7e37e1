/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "base/text.h"
#include "cli/gather_private.h"
#include "gather/routing/image.h"
#include "gather/routing/kind.h"
#include "gather/routing/rtr.h"

#include <assert.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Older than that, and ROAs and announcements of today are missing. */
#define STALE_S (INT64_C(2) * 86400)
/* Fewer peers of several hundred see a leak, a test or somebody's inside. */
#define RIS_PEERS_MIN 10u
/* A cache answers at once, and its 20 MB take a minute over a slow line. */
#define RTR_ANSWER_MS 10000u
#define RTR_TRANSFER_MS 120000u
/* Of a file's name, as much is told. */
#define FILE_WORDS_MAX 60
/* Two of them and the words between fit SETTINGS_ROUTING_MAX. */
#define SOURCE_WORDS_MAX 112

struct reading {
	const struct options *options;
	struct complaint *complaint;
	struct loop *loop;
	struct routes *routes;
	struct vrps *vrps;
	int64_t now_s;
	char routes_words[SOURCE_WORDS_MAX]; /* "pfx2as 'name' of 2026-11-25" */
	char vrps_words[SOURCE_WORDS_MAX];
};

/* ---- files ---- */

static const char *file_of(const struct options *options, const char *option, const char *variable)
{
	const char *path = options_text(options, option);
	if (path == NULL)
		path = getenv(variable);
	return path != NULL && *path != 0 ? path : NULL;
}

/* One that was cut short, or is empty, is as wrong as one of another form. */
static int error_of_file(int error)
{
	assert(error != OK);
	return error == ERR_SHORT ? ERR_FORMAT : error;
}

/* A line that is cut may look whole. */
static int check_end(struct reading *reading, const char *path, const struct routing_file *file)
{
	if (file->ends_a_line || file->kind == ROUTING_JSON)
		return OK;
	return complain(reading->complaint, ERR_SHORT,
			"'%s' ends within a line; it was cut short (if it is whole: echo >>'%s')",
			path, path);
}

/* "pfx2as 'routes.txt' of 2026-11-25": the name, without where it is. */
static void say_source(char words[SOURCE_WORDS_MAX], const char *kind, const char *path,
		       int64_t when_s)
{
	char when[TIME_TEXT_MAX];
	char name[FILE_WORDS_MAX + 1];
	const char *slash = strrchr(path, '/');
	(void)snprintf(name, sizeof(name), "%s", slash != NULL ? slash + 1 : path);
	for (char *next = name; *next != 0; next++) {
		if ((unsigned char)*next < 0x20 || (unsigned char)*next > 0x7e)
			*next = '?';
	}
	time_to_text(when_s, when);
	(void)snprintf(words, SOURCE_WORDS_MAX, "%s '%s' of %.10s", kind, name, when);
}

static void warn_stale(const struct reading *reading, const char *path, int64_t when_s)
{
	const int64_t age_s = reading->now_s - when_s;
	if (age_s <= STALE_S)
		return;
	command_note(reading->options,
		     "'%s' is %" PRIi64
		     " days old: announcements and ROAs made since are missing from "
		     "it, and what is found may be mended already; get a new one",
		     path, age_s / 86400);
}

static void warn_skipped(const struct reading *reading, const char *path,
			 const struct routing_report *report)
{
	if (report->skipped > 0)
		command_note(reading->options,
			     "'%s': %" PRIu64 " of %" PRIu64
			     " entries are not understood and left out, "
			     "the first on line %" PRIu64 ": %s",
			     path, report->skipped, report->entries, report->first_skipped_line,
			     report->first_skipped);
}

static int read_routes(struct reading *reading, const char *path)
{
	struct routing_report report = {0};
	struct routing_file file;
	int error = routing_file_of_routes(path, &file, reading->complaint);
	if (error == OK)
		error = routes_new(&reading->routes);
	if (error != OK)
		return error_of_file(error);
	if (file.kind == ROUTING_RIS)
		error = routes_read_ris(reading->routes, path, RIS_PEERS_MIN, &report,
					reading->complaint);
	else
		error = routes_read_pfx2as(reading->routes, path, &report, reading->complaint);
	if (error == OK)
		error = check_end(reading, path, &file);
	if (error == OK)
		error = routes_settle(reading->routes);
	if (error != OK)
		return error_of_file(error);
	warn_skipped(reading, path, &report);
	warn_stale(reading, path, file.written_s);
	say_source(reading->routes_words, routing_kind_text(file.kind), path, file.written_s);
	return OK;
}

static int read_vrps(struct reading *reading, const char *path)
{
	struct routing_report report = {0};
	struct routing_file file;
	int error = routing_file_of_vrps(path, &file, reading->complaint);
	if (error == OK)
		error = vrps_new(&reading->vrps);
	if (error != OK)
		return error_of_file(error);
	if (file.kind == ROUTING_JSON)
		error = vrps_read_json(reading->vrps, path, reading->now_s, &report,
				       reading->complaint);
	else
		error = vrps_read_csv(reading->vrps, path, reading->now_s, &report,
				      reading->complaint);
	if (error == OK)
		error = check_end(reading, path, &file);
	if (error == OK)
		error = vrps_settle(reading->vrps);
	if (error != OK)
		return error_of_file(error);
	if (report.generated_s > 0)
		file.written_s = report.generated_s;
	warn_skipped(reading, path, &report);
	warn_stale(reading, path, file.written_s);
	say_source(reading->vrps_words, routing_kind_text(file.kind), path, file.written_s);
	return OK;
}

/* ---- a cache ---- */

struct asking {
	struct loop *loop;
	struct complaint *complaint;
	const char *words; /* of the option */
	int error;         /* 1: nothing came yet */
};

static void rtr_updated(void *context, struct rtr *rtr)
{
	struct asking *asking = context;
	(void)rtr;
	asking->error = OK;
	loop_stop(asking->loop);
}

static void rtr_failed(void *context, struct rtr *rtr, int error, const char *sentence)
{
	struct asking *asking = context;
	(void)rtr;
	asking->error = complain(asking->complaint, error,
				 "no VRPs from the cache '%s': %s; is it running and reachable, "
				 "and has it validated?",
				 asking->words, sentence);
	loop_stop(asking->loop);
}

static void rtr_expired(void *context, struct rtr *rtr)
{
	(void)context;
	(void)rtr;
}

static void rtr_too_late(void *context)
{
	struct asking *asking = context;
	asking->error = complain(asking->complaint, ERR_TIMEOUT,
				 "the cache '%s' has not sent a whole set within %u s",
				 asking->words, RTR_TRANSFER_MS / 1000);
	loop_stop(asking->loop);
}

/* "192.0.2.1:3323", "[2001:db8::1]:3323", "cache.example:3323"; the port may be left out. */
static int cache_address(const char *words, struct address *ret_address,
			 struct complaint *complaint)
{
	char host[256];
	char port[8];
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct addrinfo *found = NULL;
	if (address_from_text(words, RTR_PORT, ret_address) == OK)
		return OK;
	const char *colon = strrchr(words, ':');
	const size_t length = colon != NULL ? (size_t)(colon - words) : strlen(words);
	if (length == 0 || length >= sizeof(host))
		return complain(complaint, ERR_ARGUMENT, "--rtr takes HOST:PORT, not '%s'", words);
	memcpy(host, words, length);
	host[length] = 0;
	(void)snprintf(port, sizeof(port), "%.7s", colon != NULL ? colon + 1 : "323");
	const int result = getaddrinfo(host, port, &hints, &found);
	if (result != 0)
		return complain(complaint, ERR_ARGUMENT, "--rtr %s: %s", words,
				gai_strerror(result));
	const int error = address_from_sockaddr(found->ai_addr, found->ai_addrlen, ret_address);
	freeaddrinfo(found);
	return error;
}

static int ask_cache(struct reading *reading, const char *words)
{
	static const struct rtr_handler handler = {rtr_updated, rtr_failed, rtr_expired};
	struct asking asking = {reading->loop, reading->complaint, words, 1};
	struct rtr_options options = {.answer_ms = RTR_ANSWER_MS, .transfer_ms = RTR_TRANSFER_MS};
	struct timer limit;
	struct rtr *rtr;
	char now[TIME_TEXT_MAX];
	int error = cache_address(words, &options.cache, reading->complaint);
	if (error == OK)
		error = rtr_new(reading->loop, &options, &handler, &asking, &rtr);
	if (error != OK)
		return error;
	timer_init(&limit, rtr_too_late, &asking);
	(void)loop_refresh_now(reading->loop);
	timer_start(reading->loop, &limit, RTR_TRANSFER_MS);
	error = loop_run(reading->loop);
	timer_stop(&limit);
	if (error == OK)
		error = asking.error;
	if (error == OK)
		error = rtr_vrps(rtr, &reading->vrps);
	const struct rtr_facts facts = rtr_facts(rtr);
	rtr_free(rtr);
	assert(error <= 0);
	if (error != OK)
		return error;
	time_to_text(reading->now_s, now);
	(void)snprintf(reading->vrps_words, sizeof(reading->vrps_words),
		       "RTR version %u, serial %" PRIu32 " of %.10s", facts.version, facts.serial,
		       now);
	return OK;
}

/* ---- both ---- */

static int read_all(struct reading *reading, const char *routes_path, const char *vrps_path)
{
	const char *cache = options_text(reading->options, "rtr");
	int error = read_routes(reading, routes_path);
	if (error == OK && cache != NULL)
		error = ask_cache(reading, cache);
	else if (error == OK && vrps_path != NULL)
		error = read_vrps(reading, vrps_path);
	return error;
}

static int check_words(const struct options *options, const char *routes_path,
		       const char *vrps_path, struct complaint *complaint)
{
	const bool has_cache = options_given(options, "rtr");
	if (has_cache && options_given(options, "vrps"))
		return complain(complaint, ERR_ARGUMENT,
				"--vrps and --rtr both say where VRPs come from; give one of them");
	if (routes_path == NULL && (vrps_path != NULL || has_cache))
		return complain(complaint, ERR_ARGUMENT,
				"VRPs say who may announce a prefix, and --routes FILE who does; "
				"without it nothing can be compared");
	return OK;
}

static int share(struct reading *reading, struct gather_routing *routing)
{
	const struct options *options = reading->options;
	routes_judge(reading->routes, reading->vrps);
	(void)snprintf(routing->words, sizeof(routing->words), "routes: %s; VRPs: %s",
		       reading->routes_words, reading->vrps != NULL ? reading->vrps_words : "none");
	/* What a world gives to everybody is not worth a line each time. */
	const bool is_asked_for = options_given(options, "routes") ||
				  options_given(options, "vrps") || options_given(options, "rtr");
	if (is_asked_for && !options_quiet(options)) {
		fprintf(options->err, "%zu prefixes (%s)", routes_count(reading->routes),
			reading->routes_words);
		if (reading->vrps != NULL)
			fprintf(options->err, ", %zu VRPs (%s)", vrps_count(reading->vrps),
				reading->vrps_words);
		fputc('\n', options->err);
	}
	return routing_image_make(reading->routes, reading->vrps, &routing->descriptor,
				  &routing->octets);
}

int gather_routing_open(const struct options *options, struct loop *loop,
			struct gather_routing *ret_routing, struct complaint *complaint)
{
	const struct clock clock = clock_system();
	const char *routes_path = file_of(options, "routes", "DSFI_ROUTES");
	const char *vrps_path = file_of(options, "vrps", "DSFI_VRPS");
	struct gather_routing routing = {0};
	struct reading reading = {
		.options = options,
		.complaint = complaint,
		.loop = loop,
		.now_s = clock_wall_s(&clock),
	};
	int error = check_words(options, routes_path, vrps_path, complaint);
	if (error == OK && routes_path != NULL)
		error = read_all(&reading, routes_path, vrps_path);
	if (error == OK && routes_path != NULL)
		error = share(&reading, &routing);
	routes_free(reading.routes);
	vrps_free(reading.vrps);
	if (error == OK)
		*ret_routing = routing;
	return error;
}

int gather_routing_check(const struct options *options, struct complaint *complaint)
{
	const struct clock clock = clock_system();
	const char *routes_path = file_of(options, "routes", "DSFI_ROUTES");
	const char *vrps_path = file_of(options, "vrps", "DSFI_VRPS");
	struct reading reading = {
		.options = options, .complaint = complaint, .now_s = clock_wall_s(&clock)};
	int error = check_words(options, routes_path, vrps_path, complaint);
	if (error == OK && routes_path != NULL)
		error = read_routes(&reading, routes_path);
	if (error == OK && vrps_path != NULL && !options_given(options, "rtr"))
		error = read_vrps(&reading, vrps_path);
	routes_free(reading.routes);
	vrps_free(reading.vrps);
	return error;
}

void gather_routing_close(struct gather_routing *routing)
{
	if (routing->descriptor > 0)
		(void)close(routing->descriptor);
	routing->descriptor = 0;
}
