/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A domain scanned, kept and judged while somebody alters the answers: first octet: which domain;
 * the rest: what happens to each answer (mutated_world.h). Property: one observation comes, it can
 * be written, read, turned into a state and judged; a signed domain is never called insecure, and
 * an unsigned one never secure; from whom nobody is between, nothing is found that is not so.
 */
#include "gather/scan/scan.h"
#include "judge/check/check.h"
#include "model/state.h"
#include "mutated_world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PAUSES_MAX 8
#define ARENA_OCTETS_MAX ((size_t)64 << 20)

static const struct {
	const char *name;
	bool is_signed; /* with a key that is known here */
	bool is_sound;
} domains[] = {
	{"a.tld.", true, true},  {"b.tld.", true, true},   {"u.tld.", false, true},
	{"d.two.", false, true}, {"e.two.", false, false}, {"f.two.", true, false},
};

struct look {
	size_t domain;
	bool is_altered;
	unsigned calls;
};

static void check(const struct look *seen, struct arena *arena,
		  const struct observation *observation)
{
	struct judgement judgement;
	const uint8_t *state;
	size_t size;
	int error = observation_state(arena, observation, &state, &size);
	assert(error == OK || error == ERR_LIMIT);
	mutated_must(judge_observation(arena, observation, FAKE_NOW_S, &judgement));
	for (size_t i = 0; i < judgement.finding_count; i++) {
		assert(check_by_code(judgement.findings[i].code) != NULL);
		assert(judgement.findings[i].sentence[0] != '\0');
	}
	if (domains[seen->domain].is_sound && !seen->is_altered)
		assert(judgement.finding_count == 0);
	if (domains[seen->domain].is_signed)
		assert(observation->ds_security != SECURITY_INSECURE);
	else
		assert(observation->ds_security != SECURITY_SECURE ||
		       !domains[seen->domain].is_sound);
}

static void done(void *context, const struct observation *observation)
{
	struct look *seen = context;
	struct observation read;
	struct complaint complaint = {""};
	struct arena arena;
	size_t size;
	arena_init(&arena, ARENA_OCTETS_MAX, 0);
	const size_t room = observation_encoded_max(observation);
	uint8_t *octets = arena_take_octets(&arena, room);
	assert(octets != NULL);
	mutated_must(observation_encode(observation, octets, room, &size));
	mutated_must(observation_decode(&arena, octets, size, &read, &complaint));
	check(seen, &arena, &read);
	arena_release(&arena);
	seen->calls++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mutated_lab lab;
	struct scan *scan = NULL;
	if (size < 1)
		return 0;
	struct look seen = {.domain = data[0] % (sizeof(domains) / sizeof(domains[0])),
			    .is_altered = size > 1};
	const struct name domain = fake_name(domains[seen.domain].name);
	mutated_open(&lab, data + 1, size - 1);
	const struct scan_tools tools = {lab.loop, lab.net, lab.resolver,
					 mutated_world()->verifier};
	const struct scan_settings settings = {.needs = NEED_ALL_DEFAULT | NEED_MAIL | NEED_NAMES,
					       .domains_in_flight = 1,
					       .vantage = "laboratory",
					       .random = &lab.random,
					       .clock = &lab.clock};
	mutated_must(scan_new(&tools, &settings, done, &seen, &scan));
	mutated_must(scan_domain(scan, domain.octets));
	fake_run(lab.net);
	/* Servers in trouble get a second look after a pause. */
	for (unsigned pauses = 0; seen.calls == 0 && pauses < PAUSES_MAX; pauses++) {
		lab.now_ns += UINT64_C(4) * 1000000000;
		fake_run(lab.net);
	}
	assert(seen.calls == 1 && scan_in_flight(scan) == 0);
	scan_free(scan);
	mutated_close(&lab);
	return 0;
}
