/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 5155 s8, with the limits of RFC 9276. */
#include "dns/dnssec/denial_private.h"
#include "dns/dnssec/nsec3_private.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

#define HASH_ALGORITHM_SHA1 1

struct nsec3_span {
	uint8_t owner[NSEC3_HASH_OCTETS];
	const uint8_t *next; /* NSEC3_HASH_OCTETS */
	bool opt_out;
	struct bitmap bitmap;
};

struct nsec3_spans {
	struct nsec3_span *spans;
	size_t count;
	const uint8_t *salt;
	uint8_t salt_size;
	uint16_t iterations;
	bool differ;   /* parameters are not the same in all */
	unsigned work; /* hash computations done */
};

/* Unknown hash algorithms and flags are ignored: s8.1, s8.2. */
static bool nsec3_read(const struct denial_question *question, const struct record *record,
		       struct nsec3_rdata *ret_nsec3, struct nsec3_span *ret_span)
{
	struct nsec3_rdata nsec3;
	if (!denial_is_candidate(question, record, TYPE_NSEC3) || rdata_nsec3(record, &nsec3) < 0 ||
	    nsec3.hash_algorithm != HASH_ALGORITHM_SHA1 || (nsec3.flags & ~NSEC3_OPT_OUT) != 0 ||
	    nsec3.next_size != NSEC3_HASH_OCTETS)
		return false;
	/* The root is its own parent, so an owner that is no hash must not get this far. */
	if (!nsec3_label_read(record->owner, ret_span->owner) ||
	    !name_equal(name_parent(record->owner), question->zone))
		return false;
	ret_span->next = nsec3.next;
	ret_span->opt_out = (nsec3.flags & NSEC3_OPT_OUT) != 0;
	ret_span->bitmap = (struct bitmap){nsec3.bitmap, nsec3.bitmap_size};
	*ret_nsec3 = nsec3;
	return true;
}

static void nsec3_note_parameters(struct nsec3_spans *spans, const struct nsec3_rdata *nsec3)
{
	if (spans->count == 0) {
		spans->salt = nsec3->salt;
		spans->salt_size = nsec3->salt_size;
		spans->iterations = nsec3->iterations;
		return;
	}
	if (spans->iterations != nsec3->iterations || spans->salt_size != nsec3->salt_size ||
	    (spans->salt_size > 0 && memcmp(spans->salt, nsec3->salt, spans->salt_size) != 0))
		spans->differ = true;
}

static int nsec3_collect(const struct denial_question *question, struct nsec3_spans *ret_spans)
{
	struct nsec3_spans spans = {0};
	spans.spans = arena_take_array(question->arena, DENIAL_RECORDS_MAX, sizeof(*spans.spans));
	if (spans.spans == NULL)
		return ERR_MEMORY;
	const struct message *message = question->message;
	for (size_t i = 0; i < message->record_count && spans.count < DENIAL_RECORDS_MAX; i++) {
		struct nsec3_rdata nsec3;
		if (!nsec3_read(question, &message->records[i], &nsec3, &spans.spans[spans.count]))
			continue;
		nsec3_note_parameters(&spans, &nsec3);
		spans.count++;
	}
	*ret_spans = spans;
	return OK;
}

/* DENIAL_NONE, or why no proof is tried with these records. */
static enum denial nsec3_judge_parameters(const struct nsec3_spans *spans)
{
	if (spans->differ)
		return DENIAL_INCOMPLETE;
	return spans->iterations > NSEC3_ITERATIONS_MAX ? DENIAL_TOO_COSTLY : DENIAL_NONE;
}

static bool nsec3_hash_name(struct nsec3_spans *spans, const uint8_t *name,
			    uint8_t ret_hash[NSEC3_HASH_OCTETS])
{
	spans->work += spans->iterations + 1u;
	if (spans->work > NSEC3_WORK_MAX)
		return false;
	return nsec3_hash(name, spans->salt, spans->salt_size, spans->iterations, ret_hash) == OK;
}

static const struct nsec3_span *nsec3_at(const struct nsec3_spans *spans, const uint8_t *hash)
{
	for (size_t i = 0; i < spans->count; i++)
		if (memcmp(spans->spans[i].owner, hash, NSEC3_HASH_OCTETS) == 0)
			return &spans->spans[i];
	return NULL;
}

/* The chain is a ring: the last one's next is the first, and a lone one spans all but itself. */
static bool nsec3_covers(const struct nsec3_span *span, const uint8_t *hash)
{
	bool behind = memcmp(span->owner, hash, NSEC3_HASH_OCTETS) < 0;
	bool before = memcmp(hash, span->next, NSEC3_HASH_OCTETS) < 0;
	bool wraps = memcmp(span->owner, span->next, NSEC3_HASH_OCTETS) >= 0;
	if (memcmp(span->owner, hash, NSEC3_HASH_OCTETS) == 0)
		return false;
	return wraps ? behind || before : behind && before;
}

