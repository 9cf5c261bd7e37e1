/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/gather_private.h"
#include "dns/resolver/resolver.h"
#include "gather/scan/scan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct profile {
	const char *name;
	unsigned needs;
};

/* `default` is what the checks need; the others look at less, or at everything. */
static const struct profile profiles[] = {
	{"default", NEED_ALL_DEFAULT},
	{"delegation", NEED_DELEGATION | NEED_ADDRESSES},
	{"dnssec", NEED_DELEGATION | NEED_ADDRESSES | NEED_SERVERS | NEED_SIGNATURES},
	{"full", NEED_ALL_DEFAULT | NEED_DOT},
};

static unsigned needs_of(const char *name)
{
	size_t i = 0;
	while (strcmp(profiles[i].name, name) != 0) {
		i++;
		assert(i <
		       sizeof(profiles) / sizeof(profiles[0])); /* one of the option's choices */
	}
	return profiles[i].needs;
}

/* The option's file, else the environment's, else NULL. */
static const char *file_of(const struct options *options, const char *option, const char *variable)
{
	const char *path = options_text(options, option);
	if (path == NULL)
		path = getenv(variable);
	return path != NULL && *path != 0 ? path : NULL;
}

static int set_hints(const struct options *options, struct arena *arena,
		     struct wire_settings *settings, struct complaint *complaint)
{
	const char *path = file_of(options, "hints", "DSFI_ROOT_HINTS");
	struct address *hints = arena_take_array(arena, SETTINGS_HINTS_MAX, sizeof(*hints));
	int error = hints != NULL ? OK : complain(complaint, ERR_MEMORY, "no memory for hints");
	if (error == OK && path != NULL)
		error = hints_from_file(path, hints, SETTINGS_HINTS_MAX, &settings->hint_count,
					complaint);
	else if (error == OK)
		settings->hint_count = hints_built_in(hints, SETTINGS_HINTS_MAX);
	settings->hints = hints;
	return error;
}

static int set_anchors(const struct options *options, struct arena *arena,
		       struct wire_settings *settings, struct complaint *complaint)
{
	const char *path = file_of(options, "trust-anchor", "DSFI_TRUST_ANCHORS");
	struct record *anchors = NULL;
	int error;
	if (path != NULL)
		error = anchors_from_file(arena, path, &anchors, &settings->anchor_count,
					  complaint);
	else
		error = anchors_built_in(arena, &anchors, &settings->anchor_count);
	if (error == OK && settings->anchor_count > SETTINGS_ANCHORS_MAX)
		error = complain(complaint, ERR_LIMIT, "'%s' has more than %u trust anchors",
				 path != NULL ? path : "", SETTINGS_ANCHORS_MAX);
	settings->anchors = anchors;
	return error;
}

/* Inside a world nobody is disturbed. */
static uint32_t rate_per_server(const struct options *options)
{
	const char *world = getenv("DSFI_WORLD");
	if (world != NULL && *world != 0 && !options_given(options, "per-server"))
		return 0;
	return (uint32_t)options_number(options, "per-server");
}

static int set_words(const struct options *options, struct arena *arena,
		     struct wire_settings *settings, struct complaint *complaint)
{
	char host[SETTINGS_VANTAGE_MAX + 1] = "";
	const char *vantage = options_text(options, "vantage");
	const char *contact = options_text(options, "contact");
	if (vantage == NULL) {
		/* A name that does not fit is cut, with or without its end. */
		if (gethostname(host, sizeof(host)) != 0)
			host[0] = 0;
		host[sizeof(host) - 1] = 0;
		vantage = host;
	}
	if (strlen(vantage) > SETTINGS_VANTAGE_MAX)
		return complain(complaint, ERR_ARGUMENT, "--vantage takes at most %u characters",
				SETTINGS_VANTAGE_MAX);
	settings->vantage = arena_text(arena, vantage);
	if (contact != NULL)
		settings->scanner = arena_format(arena, "dsfi %s (%s)", DSFI_VERSION, contact);
	else
		settings->scanner = arena_format(arena, "dsfi %s", DSFI_VERSION);
	if (settings->vantage == NULL || settings->scanner == NULL)
		return complain(complaint, ERR_MEMORY, "no memory for settings");
	if (strlen(settings->scanner) > SETTINGS_SCANNER_MAX)
		return complain(complaint, ERR_ARGUMENT, "--contact takes at most 100 characters");
	return OK;
}

int gather_settings(const struct options *options, struct arena *arena,
		    struct wire_settings *ret_settings, struct complaint *complaint)
{
	struct wire_settings settings = {
		.needs = needs_of(options_text(options, "profile")),
		.rate_total = (uint32_t)options_number(options, "rate"),
		.rate_per_server = rate_per_server(options),
		.domains_in_flight = (uint32_t)options_number(options, "in-flight"),
	};
	int error = set_hints(options, arena, &settings, complaint);
	if (error == OK)
		error = set_anchors(options, arena, &settings, complaint);
	if (error == OK)
		error = set_words(options, arena, &settings, complaint);
	if (error == OK)
		*ret_settings = settings;
	return error;
}
