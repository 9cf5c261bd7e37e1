/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/certificate.h"

#include "base/memory.h"
#include "pki/certificate_private.h"

#include <assert.h>
#include <string.h>

static int import(struct certificate *certificate)
{
	const gnutls_datum_t *der = &certificate->der;
	int result = gnutls_x509_crt_init(&certificate->gnutls);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_import(certificate->gnutls, der, GNUTLS_X509_FMT_DER);
	gnutls_pubkey_t key = NULL;
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_pubkey_init(&key);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_pubkey_import_x509(key, certificate->gnutls, 0);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &certificate->key);
	if (key != NULL)
		gnutls_pubkey_deinit(key);
	return result;
}

int certificate_new(const uint8_t *der, size_t size, struct certificate **ret_certificate)
{
	assert(der != NULL || size == 0);
	if (size == 0 || size > CERTIFICATE_OCTETS_MAX)
		return ERR_FORMAT;
	struct certificate *certificate = memory_take_zeroed(1, sizeof(*certificate));
	uint8_t *copy = memory_take(size);
	if (certificate == NULL || copy == NULL) {
		memory_give(certificate);
		memory_give(copy);
		return ERR_MEMORY;
	}
	memcpy(copy, der, size);
	certificate->der = (gnutls_datum_t){.data = copy, .size = (unsigned int)size};
	int result = import(certificate);
	if (result != GNUTLS_E_SUCCESS) {
		certificate_free(certificate);
		return result == GNUTLS_E_MEMORY_ERROR ? ERR_MEMORY : ERR_FORMAT;
	}
	*ret_certificate = certificate;
	return OK;
}

void certificate_free(struct certificate *certificate)
{
	if (certificate == NULL)
		return;
	if (certificate->gnutls != NULL)
		gnutls_x509_crt_deinit(certificate->gnutls);
	if (certificate->key.data != NULL)
		gnutls_free(certificate->key.data);
	memory_give(certificate->der.data);
	memory_give(certificate);
}

const uint8_t *certificate_der(const struct certificate *certificate, size_t *ret_size)
{
	*ret_size = certificate->der.size;
	return certificate->der.data;
}

const uint8_t *certificate_key(const struct certificate *certificate, size_t *ret_size)
{
	*ret_size = certificate->key.size;
	return certificate->key.data;
}

int64_t certificate_not_before(const struct certificate *certificate)
{
	const time_t time = gnutls_x509_crt_get_activation_time(certificate->gnutls);
	return time == (time_t)-1 ? 0 : (int64_t)time;
}

int64_t certificate_not_after(const struct certificate *certificate)
{
	const time_t time = gnutls_x509_crt_get_expiration_time(certificate->gnutls);
	return time == (time_t)-1 ? 0 : (int64_t)time;
}

bool certificate_is_for(const struct certificate *certificate, const char *host)
{
	assert(host != NULL);
	return gnutls_x509_crt_check_hostname2(certificate->gnutls, host,
					       GNUTLS_VERIFY_DO_NOT_ALLOW_IP_MATCHES) != 0;
}
