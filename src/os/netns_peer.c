/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The second namespace. Between the two runs a veth pair with one address of each family at each
 * end; on our side every address of theirs is a route by way of their end, on theirs everything is.
 */
#include "base/memory.h"
#include "os/file.h"
#include "os/netlink_private.h"
#include "os/netns_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define OUR_END "dsfi-world"
#define THEIR_END "dsfi-server"

/* Milliseconds; it takes a few. */
#define CARRIER_TRIES 1000

static_assert(sizeof(OUR_END) <= IFNAMSIZ && sizeof(THEIR_END) <= IFNAMSIZ, "names fit");

/* Link-local numbers that no world gives to a server (RFC 3927), and unique local ones (RFC 4193).
 */
static const struct netns_prefix OUR_ADDRESSES[] = {
	{.family = 4, .bits = 30, .octets = {169, 254, 254, 1}},
	{.family = 6, .bits = 64, .octets = {0xfd, 0xd5, 0xf1, [15] = 1}},
};
static const struct netns_prefix THEIR_ADDRESSES[] = {
	{.family = 4, .bits = 30, .octets = {169, 254, 254, 2}},
	{.family = 6, .bits = 64, .octets = {0xfd, 0xd5, 0xf1, [15] = 2}},
};
static const struct netns_prefix EVERYTHING[] = {{.family = 4}, {.family = 6}};

bool netns_is_peer(void)
{
	return if_nametoindex(THEIR_END) != 0;
}

