/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A message as JSON, by RFC 8427: header members (ID, QR, ..., RCODE, counts), the question as
 * QNAME/QTYPE/QCLASS, answerRRs, authorityRRs and additionalRRs of NAME, TYPE, TYPEname, CLASS,
 * TTL, RDLENGTH, RDATAHEX and, for types with a mnemonic, rdata<TYPE> in presentation form; the
 * octets as they came in messageOctetsHEX. Names are uncompressed and, but for the question's, in
 * lower case; RDLENGTH and RDATAHEX are those of the canonical form (message.h). RCODE has the
 * extended bits. OPT stands in messageOctetsHEX alone; its error texts (RFC 8914) in EDE.
 */
#ifndef DNS_WIRE_MESSAGE_JSON_H
#define DNS_WIRE_MESSAGE_JSON_H

#include "base/error.h"
#include "base/json.h"
#include "dns/wire/message.h"

/* One object, after a key or in an array. ERR_MEMORY. */
MUST_CHECK int message_to_json(const struct message *message, struct json *json);

#endif
