/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Demands of lessons about servers, and about what the learner says. */
#include "base/memory.h"
#include "net/address.h"
#include "os/file.h"
#include "os/netns.h"
#include "os/process.h"
#include "tell/learn/measure.h"
#include "tell/learn/predicate.h"

#include <assert.h>
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SAID_OCTETS_MAX ((size_t)64 * 1024)
/* After an address comes back, servers may look for it anew. */
#define BACK_MS 300

/* ---- survives ---- */

static bool prefix_of(const char *text, struct netns_prefix *ret_prefix)
{
	struct address address;
	if (address_from_text(text, 53, &address))
		return false;
	const bool is_ipv4 = address.family == ADDRESS_IPV4;
	*ret_prefix = (struct netns_prefix){
		.family = address.family,
		.bits = is_ipv4 ? 32 : 128,
	};
	memcpy(ret_prefix->octets, address.octets, sizeof(ret_prefix->octets));
	return true;
}

/* Takes the address away from this network, and gives it back. */
static bool answers_without(const char *address, const struct words *words, struct text *why)
{
	assert(words->count > 2);
	struct netns_prefix prefix;
	struct measured measured;
	bool is_able = prefix_of(address, &prefix) && netns_remove_addresses(&prefix, 1, NULL) == 0;
	measured_init(&measured);
	bool holds = is_able && measure_name(words->items[0], words->items[1], &measured) == 0 &&
		     measured.is_found && !measured.is_bogus;
	if (is_able && netns_add_addresses(&prefix, 1, NULL))
		is_able = false;
	if (!is_able)
		text_format(why, "the address %s cannot be taken away to see", address);
	else if (!holds)
		text_format(why, "with %s gone, nobody gives an answer for %s", address,
			    words->items[0]);
	measured_release(&measured);
	const struct timespec pause = {.tv_nsec = BACK_MS * 1000000};
	(void)nanosleep(&pause, NULL);
	return holds && is_able;
}

/* `survives NAME TYPE ADDRESS...`: answered for with any one of these addresses gone. */
bool holds_survives(const struct desk *desk, const struct words *words, struct text *why)
{
	(void)desk;
	/* Some may be gone since a check that was interrupted. */
	for (size_t i = 2; i < words->count; i++) {
		struct netns_prefix prefix;
		if (prefix_of(words->items[i], &prefix))
			(void)!netns_add_addresses(&prefix, 1, NULL);
	}
	bool holds = true;
	for (size_t i = 2; i < words->count && holds; i++)
		holds = answers_without(words->items[i], words, why);
	return holds;
}

/* ---- said ---- */

/* Small letters, one space between two words, none around. */
static void make_plain(char *line)
{
	char *to = line;
	for (const char *at = line; *at; at++) {
		const bool is_space = isspace((unsigned char)*at);
		if (!is_space)
			*to++ = (char)tolower((unsigned char)*at);
		else if (to > line && to[-1] != ' ')
			*to++ = ' ';
	}
	while (to > line && to[-1] == ' ')
		to--;
	*to = 0;
}

/* How many lines are about the line's first word, and whether the last of them is the line. */
static size_t count_said(const char *lines, const char *wanted, bool *ret_is_right)
{
	assert(strchr(wanted, ' ') != NULL);
	char line[256];
	size_t count = 0;
	const size_t subject = strcspn(wanted, " ") + 1;
	*ret_is_right = false;
	for (const char *at = lines; *at;) {
		const size_t length = strcspn(at, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)length, at);
		make_plain(line);
		if (strncmp(line, wanted, subject) == 0) {
			count++;
			*ret_is_right = strcmp(line, wanted) == 0;
		}
		at += length + (at[length] == '\n');
	}
	return count;
}

/* `said FILE LINE...`: the learner has written each line, and no other about its first word. */
bool holds_said(const struct desk *desk, const struct words *words, struct text *why)
{
	struct text said;
	text_init(&said, SAID_OCTETS_MAX);
	bool holds = desk_read(desk, words->items[0], &said) == 0;
	if (!holds)
		text_format(why, "%s cannot be read", words->items[0]);
	for (size_t i = 1; i < words->count && holds; i++) {
		bool is_right;
		const char *wanted = words->items[i];
		const size_t count = count_said(text_get(&said), wanted, &is_right);
		holds = count == 1 && is_right;
		if (!holds)
			text_format(why, "%s %s %.*s", words->items[0],
				    count == 0  ? "says nothing of"
				    : count > 1 ? "has several lines about"
						: "does not have the cause of",
				    (int)strcspn(wanted, " "), wanted);
	}
	text_release(&said);
	return holds;
}

/* ---- runs ---- */

/* `runs SCRIPT "WHY NOT"`: a script of the lesson's ends with 0. */
bool holds_runs(const struct desk *desk, const struct words *words, struct text *why)
{
	char script[DESK_PATH_MAX];
	char name[DESK_PATH_MAX];
	snprintf(name, sizeof(name), ".lesson/checks/%s", words->items[0]);
	int error = desk_path(desk, name, script);
	CLOSED_AT_END int none = open("/dev/null", O_RDWR | O_CLOEXEC);
	const char *const arguments[] = {"/bin/sh", script, NULL};
	const struct process_descriptor descriptors[] = {{none, 0}, {none, 1}, {none, 2}};
	const struct process_options options = {
		.arguments = arguments,
		.descriptors = descriptors,
		.descriptor_count = 3,
		.folder = desk->folder,
	};
	int code = -1;
	if (!error && none >= 0)
		error = process_run(&options, NULL, &code);
	const bool holds = !error && code == 0;
	if (!holds)
		text_add(why, words->items[1]);
	return holds;
}
