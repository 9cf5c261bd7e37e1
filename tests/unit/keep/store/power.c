/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/power.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A disk writes a sector or does not, and then half of it. */
#define SECTOR_OCTETS 512
/* Files ever made in one test. */
#define BODIES_MAX 256
#define PENDING_MAX 65536
#define NONE (-1)

struct image {
	uint8_t *octets;
	size_t size;
};

/* A file, whatever its name: what is on the disk for certain, what is on its way. */
struct body {
	struct image durable;
	size_t *pending; /* numbers of events */
	size_t pending_count;
};

struct power {
	const struct disk_notes *notes;
	size_t at; /* events passed */
	struct body bodies[BODIES_MAX];
	int body_count;
	int names[DISK_FILES];   /* which body each name has */
	int durable[DISK_FILES]; /* and had when the folder was last synced */
	/* What became of names since, in order. */
	struct {
		enum disk_file file;
		int body;
	} renamed[BODIES_MAX];
	size_t renamed_count;
};

/* ---- images ---- */

static void image_resize(struct image *image, size_t size)
{
	image->octets = realloc(image->octets, size + 1);
	assert(image->octets != NULL);
	if (size > image->size)
		memset(image->octets + image->size, 0, size - image->size);
	image->size = size;
}

static void image_write(struct image *image, size_t offset, const uint8_t *octets, size_t size)
{
	if (size == 0)
		return;
	if (offset + size > image->size)
		image_resize(image, offset + size);
	memcpy(image->octets + offset, octets, size);
}

static void image_apply(struct image *image, const struct disk_event *event)
{
	if (event->deed == DISK_SHORTENED)
		image_resize(image, (size_t)event->offset);
	else
		image_write(image, (size_t)event->offset, event->data, event->size);
}

/* Some sectors of a write; in place of the others nothing, or garbage. */
static void image_apply_sectors(struct image *image, const struct disk_event *event,
				struct random *random, bool has_garbage)
{
	if (event->deed == DISK_SHORTENED) {
		if (random_below(random, 2) == 0)
			image_apply(image, event);
		return;
	}
	for (size_t at = 0; at < event->size;) {
		const size_t start = (size_t)event->offset + at;
		size_t size = SECTOR_OCTETS - start % SECTOR_OCTETS;
		if (size > event->size - at)
			size = event->size - at;
		const uint32_t fate = random_below(random, 16);
		if (fate < 8) {
			image_write(image, start, event->data + at, size);
		} else if (fate < 10) {
			const size_t torn = random_below(random, (uint32_t)size + 1);
			image_write(image, start, event->data + at, torn);
		} else if (fate < 12 && has_garbage) {
			uint8_t garbage[SECTOR_OCTETS];
			random_octets(random, garbage, size);
			image_write(image, start, garbage, size);
		}
		at += size;
	}
}

/* ---- events, one after the other ---- */

static int body_new(struct power *power)
{
	assert(power->body_count < BODIES_MAX);
	struct body *body = &power->bodies[power->body_count];
	body->pending = malloc(PENDING_MAX * sizeof(*body->pending));
	assert(body->pending != NULL);
	return power->body_count++;
}

static void rename_to(struct power *power, enum disk_file file, int body)
{
	assert(power->renamed_count < BODIES_MAX);
	power->names[file] = body;
	power->renamed[power->renamed_count].file = file;
	power->renamed[power->renamed_count++].body = body;
}

static void sync_folder(struct power *power)
{
	memcpy(power->durable, power->names, sizeof(power->durable));
	power->renamed_count = 0;
}

static void sync_body(struct power *power, struct body *body, bool is_lost)
{
	for (size_t i = 0; i < body->pending_count && !is_lost; i++)
		image_apply(&body->durable, &power->notes->events[body->pending[i]]);
	body->pending_count = 0;
}

bool power_step(struct power *power)
{
	if (power->at == power->notes->count)
		return false;
	const size_t number = power->at++;
	const struct disk_event *event = &power->notes->events[number];
	if (event->deed == DISK_MADE)
		rename_to(power, event->file, body_new(power));
	else if (event->deed == DISK_REMOVED)
		rename_to(power, event->file, NONE);
	if (event->deed != DISK_MADE && event->deed != DISK_REMOVED) {
		assert(power->names[event->file] != NONE);
		struct body *body = &power->bodies[power->names[event->file]];
		if (event->deed == DISK_SYNCED || event->deed == DISK_SYNC_FAILED) {
			sync_body(power, body, event->deed == DISK_SYNC_FAILED);
		} else {
			assert(body->pending_count < PENDING_MAX);
			body->pending[body->pending_count++] = number;
		}
	}
	if (event->syncs_folder)
		sync_folder(power);
	return true;
}

