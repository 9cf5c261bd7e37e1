/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A world's servers, and somebody between them and us: each answer comes as it is, or with octets
 * flipped, records left out, doubled, renamed, altered, moved, or as another answer of the world
 * (of any server, to any question), in whole or mixed in. The input decides; when it is used up,
 * all answers come as they are. Include it once.
 */
#ifndef TESTS_FUZZ_MUTATED_WORLD_H
#define TESTS_FUZZ_MUTATED_WORLD_H

#include "../unit/dns/resolver/fake_net.h"
#include "base/bytes.h"
#include "dns/dnssec/verify.h"
#include "dns/resolver/resolver.h"
#include "world/hints_private.h"
#include "world/respond_private.h"
#include "world/world.h"

static const char mutated_file[] =
	"world: 1\n"
	"seed: 3\n"
	"servers:\n"
	"  - {name: a.root, addresses: [198.18.0.1]}\n"
	"  - {name: a.nic.tld, addresses: [198.18.0.2]}\n"
	"  - {name: a.nic.two, addresses: [198.18.0.3]}\n"
	"  - {name: ns1.host.tld, addresses: [198.18.0.4]}\n"
	"  - {name: ns2.host.tld, addresses: [198.18.0.5]}\n"
	"operators:\n"
	"  - {name: root, servers: [a.root]}\n"
	"  - {name: nic, servers: [a.nic.tld]}\n"
	"  - {name: two, servers: [a.nic.two]}\n"
	"  - {name: host, servers: [ns1.host.tld, ns2.host.tld]}\n"
	"zones:\n"
	"  - {name: ., operator: root, signed: 15 nsec}\n"
	"  - {name: tld, operator: nic, signed: 15 nsec3-opt-out}\n"
	"  - {name: two, operator: two, signed: 15 nsec}\n"
	"  - {name: host.tld, operator: host, signed: 15 nsec3}\n"
	"domains:\n"
	"  - name: a.tld\n"
	"    operator: host\n"
	"    signed: 15 nsec\n"
	"    records: |\n"
	"      *.w.a.tld. 60 IN A 192.0.2.1\n"
	"      no.w.a.tld. 60 IN TXT \"x\"\n"
	"      x.ent.a.tld. 60 IN A 192.0.2.2\n"
	"      alias.a.tld. 60 IN CNAME www.a.tld.\n"
	"      out.a.tld. 60 IN CNAME www.b.tld.\n"
	"      plain.a.tld. 60 IN CNAME www.u.tld.\n"
	"      *.c.a.tld. 60 IN CNAME www.a.tld.\n"
	"  - name: b.tld\n"
	"    operator: host\n"
	"    signed: 15 nsec3\n"
	"    records: |\n"
	"      *.w.b.tld. 60 IN A 192.0.2.3\n"
	"      x.ent.b.tld. 60 IN A 192.0.2.4\n"
	"      alias.b.tld. 60 IN CNAME gone.b.tld.\n"
	"  - {name: u.tld, operator: host}\n"
	"  - {name: d.two, operator: host}\n"
	"  - {name: e.two, operator: host, signed: 200 nsec}\n"
	"  - {name: f.two, operator: host, signed: 15 nsec, faults: [sig-wrong]}\n";

static const char *const mutated_names[] = {
	"a.tld.",       "www.a.tld.",    "x.w.a.tld.",   "no.w.a.tld.", "y.no.w.a.tld.",
	"w.a.tld.",     "ent.a.tld.",    "x.ent.a.tld.", "gone.a.tld.", "alias.a.tld.",
	"out.a.tld.",   "plain.a.tld.",  "x.c.a.tld.",   "*.w.a.tld.",  "b.tld.",
	"www.b.tld.",   "x.w.b.tld.",    "ent.b.tld.",   "gone.b.tld.", "z.gone.b.tld.",
	"alias.b.tld.", "u.tld.",        "www.u.tld.",   "gone.tld.",   "d.two.",
	"www.d.two.",   "e.two.",        "www.e.two.",   "f.two.",      "www.f.two.",
	"gone.two.",    "tld.",          "two.",         "gone.",       ".",
	"host.tld.",    "ns1.host.tld.",
};
#define MUTATED_NAMES (sizeof(mutated_names) / sizeof(mutated_names[0]))

