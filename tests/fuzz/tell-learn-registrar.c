/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a learner hands to the registry. Property: what is taken becomes lines of DS records of the
 * lesson's domains, which, handed in themselves, become the same lines; a refusal has words. */
#include "tell/learn/registrar.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_MAX 32768u
#define LINES_OCTETS_MAX ((size_t)1024 * 1024)

static void require(int truth)
{
	if (!truth)
		abort();
}

/* "rose.tld. 3 IN DS ..." of one of the four domains. */
static void expect_line(const char *line)
{
	static const char *const owners[] = {"rose.tld.", "tulip.tld.", "iris.tld.", "lily.tld."};
	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
		const size_t length = strlen(owners[i]);
		if (strncmp(line, owners[i], length) == 0)
			return require(strncmp(line + length, " 3 IN DS ", 9) == 0);
	}
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *closest;
	const struct lesson *lesson = lesson_find("read", &closest);
	struct complaint complaint = {""};
	struct text order;
	struct text lines;
	struct text again;
	require(lesson != NULL);
	if (size > INPUT_MAX)
		return 0;
	text_init(&order, INPUT_MAX + 1);
	text_init(&lines, LINES_OCTETS_MAX);
	text_init(&again, LINES_OCTETS_MAX);
	text_add_octets(&order, (const char *)data, size);
	const int error = registrar_lines(lesson, &order, &lines, &complaint);
	require(!error || complaint.text[0] != 0 || error == ERR_LIMIT);
	for (const char *at = text_get(&lines); !error && *at; at += strcspn(at, "\n") + 1)
		expect_line(at);
	if (!error && lines.length > 0) {
		require(registrar_lines(lesson, &lines, &again, &complaint) == 0);
		require(strcmp(text_get(&lines), text_get(&again)) == 0);
	}
	text_release(&order);
	text_release(&lines);
	text_release(&again);
	return 0;
}
