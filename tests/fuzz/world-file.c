/* SPDX-License-Identifier: GPL-3.0-or-later */
/* World files. Property: a file is either refused with a sentence, or it is a world whose targets
 * are as many as it says, whose truth and facts can be told, and in which every domain's parent is
 * there. */
#include "base/text.h"
#include "world/model_private.h"
#include "world/true_facts.h"
#include "world/truth.h"
#include "world/world.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MISTAKES_OCTETS_MAX ((size_t)256 * 1024)

static int count_truth(void *context, const uint8_t *domain, const char *const *codes, size_t count)
{
	size_t *domains = context;
	assert(domain != NULL && count <= TRUTH_CODES_MAX);
	for (size_t i = 0; i < count; i++)
		assert(codes[i] != NULL);
	++*domains;
	return 0;
}

static int count_facts(void *context, const struct true_facts *facts)
{
	size_t *domains = context;
	assert(facts->domain != NULL && facts->dns_operator != NULL);
	for (size_t i = 0; i < TRUE_COUNT; i++)
		assert(facts->states[i] <= STATE_PRESENT);
	++*domains;
	return 0;
}

/* RSA keys, and zones with more keys than one, take long to make. */
static bool is_quick(const struct world *world)
{
	for (uint32_t i = 0; i < world->zone_count; i++) {
		const struct hostile *hostile = zone_hostile(world, &world->zones[i]);
		if (world->zones[i].bits > 0 || (hostile && (hostile->keys || hostile->iterations)))
			return false;
	}
	return world->zone_count < 100;
}

static void check_world(const struct world *world)
{
	size_t cursor = 0;
	size_t targets = 0;
	size_t judged = 0;
	while (world_target(world, &cursor) != NULL)
		targets++;
	assert(targets == world_counts(world).targets);
	assert(world_truth(world, count_truth, &judged) == OK);
	assert(judged == targets);
	judged = 0;
	if (!is_quick(world))
		return;
	assert(world_true_facts(world, count_facts, &judged) == OK);
	assert(judged == targets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct complaint complaint = {""};
	struct text mistakes;
	struct world *world = NULL;
	text_init(&mistakes, MISTAKES_OCTETS_MAX);
	int error = world_parse((const char *)data, size, &mistakes, &complaint, &world);
	if (error == OK)
		check_world(world);
	else
		assert(complaint.text[0] != 0 && mistakes.length > 0);
	assert((error == OK) == (world != NULL));
	text_release(&mistakes);
	world_free(world);
	return 0;
}
