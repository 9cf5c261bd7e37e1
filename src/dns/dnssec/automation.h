/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names where parents and operators say something of a zone that is not theirs: an operator vouches
 * for a zone's CDS and CDNSKEY below the name of its server (RFC 9615 s3.2), a parent says below
 * its own name where it takes notifications for a child (RFC 9859 s3).
 */
#ifndef DNS_DNSSEC_AUTOMATION_H
#define DNS_DNSSEC_AUTOMATION_H

#include "base/error.h"
#include "dns/wire/name.h"

/* "_signal." + host; ERR_LIMIT when too long, as all of these. */
MUST_CHECK int automation_signalling_domain(const uint8_t *host, struct name *ret_name);
/* "_dsboot." + domain + "._signal." + host */
MUST_CHECK int automation_signalling_name(const uint8_t *domain, const uint8_t *host,
					  struct name *ret_name);
/* "_dsync." + parent */
MUST_CHECK int automation_dsync_domain(const uint8_t *parent, struct name *ret_name);
/* The child's labels, less those of the parent that it must be below, + "._dsync." + parent */
MUST_CHECK int automation_dsync_name(const uint8_t *child, const uint8_t *parent,
				     struct name *ret_name);
/* The first `labels` labels of `name` put before `suffix`. */
MUST_CHECK int automation_join(const uint8_t *name, size_t labels, const uint8_t *suffix,
			       struct name *ret_name);

#endif
