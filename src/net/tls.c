/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TLS credentials: made, loaded, shared. */
#include "net/tls.h"

#include "base/memory.h"
#include "net/address.h"
#include "net/tls_context_private.h"

#include <assert.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

static int tls_complain(struct complaint *complaint, int result, const char *what)
{
	int code = result == GNUTLS_E_MEMORY_ERROR ? ERR_MEMORY : ERR_CRYPTO;
	return complain(complaint, code, "cannot %s: %s", what, gnutls_strerror(result));
}

/* "dot,h2" into pieces of the context. */
static int alpn_split(struct tls_context *context, const char *alpn)
{
	const char *next = alpn;
	while (next != NULL && *next != '\0') {
		size_t length = strcspn(next, ",");
		if (length == 0 || length >= TLS_ALPN_LENGTH_MAX ||
		    context->alpn_count == TLS_ALPN_MAX)
			return ERR_ARGUMENT;
		char *copy = context->alpn_text[context->alpn_count];
		memcpy(copy, next, length);
		copy[length] = '\0';
		context->alpn[context->alpn_count].data = (unsigned char *)copy;
		context->alpn[context->alpn_count].size = (unsigned int)length;
		context->alpn_count++;
		next += length + (next[length] == ',' ? 1 : 0);
	}
	return OK;
}

#define VERSIONS_OF_CLIENTS "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:+VERS-TLS1.1:+VERS-TLS1.0"
#define VERSIONS_OF_SERVERS "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
#define VERSIONS_OF_OLD_SERVERS "NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0"

static int context_new(const char *priorities, const char *alpn, struct complaint *complaint,
		       struct tls_context **ret_context)
{
	struct tls_context *context = memory_take_zeroed(1, sizeof(*context));
	if (context == NULL)
		return complain(complaint, ERR_MEMORY, "out of memory");
	context->is_server = strcmp(priorities, VERSIONS_OF_CLIENTS) != 0;
	int error = alpn_split(context, alpn);
	if (error != OK) {
		error = complain(complaint, error, "'%s' is no list of TLS application protocols",
				 alpn);
		goto out;
	}
	int result = gnutls_certificate_allocate_credentials(&context->credentials);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_priority_init(&context->priorities, priorities, NULL);
	if (result != GNUTLS_E_SUCCESS) {
		error = tls_complain(complaint, result, "prepare TLS");
		goto out;
	}
	*ret_context = context;
	return OK;
out:
	tls_context_free(context);
	return error;
}

int tls_client_new(const char *alpn, struct complaint *complaint, struct tls_context **ret_context)
{
	assert(ret_context != NULL);
	return context_new(VERSIONS_OF_CLIENTS, alpn, complaint, ret_context);
}

void tls_context_free(struct tls_context *context)
{
	if (context == NULL)
		return;
	if (context->credentials != NULL)
		gnutls_certificate_free_credentials(context->credentials);
	if (context->priorities != NULL)
		gnutls_priority_deinit(context->priorities);
	if (context->certificate.data != NULL)
		gnutls_free(context->certificate.data);
	memory_give(context);
}

void tls_context_certificate(const struct tls_context *context, const uint8_t **ret_der,
			     size_t *ret_size)
{
	assert(context != NULL && context->is_server);
	*ret_der = context->certificate.data;
	*ret_size = context->certificate.size;
}

static int certificate_name(gnutls_x509_crt_t certificate, const char *name)
{
	struct address address;
	if (address_from_text(name, 0, &address) != OK)
		return gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, name,
							    (unsigned int)strlen(name),
							    GNUTLS_FSAN_APPEND);
	unsigned int size = address.family == ADDRESS_IPV4 ? 4 : 16;
	return gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS,
						    address.octets, size, GNUTLS_FSAN_APPEND);
}

static int certificate_serial(gnutls_x509_crt_t certificate)
{
	/* RFC 5280 s4.1.2.2: positive, at most 20 octets. */
	uint8_t serial[16];
	int result = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof(serial));
	if (result != GNUTLS_E_SUCCESS)
		return result;
	serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40);
	return gnutls_x509_crt_set_serial(certificate, serial, sizeof(serial));
}

