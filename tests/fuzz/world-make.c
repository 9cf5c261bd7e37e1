/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Worlds made from any options. Property: what `world make` writes, `world check` finds sound, with
 * the domains asked for. */
#include "base/bytes.h"
#include "world/make.h"
#include "world/world.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_OCTETS_MAX ((size_t)4 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader reader;
	struct complaint complaint = {""};
	reader_init(&reader, data, size);
	static const char *const places[] = {NULL, "knot", "bind,pdns", "nsd,nsd,knot,bind,pdns"};
	const struct world_make_options options = {
		.seed = reader_u64(&reader) >> 1,
		.domains = 1 + reader_u8(&reader),
		.tlds = reader_u8(&reader) % (WORLD_MAKE_TLDS_MAX + 1),
		.operators = reader_u8(&reader) % 50,
		.signed_percent = reader_u8(&reader) % 101,
		.fault_percent = reader_u8(&reader) % 101,
		.behaviour_percent = reader_u8(&reader) % 101,
		.places = places[reader_u8(&reader) % 4],
	};
	struct text text;
	struct world *world = NULL;
	text_init(&text, TEXT_OCTETS_MAX);
	assert(world_make(&options, &text, &complaint) == OK);
	assert(world_parse(text_get(&text), text.length, NULL, &complaint, &world) == OK);
	assert(world_counts(world).targets == options.domains);
	world_free(world);
	text_release(&text);
	return 0;
}
