/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does a server take the owner's key, and under which algorithms (RFC 8945 s6)? SOA is asked over
 * UDP, without EDNS, signed by the key as it is meant to be, and under hmac-md5 and hmac-sha1.
 *
 * Whoever signs an answer has the key and has taken the question; what is not signed is a refusal.
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
