/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Proofs against a model: small zones made at random, whose truth for any name and type is found by
 * walking the tree of names as RFC 1034 s4.3.2 and RFC 4592 say. With the whole chain of NSEC or
 * NSEC3 records a proof must find exactly that truth; with some of the records it may find less,
 * but never anything else.
 */
#include "base/random.h"
#include "dns/dnssec/denial.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* With the empty non-terminals no more than DENIAL_RECORDS_MAX. */
enum { NAMES_MAX = 8, NODES_MAX = 32, ZONES = 300, QUESTIONS = 60 };

enum node_kind { NODE_EMPTY, NODE_DATA, NODE_ALIAS, NODE_UNSIGNED, NODE_SIGNED, NODE_REDIRECT };

struct node {
	const uint8_t *name;
	enum node_kind kind;
	uint8_t hash[NSEC3_HASH_OCTETS];
};

struct model {
	struct arena *arena;
	struct random *random;
	const uint8_t *zone;
	struct node nodes[NODES_MAX];
	size_t count;
	bool opt_out; /* NSEC3 only: delegations without DS have no record */
};

static const struct node *find(const struct model *model, const uint8_t *name)
{
	for (size_t i = 0; i < model->count; i++)
		if (name_equal(model->nodes[i].name, name))
			return &model->nodes[i];
	return NULL;
}

/* Up to three labels out of a, b, *: few enough that names meet. */
static const uint8_t *random_name(struct model *model)
{
	static const uint8_t labels[] = {'a', 'b', '*', 'c'};
	struct name name;
	name_copy(name.octets, model->zone);
	unsigned depth = 1 + random_below(model->random, 3);
	for (unsigned i = 0; i < depth; i++) {
		const uint8_t *label = &labels[random_below(model->random, sizeof(labels))];
		struct name longer;
		assert_int_equal(name_prepend(label, 1, name.octets, &longer), OK);
		name = longer;
	}
	return arena_copy(model->arena, name.octets, name_size(name.octets));
}

static bool ends_zone(enum node_kind kind)
{
	return kind == NODE_UNSIGNED || kind == NODE_SIGNED || kind == NODE_REDIRECT;
}

/* What lies above the name and takes it out of the zone, or NULL. */
static const struct node *cut_above(const struct model *model, const uint8_t *name)
{
	const struct node *cut = NULL;
	for (const uint8_t *at = name; !name_equal(at, model->zone);) {
		at = name_parent(at);
		const struct node *node = find(model, at);
		if (node != NULL && ends_zone(node->kind))
			cut = node;
	}
	return cut;
}

static void add(struct model *model, const uint8_t *name, enum node_kind kind)
{
	assert_true(model->count < NODES_MAX);
	model->nodes[model->count++] = (struct node){.name = name, .kind = kind};
}

static bool is_below_any(const struct model *model, const uint8_t *name)
{
	for (size_t i = 0; i < model->count; i++)
		if (name_is_under(model->nodes[i].name, name))
			return true;
	return false;
}

/* The apex, some names with data, delegations, aliases, and the empty non-terminals between. */
static void make_zone(struct model *model)
{
	add(model, model->zone, NODE_DATA);
	for (unsigned i = 0; i < NAMES_MAX; i++) {
		const uint8_t *name = random_name(model);
		enum node_kind kind = NODE_DATA + random_below(model->random, 5);
		/* Nothing beside a name twice, below a cut, or above what is there already. */
		if (find(model, name) != NULL || cut_above(model, name) != NULL ||
		    (ends_zone(kind) && is_below_any(model, name)))
			continue;
		if (ends_zone(kind) && name_is_wildcard(name))
			kind = NODE_DATA;
		add(model, name, kind);
	}
	size_t count = model->count;
	for (size_t i = 0; i < count; i++)
		for (const uint8_t *at = model->nodes[i].name; !name_equal(at, model->zone);
		     at = name_parent(at))
			if (find(model, at) == NULL)
				add(model, at, NODE_EMPTY);
}

static enum denial truth_at(const struct node *node, uint16_t type, bool apex)
{
	switch (node->kind) {
	case NODE_UNSIGNED:
		return type == TYPE_DS ? DENIAL_NO_DS : DENIAL_INCOMPLETE;
	case NODE_SIGNED:
	case NODE_ALIAS:
		return DENIAL_INCOMPLETE;
	case NODE_DATA:
		if (apex && type == TYPE_DS)
			return DENIAL_INCOMPLETE;
		return type == TYPE_A ? DENIAL_INCOMPLETE : DENIAL_NODATA;
	case NODE_REDIRECT:
	case NODE_EMPTY:
		return DENIAL_NODATA;
	}
	return DENIAL_NONE;
}