static const uint16_t mutated_types[] = {TYPE_A,  TYPE_TXT,    TYPE_MX, TYPE_CNAME,
					 TYPE_DS, TYPE_DNSKEY, TYPE_NS, TYPE_SOA};
#define MUTATED_TYPES (sizeof(mutated_types) / sizeof(mutated_types[0]))

#define MUTATED_SERVERS 5
#define MUTATED_RECORDS_MAX 200

/* Made once: the fuzzer asks millions of times. */
struct mutated_world {
	struct responder *responder;
	struct arena arena;
	struct name names[MUTATED_NAMES];
	struct record anchor;
	struct address hint;
	struct verifier *verifier; /* remembers what it has verified */
	uint64_t packets;          /* that came other than they were sent */
};

static struct mutated_world mutated_made;

/* For tools/fuzz.sh, beside the fuzzer's own figures. */
static void mutated_tell(void)
{
	fprintf(stderr, "stat::altered_packets: %llu\n", (unsigned long long)mutated_made.packets);
}

static inline void mutated_must(int error)
{
	assert(error == OK);
	(void)error;
}

static inline struct mutated_world *mutated_world(void)
{
	struct complaint complaint = {""};
	struct world *world;
	struct authority *authority;
	struct random random;
	struct text text;
	if (mutated_made.responder != NULL)
		return &mutated_made;
	arena_init(&mutated_made.arena, 1 << 20, 0);
	int error = world_parse(mutated_file, sizeof(mutated_file) - 1, NULL, &complaint, &world);
	if (error != OK)
		fprintf(stderr, "%s\n", complaint.text);
	mutated_must(error);
	mutated_must(authority_new(world, FAKE_NOW_S, &authority));
	mutated_must(authority_prepare(authority));
	text_init(&text, 65536);
	mutated_must(anchors_write(authority_source(authority), &text));
	char line[1024];
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(text_get(&text), "\n"), text_get(&text));
	mutated_must(record_from_text(&mutated_made.arena, line, &mutated_made.anchor, &complaint));
	text_release(&text);
	for (size_t i = 0; i < MUTATED_NAMES; i++)
		mutated_made.names[i] = fake_name(mutated_names[i]);
	mutated_made.hint = fake_address("198.18.0.1");
	random_seeded(&random, 5);
	mutated_made.verifier = verifier_new(NULL, &random);
	assert(mutated_made.verifier != NULL);
	(void)atexit(mutated_tell);
	mutated_must(responder_new(authority, &mutated_made.responder));
	return &mutated_made;
}

/* What the server says to the question, as it says it. */
static inline size_t mutated_sound(const struct address *server, const uint8_t *name, uint16_t type,
				   uint8_t *wire)
{
	uint8_t asked[QUERY_MAX_OCTETS];
	size_t size;
	const struct query query = {.id = 4711,
				    .name = name,
				    .type = type,
				    .class = CLASS_IN,
				    .edns = true,
				    .dnssec_ok = true};
	mutated_must(query_build(&query, asked, sizeof(asked), &size));
	const struct ask ask = {.peer = fake_address("198.18.9.9"),
				.local = *server,
				.data = asked,
				.size_bytes = size,
				.is_stream = true};
	return respond(mutated_world()->responder, &ask, wire).size_bytes;
}

/* ---- the one between ---- */

struct mutated_lab {
	uint64_t now_ns;
	struct clock clock;
	struct random random;
	struct loop *loop;
	struct transport *net;
	struct resolver *resolver;
	struct reader input;
	unsigned sound; /* answers that come as they are before somebody is between */
};

struct mutated_records {
	struct record records[MUTATED_RECORDS_MAX];
	size_t count;
};

static inline void mutated_flip(struct reader *input, uint8_t *wire, size_t size)
{
	for (unsigned left = 1 + reader_u8(input) % 6; left > 0; left--) {
		const size_t at = reader_u16(input) % size;
		/* The id and QR are the transport's to judge. */
		wire[at] ^= at < 2 ? 0 : at == 2 ? reader_u8(input) & 0x7f : reader_u8(input);
	}
}

