/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which of many moduli share a factor, without looking at pairs. With P the product of all and T
 * the sum of P / n over all n, T modulo n is the product of all others modulo n, so that its
 * greatest common divisor with n is what n shares. P and T come from the leaves up, by halves; T
 * comes down again as remainders modulo the products on the way.
 *
 * All products of all levels at once would take 5 GiB for a million moduli of 2048 bits. So the
 * moduli are cut into blocks: of each only P and T are kept on the way up, the tree above the
 * blocks is kept whole, and on the way down each block's products are made once more, one block
 * after the other.
 */
#include "base/memory.h"
#include "judge/keys/keys_private.h"

#include <assert.h>
#include <gmp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* 65,536 moduli of 2048 bits: a block's tree is then 256 MiB. */
#define BLOCK_OCTETS ((size_t)16 << 20)
#define TREE_LEVELS_MAX 34
/* Pairs looked at for moduli that share both primes, or one of several: 10 us each. */
#define PAIRS_MAX 3000000u
/* What the steps cost a block, relative to each other, for the progress that is shown. */
#define UNITS_UP 3
#define UNITS_TOP 2
#define UNITS_DOWN 4

/* ---- arrays of numbers ---- */

static mpz_t *numbers_new(uint32_t count)
{
	mpz_t *numbers = memory_take((count + 1u) * sizeof(*numbers));

	for (uint32_t i = 0; numbers && i < count; i++)
		mpz_init(numbers[i]);
	return numbers;
}

static void numbers_free(mpz_t *numbers, uint32_t count)
{
	for (uint32_t i = 0; numbers && i < count; i++)
		mpz_clear(numbers[i]);
	memory_give(numbers);
}

static void number_forget(mpz_t number)
{
	mpz_clear(number);
	mpz_init(number);
}

/* Products of halves; level 0 is the leaves, the last one has one number. */
struct tree {
	mpz_t *levels[TREE_LEVELS_MAX];
	uint32_t counts[TREE_LEVELS_MAX];
	uint32_t height; /* levels */
};

static void tree_release(struct tree *tree)
{
	for (uint32_t i = 0; i < tree->height; i++)
		numbers_free(tree->levels[i], tree->counts[i]);
	tree->height = 0;
}

/* Takes over the leaves. */
static int tree_grow(struct tree *tree, mpz_t *leaves, uint32_t count)
{
	assert(count > 0);
	*tree = (struct tree){.levels = {leaves}, .counts = {count}, .height = 1};
	while (tree->counts[tree->height - 1] > 1) {
		const uint32_t below = tree->counts[tree->height - 1];
		mpz_t *children = tree->levels[tree->height - 1];
		mpz_t *level = numbers_new((below + 1) / 2);

		if (!level)
			return ERR_MEMORY;
		for (uint32_t i = 0; i < below / 2; i++)
			mpz_mul(level[i], children[2 * i], children[2 * i + 1]);
		if (below % 2)
			mpz_set(level[below / 2], children[below - 1]);
		assert(tree->height < TREE_LEVELS_MAX);
		tree->levels[tree->height] = level;
		tree->counts[tree->height++] = (below + 1) / 2;
	}
	return OK;
}

/*
 * Remainders of `root` modulo the leaves; what of the tree is above them is given up on the way.
 * `root` is emptied.
 */
static int tree_descend(struct tree *tree, mpz_t root, mpz_t **ret_remainders)
{
	mpz_t *above = numbers_new(1);
	uint32_t above_count = 1;

	if (!above)
		return ERR_MEMORY;
	mpz_tdiv_r(above[0], root, tree->levels[tree->height - 1][0]);
	number_forget(root);
	while (tree->height > 1) {
		tree->height--;
		numbers_free(tree->levels[tree->height], tree->counts[tree->height]);
		const uint32_t count = tree->counts[tree->height - 1];
		mpz_t *level = numbers_new(count);

		for (uint32_t i = 0; level && i < count; i++) {
			mpz_tdiv_r(level[i], above[i / 2], tree->levels[tree->height - 1][i]);
			if (i % 2)
				number_forget(above[i / 2]);
		}
		numbers_free(above, above_count);
		if (!level)
			return ERR_MEMORY;
		above = level;
		above_count = count;
	}
	*ret_remainders = above;
	return OK;
}

/* P and T of the numbers, in place: products[0] and sums[0] at the end. */
static void fold_up(mpz_t *products, mpz_t *sums, uint32_t count)
{
	mpz_t left, right;

	mpz_inits(left, right, NULL);
	for (; count > 1; count = (count + 1) / 2) {
		for (uint32_t i = 0; i < count / 2; i++) {
			mpz_mul(left, sums[2 * i], products[2 * i + 1]);
			mpz_mul(right, sums[2 * i + 1], products[2 * i]);
			mpz_add(sums[i], left, right);
			mpz_mul(products[i], products[2 * i], products[2 * i + 1]);
			if (i > 0) {
				number_forget(products[2 * i]);
				number_forget(sums[2 * i]);
			}
			number_forget(products[2 * i + 1]);
			number_forget(sums[2 * i + 1]);
		}
		if (count % 2 && count > 1) {
			mpz_swap(products[count / 2], products[count - 1]);
			mpz_swap(sums[count / 2], sums[count - 1]);
		}
	}
	mpz_clears(left, right, NULL);
}

