/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which format a file has. Property: what a reader takes without leaving anything out is told to be
 * of its format; a refusal has words. */
#include "as_file.h"
#include "gather/routing/kind.h"
#include "gather/routing/routing.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
	if (!truth)
		abort();
}

/* Beyond that, comments may hide all that there is to be seen. */
#define INPUT_MAX 32768u

static bool is_taken_whole(int error, const struct routing_report *report)
{
	return error == OK && report->taken > 0 && report->skipped == 0;
}

static void try_routes(const char *path, const struct routing_file *file)
{
	for (int is_ris = 0; is_ris < 2; is_ris++) {
		struct routing_report report = {0};
		struct complaint complaint = {""};
		struct routes *routes;
		require(routes_new(&routes) == OK);
		const int error = is_ris ? routes_read_ris(routes, path, 1, &report, &complaint)
					 : routes_read_pfx2as(routes, path, &report, &complaint);
		if (is_taken_whole(error, &report))
			require(file->kind == (is_ris ? ROUTING_RIS : ROUTING_PFX2AS));
		routes_free(routes);
	}
}

static void try_vrps(const char *path, const struct routing_file *file)
{
	for (int is_json = 0; is_json < 2; is_json++) {
		struct routing_report report = {0};
		struct complaint complaint = {""};
		struct vrps *vrps;
		require(vrps_new(&vrps) == OK);
		const int error = is_json ? vrps_read_json(vrps, path, 0, &report, &complaint)
					  : vrps_read_csv(vrps, path, 0, &report, &complaint);
		if (is_taken_whole(error, &report))
			require(file->kind == (is_json ? ROUTING_JSON : ROUTING_CSV));
		vrps_free(vrps);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct routing_file of_routes;
	struct routing_file of_vrps;
	struct complaint complaint = {""};
	if (size > INPUT_MAX)
		return 0;
	const struct as_file file = as_file_open(data, size);
	const int error = routing_file_of_routes(file.path, &of_routes, &complaint);
	require((error == OK) == (complaint.text[0] == 0));
	require((error == OK) == (size > 0));
	if (error == OK) {
		require(routing_file_of_vrps(file.path, &of_vrps, &complaint) == OK);
		require(of_routes.ends_a_line == (data[size - 1] == '\n'));
		try_routes(file.path, &of_routes);
		try_vrps(file.path, &of_vrps);
	}
	as_file_close(&file);
	return 0;
}