static inline const uint8_t *mutated_name(struct reader *input)
{
	return mutated_world()->names[reader_u8(input) % MUTATED_NAMES].octets;
}

/* One record, as the input has it: kept, left out, doubled, renamed, altered, moved. */
static inline void mutated_take(struct reader *input, struct arena *arena,
				const struct record *record, struct mutated_records *taken)
{
	struct record changed = *record;
	uint8_t *rdata = arena_take_octets(arena, (size_t)record->rdata_size + 1);
	unsigned copies = 1;
	assert(rdata != NULL);
	memcpy(rdata, record->rdata, record->rdata_size);
	changed.rdata = rdata;
	switch (reader_u8(input) % 24) {
	case 0:
		copies = 0;
		break;
	case 1:
		copies = 2;
		break;
	case 2:
		changed.owner = mutated_name(input);
		break;
	case 3:
		if (record->rdata_size > 0)
			rdata[reader_u16(input) % record->rdata_size] ^= reader_u8(input);
		break;
	case 4:
		changed.section = reader_u8(input) % SECTION_COUNT;
		break;
	case 5:
		changed.ttl = reader_u32(input);
		break;
	case 6:
		changed.rdata_size = (uint16_t)(record->rdata_size * reader_u8(input) / 256);
		break;
	case 7:
		changed.type = mutated_types[reader_u8(input) % MUTATED_TYPES];
		break;
	default:
		break;
	}
	for (; copies > 0 && taken->count < MUTATED_RECORDS_MAX; copies--)
		taken->records[taken->count++] = changed;
}

/* `from` NULL, or the name that what is called so shall have. */
struct mutated_rename {
	const uint8_t *from, *to;
};

static inline void mutated_take_all(struct reader *input, struct arena *arena,
				    const struct message *message,
				    const struct mutated_rename *rename,
				    struct mutated_records *taken)
{
	for (uint16_t i = 0; i < message->record_count; i++) {
		struct record record = message->records[i];
		if (rename->from != NULL && name_equal(record.owner, rename->from))
			record.owner = rename->to;
		mutated_take(input, arena, &record, taken);
	}
}

/* What the server asked, or another, says to some question of the list. */
static inline void mutated_take_other(struct reader *input, struct arena *arena,
				      const struct exchange_question *question, bool is_renamed,
				      struct mutated_records *taken)
{
	static uint8_t wire[STREAM_ANSWER_MAX];
	struct message message;
	struct address address = question->server;
	const uint8_t server = reader_u8(input) % 16;
	const uint8_t *name = mutated_name(input);
	const uint16_t type = mutated_types[reader_u8(input) % MUTATED_TYPES];
	if (server > 0 && server <= MUTATED_SERVERS) {
		const uint8_t octets[4] = {198, 18, 0, server};
		address = address_from_ipv4(octets, 53);
	}
	const size_t size = mutated_sound(&address, name, type, wire);
	mutated_must(message_walk(arena, arena_copy(arena, wire, size), size, &message));
	const struct mutated_rename rename = {is_renamed ? name : NULL, question->name};
	mutated_take_all(input, arena, &message, &rename, taken);
}

