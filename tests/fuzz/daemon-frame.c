/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bodies of the frames between a scan's parent and its children. First octet: the kind; the rest is
 * the body. What can be read and is written again must read the same, and be written the same; what
 * a judge says to be printed leads no terminal astray, and what it says to be kept neither.
 */
#include "base/arena.h"
#include "base/text.h"
#include "daemon/judge_wire.h"
#include "daemon/parents_wire.h"
#include "daemon/scan_wire.h"
#include "daemon/watch_wire.h"
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

static void try_judging(struct reader *body)
{
	struct wire_judging judging;
	struct arena arena;
	struct writer writer;
	arena_init(&arena, (size_t)1 << 20, 0);
	if (wire_judging_read(&arena, body, &judging) == OK) {
		uint8_t again[1024];
		writer_init(&writer, again, sizeof(again));
		wire_judging_write(&writer, &judging);
		require(writer.error == OK && writer_used(&writer) == wire_judging_size(&judging));
		require(writer_used(&writer) == reader_offset(body));
		require(memcmp(again, body->start, writer_used(&writer)) == 0);
	}
	arena_release(&arena);
}

static void try_judged(struct reader *body)
{
	struct wire_judged judged;
	struct writer writer;
	if (wire_judged_read(body, &judged) != OK)
		return;
	for (size_t i = 0; i < judged.text_size; i++) {
		const unsigned char octet = (unsigned char)judged.text[i];
		require(octet >= ' ' || octet == '\n' || octet == '\033');
		require(octet != '\033' || (i + 2 < judged.text_size && judged.text[i + 1] == '['));
	}
	const size_t room = wire_judged_size(&judged);
	uint8_t *again = malloc(room);
	require(again != NULL);
	writer_init(&writer, again, room);
	wire_judged_write(&writer, &judged);
	require(writer.error == OK && writer_used(&writer) == reader_offset(body));
	require(memcmp(again, body->start, room) == 0);
	free(again);
}

static void try_verdict(struct reader *body)
{
	struct judgement first, second;
	const uint8_t *once, *twice;
	size_t once_size, twice_size;
	struct reader again;
	struct arena arena;
	arena_init(&arena, (size_t)64 << 20, 0);
	if (wire_verdict_read(&arena, body, "example.", &first) == OK) {
		for (size_t i = 0; i < first.finding_count; i++) {
			const char *sentence = first.findings[i].sentence;
			require(check_by_code(first.findings[i].code) != NULL);
			require(strpbrk(sentence, "\033\n\r") == NULL);
		}
		require(wire_verdict_write(&arena, &first, &once, &once_size) == OK);
		require(once_size <= reader_offset(body));
		reader_init(&again, once, once_size);
		require(wire_verdict_read(&arena, &again, "example.", &second) == OK);
		require(first.finding_count == second.finding_count);
		require(wire_verdict_write(&arena, &second, &twice, &twice_size) == OK);
		require(once_size == twice_size && memcmp(once, twice, once_size) == 0);
	}
	arena_release(&arena);
}

static void try_keep(struct reader *body)
{
	struct wire_keep keep;
	struct reader verdict;
	if (wire_keep_read(body, &keep) != OK)
		return;
	require(keep.encoded_size + keep.verdict_size + WIRE_KEEP_FIXED_OCTETS ==
		reader_offset(body));
	reader_init(&verdict, keep.verdict, keep.verdict_size);
	try_verdict(&verdict);
}

static void try_store(struct reader *body)
{
	struct wire_store store;
	struct arena arena;
	struct writer writer;
	arena_init(&arena, (size_t)1 << 20, 0);
	if (wire_store_read(&arena, body, &store) == OK) {
		const size_t room = wire_store_size(&store);
		uint8_t *again = malloc(room);
		require(again != NULL);
		writer_init(&writer, again, room);
		wire_store_write(&writer, &store);
		require(writer.error == OK && writer_used(&writer) == reader_offset(body));
		require(memcmp(again, body->start, room) == 0);
		free(again);
	}
	arena_release(&arena);
}

static void try_run(struct reader *body)
{
	uint8_t again[WIRE_RUN_OCTETS];
	struct wire_run run;
	struct writer writer;
	if (wire_run_read(body, &run) != OK)
		return;
	require(run.id > 0 && text_is_plain(run.profile, strlen(run.profile)));
	writer_init(&writer, again, sizeof(again));
	wire_run_write(&writer, &run);
	require(writer.error == OK && memcmp(again, body->start, sizeof(again)) == 0);
}

