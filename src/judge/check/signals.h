/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CDS and CDNSKEY: what a zone asks its parent to trust (RFC 7344, RFC 8078). Compared by the keys
 * they name, never by their octets (RFC 9975 s3.1).
 */
#ifndef JUDGE_CHECK_SIGNALS_H
#define JUDGE_CHECK_SIGNALS_H

#include "dns/wire/message.h"
#include "judge/check/evidence.h"

#include <stdbool.h>

/* Same RDATA, whatever the type: a CDNSKEY names exactly the DNSKEY it copies. */
bool signals_same_rdata(const struct record *left, const struct record *right);
/* Exactly the delete record of RFC 8078 s4 in each set that is there. */
bool signals_ask_for_removal(const struct view *view);
/*
 * Where both types are published: every CDS (of a digest type known to us) names a CDNSKEY and
 * every CDNSKEY is named by a CDS (RFC 7344 s4). True where one or both are absent.
 */
bool signals_agree(const struct evidence *evidence, const struct view *view);

#endif
