/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "cli/gather_private.h"
#include "cli/roots.h"
#include "dns/policy/suffix.h"
#include "judge/check/profile.h"
#include "model/observation.h"
#include "os/file.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

unsigned int profile_needs(const char *name)
{
	const struct profile *profile = profile_by_name(name);
	assert(profile != NULL); /* one of the option's choices */
	return profile->needs;
}

unsigned int options_needs(const struct options *options)
{
	return profile_needs(options_text(options, "profile")) |
	       (options_flag(options, "own") ? NEED_OWN : 0u) |
	       (options_flag(options, "logins") ? NEED_LOGINS : 0u) |
	       (options_flag(options, "connect") ? NEED_CONNECT | NEED_DANE : 0u);
}

/* What --own asks for is rude to strangers, and a list is easily somebody else's. */
static int check_own(const struct options *options, struct complaint *complaint)
{
	const bool is_own = options_flag(options, "own");
	const bool is_list_own = options_flag(options, "own-targets");
	if (is_list_own && !is_own)
		return complain(
			complaint, ERR_ARGUMENT,
			"--own-targets says whose the list is that --own is for; give --own, "
			"too");
	if (options_text(options, "tsig-key") != NULL && !is_own)
		return complain(
			complaint, ERR_ARGUMENT,
			"--tsig-key is a key of your own servers; give --own, too, if the domains "
			"are yours");
	if (is_own && !is_list_own && options_given(options, "targets"))
		return complain(
			complaint, ERR_ARGUMENT,
			"--own asks servers for transfers, recursion and updates, and needs "
			"their owner's consent: name the domains on the command line, or add "
			"--own-targets when every domain of '%s' is yours",
			options_text(options, "targets"));
	return OK;
}

static int set_roots(const struct options *options, struct arena *arena,
		     struct wire_settings *settings, struct complaint *complaint)
{
	struct roots roots;
	static_assert(ROOT_HINTS_MAX <= SETTINGS_HINTS_MAX &&
			      ROOT_ANCHORS_MAX <= SETTINGS_ANCHORS_MAX,
		      "a worker takes as many");
	int error = roots_read(options, arena, &roots, complaint);
	if (error != OK)
		return error;
	settings->hints = roots.hints;
	settings->hint_count = roots.hint_count;
	settings->anchors = roots.anchors;
	settings->anchor_count = roots.anchor_count;
	return OK;
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

/* In a world it is one, without being told. */
static unsigned int test_network(const struct options *options, unsigned int needs)
{
	const bool is_test = options_flag(options, "test-network") || getenv("DSFI_WORLD") != NULL;
	return is_test && (needs & NEED_WAYS) != 0 ? LOOK_IN_TEST_NETWORK : 0;
}

/* Workers get the list as it is; that it is whole is found out here. */
static int set_suffixes(const struct options *options, struct arena *arena,
			struct wire_settings *settings, struct complaint *complaint)
{
	const char *path = options_text(options, "public-suffixes");
	struct suffix_list *list;
	char *octets;
	size_t size;
	if (path == NULL)
		return OK;
	int error = file_read(path, SUFFIX_FILE_OCTETS_MAX, complaint, &octets, &size);
	if (error != OK)
		return error;
	error = suffix_from_octets(octets, size, &list, complaint);
	if (error == OK) {
		suffix_free(list);
		settings->suffixes = arena_copy(arena, octets, size);
		settings->suffixes_size = size;
		error = settings->suffixes != NULL ? OK : ERR_MEMORY;
	}
	memory_give(octets);
	return error == OK ? OK : complain_more(complaint, error, "--public-suffixes '%s'", path);
}

/* The secret is in the arena until gather_settings_wipe(), and nowhere else. */
static int set_tsig_key(const struct options *options, struct arena *arena,
			struct wire_settings *settings, struct complaint *complaint)
{
	const char *path = options_text(options, "tsig-key");
	char *octets;
	size_t size;
	if (path == NULL)
		return OK;
	struct tsig_key *key = arena_take_zeroed(arena, sizeof(*key));
	if (key == NULL)
		return complain(complaint, ERR_MEMORY, "no memory for settings");
	int error = file_read_secret(path, TSIG_TEXT_MAX, complaint, &octets, &size);
	if (error == OK) {
		error = tsig_key_read(octets, size, key, complaint);
		explicit_bzero(octets, size);
		memory_give(octets);
	}
	if (error != OK)
		return complain_more(complaint, error, "--tsig-key '%s'", path);
	settings->tsig_key = key;
	settings->needs |= NEED_TSIG;
	return OK;
}

void gather_settings_wipe(struct wire_settings *settings)
{
	/* The arena's, which is ours. */
	if (settings->tsig_key != NULL)
		tsig_key_wipe((struct tsig_key *)(uintptr_t)settings->tsig_key);
	settings->tsig_key = NULL;
}

static int set_connect(const struct options *options, struct wire_settings *settings,
		       struct complaint *complaint)
{
	const char *path = options_text(options, "ca-file");
	if (path == NULL)
		path = getenv("DSFI_CA_FILE");
	settings->ca_file = path != NULL ? path : "";
	settings->is_in_world = roots_is_in_world();
	if (strlen(settings->ca_file) > SETTINGS_PATH_MAX)
		return complain(complaint, ERR_ARGUMENT,
				"--ca-file takes a path of at most %u characters",
				SETTINGS_PATH_MAX);
	return OK;
}

int gather_settings(const struct options *options, unsigned int needs, struct arena *arena,
		    struct wire_settings *ret_settings, struct complaint *complaint)
{
	struct wire_settings settings = {
		.needs = options_needs(options) | needs,
		.rate_total = (uint32_t)options_number(options, "rate"),
		.rate_per_server = roots_rate_per_server(options),
		.domains_in_flight = (uint32_t)options_number(options, "in-flight"),
	};
	settings.needs |= test_network(options, settings.needs);
	int error = check_own(options, complaint);
	if (error == OK)
		error = set_roots(options, arena, &settings, complaint);
	if (error == OK)
		error = set_words(options, arena, &settings, complaint);
	if (error == OK)
		error = set_suffixes(options, arena, &settings, complaint);
	if (error == OK)
		error = set_connect(options, &settings, complaint);
	if (error == OK) /* last, so that nothing fails after it */
		error = set_tsig_key(options, arena, &settings, complaint);
	if (error == OK)
		*ret_settings = settings;
	return error;
}