static void try_number(struct reader *body)
{
	uint64_t number;
	if (wire_number_read(body, &number) == OK)
		require(reader_offset(body) == WIRE_NUMBER_OCTETS);
}

/* Several, one behind the other. */
static void try_looks(struct reader *body)
{
	uint8_t again[WIRE_LOOK_OCTETS_MAX];
	struct look_target target;
	struct writer writer;
	const uint8_t *start = body->next;
	while (wire_look_read(body, &target) == OK) {
		require(target.domain[0] != 0 &&
			name_is_valid(target.domain, name_size(target.domain)));
		writer_init(&writer, again, sizeof(again));
		wire_look_write(&writer, &target);
		const size_t size = writer_used(&writer);
		require(writer.error == OK && size == wire_look_size(&target));
		require(size == (size_t)(body->next - start) && memcmp(again, start, size) == 0);
		start = body->next;
	}
}

static void try_looked(struct reader *body)
{
	uint8_t again[WIRE_LOOKED_OCTETS_MAX];
	struct wire_looked looked, second;
	struct writer writer;
	struct reader reader;
	if (wire_looked_read(body, &looked) != OK)
		return;
	require(looked.count > 0 && (looked.domain == NULL) == (looked.outcome == LOOK_SAME));
	writer_init(&writer, again, sizeof(again));
	wire_looked_write(&writer, &looked);
	require(writer.error == OK && writer_used(&writer) == wire_looked_size(&looked));
	/* An address has octets that do not count. */
	require(writer_used(&writer) == reader_offset(body));
	reader_init(&reader, again, writer_used(&writer));
	require(wire_looked_read(&reader, &second) == OK);
	require(second.outcome == looked.outcome && second.count == looked.count);
	require(address_equal(&second.server, &looked.server));
	require(digest_equal(&second.digest, &looked.digest));
}

/* Bounded, of one form, and nothing that was not there. */
static void try_parent(struct reader *body)
{
	struct wire_parent parent;
	struct writer writer;
	if (wire_parent_read(body, &parent) != OK)
		return;
	const size_t room = wire_parent_size(&parent);
	require(room <= WIRE_PARENT_OCTETS_MAX && room == reader_offset(body));
	require(parent.server.family == ADDRESS_IPV4 || parent.server.family == ADDRESS_IPV6);
	require((parent.ns == NULL) == (parent.ns_size == 0));
	require((parent.ds == NULL) == (parent.ds_size == 0));
	uint8_t *again = malloc(room);
	require(again != NULL);
	writer_init(&writer, again, room);
	wire_parent_write(&writer, &parent);
	require(writer.error == OK && writer_used(&writer) == room);
	require(memcmp(again, body->start, room) == 0);
	free(again);
}

static void try_parents(struct reader *body)
{
	uint8_t again[WIRE_PARENTS_OCTETS];
	struct wire_parents parents;
	struct writer writer;
	if (wire_parents_read(body, &parents) != OK)
		return;
	writer_init(&writer, again, sizeof(again));
	wire_parents_write(&writer, &parents);
	require(writer.error == OK && writer_used(&writer) == reader_offset(body));
	require(memcmp(again, body->start, sizeof(again)) == 0);
}

/* What goes to the judge, the keeper and the watcher, and comes from them. */
static void try_others(uint8_t kind, struct reader *body)
{
	switch (kind) {
	case FRAME_JUDGING:
		try_judging(body);
		break;
	case FRAME_JUDGED:
		try_judged(body);
		break;
	case FRAME_KEEP:
		try_keep(body);
		break;
	case FRAME_STORE:
		try_store(body);
		break;
	case FRAME_RUN:
		try_run(body);
		break;
	case FRAME_LOOK:
		try_looks(body);
		break;
	case FRAME_LOOKED:
		try_looked(body);
		break;
	case FRAME_PARENT:
		try_parent(body);
		break;
	case FRAME_PARENTS:
		try_parents(body);
		break;
	case FRAME_COMMIT:
	case FRAME_KEPT:
		try_number(body);
		break;
	default:
		break;
	}
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
		try_others(data[0], &body);
		break;
	}
	return 0;
}
