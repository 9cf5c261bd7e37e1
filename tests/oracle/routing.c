/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What gather/routing makes of VRPs, for others to be held against.
 *
 *	oracle_routing states FILE.csv <QUESTIONS	a question is a line `PREFIX AS`; the answer
 *is the question and valid, invalid or notfound oracle_routing rtr ADDRESS:PORT [UPDATES]	the
 *VRPs of an RTR cache after so many updates (1), as lines `AS,PREFIX,MAX`, sorted; what was agreed
 *upon goes to standard error
 *
 * Exit code 0 when there was an answer, 1 with a sentence when not.
 */
#include "gather/routing/rtr.h"
#include "gather/routing/vrps_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A cache that has nothing to say within it fails the test. */
#define PATIENCE_MS 60000u

static int answer(const struct vrps *vrps, char *line)
{
	struct route_prefix prefix;
	line[strcspn(line, "\n")] = '\0';
	const size_t length = strcspn(line, " ");
	if (line[length] != ' ' || route_prefix_from_text(line, length, &prefix) != OK)
		return 1;
	const uint32_t origin = (uint32_t)strtoul(line + length, NULL, 10);
	const enum roa_state state = vrps_state(vrps, &prefix, origin);
	printf("%s %s\n", line,
	       state == ROA_VALID       ? "valid"
	       : state == ROA_NOT_FOUND ? "notfound"
					: "invalid");
	return 0;
}

static int states(const char *path)
{
	struct vrps *vrps;
	struct complaint complaint = {"out of memory"};
	char line[256];
	int failed = 0;
	if (vrps_new(&vrps) != OK || vrps_read_csv(vrps, path, 0, NULL, &complaint) != OK ||
	    vrps_settle(vrps) != OK) {
		fprintf(stderr, "%s\n", complaint.text);
		return 1;
	}
	while (failed == 0 && fgets(line, sizeof(line), stdin) != NULL)
		failed = answer(vrps, line);
	vrps_free(vrps);
	return failed;
}

struct fetch {
	struct loop *loop;
	unsigned long updates;
	unsigned long wanted;
	int failed;
};

static void print_vrp(void *context, const struct vrp *vrp)
{
	(void)context;
	char text[ROUTE_PREFIX_TEXT_MAX];
	route_prefix_to_text(&vrp->prefix, text);
	printf("%" PRIu32 ",%s,%u\n", vrp->as, text, vrp->max_length);
}

static void updated(void *context, struct rtr *rtr)
{
	struct fetch *fetch = context;
	const struct rtr_facts facts = rtr_facts(rtr);
	fprintf(stderr, "version %u serial %" PRIu32 " vrps %zu refresh %" PRIu32 "\n",
		facts.version, facts.serial, facts.vrps, facts.refresh_s);
	if (++fetch->updates < fetch->wanted)
		return;
	struct vrps *vrps;
	fetch->failed = rtr_vrps(rtr, &vrps) != OK;
	if (fetch->failed == 0) {
		vrps_each(vrps, print_vrp, NULL);
		vrps_free(vrps);
	}
	loop_stop(fetch->loop);
}

static void failed(void *context, struct rtr *rtr, int error, const char *sentence)
{
	(void)rtr;
	struct fetch *fetch = context;
	fprintf(stderr, "%s\n", sentence);
	if (error != ERR_NOT_FOUND) {
		fetch->failed = 1;
		loop_stop(fetch->loop);
	}
}

static void expired(void *context, struct rtr *rtr)
{
	(void)rtr;
	((struct fetch *)context)->failed = 1;
}

static void too_late(void *context)
{
	struct fetch *fetch = context;
	fputs("no answer within a minute\n", stderr);
	fetch->failed = 1;
	loop_stop(fetch->loop);
}

static int fetch_all(const char *cache, unsigned long updates)
{
	static const struct rtr_handler HANDLER = {updated, failed, expired};
	struct fetch fetch = {.wanted = updates};
	struct rtr_options options = {.query_gap_ms = 1, .retry_ms = 200};
	struct rtr *rtr;
	struct timer alarm;
	const struct clock clock = clock_system();
	if (address_from_text(cache, RTR_PORT, &options.cache) != OK ||
	    loop_new(&clock, &fetch.loop) != OK) {
		fprintf(stderr, "'%s' is no address\n", cache);
		return 1;
	}
	timer_init(&alarm, too_late, &fetch);
	timer_start(fetch.loop, &alarm, PATIENCE_MS);
	if (rtr_new(fetch.loop, &options, &HANDLER, &fetch, &rtr) != OK ||
	    loop_run(fetch.loop) != OK)
		return 1;
	rtr_free(rtr);
	timer_stop(&alarm);
	loop_free(fetch.loop);
	return fetch.failed;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "states") == 0)
		return states(argv[2]);
	if ((argc == 3 || argc == 4) && strcmp(argv[1], "rtr") == 0)
		return fetch_all(argv[2], argc == 4 ? strtoul(argv[3], NULL, 10) : 1);
	fputs("usage: oracle_routing states FILE | rtr ADDRESS:PORT [UPDATES]\n", stderr);
	return 2;
}
