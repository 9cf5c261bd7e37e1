/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The zone's SOA record as its usable servers give it. What is odd about it is odd about the zone,
 * not about a server: the first server that gives such a record stands for all. Where servers
 * differ, SERVER-SERIAL-DIFFERS and SERVER-ANSWERS-DIFFER say so.
 */
#ifndef JUDGE_CHECK_SOA_H
#define JUDGE_CHECK_SOA_H

#include "dns/wire/rdata.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

#include <stdbool.h>

struct soa_seen {
	const struct view *view;
	struct soa_rdata soa;
};

typedef bool soa_test(const struct soa_rdata *soa);

/* The first server's of which the test is true; false: there is none. Where no server is usable,
 * the check is noted as not measured. */
bool soa_seek(const struct evidence *evidence, struct verdicts *verdicts, soa_test *test,
	      struct soa_seen *ret_seen);
/* The answer that it came in, as evidence for the newest finding. */
void soa_evidence(struct verdicts *verdicts, const struct soa_seen *seen);

/* Could RNAME be a mail address (RFC 1035 s3.3.13, RFC 5321 s4.1.2)? Its first label is the part
 * before the '@'. */
bool soa_is_mailbox(const uint8_t *rname);

#endif
