/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/finding.h"

#include <assert.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *const severities[] = {
	[SEVERITY_INFO] = "info",         [SEVERITY_NOTICE] = "notice",
	[SEVERITY_WARNING] = "warning",   [SEVERITY_ERROR] = "error",
	[SEVERITY_CRITICAL] = "critical",
};

static const char *const parties[] = {
	[PARTY_REGISTRANT] = "registrant", [PARTY_REGISTRAR] = "registrar",
	[PARTY_REGISTRY] = "registry",     [PARTY_DNS_OPERATOR] = "dns-operator",
	[PARTY_NETWORK] = "network",
};

const char *sentence_stop(const char *sentence)
{
	const size_t length = strlen(sentence);
	return length > 0 && sentence[length - 1] == '.' ? "" : ".";
}

const char *severity_text(enum severity severity)
{
	assert(severity >= SEVERITY_INFO && severity < COUNT(severities));
	return severities[severity];
}

int severity_from_text(const char *text, enum severity *ret_severity)
{
	assert(text != NULL && ret_severity != NULL);
	for (size_t i = SEVERITY_INFO; i < COUNT(severities); i++) {
		if (strcmp(text, severities[i]) == 0) {
			*ret_severity = (enum severity)i;
			return OK;
		}
	}
	return ERR_NOT_FOUND;
}

const char *party_text(enum party party)
{
	assert(party >= PARTY_REGISTRANT && party < COUNT(parties));
	return parties[party];
}

int party_from_text(const char *text, enum party *ret_party)
{
	assert(text != NULL && ret_party != NULL);
	for (size_t i = PARTY_REGISTRANT; i < COUNT(parties); i++) {
		if (strcmp(text, parties[i]) == 0) {
			*ret_party = (enum party)i;
			return OK;
		}
	}
	return ERR_NOT_FOUND;
}

struct finding_place finding_place(const struct finding_evidence *evidence)
{
	if (evidence->server == NULL)
		return (struct finding_place){"at ", "the parent"};
	if (strcmp(evidence->server, FINDING_LOOKED_UP) == 0)
		return (struct finding_place){"looked up", ""};
	return (struct finding_place){"at ", evidence->server};
}
