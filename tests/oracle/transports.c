/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One question to one server over one transport, and what came of it: for
 * tests/world/transports.sh, which holds this beside servers of others.
 *
 *   oracle_transports dot|doh|doq ADDRESS PORT HOST NAME
 */
#include "base/clock.h"
#include "base/random.h"
#include "dns/transport/transport.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "os/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_padded(const struct message *message)
{
	uint16_t size;
	return message != NULL && message_option(message, EDNS_PADDING, &size) != NULL;
}

static void done(void *context, const struct exchange_result *result)
{
	const struct exchange_session *session = result->session;
	const struct message *message = result->message;
	printf("outcome=%d", result->outcome);
	if (message != NULL)
		printf(" rcode=%u aa=%d id=%u padded=%d", message->rcode,
		       (message->flags & FLAG_AA) != 0, message->id, is_padded(message));
	if (session != NULL)
		printf(" established=%d tls=0x%04x alpn=%s status=%u chain=%u suite=%s group=%s "
		       "note=%s",
		       session->is_established, session->tls_version, session->alpn,
		       session->status, session->chain_count, session->cipher_suite, session->group,
		       session->note);
	printf("\n");
	loop_stop(context);
}

static int ask(struct loop *loop, struct transport *transport, char **words)
{
	static const char *const kinds[] = {"dot", "doh", "doq"};
	struct exchange_question question = {
		.type = TYPE_SOA, .once = true, .dnssec_ok = true, .host = words[4]};
	struct name name;
	for (uint8_t i = 0; i < 3; i++) {
		if (strcmp(words[1], kinds[i]) == 0)
			question.transport = (uint8_t)(EXCHANGE_DOT + i);
	}
	if (question.transport == 0 ||
	    address_from_text(words[2], (uint16_t)strtoul(words[3], NULL, 10), &question.server) ||
	    name_from_text(words[5], &name, NULL))
		return 2;
	question.name = name.octets;
	if (transport_ask(transport, &question, done, loop))
		return 1;
	return loop_run(loop) ? 1 : 0;
}

int main(int count, char **words)
{
	const struct clock clock = clock_system();
	const struct transport_settings settings = {.tcp_timeout_ms = 3000};
	const struct sandbox sandbox = {.kind = SANDBOX_NETWORK, .writes_files = true};
	struct complaint complaint = {""};
	struct random random;
	struct loop *loop;
	struct transport *transport;
	if (count != 6)
		return 2;
	random_system(&random);
	if (loop_new(&clock, &loop) ||
	    transport_new(loop, &settings, &random, &transport, &complaint))
		return 1;
	/* As in a scan's worker. */
	if (sandbox_enter(&sandbox, &complaint))
		return 1;
	int code = ask(loop, transport, words);
	transport_free(transport);
	loop_free(loop);
	return code;
}
