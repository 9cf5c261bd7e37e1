/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/learn/watch.h"

#include "base/clock.h"
#include "tell/learn/measure.h"
#include "tell/learn/registrar.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define BETWEEN_MS 150
/* More than are made within the longest TTL of a lesson. */
#define LOOKS_MAX 256
/* Every so many looks the registry looks at CDS records. */
#define CDS_EVERY 4
static_assert(WATCH_TAGS_MAX == MEASURED_TAGS_MAX, "a look holds what is measured");

struct watcher {
	const struct desk *desk;
	struct look looks[LOOKS_MAX]; /* a ring */
	size_t count;
	unsigned int rounds;
	uint64_t generation; /* of the desk when its looks were made */
};

static bool have_common(const uint16_t *left, size_t left_count, const uint16_t *right,
			size_t right_count)
{
	for (size_t i = 0; i < left_count; i++) {
		if (measured_has_tag(right, right_count, left[i]))
			return true;
	}
	return false;
}

const char *watch_compare(const struct look *before, const struct look *now)
{
	assert(now->at_ms >= before->at_ms);
	/* The longest that it can be: on a slow machine a look takes a while, and nobody shall be
	 * blamed for that. */
	assert(before->began_ms <= before->at_ms);
	const uint64_t age_ms = now->at_ms - before->began_ms;
	if (before->ds_count > 0 && age_ms < (uint64_t)before->ds_ttl_s * 1000 &&
	    !have_common(before->ds, before->ds_count, now->key_signers, now->key_signer_count))
		return "a resolver that still had the old DS record found no key in the zone that "
		       "it leads to";
	if (before->key_count > 0 && age_ms < (uint64_t)before->key_ttl_s * 1000 &&
	    !have_common(before->keys, before->key_count, now->zone_signers,
			 now->zone_signer_count))
		return "a resolver that still had the old keys found signatures by none of them";
	if (before->key_count > 0 && now->ds_count > 0 &&
	    age_ms < (uint64_t)before->key_ttl_s * 1000 &&
	    !have_common(now->ds, now->ds_count, before->keys, before->key_count))
		return "a resolver that still had the old keys found a DS record that leads to "
		       "none of them";
	return NULL;
}

static void note(const struct watcher *watcher, const char *what)
{
	assert(what[0] != 0 && !strchr(what, '\n'));
	(void)!desk_note(watcher->desk, DESK_SEEN, what);
}

static void compare_all(const struct watcher *watcher, const struct look *now)
{
	assert(now->key_count > 0);
	const size_t kept = watcher->count < LOOKS_MAX ? watcher->count : LOOKS_MAX;
	for (size_t i = 0; i < kept; i++) {
		const char *what = watch_compare(&watcher->looks[i], now);
		if (what)
			note(watcher, what);
	}
}

static void fill_look(const struct measured measured[3], uint64_t began_ms, struct look *look)
{
	const struct clock clock = clock_system();
	*look = (struct look){
		.began_ms = began_ms,
		.at_ms = clock_monotonic_ns(&clock) / 1000000,
		.ds_ttl_s = measured[0].ttl_s,
		.key_ttl_s = measured[1].ttl_s,
		.ds_count = measured[0].tag_count,
		.key_count = measured[1].tag_count,
		.key_signer_count = measured[1].signer_count,
		.zone_signer_count = measured[2].signer_count,
	};
	memcpy(look->ds, measured[0].tags, sizeof(look->ds));
	memcpy(look->keys, measured[1].tags, sizeof(look->keys));
	memcpy(look->key_signers, measured[1].signers, sizeof(look->key_signers));
	memcpy(look->zone_signers, measured[2].signers, sizeof(look->zone_signers));
}

static bool are_all(const struct measured measured[3], bool (*is_so)(const struct measured *))
{
	return is_so(&measured[0]) && is_so(&measured[1]) && is_so(&measured[2]);
}

static bool is_whole(const struct measured *measured)
{
	return measured->is_found && !measured->is_unreachable && !measured->is_bogus;
}

static bool is_answered(const struct measured *measured)
{
	return !measured->is_unreachable;
}

/* What one look shows by itself. */
static void judge(const struct watcher *watcher, const struct measured measured[3])
{
	for (size_t i = 0; i < 3; i++) {
		if (!measured[i].is_bogus)
			continue;
		char line[1024];
		snprintf(line, sizeof(line), "an answer was bogus: %.900s",
			 text_get(&measured[i].reason));
		note(watcher, line);
		return;
	}
	if (are_all(measured, is_answered) && !measured[0].is_found)
		note(watcher, "the parent had no DS record for a while, so that nobody validated");
}

static void look_once(struct watcher *watcher, const char *domain)
{
	static const char *const types[] = {"DS", "DNSKEY", "SOA"};
	const struct clock clock = clock_system();
	const uint64_t began_ms = clock_monotonic_ns(&clock) / 1000000;
	struct measured measured[3];
	for (size_t i = 0; i < 3; i++)
		measured_init(&measured[i]);
	int error = measure_names(domain, types, 3, measured);
	(void)!desk_touch(watcher->desk, DESK_WATCHING);
	if (!error && watcher->generation &&
	    desk_generation(watcher->desk) == watcher->generation) {
		struct look now;
		judge(watcher, measured);
		fill_look(measured, began_ms, &now);
		if (are_all(measured, is_whole)) {
			compare_all(watcher, &now);
			watcher->looks[watcher->count++ % LOOKS_MAX] = now;
		}
	}
	for (size_t i = 0; i < 3; i++)
		measured_release(&measured[i]);
}

int watch_run(const struct desk *desk)
{
	struct watcher watcher = {.desk = desk};
	assert(desk->lesson->watched != NULL);
	for (;;) {
		const struct timespec pause = {.tv_nsec = BETWEEN_MS * 1000000};
		const uint64_t generation = desk_generation(desk);
		if (generation != watcher.generation)
			watcher.count = 0;
		watcher.generation = generation;
		look_once(&watcher, desk->lesson->watched);
		if (desk->lesson->reads_cds && ++watcher.rounds % CDS_EVERY == 0)
			(void)!registrar_read_cds(desk, desk->lesson->watched);
		(void)nanosleep(&pause, NULL);
	}
}