/* Of several, the one with opt-out: it promises less. */
static const struct nsec3_span *nsec3_around(const struct nsec3_spans *spans, const uint8_t *hash)
{
	const struct nsec3_span *found = NULL;
	for (size_t i = 0; i < spans->count; i++)
		if (nsec3_covers(&spans->spans[i], hash) &&
		    (found == NULL || spans->spans[i].opt_out))
			found = &spans->spans[i];
	return found;
}

/* s8.3: the name itself or its longest ancestor with an NSEC3, and the span around the next closer.
 */
struct nsec3_encloser {
	const struct nsec3_span *at;
	size_t labels;
	const struct nsec3_span *around_closer; /* NULL: not covered, or the name itself matched */
};

/* DENIAL_NONE when found. */
static enum denial nsec3_find_encloser(const struct denial_question *question,
				       struct nsec3_spans *spans,
				       struct nsec3_encloser *ret_encloser)
{
	size_t zone_labels = name_labels(question->zone);
	size_t labels = name_labels(question->name);
	assert(labels >= zone_labels);
	const struct nsec3_span *around = NULL;
	for (const uint8_t *name = question->name;; name = name_parent(name), labels--) {
		uint8_t hash[NSEC3_HASH_OCTETS];
		if (!nsec3_hash_name(spans, name, hash))
			return DENIAL_TOO_COSTLY;
		const struct nsec3_span *at = nsec3_at(spans, hash);
		if (at != NULL) {
			*ret_encloser = (struct nsec3_encloser){at, labels, around};
			return DENIAL_NONE;
		}
		if (labels == zone_labels)
			return DENIAL_INCOMPLETE;
		around = nsec3_around(spans, hash);
	}
}

/* s8.4, s8.7 */
static enum denial nsec3_wildcard(const struct denial_question *question, struct nsec3_spans *spans,
				  size_t encloser_labels)
{
	struct name wildcard;
	uint8_t hash[NSEC3_HASH_OCTETS];
	if (!denial_wildcard_name(question->name, encloser_labels, &wildcard))
		return DENIAL_INCOMPLETE;
	if (!nsec3_hash_name(spans, wildcard.octets, hash))
		return DENIAL_TOO_COSTLY;
	const struct nsec3_span *at = nsec3_at(spans, hash);
	if (at != NULL)
		return denial_at_wildcard(&at->bitmap, question->type);
	return nsec3_around(spans, hash) != NULL ? DENIAL_NXDOMAIN : DENIAL_INCOMPLETE;
}

/* The next closer name is covered. */
static enum denial nsec3_absent(const struct denial_question *question, struct nsec3_spans *spans,
				const struct nsec3_encloser *encloser)
{
	bool opt_out = encloser->around_closer->opt_out;
	if (opt_out && question->type == TYPE_DS)
		return DENIAL_OPT_OUT; /* s8.6 */
	enum denial denial = nsec3_wildcard(question, spans, encloser->labels);
	bool proven = denial == DENIAL_NXDOMAIN || denial == DENIAL_WILDCARD_NODATA;
	return proven && opt_out ? DENIAL_OPT_OUT : denial;
}

enum denial nsec3_prove(const struct denial_question *question)
{
	struct nsec3_spans spans;
	if (nsec3_collect(question, &spans) < 0)
		return DENIAL_TOO_COSTLY;
	if (spans.count == 0)
		return DENIAL_NONE;
	enum denial denial = nsec3_judge_parameters(&spans);
	if (denial != DENIAL_NONE)
		return denial;
	struct nsec3_encloser encloser;
	denial = nsec3_find_encloser(question, &spans, &encloser);
	if (denial != DENIAL_NONE)
		return denial;
	if (encloser.labels == name_labels(question->name))
		return denial_at(&encloser.at->bitmap, question);
	/* s8.3: an encloser that ends the zone encloses nothing. */
	if (denial_ends_zone(&encloser.at->bitmap) || encloser.around_closer == NULL)
		return DENIAL_INCOMPLETE;
	return nsec3_absent(question, &spans, &encloser);
}

enum denial nsec3_closer(const struct denial_question *question, size_t encloser_labels)
{
	struct nsec3_spans spans;
	uint8_t hash[NSEC3_HASH_OCTETS];
	if (nsec3_collect(question, &spans) < 0)
		return DENIAL_TOO_COSTLY;
	if (spans.count == 0)
		return DENIAL_NONE;
	enum denial denial = nsec3_judge_parameters(&spans);
	if (denial != DENIAL_NONE)
		return denial;
	assert(name_labels(question->name) > encloser_labels);
	if (!nsec3_hash_name(&spans, name_suffix(question->name, encloser_labels + 1), hash))
		return DENIAL_TOO_COSTLY;
	const struct nsec3_span *around = nsec3_around(&spans, hash);
	if (nsec3_at(&spans, hash) != NULL || around == NULL)
		return DENIAL_INCOMPLETE;
	return around->opt_out ? DENIAL_OPT_OUT : DENIAL_NXDOMAIN;
}
