/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys side by side: the records of a zone file. Properties: what is found does not depend on
 * whether the records come at once or in two halves that are merged, in which order, or twice.
 */
#include "base/random.h"
#include "dns/wire/zonefile.h"
#include "judge/keys/keys.h"

#include <assert.h>
#include <stdbool.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct taking {
	struct keys *whole, *even, *odd;
	uint64_t count;
};

static int take_record(void *context, const struct record *record)
{
	struct taking *taking = context;
	int error = keys_add_record(taking->whole, record);

	assert(error == OK);
	error = keys_add_record(taking->count++ % 2 ? taking->odd : taking->even, record);
	assert(error == OK);
	return OK;
}

static int count_finding(void *context, const struct finding *finding)
{
	uint64_t *count = context;

	assert(finding->code && finding->domain && finding->sentence);
	++*count;
	return OK;
}

static uint64_t count_findings(struct keys *keys)
{
	uint64_t count = 0;
	const struct keys_output output = {.take = count_finding, .context = &count};
	const int error = keys_finish(keys, &output);

	assert(error == OK);
	return count;
}

static struct keys *make(uint64_t seed)
{
	struct random random;

	random_seeded(&random, seed);
	struct keys *keys = keys_new(&random);

	assert(keys);
	return keys;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct taking taking = {.whole = make(1), .even = make(2), .odd = make(3)};
	const struct zonefile zonefile = {.origin = (const uint8_t *)"",
					  .default_ttl = 60,
					  .take = take_record,
					  .context = &taking};

	if (zonefile_read(&zonefile, (const char *)data, size, NULL) == OK) {
		const uint64_t count = count_findings(taking.whole);
		int error = keys_merge(taking.odd, taking.even);

		assert(error == OK);
		assert(count_findings(taking.odd) == count);
		assert(keys_counts(taking.odd).keys == keys_counts(taking.whole).keys);
		error = keys_merge(taking.whole, taking.odd);
		assert(error == OK);
		assert(count_findings(taking.whole) == count);
	}
	keys_free(taking.whole);
	keys_free(taking.even);
	keys_free(taking.odd);
	return 0;
}
