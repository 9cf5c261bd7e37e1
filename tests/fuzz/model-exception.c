/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What people type of an exception: whose it is, and until when. The first octet says which kind;
 * the rest is the text. Properties: what is refused is refused with words and leaves nothing; the
 * form that is kept is kept when it is read again, is sound as part of an exception, and has no
 * control character in it; an end that is shown is read as the same end.
 */
#include "base/text.h"
#include "model/exception.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RECORDED_S 1795000000

static void check_whose(enum exception_scope scope, const char *text)
{
	char whose[EXCEPTION_WHOSE_ROOM] = "";
	struct complaint complaint = {""};
	const int error = exception_whose_from_text(scope, text, whose, &complaint);
	if (error != OK) {
		assert(complaint.text[0] != '\0' && whose[0] == '\0');
		return;
	}
	assert(text_is_plain(whose, strlen(whose)));
	const struct exception exception = {
		.kind = EXCEPTION_ACCEPTED,
		.about = EXCEPTION_OF_CODE,
		.scope = scope,
		.what = "SERVER-*",
		.whose = whose,
		.reason = "why",
		.by = "who",
		.recorded_s = RECORDED_S,
		.until_s = RECORDED_S + 1,
	};
	assert(exception_check(&exception, NULL) == OK);
}

static void check_until(const char *text)
{
	char shown[EXCEPTION_UNTIL_ROOM];
	int64_t until_s = -1;
	int64_t again_s = -2;
	const int error = exception_until_from_text(text, &until_s);
	assert(error == OK || (error == ERR_FORMAT && until_s == -1));
	/* Beyond these a year has not four digits, and 0 is none. */
	if (error != OK || until_s <= 0 || until_s > 253402300799)
		return;
	exception_until_to_text(until_s, shown);
	assert(exception_until_from_text(shown, &again_s) == OK && again_s == until_s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0 || size > 4096)
		return 0;
	char *text = malloc(size);
	if (text == NULL)
		return 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	if (data[0] % 5 == 0)
		check_until(text);
	else
		check_whose((enum exception_scope)(data[0] % 5), text);
	free(text);
	return 0;
}
