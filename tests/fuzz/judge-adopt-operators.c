/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rules that say whose name servers are. Properties: what is refused is refused with words; a file
 * that is taken is taken twice over, and what the second half repeats changes no decision; every
 * decision has a name and words, and is the same when it is asked for again.
 */
#include "base/text.h"
#include "judge/adopt/operator.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void make_subject(struct arena *arena, struct observation *ret_observation)
{
	static const char *const names[] = {"ns1.example.net.", "a.awsdns-07.co.uk.",
					    "ns.example.org.", "x."};
	struct observation_builder builder;
	struct name name;
	int error = name_from_text("example.org", &name, NULL);

	observation_builder_init(&builder, arena, name.octets);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && error == OK; i++) {
		struct ip ip = {.family = 4, .octets = {192, 0, 2, (uint8_t)(i + 1)}};

		error = name_from_text(names[i], &name, NULL);
		assert(error == OK);
		const int host = observation_host(&builder, name.octets);
		const int server = observation_server(&builder, &ip, 53);

		assert(host >= 0 && server >= 0);
		builder.observation.hosts[host].flags |= HOST_AT_PARENT;
		error = observation_host_address(&builder, host, server, false);
	}
	assert(error == OK);
	*ret_observation = builder.observation;
}

static void decide(const struct suffix_list *suffixes, const struct operators_file *file,
		   struct arena *arena, char names[4][OPERATOR_NAME_MAX_OCTETS + NAME_TEXT_MAX])
{
	struct observation observation;
	struct operators *operators = NULL;
	struct operator_decision decision;
	int error = operators_new(suffixes, file, &operators, NULL);

	assert(error == OK);
	make_subject(arena, &observation);
	error = operators_learn(operators, &observation);
	assert(error == OK);
	for (uint8_t i = 0; i < observation.host_count; i++) {
		error = operators_decide(operators, arena, &observation, i, &decision);
		assert(error == OK && decision.name[0] != '\0');
		assert(operator_words(arena, &decision) != NULL);
		assert(operator_is(decision.name, decision.name));
		assert(strlen(decision.name) < sizeof(names[i]));
		memcpy(names[i], decision.name, strlen(decision.name));
	}
	operators_free(operators);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char once[4][OPERATOR_NAME_MAX_OCTETS + NAME_TEXT_MAX];
	static char twice[4][OPERATOR_NAME_MAX_OCTETS + NAME_TEXT_MAX];
	struct operators_file file = {.path = "rules", .text = (const char *)data, .size = size};
	struct complaint complaint = {.text = ""};
	struct operators *operators = NULL;
	struct suffix_list *suffixes = NULL;
	struct arena arena;

	if (size > 16384 || suffix_built_in(&suffixes, NULL) != OK)
		return 0;
	arena_init(&arena, (size_t)4 << 20, 0);
	const int result = operators_new(suffixes, &file, &operators, &complaint);

	assert((result == OK) == (operators != NULL));
	assert(result == OK || strstr(complaint.text, "line "));
	operators_free(operators);
	char *doubled = malloc(2 * size + 1);

	if (result == OK && doubled) {
		memset(once, 0, sizeof(once));
		memset(twice, 0, sizeof(twice));
		decide(suffixes, &file, &arena, once);
		memcpy(doubled, data, size);
		doubled[size] = '\n';
		memcpy(doubled + size + 1, data, size);
		file.text = doubled;
		file.size = 2 * size + 1;
		/* Only the number of rules with prefixes and * may be too many then. */
		operators = NULL;
		if (operators_new(suffixes, &file, &operators, NULL) == OK) {
			operators_free(operators);
			decide(suffixes, &file, &arena, twice);
			assert(memcmp(once, twice, sizeof(once)) == 0);
		}
	}
	free(doubled);
	arena_release(&arena);
	suffix_free(suffixes);
	return 0;
}
