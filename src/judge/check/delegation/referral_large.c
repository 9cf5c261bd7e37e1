/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

#include <assert.h>

/* Declared in the generated table. */
void check_delegation_referral_large(const struct evidence *evidence, struct verdicts *verdicts);

#define HEADER_OCTETS 12u
#define QUESTION_OCTETS 4u /* type and class */
#define POINTER_OCTETS 2u
#define RECORD_OCTETS 10u /* type, class, TTL, length of the data */
/* RFC 1035 s4.2.1: without EDNS no more goes over UDP. */
#define PLAIN_MOST 512u
/* What resolvers ask for so that nothing is fragmented on the way. */
#define EDNS_MOST 1232u

/* What of the name is not in the other one already. */
static size_t new_octets(const uint8_t *name, const uint8_t *other)
{
	const uint8_t *common = name_suffix(name, name_common_labels(name, other));

	assert(common >= name);
	return (size_t)(common - name) + (name_is_root(common) ? 1 : POINTER_OCTETS);
}

/* The referral with all the glue that it came with, and nothing of DNSSEC: names are told once, as
 * far as one of two name servers ends like the other or like the domain. */
static size_t referral_octets(const struct evidence *evidence, unsigned *ret_names)
{
	const struct observation *observation = evidence->observation;
	const uint8_t *before = observation->domain;
	size_t octets = HEADER_OCTETS + name_size(observation->domain) + QUESTION_OCTETS;

	for (uint8_t h = 0; h < observation->host_count; h++) {
		const struct host *host = &observation->hosts[h];

		if (!(host->flags & HOST_AT_PARENT))
			continue;
		++*ret_names;
		const size_t like_domain = new_octets(host->name, observation->domain);
		const size_t like_before = new_octets(host->name, before);

		octets += POINTER_OCTETS + RECORD_OCTETS +
			  (like_domain < like_before ? like_domain : like_before);
		before = host->name;
		for (uint8_t g = 0; g < host->glue_count; g++)
			octets += POINTER_OCTETS + RECORD_OCTETS +
				  (observation->servers[host->glue[g]].ip.family == 4 ? 4u : 16u);
	}
	return octets;
}

void check_delegation_referral_large(const struct evidence *evidence, struct verdicts *verdicts)
{
	unsigned names = 0;
	const size_t octets = referral_octets(evidence, &names);

	if (names == 0 || octets <= PLAIN_MOST)
		return;
	const unsigned most = octets > EDNS_MOST ? EDNS_MOST : PLAIN_MOST;

	verdict(verdicts, NULL,
		"The parent needs %zu octets to name the %u name servers of %s and their "
		"addresses, more than the %u that go %s",
		octets, names, evidence->domain, most,
		most == EDNS_MOST ? "in one packet everywhere" : "without EDNS");
	if (most != EDNS_MOST)
		verdict_lower(verdicts, SEVERITY_INFO);
	verdict_parent_evidence(verdicts);
}
