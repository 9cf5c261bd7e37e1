/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A whole zone, asked of one server (AXFR, RFC 5936), with consent only. What comes is taken
 * message by message, kept in canonical form until the end, compared with the zone's ZONEMD record
 * (RFC 8976), and given up: the observation has the first message, as of any question, and how the
 * transfer went (struct transfer).
 *
 * A server can send what it likes: a zone has its limits in records and octets, all that a process
 * takes at a time has another, and the transport ends a transfer after EXCHANGE_TRANSFER_MAX_S.
 * Whatever is larger is not measured. A message holds at most 65,535 octets, and is read as any
 * other; the end takes about a microsecond a record.
 */
#ifndef GATHER_SCAN_TRANSFER_PRIVATE_H
#define GATHER_SCAN_TRANSFER_PRIVATE_H

#include "gather/scan/scan_private.h"

/* Zones of their owner to look at this way: the root has 25,000 records and 1.5 MiB. Sorting and
 * hashing so many takes a tenth of a second, in which the process does nothing else. */
#define TRANSFER_RECORDS_MAX 100000u
#define TRANSFER_OCTETS_MAX (8u << 20)
/* Of all that are under way: what a worker has of memory is for many domains. */
#define TRANSFERS_OCTETS_MAX (64u << 20)

/* One more of the domain's pending questions. */
void transfer_ask(struct domain *domain, unsigned int server);

#endif
