/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/transport/pacer_private.h"

#include <assert.h>

#define SECOND_NS UINT64_C(1000000000)

static void forget(struct pacer *pacer, uint64_t now_ns)
{
	if (pacer->trouble == 0 || now_ns - pacer->forgot_ns < PACER_FORGET_NS)
		return;
	uint64_t halvings = (now_ns - pacer->forgot_ns) / PACER_FORGET_NS;
	pacer->trouble = halvings < 16 ? (uint16_t)(pacer->trouble >> halvings) : 0;
	pacer->forgot_ns = now_ns;
}

static uint64_t interval_ns(const struct pacer *pacer, uint32_t rate)
{
	assert(rate > 0);
	uint64_t interval = SECOND_NS / rate;
	return (interval > 0 ? interval : 1) << pacer_shift(pacer);
}

unsigned pacer_shift(const struct pacer *pacer)
{
	assert(pacer->trouble <= PACER_TROUBLE_MAX);
	return pacer->trouble / PACER_TROUBLE_STEP;
}

uint64_t pacer_wait_ns(struct pacer *pacer, uint32_t rate, uint64_t now_ns)
{
	if (rate == 0)
		return 0;
	forget(pacer, now_ns);
	uint64_t earliest = now_ns + PACER_SLACK_NS;
	return pacer->due_ns > earliest ? pacer->due_ns - earliest : 0;
}

void pacer_take(struct pacer *pacer, uint32_t rate, uint64_t now_ns)
{
	if (rate == 0)
		return;
	if (pacer->due_ns < now_ns)
		pacer->due_ns = now_ns;
	pacer->due_ns += interval_ns(pacer, rate);
}

void pacer_trouble(struct pacer *pacer, uint64_t now_ns)
{
	if (pacer->trouble == 0)
		pacer->forgot_ns = now_ns;
	uint16_t trouble = (uint16_t)(pacer->trouble + PACER_TROUBLE_ADDED);
	pacer->trouble = trouble < PACER_TROUBLE_MAX ? trouble : PACER_TROUBLE_MAX;
}

void pacer_ease(struct pacer *pacer)
{
	if (pacer->trouble > 0)
		pacer->trouble--;
}
