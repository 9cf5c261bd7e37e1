/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What keeping costs: CPU per observation and octets of file per domain, for a first scan, for
 * nights on which nothing happened, for a night on which one domain in a hundred changed, and for
 * reading a run again. Half of the domains are signed; every night comes in another order.
 *
 * bench_store [DOMAINS [FOLDER]]
 */
#include "base/memory.h"
#include "keep/store/store.h"
#include "model/sample.h"
#include "os/file.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BATCH 500u
#define ARENA_CAP (256u << 20)
/* 100,000 observations in 25 s of CPU. */
#define LIMIT_US 250.0
#define LIMIT_OCTETS 32.0

struct batch {
	struct arena arena;
	struct observation observations[BATCH];
	uint8_t *encoded[BATCH];
	size_t sizes[BATCH];
};

struct night {
	uint64_t number;
	uint64_t domains;
	unsigned changed_every; /* 0: none */
	uint64_t octets;        /* encoded, of all */
	double cpu_s;
};

static double cpu_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint64_t domain_at(const struct night *night, uint64_t place)
{
	/* A prime that does not divide the number of domains walks through all of them; the first
	 * night gives them their numbers, so later ones need another prime for another order. */
	uint64_t prime = night->number % 2 == 0 ? 15485863 : 32452843;
	return (place * prime + night->number * 7919) % night->domains;
}

static void make_one(struct batch *batch, const struct night *night, uint64_t place, size_t slot)
{
	struct sample sample = sample_plain(domain_at(night, place), night->number);
	if (night->changed_every != 0 && sample.number % night->changed_every == 0)
		sample.address = (uint8_t)(100 + night->number);
	const struct observation made = sample_make(&batch->arena, &sample);
	size_t room = observation_encoded_max(&made);
	batch->encoded[slot] = arena_take_octets(&batch->arena, room);
	assert(batch->encoded[slot] != NULL);
	int error = observation_encode(&made, batch->encoded[slot], room, &batch->sizes[slot]);
	assert(error == OK);
	/* Decoded, as the keeping process gets it. */
	error = observation_decode(&batch->arena, batch->encoded[slot], batch->sizes[slot],
				   &batch->observations[slot], NULL);
	assert(error == OK);
}

/* The same third of the domains every night. */
static bool has_finding(const uint8_t *domain)
{
	return domain[domain[0]] % 3 == 0; /* the last digit of its number */
}

static void add_batch(struct store *store, const struct batch *batch, size_t count, int64_t run)
{
	struct complaint complaint;
	for (size_t i = 0; i < count; i++) {
		const struct finding finding = {
			.code = "SERVER-SERIAL-DIFFERS",
			.domain = "example.",
			.severity = SEVERITY_WARNING,
			.party = PARTY_DNS_OPERATOR,
			.sentence = "192.0.2.1 has serial 2026000001, 192.0.2.3 has 2026000002",
			.reference = "RFC 1035 s4.3.5",
			.evidence_count = 1,
			.evidence = {{"192.0.2.1", "example. SOA", "NOERROR"}},
		};
		const struct store_entry entry = {
			.run = run,
			.observation = &batch->observations[i],
			.encoded = batch->encoded[i],
			.encoded_size = batch->sizes[i],
			.findings = &finding,
			.finding_count = has_finding(batch->observations[i].domain),
		};
		int error = store_add(store, &entry, &complaint);
		assert(error == OK);
	}
	int error = store_commit(store, &complaint);
	assert(error == OK);
}

static void run_night(const char *path, struct night *night)
{
	static struct batch batch;
	struct store *store;
	struct complaint complaint;
	int64_t run = 0;
	int error = store_open(path, STORE_WRITE, &store, &complaint);
	if (error != OK) {
		fprintf(stderr, "%s\n", complaint.text);
		exit(1);
	}
	const struct store_run begun = {.started_s = SAMPLE_START, .domains = night->domains};
	error = store_run_begin(store, &begun, &run, &complaint);
	assert(error == OK);
	arena_init(&batch.arena, ARENA_CAP, 1 << 20);
	for (uint64_t place = 0; place < night->domains; place += BATCH) {
		uint64_t left = night->domains - place;
		size_t count = left < BATCH ? (size_t)left : BATCH;
		for (size_t i = 0; i < count; i++) {
			make_one(&batch, night, place + i, i);
			night->octets += batch.sizes[i];
		}
		double start = cpu_seconds();
		add_batch(store, &batch, count, run);
		night->cpu_s += cpu_seconds() - start;
		arena_reset(&batch.arena);
	}
	error = store_run_finish(store, run, SAMPLE_START + 1, &complaint);
	assert(error == OK);
	double start = cpu_seconds();
	store_close(store); /* moves the log into the file */
	night->cpu_s += cpu_seconds() - start;
	arena_release(&batch.arena);
}

static uint64_t file_octets(const char *path)
{
	struct stat found;
	int result = stat(path, &found);
	assert(result == 0);
	return (uint64_t)found.st_size;
}

static int count_domain(void *context, const uint8_t *domain, const uint8_t *encoded, size_t size)
{
	(void)domain;
	(void)encoded;
	*(uint64_t *)context += size;
	return OK;
}

static int count_code(void *context, const struct store_count *count)
{
	*(uint64_t *)context += count->domains;
	return OK;
}

static void bench_reading(const char *path, uint64_t domains)
{
	struct store *store;
	uint64_t octets = 0;
	uint64_t found = 0;
	int error = store_open(path, STORE_READ, &store, NULL);
	assert(error == OK);
	double start = cpu_seconds();
	error = store_domains(store, 4, count_domain, &octets, NULL);
	assert(error == OK);
	printf("read a run again:      %7.1f us a domain\n",
	       (cpu_seconds() - start) / (double)domains * 1e6);
	start = cpu_seconds();
	error = store_counts(store, 4, count_code, &found, NULL);
	assert(error == OK);
	printf("count its findings:    %7.1f us a domain\n",
	       (cpu_seconds() - start) / (double)domains * 1e6);
	store_close(store);
}

int main(int argc, char **argv)
{
	uint64_t domains = argc > 1 ? strtoull(argv[1], NULL, 10) : 20000;
	char *folder = NULL;
	setvbuf(stdout, NULL, _IOLBF, 0);
	char path[4096];
	if (argc <= 2 && folder_make_temporary("bench-store", NULL, &folder) != OK)
		return 1;
	snprintf(path, sizeof(path), "%s/bench.sqlite", argc > 2 ? argv[2] : folder);
	uint64_t before = 0;
	for (uint64_t number = 1; number <= 5; number++) {
		struct night night = {.number = number,
				      .domains = domains,
				      .changed_every = number == 5 ? 100 : 0};
		run_night(path, &night);
		uint64_t octets = file_octets(path);
		double us = night.cpu_s / (double)domains * 1e6;
		double grown = (double)(octets - before) / (double)domains;
		const char *what = number == 1   ? "first scan"
				   : number == 5 ? "1 % changed"
						 : "nothing new";
		printf("night %u, %-12s %7.1f us a domain (limit %.0f), %7.1f octets of file "
		       "(%s), %.0f observed\n",
		       (unsigned)number, what, us, LIMIT_US, grown,
		       number == 1 || number == 5 ? "no limit" : "limit 32",
		       (double)night.octets / (double)domains);
		if (number > 1 && number < 5 && grown > LIMIT_OCTETS)
			printf("night %u: over the limit\n", (unsigned)number);
		before = octets;
	}
	bench_reading(path, domains);
	if (folder != NULL && folder_remove(folder, NULL) != OK)
		return 1;
	memory_give(folder);
	return 0;
}