/* ---- the cut ---- */

static int chosen_body(const struct power *power, enum disk_file file, enum power_cut how,
		       struct random *random)
{
	int body = power->durable[file];
	for (size_t i = 0; i < power->renamed_count; i++) {
		if (power->renamed[i].file != file || how == CUT_ALL_LOST)
			continue;
		if (how == CUT_NONE_LOST || random_below(random, 2) == 0)
			body = power->renamed[i].body;
	}
	return body;
}

/* `limit`: of CUT_IN_ORDER, the event that is torn. */
static void apply_pending(const struct power *power, const struct body *body, enum power_cut how,
			  struct random *random, size_t limit, struct image *image)
{
	for (size_t i = 0; i < body->pending_count && how != CUT_ALL_LOST; i++) {
		const size_t number = body->pending[i];
		const struct disk_event *event = &power->notes->events[number];
		if (how == CUT_SECTORS || how == CUT_GARBAGE)
			image_apply_sectors(image, event, random, how == CUT_GARBAGE);
		else if (how == CUT_NONE_LOST || number < limit)
			image_apply(image, event);
		else if (number == limit && event->deed == DISK_WRITTEN)
			image_write(image, (size_t)event->offset, event->data,
				    random_below(random, (uint32_t)event->size));
	}
}

static void path_of(char path[4200], const char *database, const char *suffix)
{
	int length = snprintf(path, 4200, "%s%s", database, suffix);
	assert(length > 0 && length < 4200);
}

static void put_file(const char *path, const struct image *image)
{
	int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert(descriptor >= 0);
	ssize_t written = write(descriptor, image->octets, image->size);
	assert(written == (ssize_t)image->size);
	close(descriptor);
}

/* Where in the events that are not certain yet an ordered disk stopped. */
static size_t choose_limit(const struct power *power, struct random *random)
{
	size_t first = power->at;
	for (int i = 0; i < power->body_count; i++) {
		const struct body *body = &power->bodies[i];
		if (body->pending_count > 0 && body->pending[0] < first)
			first = body->pending[0];
	}
	return first + random_below(random, (uint32_t)(power->at - first) + 1);
}

uint64_t power_cut(const struct power *power, enum power_cut how, struct random *random,
		   const char *database)
{
	char path[4200];
	uint64_t digest = 0;
	const uint8_t key[crypto_shorthash_KEYBYTES] = {0};
	const size_t limit = choose_limit(power, random);
	path_of(path, database, "-shm");
	(void)unlink(path);
	for (enum disk_file file = 0; file < DISK_FILES; file++) {
		const int chosen = chosen_body(power, file, how, random);
		struct image image = {0};
		uint64_t mixed[2] = {digest, file};
		path_of(path, database, disk_suffix(file));
		(void)unlink(path);
		if (chosen != NONE) {
			const struct body *body = &power->bodies[chosen];
			image_write(&image, 0, body->durable.octets, body->durable.size);
			apply_pending(power, body, how, random, limit, &image);
			put_file(path, &image);
			(void)crypto_shorthash((uint8_t *)&mixed[1], image.octets, image.size, key);
		}
		free(image.octets);
		(void)crypto_shorthash((uint8_t *)&digest, (const uint8_t *)mixed, sizeof(mixed),
				       key);
	}
	return digest;
}

/* ---- */

/* The file that stands there, all of it certain. */
static void take_standing(struct power *power, enum disk_file file, const char *database)
{
	char path[4200];
	struct stat found;
	path_of(path, database, disk_suffix(file));
	int descriptor = open(path, O_RDONLY);
	if (descriptor < 0)
		return;
	assert(fstat(descriptor, &found) == 0);
	power->names[file] = power->durable[file] = body_new(power);
	struct image *image = &power->bodies[power->names[file]].durable;
	image_resize(image, (size_t)found.st_size);
	ssize_t size = read(descriptor, image->octets, image->size);
	assert(size == (ssize_t)image->size);
	close(descriptor);
}

struct power *power_new(const struct disk_notes *notes, const char *path)
{
	struct power *power = calloc(1, sizeof(*power));
	assert(power != NULL);
	power->notes = notes;
	for (enum disk_file file = 0; file < DISK_FILES; file++) {
		power->names[file] = power->durable[file] = NONE;
		take_standing(power, file, path);
	}
	return power;
}

void power_free(struct power *power)
{
	for (int i = 0; i < power->body_count; i++) {
		free(power->bodies[i].durable.octets);
		free(power->bodies[i].pending);
	}
	free(power);
}
