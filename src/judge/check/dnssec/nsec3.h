/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NSEC3 records as servers prove with them that there is no such data (RFC 5155 s3). */
#ifndef JUDGE_CHECK_DNSSEC_NSEC3_H
#define JUDGE_CHECK_DNSSEC_NSEC3_H

#include "dns/wire/rdata.h"
#include "judge/check/evidence.h"

/* The first answer of the server with an NSEC3 record in it; NULL when it gave none. */
const struct exchange *nsec3_first(const struct view *view, struct nsec3_rdata *ret_nsec3);

#endif