/* ---- blocks ---- */

/* A modulus and what it shares. */
struct catch
{
	uint32_t modulus;
	mpz_t factor;
};

struct work {
	const struct moduli *moduli;
	uint32_t *starts; /* of each block, and the end */
	uint32_t block_count;
	mpz_t *products, *sums; /* by block */
	mpz_t *remainders;      /* of the whole T, by block */
	struct catch *caught;
	uint32_t caught_count, caught_room;
	uint64_t done, total;
};

static void advance(struct work *work, uint64_t units)
{
	work->done += units;
	if (work->moduli->progress)
		work->moduli->progress(work->moduli->context, work->done, work->total);
}

static int cut_into_blocks(struct work *work)
{
	const struct moduli *moduli = work->moduli;
	const size_t most = moduli->block_octets ? moduli->block_octets : BLOCK_OCTETS;
	uint32_t room = 0;
	size_t octets = most;

	for (uint32_t i = 0; i <= moduli->count; i++) {
		if (octets >= most || i == moduli->count) {
			const int error = array_room((void **)&work->starts, &room,
						     work->block_count, sizeof(*work->starts));

			if (error < 0)
				return error;
			work->starts[work->block_count++] = i;
			octets = 0;
		}
		octets += i < moduli->count ? moduli->items[i].size : 0;
	}
	work->block_count--; /* the last start is the end */
	work->total = (uint64_t)work->block_count * (UNITS_UP + UNITS_TOP + UNITS_DOWN);
	return OK;
}

static uint32_t block_size(const struct work *work, uint32_t block)
{
	assert(block < work->block_count);
	return work->starts[block + 1] - work->starts[block];
}

static mpz_t *block_moduli(const struct work *work, uint32_t block)
{
	const struct octets *items = work->moduli->items + work->starts[block];
	const uint32_t count = block_size(work, block);
	mpz_t *numbers = numbers_new(count);

	for (uint32_t i = 0; numbers && i < count; i++)
		mpz_import(numbers[i], items[i].size, 1, 1, 1, 0, items[i].start);
	return numbers;
}

static int block_up(struct work *work, uint32_t block)
{
	const uint32_t count = block_size(work, block);
	mpz_t *products = block_moduli(work, block);
	mpz_t *sums = numbers_new(count);
	const bool has_memory = products && sums;

	for (uint32_t i = 0; has_memory && i < count; i++)
		mpz_set_ui(sums[i], 1);
	if (has_memory) {
		fold_up(products, sums, count);
		mpz_swap(work->products[block], products[0]);
		mpz_swap(work->sums[block], sums[0]);
	}
	numbers_free(products, count);
	numbers_free(sums, count);
	advance(work, UNITS_UP);
	return has_memory ? OK : ERR_MEMORY;
}

/* T of all, from those of the blocks, level by level beside the tree of products. */
static void combine_sums(const struct tree *tree, mpz_t *sums)
{
	mpz_t left, right;

	mpz_inits(left, right, NULL);
	for (uint32_t level = 0; level + 1 < tree->height; level++) {
		const uint32_t count = tree->counts[level];
		mpz_t *products = tree->levels[level];

		for (uint32_t i = 0; i < count / 2; i++) {
			mpz_mul(left, sums[2 * i], products[2 * i + 1]);
			number_forget(sums[2 * i]);
			mpz_mul(right, sums[2 * i + 1], products[2 * i]);
			number_forget(sums[2 * i + 1]);
			mpz_add(sums[i], left, right);
		}
		if (count % 2)
			mpz_swap(sums[count / 2], sums[count - 1]);
	}
	mpz_clears(left, right, NULL);
}

static int whole(struct work *work)
{
	struct tree tree = {.height = 0};
	int error = tree_grow(&tree, work->products, work->block_count);

	work->products = NULL; /* the tree's */
	if (error == OK) {
		combine_sums(&tree, work->sums);
		error = tree_descend(&tree, work->sums[0], &work->remainders);
	}
	tree_release(&tree);
	advance(work, (uint64_t)UNITS_TOP * work->block_count);
	return error;
}

static int catch_modulus(struct work *work, uint32_t modulus, const mpz_t factor)
{
	const int error = array_room((void **)&work->caught, &work->caught_room, work->caught_count,
				     sizeof(*work->caught));

	if (error < 0)
		return error;
	work->caught[work->caught_count].modulus = modulus;
	mpz_init_set(work->caught[work->caught_count++].factor, factor);
	return OK;
}

static int catch_in_block(struct work *work, uint32_t block, mpz_t *moduli, mpz_t *remainders)
{
	const uint32_t count = block_size(work, block);
	mpz_t factor;
	int error = OK;

	mpz_init(factor);
	for (uint32_t i = 0; i < count && error == OK; i++) {
		mpz_gcd(factor, remainders[i], moduli[i]);
		if (mpz_cmp_ui(factor, 1) != 0)
			error = catch_modulus(work, work->starts[block] + i, factor);
	}
	mpz_clear(factor);
	return error;
}