static enum denial truth_of_absent(const struct model *model, const uint8_t *name, uint16_t type)
{
	const uint8_t *encloser = name_parent(name);
	while (find(model, encloser) == NULL)
		encloser = name_parent(encloser);
	struct name wildcard;
	assert_int_equal(name_prepend((const uint8_t *)"*", 1, encloser, &wildcard), OK);
	const struct node *source = find(model, wildcard.octets);
	if (model->opt_out && type == TYPE_DS)
		return DENIAL_OPT_OUT;
	if (source != NULL && truth_at(source, type, false) == DENIAL_INCOMPLETE)
		return DENIAL_INCOMPLETE;
	if (model->opt_out)
		return DENIAL_OPT_OUT;
	return source != NULL ? DENIAL_WILDCARD_NODATA : DENIAL_NXDOMAIN;
}

/* Without DS below an opt-out span no name leaves a trace: cut these off first. */
static void forget_unsigned(struct model *model)
{
	size_t kept = 0;
	for (size_t i = 0; i < model->count; i++)
		if (model->nodes[i].kind != NODE_UNSIGNED)
			model->nodes[kept++] = model->nodes[i];
	model->count = kept;
}

static enum denial truth(const struct model *model, const uint8_t *name, uint16_t type)
{
	const struct node *node = find(model, name);
	if (cut_above(model, name) != NULL)
		return DENIAL_INCOMPLETE;
	if (node != NULL)
		return truth_at(node, type, name_equal(name, model->zone));
	return truth_of_absent(model, name, type);
}

/* A type bitmap's window 0 for the kind; returns its size. */
static size_t put_bitmap(const struct node *node, bool apex, uint8_t *target)
{
	uint8_t bits[7] = {0};
	static const uint16_t types[][4] = {
		[NODE_EMPTY] = {0},
		[NODE_DATA] = {TYPE_A, TYPE_RRSIG},
		[NODE_ALIAS] = {TYPE_CNAME, TYPE_RRSIG},
		[NODE_UNSIGNED] = {TYPE_NS},
		[NODE_SIGNED] = {TYPE_NS, TYPE_DS, TYPE_RRSIG},
		[NODE_REDIRECT] = {TYPE_DNAME, TYPE_RRSIG},
	};
	for (size_t i = 0; i < 4 && types[node->kind][i] != 0; i++)
		bits[types[node->kind][i] / 8] |= (uint8_t)(0x80 >> types[node->kind][i] % 8);
	if (apex)
		bits[0] |= 0x80 >> TYPE_NS | 0x80 >> TYPE_SOA;
	if (node->kind == NODE_EMPTY)
		return 0;
	target[0] = 0;
	target[1] = sizeof(bits);
	memcpy(target + 2, bits, sizeof(bits));
	return 2 + sizeof(bits);
}

static int by_name(const void *left, const void *right)
{
	return name_compare(((const struct node *)left)->name, ((const struct node *)right)->name);
}

static int by_hash(const void *left, const void *right)
{
	return memcmp(((const struct node *)left)->hash, ((const struct node *)right)->hash,
		      NSEC3_HASH_OCTETS);
}

static struct record *next_record(const struct model *model, struct message *message, uint16_t type)
{
	struct record *record = &message->records[message->record_count++];
	*record = (struct record){
		.type = type, .class = CLASS_IN, .ttl = 60, .section = SECTION_AUTHORITY};
	record->rdata = arena_take(model->arena, 512);
	assert_non_null(record->rdata);
	return record;
}

static void make_nsec(struct model *model, struct message *message)
{
	struct node chain[NODES_MAX];
	size_t count = 0;
	for (size_t i = 0; i < model->count; i++)
		if (model->nodes[i].kind != NODE_EMPTY)
			chain[count++] = model->nodes[i];
	qsort(chain, count, sizeof(chain[0]), by_name);
	for (size_t i = 0; i < count; i++) {
		struct record *record = next_record(model, message, TYPE_NSEC);
		uint8_t *rdata = (uint8_t *)(uintptr_t)record->rdata;
		size_t size = name_copy(rdata, chain[(i + 1) % count].name);
		size += put_bitmap(&chain[i], name_equal(chain[i].name, model->zone), rdata + size);
		record->owner = chain[i].name;
		record->rdata_size = (uint16_t)size;
	}
}

