/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample.h"

#include "base/memory.h"
#include "dns/wire/build.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SAMPLE_OCTETS_MAX 65536
#define SAMPLE_ID 0x1234

#define DOMAINS "domains:\n"

static const char head[] =
	"world: 1\n"
	"seed: 7\n"
	"servers:\n"
	"  - {name: a.root-servers.net, addresses: [198.41.0.4, \"2001:503:ba3e::2:30\"]}\n"
	"  - {name: a.nic.tld, addresses: [198.18.0.1, \"2001:db8::1\"]}\n"
	"  - {name: b.nic.tld, addresses: [198.18.0.2]}\n"
	"  - {name: a.nic.two, addresses: [198.18.0.3]}\n"
	"  - {name: ns1.good.tld, addresses: [198.18.1.1, \"2001:db8:1::1\"]}\n"
	"  - {name: ns2.good.tld, addresses: [198.18.1.2]}\n"
	"  - {name: ns1.odd.tld, addresses: [198.18.2.1]}\n"
	"  - {name: silent.odd.tld, addresses: [198.18.2.2], behaviour: [silent]}\n"
	"  - {name: lame.odd.tld, addresses: [198.18.2.3], behaviour: [lame]}\n"
	"  - {name: lame2.odd.tld, addresses: [198.18.2.4], behaviour: [lame]}\n"
	"  - {name: refusing.odd.tld, addresses: [198.18.2.5], behaviour: [refusing]}\n"
	"  - {name: servfail.odd.tld, addresses: [198.18.2.6], behaviour: [servfail]}\n"
	"  - {name: id.odd.tld, addresses: [198.18.2.7], behaviour: [wrong-id]}\n"
	"  - {name: garbage.odd.tld, addresses: [198.18.2.8], behaviour: [garbage]}\n"
	"  - {name: tcp.odd.tld, addresses: [198.18.2.9], behaviour: [no-tcp]}\n"
	"  - {name: edns.odd.tld, addresses: [198.18.2.10], behaviour: [no-edns]}\n"
	"  - {name: case.odd.tld, addresses: [198.18.2.11], behaviour: [wrong-case]}\n"
	"  - {name: tc.odd.tld, addresses: [198.18.2.12], behaviour: [truncating]}\n"
	"  - {name: slow.odd.tld, addresses: [198.18.2.13], behaviour: [slow]}\n"
	"  - {name: lossy.odd.tld, addresses: [198.18.2.14], behaviour: [lossy]}\n"
	"  - {name: stale.odd.tld, addresses: [198.18.2.15], behaviour: [stale-serial]}\n"
	"  - {name: differing.odd.tld, addresses: [198.18.2.16], behaviour: [differing]}\n"
	"operators:\n"
	"  - {name: root, servers: [a.root-servers.net]}\n"
	"  - {name: nic, servers: [a.nic.tld, b.nic.tld]}\n"
	"  - {name: nic-two, servers: [a.nic.two]}\n"
	"  - {name: good, servers: [ns1.good.tld, ns2.good.tld]}\n"
	"  - name: odd\n"
	"    servers: [ns1.odd.tld, silent.odd.tld, lame.odd.tld, lame2.odd.tld, "
	"refusing.odd.tld,\n"
	"              servfail.odd.tld, id.odd.tld, garbage.odd.tld, tcp.odd.tld, edns.odd.tld,\n"
	"              case.odd.tld, tc.odd.tld, slow.odd.tld, lossy.odd.tld, stale.odd.tld,\n"
	"              differing.odd.tld]\n"
	"  - {name: dead, servers: [refusing.odd.tld, servfail.odd.tld]}\n"
	"  - {name: half, servers: [ns1.odd.tld, edns.odd.tld]}\n"
	"  - {name: old, servers: [edns.odd.tld, lame.odd.tld]}\n"
	"zones:\n"
	"  - {name: ., operator: root, signed: 13 nsec}\n"
	"  - {name: tld, operator: nic, signed: 13 nsec3-opt-out}\n"
	"  - {name: two, operator: nic-two, signed: 15 nsec}\n"
	"  - {name: good.tld, operator: good, signed: 13 nsec3}\n"
	"  - {name: odd.tld, operator: good}\n" DOMAINS;

const char *sample_head(void)
{
	return head;
}

void sample_open_text(struct sample *sample, const char *text)
{
	struct complaint complaint = {""};
	memset(sample, 0, sizeof(*sample));
	if (world_parse(text, strlen(text), NULL, &complaint, &sample->world))
		fail_msg("%s", complaint.text);
	assert_int_equal(authority_new(sample->world, SAMPLE_NOW_S, &sample->authority), 0);
	assert_int_equal(authority_prepare(sample->authority), 0);
	assert_int_equal(responder_new(sample->authority, &sample->responder), 0);
	arena_init(&sample->arena, 16 * 1024 * 1024, 0);
}

static void open_with(struct sample *sample, size_t head_size, const char *tail)
{
	char *text = malloc(head_size + strlen(tail) + 1);
	assert_non_null(text);
	memcpy(text, head, head_size);
	memcpy(text + head_size, tail, strlen(tail) + 1);
	sample_open_text(sample, text);
	free(text);
}

void sample_open(struct sample *sample, const char *tail)
{
	open_with(sample, sizeof(head) - 1, tail);
}

void sample_open_zones(struct sample *sample, const char *tail)
{
	open_with(sample, sizeof(head) - sizeof(DOMAINS), tail);
}

void sample_close(struct sample *sample)
{
	responder_free(sample->responder);
	authority_free(sample->authority);
	world_free(sample->world);
	arena_release(&sample->arena);
}

struct response sample_ask(struct sample *sample, const struct sample_question *question)
{
	struct name name;
	uint8_t octets[QUERY_MAX_OCTETS];
	size_t size;
	assert_int_equal(name_from_text(question->name, &name, NULL), 0);
	const struct query query = {
		.id = SAMPLE_ID,
		.name = name.octets,
		.type = question->type,
		.class = CLASS_IN,
		.edns = !question->without_edns,
		.dnssec_ok = question->dnssec_ok,
		.udp_size = question->udp_size,
	};
	assert_int_equal(query_build(&query, octets, sizeof(octets), &size), 0);
	struct ask ask = {.data = octets,
			  .size_bytes = size,
			  .is_stream = question->is_stream,
			  .part = question->part};
	assert_int_equal(address_from_text("198.18.200.200", 4000, &ask.peer), 0);
	assert_int_equal(address_from_text(question->at, 53, &ask.local), 0);
	return respond(sample->responder, &ask, sample->buffer);
}

struct message sample_answer(struct sample *sample, const struct sample_question *question)
{
	struct response response = sample_ask(sample, question);
	struct message message;
	assert_true(response.size_bytes > 0);
	uint8_t *kept = arena_copy(&sample->arena, sample->buffer, response.size_bytes);
	assert_non_null(kept);
	assert_int_equal(message_walk(&sample->arena, kept, response.size_bytes, &message), 0);
	assert_int_equal(message.fault, MESSAGE_SOUND);
	assert_true((message.flags & FLAG_QR) != 0);
	return message;
}
