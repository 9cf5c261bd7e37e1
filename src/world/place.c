/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "os/file.h"
#include "os/netns.h"
#include "os/process.h"
#include "world/content_private.h"
#include "world/place_private.h"
#include "world/zone_text_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One zone file. */
#define ZONE_TEXT_MAX ((size_t)512 * 1024 * 1024)
#define CONFIG_TEXT_MAX ((size_t)64 * 1024 * 1024)
#define PATH_OCTETS_MAX 4096
#define FIRST_WAIT_MS 20000u
#define NEXT_WAIT_MS 3000u
#define STOP_GRACE_MS 300u
#define LOG_OCTETS_MAX ((size_t)16 * 1024 * 1024)

/* One real server. */
struct placed_server {
	uint32_t server;
	struct process process;
	char folder[PATH_OCTETS_MAX];
	struct place_zone *zones;
	uint32_t zone_count;
	uint32_t zone_room;
};

struct placed {
	struct authority *authority;
	const struct world *world;
	struct place_options options; /* its strings live during the start only */
	struct complaint *complaint;
	struct placed_server *servers;
	uint32_t count;
	uint32_t room;
	int network; /* the second namespace */
	char module_folder[PATH_OCTETS_MAX];
};

static int fail(struct placed *placed, int error, const char *what)
{
	return complain(placed->complaint, error, "%s: %s", what, error_text(error));
}

/* ---- finding programs ---- */

static bool is_program(char *path, const char *folder, const char *inner, const char *program)
{
	int length = snprintf(path, PATH_OCTETS_MAX, "%s%s/%s", folder, inner, program);
	return length > 0 && length < PATH_OCTETS_MAX && access(path, X_OK) == 0;
}

/* Where our own program is, servers are unpacked beside it by the build. */
static void own_folder(char folder[PATH_OCTETS_MAX])
{
	ssize_t length = readlink("/proc/self/exe", folder, PATH_OCTETS_MAX - 1);
	folder[length > 0 ? length : 0] = 0;
	char *slash = strrchr(folder, '/');
	if (slash)
		*slash = 0;
}

/* DSFI_SERVERS, beside our program, or PATH. */
static void find_program(const struct placed *placed, const char *program,
			 char path[PATH_OCTETS_MAX])
{
	char own[PATH_OCTETS_MAX];
	own_folder(own);
	const char *given = placed->options.servers_folder;
	if (given &&
	    (is_program(path, given, "/bin", program) || is_program(path, given, "", program)))
		return;
	if (is_program(path, own, "/servers/bin", program) ||
	    is_program(path, "/usr/sbin", "", program) || is_program(path, "/usr/bin", "", program))
		return;
	snprintf(path, PATH_OCTETS_MAX, "%s", program);
}

/* Unpacked PowerDNS does not find its back ends by itself. */
static void find_modules(struct placed *placed)
{
	char path[PATH_OCTETS_MAX];
	find_program(placed, "pdns_server", path);
	char *slash = strrchr(path, '/');
	if (!slash || strncmp(path, "/usr/", 5) == 0)
		return;
	*slash = 0;
	char pattern[PATH_OCTETS_MAX + 64];
	snprintf(pattern, sizeof(pattern), "%s/../root/usr/lib/*/pdns", path);
	glob_t found;
	if (glob(pattern, 0, NULL, &found) == 0) {
		if (found.gl_pathc > 0)
			snprintf(placed->module_folder, PATH_OCTETS_MAX, "%s", found.gl_pathv[0]);
		globfree(&found);
	}
}

/* ---- planning ---- */

static int add_zones(struct placed *placed, struct placed_server *row)
{
	const struct world *world = placed->world;
	bool is_refusing =
		world->servers[row->server].behaviours & BEHAVIOUR_BIT(BEHAVIOUR_REFUSING);
	for (uint32_t i = 0; i < world->zone_count && !is_refusing; i++) {
		if (!world_serves(world, row->server, i))
			continue;
		int error = array_grow((void **)&row->zones, &row->zone_room, row->zone_count,
				       sizeof(*row->zones), WORLD_ZONES_MAX);
		if (error)
			return error;
		struct place_zone *zone = &row->zones[row->zone_count++];
		zone->zone = i;
		snprintf(zone->file, sizeof(zone->file), "z%u-%u.zone", i,
			 view_variant(world, row->server, &world->zones[i]));
	}
	return 0;
}

