/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may be said of a share that was counted: how sure it is, what those who were not counted can
 * make of it, how much hangs on few. Pure; numbers are counts, shares are between 0 and 1.
 */
#ifndef BASE_STATISTICS_H
#define BASE_STATISTICS_H

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

#endif
