/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"
#include "base/random.h"
#include "dns/wire/type.h"
#include "world/content_mail_private.h"
#include "world/routes_private.h"
#include "world/service_private.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PURPOSE_MAIL 0x6d61696cu
#define PURPOSE_CAA 0x63616100u
#define PURPOSE_GONE 0x676f6e65u
/* The longest is that of spf-long. */
#define TEXT_MAX 1024
#define STRING_MAX 255

/* The domain's dice, its name as text, and what is made of them. */
struct mail {
	struct content *content;
	struct random random;
	char domain[NAME_TEXT_MAX]; /* with the final dot */
	char plain[NAME_TEXT_MAX];  /* without */
};

static bool has(const struct mail *mail, enum fault fault)
{
	return zone_has(mail->content->zone, fault);
}

static uint32_t draw(struct mail *mail, uint32_t count)
{
	return random_below(&mail->random, count);
}

/* Cut into strings at `first`, and then every 255 octets: a reader joins them. */
static void add_cut_text(struct mail *mail, const char *labels, const char *text, size_t first)
{
	uint8_t octets[TEXT_MAX + TEXT_MAX / STRING_MAX + 2];
	struct writer writer;
	size_t size = strlen(text);
	assert(size < TEXT_MAX && first <= STRING_MAX);
	writer_init(&writer, octets, sizeof(octets));
	for (size_t at = 0; at < size;) {
		size_t part = at == 0 ? first : STRING_MAX;
		part = part < size - at ? part : size - at;
		writer_u8(&writer, (uint8_t)part);
		writer_octets(&writer, text + at, part);
		at += part;
	}
	assert(!writer.error);
	content_put(mail->content, content_below(mail->content, labels), TYPE_TXT, octets,
		    writer_used(&writer));
}

static void add_text(struct mail *mail, const char *labels, const char *format, ...)
	PRINTF_LIKE(3, 4);
static void add_text(struct mail *mail, const char *labels, const char *format, ...)
{
	char text[TEXT_MAX];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	add_cut_text(mail, labels, text, STRING_MAX);
}

/* Of 203.0.113.0/24 and of 198.51.100.0/24, which are nobody's (RFC 5737): two networks announce
 * them (world/routes.c). */
static void add_ipv4(struct mail *mail, const char *labels)
{
	const uint8_t last = (uint8_t)(1 + draw(mail, 254));
	const uint8_t *owner = content_below(mail->content, labels);
	content_put(mail->content, owner, TYPE_A, (const uint8_t[4]){203, 0, 113, last}, 4);
	content_put(mail->content, owner, TYPE_A, (const uint8_t[4]){198, 51, 100, last}, 4);
}

/* Of 2001:db8:ffff::/48: nobody's (RFC 3849). */
static void add_ipv6(struct mail *mail, const char *labels)
{
	uint8_t octets[16] = {0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff};
	random_octets(&mail->random, octets + 8, 8);
	content_put(mail->content, content_below(mail->content, labels), TYPE_AAAA, octets,
		    sizeof(octets));
}

const uint8_t *content_gone_name(struct content *content, const char *label)
{
	char first[LABEL_MAX_OCTETS];
	const struct world *world = content->world;
	struct name name;
	(void)snprintf(first, sizeof(first), "gone-%012jx",
		       (uintmax_t)(zone_number(world, content->zone, PURPOSE_GONE) >> 16));
	if (name_prepend((const uint8_t *)first, strlen(first),
			 world->zones[content->zone->parent].name, &name) ||
	    name_prepend((const uint8_t *)label, strlen(label), name.octets, &name))
		return NULL;
	return arena_copy(content->arena, name.octets, name_size(name.octets));
}

/* ---- who takes the mail ---- */

