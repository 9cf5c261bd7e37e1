/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "world/content_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

void content_put(struct content *content, const uint8_t *owner, uint16_t type, const void *rdata,
		 size_t size)
{
	assert(size <= UINT16_MAX);
	if (owner == NULL)
		return;
	const uint8_t *copy = arena_copy(content->arena, rdata, size);
	if (copy == NULL) {
		content->error = ERR_MEMORY;
		return;
	}
	content_add(content, &(struct record){.owner = owner,
					      .type = type,
					      .ttl = content->ttl,
					      .rdata = copy,
					      .rdata_size = (uint16_t)size});
}

void content_put_text(struct content *content, const uint8_t *owner, const char *text)
{
	uint8_t octets[1 + UINT8_MAX];
	const size_t length = strlen(text);
	assert(length <= UINT8_MAX);
	octets[0] = (uint8_t)length;
	memcpy(octets + 1, text, length);
	content_put(content, owner, TYPE_TXT, octets, length + 1);
}

void content_put_mx(struct content *content, uint8_t preference, const uint8_t *host)
{
	uint8_t octets[2 + NAME_MAX_OCTETS] = {0, preference};
	if (host == NULL)
		return;
	const size_t size = name_copy(octets + 2, host);
	content_put(content, content->zone->name, TYPE_MX, octets, 2 + size);
}

const uint8_t *content_below(struct content *content, const char *labels)
{
	char zone[NAME_TEXT_MAX];
	char text[2 * NAME_TEXT_MAX];
	struct name name;
	name_to_text(content->zone->name, zone);
	(void)snprintf(text, sizeof(text), "%s%s%s", labels, *labels ? "." : "", zone);
	if (name_from_text(text, &name, NULL))
		return NULL;
	const uint8_t *copy = arena_copy(content->arena, name.octets, name_size(name.octets));
	if (copy == NULL)
		content->error = ERR_MEMORY;
	return copy;
}
