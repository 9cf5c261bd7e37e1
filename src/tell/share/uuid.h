/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UUIDs of names (RFC 9562 s5.5, version 5): the same name in the same namespace has the same one.
 */
#ifndef TELL_SHARE_UUID_H
#define TELL_SHARE_UUID_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define UUID_OCTETS 16u
#define UUID_ROOM 37u /* 36 characters, NUL */

/* ERR_CRYPTO where the library has no SHA-1. */
MUST_CHECK int uuid_of_name(const uint8_t space[UUID_OCTETS], const char *name, size_t size,
			    char ret_uuid[UUID_ROOM]);

#endif
