/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each program can be made to serve; measured with Knot 3.2, NSD 4.6, BIND 9.18, PowerDNS 4.7.
 */
#include "world/place_private.h"

#include <assert.h>
#include <string.h>

struct refusal {
	enum place place;
	enum fault fault;
	bool with_nsec3_only;
	const char *reason;
};

#define SEVERAL_REASON "it refuses zones with several SOA records"
#define CDS_REASON "it refuses zones whose CDS records fit no key"
#define ALIAS_REASON "it refuses zones with an alias beside other data"

static const struct refusal refusals[] = {
	{PLACE_KNOT, FAULT_DENIAL_MISSING, true,
	 "it ends with a crash when a proof by NSEC3 is due and there is none"},
	{PLACE_BIND, FAULT_DENIAL_MISSING, false,
	 "it takes a zone without NSEC for unsigned and gives no signatures"},
	{PLACE_PDNS, FAULT_DENIAL_MISSING, false,
	 "it makes NSEC and NSEC3 records itself, whatever the zone file says"},
	{PLACE_BIND, FAULT_APEX_ALIAS, false, ALIAS_REASON},
	{PLACE_KNOT, FAULT_APEX_ALIAS, false, ALIAS_REASON},
	{PLACE_NSD, FAULT_APEX_ALIAS, false, ALIAS_REASON},
	{PLACE_PDNS, FAULT_APEX_ALIAS, false,
	 "it gives the alias for DNSKEY, too, which hides what is wrong with signatures"},
	{PLACE_KNOT, FAULT_TLSA_BOGUS, false, "its zone file is signed as a whole, or not at all"},
	{PLACE_NSD, FAULT_TLSA_BOGUS, false, "its zone file is signed as a whole, or not at all"},
	{PLACE_BIND, FAULT_TLSA_BOGUS, false, "its zone file is signed as a whole, or not at all"},
	{PLACE_PDNS, FAULT_TLSA_BOGUS, false, "its zone file is signed as a whole, or not at all"},
	{PLACE_BIND, FAULT_SOA_SEVERAL, false, SEVERAL_REASON},
	{PLACE_KNOT, FAULT_SOA_SEVERAL, false, SEVERAL_REASON},
	{PLACE_NSD, FAULT_SOA_SEVERAL, false, SEVERAL_REASON},
	{PLACE_PDNS, FAULT_SOA_SEVERAL, false, SEVERAL_REASON},
	{PLACE_BIND, FAULT_NS_SYNTAX, false, "it refuses addresses of names that no host may have"},
	{PLACE_BIND, FAULT_CDS_WRONG, false, CDS_REASON},
	{PLACE_BIND, FAULT_CDS_DELETE_MIXED, false, CDS_REASON},
	{PLACE_BIND, FAULT_CDS_UNSIGNED, false, CDS_REASON},
};

const char *place_name(enum place place)
{
	static const char *const names[] = {"builtin", "knot", "nsd", "bind", "pdns", "empty"};
	static_assert(sizeof(names) / sizeof(names[0]) == PLACE_COUNT, "a name for each");
	assert(place < PLACE_COUNT);
	return names[place];
}

const char *place_refuses_fault(enum place place, const struct zone *zone, enum fault fault)
{
	bool is_nsec = zone->denial == DENIAL_BY_NSEC;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *row = &refusals[i];
		if (row->place == place && row->fault == fault &&
		    !(row->with_nsec3_only && is_nsec))
			return row->reason;
	}
	return NULL;
}

const char *place_refuses_behaviour(enum place place, enum behaviour behaviour)
{
	if (place == PLACE_EMPTY)
		return "nothing is started there";
	if (place == PLACE_BUILTIN || (BEHAVIOUR_BIT(behaviour) & BEHAVIOURS_ROUTING))
		return NULL;
	switch (behaviour) {
	case BEHAVIOUR_REFUSING:
	case BEHAVIOUR_STALE_SERIAL:
	case BEHAVIOUR_DIFFERING:
	case BEHAVIOUR_TRANSFER_OPEN:
		return NULL;
	case BEHAVIOUR_SERVFAIL:
		return place == PLACE_PDNS ? "it answers REFUSED for zones that it could not load"
					   : NULL;
	default:
		return "packets of that kind come only from the built-in server";
	}
}

bool world_has_places(const struct world *world)
{
	for (uint32_t i = 0; i < world->server_count; i++) {
		if (world->servers[i].place != PLACE_BUILTIN)
			return true;
	}
	return false;
}
