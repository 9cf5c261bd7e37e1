/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/build.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

#define HEADER_OCTETS 12u
/* Type and class behind the question's name. */
#define QUESTION_REST 4u
/* Root, type, class, TTL, then the length of the options. */
#define OPT_LENGTH_AT 9u
#define OPT_OCTETS 11u
#define OPTION_HEADER 4u

int query_pad(uint8_t *query, size_t room, size_t block, size_t *size)
{
	assert(query != NULL && block > 0 && *size <= room);
	if (*size < HEADER_OCTETS + 1 + QUESTION_REST + OPT_OCTETS)
		return ERR_FORMAT;
	/* We wrote it: the name is whole and not compressed. */
	const size_t opt = HEADER_OCTETS + name_size(query + HEADER_OCTETS) + QUESTION_REST;
	return opt_pad(query, room, block, opt, size);
}

int opt_pad(uint8_t *query, size_t room, size_t block, size_t opt, size_t *size)
{
	assert(query != NULL && block > 0 && *size <= room);
	if (opt + OPT_OCTETS > *size || query[opt] != 0 || query[opt + 1] != 0 ||
	    query[opt + 2] != TYPE_OPT)
		return ERR_FORMAT;
	uint8_t *length = query + opt + OPT_LENGTH_AT;
	const size_t had = (size_t)length[0] << 8 | length[1];
	if (opt + OPT_OCTETS + had != *size)
		return ERR_FORMAT;
	const size_t least = *size + OPTION_HEADER;
	const size_t padded = (least + block - 1) / block * block;
	if (padded > room)
		return ERR_SHORT;
	uint8_t *option = query + *size;
	const size_t zeros = padded - least;
	memset(option, 0, padded - *size);
	option[1] = EDNS_PADDING;
	option[2] = (uint8_t)(zeros >> 8);
	option[3] = (uint8_t)zeros;
	const size_t now = had + OPTION_HEADER + zeros;
	length[0] = (uint8_t)(now >> 8);
	length[1] = (uint8_t)now;
	*size = padded;
	return OK;
}
