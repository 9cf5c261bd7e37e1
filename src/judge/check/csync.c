/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/csync.h"

#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>

/* A type that the bitmap names: known ones are noted. False: a parent cannot copy it. */
static bool take_type(unsigned type, struct csync *csync)
{
	switch (type) {
	case TYPE_A:
		csync->has_a = true;
		return true;
	case TYPE_NS:
		csync->has_ns = true;
		return true;
	case TYPE_AAAA:
		csync->has_aaaa = true;
		return true;
	default:
		return false;
	}
}

/* Windows of type, length, octets (RFC 4034 s4.1.2), whose form rdata_csync() has looked at; what
 * would run over the end is not read all the same. */
static bool take_types(const struct csync_rdata *rdata, struct csync *csync)
{
	for (size_t at = 0; at + 2 <= rdata->bitmap_size;) {
		const unsigned window = rdata->bitmap[at];
		const size_t size = rdata->bitmap[at + 1];

		if (size > rdata->bitmap_size - at - 2)
			return false;
		for (unsigned bit = 0; bit < size * 8; bit++)
			if (rdata->bitmap[at + 2 + bit / 8] & 0x80u >> bit % 8 &&
			    !take_type(window * 256 + bit, csync))
				return false;
		at += 2 + size;
	}
	return true;
}

enum csync_state csync_read(const struct view *view, struct csync *ret_csync)
{
	const struct rrset *rrset = &view->answers[QUESTION_CSYNC].rrset;
	struct csync_rdata rdata;
	struct csync csync = {.serial = 0};

	if (view->condition != CONDITION_USABLE || rrset->count == 0)
		return CSYNC_NONE;
	assert(rrset->records[0]->type == TYPE_CSYNC);
	if (rrset->count > 1)
		return CSYNC_SEVERAL;
	if (rdata_csync(rrset->records[0], &rdata) < 0)
		return CSYNC_MALFORMED;
	if (rdata.flags & ~(CSYNC_IMMEDIATE | CSYNC_SOAMINIMUM))
		return CSYNC_FLAGS;
	csync.serial = rdata.serial;
	csync.flags = rdata.flags;
	if (!take_types(&rdata, &csync))
		return CSYNC_TYPES;
	if (!csync.has_a && !csync.has_ns && !csync.has_aaaa)
		return CSYNC_NO_TYPES;
	*ret_csync = csync;
	return CSYNC_SOUND;
}
