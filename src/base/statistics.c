/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/statistics.h"

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
