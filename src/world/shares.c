/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/shares.h"

#include "base/memory.h"
#include "world/shares_private.h"

#include <assert.h>

static const struct share_row rows[] = {
	[SHARE_IPV6_NS] = {"ipv6-ns", "all", 0},
	[SHARE_DOT] = {"dot", "all", 0},
	[SHARE_DOH] = {"doh", "all", 0},
	[SHARE_DOQ] = {"doq", "all", 0},
	[SHARE_ROA_NS] = {"roa-ns", "all", SHARE_WHOLE},
	[SHARE_TWO_NETWORKS] = {"two-networks", "all", SHARE_WHOLE},
	[SHARE_COOKIES] = {"cookies", "all", SHARE_WHOLE},
	[SHARE_TRANSFER_OPEN] = {"transfer-open", "all", 0},
	[SHARE_WHITE_LABEL] = {"white-label",
			       "those at servers that another domain names by the operator's names",
			       0},
	[SHARE_SIGNED] = {"signed", "all", 0},
	[SHARE_MODERN_ALGORITHM] = {"modern-algorithm", "those that are signed", SHARE_WHOLE},
	[SHARE_NSEC3] = {"nsec3", "those that are signed", 0},
	[SHARE_CDS] = {"cds", "those that are signed", 0},
	[SHARE_MAIL] = {"mail", "all", 0},
	[SHARE_NULL_MX] = {"null-mx", "those without `mail`", 0},
	[SHARE_IPV6_MAIL] = {"ipv6-mail", "those with `mail`", 0},
	[SHARE_SPF] = {"spf", "all", 0},
	[SHARE_SPF_STRICT] = {"spf-strict", "those with `spf`", 0},
	[SHARE_DMARC] = {"dmarc", "all", 0},
	[SHARE_DMARC_ENFORCED] = {"dmarc-enforced", "those with `dmarc`", 0},
	[SHARE_MTA_STS] = {"mta-sts", "those with `mail`", 0},
	[SHARE_MTA_STS_ENFORCED] = {"mta-sts-enforced", "those with `mta-sts`", 0},
	[SHARE_TLSRPT] = {"tlsrpt", "those with `mail`", 0},
	[SHARE_TLSA_MAIL] = {"tlsa-mail", "those that are signed and have `mail`", 0},
	[SHARE_TLSA_WEB] = {"tlsa-web", "those that are signed and have `mail` or `null-mx`", 0},
	[SHARE_CAA] = {"caa", "all", 0},
	[SHARE_ZONEMD] = {"zonemd", "all", 0},
};
static_assert(sizeof(rows) / sizeof(rows[0]) == SHARE_COUNT, "a row each");

const struct share_row *share_row(enum share share)
{
	assert(share < SHARE_COUNT);
	return &rows[share];
}

uint32_t shares_domains(const struct shares *shares)
{
	return shares->domains;
}

void shares_free(struct shares *shares)
{
	if (!shares)
		return;
	memory_give(shares->operators);
	memory_give(shares);
}

int shares_make(const struct shares *shares, const struct shares_options *options,
		struct text *text, struct complaint *complaint)
{
	assert(options->silent_percent <= 100);
	struct plan plan = {.shares = shares, .seed = options->seed};
	const uint16_t silent =
		options->has_silent ? (uint16_t)(options->silent_percent * 100) : shares->silent;
	int error = plan_make(&plan, complaint);
	if (!error)
		error = plan_silence(&plan, silent);
	if (!error)
		error = plan_write(&plan, text);
	if (error == ERR_MEMORY)
		(void)complain(complaint, error, "out of memory");
	plan_release(&plan);
	return error;
}
