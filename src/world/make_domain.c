/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/make_private.h"
#include "world/place_private.h"

#include <assert.h>
#include <string.h>

/* Of the domains with a fault, those that get a second one. */
#define SECOND_PERCENT 20u
#define SECOND_TRIES 8
#define VANITY_PERCENT 5u

struct draft {
	uint32_t tld;
	const struct make_operator *row;
	fault_mask faults;
	struct make_policy policy;
	bool is_signed;
};

static const struct make_operator *draw_sound(struct make *make)
{
	assert(make->sound_count > 0 && make->weights != NULL);
	double total = make->weights[make->sound_count - 1];
	double at = total * ((double)random_u32(&make->random) / 4294967296.0);
	uint32_t low = 0;
	uint32_t high = make->sound_count - 1;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (make->weights[middle] > at)
			high = middle;
		else
			low = middle + 1;
	}
	return &make->operators[low];
}

/* Operators with odd servers take turns, so that each has domains even in a small world. */
static const struct make_operator *draw_operator(struct make *make)
{
	uint32_t odd_count = make->operator_count - make->sound_count;
	if (odd_count == 0 || !make_with_chance(make, make->options->behaviour_percent))
		return draw_sound(make);
	return &make->operators[make->sound_count + make->odd++ % odd_count];
}

/* Faults that need names below the domain, which only its own servers can resolve; and one that
 * shows over TCP only. */
static bool needs_own_names(enum fault fault)
{
	return fault == FAULT_KEYS_LARGE || fault == FAULT_ONE_ADDRESS ||
	       fault == FAULT_NS_ONLY_AT_PARENT || fault == FAULT_NS_ONLY_AT_CHILD ||
	       fault == FAULT_GLUE_MISSING || fault == FAULT_GLUE_WRONG ||
	       fault == FAULT_NS_SYNTAX || fault == FAULT_REFERRAL_LARGE ||
	       fault == FAULT_ADDRESS_SPECIAL || fault_row(fault)->seen == SEEN_IN_ROUTES;
}

/* Can the operator's servers show the fault, with the denial that the domain would have? */
static bool can_show(const struct make_operator *row, const char *denial, enum fault fault)
{
	assert(fault < FAULT_COUNT);
	const struct zone zone = {
		.denial = strcmp(denial, "nsec") == 0 ? DENIAL_BY_NSEC : DENIAL_BY_NSEC3,
	};
	return !place_refuses_fault(row->place, &zone, fault);
}

/* The first fault decides what the domain is like. */
static void add_first(struct make *make, struct draft *draft)
{
	enum fault fault = make->fault_order[make->faulty++ % FAULT_COUNT];
	const struct fault_row *row = fault_row(fault);
	draft->faults = FAULT_BIT(fault);
	if (row->need != NEED_NOTHING)
		draft->is_signed = row->need == NEED_SIGNED;
	if (fault_settles_key(fault))
		draft->row = &make->operators[make->legacy];
	/* A dead operator would hide what this domain is there for. */
	bool is_hidden = draft->row->is_dead && row->seen != SEEN_AT_PARENT;
	if (!draft->row->is_sound && (is_hidden || needs_own_names(fault)))
		draft->row = draw_sound(make);
	if (!can_show(draft->row, draft->row->policy.denial, fault))
		draft->row = &make->operators[0];
	draft->policy = draft->row->policy;
	bool is_rsa = draft->policy.algorithm == 8 || draft->policy.algorithm == 10;
	if (fault == FAULT_ALGORITHM_UNSUPPORTED)
		draft->policy.algorithm = 200;
	else if (fault == FAULT_KEY_SHORT || fault == FAULT_KEY_EXPONENT)
		draft->policy.algorithm = 8;
	else if (fault == FAULT_ALGORITHM_DISCOURAGED)
		draft->policy.algorithm = 10;
	else if (fault == FAULT_ALGORITHM_DEPRECATED)
		draft->policy.algorithm = strcmp(draft->policy.denial, "nsec") == 0 ? 5 : 7;
	else if (fault_needs_two_keys(fault) && is_rsa)
		draft->policy.algorithm = 13;
	if (fault_needs_nsec3(fault))
		draft->policy.denial = "nsec3";
}

