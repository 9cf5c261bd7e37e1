/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dane/tlsa.h"

#include <assert.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>

#define SHA512_OCTETS 64u

int tlsa_read(const uint8_t *rdata, size_t size, struct tlsa *ret_tlsa)
{
	if (size < 3)
		return ERR_SHORT;
	assert(size <= UINT16_MAX);
	*ret_tlsa = (struct tlsa){
		.usage = rdata[0],
		.selector = rdata[1],
		.matching = rdata[2],
		.size = (uint16_t)(size - 3),
		.data = rdata + 3,
	};
	return OK;
}

static bool is_key(const struct tlsa *tlsa)
{
	const gnutls_datum_t der = {(unsigned char *)(uintptr_t)tlsa->data, tlsa->size};
	gnutls_pubkey_t key;
	if (gnutls_pubkey_init(&key) != GNUTLS_E_SUCCESS)
		return true; /* without memory nothing is held against it */
	bool is_sound = gnutls_pubkey_import(key, &der, GNUTLS_X509_FMT_DER) == GNUTLS_E_SUCCESS;
	gnutls_pubkey_deinit(key);
	return is_sound;
}

static bool is_der(const struct tlsa *tlsa)
{
	struct certificate *certificate = NULL;
	if (tlsa->selector == TLSA_KEY)
		return is_key(tlsa);
	int error = certificate_new(tlsa->data, tlsa->size, &certificate);
	certificate_free(certificate);
	return error != ERR_FORMAT;
}

enum tlsa_fault tlsa_fault(const uint8_t *rdata, size_t size)
{
	struct tlsa tlsa;
	if (tlsa_read(rdata, size, &tlsa) != OK || tlsa.size == 0)
		return TLSA_SHORT;
	if (tlsa.usage > TLSA_DANE_EE)
		return TLSA_UNKNOWN_USAGE;
	if (tlsa.selector > TLSA_KEY)
		return TLSA_UNKNOWN_SELECTOR;
	switch (tlsa.matching) {
	case TLSA_FULL:
		return is_der(&tlsa) ? TLSA_SOUND : TLSA_NO_DER;
	case TLSA_SHA256:
		return tlsa.size == TLSA_SHA256_OCTETS ? TLSA_SOUND : TLSA_WRONG_SIZE;
	case TLSA_SHA512:
		return tlsa.size == SHA512_OCTETS ? TLSA_SOUND : TLSA_WRONG_SIZE;
	default:
		return TLSA_UNKNOWN_MATCHING;
	}
}

const char *tlsa_fault_text(enum tlsa_fault fault)
{
	static const char *const texts[] = {
		[TLSA_SOUND] = "is sound",
		[TLSA_SHORT] = "has no certificate data",
		[TLSA_UNKNOWN_USAGE] = "has a certificate usage that does not exist",
		[TLSA_UNKNOWN_SELECTOR] = "has a selector that does not exist",
		[TLSA_UNKNOWN_MATCHING] = "has a matching type that does not exist",
		[TLSA_WRONG_SIZE] = "has a digest of a length that its matching type does not have",
		[TLSA_NO_DER] = "has full data that cannot be read as what its selector says",
	};
	assert(fault <= TLSA_NO_DER);
	return texts[fault];
}

bool tlsa_is_usable(const uint8_t *rdata, size_t size, enum tlsa_service service)
{
	if (tlsa_fault(rdata, size) != TLSA_SOUND)
		return false;
	return service != TLSA_SMTP || rdata[0] == TLSA_DANE_TA || rdata[0] == TLSA_DANE_EE;
}

bool tlsa_matches(const struct tlsa *tlsa, const struct certificate *certificate)
{
	uint8_t digest[SHA512_OCTETS];
	size_t size;
	if (tlsa->selector > TLSA_KEY || tlsa->matching > TLSA_SHA512)
		return false;
	const uint8_t *octets = tlsa->selector == TLSA_KEY ? certificate_key(certificate, &size)
							   : certificate_der(certificate, &size);
	if (tlsa->matching != TLSA_FULL) {
		const bool is_short = tlsa->matching == TLSA_SHA256;
		const gnutls_digest_algorithm_t kind =
			is_short ? GNUTLS_DIG_SHA256 : GNUTLS_DIG_SHA512;
		int result = gnutls_hash_fast(kind, octets, size, digest);
		assert(result == GNUTLS_E_SUCCESS);
		octets = digest;
		size = is_short ? TLSA_SHA256_OCTETS : SHA512_OCTETS;
	}
	return tlsa->size == size && memcmp(tlsa->data, octets, size) == 0;
}

