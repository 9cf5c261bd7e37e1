/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/routing/field_private.h"
#include "gather/routing/routing.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static unsigned int family_bits(uint8_t family)
{
	assert(family == ADDRESS_IPV4 || family == ADDRESS_IPV6);
	return family == ADDRESS_IPV4 ? 32 : 128;
}

static bool has_host_bits(const struct route_prefix *prefix)
{
	for (unsigned int octet = 0; octet < sizeof(prefix->octets); octet++) {
		const unsigned int bits = prefix->bits > octet * 8 ? prefix->bits - octet * 8 : 0;
		const unsigned int mask = bits >= 8 ? 0 : 0xffu >> bits;
		if ((prefix->octets[octet] & mask) != 0)
			return true;
	}
	return false;
}

bool route_prefix_is_sound(const struct route_prefix *prefix)
{
	if (prefix->family != ADDRESS_IPV4 && prefix->family != ADDRESS_IPV6)
		return false;
	return prefix->bits <= family_bits(prefix->family) && !has_host_bits(prefix);
}

int route_prefix_from_fields(const struct field *address_field, const struct field *bits_field,
			     struct route_prefix *ret_prefix)
{
	struct address address;
	char text[ADDRESS_TEXT_MAX];
	/* Neither a port nor brackets: what address_from_text takes besides. */
	if (address_field->length >= sizeof(text) ||
	    memchr(address_field->text, '[', address_field->length) != NULL)
		return ERR_FORMAT;
	memcpy(text, address_field->text, address_field->length);
	text[address_field->length] = '\0';
	if (strlen(text) != address_field->length || address_from_text(text, 0, &address) != OK)
		return ERR_FORMAT;
	if (address.family == ADDRESS_IPV4 && strchr(text, ':') != NULL)
		return ERR_FORMAT;
	uint32_t bits;
	if (field_number(bits_field, family_bits(address.family), &bits) != OK)
		return ERR_FORMAT;
	struct route_prefix prefix = {.family = address.family, .bits = (uint8_t)bits};
	memcpy(prefix.octets, address.octets, sizeof(prefix.octets));
	if (has_host_bits(&prefix))
		return ERR_FORMAT;
	*ret_prefix = prefix;
	return OK;
}

int route_prefix_from_text(const char *text, size_t length, struct route_prefix *ret_prefix)
{
	assert(text != NULL && ret_prefix != NULL);
	const char *slash = memchr(text, '/', length);
	if (slash == NULL)
		return ERR_FORMAT;
	const struct field address = {text, (size_t)(slash - text)};
	const struct field bits = {slash + 1, length - address.length - 1};
	return route_prefix_from_fields(&address, &bits, ret_prefix);
}

void route_prefix_to_text(const struct route_prefix *prefix, char ret_text[ROUTE_PREFIX_TEXT_MAX])
{
	assert(prefix != NULL && ret_text != NULL);
	struct address address = {.family = prefix->family};
	memcpy(address.octets, prefix->octets, sizeof(address.octets));
	char text[ADDRESS_TEXT_MAX];
	address_to_text(&address, text);
	int length = snprintf(ret_text, ROUTE_PREFIX_TEXT_MAX, "%s/%u", text, prefix->bits);
	assert(length > 0 && (size_t)length < ROUTE_PREFIX_TEXT_MAX);
}

bool route_prefix_equal(const struct route_prefix *left, const struct route_prefix *right)
{
	return memcmp(left, right, sizeof(*left)) == 0;
}
