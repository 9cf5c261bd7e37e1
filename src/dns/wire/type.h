/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers of the DNS and their names: record types, classes, rcodes, opcodes, header flags, EDNS
 * options. The tables are those of the IANA registry "Domain Name System (DNS) Parameters".
 */
#ifndef DNS_WIRE_TYPE_H
#define DNS_WIRE_TYPE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum rr_type {
	TYPE_A = 1,
	TYPE_NS = 2,
	TYPE_CNAME = 5,
	TYPE_SOA = 6,
	TYPE_PTR = 12,
	TYPE_MX = 15,
	TYPE_TXT = 16,
	TYPE_AAAA = 28,
	TYPE_SRV = 33,
	TYPE_NAPTR = 35,
	TYPE_DNAME = 39,
	TYPE_OPT = 41,
	TYPE_DS = 43,
	TYPE_SSHFP = 44,
	TYPE_RRSIG = 46,
	TYPE_NSEC = 47,
	TYPE_DNSKEY = 48,
	TYPE_NSEC3 = 50,
	TYPE_NSEC3PARAM = 51,
	TYPE_TLSA = 52,
	TYPE_CDS = 59,
	TYPE_CDNSKEY = 60,
	TYPE_CSYNC = 62,
	TYPE_ZONEMD = 63,
	TYPE_SVCB = 64,
	TYPE_HTTPS = 65,
	TYPE_DSYNC = 66,
	TYPE_SPF = 99,
	TYPE_TSIG = 250,
	TYPE_IXFR = 251,
	TYPE_AXFR = 252,
	TYPE_ANY = 255,
	TYPE_CAA = 257,
};
enum rr_class { CLASS_IN = 1, CLASS_CH = 3, CLASS_NONE = 254, CLASS_ANY = 255 };
enum rcode {
	RCODE_NOERROR = 0,
	RCODE_FORMERR = 1,
	RCODE_SERVFAIL = 2,
	RCODE_NXDOMAIN = 3,
	RCODE_NOTIMP = 4,
	RCODE_REFUSED = 5,
	RCODE_NOTAUTH = 9,
	RCODE_BADVERS = 16,
	RCODE_BADCOOKIE = 23,
};
/* Header flags as bits of the second 16-bit word (RFC 1035 s4.1.1, RFC 4035). */
#define FLAG_QR 0x8000
#define FLAG_AA 0x0400
#define FLAG_TC 0x0200
#define FLAG_RD 0x0100
#define FLAG_RA 0x0080
#define FLAG_AD 0x0020
#define FLAG_CD 0x0010
#define EDNS_FLAG_DO 0x8000
enum edns_option { EDNS_NSID = 3, EDNS_COOKIE = 10, EDNS_PADDING = 12, EDNS_EDE = 15 };

#define TYPE_TEXT_MAX 16
/* "A", "CDS", "TYPE65280" (RFC 3597 s5). Returns ret_text. */
char *type_to_text(uint16_t type, char ret_text[TYPE_TEXT_MAX]);
/* Mnemonic in any case, or TYPEnnn. */
MUST_CHECK int type_from_text(const char *text, uint16_t *ret_type);
#define CLASS_TEXT_MAX 16
/* "IN", "CH", "CLASS7" (RFC 3597 s5). Returns ret_text. */
char *class_to_text(uint16_t class, char ret_text[CLASS_TEXT_MAX]);
MUST_CHECK int class_from_text(const char *text, uint16_t *ret_class);
/* "NXDOMAIN", "RCODE11". */
char *rcode_to_text(uint16_t rcode, char ret_text[TYPE_TEXT_MAX]);
MUST_CHECK int rcode_from_text(const char *text, uint16_t *ret_rcode);

#endif
