/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The strict parser (libknot), for everything that is not the hot path: evidence that will be
 * shown, the differential test of the walker, and classification of breakage.
 */
#ifndef DNS_WIRE_STRICT_H
#define DNS_WIRE_STRICT_H

#include "base/error.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

/* OK, or ERR_FORMAT with a complaint saying where. */
MUST_CHECK int strict_check(const uint8_t *wire, size_t wire_size, struct complaint *complaint);
/*
 * The whole message as text in dig's layout, names in the case received. Of a malformed message
 * what could be read, and a line saying what is wrong; ERR_FORMAT when there is not even a header.
 */
MUST_CHECK int strict_to_text(const uint8_t *wire, size_t wire_size, struct text *text);

#endif
