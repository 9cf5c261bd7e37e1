/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a domain says of TLS for its mail: that it has an MTA-STS policy (RFC 8461 s3.1), the policy
 * itself (s3.2), and where failures are to be reported (RFC 8460 s3). What is wrong is told in
 * words, in the arena.
 */
#ifndef DNS_POLICY_STS_H
#define DNS_POLICY_STS_H

#include "dns/policy/source.h"
#include "dns/policy/uri.h"

#include <stdbool.h>
#include <stdint.h>

#define STS_ID_MAX 32               /* RFC 8461 s3.1 */
#define STS_MAX_AGE_MAX_S 31557600u /* s3.2: about a year */
/* s3.3: senders need take no more. */
#define STS_POLICY_OCTETS_MAX 65536u
/* Each is compared with each mail exchanger. */
#define STS_PATTERNS_MAX 64

/* Does the text begin with "v=STSv1"? Then: ERR_FORMAT with words; ERR_MEMORY. */
bool sts_is_record(const char *text, size_t size);
/* Is there such a text among TXT records? False as well when memory is out. */
bool sts_is_announced(struct arena *arena, const struct record *const *records, size_t count);
MUST_CHECK int sts_parse_record(struct arena *arena, const char *text, size_t size,
				const char **ret_words);

enum sts_mode { STS_MODE_NONE, STS_MODE_TESTING, STS_MODE_ENFORCE };
struct sts_policy {
	enum sts_mode mode;
	uint32_t max_age_s;
	uint16_t pattern_count;
	struct name *patterns; /* lower case; the first label may be "*" */
};
/* The body of https://mta-sts.DOMAIN/.well-known/mta-sts.txt. ERR_FORMAT with words; ERR_MEMORY. */
MUST_CHECK int sts_parse_policy(struct arena *arena, const char *text, size_t size,
				struct sts_policy *ret_policy, const char **ret_words);
/* May mail go to that exchanger (s4.1)? */
bool sts_allows(const struct sts_policy *policy, const uint8_t *exchanger);

struct tlsrpt_record {
	uint8_t report_count;
	struct policy_uri reports[POLICY_URIS_MAX];
};
/* Does the text begin with "v=TLSRPTv1"? Then: ERR_FORMAT with words; ERR_MEMORY. */
bool tlsrpt_is_record(const char *text, size_t size);
MUST_CHECK int tlsrpt_parse(struct arena *arena, const char *text, size_t size,
			    struct tlsrpt_record *ret_record, const char **ret_words);

#endif