static void add_exchangers(struct mail *mail)
{
	static const uint8_t root[] = {0};
	const uint8_t *host = content_below(mail->content, "mail");
	add_ipv4(mail, "mail");
	if (draw(mail, 3) == 0)
		add_ipv6(mail, "mail");
	content_put_mx(mail->content, 10, host);
	if (draw(mail, 4) == 0) {
		add_ipv4(mail, "mail2");
		content_put_mx(mail->content, 20, content_below(mail->content, "mail2"));
	}
	if (has(mail, FAULT_MX_ALIAS) && host) {
		content_put(mail->content, content_below(mail->content, "mx"), TYPE_CNAME, host,
			    name_size(host));
		content_put_mx(mail->content, 30, content_below(mail->content, "mx"));
	}
	if (has(mail, FAULT_MX_NO_ADDRESS)) {
		add_text(mail, "mx", "no address here");
		content_put_mx(mail->content, 30, content_below(mail->content, "mx"));
	}
	if (has(mail, FAULT_MX_DANGLING))
		content_put_mx(mail->content, 30,
			       draw(mail, 2) ? content_gone_name(mail->content, "mx")
					     : content_below(mail->content, "mx-gone"));
	if (has(mail, FAULT_MX_NULL_MIXED))
		content_put_mx(mail->content, 0, root);
	if (has(mail, FAULT_MX_ILLEGAL_NAME)) {
		add_ipv4(mail, "mail_1");
		content_put_mx(mail->content, 30,
			       draw(mail, 2) ? (const uint8_t *)"\003203\0010\003113\00225"
					     : content_below(mail->content, "mail_1"));
	}
}

/* ---- who may send it ---- */

static void add_sound_spf(struct mail *mail)
{
	switch (draw(mail, 6)) {
	case 0:
		add_text(mail, "", "v=spf1 a mx ip4:203.0.113.0/24 ip6:2001:db8:ffff::/48 ~all");
		break;
	case 1:
		add_text(mail, "", "v=spf1 include:_spf.%s -all", mail->plain);
		add_text(mail, "_spf", "v=spf1 mx:%s ip4:203.0.113.7", mail->plain);
		break;
	case 2:
		add_text(mail, "", "v=spf1 redirect=_spf.%s", mail->plain);
		add_text(mail, "_spf", "v=spf1 a:mail.%s exists:%%{ir}.%%{l}.%s -all", mail->plain,
			 mail->plain);
		break;
	case 3:
		/* Within a term: a reader joins the strings with nothing between. */
		add_cut_text(mail, "", "v=spf1 mx ip4:203.0.113.0/25 ~all", 20);
		break;
	default:
		add_text(mail, "", draw(mail, 2) ? "v=spf1 mx -all" : "v=spf1 mx ~all");
		break;
	}
}

static void add_invalid_spf(struct mail *mail)
{
	switch (draw(mail, 4)) {
	case 0:
		add_text(mail, "", "v=spf1 ipv4:203.0.113.1 -all");
		break;
	case 1:
		add_text(mail, "", "v=spf1 mx exists:%%{x}.%s -all", mail->plain);
		break;
	case 2:
		/* The space that was meant to part two terms is lost between strings. */
		add_cut_text(mail, "", "v=spf1 mx-all", 9);
		break;
	default:
		add_text(mail, "", "v=spf1 include:_spf.%s -all", mail->plain);
		add_text(mail, "_spf", "v=spf1 ip4:203.0.113.0/33 -all");
		break;
	}
}

static void add_dear_spf(struct mail *mail)
{
	const char *name = mail->plain;
	add_text(mail, "", "v=spf1 mx a mx a mx include:_spf.%s -all", name);
	add_text(mail, "_spf", "v=spf1 include:_spf2.%s a:mail.%s mx:%s -all", name, name, name);
	add_text(mail, "_spf2", "v=spf1 a:%s a:mail.%s exists:%%{i}.%s -all", name, name, name);
}

static void add_wide_open_spf(struct mail *mail)
{
	switch (draw(mail, 3)) {
	case 0:
		add_text(mail, "", "v=spf1 mx +all");
		break;
	case 1:
		add_text(mail, "", "v=spf1 mx ip4:0.0.0.0/0 -all");
		break;
	default:
		add_text(mail, "", "v=spf1 include:_spf.%s -all", mail->plain);
		add_text(mail, "_spf", "v=spf1 mx:%s all", mail->plain);
		break;
	}
}

static void add_long_spf(struct mail *mail)
{
	char text[TEXT_MAX];
	size_t size = (size_t)snprintf(text, sizeof(text), "v=spf1 mx");
	for (int i = 1; i <= 28; i++)
		size += (size_t)snprintf(text + size, sizeof(text) - size, " ip4:203.0.113.%d",
					 i + 100);
	(void)snprintf(text + size, sizeof(text) - size, " -all");
	assert(strlen(text) > 450);
	add_cut_text(mail, "", text, STRING_MAX);
}

static void add_lapsed_spf(struct mail *mail)
{
	char text[NAME_TEXT_MAX];
	const uint8_t *gone = content_gone_name(mail->content, "_spf");
	if (draw(mail, 2) || !gone) {
		add_text(mail, "", "v=spf1 mx include:_spf-gone.%s -all", mail->plain);
		return;
	}
	name_to_text(gone, text);
	text[strlen(text) - 1] = '\0';
	add_text(mail, "", "v=spf1 mx include:%s -all", text);
}