/* The records of the answer, and of up to three others, behind the question. */
static inline size_t mutated_mix(struct reader *input, const struct exchange_question *question,
				 uint8_t *wire, size_t size)
{
	static const uint16_t rcodes[] = {RCODE_NOERROR, RCODE_NOERROR, RCODE_NXDOMAIN,
					  RCODE_SERVFAIL};
	static struct mutated_records taken;
	struct arena arena;
	struct builder builder;
	const uint8_t choice = reader_u8(input);
	arena_init(&arena, 16 << 20, 0);
	taken.count = 0;
	if ((choice & 1) != 0) {
		struct message message;
		mutated_must(message_walk(&arena, arena_copy(&arena, wire, size), size, &message));
		mutated_take_all(input, &arena, &message, &(struct mutated_rename){NULL, NULL},
				 &taken);
	}
	for (unsigned others = choice >> 1 & 3; others > 0; others--)
		mutated_take_other(input, &arena, question, (choice & 64) != 0, &taken);
	builder_init(&builder, wire, 65535, 4711, (choice & 8) != 0 ? FLAG_QR | FLAG_AA : FLAG_QR);
	builder_question(&builder, question->name, question->type, CLASS_IN);
	for (int section = SECTION_ANSWER; section < SECTION_COUNT; section++)
		for (size_t i = 0; i < taken.count; i++)
			if (taken.records[i].section == section)
				builder_record(&builder, (enum section)section, &taken.records[i]);
	builder_opt(&builder, &(struct edns){.udp_size = 1232, .flags = EDNS_FLAG_DO},
		    rcodes[choice >> 4 & 3]);
	size = builder_finish(&builder, rcodes[choice >> 4 & 3]);
	arena_release(&arena);
	return size;
}

/* Would the transport take it for the answer? */
static inline bool mutated_fits(const struct exchange_question *question, const uint8_t *wire,
				size_t size)
{
	struct arena arena;
	struct message message;
	arena_init(&arena, 16 << 20, 0);
	mutated_must(message_walk(&arena, wire, size, &message));
	const bool fits =
		message.fault != MESSAGE_SHORT_HEADER && message.fault != MESSAGE_BAD_QUESTION &&
		(message.flags & FLAG_QR) != 0 && message.opcode == 0 &&
		(message.question_name == NULL
			 ? message.rcode != RCODE_NOERROR && message.rcode != RCODE_NXDOMAIN
			 : message.question_type == question->type &&
				   message.question_class == CLASS_IN &&
				   name_equal(message.question_name, question->name));
	arena_release(&arena);
	return fits;
}

/* For fake_net.h's `script`. */
static inline int mutated_answer(void *context, const struct exchange_question *question,
				 uint8_t *wire, size_t room)
{
	struct mutated_lab *lab = context;
	struct reader *input = &lab->input;
	assert(room >= STREAM_ANSWER_MAX);
	(void)room;
	size_t size = mutated_sound(&question->server, question->name, question->type, wire);
	if (size == 0 || reader_left(input) == 0)
		return (int)size;
	if (lab->sound > 0) {
		lab->sound--;
		return (int)size;
	}
	mutated_world()->packets++;
	switch (reader_u8(input) % 8) {
	case 0:
	case 1:
		mutated_world()->packets--;
		return (int)size;
	case 2:
		return 0;
	case 3:
	case 4:
		mutated_flip(input, wire, size);
		break;
	default:
		size = mutated_mix(input, question, wire, size);
		break;
	}
	return size > 0 && mutated_fits(question, wire, size) ? (int)size : 0;
}

/* ---- what asks ---- */

/* `data` NULL: nobody is between. */
static inline void mutated_open(struct mutated_lab *lab, const uint8_t *data, size_t size)
{
	struct mutated_world *world = mutated_world();
	lab->now_ns = 1000000000;
	lab->clock = (struct clock){fake_monotonic_ns, fake_wall_s, &lab->now_ns};
	random_seeded(&lab->random, 1);
	mutated_must(loop_new(&lab->clock, &lab->loop));
	mutated_must(transport_new(lab->loop, NULL, NULL, &lab->net, NULL));
	reader_init(&lab->input, data, size);
	lab->net->script = mutated_answer;
	lab->sound = reader_u8(&lab->input) % 16;
	lab->net->script_context = lab;
	const struct resolver_settings settings = {.hints = &world->hint,
						   .hint_count = 1,
						   .anchors = &world->anchor,
						   .anchor_count = 1,
						   .cache_entries = 64,
						   .random = &lab->random,
						   .clock = &lab->clock};
	mutated_must(resolver_new(lab->loop, lab->net, world->verifier, &settings, &lab->resolver));
}

static inline void mutated_close(struct mutated_lab *lab)
{
	resolver_free(lab->resolver);
	transport_free(lab->net);
	loop_free(lab->loop);
}

#endif
