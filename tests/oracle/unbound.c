/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libunbound's verdicts, many questions in flight: the other resolver of the differential test.
 *
 *     oracle_unbound --hints FILE --anchors FILE [--in-flight N] <QUESTIONS
 *
 * A question is a line `NAME TYPE`, the type as a number; names need no escapes. An answer is a
 * line of six columns with tabs between: name, type, security (secure, insecure, bogus,
 * indeterminate), state (found, nodata, nxdomain, failed), the data of the last name of the chain
 * in hexadecimal with commas between, why it is bogus. Answers come in any order. Exit code 0 when
 * each question has one.
 */
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unbound.h>

#define LINE_MAX_OCTETS 1100
#define CLASS_INTERNET 1
#define RCODE_NOERROR 0
#define RCODE_NXDOMAIN 3
/* Names and rdata that a message can hold are shorter. */
#define TYPE_LAST 65535

struct oracle {
	struct ub_ctx *context;
	const char *hints, *anchors;
	unsigned long in_flight, in_flight_max;
	unsigned long failures;
	bool is_last;
};

struct asked {
	struct oracle *oracle;
	int type;
	char name[];
};

static const char *security_of(const struct ub_result *result)
{
	if (result->bogus)
		return "bogus";
	if (result->rcode != RCODE_NOERROR && result->rcode != RCODE_NXDOMAIN)
		return "indeterminate";
	return result->secure ? "secure" : "insecure";
}

static const char *state_of(const struct ub_result *result)
{
	if (result->havedata)
		return "found";
	if (result->rcode == RCODE_NXDOMAIN)
		return "nxdomain";
	return result->rcode == RCODE_NOERROR ? "nodata" : "failed";
}

static void put_data(const struct ub_result *result)
{
	for (size_t i = 0; result->havedata && result->data[i] != NULL; i++) {
		if (i > 0)
			putchar(',');
		for (int j = 0; j < result->len[i]; j++)
			printf("%02x", (unsigned char)result->data[i][j]);
	}
}

/* Why, on one line. */
static void put_reason(const char *reason)
{
	for (const char *at = reason; at != NULL && *at != '\0'; at++)
		putchar(*at == '\t' || *at == '\n' ? ' ' : *at);
}

static void answered(void *context, int error, struct ub_result *result)
{
	struct asked *asked = context;
	struct oracle *oracle = asked->oracle;
	assert(oracle->in_flight > 0);
	oracle->in_flight--;
	if (error != 0 || result == NULL) {
		fprintf(stderr, "oracle_unbound: %s %d: %s\n", asked->name, asked->type,
			ub_strerror(error));
		oracle->failures++;
	} else {
		printf("%s\t%d\t%s\t%s\t", asked->name, asked->type, security_of(result),
		       state_of(result));
		put_data(result);
		putchar('\t');
		put_reason(result->why_bogus);
		putchar('\n');
	}
	ub_resolve_free(result);
	free(asked);
}

/* The next line of standard input; false at its end. */
static bool ask_next(struct oracle *oracle)
{
	char line[LINE_MAX_OCTETS];
	if (fgets(line, sizeof(line), stdin) == NULL)
		return false;
	char *space = strchr(line, ' ');
	if (space == NULL) {
		fprintf(stderr, "oracle_unbound: no `NAME TYPE`: %s", line);
		oracle->failures++;
		return true;
	}
	*space = '\0';
	const unsigned long type = strtoul(space + 1, NULL, 10);
	struct asked *asked = calloc(1, sizeof(*asked) + strlen(line) + 1);
	if (asked == NULL || type == 0 || type > TYPE_LAST) {
		fprintf(stderr, "oracle_unbound: %s cannot be asked\n", line);
		oracle->failures++;
		free(asked);
		return true;
	}
	asked->oracle = oracle;
	asked->type = (int)type;
	memcpy(asked->name, line, strlen(line) + 1);
	const int error = ub_resolve_async(oracle->context, asked->name, asked->type,
					   CLASS_INTERNET, asked, answered, NULL);
	if (error != 0) {
		fprintf(stderr, "oracle_unbound: %s: %s\n", asked->name, ub_strerror(error));
		oracle->failures++;
		free(asked);
		return true;
	}
	oracle->in_flight++;
	return true;
}

static bool run(struct oracle *oracle)
{
	for (;;) {
		while (!oracle->is_last && oracle->in_flight < oracle->in_flight_max)
			oracle->is_last = !ask_next(oracle);
		if (oracle->in_flight == 0)
			return oracle->failures == 0;
		struct pollfd ready = {.fd = ub_fd(oracle->context), .events = POLLIN};
		if (poll(&ready, 1, -1) < 0 && errno != EINTR)
			return false;
		const int error = ub_process(oracle->context);
		if (error != 0) {
			fprintf(stderr, "oracle_unbound: %s\n", ub_strerror(error));
			return false;
		}
	}
}

/* Nothing is learnt but from the zones' servers: no synthesis from earlier proofs, and no address
 * is out of bounds. Room for all that is in flight, or some would be dropped. Silent servers are
 * waited for as long as dsfi waits for them, not for minutes. */
static int configure(struct oracle *oracle)
{
	static const char *const options[][2] = {
		{"aggressive-nsec:", "no"},
		{"do-not-query-localhost:", "no"},
		{"num-queries-per-thread:", "4096"},
		{"outgoing-range:", "8192"},
		{"outgoing-num-tcp:", "1000"},
		{"max-sent-count:", "100"},
		{"prefetch:", "no"},
		{"use-syslog:", "no"},
		{"outbound-msg-retry:", "3"},
		{"infra-cache-max-rtt:", "4000"},
	};
	oracle->context = ub_ctx_create();
	if (oracle->context == NULL)
		return UB_NOMEM;
	int error = 0;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]) && error == 0; i++)
		error = ub_ctx_set_option(oracle->context, options[i][0], options[i][1]);
	if (error == 0)
		error = ub_ctx_set_option(oracle->context, "root-hints:", oracle->hints);
	if (error == 0)
		error = ub_ctx_add_ta_file(oracle->context, oracle->anchors);
	return error != 0 ? error : ub_ctx_async(oracle->context, 1);
}

static bool read_arguments(struct oracle *oracle, int count, char **words)
{
	for (int i = 1; i + 1 < count; i += 2) {
		if (strcmp(words[i], "--hints") == 0)
			oracle->hints = words[i + 1];
		else if (strcmp(words[i], "--anchors") == 0)
			oracle->anchors = words[i + 1];
		else if (strcmp(words[i], "--in-flight") == 0)
			oracle->in_flight_max = strtoul(words[i + 1], NULL, 10);
		else
			return false;
	}
	return count % 2 == 1 && oracle->hints != NULL && oracle->anchors != NULL &&
	       oracle->in_flight_max > 0;
}

int main(int count, char **words)
{
	struct oracle oracle = {.in_flight_max = 200};
	if (!read_arguments(&oracle, count, words)) {
		fprintf(stderr,
			"usage: oracle_unbound --hints FILE --anchors FILE [--in-flight N]\n");
		return 2;
	}
	const int error = configure(&oracle);
	if (error != 0) {
		fprintf(stderr, "oracle_unbound: %s\n", ub_strerror(error));
		return 1;
	}
	const bool is_whole = run(&oracle);
	ub_ctx_delete(oracle.context);
	return is_whole && fflush(stdout) == 0 ? 0 : 1;
}
