/* SPDX-License-Identifier: GPL-3.0-or-later */
/* VRPs as CSV. Property: every entry of a file is counted once, and what was taken, written down
 * again, is read as the same. */
#include "as_file.h"
#include "gather/routing/vrps_private.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct out {
	FILE *file;
	size_t count;
};

static void write_vrp(void *context, const struct vrp *vrp)
{
	struct out *out = context;
	char text[ROUTE_PREFIX_TEXT_MAX];
	route_prefix_to_text(&vrp->prefix, text);
	fprintf(out->file, "AS%u,%s,%u,ripe\n", vrp->as, text, vrp->max_length);
	out->count++;
}

/* The table as a file; the caller's to free. */
static char *write_down(const struct vrps *vrps, size_t *ret_size)
{
	char *text = NULL;
	FILE *file = open_memstream(&text, ret_size);
	assert(file != NULL);
	fputs("ASN,IP Prefix,Max Length,Trust Anchor\n", file);
	struct out out = {file, 0};
	vrps_each(vrps, write_vrp, &out);
	assert(out.count == vrps_count(vrps));
	fclose(file);
	return text;
}

static struct vrps *read_octets(const void *data, size_t size, struct routing_report *report,
				int *ret_error)
{
	struct vrps *vrps;
	struct complaint complaint = {""};
	const struct as_file file = as_file_open(data, size);
	int error = vrps_new(&vrps);
	assert(error == OK);
	*ret_error = vrps_read_csv(vrps, file.path, 1795700800, report, &complaint);
	as_file_close(&file);
	/* A refusal has words. */
	assert((*ret_error == OK) == (complaint.text[0] == '\0'));
	error = vrps_settle(vrps);
	assert(error == OK);
	assert(report->entries ==
	       report->taken + report->ignored + report->expired + report->skipped);
	assert(vrps_count(vrps) + vrps_duplicates(vrps) == report->taken);
	return vrps;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct routing_report report = {0};
	int error;
	struct vrps *vrps = read_octets(data, size, &report, &error);
	if (error == OK && vrps_count(vrps) > 0) {
		size_t first_size;
		size_t second_size;
		char *first = write_down(vrps, &first_size);
		memset(&report, 0, sizeof(report));
		struct vrps *again = read_octets(first, first_size, &report, &error);
		assert(error == OK && report.skipped == 0 && vrps_duplicates(again) == 0);
		char *second = write_down(again, &second_size);
		assert(first_size == second_size && memcmp(first, second, first_size) == 0);
		vrps_free(again);
		free(first);
		free(second);
	}
	vrps_free(vrps);
	return 0;
}
