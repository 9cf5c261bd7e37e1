/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "os/netns.h"

#include "base/memory.h"
#include "os/file.h"
#include "os/netlink_private.h"
#include "os/netns_private.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct setting {
	const char *path;
	const char *value;
};

/* Wanted, not needed: a container may have /proc/sys read-only, and most worlds work all the same.
 */
static const struct setting SETTINGS[] = {
	{"/proc/sys/net/ipv6/conf/all/disable_ipv6", "0"},
	{"/proc/sys/net/ipv6/conf/default/disable_ipv6", "0"},
	{"/proc/sys/net/ipv6/conf/lo/disable_ipv6", "0"},
	/* Nobody else is there to have the same address. */
	{"/proc/sys/net/ipv6/conf/all/accept_dad", "0"},
	{"/proc/sys/net/ipv6/conf/default/accept_dad", "0"},
	/* Servers under their own user ids bind port 53. */
	{"/proc/sys/net/ipv4/ip_unprivileged_port_start", "0"},
	/* Addresses that exist by local routes only can be bound; for IPv4 they can anyway. */
	{"/proc/sys/net/ipv6/ip_nonlocal_bind", "1"},
	{"/proc/sys/net/ipv4/ip_local_port_range", "1024 65535"},
	/* The world's refusals are part of the world, however many. */
	{"/proc/sys/net/ipv4/icmp_ratelimit", "0"},
	{"/proc/sys/net/ipv4/icmp_msgs_per_sec", "1000000"},
	{"/proc/sys/net/ipv4/icmp_msgs_burst", "1000000"},
	{"/proc/sys/net/ipv6/icmp/ratelimit", "0"},
	{"/proc/sys/net/ipv4/conf/all/rp_filter", "0"},
	{"/proc/sys/net/ipv4/conf/default/rp_filter", "0"},
	{"/proc/sys/net/ipv4/tcp_max_syn_backlog", "4096"},
	{"/proc/sys/net/core/somaxconn", "4096"},
	/* 16,384 routes is IPv6's ceiling on kernels before 6.3. */
	{"/proc/sys/net/ipv6/route/max_size", "2147483647"},
};

/* 0 or errno. */
static int write_text(const char *path, const char *text)
{
	CLOSED_AT_END int descriptor = open(path, O_WRONLY | O_CLOEXEC);
	if (descriptor < 0)
		return errno;
	size_t length = strlen(text);
	return write(descriptor, text, length) == (ssize_t)length ? 0 : errno;
}

/* Whether a setting stands at `value`; false where the kernel has no such setting. */
static bool setting_is(const char *path, char value)
{
	CLOSED_AT_END int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	char text[2] = {0};
	return descriptor >= 0 && read(descriptor, text, sizeof(text)) > 0 && text[0] == value &&
	       (text[1] == '\n' || text[1] == '\0');
}

struct prohibition {
	struct setting setting;
	const char *remedy;
};

static const struct prohibition PROHIBITIONS[] = {
	{{"/proc/sys/kernel/unprivileged_userns_clone", "0"},
	 "kernel.unprivileged_userns_clone is 0; as root run: "
	 "sysctl kernel.unprivileged_userns_clone=1"},
	{{"/proc/sys/user/max_user_namespaces", "0"},
	 "user.max_user_namespaces is 0; as root run: sysctl user.max_user_namespaces=10000"},
	{{"/proc/sys/user/max_net_namespaces", "0"},
	 "user.max_net_namespaces is 0; as root run: sysctl user.max_net_namespaces=10000"},
	{{"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"},
	 "AppArmor restricts user namespaces; as root run: "
	 "sysctl kernel.apparmor_restrict_unprivileged_userns=0"},
};

