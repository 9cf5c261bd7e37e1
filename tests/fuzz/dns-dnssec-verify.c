/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two properties, chosen by the first octet's lowest bit.
 *
 * Even: an RRset of the input's octets is signed, which must verify; then one bit of owner, RDATA,
 * RRSIG or DNSKEY is flipped, which must not verify (unless only the case of a letter changed).
 * Odd: the rest is a message; each of its RRsets is verified twice with the DNSKEYs in it, and the
 * second time gives what the first gave.
 */
#include "base/random.h"
#include "dns/dnssec/key.h"
#include "dns/dnssec/sign.h"
#include "dns/dnssec/verify.h"
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A type nobody knows: its RDATA is any octets, and has no canonical form to hide a flip in. */
enum { TYPE_OPAQUE = 65280, RECORDS = 2, SIGNERS = 5 };

static const uint8_t zone[] = "\7example";

static struct verifier *verifier(void)
{
	static struct verifier *made;
	struct random random;
	random_seeded(&random, 1);
	if (made == NULL)
		made = verifier_new(NULL, &random);
	assert(made != NULL);
	return made;
}

static const struct signing_key *signer(unsigned which)
{
	static struct signing_key *keys[SIGNERS];
	static const uint8_t algorithms[SIGNERS] = {ALGORITHM_ED25519, ALGORITHM_ECDSAP256,
						    ALGORITHM_RSASHA256, ALGORITHM_ECDSAP384,
						    ALGORITHM_ED448};
	unsigned place = which % SIGNERS;
	if (keys[place] == NULL) {
		int error = signing_key_new(algorithms[place], 1024, 257, place, &keys[place]);
		assert(error == OK);
	}
	return keys[place];
}

/* Everything the verdict hangs on, in memory that may be changed. */
struct signed_set {
	uint8_t owner[NAME_MAX_OCTETS];
	uint8_t rdata[RECORDS][256];
	uint8_t rrsig[1024];
	uint8_t dnskey[1024];
	struct record records[RECORDS];
	struct record rrsig_record;
	struct record dnskey_record;
	struct message message;
};

static void fill_records(struct signed_set *set, const uint8_t *data, size_t size)
{
	size_t half = size / 2 < 200 ? size / 2 : 200;
	set->owner[0] = 3;
	memcpy(set->owner + 1, "www", 3);
	memcpy(set->owner + 4, zone, sizeof(zone));
	for (size_t i = 0; i < RECORDS; i++) {
		memcpy(set->rdata[i], data + i * half, half);
		set->records[i] = (struct record){.owner = set->owner,
						  .rdata = set->rdata[i],
						  .rdata_size = (uint16_t)half,
						  .ttl = 300,
						  .type = TYPE_OPAQUE,
						  .class = CLASS_IN};
	}
	set->message.records = set->records;
	set->message.record_count = RECORDS;
}

/* The RRset is collected anew, since a flip may change the order of its records. */
static enum signature_result verdict(struct signed_set *set)
{
	struct arena arena;
	struct rrset rrset;
	arena_init(&arena, 1 << 16, 0);
	int error =
		message_rrset(&arena, &set->message,
			      &(struct rrset_key){SECTIONS_ALL, set->owner, TYPE_OPAQUE}, &rrset);
	assert(error == OK);
	enum signature_result result =
		verifier_check(verifier(), &rrset, &set->rrsig_record, &set->dnskey_record);
	arena_release(&arena);
	return result;
}

static void sign(struct signed_set *set, const struct signing_key *key)
{
	const struct signer signer = {key, zone, {.inception = 1, .expiration = 2}};
	struct arena arena;
	struct rrset rrset;
	arena_init(&arena, 1 << 16, 0);
	int error =
		message_rrset(&arena, &set->message,
			      &(struct rrset_key){SECTIONS_ALL, set->owner, TYPE_OPAQUE}, &rrset);
	assert(error == OK);
	error = sign_rrset(&arena, &signer, &rrset, &set->rrsig_record);
	assert(error == OK && set->rrsig_record.rdata_size <= sizeof(set->rrsig));
	memcpy(set->rrsig, set->rrsig_record.rdata, set->rrsig_record.rdata_size);
	arena_release(&arena);
	set->rrsig_record.rdata = set->rrsig;
	set->rrsig_record.owner = set->owner;

	size_t key_size;
	const uint8_t *rdata = signing_key_rdata(key, &key_size);
	assert(key_size <= sizeof(set->dnskey));
	memcpy(set->dnskey, rdata, key_size);
	set->dnskey_record = (struct record){.owner = zone,
					     .rdata = set->dnskey,
					     .rdata_size = (uint16_t)key_size,
					     .type = TYPE_DNSKEY,
					     .class = CLASS_IN};
}

