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
	FAULT_NAME_SYNTAX,
	FAULT_NS_SYNTAX,
	FAULT_REFERRAL_LARGE,
	FAULT_ADDRESS_SPECIAL,
	FAULT_SOA_SERIAL_ZERO,
	FAULT_SOA_REFRESH_SHORT,
	FAULT_SOA_RETRY_LONG,
	FAULT_SOA_EXPIRE_SHORT,
	FAULT_SOA_MINIMUM_LONG,
	FAULT_SOA_MNAME_SYNTAX,
	FAULT_SOA_RNAME_SYNTAX,
	FAULT_SOA_SEVERAL,
	FAULT_MNAME_ALIAS,
	FAULT_MNAME_UNKNOWN,
	FAULT_KEYS_LARGE,
	FAULT_MX_ROA_INVALID,
	FAULT_MX_ROA_DISOWNED,
	FAULT_MX_ROA_MISSING,
	FAULT_MX_ROA_LOOSE,
	FAULT_MX_NOT_ANNOUNCED,
	FAULT_MX_ONE_AS,
	FAULT_MX_ONE_PREFIX,
	FAULT_SPF_MISSING,
	FAULT_SPF_INVALID,
	FAULT_SPF_SEVERAL,
	FAULT_SPF_INCLUDE,
	FAULT_SPF_LOOP,
	FAULT_SPF_LOOKUPS,
	FAULT_SPF_VOID,
	FAULT_SPF_PASS_ALL,
	FAULT_SPF_WIDE,
	FAULT_SPF_NEUTRAL,
	FAULT_SPF_PTR,
	FAULT_SPF_AFTER_ALL,
	FAULT_SPF_LONG,
	FAULT_DMARC_MISSING,
	FAULT_DMARC_INVALID,
	FAULT_DMARC_SEVERAL,
	FAULT_DMARC_NONE,
	FAULT_DMARC_REPORT,
	FAULT_MX_DANGLING,
	FAULT_MX_NO_ADDRESS,
	FAULT_MX_ALIAS,
	FAULT_MX_ILLEGAL_NAME,
	FAULT_MX_NULL_MIXED,
	FAULT_STS_INVALID,
	FAULT_STS_NO_HOST,
	FAULT_TLSRPT_INVALID,
	FAULT_CAA_INVALID,
	FAULT_ALIAS_DANGLING,
	FAULT_TLSA_INSECURE,
	FAULT_TLSA_BOGUS,
	FAULT_TLSA_MALFORMED,
	FAULT_TLSA_PKIX,
	FAULT_TLSA_WHOLE,
	FAULT_DANE_PARTIAL,
	FAULT_DANE_MISMATCH,
	FAULT_DANE_NO_ANCHOR,
	FAULT_DANE_NAME,
	FAULT_DANE_EXPIRED,
	FAULT_DANE_NO_STARTTLS,
	FAULT_MAIL_TLS_OLD,
	FAULT_STS_UNREACHABLE,
	FAULT_STS_UNTRUSTED,
	FAULT_STS_POLICY,
	FAULT_STS_MX,
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
	FAULT_CDS_DIFFER,
	FAULT_CDS_SIGNER,
	FAULT_CDS_BREAKS,
	FAULT_CDS_DELETE,
	FAULT_CDS_DELETE_MIXED,
	FAULT_CDS_UNSIGNED,
	FAULT_CSYNC_UNSIGNED,
	FAULT_CSYNC_INVALID,
	FAULT_CSYNC_SERIAL,
	FAULT_CSYNC_DIFFER,
	FAULT_SIGNAL_WRONG,
	FAULT_SIGNAL_PARTIAL,
	FAULT_SIGNAL_INSECURE,
	FAULT_DSYNC_INVALID,
	FAULT_ZONEMD_WRONG,
	FAULT_ZONEMD_UNSUPPORTED,
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
	BEHAVIOUR_OTHER_SOURCE,
	BEHAVIOUR_EDNS_VERSION,
	BEHAVIOUR_EDNS_OPTION,
	BEHAVIOUR_EDNS_FLAGS,
	BEHAVIOUR_EDNS_LOST,
	BEHAVIOUR_COOKIE_WRONG,
	BEHAVIOUR_ANY_LARGE,
	BEHAVIOUR_VERSION_SHOWN,
	BEHAVIOUR_UPWARD,
	BEHAVIOUR_AAAA_WRONG,
	BEHAVIOUR_ABSENT_WRONG,
	BEHAVIOUR_TRANSFER_OPEN,
	BEHAVIOUR_RECURSING,
	BEHAVIOUR_UPDATE_OPEN,
	/* How its addresses are announced; needs a world with `routing`. */
	BEHAVIOUR_ROA_INVALID,
	BEHAVIOUR_ROA_DISOWNED,
	BEHAVIOUR_ROA_MISSING,
	BEHAVIOUR_ROA_LOOSE,
	BEHAVIOUR_NOT_ANNOUNCED,
	BEHAVIOUR_ONE_AS,
	BEHAVIOUR_ONE_PREFIX,
	BEHAVIOUR_TLS_WRONG_NAME,
	BEHAVIOUR_TLS_EXPIRED,
	BEHAVIOUR_TLS_OLD,
	BEHAVIOUR_TLS_HANGS,
	BEHAVIOUR_TLS_GARBAGE,
	BEHAVIOUR_DOQ_NO_ALPN,
	BEHAVIOUR_DOH_MISSING,
	BEHAVIOUR_TRANSPORT_DIFFERS,
	BEHAVIOUR_TRANSPORT_PARTIAL,
	BEHAVIOUR_NO_PADDING,
	BEHAVIOUR_UNSIGNED,
	BEHAVIOUR_TSIG_WEAK, /* needs a world with `tsig` */
	BEHAVIOUR_COUNT,
};
/* A set of behaviours is 64 bits. */
#define BEHAVIOURS_MOST 64
#define BEHAVIOUR_BIT(behaviour) (UINT64_C(1) << (behaviour))
/* With one of these its addresses are announced in another way than they should be; one each. */
#define BEHAVIOURS_ROUTING                                                              \
	(BEHAVIOUR_BIT(BEHAVIOUR_ROA_INVALID) | BEHAVIOUR_BIT(BEHAVIOUR_ROA_DISOWNED) | \
	 BEHAVIOUR_BIT(BEHAVIOUR_ROA_MISSING) | BEHAVIOUR_BIT(BEHAVIOUR_ROA_LOOSE) |    \
	 BEHAVIOUR_BIT(BEHAVIOUR_NOT_ANNOUNCED) | BEHAVIOUR_BIT(BEHAVIOUR_ONE_AS) |     \
	 BEHAVIOUR_BIT(BEHAVIOUR_ONE_PREFIX))
