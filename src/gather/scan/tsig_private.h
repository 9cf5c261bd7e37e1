/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does a server take the owner's key, and under which algorithms (RFC 8945 s6)? The changes since
 * the version that the server has (IXFR, RFC 1995) are asked over UDP, without EDNS, signed by the
 * key as it is meant to be, and under hmac-md5 and hmac-sha1. There are none, so that one record is
 * the answer; but who may not transfer the zone does not get it. SOA, which is anybody's to ask,
 * would not do: NSD takes any algorithm where no key is needed.
 *
 * An answer that has a TSIG record without being signed by the key is from somebody else, or from a
 * server that cannot sign: the exchange is a mismatch, and the message is not kept. A MAC that is
 * kept with its message tells nothing of a random secret; the question's, which it covers, is not
 * kept.
 */
#ifndef GATHER_SCAN_TSIG_PRIVATE_H
#define GATHER_SCAN_TSIG_PRIVATE_H

#include "gather/scan/scan_private.h"

/* As many more of the domain's pending questions; none without a key. */
void tsig_ask(struct domain *domain, unsigned int server);

#endif
