/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The peer of bench_resolve: libunbound, validating, from the world's hints and anchor.
 *
 *	bench_unbound NAMES
 *
 * Writes `seconds-of-CPU secure insecure other`. Its defaults stand, but for two that a world needs
 * (servers on loopback, more of a list at a time) and one that helps it (no addresses are fetched
 * before they are needed).
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unbound.h>

#define IN_FLIGHT_MAX 500u

struct peer {
	FILE *names;
	struct ub_ctx *context;
	unsigned in_flight;
	size_t secure, insecure, other;
	int is_last;
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "bench_unbound: %s: %s\n", what, why);
	exit(4);
}

static void must(int error, const char *what)
{
	if (error != 0)
		die(what, ub_strerror(error));
}

static void done(void *context, int error, struct ub_result *result)
{
	struct peer *peer = context;
	peer->in_flight--;
	if (error != 0 || result->rcode != 0 || result->bogus)
		peer->other++;
	else if (result->secure)
		peer->secure++;
	else
		peer->insecure++;
	if (error == 0)
		ub_resolve_free(result);
}

static void feed(struct peer *peer)
{
	char line[1100];
	while (!peer->is_last && peer->in_flight < IN_FLIGHT_MAX) {
		peer->is_last = fgets(line, sizeof(line), peer->names) == NULL;
		if (peer->is_last)
			return;
		line[strcspn(line, "\n")] = '\0';
		peer->in_flight++;
		must(ub_resolve_async(peer->context, line, 1, 1, peer, done, NULL), line);
	}
}

int main(int count, char **words)
{
	static const char *const options[][2] = {
		{"do-not-query-localhost:", "no"},
		{"outgoing-range:", "4096"},
		{"num-queries-per-thread:", "1024"},
		{"target-fetch-policy:", "0 0 0 0 0"},
		{"module-config:", "validator iterator"},
		{"msg-cache-size:", "64m"},
		{"rrset-cache-size:", "128m"},
	};
	static struct peer peer;
	const char *hints = getenv("DSFI_ROOT_HINTS"), *anchors = getenv("DSFI_TRUST_ANCHORS");
	struct timespec used;
	if (count != 2 || hints == NULL || anchors == NULL)
		die("usage", "bench_unbound NAMES, inside `dsfi world run FILE -- ...`");
	peer.names = fopen(words[1], "r");
	if (peer.names == NULL)
		die(words[1], strerror(errno));
	peer.context = ub_ctx_create();
	if (peer.context == NULL)
		die("context", "out of memory");
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		must(ub_ctx_set_option(peer.context, options[i][0], options[i][1]), options[i][0]);
	must(ub_ctx_set_option(peer.context, "root-hints:", hints), hints);
	must(ub_ctx_add_ta_file(peer.context, anchors), anchors);
	must(ub_ctx_async(peer.context, 1), "thread");
	for (feed(&peer); peer.in_flight > 0; feed(&peer)) {
		struct pollfd wait = {.fd = ub_fd(peer.context), .events = POLLIN};
		if (poll(&wait, 1, -1) > 0)
			must(ub_process(peer.context), "processing");
	}
	ub_ctx_delete(peer.context);
	fclose(peer.names);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	printf("%.6f %zu %zu %zu\n", (double)used.tv_sec + (double)used.tv_nsec / 1e9, peer.secure,
	       peer.insecure, peer.other);
	return 0;
}
