/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who asked to be left alone: a set of prefixes, looked up by one probe for each prefix length that
 * occurs, and a set of domains, each with all that is below it, looked up by one probe a label.
 */
#ifndef DAEMON_OPT_OUT_H
#define DAEMON_OPT_OUT_H

#include "base/error.h"
#include "base/random.h"
#include "daemon/scan_wire.h"
#include "net/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct opt_out;

MUST_CHECK int opt_out_new(const struct wire_settings *settings, struct random *random,
			   struct opt_out **ret_opt_out);
/* opt_out_free(NULL) is fine. */
void opt_out_free(struct opt_out *opt_out);
/* The port does not matter. `context` is a struct opt_out: fits transport_settings. */
bool opt_out_has(void *context, const struct address *address);
/* Is it one of the domains, or below one? Any case. `context` as above: fits scan_settings. */
bool opt_out_has_name(void *context, const uint8_t *name);
/* Zeroes the octets beyond the prefix's bits. */
void prefix_mask(struct address_prefix *prefix);

#endif
