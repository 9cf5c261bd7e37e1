/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a world can break, and what a correct audit must say of it: one table of faults (of zones)
 * and one of behaviours (of servers). The truth of a world is computed from these tables and the
 * world's own delegation data; no judge has a part in it.
 *
 * A fault's `seen` says where it shows, which decides what masks it. Faults of one group exclude
 * each other, since one would hide the other or change its code.
 */
#ifndef WORLD_FAULT_H
#define WORLD_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault {
	FAULT_UNDELEGATED,
	FAULT_ONE_SERVER,
	FAULT_ONE_ADDRESS,
	FAULT_NS_ONLY_AT_PARENT,
	FAULT_NS_ONLY_AT_CHILD,
	FAULT_GLUE_MISSING,
	FAULT_GLUE_WRONG,
	FAULT_NS_DANGLING,
	FAULT_NS_NO_ADDRESS,
	FAULT_NS_ALIAS,
	FAULT_NS_CYCLE,
	FAULT_APEX_ALIAS,
	FAULT_WRONG_DS,
	FAULT_DS_KEY_IDLE,
	FAULT_DS_UNSIGNED,
	FAULT_NO_DS,
	FAULT_CHAIN_BROKEN,
	FAULT_SIG_EXPIRED,
	FAULT_SIG_FUTURE,
	FAULT_SIG_ENDING,
	FAULT_SIG_MISSING,
	FAULT_SIG_WRONG,
	FAULT_DENIAL_MISSING,
	FAULT_NSEC3_ITERATIONS,
	FAULT_ALGORITHM_UNSUPPORTED,
	FAULT_DIGEST_UNSUPPORTED,
	FAULT_ALGORITHM_DEPRECATED,
	FAULT_DS_SHA1,
	FAULT_KEY_SHORT,
	FAULT_CDS_WRONG,
	FAULT_CDS_CDNSKEY_DIFFER,
	FAULT_KEY_WEAK,
	FAULT_KEY_EXPONENT,
	FAULT_KEY_REVOKED_LEFT,
	FAULT_KEY_PREPUBLISHED,
	FAULT_ALGORITHM_INCOMPLETE,
	FAULT_SIG_LONG,
	FAULT_SIG_TTL,
	FAULT_NSEC3_SALT,
	FAULT_NSEC3_OPT_OUT,
	FAULT_ALGORITHM_DISCOURAGED,
	FAULT_COUNT,
};
/* A set of faults. */
__extension__ typedef unsigned __int128 fault_mask;
#define FAULTS_MOST 128
#define FAULT_BIT(fault) ((fault_mask)1 << (fault))

enum behaviour {
	BEHAVIOUR_SILENT,
	BEHAVIOUR_LAME,
	BEHAVIOUR_REFUSING,
	BEHAVIOUR_SERVFAIL,
	BEHAVIOUR_WRONG_ID,
	BEHAVIOUR_GARBAGE,
	BEHAVIOUR_NO_TCP,
	BEHAVIOUR_NO_EDNS,
	BEHAVIOUR_WRONG_CASE,
	BEHAVIOUR_TRUNCATING,
	BEHAVIOUR_SLOW,
	BEHAVIOUR_LOSSY,
	BEHAVIOUR_STALE_SERIAL,
	BEHAVIOUR_DIFFERING,
	BEHAVIOUR_NO_DNSKEY,
	BEHAVIOUR_UNKNOWN_TYPES,
	BEHAVIOUR_UNSIGNED,
	BEHAVIOUR_COUNT,
};
/* A set of behaviours is 64 bits. */
#define BEHAVIOURS_MOST 64
#define BEHAVIOUR_BIT(behaviour) (UINT64_C(1) << (behaviour))
/* With one of these a server gives no usable answer. */
#define BEHAVIOURS_UNUSABLE                                                      \
	(BEHAVIOUR_BIT(BEHAVIOUR_SILENT) | BEHAVIOUR_BIT(BEHAVIOUR_LAME) |       \
	 BEHAVIOUR_BIT(BEHAVIOUR_REFUSING) | BEHAVIOUR_BIT(BEHAVIOUR_SERVFAIL) | \
	 BEHAVIOUR_BIT(BEHAVIOUR_WRONG_ID) | BEHAVIOUR_BIT(BEHAVIOUR_GARBAGE))

/* Where a fault shows. */
enum seen {
	SEEN_AT_PARENT, /* in the parent's answer, or when the name servers' names are looked up */
	SEEN_AT_CHILD,  /* in answers of a usable server of the zone */
	SEEN_IN_DNSSEC, /* in answers of a usable server that speaks EDNS */
};

/* Faults of one group exclude each other. */
enum fault_group {
	GROUP_DELEGATION, /* how the zone is delegated */
	GROUP_APEX,
	GROUP_DS,
	GROUP_SIGNATURE,
	GROUP_KEY,
	GROUP_DENIAL,
	GROUP_CDS,
	GROUP_KEY_SET, /* what else is among the keys */
};

/* What the zone must be for the fault to make sense. */
enum fault_need { NEED_NOTHING, NEED_SIGNED, NEED_UNSIGNED };

struct fault_row {
	const char *name;
	const char *code;
	const char *summary;
	enum seen seen;
	enum fault_group group;
	enum fault_need need;
};
const struct fault_row *fault_row(enum fault fault);
/* FAULT_COUNT when there is none of that name. */
enum fault fault_from_name(const char *name);
/* Is it one of two keys that differ, so that the zone has two? */
bool fault_needs_two_keys(enum fault fault);
/* Does it settle of which algorithm and shape the zone's RSA key is? */
bool fault_settles_key(enum fault fault);
/* Does it show in NSEC3 records alone? */
bool fault_needs_nsec3(enum fault fault);
/* NULL, or the name of the fault that cannot be beside `fault`. */
const char *fault_conflict(fault_mask present, enum fault fault);

struct behaviour_row {
	const char *name;
	const char *code;
	const char *summary;
};
const struct behaviour_row *behaviour_row(enum behaviour behaviour);
enum behaviour behaviour_from_name(const char *name);
const char *behaviour_conflict(uint64_t present, enum behaviour behaviour);

#endif
