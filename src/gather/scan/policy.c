/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/suffix.h"
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "gather/scan/policy_private.h"

#include <assert.h>

static void make_round(struct policy_plan *plan)
{
	assert(plan->waiting == 0 && !plan->is_in_round);
	arena_reset(plan->scratch);
	plan->is_in_round = true;
	plan->round(plan);
	plan->is_in_round = false;
}

/* A look-up that others had made already is there at once, within the round that asked for it. */
static void taken(struct domain *domain, void *context, int lookup)
{
	struct policy_plan *plan = context;
	assert(plan->domain == domain && plan->waiting > 0);
	(void)lookup;
	plan->waiting--;
	if (plan->waiting == 0 && !plan->is_in_round)
		make_round(plan);
}

static int ask(struct policy_plan *plan, const uint8_t *name, uint16_t type)
{
	const struct observation *observation = &plan->domain->builder.observation;
	const int known = observation_find_lookup(observation, name, type);
	if (known >= 0 || plan->asked == POLICY_ASKED_MAX)
		return known;
	plan->asked++;
	plan->waiting++;
	lookup_ask(plan->domain, name, type, taken, plan);
	return observation_find_lookup(observation, name, type);
}

/* The records of an answer; none where they cannot be read. */
static void read_answer(struct policy_plan *plan, const struct lookup *lookup,
			struct policy_answer *ret_answer)
{
	const struct observation *observation = &plan->domain->builder.observation;
	struct message message;
	struct rrset rrset;
	ret_answer->state = POLICY_FAILED;
	if (lookup->message == MESSAGE_NONE)
		return;
	const struct kept_message *kept = &observation->messages[lookup->message];
	const struct rrset_key key = {1u << SECTION_ANSWER, lookup->target, lookup->type};
	if (message_walk(plan->scratch, kept->wire, kept->size, &message) != OK ||
	    message_rrset(plan->scratch, &message, &key, &rrset) != OK)
		return;
	assert(rrset.count > 0);
	*ret_answer = (struct policy_answer){
		.state = POLICY_FOUND, .count = rrset.count, .records = rrset.records};
}

static void answer(void *context, const uint8_t *name, uint16_t type,
		   struct policy_answer *ret_answer)
{
	struct policy_plan *plan = context;
	const int index = ask(plan, name, type);
	if (index < 0)
		return;
	const struct lookup *lookup = &plan->domain->builder.observation.lookups[index];
	switch ((enum lookup_result)lookup->result) {
	case LOOKUP_RESULT_FOUND:
		read_answer(plan, lookup, ret_answer);
		break;
	case LOOKUP_RESULT_NXDOMAIN:
		ret_answer->state = POLICY_NXDOMAIN;
		break;
	case LOOKUP_RESULT_NODATA:
		ret_answer->state = POLICY_NODATA;
		break;
	default:
		ret_answer->state = POLICY_FAILED;
		break;
	}
}

void policy_look_at_registrable(struct policy_plan *plan, const uint8_t *name, uint16_t type)
{
	const struct observation *observation = &plan->domain->builder.observation;
	const struct suffix_list *suffixes = plan->domain->scan->suffixes;
	const int index = observation_find_lookup(observation, name, type);
	if (suffixes == NULL || index < 0 ||
	    observation->lookups[index].result != LOOKUP_RESULT_NXDOMAIN)
		return;
	const uint8_t *registrable =
		suffix_registrable(suffixes, observation->lookups[index].target);
	if (registrable != NULL && !name_is_under(observation->domain, registrable))
		(void)policy_look(&plan->source, registrable, TYPE_NS);
}

void policy_begin(struct domain *domain, policy_round *round)
{
	const struct observation *observation = &domain->builder.observation;
	bool is_usable = false;
	for (int i = 0; i < observation->server_count; i++)
		is_usable |= domain->facts[i].is_usable;
	if (!is_usable)
		return;
	struct policy_plan *plan = arena_take_zeroed(&domain->arena, sizeof(*plan));
	if (plan == NULL) {
		domain->builder.observation.cut_short = true;
		return;
	}
	plan->domain = domain;
	plan->round = round;
	plan->source = (struct policy_source){.ask = answer, .context = plan};
	plan->scratch = &domain->scan->scratch;
	make_round(plan);
}
