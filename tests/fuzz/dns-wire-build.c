/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The builder: the records of a walked message, built anew and walked again, are the same records
 * in the same sections, and the message is sound.
 */
#include "dns/wire/build.h"
#include "dns/wire/message.h"
#include "dns/wire/name.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void build(struct builder *builder, uint8_t *buffer, const struct message *message)
{
	builder_init(builder, buffer, UINT16_MAX, message->id, message->flags);
	if (message->question_name != NULL)
		builder_question(builder, message->question_name, message->question_type,
				 message->question_class);
	for (size_t i = 0; i < message->record_count; i++)
		builder_record(builder, (enum section)message->records[i].section,
			       &message->records[i]);
	if (message->edns.present)
		builder_opt(builder,
			    &(struct edns){.udp_size = message->edns.udp_size,
					   .flags = message->edns.flags,
					   .options = message->edns.options,
					   .options_size = (uint16_t)(message->edns.options_size)},
			    message->rcode);
}

static void compare(const struct message *left, const struct message *right)
{
	require(right->fault == MESSAGE_SOUND);
	require(left->id == right->id && left->rcode == right->rcode);
	require(left->flags == right->flags && left->record_count == right->record_count);
	require((left->question_name == NULL) == (right->question_name == NULL));
	if (left->question_name != NULL)
		require(name_equal_exactly(left->question_name, right->question_name));
	for (size_t i = 0; i < left->record_count; i++) {
		const struct record *before = &left->records[i];
		const struct record *after = &right->records[i];
		require(name_equal_exactly(before->owner, after->owner));
		require(before->type == after->type && before->class == after->class);
		require(before->ttl == after->ttl && before->section == after->section);
		require(before->rdata_size == after->rdata_size);
		require(memcmp(before->rdata, after->rdata, before->rdata_size) == 0);
	}
	require(left->edns.present == right->edns.present);
	require(left->edns.options_size == right->edns.options_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t buffer[UINT16_MAX];
	struct arena arena;
	struct message message, again;
	struct builder builder;
	if (size < MESSAGE_HEADER_OCTETS || size > UINT16_MAX)
		return 0;
	arena_init(&arena, 64 << 20, 0);
	require(message_walk(&arena, data, size, &message) == OK);
	build(&builder, buffer, &message);
	const size_t built = builder_finish(&builder, message.rcode);
	/* Without the sender's compression a message may be too large. */
	require(built > 0 || builder.error == ERR_SHORT);
	if (built > 0) {
		require(message_walk(&arena, buffer, built, &again) == OK);
		compare(&message, &again);
	}
	arena_release(&arena);
	return 0;
}
