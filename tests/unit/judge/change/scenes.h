/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of the scenes that several tests play, and what came of a change. */
#ifndef JUDGE_CHANGE_SCENES_H
#define JUDGE_CHANGE_SCENES_H

#include "judge/change/scene.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NONE INT_MIN
#define HOUR SCENE_HOUR
#define DAY SCENE_DAY
#define LONG_AGO (-400 * DAY)

#define NS_HOST "bank.tld. 3600 IN NS ns1.host.tld.\nbank.tld. 3600 IN NS ns2.host.tld.\n"
#define NS_WOLF "bank.tld. 3600 IN NS ns1.wolf.tld.\nbank.tld. 3600 IN NS ns2.wolf.tld.\n"
/* Keys, signatures of sets by key 1038 and by key 18718, and the DS of the keys (RFC 4034). */
#define SIGNED(type, tag, octets)                                                       \
	"bank.tld. 3600 IN RRSIG " type " 13 2 3600 20400101000000 20200101000000 " tag \
	" bank.tld. " octets "\n"
#define BY_A(type) SIGNED(type, "1038", "AAAA")
#define BY_B(type) SIGNED(type, "18718", "AAAA")
#define BARE_A "bank.tld. 3600 IN DNSKEY 257 3 13 AAAA\n"
#define BARE_B "bank.tld. 3600 IN DNSKEY 257 3 13 BBBB\n"
/* Another key of the tag of the first: anybody can make one. */
#define BARE_LIKE_A "bank.tld. 3600 IN DNSKEY 257 3 13 AAD//w==\n"
#define KEY_A BARE_A BY_A("DNSKEY")
#define KEY_B BARE_B BY_B("DNSKEY")
#define DS_A                              \
	"bank.tld. 3600 IN DS 1038 13 2 " \
	"AC77DE9BF5DE121D4442CA0BA8DE1CE4B64B9A941E1325CE91193EAF32C54BA2\n"
#define DIGEST_B "2BB8A8D69FF0D384103C7FB22900AA15E55D7DCC71C6521A1B4121147076DFE3"
#define DS_B "bank.tld. 3600 IN DS 18718 13 2 " DIGEST_B "\n"
/* The tag of key B, and another digest. */
#define DS_LIKE_B                          \
	"bank.tld. 3600 IN DS 18718 13 2 " \
	"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F\n"
#define CDS_DELETE "bank.tld. 3600 IN CDS 0 0 0 00\n"
#define CSYNC_NS "bank.tld. 3600 IN CSYNC 1 1 NS\n"
#define HOSTS                                                                \
	"ns1.host.tld. 60 IN A 192.0.2.1\nns2.host.tld. 60 IN A 192.0.2.2\n" \
	"ns1.wolf.tld. 60 IN A 198.51.100.1\nns2.wolf.tld. 60 IN A 198.51.100.2\n"
#define SOA_HOST "bank.tld. 3600 IN SOA ns1.host.tld. dns.host.tld. 1 2 3 4 5\n"
#define SOA_WOLF "bank.tld. 3600 IN SOA ns1.wolf.tld. dns.wolf.tld. 1 2 3 4 5\n"
#define MX_OWN "bank.tld. 3600 IN MX 10 mail.bank.tld.\n"
#define MX_WOLF "bank.tld. 3600 IN MX 10 mx.wolf.tld.\n"
#define SPF_STRICT "bank.tld. 3600 IN TXT \"v=spf1 mx -all\"\n"
#define APEX "bank.tld. 3600 IN A 192.0.2.80\n"
#define ZONE_HOST SOA_HOST NS_HOST MX_OWN SPF_STRICT APEX
#define ZONE_WOLF SOA_WOLF NS_WOLF MX_WOLF APEX
#define DMARC "_dmarc.bank.tld. 60 IN TXT \"v=DMARC1; p=reject\"\n"
#define ROUTES_HOST "192.0.2.1 64496\n192.0.2.2 64496\n"
#define ROUTES_WOLF "198.51.100.1 64500\n198.51.100.2 64500\n"

static const struct scene before = {LONG_AGO, -HOUR, NS_HOST, HOSTS, ZONE_HOST, NULL, NULL};

/* Points of a signal in a change from `one` to `other`, judged when the latter ends. */
static inline int points_of(const struct scene *scenes, size_t count, const char *number)
{
	struct stage stage;
	stage_init(&stage);
	stage_judge(&stage, scenes, count, 1);
	const int points = stage_points(&stage, number);
	stage_release(&stage);
	return points;
}

static inline int points_from(struct scene one, struct scene other, const char *number)
{
	const struct scene scenes[] = {one, other};
	return points_of(scenes, 2, number);
}

static inline bool is_unknown_from(struct scene one, struct scene other, const char *number)
{
	const struct scene scenes[] = {one, other};
	struct stage stage;
	stage_init(&stage);
	stage_judge(&stage, scenes, 2, 1);
	const bool is_unknown = stage_is_unknown(&stage, number);
	stage_release(&stage);
	return is_unknown;
}

static inline struct scene with(struct scene scene, const char *parent, const char *zone)
{
	scene.from_s = 0;
	scene.to_s = HOUR;
	scene.parent = parent;
	scene.zone = zone;
	return scene;
}

static inline struct scene looked(struct scene scene, const char *lookups, const char *routes)
{
	scene.lookups = lookups;
	scene.routes = routes;
	return scene;
}

#endif
