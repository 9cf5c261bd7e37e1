/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/tsig.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/manners.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_tsig_weak(const struct evidence *evidence, struct verdicts *verdicts);

/* Under which algorithm did the server take the key, when it was asked so? Whether its answer is
 * signed by the key was found out when it came; a refusal may be signed, too. */
static bool takes(const struct evidence *evidence, const struct view *view, enum probe_kind kind,
		  struct odd *ret_odd, enum tsig_algorithm *ret_algorithm)
{
	struct tsig tsig;

	if (!odd_first(evidence, view, kind, ret_odd) || !ret_odd->has_message ||
	    ret_odd->message.rcode != RCODE_NOERROR ||
	    tsig_find(ret_odd->message.wire, ret_odd->message.wire_size, &tsig) != OK ||
	    tsig.error != 0 || tsig.mac_size == 0)
		return false;
	*ret_algorithm = tsig_algorithm_of(&tsig);
	return true;
}

/* Did anybody take the key at all? */
static bool judge_server(const struct evidence *evidence, const struct view *view,
			 struct verdicts *verdicts)
{
	static const enum probe_kind kinds[] = {PROBE_TSIG, PROBE_TSIG_MD5, PROBE_TSIG_SHA1};
	bool is_taken = false;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		enum tsig_algorithm algorithm;
		struct odd odd;

		if (!takes(evidence, view, kinds[i], &odd, &algorithm))
			continue;
		is_taken = true;
		if (algorithm != TSIG_HMAC_MD5 && algorithm != TSIG_HMAC_SHA1)
			continue;
		verdict(verdicts, view, "%s takes the TSIG key under %s, %s", view->address,
			tsig_algorithm_text(algorithm),
			kinds[i] == PROBE_TSIG ? "which is the key's own algorithm"
					       : "though the key is for another algorithm");
		verdict_evidence(verdicts, odd.exchange);
	}
	return is_taken;
}

void check_server_tsig_weak(const struct evidence *evidence, struct verdicts *verdicts)
{
	bool is_taken = false;

	for (uint8_t i = 0; i < evidence->observation->server_count; i++)
		if (evidence->views[i].condition == CONDITION_USABLE)
			is_taken |= judge_server(evidence, &evidence->views[i], verdicts);
	/* Nobody has the key, or lets it transfer: how it would be taken is not known. */
	if (!is_taken)
		verdict_not_measured(verdicts);
}