static int block_down(struct work *work, uint32_t block)
{
	struct tree tree = {.height = 0};
	mpz_t *moduli = block_moduli(work, block);
	mpz_t *remainders = NULL;

	if (!moduli)
		return ERR_MEMORY;
	int error = tree_grow(&tree, moduli, block_size(work, block));

	if (error == OK)
		error = tree_descend(&tree, work->remainders[block], &remainders);
	if (error == OK)
		error = catch_in_block(work, block, moduli, remainders);
	numbers_free(remainders, remainders ? block_size(work, block) : 0);
	tree_release(&tree);
	advance(work, UNITS_DOWN);
	return error;
}

/* ---- who shares with whom ---- */

static int by_factor(const void *left, const void *right)
{
	const struct catch *ours = left;
	const struct catch *theirs = right;
	const int order = mpz_cmp(ours->factor, theirs->factor);

	return order ? order
		     : (ours->modulus > theirs->modulus) - (ours->modulus < theirs->modulus);
}

/* Looks through all: for a modulus whose factor is nobody else's, since it shares more than one. */
static void search_partner(const struct work *work, uint32_t at, uint32_t *pairs_left,
			   struct shared_modulus *row)
{
	const struct octets *own = &work->moduli->items[row->modulus];
	mpz_t modulus, other;

	mpz_inits(modulus, other, NULL);
	mpz_import(modulus, own->size, 1, 1, 1, 0, own->start);
	for (uint32_t i = 0; i<work->caught_count && * pairs_left> 0; i++) {
		const uint32_t index = work->caught[i].modulus;
		const struct octets *octets = &work->moduli->items[index];

		if (i == at)
			continue;
		--*pairs_left;
		mpz_import(other, octets->size, 1, 1, 1, 0, octets->start);
		mpz_gcd(other, other, modulus);
		if (mpz_cmp_ui(other, 1) == 0)
			continue;
		row->others++;
		if (row->partner == NONE)
			row->partner = index;
	}
	mpz_clears(modulus, other, NULL);
}

static int by_modulus(const void *left, const void *right)
{
	const struct shared_modulus *ours = left;
	const struct shared_modulus *theirs = right;

	return (ours->modulus > theirs->modulus) - (ours->modulus < theirs->modulus);
}

/* Moduli with one prime in common have the same factor, and stand side by side once sorted. */
static void pair_up(const struct work *work, struct shared_modulus *rows)
{
	const struct catch *caught = work->caught;
	uint32_t pairs_left = PAIRS_MAX;

	for (uint32_t first = 0, end; first < work->caught_count; first = end) {
		for (end = first + 1; end < work->caught_count; end++)
			if (mpz_cmp(caught[first].factor, caught[end].factor) != 0)
				break;
		for (uint32_t i = first; i < end; i++) {
			rows[i] = (struct shared_modulus){.modulus = caught[i].modulus,
							  .partner = NONE};
			if (end - first > 1) {
				rows[i].partner = caught[i == first ? i + 1 : first].modulus;
				rows[i].others = end - first - 1;
			} else {
				search_partner(work, i, &pairs_left, &rows[i]);
			}
		}
	}
}

static int tell_caught(struct work *work, struct shared_modulus **ret_shared, uint32_t *ret_count)
{
	struct shared_modulus *rows = memory_take((work->caught_count + 1u) * sizeof(*rows));

	if (!rows)
		return ERR_MEMORY;
	if (work->caught_count > 0) {
		qsort(work->caught, work->caught_count, sizeof(*work->caught), by_factor);
		pair_up(work, rows);
		qsort(rows, work->caught_count, sizeof(*rows), by_modulus);
	}
	*ret_shared = rows;
	*ret_count = work->caught_count;
	return OK;
}

static int search(struct work *work)
{
	int error = OK;

	work->products = numbers_new(work->block_count);
	work->sums = numbers_new(work->block_count);
	if (!work->products || !work->sums)
		return ERR_MEMORY;
	for (uint32_t block = 0; block < work->block_count && error == OK; block++)
		error = block_up(work, block);
	if (error == OK)
		error = whole(work);
	for (uint32_t block = 0; block < work->block_count && error == OK; block++)
		error = block_down(work, block);
	return error;
}

int moduli_shared(const struct moduli *moduli, struct shared_modulus **ret_shared,
		  uint32_t *ret_count)
{
	struct work work = {.moduli = moduli};
	int error = cut_into_blocks(&work);

	if (error == OK && moduli->count > 1)
		error = search(&work);
	if (error == OK)
		error = tell_caught(&work, ret_shared, ret_count);
	for (uint32_t i = 0; i < work.caught_count; i++)
		mpz_clear(work.caught[i].factor);
	memory_give(work.caught);
	numbers_free(work.products, work.block_count);
	numbers_free(work.sums, work.block_count);
	numbers_free(work.remainders, work.remainders ? work.block_count : 0);
	memory_give(work.starts);
	return error;
}