static int plan(struct placed *placed)
{
	const struct world *world = placed->world;
	for (uint32_t i = 0; i < world->server_count; i++) {
		if (world->servers[i].place == PLACE_BUILTIN)
			continue;
		int error = array_grow((void **)&placed->servers, &placed->room, placed->count,
				       sizeof(*placed->servers), WORLD_SERVERS_MAX);
		if (error)
			return error;
		struct placed_server *row = &placed->servers[placed->count++];
		*row = (struct placed_server){.server = i};
		snprintf(row->folder, sizeof(row->folder), "%s/s%u", placed->options.folder, i);
		error = add_zones(placed, row);
		if (error)
			return error;
	}
	return 0;
}

static int make_network(struct placed *placed)
{
	const struct world *world = placed->world;
	struct netns_prefix *prefixes =
		memory_take_zeroed((size_t)placed->count * SERVER_ADDRESSES_MAX, sizeof(*prefixes));
	size_t count = 0;
	if (!prefixes)
		return fail(placed, ERR_MEMORY, "real servers");
	for (uint32_t i = 0; i < placed->count; i++) {
		const struct world_server *server = &world->servers[placed->servers[i].server];
		for (uint32_t j = 0; j < server->address_count; j++) {
			const struct address *address = &server->addresses[j];
			bool is_ipv4 = address->family == ADDRESS_IPV4;
			if (!is_ipv4 && !placed->options.has_ipv6)
				continue;
			prefixes[count].family = address->family;
			prefixes[count].bits = is_ipv4 ? 32 : 128;
			memcpy(prefixes[count++].octets, address->octets, 16);
		}
	}
	int error = netns_peer_create(prefixes, count, placed->complaint, &placed->network);
	memory_give(prefixes);
	return error;
}

/* ---- files ---- */

/* Not os/file's way: these files die with the world, and syncing hundreds would take seconds. */
static int write_text(struct placed *placed, const char *folder, const char *name,
		      const struct text *text)
{
	char path[PATH_OCTETS_MAX];
	int length = snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (length < 0 || (size_t)length >= sizeof(path))
		return fail(placed, ERR_LIMIT, folder);
	FILE *file = fopen(path, "we");
	if (!file)
		return complain(placed->complaint, error_from_errno(errno), "cannot write '%s': %m",
				path);
	bool is_written = fwrite(text_get(text), 1, text->length, file) == text->length;
	is_written = fclose(file) == 0 && is_written;
	if (!is_written)
		return complain(placed->complaint, ERR_FULL, "cannot write '%s': %m", path);
	return 0;
}

static int write_zone(struct placed *placed, const struct placed_server *row,
		      const struct place_zone *zone)
{
	assert(zone->zone < placed->world->zone_count);
	char path[PATH_OCTETS_MAX];
	snprintf(path, sizeof(path), "%s/%s", placed->options.folder, zone->file);
	if (access(path, F_OK) == 0)
		return 0; /* written for another server */
	struct view *view;
	struct text text;
	text_init(&text, ZONE_TEXT_MAX);
	uint32_t variant =
		view_variant(placed->world, row->server, &placed->world->zones[zone->zone]);
	int error = authority_view(placed->authority, zone->zone, variant, &view);
	if (!error)
		error = zone_text_write(authority_source(placed->authority), view, &text);
	if (error)
		error = fail(placed, error, "cannot write a zone file");
	else
		error = write_text(placed, placed->options.folder, zone->file, &text);
	text_release(&text);
	return error;
}

static struct place_job job_of(const struct placed *placed, const struct placed_server *row)
{
	const struct world_server *server = &placed->world->servers[row->server];
	return (struct place_job){
		.world = placed->world,
		.server = server,
		.folder = row->folder,
		.zones_folder = placed->options.folder,
		.zones = row->zones,
		.zone_count = row->zone_count,
		.module_folder = placed->module_folder[0] ? placed->module_folder : NULL,
		.has_ipv6 = placed->options.has_ipv6,
		.is_failing = server->behaviours & BEHAVIOUR_BIT(BEHAVIOUR_SERVFAIL),
	};
}

static int write_server(struct placed *placed, const struct placed_server *row)
{
	const struct place_job job = job_of(placed, row);
	int error = folder_make(row->folder, placed->complaint);
	for (uint32_t i = 0; i < row->zone_count && !error && !job.is_failing; i++)
		error = write_zone(placed, row, &row->zones[i]);
	if (error)
		return error;
	struct text text;
	text_init(&text, CONFIG_TEXT_MAX);
	error = place_config(&job, &text);
	if (!error)
		error = write_text(placed, row->folder, place_config_name(job.server->place),
				   &text);
	text_reset(&text);
	if (!error && job.server->place == PLACE_PDNS)
		error = place_config_pdns_zones(&job, &text);
	if (!error && job.server->place == PLACE_PDNS)
		error = write_text(placed, row->folder, "zones.conf", &text);
	text_release(&text);
	return error;
}

