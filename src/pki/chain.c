/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who vouches for whom: chains, and the roots that a system trusts. */
#include "base/memory.h"
#include "pki/certificate.h"
#include "pki/certificate_private.h"

#include <assert.h>

/* Dates are judged elsewhere; old signatures too. What remains is whether the signatures fit. */
#define VERIFY_FLAGS                                                                     \
	(GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS | \
	 GNUTLS_VERIFY_DISABLE_CRL_CHECKS | GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1)

struct trust {
	gnutls_x509_trust_list_t list;
};

int chain_add(struct chain *chain, const uint8_t *der, size_t size)
{
	assert(chain->count <= CERTIFICATE_CHAIN_MAX);
	if (chain->count == CERTIFICATE_CHAIN_MAX)
		return ERR_LIMIT;
	int error = certificate_new(der, size, &chain->items[chain->count]);
	if (error == OK)
		chain->count++;
	return error;
}

void chain_release(struct chain *chain)
{
	while (chain->count > 0)
		certificate_free(chain->items[--chain->count]);
}

static bool list_has(gnutls_x509_trust_list_t list, const struct chain *chain)
{
	gnutls_x509_crt_t items[CERTIFICATE_CHAIN_MAX];
	unsigned int status = 0;
	assert(chain->count > 0 && chain->count <= CERTIFICATE_CHAIN_MAX);
	for (size_t i = 0; i < chain->count; i++)
		items[i] = chain->items[i]->gnutls;
	int result = gnutls_x509_trust_list_verify_crt(list, items, (unsigned int)chain->count,
						       VERIFY_FLAGS, &status, NULL);
	return result == GNUTLS_E_SUCCESS && status == 0;
}

bool chain_leads_to(const struct chain *chain, const struct certificate *anchor)
{
	gnutls_x509_trust_list_t list;
	if (chain->count == 0 || gnutls_x509_crt_equals(chain->items[0]->gnutls, anchor->gnutls))
		return false;
	if (gnutls_x509_trust_list_init(&list, 1) != GNUTLS_E_SUCCESS)
		return false;
	gnutls_x509_crt_t root = anchor->gnutls;
	/* The list does not own it: it is not deinitialized with the list. */
	bool leads =
		gnutls_x509_trust_list_add_cas(list, &root, 1, 0) == 1 && list_has(list, chain);
	gnutls_x509_trust_list_deinit(list, 0);
	return leads;
}

bool chain_is_whole(const struct chain *chain)
{
	if (chain->count == 0)
		return false;
	gnutls_x509_crt_t last = chain->items[chain->count - 1]->gnutls;
	return gnutls_x509_crt_check_issuer(last, last) != 0;
}

static int trust_fill(struct trust *trust, const char *path, struct complaint *complaint)
{
	if (gnutls_x509_trust_list_init(&trust->list, 0) != GNUTLS_E_SUCCESS)
		return complain(complaint, ERR_MEMORY, "out of memory");
	int count = path != NULL ? gnutls_x509_trust_list_add_trust_file(trust->list, path, NULL,
									 GNUTLS_X509_FMT_PEM, 0, 0)
				 : gnutls_x509_trust_list_add_system_trust(trust->list, 0, 0);
	if (count > 0)
		return OK;
	if (path != NULL)
		return complain(complaint, ERR_NOT_FOUND,
				"'%s' has no certificate that could be read as PEM%s%s", path,
				count < 0 ? ": " : "", count < 0 ? gnutls_strerror(count) : "");
	return complain(complaint, ERR_NOT_FOUND,
			"the system trusts no certification authority; install ca-certificates, "
			"or name a file with --ca-file");
}

int trust_new(const char *path, struct complaint *complaint, struct trust **ret_trust)
{
	assert(ret_trust != NULL);
	struct trust *trust = memory_take_zeroed(1, sizeof(*trust));
	if (trust == NULL)
		return complain(complaint, ERR_MEMORY, "out of memory");
	int error = trust_fill(trust, path, complaint);
	if (error != OK) {
		trust_free(trust);
		return error;
	}
	*ret_trust = trust;
	return OK;
}

void trust_free(struct trust *trust)
{
	if (trust == NULL)
		return;
	if (trust->list != NULL)
		gnutls_x509_trust_list_deinit(trust->list, 1);
	memory_give(trust);
}

const char *trust_doubt(const struct trust *trust, const struct chain *chain)
{
	gnutls_x509_crt_t items[CERTIFICATE_CHAIN_MAX];
	gnutls_typed_vdata_st wanted = {
		.type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_SERVER};
	unsigned int status = 0;
	assert(chain->count <= CERTIFICATE_CHAIN_MAX);
	if (chain->count == 0)
		return "no certificate";
	for (size_t i = 0; i < chain->count; i++)
		items[i] = chain->items[i]->gnutls;
	const int result = gnutls_x509_trust_list_verify_crt2(
		trust->list, items, (unsigned int)chain->count, &wanted, 1, 0, &status, NULL);
	if (result == GNUTLS_E_SUCCESS && status == 0)
		return NULL;
	if ((status & (GNUTLS_CERT_SIGNER_NOT_FOUND | GNUTLS_CERT_SIGNER_NOT_CA |
		       GNUTLS_CERT_SIGNATURE_FAILURE)) != 0)
		return "a certificate that leads to no trusted root";
	if ((status & (GNUTLS_CERT_EXPIRED | GNUTLS_CERT_NOT_ACTIVATED)) != 0)
		return "a chain with a certificate that is out of date";
	if ((status & GNUTLS_CERT_INSECURE_ALGORITHM) != 0)
		return "a chain with a signature or key that is too weak";
	if ((status & GNUTLS_CERT_PURPOSE_MISMATCH) != 0)
		return "a certificate that is not for servers";
	return "a chain that does not hold";
}

bool trust_has(const struct trust *trust, const struct chain *chain)
{
	return chain->count > 0 && list_has(trust->list, chain);
}
