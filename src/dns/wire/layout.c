/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/layout_private.h"

#include <assert.h>
#include <strings.h>

#define NAME FIELD_NAME
#define LOWER FIELD_NAME_LOWER
#define CASED FIELD_NAME_CASED
#define U8 FIELD_U8
#define U16 FIELD_U16
#define U32 FIELD_U32

/* IANA "Resource Record (RR) TYPEs", indexed by number. */
static const struct layout layouts[] = {
	[1] = {"A", {FIELD_IPV4}},
	[2] = {"NS", {NAME}},
	[3] = {"MD", {NAME}},
	[4] = {"MF", {NAME}},
	[5] = {"CNAME", {NAME}},
	[6] = {"SOA", {NAME, NAME, U32, U32, U32, U32, U32}},
	[7] = {"MB", {NAME}},
	[8] = {"MG", {NAME}},
	[9] = {"MR", {NAME}},
	[10] = {"NULL", {0}},
	[11] = {"WKS", {0}},
	[12] = {"PTR", {NAME}},
	[13] = {"HINFO", {FIELD_STRING, FIELD_STRING}},
	[14] = {"MINFO", {NAME, NAME}},
	[15] = {"MX", {U16, NAME}},
	[16] = {"TXT", {FIELD_STRINGS}},
	[17] = {"RP", {LOWER, LOWER}},
	[18] = {"AFSDB", {U16, LOWER}},
	[19] = {"X25", {FIELD_STRING}},
	[20] = {"ISDN", {FIELD_STRINGS}},
	[21] = {"RT", {U16, LOWER}},
	[22] = {"NSAP", {0}},
	[23] = {"NSAP-PTR", {0}},
	[24] = {"SIG", {FIELD_TYPE, U8, U8, U32, FIELD_TIME, FIELD_TIME, U16, LOWER, FIELD_BASE64}},
	[25] = {"KEY", {U16, U8, U8, FIELD_BASE64}},
	[26] = {"PX", {U16, LOWER, LOWER}},
	[27] = {"GPOS", {FIELD_STRING, FIELD_STRING, FIELD_STRING}},
	[28] = {"AAAA", {FIELD_IPV6}},
	[29] = {"LOC", {0}},
	[30] = {"NXT", {LOWER, FIELD_REST}},
	[31] = {"EID", {0}},
	[32] = {"NIMLOC", {0}},
	[33] = {"SRV", {U16, U16, U16, LOWER}},
	[34] = {"ATMA", {0}},
	[35] = {"NAPTR", {U16, U16, FIELD_STRING, FIELD_STRING, FIELD_STRING, LOWER}},
	[36] = {"KX", {U16, LOWER}},
	[37] = {"CERT", {U16, U16, U8, FIELD_BASE64}},
	[38] = {"A6", {0}},
	[39] = {"DNAME", {LOWER}},
	[40] = {"SINK", {0}},
	[41] = {"OPT", {0}},
	[42] = {"APL", {0}},
	[43] = {"DS", {U16, U8, U8, FIELD_HEX}},
	[44] = {"SSHFP", {U8, U8, FIELD_HEX}},
	[45] = {"IPSECKEY", {0}},
	[46] = {"RRSIG",
		{FIELD_TYPE, U8, U8, U32, FIELD_TIME, FIELD_TIME, U16, LOWER, FIELD_BASE64}},
	[47] = {"NSEC", {CASED, FIELD_BITMAP}},
	[48] = {"DNSKEY", {U16, U8, U8, FIELD_BASE64}},
	[49] = {"DHCID", {FIELD_BASE64}},
	[50] = {"NSEC3", {U8, U8, U16, FIELD_SALT, FIELD_HASH, FIELD_BITMAP}},
	[51] = {"NSEC3PARAM", {U8, U8, U16, FIELD_SALT}},
	[52] = {"TLSA", {U8, U8, U8, FIELD_HEX}},
	[53] = {"SMIMEA", {U8, U8, U8, FIELD_HEX}},
	[55] = {"HIP", {0}},
	[56] = {"NINFO", {FIELD_STRINGS}},
	[57] = {"RKEY", {0}},
	[58] = {"TALINK", {0}},
	[59] = {"CDS", {U16, U8, U8, FIELD_HEX}},
	[60] = {"CDNSKEY", {U16, U8, U8, FIELD_BASE64}},
	[61] = {"OPENPGPKEY", {FIELD_BASE64}},
	[62] = {"CSYNC", {U32, U16, FIELD_BITMAP}},
	[63] = {"ZONEMD", {U32, U8, U8, FIELD_HEX}},
	[64] = {"SVCB", {U16, CASED, FIELD_PARAMETERS}},
	[65] = {"HTTPS", {U16, CASED, FIELD_PARAMETERS}},
	[66] = {"DSYNC", {FIELD_TYPE, FIELD_SCHEME, U16, CASED}},
	[67] = {"HHIT", {0}},
	[68] = {"BRID", {0}},
	[99] = {"SPF", {FIELD_STRINGS}},
	[100] = {"UINFO", {0}},
	[101] = {"UID", {0}},
	[102] = {"GID", {0}},
	[103] = {"UNSPEC", {0}},
	[104] = {"NID", {U16, FIELD_LOCATOR}},
	[105] = {"L32", {U16, FIELD_IPV4}},
	[106] = {"L64", {U16, FIELD_LOCATOR}},
	[107] = {"LP", {U16, CASED}},
	[108] = {"EUI48", {FIELD_EUI48}},
	[109] = {"EUI64", {FIELD_EUI64}},
	[128] = {"NXNAME", {0}},
	[249] = {"TKEY", {0}},
	[250] = {"TSIG", {0}},
	[251] = {"IXFR", {0}},
	[252] = {"AXFR", {0}},
	[253] = {"MAILB", {0}},
	[254] = {"MAILA", {0}},
	[255] = {"ANY", {0}},
	[256] = {"URI", {U16, U16, FIELD_TEXT}},
	[257] = {"CAA", {U8, FIELD_TAG, FIELD_TEXT}},
	[258] = {"AVC", {FIELD_STRINGS}},
	[259] = {"DOA", {0}},
	[260] = {"AMTRELAY", {0}},
	[261] = {"RESINFO", {FIELD_STRINGS}},
	[262] = {"WALLET", {FIELD_STRINGS}},
};
#define LAYOUT_COUNT (sizeof(layouts) / sizeof(layouts[0]))

