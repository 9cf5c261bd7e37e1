/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Places of a state's items' values: what state_items_make.c writes and difference_items.c reads.
 * docs/format/state.md is the same for people.
 */
#ifndef MODEL_STATE_ITEMS_PRIVATE_H
#define MODEL_STATE_ITEMS_PRIVATE_H

#include "model/state_private.h"

#define STATE_DIGEST_OCTETS 32 /* SHA-256 */

enum lookup_value { LOOKUP_VALUE_HEAD, LOOKUP_VALUE_TARGET, LOOKUP_VALUE_DATA };
#define LOOKUP_HEAD_OCTETS 2

enum probe_value { PROBE_VALUE_HEAD, PROBE_VALUE_OPTIONS, PROBE_VALUE_VERSION, PROBE_VALUES };
#define PROBE_HEAD_OCTETS 13

enum session_value {
	SESSION_VALUE_HEAD,
	SESSION_VALUE_ALPN,
	SESSION_VALUE_CERTIFICATES,
	SESSION_VALUE_KEYS,
	SESSION_VALUE_BODY,
	SESSION_VALUES,
};
#define SESSION_HEAD_OCTETS 6

/* How a transfer ended, and what its digest said. */
#define TRANSFER_HEAD_OCTETS 2

#endif
