/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does a server say that the zone is not signed? */
#ifndef JUDGE_CHECK_DNSSEC_UNSIGNED_H
#define JUDGE_CHECK_DNSSEC_UNSIGNED_H

#include "judge/check/evidence.h"

#include <stdbool.h>

/* NODATA for DNSKEY, said with authority by a usable server that speaks EDNS, and no alias that
 * only stands before the keys of a signed zone, which is SERVER-APEX-ALIAS' matter. */
bool unsigned_view(const struct evidence *evidence, const struct view *view);

#endif
