/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a domain says of itself in security.txt (RFC 9116): Contact (s2.5.3), in the order of
 * preference, Expires (s2.5.5), Canonical (s2.5.2). Field names are of any case; other fields,
 * comments and the armour of an OpenPGP signature (s2.3) are passed over: the signature is not
 * verified. Lines end with LF or CR LF.
 *
 * Errors: ERR_FORMAT, ERR_LIMIT with line and words; ERR_MEMORY.
 */
#ifndef GATHER_REGISTRY_SECURITY_TXT_H
#define GATHER_REGISTRY_SECURITY_TXT_H

#include "gather/registry/found.h"

#include <stdint.h>

/* A screen or two; some have a long list of policies. */
#define SECURITY_TXT_OCTETS_MAX 32768u

struct security_txt_source {
	const char *domain; /* lower case, without the last dot */
	const char *octets;
	size_t size;
};
struct security_txt {
	int64_t expires_s; /* 0: it does not say, which it must */
	bool has_canonical;
	bool is_canonical; /* one names the place of this domain's file */
	bool is_signed;    /* there is an armour; whose signature it is, nobody looked */
};
MUST_CHECK int security_txt_read(const struct security_txt_source *source, struct found_list *list,
				 struct security_txt *ret_file, struct complaint *complaint);

#endif
