/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"
#include "world/offer_private.h"

#include <assert.h>
#include <string.h>

#define KEY_ALPN 1u
#define KEY_DOHPATH 7u /* RFC 9461 s5.1 */

static const struct {
	enum behaviour behaviour;
	uint8_t transports;
} implied[] = {
	{BEHAVIOUR_TLS_WRONG_NAME, SERVER_DOT},    {BEHAVIOUR_TLS_EXPIRED, SERVER_DOT},
	{BEHAVIOUR_TLS_OLD, SERVER_DOT},           {BEHAVIOUR_TLS_HANGS, SERVER_DOT},
	{BEHAVIOUR_TLS_GARBAGE, SERVER_DOT},       {BEHAVIOUR_DOQ_NO_ALPN, SERVER_DOQ},
	{BEHAVIOUR_DOH_MISSING, SERVER_DOH},       {BEHAVIOUR_TRANSPORT_DIFFERS, SERVER_DOT},
	{BEHAVIOUR_TRANSPORT_PARTIAL, SERVER_DOT}, {BEHAVIOUR_NO_PADDING, SERVER_DOT},
};

uint8_t server_transports(const struct world_server *server)
{
	uint8_t transports = server->transports;
	for (size_t i = 0; i < sizeof(implied) / sizeof(implied[0]); i++) {
		if (server->behaviours & BEHAVIOUR_BIT(implied[i].behaviour))
			transports |= implied[i].transports;
	}
	return transports;
}

static void add_alpn(struct writer *writer, uint8_t transports)
{
	static const struct {
		uint8_t transport;
		const char *alpn;
	} rows[] = {{SERVER_DOT, "dot"}, {SERVER_DOH, "h2"}, {SERVER_DOQ, "doq"}};
	uint16_t size = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		size = (uint16_t)(size +
				  (transports & rows[i].transport ? 1 + strlen(rows[i].alpn) : 0));
	writer_u16(writer, KEY_ALPN);
	writer_u16(writer, size);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!(transports & rows[i].transport))
			continue;
		writer_u8(writer, (uint8_t)strlen(rows[i].alpn));
		writer_octets(writer, rows[i].alpn, strlen(rows[i].alpn));
	}
}

bool server_svcb(const struct world_server *server, struct name *ret_owner, uint8_t *rdata,
		 uint16_t *ret_size)
{
	static const char path[] = "/dns-query{?dns}";
	const uint8_t transports = server_transports(server);
	if (transports == 0 || (server->behaviours & BEHAVIOUR_BIT(BEHAVIOUR_TRANSPORT_PARTIAL)) ||
	    name_prepend((const uint8_t *)"_dns", 4, server->name, ret_owner))
		return false;
	struct writer writer;
	writer_init(&writer, rdata, SVCB_OCTETS_MAX);
	writer_u16(&writer, 1);
	writer_octets(&writer, server->name, name_size(server->name));
	add_alpn(&writer, transports);
	if (transports & SERVER_DOH) {
		writer_u16(&writer, KEY_DOHPATH);
		writer_u16(&writer, sizeof(path) - 1);
		writer_octets(&writer, path, sizeof(path) - 1);
	}
	assert(!writer.error);
	*ret_size = (uint16_t)writer_used(&writer);
	return true;
}
