/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/fault.h"

#include <assert.h>
#include <string.h>

static const struct fault_row faults[] = {
	[FAULT_UNDELEGATED] = {"undelegated", "DELEGATION-MISSING",
			       "the parent says that the name does not exist", SEEN_AT_PARENT,
			       GROUP_DELEGATION, NEED_NOTHING},
	[FAULT_ONE_SERVER] = {"one-server", "DELEGATION-ONE-SERVER",
			      "parent and zone name only the operator's first server",
			      SEEN_AT_PARENT, GROUP_DELEGATION, NEED_NOTHING},
	[FAULT_ONE_ADDRESS] =
		{"one-address", "DELEGATION-ONE-ADDRESS",
		 "`ns1` and `ns2` below the domain both have the addresses of the first server",
		 SEEN_AT_CHILD, GROUP_DELEGATION, NEED_NOTHING},
	[FAULT_NS_ONLY_AT_PARENT] =
		{"ns-only-at-parent", "DELEGATION-NS-ONLY-AT-PARENT",
		 "only the parent names `ns-extra` below the domain, which serves it",
		 SEEN_AT_CHILD, GROUP_DELEGATION, NEED_NOTHING},
	[FAULT_NS_ONLY_AT_CHILD] =
		{"ns-only-at-child", "DELEGATION-NS-ONLY-AT-CHILD",
		 "only the zone names `ns-extra` below the domain, which serves it", SEEN_AT_CHILD,
		 GROUP_DELEGATION, NEED_NOTHING},
	[FAULT_GLUE_MISSING] = {"glue-missing", "DELEGATION-GLUE-MISSING",
				"`ns1` and `ns2` below the domain, and no glue for the second",
				SEEN_AT_PARENT, GROUP_DELEGATION, NEED_NOTHING},
	[FAULT_GLUE_WRONG] =
		{"glue-wrong", "DELEGATION-GLUE-WRONG",
		 "`ns1` and `ns2` below the domain, and another address as glue for the second",
		 SEEN_AT_CHILD, GROUP_DELEGATION, NEED_NOTHING},
	[FAULT_NS_DANGLING] = {"ns-dangling", "DELEGATION-NS-DANGLING",
			       "one more name server, whose name does not exist", SEEN_AT_PARENT,
			       GROUP_DELEGATION, NEED_NOTHING},
	[FAULT_NS_NO_ADDRESS] = {"ns-no-address", "DELEGATION-NS-NO-ADDRESS",
				 "one more name server, whose name has neither A nor AAAA",
				 SEEN_AT_PARENT, GROUP_DELEGATION, NEED_NOTHING},
	[FAULT_NS_ALIAS] = {"ns-alias", "DELEGATION-NS-ALIAS",
			    "one more name server, whose name is an alias of the first",
			    SEEN_AT_PARENT, GROUP_DELEGATION, NEED_NOTHING},
	[FAULT_NS_CYCLE] =
		{"ns-cycle", "DELEGATION-NS-CYCLE",
		 "one more name server, in a zone whose only server is in a zone whose only "
		 "server is "
		 "in the first, both without glue",
		 SEEN_AT_PARENT, GROUP_DELEGATION, NEED_NOTHING},
	[FAULT_APEX_ALIAS] = {"apex-alias", "SERVER-APEX-ALIAS",
			      "the domain itself is an alias of `www` below it, beside SOA and NS",
			      SEEN_AT_CHILD, GROUP_APEX, NEED_NOTHING},
	[FAULT_WRONG_DS] = {"wrong-ds", "DNSSEC-DS-NO-KEY",
			    "the parent's DS is of a key that the zone does not have",
			    SEEN_IN_DNSSEC, GROUP_DS, NEED_SIGNED},
	[FAULT_DS_KEY_IDLE] =
		{"ds-key-idle", "DNSSEC-DS-NO-KEY",
		 "the zone has two keys, the parent's DS is of one and the other signs everything",
		 SEEN_IN_DNSSEC, GROUP_DS, NEED_SIGNED},
	[FAULT_DS_UNSIGNED] = {"ds-unsigned", "DNSSEC-DS-UNSIGNED",
			       "the parent has a DS, the zone is not signed", SEEN_IN_DNSSEC,
			       GROUP_DS, NEED_UNSIGNED},
	[FAULT_NO_DS] = {"no-ds", "DNSSEC-NO-DS", "the zone is signed, the parent has no DS",
			 SEEN_IN_DNSSEC, GROUP_DS, NEED_SIGNED},
	[FAULT_CHAIN_BROKEN] = {"chain-broken", "DNSSEC-CHAIN-ABOVE",
				"the parent's signature over the DS set does not verify",
				SEEN_AT_PARENT, GROUP_DS, NEED_SIGNED},
	[FAULT_SIG_EXPIRED] = {"sig-expired", "DNSSEC-SIG-EXPIRED",
			       "every signature of the zone ended days before the start",
			       SEEN_IN_DNSSEC, GROUP_SIGNATURE, NEED_SIGNED},
	[FAULT_SIG_FUTURE] = {"sig-future", "DNSSEC-SIG-FUTURE",
			      "every signature of the zone begins days after the start",
			      SEEN_IN_DNSSEC, GROUP_SIGNATURE, NEED_SIGNED},
	[FAULT_SIG_ENDING] = {"sig-ending", "DNSSEC-SIG-ENDING",
			      "every signature of the zone ends six hours after the start",
			      SEEN_IN_DNSSEC, GROUP_SIGNATURE, NEED_SIGNED},
	[FAULT_SIG_MISSING] = {"sig-missing", "DNSSEC-SIG-MISSING",
			       "there are keys and a DS, and no signatures", SEEN_IN_DNSSEC,
			       GROUP_SIGNATURE, NEED_SIGNED},
	[FAULT_SIG_WRONG] = {"sig-wrong", "DNSSEC-SIG-WRONG",
			     "one bit of every signature is flipped", SEEN_IN_DNSSEC,
			     GROUP_SIGNATURE, NEED_SIGNED},
	[FAULT_DENIAL_MISSING] = {"denial-missing", "DNSSEC-DENIAL-MISSING",
				  "negative answers come without NSEC and NSEC3", SEEN_IN_DNSSEC,
				  GROUP_DENIAL, NEED_SIGNED},
	[FAULT_NSEC3_ITERATIONS] = {"nsec3-iterations", "DNSSEC-NSEC3-ITERATIONS",
				    "NSEC3 with 50 to 150 extra iterations", SEEN_IN_DNSSEC,
				    GROUP_DENIAL, NEED_SIGNED},
	[FAULT_ALGORITHM_UNSUPPORTED] = {"algorithm-unsupported", "DNSSEC-ALGORITHM-UNSUPPORTED",
					 "the zone is signed with algorithm 200 only",
					 SEEN_AT_PARENT, GROUP_KEY, NEED_SIGNED},
	[FAULT_DIGEST_UNSUPPORTED] = {"digest-unsupported", "DNSSEC-ALGORITHM-UNSUPPORTED",
				      "the parent's DS has digest type 200 only", SEEN_AT_PARENT,
				      GROUP_DS, NEED_SIGNED},
	[FAULT_ALGORITHM_DEPRECATED] = {"algorithm-deprecated", "DNSSEC-ALGORITHM-DEPRECATED",
					"the zone is signed with RSA and SHA-1", SEEN_IN_DNSSEC,
					GROUP_KEY, NEED_SIGNED},
	[FAULT_DS_SHA1] = {"ds-sha1", "DNSSEC-DS-SHA1", "the parent's DS has digest type 1 only",
			   SEEN_AT_PARENT, GROUP_DS, NEED_SIGNED},
	[FAULT_KEY_SHORT] = {"key-short", "DNSSEC-KEY-SHORT",
			     "the zone is signed with an RSA key of 1024 bits", SEEN_IN_DNSSEC,
			     GROUP_KEY, NEED_SIGNED},
	[FAULT_CDS_WRONG] = {"cds-wrong", "DNSSEC-CDS-WRONG",
			     "CDS and CDNSKEY are of a key that the zone does not have",
			     SEEN_IN_DNSSEC, GROUP_CDS, NEED_SIGNED},
	[FAULT_CDS_CDNSKEY_DIFFER] = {"cds-cdnskey-differ", "DNSSEC-CDS-CDNSKEY-DIFFER",
				      "the zone has two keys, CDS names one and CDNSKEY the other",
				      SEEN_IN_DNSSEC, GROUP_CDS, NEED_SIGNED},
	[FAULT_NAME_SYNTAX] = {"name-syntax", "DELEGATION-NAME-SYNTAX",
			       "the domain is called so that hyphens stand in third "
			       "and fourth place",
			       SEEN_AT_PARENT, GROUP_NAME, NEED_NOTHING},
	[FAULT_NS_SYNTAX] = {"ns-syntax", "DELEGATION-NS-SYNTAX",
			     "one more name server, `ns_extra` below the domain, which "
			     "serves it",
			     SEEN_AT_PARENT, GROUP_DELEGATION, NEED_NOTHING},
	[FAULT_REFERRAL_LARGE] = {"referral-large", "DELEGATION-REFERRAL-LARGE",
				  "16 name servers with long names below the domain, all of "
				  "them the operator's machines",
				  SEEN_AT_PARENT, GROUP_DELEGATION, NEED_NOTHING},
	[FAULT_ADDRESS_SPECIAL] = {"address-special", "DELEGATION-ADDRESS-SPECIAL",
				   "one more name server, `ns-special` below the domain, with an "
				   "address in 10.0.0.0/8",
				   SEEN_AT_PARENT, GROUP_DELEGATION, NEED_NOTHING},
	[FAULT_SOA_SERIAL_ZERO] = {"soa-serial-zero", "ZONE-SOA-SERIAL", "the serial number is 0",
				   SEEN_AT_CHILD, GROUP_SOA, NEED_NOTHING},
	[FAULT_SOA_REFRESH_SHORT] = {"soa-refresh-short", "ZONE-SOA-REFRESH",
				     "the refresh time is five minutes", SEEN_AT_CHILD, GROUP_SOA,
				     NEED_NOTHING},
	[FAULT_SOA_RETRY_LONG] = {"soa-retry-long", "ZONE-SOA-RETRY",
				  "the retry time is twice the refresh time", SEEN_AT_CHILD,
				  GROUP_SOA, NEED_NOTHING},
	[FAULT_SOA_EXPIRE_SHORT] = {"soa-expire-short", "ZONE-SOA-EXPIRE",
				    "the expire time is two days, or four hours", SEEN_AT_CHILD,
				    GROUP_SOA, NEED_NOTHING},
	[FAULT_SOA_MINIMUM_LONG] = {"soa-minimum-long", "ZONE-SOA-MINIMUM",
				    "the last field of the SOA is a week", SEEN_AT_CHILD, GROUP_SOA,
				    NEED_NOTHING},
	[FAULT_SOA_MNAME_SYNTAX] = {"soa-mname-syntax", "ZONE-SOA-MNAME-SYNTAX",
				    "the primary is `ns_1` below the domain", SEEN_AT_CHILD,
				    GROUP_SOA, NEED_NOTHING},
	[FAULT_SOA_RNAME_SYNTAX] = {"soa-rname-syntax", "ZONE-SOA-RNAME-SYNTAX",
				    "the mail address has an `@` in it", SEEN_AT_CHILD, GROUP_SOA,
				    NEED_NOTHING},
	[FAULT_SOA_SEVERAL] = {"soa-several", "ZONE-SOA-SEVERAL", "there are two SOA records",
			       SEEN_AT_CHILD, GROUP_SOA, NEED_NOTHING},
	[FAULT_MNAME_ALIAS] = {"mname-alias", "ZONE-MNAME-ALIAS",
			       "the primary is `primary` below the domain, an alias of the "
			       "first name server",
			       SEEN_AT_CHILD, GROUP_SOA, NEED_NOTHING},
	[FAULT_MNAME_UNKNOWN] = {"mname-unknown", "ZONE-MNAME-UNKNOWN",
				 "the primary is `primary` below the domain, which does not "
				 "exist",
				 SEEN_AT_CHILD, GROUP_SOA, NEED_NOTHING},
	[FAULT_KEYS_LARGE] =
		{"keys-large", "SERVER-RESPONSE-LARGE",
		 "the zone has so many keys in reserve that they do not fit a datagram",
		 SEEN_IN_DNSSEC, GROUP_KEY, NEED_SIGNED},
	[FAULT_MX_ROA_INVALID] = {"mx-roa-invalid", "ROUTING-MX-INVALID",
				  "a ROA for another AS covers one of two mail hosts",
				  SEEN_IN_ROUTES, GROUP_MX_ROUTE, NEED_NOTHING},
	[FAULT_MX_ROA_DISOWNED] = {"mx-roa-disowned", "ROUTING-MX-LOST-BY-ROV",
				   "ROAs cover both of two mail hosts, of AS 0 and of another AS",
				   SEEN_IN_ROUTES, GROUP_MX_ROUTE, NEED_NOTHING},
	[FAULT_MX_ROA_MISSING] = {"mx-roa-missing", "ROUTING-MX-NO-ROA",
				  "no ROA covers one of two mail hosts", SEEN_IN_ROUTES,
				  GROUP_MX_ROUTE, NEED_NOTHING},
	[FAULT_MX_ROA_LOOSE] =
		{"mx-roa-loose", "ROUTING-MX-MAX-LENGTH",
		 "the ROA of one of two mail hosts allows longer prefixes than are announced",
		 SEEN_IN_ROUTES, GROUP_MX_ROUTE, NEED_NOTHING},
	[FAULT_MX_NOT_ANNOUNCED] = {"mx-not-announced", "ROUTING-MX-NOT-ANNOUNCED",
				    "nobody announces one of two mail hosts", SEEN_IN_ROUTES,
				    GROUP_MX_ROUTE, NEED_NOTHING},
	[FAULT_MX_ONE_AS] = {"mx-one-as", "ROUTING-MX-ONE-AS", "both mail hosts are in one AS",
			     SEEN_IN_ROUTES, GROUP_MX_ROUTE, NEED_NOTHING},
	[FAULT_MX_ONE_PREFIX] = {"mx-one-prefix", "ROUTING-MX-ONE-PREFIX",
				 "both mail hosts are in one prefix", SEEN_IN_ROUTES,
				 GROUP_MX_ROUTE, NEED_NOTHING},
	[FAULT_SPF_MISSING] = {"spf-missing", "MAIL-SPF-MISSING", "no TXT record is an SPF record",
			       SEEN_BY_LOOKUP, GROUP_SPF, NEED_NOTHING},
	[FAULT_SPF_INVALID] = {"spf-invalid", "MAIL-SPF-INVALID",
			       "the SPF record, or one that it includes, has a term that is none",
			       SEEN_BY_LOOKUP, GROUP_SPF, NEED_NOTHING},
	[FAULT_SPF_SEVERAL] = {"spf-several", "MAIL-SPF-SEVERAL", "there are two SPF records",
			       SEEN_BY_LOOKUP, GROUP_SPF, NEED_NOTHING},
	[FAULT_SPF_INCLUDE] = {"spf-include", "MAIL-SPF-INCLUDE",
			       "the SPF record includes a name that does not exist", SEEN_BY_LOOKUP,
			       GROUP_SPF, NEED_NOTHING},
	[FAULT_SPF_LOOP] = {"spf-loop", "MAIL-SPF-LOOP",
			    "the SPF record includes one that includes it", SEEN_BY_LOOKUP,
			    GROUP_SPF, NEED_NOTHING},
	[FAULT_SPF_LOOKUPS] = {"spf-lookups", "MAIL-SPF-TOO-MANY-LOOKUPS",
			       "the SPF records take twelve look-ups", SEEN_BY_LOOKUP, GROUP_SPF,
			       NEED_NOTHING},
	[FAULT_SPF_VOID] = {"spf-void", "MAIL-SPF-VOID",
			    "the SPF record names three hosts that do not exist", SEEN_BY_LOOKUP,
			    GROUP_SPF, NEED_NOTHING},
	[FAULT_SPF_PASS_ALL] = {"spf-pass-all", "MAIL-SPF-PASS-ALL",
				"the SPF record, or one that it includes, lets everybody pass",
				SEEN_BY_LOOKUP, GROUP_SPF, NEED_NOTHING},
	[FAULT_SPF_WIDE] = {"spf-wide", "MAIL-SPF-WIDE",
			    "the SPF record lets a prefix of 2 or 3 bits pass", SEEN_BY_LOOKUP,
			    GROUP_SPF, NEED_NOTHING},
	[FAULT_SPF_NEUTRAL] = {"spf-neutral", "MAIL-SPF-NEUTRAL",
			       "the SPF record ends in `?all` or without `all`", SEEN_BY_LOOKUP,
			       GROUP_SPF, NEED_NOTHING},
	[FAULT_SPF_PTR] = {"spf-ptr", "MAIL-SPF-PTR", "the SPF record has `ptr`", SEEN_BY_LOOKUP,
			   GROUP_SPF, NEED_NOTHING},
	[FAULT_SPF_AFTER_ALL] = {"spf-after-all", "MAIL-SPF-AFTER-ALL",
				 "the SPF record has a term after `all`", SEEN_BY_LOOKUP, GROUP_SPF,
				 NEED_NOTHING},
	[FAULT_SPF_LONG] = {"spf-long", "MAIL-SPF-LONG", "the SPF record has more than 450 octets",
			    SEEN_BY_LOOKUP, GROUP_SPF, NEED_NOTHING},
	[FAULT_DMARC_MISSING] = {"dmarc-missing", "MAIL-DMARC-MISSING", "nothing is at `_dmarc`",
				 SEEN_BY_LOOKUP, GROUP_DMARC, NEED_NOTHING},
	[FAULT_DMARC_INVALID] = {"dmarc-invalid", "MAIL-DMARC-INVALID",
				 "the DMARC record has a policy or an address that is none",
				 SEEN_BY_LOOKUP, GROUP_DMARC, NEED_NOTHING},
	[FAULT_DMARC_SEVERAL] = {"dmarc-several", "MAIL-DMARC-SEVERAL",
				 "there are two DMARC records", SEEN_BY_LOOKUP, GROUP_DMARC,
				 NEED_NOTHING},
	[FAULT_DMARC_NONE] = {"dmarc-none", "MAIL-DMARC-NONE", "the DMARC policy is `none`",
			      SEEN_BY_LOOKUP, GROUP_DMARC, NEED_NOTHING},
	[FAULT_DMARC_REPORT] = {"dmarc-report", "MAIL-DMARC-REPORT-UNAUTHORISED",
				"DMARC reports are to go to a domain that says nothing of it",
				SEEN_BY_LOOKUP, GROUP_DMARC, NEED_NOTHING},
	[FAULT_MX_DANGLING] = {"mx-dangling", "MAIL-MX-DANGLING",
			       "one more mail server, whose name does not exist", SEEN_BY_LOOKUP,
			       GROUP_MX, NEED_NOTHING},
	[FAULT_MX_NO_ADDRESS] = {"mx-no-address", "MAIL-MX-NO-ADDRESS",
				 "one more mail server, whose name has neither A nor AAAA",
				 SEEN_BY_LOOKUP, GROUP_MX, NEED_NOTHING},
	[FAULT_MX_ALIAS] = {"mx-alias", "MAIL-MX-ALIAS",
			    "one more mail server, whose name is an alias of `mail`",
			    SEEN_BY_LOOKUP, GROUP_MX, NEED_NOTHING},
	[FAULT_MX_ILLEGAL_NAME] = {"mx-illegal-name", "MAIL-MX-ILLEGAL-NAME",
				   "one more mail server, which is an address or has an underscore",
				   SEEN_BY_LOOKUP, GROUP_MX, NEED_NOTHING},
	[FAULT_MX_NULL_MIXED] = {"mx-null-mixed", "MAIL-MX-NULL-MIXED",
				 "one more MX record, which says that there is no mail",
				 SEEN_BY_LOOKUP, GROUP_MX, NEED_NOTHING},
	[FAULT_STS_INVALID] = {"sts-invalid", "MAIL-STS-INVALID",
			       "the MTA-STS record's id has hyphens", SEEN_BY_LOOKUP, GROUP_STS,
			       NEED_NOTHING},
	[FAULT_STS_NO_HOST] = {"sts-no-host", "MAIL-STS-NO-HOST",
			       "there is an MTA-STS record and no host `mta-sts`", SEEN_BY_LOOKUP,
			       GROUP_STS, NEED_NOTHING},
	[FAULT_TLSRPT_INVALID] = {"tlsrpt-invalid", "MAIL-TLSRPT-INVALID",
				  "the record for TLS reporting has no URI", SEEN_BY_LOOKUP,
				  GROUP_TLSRPT, NEED_NOTHING},
	[FAULT_CAA_INVALID] =
		{"caa-invalid", "CAA-INVALID",
		 "a CAA record names a URI for an authority, or is critical and unknown",
		 SEEN_BY_LOOKUP, GROUP_CAA, NEED_NOTHING},
	[FAULT_ALIAS_DANGLING] = {"alias-dangling", "NAMES-ALIAS-DANGLING",
				  "`www` is an alias of a name that does not exist", SEEN_BY_LOOKUP,
				  GROUP_WEB, NEED_NOTHING},
	[FAULT_TLSA_INSECURE] = {"tlsa-insecure", "DANE-TLSA-INSECURE",
				 "there is a TLSA record, and the zone is not signed",
				 SEEN_BY_LOOKUP, GROUP_SERVICE, NEED_UNSIGNED},
	[FAULT_TLSA_BOGUS] = {"tlsa-bogus", "DANE-TLSA-BOGUS",
			      "one bit of the signature over the TLSA record is flipped",
			      SEEN_BY_LOOKUP, GROUP_SERVICE, NEED_SIGNED},
	[FAULT_TLSA_MALFORMED] =
		{"tlsa-malformed", "DANE-TLSA-MALFORMED",
		 "the only TLSA record has a digest too short, or a usage that does not exist",
		 SEEN_BY_LOOKUP, GROUP_SERVICE, NEED_SIGNED},
	[FAULT_TLSA_PKIX] = {"tlsa-pkix", "DANE-TLSA-PKIX-USAGE",
			     "the only TLSA record of the mail server has usage 0 or 1",
			     SEEN_BY_LOOKUP, GROUP_SERVICE, NEED_SIGNED},
	[FAULT_TLSA_WHOLE] = {"tlsa-whole", "DANE-ROLLOVER-UNSAFE",
			      "the only TLSA record is of the whole certificate", SEEN_BY_LOOKUP,
			      GROUP_SERVICE, NEED_SIGNED},
	[FAULT_DANE_PARTIAL] = {"dane-partial", "DANE-PARTIAL",
				"one of two mail servers has no TLSA record", SEEN_BY_LOOKUP,
				GROUP_SERVICE, NEED_SIGNED},
	[FAULT_DANE_MISMATCH] =
		{"dane-mismatch", "DANE-MISMATCH",
		 "the TLSA record is of a key that the mail server does not present",
		 SEEN_BY_LOOKUP, GROUP_SERVICE, NEED_SIGNED},
	[FAULT_DANE_NO_ANCHOR] =
		{"dane-no-anchor", "DANE-CHAIN-INCOMPLETE",
		 "the TLSA record is of an authority whose certificate is not presented",
		 SEEN_BY_LOOKUP, GROUP_SERVICE, NEED_SIGNED},
	[FAULT_DANE_NAME] =
		{"dane-name", "DANE-NAME-MISMATCH",
		 "the TLSA record is of the authority, and the certificate is for another name",
		 SEEN_BY_LOOKUP, GROUP_SERVICE, NEED_SIGNED},
	[FAULT_DANE_EXPIRED] =
		{"dane-expired", "DANE-CERTIFICATE-EXPIRED",
		 "the TLSA record is of the authority, and the certificate has expired",
		 SEEN_BY_LOOKUP, GROUP_SERVICE, NEED_SIGNED},
	[FAULT_DANE_NO_STARTTLS] =
		{"dane-no-starttls", "DANE-NO-STARTTLS",
		 "there is a TLSA record, and the mail server does not offer STARTTLS",
		 SEEN_BY_LOOKUP, GROUP_SERVICE, NEED_SIGNED},
	[FAULT_MAIL_TLS_OLD] = {"mail-tls-old", "MAIL-TLS-OLD",
				"the mail server has nothing newer than TLS 1.1", SEEN_BY_LOOKUP,
				GROUP_SERVICE, NEED_NOTHING},
	[FAULT_STS_UNREACHABLE] = {"sts-unreachable", "MAIL-STS-UNREACHABLE",
				   "there is no file at the place of the MTA-STS policy",
				   SEEN_BY_LOOKUP, GROUP_SERVICE, NEED_NOTHING},
	[FAULT_STS_UNTRUSTED] = {"sts-untrusted", "MAIL-STS-UNTRUSTED",
				 "nobody vouches for the certificate of the MTA-STS policy's host",
				 SEEN_BY_LOOKUP, GROUP_SERVICE, NEED_NOTHING},
	[FAULT_STS_POLICY] = {"sts-policy", "MAIL-STS-POLICY-INVALID",
			      "the MTA-STS policy has a mode that does not exist", SEEN_BY_LOOKUP,
			      GROUP_SERVICE, NEED_NOTHING},
	[FAULT_STS_MX] = {"sts-mx", "MAIL-STS-MX",
			  "the MTA-STS policy does not name the mail server", SEEN_BY_LOOKUP,
			  GROUP_SERVICE, NEED_NOTHING},
	[FAULT_KEY_WEAK] = {"key-weak", "DNSSEC-KEY-WEAK",
			    "among the keys is one that is no point of its curve, or no modulus of "
			    "two primes",
			    SEEN_IN_DNSSEC, GROUP_KEY_SET, NEED_SIGNED},
	[FAULT_KEY_EXPONENT] = {"key-exponent", "DNSSEC-KEY-EXPONENT",
				"the zone is signed with an RSA key of exponent 3", SEEN_IN_DNSSEC,
				GROUP_KEY, NEED_SIGNED},
	[FAULT_KEY_REVOKED_LEFT] = {"key-revoked-left", "DNSSEC-KEY-REVOKED-LEFT",
				    "among the keys is one that is revoked", SEEN_IN_DNSSEC,
				    GROUP_KEY_SET, NEED_SIGNED},
	[FAULT_KEY_PREPUBLISHED] = {"key-prepublished", "DNSSEC-ROLLOVER",
				    "among the keys is a second one that signs nothing yet",
				    SEEN_IN_DNSSEC, GROUP_KEY_SET, NEED_SIGNED},
	[FAULT_ALGORITHM_INCOMPLETE] = {"algorithm-incomplete", "DNSSEC-ALGORITHM-INCOMPLETE",
					"among the keys is one of another algorithm, which signs "
					"nothing",
					SEEN_IN_DNSSEC, GROUP_KEY_SET, NEED_SIGNED},
	[FAULT_SIG_LONG] = {"sig-long", "DNSSEC-SIG-LONG",
			    "every signature of the zone lasts 400 days", SEEN_IN_DNSSEC,
			    GROUP_SIGNATURE, NEED_SIGNED},
	[FAULT_SIG_TTL] = {"sig-ttl", "DNSSEC-SIG-TTL",
			   "every signature of the zone names half of the TTL that is given",
			   SEEN_IN_DNSSEC, GROUP_SIGNATURE, NEED_SIGNED},
	[FAULT_NSEC3_SALT] = {"nsec3-salt", "DNSSEC-NSEC3-SALT", "NSEC3 with a salt of 4 octets",
			      SEEN_IN_DNSSEC, GROUP_DENIAL, NEED_SIGNED},
	[FAULT_NSEC3_OPT_OUT] = {"nsec3-opt-out", "DNSSEC-NSEC3-OPTOUT", "NSEC3 with opt-out",
				 SEEN_IN_DNSSEC, GROUP_DENIAL, NEED_SIGNED},
	[FAULT_ALGORITHM_DISCOURAGED] = {"algorithm-discouraged", "DNSSEC-ALGORITHM-DISCOURAGED",
					 "the zone is signed with RSA and SHA-512", SEEN_IN_DNSSEC,
					 GROUP_KEY, NEED_SIGNED},
	[FAULT_CDS_DIFFER] =
		{"cds-differ", "AUTOMATION-CDS-DIFFER",
		 "the operator's second server has no CDS and CDNSKEY, the others have",
		 SEEN_IN_DNSSEC, GROUP_CDS, NEED_SIGNED},
	[FAULT_CDS_SIGNER] =
		{"cds-signer", "AUTOMATION-CDS-SIGNER",
		 "the zone has two keys, and the one that has no DS signs CDS and CDNSKEY",
		 SEEN_IN_DNSSEC, GROUP_CDS, NEED_SIGNED},
	[FAULT_CDS_BREAKS] =
		{"cds-breaks", "AUTOMATION-CDS-BREAKS",
		 "the zone has two keys, CDS and CDNSKEY name the one that signs nothing",
		 SEEN_IN_DNSSEC, GROUP_CDS, NEED_SIGNED},
	[FAULT_CDS_DELETE] = {"cds-delete", "AUTOMATION-CDS-DELETE",
			      "CDS and CDNSKEY ask for removal of the DS records", SEEN_IN_DNSSEC,
			      GROUP_CDS, NEED_SIGNED},
	[FAULT_CDS_DELETE_MIXED] =
		{"cds-delete-mixed", "AUTOMATION-CDS-DELETE-MIXED",
		 "CDS and CDNSKEY ask for removal, beside records that name a key", SEEN_IN_DNSSEC,
		 GROUP_CDS, NEED_SIGNED},
	[FAULT_CDS_UNSIGNED] = {"cds-unsigned", "AUTOMATION-CDS-UNSIGNED",
				"the zone is not signed and has CDS and CDNSKEY", SEEN_IN_DNSSEC,
				GROUP_CDS, NEED_UNSIGNED},
	[FAULT_CSYNC_UNSIGNED] = {"csync-unsigned", "AUTOMATION-CSYNC-UNSIGNED",
				  "the zone is not signed and has a CSYNC record", SEEN_AT_CHILD,
				  GROUP_CSYNC, NEED_UNSIGNED},
	[FAULT_CSYNC_INVALID] =
		{"csync-invalid", "AUTOMATION-CSYNC-INVALID",
		 "two CSYNC records, or one with an unknown flag, or with MX among its types",
		 SEEN_AT_CHILD, GROUP_CSYNC, NEED_SIGNED},
	[FAULT_CSYNC_SERIAL] = {"csync-serial", "AUTOMATION-CSYNC-SERIAL",
				"the CSYNC record waits for a later serial than the zone's",
				SEEN_AT_CHILD, GROUP_CSYNC, NEED_SIGNED},
	[FAULT_CSYNC_DIFFER] =
		{"csync-differ", "AUTOMATION-CSYNC-DIFFER",
		 "the operator's second server leaves NS out of the CSYNC record's types",
		 SEEN_AT_CHILD, GROUP_CSYNC, NEED_SIGNED},
	[FAULT_SIGNAL_WRONG] =
		{"signal-wrong", "AUTOMATION-SIGNAL-WRONG",
		 "no DS, and below its name servers' names CDS and CDNSKEY of another key",
		 SEEN_IN_DNSSEC, GROUP_SIGNAL, NEED_SIGNED},
	[FAULT_SIGNAL_PARTIAL] =
		{"signal-partial", "AUTOMATION-SIGNAL-PARTIAL",
		 "no DS, and CDS and CDNSKEY below the first name server's name only",
		 SEEN_IN_DNSSEC, GROUP_SIGNAL, NEED_SIGNED},
	[FAULT_SIGNAL_INSECURE] =
		{"signal-insecure", "AUTOMATION-SIGNAL-INSECURE",
		 "no DS, and CDS and CDNSKEY below its name servers' names in zones without keys",
		 SEEN_IN_DNSSEC, GROUP_SIGNAL, NEED_SIGNED},
	[FAULT_DSYNC_INVALID] =
		{"dsync-invalid", "AUTOMATION-DSYNC-INVALID",
		 "the parent's DSYNC record for it has port 0, an unknown scheme or a target that "
		 "is none, or there are two of a kind",
		 SEEN_AT_PARENT, GROUP_DSYNC, NEED_NOTHING},
	[FAULT_ZONEMD_WRONG] = {"zonemd-wrong", "DNSSEC-ZONEMD-WRONG",
				"the ZONEMD record has one bit flipped, or an older serial",
				SEEN_IN_TRANSFER, GROUP_ZONEMD, NEED_NOTHING},
	[FAULT_ZONEMD_UNSUPPORTED] =
		{"zonemd-unsupported", "DNSSEC-ZONEMD-UNSUPPORTED",
		 "the ZONEMD record has a hash for private use, or there are two of a kind",
		 SEEN_IN_TRANSFER, GROUP_ZONEMD, NEED_NOTHING},
};
static_assert(sizeof(faults) / sizeof(faults[0]) == FAULT_COUNT, "one row a fault");
static_assert(FAULT_COUNT <= FAULTS_MOST, "a bit for every fault");

