/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pfx2as of CAIDA. Property: every line of a file is counted once, and what was taken, written down
 * again, is read as the same. */
#include "as_file.h"
#include "gather/routing/routes_private.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_route(void *context, const struct route_prefix *prefix,
			const struct route_origin *origin)
{
	FILE *file = context;
	char text[ROUTE_PREFIX_TEXT_MAX];
	route_prefix_to_text(prefix, text);
	char *slash = strchr(text, '/');
	*slash = '\t';
	/* An AS_SET of one and the same is one, too. */
	if (origin->is_in_set)
		fprintf(file, "%s\t%u,%u\n", text, origin->as, origin->as);
	else
		fprintf(file, "%s\t%u\n", text, origin->as);
}

/* The table as a file; the caller's to free. */
static char *write_down(const struct routes *routes, size_t *ret_size)
{
	char *text = NULL;
	FILE *file = open_memstream(&text, ret_size);
	assert(file != NULL);
	routes_each(routes, write_route, file);
	fclose(file);
	return text;
}

static struct routes *read_octets(const void *data, size_t size, struct routing_report *report,
				  int *ret_error)
{
	struct routes *routes;
	struct complaint complaint = {""};
	const struct as_file file = as_file_open(data, size);
	int error = routes_new(&routes);
	assert(error == OK);
	*ret_error = routes_read_pfx2as(routes, file.path, report, &complaint);
	as_file_close(&file);
	/* A refusal has words. */
	assert((*ret_error == OK) == (complaint.text[0] == '\0'));
	error = routes_settle(routes);
	assert(error == OK);
	assert(report->entries ==
	       report->taken + report->ignored + report->expired + report->skipped);
	return routes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct routing_report report = {0};
	int error;
	struct routes *routes = read_octets(data, size, &report, &error);
	if (error == OK && routes_count(routes) > 0) {
		size_t first_size;
		size_t second_size;
		char *first = write_down(routes, &first_size);
		memset(&report, 0, sizeof(report));
		struct routes *again = read_octets(first, first_size, &report, &error);
		assert(error == OK && report.skipped == 0 && report.ignored == 0);
		char *second = write_down(again, &second_size);
		assert(first_size == second_size && memcmp(first, second, first_size) == 0);
		routes_free(again);
		free(first);
		free(second);
	}
	routes_free(routes);
	return 0;
}
