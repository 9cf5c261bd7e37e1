/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a validated name costs: CPU (user and system) of `dsfi resolve` for a list, all of the
 * process counted, and of a peer that resolves the same list.
 *
 *	bench_resolve DSFI PEER NAMES
 *
 * Runs inside a world (dsfi world run). The limit is 1.3 times what the same questions cost in a
 * bare loop plus what the signatures cost to verify; how many there are is counted by resolving the
 * list here. PEER is run with the list and writes `seconds-of-CPU secure insecure other`; "-":
 *none.
 */
#include "base/text.h"
#include "dns/resolver/resolver.h"
#include "dns/wire/name.h"
#include "yardstick.h"

#include <assert.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define LIMIT_FACTOR 1.3
#define PEER_FACTOR 2.0
#define HINTS_MAX 32
#define IN_FLIGHT_MAX 500u

extern char **environ;

struct bench {
	FILE *names;
	struct loop *loop;
	struct random random;
	struct transport *transport;
	struct verifier *verifier;
	struct resolver *resolver;
	struct address hints[HINTS_MAX];
	size_t in_flight, done;
	size_t verdicts[RESOLVER_BOGUS + 1];
	bool is_last;
};

static void set_up(struct bench *bench)
{
	const struct clock clock = clock_system();
	const char *hints = getenv("DSFI_ROOT_HINTS"), *anchors = getenv("DSFI_TRUST_ANCHORS");
	struct complaint complaint = {""};
	struct arena arena;
	struct record *records = NULL;
	struct resolver_settings settings = {.hints = bench->hints, .random = &bench->random};
	const struct transport_settings transport = {.rate_per_server = 0};
	if (hints == NULL || anchors == NULL)
		die("environment", "to be run inside `dsfi world run FILE -- ...`");
	arena_init(&arena, 1 << 20, 0);
	if (hints_from_file(hints, bench->hints, HINTS_MAX, &settings.hint_count, &complaint) !=
		    OK ||
	    anchors_from_file(&arena, &(struct anchors_source){.path = anchors}, &records,
			      &settings.anchor_count, &complaint) != OK)
		die("hints and anchors", complaint.text);
	settings.anchors = records;
	must(loop_new(&clock, &bench->loop), "loop");
	if (transport_new(bench->loop, &transport, &bench->random, &bench->transport, &complaint) !=
	    OK)
		die("transport", complaint.text);
	bench->verifier = verifier_new(NULL, &bench->random);
	must(bench->verifier != NULL ? OK : ERR_MEMORY, "verifier");
	must(resolver_new(bench->loop, bench->transport, bench->verifier, &settings,
			  &bench->resolver),
	     "resolver");
	arena_release(&arena);
}

/* ---- how many questions and signatures ---- */

static void feed(struct bench *bench);

static void done(void *context, const struct lookup_answer *answer)
{
	struct bench *bench = context;
	assert(answer->security <= RESOLVER_BOGUS);
	bench->in_flight--;
	bench->done++;
	bench->verdicts[answer->security]++;
	feed(bench);
}

static void feed(struct bench *bench)
{
	char line[1100];
	while (!bench->is_last && bench->in_flight < IN_FLIGHT_MAX) {
		struct name name;
		bench->is_last = fgets(line, sizeof(line), bench->names) == NULL;
		if (bench->is_last)
			break;
		line[strcspn(line, "\n")] = '\0';
		must(name_from_text(line, &name, NULL), line);
		const struct lookup_question question = {
			.name = name.octets, .type = TYPE_A, .done = done, .context = bench};
		must(resolver_lookup(bench->resolver, &question), "look-up");
		bench->in_flight++;
	}
	if (bench->in_flight == 0)
		loop_stop(bench->loop);
}

static void resolve_here(struct bench *bench)
{
	(void)loop_refresh_now(bench->loop); /* the yardsticks took seconds */
	feed(bench);
	if (bench->in_flight > 0)
		must(loop_run(bench->loop), "loop");
}

/* ---- the programs ---- */

