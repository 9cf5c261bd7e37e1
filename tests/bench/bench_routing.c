/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a look-up of origin and ROA state costs in tables of the Internet's size, and what reading
 * the files costs in time and memory.
 *
 *	bench_routing [THOUSANDS [FOLDER]]
 *
 * THOUSANDS (1000) of IPv4 prefixes, a quarter of that of IPv6, six tenths of it of VRPs: as
 *routing tables of 2026 have them, that is two thirds /24 and /48, nested below the registries'
 *blocks, three quarters of the ROAs just as long as the announcement. Questions are addresses
 *within announced prefixes, in an order without order, so that caches do not help more than they
 *would in a scan.
 */
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "gather/routing/routing.h"
#include "os/file.h"

#include <assert.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define QUESTIONS 2000000u
#define ROUNDS 3u
/* Of the issue. */
#define LIMIT_NS 1000.0

struct world {
	struct random random;
	size_t ipv4;
	size_t ipv6;
	size_t vrps;
	struct route_prefix *prefixes;
	uint32_t *origins;
};

static double cpu_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void cut(struct route_prefix *prefix, uint8_t bits)
{
	prefix->bits = bits;
	for (unsigned int bit = bits; bit < 128; bit++)
		prefix->octets[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
}

/* A length and how many in a thousand have it. */
struct share {
	uint8_t bits;
	uint16_t of_thousand;
};

/* As the routing tables have them; the last takes the rest. */
static const struct share IPV4_SHARES[] = {{24, 605}, {23, 100}, {22, 108}, {21, 50}, {20, 45},
					   {19, 25},  {18, 15},  {16, 15},  {17, 10}, {15, 10},
					   {14, 10},  {13, 4},   {12, 3}};
static const struct share IPV6_SHARES[] = {{48, 470}, {32, 130}, {44, 90}, {40, 85}, {36, 55},
					   {46, 45},  {29, 45},  {47, 25}, {45, 15}, {33, 12},
					   {64, 10},  {42, 9},   {30, 9}};

static uint8_t random_bits(struct random *random, const struct share *shares, size_t count)
{
	uint32_t kind = random_below(random, 1000);
	for (size_t i = 0; i + 1 < count; i++) {
		if (kind < shares[i].of_thousand)
			return shares[i].bits;
		kind -= shares[i].of_thousand;
	}
	return shares[count - 1].bits;
}

static struct route_prefix make_ipv4(struct random *random)
{
	struct route_prefix prefix = {.family = ADDRESS_IPV4};
	random_octets(random, prefix.octets, 4);
	prefix.octets[0] = (uint8_t)(1 + random_below(random, 223)); /* unicast */
	cut(&prefix,
	    random_bits(random, IPV4_SHARES, sizeof(IPV4_SHARES) / sizeof(IPV4_SHARES[0])));
	return prefix;
}

static struct route_prefix make_ipv6(struct random *random)
{
	static const uint8_t REGIONS[5] = {0x24, 0x26, 0x28, 0x2a, 0x2c};
	struct route_prefix prefix = {.family = ADDRESS_IPV6};
	random_octets(random, prefix.octets, 16);
	const uint32_t region = random_below(random, 12);
	prefix.octets[0] = REGIONS[region < 8 ? region / 2 : region - 8];
	prefix.octets[1] &= 0x0f; /* a registry's /12 */
	/* Networks announce many pieces of few blocks. */
	prefix.octets[2] &= 0x3f;
	prefix.octets[3] &= 0xc8;
	cut(&prefix,
	    random_bits(random, IPV6_SHARES, sizeof(IPV6_SHARES) / sizeof(IPV6_SHARES[0])));
	return prefix;
}

static void make_world(struct world *world, size_t thousands)
{
	random_seeded(&world->random, 2026);
	/* Some are drawn twice. */
	world->ipv4 = thousands * 1030;
	world->ipv6 = thousands * 265;
	world->vrps = thousands * 750;
	const size_t count = world->ipv4 + world->ipv6;
	world->prefixes = memory_take_zeroed(count, sizeof(world->prefixes[0]));
	world->origins = memory_take_zeroed(count, sizeof(world->origins[0]));
	assert(world->prefixes != NULL && world->origins != NULL);
	for (size_t i = 0; i < count; i++) {
		world->prefixes[i] =
			i < world->ipv4 ? make_ipv4(&world->random) : make_ipv6(&world->random);
		world->origins[i] = 1 + random_below(&world->random, 80000);
	}
}

/* The ROA of a route, chosen without order; one in twenty wrong. */
static struct vrp make_vrp(struct world *world)
{
	const size_t count = world->ipv4 + world->ipv6;
	const size_t which = random_below(&world->random, (uint32_t)count);
	struct vrp vrp = {.prefix = world->prefixes[which], .as = world->origins[which]};
	const uint32_t kind = random_below(&world->random, 100);
	vrp.max_length = vrp.prefix.bits;
	if (kind < 5)
		vrp.as++;
	else if (kind < 25 && vrp.prefix.bits < 24)
		vrp.max_length = 24;
	return vrp;
}

static struct routes *make_routes(const struct world *world)
{
	struct routes *routes;
	int error = routes_new(&routes);
	for (size_t i = 0; i < world->ipv4 + world->ipv6 && error == OK; i++) {
		const struct route_origin origin = {.as = world->origins[i], .peers = 300};
		error = routes_add(routes, &world->prefixes[i], &origin);
	}
	if (error == OK)
		error = routes_settle(routes);
	assert(error == OK);
	return routes;
}

static struct vrps *make_vrps(struct world *world)
{
	struct vrps *vrps;
	int error = vrps_new(&vrps);
	for (size_t i = 0; i < world->vrps && error == OK; i++) {
		const struct vrp vrp = make_vrp(world);
		error = vrps_add(vrps, &vrp);
	}
	if (error == OK)
		error = vrps_settle(vrps);
	assert(error == OK);
	return vrps;
}

/* Addresses within announced prefixes of one family. */
static struct address *make_questions(struct world *world, bool is_ipv6)
{
	struct address *questions = memory_take_zeroed(QUESTIONS, sizeof(*questions));
	assert(questions != NULL);
	const size_t first = is_ipv6 ? world->ipv4 : 0;
	const size_t count = is_ipv6 ? world->ipv6 : world->ipv4;
	for (size_t i = 0; i < QUESTIONS; i++) {
		const struct route_prefix *prefix =
			&world->prefixes[first + random_below(&world->random, (uint32_t)count)];
		questions[i].family = prefix->family;
		random_octets(&world->random, questions[i].octets, is_ipv6 ? 16 : 4);
		for (unsigned int bit = 0; bit < prefix->bits; bit++) {
			const uint8_t mask = (uint8_t)(0x80u >> bit % 8);
			questions[i].octets[bit / 8] &= (uint8_t)~mask;
			questions[i].octets[bit / 8] |= prefix->octets[bit / 8] & mask;
		}
	}
	return questions;
}

static double ask(const struct routes *routes, const struct address *questions, size_t states[5])
{
	double best = 1e9;
	for (unsigned int round = 0; round < ROUNDS; round++) {
		struct routing_answer answer;
		memset(states, 0, 5 * sizeof(states[0]));
		const double start = cpu_seconds();
		for (size_t i = 0; i < QUESTIONS; i++) {
			routing_look_up(routes, &questions[i], &answer);
			states[answer.state]++;
		}
		const double used = (cpu_seconds() - start) / QUESTIONS * 1e9;
		best = used < best ? used : best;
	}
	return best;
}

static void bench_look_ups(struct world *world)
{
	const size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
	double start = cpu_seconds();
	struct routes *routes = make_routes(world);
	const double routes_s = cpu_seconds() - start;
	const size_t between = mallinfo2().uordblks + mallinfo2().hblkhd;
	start = cpu_seconds();
	struct vrps *vrps = make_vrps(world);
	const double vrps_s = cpu_seconds() - start;
	const size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
	printf("routes: %zu prefixes, made in %.2f s, %.1f MiB\n", routes_count(routes), routes_s,
	       (double)(between - before) / (1 << 20));
	printf("VRPs:   %zu, made in %.2f s, %.1f MiB\n", vrps_count(vrps), vrps_s,
	       (double)(after - between) / (1 << 20));
	start = cpu_seconds();
	routes_judge(routes, vrps);
	printf("judged: all of them in %.2f s\n", cpu_seconds() - start);
	for (int is_ipv6 = 0; is_ipv6 < 2; is_ipv6++) {
		size_t states[5];
		struct address *questions = make_questions(world, is_ipv6);
		const double ns = ask(routes, questions, states);
		printf("%s: %6.0f ns a look-up of origin and ROA state (limit %.0f); %zu valid, "
		       "%zu not found, %zu invalid%s\n",
		       is_ipv6 ? "IPv6" : "IPv4", ns, LIMIT_NS, states[ROA_VALID],
		       states[ROA_NOT_FOUND], states[ROA_INVALID_AS] + states[ROA_INVALID_LENGTH],
		       ns > LIMIT_NS ? ": over the limit" : "");
		memory_give(questions);
	}
	routes_free(routes);
	vrps_free(vrps);
}

/* ---- files ---- */

static void write_entry(FILE *file, const struct vrp *vrp, bool is_json, bool is_first)
{
	char text[ROUTE_PREFIX_TEXT_MAX];
	route_prefix_to_text(&vrp->prefix, text);
	if (is_json)
		fprintf(file,
			"%s\t\t{ \"asn\": %u, \"prefix\": \"%s\", \"maxLength\": %u, \"ta\": "
			"\"ripe\", \"expires\": 1795800000 }",
			is_first ? "" : ",\n", vrp->as, text, vrp->max_length);
	else
		fprintf(file, "AS%u,%s,%u,ripe,1795800000\n", vrp->as, text, vrp->max_length);
}

static void write_vrps(struct world *world, const char *path, bool is_json)
{
	FILE *file = fopen(path, "w");
	assert(file != NULL);
	fputs(is_json ? "{\n\t\"metadata\": {\n\t\t\"buildtime\": "
			"\"2026-11-21T18:16:07Z\"\n\t},\n\n\t\"roas\": [\n"
		      : "ASN,IP Prefix,Max Length,Trust Anchor,Expires\n",
	      file);
	for (size_t i = 0; i < world->vrps; i++) {
		const struct vrp vrp = make_vrp(world);
		write_entry(file, &vrp, is_json, i == 0);
	}
	fputs(is_json ? "\n\t],\n\t\"bgpsec_keys\": []\n}\n" : "", file);
	fclose(file);
}

static void write_routes(const struct world *world, const char *path, bool is_ris)
{
	FILE *file = fopen(path, "w");
	assert(file != NULL);
	for (size_t i = 0; i < world->ipv4 + world->ipv6; i++) {
		char text[ROUTE_PREFIX_TEXT_MAX];
		route_prefix_to_text(&world->prefixes[i], text);
		char *slash = strchr(text, '/');
		*slash = is_ris ? '/' : '\t';
		if (is_ris)
			fprintf(file, "%u\t%s\t300\n", world->origins[i], text);
		else
			fprintf(file, "%s\t%u\n", text, world->origins[i]);
	}
	fclose(file);
}

enum kind { CSV, JSON, PFX2AS, RIS, KINDS };

static int read_kind(enum kind kind, const char *path, struct complaint *complaint)
{
	struct vrps *vrps;
	struct routes *routes;
	int error = vrps_new(&vrps);
	if (error == OK)
		error = routes_new(&routes);
	assert(error == OK);
	if (kind == CSV)
		error = vrps_read_csv(vrps, path, 1, NULL, complaint);
	else if (kind == JSON)
		error = vrps_read_json(vrps, path, 1, NULL, complaint);
	else if (kind == PFX2AS)
		error = routes_read_pfx2as(routes, path, NULL, complaint);
	else
		error = routes_read_ris(routes, path, 10, NULL, complaint);
	if (error == OK)
		error = vrps_settle(vrps);
	if (error == OK)
		error = routes_settle(routes);
	return error;
}

static uint64_t size_of(const char *path)
{
	FILE *file = fopen(path, "r");
	assert(file != NULL);
	fseek(file, 0, SEEK_END);
	const long size = ftell(file);
	fclose(file);
	return (uint64_t)size;
}

/* The most memory that this process has had, MiB. */
static double peak_mib(void)
{
	char line[256];
	double peak = 0;
	FILE *status = fopen("/proc/self/status", "r");
	assert(status != NULL);
	while (fgets(line, sizeof(line), status) != NULL) {
		if (strncmp(line, "VmHWM:", 6) == 0)
			peak = strtod(line + 6, NULL) / 1024;
	}
	fclose(status);
	return peak;
}

/* What the process started for one file does. */
static int read_one(enum kind kind, const char *path)
{
	static const char *const NAMES[KINDS] = {"VRPs as CSV", "VRPs as JSON", "pfx2as", "RIS"};
	struct complaint complaint = {""};
	const double before = peak_mib();
	if (read_kind(kind, path, &complaint) != OK) {
		fprintf(stderr, "%s\n", complaint.text);
		return 1;
	}
	const double used = cpu_seconds();
	printf("%-12s %6.1f MB read and made in %5.2f s of CPU, %5.1f MiB at most\n", NAMES[kind],
	       (double)size_of(path) / 1e6, used, peak_mib() - before);
	return 0;
}

/* In a process of its own, so that its peak is that of the file alone. */
static void bench_file(enum kind kind, const char *path)
{
	const pid_t child = fork();
	assert(child >= 0);
	if (child == 0) {
		char self[32];
		snprintf(self, sizeof(self), "%d", (int)kind);
		execl("/proc/self/exe", "bench_routing", "--read", self, path, (char *)NULL);
		_exit(127);
	}
	int status;
	const pid_t ended = waitpid(child, &status, 0);
	assert(ended == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	(void)ended;
}

static void bench_files(struct world *world, const char *folder)
{
	char path[KINDS][4096];
	static const char *const NAMES[KINDS] = {"vrps.csv", "vrps.json", "pfx2as", "ris"};
	for (size_t i = 0; i < KINDS; i++)
		snprintf(path[i], sizeof(path[i]), "%s/%s", folder, NAMES[i]);
	write_vrps(world, path[CSV], false);
	write_vrps(world, path[JSON], true);
	write_routes(world, path[PFX2AS], false);
	write_routes(world, path[RIS], true);
	for (size_t i = 0; i < KINDS; i++)
		bench_file((enum kind)i, path[i]);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 4 && strcmp(argv[1], "--read") == 0) {
		const unsigned long kind = strtoul(argv[2], NULL, 10);
		return kind < KINDS ? read_one((enum kind)kind, argv[3]) : 2;
	}
	static struct world world;
	make_world(&world, argc > 1 ? strtoull(argv[1], NULL, 10) : 1000);
	bench_look_ups(&world);
	char *folder = NULL;
	if (argc <= 2 && folder_make_temporary("bench-routing", NULL, &folder) != OK)
		return 1;
	bench_files(&world, argc > 2 ? argv[2] : folder);
	if (folder != NULL && folder_remove(folder, NULL) != OK)
		return 1;
	memory_give(folder);
	memory_give(world.prefixes);
	memory_give(world.origins);
	return 0;
}
