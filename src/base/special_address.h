/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190): what is not
 * globally reachable, and the exceptions inside it.
 */
#ifndef BASE_SPECIAL_ADDRESS_H
#define BASE_SPECIAL_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Globally reachable unicast. `family` is 4 (4 octets are read) or 6 (16); of others: false. */
bool special_address_is_global(unsigned family, const uint8_t *octets);
/* Of the ranges that test networks are built with: 198.18.0.0/15 (RFC 2544), 2001:db8::/32
 * (RFC 3849). */
bool special_address_is_for_tests(unsigned family, const uint8_t *octets);

#endif
