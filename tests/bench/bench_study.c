/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Adds two nights of real observations to a store, for tests/bench/study.sh: half of the domains
 * sign between them, the others do not.
 *
 * bench_study STORE DOMAINS
 */
#include "keep/store/store.h"
#include "model/sample.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Of the practice `dnssec` in catalog/adoption, where numbers stay. */
#define DNSSEC_NUMBER 1u
#define BATCH 500u
#define ARENA_CAP ((size_t)64 << 20)

static struct complaint complaint;

static void must(int error)
{
	if (error == OK)
		return;
	fprintf(stderr, "bench_study: %s\n", complaint.text);
	exit(1);
}

static void add(struct store *store, int64_t run, uint64_t number, uint64_t night)
{
	struct arena arena;
	struct sample sample = sample_plain(number, night);
	struct adoption adoption = {0};
	size_t size = 0;
	arena_init(&arena, ARENA_CAP, 1 << 17);
	/* Operators have 97 numbers, so that both kinds are at each. */
	sample.is_signed = night > 1 && number / 97 % 2 == 0;
	const struct observation made = sample_make(&arena, &sample);
	const size_t room = observation_encoded_max(&made);
	uint8_t *encoded = arena_take_octets(&arena, room);
	assert(encoded != NULL);
	must(observation_encode(&made, encoded, room, &size));
	adoption_set(&adoption, DNSSEC_NUMBER,
		     sample.is_signed ? ADOPTION_ADOPTED : ADOPTION_ABSENT);
	const struct store_entry entry = {.run = run,
					  .observation = &made,
					  .encoded = encoded,
					  .encoded_size = size,
					  .adoption = &adoption};
	must(store_add(store, &entry, &complaint));
	arena_release(&arena);
}

int main(int argc, char **argv)
{
	struct store *store = NULL;
	const uint64_t domains = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
	if (domains == 0) {
		fprintf(stderr, "usage: bench_study STORE DOMAINS\n");
		return 2;
	}
	must(store_open(argv[1], STORE_WRITE, &store, &complaint));
	for (uint64_t night = 1; night <= 2; night++) {
		const struct store_run begun = {.started_s =
							SAMPLE_START + (int64_t)night * SAMPLE_DAY,
						.domains = domains};
		int64_t run = 0;
		must(store_run_begin(store, &begun, &run, &complaint));
		for (uint64_t number = 0; number < domains; number++) {
			add(store, run, number, night);
			if (number % BATCH == BATCH - 1)
				must(store_commit(store, &complaint));
		}
		must(store_commit(store, &complaint));
		must(store_run_finish(store, run, begun.started_s + SAMPLE_DAY / 2, &complaint));
	}
	store_close(store);
	return 0;
}