int netns_complain(struct complaint *complaint, int errno_value, const char *what)
{
	bool is_forbidden = errno_value == EPERM || errno_value == EACCES ||
			    errno_value == ENOSPC || errno_value == EUSERS;
	for (size_t i = 0; is_forbidden && i < sizeof(PROHIBITIONS) / sizeof(PROHIBITIONS[0]);
	     i++) {
		const struct prohibition *row = &PROHIBITIONS[i];
		if (setting_is(row->setting.path, row->setting.value[0]))
			return complain(complaint, ERR_PERMISSION,
					"cannot %s: namespaces are forbidden here: %s", what,
					row->remedy);
	}
	if (is_forbidden)
		return complain(complaint, ERR_PERMISSION,
				"cannot %s: namespaces are forbidden here; run as root, or, in a "
				"container, allow them (docker: --privileged, or a seccomp profile "
				"that allows unshare)",
				what);
	if (errno_value == EINVAL || errno_value == ENOSYS)
		return complain(complaint, ERR_UNSUPPORTED,
				"cannot %s: this kernel has no user or network namespaces", what);
	char text[128];
	return complain(complaint, error_from_errno(errno_value), "cannot %s: %s", what,
			strerror_r(errno_value, text, sizeof(text)));
}

/* user_namespaces(7): an unprivileged process may map itself only, and setgroups has to go first.
 */
static int map_user(uid_t user, gid_t group)
{
	char line[64];
	int errno_value = write_text("/proc/self/setgroups", "deny");
	if (errno_value != 0 && errno_value != ENOENT)
		return errno_value;
	(void)snprintf(line, sizeof(line), "0 %u 1\n", (unsigned int)user);
	errno_value = write_text("/proc/self/uid_map", line);
	if (errno_value != 0)
		return errno_value;
	(void)snprintf(line, sizeof(line), "0 %u 1\n", (unsigned int)group);
	return write_text("/proc/self/gid_map", line);
}

static int unshare_all(int flags)
{
	uid_t user = geteuid();
	gid_t group = getegid();
	/* Real root needs no user namespace, and keeps all its user ids without one. */
	if (user == 0 && unshare(flags) == 0)
		return 0;
	if (unshare(flags | CLONE_NEWUSER) != 0)
		return errno;
	return map_user(user, group);
}

int netns_settle(struct complaint *complaint)
{
	for (size_t i = 0; i < sizeof(SETTINGS) / sizeof(SETTINGS[0]); i++)
		(void)write_text(SETTINGS[i].path, SETTINGS[i].value);
	struct netlink *netlink = memory_take(sizeof(*netlink));
	if (netlink == NULL)
		return complain(complaint, ERR_MEMORY, "out of memory");
	int errno_value = netlink_open(netlink);
	if (errno_value == 0) {
		netlink_link_up(netlink, LOOPBACK_INDEX);
		errno_value = netlink_finish(netlink);
		netlink_close(netlink);
	}
	memory_give(netlink);
	return errno_value == 0
		       ? OK
		       : netns_complain(complaint, errno_value, "bring up the loopback interface");
}