/* The octet and bit that `where` points to; NULL for a length octet of the owner. */
static uint8_t *choose_octet(struct signed_set *set, unsigned where)
{
	size_t rdata_size = set->records[0].rdata_size;
	unsigned at = where >> 2;
	switch (where & 3) {
	case 0:
		return &set->owner[1 + at % 3];
	case 1:
		return rdata_size > 0 ? &set->rdata[0][at % rdata_size] : NULL;
	case 2:
		return &set->rrsig[at % set->rrsig_record.rdata_size];
	default:
		return &set->dnskey[at % set->dnskey_record.rdata_size];
	}
}

/* 18 octets of RRSIG come before the signer: the case of its letters does not count. */
static bool only_case_changed(const struct signed_set *set, const uint8_t *octet, uint8_t flip)
{
	bool owner = octet >= set->owner && octet < set->owner + sizeof(set->owner);
	bool letter = (*octet | 0x20) >= 'a' && (*octet | 0x20) <= 'z';
	bool in_signer = octet >= set->rrsig + 18 && octet < set->rrsig + 18 + sizeof(zone) - 1;
	return flip == 0x20 && letter && (owner || in_signer);
}

static void flip_one_bit(const uint8_t *data, size_t size)
{
	if (size < 4)
		return;
	struct signed_set set = {0};
	unsigned where = (unsigned)data[1] << 8 | data[2];
	fill_records(&set, data + 4, size - 4);
	sign(&set, signer(data[0] >> 1));
	assert(verdict(&set) == SIGNATURE_GOOD);
	uint8_t *octet = choose_octet(&set, where);
	uint8_t flip = (uint8_t)(1u << (data[3] & 7));
	if (octet == NULL)
		return;
	*octet ^= flip;
	bool still_good = only_case_changed(&set, octet, flip);
	assert((verdict(&set) == SIGNATURE_GOOD) == still_good);
	*octet ^= flip;
	assert(verdict(&set) == SIGNATURE_GOOD);
}

static void verify_rrset(struct arena *arena, const struct message *message,
			 const struct record *rrsig, const struct rrset *dnskeys)
{
	struct rrset rrset;
	if (rrsig->rdata_size < 2)
		return;
	uint16_t type = (uint16_t)(rrsig->rdata[0] << 8 | rrsig->rdata[1]);
	if (message_rrset(arena, message, &(struct rrset_key){SECTIONS_ALL, rrsig->owner, type},
			  &rrset) < 0)
		return;
	const struct record *key = NULL;
	enum signature_result first = verifier_check_keys(verifier(), &rrset, rrsig, dnskeys, &key);
	struct verifier_counts before = verifier_counts(verifier());
	enum signature_result again = verifier_check_keys(verifier(), &rrset, rrsig, dnskeys, NULL);
	struct verifier_counts after = verifier_counts(verifier());
	assert(first == again);
	assert(after.asked - before.asked <= KEYS_TRIED_MAX);
	assert(first != SIGNATURE_GOOD || key != NULL);
	assert(first != SIGNATURE_GOOD || verifier_check(verifier(), &rrset, rrsig, key) == first);
}

static void verify_message(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct message message;
	struct rrset dnskeys;
	arena_init(&arena, 1 << 22, 0);
	if (message_walk(&arena, data, size, &message) == OK &&
	    message.fault != MESSAGE_SHORT_HEADER) {
		const struct record *key = message_find(&message, SECTIONS_ALL, NULL, TYPE_DNSKEY);
		if (key != NULL &&
		    message_rrset(&arena, &message,
				  &(struct rrset_key){SECTIONS_ALL, key->owner, TYPE_DNSKEY},
				  &dnskeys) == OK)
			for (size_t i = 0; i < message.record_count && i < 16; i++)
				if (message.records[i].type == TYPE_RRSIG)
					verify_rrset(&arena, &message, &message.records[i],
						     &dnskeys);
	}
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if ((data[0] & 1) == 0)
		flip_one_bit(data, size);
	else
		verify_message(data + 1, size - 1);
	return 0;
}
