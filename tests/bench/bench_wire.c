/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Nanoseconds of CPU per message: our walker, and beside it libknot's parser as fast as it goes
 * (own arena, wire kept, no canonical form) and doing the same work (canonical form). The messages
 * are those a scan meets most: a signed referral, an NSEC3 denial, a DNSKEY answer.
 */
#include "dns/wire/build.h"
#include "dns/wire/message.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <libknot/libknot.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 200000
#define BATCHES 7 /* the fastest counts: the machine is shared */

struct packet {
	uint8_t wire[2048];
	size_t size;
};

struct line {
	enum section section;
	const char *text;
};

#define KEY64 \
	"oJMRESz5E4gYzS/q6XDrvU1qMPYIjCWzJaOau8XNEZeqCYKD5ar0IRd8KqXXFJkqmVfRvMGPmM1x8fGAa2XhSA=="
#define SIGNATURE KEY64

static const struct line referral[] = {
	{SECTION_AUTHORITY, "d0001234.example-tld. 3600 IN NS ns1.operator-one.example-tld."},
	{SECTION_AUTHORITY, "d0001234.example-tld. 3600 IN NS ns2.operator-one.example-tld."},
	{SECTION_AUTHORITY, "d0001234.example-tld. 3600 IN DS 60485 13 2 "
			    "2bb183af5f22588179a53b0a98631fad1a2921182bb183af5f22588179a53b0a"},
	{SECTION_AUTHORITY, "d0001234.example-tld. 3600 IN RRSIG DS 13 2 3600 20261121181607 "
			    "20261021181607 2642 example-tld. " SIGNATURE},
	{SECTION_ADDITIONAL, "ns1.operator-one.example-tld. 3600 IN A 198.18.0.1"},
	{SECTION_ADDITIONAL, "ns2.operator-one.example-tld. 3600 IN A 198.18.0.2"},
	{SECTION_ADDITIONAL, "ns1.operator-one.example-tld. 3600 IN AAAA 2001:db8::1"},
	{SECTION_ADDITIONAL, "ns2.operator-one.example-tld. 3600 IN AAAA 2001:db8::2"},
	{SECTION_COUNT, NULL},
};

static const struct line denial[] = {
	{SECTION_AUTHORITY, "example-tld. 900 IN SOA ns1.example-tld. host.example-tld. 1 2 3 4 5"},
	{SECTION_AUTHORITY, "example-tld. 900 IN RRSIG SOA 13 1 900 20261121181607 20261021181607 "
			    "2642 example-tld. " SIGNATURE},
	{SECTION_AUTHORITY, "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example-tld. 900 IN NSEC3 1 1 0 - "
			    "2vptu5timamqttgl4luu9kg21e0aor3s NS SOA RRSIG DNSKEY NSEC3PARAM"},
	{SECTION_AUTHORITY, "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example-tld. 900 IN RRSIG NSEC3 13 2 "
			    "900 20261121181607 20261021181607 2642 example-tld. " SIGNATURE},
	{SECTION_AUTHORITY, "b4um86eghhds6nea196smvmlo4ors995.example-tld. 900 IN NSEC3 1 1 0 - "
			    "gjeqe526plbf1g8mklp59enfd789njgi NS DS RRSIG"},
	{SECTION_AUTHORITY, "b4um86eghhds6nea196smvmlo4ors995.example-tld. 900 IN RRSIG NSEC3 13 2 "
			    "900 20261121181607 20261021181607 2642 example-tld. " SIGNATURE},
	{SECTION_AUTHORITY, "q04jkcevqvmu85r014c7dkba38o0ji5r.example-tld. 900 IN NSEC3 1 1 0 - "
			    "r53bq7cc2uvmubfu5ocmm6pers9tk9en NS DS RRSIG"},
	{SECTION_AUTHORITY, "q04jkcevqvmu85r014c7dkba38o0ji5r.example-tld. 900 IN RRSIG NSEC3 13 2 "
			    "900 20261121181607 20261021181607 2642 example-tld. " SIGNATURE},
	{SECTION_COUNT, NULL},
};

