/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mail. Property: parts are numbered in order and bounded, none is larger than the mail; a part
 * put into a mail of its own, in base64, comes out as it was.
 */
#include "base/text.h"
#include "gather/inbox/mime.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define AGAIN_MAX ((size_t)64 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seeing {
	size_t size;
	unsigned last;
	const struct mime_part *wanted; /* NULL: the first time */
	unsigned seen;
};

static int see(void *context, const struct mime_part *part);

static void check_again(const struct mime_part *part)
{
	const size_t room = 4 * (part->size / 3 + 2);
	char *base64 = malloc(room);
	struct text mail;
	struct seeing again = {.size = SIZE_MAX, .wanted = part};
	assert(base64 != NULL);
	assert(base64_from_octets((const uint8_t *)part->octets, part->size, base64, room) == OK);
	text_init(&mail, 4 * AGAIN_MAX);
	text_add(&mail, "Content-Type: application/octet-stream\r\n"
			"Content-Transfer-Encoding: base64\r\n\r\n");
	for (size_t at = 0; at < strlen(base64); at += 76) {
		const size_t left = strlen(base64) - at;
		text_add_octets(&mail, base64 + at, left < 76 ? left : 76);
		text_add(&mail, "\r\n");
	}
	assert(mail.error == OK);
	assert(mime_read(text_get(&mail), mail.length, see, &again, NULL) == OK);
	assert(again.seen == 1);
	text_release(&mail);
	free(base64);
}

static int see(void *context, const struct mime_part *part)
{
	struct seeing *seeing = context;
	seeing->seen++;
	assert(part->number > seeing->last && part->number <= MIME_PARTS_MAX);
	seeing->last = part->number;
	assert(strlen(part->type) < MIME_TYPE_MAX);
	if (part->is_damaged) {
		assert(part->octets == NULL && seeing->wanted == NULL);
		return OK;
	}
	assert(part->size <= seeing->size);
	if (seeing->wanted != NULL)
		assert(part->size == seeing->wanted->size &&
		       memcmp(part->octets, seeing->wanted->octets, part->size) == 0);
	else if (part->size <= AGAIN_MAX)
		check_again(part);
	return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct complaint complaint = {""};
	struct seeing seeing = {.size = size};
	const int error = mime_read((const char *)data, size, see, &seeing, &complaint);
	assert(error == OK || complaint.text[0] != '\0');
	return 0;
}
