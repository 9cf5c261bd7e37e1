/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "model/observation_json_private.h"

#include <assert.h>

/* A message is walked in memory of its own: at most 5,957 records and their expanded names. */
#define WALK_CAP (16u << 20)
/* A record as text: 65,535 octets, each at most \DDD or two hexadecimal digits. */
#define RECORD_TEXT_CAP (1u << 20)

void observation_json_name(struct json *json, const char *key, const uint8_t *name)
{
	char text[NAME_TEXT_MAX];
	json_put_text(json, key, name == NULL ? NULL : name_to_text(name, text));
}

void observation_json_ip(struct json *json, const char *key, const struct ip *ip)
{
	char text[IP_TEXT_MAX];
	json_put_text(json, key, ip->family == 0 ? NULL : ip_to_text(ip, text));
}

void observation_json_type(struct json *json, const char *key, uint16_t type)
{
	char text[TYPE_TEXT_MAX];
	json_put_text(json, key, type_to_text(type, text));
}

void observation_json_words(struct json *json, const char *key, const char *const *words,
			    size_t count, unsigned int bits)
{
	json_key(json, key);
	json_begin_array(json);
	for (size_t i = 0; i < count; i++) {
		if ((bits >> i & 1) != 0)
			json_text(json, words[i]);
	}
	json_end_array(json);
}

static void put_head(const struct json_maker *maker)
{
	const struct observation *observation = maker->observation;
	struct json *json = maker->json;
	char time[TIME_TEXT_MAX];
	json_put_text(json, "type", "observation");
	observation_json_name(json, "domain", observation->domain);
	time_to_text(observation->started_s, time);
	json_put_text(json, "started", time);
	json_put_number(json, "took_ms", observation->took_ms);
	json_put_text(json, "vantage", observation->vantage);
	json_put_text(json, "scanner", observation->scanner);
	json_put_text(json, "not_measured", observation->not_measured);
	json_put_bool(json, "cut_short", observation->cut_short);
	json_put_number(json, "needs", observation->needs);
	json_put_text(json, "delegation",
		      delegation_text((enum delegation)observation->delegation));
	observation_json_name(json, "parent", observation->parent);
	observation_json_ip(json, "parent_server", &observation->parent_server);
	json_put_text(json, "parent_security",
		      security_text((enum security)observation->parent_security));
	json_put_text(json, "ds_security", security_text((enum security)observation->ds_security));
}

static void put_ips(const struct json_maker *maker, const char *key, const uint8_t *indices,
		    size_t count)
{
	json_key(maker->json, key);
	json_begin_array(maker->json);
	for (size_t i = 0; i < count; i++) {
		char text[IP_TEXT_MAX];
		json_text(maker->json,
			  ip_to_text(&maker->observation->servers[indices[i]].ip, text));
	}
	json_end_array(maker->json);
}

