/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which algorithms a server's keys are of, and which of them sign: RFC 4035 s2.2 wants each RRset
 * signed by a key of every algorithm in the DNSKEY set, and the DNSKEY set by one of every
 * algorithm in the DS set. That binds signers, not validators (RFC 6840 s5.11).
 */
#ifndef JUDGE_CHECK_DNSSEC_ALGORITHMS_H
#define JUDGE_CHECK_DNSSEC_ALGORITHMS_H

#include "judge/check/evidence.h"
#include "judge/check/signatures.h"

#include <stdbool.h>

/* A key that signs for the zone: with the zone flag, and not revoked. */
bool algorithms_key_counts(const struct record *key);
/* Is the RRset signed by this algorithm, well or not? */
bool algorithms_sign(const struct rrset *rrset, uint8_t algorithm);
/* The first signed RRset of the server that lacks a signature of the algorithm, or NULL. */
const struct signature_case *algorithms_gap(const struct evidence *evidence,
					    const struct view *view, uint8_t algorithm);
/* A DS algorithm that does not sign the server's keys while another one does; 0: none. */
uint8_t algorithms_idle_ds(const struct evidence *evidence, const struct view *view);

#endif
