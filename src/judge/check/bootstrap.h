/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Authenticated bootstrapping (RFC 9615): what the operators of a signed domain that has no DS yet
 * say of its CDS and CDNSKEY below the names of their servers. Three checks look at it.
 */
#ifndef JUDGE_CHECK_BOOTSTRAP_H
#define JUDGE_CHECK_BOOTSTRAP_H

#include "judge/check/looked_up.h"
#include "judge/check/verdict.h"

#include <stdbool.h>

enum signal_state {
	SIGNAL_UNKNOWN, /* nobody asked, or nothing that counts came back */
	SIGNAL_ABSENT,  /* it is known that there is none */
	SIGNAL_THERE,   /* CDS or CDNSKEY, whether or not they can be trusted */
};

/* Of one name server that the parent names, outside the domain and with an address. */
struct signal {
	const uint8_t *host;
	enum signal_state state;
	bool is_insecure; /* no chain of trust leads to it */
	bool is_bogus;    /* one does, and it does not validate */
	struct looked_up cds, cdnskey;
};

struct bootstrap {
	struct signal signals[OBSERVATION_HOSTS_MAX];
	uint8_t count, there, absent;
};

/*
 * False: nothing to judge, since the domain is not signed, has a DS, asks for nothing or for
 * removal, or since nobody signals anything; or it cannot be known, and that is told.
 */
bool bootstrap_find(const struct evidence *evidence, struct verdicts *verdicts,
		    struct bootstrap *ret_bootstrap);
/* Does it differ from what every server says that tells its CDS and CDNSKEY? */
bool bootstrap_differs(const struct evidence *evidence, const struct signal *signal);
/* The name that it stands at, as text. */
const char *bootstrap_place(const struct evidence *evidence, const struct signal *signal);
/* CDS and CDNSKEY of the zone, and what was found in place of this signal's. */
void bootstrap_evidence(struct verdicts *verdicts, const struct signal *signal);

#endif