/* ---- starting ---- */

/* Runs in the second namespace, with its words in a file of its folder. */
static int start(struct placed *placed, const struct placed_server *row,
		 const char *const *arguments, struct process *ret_process)
{
	char path[PATH_OCTETS_MAX + 8];
	snprintf(path, sizeof(path), "%s/log", row->folder);
	CLOSED_AT_END int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	CLOSED_AT_END int none = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (log < 0 || none < 0)
		return complain(placed->complaint, ERR_IO, "cannot write '%s'", path);
	const struct process_descriptor descriptors[] = {{none, 0}, {log, 1}, {log, 2}};
	const struct process_options options = {
		.arguments = arguments,
		.descriptors = descriptors,
		.descriptor_count = 3,
		.network_namespace = placed->network,
		.folder = row->folder,
		.new_session = true,
	};
	return process_start(&options, placed->complaint, ret_process);
}

/* The last line that a server wrote before it failed. */
static void last_words(const struct placed_server *row, char *words, size_t room)
{
	char path[PATH_OCTETS_MAX + 8];
	char *data;
	size_t size;
	words[0] = 0;
	snprintf(path, sizeof(path), "%s/log", row->folder);
	if (file_read(path, LOG_OCTETS_MAX, NULL, &data, &size))
		return;
	while (size > 0 && data[size - 1] == '\n')
		data[--size] = 0;
	const char *line = strrchr(data, '\n');
	snprintf(words, room, "%s", line ? line + 1 : data);
	memory_give(data);
}

static int run_pdnsutil(struct placed *placed, const struct placed_server *row,
			const char *const *words)
{
	char program[PATH_OCTETS_MAX];
	char config[PATH_OCTETS_MAX + 16];
	find_program(placed, "pdnsutil", program);
	snprintf(config, sizeof(config), "--config-dir=%s", row->folder);
	const char *arguments[8] = {program, config};
	for (size_t i = 0; words[i]; i++)
		arguments[2 + i] = words[i];
	struct process process;
	int code = 0;
	int error = start(placed, row, arguments, &process);
	if (!error)
		error = process_wait(&process, &code);
	if (error || code == 0)
		return error;
	char last[512];
	last_words(row, last, sizeof(last));
	return complain(placed->complaint, ERR_IO, "pdnsutil %s failed with code %d: %s", words[0],
			code, last);
}

/* PowerDNS serves what is signed already only when told so, zone by zone, and NSEC3 only when told
 * its parameters. */
static int tell_pdns_of_zone(struct placed *placed, const struct placed_server *row, uint32_t zone)
{
	const struct world *world = placed->world;
	const struct zone *signed_zone = &world->zones[zone];
	char name[NAME_TEXT_MAX];
	char salt[2 * UINT8_MAX + 1] = "-";
	char parameters[sizeof(salt) + 64];
	name_to_text(signed_zone->name, name);
	const char *const presigned[] = {"set-presigned", name, NULL};
	int error = run_pdnsutil(placed, row, presigned);
	if (error || signed_zone->denial == DENIAL_BY_NSEC)
		return error;
	struct nsec3_parameters nsec3 = zone_nsec3(world, signed_zone);
	if (nsec3.salt_size > 0 && hex_from_octets(nsec3.salt, nsec3.salt_size, salt, sizeof(salt)))
		return ERR_FORMAT;
	snprintf(parameters, sizeof(parameters), "1 %d %u %s",
		 signed_zone->denial == DENIAL_BY_NSEC3_OPT_OUT, nsec3.iterations, salt);
	const char *const set_nsec3[] = {"set-nsec3", name, parameters, NULL};
	return run_pdnsutil(placed, row, set_nsec3);
}

static int prepare_pdns(struct placed *placed, const struct placed_server *row)
{
	char database[PATH_OCTETS_MAX + 32];
	snprintf(database, sizeof(database), "%s/dnssec.sqlite3", row->folder);
	const char *const create[] = {"create-bind-db", database, NULL};
	int error = run_pdnsutil(placed, row, create);
	for (uint32_t i = 0; i < row->zone_count && !error; i++) {
		if (placed->world->zones[row->zones[i].zone].algorithm)
			error = tell_pdns_of_zone(placed, row, row->zones[i].zone);
	}
	return error;
}