static const struct behaviour_row behaviours[] = {
	[BEHAVIOUR_SILENT] = {"silent", "SERVER-SILENT", "answers nothing"},
	[BEHAVIOUR_LAME] =
		{"lame", "SERVER-LAME",
		 "answers NOERROR without authority: nothing, or a referral to the root"},
	[BEHAVIOUR_REFUSING] = {"refusing", "SERVER-REFUSES", "answers REFUSED"},
	[BEHAVIOUR_SERVFAIL] = {"servfail", "SERVER-FAILS", "answers SERVFAIL"},
	[BEHAVIOUR_WRONG_ID] = {"wrong-id", "SERVER-WRONG-ID", "answers with another id"},
	[BEHAVIOUR_GARBAGE] = {"garbage", "SERVER-GARBAGE",
			       "answers with octets that cannot be read as far as the question"},
	[BEHAVIOUR_NO_TCP] = {"no-tcp", "SERVER-NO-TCP", "resets TCP connections"},
	[BEHAVIOUR_NO_EDNS] = {"no-edns", "SERVER-NO-EDNS", "answers FORMERR to EDNS"},
	[BEHAVIOUR_WRONG_CASE] = {"wrong-case", "SERVER-CASE",
				  "gives the question back in lower case"},
	[BEHAVIOUR_TRUNCATING] = {"truncating", "SERVER-TRUNCATES",
				  "sets TC in every answer over UDP"},
	[BEHAVIOUR_SLOW] = {"slow", "SERVER-SLOW", "answers after 400 ms"},
	[BEHAVIOUR_LOSSY] = {"lossy", "SERVER-LOSSY",
			     "drops the first one or two attempts of each question over UDP"},
	[BEHAVIOUR_STALE_SERIAL] = {"stale-serial", "SERVER-SERIAL-DIFFERS",
				    "serves the version before"},
	[BEHAVIOUR_DIFFERING] = {"differing", "SERVER-ANSWERS-DIFFER",
				 "gives another A record at the apex"},
	[BEHAVIOUR_NO_DNSKEY] = {"no-dnskey", "SERVER-TYPE-FAILS", "answers SERVFAIL for DNSKEY"},
	[BEHAVIOUR_UNKNOWN_TYPES] = {"unknown-types", "SERVER-UNKNOWN-TYPES",
				     "answers nothing, NOTIMP or NXDOMAIN for CDS and CDNSKEY"},
	[BEHAVIOUR_OTHER_SOURCE] = {"other-source", "SERVER-SOURCE-DIFFERS",
				    "answers over UDP from another server's address"},
	[BEHAVIOUR_EDNS_VERSION] = {"edns-version", "SERVER-EDNS-VERSION",
				    "answers FORMERR to EDNS version 1, or as if it were 0"},
	[BEHAVIOUR_EDNS_OPTION] = {"edns-option", "SERVER-EDNS-OPTION",
				   "answers FORMERR to EDNS options that it does not know, or "
				   "gives them back"},
	[BEHAVIOUR_EDNS_FLAGS] = {"edns-flags", "SERVER-EDNS-FLAGS",
				  "gives back EDNS flags that it does not know"},
	[BEHAVIOUR_EDNS_LOST] = {"edns-lost", "SERVER-EDNS-LOST",
				 "truncates every answer to who has room for 512 octets or less, "
				 "and leaves EDNS out of it"},
	[BEHAVIOUR_COOKIE_WRONG] = {"cookie-wrong", "SERVER-COOKIE-WRONG",
				    "gives cookies of 12 or of 48 octets"},
	[BEHAVIOUR_ANY_LARGE] = {"any-large", "SERVER-ANY-LARGE",
				 "answers ANY with 1,280 octets of text, where there is room"},
	[BEHAVIOUR_VERSION_SHOWN] = {"version-shown", "SERVER-VERSION-SHOWN",
				     "answers `version.bind` in class CH with `World 1.0`"},
	[BEHAVIOUR_UPWARD] = {"upward", "SERVER-UPWARD-REFERRAL",
			      "answers for the root, which it does not have, with a referral"},
	[BEHAVIOUR_AAAA_WRONG] = {"aaaa-wrong", "SERVER-AAAA-WRONG",
				  "answers NOTIMP or SERVFAIL for AAAA at the top of a zone"},
	[BEHAVIOUR_ABSENT_WRONG] = {"absent-wrong", "SERVER-ABSENT-WRONG",
				    "answers SERVFAIL or an empty NOERROR for names that do not "
				    "exist, where DNSSEC is not asked for"},
	[BEHAVIOUR_TRANSFER_OPEN] =
		{"transfer-open", "SERVER-TRANSFER-OPEN",
		 "answers AXFR over TCP with the zone, in messages of some 2 KiB"},
	[BEHAVIOUR_RECURSING] = {"recursing", "SERVER-RECURSES",
				 "answers for the root when asked with RD"},
	[BEHAVIOUR_UPDATE_OPEN] = {"update-open", "SERVER-UPDATE-OPEN",
				   "answers NOERROR to every UPDATE, and changes nothing"},
	[BEHAVIOUR_ROA_INVALID] = {"roa-invalid", "ROUTING-INVALID",
				   "a ROA for another AS covers it"},
	[BEHAVIOUR_ROA_DISOWNED] = {"roa-disowned", "ROUTING-LOST-BY-ROV",
				    "a ROA says that nobody may announce it (AS 0)"},
	[BEHAVIOUR_ROA_MISSING] = {"roa-missing", "ROUTING-NO-ROA", "no ROA covers it"},
	[BEHAVIOUR_ROA_LOOSE] = {"roa-loose", "ROUTING-MAX-LENGTH",
				 "its ROA allows longer prefixes than are announced"},
	[BEHAVIOUR_NOT_ANNOUNCED] = {"not-announced", "ROUTING-NOT-ANNOUNCED",
				     "nobody announces it"},
	[BEHAVIOUR_ONE_AS] = {"one-as", "ROUTING-ONE-AS",
			      "is announced by AS 65551, as all of its kind are"},
	[BEHAVIOUR_ONE_PREFIX] = {"one-prefix", "ROUTING-ONE-PREFIX",
				  "is announced within its /24 or /48 and not by itself"},
	[BEHAVIOUR_TLS_WRONG_NAME] = {"tls-wrong-name", "TRANSPORT-TLS-NAME",
				      "offers DoT with a certificate for another name"},
	[BEHAVIOUR_TLS_EXPIRED] = {"tls-expired", "TRANSPORT-TLS-EXPIRED",
				   "offers DoT with a certificate that ended ten days ago"},
	[BEHAVIOUR_TLS_OLD] = {"tls-old", "TRANSPORT-TLS-OLD",
			       "offers DoT by TLS 1.1 and 1.0 only"},
	[BEHAVIOUR_TLS_HANGS] = {"tls-hangs", "TRANSPORT-OFFERED-BROKEN",
				 "announces DoT, takes the connection and says nothing"},
	[BEHAVIOUR_TLS_GARBAGE] = {"tls-garbage", "TRANSPORT-OFFERED-BROKEN",
				   "announces DoT and answers with something else than TLS"},
	[BEHAVIOUR_DOQ_NO_ALPN] = {"doq-no-alpn", "TRANSPORT-OFFERED-BROKEN",
				   "announces DoQ, and its QUIC knows HTTP/3 only"},
	[BEHAVIOUR_DOH_MISSING] = {"doh-missing", "TRANSPORT-OFFERED-BROKEN",
				   "announces DoH, and answers 404 at its path"},
	[BEHAVIOUR_TRANSPORT_DIFFERS] = {"transport-differs", "TRANSPORT-ANSWER-DIFFERS",
					 "offers DoT and refuses there what it answers over UDP"},
	[BEHAVIOUR_TRANSPORT_PARTIAL] =
		{"transport-partial", "TRANSPORT-PARTIAL",
		 "offers DoT at its first address only, and announces nothing"},
	[BEHAVIOUR_NO_PADDING] = {"no-padding", "TRANSPORT-NO-PADDING",
				  "offers DoT and does not pad its answers"},
	[BEHAVIOUR_UNSIGNED] = {"unsigned", "DNSSEC-UNSIGNED-SERVER",
				"serves signed zones without keys and signatures"},
	[BEHAVIOUR_TSIG_WEAK] = {"tsig-weak", "SERVER-TSIG-WEAK",
				 "takes the world's key under hmac-md5 and hmac-sha1, too"},
};
static_assert(sizeof(behaviours) / sizeof(behaviours[0]) == BEHAVIOUR_COUNT, "one row a behaviour");
static_assert(BEHAVIOUR_COUNT <= BEHAVIOURS_MOST, "a bit for every behaviour");