static void add_spf(struct mail *mail)
{
	const char *name = mail->plain;
	if (has(mail, FAULT_SPF_MISSING))
		return;
	if (has(mail, FAULT_SPF_INVALID)) {
		add_invalid_spf(mail);
	} else if (has(mail, FAULT_SPF_SEVERAL)) {
		add_text(mail, "", "v=spf1 mx -all");
		add_text(mail, "", "v=spf1 a ~all");
	} else if (has(mail, FAULT_SPF_INCLUDE)) {
		add_lapsed_spf(mail);
	} else if (has(mail, FAULT_SPF_LOOP)) {
		add_text(mail, "", "v=spf1 mx include:_spf.%s -all", name);
		add_text(mail, "_spf", "v=spf1 a:mail.%s include:%s -all", name, name);
	} else if (has(mail, FAULT_SPF_LOOKUPS)) {
		add_dear_spf(mail);
	} else if (has(mail, FAULT_SPF_VOID)) {
		add_text(mail, "", "v=spf1 mx a:old1.%s mx:old2.%s exists:old3.%s -all", name, name,
			 name);
	} else if (has(mail, FAULT_SPF_PASS_ALL)) {
		add_wide_open_spf(mail);
	} else if (has(mail, FAULT_SPF_WIDE)) {
		add_text(mail, "",
			 draw(mail, 2) ? "v=spf1 mx ip4:203.0.113.0/2 -all"
				       : "v=spf1 mx ip6:2001:db8::/3 ~all");
	} else if (has(mail, FAULT_SPF_NEUTRAL)) {
		add_text(mail, "", draw(mail, 2) ? "v=spf1 mx ?all" : "v=spf1 mx");
	} else if (has(mail, FAULT_SPF_PTR)) {
		add_text(mail, "", "v=spf1 mx ptr -all");
	} else if (has(mail, FAULT_SPF_AFTER_ALL)) {
		add_text(mail, "", "v=spf1 mx -all ip4:203.0.113.9");
	} else if (has(mail, FAULT_SPF_LONG)) {
		add_long_spf(mail);
	} else {
		add_sound_spf(mail);
	}
}

/* ---- what becomes of the rest ---- */

static void add_sound_dmarc(struct mail *mail)
{
	switch (draw(mail, 4)) {
	case 0:
		add_text(mail, "_dmarc", "v=DMARC1; p=quarantine; rua=mailto:dmarc@%s",
			 mail->plain);
		break;
	case 1:
		add_text(mail, "_dmarc",
			 "v=DMARC1;p=reject;sp=reject;np=reject;adkim=s;aspf=s;pct=100;fo=1;"
			 "ruf=mailto:dmarc@%s;",
			 mail->plain);
		break;
	default:
		add_text(mail, "_dmarc", "v=DMARC1; p=reject");
		break;
	}
}

static void add_dmarc(struct mail *mail)
{
	char text[NAME_TEXT_MAX];
	if (has(mail, FAULT_DMARC_MISSING))
		return;
	if (has(mail, FAULT_DMARC_INVALID)) {
		add_text(mail, "_dmarc",
			 draw(mail, 2) ? "v=DMARC1; p=rejcet" : "v=DMARC1; p=reject; rua=dmarc@%s",
			 mail->plain);
	} else if (has(mail, FAULT_DMARC_SEVERAL)) {
		add_text(mail, "_dmarc", "v=DMARC1; p=reject");
		add_text(mail, "_dmarc", "v=DMARC1; p=quarantine");
	} else if (has(mail, FAULT_DMARC_NONE)) {
		add_text(mail, "_dmarc", "v=DMARC1; p=none; rua=mailto:dmarc@%s", mail->plain);
	} else if (has(mail, FAULT_DMARC_REPORT)) {
		const uint8_t *host = content_gone_name(mail->content, "reports");
		if (!host)
			return;
		name_to_text(host, text);
		text[strlen(text) - 1] = '\0';
		add_text(mail, "_dmarc", "v=DMARC1; p=reject; rua=mailto:dmarc@%s", text);
	} else {
		add_sound_dmarc(mail);
	}
}

