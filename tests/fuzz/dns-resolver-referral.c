/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Servers that answer whatever they like: raw octets behind a header and the question, or records
 * composed from a few names so that referrals, aliases and cycles come about. Property: every
 * caller is told exactly once, the questions stay within the budget of the look-ups, no memory is
 * lost.
 */
#include "../unit/dns/resolver/fake_net.h"
#include "base/bytes.h"
#include "dns/resolver/limit.h"
#include "dns/resolver/resolver.h"
#include "net/loop.h"

#include <stdbool.h>

#define LOOK_UPS 4

static const char *const pool[] = {
	".",        "tld.",        "a.tld.",   "b.tld.",      "ns.a.tld.", "ns.b.tld.",
	"x.b.tld.", "ns.x.b.tld.", "nic.tld.", "ns.nic.tld.", "other.",    "ns.other.",
};
#define POOL_COUNT (sizeof(pool) / sizeof(pool[0]))

static const uint16_t types[] = {
	TYPE_NS,    TYPE_A,    TYPE_AAAA,   TYPE_CNAME, TYPE_SOA, TYPE_DS,
	TYPE_DNAME, TYPE_NSEC, TYPE_DNSKEY, TYPE_RRSIG, TYPE_NS,  TYPE_A,
};

struct told {
	unsigned int calls;
};

static void cut_told(void *context, enum lookup_state state, struct cut *cut)
{
	assert((state == LOOKUP_FOUND) == (cut != NULL));
	assert(cut == NULL || (cut->server_count > 0 && cut->server_count <= CUT_SERVERS_MAX));
	((struct told *)context)->calls++;
}

static void host_told(void *context, const struct host_answer *answer)
{
	assert(answer->state != LOOKUP_NONE && answer->count <= HOST_ADDRESSES_MAX);
	assert((answer->state == LOOKUP_FOUND) == (answer->count > 0));
	((struct told *)context)->calls++;
}

static void lookup_told(void *context, const struct lookup_answer *answer)
{
	assert(answer->state != LOOKUP_NONE);
	/* Nobody here can sign. */
	assert(answer->security != RESOLVER_SECURE);
	((struct told *)context)->calls++;
}