static void make_nsec3(struct model *model, struct message *message)
{
	static const uint8_t salt[] = {0xab};
	for (size_t i = 0; i < model->count; i++)
		assert_int_equal(nsec3_hash(model->nodes[i].name, salt, sizeof(salt), 1,
					    model->nodes[i].hash),
				 OK);
	qsort(model->nodes, model->count, sizeof(model->nodes[0]), by_hash);
	for (size_t i = 0; i < model->count; i++) {
		const struct node *node = &model->nodes[i];
		struct record *record = next_record(model, message, TYPE_NSEC3);
		uint8_t *rdata = (uint8_t *)(uintptr_t)record->rdata;
		const uint8_t head[] = {1, model->opt_out, 0, 1, 1, salt[0], NSEC3_HASH_OCTETS};
		memcpy(rdata, head, sizeof(head));
		memcpy(rdata + sizeof(head), model->nodes[(i + 1) % model->count].hash,
		       NSEC3_HASH_OCTETS);
		size_t size = sizeof(head) + NSEC3_HASH_OCTETS;
		size += put_bitmap(node, name_equal(node->name, model->zone), rdata + size);
		record->rdata_size = (uint16_t)size;
		struct name owner;
		char label[33];
		nsec3_label(node->hash, label);
		assert_int_equal(name_prepend((const uint8_t *)label, 32, model->zone, &owner), OK);
		record->owner = arena_copy(model->arena, owner.octets, name_size(owner.octets));
	}
}

static bool may_find(enum denial found, enum denial true_one)
{
	return found == true_one || found == DENIAL_INCOMPLETE || found == DENIAL_NONE;
}

static void ask(struct model *model, const struct message *whole)
{
	static const uint16_t types[] = {TYPE_A, TYPE_AAAA, TYPE_DS};
	const uint8_t *name =
		random_below(model->random, 10) == 0 ? model->zone : random_name(model);
	uint16_t type = types[random_below(model->random, 3)];
	enum denial expected = truth(model, name, type);
	enum denial found = denial_prove(model->arena, whole, model->zone, name, type);
	char text[NAME_TEXT_MAX];
	if (found != expected)
		fail_msg("%s type %u: %s, in truth %s", name_to_text(name, text), type,
			 denial_text(found), denial_text(expected));

	struct record records[NODES_MAX];
	struct message some = *whole;
	some.records = records;
	some.record_count = 0;
	for (size_t i = 0; i < whole->record_count; i++)
		if (random_below(model->random, 2) == 0)
			records[some.record_count++] = whole->records[i];
	found = denial_prove(model->arena, &some, model->zone, name, type);
	if (!may_find(found, expected))
		fail_msg("%s type %u from some records: %s, in truth %s", name_to_text(name, text),
			 type, denial_text(found), denial_text(expected));
}

/* A wildcard answer is proven exactly if its encloser is the closest. */
static void ask_wildcard(struct model *model, const struct message *whole)
{
	const uint8_t *name = random_name(model);
	if (find(model, name) != NULL || cut_above(model, name) != NULL || name_is_wildcard(name))
		return;
	const uint8_t *encloser = name_parent(name);
	while (find(model, encloser) == NULL)
		encloser = name_parent(encloser);
	size_t labels = name_labels(encloser);
	assert_true(
		denial_wildcard_answer(model->arena, whole, model->zone, name, (uint8_t)labels));
	if (labels > name_labels(model->zone))
		assert_false(denial_wildcard_answer(model->arena, whole, model->zone, name,
						    (uint8_t)(labels - 1)));
}

static void run(bool nsec3, bool opt_out)
{
	struct arena arena;
	struct random random;
	random_seeded(&random, 4035u + nsec3 * 2u + opt_out);
	arena_init(&arena, 1 << 22, 0);
	for (unsigned zone = 0; zone < ZONES; zone++) {
		struct record records[NODES_MAX];
		struct message message = {.records = records};
		struct model model = {.arena = &arena, .random = &random, .opt_out = opt_out};
		arena_reset(&arena);
		model.zone = script_name(&arena, "zone.");
		make_zone(&model);
		if (opt_out)
			forget_unsigned(&model);
		if (nsec3)
			make_nsec3(&model, &message);
		else
			make_nsec(&model, &message);
		for (unsigned i = 0; i < QUESTIONS; i++) {
			ask(&model, &message);
			ask_wildcard(&model, &message);
		}
	}
	arena_release(&arena);
}

static void nsec_tells_the_truth(void **state)
{
	run(false, false);
}

static void nsec3_tells_the_truth(void **state)
{
	run(true, false);
}

static void nsec3_with_opt_out_tells_the_truth(void **state)
{
	run(true, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nsec_tells_the_truth),
		cmocka_unit_test(nsec3_tells_the_truth),
		cmocka_unit_test(nsec3_with_opt_out_tells_the_truth),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
