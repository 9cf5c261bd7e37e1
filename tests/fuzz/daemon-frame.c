/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bodies of the frames between a scan's parent and its workers. First octet: the kind; the rest is
 * the body. What can be read and is written again must read the same, and be written the same.
 */
#include "base/arena.h"
#include "daemon/scan_wire.h"
#include "dns/wire/name.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
	if (!truth)
		abort();
}

static void try_settings(struct reader *body)
{
	struct wire_settings first, second;
	struct arena arena;
	struct writer writer;
	arena_init(&arena, (size_t)16 << 20, 0);
	if (wire_settings_read(&arena, body, &first) == OK) {
		size_t room = wire_settings_size(&first);
		uint8_t *once = malloc(room), *twice = malloc(room);
		require(once != NULL && twice != NULL);
		writer_init(&writer, once, room);
		wire_settings_write(&writer, &first);
		require(writer.error == OK);
		size_t used = writer_used(&writer);
		require(used == reader_offset(body) && memcmp(once, body->start, used) == 0);
		struct reader again;
		reader_init(&again, once, used);
		require(wire_settings_read(&arena, &again, &second) == OK);
		writer_init(&writer, twice, room);
		wire_settings_write(&writer, &second);
		require(writer_used(&writer) == used && memcmp(once, twice, used) == 0);
		free(once);
		free(twice);
	}
	arena_release(&arena);
}

static void try_targets(struct reader *body)
{
	const uint8_t *name;
	size_t read = 0;
	int error;
	while ((error = wire_target_read(body, &name)) == OK) {
		require(name_is_valid(name, name_size(name)));
		read += name_size(name);
	}
	require(error != ERR_NOT_FOUND || read == reader_offset(body));
}

static void try_tokens(struct reader *body)
{
	uint8_t again[WIRE_TOKENS_OCTETS];
	struct wire_tokens tokens;
	struct writer writer;
	if (wire_tokens_read(body, &tokens) != OK)
		return;
	writer_init(&writer, again, sizeof(again));
	wire_tokens_write(&writer, &tokens);
	require(writer.error == OK && writer_used(&writer) == reader_offset(body));
	require(memcmp(again, body->start, sizeof(again)) == 0);
}

static void try_counts(struct reader *body)
{
	uint8_t again[WIRE_COUNTS_OCTETS];
	struct wire_counts counts;
	struct writer writer;
	if (wire_counts_read(body, &counts) != OK)
		return;
	writer_init(&writer, again, sizeof(again));
	wire_counts_write(&writer, &counts);
	require(writer.error == OK && memcmp(again, body->start, sizeof(again)) == 0);
}

static void try_failed(struct reader *body)
{
	uint8_t again[1 + COMPLAINT_MAX];
	struct complaint complaint;
	struct writer writer;
	int error;
	if (wire_failed_read(body, &error, &complaint) != OK)
		return;
	writer_init(&writer, again, sizeof(again));
	wire_failed_write(&writer, error, &complaint);
	require(writer.error == OK && writer_used(&writer) == reader_offset(body));
	require(memcmp(again, body->start, writer_used(&writer)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader body;
	if (size == 0)
		return 0;
	reader_init(&body, data + 1, size - 1);
	switch (data[0]) {
	case FRAME_SETTINGS:
		try_settings(&body);
		break;
	case FRAME_TARGETS:
		try_targets(&body);
		break;
	case FRAME_GRANT:
	case FRAME_LEASE:
		try_tokens(&body);
		break;
	case FRAME_COUNTS:
		try_counts(&body);
		break;
	case FRAME_FAILED:
		try_failed(&body);
		break;
	default:
		break;
	}
	return 0;
}
