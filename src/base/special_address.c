/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/special_address.h"

#include <assert.h>
#include <stddef.h>

struct special_range {
	uint8_t family;
	uint8_t octets[16];
	uint8_t bits;
	bool is_global;
};

#define IPV4(a, b, c, d)   \
	4,                 \
	{                  \
		a, b, c, d \
	}
#define IPV6(...)           \
	6,                  \
	{                   \
		__VA_ARGS__ \
	}

static const struct special_range SPECIAL_RANGES[] = {
	{IPV4(192, 0, 0, 9), 32, true},    /* Port Control Protocol anycast, RFC 7723 */
	{IPV4(192, 0, 0, 10), 32, true},   /* TURN anycast, RFC 8155 */
	{IPV4(0, 0, 0, 0), 8, false},      /* "this network", RFC 791 s3.2 */
	{IPV4(10, 0, 0, 0), 8, false},     /* private, RFC 1918 */
	{IPV4(100, 64, 0, 0), 10, false},  /* shared, RFC 6598 */
	{IPV4(127, 0, 0, 0), 8, false},    /* loopback, RFC 1122 s3.2.1.3 */
	{IPV4(169, 254, 0, 0), 16, false}, /* link local, RFC 3927 */
	{IPV4(172, 16, 0, 0), 12, false},  /* private, RFC 1918 */
	{IPV4(192, 0, 0, 0), 24, false},   /* protocol assignments, RFC 6890 s2.1 */
	{IPV4(192, 0, 2, 0), 24, false},   /* documentation, RFC 5737 */
	{IPV4(192, 88, 99, 0), 24, false}, /* 6to4 relays, withdrawn by RFC 7526 */
	{IPV4(192, 168, 0, 0), 16, false}, /* private, RFC 1918 */
	{IPV4(198, 18, 0, 0), 15, false},  /* benchmarking, RFC 2544 */
	{IPV4(198, 51, 100, 0), 24, false},
	{IPV4(203, 0, 113, 0), 24, false},
	{IPV4(224, 0, 0, 0), 4, false}, /* multicast, RFC 5771 */
	{IPV4(240, 0, 0, 0), 4, false}, /* reserved and broadcast, RFC 1112 s4 */
	{IPV4(0, 0, 0, 0), 0, true},

	{IPV6(0x20, 0x01, 0, 1, [15] = 1), 128, true},  /* PCP anycast, RFC 7723 */
	{IPV6(0x20, 0x01, 0, 1, [15] = 2), 128, true},  /* TURN anycast, RFC 8155 */
	{IPV6(0x20, 0x01, 0, 1, [15] = 3), 128, true},  /* SRP anycast, RFC 9665 */
	{IPV6(0x20, 0x01, 0, 3), 32, true},             /* AMT, RFC 7450 */
	{IPV6(0x20, 0x01, 0, 4, 0x01, 0x12), 48, true}, /* AS112, RFC 7535 */
	{IPV6(0x20, 0x01, 0, 0x20), 28, true},          /* ORCHIDv2, RFC 7343 */
	{IPV6(0x20, 0x01, 0, 0x30), 28, true},          /* drone ids, RFC 9374 */
	{IPV6(0x20, 0x01, 0, 0), 23, false},            /* protocol assignments */
	{IPV6(0x20, 0x01, 0x0d, 0xb8), 32, false},      /* documentation, RFC 3849 */
	{IPV6(0x20, 0x02), 16, false},                  /* 6to4, RFC 3056 */
	{IPV6(0x3f, 0xff), 20, false},                  /* documentation, RFC 9637 */
	{IPV6(0x20), 3, true},                          /* global unicast, RFC 4291 s2.4 */
	{IPV6(0), 0,
	 false}, /* loopback, mapped, discard, unique local, link local, multicast, ... */
};

/* The first row that fits decides. */
static bool is_in(const struct special_range *range, const uint8_t *octets)
{
	const uint8_t whole = range->bits / 8;
	const uint8_t rest = range->bits % 8;

	assert(range->bits <= (range->family == 4 ? 32 : 128));
	for (uint8_t i = 0; i < whole; i++)
		if (octets[i] != range->octets[i])
			return false;
	return rest == 0 || (octets[whole] ^ range->octets[whole]) >> (8 - rest) == 0;
}

bool special_address_is_global(unsigned family, const uint8_t *octets)
{
	static const struct special_range translated = {IPV6(0x00, 0x64, 0xff, 0x9b), 96, true};
	assert(octets != NULL);
	/* RFC 6052 s3.1: it leads to the address within. */
	if (family == 6 && is_in(&translated, octets))
		return special_address_is_global(4, octets + 12);
	for (size_t i = 0; i < sizeof(SPECIAL_RANGES) / sizeof(SPECIAL_RANGES[0]); i++) {
		const struct special_range *range = &SPECIAL_RANGES[i];
		if (range->family == family && is_in(range, octets))
			return range->is_global;
	}
	return false; /* of no family */
}

bool special_address_is_for_tests(unsigned family, const uint8_t *octets)
{
	static const struct special_range ranges[] = {
		{IPV4(198, 18, 0, 0), 15, false},
		{IPV6(0x20, 0x01, 0x0d, 0xb8), 32, false},
	};
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (ranges[i].family == family && is_in(&ranges[i], octets))
			return true;
	return false;
}
