/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys that signed servers give, for checks of single keys: one finding a server. */
#ifndef JUDGE_CHECK_DNSSEC_KEYS_H
#define JUDGE_CHECK_DNSSEC_KEYS_H

#include "dns/wire/rdata.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

struct served_key {
	const struct view *view; /* the server that gives it */
	const struct record *record;
	struct dnskey_rdata rdata;
};

/*
 * Has `tell` judge the keys of each signed server until it has told of one; the exchange that the
 * keys came in is the evidence. Without keys that signatures rest on it is not measured.
 */
void keys_judge(const struct evidence *evidence, struct verdicts *verdicts,
		void (*tell)(struct verdicts *verdicts, const struct served_key *key));
/* As others call it. */
uint16_t served_key_tag(const struct served_key *key);

#endif
