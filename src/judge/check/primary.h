/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The primary server that the SOA record names (MNAME), and what is known of its name: from the
 * look-ups of name servers when it is one of them, else from the scan's further look-ups.
 */
#ifndef JUDGE_CHECK_PRIMARY_H
#define JUDGE_CHECK_PRIMARY_H

#include "judge/check/soa.h"

#include <stdbool.h>

enum primary_state {
	PRIMARY_UNKNOWN, /* nothing can be concluded, or there is none to look at */
	PRIMARY_FOUND,
	PRIMARY_NO_NAME,    /* it does not exist */
	PRIMARY_NO_ADDRESS, /* it has neither A nor AAAA */
};

struct primary {
	struct soa_seen seen;
	enum primary_state state;
	bool is_alias;
	bool is_name_server; /* others speak of it */
};

/* Of the first usable server's SOA record. False: none is usable, or it names nobody that could be
 * looked up (the root, or what ZONE-SOA-MNAME-SYNTAX speaks of). Where no server is usable, the
 * check is noted as not measured. */
bool primary_find(const struct evidence *evidence, struct verdicts *verdicts,
		  struct primary *ret_primary);

#endif
