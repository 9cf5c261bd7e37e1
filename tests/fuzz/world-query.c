/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions to a world's servers: first octet: which server and transport; the rest: the message.
 * Property: what comes back is no longer than the asker can take, carries the question's id and can
 * be read, but for the servers that are there to break this. */
#include "base/arena.h"
#include "dns/wire/type.h"
#include "net/udp_server.h"
#include "world/respond_private.h"
#include "world/world.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW_S 1767225600
#define SERVERS 13
#define GARBAGE 8
#define WRONG_ID 9

static const char file[] =
	"world: 1\n"
	"seed: 3\n"
	"servers:\n"
	"  - {name: a.root, addresses: [198.18.0.1]}\n"
	"  - {name: a.nic.tld, addresses: [198.18.0.2]}\n"
	"  - {name: a.nic.two, addresses: [198.18.0.3]}\n"
	"  - {name: ns1.host.tld, addresses: [198.18.0.4]}\n"
	"  - {name: ns2.host.tld, addresses: [198.18.0.5], behaviour: [no-edns]}\n"
	"  - {name: ns3.host.tld, addresses: [198.18.0.6], behaviour: [lame]}\n"
	"  - {name: ns4.host.tld, addresses: [198.18.0.7], behaviour: [truncating]}\n"
	"  - {name: ns5.host.tld, addresses: [198.18.0.8], behaviour: [lossy, wrong-case]}\n"
	"  - {name: ns6.host.tld, addresses: [198.18.0.9], behaviour: [garbage]}\n"
	"  - {name: ns7.host.tld, addresses: [198.18.0.10], behaviour: [wrong-id]}\n"
	"  - {name: ns8.host.tld, addresses: [198.18.0.11], behaviour: [differing]}\n"
	"  - {name: ns9.host.tld, addresses: [198.18.0.12], behaviour: [refusing]}\n"
	"  - {name: ns10.host.tld, addresses: [198.18.0.13], behaviour: [stale-serial]}\n"
	"operators:\n"
	"  - {name: root, servers: [a.root]}\n"
	"  - {name: nic, servers: [a.nic.tld]}\n"
	"  - {name: two, servers: [a.nic.two]}\n"
	"  - name: host\n"
	"    servers: [ns1.host.tld, ns2.host.tld, ns3.host.tld, ns4.host.tld, ns5.host.tld,\n"
	"              ns6.host.tld, ns7.host.tld, ns8.host.tld, ns9.host.tld, ns10.host.tld]\n"
	"zones:\n"
	"  - {name: ., operator: root, signed: 13 nsec}\n"
	"  - {name: tld, operator: nic, signed: 15 nsec3-opt-out}\n"
	"  - {name: two, operator: two, signed: 13 nsec3}\n"
	"  - {name: host.tld, operator: host, signed: 15 nsec}\n"
	"domains:\n"
	"  - {name: a.tld, operator: host, signed: 15 nsec, records: '*.a.tld. 60 IN A "
	"192.0.2.1'}\n"
	"  - {name: b.tld, operator: host, signed: 13 nsec3, vanity: true}\n"
	"  - {name: c.tld, operator: host, faults: [ns-cycle]}\n"
	"  - {name: d.e.two, operator: host, signed: 200 nsec3}\n"
	"  - {name: f.two, operator: host, faults: [glue-wrong]}\n"
	"  - {name: g.two, operator: host, signed: 13 nsec, faults: [sig-wrong, ns-alias]}\n"
	"canned:\n"
	"  - {at: 198.18.0.4, name: raw.tld, replies: [{raw: '00008180'}]}\n"
	"  - {at: 198.18.0.4, name: said.tld, replies: [{answer: 'x. 1 IN TXT \"y\"'}, {silent: "
	"true}]}\n";

/* The world's servers, made once: the fuzzer asks them millions of times. */
static struct responder *open_servers(void)
{
	static struct responder *responder;
	if (responder != NULL)
		return responder;
	struct complaint complaint = {""};
	struct world *world;
	struct authority *authority;
	assert(world_parse(file, sizeof(file) - 1, NULL, &complaint, &world) == OK);
	assert(authority_new(world, NOW_S, &authority) == OK);
	assert(responder_new(authority, &responder) == OK);
	return responder;
}

static void check_answer(const struct ask *ask, uint8_t server, const uint8_t *answer, size_t size)
{
	struct arena arena;
	struct message question;
	struct message message;
	arena_init(&arena, 16 << 20, 0);
	assert(message_walk(&arena, ask->data, ask->size_bytes, &question) == OK);
	assert(message_walk(&arena, answer, size, &message) == OK);
	assert(question.fault != MESSAGE_SHORT_HEADER);
	bool is_canned = size == 4;
	if (server != GARBAGE && !is_canned) {
		assert(message.fault == MESSAGE_SOUND && (message.flags & FLAG_QR) != 0);
		assert((message.id == question.id) ==
		       (server != WRONG_ID || message.rcode == RCODE_FORMERR ||
			message.rcode == RCODE_NOTIMP || message.rcode == RCODE_BADVERS));
	}
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t answer[STREAM_ANSWER_MAX];
	if (size < 1 || size > 65536)
		return 0;
	uint8_t server = data[0] % SERVERS;
	const uint8_t peer[4] = {198, 18, 9, 9};
	const uint8_t local[4] = {198, 18, 0, (uint8_t)(server + 1)};
	const struct ask ask = {
		.peer = address_from_ipv4(peer, 4000),
		.local = address_from_ipv4(local, 53),
		.data = data + 1,
		.size_bytes = size - 1,
		.is_stream = data[0] >= 128,
	};
	struct response response = respond(open_servers(), &ask, answer);
	assert(response.size_bytes <= (ask.is_stream ? STREAM_ANSWER_MAX : UDP_ANSWER_MAX));
	if (response.size_bytes > 0)
		check_answer(&ask, server, answer, response.size_bytes);
	return 0;
}
