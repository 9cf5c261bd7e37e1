/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the rest of the room may see of the loop: a buffer to receive into, shared by all that the
 * loop calls one after the other. Its contents last until the callback returns. */
#ifndef NET_LOOP_PRIVATE_H
#define NET_LOOP_PRIVATE_H

#include "net/loop.h"

#include <stddef.h>
#include <stdint.h>

/* A TLS record is at most 16 KiB (RFC 8446 s5.1), a DNS message at most 64 KiB. */
#define LOOP_SCRATCH_BYTES ((size_t)64 * 1024)

uint8_t *loop_scratch(struct loop *loop);

#endif
