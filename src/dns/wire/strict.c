/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/strict.h"

#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/present_private.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <libknot/libknot.h>

/* 6,000 records with an owner and a name of 255 octets each fit. */
#define WALK_ARENA_BYTES (6u << 20)

struct strict {
	knot_pkt_t *packet;
	int code; /* libknot's */
};

/*
 * Case as received, and the wire untouched: libknot would cut a TSIG off otherwise. strict_release
 * afterwards, whatever the result.
 */
static int strict_init(struct strict *strict, const uint8_t *wire, size_t wire_size)
{
	assert(wire_size >= MESSAGE_HEADER_OCTETS && wire_size <= UINT16_MAX);
	strict->packet = knot_pkt_new((uint8_t *)(uintptr_t)wire, (uint16_t)wire_size, NULL);
	if (strict->packet == NULL)
		return ERR_MEMORY;
	strict->code = knot_pkt_parse(strict->packet, KNOT_PF_KEEPWIRE | KNOT_PF_NOCANON);
	return strict->code == KNOT_ENOMEM ? ERR_MEMORY : OK;
}

static void strict_release(struct strict *strict)
{
	knot_pkt_free(strict->packet);
}

int strict_check(const uint8_t *wire, size_t wire_size, struct complaint *complaint)
{
	struct strict strict;
	if (wire_size < MESSAGE_HEADER_OCTETS)
		return complain(complaint, ERR_FORMAT,
				"message of %zu octets: shorter than a header", wire_size);
	int error = strict_init(&strict, wire, wire_size);
	if (error != OK)
		error = complain(complaint, error, "message of %zu octets: %s", wire_size,
				 error_text(error));
	else if (strict.code != KNOT_EOK)
		error = complain(complaint, ERR_FORMAT, "message of %zu octets: %s at offset %zu",
				 wire_size, knot_strerror(strict.code), strict.packet->parsed);
	strict_release(&strict);
	return error;
}

static const struct {
	uint16_t flag;
	const char *mnemonic;
} flag_names[] = {
	{FLAG_QR, "qr"}, {FLAG_AA, "aa"}, {FLAG_TC, "tc"}, {FLAG_RD, "rd"},
	{FLAG_RA, "ra"}, {0x0040, "z"},   {FLAG_AD, "ad"}, {FLAG_CD, "cd"},
};

/* IANA "DNS OpCodes". */
static const char *opcode_name(unsigned opcode)
{
	static const char *const names[] = {"QUERY",  "IQUERY", "STATUS", "RESERVED3",
					    "NOTIFY", "UPDATE", "DSO"};
	return opcode < sizeof(names) / sizeof(names[0]) ? names[opcode] : "RESERVED";
}

static void write_header(const struct message *message, struct text *text)
{
	char rcode[TYPE_TEXT_MAX];
	text_format(text, ";; ->>HEADER<<- opcode: %s, status: %s, id: %u\n;; flags:",
		    opcode_name(message->opcode), rcode_to_text(message->rcode, rcode),
		    (unsigned)message->id);
	for (size_t i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++)
		if ((message->flags & flag_names[i].flag) != 0)
			text_format(text, " %s", flag_names[i].mnemonic);
	text_format(text, "; QUERY: %u, ANSWER: %u, AUTHORITY: %u, ADDITIONAL: %u\n",
		    knot_wire_get_qdcount(message->wire), knot_wire_get_ancount(message->wire),
		    knot_wire_get_nscount(message->wire), knot_wire_get_arcount(message->wire));
}

/* The option's number, its octets, and behind them what is legible. */
static void write_option(uint16_t code, const uint8_t *octets, size_t size, struct text *text)
{
	if (code == EDNS_NSID)
		text_add(text, "; NSID:");
	else if (code == EDNS_COOKIE)
		text_add(text, "; COOKIE:");
	else if (code == EDNS_PADDING)
		text_add(text, "; PADDING:");
	else if (code == EDNS_EDE && size >= 2)
		text_format(text, "; EDE: %u", (unsigned)octets[0] << 8 | octets[1]);
	else
		text_format(text, "; OPT=%u:", (unsigned)code);
	const size_t skipped = code == EDNS_EDE && size >= 2 ? 2 : 0;
	if (skipped == 0) {
		text_add_char(text, ' ');
		for (size_t i = 0; i < size; i++)
			text_format(text, "%02x", octets[i]);
	}
	if ((code == EDNS_NSID || code == EDNS_EDE) && size > skipped) {
		text_add(text, " (\"");
		octets_to_text(octets + skipped, size - skipped, text);
		text_add(text, "\")");
	}
	text_add_char(text, '\n');
}