static bool fits(const struct draft *draft, enum fault fault)
{
	assert(fault < FAULT_COUNT && draft->row != NULL);
	const struct fault_row *row = fault_row(fault);
	enum fault_need is = draft->is_signed ? NEED_SIGNED : NEED_UNSIGNED;
	bool is_rsa = draft->policy.algorithm == 8 || draft->policy.algorithm == 10 ||
		      draft->policy.algorithm < 8;
	if (row->need != NEED_NOTHING && row->need != is)
		return false;
	if (fault_settles_key(fault) || fault == FAULT_ALGORITHM_UNSUPPORTED ||
	    (fault_needs_two_keys(fault) && is_rsa) ||
	    (fault_needs_nsec3(fault) && strcmp(draft->policy.denial, "nsec") == 0))
		return false;
	if (!draft->row->is_sound && needs_own_names(fault))
		return false;
	if (!can_show(draft->row, draft->policy.denial, fault))
		return false;
	return !(draft->faults & FAULT_BIT(fault)) && !fault_conflict(draft->faults, fault);
}

static void add_second(struct make *make, struct draft *draft)
{
	for (int i = 0; i < SECOND_TRIES; i++) {
		enum fault fault = (enum fault)random_below(&make->random, FAULT_COUNT);
		if (fits(draft, fault)) {
			draft->faults |= FAULT_BIT(fault);
			return;
		}
	}
}

static void write_domain(struct make *make, const struct draft *draft, const char *word)
{
	text_format(make->text, "  - {name: %s.%s, operator: %s.%s", word, make_tld(draft->tld),
		    draft->row->name, make_tld(draft->row->tld));
	if (draft->is_signed)
		text_format(make->text, ", signed: %u %s", draft->policy.algorithm,
			    draft->policy.denial);
	if (draft->faults == 0 && draft->row->is_sound && make_with_chance(make, VANITY_PERCENT))
		text_add(make->text, ", vanity: true");
	const char *before = ", faults: [";
	for (enum fault i = 0; i < FAULT_COUNT; i++) {
		if (!(draft->faults & FAULT_BIT(i)))
			continue;
		text_format(make->text, "%s%s", before, fault_row(i)->name);
		before = ", ";
	}
	text_add(make->text, draft->faults ? "]}\n" : "}\n");
}

static uint32_t draw_tld(struct make *make)
{
	assert(make->tld_count > 0);
	/* The smaller of two draws: the first top-level domains are the large ones. */
	uint32_t left = random_below(&make->random, make->tld_count);
	uint32_t right = random_below(&make->random, make->tld_count);
	return left < right ? left : right;
}

int make_write_domains(struct make *make)
{
	int error = 0;
	text_add(make->text, make->options->domains ? "domains:\n" : "domains: []\n");
	for (uint32_t i = 0; i < make->options->domains && !error; i++) {
		char word[MAKE_WORD_MAX];
		struct draft draft = {.tld = draw_tld(make), .row = draw_operator(make)};
		draft.policy = draft.row->policy;
		draft.is_signed = make_with_chance(make, make->options->signed_percent);
		if (make_with_chance(make, make->options->fault_percent)) {
			add_first(make, &draft);
			if (make_with_chance(make, SECOND_PERCENT))
				add_second(make, &draft);
		}
		error = make_word(make, draft.tld,
				  draft.faults & FAULT_BIT(FAULT_NAME_SYNTAX) ? "qz--" : "", word);
		if (!error)
			write_domain(make, &draft, word);
	}
	return error ? error : make->text->error;
}
