/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_dmarc_missing(const struct evidence *evidence, struct verdicts *verdicts);

/* Who lets nobody send, and names nobody who takes its mail, has said enough. */
static bool sends(const struct mail_facts *mail)
{
	const bool has_policy = mail->spf.found == SPF_FOUND_RECORD;

	if (mail->exchangers.count > 0)
		return true;
	return (mail->takes_mail || has_policy) && !(has_policy && mail->spf.sends_nothing);
}

void check_mail_dmarc_missing(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct mail_facts *mail = evidence->mail;
	struct name name;

	if (mail->is_aliased || !mail->dmarc.is_complete || !mail->knows_exchangers ||
	    mail->spf.found == SPF_FOUND_UNKNOWN) {
		verdict_not_measured(verdicts);
		return;
	}
	/* Several are MAIL-DMARC-SEVERAL, one that nobody heeds is MAIL-DMARC-INVALID. */
	if (!sends(mail) || mail->dmarc.in_force != NULL || mail->dmarc.several != NULL)
		return;
	verdict(verdicts, NULL,
		"%s has no DMARC policy: receivers do not hear what to do with mail that only "
		"pretends to be from it",
		evidence->domain);
	if (dmarc_name(evidence->observation->domain, &name) == OK)
		verdict_lookup_evidence(verdicts, name.octets, TYPE_TXT);
}