/* With one of these a server gives no usable answer. */
#define BEHAVIOURS_UNUSABLE                                                      \
	(BEHAVIOUR_BIT(BEHAVIOUR_SILENT) | BEHAVIOUR_BIT(BEHAVIOUR_LAME) |       \
	 BEHAVIOUR_BIT(BEHAVIOUR_REFUSING) | BEHAVIOUR_BIT(BEHAVIOUR_SERVFAIL) | \
	 BEHAVIOUR_BIT(BEHAVIOUR_WRONG_ID) | BEHAVIOUR_BIT(BEHAVIOUR_GARBAGE) |  \
	 BEHAVIOUR_BIT(BEHAVIOUR_OTHER_SOURCE))

/* What makes a server's encrypted transports odd; one of them at a time. */
#define BEHAVIOURS_OF_TRANSPORTS                                                             \
	(BEHAVIOUR_BIT(BEHAVIOUR_TLS_WRONG_NAME) | BEHAVIOUR_BIT(BEHAVIOUR_TLS_EXPIRED) |    \
	 BEHAVIOUR_BIT(BEHAVIOUR_TLS_OLD) | BEHAVIOUR_BIT(BEHAVIOUR_TLS_HANGS) |             \
	 BEHAVIOUR_BIT(BEHAVIOUR_TLS_GARBAGE) | BEHAVIOUR_BIT(BEHAVIOUR_DOQ_NO_ALPN) |       \
	 BEHAVIOUR_BIT(BEHAVIOUR_DOH_MISSING) | BEHAVIOUR_BIT(BEHAVIOUR_TRANSPORT_DIFFERS) | \
	 BEHAVIOUR_BIT(BEHAVIOUR_TRANSPORT_PARTIAL) | BEHAVIOUR_BIT(BEHAVIOUR_NO_PADDING))
/* They show where the server announces itself, by its own name (RFC 9461). */
#define BEHAVIOURS_ANNOUNCED                                                            \
	(BEHAVIOUR_BIT(BEHAVIOUR_TLS_WRONG_NAME) | BEHAVIOUR_BIT(BEHAVIOUR_TLS_HANGS) | \
	 BEHAVIOUR_BIT(BEHAVIOUR_TLS_GARBAGE) | BEHAVIOUR_BIT(BEHAVIOUR_DOQ_NO_ALPN) |  \
	 BEHAVIOUR_BIT(BEHAVIOUR_DOH_MISSING))

/* Where a fault shows. */
enum seen {
	SEEN_AT_PARENT, /* in the parent's answer, or when the name servers' names are looked up */
	SEEN_AT_CHILD,  /* in answers of a usable server of the zone */
	SEEN_IN_ROUTES, /* where names below the zone are looked up, in a world with `routing` */
	SEEN_BY_LOOKUP, /* where names below the zone are looked up, and what is found is not bogus
			 */
	SEEN_IN_TRANSFER, /* where a usable server gives the whole zone to anybody */
	SEEN_IN_DNSSEC,   /* in answers of a usable server that speaks EDNS */
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
	GROUP_NAME, /* what the domain is called */
	GROUP_SOA,
	GROUP_MX_ROUTE,
	GROUP_SPF,
	GROUP_DMARC,
	GROUP_MX,
	GROUP_STS,
	GROUP_TLSRPT,
	GROUP_CAA,
	GROUP_WEB,
	GROUP_SERVICE, /* what a mail server of the world's own presents (service.h) */
	GROUP_KEY_SET, /* what else is among the keys */
	GROUP_CSYNC,
	GROUP_SIGNAL, /* what is said below its name servers' names; no DS goes with it */
	GROUP_DSYNC,
	GROUP_ZONEMD,
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
