/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which faults of a zone, and which behaviours of a server, cannot be seen side by side. */
#include "world/fault.h"

#include <assert.h>

/* ---- faults ---- */

/* With one of these no signature of the zone counts. */
static bool makes_signatures_void(enum fault fault)
{
	return fault == FAULT_SIG_EXPIRED || fault == FAULT_SIG_FUTURE ||
	       fault == FAULT_SIG_MISSING || fault == FAULT_SIG_WRONG;
}

/* Who signed CDS, and what obeying them would do, is seen beside a DS that fits the keys. */
static bool hides_signal(enum fault left, enum fault right)
{
	if (left == FAULT_NO_DS)
		return right == FAULT_CDS_SIGNER || right == FAULT_CDS_DELETE;
	if (left == FAULT_WRONG_DS)
		return right == FAULT_CDS_SIGNER;
	return left == FAULT_DS_KEY_IDLE &&
	       (right == FAULT_CDS_SIGNER || right == FAULT_CDS_BREAKS);
}

/* What operators vouch for is looked up where there is no DS, and held against sound CDS; below
 * names of the domain's own there is none. */
static bool hides_bootstrap(enum fault right)
{
	const enum fault_group group = fault_row(right)->group;
	return (group == GROUP_DS && right != FAULT_NO_DS) || group == GROUP_CDS ||
	       group == GROUP_DELEGATION || group == GROUP_APEX;
}

/*
 * Pairs of different groups that cannot be seen side by side. A zone signed only with an unknown
 * algorithm, or with a DS of an unknown digest, is not judged further; a validator of CDS wants
 * good signatures; without any signature the proofs of absence are moot. Which key signed cannot be
 * told where signatures count for nothing; an alias at the apex stands where data would be absent;
 * a primary's name is looked up, which takes proofs. A key in waiting shows only beside keys that
 * sign, and where it is not clear already which key the parent, or CDS, means.
 */
static bool hides(enum fault left, enum fault right)
{
	const struct fault_row *other = fault_row(right);
	/* A domain with a mail server of the world's own has sound mail, and DANE a sound chain. */
	if (fault_row(left)->group == GROUP_SERVICE)
		return other->group != GROUP_DELEGATION && other->group != GROUP_CAA &&
		       other->group != GROUP_WEB;
	if (left == FAULT_ALGORITHM_UNSUPPORTED)
		return other->group != GROUP_DELEGATION;
	if (left == FAULT_DIGEST_UNSUPPORTED)
		return other->group != GROUP_DELEGATION;
	/* Mail hosts are found by names below the zone, as a resolver finds them. */
	if (fault_row(left)->group == GROUP_MX_ROUTE)
		return other->group != GROUP_DELEGATION;
	/* That a name or a record does not exist must be proven, and an alias hides all beside it.
	 */
	if (fault_row(left)->seen == SEEN_BY_LOOKUP)
		return other->group == GROUP_APEX || right == FAULT_DENIAL_MISSING;
	if (fault_row(left)->group == GROUP_SIGNATURE)
		return other->group == GROUP_CDS || other->group == GROUP_DENIAL;
	if (left == FAULT_DS_KEY_IDLE && other->group == GROUP_SIGNATURE)
		return right != FAULT_SIG_ENDING;
	if (left == FAULT_KEY_PREPUBLISHED)
		return fault_needs_two_keys(right) || makes_signatures_void(right) ||
		       right == FAULT_CDS_DELETE_MIXED;
	if (left == FAULT_KEYS_LARGE) /* idle keys are told of where CDS and signatures are sound */
		return other->group == GROUP_CDS || makes_signatures_void(right) ||
		       fault_needs_two_keys(right);
	if (left == FAULT_ALGORITHM_INCOMPLETE)
		return right == FAULT_SIG_MISSING;
	if (left == FAULT_APEX_ALIAS) /* beside a large NS set, ANY is answered with too much */
		return other->group == GROUP_DENIAL || right == FAULT_CDS_DIFFER ||
		       right == FAULT_REFERRAL_LARGE;
	if (left == FAULT_MNAME_ALIAS || left == FAULT_MNAME_UNKNOWN)
		return other->group == GROUP_DENIAL;
	if (fault_row(left)->group == GROUP_SIGNAL)
		return hides_bootstrap(right);
	/* Proofs are due where something is absent, and beside CSYNC nothing may be. */
	if (left == FAULT_DENIAL_MISSING)
		return other->group == GROUP_CSYNC;
	if (left == FAULT_SOA_SEVERAL) /* which version the digest is of cannot be told */
		return other->group == GROUP_ZONEMD;
	if (left == FAULT_DS_UNSIGNED)
		return other->need == NEED_SIGNED || right == FAULT_CDS_UNSIGNED ||
		       right == FAULT_CSYNC_UNSIGNED;
	return hides_signal(left, right);
}