static int start_server(struct placed *placed, struct placed_server *row)
{
	enum place place = placed->world->servers[row->server].place;
	int error = 0;
	if (place == PLACE_PDNS)
		error = prepare_pdns(placed, row);
	if (error)
		return error;
	char program[PATH_OCTETS_MAX];
	char config[PATH_OCTETS_MAX + 32];
	char folder[PATH_OCTETS_MAX + 32];
	const char *arguments[1 + PLACE_ARGUMENTS_MAX];
	find_program(placed, place_program(place), program);
	snprintf(config, sizeof(config), "%s/%s", row->folder, place_config_name(place));
	snprintf(folder, sizeof(folder), "--config-dir=%s", row->folder);
	arguments[0] = program;
	place_arguments(place, config, folder, arguments + 1);
	return start(placed, row, arguments, &row->process);
}

static int wait_for_server(struct placed *placed, struct placed_server *row)
{
	const struct world_server *server = &placed->world->servers[row->server];
	bool has_ipv6 = placed->options.has_ipv6;
	uint32_t wait_ms = FIRST_WAIT_MS;
	uint32_t zones = row->zone_count > 0 ? row->zone_count : 1;
	for (uint32_t i = 0; i < zones; i++) {
		uint32_t zone = row->zone_count > 0 ? row->zones[i].zone : placed->world->root;
		int error = place_wait(server, placed->world->zones[zone].name, has_ipv6, wait_ms);
		wait_ms = NEXT_WAIT_MS;
		if (!error)
			continue;
		char name[NAME_TEXT_MAX];
		char words[512];
		last_words(row, words, sizeof(words));
		return complain(placed->complaint, ERR_UNSUPPORTED,
				"%s does not serve '%s' as the world asks; its last words: %s",
				place_program(server->place),
				name_to_text(placed->world->zones[zone].name, name), words);
	}
	return 0;
}

/* Only its addresses are made. */
static bool is_empty(const struct placed *placed, const struct placed_server *row)
{
	return placed->world->servers[row->server].place == PLACE_EMPTY;
}

static int start_all(struct placed *placed)
{
	int error = plan(placed);
	if (error)
		return fail(placed, error, "real servers");
	find_modules(placed);
	error = make_network(placed);
	for (uint32_t i = 0; i < placed->count && !error; i++) {
		if (!is_empty(placed, &placed->servers[i]))
			error = write_server(placed, &placed->servers[i]);
	}
	for (uint32_t i = 0; i < placed->count && !error; i++) {
		if (!is_empty(placed, &placed->servers[i]))
			error = start_server(placed, &placed->servers[i]);
	}
	for (uint32_t i = 0; i < placed->count && !error; i++) {
		if (!is_empty(placed, &placed->servers[i]))
			error = wait_for_server(placed, &placed->servers[i]);
	}
	return error;
}

int placed_start(const struct place_options *options, struct complaint *complaint,
		 struct placed **ret_placed)
{
	assert(options->authority != NULL && options->folder != NULL);
	struct placed *placed = memory_take_zeroed(1, sizeof(*placed));
	if (!placed)
		return complain(complaint, ERR_MEMORY, "out of memory");
	placed->authority = options->authority;
	placed->world = authority_source(options->authority)->world;
	placed->options = *options;
	placed->complaint = complaint;
	placed->network = -1;
	int error = start_all(placed);
	if (error) {
		placed_free(placed);
		return error;
	}
	*ret_placed = placed;
	return 0;
}

int placed_check(struct placed *placed, struct complaint *complaint)
{
	for (uint32_t i = 0; placed && i < placed->count; i++) {
		struct placed_server *row = &placed->servers[i];
		const struct world_server *server = &placed->world->servers[row->server];
		char name[NAME_TEXT_MAX];
		char words[512];
		int code;
		if (is_empty(placed, row) || process_poll(&row->process, &code) == ERR_BUSY)
			continue;
		row->process.pid = 0;
		last_words(row, words, sizeof(words));
		return complain(complaint, ERR_DAMAGED,
				"%s at '%s' ended during the run with code %d; its last words: %s",
				place_program(server->place), name_to_text(server->name, name),
				code, words);
	}
	return 0;
}

int placed_network(const struct placed *placed)
{
	assert(placed != NULL);
	return placed->network;
}

void placed_free(struct placed *placed)
{
	if (!placed)
		return;
	for (uint32_t i = 0; i < placed->count; i++) {
		if (placed->servers[i].process.pid > 0)
			process_stop(&placed->servers[i].process, STOP_GRACE_MS);
		memory_give(placed->servers[i].zones);
	}
	descriptor_close(placed->network);
	memory_give(placed->servers);
	memory_give(placed);
}
