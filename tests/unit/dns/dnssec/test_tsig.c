/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TSIG against libknot: what is signed here is verified there, and the other way round. */
#include "dns/dnssec/tsig.h"
#include "dns/wire/message.h"

#include <libknot/libknot.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define ROOM 1024u

/* id 0x1234, one question: example.tld. SOA IN */
static const uint8_t question[] = "\x12\x34\0\0\0\1\0\0\0\0\0\0\7example\3tld\0\0\6\0";
#define QUESTION_OCTETS (sizeof(question))

static struct tsig_key key_of(enum tsig_algorithm algorithm)
{
	struct tsig_key key = {.algorithm = (uint8_t)algorithm, .secret_size = 32};
	(void)name_copy(key.name.octets, (const uint8_t *)"\5audit\3key");
	for (unsigned int i = 0; i < key.secret_size; i++)
		key.secret[i] = (uint8_t)(7 * i + 1);
	return key;
}

static size_t ask(uint8_t octets[ROOM])
{
	memcpy(octets, question, QUESTION_OCTETS);
	octets[QUESTION_OCTETS - 1] = 1;
	return QUESTION_OCTETS;
}

static knot_tsig_key_t peer_key(struct tsig_key *key)
{
	static const dnssec_tsig_algorithm_t peers[] = {
		[TSIG_HMAC_MD5] = DNSSEC_TSIG_HMAC_MD5,
		[TSIG_HMAC_SHA1] = DNSSEC_TSIG_HMAC_SHA1,
		[TSIG_HMAC_SHA224] = DNSSEC_TSIG_HMAC_SHA224,
		[TSIG_HMAC_SHA256] = DNSSEC_TSIG_HMAC_SHA256,
		[TSIG_HMAC_SHA384] = DNSSEC_TSIG_HMAC_SHA384,
		[TSIG_HMAC_SHA512] = DNSSEC_TSIG_HMAC_SHA512,
	};
	return (knot_tsig_key_t){.algorithm = peers[key->algorithm],
				 .name = key->name.octets,
				 .secret = {.size = key->secret_size, .data = key->secret}};
}

static struct tsig_mac sign(const struct tsig_key *key, struct tsig_wire *wire)
{
	const struct tsig_terms terms = {
		.time_s = (uint64_t)time(NULL), .original_id = 0x1234, .algorithm = key->algorithm};
	struct tsig_mac mac;
	assert_int_equal(tsig_sign(key, &terms, wire, &mac), OK);
	return mac;
}

/* Our question, verified by the peer, whose answer is verified here. */
static void exchange(enum tsig_algorithm algorithm)
{
	struct tsig_key key = key_of(algorithm);
	const knot_tsig_key_t peer = peer_key(&key);
	uint8_t octets[ROOM], digest[TSIG_MAC_MAX];
	struct tsig_wire wire = {.octets = octets, .size = ask(octets), .room = ROOM};
	const struct tsig_mac mac = sign(&key, &wire);
	knot_pkt_t *packet = knot_pkt_new(octets, (uint16_t)wire.size, NULL);
	assert_non_null(packet);
	assert_int_equal(knot_pkt_parse(packet, 0), KNOT_EOK);
	assert_non_null(packet->tsig_rr);
	/* libknot cuts the record off when it parses the message. */
	assert_int_equal(knot_tsig_server_check(packet->tsig_rr, packet->wire, packet->size, &peer),
			 KNOT_EOK);
	size_t digest_size = sizeof(digest);
	octets[2] = 0x84;
	size_t size = packet->size;
	assert_int_equal(knot_tsig_sign(octets, &size, ROOM, mac.octets, mac.size, digest,
					&digest_size, &peer, 0, 0),
			 KNOT_EOK);
	struct tsig tsig;
	assert_int_equal(tsig_find(octets, size, &tsig), OK);
	assert_int_equal(tsig_algorithm_of(&tsig), algorithm);
	assert_int_equal(tsig.error, 0);
	assert_true(tsig_verify(&key, &tsig, octets, &mac));
	assert_false(tsig_verify(&key, &tsig, octets, NULL));
	for (size_t i = 0; i < tsig.offset; i++) {
		/* The counts decide where the record is, the id is not covered. */
		if (i < 2 || (i >= 4 && i < MESSAGE_HEADER_OCTETS))
			continue;
		octets[i] ^= 1;
		assert_false(tsig_verify(&key, &tsig, octets, &mac));
		octets[i] ^= 1;
	}
	key.secret[0] ^= 1;
	assert_false(tsig_verify(&key, &tsig, octets, &mac));
	knot_pkt_free(packet);
}

