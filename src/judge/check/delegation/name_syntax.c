/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

#include <string.h>
#include <strings.h>

/* Declared in the generated table. */
void check_delegation_name_syntax(const struct evidence *evidence, struct verdicts *verdicts);

/* What is wrong with a label of a registered name, or NULL. Underscores name services, not hosts
 * (RFC 8552), and wildcards are not delegated. */
static const char *label_fault(const uint8_t *label)
{
	const uint8_t size = label[0];
	const char *octets = (const char *)label + 1;

	for (uint8_t i = 0; i < size; i++) {
		const char octet = octets[i];

		if (!(octet >= 'a' && octet <= 'z') && !(octet >= 'A' && octet <= 'Z') &&
		    !(octet >= '0' && octet <= '9') && octet != '-' && octet != '_')
			return "has a character that host names do not have";
	}
	if (octets[0] == '-' || octets[size - 1] == '-')
		return "begins or ends with a hyphen";
	/* RFC 5891 s4.2.3.1: reserved, and so far for one thing. */
	if (size < 4 || memcmp(octets + 2, "--", 2) != 0)
		return NULL;
	if (strncasecmp(octets, "xn", 2) != 0)
		return "has hyphens in third and fourth place without being an encoded name";
	return name_label_is_encoded(label)
		       ? NULL
		       : "begins like an encoded name and encodes nothing that is allowed";
}

void check_delegation_name_syntax(const struct evidence *evidence, struct verdicts *verdicts)
{
	/* What is not there has no name to be complained of. */
	if (evidence->observation->delegation == DELEGATION_NXDOMAIN ||
	    evidence->observation->delegation == DELEGATION_NODATA)
		return;
	for (const uint8_t *label = evidence->observation->domain; *label != 0;
	     label += *label + 1) {
		const char *fault = label_fault(label);

		if (!fault)
			continue;
		verdict(verdicts, NULL, "The name %s is not as names should be: a part of it %s",
			evidence->domain, fault);
		return;
	}
}
