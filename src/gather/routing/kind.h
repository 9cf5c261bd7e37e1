/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which format a file of routes or VRPs has, told by what is in it, and how old it is: so that
 * nobody has to say what the file says itself. The readers of gather/routing/routing.h decide
 * whether it is sound.
 */
#ifndef GATHER_ROUTING_KIND_H
#define GATHER_ROUTING_KIND_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum routing_kind {
	ROUTING_PFX2AS,
	ROUTING_RIS,
	ROUTING_CSV,
	ROUTING_JSON,
};
/* "pfx2as", "riswhoisdump", "CSV", "JSON". */
const char *routing_kind_text(enum routing_kind kind);

struct routing_file {
	enum routing_kind kind;
	int64_t written_s; /* Unix time */
	bool ends_a_line;  /* else its last line may be cut and look whole: "AS64" of "AS64496" */
};

/* Never "-": what was read of it could not be read again. ERR_NOT_FOUND, ERR_ARGUMENT (no plain
 * file), ERR_SHORT (empty), ERR_IO, with a sentence. */
MUST_CHECK int routing_file_of_routes(const char *path, struct routing_file *ret_file,
				      struct complaint *complaint);
MUST_CHECK int routing_file_of_vrps(const char *path, struct routing_file *ret_file,
				    struct complaint *complaint);

#endif
