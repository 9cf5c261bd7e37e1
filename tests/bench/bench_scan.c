/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a domain costs: CPU (user and system) of a complete scan and all checks, in one process.
 *
 *	bench_scan [--in-flight N] [--cpu N] [--no-checks 1] [--findings 1] [--full 1] TARGETS
 *
 * Runs inside a world (dsfi world run): hints and anchors come from its environment. The limit is
 * 1.3 times what the same questions cost in a bare loop plus what the signatures cost to verify,
 *both measured in this run. --findings prints `domain code` lines and nothing else.
 */
#include "base/text.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "gather/scan/scan.h"
#include "judge/check/check.h"
#include "yardstick.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define LIMIT_FACTOR 1.3
#define HINTS_MAX 32
#define JUDGE_OCTETS_MAX ((size_t)16 << 20)
/* Of the transport's list of addresses: their rates are not what is measured. */
#define IN_FLIGHT_DEFAULT 500u

struct bench {
	const char *targets;
	unsigned in_flight;
	unsigned cpu;
	bool without_checks;
	bool has_limit; /* fails when it is missed; it is set for signed domains */
	bool is_list;
	bool is_full; /* all that needs neither files nor permission */
	struct loop *loop;
	struct random random;
	struct transport *transport;
	struct verifier *verifier;
	struct resolver *resolver;
	struct scan *scan;
	struct arena judge_arena;
	struct name *names;
	size_t count, next, done, findings, not_measured;
	size_t octets_max;
	uint64_t octets;
	struct address hints[HINTS_MAX];
	double judge_us;
	double started_s, half_s, most_s; /* wall clock; 50 % and 99 % done */
	uint32_t slow;                    /* domains that took more than a second */
};

/* ---- the scan ---- */

static double wall_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void judge(struct bench *bench, const struct observation *observation)
{
	struct judgement judgement;
	char text[NAME_TEXT_MAX];
	arena_reset(&bench->judge_arena);
	double before = cpu_us();
	must(judge_observation(&bench->judge_arena, observation, observation->started_s,
			       &judgement),
	     "judging");
	bench->judge_us += cpu_us() - before;
	bench->findings += judgement.finding_count;
	for (size_t i = 0; bench->is_list && i < judgement.finding_count; i++)
		printf("%s %s\n", name_to_text(observation->domain, text),
		       judgement.findings[i].code);
}

static void feed(struct bench *bench)
{
	while (bench->next < bench->count) {
		int error = scan_domain(bench->scan, bench->names[bench->next].octets);
		if (error == ERR_BUSY)
			return;
		must(error, "scan_domain");
		bench->next++;
	}
}

static void done(void *context, const struct observation *observation)
{
	struct bench *bench = context;
	size_t octets = observation_encoded_max(observation);
	bench->done++;
	bench->slow += observation->took_ms > 1000;
	if (bench->done == bench->count / 2)
		bench->half_s = wall_s() - bench->started_s;
	if (bench->done == bench->count / 100 * 99)
		bench->most_s = wall_s() - bench->started_s;
	bench->octets += octets;
	bench->octets_max = octets > bench->octets_max ? octets : bench->octets_max;
	if (observation->not_measured != NULL) {
		bench->not_measured++;
		char text[NAME_TEXT_MAX];
		fprintf(stderr, "%s: %s\n", name_to_text(observation->domain, text),
			observation->not_measured);
	}
	if (!bench->without_checks)
		judge(bench, observation);
	feed(bench);
	if (bench->done == bench->count)
		loop_stop(bench->loop);
}

static void read_targets(struct bench *bench)
{
	FILE *file = fopen(bench->targets, "r");
	char line[1100];
	size_t room = 0;
	if (file == NULL)
		die(bench->targets, strerror(errno));
	while (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		if (bench->count == room) {
			room = room == 0 ? 1024 : room * 2;
			bench->names = realloc(bench->names, room * sizeof(*bench->names));
			if (bench->names == NULL)
				die("targets", "out of memory");
		}
		if (name_from_text(line, &bench->names[bench->count], NULL) == OK)
			bench->count++;
	}
	fclose(file);
	/* Random order: neighbours in a list share servers. */
	for (size_t i = bench->count; i > 1; i--) {
		size_t other = random_below(&bench->random, (uint32_t)i);
		struct name kept = bench->names[i - 1];
		bench->names[i - 1] = bench->names[other];
		bench->names[other] = kept;
	}
}

static void set_up(struct bench *bench)
{
	const struct clock clock = clock_system();
	const char *hints = getenv("DSFI_ROOT_HINTS"), *anchors = getenv("DSFI_TRUST_ANCHORS");
	struct complaint complaint = {""};
	struct arena arena;
	arena_init(&arena, 1 << 20, 0);
	if (hints == NULL || anchors == NULL)
		die("environment", "to be run inside `dsfi world run FILE -- ...`");
	struct resolver_settings resolver = {.hints = bench->hints, .random = &bench->random};
	if (hints_from_file(hints, bench->hints, HINTS_MAX, &resolver.hint_count, &complaint) != OK)
		die("hints", complaint.text);
	struct record *records = NULL;
	if (anchors_from_file(&arena, &(struct anchors_source){.path = anchors}, &records,
			      &resolver.anchor_count, &complaint) != OK)
		die("anchors", complaint.text);
	resolver.anchors = records;
	must(loop_new(&clock, &bench->loop), "loop");
	const struct transport_settings transport = {.rate_per_server = 0};
	if (transport_new(bench->loop, &transport, &bench->random, &bench->transport, &complaint) !=
	    OK)
		die("transport", complaint.text);
	bench->verifier = verifier_new(NULL, &bench->random);
	must(resolver_new(bench->loop, bench->transport, bench->verifier, &resolver,
			  &bench->resolver),
	     "resolver");
	const struct scan_tools tools = {bench->loop, bench->transport, bench->resolver,
					 bench->verifier};
	const struct scan_settings scan = {.needs = bench->is_full ? NEED_ALL_FULL
								   : NEED_ALL_DEFAULT,
					   .domains_in_flight = bench->in_flight,
					   .random = &bench->random};
	must(scan_new(&tools, &scan, done, bench, &bench->scan), "scan");
	arena_release(&arena);
}

