/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One question, asked from the trust anchor down while somebody alters the answers: first octets:
 * name and type; the rest: what happens to each answer (mutated_world.h). Property: whatever is
 * called secure is what the world's zones say; nothing secure is called insecure, and nothing
 * insecure is called secure; the answer comes once, within the limits.
 */
#include "dns/resolver/limit.h"
#include "mutated_world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is so: what comes of the question when nobody is between. */
struct truth {
	bool known;
	enum lookup_state state;
	enum resolver_security security;
	uint64_t data; /* of the records of the type, in any order */
};

struct verdict {
	const struct truth *truth; /* NULL: the truth is just being found out */
	uint16_t type;
	unsigned calls;
	enum lookup_state state;
	enum resolver_security security;
	uint64_t data;
};

/* FNV-1a of owner and RDATA. */
static uint64_t hash_of(const struct record *record)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < name_size(record->owner); i++)
		hash = (hash ^ record->owner[i]) * UINT64_C(1099511628211);
	for (size_t i = 0; i < record->rdata_size; i++)
		hash = (hash ^ record->rdata[i]) * UINT64_C(1099511628211);
	return hash;
}

/* What was asked for last, every alias followed; what else the message holds is nobody's answer. */
static uint64_t data_of(const struct message *message, uint16_t type)
{
	struct arena arena;
	struct rrset rrset;
	uint64_t sum = 0;
	arena_init(&arena, 16 << 20, 0);
	const struct rrset_key key = {1u << SECTION_ANSWER, message->question_name, type};
	const int error = message_rrset(&arena, message, &key, &rrset);
	assert(error == OK || error == ERR_NOT_FOUND);
	for (uint16_t i = 0; error == OK && i < rrset.count; i++)
		sum += hash_of(rrset.records[i]);
	arena_release(&arena);
	return sum;
}

static void told(void *context, const struct lookup_answer *answer)
{
	struct verdict *verdict = context;
	assert(answer->state != LOOKUP_NONE);
	assert((answer->security == RESOLVER_SECURE) == (answer->reason == NULL));
	verdict->calls++;
	verdict->state = answer->state;
	verdict->security = answer->security;
	if (answer->state == LOOKUP_FOUND)
		verdict->data = data_of(answer->message, verdict->type);
}

static unsigned look_up(const uint8_t *data, size_t size, const struct name *name,
			struct verdict *verdict)
{
	struct mutated_lab lab;
	mutated_open(&lab, data, size);
	const struct lookup_question question = {
		.name = name->octets, .type = verdict->type, .done = told, .context = verdict};
	mutated_must(resolver_lookup(lab.resolver, &question));
	fake_run(lab.net);
	const unsigned asked = lab.net->asked;
	mutated_close(&lab);
	return asked;
}

static const struct truth *truth_of(size_t name, size_t type)
{
	static struct truth truths[MUTATED_NAMES][MUTATED_TYPES];
	struct truth *truth = &truths[name][type];
	if (!truth->known) {
		struct verdict verdict = {.type = mutated_types[type]};
		(void)look_up(NULL, 0, &mutated_world()->names[name], &verdict);
		*truth = (struct truth){true, verdict.state, verdict.security, verdict.data};
		/* A world whose zones are all unsigned would prove nothing. */
		assert(truth->security != RESOLVER_INDETERMINATE);
	}
	return truth;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	const size_t name = data[0] % MUTATED_NAMES, type = data[1] % MUTATED_TYPES;
	const struct truth *truth = truth_of(name, type);
	struct verdict verdict = {.type = mutated_types[type]};
	const unsigned asked = look_up(data + 2, size - 2, &mutated_world()->names[name], &verdict);
	assert(verdict.calls == 1 && asked <= LIMIT_QUERIES);
	if (verdict.security == RESOLVER_SECURE) {
		assert(truth->security == RESOLVER_SECURE);
		assert(verdict.state == truth->state && verdict.data == truth->data);
	}
	if (verdict.security == RESOLVER_INSECURE)
		assert(truth->security == RESOLVER_INSECURE);
	return 0;
}
