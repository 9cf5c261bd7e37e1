/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What look-ups of a domain's mail and web servers found, for the stages that go on from there:
 * dane.c and connect.c, and mail_hosts.c, whose hosts are the same.
 */
#ifndef GATHER_SCAN_DANE_PRIVATE_H
#define GATHER_SCAN_DANE_PRIVATE_H

#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "gather/scan/scan_private.h"

/* Of one look-up; a set of more is nobody's. */
#define LOOKUP_RECORDS_MAX 64u
/* A domain's mail servers that are looked at, those preferred first. */
#define MAIL_HOSTS_MAX 10u

struct lookup_records {
	const struct record *items[LOOKUP_RECORDS_MAX];
	size_t count;
};

/* What a look-up found, at the end of its aliases; none with a negative index. They live in the
 * scan's scratch arena, until the next call. */
size_t lookup_records(struct domain *domain, int index, struct lookup_records *ret_records);

struct mail_host {
	uint16_t preference;
	struct name name; /* lower case */
};

/* The hosts of MX records, by preference; how many. Takes the scan's scratch arena on. */
size_t mail_hosts_of(struct domain *domain, const struct record *const *records, size_t count,
		     struct mail_host hosts[MAIL_HOSTS_MAX]);
/* Those of an MX look-up. */
size_t mail_hosts(struct domain *domain, int index, struct mail_host hosts[MAIL_HOSTS_MAX]);

#endif