void tlsa_digest(const struct certificate *certificate, uint8_t selector,
		 uint8_t ret_digest[TLSA_SHA256_OCTETS])
{
	size_t size;
	assert(selector <= TLSA_KEY);
	const uint8_t *octets = selector == TLSA_KEY ? certificate_key(certificate, &size)
						     : certificate_der(certificate, &size);
	int result = gnutls_hash_fast(GNUTLS_DIG_SHA256, octets, size, ret_digest);
	assert(result == GNUTLS_E_SUCCESS);
}

/* Index of a certificate above the server's own that the record means; 0: there is none. */
static size_t find_anchor(const struct tlsa *tlsa, const struct chain *chain)
{
	for (size_t i = 1; i < chain->count; i++)
		if (tlsa_matches(tlsa, chain->items[i]))
			return i;
	return 0;
}

/* RFC 7671 s5.2.1: the record may hold the whole anchor, which then need not be presented. */
static enum tlsa_verdict judge_held(const struct tlsa *tlsa, const struct chain *chain)
{
	struct certificate *anchor = NULL;
	if (tlsa->matching != TLSA_FULL)
		return TLSA_VERDICT_NO_ANCHOR;
	/* A bare key: whether it made the last signature is for those who have its parameters. */
	if (tlsa->selector == TLSA_KEY)
		return TLSA_VERDICT_OPEN;
	if (certificate_new(tlsa->data, tlsa->size, &anchor) != OK)
		return TLSA_VERDICT_NO;
	const bool leads = chain_leads_to(chain, anchor);
	certificate_free(anchor);
	return leads ? TLSA_VERDICT_ANCHORED : TLSA_VERDICT_NO_ANCHOR;
}

static enum tlsa_verdict judge_anchor(const struct tlsa *tlsa, const struct chain *chain)
{
	const size_t at = find_anchor(tlsa, chain);
	if (at == 0)
		return judge_held(tlsa, chain);
	return chain_leads_to(chain, chain->items[at]) ? TLSA_VERDICT_ANCHORED
						       : TLSA_VERDICT_BROKEN;
}

enum tlsa_verdict tlsa_judge(const struct tlsa *tlsa, const struct chain *chain, bool is_trusted)
{
	if (chain->count == 0)
		return TLSA_VERDICT_NO;
	const bool is_own = tlsa_matches(tlsa, chain->items[0]);
	switch (tlsa->usage) {
	case TLSA_DANE_EE:
		return is_own ? TLSA_VERDICT_YES : TLSA_VERDICT_NO;
	case TLSA_PKIX_EE:
		if (!is_own)
			return TLSA_VERDICT_NO;
		return is_trusted ? TLSA_VERDICT_ANCHORED : TLSA_VERDICT_UNTRUSTED;
	case TLSA_PKIX_TA:
		if (!is_trusted)
			return TLSA_VERDICT_UNTRUSTED;
		return find_anchor(tlsa, chain) > 0 ? TLSA_VERDICT_ANCHORED : TLSA_VERDICT_OPEN;
	case TLSA_DANE_TA:
		return judge_anchor(tlsa, chain);
	default:
		return TLSA_VERDICT_NO;
	}
}

size_t tlsa_path_length(const struct tlsa *tlsa, const struct chain *chain)
{
	assert(chain->count > 0);
	if (tlsa->usage != TLSA_DANE_TA)
		return 1;
	const size_t at = find_anchor(tlsa, chain);
	return at > 0 ? at + 1 : chain->count;
}

int tlsa_name(const uint8_t *host, uint16_t port, struct name *ret_name)
{
	char label[8];
	struct name below;
	int length = snprintf(label, sizeof(label), "_%u", port);
	assert(length > 1 && (size_t)length < sizeof(label));
	int error = name_prepend((const uint8_t *)"_tcp", 4, host, &below);
	if (error == OK)
		error = name_prepend((const uint8_t *)label, (size_t)length, below.octets,
				     ret_name);
	return error;
}

const uint8_t *tlsa_host(const uint8_t *name, uint16_t *ret_port)
{
	uint32_t port = 0;
	if (name[0] < 2 || name[0] > 6 || name[1] != '_')
		return NULL;
	for (uint8_t i = 2; i <= name[0]; i++) {
		if (name[i] < '0' || name[i] > '9')
			return NULL;
		port = port * 10 + (uint32_t)(name[i] - '0');
	}
	const uint8_t *rest = name + 1 + name[0];
	if (port > UINT16_MAX || rest[0] != 4 || memcmp(rest + 1, "_tcp", 4) != 0)
		return NULL;
	*ret_port = (uint16_t)port;
	return rest + 5;
}