/* RDATA of the type, its names from the pool. */
static uint16_t compose_rdata(struct reader *input, uint16_t type, uint8_t *rdata)
{
	struct writer writer;
	struct name target = fake_name(pool[reader_u8(input) % POOL_COUNT]);
	writer_init(&writer, rdata, 512);
	switch (type) {
	case TYPE_A:
		writer_octets(&writer, "\xc0\x00\x02", 3);
		writer_u8(&writer, reader_u8(input));
		break;
	case TYPE_AAAA:
		writer_octets(&writer, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0", 15);
		writer_u8(&writer, reader_u8(input));
		break;
	case TYPE_SOA:
		writer_octets(&writer, target.octets, name_size(target.octets));
		writer_octets(&writer, target.octets, name_size(target.octets));
		writer_u64(&writer, 0);
		writer_u64(&writer, 0);
		writer_u32(&writer, reader_u8(input));
		break;
	case TYPE_DS:
	case TYPE_DNSKEY:
	case TYPE_RRSIG:
		for (unsigned int i = 0; i < 64; i++)
			writer_u8(&writer, reader_u8(input));
		break;
	default:
		writer_octets(&writer, target.octets, name_size(target.octets));
		break;
	}
	return (uint16_t)writer_used(&writer);
}

static int compose(struct reader *input, const struct exchange_question *question, uint8_t *wire,
		   size_t room)
{
	static const uint16_t rcodes[] = {RCODE_NOERROR, RCODE_NOERROR, RCODE_NXDOMAIN,
					  RCODE_SERVFAIL};
	struct builder builder;
	const uint8_t choice = reader_u8(input);
	unsigned int section = SECTION_ANSWER;
	builder_init(&builder, wire, room, 1, (choice & 1) != 0 ? FLAG_QR | FLAG_AA : FLAG_QR);
	builder_question(&builder, question->name, question->type, CLASS_IN);
	for (unsigned int left = choice >> 4; left > 0; left--) {
		uint8_t rdata[512];
		const uint8_t shape = reader_u8(input);
		const uint8_t owner = reader_u8(input) % (POOL_COUNT + 1);
		struct name name = fake_name(pool[owner % POOL_COUNT]);
		if (owner == POOL_COUNT)
			name_copy(name.octets, question->name);
		section += section < SECTION_ADDITIONAL ? shape >> 6 & 1 : 0;
		section += section < SECTION_ADDITIONAL ? shape >> 7 : 0;
		struct record record = {
			.owner = name.octets,
			.rdata = rdata,
			.ttl = shape,
			.class = CLASS_IN,
			.type = types[(shape & 15) % (sizeof(types) / sizeof(types[0]))]};
		record.rdata_size = compose_rdata(input, record.type, rdata);
		builder_record(&builder, (enum section)section, &record);
	}
	return (int)builder_finish(&builder, rcodes[choice >> 1 & 3]);
}

/* Header and question fit, as the transport makes sure; what follows is as it comes. */
static int raw(struct reader *input, const struct exchange_question *question, uint8_t *wire)
{
	struct builder builder;
	builder_init(&builder, wire, 512, 1, FLAG_QR);
	builder_question(&builder, question->name, question->type, CLASS_IN);
	size_t size = builder_finish(&builder, RCODE_NOERROR);
	wire[2] = reader_u8(input) | 0x80;
	wire[3] = reader_u8(input);
	for (unsigned int i = 6; i < 12; i++)
		wire[i] = i % 2 != 0 ? reader_u8(input) % 8 : 0;
	size_t rest = reader_u8(input) * 4u;
	rest = rest < reader_left(input) ? rest : reader_left(input);
	const uint8_t *octets = reader_octets(input, rest);
	if (octets != NULL)
		memcpy(wire + size, octets, rest);
	return (int)(size + rest);
}

static int answer(void *context, const struct exchange_question *question, uint8_t *wire,
		  size_t room)
{
	struct reader *input = context;
	if (reader_left(input) == 0)
		return 0;
	int size = (reader_u8(input) & 3) == 0 ? raw(input, question, wire)
					       : compose(input, question, wire, room);
	return size;
}

static struct resolver *make_resolver(struct loop *loop, struct transport *net,
				      struct verifier *verifier, struct random *random)
{
	struct name root = fake_name(".");
	struct address hint = fake_address("198.41.0.4");
	static const uint8_t digest[36] = {0x12, 0x34, ALGORITHM_ED25519, DIGEST_SHA256};
	const struct record anchor = {.owner = root.octets,
				      .rdata = digest,
				      .rdata_size = sizeof(digest),
				      .type = TYPE_DS,
				      .class = CLASS_IN};
	const struct resolver_settings settings = {.hints = &hint,
						   .hint_count = 1,
						   .anchors = &anchor,
						   .anchor_count = 1,
						   .cache_entries = 16,
						   .random = random};
	struct resolver *resolver = NULL;
	int error = resolver_new(loop, net, verifier, &settings, &resolver);
	assert(error == OK);
	(void)error;
	return resolver;
}

static void ask_all(struct resolver *resolver, struct told *told)
{
	struct name parent = fake_name("x.b.tld."), host = fake_name("ns.a.tld.");
	struct name other = fake_name("ns.x.b.tld."), name = fake_name("www.a.tld.");
	struct name zone = fake_name("x.b.tld.");
	struct address glue = fake_address("192.0.2.77");
	const struct host_question plain = {.name = host.octets};
	const struct host_question inside = {other.octets, zone.octets, &glue, 1};
	const struct lookup_question look_up = {
		.name = name.octets, .type = TYPE_MX, .done = lookup_told, .context = told};
	int error = resolver_parent(resolver, parent.octets, cut_told, told);
	assert(error == OK);
	error = resolver_host(resolver, &plain, host_told, told);
	assert(error == OK);
	error = resolver_host(resolver, &inside, host_told, told);
	assert(error == OK);
	error = resolver_lookup(resolver, &look_up);
	assert(error == OK);
	(void)error;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader input;
	struct random random, shuffle;
	uint64_t now_ns = 1000000000;
	const struct clock clock = {fake_monotonic_ns, fake_wall_s, &now_ns};
	struct loop *loop = NULL;
	struct transport *net = NULL;
	struct told told = {0};
	reader_init(&input, data, size);
	random_seeded(&random, 1);
	random_seeded(&shuffle, reader_u8(&input));
	int error = loop_new(&clock, &loop);
	assert(error == OK);
	error = transport_new(loop, NULL, NULL, &net, NULL);
	assert(error == OK);
	(void)error;
	net->shuffle = &shuffle;
	net->script = answer;
	net->script_context = &input;
	const struct verifier_limits limits = {.keys = 16, .memories = 16};
	struct verifier *verifier = verifier_new(&limits, &random);
	assert(verifier != NULL);
	struct resolver *resolver = make_resolver(loop, net, verifier, &random);
	ask_all(resolver, &told);
	fake_run(net);
	assert(told.calls == LOOK_UPS);
	assert(net->asked <= LOOK_UPS * LIMIT_QUERIES);
	resolver_free(resolver);
	transport_free(net);
	verifier_free(verifier);
	loop_free(loop);
	return 0;
}