int netns_enter(const struct netns_options *options, struct complaint *complaint)
{
	bool own_processes = options != NULL && options->own_processes;
	bool own_mounts = options != NULL && options->own_mounts;
	int flags =
		CLONE_NEWNET | (own_processes ? CLONE_NEWPID : 0) | (own_mounts ? CLONE_NEWNS : 0);
	int errno_value = unshare_all(flags);
	if (errno_value == 0 && own_mounts &&
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		errno_value = errno;
	if (errno_value != 0)
		return netns_complain(complaint, errno_value, "make a private network");
	return netns_settle(complaint);
}

bool netns_has_ipv6(void)
{
	CLOSED_AT_END int descriptor = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	return descriptor >= 0 &&
	       bind(descriptor, (const struct sockaddr *)&name, sizeof(name)) == 0;
}

/* Longest list of addresses looked at: 60 octets a line, a million lines. */
#define ADDRESS_LIST_MAX ((size_t)64 << 20)
#define READY_TRIES 2000

/* A line of if_inet6: address, interface, prefix length, scope, flags, name; all but the last in
 * hex. */
static unsigned long flags_of(const char *line)
{
	const char *next = line + strcspn(line, " \n");
	unsigned long value = 0;
	for (int field = 0; field < 4; field++) {
		char *end;
		value = strtoul(next, &end, 16);
		next = end;
	}
	return value;
}

static bool has_unready_address(const char *list)
{
	for (const char *line = list; *line != '\0';) {
		if ((flags_of(line) & IFA_F_TENTATIVE) != 0)
			return true;
		const char *end = strchr(line, '\n');
		line = end != NULL ? end + 1 : "";
	}
	return false;
}

void netns_wait_ready(void)
{
	for (int i = 0; i < READY_TRIES; i++) {
		char *list;
		size_t size;
		if (file_read("/proc/self/net/if_inet6", ADDRESS_LIST_MAX, NULL, &list, &size) !=
		    OK)
			return;
		bool is_unready = has_unready_address(list);
		memory_give(list);
		if (!is_unready)
			return;
		struct timespec pause = {.tv_nsec = 1000000};
		(void)nanosleep(&pause, NULL);
	}
}

static int complain_about_prefix(struct complaint *complaint, int errno_value, const char *what,
				 const struct netns_prefix *prefix)
{
	char text[INET6_ADDRSTRLEN] = "?";
	char cause[128];
	(void)inet_ntop(prefix->family == 4 ? AF_INET : AF_INET6, prefix->octets, text,
			sizeof(text));
	if (prefix->family == 6 && !netns_has_ipv6())
		return complain(
			complaint, ERR_UNSUPPORTED,
			"cannot %s '%s/%u': IPv6 is switched off on this machine; leave out "
			"IPv6 addresses, or start the kernel without ipv6.disable=1",
			what, text, prefix->bits);
	return complain(complaint, error_from_errno(errno_value), "cannot %s '%s/%u': %s", what,
			text, prefix->bits, strerror_r(errno_value, cause, sizeof(cause)));
}

/* What is asked for each prefix of a list. */
struct addition {
	void (*request)(struct netlink *netlink, const struct netns_prefix *prefix);
	uint32_t requests_ipv6; /* how many that makes for IPv6; for IPv4 it is one */
	const char *what;
};

static const struct addition ADD_ADDRESS = {netlink_host_address, 2, "add the address"};
static const struct addition REMOVE_ADDRESS = {netlink_remove_address, 1, "take away the address"};
static const struct addition ADD_LOCAL = {netlink_local_route, 1, "make local the prefix"};

static size_t prefix_of_request(const struct addition *addition,
				const struct netns_prefix *prefixes, size_t count, uint32_t request)
{
	uint32_t requests = 0;
	size_t i = 0;
	for (; i < count; i++) {
		requests += prefixes[i].family == 6 ? addition->requests_ipv6 : 1;
		if (request < requests)
			break;
	}
	return i;
}

static int add_all(const struct addition *addition, const struct netns_prefix *prefixes,
		   size_t count, struct complaint *complaint)
{
	assert(prefixes != NULL || count == 0);
	struct netlink *netlink = memory_take(sizeof(*netlink));
	if (netlink == NULL)
		return complain(complaint, ERR_MEMORY, "out of memory");
	int errno_value = netlink_open(netlink);
	size_t failed = count;
	if (errno_value == 0) {
		for (size_t i = 0; i < count && netlink->errno_value == 0; i++)
			addition->request(netlink, &prefixes[i]);
		errno_value = netlink_finish(netlink);
		failed = prefix_of_request(addition, prefixes, count, netlink->failed_request);
		netlink_close(netlink);
	}
	memory_give(netlink);
	if (errno_value == 0)
		return OK;
	if (failed < count)
		return complain_about_prefix(complaint, errno_value, addition->what,
					     &prefixes[failed]);
	return netns_complain(complaint, errno_value, addition->what);
}

int netns_add_addresses(const struct netns_prefix *addresses, size_t count,
			struct complaint *complaint)
{
	int error = add_all(&ADD_ADDRESS, addresses, count, complaint);
	if (error == OK)
		netns_wait_ready();
	return error;
}

int netns_remove_addresses(const struct netns_prefix *addresses, size_t count,
			   struct complaint *complaint)
{
	for (size_t i = 0; i < count; i++)
		assert(addresses[i].family == 4);
	return add_all(&REMOVE_ADDRESS, addresses, count, complaint);
}

int netns_add_local(const struct netns_prefix *prefixes, size_t count, struct complaint *complaint)
{
	return add_all(&ADD_LOCAL, prefixes, count, complaint);
}
