/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "known.h"

#include "dns/wire/rdata.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct name known_name(const char *text)
{
	struct name name;
	assert_int_equal(name_from_text(text, &name, NULL), OK);
	name_lower(name.octets);
	return name;
}

static void ask(void *context, const uint8_t *name, uint16_t type, struct policy_answer *ret_answer)
{
	struct known *known = context;
	struct policy_answer answer = {.state = POLICY_NXDOMAIN};
	char text[NAME_TEXT_MAX];
	size_t first = known->asked % 8 * (KNOWN_MAX / 8); /* answers live for eight questions */
	size_t count = 0;
	name_to_text(name, text);
	known->asked++;
	if (known->unknown != NULL && strcmp(known->unknown, text) == 0)
		return;
	if (known->failing != NULL && strcmp(known->failing, text) == 0) {
		ret_answer->state = POLICY_FAILED;
		return;
	}
	for (size_t i = 0; i < known->count; i++) {
		if (!name_equal(known->records[i].owner, name))
			continue;
		if (answer.state == POLICY_NXDOMAIN)
			answer.state = POLICY_NODATA;
		if (known->records[i].type == type && count < KNOWN_MAX / 8)
			known->answer[first + count++] = &known->records[i];
	}
	if (count > 0)
		answer.state = POLICY_FOUND;
	answer.count = (uint16_t)count;
	answer.records = known->answer + first;
	*ret_answer = answer;
}

void known_init(struct known *known, const char *const *lines, size_t count)
{
	memset(known, 0, sizeof(*known));
	arena_init(&known->arena, (size_t)16 << 20, 0);
	known->source = (struct policy_source){.ask = ask, .context = known};
	for (size_t i = 0; i < count; i++) {
		struct complaint complaint = {.text = ""};
		assert_true(known->count < KNOWN_MAX);
		if (record_from_text(&known->arena, lines[i], &known->records[known->count++],
				     &complaint) != OK)
			fail_msg("%s: %s", lines[i], complaint.text);
	}
}

void known_release(struct known *known)
{
	arena_release(&known->arena);
}

const char *known_text(struct known *known, const char *owner, const char *text)
{
	const size_t size = strlen(text);
	const char *line = arena_format(&known->arena, "%s 300 IN TXT", owner);
	for (size_t i = 0; i < size || i == 0; i += 255) {
		assert_non_null(line);
		line = arena_format(&known->arena, "%s \"%.255s\"", line, text + i);
	}
	assert_non_null(line);
	return line;
}
