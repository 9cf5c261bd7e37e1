/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/key.h"
#include "dns/dnssec/weak.h"
#include "dns/wire/rdata.h"
#include "judge/check/check.h"
#include "judge/check/dnssec/standing.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

#include <stdio.h>

/* Declared in the generated table. */
void check_dnssec_key_weak(const struct evidence *evidence, struct verdicts *verdicts);

/* The first weak key of a set. */
struct weak_key {
	const struct record *record; /* NULL: none */
	struct dnskey_rdata key;
	enum key_weakness weakness;
	uint32_t factor;
};

static struct weak_key find_weak(const struct rrset *keys)
{
	struct weak_key found = {.record = NULL};

	for (uint16_t i = 0; i < keys->count; i++) {
		if (rdata_dnskey(keys->records[i], &found.key) < 0)
			continue;
		found.weakness = key_weakness(&found.key, &found.factor);
		if (found.weakness != KEY_SOUND) {
			found.record = keys->records[i];
			break;
		}
	}
	return found;
}

/* With such a key nobody can sign, not even its owner: it opens no door. */
static bool is_merely_useless(enum key_weakness weakness)
{
	return weakness == KEY_ZERO || weakness == KEY_LENGTH || weakness == KEY_MALFORMED ||
	       weakness == KEY_OFF_CURVE || weakness == KEY_MODULUS_LONG ||
	       weakness == KEY_EXPONENT_EVEN;
}

static const char *consequence(enum key_weakness weakness)
{
	if (is_merely_useless(weakness))
		return "no validator accepts what it signs";
	return weakness == KEY_MODULUS_SHORT ? "who has the means can find the secret part"
					     : "whoever wants can sign with it";
}

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct view *view, const struct weak_key *weak)
{
	const uint16_t tag = key_tag(weak->record->rdata, weak->record->rdata_size);
	char algorithm[24];
	char factor[24] = "";

	if (weak->weakness == KEY_SMALL_FACTOR)
		snprintf(factor, sizeof(factor), ", %u", weak->factor);
	verdict(verdicts, view, "%s serves key %u (%s), and %s%s: %s", view->address, tag,
		algorithm_name(weak->key.algorithm, algorithm), key_weakness_text(weak->weakness),
		factor, consequence(weak->weakness));
	if (is_merely_useless(weak->weakness))
		verdict_lower(verdicts, SEVERITY_WARNING);
	else if (weak->weakness == KEY_MODULUS_SHORT)
		verdict_lower(verdicts, SEVERITY_ERROR);
	standing_lower_if_insecure(evidence, verdicts);
	verdict_evidence(verdicts, view->answers[QUESTION_DNSKEY].exchange);
}

void check_dnssec_key_weak(const struct evidence *evidence, struct verdicts *verdicts)
{
	struct weak_key weak = {.record = NULL};
	uint16_t message = MESSAGE_NONE; /* servers with the same answer: looked at once */

	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct answer *keys = &view->answers[QUESTION_DNSKEY];

		if (!view_is_signed(view))
			continue;
		if (keys->exchange->message != message)
			weak = find_weak(&keys->rrset);
		message = keys->exchange->message;
		if (weak.record)
			tell(evidence, verdicts, view, &weak);
	}
}
