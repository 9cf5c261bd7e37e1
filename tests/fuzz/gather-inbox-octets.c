/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What people are sent, read with a key made of seed 7. Property: every item has octets or a
 * reason, and none is larger than it may be; a mail alone and the same one in an mbox file give the
 * same.
 */
#include "gather/inbox/inbox_private.h"
#include "gather/inbox/mime.h"
#include "model/case_message.h"

#include <assert.h>
#include <string.h>

#define WORDS_MAX ((size_t)64 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int take(void *context, const struct inbox_item *item, bool *ret_is_kept)
{
	struct text *seen = context;
	assert(item->origin != NULL);
	if (item->octets == NULL) {
		assert(item->error < 0 && item->reason != NULL && item->reason[0] != '\0');
		text_format(seen, "refused %d %s\n", item->error, item->reason);
	} else {
		assert(item->size > 0 && item->size <= CASE_MESSAGE_OCTETS_MAX);
		assert(memchr(item->octets, '\n', item->size) == NULL);
		text_format(seen, "%d %d ", item->was_sealed, item->is_party);
		text_add_octets(seen, item->octets, item->size);
		text_add_char(seen, '\n');
	}
	*ret_is_kept = item->octets != NULL;
	return OK;
}

static void read_octets(const struct age_identities *identities, const char *octets, size_t size,
			struct text *seen)
{
	struct complaint complaint = {""};
	struct text words;
	const struct inbox_reader reader = {identities, take, seen};
	struct inbox *inbox = NULL;
	assert(inbox_new(&reader, &inbox) == OK);
	inbox->complaint = &complaint;
	text_init(&words, WORDS_MAX);
	text_add(&words, "x");
	const struct origin origin = {.inbox = inbox, .words = &words};
	const int error = inbox_octets(&origin, octets, size);
	assert(error == OK || error == ERR_LIMIT);
	assert(error != OK || strcmp(text_get(&words), "x") == 0);
	text_release(&words);
	inbox_free(inbox);
}

/* As mboxrd: whatever begins with any number of ">" and "From " gets one ">" more. */
static void put_into_mbox(const char *mail, size_t size, struct text *mbox)
{
	text_add(mbox, "From somebody Thu Jan  1 00:00:00 2026\n");
	for (size_t at = 0; at < size;) {
		const char *stop = memchr(mail + at, '\n', size - at);
		const size_t next = stop == NULL ? size : (size_t)(stop - mail) + 1;
		size_t i = at;
		while (i < next && mail[i] == '>')
			i++;
		if (next - i >= 5 && memcmp(mail + i, "From ", 5) == 0)
			text_add_char(mbox, '>');
		text_add_octets(mbox, mail + at, next - at);
		at = next;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct random random;
	struct secret_key key;
	struct text seen, again, mbox;
	random_seeded(&random, 7);
	assert(secret_key_make(&random, 0, &key) == OK);
	const struct age_identities identities = {&key, 1, 0};
	text_init(&seen, (size_t)64 << 20);
	text_init(&again, (size_t)64 << 20);
	text_init(&mbox, (size_t)64 << 20);
	read_octets(&identities, (const char *)data, size, &seen);
	if (size > 0 && size < INBOX_MAIL_MAX / 2 && data[0] != '{' &&
	    !age_is_sealed((struct age_octets){data, size}) &&
	    mime_is_mail((const char *)data, size)) {
		put_into_mbox((const char *)data, size, &mbox);
		assert(mbox.error == OK);
		read_octets(&identities, text_get(&mbox), mbox.length, &again);
		assert(strcmp(text_get(&seen), text_get(&again)) == 0);
	}
	text_release(&seen);
	text_release(&again);
	text_release(&mbox);
	return 0;
}