static void write_edns(const struct edns *edns, struct text *text)
{
	text_format(text, ";; OPT PSEUDOSECTION:\n; EDNS: version: %u, flags:%s; udp: %u\n",
		    (unsigned)edns->version, (edns->flags & EDNS_FLAG_DO) != 0 ? " do" : "",
		    (unsigned)edns->udp_size);
	for (size_t at = 0; at < edns->options_size;) {
		const uint8_t *option = edns->options + at;
		const size_t size = (size_t)option[2] << 8 | option[3];
		assert(size <= edns->options_size - at - 4);
		write_option((uint16_t)(option[0] << 8 | option[1]), option + 4, size, text);
		at += 4 + size;
	}
}

static void write_question(const struct message *message, struct text *text)
{
	char name[NAME_TEXT_MAX], class[CLASS_TEXT_MAX], type[TYPE_TEXT_MAX];
	if (message->question_name == NULL)
		return;
	text_format(text, ";; QUESTION SECTION:\n;%s\t\t%s\t%s\n",
		    name_to_text(message->question_name, name),
		    class_to_text(message->question_class, class),
		    type_to_text(message->question_type, type));
}

static int write_rrset(const knot_rrset_t *rrset, enum section section, struct text *text)
{
	for (uint16_t i = 0; i < rrset->rrs.count; i++) {
		const knot_rdata_t *rdata = knot_rdataset_at(&rrset->rrs, i);
		const struct record record = {
			.owner = rrset->owner,
			.rdata = rdata->data,
			.ttl = rrset->ttl,
			.type = rrset->type,
			.class = rrset->rclass,
			.rdata_size = rdata->len,
			.section = (uint8_t)section,
		};
		const int error = record_to_text(&record, text);
		if (error != OK)
			return error;
		text_add_char(text, '\n');
	}
	return text->error;
}

static int write_section(const knot_pkt_t *packet, enum section section, struct text *text)
{
	static const char *const titles[] = {"ANSWER", "AUTHORITY", "ADDITIONAL"};
	const knot_pktsection_t *rrsets = knot_pkt_section(packet, (knot_section_t)section);
	bool titled = false;
	for (uint16_t i = 0; i < rrsets->count; i++) {
		const knot_rrset_t *rrset = knot_pkt_rr(rrsets, i);
		if (rrset->type == TYPE_OPT)
			continue;
		if (!titled)
			text_format(text, ";; %s SECTION:\n", titles[section]);
		titled = true;
		const int error = write_rrset(rrset, section, text);
		if (error != OK)
			return error;
	}
	return text->error;
}

static int write_message(const struct strict *strict, const struct message *message,
			 struct text *text)
{
	write_header(message, text);
	if (message->edns.present)
		write_edns(&message->edns, text);
	write_question(message, text);
	for (unsigned section = 0; section < SECTION_COUNT; section++) {
		const int error = write_section(strict->packet, (enum section)section, text);
		if (error != OK)
			return error;
	}
	if (strict->code != KNOT_EOK || message->fault != MESSAGE_SOUND)
		text_format(text, ";; malformed after %zu of %zu octets: %s\n",
			    strict->packet->parsed, message->wire_size,
			    message->fault != MESSAGE_SOUND ? message_fault_text(message->fault)
							    : knot_strerror(strict->code));
	return text->error;
}

int strict_to_text(const uint8_t *wire, size_t wire_size, struct text *text)
{
	struct arena arena;
	struct message message;
	struct strict strict;
	if (wire_size < MESSAGE_HEADER_OCTETS)
		return ERR_FORMAT;
	arena_init(&arena, WALK_ARENA_BYTES, 0);
	int error = message_walk(&arena, wire, wire_size, &message);
	if (error == OK) {
		error = strict_init(&strict, wire, wire_size);
		if (error == OK)
			error = write_message(&strict, &message, text);
		strict_release(&strict);
	}
	arena_release(&arena);
	return error;
}
