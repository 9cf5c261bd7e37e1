/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A second look at servers that seem slow, lossy or broken. For a moment anything is: the line was
 * busy, the server just loaded a zone, our own machine stalled. So they are asked again after a
 * pause, and judges call a server slow, lossy, silent, refusing or failing only if it is so both
 * times. Both looks are kept; where one was good, judges and states look at that
 * (observation_is_superseded).
 *
 * A broken server is asked the SOA question again, before the services stage, so that all later
 * questions are asked of one that is well by then. Refusing is about the domain, and each asks for
 * itself; silence is the server's, and one question after the pause answers for all (transports.c).
 */
#include "dns/wire/type.h"
#include "gather/scan/scan_private.h"

#include <assert.h>

/* Below what any judge calls slow, so that no borderline case goes without a second look. */
#define SEEMS_SLOW_US 200000u
#define SEEMS_LOSSY_MIN 3u

static const uint16_t questions_again[] = {TYPE_SOA, TYPE_NS, TYPE_A};

struct confirmation {
	struct timer timer;
	struct domain *domain;
	uint64_t servers; /* bit i: the observation's server i */
	void (*ask)(struct domain *domain, unsigned int server);
};
static_assert(OBSERVATION_SERVERS_MAX <= 64, "a bit for every server");

static bool seems_odd(const struct observation *observation, unsigned int server)
{
	uint32_t quickest_us = UINT32_MAX;
	unsigned int asked = 0;
	unsigned int lost = 0;

	for (unsigned int i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];

		if (exchange->server != server || exchange->outcome != OUTCOME_ANSWER ||
		    exchange->kind != PROBE_PLAIN || (exchange->flags & EXCHANGE_SHARED) != 0 ||
		    exchange->transport != TRANSPORT_UDP)
			continue;
		asked++;
		lost += exchange->attempts > 1;
		if (exchange->rtt_us < quickest_us)
			quickest_us = exchange->rtt_us;
	}
	return asked > 0 &&
	       (quickest_us >= SEEMS_SLOW_US || (lost >= SEEMS_LOSSY_MIN && 2 * lost >= asked));
}

static void again_replied(void *context, const struct exchange_result *result)
{
	struct probe *probe = context;
	struct domain *domain = probe->domain;

	if (!domain->scan->is_closing)
		(void)probe_record(probe, result);
	domain_settle(domain);
}

static void ask_some(struct domain *domain, unsigned int server)
{
	const struct address address = server_address(&domain->builder.observation, server);

	for (size_t q = 0; q < sizeof(questions_again) / sizeof(questions_again[0]); q++) {
		const struct probe probe = {.domain = domain,
					    .type = questions_again[q],
					    .server = (uint8_t)server,
					    .transport = EXCHANGE_UDP};
		(void)probe_ask(domain, &probe, &address, again_replied);
	}
}

static void ask_again(void *context)
{
	struct confirmation *confirmation = context;
	struct domain *domain = confirmation->domain;

	assert(domain->confirmation == confirmation);
	domain->confirmation = NULL;
	for (unsigned int i = 0; i < domain->builder.observation.server_count; i++) {
		if ((confirmation->servers >> i & 1u) != 0)
			confirmation->ask(domain, i);
	}
	domain_settle(domain); /* the pause itself was one question */
}

static void ask_after_pause(struct domain *domain, uint64_t servers,
			    void (*ask)(struct domain *domain, unsigned int server))
{
	assert(domain->confirmation == NULL);
	if (servers == 0)
		return;
	struct confirmation *confirmation = arena_take(&domain->arena, sizeof(*confirmation));

	if (confirmation == NULL) {
		domain->builder.observation.cut_short = true;
		return;
	}
	confirmation->domain = domain;
	confirmation->servers = servers;
	confirmation->ask = ask;
	timer_init(&confirmation->timer, ask_again, confirmation);
	timer_start(domain->scan->loop, &confirmation->timer, SECOND_LOOK_PAUSE_MS);
	domain->confirmation = confirmation;
	domain->pending++;
}

void second_look_stage(struct domain *domain)
{
	uint64_t failing = 0;

	for (unsigned int i = 0; i < domain->builder.observation.server_count; i++) {
		struct server_facts *facts = &domain->facts[i];

		if (facts->trouble == TROUBLE_NONE || facts->is_looked_again)
			continue;
		facts->is_looked_again = true;
		if (facts->trouble == TROUBLE_SILENT)
			server_await_life(domain, i);
		else
			failing |= UINT64_C(1) << i;
	}
	ask_after_pause(domain, failing, server_ask_again);
}

void confirm_stage(struct domain *domain)
{
	const struct observation *observation = &domain->builder.observation;
	uint64_t servers = 0;

	for (unsigned int i = 0; i < observation->server_count; i++)
		if (domain->facts[i].is_usable && seems_odd(observation, i))
			servers |= UINT64_C(1) << i;
	ask_after_pause(domain, servers, ask_some);
}

void confirm_cancel(struct domain *domain)
{
	struct confirmation *confirmation = domain->confirmation;

	if (confirmation == NULL)
		return;
	domain->confirmation = NULL;
	timer_stop(&confirmation->timer);
	domain_settle(domain);
}