static void add_tls(struct mail *mail)
{
	const bool is_broken = has(mail, FAULT_STS_INVALID);
	if (is_broken || has(mail, FAULT_STS_NO_HOST) || draw(mail, 6) == 0) {
		add_text(mail, "_mta-sts",
			 is_broken ? "v=STSv1; id=2026-11-26" : "v=STSv1; id=20261126T0800;");
		if (!has(mail, FAULT_STS_NO_HOST))
			add_ipv4(mail, "mta-sts");
	}
	if (has(mail, FAULT_TLSRPT_INVALID))
		add_text(mail, "_smtp._tls", "v=TLSRPTv1; rua=tls@%s", mail->plain);
	else if (draw(mail, 6) == 0)
		add_text(mail, "_smtp._tls", "v=TLSRPTv1; rua=mailto:tls@%s", mail->plain);
}

static bool has_fault(const struct mail *mail)
{
	for (enum fault fault = 0; fault < FAULT_COUNT; fault++) {
		if (has(mail, fault) && fault_row(fault)->seen == SEEN_BY_LOOKUP)
			return true;
	}
	return false;
}

static bool begin(struct mail *mail, uint64_t purpose)
{
	const struct zone *zone = mail->content->zone;
	random_seeded(&mail->random, zone_number(mail->content->world, zone, purpose));
	name_to_text(zone->name, mail->domain);
	memcpy(mail->plain, mail->domain, sizeof(mail->plain));
	size_t length = strlen(mail->plain);
	assert(length > 1);
	mail->plain[length - 1] = '\0';
	/* A name that long leaves no room for a policy in words. */
	return length < TEXT_MAX / 8;
}

static bool is_routed(const struct mail *mail)
{
	for (enum fault fault = 0; fault < FAULT_COUNT; fault++) {
		if (has(mail, fault) && fault_row(fault)->group == GROUP_MX_ROUTE)
			return true;
	}
	return false;
}

/* Two mail hosts, whose addresses are announced as a fault wants them to be. */
static void add_routed(struct mail *mail)
{
	static const char *const labels[2] = {"mail", "mail2"};
	const struct content *content = mail->content;
	struct address addresses[2];
	routes_mail_addresses(content->world, content->zone, addresses);
	for (int i = 0; i < 2; i++) {
		content_put(mail->content, content_below(mail->content, labels[i]), TYPE_A,
			    addresses[i].octets, 4);
		content_put_mx(mail->content, 10, content_below(mail->content, labels[i]));
	}
	add_text(mail, "", "v=spf1 mx -all");
	add_sound_dmarc(mail);
}

void content_add_mail(struct content *content)
{
	static const uint8_t root[] = {0};
	struct mail mail = {.content = content};
	if (zone_service(content->world, content->zone) != 0) {
		content_add_service(content);
		return;
	}
	if (!begin(&mail, PURPOSE_MAIL))
		return;
	if (is_routed(&mail)) {
		add_routed(&mail);
		return;
	}
	const uint32_t kind = draw(&mail, 100);
	if (has_fault(&mail) || kind < 70) {
		add_exchangers(&mail);
		add_spf(&mail);
		add_dmarc(&mail);
		add_tls(&mail);
		return;
	}
	/* Nobody sends, and nobody takes any (RFC 7505). */
	if (kind < 90)
		content_put_mx(mail.content, 0, root);
	add_text(&mail, "", "v=spf1 -all");
	if (kind < 80)
		add_text(&mail, "_dmarc", "v=DMARC1; p=reject");
}

/* ---- who may certify ---- */

static void add_property(struct mail *mail, uint8_t flags, const char *tag, const char *value)
{
	uint8_t octets[STRING_MAX];
	struct writer writer;
	writer_init(&writer, octets, sizeof(octets));
	writer_u8(&writer, flags);
	writer_u8(&writer, (uint8_t)strlen(tag));
	writer_octets(&writer, tag, strlen(tag));
	writer_octets(&writer, value, strlen(value));
	assert(!writer.error);
	content_put(mail->content, mail->content->zone->name, TYPE_CAA, octets,
		    writer_used(&writer));
}

void content_add_caa(struct content *content)
{
	struct mail mail = {.content = content};
	(void)begin(&mail, PURPOSE_CAA);
	if (has(&mail, FAULT_CAA_INVALID)) {
		if (draw(&mail, 2))
			add_property(&mail, 0, "issue", "https://ca.example/");
		else
			add_property(&mail, 128, "issuance", "ca.example");
	} else if (draw(&mail, 10) == 0) {
		add_property(&mail, 0, "issue", "ca.example; validationmethods=dns-01");
		add_property(&mail, 128, "issuewild", ";");
		add_property(&mail, 0, "iodef", "mailto:security@ca.example");
	}
}
