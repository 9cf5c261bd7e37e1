/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Real name servers at addresses of a world: one process a server, in the second network namespace,
 * with a folder of its own that holds its configuration, and zone files that all share.
 *
 * Each program can serve some of what a world can break; what it cannot is refused when the file is
 * read, with the reason (place_refuses_*). After the start every zone is asked for at every server
 * before the command runs, so that a program that did not load one is told of and not measured.
 */
#ifndef WORLD_PLACE_PRIVATE_H
#define WORLD_PLACE_PRIVATE_H

#include "base/text.h"
#include "world/authority_private.h"

const char *place_name(enum place place);
/* NULL, or why this program cannot show the fault of a zone, or the behaviour. */
const char *place_refuses_fault(enum place place, const struct zone *zone, enum fault fault);
const char *place_refuses_behaviour(enum place place, enum behaviour behaviour);

struct placed;

struct place_options {
	struct authority *authority; /* for the zones' contents */
	const char *folder;          /* an empty one, for everything */
	const char *servers_folder;  /* where programs are looked for first, or NULL */
	bool has_ipv6;
};

bool world_has_places(const struct world *world);
/* Makes the second namespace, writes, starts, waits until all answer. */
MUST_CHECK int placed_start(const struct place_options *options, struct complaint *complaint,
			    struct placed **ret_placed);
/* Did all live through the run? ERR_DAMAGED with the name of one that did not. */
MUST_CHECK int placed_check(struct placed *placed, struct complaint *complaint);
/* The network namespace that they are in. */
int placed_network(const struct placed *placed);
/* Ends them all. placed_free(NULL) is fine. */
void placed_free(struct placed *placed);

/* ---- place_config.c: what one server's files say ---- */

struct place_zone {
	uint32_t zone;
	char file[64]; /* below the shared folder */
};

/* One server to be configured. */
struct place_job {
	const struct world *world;
	const struct world_server *server;
	const char *folder;       /* its own */
	const char *zones_folder; /* shared */
	const struct place_zone *zones;
	uint32_t zone_count;
	const char *module_folder; /* of PowerDNS, or NULL: its own */
	bool has_ipv6;
	bool is_failing; /* servfail: zones are configured and their files are not there */
};

/* The main configuration file, and its name within the folder. */
MUST_CHECK int place_config(const struct place_job *job, struct text *text);
const char *place_config_name(enum place place);
/* PowerDNS's list of zones, in the form of BIND's. */
MUST_CHECK int place_config_pdns_zones(const struct place_job *job, struct text *text);
const char *place_program(enum place place);
/* The command line but for the program, ended by NULL, at most PLACE_ARGUMENTS_MAX; `config` is the
 * configuration's path, `folder_argument` a buffer for one made of parts. */
#define PLACE_ARGUMENTS_MAX 8
void place_arguments(enum place place, const char *config, const char *folder_argument,
		     const char *ret_arguments[PLACE_ARGUMENTS_MAX]);

/* ---- place_wait.c ---- */

/* Asks `server` for the SOA of `zone` until it answers as it should, or ERR_TIMEOUT. */
MUST_CHECK int place_wait(const struct world_server *server, const uint8_t *zone, bool has_ipv6,
			  uint32_t wait_ms);

#endif
