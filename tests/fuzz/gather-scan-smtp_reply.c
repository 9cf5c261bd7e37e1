/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mail server's replies; first octet: the size of the pieces they come in. Properties: whatever
 * the pieces, the replies are those of the whole; a reply has a code of three digits and a text
 * that a terminal can show; every octet taken is either in a reply or kept for the next.
 */
#include "base/text.h"
#include "gather/scan/smtp_reply.h"

#include <assert.h>
#include <string.h>

#define REPLIES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	uint16_t codes[REPLIES_MAX], lines[REPLIES_MAX];
	bool starttls[REPLIES_MAX];
	size_t count, taken;
	int error;
};

static void take_all(const uint8_t *data, size_t size, size_t piece, struct seen *seen)
{
	static struct smtp_reply reply;
	memset(&reply, 0, sizeof(reply));
	*seen = (struct seen){.count = 0};
	while (seen->taken < size && seen->error == OK && seen->count < REPLIES_MAX) {
		const size_t left = size - seen->taken;
		size_t taken;
		seen->error = smtp_reply_take(&reply, data + seen->taken,
					      left < piece ? left : piece, &taken);
		assert(taken > 0 && taken <= left);
		seen->taken += taken;
		if (!reply.is_whole)
			continue;
		assert(seen->error == OK && reply.code >= 200 && reply.code <= 599);
		assert(reply.lines > 0 && reply.lines <= SMTP_LINES_MAX);
		assert(strlen(reply.text) <= SMTP_TEXT_MAX &&
		       text_is_plain(reply.text, strlen(reply.text)));
		seen->codes[seen->count] = reply.code;
		seen->lines[seen->count] = reply.lines;
		seen->starttls[seen->count++] = reply.has_starttls;
		smtp_reply_reset(&reply);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole;
	struct seen pieces;
	if (size < 2)
		return 0;
	take_all(data + 1, size - 1, size, &whole);
	take_all(data + 1, size - 1, data[0] + 1u, &pieces);
	assert(whole.count == pieces.count && whole.error == pieces.error);
	assert(whole.taken == pieces.taken);
	for (size_t i = 0; i < whole.count; i++)
		assert(whole.codes[i] == pieces.codes[i] && whole.lines[i] == pieces.lines[i] &&
		       whole.starttls[i] == pieces.starttls[i]);
	return 0;
}
