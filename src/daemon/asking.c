/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/asking.h"

#include <assert.h>

struct transport_settings asking_transport(const struct wire_settings *settings,
					   struct opt_out *opt_out)
{
	assert(settings->opt_out_count == 0 || opt_out != NULL);
	return (struct transport_settings){
		.rate_total = settings->rate_total,
		.rate_per_server = settings->rate_per_server,
		.opted_out = settings->opt_out_count > 0 ? opt_out_has : NULL,
		.opted_out_context = opt_out,
	};
}

struct resolver_settings asking_resolver(const struct wire_settings *settings,
					 struct random *random)
{
	assert(random != NULL);
	return (struct resolver_settings){
		.hints = settings->hints,
		.hint_count = settings->hint_count,
		.anchors = settings->anchors,
		.anchor_count = settings->anchor_count,
		.random = random,
	};
}

void asking_send_counts(struct channel *channel, const struct transport *transport,
			uint32_t in_flight)
{
	const struct transport_counts sent = transport_counts(transport);
	const struct wire_counts counts = {
		.queries = sent.sent_udp + sent.sent_tcp + sent.sent_dot,
		.answers = sent.received,
		.in_flight = in_flight,
		.network = (uint8_t)transport_network(transport),
	};
	struct writer writer;
	uint8_t *body = channel_frame(channel, FRAME_COUNTS, WIRE_COUNTS_OCTETS);
	if (body == NULL)
		return; /* the channel ends */
	writer_init(&writer, body, WIRE_COUNTS_OCTETS);
	wire_counts_write(&writer, &counts);
}