static const struct line dnskey[] = {
	{SECTION_ANSWER, "example-tld. 3600 IN DNSKEY 257 3 13 " KEY64},
	{SECTION_ANSWER, "example-tld. 3600 IN RRSIG DNSKEY 13 1 3600 20261121181607 "
			 "20261021181607 2642 example-tld. " SIGNATURE},
	{SECTION_COUNT, NULL},
};

static void make(struct packet *packet, const char *question, const struct line *lines)
{
	struct arena arena;
	struct builder builder;
	struct record record;
	arena_init(&arena, 1 << 20, 0);
	builder_init(&builder, packet->wire, sizeof(packet->wire), 1, FLAG_QR);
	if (record_from_text(&arena, question, &record, NULL) != OK)
		abort();
	builder_question(&builder, record.owner, record.type, record.class);
	for (; lines->text != NULL; lines++) {
		struct complaint complaint;
		if (record_from_text(&arena, lines->text, &record, &complaint) != OK) {
			fprintf(stderr, "%s\n", complaint.text);
			abort();
		}
		builder_record(&builder, lines->section, &record);
	}
	builder_opt(&builder, &(struct edns){.udp_size = 1232, .flags = EDNS_FLAG_DO}, 0);
	packet->size = builder_finish(&builder, 0);
	assert(packet->size > 0);
	arena_release(&arena);
}

static double now_ns(void)
{
	struct timespec time;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void run_walker(struct packet *packet, struct arena *arena)
{
	struct message message;
	if (message_walk(arena, packet->wire, packet->size, &message) != OK ||
	    message.fault != MESSAGE_SOUND)
		abort();
	arena_reset(arena);
}

static void *bump_take(void *context, size_t size)
{
	return arena_take(context, size);
}

static void bump_give(void *memory)
{
	(void)memory;
}

static void run_knot(struct packet *packet, struct arena *arena, unsigned flags)
{
	knot_mm_t memory = {.ctx = arena, .alloc = bump_take, .free = bump_give};
	knot_pkt_t *parsed = knot_pkt_new(packet->wire, (uint16_t)packet->size, &memory);
	if (parsed == NULL || knot_pkt_parse(parsed, flags) != KNOT_EOK)
		abort();
	arena_reset(arena);
}

static double measure(struct packet *packet, int how)
{
	struct arena arena;
	double best = 1e18;
	arena_init(&arena, 1 << 20, 1 << 16);
	for (int batch = 0; batch < BATCHES; batch++) {
		const double start = now_ns();
		for (int i = 0; i < ROUNDS; i++) {
			if (how == 0)
				run_walker(packet, &arena);
			else
				run_knot(packet, &arena,
					 how == 1 ? KNOT_PF_KEEPWIRE | KNOT_PF_NOCANON
						  : KNOT_PF_KEEPWIRE);
		}
		const double spent = (now_ns() - start) / ROUNDS;
		if (spent < best)
			best = spent;
	}
	arena_release(&arena);
	return best;
}

static void report(const char *title, const char *question, const struct line *lines,
		   double limit_ns)
{
	static struct packet packet;
	make(&packet, question, lines);
	printf("%-16s %4zu octets: %4.0f ns walker, %4.0f ns libknot without canonical form, "
	       "%4.0f ns with",
	       title, packet.size, measure(&packet, 0), measure(&packet, 1), measure(&packet, 2));
	if (limit_ns > 0)
		printf("; limit %.0f ns", limit_ns);
	printf("\n");
}

int main(void)
{
	report("signed referral", "d0001234.example-tld. 0 IN A 192.0.2.1", referral, 300);
	report("NSEC3 denial", "nothing-here.example-tld. 0 IN A 192.0.2.1", denial, 0);
	report("DNSKEY", "example-tld. 0 IN TYPE48 \\# 4 00000000", dnskey, 0);
	return 0;
}
