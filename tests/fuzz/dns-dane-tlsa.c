/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TLSA records, and certificates held against them: two octets of length, a record's RDATA, then a
 * certificate. Properties: what is usable is sound, and for web servers what is sound is usable; a
 * record made of the certificate means it, with each selector and matching type, and means it no
 * longer with one bit flipped; a chain of it alone fits a record of it with usage 3, and never one
 * with usage 2.
 */
#include "dns/dane/tlsa.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_record(const uint8_t *rdata, size_t size)
{
	struct tlsa tlsa;
	const enum tlsa_fault fault = tlsa_fault(rdata, size);
	assert(tlsa_fault_text(fault)[0] != '\0');
	assert(tlsa_is_usable(rdata, size, TLSA_HTTPS) == (fault == TLSA_SOUND));
	assert(!tlsa_is_usable(rdata, size, TLSA_SMTP) || fault == TLSA_SOUND);
	if (tlsa_read(rdata, size, &tlsa) != OK) {
		assert(fault == TLSA_SHORT);
		return;
	}
	assert(tlsa.size == size - 3);
}

static void check_own(const struct chain *chain, uint8_t selector, uint8_t matching)
{
	static uint8_t copy[CERTIFICATE_OCTETS_MAX];
	size_t size;
	const struct certificate *certificate = chain->items[0];
	const uint8_t *octets = selector == TLSA_KEY ? certificate_key(certificate, &size)
						     : certificate_der(certificate, &size);
	if (size > sizeof(copy) || size > UINT16_MAX)
		return;
	memcpy(copy, octets, size);
	if (matching == TLSA_SHA256) {
		tlsa_digest(certificate, selector, copy);
		size = TLSA_SHA256_OCTETS;
	}
	struct tlsa tlsa = {TLSA_DANE_EE, selector, matching, (uint16_t)size, copy};
	assert(tlsa_matches(&tlsa, certificate));
	assert(tlsa_judge(&tlsa, chain, false) == TLSA_VERDICT_YES);
	tlsa.usage = TLSA_PKIX_EE;
	assert(tlsa_judge(&tlsa, chain, false) == TLSA_VERDICT_UNTRUSTED);
	assert(tlsa_judge(&tlsa, chain, true) == TLSA_VERDICT_ANCHORED);
	tlsa.usage = TLSA_DANE_TA;
	assert(tlsa_judge(&tlsa, chain, true) != TLSA_VERDICT_ANCHORED);
	copy[size / 2] ^= 1;
	tlsa.usage = TLSA_DANE_EE;
	assert(!tlsa_matches(&tlsa, certificate));
	assert(tlsa_judge(&tlsa, chain, true) == TLSA_VERDICT_NO);
}

static void check_certificate(const uint8_t *rdata, size_t rdata_size, const uint8_t *der,
			      size_t size)
{
	struct chain chain = {.count = 0};
	struct tlsa tlsa;
	if (chain_add(&chain, der, size) != OK)
		return;
	for (unsigned int selector = 0; selector <= TLSA_KEY; selector++)
		for (unsigned int matching = 0; matching <= TLSA_SHA256; matching++)
			check_own(&chain, (uint8_t)selector, (uint8_t)matching);
	if (tlsa_read(rdata, rdata_size, &tlsa) == OK)
		(void)tlsa_judge(&tlsa, &chain, true);
	(void)certificate_is_for(chain.items[0], "mail.example.com");
	(void)certificate_not_after(chain.items[0]);
	chain_release(&chain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	size_t rdata_size = (size_t)data[0] << 8 | data[1];
	if (rdata_size > size - 2)
		rdata_size = size - 2;
	check_record(data + 2, rdata_size);
	check_certificate(data + 2, rdata_size, data + 2 + rdata_size, size - 2 - rdata_size);
	return 0;
}
