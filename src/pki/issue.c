/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/issue.h"

#include "base/memory.h"

#include <assert.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

struct issuer {
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t certificate;
	gnutls_datum_t der, pem;
};

/* An Ed25519 key in PKCS #8 (RFC 8410 s7): all but the seed. */
static const uint8_t key_head[] = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
				   0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};

static int make_key(const uint8_t seed[ISSUE_SEED_OCTETS], gnutls_x509_privkey_t *ret_key)
{
	uint8_t der[sizeof(key_head) + ISSUE_SEED_OCTETS];
	const gnutls_datum_t octets = {.data = der, .size = sizeof(der)};
	memcpy(der, key_head, sizeof(key_head));
	memcpy(der + sizeof(key_head), seed, ISSUE_SEED_OCTETS);
	int result = gnutls_x509_privkey_init(ret_key);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_privkey_import_pkcs8(*ret_key, &octets, GNUTLS_X509_FMT_DER,
							  NULL, GNUTLS_PKCS_PLAIN);
	return result;
}

/* What all certificates have; the serial is of the key and the first name (RFC 5280 s4.1.2.2). */
static int begin(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key, const char *name,
		 const int64_t dates[2])
{
	uint8_t serial[20];
	size_t size = sizeof(serial);
	int result = gnutls_x509_crt_set_version(certificate, 3);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_set_key(certificate, key);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_get_key_id(certificate, 0, serial, &size);
	if (result != GNUTLS_E_SUCCESS)
		return result;
	for (size_t i = 0; name[i] != 0; i++)
		serial[1 + i % 15] = (uint8_t)(serial[1 + i % 15] * 31 + name[i]);
	serial[0] = (uint8_t)((serial[0] & 0x3f) | 0x40);
	result = gnutls_x509_crt_set_serial(certificate, serial, 16);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_set_activation_time(certificate, dates[0]);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_set_expiration_time(certificate, dates[1]);
	/* A common name has 64 characters (RFC 5280, upper bounds); the others say it all. */
	const size_t length = strnlen(name, 64);
	if (result == GNUTLS_E_SUCCESS && name[length] == 0)
		result = gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0,
						       name, (unsigned int)length);
	return result;
}

static int make_authority(struct issuer *issuer, const struct issuer_identity *identity)
{
	const int64_t dates[2] = {identity->not_before_s, identity->not_after_s};
	int result = make_key(identity->seed, &issuer->key);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_init(&issuer->certificate);
	if (result == GNUTLS_E_SUCCESS)
		result = begin(issuer->certificate, issuer->key, identity->common_name, dates);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_set_basic_constraints(issuer->certificate, 1, -1);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_set_key_usage(issuer->certificate,
						       GNUTLS_KEY_KEY_CERT_SIGN);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_sign2(issuer->certificate, issuer->certificate,
					       issuer->key, GNUTLS_DIG_SHA512, 0);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_export2(issuer->certificate, GNUTLS_X509_FMT_DER,
						 &issuer->der);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_export2(issuer->certificate, GNUTLS_X509_FMT_PEM,
						 &issuer->pem);
	return result;
}

static int error_of(int result)
{
	return result == GNUTLS_E_SUCCESS        ? OK
	       : result == GNUTLS_E_MEMORY_ERROR ? ERR_MEMORY
						 : ERR_CRYPTO;
}

int issuer_new(const struct issuer_identity *identity, struct issuer **ret_issuer)
{
	struct issuer *issuer = memory_take_zeroed(1, sizeof(*issuer));
	if (issuer == NULL)
		return ERR_MEMORY;
	int error = error_of(make_authority(issuer, identity));
	if (error != OK) {
		issuer_free(issuer);
		return error;
	}
	*ret_issuer = issuer;
	return OK;
}

void issuer_free(struct issuer *issuer)
{
	if (issuer == NULL)
		return;
	if (issuer->key != NULL)
		gnutls_x509_privkey_deinit(issuer->key);
	if (issuer->certificate != NULL)
		gnutls_x509_crt_deinit(issuer->certificate);
	if (issuer->der.data != NULL)
		gnutls_free(issuer->der.data);
	if (issuer->pem.data != NULL)
		gnutls_free(issuer->pem.data);
	memory_give(issuer);
}