bool fault_needs_two_keys(enum fault fault)
{
	return fault == FAULT_CDS_CDNSKEY_DIFFER || fault == FAULT_DS_KEY_IDLE ||
	       fault == FAULT_KEY_PREPUBLISHED || fault == FAULT_CDS_SIGNER ||
	       fault == FAULT_CDS_BREAKS;
}

bool fault_settles_key(enum fault fault)
{
	return fault == FAULT_ALGORITHM_DEPRECATED || fault == FAULT_KEY_SHORT ||
	       fault == FAULT_KEY_EXPONENT || fault == FAULT_ALGORITHM_DISCOURAGED;
}

bool fault_needs_nsec3(enum fault fault)
{
	return fault == FAULT_NSEC3_ITERATIONS || fault == FAULT_NSEC3_SALT ||
	       fault == FAULT_NSEC3_OPT_OUT;
}

const char *fault_conflict(fault_mask present, enum fault fault)
{
	assert(fault < FAULT_COUNT);
	for (enum fault other = 0; other < FAULT_COUNT; other++) {
		if (other == fault || !(present & FAULT_BIT(other)))
			continue;
		bool is_missing = other == FAULT_UNDELEGATED || fault == FAULT_UNDELEGATED;
		if (is_missing || fault_row(other)->group == fault_row(fault)->group ||
		    hides(other, fault) || hides(fault, other))
			return fault_row(other)->name;
	}
	return NULL;
}

/* ---- behaviours ---- */

/* Odd EDNS is of those who have EDNS; what is cut or never comes over TCP shows nothing of it. */
static bool excludes_manner(enum behaviour left, enum behaviour right)
{
	if (left == BEHAVIOUR_NO_EDNS)
		return right >= BEHAVIOUR_EDNS_VERSION && right <= BEHAVIOUR_ANY_LARGE;
	if (left == BEHAVIOUR_TRUNCATING)
		return right == BEHAVIOUR_EDNS_LOST || right == BEHAVIOUR_ANY_LARGE;
	return left == BEHAVIOUR_NO_TCP && right == BEHAVIOUR_TRANSFER_OPEN;
}

/* A server gives one version of a zone. A truncating server needs TCP, an older version cannot be
 * "equal but for an answer"; where much is lost, what is dropped on purpose cannot be told. */
static bool excludes(enum behaviour left, enum behaviour right)
{
	const bool left_is_of_transports = (BEHAVIOURS_OF_TRANSPORTS & BEHAVIOUR_BIT(left)) != 0;
	const bool right_is_of_transports = (BEHAVIOURS_OF_TRANSPORTS & BEHAVIOUR_BIT(right)) != 0;
	const uint64_t both = BEHAVIOUR_BIT(left) | BEHAVIOUR_BIT(right);
	if ((left_is_of_transports && right_is_of_transports) ||
	    (both & BEHAVIOURS_ROUTING) == both || excludes_manner(left, right))
		return true;
	/* Who knows no EDNS cannot pad, and refuses over TLS as over UDP. */
	if (left == BEHAVIOUR_NO_EDNS && right_is_of_transports)
		return true;
	return (left == BEHAVIOUR_NO_TCP && right == BEHAVIOUR_TRUNCATING) ||
	       (left == BEHAVIOUR_STALE_SERIAL && right == BEHAVIOUR_DIFFERING) ||
	       (left == BEHAVIOUR_UNSIGNED &&
		(right == BEHAVIOUR_STALE_SERIAL || right == BEHAVIOUR_DIFFERING)) ||
	       (left == BEHAVIOUR_LOSSY && right == BEHAVIOUR_UNKNOWN_TYPES) ||
	       (left == BEHAVIOUR_SLOW && right == BEHAVIOUR_LOSSY);
}

/* How addresses are announced can be told of a server that answers nothing, too. */
static bool is_silent_and_routed(uint64_t both)
{
	const uint64_t silent = BEHAVIOUR_BIT(BEHAVIOUR_SILENT);
	return (both & silent) != 0 && ((both & ~silent) & BEHAVIOURS_ROUTING) == (both & ~silent);
}

const char *behaviour_conflict(uint64_t present, enum behaviour behaviour)
{
	assert(behaviour < BEHAVIOUR_COUNT);
	for (enum behaviour other = 0; other < BEHAVIOUR_COUNT; other++) {
		if (other == behaviour || !(present & BEHAVIOUR_BIT(other)))
			continue;
		uint64_t both = BEHAVIOUR_BIT(other) | BEHAVIOUR_BIT(behaviour);
		if (is_silent_and_routed(both))
			continue;
		if ((both & BEHAVIOURS_UNUSABLE) || excludes(behaviour, other) ||
		    excludes(other, behaviour))
			return behaviour_row(other)->name;
	}
	return NULL;
}