static_assert(LAYOUT_COUNT == 263, "a row was added or dropped at the end of the table");

/* The two types in use beyond the table. */
#define TYPE_TA 32768
#define TYPE_DLV 32769
static const struct layout layout_ta = {"TA", {U16, U8, U8, FIELD_HEX}};
static const struct layout layout_dlv = {"DLV", {U16, U8, U8, FIELD_HEX}};
static const struct layout layout_unknown = {NULL, {0}};

const struct layout *layout_get(uint16_t type)
{
	if (type < LAYOUT_COUNT)
		return &layouts[type];
	if (type == TYPE_TA)
		return &layout_ta;
	return type == TYPE_DLV ? &layout_dlv : &layout_unknown;
}

bool layout_find(const char *mnemonic, uint16_t *ret_type)
{
	assert(mnemonic != NULL);
	for (size_t type = 0; type < LAYOUT_COUNT; type++) {
		const char *candidate = layouts[type].mnemonic;
		if (candidate != NULL && strcasecmp(candidate, mnemonic) == 0) {
			*ret_type = (uint16_t)type;
			return true;
		}
	}
	if (strcasecmp(mnemonic, layout_ta.mnemonic) == 0)
		*ret_type = TYPE_TA;
	else if (strcasecmp(mnemonic, layout_dlv.mnemonic) == 0)
		*ret_type = TYPE_DLV;
	else
		return false;
	return true;
}
