/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/trust.h"

#include "base/memory.h"

#include <assert.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

struct tls_trust {
	gnutls_x509_trust_list_t list;
};

static int trust_new(struct tls_trust **ret_trust)
{
	struct tls_trust *trust = memory_take_zeroed(1, sizeof(*trust));
	if (trust == NULL)
		return ERR_MEMORY;
	if (gnutls_x509_trust_list_init(&trust->list, 0) != GNUTLS_E_SUCCESS) {
		memory_give(trust);
		return ERR_MEMORY;
	}
	*ret_trust = trust;
	return OK;
}

int tls_trust_system(struct tls_trust **ret_trust)
{
	assert(ret_trust != NULL);
	int error = trust_new(ret_trust);
	if (error == OK)
		(void)gnutls_x509_trust_list_add_system_trust((*ret_trust)->list, 0, 0);
	return error;
}

int tls_trust_from_pem(const char *pem, struct tls_trust **ret_trust)
{
	assert(pem != NULL && ret_trust != NULL);
	struct tls_trust *trust;
	int error = trust_new(&trust);
	if (error != OK)
		return error;
	const gnutls_datum_t roots = {(unsigned char *)(uintptr_t)pem, (unsigned int)strlen(pem)};
	if (gnutls_x509_trust_list_add_trust_mem(trust->list, &roots, NULL, GNUTLS_X509_FMT_PEM, 0,
						 0) <= 0) {
		tls_trust_free(trust);
		return ERR_FORMAT;
	}
	*ret_trust = trust;
	return OK;
}

void tls_trust_free(struct tls_trust *trust)
{
	if (trust == NULL)
		return;
	gnutls_x509_trust_list_deinit(trust->list, 1);
	memory_give(trust);
}

static gnutls_x509_crt_t read_certificate(const struct tls_certificate *certificate)
{
	gnutls_x509_crt_t read = NULL;
	const gnutls_datum_t der = {(unsigned char *)(uintptr_t)certificate->der,
				    (unsigned int)certificate->size};
	if (gnutls_x509_crt_init(&read) != GNUTLS_E_SUCCESS)
		return NULL;
	if (gnutls_x509_crt_import(read, &der, GNUTLS_X509_FMT_DER) == GNUTLS_E_SUCCESS)
		return read;
	gnutls_x509_crt_deinit(read);
	return NULL;
}

static bool is_trusted(const struct tls_trust *trust, gnutls_x509_crt_t *chain, unsigned int count)
{
	unsigned int status = 0;
	int result = gnutls_x509_trust_list_verify_crt(
		trust->list, chain, count,
		GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS,
		&status, NULL);
	return result == GNUTLS_E_SUCCESS && status == 0;
}

struct tls_verdict tls_judge(const struct tls_trust *trust, const struct tls_certificate *chain,
			     size_t count, const char *host)
{
	struct tls_verdict verdict = {0};
	gnutls_x509_crt_t read[TLS_CHAIN_MAX];
	unsigned int read_count = 0;
	assert(chain != NULL || count == 0);
	while (read_count < count && read_count < TLS_CHAIN_MAX) {
		read[read_count] = read_certificate(&chain[read_count]);
		if (read[read_count] == NULL)
			break;
		read_count++;
	}
	if (read_count > 0) {
		verdict.is_readable = true;
		verdict.not_before_s = gnutls_x509_crt_get_activation_time(read[0]);
		verdict.not_after_s = gnutls_x509_crt_get_expiration_time(read[0]);
		verdict.name_fits =
			host != NULL && gnutls_x509_crt_check_hostname(read[0], host) != 0;
		verdict.is_trusted = trust != NULL && is_trusted(trust, read, read_count);
	}
	for (unsigned int i = 0; i < read_count; i++)
		gnutls_x509_crt_deinit(read[i]);
	return verdict;
}

int tls_public_key(const struct tls_certificate *certificate, uint8_t *buffer, size_t room,
		   size_t *ret_size)
{
	gnutls_x509_crt_t read = read_certificate(certificate);
	gnutls_pubkey_t key = NULL;
	gnutls_datum_t der = {0};
	int error = ERR_FORMAT;
	if (read == NULL)
		return ERR_FORMAT;
	if (gnutls_pubkey_init(&key) == GNUTLS_E_SUCCESS &&
	    gnutls_pubkey_import_x509(key, read, 0) == GNUTLS_E_SUCCESS &&
	    gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &der) == GNUTLS_E_SUCCESS) {
		error = der.size <= room ? OK : ERR_LIMIT;
		if (error == OK) {
			memcpy(buffer, der.data, der.size);
			*ret_size = der.size;
		}
	}
	gnutls_free(der.data);
	gnutls_pubkey_deinit(key);
	gnutls_x509_crt_deinit(read);
	return error;
}
