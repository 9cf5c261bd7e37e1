/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading TSIG records of whole messages. Property: what is found lies within the message, is not
 * signed by a key that nobody has; and once it is cut off and signed anew, the record found is the
 * one written, which verifies, and does not with one bit of what it covers flipped.
 */
#include "dns/dnssec/tsig.h"
#include "dns/wire/message.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MESSAGE_MAX 65535u

static const struct tsig_key key = {
	.name = {{5, 'a', 'u', 'd', 'i', 't', 3, 'k', 'e', 'y', 0}},
	.algorithm = TSIG_HMAC_SHA256,
	.secret_size = 16,
	.secret = "nobody has this",
};

static void sign_again(uint8_t *octets, const struct tsig *found)
{
	const struct tsig_terms terms = {.time_s = found->time_s & 0xffffffffffff,
					 .original_id = found->original_id,
					 .algorithm = TSIG_HMAC_SHA256};
	struct tsig_wire wire = {
		.octets = octets, .size = found->offset, .room = MESSAGE_MAX + TSIG_RECORD_MAX};
	struct tsig_mac mac;
	struct tsig tsig;
	const unsigned count = ((unsigned)octets[10] << 8 | octets[11]) - 1;
	octets[10] = (uint8_t)(count >> 8);
	octets[11] = (uint8_t)count;
	int error = tsig_sign(&key, &terms, &wire, &mac);
	assert(error == OK);
	error = tsig_find(octets, wire.size, &tsig);
	assert(error == OK && tsig.offset == found->offset && tsig.time_s == terms.time_s);
	assert(tsig.original_id == terms.original_id && tsig.mac_size == mac.size);
	assert(memcmp(tsig.mac, mac.octets, mac.size) == 0);
	assert(tsig_verify(&key, &tsig, octets, NULL));
	octets[2] ^= 0x80;
	assert(!tsig_verify(&key, &tsig, octets, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t octets[MESSAGE_MAX + TSIG_RECORD_MAX];
	struct tsig tsig;
	if (size > MESSAGE_MAX)
		return 0;
	const int error = tsig_find(data, size, &tsig);
	assert(error == OK || error == ERR_NOT_FOUND || error == ERR_FORMAT);
	if (error != OK)
		return 0;
	assert(tsig.offset >= MESSAGE_HEADER_OCTETS && tsig.offset < size);
	assert(tsig.mac >= data && tsig.mac + tsig.mac_size <= data + size);
	assert(tsig.other >= data && tsig.other + tsig.other_size <= data + size);
	assert(name_is_valid(tsig.key.octets, name_size(tsig.key.octets)));
	assert(!tsig_verify(&key, &tsig, data, NULL));
	memcpy(octets, data, size);
	sign_again(octets, &tsig);
	return 0;
}
