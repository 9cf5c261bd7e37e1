/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of shares. Property: a file is either refused with a sentence, or the world that is made of
 * it is sound, has the domains asked for, and is made again octet for octet. */
#include "base/text.h"
#include "world/shares.h"
#include "world/world.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_OCTETS_MAX ((size_t)4 * 1024 * 1024)
/* More would take long; the unit tests have more. */
#define DOMAINS_MAX 500u

static void check_made(const struct shares *shares, uint64_t seed)
{
	const struct shares_options options = {.seed = seed >> 1,
					       .has_silent = seed % 2,
					       .silent_percent = (uint32_t)(seed % 101)};
	struct complaint complaint = {""};
	struct text first;
	struct text second;
	struct world *world = NULL;
	text_init(&first, TEXT_OCTETS_MAX);
	text_init(&second, TEXT_OCTETS_MAX);
	assert(shares_make(shares, &options, &first, &complaint) == OK);
	assert(shares_make(shares, &options, &second, &complaint) == OK);
	assert(strcmp(text_get(&first), text_get(&second)) == 0);
	assert(world_parse(text_get(&first), first.length, NULL, &complaint, &world) == OK);
	assert(world_counts(world).targets == shares_domains(shares));
	world_free(world);
	text_release(&first);
	text_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct complaint complaint = {""};
	struct shares *shares = NULL;
	const int error = shares_parse((const char *)data, size, &complaint, &shares);
	assert((error == OK) == (shares != NULL));
	if (error == OK && shares_domains(shares) <= DOMAINS_MAX)
		check_made(shares, size * 2654435761u);
	else if (error)
		assert(complaint.text[0] != 0);
	shares_free(shares);
	return 0;
}
