/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_dmarc_report_unauthorised(const struct evidence *evidence,
					  struct verdicts *verdicts);

/* Only of hosts of other organisations does the scan look up whether they take reports. */
static bool look_at(const struct evidence *evidence, struct verdicts *verdicts,
		    const struct policy_uri *uri)
{
	const struct policy_source source = evidence_source(evidence);
	const uint8_t *domain = evidence->mail->dmarc.in_force->name.octets;
	struct name name;
	bool authorises = false;

	if (!uri->is_mail || dmarc_report_name(domain, uri->host.octets, &name) != OK ||
	    look_up(evidence, name.octets, TYPE_TXT).lookup == NULL)
		return true;
	const struct policy_answer answer = policy_look(&source, name.octets, TYPE_TXT);

	if (answer.state == POLICY_FAILED)
		return false;
	if (dmarc_authorises(evidence->arena, &answer, &authorises) != OK)
		return false;
	if (authorises)
		return true;
	verdict(verdicts, NULL,
		"DMARC reports about %s are to go to %s, which does not say that it takes them",
		evidence_name(evidence, domain), evidence_name(evidence, uri->host.octets));
	verdict_lookup_evidence(verdicts, name.octets, TYPE_TXT);
	return true;
}

void check_mail_dmarc_report_unauthorised(const struct evidence *evidence,
					  struct verdicts *verdicts)
{
	const struct mail_facts *mail = evidence->mail;
	const size_t before = verdicts->finding_count;
	bool is_known = !mail->is_aliased && mail->dmarc.is_complete;

	/* A parent's reports are the parent's. */
	if (is_known && (mail->dmarc.in_force == NULL || !mail->dmarc.is_own))
		return;
	for (uint8_t i = 0; is_known && i < mail->dmarc.in_force->record.report_count; i++)
		is_known = look_at(evidence, verdicts, &mail->dmarc.in_force->record.reports[i]);
	if (!is_known && verdicts->finding_count == before)
		verdict_not_measured(verdicts);
}
