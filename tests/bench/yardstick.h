/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What others are held against, measured in the same run: what a question costs in a loop that does
 * nothing else, and what a signature costs to verify. For one program: include it in the file with
 * main().
 */
#ifndef TESTS_BENCH_YARDSTICK_H
#define TESTS_BENCH_YARDSTICK_H

#include "base/arena.h"
#include "dns/dnssec/key.h"
#include "dns/dnssec/sign.h"
#include "dns/dnssec/verify.h"
#include "dns/wire/build.h"
#include "dns/wire/type.h"
#include "net/address.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BARE_QUERIES 200000u
#define BARE_BATCH 64u
#define VERIFICATIONS 2000u

static void die(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, why);
	exit(4);
}

static void must(int error, const char *what)
{
	if (error != OK)
		die(what, error_text(error));
}

static double cpu_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void pin(unsigned cpu)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
}

struct bare {
	struct mmsghdr messages[BARE_BATCH];
	struct iovec vectors[BARE_BATCH];
	uint8_t buffers[BARE_BATCH][4096];
};

static void bare_receive(int descriptor, struct bare *bare, unsigned *left)
{
	for (unsigned i = 0; i < BARE_BATCH; i++)
		bare->vectors[i].iov_len = sizeof(bare->buffers[i]);
	struct pollfd wait = {.fd = descriptor, .events = POLLIN};
	while (*left > 0 && poll(&wait, 1, 200) > 0) {
		int got = recvmmsg(descriptor, bare->messages, BARE_BATCH, MSG_DONTWAIT, NULL);
		*left -= got > 0 ? (unsigned)got : 0;
	}
}

/* sendmmsg and recvmmsg of one ready-made question, nothing looked at: CPU a question. */
static double bare_us(const struct address *server_address)
{
	static struct bare bare;
	static uint8_t wire[QUERY_MAX_OCTETS];
	struct sockaddr_storage server;
	size_t size = 0;
	const struct query query = {.id = 1,
				    .name = (const uint8_t *)"",
				    .type = TYPE_SOA,
				    .class = CLASS_IN,
				    .edns = true};
	must(query_build(&query, wire, sizeof(wire), &size), "query");
	socklen_t length = address_to_sockaddr(server_address, &server);
	int descriptor = socket(server.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&server, length) != 0)
		die("socket", strerror(errno));
	double before = cpu_us();
	unsigned answered = 0;
	for (unsigned sent = 0; sent < BARE_QUERIES; sent += BARE_BATCH) {
		for (unsigned i = 0; i < BARE_BATCH; i++) {
			memcpy(bare.buffers[i], wire, size);
			bare.vectors[i] = (struct iovec){bare.buffers[i], size};
			bare.messages[i].msg_hdr =
				(struct msghdr){.msg_iov = &bare.vectors[i], .msg_iovlen = 1};
		}
		unsigned left = BARE_BATCH;
		if (sendmmsg(descriptor, bare.messages, BARE_BATCH, 0) != (int)BARE_BATCH)
			die("sendmmsg", strerror(errno));
		bare_receive(descriptor, &bare, &left);
		answered += BARE_BATCH - left;
	}
	close(descriptor);
	return (cpu_us() - before) / answered;
}

/* One P-256 signature over one address, each time another. */
static double verification_us(struct verifier *verifier)
{
	struct arena arena;
	struct signing_key *key = NULL;
	size_t size;
	arena_init(&arena, 16 << 20, 1 << 20);
	must(signing_key_new(ALGORITHM_ECDSAP256, 0, 257, 1, &key), "key");
	static const uint8_t zone[] = "\7example";
	struct record dnskey = {.owner = zone,
				.rdata = signing_key_rdata(key, &size),
				.type = TYPE_DNSKEY,
				.class = CLASS_IN};
	dnskey.rdata_size = (uint16_t)size;
	double used = 0;
	for (uint32_t i = 0; i < VERIFICATIONS; i++) {
		const struct record address = {.owner = zone,
					       .rdata = (const uint8_t *)&i,
					       .rdata_size = 4,
					       .ttl = 60,
					       .type = TYPE_A,
					       .class = CLASS_IN};
		const struct record *records[] = {&address};
		const struct rrset rrset = {.owner = zone,
					    .type = TYPE_A,
					    .class = CLASS_IN,
					    .ttl = 60,
					    .count = 1,
					    .records = records};
		const struct signer signer = {.key = key, .zone = zone, .times = {1, 2}};
		struct record rrsig;
		must(sign_rrset(&arena, &signer, &rrset, &rrsig), "signature");
		double before = cpu_us();
		if (verifier_check(verifier, &rrset, &rrsig, &dnskey) != SIGNATURE_GOOD)
			die("verification", "not good");
		used += cpu_us() - before;
	}
	signing_key_free(key);
	arena_release(&arena);
	return used / VERIFICATIONS;
}

#endif
