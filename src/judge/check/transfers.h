/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Zones that servers gave whole (struct transfer), and what their ZONEMD records say of them (RFC
 * 8976). Whether those records are signed is the other DNSSEC checks' to find out: a digest that
 * does not fit is wrong either way.
 */
#ifndef JUDGE_CHECK_TRANSFERS_H
#define JUDGE_CHECK_TRANSFERS_H

#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* The server's transfer; NULL: none began, or the server is of no use. */
const struct transfer *transfer_of(const struct evidence *evidence, const struct view *view);
/* Did any zone come whole, so that there is something to say of its ZONEMD record? */
bool transfers_are_known(const struct evidence *evidence);
/* A finding about the server's zone: `what` is wrong with its ZONEMD record. */
void transfer_verdict(struct verdicts *verdicts, const struct view *view,
		      const struct transfer *transfer, const char *what);

#endif
