/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the host of a domain's MTA-STS policy answered (RFC 8461 s3.3), for the checks of it.
 */
#ifndef JUDGE_CHECK_STS_SESSIONS_H
#define JUDGE_CHECK_STS_SESSIONS_H

#include "dns/policy/sts.h"
#include "judge/check/evidence.h"

#include <stdbool.h>
#include <stdint.h>

#define STS_SESSIONS_MAX 8u

struct sts_sessions {
	const struct session *items[STS_SESSIONS_MAX]; /* one an address */
	uint8_t count;
	bool is_absent;  /* the domain says of no policy */
	bool is_known;   /* that, or its host could be asked from here */
	bool has_policy; /* some address served one */
};

void sts_sessions_find(const struct evidence *evidence, struct sts_sessions *ret_sessions);
/* Did it serve a policy, sound or not? */
bool sts_session_has_policy(const struct session *session);
/* The policy; ERR_FORMAT with words in the evidence's arena, ERR_MEMORY. */
MUST_CHECK int sts_session_policy(const struct evidence *evidence, const struct session *session,
				  struct sts_policy *ret_policy, const char **ret_words);

#endif