static void a_peer_agrees(void **state)
{
	(void)state;
	for (enum tsig_algorithm i = 0; i < TSIG_ALGORITHM_COUNT; i++)
		exchange(i);
}

static void a_message_is_as_it_was_without_room(void **state)
{
	(void)state;
	const struct tsig_key key = key_of(TSIG_HMAC_SHA512);
	const struct tsig_terms terms = {.original_id = 1, .algorithm = TSIG_HMAC_SHA512};
	uint8_t octets[ROOM], before[ROOM];
	struct tsig_wire wire = {.octets = octets, .size = ask(octets), .room = 0};
	struct tsig_mac mac;
	memcpy(before, octets, QUESTION_OCTETS);
	for (wire.room = wire.size; tsig_sign(&key, &terms, &wire, &mac) != OK; wire.room++) {
		assert_int_equal(wire.size, QUESTION_OCTETS);
		assert_memory_equal(before, octets, QUESTION_OCTETS);
	}
	assert_int_equal(wire.size, wire.room);
	assert_true(wire.size - QUESTION_OCTETS <= TSIG_RECORD_MAX);
}

static void refusals_are_not_signed(void **state)
{
	(void)state;
	const struct tsig_key key = key_of(TSIG_HMAC_SHA256);
	uint8_t octets[ROOM], answer[ROOM];
	struct tsig_wire wire = {.octets = octets, .size = ask(octets), .room = ROOM};
	struct tsig_wire refusal = {.octets = answer, .size = ask(answer), .room = ROOM};
	const struct tsig_mac mac = sign(&key, &wire);
	struct tsig asked, told;
	assert_int_equal(tsig_find(octets, wire.size, &asked), OK);
	assert_int_equal(tsig_refuse(&asked, TSIG_BADKEY, &refusal), OK);
	assert_int_equal(tsig_find(answer, refusal.size, &told), OK);
	assert_int_equal(told.error, TSIG_BADKEY);
	assert_int_equal(told.mac_size, 0);
	assert_false(tsig_verify(&key, &told, answer, &mac));
}

static void what_is_cut_or_odd_is_none(void **state)
{
	(void)state;
	const struct tsig_key key = key_of(TSIG_HMAC_SHA256);
	uint8_t octets[ROOM];
	struct tsig_wire wire = {.octets = octets, .size = ask(octets), .room = ROOM};
	struct tsig tsig;
	assert_int_equal(tsig_find(octets, wire.size, &tsig), ERR_NOT_FOUND);
	(void)sign(&key, &wire);
	for (size_t size = 0; size < wire.size; size++)
		assert_int_equal(tsig_find(octets, size, &tsig), ERR_NOT_FOUND);
	octets[wire.size] = 0;
	assert_int_equal(tsig_find(octets, wire.size + 1, &tsig), ERR_FORMAT);
	assert_int_equal(tsig_find(octets, wire.size, &tsig), OK);
	/* Shorter MACs are none. */
	tsig.mac_size--;
	assert_false(tsig_verify(&key, &tsig, octets, NULL));
	octets[tsig.offset + 12] ^= 1; /* class */
	octets[tsig.offset + 14] ^= 1;
	assert_int_not_equal(tsig_find(octets, wire.size, &tsig), OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_peer_agrees),
		cmocka_unit_test(a_message_is_as_it_was_without_room),
		cmocka_unit_test(refusals_are_not_signed),
		cmocka_unit_test(what_is_cut_or_odd_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