/* False: a limit is missed. */
static bool report(const struct bench *bench, double used_us, double took_s, const double *yard)
{
	const struct transport_counts sent = transport_counts(bench->transport);
	const struct verifier_counts verified = verifier_counts(bench->verifier);
	const double domains = (double)bench->done;
	const double queries = (double)(sent.sent_udp + sent.sent_tcp + sent.sent_dot);
	const double signatures = (double)verified.verified - VERIFICATIONS;
	const double limit = LIMIT_FACTOR * (queries * yard[0] + signatures * yard[1]) / domains;
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	printf("domains %.0f, not measured %zu, findings %zu, in flight %u\n", domains,
	       bench->not_measured, bench->findings, bench->in_flight);
	printf("%.0f domains/s of CPU, %.0f domains/s of wall clock, %.1f s\n",
	       domains * 1e6 / used_us, domains / took_s, took_s);
	printf("half after %.1f s, 99 %% after %.1f s; %u took more than a second\n", bench->half_s,
	       bench->most_s, bench->slow);
	printf("queries/domain %.1f (retries %llu, TCP %llu), verifications/domain %.2f of %.2f\n",
	       queries / domains, (unsigned long long)sent.retries,
	       (unsigned long long)sent.sent_tcp, signatures / domains,
	       ((double)verified.asked - VERIFICATIONS) / domains);
	printf("bare loop %.2f us/query, verification %.1f us, checks %.0f us/domain\n", yard[0],
	       yard[1], bench->judge_us / domains);
	printf("observation %.0f octets on average, %zu at most; memory %ld MiB\n",
	       (double)bench->octets / domains, bench->octets_max, usage.ru_maxrss / 1024);
	const bool is_within = used_us / domains <= limit;
	if (bench->has_limit)
		printf("CPU/domain %.0f us, limit %.0f us, ratio %.2f: %s\n", used_us / domains,
		       limit, used_us / domains / limit, is_within ? "within" : "MISSED");
	else
		printf("CPU/domain %.0f us, %.2f of queries and verifications alone (no limit)\n",
		       used_us / domains, LIMIT_FACTOR * used_us / domains / limit);
	return is_within || !bench->has_limit;
}

/* Half of the servers' addresses are of IPv6, where a datagram costs the kernel more. */
static double bare_of_both(const struct bench *bench)
{
	static const uint8_t families[] = {ADDRESS_IPV4, ADDRESS_IPV6};
	double sum = 0;
	for (size_t f = 0; f < 2; f++) {
		const struct address *hint = bench->hints;
		while (hint < &bench->hints[HINTS_MAX - 1] && hint->family != families[f])
			hint++;
		if (hint->family != families[f])
			die("hints", "an address of each family is needed");
		const double us = bare_us(hint);
		printf("bare loop over IPv%u %.2f us/query\n", families[f], us);
		sum += us;
	}
	return sum / 2;
}

static unsigned number(const char *text)
{
	uint64_t value = 0;
	if (text == NULL || number_from_text(text, 0, 1000000, &value) != OK)
		die("argument", "a number is missing");
	return (unsigned)value;
}

static void read_words(struct bench *bench, char **words)
{
	for (; *words != NULL; words++) {
		if (strcmp(*words, "--in-flight") == 0)
			bench->in_flight = number(*++words);
		else if (strcmp(*words, "--cpu") == 0)
			bench->cpu = number(*++words);
		else if (strcmp(*words, "--no-checks") == 0)
			bench->without_checks = number(*++words) != 0;
		else if (strcmp(*words, "--limit") == 0)
			bench->has_limit = number(*++words) != 0;
		else if (strcmp(*words, "--findings") == 0)
			bench->is_list = number(*++words) != 0;
		else if (strcmp(*words, "--full") == 0)
			bench->is_full = number(*++words) != 0;
		else
			bench->targets = *words;
	}
	if (bench->targets == NULL)
		die("argument", "the file of targets is missing");
}

int main(int count, char **words)
{
	static struct bench bench = {.in_flight = IN_FLIGHT_DEFAULT};
	(void)count;
	read_words(&bench, words + 1);
	random_system(&bench.random);
	arena_init(&bench.judge_arena, JUDGE_OCTETS_MAX, 1 << 20);
	pin(bench.cpu);
	read_targets(&bench);
	set_up(&bench);
	const double yard[] = {bench.is_list ? 0 : bare_of_both(&bench),
			       verification_us(bench.verifier)};
	double before_us = cpu_us(), before_s = wall_s();
	bench.started_s = before_s;
	(void)loop_refresh_now(bench.loop); /* the yardsticks took seconds */
	feed(&bench);
	if (bench.count > 0)
		must(loop_run(bench.loop), "loop");
	bool is_within = true;
	if (!bench.is_list)
		is_within = report(&bench, cpu_us() - before_us, wall_s() - before_s, yard);
	scan_free(bench.scan);
	resolver_free(bench.resolver);
	transport_free(bench.transport);
	verifier_free(bench.verifier);
	loop_free(bench.loop);
	arena_release(&bench.judge_arena);
	free(bench.names);
	return is_within ? 0 : 1;
}
