/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/observation_json_private.h"

#include <assert.h>

static int put_lookup(struct json_maker *maker, const struct lookup *lookup)
{
	struct json *json = maker->json;
	int error = OK;
	json_begin_object(json);
	observation_json_name(json, "name", lookup->name);
	observation_json_type(json, "rrtype", lookup->type);
	json_put_text(json, "result", lookup_result_text((enum lookup_result)lookup->result));
	json_put_text(json, "security", security_text((enum security)lookup->security));
	observation_json_name(json, "target", lookup->target);
	json_put_number(json, "message_number",
			lookup->message == MESSAGE_NONE ? -1 : lookup->message);
	json_key(json, "message");
	if (lookup->message == MESSAGE_NONE) {
		json_null_value(json);
	} else {
		assert(lookup->message < maker->observation->message_count);
		const struct kept_message *kept = &maker->observation->messages[lookup->message];
		arena_reset(&maker->arena);
		error = observation_json_message(maker, kept->wire, kept->size);
	}
	if (error == OK)
		json_end_object(json);
	return error;
}

static int put_lookups(struct json_maker *maker)
{
	json_key(maker->json, "lookups");
	json_begin_array(maker->json);
	for (size_t i = 0; i < maker->observation->lookup_count; i++) {
		int error = put_lookup(maker, &maker->observation->lookups[i]);
		if (error != OK)
			return error;
	}
	json_end_array(maker->json);
	return OK;
}

/* Four characters for each three octets begun, and the end. */
#define BASE64_MAX(octets) (((octets) + 2) / 3 * 4 + 1)

static int put_blobs(struct json_maker *maker)
{
	json_key(maker->json, "blobs");
	json_begin_array(maker->json);
	for (size_t i = 0; i < maker->observation->blob_count; i++) {
		const struct blob *blob = &maker->observation->blobs[i];
		arena_reset(&maker->arena);
		size_t room = BASE64_MAX((size_t)blob->size);
		char *text = arena_take(&maker->arena, room);
		if (text == NULL)
			return ERR_MEMORY;
		int length = base64_from_octets(blob->octets, blob->size, text, room);
		if (length < 0)
			return length;
		json_text(maker->json, text);
	}
	json_end_array(maker->json);
	return OK;
}

static void put_time(struct json *json, const char *key, int64_t unix_seconds)
{
	char text[TIME_TEXT_MAX];
	if (unix_seconds != 0)
		time_to_text(unix_seconds, text);
	json_put_text(json, key, unix_seconds != 0 ? text : NULL);
}

static void put_indices(struct json *json, const char *key, const uint16_t *indices, size_t count)
{
	json_key(json, key);
	json_begin_array(json);
	for (size_t i = 0; i < count; i++)
		json_number(json, indices[i]);
	json_end_array(json);
}

static void put_session(struct json *json, const struct session *session)
{
	static const char *const flags[] = {"name-fits", "trusted", "padded", "shared"};
	static_assert((1u << sizeof(flags) / sizeof(flags[0])) - 1 == SESSION_FLAGS,
		      "a word for every flag");
	json_begin_object(json);
	json_put_text(json, "protocol",
		      session_protocol_text((enum session_protocol)session->protocol));
	observation_json_ip(json, "address", &session->ip);
	json_put_number(json, "port", session->port);
	observation_json_name(json, "host", session->host);
	json_put_text(json, "outcome",
		      session_outcome_text((enum session_outcome)session->outcome));
	observation_json_words(json, "flags", flags, sizeof(flags) / sizeof(flags[0]),
			       session->flags);
	json_put_number(json, "tls_version", session->tls_version);
	json_put_number(json, "status", session->status);
	json_put_number(json, "handshake_us", session->handshake_us);
	json_put_number(json, "answer_us", session->answer_us);
	put_time(json, "not_before", session->not_before_s);
	put_time(json, "not_after", session->not_after_s);
	json_put_text(json, "alpn", session->alpn[0] == '\0' ? NULL : session->alpn);
	json_put_text(json, "note", session->note[0] == '\0' ? NULL : session->note);
	put_indices(json, "certificates", session->certificates, session->chain_count);
	put_indices(json, "keys", session->keys, session->chain_count);
	json_put_number(json, "body", session->body == BLOB_NONE ? -1 : session->body);
	json_end_object(json);
}

static void put_sessions(const struct json_maker *maker)
{
	json_key(maker->json, "sessions");
	json_begin_array(maker->json);
	for (size_t i = 0; i < maker->observation->session_count; i++)
		put_session(maker->json, &maker->observation->sessions[i]);
	json_end_array(maker->json);
}

static void put_routes(const struct json_maker *maker)
{
	struct json *json = maker->json;
	json_put_text(json, "routing", maker->observation->routing);
	json_key(json, "routes");
	json_begin_array(json);
	for (size_t i = 0; i < maker->observation->route_count; i++) {
		const struct route *route = &maker->observation->routes[i];
		json_begin_object(json);
		observation_json_ip(json, "address", &route->ip);
		json_put_number(json, "prefix_bits", route->bits);
		json_put_number(json, "as", route->as);
		json_put_text(json, "validity",
			      route_validity_text((enum route_validity)route->validity));
		json_put_number(json, "allowed_bits", route->allowed);
		json_put_number(json, "remains_bits", route->remains);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_transfers(const struct json_maker *maker)
{
	struct json *json = maker->json;
	json_key(json, "transfers");
	json_begin_array(json);
	for (size_t i = 0; i < maker->observation->transfer_count; i++) {
		const struct transfer *transfer = &maker->observation->transfers[i];
		json_begin_object(json);
		json_put_number(json, "server", transfer->server);
		json_put_text(json, "end", transfer_end_text((enum transfer_end)transfer->end));
		json_put_text(json, "zonemd",
			      transfer_digest_text((enum transfer_digest)transfer->digest));
		json_put_number(json, "serial", transfer->serial);
		json_put_number(json, "messages", transfer->messages);
		json_put_number(json, "records", transfer->records);
		json_put_number(json, "octets", transfer->octets);
		json_end_object(json);
	}
	json_end_array(json);
}

int observation_json_further(struct json_maker *maker)
{
	int error = put_lookups(maker);
	if (error == OK)
		error = put_blobs(maker);
	if (error != OK)
		return error;
	put_sessions(maker);
	put_routes(maker);
	put_transfers(maker);
	return OK;
}
