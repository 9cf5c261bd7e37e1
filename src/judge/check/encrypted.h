/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a domain's name servers do over DoT, DoH and DoQ, beside what they do over UDP: no verdict,
 * since slower is no fault, but what somebody needs to know who is to decide for or against it.
 *
 * Times are medians over addresses, of one question each: over UDP the quickest of an address;
 * over the connection that was made for it, once it stood; and how long it took to stand.
 */
#ifndef JUDGE_CHECK_ENCRYPTED_H
#define JUDGE_CHECK_ENCRYPTED_H

#include "base/json.h"
#include "base/text.h"
#include "model/observation.h"

#include <stdint.h>

struct encrypted_times {
	uint16_t tried, answered; /* addresses */
	/* Medians over those that answered, in microseconds; 0: of none is it known. */
	uint32_t handshake_us, answer_us, udp_us;
};
/* `protocol` is SESSION_DOT, SESSION_DOH or SESSION_DOQ. */
struct encrypted_times encrypted_times(const struct observation *observation, uint8_t protocol);

/* A line for each protocol that an address answers over. */
void encrypted_to_text(const struct observation *observation, struct text *text);
/* One object a line for each protocol that was tried, "type":"transport";
 * docs/format/transport.schema.json. */
void encrypted_to_json(const struct observation *observation, struct json *json);

#endif
