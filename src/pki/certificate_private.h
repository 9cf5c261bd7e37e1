/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a certificate, for certificate.c and chain.c. */
#ifndef PKI_CERTIFICATE_PRIVATE_H
#define PKI_CERTIFICATE_PRIVATE_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

struct certificate {
	gnutls_x509_crt_t gnutls;
	gnutls_datum_t der;
	gnutls_datum_t key; /* GnuTLS's memory */
};

#endif
