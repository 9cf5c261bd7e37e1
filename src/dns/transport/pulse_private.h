/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is our own network there? Of each address family for itself: a line may lose IPv6 alone.
 *
 * A question that times out while somebody else is heard tells of its server. When nobody at all
 * has been heard since it was sent, that may be us: the pulse is *doubted*, and servers that have
 * answered (two others at least) are asked once more what they answered. A reply of anybody
 * ends the doubt; when all of them are silent, too, the network is *lost*. In doubt, failures are
 * held back; while it is lost, everything is, and those servers are asked every half second. When
 * somebody is heard again, all that was asked meanwhile is asked anew. So a loss of whatever length
 * changes no answer, and costs four datagrams each half second.
 *
 * A family that was never heard and whose datagrams our own machine refuses is *absent*.
 */
#ifndef DNS_TRANSPORT_PULSE_PRIVATE_H
#define DNS_TRANSPORT_PULSE_PRIVATE_H

#include "dns/transport/flight_private.h"
#include "dns/transport/transport.h"
#include "dns/wire/name.h"
#include "net/address.h"
#include "net/loop.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Who is asked: the first two that answered, and the two that did so last. A resolver's first ones
 * are nobody's choice but its own; whoever has the last ones answer once and then be silent must
 * not make us believe that we are cut off.
 */
#define PULSE_KNOWN 4u
#define PULSE_FIRST 2u

struct known_server {
	struct address address;
	uint16_t type; /* what it was asked */
	uint8_t name[NAME_MAX_OCTETS];
};

enum pulse_state { PULSE_THERE, PULSE_DOUBTED, PULSE_LOST };

struct pulse {
	struct transport *transport;
	enum pulse_state state;
	uint64_t heard_ns;         /* 0: never */
	uint64_t lost_ns, back_ns; /* the last loss: last reply before it, first one after it */
	struct timer timer;        /* to the next round of questions */
	struct known_server known[PULSE_KNOWN];
	unsigned known_count, known_next;
	unsigned asked;    /* of this round, not yet back */
	bool has_failed;   /* one of this round was not answered */
	bool is_absent;    /* refused by our own machine, and never heard */
	bool was_lost;     /* before it was heard again */
	bool is_releasing; /* held flights go on at the end of the turn */
	struct flight_list held;
};

void pulses_init(struct transport *transport);
void pulses_release(struct transport *transport);
/* Some datagram or connection came from there. */
void pulse_heard(struct transport *transport, const struct address *address);
/* What this server answers can be asked again to see whether anybody is there. */
void pulse_remember(struct transport *transport, const struct flight *flight);
/* An attempt sent at that time was not answered, or could not be sent. True: the flight is held or
 * has gone out anew, and nothing is to be concluded. `is_last`: it would end with that outcome. */
bool pulse_takes(struct transport *transport, struct flight *flight, uint64_t sent_ns,
		 enum exchange_outcome outcome, bool is_last);
/* Neither in doubt nor lost. */
bool pulse_is_there(struct transport *transport, const struct address *address);
/* True: nothing can go out at present, and the flight is held. */
bool pulse_stops(struct transport *transport, struct flight *flight);
/* Is it one of the questions to those that answered last? They go out at once: behind thousands
 * that wait for their turn they would tell nothing. */
bool pulse_has_sent(const struct flight *flight);
/* At the end of a turn: what was held goes on. */
void pulses_go_on(struct transport *transport);

#endif
