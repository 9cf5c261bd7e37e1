/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/primary.h"

#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "judge/check/looked_up.h"

#include <assert.h>

static bool is_anything(const struct soa_rdata *soa)
{
	return soa->mname != NULL;
}

static bool is_name_server(const struct evidence *evidence, const uint8_t *name)
{
	const struct observation *observation = evidence->observation;

	for (uint8_t h = 0; h < observation->host_count; h++)
		if (name_equal(observation->hosts[h].name, name))
			return true;
	return false;
}

static void look(const struct evidence *evidence, struct primary *primary)
{
	const uint8_t *name = primary->seen.soa.mname;
	const struct looked_up a = look_up(evidence, name, TYPE_A);

	primary->state = PRIMARY_UNKNOWN;
	if (looked_up_is_unknown(&a))
		return;
	primary->is_alias = !name_equal(a.lookup->target, name);
	if (a.rrset.count > 0) {
		primary->state = PRIMARY_FOUND;
		return;
	}
	if (a.lookup->result == LOOKUP_RESULT_NXDOMAIN) {
		primary->state = PRIMARY_NO_NAME;
		return;
	}
	const struct looked_up aaaa = look_up(evidence, name, TYPE_AAAA);

	if (looked_up_is_unknown(&aaaa))
		return;
	primary->state = aaaa.rrset.count > 0 ? PRIMARY_FOUND : PRIMARY_NO_ADDRESS;
}

bool primary_find(const struct evidence *evidence, struct verdicts *verdicts,
		  struct primary *ret_primary)
{
	struct primary primary = {.state = PRIMARY_FOUND};

	if (!soa_seek(evidence, verdicts, is_anything, &primary.seen))
		return false;
	const uint8_t *name = primary.seen.soa.mname;

	if (name_is_root(name) || !name_is_host(name))
		return false;
	primary.is_name_server = is_name_server(evidence, name);
	if (!primary.is_name_server)
		look(evidence, &primary);
	*ret_primary = primary;
	return true;
}
