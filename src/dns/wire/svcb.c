/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/svcb.h"

#include "base/bytes.h"

#include <assert.h>
#include <string.h>

#define LABEL_MAX 63u

static int skip_name(struct reader *reader)
{
	uint8_t length;
	do {
		length = reader_u8(reader);
		if (length > LABEL_MAX) /* compression is forbidden here (RFC 9460 s2.2) */
			return ERR_FORMAT;
		(void)reader_octets(reader, length);
	} while (length > 0 && reader->error == OK);
	return reader->error == OK ? OK : ERR_FORMAT;
}

/* Are they whole, and their keys rising (RFC 9460 s2.2)? */
static bool are_parameters_sound(struct reader reader)
{
	int32_t last = -1;
	while (reader_left(&reader) > 0 && reader.error == OK) {
		const uint16_t key = reader_u16(&reader);
		const uint16_t length = reader_u16(&reader);
		(void)reader_octets(&reader, length);
		if (reader.error != OK || key <= last)
			return false;
		last = key;
	}
	return reader.error == OK;
}

int svcb_read(const uint8_t *rdata, size_t size, struct svcb *ret_svcb)
{
	struct reader reader;
	assert(rdata != NULL || size == 0);
	reader_init(&reader, rdata, size);
	const uint16_t priority = reader_u16(&reader);
	if (reader.error != OK || skip_name(&reader) != OK || !are_parameters_sound(reader))
		return ERR_FORMAT;
	const size_t left = reader_left(&reader);
	*ret_svcb = (struct svcb){
		.priority = priority,
		.parameters = rdata + (size - left),
		.parameters_size = priority != 0 ? left : 0,
	};
	return OK;
}

bool svcb_parameter(const struct svcb *svcb, uint16_t key, const uint8_t **ret_value,
		    size_t *ret_size)
{
	struct reader reader;
	reader_init(&reader, svcb->parameters, svcb->parameters_size);
	while (reader_left(&reader) > 0 && reader.error == OK) {
		const uint16_t found = reader_u16(&reader);
		const uint16_t length = reader_u16(&reader);
		const uint8_t *value = reader_octets(&reader, length);
		if (reader.error == OK && found == key) {
			*ret_value = value;
			*ret_size = length;
			return true;
		}
	}
	return false;
}

bool svcb_has_alpn(const struct svcb *svcb, const char *alpn)
{
	const uint8_t *value;
	size_t size;
	const size_t wanted = strlen(alpn);
	struct reader reader;
	if (!svcb_parameter(svcb, SVCB_ALPN, &value, &size))
		return false;
	reader_init(&reader, value, size);
	while (reader_left(&reader) > 0 && reader.error == OK) {
		const uint8_t length = reader_u8(&reader);
		const uint8_t *word = reader_octets(&reader, length);
		if (reader.error == OK && length == wanted && memcmp(word, alpn, wanted) == 0)
			return true;
	}
	return false;
}
