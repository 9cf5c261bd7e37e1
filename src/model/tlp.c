/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tlp.h"

#include <assert.h>
#include <string.h>

static const char *const texts[] = {
	[TLP_CLEAR] = "clear", [TLP_GREEN] = "green",
	[TLP_AMBER] = "amber", [TLP_AMBER_STRICT] = "amber+strict",
	[TLP_RED] = "red",
};
static_assert(sizeof(texts) / sizeof(texts[0]) == TLP_COUNT, "every mark has its text");

const char *tlp_text(enum tlp tlp)
{
	assert((unsigned)tlp < TLP_COUNT);
	return texts[tlp];
}

int tlp_from_text(const char *text, enum tlp *ret_tlp)
{
	for (unsigned i = 0; i < TLP_COUNT; i++) {
		if (strcmp(text, texts[i]) == 0) {
			*ret_tlp = (enum tlp)i;
			return OK;
		}
	}
	return ERR_FORMAT;
}

enum tlp tlp_stricter(enum tlp left, enum tlp right)
{
	return left > right ? left : right;
}

/* Those who have it already learn nothing new. */
static bool has_source(const struct tlp_source *source, const char *id)
{
	if (strcmp(source->author, id) == 0)
		return true;
	for (size_t i = 0; i < source->to_count; i++) {
		if (strcmp(source->to[i], id) == 0)
			return true;
	}
	return false;
}

static bool may_pass_on(const struct tlp_source *source, const struct tlp_recipient *recipient,
			const char *author)
{
	if (source->tlp <= TLP_GREEN || has_source(source, recipient->id))
		return true;
	/* Its author tells whom it likes. */
	if (strcmp(source->author, author) == 0)
		return true;
	return source->tlp == TLP_AMBER && recipient->is_client;
}

int tlp_allows_one(const struct tlp_sending *sending, const struct tlp_recipient *recipient,
		   struct complaint *complaint)
{
	assert(sending->author != NULL && recipient->id != NULL);
	assert((unsigned)sending->tlp < TLP_COUNT);
	if (sending->tlp > TLP_CLEAR && !recipient->is_known)
		return complain(complaint, ERR_PERMISSION,
				"TLP:%s may not go to party '%s': nothing is known of it; import "
				"its party file first",
				tlp_text(sending->tlp), recipient->id);
	if (sending->tlp > TLP_CLEAR && !recipient->has_ceiling)
		return complain(complaint, ERR_PERMISSION,
				"TLP:%s may not go to party '%s': it has no ceiling",
				tlp_text(sending->tlp), recipient->id);
	if (recipient->has_ceiling && sending->tlp > recipient->ceiling)
		return complain(complaint, ERR_PERMISSION,
				"TLP:%s may not go to party '%s', whose ceiling is TLP:%s",
				tlp_text(sending->tlp), recipient->id,
				tlp_text(recipient->ceiling));
	for (size_t i = 0; i < sending->source_count; i++) {
		const struct tlp_source *source = &sending->sources[i];
		assert((unsigned)source->tlp < TLP_COUNT && source->author != NULL);
		if (!may_pass_on(source, recipient, sending->author))
			return complain(complaint, ERR_PERMISSION,
					"it tells of what party '%s' said under TLP:%s, which may "
					"not go on to party '%s'; ask its author to tell it",
					source->author, tlp_text(source->tlp), recipient->id);
	}
	return OK;
}

int tlp_allows(const struct tlp_sending *sending, struct complaint *complaint)
{
	assert((unsigned)sending->tlp < TLP_COUNT);
	for (size_t i = 0; i < sending->source_count; i++) {
		const struct tlp_source *source = &sending->sources[i];
		/* Who wrote it may mark it anew; nobody else. */
		if (sending->tlp < source->tlp && strcmp(source->author, sending->author) != 0)
			return complain(complaint, ERR_PERMISSION,
					"marked TLP:%s, and tells of what party '%s' said under "
					"TLP:%s; mark it so, or leave that out",
					tlp_text(sending->tlp), source->author,
					tlp_text(source->tlp));
	}
	for (size_t i = 0; i < sending->recipient_count; i++) {
		const int error = tlp_allows_one(sending, &sending->recipients[i], complaint);
		if (error != OK)
			return error;
	}
	return OK;
}
