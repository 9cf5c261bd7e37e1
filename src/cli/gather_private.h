/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of gather_run: what the options say (gather_settings.c), who announces addresses
 * (gather_routing.c), who opted out
 * (opt_out_list.c), what is said of the network here (gather_network.c).
 */
#ifndef CLI_GATHER_PRIVATE_H
#define CLI_GATHER_PRIVATE_H

#include "base/map.h"
#include "base/random.h"
#include "cli/gather.h"
#include "cli/progress.h"
#include "cli/targets.h"
#include "daemon/scan_parent.h"
#include "keep/store/store.h"

/* Who asked to be left alone. */
struct opt_out_list {
	struct address_prefix *prefixes;
	size_t count, room;
	struct map *domains; /* in wire form, lower case; everything below is meant too */
	uint8_t *names;      /* the same, one behind the other */
	size_t names_size, names_room;
};
MUST_CHECK int opt_out_list_read(const char *path, struct random *random,
				 struct opt_out_list *ret_list, struct complaint *complaint);
void opt_out_list_release(struct opt_out_list *list);
bool opt_out_list_has(const struct opt_out_list *list, const uint8_t *domain);

/* What each worker is told, with NEED_* beside those of the options; texts and arrays live in the
 * arena. */
MUST_CHECK int gather_settings(const struct options *options, unsigned int needs,
			       struct arena *arena, struct wire_settings *ret_settings,
			       struct complaint *complaint);
/* Forgets what is secret in them, before the arena goes. */
void gather_settings_wipe(struct wire_settings *settings);

/* Tables of routes that all workers share. */
struct gather_routing {
	int descriptor; /* of the image; 0: none was given */
	size_t octets;
	char words[SETTINGS_ROUTING_MAX + 1]; /* what they are and of when */
};
/* Reads what --routes, --vrps and --rtr name, once, before any worker is started; says on
 * options->err what it got if an option asked for it, unless quiet. The loop runs while a cache is
 * asked. */
MUST_CHECK int gather_routing_open(const struct options *options, struct loop *loop,
				   struct gather_routing *ret_routing, struct complaint *complaint);
/* Reads the files alone, and keeps nothing: of those that others will read, that they can be. */
MUST_CHECK int gather_routing_check(const struct options *options, struct complaint *complaint);
void gather_routing_close(struct gather_routing *routing);

/* What was said of the network at this vantage. */
struct network_line {
	bool is_lost;
	unsigned absent; /* NETWORK_ABSENT_*, said */
};
/* Says once what is new: that the network is lost, or back; that there is no IPv4 or IPv6. */
void network_show(struct network_line *line, struct progress_line *above,
		  const struct options *options, const struct scan_progress *progress);

#endif
