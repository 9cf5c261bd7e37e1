/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The search for shared primes among made moduli: time, memory, and whether what was planted was
 * found. `bench_keys COUNT` compares COUNT moduli of 2048 bits; `bench_keys COUNT lines` prints
 * them as DNSKEY records.
 *
 * To make a million RSA keys takes a day. How long the search takes depends on the moduli's length
 * and not on what primes they are of, so each of these is a product of fifty primes of 41 bits, all
 * different from those of the others: primes come from a sieve, one after the other. Every 1000th
 * takes over one prime of its predecessor.
 */
#include "base/memory.h"
#include "base/text.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "judge/keys/keys.h"

#include <assert.h>
#include <gmp.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define MODULUS_OCTETS 256
#define FACTORS 50
/* 2^(2047.5 / 50): a product of fifty primes from here on has 2048 bits. */
#define FIRST_CANDIDATE 2124084300001u
#define SEGMENT 1048576u /* odd numbers sieved at once */
#define SIEVE_ROOT 1500000u
#define PLANTED_EVERY 1000u
#define PROGRESS_S 10

struct sieve {
	uint32_t *primes; /* odd ones up to SIEVE_ROOT */
	uint32_t prime_count;
	uint8_t *composite;
	uint64_t start; /* odd: the segment's first number */
	uint32_t next;
};

struct run {
	struct timespec started;
	time_t told;
	uint64_t findings;
	bool is_quiet;
};

static void die(const char *what)
{
	fprintf(stderr, "bench_keys: %s\n", what);
	exit(4);
}

static double seconds_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

static void sieve_segment(struct sieve *sieve)
{
	memset(sieve->composite, 0, SEGMENT);
	for (uint32_t i = 0; i < sieve->prime_count; i++) {
		const uint64_t prime = sieve->primes[i];
		uint64_t first = (sieve->start + prime - 1) / prime * prime;

		if (first % 2 == 0)
			first += prime;
		for (uint64_t at = (first - sieve->start) / 2; at < SEGMENT; at += prime)
			sieve->composite[at] = 1;
	}
	sieve->next = 0;
}

static void sieve_init(struct sieve *sieve)
{
	uint8_t *small = calloc(SIEVE_ROOT, 1);

	*sieve = (struct sieve){.primes = malloc(SIEVE_ROOT * sizeof(uint32_t)),
				.composite = malloc(SEGMENT),
				.start = FIRST_CANDIDATE};
	if (!small || !sieve->primes || !sieve->composite)
		die("out of memory");
	for (uint32_t i = 3; i < SIEVE_ROOT; i += 2) {
		if (small[i])
			continue;
		sieve->primes[sieve->prime_count++] = i;
		for (uint64_t j = (uint64_t)i * i; j < SIEVE_ROOT; j += 2 * i)
			small[j] = 1;
	}
	free(small);
	sieve_segment(sieve);
}

static uint64_t next_prime(struct sieve *sieve)
{
	for (;;) {
		while (sieve->next < SEGMENT && sieve->composite[sieve->next])
			sieve->next++;
		if (sieve->next < SEGMENT)
			return sieve->start + 2 * (uint64_t)sieve->next++;
		sieve->start += 2 * (uint64_t)SEGMENT;
		sieve_segment(sieve);
	}
}

/* `ret_rdata`: flags 257, protocol 3, algorithm 8, exponent 65537, the modulus. */
#define RDATA_OCTETS (8 + MODULUS_OCTETS)
static void make_key(struct sieve *sieve, bool is_planted, uint64_t *kept, uint8_t *ret_rdata)
{
	static const uint8_t head[8] = {1, 1, 3, 8, 3, 1, 0, 1};
	mpz_t modulus;
	size_t size;

	mpz_init_set_ui(modulus, is_planted ? *kept : next_prime(sieve));
	for (int i = 1; i < FACTORS; i++) {
		*kept = next_prime(sieve);
		mpz_mul_ui(modulus, modulus, *kept);
	}
	memcpy(ret_rdata, head, sizeof(head));
	mpz_export(ret_rdata + sizeof(head), &size, 1, 1, 1, 0, modulus);
	assert(size == MODULUS_OCTETS);
	mpz_clear(modulus);
}

static void print_line(uint32_t number, const uint8_t *rdata)
{
	char text[4 * RDATA_OCTETS];

	if (base64_from_octets(rdata + 4, RDATA_OCTETS - 4, text, sizeof(text)) < 0)
		die("base64");
	printf("z%u.example. 3600 IN DNSKEY 257 3 8 %s\n", number, text);
}

static void add_key(struct keys *keys, uint32_t number, const uint8_t *rdata)
{
	char text[32];
	struct name zone;
	struct record record = {
		.type = TYPE_DNSKEY, .class = CLASS_IN, .rdata = rdata, .rdata_size = RDATA_OCTETS};

	snprintf(text, sizeof(text), "z%u.example.", number);
	if (name_from_text(text, &zone, NULL) < 0)
		die("name");
	record.owner = zone.octets;
	if (keys_add_record(keys, &record) < 0)
		die("keys_add_record");
}

static int count_finding(void *context, const struct finding *finding)
{
	struct run *run = context;

	(void)finding;
	run->findings++;
	return OK;
}

static void show_progress(void *context, uint64_t done, uint64_t total)
{
	struct run *run = context;
	const time_t now = time(NULL);
	const double used = seconds_since(&run->started);

	if (run->is_quiet || now < run->told + PROGRESS_S || done == 0)
		return;
	run->told = now;
	printf("keys: %3" PRIu64 " %% after %.0f s, about %.0f s left\n", 100 * done / total, used,
	       used * (double)(total - done) / (double)done);
	fflush(stdout);
}

static int compare(struct keys *keys, uint32_t count)
{
	struct run run = {.is_quiet = count < 200000, .told = time(NULL)};
	const struct keys_output output = {
		.take = count_finding, .progress = show_progress, .context = &run};
	const uint64_t planted = 2 * (uint64_t)((count - 1) / PLANTED_EVERY);
	struct rusage usage;

	clock_gettime(CLOCK_MONOTONIC, &run.started);
	if (keys_finish(keys, &output) < 0)
		die("keys_finish");
	const double used = seconds_since(&run.started);

	getrusage(RUSAGE_SELF, &usage);
	printf("keys: %u moduli of 2048 bits: %.1f s, %.0f MiB at most; %" PRIu64 " of %" PRIu64
	       " planted found (limit for 1,000,000: 1800 s, 8192 MiB)\n",
	       count, used, (double)usage.ru_maxrss / 1024, run.findings, planted);
	return run.findings == planted ? 0 : 1;
}

int main(int argc, char **argv)
{
	const bool has_lines = argc == 3 && strcmp(argv[2], "lines") == 0;
	struct sieve sieve;
	struct random random;
	uint64_t kept = 0;
	uint64_t count = 0;
	int code = 0;

	if (argc < 2 || argc > 3 || number_from_text(argv[1], 2, 4000000, &count) < 0)
		die("usage: bench_keys COUNT [lines]");
	sieve_init(&sieve);
	random_seeded(&random, 1);
	struct keys *keys = keys_new(&random);

	for (uint32_t i = 0; i < count; i++) {
		uint8_t rdata[RDATA_OCTETS];

		make_key(&sieve, i > 0 && i % PLANTED_EVERY == 0, &kept, rdata);
		if (has_lines)
			print_line(i, rdata);
		else
			add_key(keys, i, rdata);
	}
	if (!has_lines)
		code = compare(keys, (uint32_t)count);
	keys_free(keys);
	free(sieve.primes);
	free(sieve.composite);
	return code;
}
