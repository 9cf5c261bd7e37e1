/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What processes that ask the network have in common: a scan's worker, the watcher, who asks
 * parents. How the settings from above become those of transport and resolver, and the counts that
 * tell above that it lives.
 */
#ifndef DAEMON_ASKING_H
#define DAEMON_ASKING_H

#include "daemon/channel.h"
#include "daemon/opt_out.h"
#include "daemon/scan_wire.h"
#include "dns/resolver/resolver.h"
#include "dns/transport/transport.h"

/* Rates, and who may not be asked; all else is the caller's to set. `opt_out` outlives the
 * transport. */
struct transport_settings asking_transport(const struct wire_settings *settings,
					   struct opt_out *opt_out);
/* Hints and anchors point into the settings. */
struct resolver_settings asking_resolver(const struct wire_settings *settings,
					 struct random *random);
/* A frame of counts. */
void asking_send_counts(struct channel *channel, const struct transport *transport,
			uint32_t in_flight);

#endif
