/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A private network for this process and its children: a network namespace whose only interface is
 * loopback, so nothing can leave it, with whatever addresses a world needs.
 *
 * No root is needed: an unprivileged caller gets a user namespace too, in which it is uid 0. Root
 * gets a plain network namespace, or the former where that is refused. Everything is set up by
 * rtnetlink and /proc/sys from here; no `ip` program is used. The process must have one thread when
 * it enters, and there is no way back.
 *
 * Two ways to make an address ours: as an interface address (`ip addr add`; servers like BIND
 * listen on nothing else; the kernel walks a list, so thousands are fine, 100,000 are not), or as a
 * local route
 * (`ip route add local PREFIX dev lo`, "AnyIP": any address of the prefix can be bound and answers;
 * a million are fine).
 *
 * A second namespace joined by a veth pair holds real servers, whose wildcard sockets cannot share
 * one with ours. Routes to its addresses go before local routes that cover them.
 *
 * Errors: ERR_PERMISSION with a complaint that says which setting forbids namespaces and how to
 * allow them; ERR_UNSUPPORTED (kernel without them, no IPv6), ERR_IO.
 */
#ifndef OS_NETNS_H
#define OS_NETNS_H

#include "base/error.h"
#include "os/netns_prefix.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct netns_options {
	bool own_processes; /* children get a process namespace too: all die with the first of them
			     */
	bool own_mounts;    /* a private mount namespace */
};

/* Enters; loopback is up, low ports are free to all, IPv6 is on, ICMP is not rate-limited.
 * `options` may be NULL. */
MUST_CHECK int netns_enter(const struct netns_options *options, struct complaint *complaint);
/* Whether IPv6 works in this namespace (a kernel can be started without). */
bool netns_has_ipv6(void);

/* Is this process in the second namespace of a world? */
bool netns_is_peer(void);

/* Interface addresses on loopback, without duplicate address detection; those there already are
 * fine. */
MUST_CHECK int netns_add_addresses(const struct netns_prefix *addresses, size_t count,
				   struct complaint *complaint);
/* Takes them away again; what is bound to them stays bound and hears nothing. Not for IPv6, whose
 * routes would stay. */
MUST_CHECK int netns_remove_addresses(const struct netns_prefix *addresses, size_t count,
				      struct complaint *complaint);
/* Local routes on loopback. */
MUST_CHECK int netns_add_local(const struct netns_prefix *prefixes, size_t count,
			       struct complaint *complaint);

/* Makes the second namespace, which holds `addresses` on its loopback, with routes both ways. To be
 * called once, after netns_enter; *ret_descriptor is for process_options.network_namespace. */
MUST_CHECK int netns_peer_create(const struct netns_prefix *addresses, size_t count,
				 struct complaint *complaint, int *ret_descriptor);

#endif
