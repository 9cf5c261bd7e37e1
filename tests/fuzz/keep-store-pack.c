/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the store packs. First octet: how much of the rest is the basis. Properties: what was packed
 * unpacks to itself by the same basis; the rest, taken as something packed, unpacks within the
 * limit or not at all; a packed frame with one bit turned is noticed.
 */
#include "base/arena.h"
#include "keep/store/store_private.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LIMIT ((size_t)1 << 20)

static struct store *make_store(void)
{
	static struct store store;
	if (store.packer == NULL) {
		store.packer = ZSTD_createCCtx();
		store.unpacker = ZSTD_createDCtx();
		assert(store.packer != NULL && store.unpacker != NULL);
		size_t result = ZSTD_CCtx_setParameter(store.packer, ZSTD_c_checksumFlag, 1);
		assert(!ZSTD_isError(result));
		arena_init(&store.arena, (size_t)16 << 20, 1 << 16);
	}
	arena_reset(&store.arena);
	return &store;
}

static void try_damage(struct store *store, const uint8_t *data, struct octets packed,
		       struct octets plain)
{
	struct octets broken, result;
	uint8_t *copy = arena_copy(&store->arena, packed.data, packed.size);
	assert(copy != NULL);
	copy[data[0] % packed.size] ^= (uint8_t)(1u << data[0] % 8);
	broken = (struct octets){.data = copy, .size = packed.size};
	int error = unpack(store, broken, (struct octets){0}, LIMIT, &result);
	/* A header's bits may be of no meaning; then nothing is different. */
	assert(error != OK ||
	       (result.size == plain.size && memcmp(result.data, plain.data, plain.size) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2 || size > 65536)
		return 0;
	struct store *store = make_store();
	const size_t basis_size = (size - 1) * data[0] / 256;
	const struct octets basis = {.data = data + 1, .size = basis_size};
	const struct octets plain = {.data = data + 1 + basis_size, .size = size - 1 - basis_size};
	struct octets packed, result;
	int error = unpack(store, plain, (struct octets){0}, LIMIT, &result);
	assert(error != OK || result.size <= LIMIT);
	error = pack(store, plain, basis, &packed);
	assert(error == OK);
	error = unpack(store, packed, basis, LIMIT, &result);
	assert(error == OK && result.size == plain.size);
	assert(memcmp(result.data, plain.data, plain.size) == 0);
	if (basis_size == 0)
		try_damage(store, data, packed, plain);
	return 0;
}
