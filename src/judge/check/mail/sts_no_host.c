/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_sts_no_host(const struct evidence *evidence, struct verdicts *verdicts);

void check_mail_sts_no_host(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct mail_facts *mail = evidence->mail;
	struct name name;

	if (mail->is_aliased || !mail->sts.is_known) {
		verdict_not_measured(verdicts);
		return;
	}
	if (mail->sts.count == 0 ||
	    name_prepend((const uint8_t *)"mta-sts", 7, evidence->observation->domain, &name) != OK)
		return;
	const struct looked_up ipv4 = look_up(evidence, name.octets, TYPE_A);
	const struct looked_up ipv6 = look_up(evidence, name.octets, TYPE_AAAA);
	const bool is_gone = ipv4.lookup != NULL && ipv4.lookup->result == LOOKUP_RESULT_NXDOMAIN;

	if (ipv4.rrset.count > 0 || ipv6.rrset.count > 0)
		return;
	if (!is_gone && !(looked_up_is_absent(&ipv4) && looked_up_is_absent(&ipv6))) {
		verdict_not_measured(verdicts);
		return;
	}
	verdict(verdicts, NULL,
		"%s says that it has an MTA-STS policy, and %s, which must serve it, %s",
		evidence->domain, evidence_name(evidence, name.octets),
		is_gone ? "does not exist" : "has no address");
	verdict_lookup_evidence(verdicts, mail->sts.name.octets, TYPE_TXT);
	verdict_lookup_evidence(verdicts, name.octets, TYPE_A);
}
