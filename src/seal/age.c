/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "seal/age.h"

#include "base/memory.h"
#include "seal/age_private.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

int buffer_take(size_t size, struct age_buffer *ret_buffer)
{
	uint8_t *data = memory_take(size + 1);
	if (data == NULL)
		return ERR_MEMORY;
	data[size] = '\0';
	*ret_buffer = (struct age_buffer){data, size};
	return OK;
}

void age_buffer_release(struct age_buffer *buffer)
{
	if (buffer->data != NULL)
		sodium_memzero(buffer->data, buffer->size);
	memory_give(buffer->data);
	*buffer = (struct age_buffer){0};
}

static int seal_with(const struct age_recipients *to, struct age_octets plain,
		     struct random *random, const uint8_t file_key[FILE_KEY_OCTETS],
		     struct age_buffer *ret_sealed)
{
	struct text header;
	struct age_buffer sealed = {0};
	text_init(&header, AGE_HEADER_MAX);
	int error = header_write(to, random, file_key, &header);
	if (error == OK)
		error = buffer_take(header.length + payload_size(plain.size), &sealed);
	if (error == OK) {
		memcpy(sealed.data, text_get(&header), header.length);
		payload_write(file_key, plain, random, sealed.data + header.length);
		*ret_sealed = sealed;
	}
	text_release(&header);
	return error;
}

int age_seal(const struct age_recipients *to, struct age_octets plain, struct random *random,
	     struct complaint *complaint, struct age_buffer *ret_sealed)
{
	uint8_t file_key[FILE_KEY_OCTETS];
	assert(to != NULL && random != NULL && ret_sealed != NULL);
	if (to->count == 0)
		return complain(complaint, ERR_LIMIT, "cannot seal: there is nobody to seal to");
	if (to->count > AGE_STANZAS_MAX)
		return complain(complaint, ERR_LIMIT, "cannot seal: %zu recipients, at most %u",
				to->count, AGE_STANZAS_MAX);
	if (plain.size > AGE_PLAIN_MAX)
		return complain(complaint, ERR_LIMIT, "cannot seal: %zu octets, at most %zu",
				plain.size, AGE_PLAIN_MAX);
	random_octets(random, file_key, sizeof(file_key));
	const int error = seal_with(to, plain, random, file_key, ret_sealed);
	sodium_memzero(file_key, sizeof(file_key));
	if (error == ERR_FORMAT)
		return complain(complaint, error,
				"cannot seal: a recipient's key is one to which nothing can be "
				"sealed; ask for another");
	return error == OK ? OK : complain(complaint, error, "cannot seal: %s", error_text(error));
}

static int open_plain(const struct age_identities *identities, struct age_octets sealed,
		      struct complaint *complaint, struct age_buffer *ret_plain)
{
	struct opened_header header;
	int error = header_open(identities, sealed, complaint, &header);
	if (error != OK)
		return error;
	assert(header.size <= sealed.size);
	const struct age_octets payload = {sealed.data + header.size, sealed.size - header.size};
	error = payload_open(header.file_key, payload, identities->plain_max, complaint, ret_plain);
	sodium_memzero(&header, sizeof(header));
	return error;
}

int age_open(const struct age_identities *identities, struct age_octets sealed,
	     struct complaint *complaint, struct age_buffer *ret_plain)
{
	struct age_buffer unarmoured = {0};
	assert(identities->plain_max <= AGE_PLAIN_MAX && identities->count <= AGE_IDENTITIES_MAX);
	assert(sealed.data != NULL || sealed.size == 0);
	if (!age_is_armoured(sealed))
		return open_plain(identities, sealed, complaint, ret_plain);
	int error = age_unarmour(sealed, complaint, &unarmoured);
	if (error != OK)
		return error;
	error = open_plain(identities, (struct age_octets){unarmoured.data, unarmoured.size},
			   complaint, ret_plain);
	age_buffer_release(&unarmoured);
	return error;
}
