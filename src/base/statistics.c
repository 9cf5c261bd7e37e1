/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/statistics.h"

#include "base/random.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The quantile of the normal distribution that leaves 2.5 % on either side. */
#define QUANTILE_95 1.959963984540054

static double ratio(uint64_t count, uint64_t total)
{
	assert(count <= total && total > 0);
	return (double)count / (double)total;
}

struct share share_of_sample(uint64_t count, uint64_t total)
{
	if (total == 0)
		return (struct share){.high = 1};
	const double squared = QUANTILE_95 * QUANTILE_95;
	const double size = (double)total;
	const double value = ratio(count, total);
	const double centre = (value + squared / (2 * size)) / (1 + squared / size);
	const double spread = QUANTILE_95 / (1 + squared / size) *
			      sqrt(value * (1 - value) / size + squared / (4 * size * size));
	/* At the ends the bound is exact; rounding would leave a trace of it. */
	return (struct share){
		.value = value,
		.low = count == 0 ? 0 : centre - spread,
		.high = count == total ? 1 : centre + spread,
	};
}

struct share share_of_all(uint64_t count, uint64_t known, uint64_t unknown)
{
	assert(count <= known && known <= UINT64_MAX - unknown);
	if (known + unknown == 0)
		return (struct share){.high = 1};
	return (struct share){
		.value = known > 0 ? ratio(count, known) : 0,
		.low = ratio(count, known + unknown),
		.high = ratio(count + unknown, known + unknown),
	};
}

struct share share_of_sample_with_unknown(uint64_t count, uint64_t known, uint64_t unknown)
{
	assert(count <= known && known <= UINT64_MAX - unknown);
	const struct share least = share_of_sample(count, known + unknown);
	const struct share most = share_of_sample(count + unknown, known + unknown);
	return (struct share){
		.value = known > 0 ? ratio(count, known) : 0,
		.low = least.low,
		.high = most.high,
	};
}

double concentration(const uint64_t *parts, size_t count)
{
	double total = 0;
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		total += (double)parts[i];
	for (size_t i = 0; i < count && total > 0; i++)
		sum += (double)parts[i] / total * ((double)parts[i] / total);
	return sum;
}

static int largest_first(const void *left, const void *right)
{
	const uint64_t ours = *(const uint64_t *)left;
	const uint64_t theirs = *(const uint64_t *)right;
	return ours < theirs ? 1 : ours > theirs ? -1 : 0;
}

size_t fewest_that_hold(const uint64_t *parts, size_t count, double share, uint64_t *scratch)
{
	assert(share >= 0 && share <= 1);
	double total = 0;
	double held = 0;
	size_t taken = 0;
	if (count == 0)
		return 0;
	memcpy(scratch, parts, count * sizeof(*scratch));
	qsort(scratch, count, sizeof(*scratch), largest_first);
	for (size_t i = 0; i < count; i++)
		total += (double)scratch[i];
	while (taken < count && held < share * total)
		held += (double)scratch[taken++];
	return taken;
}

/* ---- differences ---- */

/* How much the members of a pair have in common, between -1 and 1; Newcombe's correction keeps a
 * likeness of few pairs from narrowing the interval. */
static double likeness(const struct pair_counts *pairs, double total)
{
	const double both = (double)pairs->both;
	const double first = (double)pairs->first;
	const double second = (double)pairs->second;
	const double neither = (double)pairs->neither;
	const double product =
		(both + first) * (second + neither) * (both + second) * (first + neither);
	double numerator = both * neither - first * second;
	if (product <= 0)
		return 0;
	if (numerator > 0)
		numerator = fmax(numerator - total / 2, 0);
	return numerator / sqrt(product);
}

struct estimate paired_difference(const struct pair_counts *pairs)
{
	const uint64_t total = pairs->both + pairs->first + pairs->second + pairs->neither;
	assert(total <= UINT32_MAX);
	if (total == 0)
		return (struct estimate){.low = -1, .high = 1};
	const struct share one = share_of_sample(pairs->both + pairs->first, total);
	const struct share other = share_of_sample(pairs->both + pairs->second, total);
	const double common = likeness(pairs, (double)total);
	const double down = one.value - one.low;
	const double up = one.high - one.value;
	const double other_down = other.value - other.low;
	const double other_up = other.high - other.value;
	const double value = one.value - other.value;
	/* A square by its nature; rounding may leave less than nothing. */
	const double below = down * down - 2 * common * down * other_up + other_up * other_up;
	const double above = up * up - 2 * common * up * other_down + other_down * other_down;
	return (struct estimate){
		.value = value,
		.low = fmax(value - sqrt(fmax(below, 0)), -1),
		.high = fmin(value + sqrt(fmax(above, 0)), 1),
	};
}

static int smallest_first(const void *left, const void *right)
{
	const double ours = *(const double *)left;
	const double theirs = *(const double *)right;
	return ours < theirs ? -1 : ours > theirs ? 1 : 0;
}

struct estimate mean_by_bootstrap(const double *values, size_t count, uint64_t seed)
{
	double means[BOOTSTRAP_SAMPLES];
	struct random random;
	double sum = 0;
	assert(count > 0 && count <= UINT32_MAX);
	random_seeded(&random, seed);
	for (size_t i = 0; i < count; i++)
		sum += values[i];
	for (size_t i = 0; i < BOOTSTRAP_SAMPLES; i++) {
		double drawn = 0;
		for (size_t k = 0; k < count; k++)
			drawn += values[random_below(&random, (uint32_t)count)];
		means[i] = drawn / (double)count;
	}
	qsort(means, BOOTSTRAP_SAMPLES, sizeof(means[0]), smallest_first);
	static_assert(BOOTSTRAP_SAMPLES % 40 == 0, "2.5 % of the samples are a whole number");
	return (struct estimate){
		.value = sum / (double)count,
		.low = means[BOOTSTRAP_SAMPLES / 40 - 1],
		.high = means[BOOTSTRAP_SAMPLES - BOOTSTRAP_SAMPLES / 40],
	};
}

/* The largest k for which fewer than k of `count` coins fall on one side with a chance of at most
 * 2.5 %; 0: there is none. */
static size_t safe_rank(size_t count)
{
	const double size = (double)count;
	double chance = 0;
	size_t rank = 0;
	while (rank < count) {
		const double fallen = (double)rank;
		chance += exp(lgamma(size + 1) - lgamma(fallen + 1) - lgamma(size - fallen + 1) -
			      size * log(2));
		if (chance > 0.025)
			break;
		rank++;
	}
	return rank;
}

bool median_exact(double *values, size_t count, struct estimate *ret_median)
{
	const size_t rank = safe_rank(count);
	if (count < MEDIAN_LEAST)
		return false;
	assert(rank > 0 && rank <= count / 2);
	qsort(values, count, sizeof(*values), smallest_first);
	*ret_median = (struct estimate){
		.value = (values[(count - 1) / 2] + values[count / 2]) / 2,
		.low = values[rank - 1],
		.high = values[count - rank],
	};
	return true;
}