const uint8_t *issuer_der(const struct issuer *issuer, size_t *ret_size)
{
	*ret_size = issuer->der.size;
	return issuer->der.data;
}

const char *issuer_pem(const struct issuer *issuer)
{
	return (const char *)issuer->pem.data;
}

/* ---- what it issues ---- */

static int sign(const struct issuer *issuer, const struct issue_order *order,
		gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key)
{
	const int64_t dates[2] = {order->not_before_s, order->not_after_s};
	int result = begin(certificate, key, order->names[0], dates);
	for (size_t i = 0; result == GNUTLS_E_SUCCESS && i < ISSUE_NAMES_MAX; i++) {
		if (order->names[i] == NULL)
			break;
		result = gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME,
							      order->names[i],
							      (unsigned int)strlen(order->names[i]),
							      GNUTLS_FSAN_APPEND);
	}
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_set_basic_constraints(certificate, 0, -1);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_set_key_usage(certificate, GNUTLS_KEY_DIGITAL_SIGNATURE);
	if (result != GNUTLS_E_SUCCESS)
		return result;
	if (order->is_self_signed)
		return gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA512, 0);
	return gnutls_x509_crt_sign2(certificate, issuer->certificate, issuer->key,
				     GNUTLS_DIG_SHA512, 0);
}

static char *take_text(const gnutls_datum_t *first, const gnutls_datum_t *second)
{
	char *text = memory_take(first->size + (second != NULL ? second->size : 0) + 1);
	if (text == NULL)
		return NULL;
	memcpy(text, first->data, first->size);
	size_t size = first->size;
	if (second != NULL) {
		memcpy(text + size, second->data, second->size);
		size += second->size;
	}
	text[size] = 0;
	return text;
}

static int export(const struct issuer *issuer, const struct issue_order *order,
		  gnutls_x509_crt_t certificate, struct issued *issued)
{
	gnutls_datum_t der = {0};
	gnutls_datum_t pem = {0};
	int result = gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, &der);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &pem);
	if (result == GNUTLS_E_SUCCESS) {
		issued->der = memory_take(der.size);
		issued->chain_pem = take_text(&pem, order->with_issuer ? &issuer->pem : NULL);
		if (issued->der != NULL)
			memcpy(issued->der, der.data, der.size);
		issued->der_size = der.size;
		if (issued->der == NULL || issued->chain_pem == NULL)
			result = GNUTLS_E_MEMORY_ERROR;
	}
	if (der.data != NULL)
		gnutls_free(der.data);
	if (pem.data != NULL)
		gnutls_free(pem.data);
	return result;
}

static int export_key(gnutls_x509_privkey_t key, struct issued *issued)
{
	gnutls_datum_t pem = {0};
	int result = gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL,
						       GNUTLS_PKCS_PLAIN, &pem);
	if (result != GNUTLS_E_SUCCESS)
		return result;
	issued->key_pem = take_text(&pem, NULL);
	gnutls_free(pem.data);
	return issued->key_pem != NULL ? GNUTLS_E_SUCCESS : GNUTLS_E_MEMORY_ERROR;
}

int issue(const struct issuer *issuer, const struct issue_order *order, struct issued *ret_issued)
{
	struct issued issued = {0};
	gnutls_x509_privkey_t key = NULL;
	gnutls_x509_crt_t certificate = NULL;
	assert(order->names[0] != NULL);
	int result = make_key(order->seed, &key);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_x509_crt_init(&certificate);
	if (result == GNUTLS_E_SUCCESS)
		result = sign(issuer, order, certificate, key);
	if (result == GNUTLS_E_SUCCESS)
		result = export(issuer, order, certificate, &issued);
	if (result == GNUTLS_E_SUCCESS)
		result = export_key(key, &issued);
	if (certificate != NULL)
		gnutls_x509_crt_deinit(certificate);
	if (key != NULL)
		gnutls_x509_privkey_deinit(key);
	if (result != GNUTLS_E_SUCCESS)
		issued_release(&issued);
	else
		*ret_issued = issued;
	return error_of(result);
}

void issued_release(struct issued *issued)
{
	memory_give(issued->der);
	memory_give(issued->chain_pem);
	memory_give(issued->key_pem);
	*issued = (struct issued){0};
}
