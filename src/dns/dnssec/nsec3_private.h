/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owners of NSEC3 records: base32 with extended hex alphabet (RFC 5155 s3.3, RFC 4648 s7). */
#ifndef DNS_DNSSEC_NSEC3_PRIVATE_H
#define DNS_DNSSEC_NSEC3_PRIVATE_H

#include "dns/dnssec/denial.h"

#include <stdbool.h>
#include <stdint.h>

#define NSEC3_LABEL_OCTETS 32
#define NSEC3_SALT_MAX_OCTETS 255 /* its length is one octet, RFC 5155 s3.1.4 */

/* The hash in a name's first label (a length octet and 32 digits); false when it is none. */
bool nsec3_label_read(const uint8_t *label, uint8_t ret_hash[NSEC3_HASH_OCTETS]);

#endif