static void put_hosts(const struct json_maker *maker)
{
	struct json *json = maker->json;
	json_key(json, "name_servers");
	json_begin_array(json);
	for (size_t i = 0; i < maker->observation->host_count; i++) {
		const struct host *host = &maker->observation->hosts[i];
		json_begin_object(json);
		observation_json_name(json, "name", host->name);
		json_put_bool(json, "at_parent", (host->flags & HOST_AT_PARENT) != 0);
		json_put_bool(json, "at_child", (host->flags & HOST_AT_CHILD) != 0);
		json_put_bool(json, "is_alias", (host->flags & HOST_IS_ALIAS) != 0);
		json_put_text(json, "state", host_state_text((enum host_state)host->state));
		put_ips(maker, "glue", host->glue, host->glue_count);
		put_ips(maker, "addresses", host->addresses, host->address_count);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_servers(const struct json_maker *maker)
{
	struct json *json = maker->json;
	json_key(json, "servers");
	json_begin_array(json);
	for (size_t i = 0; i < maker->observation->server_count; i++) {
		const struct server *server = &maker->observation->servers[i];
		json_begin_object(json);
		observation_json_ip(json, "address", &server->ip);
		json_put_number(json, "port", server->port);
		json_put_bool(json, "asked", server->asked);
		json_end_object(json);
	}
	json_end_array(json);
}

/* Owner TTL class type data; a record that cannot be shown is counted in the message's fault. */
static int put_records(struct json_maker *maker, const struct message *message)
{
	static const char *const sections[] = {"answer", "authority", "additional"};
	static_assert(sizeof(sections) / sizeof(sections[0]) == SECTION_COUNT, "one for each");
	for (size_t section = 0; section < SECTION_COUNT; section++) {
		json_key(maker->json, sections[section]);
		json_begin_array(maker->json);
		for (size_t i = 0; i < message->record_count; i++) {
			if (message->records[i].section != section)
				continue;
			text_reset(&maker->text);
			int error = record_to_text(&message->records[i], &maker->text);
			if (error == ERR_MEMORY)
				return error;
			json_text(maker->json, text_get(&maker->text));
		}
		json_end_array(maker->json);
	}
	return OK;
}

static void put_edns(struct json *json, const struct edns *edns)
{
	json_key(json, "edns");
	if (!edns->present) {
		json_null_value(json);
		return;
	}
	json_begin_object(json);
	json_put_number(json, "version", edns->version);
	json_put_number(json, "udp_size", edns->udp_size);
	json_put_bool(json, "dnssec_ok", (edns->flags & EDNS_FLAG_DO) != 0);
	json_end_object(json);
}

int observation_json_message(struct json_maker *maker, const uint8_t *wire, size_t size)
{
	/* From the highest bit of the header's second word down; opcode and rcode in between. */
	static const char *const flags[] = {"cd", "ad", "z", "ra", "rd", "tc", "aa"};
	struct message message;
	int error = message_walk(&maker->arena, wire, size, &message);
	if (error != OK)
		return error;
	char rcode[TYPE_TEXT_MAX];
	json_begin_object(maker->json);
	json_put_number(maker->json, "size", (int64_t)size);
	json_put_number(maker->json, "id", message.id);
	json_put_text(maker->json, "rcode", rcode_to_text(message.rcode, rcode));
	json_put_number(maker->json, "opcode", message.opcode);
	observation_json_words(maker->json, "flags", flags, sizeof(flags) / sizeof(flags[0]),
			       message.flags >> 4 & 0x7fu);
	json_put_text(maker->json, "fault",
		      message.fault == MESSAGE_SOUND ? NULL : message_fault_text(message.fault));
	put_edns(maker->json, &message.edns);
	error = put_records(maker, &message);
	if (error == OK)
		json_end_object(maker->json);
	return error;
}

static int put_message(struct json_maker *maker, const struct exchange *exchange)
{
	size_t size = 0;
	json_key(maker->json, "message");
	if (exchange->message == MESSAGE_NONE) {
		json_null_value(maker->json);
		return OK;
	}
	arena_reset(&maker->arena);
	const uint8_t *wire = observation_wire(&maker->arena, maker->observation, exchange, &size);
	return wire == NULL ? ERR_MEMORY : observation_json_message(maker, wire, size);
}

static int put_exchange(struct json_maker *maker, const struct exchange *exchange)
{
	static const char *const flags[] = {"case-differs", "truncated", "shared",      "no-edns",
					    "tcp-failed",   "opt-cut",   "other-source"};
	struct json *json = maker->json;
	const struct ip *ip = exchange->server == SERVER_PARENT
				      ? &maker->observation->parent_server
				      : &maker->observation->servers[exchange->server].ip;
	assert(exchange->server == SERVER_PARENT ||
	       exchange->server < maker->observation->server_count);
	json_begin_object(json);
	observation_json_ip(json, "server", ip);
	json_put_bool(json, "at_parent", exchange->server == SERVER_PARENT);
	observation_json_name(json, "name", exchange->name);
	observation_json_type(json, "rrtype", exchange->type);
	json_put_text(json, "transport", transport_text((enum transport_kind)exchange->transport));
	json_put_text(json, "kind", probe_kind_text((enum probe_kind)exchange->kind));
	json_put_text(json, "outcome", outcome_text((enum outcome)exchange->outcome));
	json_put_number(json, "attempts", exchange->attempts);
	json_put_number(json, "mismatches", exchange->mismatches);
	json_put_number(json, "rtt_us", exchange->rtt_us);
	observation_json_words(json, "flags", flags, sizeof(flags) / sizeof(flags[0]),
			       exchange->flags & ~EXCHANGE_OPT_CUT);
	json_put_number(json, "message_number",
			exchange->message == MESSAGE_NONE ? -1 : exchange->message);
	int error = put_message(maker, exchange);
	if (error == OK)
		json_end_object(json);
	return error;
}

static int put_exchanges(struct json_maker *maker)
{
	json_key(maker->json, "exchanges");
	json_begin_array(maker->json);
	for (size_t i = 0; i < maker->observation->exchange_count; i++) {
		int error = put_exchange(maker, &maker->observation->exchanges[i]);
		if (error != OK)
			return error;
	}
	json_end_array(maker->json);
	return OK;
}

static void put_proofs(const struct json_maker *maker)
{
	/* enum signature_result of dns/dnssec/verify.h, which this room does not see. */
	static const char *const results[] = {
		"not-checked", "good", "bad", "malformed", "unsupported", "no-key", "not-checked",
	};
	static_assert(sizeof(results) / sizeof(results[0]) == PROOF_RESULT_MAX + 1,
		      "a word for every result");
	struct json *json = maker->json;
	json_key(json, "proofs");
	json_begin_array(json);
	for (size_t i = 0; i < maker->observation->proof_count; i++) {
		const struct proof *proof = &maker->observation->proofs[i];
		assert(proof->result <= PROOF_RESULT_MAX);
		json_begin_object(json);
		json_put_number(json, "message_number", proof->message);
		json_put_number(json, "record", proof->record);
		json_put_number(json, "key_message_number",
				proof->key_message == MESSAGE_NONE ? -1 : proof->key_message);
		json_put_number(json, "key_tag", proof->key_tag);
		json_put_text(json, "result", results[proof->result]);
		json_put_bool(json, "key_is_sep", proof->key_is_sep);
		json_put_bool(json, "key_is_revoked", proof->key_is_revoked);
		json_end_object(json);
	}
	json_end_array(json);
}

int observation_to_json(const struct observation *observation, struct json *json)
{
	assert(observation->domain != NULL);
	struct json_maker maker = {.observation = observation, .json = json};
	arena_init(&maker.arena, WALK_CAP, 0);
	text_init(&maker.text, RECORD_TEXT_CAP);
	json_begin_object(json);
	put_head(&maker);
	put_hosts(&maker);
	put_servers(&maker);
	int error = put_exchanges(&maker);
	if (error == OK) {
		put_proofs(&maker);
		error = observation_json_further(&maker);
	}
	if (error == OK) {
		json_end_object(json);
		error = json->out->error;
	}
	text_release(&maker.text);
	arena_release(&maker.arena);
	return error;
}
