/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may be said of a share that was counted: how sure it is, what those who were not counted can
 * make of it, how much hangs on few; and of differences between pairs. Pure; numbers are counts,
 * shares are between 0 and 1.
 */
#ifndef BASE_STATISTICS_H
#define BASE_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct share {
	double value, low, high;
};

/*
 * Wilson's score interval at 95 % (E. B. Wilson, 1927): `count` of `total` that were drawn from
 * many more. It keeps within 0 and 1, and says something of 0 of 10, too. A total of 0: nothing is
 * known, 0 to 1 with value 0.
 */
struct share share_of_sample(uint64_t count, uint64_t total);

/*
 * No sample: all were looked at, and of `unknown` it could not be told. The interval is what they
 * can make of it; value is the share among those that are known.
 */
struct share share_of_all(uint64_t count, uint64_t known, uint64_t unknown);

/* Both at once: the sample's interval, widened by what is not known. Never narrower than either. */
struct share share_of_sample_with_unknown(uint64_t count, uint64_t known, uint64_t unknown);

/*
 * Herfindahl-Hirschman index: the sum of the squares of shares, 1/n for n equal parts, 1 for a
 * single one. 0 when there is nothing to share.
 */
double concentration(const uint64_t *parts, size_t count);

/* How many of the largest parts hold at least `share` of all. Sorted by nobody: looks at a copy
 * that the caller gives (`scratch`, as large as `parts`). */
size_t fewest_that_hold(const uint64_t *parts, size_t count, double share, uint64_t *scratch);

/* ---- differences ---- */

/* Something that was estimated, with its interval at 95 %. */
struct estimate {
	double value, low, high;
};

/* Pairs of which either member may have what is looked for. */
struct pair_counts {
	uint64_t both, first, second, neither;
};

/*
 * The share of the first members that have it less that of the second, with the interval of R. G.
 * Newcombe (1998, method 10): Wilson's of either share, joined by how much the members of a pair
 * have in common. Of no pairs: 0, from -1 to 1.
 */
struct estimate paired_difference(const struct pair_counts *pairs);

/*
 * The mean, with the interval of the bootstrap (B. Efron, 1979): means of so many samples drawn
 * with replacement, and what lies between 2.5 % and 97.5 % of them. The same seed, the same
 * interval. `count` is not 0 and below 2^32.
 */
#define BOOTSTRAP_SAMPLES 2000u
struct estimate mean_by_bootstrap(const double *values, size_t count, uint64_t seed);

/*
 * The median, with an interval that is exact whatever the distribution: between the k-th value from
 * either end, k as large as the binomial distribution allows at 95 %. Sorts `values`. False: fewer
 * than MEDIAN_LEAST, of which no two values enclose it so surely.
 */
#define MEDIAN_LEAST 6u
bool median_exact(double *values, size_t count, struct estimate *ret_median);

#endif
