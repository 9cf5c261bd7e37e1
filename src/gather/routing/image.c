/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/routing/image.h"

#include "base/memory.h"
#include "gather/routing/routes_private.h"
#include "gather/routing/vrps_private.h"
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint8_t MAGIC[8] = "dsfiRT1";
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)
/* Routes and VRPs, of two families each. */
#define TABLES 4u
/* Of every array, so that each entry is aligned. */
#define ALIGNMENT 64u
/* ROUTING_ENTRIES_MAX of both tables and their indices, with room to spare. */
#define IMAGE_OCTETS_MAX ((uint64_t)4 << 30)

/* Where a table's arrays are; offsets from the image's start, 0: there is none. */
struct image_table {
	uint64_t count, duplicates, words, slices;
	uint64_t entries_at, low_at, words_at, slices_at;
};

struct image_header {
	uint8_t magic[8];
	uint64_t size;
	uint64_t has_vrps;
	struct image_table tables[TABLES];
};

struct routing_image {
	void *base;
	size_t size;
	struct routes *routes;
	struct vrps *vrps;
};

/* ---- making ---- */

static uint64_t place(uint64_t *size, uint64_t octets)
{
	const uint64_t at = (*size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	*size = at + octets;
	return at;
}

static void plan_table(const struct prefix_table *table, struct image_table *ret_plan,
		       uint64_t *size)
{
	struct image_table plan = {
		.count = table->count,
		.duplicates = table->duplicates,
		.words = table->entries[table->count].first,
		.slices = table->slices != NULL ? table->slice_count : 0,
	};
	plan.entries_at = place(size, (plan.count + 1) * sizeof(table->entries[0]));
	plan.words_at = place(size, plan.words * sizeof(table->words[0]));
	if (table->low != NULL)
		plan.low_at = place(size, plan.count * sizeof(table->low[0]));
	if (table->slices != NULL)
		plan.slices_at = place(size, (plan.slices + 1) * sizeof(table->slices[0]));
	*ret_plan = plan;
}

static void put(uint8_t *base, uint64_t at, const void *items, size_t octets)
{
	assert(at % ALIGNMENT == 0);
	if (octets > 0)
		memcpy(base + at, items, octets);
}

static void put_table(uint8_t *base, const struct prefix_table *table,
		      const struct image_table *plan)
{
	put(base, plan->entries_at, table->entries, (plan->count + 1) * sizeof(table->entries[0]));
	put(base, plan->words_at, table->words, plan->words * sizeof(table->words[0]));
	if (table->low != NULL)
		put(base, plan->low_at, table->low, plan->count * sizeof(table->low[0]));
	if (table->slices != NULL)
		put(base, plan->slices_at, table->slices,
		    (plan->slices + 1) * sizeof(table->slices[0]));
}

/* A mapping that can be written must be gone before the seal. */
static int fill(int descriptor, const struct image_header *header,
		const struct prefix_table *const tables[TABLES])
{
	if (ftruncate(descriptor, (off_t)header->size) != 0)
		return error_from_errno(errno);
	uint8_t *base = mmap(NULL, header->size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
	if (base == MAP_FAILED)
		return error_from_errno(errno);
	memcpy(base, header, sizeof(*header));
	for (size_t i = 0; i < TABLES; i++) {
		if (tables[i] != NULL)
			put_table(base, tables[i], &header->tables[i]);
	}
	if (munmap(base, header->size) != 0 || fcntl(descriptor, F_ADD_SEALS, SEALS) != 0)
		return error_from_errno(errno);
	return OK;
}

int routing_image_make(const struct routes *routes, const struct vrps *vrps, int *ret_descriptor,
		       size_t *ret_size)
{
	const struct prefix_table *tables[TABLES] = {NULL};
	struct image_header header = {.has_vrps = vrps != NULL};
	assert(routes != NULL && ret_descriptor != NULL);
	memcpy(header.magic, MAGIC, sizeof(MAGIC));
	uint64_t size = sizeof(header);
	for (size_t i = 0; i < TABLES; i++) {
		if (i < 2)
			tables[i] = routes_table(routes, i);
		else if (vrps != NULL)
			tables[i] = vrps_table(vrps, i - 2);
		if (tables[i] != NULL)
			plan_table(tables[i], &header.tables[i], &size);
	}
	assert(size <= IMAGE_OCTETS_MAX);
	header.size = size;
	const int descriptor = memfd_create("dsfi-routing", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (descriptor < 0)
		return error_from_errno(errno);
	const int error = fill(descriptor, &header, tables);
	if (error != OK) {
		(void)close(descriptor);
		return error;
	}
	*ret_descriptor = descriptor;
	*ret_size = (size_t)size;
	return OK;
}

/* ---- mapping ---- */

/* `count` items of `octets` each lie within the image behind its header. */
static bool fits(const struct image_header *header, uint64_t at, uint64_t count, size_t octets)
{
	return at >= sizeof(*header) && at % ALIGNMENT == 0 && at <= header->size &&
	       count <= ROUTING_ENTRIES_MAX + 1 && count * octets <= header->size - at;
}

static bool table_is_sound(const struct image_header *header, size_t index)
{
	const struct image_table *plan = &header->tables[index];
	const bool is_ipv6 = index % 2 == 1;
	return plan->count <= ROUTING_ENTRIES_MAX && plan->slices <= ROUTING_ENTRIES_MAX &&
	       fits(header, plan->entries_at, plan->count + 1, sizeof(struct prefix_entry)) &&
	       fits(header, plan->words_at, plan->words, sizeof(struct prefix_word)) &&
	       (is_ipv6 ? fits(header, plan->low_at, plan->count, sizeof(uint64_t))
			: plan->low_at == 0) &&
	       (plan->slices == 0 ||
		fits(header, plan->slices_at, plan->slices + 1, sizeof(uint32_t)));
}

static struct prefix_table table_in(uint8_t *base, const struct image_table *plan)
{
	return (struct prefix_table){
		.count = plan->count,
		.duplicates = plan->duplicates,
		.entries = (void *)(base + plan->entries_at),
		.low = plan->low_at != 0 ? (void *)(base + plan->low_at) : NULL,
		.words = (void *)(base + plan->words_at),
		.slices = plan->slices != 0 ? (void *)(base + plan->slices_at) : NULL,
		.slice_count = (uint32_t)plan->slices,
		.is_borrowed = true,
	};
}

static int open_tables(struct routing_image *image)
{
	const struct image_header *header = image->base;
	struct prefix_table tables[TABLES] = {0};
	const size_t count = header->has_vrps != 0 ? TABLES : 2;
	if (memcmp(header->magic, MAGIC, sizeof(MAGIC)) != 0 || header->size != image->size)
		return ERR_FORMAT;
	for (size_t i = 0; i < count; i++) {
		if (!table_is_sound(header, i))
			return ERR_FORMAT;
		tables[i] = table_in(image->base, &header->tables[i]);
	}
	int error = routes_borrow(&tables[0], &image->routes);
	if (error == OK && count > 2)
		error = vrps_borrow(&tables[2], &image->vrps);
	return error;
}

static int map(int descriptor, struct routing_image *image)
{
	struct stat status;
	const int seals = fcntl(descriptor, F_GET_SEALS);
	if (seals < 0 || (seals & SEALS) != SEALS || fstat(descriptor, &status) != 0)
		return ERR_FORMAT;
	if (status.st_size < (off_t)sizeof(struct image_header) ||
	    (uint64_t)status.st_size > IMAGE_OCTETS_MAX)
		return ERR_FORMAT;
	image->size = (size_t)status.st_size;
	image->base = mmap(NULL, image->size, PROT_READ, MAP_SHARED, descriptor, 0);
	if (image->base == MAP_FAILED) {
		image->base = NULL;
		return error_from_errno(errno);
	}
	return open_tables(image);
}

int routing_image_map(int descriptor, struct routing_image **ret_image)
{
	struct routing_image *image = memory_take_zeroed(1, sizeof(*image));
	if (image == NULL)
		return ERR_MEMORY;
	const int error = map(descriptor, image);
	if (error != OK) {
		routing_image_free(image);
		return error;
	}
	*ret_image = image;
	return OK;
}

void routing_image_free(struct routing_image *image)
{
	if (image == NULL)
		return;
	routes_free(image->routes);
	vrps_free(image->vrps);
	if (image->base != NULL)
		(void)munmap(image->base, image->size);
	memory_give(image);
}

const struct routes *routing_image_routes(const struct routing_image *image)
{
	return image->routes;
}

const struct vrps *routing_image_vrps(const struct routing_image *image)
{
	return image->vrps;
}
