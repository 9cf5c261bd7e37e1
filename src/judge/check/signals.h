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

/* A delete record beside others, in either set: AUTOMATION-CDS-DELETE-MIXED, whatever else is so.
 */
bool signals_are_mixed(const struct view *view);
/* Does the server say with authority which CDS and CDNSKEY the zone has, or that it has none? */
bool signals_are_told(const struct evidence *evidence, const struct view *view);
/* Any CDS or CDNSKEY at this server? */
bool signals_are_there(const struct view *view);
/*
 * Do two servers that tell their signals ask for the same: both for nothing, both for removal, or
 * every key that one names is named by the other?
 */
bool signals_ask_the_same(const struct evidence *evidence, const struct view *left,
			  const struct view *right);
/* Does one of this server's signals, CDS (of a digest type known to us) or CDNSKEY, name the key?
 */
bool signals_name(const struct evidence *evidence, const struct view *view,
		  const struct record *key);

#endif
