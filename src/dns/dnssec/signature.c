/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/signature.h"

#include <assert.h>

enum signature_time signature_time(const struct rrsig_rdata *rrsig, int64_t now_s)
{
	assert(rrsig != NULL);
	uint32_t now = (uint32_t)(uint64_t)now_s;
	if ((int32_t)(rrsig->expiration - now) < 0)
		return SIGNATURE_EXPIRED;
	if ((int32_t)(rrsig->inception - now) > 0)
		return SIGNATURE_FUTURE;
	return SIGNATURE_NOW;
}

const char *signature_result_text(enum signature_result result)
{
	static const char *const texts[] = {
		[SIGNATURE_GOOD] = "good",
		[SIGNATURE_BAD] = "bad",
		[SIGNATURE_MALFORMED] = "malformed",
		[SIGNATURE_UNSUPPORTED] = "algorithm not supported",
		[SIGNATURE_NO_KEY] = "no key",
		[SIGNATURE_NOT_CHECKED] = "not checked",
	};
	assert(result >= SIGNATURE_GOOD && (size_t)result < sizeof(texts) / sizeof(texts[0]));
	return texts[result];
}
