/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 4035 s5.4, with the corrections of RFC 6840 s4. */
#include "dns/dnssec/denial_private.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>

struct nsec_span {
	const uint8_t *owner;
	const uint8_t *next;
	struct bitmap bitmap;
};

struct nsec_spans {
	struct nsec_span *spans;
	size_t count;
};

static bool nsec_read(const struct denial_question *question, const struct record *record,
		      struct nsec_span *ret_span)
{
	struct nsec_rdata nsec;
	/* A next name beyond the zone would let one zone deny another's names. */
	if (!denial_is_candidate(question, record, TYPE_NSEC) || rdata_nsec(record, &nsec) < 0 ||
	    !name_is_under(nsec.next, question->zone))
		return false;
	*ret_span = (struct nsec_span){
		.owner = record->owner,
		.next = nsec.next,
		.bitmap = {nsec.bitmap, nsec.bitmap_size},
	};
	return true;
}

static int nsec_collect(const struct denial_question *question, struct nsec_spans *ret_spans)
{
	struct nsec_span *spans =
		arena_take_array(question->arena, DENIAL_RECORDS_MAX, sizeof(*spans));
	if (spans == NULL)
		return ERR_MEMORY;
	size_t count = 0;
	const struct message *message = question->message;
	for (size_t i = 0; i < message->record_count && count < DENIAL_RECORDS_MAX; i++)
		if (nsec_read(question, &message->records[i], &spans[count]))
			count++;
	*ret_spans = (struct nsec_spans){spans, count};
	return OK;
}

static const struct nsec_span *nsec_at(const struct nsec_spans *spans, const uint8_t *name)
{
	for (size_t i = 0; i < spans->count; i++)
		if (name_equal(spans->spans[i].owner, name))
			return &spans->spans[i];
	return NULL;
}

/* Strictly between owner and next; the last NSEC's next is the apex (RFC 4034 s4.1.1). */
static bool nsec_covers(const struct nsec_span *span, const uint8_t *zone, const uint8_t *name)
{
	if (name_compare(name, span->owner) <= 0)
		return false;
	if (!name_equal(span->next, zone) && name_compare(name, span->next) >= 0)
		return false;
	return !(name_is_under(name, span->owner) && denial_ends_zone(&span->bitmap));
}

/* What the spans around a name say of it. */
struct nsec_gap {
	bool covered;
	bool empty_non_terminal; /* the next name is below it: it exists without types */
	size_t encloser_labels;  /* of the closest encloser */
};

/* RFC 4592 s3.3.1: the closest encloser is the longest ancestor shared with a neighbour. */
static size_t nsec_encloser(const struct nsec_span *span, const uint8_t *name)
{
	size_t before = name_common_labels(name, span->owner);
	size_t after = name_common_labels(name, span->next);
	return before > after ? before : after;
}

static struct nsec_gap nsec_gap(const struct nsec_spans *spans, const uint8_t *zone,
				const uint8_t *name)
{
	struct nsec_gap gap = {0};
	for (size_t i = 0; i < spans->count; i++) {
		const struct nsec_span *span = &spans->spans[i];
		if (!nsec_covers(span, zone, name))
			continue;
		size_t labels = nsec_encloser(span, name);
		gap.covered = true;
		if (labels > gap.encloser_labels)
			gap.encloser_labels = labels;
		if (name_is_under(span->next, name))
			gap.empty_non_terminal = true;
	}
	return gap;
}

/* The name is not there; what of the wildcard at its closest encloser? */
static enum denial nsec_wildcard(const struct denial_question *question,
				 const struct nsec_spans *spans, size_t encloser_labels)
{
	struct name wildcard;
	if (!denial_wildcard_name(question->name, encloser_labels, &wildcard))
		return DENIAL_INCOMPLETE;
	const struct nsec_span *at = nsec_at(spans, wildcard.octets);
	if (at != NULL)
		return denial_at_wildcard(&at->bitmap, question->type);
	struct nsec_gap gap = nsec_gap(spans, question->zone, wildcard.octets);
	if (gap.empty_non_terminal)
		return DENIAL_WILDCARD_NODATA; /* RFC 4592 s2.2.2: it exists, with nothing */
	return gap.covered ? DENIAL_NXDOMAIN : DENIAL_INCOMPLETE;
}

enum denial nsec_prove(const struct denial_question *question)
{
	struct nsec_spans spans;
	if (nsec_collect(question, &spans) < 0)
		return DENIAL_TOO_COSTLY;
	if (spans.count == 0)
		return DENIAL_NONE;
	const struct nsec_span *at = nsec_at(&spans, question->name);
	if (at != NULL)
		return denial_at(&at->bitmap, question);
	struct nsec_gap gap = nsec_gap(&spans, question->zone, question->name);
	if (gap.empty_non_terminal)
		return DENIAL_NODATA;
	if (!gap.covered)
		return DENIAL_INCOMPLETE;
	return nsec_wildcard(question, &spans, gap.encloser_labels);
}

enum denial nsec_closer(const struct denial_question *question, size_t encloser_labels)
{
	struct nsec_spans spans;
	if (nsec_collect(question, &spans) < 0)
		return DENIAL_TOO_COSTLY;
	if (spans.count == 0)
		return DENIAL_NONE;
	/* The name exists, or something closer than the wildcard's parent does. */
	if (nsec_at(&spans, question->name) != NULL)
		return DENIAL_INCOMPLETE;
	struct nsec_gap gap = nsec_gap(&spans, question->zone, question->name);
	if (!gap.covered || gap.empty_non_terminal || gap.encloser_labels != encloser_labels)
		return DENIAL_INCOMPLETE;
	return DENIAL_NXDOMAIN;
}