static int certificate_fill(gnutls_x509_crt_t certificate, const struct tls_identity *identity)
{
	int result = gnutls_x509_crt_set_version(certificate, 3);
	if (result == GNUTLS_E_SUCCESS)
		result = certificate_serial(certificate);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_set_activation_time(certificate, identity->not_before);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_set_expiration_time(certificate, identity->not_after);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0,
						       identity->common_name,
						       (unsigned int)strlen(identity->common_name));
	if (result == GNUTLS_E_SUCCESS)
		result = certificate_name(certificate, identity->common_name);
	for (const char *const *name = identity->alt_names;
	     result == GNUTLS_E_SUCCESS && name != NULL && *name != NULL; name++)
		result = certificate_name(certificate, *name);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_set_basic_constraints(certificate, 0, -1);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_set_key_usage(certificate, GNUTLS_KEY_DIGITAL_SIGNATURE);
	return result;
}

/* Makes key and certificate and gives them to the context's credentials. */
static int identity_make(struct tls_context *context, const struct tls_identity *identity)
{
	gnutls_x509_privkey_t key = NULL;
	gnutls_x509_crt_t certificate = NULL;
	int result = gnutls_x509_privkey_init(&key);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_init(&certificate);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_privkey_generate(
			key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_set_key(certificate, key);
	if (result == GNUTLS_E_SUCCESS)
		result = certificate_fill(certificate, identity);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0);
	if (result == GNUTLS_E_SUCCESS)
		result =
			gnutls_certificate_set_x509_key(context->credentials, &certificate, 1, key);
	if (result >= GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER,
						 &context->certificate);
	gnutls_x509_crt_deinit(certificate);
	gnutls_x509_privkey_deinit(key);
	return result;
}

int tls_server_new(const struct tls_identity *identity, const char *alpn,
		   struct complaint *complaint, struct tls_context **ret_context)
{
	assert(identity != NULL && identity->common_name != NULL && ret_context != NULL);
	struct tls_context *context = NULL;
	int error = context_new(identity->is_old ? VERSIONS_OF_OLD_SERVERS : VERSIONS_OF_SERVERS,
				alpn, complaint, &context);
	if (error != OK)
		return error;
	assert(context != NULL);
	int result = identity_make(context, identity);
	if (result < GNUTLS_E_SUCCESS) {
		tls_context_free(context);
		return tls_complain(complaint, result, "make a TLS certificate");
	}
	*ret_context = context;
	return OK;
}

/* The first certificate of the chain, for tls_context_certificate. */
static int identity_first(struct tls_context *context, const gnutls_datum_t *chain)
{
	gnutls_x509_crt_t *certificates = NULL;
	unsigned int count = 0;
	int result =
		gnutls_x509_crt_list_import2(&certificates, &count, chain, GNUTLS_X509_FMT_PEM, 0);
	if (result < 0)
		return result;
	result = gnutls_x509_crt_export2(certificates[0], GNUTLS_X509_FMT_DER,
					 &context->certificate);
	for (unsigned int i = 0; i < count; i++)
		gnutls_x509_crt_deinit(certificates[i]);
	gnutls_free(certificates);
	return result;
}

int tls_server_load(const char *certificates_pem, const char *key_pem, const char *alpn,
		    struct complaint *complaint, struct tls_context **ret_context)
{
	assert(certificates_pem != NULL && key_pem != NULL && ret_context != NULL);
	struct tls_context *context = NULL;
	int error = context_new(VERSIONS_OF_SERVERS, alpn, complaint, &context);
	if (error != OK)
		return error;
	assert(context != NULL);
	gnutls_datum_t chain = {.data = (unsigned char *)(uintptr_t)certificates_pem,
				.size = (unsigned int)strlen(certificates_pem)};
	gnutls_datum_t key = {.data = (unsigned char *)(uintptr_t)key_pem,
			      .size = (unsigned int)strlen(key_pem)};
	int result = gnutls_certificate_set_x509_key_mem(context->credentials, &chain, &key,
							 GNUTLS_X509_FMT_PEM);
	if (result >= GNUTLS_E_SUCCESS)
		result = identity_first(context, &chain);
	if (result < GNUTLS_E_SUCCESS) {
		tls_context_free(context);
		return tls_complain(complaint, result, "load a TLS certificate and key");
	}
	*ret_context = context;
	return OK;
}
