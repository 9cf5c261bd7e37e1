/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An address prefix as the kernel's routing tables know it, or an address: a prefix with all its
 * bits. */
#ifndef OS_NETNS_PREFIX_H
#define OS_NETNS_PREFIX_H

#include <stdint.h>

struct netns_prefix {
	uint8_t octets[16]; /* IPv4 in the first four */
	uint8_t family;     /* 4 or 6 */
	uint8_t bits;       /* 0-32, 0-128 */
};

#endif
