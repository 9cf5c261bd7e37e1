/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/message_json.h"

#include "base/memory.h"
#include "base/text.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* A record as text: 65,535 octets, each at most \DDD or two hexadecimal digits. */
#define RECORD_TEXT_CAP ((size_t)1 << 20)

/* ---- octets ---- */

/* RFC 8427 s2.4: base16, whose alphabet has capitals (RFC 4648 s8). */
static int put_hex(struct json *json, const char *key, const uint8_t *octets, size_t size)
{
	static const char digits[] = "0123456789ABCDEF";
	char *text = memory_take(2 * size + 1);
	if (text == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < size; i++) {
		text[2 * i] = digits[octets[i] >> 4];
		text[2 * i + 1] = digits[octets[i] & 15];
	}
	json_key(json, key);
	json_text_octets(json, text, 2 * size);
	memory_give(text);
	return OK;
}

static void put_name(struct json *json, const char *key, const uint8_t *name)
{
	char text[NAME_TEXT_MAX];
	json_put_text(json, key, name_to_text(name, text));
}

static void put_type(struct json *json, const char *key, const char *name_key, uint16_t type)
{
	char text[TYPE_TEXT_MAX];
	json_put_number(json, key, type);
	json_put_text(json, name_key, type_to_text(type, text));
}

static void put_class(struct json *json, const char *key, const char *name_key, uint16_t class)
{
	json_put_number(json, key, class);
	if (class == CLASS_IN)
		json_put_text(json, name_key, "IN");
}

/* ---- header and question ---- */

static void put_header(const struct message *message, struct json *json)
{
	static const struct {
		const char *key;
		uint16_t flag;
	} flags[] = {
		{"AA", FLAG_AA}, {"TC", FLAG_TC}, {"RD", FLAG_RD},
		{"RA", FLAG_RA}, {"AD", FLAG_AD}, {"CD", FLAG_CD},
	};
	json_put_number(json, "ID", message->id);
	json_put_bool(json, "QR", (message->flags & FLAG_QR) != 0);
	json_put_number(json, "Opcode", message->opcode);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		json_put_bool(json, flags[i].key, (message->flags & flags[i].flag) != 0);
	json_put_number(json, "RCODE", message->rcode);
}

static void put_counts(const struct message *message, struct json *json)
{
	static const char *const keys[] = {"QDCOUNT", "ANCOUNT", "NSCOUNT", "ARCOUNT"};
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const uint8_t *count = message->wire + 4 + 2 * i;
		json_put_number(json, keys[i], count[0] << 8 | count[1]);
	}
}

static void put_question(const struct message *message, struct json *json)
{
	if (message->question_name == NULL)
		return;
	put_name(json, "QNAME", message->question_name);
	put_type(json, "QTYPE", "QTYPEname", message->question_type);
	put_class(json, "QCLASS", "QCLASSname", message->question_class);
}

/* ---- records ---- */

/* rdataA, rdataSOA; nothing for types that have only a number. */
static int put_rdata(const struct record *record, struct text *text, struct json *json)
{
	char type[TYPE_TEXT_MAX];
	char key[sizeof("rdata") + TYPE_TEXT_MAX];
	if (strncmp(type_to_text(record->type, type), "TYPE", 4) == 0)
		return OK;
	text_reset(text);
	int error = rdata_to_text(record, text);
	if (error != OK)
		return error == ERR_MEMORY ? error : OK;
	(void)snprintf(key, sizeof(key), "rdata%s", type);
	json_put_text(json, key, text_get(text));
	return OK;
}

static int put_record(const struct record *record, struct text *text, struct json *json)
{
	json_begin_object(json);
	put_name(json, "NAME", record->owner);
	put_type(json, "TYPE", "TYPEname", record->type);
	put_class(json, "CLASS", "CLASSname", record->class);
	json_put_number(json, "TTL", record->ttl);
	json_put_number(json, "RDLENGTH", record->rdata_size);
	int error = put_hex(json, "RDATAHEX", record->rdata, record->rdata_size);
	if (error == OK)
		error = put_rdata(record, text, json);
	json_end_object(json);
	return error;
}

static int put_sections(const struct message *message, struct json *json)
{
	static const char *const keys[] = {"answerRRs", "authorityRRs", "additionalRRs"};
	static_assert(sizeof(keys) / sizeof(keys[0]) == SECTION_COUNT, "one for each section");
	struct text text;
	int error = OK;
	text_init(&text, RECORD_TEXT_CAP);
	for (size_t section = 0; section < SECTION_COUNT; section++) {
		json_key(json, keys[section]);
		json_begin_array(json);
		for (size_t i = 0; i < message->record_count && error == OK; i++)
			if (message->records[i].section == section)
				error = put_record(&message->records[i], &text, json);
		json_end_array(json);
	}
	text_release(&text);
	return error;
}

/* What the server says went wrong, in its own words. */
static void put_extended_error(const struct message *message, struct json *json)
{
	uint16_t size;
	const uint8_t *option = message_option(message, EDNS_EDE, &size);
	if (option == NULL || size < 2)
		return;
	json_key(json, "EDE");
	json_begin_object(json);
	json_put_number(json, "INFO-CODE", option[0] << 8 | option[1]);
	json_key(json, "EXTRA-TEXT");
	json_text_octets(json, (const char *)option + 2, size - 2u);
	json_end_object(json);
}

int message_to_json(const struct message *message, struct json *json)
{
	int error = OK;
	json_begin_object(json);
	if (message->fault != MESSAGE_SHORT_HEADER) {
		put_header(message, json);
		put_counts(message, json);
		put_question(message, json);
		error = put_sections(message, json);
		put_extended_error(message, json);
	}
	if (message->fault != MESSAGE_SOUND)
		json_put_text(json, "comment", message_fault_text(message->fault));
	if (error == OK)
		error = put_hex(json, "messageOctetsHEX", message->wire, message->wire_size);
	json_end_object(json);
	return error;
}