static int namespace_open(void)
{
	return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

static void request_veth(struct netlink *netlink, int their_namespace)
{
	struct ifinfomsg body = {.ifi_family = AF_UNSPEC};
	netlink_request(netlink, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
	netlink_attribute(netlink, IFLA_IFNAME, OUR_END, sizeof(OUR_END));
	size_t info = netlink_nest(netlink, IFLA_LINKINFO);
	netlink_attribute(netlink, IFLA_INFO_KIND, "veth", sizeof("veth"));
	size_t data = netlink_nest(netlink, IFLA_INFO_DATA);
	/* The peer's nest holds a body of its own before its attributes. */
	size_t peer = netlink->used;
	netlink_attribute(netlink, VETH_INFO_PEER, &body, sizeof(body));
	netlink_attribute(netlink, IFLA_IFNAME, THEIR_END, sizeof(THEIR_END));
	netlink_attribute_u32(netlink, IFLA_NET_NS_FD, (uint32_t)their_namespace);
	netlink_nest_end(netlink, peer);
	netlink_nest_end(netlink, data);
	netlink_nest_end(netlink, info);
}

/* Until a cable that both ends are up on carries: the kernel says so in the background, and IPv6
 * would wait a second before it asks again for a neighbour that could not hear. */
static void wait_for_carrier(const char *name)
{
	CLOSED_AT_END int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {0};
	memcpy(request.ifr_name, name, strlen(name));
	for (int i = 0; descriptor >= 0 && i < CARRIER_TRIES; i++) {
		if (ioctl(descriptor, SIOCGIFFLAGS, &request) != 0 ||
		    (request.ifr_flags & IFF_RUNNING) != 0)
			return;
		struct timespec pause = {.tv_nsec = 1000000};
		(void)nanosleep(&pause, NULL);
	}
}

static int bring_up(struct netlink *netlink, const char *name)
{
	uint32_t interface = if_nametoindex(name);
	int errno_value = interface == 0 ? errno : netlink_open(netlink);
	if (errno_value != 0)
		return errno_value;
	netlink_link_up(netlink, interface);
	errno_value = netlink_finish(netlink);
	netlink_close(netlink);
	return errno_value;
}

/* The addresses of one end of the pair. */
static int settle_end(struct netlink *netlink, const char *name,
		      const struct netns_prefix addresses[2])
{
	uint32_t interface = if_nametoindex(name);
	int errno_value = interface == 0 ? errno : netlink_open(netlink);
	if (errno_value != 0)
		return errno_value;
	wait_for_carrier(name);
	netlink_address(netlink, interface, &addresses[0]);
	struct netns_prefix host = addresses[1];
	host.bits = 128;
	if (netns_has_ipv6()) {
		/* As netlink_host_address. */
		netlink_local_route(netlink, &host);
		netlink_address(netlink, interface, &addresses[1]);
	}
	errno_value = netlink_finish(netlink);
	netlink_close(netlink);
	netns_wait_ready();
	return errno_value;
}

/* Routes to `prefixes` by way of the other end. */
static int settle_routes(struct netlink *netlink, const char *name,
			 const struct netns_prefix gateways[2], const struct netns_prefix *prefixes,
			 size_t count)
{
	uint32_t interface = if_nametoindex(name);
	int errno_value = interface == 0 ? errno : netlink_open(netlink);
	if (errno_value != 0)
		return errno_value;
	bool has_ipv6 = netns_has_ipv6();
	for (size_t i = 0; i < count && netlink->errno_value == 0; i++) {
		bool is_default = prefixes[i].bits == 0;
		if (prefixes[i].family == 4)
			netlink_route(netlink, &prefixes[i], &gateways[0], interface, !is_default);
		else if (has_ipv6)
			netlink_route(netlink, &prefixes[i], &gateways[1], interface, !is_default);
	}
	errno_value = netlink_finish(netlink);
	netlink_close(netlink);
	return errno_value;
}

/* Everything in their namespace, the process being in it. */
static int settle_theirs(struct netlink *netlink)
{
	int errno_value = bring_up(netlink, THEIR_END);
	if (errno_value == 0)
		errno_value = settle_end(netlink, THEIR_END, THEIR_ADDRESSES);
	if (errno_value != 0)
		return errno_value;
	return settle_routes(netlink, THEIR_END, OUR_ADDRESSES, EVERYTHING, 2);
}

/* Goes over, does it, comes back; not coming back would leave the process in the wrong network. */
static int do_there(struct netlink *netlink, int ours, int theirs)
{
	if (setns(theirs, CLONE_NEWNET) != 0)
		return errno;
	int errno_value = settle_theirs(netlink);
	int back = setns(ours, CLONE_NEWNET);
	assert(back == 0);
	return errno_value;
}

/* The namespace itself, with its loopback; the process comes back. */
static int make_theirs(int ours, const struct netns_prefix *addresses, size_t count,
		       struct complaint *complaint, int *ret_theirs)
{
	if (unshare(CLONE_NEWNET) != 0)
		return netns_complain(complaint, errno, "make a second network");
	int theirs = namespace_open();
	int error = theirs < 0 ? complain(complaint, error_from_errno(errno),
					  "cannot hold on to the second network")
			       : netns_settle(complaint);
	if (error == OK)
		error = netns_add_addresses(addresses, count, complaint);
	int back = setns(ours, CLONE_NEWNET);
	assert(back == 0);
	if (error != OK) {
		descriptor_close(theirs);
		return error;
	}
	*ret_theirs = theirs;
	return OK;
}

static int join(int ours, int theirs, const struct netns_prefix *addresses, size_t count)
{
	struct netlink *netlink = memory_take(sizeof(*netlink));
	if (netlink == NULL)
		return ENOMEM;
	int errno_value = netlink_open(netlink);
	if (errno_value == 0) {
		request_veth(netlink, theirs);
		errno_value = netlink_finish(netlink);
		netlink_close(netlink);
	}
	if (errno_value == 0)
		errno_value = bring_up(netlink, OUR_END);
	if (errno_value == 0)
		errno_value = do_there(netlink, ours, theirs);
	if (errno_value == 0)
		errno_value = settle_end(netlink, OUR_END, OUR_ADDRESSES);
	if (errno_value == 0)
		errno_value = settle_routes(netlink, OUR_END, THEIR_ADDRESSES, addresses, count);
	memory_give(netlink);
	return errno_value;
}

int netns_peer_create(const struct netns_prefix *addresses, size_t count,
		      struct complaint *complaint, int *ret_descriptor)
{
	assert((addresses != NULL || count == 0) && ret_descriptor != NULL);
	CLOSED_AT_END int ours = namespace_open();
	if (ours < 0)
		return netns_complain(complaint, errno, "look at this network");
	int theirs = -1;
	int error = make_theirs(ours, addresses, count, complaint, &theirs);
	if (error != OK)
		return error;
	int errno_value = join(ours, theirs, addresses, count);
	if (errno_value != 0) {
		descriptor_close(theirs);
		return netns_complain(complaint, errno_value,
				      "join the networks of real servers and of the world");
	}
	*ret_descriptor = theirs;
	return OK;
}
