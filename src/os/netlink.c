/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "os/file.h"
#include "os/netlink_private.h"

#include <assert.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int netlink_open(struct netlink *netlink)
{
	netlink->descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (netlink->descriptor < 0)
		return errno;
	netlink->requests = 0;
	netlink->answered = 0;
	netlink->errno_value = 0;
	netlink->failed_request = 0;
	netlink->used = 0;
	netlink->last = 0;
	int on = 1;
	/* Answers without the request repeated in them; an older kernel repeats it, and that is
	 * fine. */
	(void)setsockopt(netlink->descriptor, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	return 0;
}

void netlink_close(struct netlink *netlink)
{
	descriptor_close(netlink->descriptor);
	netlink->descriptor = -1;
}

static void note_failure(struct netlink *netlink, int errno_value, uint32_t request)
{
	if (netlink->errno_value != 0)
		return;
	netlink->errno_value = errno_value;
	netlink->failed_request = request;
}

/* One datagram of answers. */
static void read_answers(struct netlink *netlink, const uint8_t *data, size_t size)
{
	while (size >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr header;
		struct nlmsgerr answer;
		memcpy(&header, data, sizeof(header));
		if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > size)
			return;
		if (header.nlmsg_type == NLMSG_ERROR &&
		    header.nlmsg_len >= NLMSG_LENGTH(sizeof(answer))) {
			memcpy(&answer, data + NLMSG_HDRLEN, sizeof(answer));
			if (answer.error != 0)
				note_failure(netlink, -answer.error, header.nlmsg_seq);
			if (header.nlmsg_seq >= netlink->answered)
				netlink->answered = header.nlmsg_seq + 1;
		}
		size_t step = NLMSG_ALIGN(header.nlmsg_len);
		if (step >= size)
			return;
		data += step;
		size -= step;
	}
}

static void flush(struct netlink *netlink)
{
	if (netlink->used == 0)
		return;
	struct nlmsghdr header;
	memcpy(&header, netlink->buffer + netlink->last, sizeof(header));
	header.nlmsg_flags |= NLM_F_ACK;
	memcpy(netlink->buffer + netlink->last, &header, sizeof(header));
	if (send(netlink->descriptor, netlink->buffer, netlink->used, 0) < 0)
		note_failure(netlink, errno, netlink->answered);
	while (netlink->answered < netlink->requests && netlink->errno_value == 0) {
		_Alignas(8) uint8_t answers[8192];
		ssize_t size = recv(netlink->descriptor, answers, sizeof(answers), 0);
		if (size > 0)
			read_answers(netlink, answers, (size_t)size);
		else if (errno != EINTR)
			note_failure(netlink, errno, netlink->answered);
	}
	netlink->used = 0;
}

void netlink_request(struct netlink *netlink, uint16_t type, uint16_t flags, const void *body,
		     size_t body_size)
{
	if (netlink->used + NETLINK_REQUEST_MAX > sizeof(netlink->buffer))
		flush(netlink);
	struct nlmsghdr header = {
		.nlmsg_len = (uint32_t)NLMSG_LENGTH(body_size),
		.nlmsg_type = type,
		.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags),
		.nlmsg_seq = netlink->requests++,
	};
	netlink->last = netlink->used;
	memset(netlink->buffer + netlink->used, 0, NETLINK_REQUEST_MAX);
	memcpy(netlink->buffer + netlink->used, &header, sizeof(header));
	memcpy(netlink->buffer + netlink->used + NLMSG_HDRLEN, body, body_size);
	netlink->used += NLMSG_ALIGN(header.nlmsg_len);
}

/* The request's length grows with what is put behind it. */
static void grow(struct netlink *netlink, size_t size)
{
	netlink->used += size;
	uint32_t length = (uint32_t)(netlink->used - netlink->last);
	assert(length <= NETLINK_REQUEST_MAX);
	memcpy(netlink->buffer + netlink->last + offsetof(struct nlmsghdr, nlmsg_len), &length,
	       sizeof(length));
}

void netlink_attribute(struct netlink *netlink, uint16_t type, const void *data, size_t size)
{
	struct rtattr attribute = {.rta_len = (uint16_t)RTA_LENGTH(size), .rta_type = type};
	uint8_t *place = netlink->buffer + netlink->used;
	assert(netlink->used - netlink->last + RTA_SPACE(size) <= NETLINK_REQUEST_MAX);
	memcpy(place, &attribute, sizeof(attribute));
	if (size > 0)
		memcpy(place + RTA_LENGTH(0), data, size);
	grow(netlink, RTA_SPACE(size));
}