/* CPU seconds of the process; what it writes goes into `output`, of `room` octets, or nowhere. */
static double run(char *const *words, char *output, size_t room)
{
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	pid_t child;
	int status, ends[2];
	size_t size = 0;
	ssize_t got;
	must(pipe(ends) == 0 ? OK : ERR_IO, "pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	if (output == NULL)
		posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	else
		posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, ends[1]);
	const int error = posix_spawnp(&child, words[0], &actions, NULL, words, environ);
	if (error != 0)
		die(words[0], strerror(error));
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	while (output != NULL && size + 1 < room &&
	       (got = read(ends[0], output + size, room - 1 - size)) > 0)
		size += (size_t)got;
	if (output != NULL)
		output[size] = '\0';
	close(ends[0]);
	if (wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0)
		die(words[0], "it failed");
	return (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double run_dsfi(char *dsfi, char *names)
{
	char words[][12] = {"resolve", "--targets", "A", "--quiet"};
	char *const command[] = {dsfi, words[0], words[1], names, words[2], words[3], NULL};
	return run(command, NULL, 0) * 1e6;
}

/* False: the peer is not beaten as it should be. */
static bool compare(const struct bench *bench, char *peer, char *names, double own_us)
{
	char *const command[] = {peer, names, NULL};
	char said[256];
	double seconds;
	size_t secure, insecure, other;
	(void)run(command, said, sizeof(said));
	if (sscanf(said, "%lf %zu %zu %zu", &seconds, &secure, &insecure, &other) != 4)
		die(peer, "says something else than `seconds secure insecure other`");
	const double peer_us = seconds * 1e6 / (double)bench->done;
	const bool is_ahead = peer_us >= PEER_FACTOR * own_us;
	printf("libunbound: %.0f us/name, %.0f names/s of CPU (secure %zu, insecure %zu, other "
	       "%zu)\n",
	       peer_us, 1e6 / peer_us, secure, insecure, other);
	printf("ahead of it %.1f times, to be at least %.0f: %s\n", peer_us / own_us, PEER_FACTOR,
	       is_ahead ? "within" : "MISSED");
	if (secure != bench->verdicts[RESOLVER_SECURE] ||
	    insecure != bench->verdicts[RESOLVER_INSECURE])
		die(peer, "does not agree on the verdicts");
	return is_ahead;
}

int main(int count, char **words)
{
	static struct bench bench;
	if (count != 4)
		die("usage", "bench_resolve DSFI PEER NAMES");
	pin(0);
	random_system(&bench.random);
	bench.names = fopen(words[3], "r");
	if (bench.names == NULL)
		die(words[3], strerror(errno));
	set_up(&bench);
	const double bare = bare_us(&bench.hints[0]),
		     verification = verification_us(bench.verifier);
	resolve_here(&bench);
	if (bench.done == 0)
		die(words[3], "no names");
	const struct transport_counts sent = transport_counts(bench.transport);
	const double names = (double)bench.done;
	const double queries = (double)(sent.sent_udp + sent.sent_tcp + sent.sent_dot) / names;
	const double signatures =
		((double)verifier_counts(bench.verifier).verified - VERIFICATIONS) / names;
	const double limit = LIMIT_FACTOR * (queries * bare + signatures * verification);
	const double own = run_dsfi(words[1], words[3]) / names;
	bool is_within = own <= limit;
	printf("%.0f names (secure %zu, insecure %zu, bogus %zu, indeterminate %zu)\n", names,
	       bench.verdicts[RESOLVER_SECURE], bench.verdicts[RESOLVER_INSECURE],
	       bench.verdicts[RESOLVER_BOGUS], bench.verdicts[RESOLVER_INDETERMINATE]);
	printf("queries/name %.2f, verifications/name %.2f; bare loop %.2f us/query, verification "
	       "%.1f us\n",
	       queries, signatures, bare, verification);
	printf("dsfi resolve: %.0f us/name, %.0f names/s of CPU, limit %.0f us, ratio %.2f: %s\n",
	       own, 1e6 / own, limit, own / limit, is_within ? "within" : "MISSED");
	if (strcmp(words[2], "-") != 0)
		is_within = compare(&bench, words[2], words[3], own) && is_within;
	resolver_free(bench.resolver);
	transport_free(bench.transport);
	verifier_free(bench.verifier);
	loop_free(bench.loop);
	fclose(bench.names);
	return is_within ? 0 : 1;
}
