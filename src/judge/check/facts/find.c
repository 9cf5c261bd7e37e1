/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/facts.h"
#include "judge/check/facts/facts_private.h"

#include <assert.h>

static_assert(FACTS_OCTETS * 4 == FACTS_MAX, "two bits a fact");

static const char *const words[] = {
	[FACT_DELEGATED] = "delegated",
	[FACT_SIGNED] = "signed",
	[FACT_SECURE] = "secure",
	[FACT_MODERN_ALGORITHM] = "modern-algorithm",
	[FACT_CDS] = "cds",
	[FACT_NSEC3] = "nsec3",
	[FACT_MAIL] = "mail",
	[FACT_NULL_MX] = "null-mx",
	[FACT_SPF] = "spf",
	[FACT_SPF_STRICT] = "spf-strict",
	[FACT_DMARC] = "dmarc",
	[FACT_DMARC_ENFORCED] = "dmarc-enforced",
	[FACT_MTA_STS] = "mta-sts",
	[FACT_MTA_STS_ENFORCED] = "mta-sts-enforced",
	[FACT_TLSRPT] = "tlsrpt",
	[FACT_TLSA_MAIL] = "tlsa-mail",
	[FACT_TLSA_WEB] = "tlsa-web",
	[FACT_CAA] = "caa",
	[FACT_IPV6_NS] = "ipv6-ns",
	[FACT_IPV6_MAIL] = "ipv6-mail",
	[FACT_DOT] = "dot",
	[FACT_DOH] = "doh",
	[FACT_DOQ] = "doq",
	[FACT_ROA_NS] = "roa-ns",
	[FACT_TWO_NETWORKS] = "two-networks",
	[FACT_COOKIES] = "cookies",
	[FACT_ZONEMD] = "zonemd",
};
static_assert(sizeof(words) / sizeof(words[0]) == FACT_COUNT, "a word each");

const char *fact_text(enum fact fact)
{
	assert(fact < FACT_COUNT);
	return words[fact];
}

enum fact_state facts_worse(enum fact_state left, enum fact_state right)
{
	if (left == FACT_ABSENT || right == FACT_ABSENT)
		return FACT_ABSENT;
	return left == FACT_UNKNOWN ? left : right;
}

enum fact_state facts_truth(bool is_known, bool is_there)
{
	if (!is_known)
		return FACT_UNKNOWN;
	return is_there ? FACT_PRESENT : FACT_ABSENT;
}

enum fact_state facts_over_views(const struct evidence *evidence,
				 enum fact_state (*of)(const struct evidence *evidence,
						       const struct view *view))
{
	enum fact_state worst = evidence->usable_count > 0 ? FACT_PRESENT : FACT_UNKNOWN;

	for (uint8_t i = 0; i < evidence->observation->server_count; i++)
		if (evidence->views[i].condition == CONDITION_USABLE)
			worst = facts_worse(worst, of(evidence, &evidence->views[i]));
	return worst;
}

enum fact_state facts_answer(const struct view *view, enum question question)
{
	const struct answer *answer = &view->answers[question];

	assert(question < QUESTION_COUNT);
	/* A record that cannot be read is there all the same: another check's business. */
	if (answer->message && answer->rrset.count > 0)
		return FACT_PRESENT;
	if (!answer->message || answer->message->rcode != RCODE_NOERROR ||
	    answer->message->fault != MESSAGE_SOUND)
		return FACT_UNKNOWN;
	return answer->message->flags & FLAG_AA ? FACT_ABSENT : FACT_UNKNOWN;
}

int facts_find(const struct evidence *evidence, struct facts *ret_facts)
{
	const struct observation *observation = evidence->observation;
	struct facts facts = {0};
	int error = OK;

	static_assert(FACT_UNKNOWN == 0, "what is not set is unknown");
	if (observation->delegation == DELEGATION_UNKNOWN || observation->not_measured) {
		*ret_facts = facts;
		return OK;
	}
	const bool is_delegated = observation->delegation == DELEGATION_FOUND ||
				  observation->delegation == DELEGATION_SERVED_BY_PARENT;

	facts.states[FACT_DELEGATED] = facts_truth(true, is_delegated);
	if (is_delegated) {
		facts_of_zone(evidence, &facts);
		facts_of_mail(evidence, &facts);
		error = facts_of_servers(evidence, &facts);
	}
	if (error == OK)
		*ret_facts = facts;
	return error;
}

void facts_pack(const struct facts *facts, uint8_t ret_octets[FACTS_OCTETS])
{
	for (size_t i = 0; i < FACTS_OCTETS; i++)
		ret_octets[i] = 0;
	for (size_t fact = 0; fact < FACT_COUNT; fact++) {
		assert(facts->states[fact] < FACT_STATE_COUNT);
		ret_octets[fact / 4] |= (uint8_t)((unsigned)facts->states[fact] << fact % 4 * 2);
	}
}

int facts_unpack(const uint8_t octets[FACTS_OCTETS], struct facts *ret_facts)
{
	struct facts facts = {0};

	for (size_t fact = 0; fact < FACTS_MAX; fact++) {
		const uint8_t state = octets[fact / 4] >> fact % 4 * 2 & 3;

		if (state >= FACT_STATE_COUNT || (fact >= FACT_COUNT && state != 0))
			return ERR_FORMAT;
		if (fact < FACT_COUNT)
			facts.states[fact] = state;
	}
	*ret_facts = facts;
	return OK;
}
