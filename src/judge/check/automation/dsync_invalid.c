/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/automation.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "judge/check/looked_up.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

#include <assert.h>

/* Declared in the generated table. */
void check_automation_dsync_invalid(const struct evidence *evidence, struct verdicts *verdicts);

/* RFC 9859 s2.1: 0 says nothing, 1 is NOTIFY, from 128 on they are for private use. */
#define SCHEME_NULL 0
#define SCHEME_PRIVATE_FIRST 128
/* One for each type and scheme: two, as things stand. */
#define RECORDS_MAX 64u

static bool is_unknown_scheme(uint8_t scheme)
{
	return scheme != SCHEME_NULL && scheme != DSYNC_NOTIFY && scheme < SCHEME_PRIVATE_FIRST;
}

/* NULL: it has an address, or nobody knows. */
static const char *fault_of_target(const struct evidence *evidence, const uint8_t *target)
{
	struct name name;

	if (name_is_root(target))
		return "names no host, but the root";
	name_copy_lower(name.octets, target);
	const struct looked_up ipv4 = look_up(evidence, name.octets, TYPE_A);
	const struct looked_up ipv6 = look_up(evidence, name.octets, TYPE_AAAA);

	if (!looked_up_is_absent(&ipv4) || !looked_up_is_absent(&ipv6))
		return NULL;
	return arena_format(evidence->arena, "names %s, a host %s", evidence_name(evidence, target),
			    ipv4.lookup->result == LOOKUP_RESULT_NXDOMAIN ? "that does not exist"
									  : "without an address");
}

static const char *fault_of(const struct evidence *evidence, const struct dsync_rdata *dsync)
{
	if (is_unknown_scheme(dsync->scheme))
		return arena_format(evidence->arena, "has the scheme %u, which nobody has defined",
				    (unsigned)dsync->scheme);
	if (dsync->scheme == SCHEME_NULL)
		return NULL;
	if (dsync->port == 0)
		return "has port 0, which stands for none";
	return fault_of_target(evidence, dsync->target);
}

/* RFC 9859 s3: one for each type and scheme. */
static bool has_twin(const struct rrset *rrset, uint16_t index, const struct dsync_rdata *dsync)
{
	for (uint16_t i = 0; i < index; i++) {
		struct dsync_rdata other;

		if (rdata_dsync(rrset->records[i], &other) == OK && other.type == dsync->type &&
		    other.scheme == dsync->scheme)
			return true;
	}
	return false;
}

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct lookup *lookup, const char *fault)
{
	assert(lookup->type == TYPE_DSYNC);
	verdict(verdicts, NULL, "The DSYNC record at %s, where %s takes notifications about %s, %s",
		evidence_name(evidence, lookup->name),
		evidence_name(evidence, evidence->observation->parent), evidence->domain, fault);
	verdict_lookup_evidence(verdicts, lookup->name, TYPE_DSYNC);
}

static void judge(const struct evidence *evidence, struct verdicts *verdicts,
		  const struct looked_up *found)
{
	for (uint16_t i = 0; i < found->rrset.count && i < RECORDS_MAX; i++) {
		struct dsync_rdata dsync;
		const bool is_read = rdata_dsync(found->rrset.records[i], &dsync) == OK;
		const char *fault = is_read ? fault_of(evidence, &dsync) : "cannot be read";

		if (!fault && has_twin(&found->rrset, i, &dsync))
			fault = "stands beside another one of the same type and scheme";
		if (!fault)
			continue;
		tell(evidence, verdicts, found->lookup, fault);
		return;
	}
}

/* RFC 9859 s4.1: the child's own name, and where there is none, the one of all children. */
static struct looked_up find_endpoint(const struct evidence *evidence)
{
	const struct observation *observation = evidence->observation;
	struct looked_up shared = {.lookup = NULL};
	struct name name;

	if (automation_dsync_domain(observation->parent, &name) != OK)
		return shared;
	shared = look_up(evidence, name.octets, TYPE_DSYNC);
	if (looked_up_is_unknown(&shared) || shared.lookup->result == LOOKUP_RESULT_NXDOMAIN ||
	    automation_dsync_name(observation->domain, observation->parent, &name) != OK)
		return shared;
	const struct looked_up own = look_up(evidence, name.octets, TYPE_DSYNC);

	return looked_up_is_absent(&own) ? shared : own;
}

void check_automation_dsync_invalid(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct observation *observation = evidence->observation;

	if (!observation->parent || !name_is_under(observation->domain, observation->parent) ||
	    name_equal(observation->domain, observation->parent) ||
	    observation->delegation == DELEGATION_NXDOMAIN ||
	    observation->delegation == DELEGATION_NODATA)
		return;
	const struct looked_up found = find_endpoint(evidence);

	if (looked_up_is_unknown(&found)) {
		verdict_not_measured(verdicts);
		return;
	}
	judge(evidence, verdicts, &found);
}