void netlink_attribute_u32(struct netlink *netlink, uint16_t type, uint32_t value)
{
	netlink_attribute(netlink, type, &value, sizeof(value));
}

size_t netlink_nest(struct netlink *netlink, uint16_t type)
{
	size_t nest = netlink->used;
	netlink_attribute(netlink, type, NULL, 0);
	return nest;
}

void netlink_nest_end(struct netlink *netlink, size_t nest)
{
	uint16_t length = (uint16_t)(netlink->used - nest);
	memcpy(netlink->buffer + nest + offsetof(struct rtattr, rta_len), &length, sizeof(length));
}

int netlink_finish(struct netlink *netlink)
{
	flush(netlink);
	return netlink->errno_value;
}

static unsigned char domain_of(const struct netns_prefix *prefix)
{
	assert(prefix->family == 4 || prefix->family == 6);
	return prefix->family == 4 ? AF_INET : AF_INET6;
}

static size_t size_of(const struct netns_prefix *prefix)
{
	return prefix->family == 4 ? 4 : 16;
}

void netlink_link_up(struct netlink *netlink, uint32_t interface)
{
	struct ifinfomsg body = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = (int)interface,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};
	netlink_request(netlink, RTM_NEWLINK, 0, &body, sizeof(body));
}

void netlink_address(struct netlink *netlink, uint32_t interface,
		     const struct netns_prefix *address)
{
	struct ifaddrmsg body = {
		.ifa_family = domain_of(address),
		.ifa_prefixlen = address->bits,
		.ifa_flags = IFA_F_PERMANENT | IFA_F_NODAD,
		.ifa_scope = RT_SCOPE_UNIVERSE,
		.ifa_index = interface,
	};
	netlink_request(netlink, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, &body, sizeof(body));
	netlink_attribute(netlink, IFA_LOCAL, address->octets, size_of(address));
	netlink_attribute(netlink, IFA_ADDRESS, address->octets, size_of(address));
}

void netlink_local_route(struct netlink *netlink, const struct netns_prefix *prefix)
{
	struct rtmsg body = {
		.rtm_family = domain_of(prefix),
		.rtm_dst_len = prefix->bits,
		.rtm_table = RT_TABLE_LOCAL,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_scope = RT_SCOPE_HOST,
		.rtm_type = RTN_LOCAL,
	};
	netlink_request(netlink, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, &body, sizeof(body));
	netlink_attribute(netlink, RTA_DST, prefix->octets, size_of(prefix));
	netlink_attribute_u32(netlink, RTA_OIF, LOOPBACK_INDEX);
}

static void request_host_route(struct netlink *netlink, const struct netns_prefix *address)
{
	struct netns_prefix host = *address;
	host.bits = 128;
	if (address->family == 6)
		netlink_local_route(netlink, &host);
}

void netlink_host_address(struct netlink *netlink, const struct netns_prefix *address)
{
	request_host_route(netlink, address);
	netlink_address(netlink, LOOPBACK_INDEX, address);
}

void netlink_remove_address(struct netlink *netlink, const struct netns_prefix *address)
{
	struct ifaddrmsg body = {
		.ifa_family = domain_of(address),
		.ifa_prefixlen = address->bits,
		.ifa_index = LOOPBACK_INDEX,
	};
	netlink_request(netlink, RTM_DELADDR, 0, &body, sizeof(body));
	netlink_attribute(netlink, IFA_LOCAL, address->octets, size_of(address));
}

void netlink_route(struct netlink *netlink, const struct netns_prefix *prefix,
		   const struct netns_prefix *gateway, uint32_t interface, bool is_first)
{
	assert(prefix->family == gateway->family);
	struct rtmsg body = {
		.rtm_family = domain_of(prefix),
		.rtm_dst_len = prefix->bits,
		/* Local routes are looked up first; a longer prefix among them comes before them.
		 */
		.rtm_table = is_first ? RT_TABLE_LOCAL : RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_scope = RT_SCOPE_UNIVERSE,
		.rtm_type = RTN_UNICAST,
	};
	netlink_request(netlink, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, &body, sizeof(body));
	netlink_attribute(netlink, RTA_DST, prefix->octets, size_of(prefix));
	netlink_attribute(netlink, RTA_GATEWAY, gateway->octets, size_of(gateway));
	netlink_attribute_u32(netlink, RTA_OIF, interface);
}