const struct fault_row *fault_row(enum fault fault)
{
	assert(fault < FAULT_COUNT);
	return &faults[fault];
}

enum fault fault_from_name(const char *name)
{
	assert(name);
	enum fault fault = 0;
	while (fault < FAULT_COUNT && strcmp(faults[fault].name, name) != 0)
		fault++;
	return fault;
}

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
	const enum fault_group group = faults[right].group;
	return (group == GROUP_DS && right != FAULT_NO_DS) || group == GROUP_CDS ||
	       group == GROUP_DELEGATION || group == GROUP_APEX;
}

/*
 * Pairs of different groups that cannot be seen side by side. A zone signed only with an unknown
 * algorithm, or with a DS of an unknown digest, is not judged further; a validator of CDS wants
 * good signatures; without any signature the proofs of absence are moot. Which key signed cannot be
 * told where signatures count for nothing; an alias at the apex stands where data would be absent;
 * a primary's name is looked up, which takes proofs.
 * told where signatures count for nothing; an alias at the apex stands where data would be absent.
 * A key in waiting shows only beside keys that sign, and where it is not clear already which key
 * the parent, or CDS, means.
 */
static bool hides(enum fault left, enum fault right)
{
	const struct fault_row *other = &faults[right];
	/* A domain with a mail server of the world's own has sound mail, and DANE a sound chain. */
	if (faults[left].group == GROUP_SERVICE)
		return other->group != GROUP_DELEGATION && other->group != GROUP_CAA &&
		       other->group != GROUP_WEB;
	if (left == FAULT_ALGORITHM_UNSUPPORTED)
		return other->group != GROUP_DELEGATION;
	if (left == FAULT_DIGEST_UNSUPPORTED)
		return other->group != GROUP_DELEGATION;
	/* Mail hosts are found by names below the zone, as a resolver finds them. */
	if (faults[left].group == GROUP_MX_ROUTE)
		return other->group != GROUP_DELEGATION;
	/* That a name or a record does not exist must be proven, and an alias hides all beside it.
	 */
	if (faults[left].seen == SEEN_BY_LOOKUP)
		return other->group == GROUP_APEX || right == FAULT_DENIAL_MISSING;
	if (faults[left].group == GROUP_SIGNATURE)
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
	if (faults[left].group == GROUP_SIGNAL)
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
		if (is_missing || faults[other].group == faults[fault].group ||
		    hides(other, fault) || hides(fault, other))
			return faults[other].name;
	}
	return NULL;
}

const struct behaviour_row *behaviour_row(enum behaviour behaviour)
{
	assert(behaviour < BEHAVIOUR_COUNT);
	return &behaviours[behaviour];
}

enum behaviour behaviour_from_name(const char *name)
{
	assert(name);
	enum behaviour behaviour = 0;
	while (behaviour < BEHAVIOUR_COUNT && strcmp(behaviours[behaviour].name, name) != 0)
		behaviour++;
	return behaviour;
}

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

const char *behaviour_conflict(uint64_t present, enum behaviour behaviour)
{
	assert(behaviour < BEHAVIOUR_COUNT);
	for (enum behaviour other = 0; other < BEHAVIOUR_COUNT; other++) {
		if (other == behaviour || !(present & BEHAVIOUR_BIT(other)))
			continue;
		uint64_t both = BEHAVIOUR_BIT(other) | BEHAVIOUR_BIT(behaviour);
		if ((both & BEHAVIOURS_UNUSABLE) || excludes(behaviour, other) ||
		    excludes(other, behaviour))
			return behaviours[other].name;
	}
	return NULL;
}
