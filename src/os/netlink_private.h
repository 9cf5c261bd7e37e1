/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests to the kernel's routing tables (rtnetlink, RFC 3549), many in one system call.
 *
 * Requests are collected in a buffer; the kernel answers those that failed and the last one, which
 * asks for it. `on_error` tells which request it was, counted from 0 since netlink_open, so that a
 * complaint can name the address.
 */
#ifndef OS_NETLINK_PRIVATE_H
#define OS_NETLINK_PRIVATE_H

#include "base/error.h"
#include "os/netns_prefix.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One request with its attributes: the longest, a veth pair, takes 150 octets. */
#define NETLINK_REQUEST_MAX 512u
/* Requests of one system call: answers to all of them fit a default socket buffer. */
#define NETLINK_BATCH 128u

struct netlink {
	int descriptor;
	uint32_t requests;       /* asked for so far */
	uint32_t answered;       /* of them */
	int errno_value;         /* the first failure */
	uint32_t failed_request; /* which one it was */
	size_t used;
	size_t last; /* where the last request starts */
	_Alignas(8) uint8_t buffer[NETLINK_BATCH * NETLINK_REQUEST_MAX];
};

/* The loopback is the first interface of every namespace. */
#define LOOPBACK_INDEX 1u

MUST_CHECK int netlink_open(struct netlink *netlink);
void netlink_close(struct netlink *netlink);
/* Starts a request; `body` follows the header. Errors of sending stick. */
void netlink_request(struct netlink *netlink, uint16_t type, uint16_t flags, const void *body,
		     size_t body_size);
void netlink_attribute(struct netlink *netlink, uint16_t type, const void *data, size_t size);
void netlink_attribute_u32(struct netlink *netlink, uint16_t type, uint32_t value);
/* Attributes within one: give back what netlink_nest gave. */
size_t netlink_nest(struct netlink *netlink, uint16_t type);
void netlink_nest_end(struct netlink *netlink, size_t nest);
/* Sends what is collected and waits for the answers. The first errno of all requests, or 0. */
int netlink_finish(struct netlink *netlink);

/* Requests of this room. */
void netlink_link_up(struct netlink *netlink, uint32_t interface);
void netlink_address(struct netlink *netlink, uint32_t interface,
		     const struct netns_prefix *address);
/* A local route on loopback. */
void netlink_local_route(struct netlink *netlink, const struct netns_prefix *prefix);
/* An address on loopback. An IPv6 address gets its route from the kernel in the background, after
 * it is said to be ready; one of ours, asked for first, bridges the gap, in which datagrams were
 * lost. */
void netlink_host_address(struct netlink *netlink, const struct netns_prefix *address);
/* Takes an address away from loopback. */
void netlink_remove_address(struct netlink *netlink, const struct netns_prefix *address);
/* By way of a gateway, looked up before local routes when `is_first`. */
void netlink_route(struct netlink *netlink, const struct netns_prefix *prefix,
		   const struct netns_prefix *gateway, uint32_t interface, bool is_first);

#endif
