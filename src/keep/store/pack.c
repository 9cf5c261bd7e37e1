/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Zstandard (RFC 8878), each frame with its size and checksum, against a basis where there is one.
 */
#include "keep/store/store_private.h"

#include <assert.h>

int pack(struct store *store, struct octets plain, struct octets basis, struct octets *ret_packed)
{
	assert(plain.data != NULL && plain.size > 0);
	assert(basis.size == 0 || basis.data != NULL);
	size_t room = ZSTD_compressBound(plain.size);
	uint8_t *packed = arena_take_octets(&store->arena, room);
	if (packed == NULL)
		return ERR_MEMORY;
	size_t result = ZSTD_CCtx_reset(store->packer, ZSTD_reset_session_only);
	if (!ZSTD_isError(result) && basis.size > 0)
		result = ZSTD_CCtx_refPrefix(store->packer, basis.data, basis.size);
	if (!ZSTD_isError(result))
		result = ZSTD_compress2(store->packer, packed, room, plain.data, plain.size);
	if (ZSTD_isError(result))
		return ERR_MEMORY; /* with room enough nothing else can go wrong */
	assert(result <= room);
	*ret_packed = (struct octets){.data = packed, .size = result};
	return OK;
}

int unpack(struct store *store, struct octets packed, struct octets basis, size_t limit,
	   struct octets *ret_plain)
{
	unsigned long long size = ZSTD_getFrameContentSize(packed.data, packed.size);
	if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > limit)
		return ERR_DAMAGED;
	size_t frame = ZSTD_findFrameCompressedSize(packed.data, packed.size);
	if (ZSTD_isError(frame))
		return ERR_DAMAGED;
	uint8_t *plain = arena_take_octets(&store->arena, (size_t)size);
	if (plain == NULL)
		return ERR_MEMORY;
	size_t result = ZSTD_DCtx_reset(store->unpacker, ZSTD_reset_session_only);
	if (!ZSTD_isError(result) && basis.size > 0)
		result = ZSTD_DCtx_refPrefix(store->unpacker, basis.data, basis.size);
	if (!ZSTD_isError(result))
		result = ZSTD_decompressDCtx(store->unpacker, plain, (size_t)size, packed.data,
					     frame);
	if (ZSTD_isError(result) || result != size)
		return ERR_DAMAGED;
	*ret_plain = (struct octets){.data = plain, .size = (size_t)size};
	return OK;
}
