/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/soa.h"

#include "dns/wire/name.h"

#include <assert.h>
#include <string.h>

bool soa_seek(const struct evidence *evidence, struct verdicts *verdicts, soa_test *test,
	      struct soa_seen *ret_seen)
{
	assert(test != NULL && ret_seen != NULL);
	if (!evidence_has_content(evidence)) {
		verdict_not_measured(verdicts);
		return false;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		struct soa_rdata soa;

		if (view->condition != CONDITION_USABLE)
			continue;
		assert(view->answers[QUESTION_SOA].rrset.count > 0);
		if (rdata_soa(view->answers[QUESTION_SOA].rrset.records[0], &soa) < 0 ||
		    !test(&soa))
			continue;
		*ret_seen = (struct soa_seen){view, soa};
		return true;
	}
	return false;
}

void soa_evidence(struct verdicts *verdicts, const struct soa_seen *seen)
{
	verdict_evidence(verdicts, seen->view->answers[QUESTION_SOA].exchange);
}

/* RFC 5321 s4.1.2: atoms with single dots between them. */
static bool is_local_part(const uint8_t *octets, size_t size)
{
	static const char signs[] = "!#$%&'*+-/=?^_`{|}~";

	if (size == 0 || octets[0] == '.' || octets[size - 1] == '.')
		return false;
	for (size_t i = 0; i < size; i++) {
		const uint8_t octet = octets[i];
		const bool is_word = (octet >= 'a' && octet <= 'z') ||
				     (octet >= 'A' && octet <= 'Z') ||
				     (octet >= '0' && octet <= '9');

		if (octet == '.' && octets[i + 1] != '.')
			continue;
		if (!is_word && (octet == 0 || strchr(signs, octet) == NULL))
			return false;
	}
	return true;
}

bool soa_is_mailbox(const uint8_t *rname)
{
	const uint8_t *domain = name_parent(rname);

	return !name_is_root(rname) && !name_is_root(domain) &&
	       is_local_part(rname + 1, rname[0]) && name_is_host(domain);
}
